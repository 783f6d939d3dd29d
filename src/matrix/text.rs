//! The matrix and the graph as text whose table has less than 80 columns, whatever the terminal.

use super::precedence::{Aggregation, AttestedOrder, Edge, Precedence};
use super::table::{Expected, Got, Matrix, Slot};
use super::{Reported, markdown};
use crate::event::Verdict;
use crate::generate::matrix::{Content, PATHS, Second, State};
use crate::requirement::{Attestation, Effect};
use anstyle::{AnsiColor, Style};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// The widest line of the table, in columns.
const WIDTH: usize = 80;

const NAME_WIDTH: usize = 23;
const CELL_WIDTH: usize = 9;

const _: () = assert!(NAME_WIDTH + State::ALL.len() * CELL_WIDTH < WIDTH, "the table is too wide");

const HEAD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DOUBTFUL: Style = AnsiColor::Yellow.on_default();

/// Writes table and graph.
pub fn write_text(out: &mut dyn Write, matrix: &Matrix) -> io::Result<()> {
    let codes = Codes::of(matrix);
    writeln!(out, "{HEAD}Nullability of ConfirmSignUp{HEAD:#}: {}", matrix.subject)?;
    writeln!(
        out,
        "First line of a cell: what is expected, and how well that is attested (doc, rec, rep, inf)."
    )?;
    writeln!(out, "Second line: what came.  = as expected   ~ differs, below the gate   ≠ differs")?;
    writeln!(out, "                         · nothing is attested   ? no verdict   – no such request")?;
    for second in std::iter::once(None).chain(Second::ALL.iter().copied().map(Some)) {
        block(out, matrix, second, &codes)?;
    }
    writeln!(out)?;
    for (code, name) in &codes.0 {
        writeln!(out, "{FAINT}{code:6} {name}{FAINT:#}")?;
    }
    writeln!(out)?;
    graph(out, &matrix.precedence)
}

/// The short names of error types, each with what it stands for.
pub(super) struct Codes(pub(super) BTreeMap<String, String>);

impl Codes {
    pub(super) fn of(matrix: &Matrix) -> Self {
        let expected =
            matrix.slots.iter().filter_map(|slot| slot.expected.as_ref()).flat_map(|it| it.types.clone());
        let got = matrix.slots.iter().filter_map(|slot| error_type(slot.got.as_ref()?)).map(str::to_owned);
        let names: BTreeSet<String> = expected.chain(got).collect();
        let mut codes = BTreeMap::new();
        for name in names {
            let capitals: String = name.chars().filter(char::is_ascii_uppercase).take(4).collect();
            let base = if capitals.is_empty() { name.chars().take(4).collect() } else { capitals };
            let numbered = (2..100).map(|n| format!("{base}{n}"));
            let free = std::iter::once(base.clone()).chain(numbered).find(|code| !codes.contains_key(code));
            codes.insert(free.unwrap_or(base), name);
        }
        Self(codes)
    }

    fn code(&self, name: &str) -> &str {
        self.0.iter().find(|(_, known)| *known == name).map_or("?", |(code, _)| code.as_str())
    }
}

/// What follows the status in an answer in short.
fn error_type(got: &Got) -> Option<&str> {
    let summary = got.answer.as_ref()?.summary.split_once(' ')?.1;
    (!summary.starts_with('(')).then_some(summary)
}

