//! Valid requests with any number of mutations on top of each other, for fuzzing sessions: drawn from a seed, labelled,
//! and made smaller by leaving mutations out.

mod http;
mod member;
mod refusal;
mod sketch;
mod spelling;
mod state;
mod text;

use super::drawn::{DrawnPayload, SHRINK_STEPS_MAX, shrink};
use super::strategy::Drawing;
use crate::case::{Case, CaseId, ClientKind};
use crate::seed::{Rng, Seed};
use sketch::{Apply, Sketch};

/// The most mutations of one request.
pub const MUTATIONS_MAX: usize = 4;

/// What one mutation is: a kind, how often it is drawn, and what it does. A kind whose place is taken already does nothing.
const KINDS: &[(u32, Apply)] = &[
    (6, member::absent),
    (8, member::null),
    (6, member::null_inside),
    (6, member::too_short),
    (10, member::too_long),
    (1, member::far_too_long),
    (10, member::at_the_edge),
    (12, member::outside_the_pattern),
    (10, member::wrong_type),
    (6, member::right_value_of_the_wrong_type),
    (4, member::miscased),
    (5, member::unknown),
    (10, member::optional),
    (10, member::rich_metadata),
    (1, member::long_metadata),
    (8, member::rich_username),
    (14, state::code),
    (12, state::secret_hash),
    (3, state::secret_hash_spelling),
    (2, state::unneeded_hash),
    (8, state::client),
    (10, state::user),
    (4, state::nearly_the_user),
    (3, state::other_case),
    (8, state::alias),
    (2, state::free_alias),
    (4, state::spent),
    (1, state::many_attempts),
    (6, state::after_a_refusal),
    (12, text::broken),
    (6, text::other_root),
    (6, text::around),
    (8, text::in_a_string),
    (4, text::doubtful),
    (1, text::deep),
    (8, spelling::spelling),
    (6, spelling::related),
    (7, http::method),
    (4, http::path),
    (6, http::target),
    (8, http::content_type),
    (4, http::another_header),
    (2, http::authorization),
    (4, http::names_and_order),
];

/// One mutation, as it was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Mutation {
    kind: usize,
    seed: Seed,
}

/// A request as it was drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Stack {
    /// A valid one with mutations on it.
    Mutated(Mutated),
    /// A valid one with drawn texts in drawn spellings.
    Drawn(Box<DrawnPayload>),
}

/// A valid request with mutations on it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mutated {
    client: ClientKind,
    mutations: Vec<Mutation>,
}

impl Stack {
    /// Draws one. The same seed gives the same request.
    pub fn draw(seed: Seed) -> Self {
        let mut rng = seed.rng();
        if rng.below(10) == 0 {
            return Self::Drawn(Box::new(Drawing::new(Seed(rng.next_u64())).payload(None)));
        }
        let client = match rng.below(16) {
            0..=6 => ClientKind::Public,
            7..=11 => ClientKind::Secret,
            12 | 13 => ClientKind::ExistenceHidden,
            14 => ClientKind::ExistenceShown,
            _ => ClientKind::UserAuth,
        };
        // One mutation most of the time: what is seen of it is not hidden by another one.
        let count = match rng.below(16) {
            0 => 0,
            1..=10 => 1,
            11..=13 => 2,
            _ => 3 + rng.below(MUTATIONS_MAX - 2),
        };
        let mutations = (0..count).map(|_| Mutation { kind: kind(&mut rng), seed: Seed(rng.next_u64()) });
        Self::Mutated(Mutated { client, mutations: mutations.collect() })
    }

    /// The request that these choices make: an app client, and mutations as a place among the weighted kinds with a seed.
    /// Every choice is allowed; what goes beyond [`MUTATIONS_MAX`] is left out.
    pub fn of_choices(client: u8, mutations: &[(u16, u64)]) -> Self {
        let client = ClientKind::ALL.get(usize::from(client) % ClientKind::ALL.len());
        let chosen = mutations.iter().take(MUTATIONS_MAX);
        Self::Mutated(Mutated {
            client: client.copied().unwrap_or(ClientKind::Public),
            mutations: chosen
                .map(|(place, seed)| Mutation { kind: kind_at(usize::from(*place)), seed: Seed(*seed) })
                .collect(),
        })
    }

    /// The case of that name that sends it.
    pub fn case(&self, id: &CaseId) -> Case {
        match self {
            Self::Drawn(payload) => payload.case(id),
            Self::Mutated(mutated) => mutated.case(id),
        }
    }

