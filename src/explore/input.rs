//! What a session sends: a case, and how it came about.

use crate::case::{Case, CaseId, Fixture, Label, Layer, Origin, Sending, Step};
use crate::generate::Stack;
use crate::template::RequestTemplate;

/// The label of a request of which nobody knows what was done to it: it is judged by the oracles that need no expectation.
pub const FUZZED: &str = "fuzzed";

/// How an input came about.
#[derive(Debug, Clone, PartialEq)]
pub enum Made {
    /// Mutations on a valid request, which say what is expected.
    Stack(Stack),
    /// Anything else.
    Otherwise,
}

/// A case, and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// What is sent.
    pub case: Case,
    /// How it came about.
    pub made: Made,
}

/// The label of such a request.
pub(super) fn fuzzed() -> Label {
    Label::new("inspect", FUZZED, "")
}

/// Whether nothing is known of what the case should be answered.
pub fn is_opaque(case: &Case) -> bool {
    case.labels().any(is_fuzzed)
}

/// Whether it is that label.
pub(super) fn is_fuzzed(label: &Label) -> bool {
    label.at() == FUZZED
}

/// A case of one request of which nothing is known.
pub(super) fn opaque(id: &CaseId, fixture: &Fixture, request: RequestTemplate) -> Case {
    let layer = match request {
        RequestTemplate::Raw(_) => Layer::Framing,
        RequestTemplate::Formed { .. } => Layer::JsonText,
    };
    Case {
        id: id.clone(),
        layer,
        origin: Origin::File,
        fixture: fixture.clone(),
        steps: vec![Step { request, labels: vec![fuzzed()] }],
        sending: Sending::InTurn,
        twin: None,
        relation: None,
        reason: None,
    }
}

/// Whether the case works on the framing of the connection.
pub(super) fn is_raw(case: &Case) -> bool {
    case.steps.iter().any(|step| matches!(step.request, RequestTemplate::Raw(_)))
}
