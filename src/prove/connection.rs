//! Connections that remember more than they should.

use super::arena::closed;
use super::door::{Asking, Door};
use crate::wire::{Headers, Request, Response, WireFault};
use std::collections::HashMap;

/// What goes on behind a faulty connection: the answer to a request, given the right one and what is remembered.
type Disturb<M> = fn(&mut M, &Request, &mut dyn FnMut() -> Response) -> Result<Response, WireFault>;

struct Remembering<M> {
    memory: M,
    disturb: Disturb<M>,
}

impl<M> Door for Remembering<M> {
    fn answer(
        &mut self,
        request: &Request,
        reference: &mut dyn FnMut(Asking) -> Response,
    ) -> Result<Response, WireFault> {
        (self.disturb)(&mut self.memory, request, &mut || reference(Asking::Really))
    }
}

fn door<M: Default + 'static>(disturb: Disturb<M>) -> Box<dyn Door> {
    Box::new(Remembering { memory: M::default(), disturb })
}

fn is_unreadable(answer: &Response) -> bool {
    answer.body.starts_with(br#"{"__type":"SerializationException"}"#)
}

/// After a refusal the next request is not answered.
pub(super) fn closed_after_refusal() -> Box<dyn Door> {
    door(|is_closing: &mut bool, _, reference| {
        if std::mem::take(is_closing) {
            return Err(closed());
        }
        let answer = reference();
        *is_closing = answer.status != 200;
        Ok(answer)
    })
}

/// After a body that is not JSON the next request is not answered.
pub(super) fn closed_after_unreadable() -> Box<dyn Door> {
    door(|is_closing: &mut bool, _, reference| {
        if std::mem::take(is_closing) {
            return Err(closed());
        }
        let answer = reference();
        *is_closing = is_unreadable(&answer);
        Ok(answer)
    })
}

/// After a body that is not JSON the next request is answered as one that is no HTTP.
pub(super) fn leftover_after_unreadable() -> Box<dyn Door> {
    door(|has_leftover: &mut bool, _, reference| {
        if std::mem::take(has_leftover) {
            let (headers, body) = (Headers::default(), "Bad Request".into());
            return Ok(Response { status: 400, reason: Vec::new(), headers, body });
        }
        let answer = reference();
        *has_leftover = is_unreadable(&answer);
        Ok(answer)
    })
}

/// After a refusal the next request gets the same answer.
pub(super) fn repeated_after_refusal() -> Box<dyn Door> {
    door(|refusal: &mut Option<Response>, _, reference| {
        if let Some(repeated) = refusal.take() {
            return Ok(repeated);
        }
        let answer = reference();
        *refusal = (answer.status != 200).then(|| answer.clone());
        Ok(answer)
    })
}

/// From the first refusal on every request gets the answer of the one before.
pub(super) fn behind_after_error() -> Box<dyn Door> {
    door(|before: &mut Option<Response>, _, reference| {
        let answer = reference();
        if let Some(before) = before {
            return Ok(std::mem::replace(before, answer));
        }
        *before = (answer.status != 200).then(|| answer.clone());
        Ok(answer)
    })
}

/// The first answer for a user is the answer to every later request.
pub(super) fn cached_by_user() -> Box<dyn Door> {
    door(|answers: &mut HashMap<String, Response>, request, reference| match username(request) {
        Some(username) => Ok(answers.entry(username).or_insert_with(reference).clone()),
        None => Ok(reference()),
    })
}

/// The same body gets the same answer.
pub(super) fn cached_by_body() -> Box<dyn Door> {
    door(|answers: &mut HashMap<Vec<u8>, Response>, request, reference| {
        Ok(answers.entry(request.to_bytes().to_vec()).or_insert_with(reference).clone())
    })
}

fn username(request: &Request) -> Option<String> {
    let Request::Formed(form) = request else { return None };
    let body: serde_json::Value = serde_json::from_slice(&form.body).ok()?;
    body.get("Username")?.as_str().map(str::to_owned)
}
