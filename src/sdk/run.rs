//! Runs the cases against one SDK: drivers, ports, limits, events. Knows nothing of what is right.

use super::case::{Credentials, SdkCase};
use super::driver::{Driver, DriverCommand, DriverError};
use super::environment::Environment;
use super::judge::{Seen, judge, unasked, without_verdict};
use super::listener::Listener;
use super::protocol::{Hello, question};
use super::text::value;
use crate::clock::Stopwatch;
use crate::event::{CaseReport, RunEnd, RunEvent, RunHeader, Timing, Verdict};
use crate::named::named;
use crate::requirement::Attestation;
use crate::shard::{Shard, ShardOf, digest};
use crate::subject::SubjectError;
use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// How often in a row a driver may fail to start before the rest is given up.
const START_FAILURES_MAX: u32 = 3;
/// How many reports may wait to be told.
const REPORTS_WAITING_MAX: usize = 64;

named! {
    /// How long a driver's process lives.
    Isolation {
        /// As long as the run; each case has a fresh client.
        Client = "client",
        /// As long as one case.
        Process = "process",
    }
}

/// Everything that a run needs.
#[derive(Debug)]
pub struct Plan {
    /// How the driver is started.
    pub command: DriverCommand,
    /// The cases.
    pub cases: Vec<Arc<SdkCase>>,
    /// How many drivers run at a time.
    pub jobs: usize,
    /// How long one case may take.
    pub limit: Duration,
    /// How long a driver's process lives.
    pub isolation: Isolation,
    /// The weakest attestation that fails the run.
    pub gate: Attestation,
    /// Run this part of the cases alone.
    pub shard: Option<Shard>,
    /// The header; the subject is filled in from the driver's hello.
    pub header: RunHeader,
    /// Set to a reason: the run stops.
    pub stop: watch::Receiver<Option<String>>,
}

