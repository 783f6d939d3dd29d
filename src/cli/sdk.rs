//! `countersign sdk`: plays the endpoint to an SDK and judges the caller.

mod listed;
mod listing;

use self::listed::Listed;
use super::diagnostic::{self, Diagnosis};
use super::exit::Exit;
use super::github::{Annotations, StepSummary, summary_path};
use super::hunters::Signals;
use super::page_source::PageSource;
use super::report_file::{FormFile, ReportTarget, Texts};
use super::run::wrong_corpus;
use super::snapshots::SnapshotRun;
use super::values::{Filter, Jobs, Pattern, RunFormat, Timeout};
use super::{known, style};
use anyhow::Context as _;
use countersign::case::CaseId;
use countersign::event::{RunEvent, RunHeader};
use countersign::harness::Rules;
use countersign::model::Revision;
use countersign::report::{
    Detail, Document as _, Lookup, Progress, Recorder, Reporter, Terminal, Times, shell,
};
use countersign::requirement::{Attestation, RequirementId};
use countersign::sdk::{
    self, Check, DriverCommand, Isolation, Level, Plan, SdkCase, SdkError, Shipped, ShippedError,
};
use countersign::seed::Seed;
use countersign::shard::Shard;
use countersign::snapshot::{Scope, Side};
use countersign::subject::Folders;
use std::collections::BTreeSet;
use std::io::Write;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// The number of drivers that run at a time unless told otherwise.
const JOBS: usize = 4;
/// How long one case may take unless told otherwise.
const LIMIT: Duration = Duration::from_secs(20);

/// Play the endpoint to an SDK, and judge what it sends and what it makes of the answers
#[derive(Debug, Clone, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  countersign sdk --sdk boto3
  countersign sdk --driver 'python3 my_driver.py' --level should --report junit=target/sdk.xml
  countersign sdk --driver ./my_driver --filter 'sdk-retry/*' --isolate
  countersign sdk --sdk boto3 --report json=report.json && countersign known suggest report.json --into known.toml
  countersign sdk --sdk boto3 --known known.toml --format github
  countersign sdk --sdk boto3 --snapshots snapshots/boto3
  countersign sdk check-driver --driver ./my_driver
  countersign sdk cases --filter 'sdk-error/*'

A driver is a small program that calls the SDK when it is told to, by JSON lines; drivers/README.md says how to write \
one. It runs with an empty home, no settings of yours, and a proxy that leads nowhere: who else is called by way of it is \
reported. What ignores proxies can only be kept in by a network of its own: `unshare --net` on Linux."
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own on the command line")]
pub(crate) struct SdkArgs {
    #[command(subcommand)]
    command: Option<SdkCommand>,
    #[command(flatten)]
    moved: Moved,
    /// Take only cases whose id, layer, level or requirement matches; with a `!` before the glob, leave those out;
    /// repeatable
    #[arg(long, value_name = "GLOB")]
    filter: Vec<Pattern>,
    /// Add the cases in a folder of your own; repeatable
    #[arg(long, value_name = "DIR")]
    cases: Vec<PathBuf>,
    /// The weakest level whose mismatches fail the run: must or should
    #[arg(long, value_name = "LEVEL", default_value = "must")]
    level: Gate,
    /// Run only part K of N of the cases; `countersign merge` puts the reports together
    #[arg(long, value_name = "K/N")]
    shard: Option<Shard>,
    /// A list of known failures: what fails as listed does not fail the run, what is listed and does not fail so ends it
    /// with exit code 5; repeatable
    #[arg(long, value_name = "FILE")]
    known: Vec<PathBuf>,
    /// Compare what the SDK sends with the snapshots in this folder, and leave what differs there for `countersign review`;
    /// where CI is set, show it and write nothing
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// A process for each case, instead of a fresh client
    #[arg(long)]
    isolate: bool,
    /// The number of drivers that run at a time [default: 4]
    #[arg(long, short, value_name = "N")]
    jobs: Option<Jobs>,
    /// Write a report in any of the forms that `run` takes; repeatable
    #[arg(long, value_name = "FORMAT=PATH")]
    report: Vec<ReportTarget>,
    /// Leave times out of the reports
    #[arg(long)]
    reproducible: bool,
    /// For whom to print: text, or github, which adds annotations [default: text]
    #[arg(long, value_name = "FORMAT")]
    format: Option<RunFormat>,
    /// Install the SDK and stop
    #[arg(long, requires = "sdk")]
    prepare: bool,
    /// Show only what fails, and the counts
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// Show every case of each group with both sides of its exchanges
    #[arg(long, short)]
    verbose: bool,
}

