//! The run: rounds of cases over concurrent lanes, until all are done or something stops them.

use super::case_run::{Bench, Finished, Lane};
use super::confirmation::run_confirmed;
use super::meter::{Meter, Metered};
use super::options::{FailFast, Options};
use super::premade::{self, Part};
use super::share::Share;
use super::suite::{Rules, Selected};
use crate::case::{Case, CaseId, Fixture};
use crate::clock;
use crate::event::{CaseReport, RunEnd, RunEvent, RunHeader, StateNotJudged, Verdict};
use crate::judge::Values;
use crate::known::KnownList;
use crate::provision::{
    Authoriser, ControlPlane, Demand, Ledger, LedgerError, Origin, Premade, ProvisionError, Provisioned,
    Provisioner, Shared, needs_of, sweep,
};
use crate::replay::pace::Pace;
use crate::replay::transport::Transport;
use crate::seed::Seed;
use crate::subject::{CodeReader, Control, UsernameStyle};
use crate::template::Binding;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinSet, LocalSet};

/// After this many cases in a row that got no answer the run ends: the subject is gone.
pub const TROUBLES_IN_A_ROW_MAX: usize = 64;

/// Users are spread over pools, this many cases to each: a subject that keeps a pool in one file, or never forgets a user,
/// must not be what a long run measures.
pub const CASES_PER_POOL: usize = 256;

/// Reports wait in a queue of this length; lanes wait when it is full.
const REPORTS_QUEUED_MAX: usize = 256;

/// What the harness cannot work without.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HarnessError {
    /// No case is left after filtering.
    #[error("no case is selected")]
    NothingSelected,
    /// Requests cannot be authorised.
    #[error("requests to the subject cannot be authorised")]
    Authorise(#[from] ProvisionError),
    /// The ledger could not be written.
    #[error("what was made could not be cleaned up")]
    Ledger(#[from] LedgerError),
}

/// Where users come from.
#[derive(Debug)]
pub enum Supply {
    /// Pools, clients and users of our own.
    Own {
        /// The pools and clients.
        shared: Box<Shared>,
        /// Where codes are read.
        codes: CodeReader,
        /// The usernames that the subject takes.
        style: UsernameStyle,
    },
    /// One user that somebody made beforehand.
    Premade(Premade),
}

impl Supply {
    pub(super) fn is_one_user(&self) -> bool {
        matches!(self, Self::Premade(_))
    }

    pub(super) async fn provision<T: Transport>(
        &self,
        plane: &mut ControlPlane<T>,
        fixture: &Fixture,
        needs: &[Binding],
        seed: Seed,
    ) -> Result<Provisioned, ProvisionError> {
        match self {
            Self::Premade(premade) => premade.provision(plane.host(), fixture, needs, seed),
            Self::Own { shared, codes, style } => {
                Provisioner { shared, codes, style: *style }.provision(plane, fixture, needs, seed).await
            }
        }
    }
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Pools, users, codes, and the reading of state.
    SetUp,
    /// The requests that are judged.
    Judged,
}

/// Everything a run is made of.
pub struct Plan<T> {
    /// What it is told.
    pub options: Options,
    /// What expectations are derived from.
    pub rules: Rc<Rules>,
    /// The cases of the first round, where they are made already; by default those that the options select.
    pub suite: Option<Vec<Selected>>,
    /// How it is announced; the number of cases is filled in.
    pub header: RunHeader,
    /// The first part of the name of every user pool it makes.
    pub name: String,
    /// Makes a connection to the subject.
    pub connect: Box<dyn Fn(Purpose) -> T>,
    /// The authority of the endpoint.
    pub host: String,
    /// The control plane of the subject.
    pub control: Control,
    /// Where codes are read.
    pub codes: CodeReader,
    /// A user made beforehand, in place of own ones.
    pub premade: Option<Premade>,
    /// How ConfirmSignUp is signed, if it is.
    pub sign: Authoriser,
    /// The request rate.
    pub pace: Pace,
    /// The counters.
    pub meter: Rc<Meter>,
    /// Becomes a reason when the run has to stop.
    pub stop: watch::Receiver<Option<String>>,
    /// What was made and has to be deleted.
    pub ledger: Ledger,
    /// Where that is to be found.
    pub origin: Origin,
}

/// What the lanes of a batch share.
struct Batch {
    rules: Rc<Rules>,
    supply: Supply,
    sign: Authoriser,
    meter: Rc<Meter>,
    options: Options,
    round: u64,
    cases: Vec<(Part, usize, Selected)>,
    next: Cell<usize>,
    halt: RefCell<Option<String>>,
    troubles: Cell<usize>,
    state_not_judged: RefCell<Option<StateNotJudged>>,
    /// The case that confirmed the one user there is.
    confirmed_by: RefCell<Option<CaseId>>,
}

/// A run on its way.
struct Session<T> {
    plan: Plan<T>,
    rules: Rc<Rules>,
    lanes: Vec<Lane<T>>,
    batches: u64,
    state_not_judged: Option<StateNotJudged>,
    confirmed_by: Option<CaseId>,
}

/// Runs the cases of `plan` and tells `emit` of everything that happens. A subject that misbehaves, or that cannot even be
/// set up, is in the events; an error means that the harness could not do its work.
pub async fn run<T: Transport + 'static>(
    mut plan: Plan<T>,
    emit: &mut dyn FnMut(RunEvent),
) -> Result<RunEnd, HarnessError> {
    let rules = Rc::clone(&plan.rules);
    let (seed, select) = (plan.options.seed, plan.options.select.clone());
    let mut cases = plan.suite.take().unwrap_or_else(|| rules.suite(seed, 0, &select));
    if cases.is_empty() {
        return Err(HarnessError::NothingSelected);
    }
    let mut left = plan.options.cases.unwrap_or(u64::try_from(cases.len()).unwrap_or(u64::MAX));
    let share = Share::of(&plan.options, &cases, left);
    plan.header.cases = share.cases;
    plan.header.shard.clone_from(&share.shard);
    emit(RunEvent::Started(Box::new(plan.header.clone())));
    if let (Some(shard), 0) = (&share.shard, share.cases) {
        emit(RunEvent::Note(format!("shard {} holds none of the {} cases", shard.part, shard.cases)));
    }
    let mut session = Session::new(plan)?;
    let mut incomplete = None;
    for round in 0.. {
        cases.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        left -= u64::try_from(cases.len()).unwrap_or(left).min(left);
        incomplete = session.round(round, share.own(cases), emit).await?;
        if left == 0 || incomplete.is_some() {
            break;
        }
        cases = rules.suite(seed, round + 1, &select);
    }
    let Session { plan, state_not_judged, .. } = session;
    let end = RunEnd {
        incomplete,
        known_problems: known_problems(&rules, &plan.options.known),
        state_not_judged,
        timing: plan.meter.timing(),
    };
    emit(RunEvent::Finished(Box::new(end.clone())));
    plan.ledger.close()?;
    Ok(end)
}

