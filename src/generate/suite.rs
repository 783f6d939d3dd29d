//! The whole suite: every strategy in turn, then one stable order.

use super::draft::Draft;
use super::{
    alias, answer, attempts, boundary, client, code, json_text, matrix, metamorphic, nullability, order,
    pattern, protocol, required, secret_hash, secret_hash_vectors, shape, user, valid, valid_json,
    valid_text, wrong_type,
};
use crate::case::Case;
use crate::seed::{Rng, Seed};

/// Where the strategies put their cases, and where their random values come from.
pub(super) struct Suite {
    seed: Seed,
    round: u64,
    cases: Vec<Case>,
}

impl Suite {
    /// The stream of random values of the case called `group/name`.
    pub(super) fn rng(&self, group: &str, name: &str) -> Rng {
        self.seed.split(group).split(name).rng()
    }

    /// How often generation was repeated before.
    pub(super) fn round(&self) -> u64 {
        self.round
    }

    /// Adds a case.
    pub(super) fn push(&mut self, draft: Draft) {
        self.cases.push(draft.build());
    }
}

const STRATEGIES: &[fn(&mut Suite)] = &[
    valid::cases,
    valid_text::cases,
    valid_json::cases,
    boundary::cases,
    pattern::cases,
    required::cases,
    nullability::cases,
    wrong_type::cases,
    shape::cases,
    json_text::cases,
    protocol::cases,
    code::cases,
    user::cases,
    client::cases,
    secret_hash::cases,
    secret_hash_vectors::cases,
    alias::cases,
    attempts::cases,
    order::cases,
    answer::cases,
    metamorphic::cases,
];

/// What the strategies make by default, the nullability matrix apart: it refers to what is there.
pub(super) fn of_strategies() -> Vec<Case> {
    made(Seed::DEFAULT, 0)
}

fn made(seed: Seed, round: u64) -> Vec<Case> {
    let mut suite = Suite { seed: seed.round(round), round, cases: Vec::with_capacity(4096) };
    for strategy in STRATEGIES {
        strategy(&mut suite);
    }
    suite.cases
}

/// Every case that is derived from the model, in the order of the ids. The same seed and round give the same cases to
/// the byte; another seed or round gives the same ids with other values in the parts that are free.
pub fn suite(seed: Seed, round: u64) -> Vec<Case> {
    let mut cases = made(seed, round);
    cases.extend_from_slice(matrix::cases());
    cases.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    cases
}