/// Why a run could not be carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SdkError {
    /// No case is selected.
    #[error("no case is selected")]
    NothingSelected,
    /// The surroundings of the driver cannot be made.
    #[error(transparent)]
    Surroundings(#[from] SubjectError),
    /// The driver does not start.
    #[error("the driver does not start")]
    Driver(#[source] DriverError),
}

/// Leaves out what reports do not tell: the exchanges of a case that is no more than a pass.
pub fn as_reported(report: &mut CaseReport) {
    if report.verdict == Verdict::Pass {
        report.exchanges.clear();
    }
}

/// Runs the plan and tells of it. Reports have every exchange; [`as_reported`] leaves out those that nobody asks for.
pub async fn run(plan: Plan, emit: &mut dyn FnMut(RunEvent)) -> Result<(), SdkError> {
    let watch = Stopwatch::start();
    let Plan { command, cases, jobs, limit, isolation, gate, shard, mut header, mut stop } = plan;
    let Some(first) = cases.first() else { return Err(SdkError::NothingSelected) };
    let credentials = first.options.credentials;
    let queue = queue(&cases, shard);
    let jobs = jobs.min(queue.len()).max(1);
    header.cases = count(queue.len());
    header.shard = shard.map(|part| shard_of(part, &cases));
    let shared = Arc::new(Shared {
        queue: Mutex::new(queue),
        cases,
        command,
        limit,
        isolation,
        gate,
        requests: Mutex::new(0),
        calls: Mutex::new(Vec::new()),
    });
    let environment = Environment::create().await?;
    let driver = Driver::start(&shared.command, &environment, credentials).await.map_err(SdkError::Driver)?;
    let Hello { name, version, language, .. } = &driver.hello;
    header.subject = value(&format!("{name} {version} ({language})"));
    emit(RunEvent::Started(Box::new(header)));
    let first_request = watch.elapsed();
    let (sender, mut reports) = mpsc::channel(REPORTS_WAITING_MAX);
    let mut workers = JoinSet::new();
    let driver = Some((driver, credentials));
    workers
        .spawn(Worker { shared: Arc::clone(&shared), environment, driver, failures: 0 }.work(sender.clone()));
    for _ in 1..jobs {
        let environment = Environment::create().await?;
        let worker = Worker { shared: Arc::clone(&shared), environment, driver: None, failures: 0 };
        workers.spawn(worker.work(sender.clone()));
    }
    drop(sender);
    let incomplete = loop {
        tokio::select! {
            biased;
            Ok(reason) = stop.wait_for(Option::is_some) => break reason.clone(),
            report = reports.recv() => match report {
                Some(report) => emit(RunEvent::CaseFinished(report)),
                None => break None,
            },
        }
    };
    // Dropped drivers are killed with all that they have started.
    workers.shutdown().await;
    let timing = Timing { elapsed: watch.elapsed(), first_request, ..shared.timing() };
    emit(RunEvent::Finished(Box::new(RunEnd { incomplete, timing, ..RunEnd::default() })));
    Ok(())
}

/// What the report of a shard says of the whole run.
fn shard_of(part: Shard, cases: &[Arc<SdkCase>]) -> ShardOf {
    let ids = digest(cases.iter().map(|case| case.id.as_str()));
    ShardOf {
        part,
        cases: count(cases.len()),
        ids,
        plan: digest(cases.iter().map(|case| format!("{case:?}"))),
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// The cases in order, those with credentials last: they need another environment, and so another process.
fn queue(cases: &[Arc<SdkCase>], shard: Option<Shard>) -> VecDeque<usize> {
    let with = |wanted: Credentials| {
        let of_these = move |(_, case): &(usize, &Arc<SdkCase>)| {
            case.options.credentials == wanted && shard.is_none_or(|shard| shard.holds(&case.id))
        };
        cases.iter().enumerate().filter(of_these).map(|(index, _)| index)
    };
    with(Credentials::None).chain(with(Credentials::Environment)).collect()
}

struct Shared {
    cases: Vec<Arc<SdkCase>>,
    queue: Mutex<VecDeque<usize>>,
    command: DriverCommand,
    limit: Duration,
    isolation: Isolation,
    gate: Attestation,
    requests: Mutex<u64>,
    /// How long each call took.
    calls: Mutex<Vec<Duration>>,
}

impl Shared {
    /// How many requests came, and how long the calls took.
    fn timing(&self) -> Timing {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone();
        calls.sort_unstable();
        let at = |percent: usize| {
            let position = (calls.len() * percent).div_ceil(100).saturating_sub(1);
            calls.get(position).copied().unwrap_or_default()
        };
        Timing {
            requests: *self.requests.lock().unwrap_or_else(PoisonError::into_inner),
            latency_p50: at(50),
            latency_p99: at(99),
            latency_max: at(100),
            ..Timing::default()
        }
    }
}

/// One driver at a time, with its surroundings.
struct Worker {
    shared: Arc<Shared>,
    environment: Environment,
    driver: Option<(Driver, Credentials)>,
    failures: u32,
}

impl Worker {
    async fn work(mut self, reports: mpsc::Sender<Box<CaseReport>>) {
        loop {
            let next = self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some(case) = next.and_then(|index| Some((index, Arc::clone(self.shared.cases.get(index)?))))
            else {
                break;
            };
            let report = self.case(case.0, &case.1).await;
            if reports.send(Box::new(report)).await.is_err() {
                break;
            }
        }
        if let Some((driver, _)) = self.driver.take() {
            driver.finish().await;
        }
    }

    async fn case(&mut self, index: usize, case: &Arc<SdkCase>) -> CaseReport {
        let inconclusive = |reason: String| without_verdict(case, index, Verdict::Inconclusive, reason);
        let mut driver = match self.ready(case.options.credentials).await {
            Ok(driver) => driver,
            Err(reason) => return inconclusive(reason),
        };
        if let Some(reason) = unasked(case, &driver.hello) {
            self.driver = Some((driver, case.options.credentials));
            return without_verdict(case, index, Verdict::Uncovered, reason);
        }
        let listener = match Listener::open(Arc::clone(case)).await {
            Ok(listener) => listener,
            Err(error) => return inconclusive(format!("no port of 127.0.0.1 can be opened: {error}")),
        };
        let endpoint = format!("{}{}", listener.url, case.path);
        let id = format!("{index} {}", case.id);
        // Who was called while the driver started belongs to no case.
        self.environment.strangers();
        let watch = Stopwatch::start();
        let outcome = match question(&id, &endpoint, case) {
            Ok(question) => driver.ask(&id, &question, self.shared.limit).await,
            Err(error) => return inconclusive(format!("the input cannot be written: {error}")),
        };
        let recording = listener.recording();
        self.shared.calls.lock().unwrap_or_else(PoisonError::into_inner).push(watch.elapsed());
        *self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner) +=
            u64::try_from(recording.count()).unwrap_or(u64::MAX);
        let hello = driver.hello.clone();
        if outcome.is_err() {
            driver.kill().await;
        } else if self.shared.isolation == Isolation::Process {
            driver.finish().await;
        } else {
            self.driver = Some((driver, case.options.credentials));
        }
        let seen =
            Seen { endpoint: &listener.url, outcome, recording, strangers: self.environment.strangers() };
        judge(case, index, &hello, self.shared.gate, &seen)
    }

    /// A driver that runs with these credentials.
    async fn ready(&mut self, credentials: Credentials) -> Result<Driver, String> {
        if let Some((driver, its_own)) = self.driver.take() {
            if its_own == credentials {
                return Ok(driver);
            }
            driver.finish().await;
        }
        if self.failures >= START_FAILURES_MAX {
            return Err(format!(
                "the driver was given up: it did not start {START_FAILURES_MAX} times in a row"
            ));
        }
        match Driver::start(&self.shared.command, &self.environment, credentials).await {
            Ok(driver) => {
                self.failures = 0;
                Ok(driver)
            }
            Err(error) => {
                self.failures += 1;
                Err(format!("the driver does not start again: {error}"))
            }
        }
    }
}