/// What is wrong with the list of known failures by itself, whichever cases have run.
pub fn known_problems(rules: &Rules, known: &KnownList) -> Vec<String> {
    if known.0.is_empty() {
        return Vec::new();
    }
    known.problems(&rules.ids(), clock::today()).iter().map(ToString::to_string).collect()
}

impl<T: Transport + 'static> Session<T> {
    fn new(plan: Plan<T>) -> Result<Self, HarnessError> {
        let most = plan.control.jobs_max.unwrap_or(super::JOBS_MAX).min(super::JOBS_MAX);
        let jobs = if plan.premade.is_some() { 1 } else { plan.options.jobs.clamp(1, most) };
        let lane = || {
            let wire =
                |purpose| Metered::new((plan.connect)(purpose), Rc::clone(&plan.meter), plan.pace.clone());
            let plane =
                ControlPlane::new(wire(Purpose::SetUp), &plan.host, &plan.control, clock::unix_seconds)?;
            Ok(Lane { plane, probe: wire(Purpose::Judged), rival: wire(Purpose::Judged) })
        };
        let lanes = (0..jobs).map(|_| lane()).collect::<Result<_, ProvisionError>>()?;
        Ok(Self {
            rules: Rc::clone(&plan.rules),
            plan,
            lanes,
            batches: 0,
            state_not_judged: None,
            confirmed_by: None,
        })
    }

    /// Runs one round; gives the reason if it ended early.
    async fn round(
        &mut self,
        round: u64,
        cases: Vec<(usize, Selected)>,
        emit: &mut dyn FnMut(RunEvent),
    ) -> Result<Option<String>, HarnessError> {
        let mut cases = cases.into_iter();
        loop {
            // One user made beforehand is one user for all cases.
            let length = if self.plan.premade.is_some() { usize::MAX } else { CASES_PER_POOL };
            let batch: Vec<(usize, Selected)> = cases.by_ref().take(length).collect();
            if batch.is_empty() {
                return Ok(None);
            }
            let incomplete = match self.supply(&batch).await {
                Ok(supply) => self.batch(round, supply, batch, emit).await,
                Err(error) => Some(format!("the subject could not be set up: {error}")),
            };
            self.clean_up(incomplete.is_some(), emit).await?;
            if incomplete.is_some() {
                return Ok(incomplete);
            }
        }
    }

    /// Makes the pools and clients that a batch shares.
    async fn supply(&mut self, batch: &[(usize, Selected)]) -> Result<Supply, ProvisionError> {
        let plan = &mut self.plan;
        let Some(lane) = self.lanes.first_mut() else {
            return Err(ProvisionError::Missing("there is no connection".to_owned()));
        };
        if let Some(given) = &plan.premade {
            premade::check_client(given, &plan.sign, lane).await?;
            return Ok(Supply::Premade(given.clone()));
        }
        let demand = Demand::of(batch.iter().map(|(_, selected)| &*selected.case));
        let name = format!("{}-{}", plan.name, self.batches);
        self.batches += 1;
        let shared = Shared::create(&mut lane.plane, &mut plan.ledger, &plan.origin, &name, &demand).await?;
        Ok(Supply::Own { shared: Box::new(shared), codes: plan.codes.clone(), style: plan.control.username })
    }

    async fn batch(
        &mut self,
        round: u64,
        supply: Supply,
        cases: Vec<(usize, Selected)>,
        emit: &mut dyn FnMut(RunEvent),
    ) -> Option<String> {
        let batch = Rc::new(Batch {
            cases: in_order(&self.rules, &supply, cases),
            rules: Rc::clone(&self.rules),
            supply,
            sign: self.plan.sign.clone(),
            meter: Rc::clone(&self.plan.meter),
            options: self.plan.options.clone(),
            round,
            next: Cell::new(0),
            halt: RefCell::new(None),
            troubles: Cell::new(0),
            state_not_judged: RefCell::new(self.state_not_judged.take()),
            confirmed_by: RefCell::new(self.confirmed_by.take()),
        });
        let lanes = std::mem::take(&mut self.lanes);
        self.lanes = run_batch(Rc::clone(&batch), lanes, &self.plan.stop, emit).await;
        self.state_not_judged = batch.state_not_judged.take();
        self.confirmed_by = batch.confirmed_by.take();
        let halt = batch.halt.borrow().clone();
        halt.or_else(|| self.plan.stop.borrow().clone())
    }

    /// Deletes what the batch has made. What a subject that ends with the run still holds is not worth waiting for.
    async fn clean_up(&mut self, is_cut: bool, emit: &mut dyn FnMut(RunEvent)) -> Result<(), HarnessError> {
        let plan = &mut self.plan;
        if is_cut && !plan.ledger.is_on_disk() {
            return Ok(());
        }
        let Some(lane) = self.lanes.first_mut() else { return Ok(()) };
        for swept in sweep(&mut lane.plane, &mut plan.ledger, &plan.origin).await? {
            if let (Err(error), true) = (swept.outcome, plan.ledger.is_on_disk()) {
                let name = swept.left.name;
                emit(RunEvent::Note(format!("user pool `{name}` is left, for `countersign sweep`: {error}")));
            }
        }
        Ok(())
    }
}

