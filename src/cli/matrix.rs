//! `countersign matrix`: tables of what a subject does, instead of a list of cases.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::options::RunOptions;
use super::run_args::RunArgs;
use super::values::Cases;
use super::{config, run, style};
use countersign::case::{Case, CaseId};
use countersign::clock::Stopwatch;
use countersign::event::{CaseReport, RunEvent, RunHeader};
use countersign::generate::matrix::{cells, ids, state_pairs};
use countersign::harness::{HarnessError, Record, Rules, Select};
use countersign::matrix::{Matrix, Source, write_dot, write_json, write_markdown, write_text};
use countersign::report::{Detail, Progress, Reporter, Run};
use countersign::seed::Seed;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::process::ExitCode;
use std::rc::Rc;
use std::str::FromStr;

/// Print what a subject does as a matrix
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign matrix nullability
  countersign matrix nullability --subject moto --format markdown
  countersign matrix nullability --endpoint http://127.0.0.1:9229 --code-source any --format dot | dot -Tsvg")]
pub(crate) struct MatrixArgs {
    #[command(subcommand)]
    pub(crate) kind: MatrixKind,
}

/// Which matrix.
#[derive(Debug, Clone, clap::Subcommand)]
pub(crate) enum MatrixKind {
    /// Every member absent, null, empty, white space, of a wrong type or with null inside, alone and beside a second
    /// defect; and which of two defects is reported first
    #[command(after_help = "Examples:
  countersign matrix nullability
  countersign matrix nullability --subject moto --format markdown
  countersign matrix nullability --format dot | dot -Tsvg > order.svg")]
    Nullability(Box<NullabilityArgs>),
}

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct NullabilityArgs {
    /// table, json, markdown, or dot for the order of checks alone
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: MatrixFormat,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// The form of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MatrixFormat {
    /// Text in columns.
    Table,
    /// JSON.
    Json,
    /// Markdown.
    Markdown,
    /// The graph for Graphviz.
    Dot,
}

impl FromStr for MatrixFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "table" => Ok(Self::Table),
            "json" => Ok(Self::Json),
            "markdown" => Ok(Self::Markdown),
            "dot" => Ok(Self::Dot),
            _ => Err("allowed: `table`, `json`, `markdown`, `dot`".to_owned()),
        }
    }
}

impl NullabilityArgs {
    /// The flags of the run, after those that mean nothing here were refused.
    pub(crate) fn run_args(self) -> Result<RunArgs, Diagnosis> {
        let given = [
            ("cases N", Cases::count(&self.run.cases).is_some()),
            ("report", !self.run.report.is_empty()),
            ("snapshots", self.run.snapshots.is_some()),
            ("fail-fast", self.run.fail_fast.is_some()),
            ("curl", self.run.curl.is_some()),
            ("exchanges", self.run.exchanges.is_some()),
            ("shard", self.run.shard.is_some()),
        ];
        match given.into_iter().find(|(_, is_given)| *is_given) {
            None => Ok(self.run),
            Some((name, _)) => Err(Diagnosis::usage(format!("`--{name}` means nothing for a matrix"))),
        }
    }
}

/// Runs the cases of a matrix and prints it.
pub(crate) fn run(args: MatrixArgs) -> anyhow::Result<ExitCode> {
    let MatrixKind::Nullability(args) = args.kind;
    let start = Stopwatch::start();
    let format = args.format;
    let mut options = RunOptions::new(config::complete(args.run_args()?)?)?;
    // What the file says of repetition and of parts is meant for a run.
    (options.cases, options.shard, options.exchanges) = (None, None, None);
    let rules = Rc::new(run::rules(&options)?);
    let ids: Rc<BTreeSet<CaseId>> = Rc::new(ids());
    let what = (Rc::clone(&rules), selected(&options, Rc::clone(&ids)), Record::Everything);
    let (mut tally, mut reports) = (Run::default(), BTreeMap::new());
    let mut progress = (options.detail != Detail::Quiet).then(|| Progress::on_stderr(style::stderr()));
    let mut written = Ok(());
    let outcome = run::drive(&options, what, start, &mut |event| {
        if let Some(progress) = &mut progress {
            let result = progress.event(&event);
            written = std::mem::replace(&mut written, Ok(())).and(result);
        }
        tally.add(&event);
        if let RunEvent::CaseFinished(report) = event {
            reports.insert(report.id.clone(), *report);
        }
    });
    drop(progress);
    if let Err(error) = outcome {
        let nothing = error.downcast_ref::<HarnessError>().is_some_and(run::is_nothing_selected);
        return Err(if nothing { Diagnosis::new(Exit::NoCase, "no case is selected").into() } else { error });
    }
    written?;
    let matrix = matrix(&rules, options.seed, &reports, tally.header(), &ids);
    write(&mut style::stdout(), &matrix, format)?;
    if let Some(reason) = tally.incomplete() {
        return Err(Diagnosis::new(Exit::of_run(&tally), format!("the run is incomplete: {reason}")).into());
    }
    Ok(Exit::of_run(&tally).into())
}

fn selected(options: &RunOptions, ids: Rc<BTreeSet<CaseId>>) -> Select {
    let filter = run::select(options);
    Select::new(move |names| {
        let is_of_matrix = names.first().is_some_and(|id| ids.iter().any(|known| known.as_str() == *id));
        is_of_matrix && filter.takes(names)
    })
}

/// The matrix of what became of the cases with these `ids`.
pub(crate) fn matrix(
    rules: &Rules,
    seed: Seed,
    reports: &BTreeMap<CaseId, CaseReport>,
    header: Option<&RunHeader>,
    ids: &BTreeSet<CaseId>,
) -> Matrix {
    let everything = Select::everything();
    let cases: BTreeMap<CaseId, Case> = rules
        .suite(seed, 0, &everything)
        .into_iter()
        .filter(|selected| ids.contains(&selected.case.id))
        .map(|selected| (selected.case.id.clone(), Rc::unwrap_or_clone(selected.case)))
        .collect();
    Matrix::of(&Source {
        cells: cells(),
        state_pairs: state_pairs(),
        cases: &cases,
        expectations: &|case| rules.expectations(case),
        reports,
        header,
    })
}

fn write(out: &mut dyn Write, matrix: &Matrix, format: MatrixFormat) -> io::Result<()> {
    match format {
        MatrixFormat::Table => write_text(out, matrix),
        MatrixFormat::Json => write_json(out, matrix),
        MatrixFormat::Markdown => write_markdown(out, matrix),
        MatrixFormat::Dot => write_dot(out, &matrix.subject, &matrix.precedence),
    }
}
