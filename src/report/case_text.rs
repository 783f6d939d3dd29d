//! One case as text for people: what differs, and both sides of its exchanges.

use super::printable;
use crate::event::{CaseReport, ExchangeView, Mismatch, Verdict};
use crate::requirement::RequirementId;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

/// The longest text of one field that is shown, in characters; what follows is counted.
const FIELD_CHARACTERS_MAX: usize = 4096;

/// The styles of the terminal report.
#[derive(Debug, Clone, Copy, Default)]
pub struct Palette {
    /// What fails the run.
    pub fail: Style,
    /// What is worth a look.
    pub warn: Style,
    /// What is right.
    pub good: Style,
    /// Headings.
    pub strong: Style,
    /// What is only there to be looked up.
    pub faint: Style,
}

impl Palette {
    /// No styles at all: the text holds no control character but line breaks.
    pub fn plain() -> Self {
        Self::default()
    }

    /// Colours of the basic sixteen, which follow the terminal's own theme.
    pub fn coloured() -> Self {
        Self {
            fail: AnsiColor::Red.on_default().bold(),
            warn: AnsiColor::Yellow.on_default().bold(),
            good: AnsiColor::Green.on_default().bold(),
            strong: Style::new().bold(),
            faint: Style::new().dimmed(),
        }
    }

    /// The style of a verdict.
    pub fn of(&self, verdict: Verdict) -> Style {
        match verdict {
            Verdict::Pass => self.good,
            Verdict::Mismatch | Verdict::Stale => self.fail,
            Verdict::Advisory | Verdict::Known | Verdict::Inconclusive | Verdict::Uncovered => self.warn,
            Verdict::Observed => self.faint,
        }
    }
}

/// A field on one line, safe to print and not longer than the limit.
pub(super) fn field(text: &str) -> String {
    printable::shortened(&printable::line(text), FIELD_CHARACTERS_MAX).into_owned()
}

/// Texts joined by a comma, safe to print.
pub(super) fn list<T: ToString>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(|item| field(&item.to_string())).collect();
    items.join(", ")
}

/// What was expected and what came, one aspect a block.
pub(super) fn write_mismatch(out: &mut dyn Write, mismatch: &Mismatch, palette: &Palette) -> io::Result<()> {
    let faint = palette.faint;
    let aspect = mismatch.aspect.name();
    writeln!(out, "    {aspect:<10} expected  {}", field(&mismatch.expected))?;
    writeln!(out, "               got       {}", field(&mismatch.got))?;
    let evidence = match mismatch.evidence.as_slice() {
        [] => String::new(),
        rows => format!(" ({})", list(rows)),
    };
    writeln!(out, "               {faint}{}{evidence}{faint:#}", mismatch.attestation)
}

/// Both sides of one exchange: `>` before each line sent, `<` before each line received.
pub(super) fn write_exchange(out: &mut dyn Write, view: &ExchangeView, palette: &Palette) -> io::Result<()> {
    let faint = palette.faint;
    writeln!(out, "    {faint}{}{faint:#}", field(&view.role))?;
    for (sign, text) in [('>', &view.request), ('<', &view.response)] {
        let text = printable::block(text);
        for line in text.lines() {
            let line = printable::shortened(line, FIELD_CHARACTERS_MAX);
            writeln!(out, "{}", format!("      {sign} {line}").trim_end())?;
        }
    }
    Ok(())
}

/// One case in full: verdict, what was done, the requirements with their sentences, both sides of every exchange, and
/// what differs.
pub fn write_case(
    out: &mut dyn Write,
    report: &CaseReport,
    sentence: &dyn Fn(&RequirementId) -> String,
    palette: &Palette,
) -> io::Result<()> {
    let strong = palette.strong;
    let verdict = palette.of(report.verdict);
    writeln!(out, "{strong}{}{strong:#}  {verdict}{}{verdict:#}", field(report.id.as_str()), report.verdict)?;
    writeln!(out, "    layer      {}", report.layer)?;
    writeln!(out, "    done       {}", list(&report.labels))?;
    for id in &report.requirements {
        writeln!(out, "    governed   {}  {}", field(&id.0), field(&sentence(id)))?;
    }
    if let Some(answer) = &report.answer {
        writeln!(out, "    answer     {}", field(answer))?;
    }
    for (name, value) in &report.state {
        writeln!(out, "    state      {} = {}", field(name), field(value))?;
    }
    if let Some(reason) = &report.reason {
        writeln!(out, "    reason     {}", field(reason))?;
    }
    for view in &report.exchanges {
        write_exchange(out, view, palette)?;
    }
    for mismatch in &report.mismatches {
        writeln!(out, "    {}", field(&mismatch.requirement.0))?;
        write_mismatch(out, mismatch, palette)?;
    }
    Ok(())
}
