//! Puts the aspects of a whole case together: steps, the state afterwards, the twin and the relation.

use super::answer::Answer;
use super::aspects::Bench;
use super::observation::Observation;
use super::relation::judge_relation;
use super::twin::judge_twin;
use crate::event::{AspectName, Listed, Mismatch, Verdict};
use crate::expect::{Expectation, order_attestation};
use crate::requirement::{Attestation, Effect, Requirement};
use crate::wire::{Exchange, WireFault};
use std::collections::BTreeMap;

/// The verdict on one case, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// `pass`, `mismatch`, `advisory`, `observed` or `inconclusive`; held against a list, `known` or `stale` as well.
    pub verdict: Verdict,
    /// What differs.
    pub mismatches: Vec<Mismatch>,
    /// Those of the mismatches that are listed among the known failures.
    pub known: Vec<Listed>,
    /// Why there is no verdict on the subject, or what the list of known failures says.
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
            return Judgement { verdict: Verdict::Inconclusive, mismatches, known: Vec::new(), reason };
        }
        // A step that went wrong before explains the state, and one that was accepted or refused wrongly explains how
        // the twin is answered as well; the last step is not to blame for them.
        let is_wrong = |mismatch: &Mismatch| mismatch.aspect == AspectName::Status;
        let blamed = Observation {
            state: observation.state.filter(|_| mismatches.is_empty()),
            twin: observation.twin.filter(|_| !mismatches.iter().any(is_wrong)),
            ..*observation
        };
        mismatches.extend(judge_step(expectation, exchange, &blamed, i == last));
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
    Judgement { verdict, mismatches, known: Vec::new(), reason: None }
}

/// An answer that was read, or why there is none.
pub(super) type Read<'a> = Result<Answer<'a>, &'a WireFault>;

/// The mismatches of one step: by the requirement that the answer comes nearest to, then by the inspected ones.
fn judge_step(
    expectation: &Expectation<'_>,
    exchange: &Exchange,
    observation: &Observation<'_>,
    is_last: bool,
) -> Vec<Mismatch> {
    // With several defects the state before may be any that one of them speaks of (a confirmed user stays confirmed).
    let state_fits_one = observation.state.is_some_and(|state| {
        expectation.alternatives.iter().any(|requirement| {
            requirement.state.is_some()
                && Bench { expectation, requirement, observation }.state(state).is_empty()
        })
    });
    // Read once, however many requirements it is held against.
    let answer = exchange.answer.as_ref().map(Answer::read);
    let judged = |requirement: &Requirement| {
        let bench = Bench { expectation, requirement, observation };
        let mut found = judge_answer(&bench, exchange, &answer);
        if is_last {
            let state = observation.state.filter(|_| !state_fits_one);
            found.extend(state.into_iter().flat_map(|state| judge_state(&bench, &answer, state)));
            found.extend(judge_twin(&bench, &answer));
        }
        found
    };
    let mut found = match expectation.effect {
        Effect::Observed => Vec::new(),
        _ => nearest(expectation, &judged),
    };
    found.retain(|mismatch| mismatch.attestation != Attestation::Unattested);
    if found.is_empty() && is_last {
        if let Ok(answer) = &answer {
            for requirement in &expectation.inspected {
                let bench = Bench { expectation, requirement, observation };
                found.extend(bench.headers(answer));
                found.extend(bench.body(answer));
                found.extend(observation.state.into_iter().flat_map(|state| bench.state(state)));
            }
        }
        found.retain(|mismatch| mismatch.attestation != Attestation::Unattested);
    }
    if is_last {
        // A subject that contradicts itself is told so whether or not anything is attested; it fails only where it is.
        let related = expectation
            .inspected
            .iter()
            .filter_map(|requirement| requirement.same.as_ref().map(|same| (requirement, same)));
        found.extend(
            related
                .filter_map(|(requirement, same)| judge_relation(requirement, same, exchange, observation)),
        );
    }
    found
}

