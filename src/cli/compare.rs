//! `countersign compare`: reports side by side, and what changed from one to the next.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::page_source::PageSource;
use super::{report_input, run, style};
use countersign::harness::Rules;
use countersign::report::{
    Compared, Comparison, Run, printable, write_comparison_json, write_comparison_markdown,
    write_comparison_text,
};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::str::FromStr;

/// The largest number of reports that are compared at once.
const REPORTS_MAX: usize = 64;

/// Set reports side by side, and say what changed from each to the next
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign compare before.json after.json
  countersign compare main.json branch.json --fail-on-regression
  countersign compare moto.json ministack.json cognito-local.json --format md

Newly failing is a case that fails in the later report and did not fail in the earlier one, listed as a known failure
or not. A case that is not in the earlier report has appeared, and is no regression. Exit codes: 0, also where something
changed; with --fail-on-regression 1 where a case newly fails, and otherwise 3 where a later report is incomplete.")]
pub(crate) struct CompareArgs {
    /// Two reports or more, as `countersign run --report json=PATH` writes them, in their order
    #[arg(value_name = "REPORT", required = true, num_args = 2..)]
    pub(crate) reports: Vec<PathBuf>,

    /// The form of the output: text, json, md or html
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: CompareFormat,

    /// End with exit code 1 where a case newly fails, with 3 where a later report is incomplete
    #[arg(long)]
    pub(crate) fail_on_regression: bool,

    /// Show every case that changed, not only the first of each kind
    #[arg(long)]
    pub(crate) all: bool,
}

/// A form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CompareFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For GitHub.
    Markdown,
    /// One page for a browser: every run in full, side by side.
    Html,
}

impl FromStr for CompareFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "md" => Ok(Self::Markdown),
            "html" => Ok(Self::Html),
            _ => Err("allowed: `text`, `json`, `md`, `html`".to_owned()),
        }
    }
}

/// Compares.
pub(crate) fn run(args: &CompareArgs) -> anyhow::Result<ExitCode> {
    check(&args.reports)?;
    let read = |path: &PathBuf| Ok((path.clone(), report_input::read(path)?));
    let read = args.reports.iter().map(read).collect::<Result<Vec<_>, Diagnosis>>()?;
    let runs = named(read);
    let comparison = Comparison::new(&runs);
    let shown = args.all.then_some(usize::MAX);
    let mut out = style::stdout();
    match args.format {
        CompareFormat::Text => write_comparison_text(&comparison, shown, &style::palette(), &mut out)?,
        CompareFormat::Json => write_comparison_json(&comparison, &mut out)?,
        CompareFormat::Markdown => write_comparison_markdown(&comparison, shown, &mut out)?,
        CompareFormat::Html => {}
    }
    let end = if args.fail_on_regression { end(&comparison) } else { Ok(Exit::Conformant) };
    if args.format == CompareFormat::Html {
        let runs: Vec<Run> = runs.into_iter().map(|compared| compared.run).collect();
        let source = PageSource::new(&Rc::new(Rules::built_in()?)).map_err(run::wrong_corpus)?;
        source.write_reports(&runs, &mut out)?;
    }
    out.flush()?;
    Ok(end?.into())
}

/// How it ends where regressions are looked for: what a later run has not come to may be one.
fn end(comparison: &Comparison<'_>) -> Result<Exit, Diagnosis> {
    if comparison.newly_failing() > 0 {
        return Ok(Exit::Mismatch);
    }
    let later = comparison.runs.iter().skip(1);
    let mut cut = later.filter_map(|Compared { name, run }| Some((name, run.incomplete()?)));
    match cut.next() {
        None => Ok(Exit::Conformant),
        Some((name, reason)) => {
            let name = printable::line(name);
            Err(Diagnosis::new(
                Exit::Inconclusive,
                format!("`{name}` is incomplete: {}", printable::line(reason)),
            )
            .hint("of cases that were not run nobody knows whether they newly fail"))
        }
    }
}

fn check(paths: &[PathBuf]) -> Result<(), Diagnosis> {
    if paths.len() > REPORTS_MAX {
        return Err(Diagnosis::usage(format!(
            "{} reports are given, at most {REPORTS_MAX} allowed",
            paths.len()
        )));
    }
    let mut seen = BTreeSet::new();
    for path in paths {
        if !seen.insert(std::fs::canonicalize(path).unwrap_or_else(|_| path.clone())) {
            return Err(Diagnosis::usage(format!("the report `{}` is given twice", path.display()))
                .hint("two runs of one subject are compared by their two files"));
        }
    }
    Ok(())
}

/// A report and the file that it stood in.
type Read = (PathBuf, Run);

/// Names each run by the first of these that tells all of them apart: the subject, the name of the file, its path.
fn named(read: Vec<Read>) -> Vec<Compared> {
    let subject = |(_, run): &Read| run.header().map_or(String::new(), |header| header.subject.clone());
    let stem = |(path, _): &Read| {
        path.file_stem().map_or(String::new(), |stem| Path::new(stem).display().to_string())
    };
    let path = |(path, _): &Read| path.display().to_string();
    let ways: [&dyn Fn(&Read) -> String; 3] = [&subject, &stem, &path];
    let names = ways.iter().map(|way| read.iter().map(way).collect::<Vec<_>>());
    let tells_apart = |names: &Vec<String>| {
        names.iter().all(|name| !name.is_empty())
            && names.iter().collect::<BTreeSet<_>>().len() == names.len()
    };
    let names = names.into_iter().find(tells_apart).unwrap_or_else(|| read.iter().map(path).collect());
    read.into_iter().zip(names).map(|((_, run), name)| Compared { name, run }).collect()
}
