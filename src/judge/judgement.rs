//! Puts the aspects of a whole case together: steps, state afterwards, and the twin that shows that a refusal has the
//! right reason.

use super::answer::Answer;
use super::aspects::Bench;
use crate::event::{AspectName, Mismatch, Verdict};
use crate::expect::{Expectation, order_attestation};
use crate::requirement::{Attestation, Effect, Requirement};
use crate::template::Bindings;
use crate::wire::{Exchange, WireFault};
use std::collections::BTreeMap;

/// What was seen of one case.
#[derive(Debug, Clone, Copy)]
pub struct Observation<'a> {
    /// One exchange for each step.
    pub exchanges: &'a [Exchange],
    /// The state after the last step, where it could be read.
    pub state: Option<&'a BTreeMap<String, String>>,
    /// The same request without the defect, where it was sent.
    pub twin: Option<TwinObservation<'a>>,
    /// The values that the templates were bound to.
    pub bindings: &'a Bindings,
}

/// What was seen of a twin.
#[derive(Debug, Clone, Copy)]
pub struct TwinObservation<'a> {
    /// Its exchange.
    pub exchange: &'a Exchange,
    /// Whether it must be accepted, or only answered otherwise than the case.
    pub must_be_accepted: bool,
}

/// The verdict on one case, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// `pass`, `mismatch`, `advisory`, `observed` or `inconclusive`.
    pub verdict: Verdict,
    /// What differs.
    pub mismatches: Vec<Mismatch>,
    /// Why there is no verdict on the subject.
    pub reason: Option<String>,
}

