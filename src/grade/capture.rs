//! Judges the captured cases of an exchange log again, by the rules of this build.

use super::{GradeError, Log};
use crate::capture::{
    Capture, CapturedAnswer, CapturedExchange, CapturedHeader, CapturedOther, CapturedRequest, CapturedRun,
    CapturedTwin, Failed, Seen, Values,
};
use crate::case::{Case, ClientKind, Fixture, Label, Origin, Sending, Step};
use crate::event::{CaseReport, ExchangeView, RunEnd, RunEvent, RunHeader, StateNotJudged, Verdict};
use crate::harness::{Rules, known_problems, settle_twin};
use crate::judge::{
    Answer, Judgement, Observation, OtherObservation, TwinObservation, Values as ListedValues, flaky, judge,
    judge_known, set_aside, view,
};
use crate::known::KnownList;
use crate::requirement::Attestation;
use crate::template::{Binding, Bindings, Escaping, REPEAT_MAX, RequestTemplate, Segment, Template};
use crate::wire::{Exchange, Header, Headers, Request, RequestForm, Response, unescape};
use std::collections::BTreeMap;
use std::time::Duration;

/// What a log is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Grading<'a> {
    /// The rules.
    pub rules: &'a Rules,
    /// The weakest attestation that fails.
    pub gate: Attestation,
    /// What is known to fail.
    pub known: &'a KnownList,
}

/// Judges every case of `log`, and tells `emit` what a run would have told.
pub fn grade_log(log: Log, by: Grading<'_>, emit: &mut dyn FnMut(RunEvent)) -> Result<(), GradeError> {
    let header = RunHeader {
        countersign: env!("CARGO_PKG_VERSION").to_owned(),
        gate: by.gate.to_string(),
        ..log.header
    };
    emit(RunEvent::Started(Box::new(header)));
    let mut held = Vec::new();
    let mut is_accepted = false;
    let mut state_not_judged = None;
    for (line, capture) in log.captures {
        let wrong = |reason: String| GradeError::Line { line, offset: 0, reason };
        let graded = Bench { by, capture: &capture }.graded().map_err(wrong)?;
        state_not_judged = StateNotJudged::sum(state_not_judged, graded.state_not_judged);
        if graded.waits_for_twin {
            held.push(graded.report);
            continue;
        }
        let answer = graded.report.answer.as_deref();
        is_accepted |= graded.report.verdict == Verdict::Pass && answer.is_some_and(|it| it.starts_with('2'));
        emit(RunEvent::CaseFinished(Box::new(graded.report)));
    }
    for mut report in held {
        settle_twin(&mut report, is_accepted);
        emit(RunEvent::CaseFinished(Box::new(report)));
    }
    emit(RunEvent::Finished(Box::new(RunEnd {
        incomplete: log.incomplete,
        known_problems: known_problems(by.rules, by.known),
        state_not_judged,
        ..RunEnd::default()
    })));
    Ok(())
}

struct Graded {
    report: CaseReport,
    waits_for_twin: bool,
    state_not_judged: Option<StateNotJudged>,
}

/// What a case is judged with.
struct Bench<'a> {
    by: Grading<'a>,
    capture: &'a Capture,
}

