//! One or more stands at a subject, for commands that make their cases up as they go.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::options::RunOptions;
use super::run_args::RunArgs;
use super::site::Site;
use super::values::Cases;
use super::{config, run, style};
use countersign::clock::Stopwatch;
use countersign::explore::Hunter;
use countersign::harness::{Meter, Record, Rules, Select, Stand};
use countersign::replay::pace::Pace;
use countersign::replay::transport::HttpTransport;
use countersign::subject::termination;
use std::io::Write as _;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::watch;

/// What a hunt is told by the flags of a run.
pub(crate) fn options(args: RunArgs) -> Result<RunOptions, Diagnosis> {
    let given = [
        ("filter", !args.filter.is_empty()),
        ("report", !args.report.is_empty()),
        ("confirm-failures", args.confirm_failures.is_some()),
        ("fail-fast", args.fail_fast.is_some()),
        ("strength", args.strength.is_some()),
        ("client-id", args.client_id.is_some()),
        ("shard", args.shard.is_some()),
        ("known", !args.known.is_empty()),
        ("snapshots", args.snapshots.is_some()),
        ("exchanges", args.exchanges.is_some()),
        ("reproducible", args.reproducible.is_some()),
    ];
    if let Some((name, _)) = given.into_iter().find(|(_, is_given)| *is_given) {
        let text =
            format!("`--{name}` means nothing here: requests are drawn, for users that are made for them");
        return Err(Diagnosis::usage(text));
    }
    let (count, seed) = (Cases::count(&args.cases), args.seed);
    let args = config::complete(args)?;
    // What a run takes from the file besides whom it tests, how and how fast is for runs alone.
    let folders = Cases::folders(&args.cases).into_iter().map(Cases::Folder);
    let cases = count.map(Cases::Count).into_iter().chain(folders).collect();
    RunOptions::new(RunArgs {
        cases,
        seed: seed.or(args.seed),
        filter: Vec::new(),
        report: Vec::new(),
        shard: None,
        known: Vec::new(),
        snapshots: None,
        exchanges: None,
        client_id: None,
        pool_id: None,
        username: None,
        strength: None,
        confirm_failures: None,
        fail_fast: None,
        reproducible: None,
        ..args
    })
}

/// What ends a hunt from outside.
pub(crate) struct Signals {
    /// Becomes a reason at the first signal.
    pub(crate) stopped: watch::Receiver<Option<String>>,
}

impl Signals {
    /// Listens from now on. The second signal ends the program at once.
    pub(crate) fn listen() -> Self {
        let (stop, stopped) = watch::channel(None);
        tokio::spawn(async move {
            // Nobody listens any more once the hunt is over.
            if let Ok(signal) = termination().await {
                let _ = stop.send(Some(format!("stopped by {signal}")));
            }
            if let Ok(signal) = termination().await {
                let _ = writeln!(style::stderr(), "stopped by {signal} while cleaning up");
                std::process::exit(i32::from(Exit::Inconclusive.code()));
            }
        });
        Self { stopped }
    }
}

/// Opens so many stands at a subject.
pub(crate) async fn open(
    options: &RunOptions,
    rules: &Rc<Rules>,
    site: &mut Site,
    (signals, jobs, slow): (&Signals, usize, Duration),
) -> anyhow::Result<Vec<Hunter<HttpTransport>>> {
    let most = site.profile.control.jobs_max.unwrap_or(jobs).max(1);
    let pace = options.rate.map_or_else(Pace::unlimited, Pace::per_second);
    let meter = Rc::new(Meter::new(Stopwatch::start()));
    let mut hunters = Vec::new();
    for job in 0..jobs.min(most) {
        let ledger = site.ledger_for(options, job)?;
        let what = (Rc::clone(rules), Select::everything(), Record::Nothing);
        let stopped = run::Stopped { start: Stopwatch::start(), stopped: signals.stopped.clone() };
        let mut plan = run::plan(options, what, site, stopped)?;
        plan.name = format!("{}-{job}", plan.name);
        plan.options.seed = plan.options.seed.split("job").round(u64::try_from(job).unwrap_or(0) + 1);
        (plan.ledger, plan.pace, plan.meter) = (ledger, pace.clone(), Rc::clone(&meter));
        let stand = Stand::open(plan).await.map_err(|error| {
            Diagnosis::new(Exit::Inconclusive, "the subject could not be set up").caused_by(error)
        })?;
        hunters.push(Hunter::new(stand, slow));
    }
    Ok(hunters)
}