/// Judges a case. `expectations` and `observation.exchanges` have one entry for each step.
pub fn judge(
    expectations: &[Expectation<'_>],
    observation: &Observation<'_>,
    gate: Attestation,
) -> Judgement {
    let mut mismatches = Vec::new();
    let last = expectations.len().saturating_sub(1);
    for (i, (expectation, exchange)) in expectations.iter().zip(observation.exchanges).enumerate() {
        if let Err(WireFault::Unreachable { reason } | WireFault::Tls { reason }) = &exchange.answer {
            let reason = Some(format!("the subject could not be reached: {reason}"));
            return Judgement {
                verdict: Verdict::Inconclusive,
                mismatches,
                reason,
            };
        }
        mismatches.extend(judge_step(expectation, exchange, observation, i == last));
    }
    let observed = expectations
        .iter()
        .all(|expectation| expectation.effect == Effect::Observed && expectation.inspected.is_empty());
    let verdict = match () {
        () if mismatches.iter().any(|mismatch| mismatch.attestation.gates(gate)) => Verdict::Mismatch,
        () if !mismatches.is_empty() => Verdict::Advisory,
        () if observed => Verdict::Observed,
        () => Verdict::Pass,
    };
    Judgement {
        verdict,
        mismatches,
        reason: None,
    }
}

/// The mismatches of one step: by the requirement that the answer comes nearest to, then by the inspected ones.
fn judge_step(
    expectation: &Expectation<'_>,
    exchange: &Exchange,
    observation: &Observation<'_>,
    is_last: bool,
) -> Vec<Mismatch> {
    let judged = |requirement: &Requirement| {
        let bench = Bench {
            expectation,
            requirement,
            observation,
        };
        let mut found = judge_answer(&bench, exchange);
        if is_last {
            found.extend(
                observation
                    .state
                    .into_iter()
                    .flat_map(|state| judge_state(&bench, exchange, state)),
            );
            if found.is_empty() {
                found.extend(judge_twin(&bench, exchange));
            }
        }
        found
    };
    let mut found = match expectation.effect {
        Effect::Observed => Vec::new(),
        _ => nearest(expectation, &judged),
    };
    found.retain(|mismatch| mismatch.attestation != Attestation::Unattested);
    if found.is_empty() && is_last {
        if let Ok(response) = &exchange.answer {
            let answer = Answer::read(response);
            for requirement in &expectation.inspected {
                let bench = Bench {
                    expectation,
                    requirement,
                    observation,
                };
                found.extend(bench.headers(&answer));
                found.extend(bench.body(&answer));
            }
        }
        found.retain(|mismatch| mismatch.attestation != Attestation::Unattested);
    }
    found
}

/// Judges by each alternative and keeps the one with the least to say, measured by its best attested mismatch and then
/// by their number. An answer for a defect that AWS checks later is a mismatch of order.
fn nearest(expectation: &Expectation<'_>, judged: &dyn Fn(&Requirement) -> Vec<Mismatch>) -> Vec<Mismatch> {
    let weight = |found: &[Mismatch]| {
        let strongest = found.iter().map(|mismatch| mismatch.attestation).min();
        (
            std::cmp::Reverse(strongest.unwrap_or(Attestation::Unattested)),
            found.len(),
        )
    };
    let Some(first) = expectation.alternatives.first() else {
        return Vec::new();
    };
    let mut best = judged(first);
    for requirement in expectation.alternatives.iter().skip(1) {
        let mut found = judged(requirement);
        if found.is_empty() && !best.is_empty() {
            found.extend(out_of_order(first, requirement));
        }
        if weight(&found) < weight(&best) {
            best = found;
        }
    }
    best
}

fn out_of_order(first: &Requirement, answered: &Requirement) -> Option<Mismatch> {
    let (attestation, evidence) = order_attestation(first.stage, answered.stage);
    (first.stage != answered.stage && attestation != Attestation::Unattested).then(|| Mismatch {
        requirement: first.id.clone(),
        aspect: AspectName::Order,
        attestation,
        evidence: evidence.iter().map(ToString::to_string).collect(),
        expected: format!("the {} check answers first ({})", first.stage, first.id),
        got: format!("the {} check answered ({})", answered.stage, answered.id),
    })
}

/// Status, type and message; or that there was no answer at all.
fn judge_answer(bench: &Bench<'_>, exchange: &Exchange) -> Vec<Mismatch> {
    let effect = bench.expectation.effect;
    let response = match &exchange.answer {
        Ok(response) => response,
        Err(fault) => {
            let status = bench.requirement.status.as_ref();
            let silent = |aspect| {
                bench.mismatch(
                    AspectName::Answer,
                    aspect,
                    "an answer".to_owned(),
                    fault.to_string(),
                )
            };
            return status.map(silent).into_iter().collect();
        }
    };
    let answer = Answer::read(response);
    if effect == Effect::Either && answer.is_success() {
        return Vec::new();
    }
    let mut found = Vec::from_iter(bench.status(&answer));
    // An accepted request has no error type: that it was accepted says it all.
    if effect == Effect::Accepted || !answer.is_success() {
        if effect != Effect::Accepted || found.is_empty() {
            found.extend(bench.error_type(&answer));
            found.extend(bench.message(exchange, &answer));
        }
        found.extend(bench.headers(&answer));
        if found.is_empty() {
            found.extend(bench.body(&answer));
        }
    }
    found
}

fn judge_state(bench: &Bench<'_>, exchange: &Exchange, state: &BTreeMap<String, String>) -> Vec<Mismatch> {
    let accepted = exchange
        .answer
        .as_ref()
        .is_ok_and(|response| Answer::read(response).is_success());
    if bench.expectation.effect == Effect::Either && accepted {
        return Vec::new();
    }
    bench.state(state)
}

/// The right-reason rule: a refusal counts only if the same request without its defect is answered otherwise.
fn judge_twin(bench: &Bench<'_>, exchange: &Exchange) -> Option<Mismatch> {
    let twin = bench.observation.twin?;
    let status = bench.requirement.status.as_ref()?;
    if bench.expectation.effect != Effect::Refused {
        return None;
    }
    let summary = |exchange: &Exchange| match &exchange.answer {
        Ok(response) => Answer::read(response).summary(),
        Err(fault) => fault.to_string(),
    };
    let accepted = twin
        .exchange
        .answer
        .as_ref()
        .is_ok_and(|response| Answer::read(response).is_success());
    let (case, other) = (summary(exchange), summary(twin.exchange));
    let expected = match (twin.must_be_accepted, accepted || case != other) {
        (true, _) if !accepted => "the same request without the defect is accepted".to_owned(),
        (false, false) => "the same request without the defect is answered otherwise".to_owned(),
        _ => return None,
    };
    Some(bench.mismatch(AspectName::Twin, status, expected, other))
}
