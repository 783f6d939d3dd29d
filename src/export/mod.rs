//! The cases in forms that other projects read. Knows cases, what is expected of them and the model; neither the network
//! nor verdicts.
//!
//! [`smithy()`] writes malformed requests as the trait that Smithy has for them.

mod smithy;

pub use smithy::{BODY_BYTES_MAX, Exported, smithy};
