//! Covering arrays: the optional members and their states (absent, `null`, least, typical, greatest) together, so that
//! every pair of states, or every three, stands in one payload.

use super::draft::Draft;
use super::payload::Payload;
use super::sample;
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Layer};
use crate::seed::Rng;
use crate::template::Template;
use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::LazyLock;

const GROUP: &str = "covering";

/// How many factors are covered together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Strength {
    /// Every pair of states.
    #[default]
    Pairs,
    /// Every three states.
    Triples,
}

impl FromStr for Strength {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "2" => Ok(Self::Pairs),
            "3" => Ok(Self::Triples),
            _ => Err("allowed: `2`, `3`".to_owned()),
        }
    }
}

impl Strength {
    /// How many that are.
    pub const fn number(self) -> usize {
        match self {
            Self::Pairs => 2,
            Self::Triples => 3,
        }
    }
}

/// The rows of a covering array: for each factor one of its levels (`levels` says how many it has), so that every
/// combination of levels of any two or three factors stands in some row. Greedy and deterministic: a row starts with a
/// combination that no row has yet, and each of its other factors takes the level that covers most.
///
/// The combinations are listed, so the product of the three greatest numbers of levels bounds the memory.
pub fn array(levels: &[usize], strength: Strength) -> Vec<Vec<usize>> {
    let mut open = combinations(levels, strength.number());
    let mut rows = Vec::new();
    while let Some(first) = open.first().cloned() {
        let mut row: Vec<Option<usize>> = vec![None; levels.len()];
        for (factor, level) in &first {
            row.splice(factor..=factor, [Some(*level)]);
        }
        for (factor, count) in levels.iter().enumerate() {
            if row.get(factor).copied().flatten().is_some() {
                continue;
            }
            let gain = |level: usize| {
                let covers = |pairs: &&Vec<(usize, usize)>| {
                    pairs.contains(&(factor, level))
                        && pairs.iter().all(|(other, wanted)| {
                            *other == factor || row.get(*other).copied().flatten() == Some(*wanted)
                        })
                };
                open.iter().filter(covers).count()
            };
            // The first of the best, so that the array is the same everywhere.
            let best = (0..*count).rev().max_by_key(|level| gain(*level)).unwrap_or(0);
            row.splice(factor..=factor, [Some(best)]);
        }
        let row: Vec<usize> = row.into_iter().flatten().collect();
        open.retain(|pairs| !pairs.iter().all(|(factor, level)| row.get(*factor) == Some(level)));
        rows.push(row);
    }
    rows
}

/// Every combination of `strength` factors with levels, each as pairs of factor and level, sorted.
fn combinations(levels: &[usize], strength: usize) -> BTreeSet<Vec<(usize, usize)>> {
    let mut found: BTreeSet<Vec<(usize, usize)>> = BTreeSet::from([Vec::new()]);
    for _ in 0..strength.min(levels.len()) {
        let mut longer = BTreeSet::new();
        for shorter in &found {
            let from = shorter.last().map_or(0, |(factor, _)| factor + 1);
            for (factor, count) in levels.iter().enumerate().skip(from) {
                for level in 0..*count {
                    longer.insert(shorter.iter().copied().chain([(factor, level)]).collect());
                }
            }
        }
        found = longer;
    }
    found
}

/// What a member is in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Absent,
    Null,
    /// The least value: `false`, an empty object, the fewest characters.
    Least,
    Typical,
    /// The greatest value: `true`, the most characters.
    Greatest,
}

/// The states without `null`: everything that is documented to be accepted.
const PLAIN: &[State] = &[State::Absent, State::Least, State::Typical, State::Greatest];
/// Every state.
const ALL: &[State] = &[State::Absent, State::Null, State::Least, State::Typical, State::Greatest];

/// An array by name: the states of the four optional members, and those of `Session`.
struct Plan {
    name: &'static str,
    states: &'static [State],
    session: &'static [State],
}

