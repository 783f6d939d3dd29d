//! `countersign review`: looks at snapshots that changed, and accepts or rejects them.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::snapshots::write_lines;
use super::style;
use countersign::report::{Palette, printable};
use countersign::snapshot::{Change, Extent, Found, Outcome, SnapshotError, Waiting, shown, waiting};
use serde_json::{Value, json};
use std::io::{self, BufRead, IsTerminal as _, Read as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

/// The version of the form of `--list json`.
const LIST_VERSION: u32 = 1;
/// The longest answer to a question that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 64;

/// Look at snapshots that `run --snapshots` found changed, and accept or reject them
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign review snapshots/moto
  countersign review --accept-all
  countersign review --list json | jq -r '.waiting[].pending'

For each snapshot the difference is shown with the verdicts before and after, and a key is asked for. `cargo insta review` \
and `cargo insta accept` take the same files and write the same bytes. Exits with 5 where something still waits, but for \
`--list`, which ends with 0. Hidden folders, folders called `target`, and links are left out.")]
pub(crate) struct ReviewArgs {
    /// Where to look for changes, in this folder and those below it
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Accept everything
    #[arg(long, conflicts_with_all = ["reject_all", "list"])]
    pub(crate) accept_all: bool,
    /// Reject everything
    #[arg(long, conflicts_with = "list")]
    pub(crate) reject_all: bool,
    /// Only list what waits, for machines: json
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    pub(crate) list: Option<ListFormat>,
}

/// The form of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListFormat {
    /// JSON.
    Json,
}

impl FromStr for ListFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "json" => Ok(Self::Json),
            _ => Err("allowed: `json`".to_owned()),
        }
    }
}

/// What is done with a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Accept,
    Reject,
    Skip,
}

/// What became of all changes.
#[derive(Debug, Default)]
struct Tally {
    accepted: usize,
    rejected: usize,
    left: usize,
    failed: usize,
}

/// Runs the review.
pub(crate) fn run(args: &ReviewArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let shown_dir = printable::line(&args.dir.display().to_string()).into_owned();
    let Found { waiting, unread } = waiting(&args.dir).map_err(|error| {
        Diagnosis::usage(format!("cannot look for changes in `{shown_dir}`")).caused_by(error)
    })?;
    for (path, error) in unread {
        let path = path.display().to_string();
        writeln!(style::stderr(), "cannot look for changes in `{}`: {error}", printable::line(&path))?;
    }
    if args.list == Some(ListFormat::Json) {
        serde_json::to_writer_pretty(&mut *out, &list(&waiting))?;
        writeln!(out)?;
        return Ok(Exit::Conformant.into());
    }
    if waiting.is_empty() {
        writeln!(out, "no snapshot waits for review in {shown_dir}")?;
        return Ok(Exit::Conformant.into());
    }
    let palette = style::palette();
    let batch = match (args.accept_all, args.reject_all) {
        (true, _) => Some(Choice::Accept),
        (_, true) => Some(Choice::Reject),
        _ => None,
    };
    let tally = match batch {
        Some(choice) => settle(out, &waiting, &mut |_, _| Ok(choice))?,
        None if !io::stdin().is_terminal() => {
            let message =
                format!("{} for review, and there is no terminal to ask at", counted(waiting.len()));
            let hint = "`--accept-all`, `--reject-all` and `--list json` ask nothing";
            return Err(Diagnosis::usage(message).hint(hint).into());
        }
        None => interactive(out, &waiting, &mut io::stdin().lock(), &palette)?,
    };
    Ok(tally.conclude(out)?.into())
}

impl Tally {
    fn conclude(&self, out: &mut dyn Write) -> io::Result<Exit> {
        writeln!(out, "{} accepted, {} rejected, {} left", self.accepted, self.rejected, self.left)?;
        Ok(match (self.failed, self.left) {
            (0, 0) => Exit::Conformant,
            (0, _) => Exit::Stale,
            _ => Exit::Usage,
        })
    }
}

