//! A session: inputs over several connections, until the time or the number of cases is up or somebody stops it.

use super::complaint::{Complaint, Oracle};
use super::finding::{Finding, SHOWN_BYTES_MAX, Trouble};
use super::hunter::{Caught, Hunter, REPLAYS};
use super::input::Made;
use super::signature::Signature;
use super::source::Source;
use super::store::{Position, Store, StoreError};
use super::walk::Walk;
use crate::clock::Stopwatch;
use crate::harness::{HarnessError, TROUBLES_IN_A_ROW_MAX, Trial};
use crate::replay::transport::Transport;
use crate::seed::Seed;
use crate::wire::escape;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinSet, LocalSet};

/// Events wait in a queue of this length; jobs wait when it is full.
const EVENTS_QUEUED_MAX: usize = 64;

/// Somebody is told how far the session is after so many cases.
const TOLD_EVERY: u64 = 256;

/// A session ends after so many different findings: the subject is known by then.
const FINDINGS_MAX: u64 = 1000;

/// What a session sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// One request after the other.
    #[default]
    Requests,
    /// Walks over states.
    Walks,
}

/// What ends a session, and which part of the inputs it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest time.
    pub time: Option<Duration>,
    /// The most cases.
    pub cases: Option<u64>,
    /// This part of so many: of the numbers of inputs, those that leave this rest.
    pub shard: (u64, u64),
    /// The seed that the inputs follow from, as it is kept.
    pub seed: u64,
    /// What is sent.
    pub mode: Mode,
}

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Inputs sent.
    pub cases: u64,
    /// Signatures of answers seen for the first time.
    pub novel: u64,
    /// Different findings.
    pub findings: u64,
    /// Inputs that were complained of, of whatever bucket.
    pub complaints: u64,
    /// Inputs that could not be carried out: the subject could not be brought to where they start.
    pub undone: u64,
    /// Inputs that were carried out.
    pub done: u64,
    /// Findings that say no more than that the subject was not there.
    pub lost: u64,
}

/// What a session tells while it goes on.
#[derive(Debug)]
pub enum SessionEvent {
    /// How far it is.
    Progress(Progress),
    /// Something was found; told once it is made smaller.
    Found(Box<Finding>),
    /// Something worth saying.
    Note(String),
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// How far it came.
    pub progress: Progress,
    /// How long it took.
    pub elapsed: Duration,
    /// Why it ended before its limits, if it did.
    pub incomplete: Option<String>,
    /// Why the first input that could not be carried out could not.
    pub undone: Option<String>,
}

/// What the jobs share.
struct Hub {
    source: RefCell<Source>,
    store: RefCell<Option<Store>>,
    seen: RefCell<BTreeSet<Signature>>,
    buckets: RefCell<BTreeSet<String>>,
    progress: Cell<Progress>,
    next: Cell<u64>,
    troubles: Cell<usize>,
    halt: RefCell<Option<String>>,
    undone: RefCell<Option<String>>,
    limits: Limits,
    start: Stopwatch,
    subject: String,
}

/// Runs a session with one job for each hunter. What is found is in the store, if there is one, and told to `emit`.
pub async fn session<T: Transport + 'static>(
    hunters: Vec<Hunter<T>>,
    (mut source, store, subject): (Source, Option<Store>, &str),
    limits: Limits,
    stop: &watch::Receiver<Option<String>>,
    emit: &mut dyn FnMut(SessionEvent),
) -> Result<Tally, StoreError> {
    let mut next = 0;
    if let Some(store) = &store {
        for text in store.inputs(&mut |case| source.keep(&case))? {
            emit(SessionEvent::Note(text));
        }
        match store.position() {
            Some(position) if position.is_of(&limits) => next = position.next,
            Some(position) => {
                let text =
                    format!("the folder has a session with {position}; this one starts from its first input");
                emit(SessionEvent::Note(text));
            }
            None => {}
        }
    }
    let hub = Rc::new(Hub::new((source, store, subject), limits, next));
    let (events, mut arriving) = mpsc::channel(EVENTS_QUEUED_MAX);
    let local = LocalSet::new();
    local
        .run_until(async {
            let mut working = JoinSet::new();
            for hunter in hunters {
                working.spawn_local(work(Rc::clone(&hub), hunter, stop.clone(), events.clone()));
            }
            drop(events);
            while let Some(event) = arriving.recv().await {
                emit(event);
            }
            working.join_all().await;
        })
        .await;
    hub.note_position()?;
    let incomplete = hub.halt.borrow().clone().or_else(|| stop.borrow().clone());
    let (progress, elapsed) = (hub.progress.get(), hub.start.elapsed());
    let undone = hub.undone.borrow().clone();
    Ok(Tally { progress, elapsed, incomplete, undone })
}

