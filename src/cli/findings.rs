//! `countersign replay` and `countersign promote`: what a session found, sent again, and made a case of.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::fuzz::SLOW;
use super::hunters::{self, Signals};
use super::options::RunOptions;
use super::run;
use super::run_args::RunArgs;
use super::site::Site;
use super::values::Timeout;
use countersign::case::{CaseId, Label, Step};
use countersign::corpus::case_file::{LABEL_KINDS, read_all, write_case};
use countersign::explore::{FUZZED, Finding, Standing, Store, Trouble, is_opaque, replay as replay_one};
use countersign::report::printable;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

/// Send what was found again: still failing, fixed, or cannot tell
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign replay fuzz-moto --subject moto
  countersign replay corpus/findings --endpoint http://127.0.0.1:9229 --code-source any

Each finding is run three times for a fresh user. It is fixed where nothing at all is wrong three times; what is wrong in another \
way, cannot be set up, or could not be brought about again when it was found, cannot be told. A file that is no finding is named \
and left out. Exit code 0: all are fixed; 1: one still fails; 3: of one nothing can be told; 4: there is none.")]
pub(crate) struct ReplayArgs {
    /// The folder of a session, or one with findings
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Complain of answers that take longer than this, as the session was told that found them [default: 3s]
    #[arg(long, value_name = "TIME")]
    slow: Option<Timeout>,
    #[command(flatten)]
    run: RunArgs,
}

/// Make a committed case of a finding
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign promote fuzz-moto/findings/csu-code-001-1a2b3c4d.toml --into my-cases --id mine/any-code
  countersign run --cases my-cases

The case keeps its set-up and exact bytes. A finding of changed bytes has no label that says what is expected: give it one \
that a requirement governs. A walk over states becomes a case where a fixture has its state; any other is copied, and \
`countersign replay` takes it from there.")]
pub(crate) struct PromoteArgs {
    /// The finding
    #[arg(value_name = "FILE")]
    finding: PathBuf,
    /// The folder for the case
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// The id of the case [default: that of the finding]
    #[arg(long, value_name = "GROUP/NAME")]
    id: Option<CaseId>,
    /// A label for a request of which nobody knows what was done to it; repeatable [default: inspect/error-json-object]
    #[arg(long, value_name = "LABEL")]
    label: Vec<String>,
}

