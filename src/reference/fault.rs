//! Planted faults: ways in which the server can be made to be wrong, one at a time, to find out whether the suite notices.
//! A server that nobody plants anything in has none.

/// What is wrong with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// A confirmation is answered as it should be, and changes nothing.
    ForShow,
}
