//! The matrix and the graph as Markdown: tables without abbreviations.

use super::precedence::{Edge, Precedence};
use super::table::{Matrix, Slot};
use super::{Reported, text};
use crate::generate::matrix::{Content, PATHS, Second, State};
use crate::requirement::Effect;
use std::io::{self, Write};

/// The heading of a block.
pub(super) fn title(second: Option<Second>) -> &'static str {
    match second {
        None => "Alone",
        Some(Second::MemberAbsent) => "Beside a required member that is absent",
        Some(Second::PatternBroken) => "Beside a broken pattern in another member",
        Some(Second::WrongType) => "Beside a wrong type in another member",
        Some(Second::ClientUnknown) => "Beside an unknown app client",
        Some(Second::CodeWrong) => "Beside a wrong code",
        Some(Second::UserConfirmed) => "With a user who is confirmed already",
    }
}

/// Writes table and graph.
pub fn write_markdown(out: &mut dyn Write, matrix: &Matrix) -> io::Result<()> {
    writeln!(out, "# Nullability of ConfirmSignUp: {}\n", escaped(&matrix.subject))?;
    writeln!(out, "Each cell: what is expected (how well that is attested), what came, the verdict.")?;
    for second in std::iter::once(None).chain(Second::ALL.iter().copied().map(Some)) {
        writeln!(out, "\n## {}\n", title(second))?;
        let names: Vec<&str> = State::ALL.iter().map(|state| state.name()).collect();
        writeln!(out, "| path | {} |", names.join(" | "))?;
        writeln!(out, "|---|{}", "---|".repeat(names.len()))?;
        let slots: Vec<&Slot> = matrix.block(second).collect();
        for path in PATHS {
            let row = slots.iter().filter(|slot| slot.cell.path == *path);
            let cells: Vec<String> = row.map(|slot| cell(slot)).collect();
            writeln!(out, "| `{path}` | {} |", cells.join(" | "))?;
        }
    }
    reasons(out, matrix)?;
    graph(out, &matrix.precedence)
}

fn cell(slot: &Slot) -> String {
    let Some(expected) = &slot.expected else { return "–".to_owned() };
    let statuses = || expected.statuses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
    let refusal = || if expected.types.is_empty() { statuses() } else { expected.types.join(" or ") };
    let attested = match expected.effect {
        Effect::Accepted => format!("accepted ({})", expected.attestation),
        Effect::Refused => format!("{} ({})", refusal(), expected.attestation),
        Effect::Either => format!("{} or accepted ({})", refusal(), expected.attestation),
        Effect::Observed | Effect::Inspected => "not attested".to_owned(),
    };
    let came = slot.got.as_ref().map_or_else(
        || "not run".to_owned(),
        |got| {
            let answer = got.answer.as_ref().map_or("no answer", |answer| answer.summary.as_str());
            format!("{}: {}", escaped(answer), got.verdict)
        },
    );
    format!("{attested} → {came}")
}

fn reasons(out: &mut dyn Write, matrix: &Matrix) -> io::Result<()> {
    let mut told: Vec<&str> = Vec::new();
    for slot in &matrix.slots {
        if let Content::Meaningless(reason) = slot.cell.content
            && !told.contains(&reason)
        {
            told.push(reason);
        }
    }
    writeln!(out, "\nA `–` stands where there is no such request: {}.", told.join("; "))
}

fn graph(out: &mut dyn Write, precedence: &Precedence) -> io::Result<()> {
    writeln!(out, "\n## Order of checks\n")?;
    writeln!(
        out,
        "| reported first | before | pairs | first | later | both | else | AWS | contradicted by |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---|---|")?;
    for edge in &precedence.edges {
        let count = |reported| edge.count(reported);
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            edge.first,
            edge.later,
            edge.pairs(),
            count(Reported::First),
            count(Reported::Second),
            count(Reported::Both),
            count(Reported::Alike) + count(Reported::Other) + count(Reported::Accepted),
            text::attested(edge),
            contradicting(edge)
        )?;
    }
    let layers: Vec<String> = precedence.order.iter().map(|layer| layer.join(", ")).collect();
    writeln!(out, "\nSeen in this order: {}.", layers.join(" → "))?;
    let told = precedence.aggregation;
    let (both, one, pairs) = (told.both, told.one, told.pairs);
    writeln!(out, "\nViolations in one message: {} ({both} both, {one} one, of {pairs} pairs).", told.word())
}

fn contradicting(edge: &Edge) -> String {
    match edge.contradicting.as_slice() {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [one, rest @ ..] => format!("`{one}` and {} more", rest.len()),
    }
}

/// Text of the subject's, which must not end a cell or start markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '|' | '`' | '<' | '>' | '*' | '_' | '[' | ']' | '\\' | '&' | '#') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