/// Which SDK, and how it is moved.
#[derive(Debug, Clone, clap::Args)]
struct Moved {
    /// The command line of a driver
    #[arg(long, value_name = "COMMAND", conflicts_with = "sdk")]
    driver: Option<String>,
    /// An SDK that comes with a driver; `countersign sdk drivers` lists them
    #[arg(long, value_name = "NAME")]
    sdk: Option<String>,
    /// A variable of the environment that the driver needs; repeatable
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<Variable>,
    /// The time that one case may take, with its unit [default: 20s]
    #[arg(long, value_name = "TIME")]
    timeout: Option<Timeout>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum SdkCommand {
    /// Test a driver itself: whether it keeps to the protocol
    #[command(after_help = "Examples:
  countersign sdk check-driver --driver 'python3 my_driver.py'
  countersign sdk check-driver --sdk boto3")]
    CheckDriver(Moved),
    /// List the cases, with what each rests on
    #[command(after_help = "Examples:
  countersign sdk cases
  countersign sdk cases --filter must --format json")]
    Cases(listing::CasesArgs),
    /// List the SDKs that come with a driver
    #[command(after_help = "Examples:
  countersign sdk drivers")]
    Drivers,
}

/// The weakest level that fails a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Gate(Level);

impl FromStr for Gate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(level @ (Level::Must | Level::Should)) => Ok(Self(level)),
            _ => Err("allowed: `must`, `should`".to_owned()),
        }
    }
}

/// `NAME=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Variable(String, String);

impl FromStr for Variable {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() && !text.contains('\0') => {
                Ok(Self(name.into(), value.into()))
            }
            _ => Err("allowed: `NAME=VALUE`".to_owned()),
        }
    }
}

/// Runs the command.
pub(crate) fn run(args: SdkArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        Some(SdkCommand::CheckDriver(moved)) => check_driver(&moved),
        Some(SdkCommand::Cases(args)) => listing::cases(&args, &mut style::stdout()),
        Some(SdkCommand::Drivers) => listing::drivers(&mut style::stdout()),
        None => run_cases(&args),
    }
}

fn run_cases(args: &SdkArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if args.prepare {
        runtime.block_on(command(&args.moved, &mut tell))?;
        return Ok(ExitCode::SUCCESS);
    }
    let known = known::read(&args.known)?;
    let Selection { cases, ids } = selected(&args.cases, &args.filter)?;
    if cases.is_empty() {
        return Err(unable(SdkError::NothingSelected));
    }
    let attestation = args.level.0.attestation();
    let listed = Listed { known, ids, gate: attestation };
    let rules = Rc::new(Rules::built_in().map_err(wrong_corpus)?);
    let page = PageSource::new(&rules).map_err(wrong_corpus)?;
    let texts = Texts::of(&rules, Some(&page)).map_err(wrong_corpus)?;
    let sentence = |id: &RequirementId| Check::sentence_of(id);
    let lookup = Lookup { sentence: &sentence, curl: None, null_server: None };
    let (mut recorder, mut annotations) = recorder(args, &texts, lookup)?;
    let snapshots = args.snapshots.as_ref().map(|folder| {
        // Cases of one's own may be left out of the next run.
        let is_full = args.filter.is_empty() && args.cases.is_empty() && args.shard.is_none();
        let scope = if is_full { Scope::Full } else { Scope::Part };
        SnapshotRun::new(folder, Seed(0), scope, Side::Requests)
    });
    let mut snapshots = snapshots.transpose()?;
    let (mut written, mut is_over) = (Ok(()), false);
    let outcome = runtime.block_on(async {
        let mut emit = |mut event: RunEvent| {
            if let Some(snapshots) = &mut snapshots {
                snapshots.take(&event);
            }
            if let RunEvent::CaseFinished(report) = &mut event {
                sdk::as_reported(report);
            }
            is_over |= matches!(event, RunEvent::Finished(_));
            let result = recorder.event(&listed.settle(event));
            written = std::mem::replace(&mut written, Ok(())).and(result);
        };
        let command = command(&args.moved, &mut |text| emit(RunEvent::Note(text))).await?;
        let signals = Signals::listen();
        let plan = Plan {
            command,
            cases,
            jobs: args.jobs.map_or(JOBS, |jobs| jobs.0),
            limit: args.moved.timeout.map_or(LIMIT, |limit| limit.0),
            isolation: if args.isolate { Isolation::Process } else { Isolation::Client },
            gate: attestation,
            shard: args.shard,
            is_timed: !args.reproducible,
            header: header(args, attestation),
            stop: signals.stopped,
        };
        sdk::run(plan, &mut emit).await.map_err(unable)
    });
    // Before the annotations, while GitHub takes nothing for a command.
    let snapshots = snapshots
        .filter(|_| outcome.is_ok())
        .map(|it| it.settle(&mut style::stdout(), &|| listed.ids.clone()));
    if let (Some(annotations), true) = (&mut annotations, is_over) {
        written = written.and(annotations.write(recorder.run()));
    }
    outcome?;
    written.context("a report could not be written")?;
    let exit = Exit::of_run(recorder.run());
    Ok(match snapshots.transpose()? {
        Some(snapshots) => exit.with_snapshots(snapshots).into(),
        None => exit.into(),
    })
}

