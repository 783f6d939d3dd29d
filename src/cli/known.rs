//! `countersign known`: lists of known failures, written out of reports and held against them.

mod show;

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::report_file::create_beside;
use super::run::{Sentences, wrong_corpus};
use super::{report_input, style};
use countersign::case::CaseId;
use countersign::clock;
use countersign::corpus::known_file::{read_known, write_known};
use countersign::corpus::{CorpusError, SourceFile};
use countersign::event::{CaseReport, Verdict};
use countersign::harness::Rules;
use countersign::known::{Evidence, KnownList, REASON_UNKNOWN, suggest};
use countersign::report::Run;
use countersign::requirement::Attestation;
use countersign::sdk;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Write a list of known failures out of a report, or show what one comes to
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign known suggest report.json --into known.toml
  countersign known list known.toml --report report.json

The form of a list is specified in src/corpus/known_file.rs.")]
pub(crate) struct KnownArgs {
    #[command(subcommand)]
    kind: KnownKind,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum KnownKind {
    /// Write the list that a run needs in order not to fail, out of its JSON report
    #[command(after_help = "Examples:
  countersign known suggest report.json
  countersign known suggest report.json --into known.toml

An entry of the list that is there keeps its reason, link and date. It loses the cases that do not fail so any more, \
keeps those that the report says nothing of, and gets those that now fail in the same way. What fails otherwise gets \
new entries with the reason `TODO: say why`.")]
    Suggest(SuggestArgs),
    /// Show which cases each entry of a list is for, and what is wrong with it
    #[command(after_help = "Examples:
  countersign known list known.toml
  countersign known list known.toml --report report.json

Exit code 5: an entry has expired, is for no case or is there twice. With a report, the exit code is that of its run \
with this list: 1 where something fails that is not listed, 5 where an entry does not hold.")]
    List(ListArgs),
}

#[derive(Debug, Clone, clap::Args)]
struct SuggestArgs {
    /// A report that `countersign run --report json=PATH` has written
    #[arg(value_name = "REPORT")]
    report: PathBuf,
    /// Write into this file and keep what stands there [default: the standard output]
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
    /// The folder with cases and requirements of your own that the run was given; repeatable
    #[arg(long, value_name = "DIR")]
    cases: Vec<PathBuf>,
    /// The folder with cases of your own that `countersign sdk` was given; repeatable
    #[arg(long, value_name = "DIR")]
    sdk_cases: Vec<PathBuf>,
}

#[derive(Debug, Clone, clap::Args)]
struct ListArgs {
    /// The list
    #[arg(value_name = "FILE", required = true)]
    list: Vec<PathBuf>,
    /// Hold it against this report
    #[arg(long, value_name = "REPORT")]
    report: Option<PathBuf>,
    /// The folder with cases and requirements of your own; repeatable
    #[arg(long, value_name = "DIR")]
    cases: Vec<PathBuf>,
    /// The folder with cases of your own for `countersign sdk`; repeatable
    #[arg(long, value_name = "DIR")]
    sdk_cases: Vec<PathBuf>,
}

/// Writes a list, or shows one.
pub(crate) fn run(args: KnownArgs) -> anyhow::Result<ExitCode> {
    match args.kind {
        KnownKind::Suggest(args) => write_suggestion(&args),
        KnownKind::List(args) => list(&args),
    }
}

/// The lists in `files`, one after the other.
pub(crate) fn read(files: &[PathBuf]) -> Result<KnownList, Diagnosis> {
    let files =
        files.iter().map(|path| SourceFile::read(path)).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    read_known(&files).map_err(wrong)
}

fn wrong(error: CorpusError) -> Diagnosis {
    Diagnosis::usage("the list of known failures cannot be read").caused_by(error)
}

fn write_suggestion(args: &SuggestArgs) -> anyhow::Result<ExitCode> {
    let rules = Rules::with_folders(&args.cases).map_err(wrong_corpus)?;
    let (ids, sentences) = (ids(&rules, &args.sdk_cases)?, Sentences::of(&rules));
    let report = report_input::read(&args.report)?;
    let before = args.into.as_ref().filter(|path| path.exists());
    let before = before.map(|path| SourceFile::read(path)).transpose().map_err(wrong)?;
    let old = read_known(before.as_slice()).map_err(wrong)?;
    let evidence = evidence(&report, &ids);
    let list = suggest(&evidence, &old);
    let mut text = Vec::new();
    let comment = before.as_ref().map_or("", |file| file.text.as_str());
    write_known(&mut text, &list, comment, &|id| sentences.of_requirement(id))?;
    match &args.into {
        None => style::stdout().write_all(&text)?,
        Some(path) => replace(path, &text).map_err(|error| {
            Diagnosis::usage(format!("cannot write `{}`", path.display())).caused_by(error)
        })?,
    }
    tell(&evidence, &list)?;
    Ok(Exit::Conformant.into())
}

/// Says on stderr what is left for people to do.
fn tell(evidence: &Evidence<'_>, list: &KnownList) -> io::Result<()> {
    let mut err = style::stderr();
    let unexplained = list.0.iter().filter(|entry| entry.reason == REASON_UNKNOWN).count();
    writeln!(err, "{} entries, {unexplained} of them without a reason yet", list.0.len())?;
    let count = |is_meant: &dyn Fn(&CaseReport) -> bool| {
        evidence.cases.iter().filter(|report| is_meant(report)).count()
    };
    for (number, what) in [
        (count(&|report| report.verdict == Verdict::Inconclusive), "inconclusive"),
        (count(&|report| !evidence.ids.contains(&report.id)), "not cases of this suite"),
    ] {
        if number > 0 {
            writeln!(err, "{number} of the report are {what}, and are not listed")?;
        }
    }
    Ok(())
}

fn list(args: &ListArgs) -> anyhow::Result<ExitCode> {
    let list = read(&args.list)?;
    let ids = ids(&Rules::with_folders(&args.cases).map_err(wrong_corpus)?, &args.sdk_cases)?;
    let problems = list.problems(&ids, clock::today());
    let report = args.report.as_deref().map(report_input::read).transpose()?;
    let mut out = style::stdout();
    let shown = show::Shown { list: &list, ids: &ids, problems: &problems };
    let exit = match &report {
        None => shown.write(&mut out)?,
        Some(run) => shown.write_against(&mut out, &evidence(run, &ids))?,
    };
    Ok(exit.into())
}

/// The ids of every case that a list may speak of: those for subjects and those for SDKs.
fn ids(rules: &Rules, sdk_folders: &[PathBuf]) -> Result<BTreeSet<CaseId>, Diagnosis> {
    let mut of_sdks = sdk::suite().map_err(wrong_corpus)?;
    for folder in sdk_folders {
        of_sdks.extend(sdk::of_folder(folder).map_err(wrong_corpus)?);
    }
    Ok(rules.ids().into_iter().chain(of_sdks.into_iter().map(|case| case.id)).collect())
}

fn evidence<'a>(run: &'a Run, ids: &'a BTreeSet<CaseId>) -> Evidence<'a> {
    let gate = run.header().and_then(|header| header.gate.parse().ok()).unwrap_or(Attestation::Recorded);
    Evidence { cases: run.cases().into_iter().map(|record| &record.report).collect(), gate, ids }
}

/// Puts `text` into the place of the file in one step, so that nobody ever reads half a list.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (temporary, mut file) = create_beside(&path)?;
    let outcome = file.write_all(text).and_then(|()| fs::rename(&temporary, &path));
    if outcome.is_err() {
        // The error that is told is the one that came first.
        let _ = fs::remove_file(&temporary);
    }
    outcome
}
