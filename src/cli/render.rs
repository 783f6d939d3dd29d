//! `countersign render`: writes a report in another form.

use super::page_source::PageSource;
use super::report_context::{context, null_server_of, suite_length};
use super::report_file::{ReportFile, ReportFormat};
use super::{report_input, run, style};
use countersign::harness::Rules;
use countersign::report::{Detail, Document as _, Lookup, Palette, Run, Terminal};
use countersign::requirement::RequirementId;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::str::FromStr;

/// Write a JSON report in another form
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign render conformance.json --to md >> \"$GITHUB_STEP_SUMMARY\"
  countersign render conformance.json --to sarif --output conformance.sarif
  countersign render conformance.json --to terminal --verbose

The exit code says whether the report could be written, and nothing of what stands in it.")]
pub(crate) struct RenderArgs {
    /// The report, as `countersign run --report json=PATH` writes it; `-` for the standard input
    #[arg(value_name = "REPORT")]
    pub(crate) report: PathBuf,

    /// The form
    #[arg(long, value_name = "FORM", help = form_help())]
    pub(crate) to: Target,

    /// Where to write it [default: the standard output]
    #[arg(long, short, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,

    /// Take the texts of requirements in a folder of your own as well; repeatable
    #[arg(long, value_name = "DIR")]
    pub(crate) cases: Vec<PathBuf>,

    /// With --to terminal: show every case, with both sides of its exchanges
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

fn form_help() -> String {
    let names: Vec<_> = ReportFormat::names().collect();
    format!("The form: {} or terminal", names.join(", "))
}

/// A form of `--to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// What `run` prints.
    Terminal,
    /// What `run` writes into a file.
    File(ReportFormat),
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "terminal" => Ok(Self::Terminal),
            text => text.parse().map(Self::File).map_err(|allowed: String| format!("{allowed}, `terminal`")),
        }
    }
}

/// Writes the report.
pub(crate) fn run(args: &RenderArgs) -> anyhow::Result<ExitCode> {
    let run = report_input::read(&args.report)?;
    let rules = Rc::new(Rules::with_folders(&args.cases).map_err(run::wrong_corpus)?);
    if let Some(path) = &args.output {
        let mut file = ReportFile::create(path)?;
        let mut text = Vec::new();
        write(args, run, &rules, (&mut text, Palette::plain()))?;
        file.write(|out| out.write_all(&text))?;
    } else {
        write(args, run, &rules, (&mut style::stdout(), style::palette()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write(
    args: &RenderArgs,
    run: Run,
    rules: &Rc<Rules>,
    (out, palette): (&mut dyn Write, Palette),
) -> anyhow::Result<()> {
    let null_server = null_server_of(&run, suite_length(rules));
    match args.to {
        Target::File(ReportFormat::Html) => {
            PageSource::new(rules).map_err(run::wrong_corpus)?.write_reports(&[run], out)?;
        }
        Target::File(ReportFormat::Form(form)) => {
            form.write(&run, &context(rules, null_server)?, out)?;
        }
        Target::Terminal => {
            let sentences = run::Sentences::of(rules);
            let sentence = |id: &RequirementId| sentences.of_requirement(id);
            let lookup = Lookup { sentence: &sentence, curl: None, null_server };
            let detail = if args.verbose { Detail::Verbose } else { Detail::Normal };
            Terminal::new(&mut *out, palette, detail, lookup).write(&run)?;
        }
    }
    Ok(out.flush()?)
}