/// Judges by each alternative and keeps the one with the least to say, measured by its best attested mismatch and then
/// by their number. An answer for a defect that AWS checks later is a mismatch of order.
fn nearest(expectation: &Expectation<'_>, judged: &dyn Fn(&Requirement) -> Vec<Mismatch>) -> Vec<Mismatch> {
    let weight = |found: &[Mismatch]| {
        let strongest = found.iter().map(|mismatch| mismatch.attestation).min();
        (std::cmp::Reverse(strongest.unwrap_or(Attestation::Unattested)), found.len())
    };
    let judgements = expectation.alternatives.iter().map(|requirement| (*requirement, judged(requirement)));
    let Some((answered, mut found)) = judgements.min_by_key(|(_, found)| weight(found)) else {
        return Vec::new();
    };
    firm_up(expectation, &mut found);
    // What may be accepted as well need not answer first.
    let first = expectation.alternatives.iter().find(|requirement| requirement.effect != Effect::Either);
    let first = first.filter(|first| first.stage < answered.stage);
    if let (Some(first), true) = (first, found.is_empty()) {
        found.extend(out_of_order(first, answered));
    }
    found
}

/// Whichever defect answers, the request is refused: that it must be is as well attested as the best attested defect, as
/// long as all of them are refused with the same status.
fn firm_up(expectation: &Expectation<'_>, found: &mut [Mismatch]) {
    let statuses = || expectation.alternatives.iter().filter_map(|requirement| requirement.status.as_ref());
    let Some(any) = statuses().next() else { return };
    if statuses().any(|status| status.accept != any.accept) {
        return;
    }
    let with_status = expectation
        .alternatives
        .iter()
        .filter_map(|requirement| Some((requirement, requirement.status.as_ref()?)));
    let Some((firmest, status)) = with_status.min_by_key(|(_, status)| status.attestation) else { return };
    let attestation = expectation.attestation(status.attestation);
    for mismatch in found {
        let is_refusal = matches!(
            mismatch.aspect,
            AspectName::Status | AspectName::State | AspectName::Twin | AspectName::Answer
        );
        if is_refusal && attestation < mismatch.attestation {
            mismatch.requirement = firmest.id.clone();
            mismatch.attestation = attestation;
            mismatch.evidence.clone_from(&status.evidence);
        }
    }
}

fn out_of_order(first: &Requirement, answered: &Requirement) -> Option<Mismatch> {
    let (attestation, evidence) = order_attestation(first.stage, answered.stage);
    (attestation != Attestation::Unattested).then(|| Mismatch {
        requirement: first.id.clone(),
        aspect: AspectName::Order,
        attestation,
        evidence: evidence.iter().map(ToString::to_string).collect(),
        expected: format!("the {} check answers first ({})", first.stage, first.id),
        got: format!("the {} check answered ({})", answered.stage, answered.id),
    })
}

/// Status, type and message; or that there was no answer at all.
fn judge_answer(bench: &Bench<'_>, exchange: &Exchange, answer: &Read<'_>) -> Vec<Mismatch> {
    let effect = bench.expectation.effect;
    let answer = match answer {
        Ok(answer) => answer,
        Err(fault) => {
            let silent = bench.of_strongest(AspectName::Answer, "an answer".to_owned(), fault.to_string());
            return silent.into_iter().collect();
        }
    };
    if effect == Effect::Either && answer.is_success() {
        return Vec::new();
    }
    let mut found = Vec::from_iter(bench.status(answer));
    // An accepted request has no error type: that it was accepted says it all, where the status is judged.
    let says_it_all = answer.is_success() && bench.requirement.status.is_some();
    // HTTP gives the answer to HEAD no body.
    let has_body = exchange.request.method() != b"HEAD";
    if effect == Effect::Accepted || !says_it_all {
        if effect != Effect::Accepted || found.is_empty() {
            found.extend(bench.error_type(answer));
            found.extend(bench.message(exchange, answer).filter(|_| has_body));
        }
        found.extend(bench.headers(answer));
        if found.is_empty() && has_body {
            found.extend(bench.body(answer));
        }
    }
    found
}

fn judge_state(bench: &Bench<'_>, answer: &Read<'_>, state: &BTreeMap<String, String>) -> Vec<Mismatch> {
    let accepted = answer.as_ref().is_ok_and(Answer::is_success);
    if bench.expectation.effect == Effect::Either && accepted {
        return Vec::new();
    }
    bench.state(state)
}

#[cfg(test)]
mod tests;
