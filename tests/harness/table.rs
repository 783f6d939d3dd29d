//! The requirement table, the cases and the model against each other.

use countersign::generate::constraints::CONSTRAINTS;
use countersign::harness::{Rules, Select};
use countersign::model::{Model, Revision};
use countersign::requirement::Effect;
use countersign::seed::Seed;
use std::collections::BTreeSet;

#[test]
fn every_requirement_has_a_case_or_a_reason_and_every_case_cites_a_requirement() {
    let rules = Rules::built_in().unwrap();
    let suite = rules.suite(Seed::DEFAULT, 0, &Select::everything());
    let cited: BTreeSet<_> = suite.iter().flat_map(|selected| selected.requirements.to_vec()).collect();
    for requirement in rules.table().iter() {
        assert_eq!(
            cited.contains(&requirement.id),
            requirement.no_case.is_none(),
            "{}: a requirement has either cases or a reason for having none",
            requirement.id
        );
    }
    for selected in &suite {
        assert!(!selected.requirements.is_empty(), "{} cites nothing", selected.case.id);
    }
}

#[test]
fn every_label_is_governed_by_exactly_one_requirement() {
    let rules = Rules::built_in().unwrap();
    for selected in rules.suite(Seed::DEFAULT, 0, &Select::everything()) {
        for label in selected.case.labels() {
            let governing: Vec<_> = rules.table().governing(label).collect();
            assert_eq!(
                governing.len(),
                1,
                "{}: {label} is governed by {}",
                selected.case.id,
                governing.len()
            );
            let inspects = governing.iter().all(|requirement| requirement.effect == Effect::Inspected);
            assert_eq!(matches!(label.kind(), "inspect" | "relation"), inspects, "{label}");
        }
    }
}

#[test]
fn the_bounds_that_generation_works_with_are_those_of_the_model() {
    let model = Model::of(Revision::NEWEST);
    let mut compared = 0;
    for constraint in CONSTRAINTS {
        let length = model.member_at(constraint.path).unwrap().constraints().length.unwrap();
        assert_eq!((length.min, length.max), (constraint.min, Some(constraint.max)), "{}", constraint.path);
        compared += 1;
    }
    assert!(compared >= 9, "only {compared} paths were compared");
}
