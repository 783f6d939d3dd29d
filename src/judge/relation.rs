//! Compares a subject with itself: two forms of a request that must be answered alike.

use super::answer::Answer;
use super::observation::Observation;
use crate::event::{AspectName, Mismatch};
use crate::requirement::{Aspect, Requirement};
use crate::template::Bindings;
use crate::wire::{Exchange, WireFault};
use std::collections::BTreeMap;

/// Compares the last answer and the state after it with those of the other side.
pub(super) fn judge_relation(
    requirement: &Requirement,
    same: &Aspect<()>,
    exchange: &Exchange,
    observation: &Observation<'_>,
) -> Option<Mismatch> {
    let other = observation.other?;
    if matches!(other.exchange.answer, Err(WireFault::Unreachable { .. } | WireFault::Tls { .. })) {
        return None;
    }
    let answer = |exchange: &Exchange, bindings: &Bindings| match &exchange.answer {
        Ok(response) => {
            let answer = Answer::read(response);
            (Some(response.status), answer.error_type.clone(), answer.summary(bindings))
        }
        Err(fault) => (None, None, fault.to_string()),
    };
    let ((status, error_type, got), (other_status, other_type, expected)) =
        (answer(exchange, observation.bindings), answer(other.exchange, other.bindings));
    let same_state = match (observation.state, other.state) {
        (Some(state), Some(other)) => state == other,
        _ => true,
    };
    if (status, error_type) == (other_status, other_type) && same_state {
        return None;
    }
    let with_state = |answer: String, state: Option<&BTreeMap<String, String>>| {
        let told = state
            .into_iter()
            .flatten()
            .filter(|_| !same_state)
            .map(|(key, value)| format!(", {key} is {value}"));
        answer + &told.collect::<String>()
    };
    Some(Mismatch {
        requirement: requirement.id.clone(),
        aspect: AspectName::Relation,
        attestation: same.attestation,
        evidence: same.evidence.clone(),
        expected: format!("the same as the other form: {}", with_state(expected, other.state)),
        got: with_state(got, observation.state),
    })
}
