//! Judges the ConfirmSignUp exchanges of a HAR file, as far as their bytes alone say what was done. What depends on a state
//! that nobody saw is never guessed: it is `observed`, with the reason, once the form of the answer was judged.

use super::GradeError;
use super::derive::{Derived, derive};
use super::har::{HarAnswer, HarEntry, read_har};
use super::shown::{bindings_of, shown_answer_headers, shown_request};
use crate::case::{Case, CaseId, ClientKind, Fixture, Label, Layer, Origin, Sending, Step};
use crate::event::{AS_CAPTURED, AspectName, CaseReport, Mismatch, RunEvent, RunHeader, Verdict};
use crate::expect::Expectation;
use crate::harness::Rules;
use crate::judge::{Answer, Judgement, Observation, judge, view};
use crate::requirement::{Attestation, Effect, MessageRule, Requirement, Stage};
use crate::template::{Bindings, RequestTemplate};
use crate::wire::{Exchange, Headers, Request, RequestForm, Response};
use std::collections::BTreeMap;
use std::time::Duration;

/// What can be seen in every refusal; a length that a recorder may have changed is not looked at.
const REFUSED: [&str; 8] = [
    "error-content-type",
    "error-type-header",
    "error-message-header",
    "error-type-short",
    "message-key",
    "error-compact",
    "error-json-object",
    "request-id",
];

/// What can be seen in every success.
const ACCEPTED: [&str; 3] = ["success-content-type", "success-modelled", "request-id"];

/// Judges every ConfirmSignUp exchange in `bytes` with this gate, and tells `emit` what a run would have told. `name` is
/// what the report calls the subject.
pub fn grade_har(
    bytes: &[u8],
    name: &str,
    (rules, gate): (&Rules, Attestation),
    emit: &mut dyn FnMut(RunEvent),
) -> Result<(), GradeError> {
    let (entries, count) = read_har(bytes)?;
    if entries.is_empty() {
        return Err(GradeError::Nothing { entries: count });
    }
    emit(RunEvent::Started(Box::new(RunHeader {
        countersign: env!("CARGO_PKG_VERSION").to_owned(),
        revision: crate::model::Revision::NEWEST.to_string(),
        subject: name.to_owned(),
        endpoint: AS_CAPTURED.to_owned(),
        seed: 0,
        gate: gate.to_string(),
        cases: u64::try_from(entries.len()).unwrap_or(u64::MAX),
        invocation: String::new(),
        shard: None,
    })));
    for (index, entry) in entries.iter().enumerate() {
        let report = Bench { rules, gate, entry }.report(index);
        emit(RunEvent::CaseFinished(Box::new(report)));
    }
    emit(RunEvent::Finished(Box::default()));
    Ok(())
}

struct Bench<'a> {
    rules: &'a Rules,
    gate: Attestation,
    entry: &'a HarEntry,
}

/// A verdict, and whether it can count.
struct Outcome {
    judgement: Judgement,
    scored: bool,
}

impl Outcome {
    fn without_verdict(verdict: Verdict, reason: impl Into<String>) -> Self {
        let judgement =
            Judgement { verdict, mismatches: Vec::new(), known: Vec::new(), reason: Some(reason.into()) };
        Self { judgement, scored: false }
    }
}