async fn work<T: Transport>(
    hub: Rc<Hub>,
    mut hunter: Hunter<T>,
    mut stop: watch::Receiver<Option<String>>,
    events: mpsc::Sender<SessionEvent>,
) {
    while let Some(number) = hub.take() {
        let outcome = tokio::select! {
            biased;
            _ = stop.wait_for(Option::is_some) => break,
            outcome = one(&hub, &mut hunter, number, &events) => outcome,
        };
        if let Err(reason) = outcome {
            hub.stop_for(reason);
        }
    }
    if let Err(error) = hunter.close().await {
        // Nobody listens any more where the session was cut.
        let _ = events.send(SessionEvent::Note(format!("what was made could not be deleted: {error}"))).await;
    }
}

/// Sends what is drawn by that number.
async fn one<T: Transport>(
    hub: &Hub,
    hunter: &mut Hunter<T>,
    number: u64,
    events: &mpsc::Sender<SessionEvent>,
) -> Result<(), String> {
    match hub.limits.mode {
        Mode::Requests => one_input(hub, hunter, number, events).await,
        Mode::Walks => one_walk(hub, hunter, number, events).await,
    }
}

/// Draws one input, sends it, and follows up what it is complained of.
async fn one_input<T: Transport>(
    hub: &Hub,
    hunter: &mut Hunter<T>,
    number: u64,
    events: &mpsc::Sender<SessionEvent>,
) -> Result<(), String> {
    let input = hub.source.borrow().draw(number);
    let gone = |error: HarnessError| format!("the subject could not be set up again: {}", chain(&error));
    let tried = hunter.hunt(&input).await.map_err(gone)?;
    let is_trouble = tried.signature.is_none() && tried.caught.is_empty();
    hub.note_trouble(is_trouble);
    hub.note_done(tried.undone.filter(|_| is_trouble));
    if let Some(signature) = tried.signature {
        hub.note_signature(signature, &input.case).map_err(|error| chain(&error))?;
    }
    for (caught, made) in tried.caught {
        let Some(bucket) = hub.note_complaint(&caught.complaint) else { continue };
        let found = Follow { hub, hunter: &mut *hunter, number };
        let finding = found.up(caught, &made, bucket).await.map_err(|error| chain(&error))?;
        // Nobody listens any more where the session was cut; what was found is kept all the same.
        let _ = events.send(SessionEvent::Found(Box::new(finding))).await;
    }
    if hub.count() {
        hub.note_position().map_err(|error| chain(&error))?;
        let _ = events.send(SessionEvent::Progress(hub.progress.get())).await;
    }
    Ok(())
}

/// Draws one walk, carries it out, and follows up what it is complained of.
async fn one_walk<T: Transport>(
    hub: &Hub,
    hunter: &mut Hunter<T>,
    number: u64,
    events: &mpsc::Sender<SessionEvent>,
) -> Result<(), String> {
    let walk = Walk::draw(Seed(hub.limits.seed).split("walk").round(number.wrapping_add(1)));
    let gone = |error: HarnessError| format!("the subject could not be set up again: {}", chain(&error));
    hunter.stand_mut().renew().await.map_err(gone)?;
    let outcome = hunter.walk(&walk).await;
    hub.note_trouble(outcome.is_err());
    let (wrong, hindered) = match outcome {
        Ok(walked) => (walked.wrong, walked.hindered),
        Err(error) => (None, Some(chain(&error))),
    };
    hub.note_done(hindered.filter(|_| wrong.is_none()));
    if let Some((_, complaint)) = wrong
        && let Some(bucket) = hub.note_complaint(&complaint)
    {
        let follow = Follow { hub, hunter: &mut *hunter, number };
        let finding = follow.walk_up(walk, complaint, bucket).await.map_err(|error| chain(&error))?;
        let _ = events.send(SessionEvent::Found(Box::new(finding))).await;
    }
    if hub.count() {
        hub.note_position().map_err(|error| chain(&error))?;
        let _ = events.send(SessionEvent::Progress(hub.progress.get())).await;
    }
    Ok(())
}

