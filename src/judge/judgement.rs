//! Puts the aspects of a whole case together: steps, state afterwards, and the twin that shows that a refusal has the
//! right reason.

use super::answer::Answer;
use super::aspects::Bench;
use crate::event::{AspectName, Mismatch, Verdict};
use crate::expect::{Expectation, order_attestation};
use crate::requirement::{Aspect, Attestation, Effect, Requirement};
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
    /// The other side of the case's relation, where it was sent.
    pub other: Option<OtherObservation<'a>>,
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
    /// The state after it, where it was read.
    pub state: Option<&'a BTreeMap<String, String>>,
}

/// What was seen of the other side of a relation.
#[derive(Debug, Clone, Copy)]
pub struct OtherObservation<'a> {
    /// Its last exchange.
    pub exchange: &'a Exchange,
    /// The state after it, where it was read.
    pub state: Option<&'a BTreeMap<String, String>>,
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
            return Judgement { verdict: Verdict::Inconclusive, mismatches, reason };
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
    Judgement { verdict, mismatches, reason: None }
}

/// The mismatches of one step: by the requirement that the answer comes nearest to, then by the inspected ones.
fn judge_step(
    expectation: &Expectation<'_>,
    exchange: &Exchange,
    observation: &Observation<'_>,
    is_last: bool,
) -> Vec<Mismatch> {
    // With several defects the state before may be any that one of them speaks of (a confirmed user stays confirmed).
    let state_fits_another = expectation.alternatives.len() > 1
        && observation.state.is_some_and(|state| {
            expectation.alternatives.iter().any(|requirement| {
                requirement.state.is_some()
                    && Bench { expectation, requirement, observation }.state(state).is_empty()
            })
        });
    let judged = |requirement: &Requirement| {
        let bench = Bench { expectation, requirement, observation };
        let mut found = judge_answer(&bench, exchange);
        if is_last {
            let state = observation.state.filter(|_| !state_fits_another);
            found.extend(state.into_iter().flat_map(|state| judge_state(&bench, exchange, state)));
            found.extend(judge_twin(&bench, exchange));
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
                let bench = Bench { expectation, requirement, observation };
                found.extend(bench.headers(&answer));
                found.extend(bench.body(&answer));
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

/// Compares the last answer and the state after it with those of the other side.
fn judge_relation(
    requirement: &Requirement,
    same: &Aspect<()>,
    exchange: &Exchange,
    observation: &Observation<'_>,
) -> Option<Mismatch> {
    let other = observation.other?;
    if matches!(other.exchange.answer, Err(WireFault::Unreachable { .. } | WireFault::Tls { .. })) {
        return None;
    }
    let answer = |exchange: &Exchange| match &exchange.answer {
        Ok(response) => {
            let answer = Answer::read(response);
            (Some(response.status), answer.error_type.clone(), answer.summary())
        }
        Err(fault) => (None, None, fault.to_string()),
    };
    let ((status, error_type, got), (other_status, other_type, expected)) =
        (answer(exchange), answer(other.exchange));
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
        format!("{}{}", observation.bindings.redact(&answer), told.collect::<String>())
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
fn judge_answer(bench: &Bench<'_>, exchange: &Exchange) -> Vec<Mismatch> {
    let effect = bench.expectation.effect;
    let response = match &exchange.answer {
        Ok(response) => response,
        Err(fault) => {
            let silent = bench.of_strongest(AspectName::Answer, "an answer".to_owned(), fault.to_string());
            return silent.into_iter().collect();
        }
    };
    let answer = Answer::read(response);
    if effect == Effect::Either && answer.is_success() {
        return Vec::new();
    }
    let mut found = Vec::from_iter(bench.status(&answer));
    // An accepted request has no error type: that it was accepted says it all, where the status is judged.
    let says_it_all = answer.is_success() && bench.requirement.status.is_some();
    // HTTP gives the answer to HEAD no body.
    let has_body = exchange.request.method() != b"HEAD";
    if effect == Effect::Accepted || !says_it_all {
        if effect != Effect::Accepted || found.is_empty() {
            found.extend(bench.error_type(&answer));
            found.extend(bench.message(exchange, &answer).filter(|_| has_body));
        }
        found.extend(bench.headers(&answer));
        if found.is_empty() && has_body {
            found.extend(bench.body(&answer));
        }
    }
    found
}

fn judge_state(bench: &Bench<'_>, exchange: &Exchange, state: &BTreeMap<String, String>) -> Vec<Mismatch> {
    let accepted = exchange.answer.as_ref().is_ok_and(|response| Answer::read(response).is_success());
    if bench.expectation.effect == Effect::Either && accepted {
        return Vec::new();
    }
    bench.state(state)
}

/// The right-reason rule: a refusal counts only if the same request without its defect is answered otherwise.
fn judge_twin(bench: &Bench<'_>, exchange: &Exchange) -> Option<Mismatch> {
    let twin = bench.observation.twin?;
    if bench.expectation.effect != Effect::Refused {
        return None;
    }
    let summary = |exchange: &Exchange| match &exchange.answer {
        Ok(response) => Answer::read(response).summary(),
        Err(fault) => fault.to_string(),
    };
    let confirmed =
        twin.state.and_then(|state| state.get("user.status")).is_none_or(|status| status == "CONFIRMED");
    let accepted =
        confirmed && twin.exchange.answer.as_ref().is_ok_and(|response| Answer::read(response).is_success());
    let (case, other) = (summary(exchange), summary(twin.exchange));
    let expected = match (twin.must_be_accepted, accepted || case != other) {
        (true, _) if !accepted => "the same request without the defect is accepted".to_owned(),
        (false, false) => "the same request without the defect is answered otherwise".to_owned(),
        _ => return None,
    };
    let got = if confirmed { other } else { format!("{other}, and the user is not confirmed") };
    bench.of_strongest(AspectName::Twin, expected, got)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Layer;
    use crate::requirement::{MessageRule, RequirementId, Stage};
    use crate::wire::{Headers, Request, Response};
    use std::time::Duration;

    fn aspect<T>(accept: T, attestation: Attestation) -> Aspect<T> {
        Aspect { accept, attestation, evidence: vec!["SEM-001".into()] }
    }

    fn refusal(id: &str, stage: Stage, error_type: &str) -> Requirement {
        Requirement {
            id: RequirementId(id.into()),
            sentence: String::new(),
            member: None,
            layer: Layer::State,
            stage,
            since: None,
            labels: vec![],
            evidence: vec![],
            effect: Effect::Refused,
            status: Some(aspect(vec![400], Attestation::Documented)),
            error_type: Some(aspect(vec![error_type.to_owned()], Attestation::Recorded)),
            message: Some(aspect(MessageRule::OneOf(vec!["No.".into()]), Attestation::Reported)),
            headers: None,
            body: None,
            state: Some(aspect(
                [("user.status".to_owned(), "UNCONFIRMED".to_owned())].into(),
                Attestation::Documented,
            )),
            same: None,
            conflicts: vec![],
            no_case: None,
        }
    }

    fn exchange(status: u16, body: &str) -> Exchange {
        let response =
            Response { status, reason: vec![], headers: Headers::default(), body: body.to_owned().into() };
        Exchange { request: Request::Raw("".into()), answer: Ok(response), latency: Duration::ZERO }
    }

    fn no(error_type: &str) -> Exchange {
        exchange(400, &format!(r#"{{"__type":"{error_type}","message":"No."}}"#))
    }

    fn expectation(alternatives: Vec<&Requirement>, effect: Effect) -> Expectation<'_> {
        Expectation {
            effect,
            alternatives,
            inspected: vec![],
            cap: Attestation::Documented,
            violations: vec![],
        }
    }

    /// The verdict and `aspect` of each mismatch.
    fn verdict(
        expectation: &Expectation<'_>,
        seen: &Exchange,
        user_status: &str,
        twin: Option<(&Exchange, bool)>,
    ) -> (Verdict, Vec<AspectName>) {
        let state = [("user.status".to_owned(), user_status.to_owned())].into();
        let bindings = Bindings::default();
        let observation = Observation {
            exchanges: std::slice::from_ref(seen),
            state: Some(&state),
            twin: twin.map(|(exchange, must_be_accepted)| TwinObservation {
                exchange,
                must_be_accepted,
                state: None,
            }),
            other: None,
            bindings: &bindings,
        };
        let found = judge(std::slice::from_ref(expectation), &observation, Attestation::Recorded);
        (found.verdict, found.mismatches.iter().map(|mismatch| mismatch.aspect).collect())
    }

    #[test]
    fn a_refusal_counts_only_with_a_twin_that_is_accepted() {
        let code = refusal("CODE", Stage::Code, "CodeMismatchException");
        let expectation = expectation(vec![&code], Effect::Refused);
        let (seen, accepted) = (no("CodeMismatchException"), exchange(200, "{}"));
        let result = |twin| verdict(&expectation, &seen, "UNCONFIRMED", twin);
        assert_eq!(result(Some((&accepted, true))), (Verdict::Pass, vec![]));
        assert_eq!(result(Some((&seen, true))), (Verdict::Mismatch, vec![AspectName::Twin]));
        assert_eq!(result(Some((&seen, false))), (Verdict::Mismatch, vec![AspectName::Twin]));
        let other = no("UserNotFoundException");
        assert_eq!(result(Some((&other, true))), (Verdict::Mismatch, vec![AspectName::Twin]));
        assert_eq!(result(Some((&other, false))), (Verdict::Pass, vec![]));
    }

    #[test]
    fn what_is_accepted_wrongly_is_reported_once_and_with_its_effect_on_the_state() {
        let code = refusal("CODE", Stage::Code, "CodeMismatchException");
        let expectation = expectation(vec![&code], Effect::Refused);
        let seen = exchange(200, "{}");
        let found = verdict(&expectation, &seen, "CONFIRMED", None);
        assert_eq!(found, (Verdict::Mismatch, vec![AspectName::Status, AspectName::State]));
    }

    #[test]
    fn a_refusal_that_changes_the_state_is_a_mismatch() {
        let code = refusal("CODE", Stage::Code, "CodeMismatchException");
        let expectation = expectation(vec![&code], Effect::Refused);
        let found = verdict(&expectation, &no("CodeMismatchException"), "CONFIRMED", None);
        assert_eq!(found, (Verdict::Mismatch, vec![AspectName::State]));
    }

    #[test]
    fn a_difference_below_the_gate_is_an_advisory() {
        let code = refusal("CODE", Stage::Code, "CodeMismatchException");
        let expectation = expectation(vec![&code], Effect::Refused);
        let seen = exchange(400, r#"{"__type":"CodeMismatchException","message":"Nope."}"#);
        assert_eq!(
            verdict(&expectation, &seen, "UNCONFIRMED", None),
            (Verdict::Advisory, vec![AspectName::Message])
        );
    }

    #[test]
    fn two_defects_may_be_reported_either_way_and_only_an_attested_order_counts() {
        let status = refusal("STATUS", Stage::Status, "NotAuthorizedException");
        let code = refusal("CODE", Stage::Code, "CodeMismatchException");
        let alias = refusal("ALIAS", Stage::Alias, "AliasExistsException");
        let seen = |error_type: &str, alternatives: Vec<&Requirement>| {
            verdict(&expectation(alternatives, Effect::Refused), &no(error_type), "UNCONFIRMED", None)
        };
        assert_eq!(seen("NotAuthorizedException", vec![&status, &code]), (Verdict::Pass, vec![]));
        // SEM-008 is reported, SEM-032 documented.
        let reported = (Verdict::Advisory, vec![AspectName::Order]);
        assert_eq!(seen("CodeMismatchException", vec![&status, &code]), reported);
        let documented = (Verdict::Mismatch, vec![AspectName::Order]);
        assert_eq!(seen("AliasExistsException", vec![&code, &alias]), documented);
        let neither = (Verdict::Mismatch, vec![AspectName::Type]);
        assert_eq!(seen("UserNotFoundException", vec![&code, &alias]), neither);
    }

    #[test]
    fn a_doubtful_value_beside_a_defect_may_be_refused_first_or_not_at_all() {
        let code = refusal("CODE", Stage::Code, "CodeMismatchException");
        let mut boolean = refusal("BOOLEAN", Stage::Deserialise, "SerializationException");
        boolean.effect = Effect::Either;
        let seen = |error_type: &str| {
            let expectation = expectation(vec![&boolean, &code], Effect::Refused);
            verdict(&expectation, &no(error_type), "UNCONFIRMED", None)
        };
        assert_eq!(seen("SerializationException"), (Verdict::Pass, vec![]));
        assert_eq!(seen("CodeMismatchException"), (Verdict::Pass, vec![]));
        assert_eq!(seen("UserNotFoundException").1, vec![AspectName::Type]);
    }

    #[test]
    fn a_subject_that_hangs_up_is_wrong_and_one_that_is_gone_is_inconclusive() {
        let code = refusal("CODE", Stage::Code, "CodeMismatchException");
        let expectation = expectation(vec![&code], Effect::Refused);
        let mut seen = no("CodeMismatchException");
        seen.answer = Err(WireFault::Closed { received: 0 });
        assert_eq!(
            verdict(&expectation, &seen, "UNCONFIRMED", None),
            (Verdict::Mismatch, vec![AspectName::Answer])
        );
        seen.answer = Err(WireFault::Unreachable { reason: "refused".into() });
        assert_eq!(verdict(&expectation, &seen, "UNCONFIRMED", None), (Verdict::Inconclusive, vec![]));
    }

    #[test]
    fn what_may_go_either_way_is_judged_only_when_it_is_refused() {
        let boolean = refusal("BOOLEAN", Stage::Deserialise, "SerializationException");
        let expectation = expectation(vec![&boolean], Effect::Either);
        assert_eq!(verdict(&expectation, &exchange(200, "{}"), "CONFIRMED", None), (Verdict::Pass, vec![]));
        let found = verdict(&expectation, &no("Oops"), "UNCONFIRMED", None);
        assert_eq!(found, (Verdict::Mismatch, vec![AspectName::Type]));
    }

    /// The verdict on a relation between two answers, attested like this.
    fn related(one: &Exchange, other: &Exchange, attestation: Attestation) -> (Verdict, Vec<Mismatch>) {
        let accepted = Requirement { effect: Effect::Observed, ..refusal("ANY", Stage::Code, "X") };
        let relation =
            Requirement { same: Some(aspect((), attestation)), ..refusal("SAME", Stage::Confirm, "X") };
        let relation = Requirement {
            effect: Effect::Inspected,
            status: None,
            error_type: None,
            message: None,
            state: None,
            ..relation
        };
        let expectation =
            Expectation { inspected: vec![&relation], ..expectation(vec![&accepted], Effect::Observed) };
        let bindings = Bindings::default();
        let observation = Observation {
            exchanges: std::slice::from_ref(one),
            state: None,
            twin: None,
            other: Some(OtherObservation { exchange: other, state: None }),
            bindings: &bindings,
        };
        let found = judge(std::slice::from_ref(&expectation), &observation, Attestation::Recorded);
        assert!(!expectation.is_scored(Attestation::Recorded), "a relation alone is never scored");
        (found.verdict, found.mismatches)
    }

    #[test]
    fn two_forms_of_a_request_are_compared_with_each_other_and_with_nothing_else() {
        let (yes, no, not_found) =
            (exchange(200, "{}"), no("CodeMismatchException"), no("UserNotFoundException"));
        assert_eq!(related(&no, &no, Attestation::Documented), (Verdict::Pass, vec![]));
        assert_eq!(related(&yes, &yes, Attestation::Documented), (Verdict::Pass, vec![]));
        for other in [&yes, &not_found] {
            let (verdict, found) = related(&no, other, Attestation::Documented);
            assert_eq!(verdict, Verdict::Mismatch);
            assert_eq!(found.iter().map(|one| one.aspect).collect::<Vec<_>>(), [AspectName::Relation]);
        }
        let (_, found) = related(&no, &yes, Attestation::Documented);
        assert_eq!(found[0].expected, "the same as the other form: 200");
        assert_eq!(found[0].got, "400 CodeMismatchException");
    }

    #[test]
    fn a_relation_that_is_not_attested_is_told_and_never_fails_a_run() {
        let (verdict, found) = related(&no("A"), &no("B"), Attestation::Unattested);
        assert_eq!((verdict, found.len()), (Verdict::Advisory, 1));
    }
}