impl Bench<'_> {
    fn graded(&self) -> Result<Graded, String> {
        let mut runs = self.capture.runs.iter();
        let first = runs.next().ok_or("a case without a run")?;
        let case = self.case(first)?;
        let mut graded = self.run(&case, first)?;
        if graded.report.verdict == Verdict::Mismatch {
            let mut verdicts = vec![Verdict::Mismatch];
            for again in runs {
                verdicts.push(self.run(&case, again)?.report.verdict);
            }
            if let Some(reason) = flaky(&verdicts) {
                graded.report.verdict = Verdict::Inconclusive;
                graded.report.reason = Some(reason);
            }
        }
        Ok(graded)
    }

    /// The case as far as the rules look at it.
    fn case(&self, run: &CapturedRun) -> Result<Case, String> {
        let sent: &[CapturedExchange] = match run {
            CapturedRun::Seen(seen) => &seen.steps,
            CapturedRun::Failed(_) | CapturedRun::LeftOut(_) => &[],
        };
        if !sent.is_empty() && sent.len() != self.capture.labels.len() {
            return Err(format!("{} steps and labels for {}", sent.len(), self.capture.labels.len()));
        }
        let mut steps = Vec::with_capacity(self.capture.labels.len());
        for (position, labels) in self.capture.labels.iter().enumerate() {
            let request = match sent.get(position) {
                Some(exchange) => template(&exchange.request)?,
                None => RequestTemplate::Raw(Template::default()),
            };
            steps.push(Step { request, labels: labels.clone() });
        }
        Ok(Case {
            id: self.capture.case.clone(),
            layer: self.capture.layer,
            origin: Origin::File,
            fixture: Fixture::unconfirmed(ClientKind::Public),
            steps,
            sending: Sending::InTurn,
            twin: None,
            relation: None,
            reason: None,
        })
    }

    fn run(&self, case: &Case, run: &CapturedRun) -> Result<Graded, String> {
        let ungoverned = case.labels().find(|label| self.by.rules.table().governing(label).next().is_none());
        match (run, ungoverned) {
            (CapturedRun::Failed(why), _) => Ok(self.without_answer(case, why, true)),
            (CapturedRun::LeftOut(why), _) => Ok(self.without_answer(case, why, false)),
            (CapturedRun::Seen(_), Some(label)) => Ok(self.without_answer(case, &unknown(label), false)),
            (CapturedRun::Seen(seen), None) => self.seen(case, seen),
        }
    }

    fn without_answer(&self, case: &Case, why: &Failed, may_count: bool) -> Graded {
        let judgement = failed(why);
        let mut report = self.report(case, judgement);
        report.scored &= may_count;
        Graded { report, waits_for_twin: false, state_not_judged: None }
    }

    fn seen(&self, case: &Case, seen: &Seen) -> Result<Graded, String> {
        let bindings = bindings(&seen.values);
        let exchanges = seen.steps.iter().map(exchange).collect::<Result<Vec<_>, _>>()?;
        let (twin, must_be_accepted, twin_state) = match &seen.twin {
            CapturedTwin::Sent { exchange: sent, must_be_accepted, state } => {
                (Some(exchange(sent)?), *must_be_accepted, state.as_ref())
            }
            CapturedTwin::NotNeeded | CapturedTwin::Deferred | CapturedTwin::Failed(_) => (None, false, None),
        };
        let (other, other_state) = match &seen.other {
            Some(CapturedOther::Sent { exchanges, state }) => {
                (exchanges.last().map(exchange).transpose()?, state.as_ref())
            }
            Some(CapturedOther::Failed(_)) | None => (None, None),
        };
        let observation = Observation {
            exchanges: &exchanges,
            state: seen.state.as_ref(),
            twin: twin.as_ref().map(|exchange| TwinObservation {
                exchange,
                must_be_accepted,
                state: twin_state,
                bindings: &bindings,
            }),
            other: other.as_ref().map(|exchange| OtherObservation {
                exchange,
                state: other_state,
                bindings: &bindings,
            }),
            bindings: &bindings,
        };
        let judgement = judge(&self.by.rules.expectations(case), &observation, self.by.gate);
        let judgement = what_stands_in_the_way(seen, judgement.verdict).map_or(judgement, failed);
        let waits_for_twin = !matches!(judgement.verdict, Verdict::Mismatch | Verdict::Inconclusive)
            && seen.twin == CapturedTwin::Deferred;
        let values = if self.capture.round == 0 { ListedValues::AsListed } else { ListedValues::Redrawn };
        let judgement = match self.by.rules.error_of_suite(&case.id) {
            Some(error) => set_aside(judgement, error),
            None => judge_known(self.by.known, &case.id, judgement, self.by.gate, values),
        };
        let mut report = self.report(case, judgement);
        report.state = seen.state.clone().unwrap_or_default();
        report.answer = exchanges.last().map(|exchange| match &exchange.answer {
            Ok(response) => Answer::read(response).summary(&bindings),
            Err(fault) => fault.to_string(),
        });
        if report.verdict != Verdict::Pass {
            report.exchanges = views(case, seen, &exchanges, &bindings)?;
        }
        let missing = seen.unread.as_ref().filter(|why| why.verdict == Verdict::Uncovered);
        let state_not_judged = missing.map(|why| StateNotJudged { cases: 1, reason: why.reason.clone() });
        Ok(Graded { report, waits_for_twin, state_not_judged })
    }

    fn report(&self, case: &Case, judgement: Judgement) -> CaseReport {
        CaseReport {
            index: self.capture.index,
            round: self.capture.round,
            id: case.id.clone(),
            layer: case.layer,
            requirements: self.by.rules.requirements(case),
            labels: case.labels().cloned().collect(),
            verdict: judgement.verdict,
            scored: self.by.rules.is_scored(case, self.by.gate),
            mismatches: judgement.mismatches,
            known: judgement.known,
            reason: judgement.reason,
            answer: None,
            state: BTreeMap::new(),
            exchanges: Vec::new(),
        }
    }
}

/// What takes a verdict back that is no mismatch, as a run does.
fn what_stands_in_the_way(seen: &Seen, verdict: Verdict) -> Option<&Failed> {
    let unread = seen.unread.as_ref().filter(|why| why.verdict == Verdict::Inconclusive);
    if let (Some(why), false) = (unread, matches!(verdict, Verdict::Mismatch | Verdict::Inconclusive)) {
        return Some(why);
    }
    match (&seen.twin, &seen.other) {
        (CapturedTwin::Failed(why), _) | (_, Some(CapturedOther::Failed(why))) => {
            (verdict != Verdict::Mismatch).then_some(why)
        }
        _ => None,
    }
}

/// A label of another version, or of requirements that are not given here.
fn unknown(label: &Label) -> Failed {
    Failed { verdict: Verdict::Uncovered, reason: format!("no requirement governs the label `{label}`") }
}

