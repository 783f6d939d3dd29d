//! `countersign merge`: the reports of shards to that of the whole run.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::options::check_reports;
use super::report_file::{ReportFile, ReportTarget};
use super::run::{Sentences, wrong_corpus};
use super::style;
use countersign::harness::Rules;
use countersign::report::{
    Detail, Document as _, Lookup, Part, REPORT_BYTES_MAX, Run, Terminal, merge, printable, read_json,
    write_json,
};
use countersign::requirement::RequirementId;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Put the JSON reports of all shards of a run together
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign run --shard 1/2 --report json=shard-1.json
  countersign run --shard 2/2 --report json=shard-2.json
  countersign merge shard-1.json shard-2.json > whole.json
  countersign merge shard-*.json --output whole.json --report junit=whole.xml

Without --output and --report the JSON goes to stdout; with them, what `run` prints at its end. Missing shards, a shard \
given twice and shards of different runs are refused with 2. Otherwise the exit code is that of the whole run. The report is \
the one that `run --reproducible` writes without --shard, byte for byte: its `timing` is null.")]
pub(crate) struct MergeArgs {
    /// The JSON reports, in any order
    #[arg(value_name = "SHARD", required = true)]
    pub(crate) shards: Vec<PathBuf>,

    /// Write the JSON report here
    #[arg(long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,

    /// Write a report: json=PATH or junit=PATH; repeatable
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(crate) report: Vec<ReportTarget>,
}

/// Reads the reports, puts them together and writes the whole.
pub(crate) fn run(args: &MergeArgs) -> anyhow::Result<ExitCode> {
    let targets = targets(args)?;
    let parts: Vec<Part> = args.shards.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    let whole = merge(&parts)
        .map_err(|error| Diagnosis::usage("the reports are not put together").caused_by(error))?;
    drop(parts);
    let mut files = targets.iter().map(ReportFile::create).collect::<Result<Vec<_>, _>>()?;
    for file in &mut files {
        file.write(&whole)?;
    }
    if files.is_empty() {
        write_json(&whole, &mut style::stdout())?;
    } else {
        show(&whole)?;
    }
    Ok(Exit::of_run(&whole).into())
}

/// The report files that are asked for.
fn targets(args: &MergeArgs) -> Result<Vec<ReportTarget>, Diagnosis> {
    let mut targets = args.report.clone();
    if let Some(path) = &args.output {
        targets.push(ReportTarget::json(path.clone()));
    }
    check_reports(&targets)?;
    Ok(targets)
}

/// Reads the report of one shard.
fn read(path: &Path) -> Result<Part, Diagnosis> {
    let shown = path.display();
    let bytes = read_bytes(path)
        .map_err(|error| Diagnosis::usage(format!("cannot read `{shown}`")).caused_by(error))?;
    let run = read_json(&bytes)
        .map_err(|error| Diagnosis::usage(format!("`{shown}` cannot be used")).caused_by(error))?;
    Ok(Part { name: printable::line(&shown.to_string()).into_owned(), run })
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let limit = u64::try_from(REPORT_BYTES_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Prints what a run prints at its end.
fn show(run: &Run) -> anyhow::Result<()> {
    let rules = Rules::built_in().map_err(wrong_corpus)?;
    let sentences = Sentences::of(&rules);
    let sentence = |id: &RequirementId| sentences.of_requirement(id);
    let lookup = Lookup { sentence: &sentence, curl: None, null_server: None };
    Terminal::new(style::stdout(), style::palette(), Detail::Normal, lookup).write(run)?;
    Ok(())
}
