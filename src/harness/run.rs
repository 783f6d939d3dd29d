//! The run: rounds of cases over concurrent lanes, until all are done or something stops them.

use super::case_run::{Bench, Finished, Lane, run_case};
use super::meter::{Meter, Metered};
use super::options::{FailFast, Options};
use super::premade::{self, Part};
use super::suite::{Rules, Selected};
use crate::case::Fixture;
use crate::clock;
use crate::event::{CaseReport, RunEnd, RunEvent, RunHeader, Verdict};
use crate::provision::{
    Authoriser, ControlPlane, Demand, Ledger, LedgerError, Origin, Premade, ProvisionError, Provisioned,
    Provisioner, Shared, sweep,
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

/// Reports wait in a queue of this length; lanes wait when it is full.
const REPORTS_QUEUED_MAX: usize = 256;

/// What the harness cannot work without.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HarnessError {
    /// No case is left after filtering.
    #[error("no case is selected")]
    NothingSelected,
    /// The subject could not be set up at all.
    #[error("the subject could not be set up")]
    SetUp(#[from] ProvisionError),
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

/// Everything a run is made of.
pub struct Plan<T> {
    /// What it is told.
    pub options: Options,
    /// What expectations are derived from.
    pub rules: Rules,
    /// How it is announced; the number of cases is filled in.
    pub header: RunHeader,
    /// The first part of the name of every user pool it makes.
    pub name: String,
    /// Makes a connection to the subject.
    pub connect: Box<dyn Fn() -> T>,
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

/// What the lanes of a round share.
struct Round {
    rules: Rc<Rules>,
    supply: Supply,
    sign: Authoriser,
    meter: Rc<Meter>,
    options: Options,
    number: u64,
    cases: Vec<(Part, usize, Selected)>,
    next: Cell<usize>,
    halt: RefCell<Option<String>>,
    troubles: Cell<usize>,
}

/// Runs the cases of `plan` and tells `emit` of everything that happens. A subject that misbehaves is in the reports;
/// an error means that the harness could not do its work.
pub async fn run<T: Transport + 'static>(
    mut plan: Plan<T>,
    emit: &mut dyn FnMut(RunEvent),
) -> Result<RunEnd, HarnessError> {
    let options = plan.options.clone();
    let first = plan.rules.suite(options.seed, 0, &options.select);
    if first.is_empty() {
        return Err(HarnessError::NothingSelected);
    }
    let suite_length = u64::try_from(first.len()).unwrap_or(u64::MAX);
    let mut left = options.cases.unwrap_or(suite_length);
    plan.header.cases = left;
    emit(RunEvent::Started(Box::new(plan.header.clone())));
    let jobs = if plan.premade.is_some() { 1 } else { options.jobs.clamp(1, super::JOBS_MAX) };
    let mut lanes = Vec::with_capacity(jobs);
    for _ in 0..jobs {
        let wire = || Metered::new((plan.connect)(), Rc::clone(&plan.meter), plan.pace.clone());
        let plane = ControlPlane::new(wire(), &plan.host, &plan.control, clock::unix_seconds)?;
        lanes.push(Lane { plane, probe: wire() });
    }
    let rules = Rc::new(plan.rules);
    let mut cases = first;
    let mut incomplete = None;
    for number in 0.. {
        cases.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        left -= u64::try_from(cases.len()).unwrap_or(left).min(left);
        let Some(lane) = lanes.first_mut() else { break };
        let supply = match plan.premade.clone() {
            Some(premade) => Supply::Premade(premade),
            None => {
                let demand = Demand::of(cases.iter().map(|selected| &selected.case));
                let name = format!("{}-{number}", plan.name);
                let shared =
                    Shared::create(&mut lane.plane, &mut plan.ledger, &plan.origin, &name, &demand).await?;
                Supply::Own {
                    shared: Box::new(shared),
                    codes: plan.codes.clone(),
                    style: plan.control.username,
                }
            }
        };
        let round = Round {
            cases: in_order(&rules, &supply, cases),
            rules: Rc::clone(&rules),
            supply,
            sign: plan.sign.clone(),
            meter: Rc::clone(&plan.meter),
            options: plan.options.clone(),
            number,
            next: Cell::new(0),
            halt: RefCell::new(None),
            troubles: Cell::new(0),
        };
        (lanes, incomplete) = run_round(Rc::new(round), lanes, &plan.stop, emit).await;
        for lane in lanes.iter_mut().take(1) {
            for swept in sweep(&mut lane.plane, &mut plan.ledger, &plan.origin).await? {
                if let Err(error) = swept.outcome {
                    emit(RunEvent::Note(format!("user pool `{}` is left: {error}", swept.left.name)));
                }
            }
        }
        if left == 0 || incomplete.is_some() {
            break;
        }
        cases = rules.suite(plan.options.seed, number + 1, &plan.options.select);
    }
    plan.ledger.close()?;
    let end = RunEnd { incomplete, timing: plan.meter.timing() };
    emit(RunEvent::Finished(Box::new(end.clone())));
    Ok(end)
}

fn in_order(rules: &Rules, supply: &Supply, cases: Vec<Selected>) -> Vec<(Part, usize, Selected)> {
    if supply.is_one_user() {
        return premade::parts(rules, cases);
    }
    cases.into_iter().enumerate().map(|(index, selected)| (Part::Refusal, index, selected)).collect()
}

/// Runs a round over all lanes; gives the lanes back, and why the round ended early if it did.
async fn run_round<T: Transport + 'static>(
    round: Rc<Round>,
    lanes: Vec<Lane<T>>,
    stop: &watch::Receiver<Option<String>>,
    emit: &mut dyn FnMut(RunEvent),
) -> (Vec<Lane<T>>, Option<String>) {
    let (reports, mut arriving) = mpsc::channel(REPORTS_QUEUED_MAX);
    let local = LocalSet::new();
    let lanes = local
        .run_until(async {
            let mut working = JoinSet::new();
            for lane in lanes {
                working.spawn_local(work(Rc::clone(&round), lane, stop.clone(), reports.clone()));
            }
            drop(reports);
            let mut held = Vec::new();
            let mut accepted = false;
            while let Some(finished) = arriving.recv().await {
                accepted |= round.supply.is_one_user() && is_accepted(&finished);
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
        .await;
    let reason = round.halt.borrow().clone().or_else(|| stop.borrow().clone());
    (lanes, reason)
}

fn is_accepted(finished: &Finished) -> bool {
    finished.report.verdict == Verdict::Pass
        && !finished.waits_for_twin
        && finished.report.answer.as_deref().is_some_and(|answer| answer.starts_with('2'))
}

/// One lane: takes the next case until there is none left or the run has to stop.
async fn work<T: Transport>(
    round: Rc<Round>,
    mut lane: Lane<T>,
    mut stop: watch::Receiver<Option<String>>,
    reports: mpsc::Sender<Finished>,
) -> Lane<T> {
    let bench = Bench {
        rules: &round.rules,
        supply: &round.supply,
        gate: round.options.gate,
        record: round.options.record,
        sign: &round.sign,
        meter: &round.meter,
        seed: round.options.seed.round(round.number),
        round: round.number,
    };
    while let Some((part, index, selected)) = round.take() {
        let finished = if *part == Part::Spoiler {
            Finished { report: premade::spoiler(selected, *index), waits_for_twin: false }
        } else {
            tokio::select! {
                biased;
                _ = stop.wait_for(Option::is_some) => break,
                finished = run_case(&bench, &mut lane, selected, *index) => finished,
            }
        };
        round.note(&finished.report);
        if reports.send(finished).await.is_err() {
            break;
        }
    }
    lane
}

impl Round {
    fn take(&self) -> Option<&(Part, usize, Selected)> {
        if self.halt.borrow().is_some() {
            return None;
        }
        self.cases.get(self.next.replace(self.next.get() + 1))
    }

    /// Stops the round where going on would be useless or is not wanted.
    fn note(&self, report: &CaseReport) {
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
