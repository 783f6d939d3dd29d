//! What one step of a case may be answered with.

use super::violation::{Bounds, Violation, violations};
use crate::case::{Label, Step};
use crate::requirement::{Attestation, Effect, MessageRule, Requirement};

/// What a step may be answered with. Borrowed from the requirement table.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation<'t> {
    /// What is known of the request as a whole.
    pub effect: Effect,
    /// The requirements that may answer, the one that is checked first in front. A refusal has one entry for each defect;
    /// everything else has one entry in all.
    pub alternatives: Vec<&'t Requirement>,
    /// Requirements on the form of the answer, judged besides.
    pub inspected: Vec<&'t Requirement>,
    /// No aspect counts for more than this: the least attested part of what should have been acceptable.
    pub cap: Attestation,
    /// The entries that a validation message must have, if the answer is one.
    pub violations: Vec<Violation>,
}

impl Expectation<'_> {
    /// The attestation that an aspect of a requirement has in this step.
    pub fn attestation(&self, of_aspect: Attestation) -> Attestation {
        of_aspect.max(self.cap)
    }

    /// Whether the step is judged on an aspect that can fail a run with this gate.
    pub fn is_scored(&self, gate: Attestation) -> bool {
        self.judged().any(|requirement| {
            strongest(requirement).is_some_and(|attestation| self.attestation(attestation).gates(gate))
        })
    }

    /// Whether the state after the step is judged.
    pub fn judges_state(&self) -> bool {
        self.judged().any(|requirement| {
            let attestation = requirement.state.as_ref().map(|aspect| aspect.attestation);
            attestation.is_some_and(|it| self.attestation(it) != Attestation::Unattested)
        })
    }

    /// The requirements that the step is judged by.
    fn judged(&self) -> impl Iterator<Item = &Requirement> {
        let alternatives = match self.effect {
            Effect::Observed => &[],
            _ => self.alternatives.as_slice(),
        };
        alternatives.iter().chain(&self.inspected).copied()
    }
}

/// The strongest attestation of any aspect that is judged; `None` where nothing is.
pub fn strongest(requirement: &Requirement) -> Option<Attestation> {
    [
        requirement.status.as_ref().map(|aspect| aspect.attestation),
        requirement.error_type.as_ref().map(|aspect| aspect.attestation),
        requirement.message.as_ref().map(|aspect| aspect.attestation),
        requirement.headers.as_ref().map(|aspect| aspect.attestation),
        requirement.body.as_ref().map(|aspect| aspect.attestation),
        requirement.state.as_ref().map(|aspect| aspect.attestation),
    ]
    .into_iter()
    .flatten()
    .min()
}

/// Puts the requirements that govern the labels of `step` together.
///
/// * A label that nothing is attested for makes the whole step observed, unless an earlier check refuses it.
/// * Otherwise a defect means a refusal, by any one of the defects or by what may be refused beside them; the order is
///   judged apart.
/// * Otherwise the request is acceptable, and only as surely as its least attested part.
pub fn expectation<'t>(
    step: &Step,
    governing: &dyn Fn(&Label) -> Vec<&'t Requirement>,
    bounds: &dyn Fn(&str) -> Vec<Bounds>,
) -> Expectation<'t> {
    let mut inspected = Vec::new();
    let mut others: Vec<(&Label, &'t Requirement)> = Vec::new();
    for label in &step.labels {
        for requirement in governing(label) {
            if requirement.effect == Effect::Inspected {
                inspected.push(requirement);
            } else {
                others.push((label, requirement));
            }
        }
    }
    let effect = overall(&others);
    let mut alternatives: Vec<&Requirement> = Vec::new();
    // What may be refused may be what the refusal is for.
    let may_answer = |requirement: &Requirement| {
        requirement.effect == effect || (effect, requirement.effect) == (Effect::Refused, Effect::Either)
    };
    for (_, requirement) in others.iter().filter(|(_, requirement)| may_answer(requirement)) {
        if !alternatives.iter().any(|known| known.id == requirement.id) {
            alternatives.push(requirement);
        }
    }
    alternatives.sort_by_key(|requirement| requirement.stage);
    if effect == Effect::Accepted {
        // The least attested part decides alone.
        alternatives.sort_by_key(|requirement| std::cmp::Reverse(strongest(requirement)));
        alternatives.truncate(1);
    }
    let acceptable = others.iter().filter(|(_, requirement)| requirement.effect == Effect::Accepted);
    let cap = acceptable
        .filter_map(|(_, requirement)| strongest(requirement))
        .max()
        .unwrap_or(Attestation::Documented);
    let listed = others.iter().filter(|(_, requirement)| lists_violations(requirement));
    let violations = listed.flat_map(|(label, _)| violations(label, bounds)).collect();
    Expectation { effect, alternatives, inspected, cap, violations }
}