/// The report files, the progress line, what is printed at the end, and what GitHub reads. The annotations come after all
/// that is printed.
fn recorder<'a>(
    args: &SdkArgs,
    texts: &Texts<'a>,
    lookup: Lookup<'a>,
) -> anyhow::Result<(Recorder<'a>, Option<Annotations>)> {
    let detail = match (args.quiet, args.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Normal,
    };
    let times = if args.reproducible { Times::LeftOut } else { Times::Told };
    let mut recorder = Recorder::new().with_times(times);
    for target in &args.report {
        recorder = recorder.with_document(FormFile::create(target, texts)?);
    }
    if let Some(path) = summary_path() {
        recorder = recorder.with_document(StepSummary::open(&path, &texts.context)?);
    }
    if detail != Detail::Quiet {
        recorder = recorder.with_live(Progress::on_stderr(style::stderr()));
    }
    let terminal = Terminal::new(style::stdout(), style::palette(), detail, lookup);
    let annotations = match args.format.unwrap_or_default() {
        RunFormat::Text => None,
        RunFormat::Github => Some(Annotations::begin(&texts.context)?),
    };
    Ok((recorder.with_document(terminal), annotations))
}

/// Progress of an installation, which is no part of what the command says.
#[expect(clippy::needless_pass_by_value, reason = "notes are given away")]
fn tell(text: String) {
    let _ = writeln!(style::stderr(), "{}", countersign::report::printable::line(&text));
}

/// A run that could not be carried out, as people see it.
fn unable(error: SdkError) -> anyhow::Error {
    match error {
        SdkError::NothingSelected => Diagnosis::new(Exit::NoCase, "no case is selected")
            .hint("`countersign sdk cases` shows them all; what is asked of every request (SDK-WIRE, SDK-RUN) selects no case")
            .into(),
        SdkError::Driver(error) => {
            let hint = "`countersign sdk check-driver` tests a driver; drivers/README.md tells the protocol";
            Diagnosis::new(Exit::Inconclusive, "the driver does not start").caused_by(error).hint(hint).into()
        }
        error => {
            Diagnosis::new(Exit::Inconclusive, "the run could not be carried out").caused_by(error).into()
        }
    }
}

fn header(args: &SdkArgs, attestation: Attestation) -> RunHeader {
    RunHeader {
        countersign: env!("CARGO_PKG_VERSION").to_owned(),
        revision: Revision::NEWEST.to_string(),
        subject: String::new(),
        endpoint: "http://127.0.0.1:0".to_owned(),
        seed: 0,
        gate: attestation.to_string(),
        cases: 0,
        invocation: invocation(args),
        shard: None,
    }
}

