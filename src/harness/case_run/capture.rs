//! What was seen of a case as data that can be judged again later.

use super::{Seen, TwinSeen, failed, must_be_accepted, unread};
use crate::capture::{
    Capture, CapturedAnswer, CapturedExchange, CapturedOther, CapturedRequest, CapturedRun, CapturedTwin,
    Failed, Seen as Told, Values,
};
use crate::case::Case;
use crate::provision::ProvisionError;
use crate::template::{Bindings, RequestTemplate, Segment, Template};
use crate::wire::{Exchange, escape};

/// A case that ran once.
pub(super) fn capture(case: &Case, (index, round): (usize, u64), run: CapturedRun) -> Capture {
    Capture {
        case: case.id.clone(),
        index,
        round,
        layer: case.layer,
        labels: case.steps.iter().map(|step| step.labels.clone()).collect(),
        runs: vec![run],
    }
}

/// One run of a case.
pub(super) fn captured_run(case: &Case, outcome: Result<&Seen, &ProvisionError>) -> CapturedRun {
    let seen = match outcome {
        Ok(seen) => seen,
        Err(error) => return CapturedRun::Failed(told(error)),
    };
    let own = &seen.user.bindings;
    let steps = case.steps.iter().zip(&seen.exchanges);
    CapturedRun::Seen(Box::new(Told {
        values: Values::of(own),
        steps: steps.map(|(step, exchange)| captured(&step.request, exchange, own)).collect(),
        state: seen.state.clone(),
        twin: captured_twin(case, seen),
        other: captured_other(case, seen),
        unread: seen.unread.as_ref().map(|error| Failed { reason: unread(error), ..told(error) }),
    }))
}

fn captured_twin(case: &Case, seen: &Seen) -> CapturedTwin {
    match (&seen.twin, &case.twin) {
        (TwinSeen::Failed(error), _) => CapturedTwin::Failed(told(error)),
        (TwinSeen::Deferred, _) => CapturedTwin::Deferred,
        (TwinSeen::Sent(sent), Some(twin)) => {
            let bindings = sent.user.as_ref().map_or(&seen.user.bindings, |user| &user.bindings);
            CapturedTwin::Sent {
                exchange: Box::new(captured(&twin.request, &sent.exchange, bindings)),
                must_be_accepted: must_be_accepted(&twin.request),
                state: sent.state.clone(),
            }
        }
        (TwinSeen::NotNeeded, _) | (TwinSeen::Sent(_), None) => CapturedTwin::NotNeeded,
    }
}

fn captured_other(case: &Case, seen: &Seen) -> Option<CapturedOther> {
    match (seen.other.as_ref()?, &case.relation) {
        (Err(error), _) => Some(CapturedOther::Failed(told(error))),
        (Ok(other), Some(relation)) => {
            let sides = relation.requests.iter().zip(&other.exchanges);
            let bindings = &other.user.bindings;
            let exchanges = sides.map(|(request, exchange)| captured(request, exchange, bindings)).collect();
            Some(CapturedOther::Sent { exchanges, state: other.state.clone() })
        }
        (Ok(_), None) => None,
    }
}

fn told(error: &ProvisionError) -> Failed {
    let judgement = failed(error);
    Failed { verdict: judgement.verdict, reason: judgement.reason.unwrap_or_default() }
}

fn captured(request: &RequestTemplate, exchange: &Exchange, bindings: &Bindings) -> CapturedExchange {
    let text = |template: &Template| template_text(template, bindings);
    let request = match request {
        RequestTemplate::Raw(bytes) => CapturedRequest::Raw { raw: text(bytes) },
        RequestTemplate::Formed { method, target, headers, body } => CapturedRequest::Formed {
            method: escape(method),
            target: escape(target),
            headers: headers.iter().map(|(name, value)| (escape(name), text(value))).collect(),
            body: text(body),
        },
    };
    CapturedExchange { request, answer: CapturedAnswer::of(&exchange.answer, bindings) }
}

/// The template as text that [`Template::parse`] reads; a length stands there as it was sent.
fn template_text(template: &Template, bindings: &Bindings) -> String {
    let literal = |bytes: &[u8]| escape(bytes).replace("${", "$${");
    let segment = |segment: &Segment| match segment {
        Segment::Literal(bytes) => literal(bytes),
        Segment::Length { .. } => {
            let sent = Template(vec![segment.clone()]).bind(bindings);
            literal(&sent.unwrap_or_default())
        }
        Segment::Repeat { .. } | Segment::Bound { .. } => Template(vec![segment.clone()]).to_string(),
    };
    template.0.iter().map(segment).collect()
}
