//! How the requests that are judged are answered: by the reference server, or by something that stands in front of it.

use crate::wire::{Request, Response, WireFault};
use std::sync::Arc;

/// What a [`Door`] may ask of the reference server behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// For its answer, with everything that follows from it.
    Really,
    /// For the answer that it would give; nobody is confirmed.
    ForShow,
}

/// One connection's way of answering judged requests. It lives as long as the connection.
pub trait Door {
    /// Answers `request`; `reference` is what the reference server says to it.
    fn answer(
        &mut self,
        request: &Request,
        reference: &mut dyn FnMut(Asking) -> Response,
    ) -> Result<Response, WireFault>;
}

/// Makes a door for each connection. Threads share it.
pub type Doorway = Arc<dyn Fn() -> Box<dyn Door> + Send + Sync>;

/// The door that is always open: the reference server itself answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open;

impl Door for Open {
    fn answer(
        &mut self,
        _: &Request,
        reference: &mut dyn FnMut(Asking) -> Response,
    ) -> Result<Response, WireFault> {
        Ok(reference(Asking::Really))
    }
}
