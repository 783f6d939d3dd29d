//! `countersign sweep`: deletes what killed runs left at subjects that outlive a run.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use anyhow::Context as _;
use countersign::clock;
use countersign::provision::{ControlPlane, Ledger, LedgerError, Left, Origin, Swept, sweep};
use countersign::replay::transport::Transport;
use countersign::subject::{Control, Folders};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The exit code when something is still left.
const STILL_LEFT: u8 = 3;

/// Delete the user pools that killed runs left
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign sweep --dry-run
  countersign sweep
  countersign sweep --ledger ./run.jsonl --endpoint http://127.0.0.1:9229

A pool that is gone already counts as deleted. What could not be deleted stays in the ledger, and the exit code is 3;
hosts of AWS are refused without --allow-aws, with exit code 2. The ledgers of runs that are still going on are left
alone.")]
pub(crate) struct SweepArgs {
    /// The ledger to work off; repeatable [default: all under ~/.local/state/countersign]
    #[arg(long, value_name = "PATH")]
    pub(crate) ledger: Vec<PathBuf>,
    /// Only what was left at this endpoint; repeatable
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Vec<String>,
    /// Say what is left and delete nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Also delete at hosts of AWS
    #[arg(long)]
    pub(crate) allow_aws: bool,
    /// Trust the authorities in this PEM file
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// Do not check the certificate of the endpoint
    #[arg(long, conflicts_with = "ca")]
    pub(crate) insecure: bool,
}

/// Works off the ledgers. `connect` gives the authority and a transport for an endpoint, and refuses hosts of AWS unless
/// the flag allows them.
pub(crate) async fn run<T: Transport>(
    args: &SweepArgs,
    out: &mut dyn Write,
    connect: impl Fn(&str) -> anyhow::Result<(String, T)>,
) -> anyhow::Result<ExitCode> {
    let ledgers = if args.ledger.is_empty() {
        let folder = Folders::ledgers_from_env().map_err(|error| {
            Diagnosis::new(Exit::Inconclusive, "there is no place where ledgers lie")
                .caused_by(error)
                .hint("`--ledger FILE` names one")
        })?;
        Ledger::all_in(&folder)?
    } else {
        args.ledger.clone()
    };
    let mut tally = Tally::default();
    for path in &ledgers {
        sweep_ledger(args, out, (&connect, path), &mut tally).await?;
    }
    if ledgers.is_empty() {
        writeln!(out, "no ledgers: nothing is left")?;
    }
    match tally {
        Tally { refused: Some(error), .. } => Err(error),
        Tally { still_left: 0, .. } => Ok(ExitCode::SUCCESS),
        Tally { .. } => Ok(ExitCode::from(STILL_LEFT)),
    }
}

/// What could not be done.
#[derive(Default)]
struct Tally {
    /// How many things are still left of those that were asked for.
    still_left: usize,
    /// The first endpoint that is not spoken to without another flag.
    refused: Option<anyhow::Error>,
}

/// Works off one ledger.
async fn sweep_ledger<T: Transport>(
    args: &SweepArgs,
    out: &mut dyn Write,
    (connect, path): (&impl Fn(&str) -> anyhow::Result<(String, T)>, &Path),
    tally: &mut Tally,
) -> anyhow::Result<()> {
    if !path.is_file() {
        return Err(Diagnosis::usage(format!("there is no ledger `{}`", path.display())).into());
    }
    let mut ledger = match Ledger::open(path) {
        Err(LedgerError::InUse { path }) => {
            writeln!(out, "{}: in use by a run, left alone", path.display())?;
            return Ok(());
        }
        ledger => ledger?,
    };
    let asked = |origin: &Origin| args.endpoint.is_empty() || args.endpoint.contains(&origin.endpoint);
    let origins: BTreeSet<Origin> = ledger.left().iter().map(|left| left.origin.clone()).collect();
    for origin in origins.iter().filter(|origin| asked(origin)) {
        if args.dry_run {
            for left in ledger.left().iter().filter(|left| left.origin == *origin) {
                writeln!(out, "would delete {}", describe(left))?;
            }
            continue;
        }
        match sweep_origin(&mut ledger, origin, connect).await {
            Ok(swept) => {
                for item in &swept {
                    writeln!(out, "{}", outcome(item))?;
                    tally.still_left += usize::from(item.outcome.is_err());
                }
            }
            Err(error) => {
                let count = ledger.left().iter().filter(|left| left.origin == *origin).count();
                let endpoint = countersign::wire::escape(origin.endpoint.as_bytes());
                writeln!(out, "kept {count} at {endpoint}: {error:#}")?;
                tally.still_left += count;
                if error.is::<Diagnosis>() && tally.refused.is_none() {
                    tally.refused = Some(error);
                }
            }
        }
    }
    ledger.close().context("the ledger could not be closed")
}

async fn sweep_origin<T: Transport>(
    ledger: &mut Ledger,
    origin: &Origin,
    connect: &impl Fn(&str) -> anyhow::Result<(String, T)>,
) -> anyhow::Result<Vec<Swept>> {
    let control = Control {
        auth: origin.auth.parse().map_err(anyhow::Error::msg)?,
        region: origin.region.clone(),
        ..Control::default()
    };
    let (host, transport) = connect(&origin.endpoint)?;
    let mut plane = ControlPlane::new(transport, &host, &control, clock::unix_seconds)?;
    Ok(sweep(&mut plane, ledger, origin).await?)
}

fn describe(left: &Left) -> String {
    let id = left.id.as_deref().unwrap_or("id not known");
    let text = format!("user pool `{}` ({id}) at {}", left.name, left.origin.endpoint);
    countersign::wire::escape(text.as_bytes())
}

fn outcome(swept: &Swept) -> String {
    let what = describe(&swept.left);
    match &swept.outcome {
        Ok(0) => format!("never made: {what}"),
        Ok(_) => format!("deleted {what}"),
        Err(error) => format!("kept {what}: {error}"),
    }
}
