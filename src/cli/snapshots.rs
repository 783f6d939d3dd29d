//! `--snapshots DIR` of `countersign run` and `countersign sdk`: what the run saw against what was accepted.

use super::diagnostic::Diagnosis;
use super::exit::Snapshots;
use super::options::RunOptions;
use super::style;
use countersign::event::RunEvent;
use countersign::model::Revision;
use countersign::report::{Palette, printable};
use countersign::seed::Seed;
use countersign::snapshot::{
    Basis, Change, Compared, Folder, Line, LineKind, Pending, Scope, Seen, Side, State, shown,
};
use std::io::{self, Write};
use std::path::Path;

/// The run's side of the snapshots.
pub(crate) struct SnapshotRun {
    folder: Folder,
    basis: Basis,
    pending: Pending,
    seen: Seen,
    scope: Scope,
}

impl SnapshotRun {
    /// What the options ask for.
    pub(crate) fn of(options: &RunOptions) -> Option<Self> {
        let folder = options.snapshots.as_ref()?;
        // Whatever leaves cases out makes it a part: what did not run must not be taken for gone.
        let is_full = options.filter.0.is_empty()
            && options.cases.is_none()
            && options.shard.is_none()
            && options.premade.is_none()
            && options.revision == Revision::NEWEST;
        let scope = if is_full { Scope::Full } else { Scope::Part };
        Some(Self::new(folder, options.seed, scope, Side::Answers))
    }

    /// For a run that keeps this side of the exchanges.
    pub(crate) fn new(folder: &Path, seed: Seed, scope: Scope, side: Side) -> Self {
        let is_ci = is_ci(std::env::var("CI").ok().as_deref());
        Self {
            folder: Folder::new(folder),
            basis: Basis::of(seed),
            pending: if is_ci { Pending::Unwritten } else { Pending::Written },
            seen: Seen::of(side),
            scope,
        }
    }

    /// Takes an event.
    pub(crate) fn take(&mut self, event: &RunEvent) {
        self.seen.take(event);
        if matches!(event, RunEvent::Finished(end) if end.incomplete.is_some()) {
            self.scope = Scope::Part;
        }
    }

    /// Compares, writes what differs, and says so.
    pub(crate) fn settle(self, out: &mut dyn Write) -> anyhow::Result<Snapshots> {
        let folder = printable::line(&self.folder.path().display().to_string()).into_owned();
        let compared =
            self.seen.compare(&self.folder, (self.scope, self.basis), self.pending).map_err(|error| {
                Diagnosis::usage(format!("cannot read the snapshots in `{folder}`")).caused_by(error)
            })?;
        write_comparison(out, &folder, &compared, self.pending, &style::palette())?;
        let is_same = compared.iter().all(|it| matches!(it.state, State::Same));
        Ok(if is_same { Snapshots::AsAccepted } else { Snapshots::Unreviewed })
    }
}

/// Whether a build server runs this, as insta sees it.
fn is_ci(variable: Option<&str>) -> bool {
    !matches!(variable, None | Some("" | "0" | "false"))
}

fn write_comparison(
    out: &mut dyn Write,
    folder: &str,
    compared: &[Compared],
    pending: Pending,
    palette: &Palette,
) -> io::Result<()> {
    let count = |is: fn(&State) -> bool| compared.iter().filter(|it| is(&it.state)).count();
    let counts = [
        (count(|it| matches!(it, State::Same)), "as accepted"),
        (count(|it| matches!(it, State::Changed(_))), "changed"),
        (count(|it| matches!(it, State::New(_))), "new"),
        (count(|it| matches!(it, State::Orphan)), "without a case"),
        (count(|it| matches!(it, State::Failed(_))), "not compared"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, name)| format!("{number} {name}"))
        .collect();
    let (strong, fail) = (palette.strong, palette.fail);
    writeln!(out, "\n{strong}snapshots{strong:#} in {folder}: {}", counts.join(", "))?;
    for Compared { path, state } in compared {
        let path = path.display().to_string();
        let path = printable::line(&path);
        let mut say = |text: &str| writeln!(out, "  {fail}{path}{fail:#}: {}", printable::line(text));
        match state {
            State::Same => {}
            State::Orphan => say("no case of this group is left; delete the file")?,
            State::Failed(error) => say(&error.to_string())?,
            State::New(changes) => say(&format!("new, {}", cases(changes)))?,
            State::Changed(changes) => say(&format!("{} changed", cases(changes)))?,
        }
        if let (State::New(changes) | State::Changed(changes), Pending::Unwritten) = (state, pending) {
            write_lines(out, &shown(changes), palette)?;
        }
    }
    let waits = compared.iter().any(|it| matches!(it.state, State::Changed(_) | State::New(_)));
    match (waits, pending) {
        (true, Pending::Written) => writeln!(out, "  `countersign review {folder}` shows and settles it"),
        (true, Pending::Unwritten) => writeln!(out, "  nothing was written, since `CI` is set"),
        (false, _) => Ok(()),
    }
}

fn cases(changes: &[Change]) -> String {
    if changes.len() == 1 { "1 case".to_owned() } else { format!("{} cases", changes.len()) }
}

/// Writes a difference; what is in it is made safe once more.
pub(crate) fn write_lines(out: &mut dyn Write, lines: &[Line], palette: &Palette) -> io::Result<()> {
    for (kind, line) in lines {
        let style = match kind {
            LineKind::Heading => palette.strong,
            LineKind::Removed => palette.fail,
            LineKind::Added => palette.good,
            LineKind::Context => palette.faint,
        };
        let line = printable::line(line);
        writeln!(out, "    {style}{line}{style:#}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_server_is_known_as_insta_knows_it() {
        for (variable, expected) in [
            (None, false),
            (Some(""), false),
            (Some("0"), false),
            (Some("false"), false),
            (Some("true"), true),
        ] {
            assert_eq!(is_ci(variable), expected, "{variable:?}");
        }
    }
}
