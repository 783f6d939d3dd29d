//! The ways to a subject. A transport sends exactly the bytes it is given, never retries and never follows a redirect.

use crate::wire::{Exchange, Request};
use std::future::Future;

/// A way to send one request and read its answer.
pub trait Transport {
    /// Sends `request` and waits for its answer. A subject that misbehaves is an [`Exchange`] with a fault in it, never
    /// an error of this function.
    fn send(&mut self, request: &Request) -> impl Future<Output = Exchange>;
}
