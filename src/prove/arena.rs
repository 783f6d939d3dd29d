//! Runs the default suite in process, against the reference server behind a [`Door`]: no sockets, no waiting.

use super::ProveError;
use super::door::{Asking, Door, Doorway};
use crate::clock::Stopwatch;
use crate::event::{CaseReport, RunEvent, RunHeader, Verdict};
use crate::harness::{Meter, Options, Plan, Purpose, Record, Rules, Select, Selected, run};
use crate::provision::{Authoriser, Ledger, Origin};
use crate::reference::{Fault, Slip, State, handle};
use crate::replay::pace::Pace;
use crate::replay::transport::Transport;
use crate::requirement::Attestation;
use crate::seed::Seed;
use crate::subject::{CodeReader, Profile, Surroundings};
use crate::wire::{Exchange, Headers, Request, RequestForm, Response, WireFault};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The name of the subject in process, where a URL would be.
const ENDPOINT: &str = "http://in-process";

/// The most header lines of a raw request that are read, as the listener has it.
const HEADER_LINES_MAX: usize = 100;

/// The time of the server, in Unix seconds: codes never expire and attempts never get old.
const NOW: i64 = 0;

/// What is the same for every trial of one thread.
#[derive(Debug, Clone)]
pub(super) struct Arena {
    rules: Rc<Rules>,
    suite: Vec<Selected>,
    profile: Profile,
}

/// Who is on trial.
pub(super) struct Subject<'a> {
    /// What stands in front of the reference server.
    pub(super) doorway: &'a Doorway,
    /// What is planted in it.
    pub(super) fault: Option<Fault>,
    /// The cases that it has to stand.
    pub(super) select: Select,
}

/// What a trial came to.
pub(super) struct Trial {
    /// The reports, in the order of the suite.
    pub(super) cases: Vec<CaseReport>,
    /// How many requests, set-up included, had been sent when the first case had a verdict that `Arena::run` was asked to
    /// look out for.
    pub(super) first_at: Option<u64>,
}

impl Arena {
    /// The built-in rules, and the default suite.
    pub(super) fn new() -> Result<Self, ProveError> {
        let rules = Rc::new(Rules::built_in()?);
        let suite = rules.suite(Seed::DEFAULT, 0, &Select::everything());
        let profile = Profile::find("reference").map_err(|error| ProveError::Subject(error.to_string()))?;
        Ok(Self { rules, suite, profile })
    }

    /// Runs the suite, one case after the other. `is_awaited` says which report ends the count of `Trial::first_at`.
    pub(super) fn run(
        &self,
        subject: &Subject<'_>,
        is_awaited: &dyn Fn(&CaseReport) -> bool,
    ) -> Result<Trial, ProveError> {
        let shared = Rc::new(Shared::new(subject.fault));
        let (_stop, stopped) = watch::channel(None);
        let (mut cases, mut first_at) = (Vec::new(), None);
        let plan = self.plan(subject, &shared, stopped)?;
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let end = runtime.block_on(run(plan, &mut |event| {
            if let RunEvent::CaseFinished(report) = event {
                if first_at.is_none() && is_awaited(&report) {
                    first_at = Some(shared.requests.get());
                    shared.is_counted.set(false);
                }
                cases.push(*report);
            }
        }))?;
        if let Some(reason) = end.incomplete {
            return Err(ProveError::Incomplete(reason));
        }
        cases.sort_by_key(|report| report.index);
        Ok(Trial { cases, first_at })
    }

    /// What a stand for single cases is made of. A difference that is only reported counts there as well.
    pub(super) fn stand(&self, subject: &Subject<'_>) -> Result<Plan<Passage>, ProveError> {
        let shared = Rc::new(Shared::new(subject.fault));
        shared.is_counted.set(false);
        let (_stop, stopped) = watch::channel(None);
        let mut plan = self.plan(subject, &shared, stopped)?;
        plan.options.gate = Attestation::Reported;
        Ok(plan)
    }

    fn plan(
        &self,
        subject: &Subject<'_>,
        shared: &Rc<Shared>,
        stop: watch::Receiver<Option<String>>,
    ) -> Result<Plan<Passage>, ProveError> {
        let Profile { code, control, .. } = self.profile.clone();
        let suite = self.suite.iter().filter(|selected| selected.is_taken_by(&subject.select));
        let surroundings = Surroundings { endpoint: ENDPOINT.to_owned(), ..Surroundings::default() };
        let doorway = Arc::clone(subject.doorway);
        let shared = Rc::clone(shared);
        let connect = move |purpose| Passage {
            door: match purpose {
                Purpose::SetUp => None,
                Purpose::Judged => Some(doorway()),
            },
            shared: Rc::clone(&shared),
        };
        Ok(Plan {
            options: Options {
                jobs: 1,
                select: subject.select.clone(),
                record: Record::Nothing,
                ..Options::default()
            },
            rules: Rc::clone(&self.rules),
            suite: Some(suite.cloned().collect()),
            header: header(),
            name: "prove".to_owned(),
            connect: Box::new(connect),
            host: "in-process".to_owned(),
            codes: CodeReader::new(code, surroundings),
            sign: Authoriser::new(&control).map_err(|error| ProveError::Subject(error.to_string()))?,
            control,
            premade: None,
            pace: Pace::unlimited(),
            meter: Rc::new(Meter::new(Stopwatch::start())),
            stop,
            ledger: Ledger::in_memory(),
            origin: Origin {
                endpoint: ENDPOINT.to_owned(),
                auth: "none".to_owned(),
                region: "us-east-1".to_owned(),
            },
        })
    }
}

