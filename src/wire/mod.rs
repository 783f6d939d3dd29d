//! Bytes as they are sent and received. Knows nothing of JSON, shapes or expectations.

mod escape;
mod exchange;
mod message;

pub use escape::{EscapeError, escape, is_unsafe_to_print, unescape};
pub use exchange::{Exchange, WireFault};
pub use message::{Delivery, Header, Headers, Request, RequestForm, Response};
