//! Runs the cases against one SDK: drivers, ports, limits, events. Knows nothing of what is right.

use super::case::{Credentials, SdkCase};
use super::driver::{Driver, DriverCommand, DriverError, EXIT_WELL};
use super::environment::Environment;
use super::judge::{self, Seen, without_verdict};
use super::listener::{Listener, authority};
use super::protocol::{Hello, Outcome, question};
use super::recording::Recording;
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
    /// Whether reports hold times.
    pub is_timed: bool,
    /// The header; the subject is filled in from the driver's hello.
    pub header: RunHeader,
    /// Set to a reason: the run stops.
    pub stop: Stop,
}

/// Set to a reason once the run has to stop.
type Stop = watch::Receiver<Option<String>>;

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
    /// The run was stopped before its first case.
    #[error("{0}")]
    Stopped(String),
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
    let Plan { command, cases, jobs, limit, isolation, gate, shard, is_timed, mut header, mut stop } = plan;
    let Some(first) = cases.first() else { return Err(SdkError::NothingSelected) };
    let credentials = first.options.credentials;
    let queue = queue(&cases, shard);
    let jobs = jobs.min(queue.len()).max(1);
    let selected = queue.len();
    header.cases = count(selected);
    header.shard = shard.map(|part| shard_of(part, &cases));
    let shared = Arc::new(Shared {
        queue: Mutex::new(queue),
        cases,
        command,
        limit,
        isolation,
        gate,
        is_timed,
        requests: Mutex::new(0),
        calls: Mutex::new(Vec::new()),
    });
    let environment = Environment::create().await?;
    let driver = tokio::select! {
        biased;
        reason = stopped(&mut stop) => return Err(SdkError::Stopped(reason)),
        driver = Driver::start(&shared.command, &environment, credentials) => driver.map_err(SdkError::Driver)?,
    };
    let Hello { name, version, language, .. } = &driver.hello;
    header.subject = value(&format!("{name} {version} ({language})"));
    emit(RunEvent::Started(Box::new(header)));
    let first_request = watch.elapsed();
    let (sender, mut reports) = mpsc::channel(REPORTS_WAITING_MAX);
    let mut workers = JoinSet::new();
    let driver = Some((driver, credentials));
    let worker = Worker { shared: Arc::clone(&shared), environment, driver, asked: None, failures: 0 };
    workers.spawn(worker.work(sender.clone(), stop.clone()));
    for _ in 1..jobs {
        let environment = Environment::create().await?;
        let worker =
            Worker { shared: Arc::clone(&shared), environment, driver: None, asked: None, failures: 0 };
        workers.spawn(worker.work(sender.clone(), stop.clone()));
    }
    drop(sender);
    let mut told = 0;
    while let Some(report) = reports.recv().await {
        told += 1;
        emit(RunEvent::CaseFinished(report));
    }
    workers.shutdown().await;
    let incomplete = stop.borrow().clone().filter(|_| told < selected);
    let timing = Timing { elapsed: watch.elapsed(), first_request, ..shared.timing() };
    emit(RunEvent::Finished(Box::new(RunEnd { incomplete, timing, ..RunEnd::default() })));
    Ok(())
}

/// Why the run is stopped, once it is; never, if it is not.
async fn stopped(stop: &mut Stop) -> String {
    let reason = stop.wait_for(Option::is_some).await.ok().and_then(|reason| reason.clone());
    match reason {
        Some(reason) => reason,
        None => std::future::pending().await,
    }
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
    is_timed: bool,
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
    /// The case that was asked last. It is judged once the next one was asked, so that what the SDK does after its answer is
    /// held against it.
    asked: Option<Asked>,
    failures: u32,
}

/// A case that was asked, and what was seen of it so far.
struct Asked {
    index: usize,
    case: Arc<SdkCase>,
    hello: Hello,
    endpoint: String,
    outcome: Result<Outcome, DriverError>,
    recording: Recording,
    strangers: Vec<String>,
}

impl Worker {
    async fn work(mut self, reports: mpsc::Sender<Box<CaseReport>>, mut stop: Stop) {
        let is_whole = tokio::select! {
            biased;
            _ = stopped(&mut stop) => false,
            () = self.cases(&reports) => true,
        };
        let ended = self.ended();
        if let Some((driver, _)) = self.driver.take() {
            driver.finish().await;
        }
        // Where a case was left in the middle, calls since are its own and not those of the one before.
        if is_whole {
            self.hear_strangers();
        }
        self.settle(&reports, ended).await;
    }