fn in_order(rules: &Rules, supply: &Supply, cases: Vec<(usize, Selected)>) -> Vec<(Part, usize, Selected)> {
    if let Supply::Premade(given) = supply {
        let is_reached =
            |case: &Case| given.provision("", &case.fixture, &needs_of(case), Seed::DEFAULT).is_ok();
        return premade::parts(rules, cases, &is_reached);
    }
    cases.into_iter().map(|(index, selected)| (Part::Refusal, index, selected)).collect()
}

/// Runs a batch over all lanes and gives them back.
async fn run_batch<T: Transport + 'static>(
    batch: Rc<Batch>,
    lanes: Vec<Lane<T>>,
    stop: &watch::Receiver<Option<String>>,
    emit: &mut dyn FnMut(RunEvent),
) -> Vec<Lane<T>> {
    let (reports, mut arriving) = mpsc::channel(REPORTS_QUEUED_MAX);
    let local = LocalSet::new();
    local
        .run_until(async {
            let mut working = JoinSet::new();
            for lane in lanes {
                working.spawn_local(work(Rc::clone(&batch), lane, stop.clone(), reports.clone()));
            }
            drop(reports);
            let mut held = Vec::new();
            let mut accepted = false;
            while let Some(mut finished) = arriving.recv().await {
                accepted |= batch.supply.is_one_user() && is_accepted(&finished);
                if let Some(capture) = finished.capture.take() {
                    emit(RunEvent::CaseCaptured(capture));
                }
                if finished.waits_for_twin {
                    held.push(finished);
                } else {
                    emit(RunEvent::CaseFinished(Box::new(finished.report)));
                }
            }
            for report in premade::settle(held, accepted) {
                emit(RunEvent::CaseFinished(Box::new(report)));
            }
            working.join_all().await
        })
        .await
}