/// Asks what to do with each change. The end of the input leaves the rest as it is.
fn interactive(
    out: &mut dyn Write,
    waiting: &[Waiting],
    input: &mut dyn BufRead,
    palette: &Palette,
) -> io::Result<Tally> {
    let mut for_the_rest = None;
    let mut number = 0;
    settle(out, waiting, &mut |out, change| {
        number += 1;
        if let Some(choice) = for_the_rest {
            return Ok(choice);
        }
        show(out, change, (number, waiting.len()), palette)?;
        loop {
            write!(
                out,
                "[a]ccept  [r]eject  [s]kip  [A]ccept, [R]eject or [S]kip all that is left, then Enter: "
            )?;
            out.flush()?;
            let mut answer = Vec::new();
            let read = (&mut *input).take(ANSWER_BYTES_MAX).read_until(b'\n', &mut answer)?;
            // No part of a line that is longer is an answer.
            if !answer.ends_with(b"\n") && input.skip_until(b'\n')? > 0 {
                continue;
            }
            let answer = String::from_utf8_lossy(&answer);
            let choice = match answer.trim() {
                "a" | "A" => Choice::Accept,
                "r" | "R" => Choice::Reject,
                "s" | "S" => Choice::Skip,
                _ if read == 0 => Choice::Skip,
                _ => continue,
            };
            if read == 0 || answer.trim().starts_with(|c: char| c.is_ascii_uppercase()) {
                for_the_rest = Some(choice);
            }
            return Ok(choice);
        }
    })
}

/// What is decided for one change.
type Decide<'a> = dyn FnMut(&mut dyn Write, &Waiting) -> io::Result<Choice> + 'a;

/// Does what `decide` says for each change. One that cannot be read is named, left, and hinders no other.
fn settle(out: &mut dyn Write, waiting: &[Waiting], decide: &mut Decide<'_>) -> io::Result<Tally> {
    let mut tally = Tally::default();
    for change in waiting {
        let outcome = match &change.changes {
            // Rejecting needs no reading, but what is damaged is for somebody to look at.
            Err(error) => Err((error.to_string(), 1)),
            Ok(_) => match decide(out, change)? {
                Choice::Accept => change.accept().map(|()| tally.accepted += 1).map_err(told),
                Choice::Reject => change.reject().map(|()| tally.rejected += 1).map_err(told),
                Choice::Skip => {
                    tally.left += 1;
                    Ok(())
                }
            },
        };
        if let Err((error, failures)) = outcome {
            (tally.left, tally.failed) = (tally.left + 1, tally.failed + failures);
            let path = change.pending.display().to_string();
            writeln!(out, "{}: {}", printable::line(&path), printable::line(&error))?;
        }
    }
    Ok(tally)
}

/// An error as it is told, and for how many failures it counts: what has changed meanwhile is only left.
#[expect(clippy::needless_pass_by_value, reason = "errors are given away")]
fn told(error: SnapshotError) -> (String, usize) {
    (error.to_string(), usize::from(!matches!(error, SnapshotError::ChangedSinceShown)))
}

fn show(
    out: &mut dyn Write,
    change: &Waiting,
    (number, count): (usize, usize),
    palette: &Palette,
) -> io::Result<()> {
    let path = change.accepted.display().to_string();
    let strong = palette.strong;
    writeln!(out, "\n{strong}{}{strong:#} ({number} of {count})", printable::line(&path))?;
    match &change.changes {
        Ok(changes) => write_lines(out, &shown(changes, Extent::Whole), palette),
        Err(_) => Ok(()),
    }
}

fn counted(number: usize) -> String {
    if number == 1 { "1 snapshot waits".to_owned() } else { format!("{number} snapshots wait") }
}