impl Bench<'_> {
    fn report(&self, index: usize) -> CaseReport {
        let entry = self.entry;
        let body = entry.body.as_deref();
        let derived =
            body.map(|body| derive(entry.method.as_bytes(), entry.path.as_bytes(), &entry.headers, body));
        let bindings = bindings_of(body.unwrap_or_default());
        let case = self.case(derived.as_ref());
        let exchange = entry.answer.as_ref().map(|answer| self.exchange(answer));
        let outcome = match (&derived, &exchange) {
            (_, None) => Outcome::without_verdict(Verdict::Uncovered, "the file holds no answer to it"),
            (None, _) => {
                Outcome::without_verdict(Verdict::Uncovered, "the file does not hold the request's body")
            }
            (Some(derived), Some(exchange)) => self.outcome(&case, derived, exchange, &bindings),
        };
        let answer = exchange.as_ref().and_then(|exchange| exchange.answer.as_ref().ok());
        let shown = exchange.as_ref().filter(|_| outcome.judgement.verdict != Verdict::Pass);
        let template = shown_request(entry);
        CaseReport {
            index,
            round: 0,
            id: case.id.clone(),
            layer: case.layer,
            requirements: self.rules.requirements(&case),
            labels: case.labels().cloned().collect(),
            verdict: outcome.judgement.verdict,
            scored: outcome.scored,
            mismatches: outcome.judgement.mismatches,
            known: outcome.judgement.known,
            reason: outcome.judgement.reason.map(|reason| bindings.redact(&reason)),
            answer: answer.map(|response| Answer::read(response).summary(&bindings)),
            state: BTreeMap::new(),
            exchanges: shown
                .map(|exchange| view(AS_CAPTURED, &template, exchange, &bindings))
                .into_iter()
                .collect(),
        }
    }

    /// The request as a case that carries the derived labels.
    fn case(&self, derived: Option<&Derived>) -> Case {
        let labels = match derived {
            None => Vec::new(),
            Some(derived) if derived.labels.is_empty() => {
                let members =
                    if derived.optional.is_empty() { "none".to_owned() } else { derived.optional.join("+") };
                vec![Label::new("valid", "members", &members)]
            }
            Some(derived) => derived.labels.clone(),
        };
        let layer = match labels.first().map(Label::kind) {
            Some("method") => Layer::Http,
            Some("content-type") => Layer::Header,
            Some("json") => Layer::JsonText,
            Some("valid") | None => Layer::State,
            Some("wrong-type" | "unknown-member") => Layer::JsonShape,
            Some(_) => Layer::Constraint,
        };
        Case {
            id: CaseId::new("har", &format!("entry-{}", self.entry.index)),
            layer,
            origin: Origin::File,
            fixture: Fixture::unconfirmed(ClientKind::Public),
            steps: vec![Step { request: RequestTemplate::Raw(crate::template::Template::default()), labels }],
            sending: Sending::InTurn,
            twin: None,
            relation: None,
            reason: None,
        }
    }

    fn exchange(&self, answer: &HarAnswer) -> Exchange {
        let request = Request::Formed(RequestForm {
            method: self.entry.method.clone().into(),
            target: self.entry.path.clone().into(),
            headers: Headers::default(),
            body: self.entry.body.clone().unwrap_or_default().into(),
        });
        let response = Response {
            status: answer.status,
            reason: answer.reason.clone().into_bytes(),
            headers: shown_answer_headers(&answer.headers),
            body: answer.body.clone().unwrap_or_default().into(),
        };
        Exchange { request, answer: Ok(response), latency: Duration::ZERO }
    }

    fn outcome(&self, case: &Case, derived: &Derived, exchange: &Exchange, bindings: &Bindings) -> Outcome {
        if self.entry.answer.as_ref().is_some_and(|answer| answer.body.is_none()) {
            return Outcome::without_verdict(Verdict::Uncovered, "the file does not hold the answer's body");
        }
        let Ok(response) = &exchange.answer else {
            return Outcome::without_verdict(Verdict::Uncovered, "there is no answer");
        };
        let answer = Answer::read(response);
        let expectations = self.rules.expectations(case);
        let Some(expectation) = expectations.into_iter().next() else {
            return Outcome::without_verdict(Verdict::Uncovered, "nothing is known of the request");
        };
        let seen = Seen { exchange, bindings, gate: self.gate };
        let open = match () {
            () if !derived.unclear.is_empty() => Some(derived.unclear.join("; ")),
            () if expectation.effect == Effect::Observed => Some("nothing is attested for it".to_owned()),
            () if expectation.effect != Effect::Refused => Some(
                "the request is valid on its face: what it is answered depends on the user, the code and the app client"
                    .to_owned(),
            ),
            () if self.is_of_state(&answer, &expectation) => {
                Some("it was refused by a check of the state, which nobody saw".to_owned())
            }
            () => None,
        };
        match open {
            None => {
                let inspected = self.inspected(&answer);
                let scored = expectation.is_scored(self.gate);
                let judgement = seen.judged(Expectation { inspected, ..expectation });
                Outcome { judgement, scored }
            }
            Some(reason) => {
                let mut judgement = self.form(&answer, &seen);
                if matches!(judgement.verdict, Verdict::Pass | Verdict::Observed) {
                    (judgement.verdict, judgement.reason) = (Verdict::Observed, Some(reason));
                }
                let scored = judgement.verdict != Verdict::Observed;
                Outcome { judgement, scored }
            }
        }
    }

    /// Whether the answer is that of a check that comes after those that the bytes alone decide.
    fn is_of_state(&self, answer: &Answer<'_>, expectation: &Expectation<'_>) -> bool {
        let Some(found) = &answer.error_type else { return false };
        let has_type = |requirement: &Requirement| {
            requirement.error_type.as_ref().is_some_and(|aspect| aspect.accept.contains(found))
        };
        !answer.is_success()
            && !expectation.alternatives.iter().any(|requirement| has_type(requirement))
            && self.rules.table().iter().any(|it| it.stage >= Stage::Client && has_type(it))
    }

    /// Judges the form alone: that of some requirement whose error type came, and what every answer has.
    fn form(&self, answer: &Answer<'_>, seen: &Seen<'_>) -> Judgement {
        let of = |effect, alternatives| Expectation {
            effect,
            alternatives,
            inspected: self.inspected(answer),
            cap: Attestation::Documented,
            violations: Vec::new(),
        };
        // A list of violations would say what was wrong with the request, which is not known here.
        let fits = |requirement: &&Requirement| {
            let lists = requirement.message.as_ref().is_some_and(|it| it.accept == MessageRule::Violations);
            requirement.effect == Effect::Refused
                && requirement.status.is_some()
                && !lists
                && !answer.is_success()
                && {
                    let accepted = requirement.error_type.as_ref().map(|aspect| &aspect.accept);
                    accepted
                        .zip(answer.error_type.as_ref())
                        .is_some_and(|(accepted, found)| accepted.contains(found))
                }
        };
        let judged =
            self.rules.table().iter().filter(fits).map(|it| seen.judged(of(Effect::Refused, vec![it])));
        // An answer that none of them allows is held against the one it comes nearest to, as well as that is attested.
        // What was answered, status, type and message, says which one it is: its header lines and form do not.
        let is_own = |mismatch: &&Mismatch| {
            matches!(mismatch.aspect, AspectName::Status | AspectName::Type | AspectName::Message)
        };
        let weight = |Judgement { mismatches, .. }: &Judgement| {
            let own = mismatches.iter().filter(is_own).count();
            (own, mismatches.len(), mismatches.iter().map(|it| it.attestation).min())
        };
        judged.min_by_key(weight).unwrap_or_else(|| seen.judged(of(Effect::Observed, Vec::new())))
    }

    fn inspected(&self, answer: &Answer<'_>) -> Vec<&Requirement> {
        let labels: &[&str] = if answer.is_success() { &ACCEPTED } else { &REFUSED };
        let label = |what: &&str| Label::new("inspect", what, "");
        labels
            .iter()
            .map(label)
            .flat_map(|label| self.rules.table().governing(&label).collect::<Vec<_>>())
            .collect()
    }
}

struct Seen<'a> {
    exchange: &'a Exchange,
    bindings: &'a Bindings,
    gate: Attestation,
}

impl Seen<'_> {
    fn judged(&self, expectation: Expectation<'_>) -> Judgement {
        let observation = Observation {
            exchanges: std::slice::from_ref(self.exchange),
            state: None,
            twin: None,
            other: None,
            bindings: self.bindings,
        };
        judge(&[expectation], &observation, self.gate)
    }
}
