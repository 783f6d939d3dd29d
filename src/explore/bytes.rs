//! Changes bytes of a request that was kept: nobody knows then what is expected. What is bound late stays bound, so that
//! the request is still about a user that exists.

use super::dictionary::Dictionary;
use super::input::opaque;
use crate::case::{Case, CaseId};
use crate::seed::Rng;
use crate::template::{Escaping, RequestTemplate, Segment, Template};

/// A body grows no further than this, in bytes of its literals.
const LITERAL_BYTES_MAX: usize = 65_536;

/// The most changes at a time.
const CHANGES_MAX: usize = 6;

/// The last request of `case` with a few changes; `other` is another one that pieces are taken from.
pub(super) fn changed(
    id: &CaseId,
    case: &Case,
    other: Option<&Case>,
    (dictionary, rng): (&Dictionary, &mut Rng),
) -> Option<Case> {
    let mut request = case.steps.last()?.request.clone();
    let spare = other.and_then(|other| body(&other.steps.last()?.request)).cloned();
    for _ in 0..=rng.below(CHANGES_MAX) {
        match &mut request {
            RequestTemplate::Formed { target, headers, .. } if rng.below(10) == 0 => {
                around(target, headers, dictionary, rng);
            }
            RequestTemplate::Formed { body, .. } | RequestTemplate::Raw(body) => {
                change(body, spare.as_ref(), dictionary, rng);
            }
        }
    }
    Some(opaque(id, &case.fixture, request))
}

fn body(request: &RequestTemplate) -> Option<&Template> {
    match request {
        RequestTemplate::Formed { body, .. } => Some(body),
        RequestTemplate::Raw(_) => None,
    }
}

/// Changes the path or the value of a header line. What breaks the framing of the request has its own door.
fn around(target: &mut Vec<u8>, headers: &mut [(Vec<u8>, Template)], dictionary: &Dictionary, rng: &mut Rng) {
    let is_visible = |byte: &u8| *byte > b' ' && *byte != 0x7f;
    let token: Vec<u8> = match rng.pick(&dictionary.0) {
        Some(token) => token.iter().copied().filter(is_visible).collect(),
        None => vec![b'x'],
    };
    if rng.below(4) == 0 {
        let ascii = token.into_iter().filter(u8::is_ascii);
        target.extend(ascii);
        return;
    }
    let at = rng.below(headers.len());
    if let Some((name, value)) = headers.get_mut(at)
        && ![b"host".as_slice(), b"content-length", b"transfer-encoding"]
            .contains(&name.to_ascii_lowercase().as_slice())
    {
        match rng.below(3) {
            0 => value.push_literal(&token),
            1 => *value = Template::literal(token),
            _ => *value = Template::literal(Vec::new()),
        }
    }
}

/// One change of a body.
fn change(body: &mut Template, spare: Option<&Template>, dictionary: &Dictionary, rng: &mut Rng) {
    let size: usize = body.0.iter().map(literal_length).sum();
    match rng.below(12) {
        0..=5 => change_literal(body, dictionary, rng),
        6 => {
            let at = rng.below(body.0.len() + 1);
            if let Some(token) = rng.pick(&dictionary.0).filter(|_| size < LITERAL_BYTES_MAX) {
                body.0.insert(at.min(body.0.len()), Segment::Literal(token.clone()));
            }
        }
        7 if !body.0.is_empty() => {
            let at = rng.below(body.0.len());
            drop(body.0.remove(at));
        }
        8 if !body.0.is_empty() && size < LITERAL_BYTES_MAX => {
            let at = rng.below(body.0.len());
            if let Some(twice) = body.0.get(at).cloned() {
                body.0.insert(at, twice);
            }
        }
        9 => {
            let bound = body.0.iter_mut().filter_map(|segment| match segment {
                Segment::Bound { escaping, .. } => Some(escaping),
                _ => None,
            });
            let mut bound: Vec<&mut Escaping> = bound.collect();
            let at = rng.below(bound.len());
            if let Some(escaping) = bound.get_mut(at) {
                **escaping = if rng.below(2) == 0 { Escaping::JsonUnicode } else { Escaping::Raw };
            }
        }
        10 => {
            if let Some(spare) = spare {
                let (head, tail) = (rng.below(body.0.len() + 1), rng.below(spare.0.len() + 1));
                body.0.truncate(head);
                body.0.extend(spare.0.iter().skip(tail).cloned());
                let mut left = LITERAL_BYTES_MAX;
                body.0.retain(|segment| {
                    let length = literal_length(segment);
                    left = left.saturating_sub(length);
                    left > 0
                });
            }
        }
        _ => {
            let unit = rng.pick(&dictionary.0).cloned().unwrap_or_else(|| b"[".to_vec());
            let times = rng.pick(&[2, 16, 128, 1024]).copied().unwrap_or(2);
            let at = rng.below(body.0.len() + 1);
            if unit.len() * times + size < LITERAL_BYTES_MAX {
                body.0.insert(at.min(body.0.len()), Segment::Literal(unit.repeat(times)));
            }
        }
    }
}

fn literal_length(segment: &Segment) -> usize {
    match segment {
        Segment::Literal(bytes) => bytes.len(),
        Segment::Repeat { unit, times } => unit.len().saturating_mul(*times),
        Segment::Bound { .. } | Segment::Length { .. } => 0,
    }
}

/// One change of a piece of fixed bytes.
fn change_literal(body: &mut Template, dictionary: &Dictionary, rng: &mut Rng) {
    let literals = body.0.iter_mut().filter_map(|segment| match segment {
        Segment::Literal(bytes) if !bytes.is_empty() => Some(bytes),
        _ => None,
    });
    let mut literals: Vec<&mut Vec<u8>> = literals.collect();
    let at = rng.below(literals.len());
    let Some(bytes) = literals.get_mut(at) else { return };
    let at = rng.below(bytes.len());
    let end = (at + 1 + rng.below(16)).min(bytes.len());
    match rng.below(6) {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1_u8 << (rng.next_u64() & 7);
            }
        }
        1 => {
            if let (Some(byte), [drawn, ..]) = (bytes.get_mut(at), rng.next_u64().to_le_bytes()) {
                *byte = drawn;
            }
        }
        2 => drop(bytes.drain(at..end)),
        3 => {
            let piece: Vec<u8> = bytes.get(at..end).unwrap_or_default().to_vec();
            bytes.splice(at..at, piece);
        }
        4 => {
            let token = rng.pick(&dictionary.0).cloned().unwrap_or_default();
            bytes.splice(at..end, token);
        }
        _ => {
            let token = rng.pick(&dictionary.0).cloned().unwrap_or_default();
            bytes.splice(at..at, token);
        }
    }
}