fn failed(why: &Failed) -> Judgement {
    Judgement {
        verdict: why.verdict,
        mismatches: Vec::new(),
        known: Vec::new(),
        reason: Some(why.reason.clone()),
    }
}

fn views(
    case: &Case,
    seen: &Seen,
    exchanges: &[Exchange],
    bindings: &Bindings,
) -> Result<Vec<ExchangeView>, String> {
    let steps = case.steps.iter().zip(exchanges).enumerate();
    let mut views: Vec<ExchangeView> = steps
        .map(|(i, (step, exchange))| view(&format!("step {}", i + 1), &step.request, exchange, bindings))
        .collect();
    if let CapturedTwin::Sent { exchange: sent, .. } = &seen.twin {
        views.push(view("twin", &template(&sent.request)?, &exchange(sent)?, bindings));
    }
    if let Some(CapturedOther::Sent { exchanges, .. }) = &seen.other {
        for (i, sent) in exchanges.iter().enumerate() {
            let role = format!("other form, step {}", i + 1);
            views.push(view(&role, &template(&sent.request)?, &exchange(sent)?, bindings));
        }
    }
    Ok(views)
}

/// Values that stand for themselves: what an answer repeats is a placeholder already.
fn bindings(values: &Values) -> Bindings {
    Bindings {
        client_id: values.client_id.clone(),
        username: values.username.clone(),
        pool_id: values.pool_id.clone(),
        email: values.email.clone(),
        ..Bindings::default()
    }
}

/// The template that a text was written from.
fn parsed(text: &str) -> Result<Template, String> {
    let template = Template::parse(text, Escaping::Raw).map_err(|error| error.to_string())?;
    let mut read = Template::default();
    for segment in template.0 {
        read.push(match segment {
            Segment::Literal(bytes) => Segment::Literal(unescaped(&bytes)?),
            Segment::Repeat { unit, times } => Segment::Repeat { unit: unescaped(&unit)?, times },
            other => other,
        });
    }
    Ok(read)
}

fn unescaped(bytes: &[u8]) -> Result<Vec<u8>, String> {
    unescape(&String::from_utf8_lossy(bytes)).map_err(|error| error.to_string())
}

fn template(request: &CapturedRequest) -> Result<RequestTemplate, String> {
    match request {
        CapturedRequest::Raw { raw } => Ok(RequestTemplate::Raw(parsed(raw)?)),
        CapturedRequest::Formed { method, target, headers, body } => {
            let header = |(name, value): &CapturedHeader| {
                Ok::<_, String>((unescaped(name.as_bytes())?, parsed(value)?))
            };
            Ok(RequestTemplate::Formed {
                method: unescaped(method.as_bytes())?,
                target: unescaped(target.as_bytes())?,
                headers: headers.iter().map(header).collect::<Result<_, _>>()?,
                body: parsed(body)?,
            })
        }
    }
}

/// What was sent, with placeholders for late-bound values.
fn request(template: &RequestTemplate) -> Result<Request, String> {
    match template {
        RequestTemplate::Raw(bytes) => Ok(Request::Raw(filled(bytes)?.into())),
        RequestTemplate::Formed { method, target, headers, body } => {
            let mut sent = Headers::default();
            for (name, value) in headers {
                sent.push(name.clone(), filled(value)?);
            }
            let body = filled(body)?.into();
            let (method, target) = (method.clone().into(), target.clone().into());
            Ok(Request::Formed(RequestForm { method, target, headers: sent, body }))
        }
    }
}

fn filled(template: &Template) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    for segment in &template.0 {
        match segment {
            Segment::Literal(bytes) => out.extend_from_slice(bytes),
            Segment::Repeat { unit, times } if unit.len().saturating_mul(*times) <= REPEAT_MAX => {
                out.extend(unit.repeat(*times));
            }
            Segment::Repeat { .. } => return Err(format!("a repetition of more than {REPEAT_MAX} bytes")),
            Segment::Bound { binding, .. } => out.extend_from_slice(placeholder(*binding).as_bytes()),
            Segment::Length { .. } => {}
        }
    }
    Ok(out)
}

fn placeholder(binding: Binding) -> String {
    format!("${{{binding}}}")
}

fn exchange(captured: &CapturedExchange) -> Result<Exchange, String> {
    let answer = match &captured.answer {
        CapturedAnswer::Fault { fault } => Err(fault.clone().into()),
        CapturedAnswer::Response { status, reason, headers, body } => {
            let bytes = |text: &str| unescaped(text.as_bytes());
            let header = |(name, value): &CapturedHeader| {
                Ok::<_, String>(Header { name: bytes(name)?.into(), value: bytes(value)?.into() })
            };
            Ok(Response {
                status: *status,
                reason: bytes(reason)?,
                headers: Headers(headers.iter().map(header).collect::<Result<_, _>>()?),
                body: bytes(body)?.into(),
            })
        }
    };
    Ok(Exchange { request: request(&template(&captured.request)?)?, answer, latency: Duration::ZERO })
}
