//! `--snapshots DIR` of `countersign run` and `countersign sdk`: what the run saw against what was accepted.

use super::diagnostic::Diagnosis;
use super::exit::Snapshots;
use super::options::RunOptions;
use super::style;
use countersign::case::CaseId;
use countersign::event::RunEvent;
use countersign::model::Revision;
use countersign::report::{Palette, printable};
use countersign::seed::Seed;
use countersign::snapshot::{
    Basis, Change, Compared, Extent, Folder, Line, LineKind, Pending, Scope, Seen, Side, State, shown,
};
use std::cell::LazyCell;
use std::collections::BTreeSet;
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
    pub(crate) fn of(options: &RunOptions) -> Result<Option<Self>, Diagnosis> {
        let Some(folder) = &options.snapshots else { return Ok(None) };
        // Whatever leaves cases out makes it a part: what did not run must not be taken for gone.
        let is_full = options.filter.0.is_empty()
            && options.cases.is_none()
            && options.shard.is_none()
            && options.premade.is_none()
            && options.revision == Revision::NEWEST;
        let scope = if is_full { Scope::Full } else { Scope::Part };
        Self::new(folder, options.seed, scope, Side::Answers).map(Some)
    }

    /// For a run that keeps this side of the exchanges.
    pub(crate) fn new(folder: &Path, seed: Seed, scope: Scope, side: Side) -> Result<Self, Diagnosis> {
        if folder.exists() && !folder.is_dir() {
            return Err(unreadable(folder).caused_by(io::Error::other("not a folder")));
        }
        let variable = |name| std::env::var(name).ok();
        let is_ci = is_ci(variable("CI").as_deref(), variable("TF_BUILD").as_deref());
        Ok(Self {
            folder: Folder::new(folder),
            basis: Basis::of(seed),
            pending: if is_ci { Pending::Unwritten } else { Pending::Written },
            seen: Seen::of(side),
            scope,
        })
    }

    /// Takes an event.
    pub(crate) fn take(&mut self, event: &RunEvent) {
        self.seen.take(event);
        if matches!(event, RunEvent::Finished(end) if end.incomplete.is_some()) {
            self.scope = Scope::Part;
        }
    }

    /// Compares, writes what differs, and says so. `built_in` has the ids of the cases that are not the user's own.
    pub(crate) fn settle(
        self,
        out: &mut dyn Write,
        built_in: &dyn Fn() -> BTreeSet<CaseId>,
    ) -> anyhow::Result<Snapshots> {
        let folder = printable::line(&self.folder.path().display().to_string()).into_owned();
        let compared = self
            .seen
            .compare(&self.folder, (self.scope, self.basis), self.pending)
            .map_err(|error| unreadable(self.folder.path()).caused_by(error))?;
        let built_in = LazyCell::new(built_in);
        let is_absent = |it: &Compared| match &it.state {
            State::Orphan(Some(ids)) => ids.is_disjoint(&built_in),
            _ => false,
        };
        let (absent, compared): (Vec<Compared>, Vec<Compared>) = compared.into_iter().partition(is_absent);
        write_comparison(out, &folder, &compared, (self.pending, self.basis), &style::palette())?;
        for Compared { path, .. } in &absent {
            let path = path.display().to_string();
            writeln!(
                out,
                "  {}: not compared, no case of this group is built in or given",
                printable::line(&path)
            )?;
        }
        let is_same = compared.iter().all(|it| matches!(it.state, State::Same));
        Ok(if is_same { Snapshots::AsAccepted } else { Snapshots::Unreviewed })
    }
}

fn unreadable(folder: &Path) -> Diagnosis {
    let folder = folder.display().to_string();
    Diagnosis::usage(format!("cannot read the snapshots in `{}`", printable::line(&folder)))
}

/// Whether a build server runs this, as insta sees it: by `CI`, and where that is not set, by Azure's `TF_BUILD`.
fn is_ci(ci: Option<&str>, azure: Option<&str>) -> bool {
    match ci {
        Some(text) => !matches!(text, "" | "0" | "false"),
        None => azure.is_some(),
    }
}