/// Sends the findings of a folder again.
pub(crate) fn replay(args: ReplayArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let options = hunters::options(args.run)?;
    let unusable = |error| Diagnosis::usage("the findings cannot be read").caused_by(error);
    let kept = Store::findings(&args.folder).map_err(unusable)?;
    if kept.is_empty() {
        let text = format!("there is no finding in `{}`", args.folder.display());
        return Err(Diagnosis::new(Exit::NoCase, text).into());
    }
    let (mut findings, mut unreadable) = (Vec::new(), Vec::new());
    for (path, finding) in kept {
        match finding {
            Ok(finding) => findings.push(finding),
            Err(error) => unreadable.push((path.display().to_string(), error)),
        }
    }
    if findings.is_empty()
        && let Some((name, error)) = unreadable.pop()
    {
        return Err(Diagnosis::usage(format!("`{name}` is no finding")).caused_by(error).into());
    }
    for (name, error) in &unreadable {
        let reason = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
        let line = format!("{:12} {name}: {reason}", "unreadable");
        writeln!(out, "{}", printable::line(&line))?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let slow = args.slow.map_or(SLOW, |slow| slow.0);
    let exit = runtime.block_on(replay_all((&options, slow), &findings, out))?;
    Ok(match exit {
        Exit::Conformant if !unreadable.is_empty() => Exit::Inconclusive,
        exit => exit,
    }
    .into())
}

async fn replay_all(
    (options, slow): (&RunOptions, Duration),
    findings: &[Finding],
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let rules = Rc::new(run::rules(options)?);
    let signals = Signals::listen();
    let mut site = Site::open(options, &mut |_| {}).await?;
    let mut hunters = hunters::open(options, &rules, &mut site, (&signals, 1, slow)).await?;
    let (mut fails, mut unknown, mut fixed) = (0, 0, 0);
    if let Some(hunter) = hunters.first_mut() {
        for finding in findings {
            if signals.stopped.borrow().is_some() {
                unknown += 1;
                continue;
            }
            let replayed = replay_one(hunter, finding).await;
            match replayed.standing {
                Standing::StillFails => fails += 1,
                Standing::Fixed => fixed += 1,
                Standing::CannotTell => unknown += 1,
            }
            let says = replayed.says.map_or_else(String::new, |says| format!("  {says}"));
            let line = format!(
                "{:12} {}/{}  {}{says}",
                replayed.standing.to_string(),
                replayed.wrong,
                replayed.runs,
                finding.bucket
            );
            writeln!(out, "{}", printable::line(&line))?;
        }
    }
    for hunter in hunters {
        // What is left stays in the ledger, for `sweep`.
        let _ = hunter.close().await;
    }
    site.close().await;
    writeln!(out, "{fails} still failing, {fixed} fixed, {unknown} cannot tell")?;
    Ok(match () {
        () if fails > 0 => Exit::Mismatch,
        () if unknown > 0 => Exit::Inconclusive,
        () => Exit::Conformant,
    })
}

/// Makes a case of a finding.
pub(crate) fn promote(args: &PromoteArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let name = args.finding.display().to_string();
    let wrong = |error: Box<dyn std::error::Error + Send + Sync>| {
        Diagnosis::usage(format!("`{name}` cannot be promoted")).caused_by(error)
    };
    let finding = Store::finding(&args.finding).map_err(|error| wrong(error.into()))?;
    let finding = finding.map_err(|error| wrong(error.into()))?;
    let case = match &finding.trouble {
        Trouble::Case(case) => Some((**case).clone()),
        Trouble::Walk(walk) => walk.as_case(CaseId::new("fuzz", &finding.bucket)),
    };
    let (file, text) = match case {
        None => (finding.bucket.clone(), finding.write().map_err(|error| wrong(error.into()))?),
        Some(mut case) => {
            if let Some(id) = &args.id {
                case.id = id.clone();
            }
            if is_opaque(&case) {
                let labels = labels(&args.label)?;
                let is_unknown = |step: &&mut Step| step.labels.iter().any(|label| label.at() == FUZZED);
                for step in case.steps.iter_mut().filter(is_unknown) {
                    step.labels.clone_from(&labels);
                }
            }
            let text = write_case(&case).map_err(|error| wrong(error.into()))?;
            let text = format!(
                "# Found by a fuzzing session: {}\n{text}",
                printable::line(&finding.complaint.to_string())
            );
            read_all([(name.as_str(), text.as_str())]).map_err(|error| wrong(error.into()))?;
            (case.id.as_str().replace('/', "-"), text)
        }
    };
    let path = args.into.join(format!("{file}.toml"));
    write_new(&path, &text)?;
    writeln!(out, "{}", printable::line(&path.display().to_string()))?;
    Ok(ExitCode::SUCCESS)
}

fn labels(given: &[String]) -> Result<Vec<Label>, Diagnosis> {
    let usual = ["inspect/error-json-object".to_owned()];
    let given = if given.is_empty() { usual.as_slice() } else { given };
    given
        .iter()
        .map(|text| {
            let label = Label::from(text.clone());
            if LABEL_KINDS.contains(&label.kind()) && !label.at().is_empty() {
                Ok(label)
            } else {
                let kinds = LABEL_KINDS.join("`, `");
                let text = printable::line(text);
                Err(Diagnosis::usage(format!("`{text}` is no label; the kinds are `{kinds}`")))
            }
        })
        .collect()
}

fn write_new(path: &Path, text: &str) -> Result<(), Diagnosis> {
    let shown = path.display().to_string();
    let shown = printable::line(&shown);
    let failed = |error: std::io::Error| Diagnosis::usage(format!("cannot write `{shown}`")).caused_by(error);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = std::fs::File::create_new(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}
