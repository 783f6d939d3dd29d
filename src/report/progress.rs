//! The line that shows a run while it lasts, and the notes beside it. Nothing of it is part of the report.

use super::{Reporter, VerdictCounts, printable};
use crate::event::{RunEvent, Verdict};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt::Write as _;
use std::io::{self, Write};

/// How often the line is drawn again, in times a second.
const DRAWS_PER_SECOND: u8 = 10;

/// Shows the rate, the time left and the counts of what went wrong on stderr, and prints notes.
pub struct Progress<W> {
    notes: W,
    target: Option<ProgressDrawTarget>,
    bar: ProgressBar,
    counts: VerdictCounts,
}

impl<W: Write> Progress<W> {
    /// Draws on stderr where that is a terminal; elsewhere it only writes notes into `notes`.
    pub fn on_stderr(notes: W) -> Self {
        Self::new(notes, ProgressDrawTarget::stderr_with_hz(DRAWS_PER_SECOND))
    }

    /// Draws nothing and writes notes into `notes`.
    pub fn hidden(notes: W) -> Self {
        Self::new(notes, ProgressDrawTarget::hidden())
    }

    fn new(notes: W, target: ProgressDrawTarget) -> Self {
        Self { notes, target: Some(target), bar: ProgressBar::hidden(), counts: VerdictCounts::default() }
    }

    fn start(&mut self, cases: u64) {
        let target = self.target.take().unwrap_or_else(ProgressDrawTarget::hidden);
        let style =
            ProgressStyle::with_template("{bar:24} {human_pos}/{human_len}  {per_sec}, {eta} left{wide_msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
        self.bar = ProgressBar::with_draw_target(Some(cases), target).with_style(style);
    }

    fn count(&mut self, verdict: Verdict) {
        self.counts.add(verdict);
        if verdict != Verdict::Pass && !self.bar.is_hidden() {
            self.bar.set_message(message(&self.counts));
        }
        self.bar.inc(1);
    }

    fn note(&mut self, text: &str) -> io::Result<()> {
        let text = printable::line(text);
        let notes = &mut self.notes;
        self.bar.suspend(|| writeln!(notes, "{text}"))
    }
}

impl<W: Write> Reporter for Progress<W> {
    fn event(&mut self, event: &RunEvent) -> io::Result<()> {
        match event {
            RunEvent::Started(header) => self.start(header.cases),
            RunEvent::CaseFinished(report) => self.count(report.verdict),
            RunEvent::CaseCaptured(_) => {}
            RunEvent::Note(text) => self.note(text)?,
            RunEvent::Finished(_) => self.bar.finish_and_clear(),
        }
        Ok(())
    }
}

impl<W> Drop for Progress<W> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// `, 3 mismatch, 1 inconclusive`: what went wrong so far.
fn message(counts: &VerdictCounts) -> String {
    let shown =
        [Verdict::Mismatch, Verdict::Stale, Verdict::Advisory, Verdict::Inconclusive, Verdict::Uncovered];
    let mut out = String::new();
    for verdict in shown {
        let count = counts.of(verdict);
        if count > 0 {
            // Writing to a `String` cannot fail.
            let _ = write!(out, ", {count} {verdict}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_written_on_one_line_without_control_characters() {
        let mut notes = Vec::new();
        let mut progress = Progress::hidden(&mut notes);
        progress.event(&RunEvent::Note("installing\x1b[2J\nmoto".into())).unwrap();
        drop(progress);
        assert_eq!(String::from_utf8(notes).unwrap(), "installing\\u{1b}[2J\\nmoto\n");
    }

    #[test]
    fn the_line_counts_what_went_wrong_and_leaves_out_what_did_not() {
        let mut counts = VerdictCounts::default();
        for verdict in [Verdict::Pass, Verdict::Uncovered, Verdict::Mismatch, Verdict::Mismatch] {
            counts.add(verdict);
        }
        assert_eq!(message(&counts), ", 2 mismatch, 1 uncovered");
    }
}
