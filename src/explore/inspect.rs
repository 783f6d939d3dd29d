//! Looks at the form of an answer besides: adds the labels for that where it is known what kind of answer is due.

use crate::case::{Case, ClientKind, Label};
use crate::harness::Rules;
use crate::requirement::{Effect, Stage};
use crate::template::RequestTemplate;

/// What can be seen in every refusal that is for the operation to say.
const REFUSED: [&str; 7] = [
    "error-content-type",
    "error-type-header",
    "error-message-header",
    "error-type-short",
    "message-key",
    "error-json-object",
    "request-id",
];

/// What can be seen in every success.
const ACCEPTED: [&str; 4] = ["success-content-type", "success-modelled", "request-id", "attribute-verified"];

/// The case with these labels on its last step.
pub(super) fn inspected(rules: &Rules, mut case: Case) -> Case {
    let expectations = rules.expectations(&case);
    let Some(last) = expectations.last() else { return case };
    let is_late = last.alternatives.iter().all(|requirement| requirement.stage >= Stage::Validate);
    let of_client = match case.fixture.client {
        ClientKind::UserAuth => "success-session",
        _ => "success-empty-body",
    };
    let seen: Vec<&str> = match last.effect {
        Effect::Refused if is_late => REFUSED.to_vec(),
        Effect::Accepted => ACCEPTED.into_iter().chain([of_client]).collect(),
        _ => return case,
    };
    let Some(step) = case.steps.last_mut() else { return case };
    // HTTP gives the answer to other methods, such as HEAD, another form.
    if matches!(&step.request, RequestTemplate::Formed { method, .. } if method == b"POST") {
        step.labels.extend(seen.into_iter().map(|what| Label::new("inspect", what, "")));
    }
    case
}