fn write_comparison(
    out: &mut dyn Write,
    folder: &str,
    compared: &[Compared],
    (pending, basis): (Pending, Basis),
    palette: &Palette,
) -> io::Result<()> {
    let count = |is: fn(&State) -> bool| compared.iter().filter(|it| is(&it.state)).count();
    let counts = [
        (count(|it| matches!(it, State::Same)), "as accepted"),
        (count(|it| matches!(it, State::Changed(_))), "changed"),
        (count(|it| matches!(it, State::New(_))), "new"),
        (count(|it| matches!(it, State::Unwritten(..))), "not written"),
        (count(|it| matches!(it, State::Orphan(_))), "without a case"),
        (count(|it| matches!(it, State::Failed(_))), "not compared"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, name)| format!("{number} {name}"))
        .collect();
    let (strong, fail) = (palette.strong, palette.fail);
    let counts = if counts.is_empty() { "no case to compare".to_owned() } else { counts.join(", ") };
    writeln!(out, "\n{strong}snapshots{strong:#} in {folder}: {counts}")?;
    for Compared { path, state } in compared {
        let path = path.display().to_string();
        let path = printable::line(&path);
        let mut say = |text: &str| writeln!(out, "  {fail}{path}{fail:#}: {}", printable::line(text));
        match state {
            State::Same => {}
            State::Orphan(_) => say("no case of this group is left; delete the file")?,
            State::Failed(error) => say(&error.to_string())?,
            State::Unwritten(changes, error) => {
                say(&format!("{} changed, which cannot be written: {error}", cases(changes)))?;
                write_lines(out, &shown(changes, Extent::Shortened), palette)?;
            }
            State::New(changes) => say(&format!("new, {}", cases(changes)))?,
            // The cases are the same and the file is not.
            State::Changed(changes) if changes.is_empty() => {
                say(&format!("taken with another seed or by other rules; this run has {basis}"))?;
            }
            State::Changed(changes) => say(&format!("{} changed", cases(changes)))?,
        }
        if let (State::New(changes) | State::Changed(changes), Pending::Unwritten) = (state, pending) {
            write_lines(out, &shown(changes, Extent::Shortened), palette)?;
        }
    }
    let waits = compared.iter().any(|it| matches!(it.state, State::Changed(_) | State::New(_)));
    match (waits, pending) {
        (true, Pending::Written) => writeln!(out, "  `countersign review {folder}` shows and settles it"),
        (true, Pending::Unwritten) => writeln!(out, "  nothing was written, since `CI` or `TF_BUILD` is set"),
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
    use std::fs;

    #[test]
    fn a_build_server_is_known_as_insta_knows_it() {
        for (variables, expected) in [
            ((None, None), false),
            ((Some(""), Some("True")), false),
            ((Some("0"), None), false),
            ((Some("false"), Some("True")), false),
            ((Some("true"), None), true),
            ((None, Some("True")), true),
        ] {
            assert_eq!(is_ci(variables.0, variables.1), expected, "{variables:?}");
        }
    }

    #[test]
    fn a_group_without_a_case_is_told_of_by_whom_it_can_be_from() {
        let folder = tempfile::tempdir().unwrap();
        let file = |id: &str| {
            format!(
                "---\nsource: countersign\ndescription: Snapshot of x\n---\ncountersign snapshot 1, normaliser 1, seed 0\n\n\
                 case {id} pass #d1b9a3c7\n\noutcome d1b9a3c7\n  verdict pass\n\nend\n"
            )
        };
        for group in ["code", "mine", "sdk-error", "sdk-mine"] {
            fs::write(folder.path().join(group).with_extension("snap"), file(&format!("{group}/a"))).unwrap();
        }
        let built_in = || ["code/a", "sdk-error/a"].map(|id| id.parse().unwrap()).into();
        let told = |side| {
            let run = SnapshotRun {
                pending: Pending::Unwritten,
                ..SnapshotRun::new(folder.path(), Seed::DEFAULT, Scope::Full, side).unwrap()
            };
            let mut out = Vec::new();
            let snapshots = run.settle(&mut out, &built_in).unwrap();
            (snapshots, String::from_utf8(out).unwrap())
        };
        for (side, built_in, own) in
            [(Side::Answers, "code.snap", "mine.snap"), (Side::Requests, "sdk-error.snap", "sdk-mine.snap")]
        {
            let (snapshots, out) = told(side);
            assert_eq!(snapshots, Snapshots::Unreviewed);
            assert!(
                out.contains(&format!("/{built_in}: no case of this group is left; delete the file\n")),
                "{out}"
            );
            assert!(
                out.contains(&format!("/{own}: not compared, no case of this group is built in")),
                "{out}"
            );
            assert_eq!(out.matches(".snap").count(), 2, "{out}");
            fs::remove_file(folder.path().join(built_in)).unwrap();
            let (snapshots, out) = told(side);
            assert_eq!(snapshots, Snapshots::AsAccepted);
            assert!(out.contains(": no case to compare\n"), "{out}");
        }
    }

    #[test]
    fn what_was_taken_with_another_seed_says_so() {
        let path = Path::new("s/code.snap").to_owned();
        let compared = [Compared { path, state: State::Changed(Vec::new()) }];
        let mut out = Vec::new();
        let how = (Pending::Written, Basis::of(Seed(5)));
        write_comparison(&mut out, "s", &compared, how, &Palette::plain()).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(
            out.contains(
                "taken with another seed or by other rules; this run has snapshot 1, normaliser 1, seed 5\n"
            ),
            "{out}"
        );
    }
}