fn block(out: &mut dyn Write, matrix: &Matrix, second: Option<Second>, codes: &Codes) -> io::Result<()> {
    let title = markdown::title(second);
    writeln!(out, "\n{HEAD}{title}{HEAD:#}")?;
    write!(out, "{:NAME_WIDTH$}", "")?;
    for state in State::ALL {
        write!(out, "{HEAD}{:CELL_WIDTH$}{HEAD:#}", short_state(*state))?;
    }
    writeln!(out)?;
    let slots: Vec<&Slot> = matrix.block(second).collect();
    for path in PATHS {
        let row: Vec<&&Slot> = slots.iter().filter(|slot| slot.cell.path == *path).collect();
        write!(out, "{:NAME_WIDTH$}", row_name(path))?;
        for slot in &row {
            write!(out, "{FAINT}{:CELL_WIDTH$}{FAINT:#}", expectation(slot, codes))?;
        }
        write!(out, "\n{:NAME_WIDTH$}", "")?;
        for slot in &row {
            let (style, text) = answer(slot, codes);
            write!(out, "{style}{text:CELL_WIDTH$}{style:#}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn short_state(state: State) -> &'static str {
    match state {
        State::Absent => "absent",
        State::Null => "null",
        State::Empty => "empty",
        State::WhiteSpace => "white",
        State::WrongType => "type",
        State::NullInside => "inside",
    }
}

/// A nested path stands below its container, so that its own name says enough.
fn row_name(path: &str) -> String {
    path.split_once('.').map_or_else(|| path.to_owned(), |(_, name)| format!("  .{name}"))
}

/// What is expected in a cell, and how well that is attested, in short.
pub(super) fn expectation(slot: &Slot, codes: &Codes) -> String {
    let Some(expected) = &slot.expected else { return "–".to_owned() };
    let attestation = short_attestation(expected.attestation);
    match expected.effect {
        Effect::Accepted => format!("✓ {attestation}"),
        Effect::Refused => format!("{} {attestation}", refusal(expected, codes)),
        Effect::Either => format!("{}|✓ {attestation}", refusal(expected, codes)),
        Effect::Observed | Effect::Inspected => "·".to_owned(),
    }
}

fn refusal(expected: &Expected, codes: &Codes) -> String {
    let status = || expected.statuses.first().map_or_else(|| "✗".to_owned(), ToString::to_string);
    expected.types.first().map_or_else(status, |name| codes.code(name).to_owned())
}

const fn short_attestation(attestation: Attestation) -> &'static str {
    match attestation {
        Attestation::Documented => "doc",
        Attestation::Recorded => "rec",
        Attestation::Reported => "rep",
        Attestation::Inferred => "inf",
        Attestation::Unattested => "",
    }
}

/// What came in a cell, in short.
pub(super) fn answer(slot: &Slot, codes: &Codes) -> (Style, String) {
    let Some(got) = &slot.got else {
        let is_meaningless = matches!(slot.cell.content, Content::Meaningless(_));
        return (FAINT, if is_meaningless { String::new() } else { "? not run".to_owned() });
    };
    let (style, mark) = match got.verdict {
        Verdict::Pass => (GOOD, '='),
        Verdict::Mismatch | Verdict::Stale => (BAD, '≠'),
        Verdict::Advisory | Verdict::Known => (DOUBTFUL, '~'),
        Verdict::Observed => (FAINT, '·'),
        Verdict::Uncovered | Verdict::Inconclusive => (DOUBTFUL, '?'),
    };
    let shown = match &got.answer {
        Some(answer) if answer.is_success() => "✓".to_owned(),
        Some(answer) => error_type(got).map_or_else(
            || answer.summary.split(' ').next().unwrap_or_default().chars().take(6).collect(),
            |name| codes.code(name).to_owned(),
        ),
        None => String::new(),
    };
    (style, format!("{mark} {shown}"))
}

fn graph(out: &mut dyn Write, precedence: &Precedence) -> io::Result<()> {
    writeln!(
        out,
        "{HEAD}Order of checks{HEAD:#}: which of two defects is reported, of those that are refused alone"
    )?;
    for edge in &precedence.edges {
        write_edge(out, edge)?;
    }
    let layers: Vec<String> = precedence.order.iter().map(|layer| layer.join(", ")).collect();
    if !layers.is_empty() {
        writeln!(out, "{HEAD}Seen in this order{HEAD:#}: {}", layers.join(" → "))?;
    }
    if !precedence.circle.is_empty() {
        writeln!(out, "{HEAD}In no order{HEAD:#}: {}", precedence.circle.join(", "))?;
    }
    writeln!(out, "{HEAD}Several violations of constraints{HEAD:#}: {}", aggregation(precedence.aggregation))
}

/// Whether one or all violations of constraints are told.
pub(super) fn aggregation(told: Aggregation) -> String {
    let says = match told.word() {
        "all" => "all of them in one message",
        "one" => "one of them only",
        "mixed" => "sometimes all of them, sometimes one",
        _ => "no pair shows it",
    };
    format!(
        "{says} ({} both, {} one, of {} pairs; AWS lists all: reported, VAL-004 VAL-011)",
        told.both, told.one, told.pairs
    )
}

fn write_edge(out: &mut dyn Write, edge: &Edge) -> io::Result<()> {
    let arrow = if edge.is_directed() && edge.first != edge.later { "→" } else { "–" };
    let counts: Vec<String> =
        edge.counts.iter().map(|(reported, count)| format!("{count} {}", said(*reported, edge))).collect();
    writeln!(out, "  {} {arrow} {}: {}", edge.first, edge.later, counts.join(", "))?;
    let (style, agreement) = match edge.contradicting.as_slice() {
        [] => (FAINT, String::new()),
        [one] => (DOUBTFUL, format!("; contradicted by {one}")),
        [one, rest @ ..] => (DOUBTFUL, format!("; contradicted by {one} and {} more", rest.len())),
    };
    let attested = attested(edge);
    writeln!(out, "    {style}AWS: {attested}{agreement}{style:#}")
}

/// An answer in words, seen from the first defect of an edge.
fn said(reported: Reported, edge: &Edge) -> String {
    match reported {
        Reported::First if edge.first == edge.later => "the row's".to_owned(),
        Reported::Second if edge.first == edge.later => "the other".to_owned(),
        Reported::First => edge.first.clone(),
        Reported::Second => edge.later.clone(),
        Reported::Both => "both".to_owned(),
        Reported::Alike => "answered alike".to_owned(),
        Reported::Other => "something else".to_owned(),
        Reported::Accepted => "accepted".to_owned(),
    }
}

/// What AWS is attested to do with the two defects of an edge.
pub(super) fn attested(edge: &Edge) -> String {
    let of = match edge.pairs() {
        all if all == edge.attested_pairs => String::new(),
        all => format!(", of {} of the {all}", edge.attested_pairs),
    };
    match &edge.attested {
        AttestedOrder::One { reported, attestation, evidence } => {
            let first = if *reported == Reported::First { &edge.first } else { &edge.later };
            format!("{first} first ({attestation}, {}){of}", evidence.join(" "))
        }
        AttestedOrder::Both { attestation, evidence } => {
            format!("both ({attestation}, {}){of}", evidence.join(" "))
        }
        AttestedOrder::Unattested => "not attested".to_owned(),
    }
}