fn is_accepted(finished: &Finished) -> bool {
    let CaseReport { verdict, mismatches, .. } = &finished.report;
    // What is listed as a failure and has none is a pass all the same.
    let passes = *verdict == Verdict::Pass || *verdict == Verdict::Stale && mismatches.is_empty();
    passes
        && !finished.waits_for_twin
        && finished.report.answer.as_deref().is_some_and(|answer| answer.starts_with('2'))
}

/// One lane: takes the next case until there is none left or the run has to stop.
async fn work<T: Transport>(
    batch: Rc<Batch>,
    mut lane: Lane<T>,
    mut stop: watch::Receiver<Option<String>>,
    reports: mpsc::Sender<Finished>,
) -> Lane<T> {
    let bench = Bench {
        rules: &batch.rules,
        supply: &batch.supply,
        gate: batch.options.gate,
        record: batch.options.record,
        known: &batch.options.known,
        values: if batch.round == 0 { Values::AsListed } else { Values::Redrawn },
        capturing: batch.options.capturing,
        sign: &batch.sign,
        meter: &batch.meter,
        seed: batch.options.seed.round(batch.round),
        round: batch.round,
    };
    // One user cannot be used up twice.
    let confirmations = if batch.supply.is_one_user() { 0 } else { batch.options.confirmations };
    while let Some((part, index, selected)) = batch.take() {
        let used_up = batch.confirmed_by.borrow().as_ref().map(premade::used_up);
        let left_out = if *part == Part::Spoiler { Some(premade::SPOILER.to_owned()) } else { used_up };
        let finished = if let Some(reason) = left_out {
            let report = premade::left_out(selected, (*index, batch.round), reason);
            Finished::left_out(selected, report, bench.capturing)
        } else {
            tokio::select! {
                biased;
                _ = stop.wait_for(Option::is_some) => break,
                finished = run_confirmed(&bench, &mut lane, (selected, *index), confirmations) => finished,
            }
        };
        batch.note(&finished);
        if reports.send(finished).await.is_err() {
            break;
        }
    }
    lane
}

impl Batch {
    fn take(&self) -> Option<&(Part, usize, Selected)> {
        if self.halt.borrow().is_some() {
            return None;
        }
        self.cases.get(self.next.replace(self.next.get() + 1))
    }

    /// Stops the run where going on would be useless or is not wanted.
    fn note(&self, finished: &Finished) {
        let report = &finished.report;
        if let Some(reason) = &finished.state_not_judged {
            let one = StateNotJudged { cases: 1, reason: reason.clone() };
            let all = StateNotJudged::sum(self.state_not_judged.take(), Some(one));
            self.state_not_judged.replace(all);
        }
        if finished.confirms && self.supply.is_one_user() {
            self.confirmed_by.replace(Some(report.id.clone()));
        }
        let in_a_row = if report.verdict == Verdict::Inconclusive { self.troubles.get() + 1 } else { 0 };
        self.troubles.set(in_a_row);
        if in_a_row >= TROUBLES_IN_A_ROW_MAX {
            let reason = report.reason.as_deref().unwrap_or("no answer");
            *self.halt.borrow_mut() =
                Some(format!("{in_a_row} cases in a row had no verdict, the last one: {reason}"));
        }
        if report.verdict == Verdict::Mismatch && self.options.fail_fast == FailFast::Yes {
            *self.halt.borrow_mut() = Some(format!("stopped at the first mismatch, in {}", report.id));
        }
    }
}