fn header() -> RunHeader {
    RunHeader {
        countersign: String::new(),
        revision: String::new(),
        subject: String::new(),
        endpoint: ENDPOINT.to_owned(),
        seed: Seed::DEFAULT.0,
        gate: String::new(),
        cases: 0,
        invocation: String::new(),
        shard: None,
    }
}

/// Whether the subject got a verdict in this case.
pub(super) fn is_judged(report: &CaseReport) -> bool {
    report.scored && !matches!(report.verdict, Verdict::Uncovered | Verdict::Inconclusive)
}

/// The server that all connections of a trial lead to.
#[derive(Debug)]
struct Shared {
    state: RefCell<State>,
    fault: Option<Fault>,
    requests: Cell<u64>,
    /// Whether somebody still waits for `requests` to be exact when a report arrives.
    is_counted: Cell<bool>,
}

impl Shared {
    fn new(fault: Option<Fault>) -> Self {
        Self {
            state: RefCell::new(State::new(Seed::DEFAULT)),
            fault,
            requests: Cell::new(0),
            is_counted: Cell::new(true),
        }
    }

    fn handle(&self, request: &Request, fault: Option<Fault>) -> Response {
        let mut state = self.state.borrow_mut();
        state.plant(fault);
        let mut response = match request {
            Request::Formed(form) => handle(&mut state, form, NOW),
            Request::Raw(bytes) => match read_raw(bytes) {
                Some(form) => handle(&mut state, &form, NOW),
                // What the listener's HTTP library says to bytes that are no request.
                None => bare(400),
            },
        };
        // What a listener adds.
        if response.headers.first("Transfer-Encoding").is_none() {
            response.headers.push("Content-Length", response.body.len().to_string());
        }
        response
    }
}

/// A connection: to the server itself for set-up, through a door for what is judged. Set-up never meets the fault, so
/// that every case is brought to its start and the check itself is measured.
pub(super) struct Passage {
    door: Option<Box<dyn Door>>,
    shared: Rc<Shared>,
}

impl Transport for Passage {
    async fn send(&mut self, request: &Request) -> Exchange {
        if self.shared.is_counted.get() {
            // Lets the report of the case before arrive, so that the count belongs to it.
            tokio::task::yield_now().await;
        }
        let shared = &self.shared;
        shared.requests.set(shared.requests.get() + 1);
        if self.door.is_some() && shared.fault == Some(Fault::Slip(Slip::CheckThenAct)) {
            let answer = shared.handle(request, Some(Fault::Slip(Slip::ForShow)));
            // The other one of two requests at the same time is checked here.
            tokio::task::yield_now().await;
            shared.handle(request, None);
            return Exchange { latency: Duration::ZERO, request: request.clone(), answer: Ok(answer) };
        }
        let mut answer = match &mut self.door {
            None => Ok(shared.handle(request, None)),
            Some(door) => door.answer(request, &mut |asking| {
                let fault = match asking {
                    Asking::Really => shared.fault,
                    Asking::ForShow => Some(Fault::Slip(Slip::ForShow)),
                };
                shared.handle(request, fault)
            }),
        };
        if let (b"HEAD", Ok(answer)) = (request.method(), &mut answer) {
            answer.body.clear();
        }
        Exchange { latency: Duration::ZERO, request: request.clone(), answer }
    }
}

/// An answer without headers or body.
fn bare(status: u16) -> Response {
    Response { status, reason: Vec::new(), headers: Headers::default(), body: bytes::Bytes::new() }
}

/// A raw request, as far as it is one: a head and the number of bytes that it announces.
fn read_raw(bytes: &bytes::Bytes) -> Option<RequestForm> {
    let mut lines = [httparse::EMPTY_HEADER; HEADER_LINES_MAX];
    let mut request = httparse::Request::new(&mut lines);
    let httparse::Status::Complete(head) = request.parse(bytes).ok()? else {
        return None;
    };
    let mut headers = Headers::default();
    for line in request.headers.iter() {
        headers.push(line.name.to_owned(), line.value.to_vec());
    }
    let length = match headers.first("Content-Length") {
        None => 0,
        Some(value) => std::str::from_utf8(value).ok()?.parse::<usize>().ok()?,
    };
    let body = bytes.slice(head..).get(..length).map(bytes::Bytes::copy_from_slice)?;
    Some(RequestForm {
        method: request.method?.to_owned().into(),
        target: request.path?.to_owned().into(),
        headers,
        body,
    })
}

/// A fault of the connection itself: it is closed and nothing was sent.
pub(super) const fn closed() -> WireFault {
    WireFault::Closed { received: 0 }
}
