//! `countersign merge`: the reports of shards to that of the whole run.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::options::check_reports;
use super::page_source::PageSource;
use super::report_context::{context, null_server_of, suite_length};
use super::report_file::{FormFile, ReportTarget, Texts};
use super::run::{Sentences, wrong_corpus};
use super::{report_input, style};
use countersign::harness::Rules;
use countersign::report::{Detail, Document as _, Lookup, Part, Run, Terminal, merge, printable, write_json};
use countersign::requirement::RequirementId;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

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

    /// Write a report in any of the forms that `run` takes; repeatable
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
    if targets.is_empty() {
        write_json(&whole, &mut style::stdout())?;
    } else {
        let rules = Rc::new(Rules::built_in().map_err(wrong_corpus)?);
        let page = PageSource::new(&rules).map_err(wrong_corpus)?;
        let null_server = null_server_of(&whole, suite_length(&rules));
        let context = Rc::new(context(&rules, null_server.clone()).map_err(wrong_corpus)?);
        let texts = Texts { context, page: Some(&page) };
        let files = targets.iter().map(|target| FormFile::create(target, &texts));
        for mut file in files.collect::<Result<Vec<_>, _>>()? {
            file.write(&whole)?;
        }
        show(&rules, &whole, null_server)?;
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
    let name = printable::line(&path.display().to_string()).into_owned();
    Ok(Part { name, run: report_input::read(path)? })
}

/// Prints what a run prints at its end.
fn show(rules: &Rules, run: &Run, null_server: Option<(String, u64)>) -> anyhow::Result<()> {
    let sentences = Sentences::of(rules);
    let sentence = |id: &RequirementId| sentences.of_requirement(id);
    let lookup = Lookup { sentence: &sentence, curl: None, null_server };
    Terminal::new(style::stdout(), style::palette(), Detail::Normal, lookup).write(run)?;
    Ok(())
}