    /// Asks one case after the other. Dropped in the middle of one, it has told of all before but the last.
    async fn cases(&mut self, reports: &mpsc::Sender<Box<CaseReport>>) {
        loop {
            let next = self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some((index, case)) =
                next.and_then(|index| Some((index, Arc::clone(self.shared.cases.get(index)?))))
            else {
                break;
            };
            self.hear_strangers();
            if let Err((verdict, reason)) = self.ask(reports, index, &case).await {
                self.settle(reports, None).await;
                // Where nobody listens any more, the run is over.
                let _ = reports.send(Box::new(without_verdict(&case, index, verdict, reason))).await;
            }
        }
    }

    /// Asks a case, which is judged later, or tells why it was not asked. Judges the one before.
    async fn ask(
        &mut self,
        reports: &mpsc::Sender<Box<CaseReport>>,
        index: usize,
        case: &Arc<SdkCase>,
    ) -> Result<(), (Verdict, String)> {
        let ended = self.ended();
        if ended.is_some() {
            self.settle(reports, ended).await;
        }
        let inconclusive = |reason: String| (Verdict::Inconclusive, reason);
        let credentials = case.options.credentials;
        let is_used = self.driver.as_ref().is_some_and(|(_, its_own)| *its_own == credentials);
        let mut driver = self.ready(credentials).await.map_err(inconclusive)?;
        let hello = driver.hello.clone();
        if let Some(reason) = judge::unasked(case, &hello) {
            self.driver = Some((driver, credentials));
            return Err((Verdict::Uncovered, reason));
        }
        let opened = Listener::open(Arc::clone(case)).await;
        let listener =
            opened.map_err(|error| inconclusive(format!("no port of 127.0.0.1 can be opened: {error}")))?;
        let id = format!("{index} {}", case.id);
        let question = question(&id, &format!("{}{}", listener.url, case.path), case)
            .map_err(|error| inconclusive(format!("the input cannot be written: {error}")))?;
        let watch = Stopwatch::start();
        let mut outcome = driver.ask(&id, &question, authority(&listener.url), self.shared.limit).await;
        let mut ended = None;
        if let (true, 0, Err(DriverError::Ended { end, .. })) =
            (is_used, listener.recording().count(), &outcome)
        {
            // It may have ended after the case before, whose answer was the last that it gave. If it is the fault of this
            // case, it will do so again.
            ended = Some(end.clone()).filter(|end| end != EXIT_WELL);
            driver.kill().await;
            // Where it cannot be asked again, nobody knows whose fault that end was.
            let untold = |reason: String| inconclusive(format!("the driver has ended ({end}); {reason}"));
            driver = self.ready(credentials).await.map_err(untold)?;
            outcome = driver.ask(&id, &question, authority(&listener.url), self.shared.limit).await;
            let is_again = matches!(&outcome, Err(DriverError::Ended { .. }));
            ended = ended.filter(|_| !is_again);
        }
        self.settle(reports, ended).await;
        let recording = listener.recording();
        self.shared.calls.lock().unwrap_or_else(PoisonError::into_inner).push(watch.elapsed());
        *self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner) +=
            u64::try_from(recording.count()).unwrap_or(u64::MAX);
        if outcome.is_err() {
            driver.kill().await;
        } else if self.shared.isolation == Isolation::Process {
            driver.finish().await;
        } else {
            self.driver = Some((driver, credentials));
        }
        let (case, endpoint) = (Arc::clone(case), listener.url.clone());
        let strangers = self.environment.strangers();
        self.asked = Some(Asked { index, case, hello, endpoint, outcome, recording, strangers });
        Ok(())
    }

    /// How the driver's process has ended since it last answered, if it has. One that ends well after each answer is
    /// slow, and no more than that.
    fn ended(&mut self) -> Option<String> {
        let (driver, _) = self.driver.as_mut()?;
        let end = driver.ended()?;
        self.driver = None;
        Some(end).filter(|end| end != EXIT_WELL)
    }

    /// Holds calls that came since against the case that was asked last.
    fn hear_strangers(&mut self) {
        if let Some(asked) = &mut self.asked {
            asked.strangers.extend(self.environment.strangers());
        }
    }

    /// Judges the case that was asked last, if there is one, and tells of it.
    async fn settle(&mut self, reports: &mpsc::Sender<Box<CaseReport>>, ended: Option<String>) {
        // There is room before anything is taken: what is dropped here loses no report.
        let Ok(room) = reports.reserve().await else { return };
        let Some(asked) = self.asked.take() else { return };
        let Asked { index, case, hello, endpoint, outcome, recording, strangers } = asked;
        let is_timed = self.shared.is_timed;
        let seen = Seen { endpoint: &endpoint, outcome, ended, recording, strangers, is_timed };
        room.send(Box::new(judge::judge(&case, index, &hello, self.shared.gate, &seen)));
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