fn overall(governing: &[(&Label, &Requirement)]) -> Effect {
    let earliest = |effect| {
        let of_effect = governing.iter().filter(|(_, requirement)| requirement.effect == effect);
        of_effect.map(|(_, requirement)| requirement.stage).min()
    };
    match (earliest(Effect::Observed), earliest(Effect::Refused)) {
        // What is checked before the doubtful part is refused all the same.
        (Some(observed), Some(refused)) if refused < observed => Effect::Refused,
        (Some(_), _) => Effect::Observed,
        (None, Some(_)) => Effect::Refused,
        (None, None) if earliest(Effect::Either).is_some() => Effect::Either,
        (None, None) => Effect::Accepted,
    }
}

fn lists_violations(requirement: &Requirement) -> bool {
    requirement.message.as_ref().is_some_and(|aspect| aspect.accept == MessageRule::Violations)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Layer;
    use crate::requirement::{Aspect, RequirementId, Stage, StateRules};
    use crate::template::{RequestTemplate, Template};

    fn requirement(id: &str, effect: Effect, stage: Stage, attestation: Attestation) -> Requirement {
        Requirement {
            id: RequirementId(id.into()),
            sentence: String::new(),
            member: None,
            layer: Layer::State,
            stage,
            since: None,
            labels: vec![],
            evidence: vec![],
            effect,
            status: Some(Aspect { accept: vec![400], attestation, evidence: vec![] }),
            error_type: None,
            message: None,
            headers: None,
            body: None,
            state: None,
            same: None,
            conflicts: vec![],
            no_case: None,
        }
    }

    #[test]
    fn a_state_is_judged_where_it_is_attested_and_the_step_is() {
        use Attestation::{Documented, Inferred, Unattested};
        let judges = |effect: Effect, state: Option<Attestation>, cap: Attestation| {
            let mut requirement = requirement("R", effect, Stage::Code, Documented);
            requirement.state = state.map(|attestation| Aspect {
                accept: StateRules::default(),
                attestation,
                evidence: vec![],
            });
            let alternatives = vec![&requirement];
            let (inspected, violations) = (vec![], vec![]);
            Expectation { effect, alternatives, inspected, cap, violations }.judges_state()
        };
        assert!(judges(Effect::Refused, Some(Inferred), Documented));
        assert!(!judges(Effect::Refused, None, Documented));
        assert!(!judges(Effect::Refused, Some(Unattested), Documented));
        assert!(!judges(Effect::Refused, Some(Inferred), Unattested));
        assert!(!judges(Effect::Observed, Some(Inferred), Documented));
    }

    fn step(labels: &[&str]) -> Step {
        let labels = labels.iter().map(|label| Label::new(label, "x", "")).collect();
        Step { request: RequestTemplate::confirm_sign_up(Template::default()), labels }
    }

    fn expect<'t>(labels: &[&str], table: &'t [(&str, Requirement)]) -> Expectation<'t> {
        let find = |label: &Label| {
            table
                .iter()
                .filter(|(kind, _)| *kind == label.kind())
                .map(|(_, requirement)| requirement)
                .collect()
        };
        expectation(&step(labels), &find, &|_| Vec::new())
    }

    #[test]
    fn two_defects_may_be_refused_for_either_and_the_earlier_check_stands_first() {
        let table = [
            ("code", requirement("CODE", Effect::Refused, Stage::Code, Attestation::Recorded)),
            ("absent", requirement("ABSENT", Effect::Refused, Stage::Validate, Attestation::Documented)),
        ];
        let expectation = expect(&["code", "absent"], &table);
        let ids: Vec<&str> = expectation.alternatives.iter().map(|r| r.id.0.as_str()).collect();
        assert_eq!((expectation.effect, ids), (Effect::Refused, vec!["ABSENT", "CODE"]));
    }

    #[test]
    fn a_defect_beside_a_doubtful_value_may_be_refused_for_either() {
        let table = [
            ("code", requirement("CODE", Effect::Refused, Stage::Code, Attestation::Recorded)),
            ("boolean", requirement("BOOLEAN", Effect::Either, Stage::Deserialise, Attestation::Inferred)),
        ];
        let expectation = expect(&["code", "boolean"], &table);
        let ids: Vec<&str> = expectation.alternatives.iter().map(|r| r.id.0.as_str()).collect();
        assert_eq!((expectation.effect, ids), (Effect::Refused, vec!["BOOLEAN", "CODE"]));
    }

    #[test]
    fn a_part_that_nothing_is_known_of_makes_the_whole_step_observed() {
        let table = [
            ("code", requirement("CODE", Effect::Refused, Stage::Code, Attestation::Recorded)),
            ("user", requirement("USER", Effect::Observed, Stage::Status, Attestation::Unattested)),
            ("session", requirement("SESSION", Effect::Observed, Stage::Confirm, Attestation::Unattested)),
        ];
        let expectation = expect(&["code", "user"], &table);
        assert_eq!(expectation.effect, Effect::Observed);
        assert!(!expectation.is_scored(Attestation::Inferred));
        assert_eq!(expect(&["code", "session"], &table).effect, Effect::Refused);
    }

    #[test]
    fn of_a_doubtful_part_and_a_defect_that_one_check_looks_at_neither_is_known_to_come_first() {
        let table = [
            ("code", requirement("CODE", Effect::Refused, Stage::Code, Attestation::Recorded)),
            ("doubt", requirement("DOUBT", Effect::Observed, Stage::Code, Attestation::Unattested)),
        ];
        assert_eq!(expect(&["code", "doubt"], &table).effect, Effect::Observed);
    }

    #[test]
    fn violations_are_listed_where_the_message_lists_them_and_nowhere_else() {
        let plain = requirement("CODE", Effect::Refused, Stage::Validate, Attestation::Recorded);
        let attestation = Attestation::Recorded;
        let message = Aspect { accept: MessageRule::Violations, attestation, evidence: vec![] };
        let listing = Requirement { message: Some(message), ..plain.clone() };
        for (requirement, count) in [(plain, 0), (listing, 1)] {
            let found = expectation(&step(&["absent"]), &|_| vec![&requirement], &|_| Vec::new());
            assert_eq!(found.violations.len(), count);
        }
    }

    #[test]
    fn a_request_is_accepted_only_as_surely_as_its_least_attested_part() {
        let table = [
            ("valid", requirement("VALID", Effect::Accepted, Stage::Confirm, Attestation::Documented)),
            ("null", requirement("NULL", Effect::Accepted, Stage::Confirm, Attestation::Inferred)),
            ("code", requirement("CODE", Effect::Refused, Stage::Code, Attestation::Recorded)),
        ];
        let accepted = expect(&["valid", "null"], &table);
        assert_eq!(accepted.alternatives.first().map(|r| r.id.0.as_str()), Some("NULL"));
        assert!(!accepted.is_scored(Attestation::Recorded));
        let refused = expect(&["null", "code"], &table);
        assert_eq!(refused.attestation(Attestation::Recorded), Attestation::Inferred);
        assert!(expect(&["valid", "code"], &table).is_scored(Attestation::Recorded));
    }
}
