//! The nullability matrix: every member and nested member in every state of having no proper value, alone and beside a
//! second defect elsewhere. It says which case stands in which cell; a request that another strategy sends already is
//! not sent twice.

mod recipe;
mod trouble;

use super::draft::{Draft, label};
use super::sample::kebab;
use super::suite;
use crate::case::{Case, CaseId, Fixture, Label, Layer};
use crate::corpus::MEMBERS;
use crate::named::named;
use crate::template::RequestTemplate;
use recipe::{Outcome, Recipe};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;
use trouble::{Base, STATE_PAIRS, Trouble};

const GROUP: &str = "matrix";

/// The rows: every path of the request, each nested one after its container.
pub const PATHS: &[&str] = MEMBERS;

named! {
    /// A column of the matrix: in which way a path has no proper value.
    State {
        /// It is not sent.
        Absent = "absent",
        /// It is `null`.
        Null = "null",
        /// It is `""`, or `{}`.
        Empty = "empty",
        /// It is a text of spaces, also where no text belongs.
        WhiteSpace = "white-space",
        /// It is a number.
        WrongType = "wrong-type",
        /// It is an object whose members are `null`.
        NullInside = "null-inside",
    }
}

named! {
    /// A second defect, in another place than the first.
    Second {
        /// `ConfirmationCode` is not sent; in the row of `ConfirmationCode`: `Username`.
        MemberAbsent = "member-absent",
        /// `Username` is a space; in the row of `Username`: `ConfirmationCode`.
        PatternBroken = "pattern-broken",
        /// `ConfirmationCode` is a number; in the row of `ConfirmationCode`: `Username`.
        WrongType = "wrong-type",
        /// `ClientId` names no app client.
        ClientUnknown = "client-unknown",
        /// `ConfirmationCode` is not the user's.
        CodeWrong = "code-wrong",
        /// The user is confirmed already.
        UserConfirmed = "user-confirmed",
    }
}

/// One cell of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its row: one of [`PATHS`].
    pub path: &'static str,
    /// Its column.
    pub state: State,
    /// Its block; `None`: the defect stands alone.
    pub second: Option<Second>,
    /// What stands in it.
    pub content: Content,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A case.
    Case(CellCase),
    /// Nothing: there is no such request. The reason.
    Meaningless(&'static str),
}

/// The case of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellCase {
    /// Its id.
    pub id: CaseId,
    /// What the row and column do to the request.
    pub labels: Vec<Label>,
    /// The two requests that have one of the defects each; `None` where the defect stands alone.
    pub singles: Option<Singles>,
}

/// The requests that a pair of defects is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Singles {
    /// The case with the defect of row and column alone.
    pub first: CaseId,
    /// The case with the second defect alone.
    pub second: CaseId,
    /// What the second defect does.
    pub label: Label,
}

/// Every cell, block by block, row by row. The same for every seed.
pub fn cells() -> &'static [Cell] {
    &matrix().cells
}

/// Pairs of defects that no cell puts together: of client, secret hash, user, code and alias. They complete the order of
/// the checks.
pub fn state_pairs() -> &'static [CellCase] {
    &matrix().state_pairs
}

/// The ids of every case that a cell or a pair names, those included that pairs are compared with.
pub fn ids() -> BTreeSet<CaseId> {
    let in_cells = cells().iter().filter_map(|cell| match &cell.content {
        Content::Case(case) => Some(case),
        Content::Meaningless(_) => None,
    });
    let of_case = |case: &'static CellCase| {
        let singles = case.singles.iter().flat_map(|singles| [&singles.first, &singles.second]);
        std::iter::once(&case.id).chain(singles)
    };
    in_cells.chain(state_pairs()).flat_map(of_case).cloned().collect()
}

/// The cases that no other strategy sends.
pub(super) fn cases() -> &'static [Case] {
    &matrix().cases
}

/// The same for who has at hand what [`suite::of_strategies`] makes: it costs as much as a round of the suite.
pub(super) fn cases_beside(of_strategies: &[Case]) -> &'static [Case] {
    &MATRIX.get_or_init(|| Matrix::beside(of_strategies)).cases
}

fn matrix() -> &'static Matrix {
    MATRIX.get_or_init(|| Matrix::beside(&suite::of_strategies()))
}

static MATRIX: OnceLock<Matrix> = OnceLock::new();

struct Matrix {
    cells: Vec<Cell>,
    state_pairs: Vec<CellCase>,
    cases: Vec<Case>,
}

impl Matrix {
    /// The matrix, whose cells refer to `others` where these send the same request.
    fn beside(others: &[Case]) -> Self {
        // A cell speaks of its defects alone: not of a state looked at, nor of another form of the request.
        let is_plain = |label: &Label| !["inspect", "relation"].contains(&label.kind());
        let is_comparable = |case: &&Case| case.steps.len() == 1 && case.labels().all(is_plain);
        let mut others: Vec<&Case> = others.iter().filter(is_comparable).collect();
        others.sort_by(|a, b| a.id.cmp(&b.id));
        let mut desk = Desk::beside(&others);
        let mut cells = Vec::new();
        for second in std::iter::once(None).chain(Second::ALL.iter().copied().map(Some)) {
            for path in PATHS {
                for state in State::ALL {
                    let content = match desk.content(path, *state, second) {
                        Ok(case) => Content::Case(case),
                        Err(reason) => Content::Meaningless(reason),
                    };
                    cells.push(Cell { path, state: *state, second, content });
                }
            }
        }
        let state_pairs = STATE_PAIRS.iter().map(|(base, first, second)| desk.pair(*base, first, second));
        let state_pairs = state_pairs.collect();
        Self { cells, state_pairs, cases: desk.made }
    }
}