    /// The case of the least of it that still `fails`.
    pub fn smallest(&self, id: &CaseId, fails: &mut dyn FnMut(&Case) -> bool) -> Case {
        match self {
            Self::Drawn(payload) => shrink(payload, id, fails),
            Self::Mutated(mutated) => mutated.smallest(id, fails),
        }
    }

    /// The same with less in it, the boldest first.
    pub fn simpler(&self) -> Vec<Self> {
        match self {
            Self::Drawn(payload) => {
                payload.simpler().into_iter().map(|payload| Self::Drawn(Box::new(payload))).collect()
            }
            Self::Mutated(mutated) => mutated.simpler().into_iter().map(Self::Mutated).collect(),
        }
    }
}

impl Mutated {
    fn case(&self, id: &CaseId) -> Case {
        let mut sketch = Sketch::new(self.client);
        for mutation in &self.mutations {
            if let Some((_, apply)) = KINDS.get(mutation.kind) {
                apply(&mut sketch, &mut mutation.seed.rng());
            }
        }
        sketch.build(id)
    }

    fn simpler(&self) -> Vec<Self> {
        let without = |at: usize| {
            let mut fewer = self.clone();
            fewer.mutations.remove(at);
            fewer
        };
        let mut found: Vec<Self> = (0..self.mutations.len()).map(without).collect();
        if self.client != ClientKind::Public {
            found.push(Self { client: ClientKind::Public, ..self.clone() });
        }
        found
    }

    fn smallest(&self, id: &CaseId, fails: &mut dyn FnMut(&Case) -> bool) -> Case {
        let (mut smallest, mut case) = (self.clone(), self.case(id));
        let mut steps = 0;
        'smaller: loop {
            for candidate in smallest.simpler() {
                steps += 1;
                if steps > SHRINK_STEPS_MAX {
                    return case;
                }
                let tried = candidate.case(id);
                if fails(&tried) {
                    (smallest, case) = (candidate, tried);
                    continue 'smaller;
                }
            }
            return case;
        }
    }
}

/// A kind of mutation, as often as its weight says.
fn kind(rng: &mut Rng) -> usize {
    kind_at(rng.below(weights()))
}

/// The sum of all weights.
fn weights() -> usize {
    KINDS.iter().map(|(weight, _)| usize::try_from(*weight).unwrap_or(0)).sum()
}

/// The kind at that place, where each takes as many places as its weight says; the places go round.
fn kind_at(place: usize) -> usize {
    let mut drawn = place % weights().max(1);
    for (kind, (weight, _)) in KINDS.iter().enumerate() {
        let weight = usize::try_from(*weight).unwrap_or(0);
        if drawn < weight {
            return kind;
        }
        drawn -= weight;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_same_seed_gives_the_same_request() {
        let id = CaseId::new("fuzz", "x");
        for number in 0..200 {
            let seed = Seed(number).split("stack");
            assert_eq!(Stack::draw(seed).case(&id), Stack::draw(seed).case(&id));
        }
    }

    #[test]
    fn every_kind_leaves_a_label_and_every_case_has_one() {
        let id = CaseId::new("fuzz", "x");
        for (kind, _) in KINDS.iter().enumerate() {
            let labels: BTreeSet<String> = (0..400)
                .flat_map(|number| {
                    let client = *Seed(number).rng().pick(ClientKind::ALL).unwrap();
                    let mutations = vec![Mutation { kind, seed: Seed(number).split("kind") }];
                    let case = Mutated { client, mutations }.case(&id);
                    assert!(case.steps.iter().all(|step| !step.labels.is_empty()));
                    case.labels().map(ToString::to_string).collect::<Vec<_>>()
                })
                .collect();
            assert!(
                labels.iter().any(|label| label != "valid/members/none"),
                "kind {kind} does nothing: {labels:?}"
            );
        }
    }

    #[test]
    fn a_stack_shrinks_to_the_mutation_that_fails() {
        let id = CaseId::new("fuzz", "x");
        let is_wrong = |case: &Case| case.labels().any(|label| label.as_str() == "code/wrong");
        let found = (0..5000)
            .map(|number| Stack::draw(Seed(number)))
            .filter(|stack| matches!(stack, Stack::Mutated(mutated) if mutated.mutations.len() >= 3))
            .find(|stack| is_wrong(&stack.case(&id)))
            .unwrap();
        let smallest = found.smallest(&id, &mut |case| is_wrong(case));
        assert!(is_wrong(&smallest));
        assert!(smallest.labels().count() <= found.case(&id).labels().count());
    }
}