/// What waits, for machines: `version`, and `waiting` with `pending` and `accepted` (paths), `cases` (each with `id`, and the
/// verdicts `before` and `after`; `null`: the case is new, or gone), and `error` where the file cannot be read.
fn list(waiting: &[Waiting]) -> Value {
    let verdict = |outcome: &Option<Outcome>| outcome.as_ref().map(|outcome| outcome.verdict().to_owned());
    let case = |change: &Change| {
        json!({
            "id": change.id.to_string(), "before": verdict(&change.before), "after": verdict(&change.after),
        })
    };
    let entry = |change: &Waiting| {
        let (cases, error) = match &change.changes {
            Ok(changes) => (changes.iter().map(case).collect(), None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        json!({
            "pending": change.pending.display().to_string(),
            "accepted": change.accepted.display().to_string(),
            "cases": cases,
            "error": error,
        })
    };
    json!({ "version": LIST_VERSION, "waiting": waiting.iter().map(entry).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign::case::Layer;
    use countersign::event::{CaseReport, Verdict};
    use countersign::seed::Seed;
    use countersign::snapshot::{Basis, Group, Side};
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    const FILE: &str = "---\nsource: countersign\ndescription: Snapshot of x\n---\ncountersign snapshot 1, normaliser 1, \
                        seed 0\n\ncase code/a pass #d1b9a3c7\n\noutcome d1b9a3c7\n  verdict pass\n\nend\n";

    /// Three changes, and what is left of them after these keys.
    fn after(keys: &str) -> (Vec<String>, String, u8) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b", "c"] {
            fs::write(folder.path().join(name).with_extension("snap.new"), FILE).unwrap();
        }
        let mut out = Vec::new();
        let found = waiting(folder.path()).unwrap().waiting;
        let tally = interactive(&mut out, &found, &mut keys.as_bytes(), &Palette::plain()).unwrap();
        let exit = tally.conclude(&mut out).unwrap();
        (names(folder.path()), String::from_utf8(out).unwrap(), exit.code())
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn each_key_does_what_it_says() {
        let long = format!("{}A\n{}ab\n", "x".repeat(64), " ".repeat(63));
        let table: [(&str, &[&str], u8); 8] = [
            (&long, &["a.snap.new", "b.snap.new", "c.snap.new"], 5),
            ("a\nr\ns\n", &["a.snap", "c.snap.new"], 5),
            ("a\nA\n", &["a.snap", "b.snap", "c.snap"], 0),
            ("a\nR\n", &["a.snap"], 0),
            ("a\nS\n", &["a.snap", "b.snap.new", "c.snap.new"], 5),
            ("a\n", &["a.snap", "b.snap.new", "c.snap.new"], 5),
            ("", &["a.snap.new", "b.snap.new", "c.snap.new"], 5),
            ("what?\n\n a \nA\n", &["a.snap", "b.snap", "c.snap"], 0),
        ];
        for (keys, expected, code) in table {
            let (names, out, exit) = after(keys);
            assert_eq!(
                (names, exit),
                (expected.iter().map(ToString::to_string).collect(), code),
                "{keys:?}\n{out}"
            );
            assert!(out.contains("(new) → pass, 1 case\n") && out.contains("+ verdict pass\n"), "{out}");
            assert!(out.contains("then Enter: "), "{out}");
        }
    }

    #[test]
    fn a_change_that_nobody_was_shown_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let pending = folder.path().join("a.snap.new");
        for choice in [Choice::Accept, Choice::Reject] {
            fs::write(&pending, FILE).unwrap();
            let mut out = Vec::new();
            let tally = settle(&mut out, &waiting(folder.path()).unwrap().waiting, &mut |_, _| {
                fs::write(&pending, FILE.replace("Snapshot of x", "Snapshot of y"))?;
                Ok(choice)
            });
            assert_eq!(tally.unwrap().conclude(&mut out).unwrap(), Exit::Stale);
            let out = String::from_utf8(out).unwrap();
            assert!(
                out.contains("a.snap.new: it changed since it was shown\n0 accepted, 0 rejected, 1 left"),
                "{out}"
            );
            assert_eq!(names(folder.path()), ["a.snap.new"]);
        }
    }

    #[test]
    fn each_way_of_changing_is_shown() {
        let group = |text: fn(usize) -> String| {
            let outcome = |number| {
                let report = CaseReport { answer: Some(text(number)), ..report(&format!("code/{number}")) };
                Some((report.id.clone(), Outcome::of(&report, Side::Answers)?))
            };
            Group { basis: Basis::of(Seed::DEFAULT), cases: (0..60).filter_map(outcome).collect() }.write("x")
        };
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("code.snap"), group(|number| format!("before {number}"))).unwrap();
        fs::write(folder.path().join("code.snap.new"), group(|number| format!("after {number}"))).unwrap();
        let mut out = Vec::new();
        let found = waiting(folder.path()).unwrap().waiting;
        interactive(&mut out, &found, &mut "s\n".as_bytes(), &Palette::plain()).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!((0..60).all(|number| out.contains(&format!("+ answer after {number}\n"))), "{out}");
    }

    fn report(id: &str) -> CaseReport {
        CaseReport {
            index: 0,
            round: 0,
            id: id.parse().unwrap(),
            layer: Layer::State,
            requirements: Vec::new(),
            labels: Vec::new(),
            verdict: Verdict::Pass,
            scored: true,
            mismatches: Vec::new(),
            known: Vec::new(),
            reason: None,
            answer: None,
            state: BTreeMap::new(),
            exchanges: Vec::new(),
        }
    }
}