/// What a case sends, and to whom: two cases that agree in it are one.
type Sent<'a> = (&'a Fixture, Option<&'a RequestTemplate>);

fn sent(case: &Case) -> Sent<'_> {
    (&case.fixture, case.steps.first().map(|step| &step.request))
}

/// The cases that are there already, and those that had to be made.
struct Desk<'a> {
    others: HashMap<Sent<'a>, &'a CaseId>,
    made: Vec<Case>,
}

impl<'a> Desk<'a> {
    /// A desk with cases of one step each; of two that send the same, the first counts.
    fn beside(cases: &[&'a Case]) -> Self {
        let mut others = HashMap::with_capacity(cases.len());
        for case in cases {
            others.entry(sent(case)).or_insert(&case.id);
        }
        Self { others, made: Vec::new() }
    }

    fn content(&mut self, path: &'static str, state: State, second: Option<Second>) -> Outcome<CellCase> {
        let base = Recipe::base(path);
        let alone = base.clone().with_state(path, state)?;
        let layer = layer(path, state);
        let name = format!("{}-{state}", kebab(path));
        let labels = alone.labels.iter().map(|text| label(text)).collect();
        let Some(second) = second else {
            return Ok(CellCase { id: self.case(&name, layer, &alone), labels, singles: None });
        };
        let only_second = base.with_second(path, second)?;
        let both = alone.clone().with_second(path, second)?;
        let second_name = format!("{second}-{}", only_second.fixture.client);
        let singles = Singles {
            first: self.case(&name, layer, &alone),
            label: only_second.labels.last().map_or_else(|| label(""), |text| label(text)),
            second: self.case(&second_name, Layer::Constraint, &only_second),
        };
        let id = self.case(&format!("{name}+{second}"), layer, &both);
        Ok(CellCase { id, labels, singles: Some(singles) })
    }

    fn pair(&mut self, base: Base, first: &'static Trouble, second: &'static Trouble) -> CellCase {
        let recipe = base.recipe();
        let client = recipe.fixture.client;
        let alone = |trouble: &Trouble| (trouble.apply)(recipe.clone()).labelled(&[trouble.label]);
        let both = (second.apply)(alone(first)).labelled(&[second.label]);
        let singles = Singles {
            first: self.case(&format!("{}-{}", first.name, base.name()), Layer::State, &alone(first)),
            second: self.case(&format!("{}-{}", second.name, base.name()), Layer::State, &alone(second)),
            label: label(second.label),
        };
        let name = format!("{}+{}-{client}", first.name, second.name);
        let id = self.case(&name, Layer::State, &both);
        CellCase { id, labels: vec![label(first.label)], singles: Some(singles) }
    }

    /// The case that sends this request: an existing one, or one that is made now.
    fn case(&mut self, name: &str, layer: Layer, recipe: &Recipe) -> CaseId {
        let labels: Vec<&str> = recipe.labels.iter().map(String::as_str).collect();
        let draft = Draft::new(GROUP, name, layer).fixture(recipe.fixture.clone());
        let case = draft.payload(&recipe.payload, &labels).build();
        let known = self.others.get(&sent(&case)).copied();
        let known =
            known.or_else(|| self.made.iter().find(|made| sent(made) == sent(&case)).map(|made| &made.id));
        if let Some(known) = known {
            return known.clone();
        }
        let id = case.id.clone();
        self.made.push(case);
        id
    }
}

/// The layer that a row and column work on.
fn layer(path: &str, state: State) -> Layer {
    match state {
        _ if path == "SecretHash" => Layer::SecretHash,
        State::Absent | State::Empty => Layer::Constraint,
        State::WhiteSpace => match path {
            "ForceAliasCreation" | "AnalyticsMetadata" | "UserContextData" | "ClientMetadata" => {
                Layer::JsonShape
            }
            _ => Layer::Constraint,
        },
        State::Null | State::WrongType | State::NullInside => Layer::JsonShape,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_in_every_state_has_a_case_or_a_reason_alone_and_beside_every_second_defect() {
        let blocks = Second::ALL.len() + 1;
        let places: BTreeSet<_> = cells().iter().map(|cell| (cell.path, cell.state, cell.second)).collect();
        assert_eq!(places.len(), PATHS.len() * State::ALL.len() * blocks);
        assert_eq!(cells().len(), places.len());
    }

    #[test]
    fn a_request_stands_in_the_suite_once() {
        let own: BTreeSet<&CaseId> = cases().iter().map(|case| &case.id).collect();
        let used = ids();
        let used: BTreeSet<&CaseId> = used.iter().collect();
        assert!(own.is_subset(&used));
        assert!(own.len() > 250 && used.len() - own.len() > 50, "{} of {}", own.len(), used.len());
        for (i, case) in cases().iter().enumerate() {
            let same = |other: &&Case| {
                other.fixture == case.fixture && other.steps[0].request == case.steps[0].request
            };
            assert!(cases().iter().skip(i + 1).find(same).is_none(), "{}", case.id);
        }
    }
}
