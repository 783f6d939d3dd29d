//! The whole suite: every strategy in turn, then one stable order.

use super::covering::Strength;
use super::draft::Draft;
use super::{
    alias, answer, attempts, boundary, client, code, covering, invalid, json_text, matrix, metamorphic,
    nullability, order, pattern, protocol, random, required, secret_hash, secret_hash_vectors, shape, user,
    valid, valid_json, valid_text, wrong_type,
};
use crate::case::Case;
use crate::seed::{Rng, Seed};

/// Where the strategies put their cases, and where their random values come from.
pub(super) struct Suite {
    seed: Seed,
    round: u64,
    strength: Strength,
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

    /// The seed of this round.
    pub(super) fn seed(&self) -> Seed {
        self.seed
    }

    /// How many states are covered together.
    pub(super) fn strength(&self) -> Strength {
        self.strength
    }

    /// Adds a case.
    pub(super) fn push(&mut self, draft: Draft) {
        self.push_case(draft.build());
    }

    /// Adds a case that is built.
    pub(super) fn push_case(&mut self, case: Case) {
        self.cases.push(case);
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
    invalid::cases,
];

/// What has other values under the same ids from seed to seed.
const DRAWN: &[fn(&mut Suite)] = &[covering::cases, random::cases];

/// What the strategies make by default, the nullability matrix apart: it refers to what is there. What is drawn at
/// random is not: another seed has other requests under the same ids.
pub(super) fn of_strategies() -> Vec<Case> {
    made_by(STRATEGIES, Seed::DEFAULT, 0, Strength::Pairs)
}

/// Every case that is derived from the model, in the order of the ids. The same seed and round give the same cases to
/// the byte; another seed or round gives the same ids with other values in the parts that are free.
pub fn suite(seed: Seed, round: u64) -> Vec<Case> {
    suite_of_strength(seed, round, Strength::Pairs)
}

/// The same with covering arrays of that strength.
pub fn suite_of_strength(seed: Seed, round: u64, strength: Strength) -> Vec<Case> {
    let is_default = seed == Seed::DEFAULT && round == 0;
    // Before the rest: making it for the first time takes as much memory as a round.
    let matrix = if is_default { None } else { Some(matrix::cases()) };
    let mut cases = made_by(STRATEGIES, seed, round, strength);
    let matrix = matrix.unwrap_or_else(|| matrix::cases_beside(&cases));
    cases.extend(made_by(DRAWN, seed, round, strength));
    cases.extend_from_slice(matrix);
    in_order(cases)
}

/// The cases of one direct strategy alone, `boundary` or `json_text`, in the order of the ids; none for any other name.
pub fn suite_of(strategy: &str, seed: Seed, round: u64) -> Vec<Case> {
    let strategy: fn(&mut Suite) = match strategy {
        "boundary" => boundary::cases,
        "json_text" => json_text::cases,
        _ => return Vec::new(),
    };
    in_order(made_by(&[strategy], seed, round, Strength::Pairs))
}

/// The cases of the covering arrays alone, of that strength, in the order of the ids.
pub fn covering_suite(seed: Seed, round: u64, strength: Strength) -> Vec<Case> {
    in_order(made_by(&[covering::cases], seed, round, strength))
}

fn made_by(strategies: &[fn(&mut Suite)], seed: Seed, round: u64, strength: Strength) -> Vec<Case> {
    let mut suite = Suite { seed: seed.round(round), round, strength, cases: Vec::new() };
    for strategy in strategies {
        strategy(&mut suite);
    }
    suite.cases
}

fn in_order(mut cases: Vec<Case>) -> Vec<Case> {
    cases.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    cases
}
