//! `countersign page`: one HTML page out of reports.

use super::diagnostic::Diagnosis;
use super::page_source::PageSource;
use super::{report_input, run, style};
use countersign::harness::Rules;
use countersign::report::Run;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;

/// The most reports that one page shows.
const REPORTS_MAX: usize = 16;

/// Write one HTML page of one or several JSON reports, to be opened from a file
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign page moto.json ministack.json cognito-local.json > subjects.html
  countersign page --output before-and-after.html before.json after.json

The reports are those of `countersign run --report json=PATH`. `countersign matrix` tells the order of checks more finely, \
since it knows the messages of what passed.")]
pub(crate) struct PageArgs {
    /// The reports, in the order of the page; `-` for the standard input
    #[arg(value_name = "REPORT", required = true)]
    pub(crate) reports: Vec<PathBuf>,
    /// Where to write the page [default: the standard output]
    #[arg(long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// A folder with requirements of your own that the reports speak of; repeatable
    #[arg(long, value_name = "DIR")]
    pub(crate) cases: Vec<PathBuf>,
}

/// Writes the page.
pub(crate) fn run(args: &PageArgs) -> anyhow::Result<ExitCode> {
    if args.reports.len() > REPORTS_MAX {
        let count = args.reports.len();
        return Err(Diagnosis::usage(format!("`{count}` reports; allowed: at most {REPORTS_MAX}")).into());
    }
    let runs: Vec<Run> =
        args.reports.iter().map(|path| report_input::read(path)).collect::<Result<_, _>>()?;
    let rules = Rc::new(Rules::with_folders(&args.cases).map_err(run::wrong_corpus)?);
    let source = PageSource::new(&rules).map_err(run::wrong_corpus)?;
    match &args.output {
        None => source.write_reports(&runs, &mut style::stdout())?,
        Some(path) => {
            let failed = |error: io::Error| {
                Diagnosis::usage(format!("cannot write the page `{}`", path.display())).caused_by(error)
            };
            let mut out = BufWriter::new(File::create(path).map_err(failed)?);
            source.write_reports(&runs, &mut out).and_then(|()| out.flush()).map_err(failed)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