/// What follows on a complaint.
struct Follow<'a, T> {
    hub: &'a Hub,
    hunter: &'a mut Hunter<T>,
    number: u64,
}

impl<T: Transport> Follow<'_, T> {
    /// Keeps a finding at once, then makes it smaller and keeps that.
    async fn up(self, caught: Caught, made: &Made, bucket: String) -> Result<Finding, StoreError> {
        let finding_of = |caught: &Caught| {
            let seeds = (self.hub.limits.seed, self.number);
            Finding { bucket: bucket.clone(), ..Finding::new(caught, &self.hub.subject, seeds) }
        };
        self.hub.keep(&finding_of(&caught))?;
        let smallest = self.hunter.shrink(&caught, made).await;
        let mut finding = finding_of(&smallest);
        let (trial, _) = self.hunter.look(&smallest.case).await;
        (finding.sent, finding.answered) = shown(&trial);
        self.hub.keep(&finding)?;
        Ok(finding)
    }

    /// The same for a walk.
    async fn walk_up(self, walk: Walk, complaint: Complaint, bucket: String) -> Result<Finding, StoreError> {
        let Self { hub, hunter, number } = self;
        let mut finding = Finding {
            trouble: Trouble::Walk(walk.clone()),
            complaint: complaint.clone(),
            bucket,
            reproduced: None,
            subject: hub.subject.clone(),
            seed: hub.limits.seed,
            input: number,
            sent: Vec::new(),
            answered: Vec::new(),
        };
        hub.keep(&finding)?;
        let (smallest, says) = walk.smallest(hunter, &complaint).await;
        let mut again = 0;
        for _ in 0..REPLAYS {
            let found = hunter.walk(&smallest).await.ok().and_then(|walked| walked.wrong);
            again += u8::from(found.is_some_and(|(_, found)| found.is_like(&complaint)));
        }
        finding =
            Finding { trouble: Trouble::Walk(smallest), complaint: says, reproduced: Some(again), ..finding };
        hub.keep(&finding)?;
        Ok(finding)
    }
}

