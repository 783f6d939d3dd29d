//! `countersign grade`: judges what was captured before, without a network.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::options::check_reports;
use super::page_source::PageSource;
use super::report_file::{FormFile, ReportTarget, Texts};
use super::run::{Sentences, wrong_corpus};
use super::values::Gate;
use super::{known, style};
use countersign::event::RunEvent;
use countersign::grade::{GradeError, Grading, LOG_BYTES_MAX, grade_har, grade_log, read_log};
use countersign::harness::Rules;
use countersign::known::KnownList;
use countersign::report::{Detail, Lookup, Recorder, Reporter as _, Terminal, Times};
use countersign::requirement::{Attestation, RequirementId};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

/// Judge exchanges that were captured before, without a network
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign run --subject moto --exchanges moto.jsonl
  countersign grade moto.jsonl
  countersign grade moto.jsonl --gate reported --report junit=moto.xml
  countersign grade browser.har

The file is the exchange log of a run, or HAR 1.2. A log is judged like the run itself, by the rules of this build. In HAR, \
ConfirmSignUp exchanges are judged as far as their bytes alone say what was done; what depends on a state that nobody saw is \
not judged, and its reason is told. The report has no times.")]
pub(crate) struct GradeArgs {
    /// The exchange log or HAR file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// The weakest attestation whose mismatches fail: documented, recorded, reported or inferred [default: that of the
    /// run, else recorded]
    #[arg(long, value_name = "LEVEL")]
    pub(crate) gate: Option<Gate>,

    /// Add the requirements in a folder of your own; repeatable
    #[arg(long, value_name = "DIR")]
    pub(crate) cases: Vec<PathBuf>,

    /// Take what this list of known failures says as known, in an exchange log; repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) known: Vec<PathBuf>,

    /// Write a report in any of the forms that `run` takes; repeatable
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(crate) report: Vec<ReportTarget>,

    /// Show only what fails, and the counts
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Show every case of each group with both sides of its exchanges, and differences that are only inferred
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// Reads the file, judges it and reports.
pub(crate) fn run(args: &GradeArgs) -> anyhow::Result<ExitCode> {
    check_reports(&args.report)?;
    let rules = Rc::new(Rules::with_folders(&args.cases).map_err(wrong_corpus)?);
    let known = known::read(&args.known)?;
    let bytes = read(&args.file)?;
    let sentences = Sentences::of(&rules);
    let sentence = |id: &RequirementId| sentences.of_requirement(id);
    let lookup = Lookup { sentence: &sentence, curl: None, null_server: None };
    let page = PageSource::new(&rules).map_err(wrong_corpus)?;
    let texts = Texts::of(&rules, Some(&page)).map_err(wrong_corpus)?;
    let mut recorder = Recorder::new().with_times(Times::LeftOut);
    for target in &args.report {
        recorder = recorder.with_document(FormFile::create(target, &texts)?);
    }
    let detail = match (args.quiet, args.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        (false, false) => Detail::Normal,
    };
    recorder = recorder.with_document(Terminal::new(style::stdout(), style::palette(), detail, lookup));
    let mut written = Ok(());
    grade(args, (&rules, &known), &bytes, &mut |event| {
        let result = recorder.event(&event);
        written = std::mem::replace(&mut written, Ok(())).and(result);
    })
    .map_err(|error| {
        let wrong = Diagnosis::usage(format!("`{}` cannot be graded", args.file.display()));
        match error {
            GradeError::OwnReport => {
                wrong.caused_by(error).hint("`countersign run --exchanges PATH` writes what can")
            }
            _ => wrong.caused_by(error),
        }
    })?;
    written?;
    Ok(Exit::of_run(recorder.run()).into())
}

fn grade(
    args: &GradeArgs,
    (rules, known): (&Rules, &KnownList),
    bytes: &[u8],
    emit: &mut dyn FnMut(RunEvent),
) -> Result<(), GradeError> {
    let gate = args.gate.map(|gate| gate.0);
    if is_har(bytes) {
        let name = args.file.file_name().unwrap_or_default().to_string_lossy();
        let rules = (rules, gate.unwrap_or(Attestation::Recorded));
        return grade_har(bytes, &name, rules, emit);
    }
    let log = read_log(bytes)?;
    let gate = gate.or_else(|| log.header.gate.parse().ok()).unwrap_or(Attestation::Recorded);
    grade_log(log, Grading { rules, gate, known }, emit)
}

/// A log says so at its start; whatever else is JSON is taken for HAR.
fn is_har(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    text.starts_with(b"{") && !text.starts_with(b"{\"exchange_log\"")
}

fn read(path: &Path) -> Result<Vec<u8>, Diagnosis> {
    let limit = u64::try_from(LOG_BYTES_MAX).unwrap_or(u64::MAX);
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|error| Diagnosis::usage(format!("cannot read `{}`", path.display())).caused_by(error))
}