/// `null` and a session that was never issued are attested less than the rest: arrays of their own keep them from
/// taking its weight.
const PLANS: [Plan; 3] = [
    Plan { name: "plain", states: PLAIN, session: &[State::Absent] },
    Plan { name: "null", states: ALL, session: &[State::Absent, State::Null] },
    Plan { name: "session", states: ALL, session: ALL },
];

/// The app clients, and what is done to `SecretHash`: it is right where there is a secret.
const CLIENTS: [(ClientKind, State); 3] = [
    (ClientKind::Public, State::Absent),
    (ClientKind::Secret, State::Typical),
    (ClientKind::Public, State::Null),
];

pub(super) fn cases(suite: &mut Suite) {
    static PAIRS: LazyLock<Vec<Vec<Vec<usize>>>> = LazyLock::new(|| rows(Strength::Pairs));
    static TRIPLES: LazyLock<Vec<Vec<Vec<usize>>>> = LazyLock::new(|| rows(Strength::Triples));
    let rows = match suite.strength() {
        Strength::Pairs => &PAIRS,
        Strength::Triples => &TRIPLES,
    };
    for (plan, rows) in PLANS.iter().zip(rows.iter()) {
        for (number, row) in rows.iter().enumerate() {
            push(suite, plan, number, row);
        }
    }
}

/// The rows of every plan.
fn rows(strength: Strength) -> Vec<Vec<Vec<usize>>> {
    PLANS
        .iter()
        .map(|plan| {
            let members = sample::OPTIONAL.map(|_| plan.states.len());
            // Only the plan without `null` leaves out the client that has one in place of its hash.
            let clients = CLIENTS.iter().filter(|(_, hash)| plan.states.contains(hash)).count();
            let levels: Vec<usize> = [clients, plan.session.len()].into_iter().chain(members).collect();
            array(&levels, strength)
        })
        .collect()
}

fn push(suite: &mut Suite, plan: &Plan, number: usize, row: &[usize]) {
    let name = match suite.strength() {
        Strength::Pairs => format!("{}-{number:03}", plan.name),
        Strength::Triples => format!("{}-three-way-{number:03}", plan.name),
    };
    let mut rng = suite.rng(GROUP, &name);
    let level = |factor: usize| row.get(factor).copied().unwrap_or_default();
    let state = |states: &[State], factor| states.get(level(factor)).copied().unwrap_or(State::Absent);
    let (client, hash) = CLIENTS.get(level(0)).copied().unwrap_or((ClientKind::Public, State::Absent));
    let mut labels = Vec::new();
    let mut payload = Payload::base(client);
    if hash == State::Null {
        payload = payload.with("SecretHash", value::raw("null"));
        labels.push("null/SecretHash".to_owned());
    }
    let mut present = Vec::new();
    for (at, member) in sample::OPTIONAL.iter().enumerate() {
        let state = state(plan.states, at + 2);
        let Some(value) = member_in(member, state, &mut rng) else { continue };
        payload = payload.with(member, value);
        match (state, greatest(member)) {
            (State::Null, _) => labels.push(format!("null/{member}")),
            (State::Greatest, Some((path, _))) => {
                labels.push(format!("valid/length/{path}-{}", super::constraints::STRING_MAX));
            }
            _ => present.push(*member),
        }
    }
    if let Some((value, label)) = session(state(plan.session, 1), &mut rng) {
        payload = payload.with("Session", value);
        labels.extend(label);
    }
    labels.push(format!(
        "valid/members/{}",
        if present.is_empty() { "none".to_owned() } else { present.join("+") }
    ));
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    suite.push(Draft::new(GROUP, &name, Layer::JsonShape).client(client).payload(&payload, &labels));
}