/// The exact bytes of a trial, escaped and without secrets.
pub(super) fn shown(trial: &Trial) -> (Vec<String>, Vec<String>) {
    let text = |bytes: &[u8]| {
        let text = escape(bytes.get(..bytes.len().min(SHOWN_BYTES_MAX)).unwrap_or_default());
        trial.bindings.as_ref().map_or(text.clone(), |bindings| bindings.redact(&text))
    };
    let answer = |exchange: &crate::wire::Exchange| match &exchange.answer {
        Err(fault) => fault.to_string(),
        Ok(response) => {
            let lines = response
                .headers
                .iter()
                .map(|line| format!("{}: {}\\r\\n", text(&line.name), text(&line.value)));
            format!("{}\\r\\n{}\\r\\n{}", response.status, lines.collect::<String>(), text(&response.body))
        }
    };
    let sent = trial.exchanges.iter().map(|exchange| text(&exchange.request.to_bytes())).collect();
    (sent, trial.exchanges.iter().map(answer).collect())
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

impl Hub {
    fn new((source, store, subject): (Source, Option<Store>, &str), limits: Limits, next: u64) -> Self {
        Self {
            source: RefCell::new(source),
            store: RefCell::new(store),
            seen: RefCell::default(),
            buckets: RefCell::default(),
            progress: Cell::default(),
            next: Cell::new(next),
            troubles: Cell::new(0),
            halt: RefCell::new(None),
            undone: RefCell::new(None),
            limits,
            start: Stopwatch::start(),
            subject: subject.to_owned(),
        }
    }

    /// The number of the next input, if there is one more.
    fn take(&self) -> Option<u64> {
        let Limits { time, cases, shard: (part, parts), .. } = self.limits;
        let Progress { cases: sent, findings, .. } = self.progress.get();
        if findings >= FINDINGS_MAX {
            self.stop_for(format!("stopped by its limit of {FINDINGS_MAX} different findings"));
        }
        let is_over = self.halt.borrow().is_some()
            || time.is_some_and(|time| self.start.elapsed() >= time)
            || cases.is_some_and(|cases| sent >= cases);
        if is_over {
            return None;
        }
        // Counted here, so that no two jobs take the last one.
        self.progress.set(Progress { cases: sent + 1, ..self.progress.get() });
        let next = self.next.replace(self.next.get() + 1);
        Some(next.wrapping_mul(parts.max(1)).wrapping_add(part))
    }

    /// Whether it is time to tell how far the session is.
    fn count(&self) -> bool {
        self.progress.get().cases.is_multiple_of(TOLD_EVERY)
    }

    fn note_trouble(&self, is_trouble: bool) {
        let in_a_row = if is_trouble { self.troubles.get() + 1 } else { 0 };
        self.troubles.set(in_a_row);
        if in_a_row >= TROUBLES_IN_A_ROW_MAX {
            self.stop_for(format!("{in_a_row} inputs in a row could not be sent: the subject is gone"));
        }
    }

    /// Counts an input, and why it could not be carried out if it could not.
    fn note_done(&self, undone: Option<String>) {
        let (one, none) = (u64::from(undone.is_some()), u64::from(undone.is_none()));
        self.progress.update(|was| Progress { undone: was.undone + one, done: was.done + none, ..was });
        if let Some(reason) = undone {
            self.undone.borrow_mut().get_or_insert(reason);
        }
    }

    fn stop_for(&self, reason: String) {
        self.halt.borrow_mut().get_or_insert(reason);
    }

    fn note_signature(&self, signature: Signature, case: &crate::case::Case) -> Result<(), StoreError> {
        if !self.seen.borrow_mut().insert(signature) {
            return Ok(());
        }
        let progress = self.progress.get();
        self.progress.set(Progress { novel: progress.novel + 1, ..progress });
        self.source.borrow_mut().keep(case);
        if let Some(store) = self.store.borrow_mut().as_mut().filter(|store| store.is_new(signature)) {
            store.keep(signature, case)?;
        }
        Ok(())
    }

    /// The bucket of a complaint, where it is a new one.
    fn note_complaint(&self, complaint: &Complaint) -> Option<String> {
        let mut progress = self.progress.get();
        progress.complaints += 1;
        let bucket = complaint.bucket();
        let is_new = self.buckets.borrow_mut().insert(bucket.clone());
        let is_kept = self.store.borrow().as_ref().is_some_and(|store| !store.is_new_finding(&bucket));
        progress.findings += u64::from(is_new);
        let says_little = matches!(complaint.oracle, Oracle::Gone | Oracle::Dropped);
        progress.lost += u64::from(is_new && says_little);
        self.progress.set(progress);
        (is_new && !is_kept).then_some(bucket)
    }

    fn keep(&self, finding: &Finding) -> Result<(), StoreError> {
        match self.store.borrow_mut().as_mut() {
            Some(store) => store.find(finding).map(drop),
            None => Ok(()),
        }
    }

    fn note_position(&self) -> Result<(), StoreError> {
        match self.store.borrow().as_ref() {
            Some(store) => store.set_position(Position::new(&self.limits, self.next.get())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::Dictionary;

    #[test]
    fn a_session_that_found_enough_ends_and_says_so() {
        let limits = Limits { time: None, cases: None, shard: (0, 1), seed: 0, mode: Mode::Requests };
        let source = Source::new(Seed(0), Dictionary::built_in());
        let hub = Hub::new((source, None, "x"), limits, 0);
        assert_eq!((hub.take(), hub.halt.borrow().clone()), (Some(0), None));
        hub.progress.update(|progress| Progress { findings: FINDINGS_MAX, ..progress });
        assert_eq!(hub.take(), None);
        let reason = hub.halt.borrow().clone();
        assert_eq!(reason.as_deref(), Some("stopped by its limit of 1000 different findings"));
    }
}
