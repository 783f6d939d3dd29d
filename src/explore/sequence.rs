//! Cases that send what others sent before, for one user.

use super::input::{fuzzed, is_raw, opaque};
use super::oracle::is_success;
use crate::case::{Case, CaseId, ClientKind, Fixture, Label, Layer, Step};
use crate::generate::{base_request, twin_for};
use crate::harness::Trial;
use crate::template::{Binding, RequestTemplate, Template};

/// Whose steps are sent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Those that were made for a user like the one of the case.
    SameFixture,
    /// All: a connection may remember what was made for another kind of user, too.
    Anyone,
}

/// A case that sends the steps of others for one user, and then those of `last`, or what confirms the user. What they come to
/// for that user nobody knows, so that they are opaque.
pub(super) fn sequence(
    id: &CaseId,
    fixture: &Fixture,
    (before, whose): (&[Case], Whose),
    last: Option<&Case>,
) -> Option<Case> {
    let can_be_bound = |step: &Step| {
        let has_hash = |binding: &Binding| matches!(binding, Binding::SecretHash(_));
        fixture.client == ClientKind::Secret || !step.request.bindings().iter().any(has_hash)
    };
    let is_taken = |case: &&Case| !is_raw(case) && (whose == Whose::Anyone || case.fixture == *fixture);
    let opaque_steps = |case: &Case| -> Vec<Step> {
        let steps = case.steps.iter().filter(|step| case.fixture == *fixture || can_be_bound(step));
        steps.map(|step| Step { labels: vec![fuzzed()], ..step.clone() }).collect()
    };
    let mut steps: Vec<Step> = before.iter().filter(is_taken).flat_map(opaque_steps).collect();
    if steps.is_empty() {
        return None;
    }
    match last {
        Some(last) => steps.extend(last.steps.iter().cloned()),
        None => steps.push(Step {
            request: (*base_request(fixture)).clone(),
            labels: vec![Label::new("valid", "members", "none")],
        }),
    }
    let template = opaque(id, fixture, RequestTemplate::Raw(Template::default()));
    let twin = twin_for(fixture, &steps).filter(|_| last.is_some());
    Some(Case { layer: Layer::Sequence, steps, twin, ..template })
}

/// A case that every subject refuses, whoever its user is.
pub(super) fn refused(id: &CaseId, fixture: &Fixture) -> Case {
    opaque(id, fixture, RequestTemplate::confirm_sign_up(Template::literal("no JSON")))
}

/// The sequence without those of its steps that were accepted, the last `own` ones apart: they change the user whom the last
/// ones are about. `None` where there was none.
pub(super) fn without_accepted(case: &Case, trial: &Trial, own: usize) -> Option<Case> {
    let before = case.steps.len().saturating_sub(own);
    let mut kept = case.clone();
    kept.steps.clear();
    for (at, step) in case.steps.iter().enumerate() {
        if at >= before || !trial.exchanges.get(at).is_some_and(is_success) {
            kept.steps.push(step.clone());
        }
    }
    (kept.steps.len() < case.steps.len()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::{FUZZED, is_opaque};
    use crate::generate::Stack;
    use crate::seed::Seed;

    #[test]
    fn what_was_sent_before_is_opaque_and_the_last_step_keeps_its_labels() {
        let case = |seed| Stack::draw(Seed(seed)).case(&CaseId::new("fuzz", "x"));
        let last = case(0);
        let before: Vec<Case> = (1..40).map(case).filter(|case| case.fixture == last.fixture).collect();
        assert!(before.len() > 3 && !before.iter().any(is_opaque));
        let made = sequence(&last.id, &last.fixture, (&before, Whose::SameFixture), Some(&last)).unwrap();
        let (own, others) = made.steps.split_last().unwrap();
        assert_eq!(Some(own), last.steps.last());
        let is_opaque = |step: &Step| step.labels.iter().all(|label| label.at() == FUZZED);
        assert!(others.len() >= before.len() && others.iter().all(is_opaque));
    }
}