/// The longest text of a member: its path, and the character it is made of.
fn greatest(member: &str) -> Option<(&'static str, &'static str)> {
    match member {
        "AnalyticsMetadata" => Some(("AnalyticsMetadata.AnalyticsEndpointId", "e")),
        "UserContextData" => Some(("UserContextData.EncodedData", "d")),
        "ClientMetadata" => Some(("ClientMetadata.value", "v")),
        _ => None,
    }
}

fn member_in(member: &str, state: State, rng: &mut Rng) -> Option<Template> {
    let least = if member == "ForceAliasCreation" { "false" } else { "{}" };
    Some(match state {
        State::Absent => return None,
        State::Null => value::raw("null"),
        State::Least => value::raw(least),
        State::Typical => sample::member(member, rng),
        State::Greatest => match greatest(member) {
            Some((path, filler)) => {
                let name = path.split_once('.').map_or("", |(_, name)| name);
                value::object([(name, value::repeated(filler, super::constraints::STRING_MAX))])
            }
            None => value::raw("true"),
        },
    })
}

fn session(state: State, rng: &mut Rng) -> Option<(Template, Vec<String>)> {
    // Sessions are opaque; a typical one is a row of Base64 of some 900 characters.
    let (unit, length) = match state {
        State::Absent => return None,
        State::Null => return Some((value::raw("null"), vec!["null/Session".to_owned()])),
        State::Least => ("s".to_owned(), 20),
        State::Typical => (rng.text(sample::BASE64, 30), 900),
        State::Greatest => ("s".to_owned(), 4096),
    };
    let value = value::repeated(&unit, length / unit.len());
    Some((value, vec![format!("valid/length/Session-{length}"), "session/never-issued".to_owned()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts again, without the function that lists combinations.
    fn all_covered(levels: &[usize], rows: &[Vec<usize>], strength: Strength) -> bool {
        let factors = levels.len();
        let has =
            |wanted: &[(usize, usize)]| rows.iter().any(|row| wanted.iter().all(|(f, l)| row[*f] == *l));
        (0..factors).all(|a| {
            (a + 1..factors).all(|b| {
                (0..levels[a]).all(|x| {
                    (0..levels[b]).all(|y| match strength {
                        Strength::Pairs => has(&[(a, x), (b, y)]),
                        Strength::Triples => {
                            (b + 1..factors).all(|c| (0..levels[c]).all(|z| has(&[(a, x), (b, y), (c, z)])))
                        }
                    })
                })
            })
        })
    }

    #[test]
    fn every_pair_and_every_three_stand_in_some_row() {
        for levels in [&[3, 5, 5, 5, 5, 5][..], &[2, 1, 4, 4, 4, 4], &[2, 2], &[3, 2, 7, 1]] {
            for strength in [Strength::Pairs, Strength::Triples] {
                let rows = array(levels, strength);
                assert!(rows.iter().all(|row| row.len() == levels.len()));
                assert!(rows.iter().all(|row| row.iter().zip(levels).all(|(level, count)| level < count)));
                if levels.len() > 2 || strength == Strength::Pairs {
                    assert!(all_covered(levels, &rows, strength), "{levels:?} {strength:?}");
                    let fewer = &rows[..rows.len() - 1];
                    assert!(!all_covered(levels, fewer, strength), "the last row covers something");
                }
            }
        }
    }

    #[test]
    fn an_array_is_much_smaller_than_all_combinations() {
        let levels = [3, 5, 5, 5, 5, 5];
        let (pairs, triples) =
            (array(&levels, Strength::Pairs).len(), array(&levels, Strength::Triples).len());
        // No array of pairs has fewer rows than the two greatest factors have combinations.
        assert!((25..50).contains(&pairs), "{pairs}");
        assert!((125..300).contains(&triples), "{triples}");
    }

    #[test]
    fn without_factors_there_is_at_most_one_row() {
        assert_eq!(array(&[], Strength::Pairs), vec![Vec::<usize>::new()]);
        assert_eq!(array(&[4], Strength::Pairs).len(), 4);
    }
}