/// The flags with which a case comes to the same again. Values of variables are not told: they may be secrets.
fn invocation(args: &SdkArgs) -> String {
    let quote = |text: &str| shell::quote(text.as_bytes());
    let Moved { driver, sdk, env, timeout } = &args.moved;
    let mut flags = match (driver, sdk) {
        (Some(driver), _) => format!("sdk --driver {}", quote(driver)),
        (None, sdk) => format!("sdk --sdk {}", quote(sdk.as_deref().unwrap_or_default())),
    };
    let mut more = |flag: String| flags.extend([" ".to_owned(), flag]);
    for folder in &args.cases {
        more(format!("--cases {}", shell::quote(folder.as_os_str().as_bytes())));
    }
    for Variable(name, _) in env {
        more(format!("--env {}=\"${{{}}}\"", quote(name), name));
    }
    if let Some(Timeout(timeout)) = timeout {
        more(format!("--timeout {}ms", timeout.as_millis()));
    }
    if args.level.0 != Level::Must {
        more(format!("--level {}", args.level.0));
    }
    if args.isolate {
        more("--isolate".to_owned());
    }
    flags
}

/// The cases of a run, and the ids of all.
struct Selection {
    cases: Vec<Arc<SdkCase>>,
    ids: BTreeSet<CaseId>,
}

/// The cases that are built in and those of the user's folders, as far as the filter takes them.
fn selected(folders: &[PathBuf], filter: &[Pattern]) -> anyhow::Result<Selection> {
    let mut cases = sdk::suite().map_err(wrong_corpus)?;
    for folder in folders {
        cases.extend(sdk::of_folder(folder).map_err(wrong_corpus)?);
    }
    let mut ids = BTreeSet::new();
    if let Some(twice) = cases.iter().find(|case| !ids.insert(case.id.clone())) {
        return Err(Diagnosis::usage(format!("there are two cases `{}`", twice.id)).into());
    }
    let filter = Filter(filter.to_vec());
    cases.retain(|case| {
        let requirements = sdk::judge::requirements(case);
        let names = [case.id.as_str(), case.layer.name(), case.level().name()];
        let names: Vec<&str> =
            names.into_iter().chain(requirements.iter().map(|requirement| requirement.0.as_str())).collect();
        filter.takes(&names)
    });
    Ok(Selection { cases: cases.into_iter().map(Arc::new).collect(), ids })
}

/// How the driver is started; a shipped one is installed first.
async fn command(moved: &Moved, note: &mut dyn FnMut(String)) -> anyhow::Result<DriverCommand> {
    let mut command = match (&moved.driver, &moved.sdk) {
        (Some(line), _) => DriverCommand::shell(line),
        (None, Some(name)) => {
            let unknown = |error: ShippedError| match error {
                error @ ShippedError::Unknown { .. } => Diagnosis::usage(error.to_string()),
                error => Diagnosis::new(Exit::Inconclusive, "the SDK cannot be installed").caused_by(error),
            };
            let shipped = Shipped::named(name).map_err(unknown)?;
            shipped.prepare(&Folders::from_env()?, note).await.map_err(unknown)?
        }
        (None, None) => {
            return Err(Diagnosis::usage("no SDK is named")
                .hint("name one with `--sdk NAME`, or a driver with `--driver COMMAND`")
                .into());
        }
    };
    command.variables = moved.env.iter().map(|Variable(name, value)| (name.clone(), value.clone())).collect();
    Ok(command)
}

fn check_driver(moved: &Moved) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let limit = moved.timeout.map_or(LIMIT, |limit| limit.0);
    let report = runtime.block_on(async {
        let command = command(moved, &mut tell).await?;
        anyhow::Ok(sdk::check_driver(&command, limit).await)
    })?;
    match report {
        Ok(report) => listing::driver_report(&report, &mut style::stdout()),
        // A driver that is wrong from its first line is what the command was asked about.
        Err(error @ SdkError::Driver(_)) => {
            diagnostic::write_error(&mut style::stderr(), &unable(error))?;
            Ok(Exit::Mismatch.into())
        }
        Err(error) => Err(unable(error)),
    }
}
