//! Runs one case: brings the subject into the state it starts from, sends its steps, reads the state, sends the twin, and
//! has it judged.

mod capture;

use super::meter::{Meter, Metered};
use super::options::{Capturing, Record};
use super::run::Supply;
use super::suite::{Rules, Selected};
use crate::capture::{Capture, CapturedRun, Failed};
use crate::case::{Case, Fixture, Relation, Sending, Twin, UserState};
use crate::clock;
use crate::event::{CaseReport, ExchangeView, Verdict};
use crate::expect::Expectation;
use crate::judge::{
    Answer, Judgement, Observation, OtherObservation, TwinObservation, Values, as_viewed, judge, judge_known,
    set_aside, view, view_as_sent,
};
use crate::known::KnownList;
use crate::provision::{Authoriser, ControlPlane, ProvisionError, Provisioned, Provisioner, needs_of};
use crate::replay::transport::Transport;
use crate::requirement::{Attestation, Effect};
use crate::seed::Seed;
use crate::template::{Binding, Bindings, CodeForm, RequestTemplate};
use crate::wire::{Delivery, Exchange, Request};
use std::collections::BTreeMap;

/// The connections that one case at a time runs over: one for what is judged, one for set-up, so that neither can disturb
/// the other, and one for what is sent at the same time.
#[derive(Debug)]
pub(super) struct Lane<T> {
    /// Set-up and the reading of state.
    pub(super) plane: ControlPlane<Metered<T>>,
    /// ConfirmSignUp.
    pub(super) probe: Metered<T>,
    /// ConfirmSignUp at the same time. No connection is made before it is needed.
    pub(super) rival: Metered<T>,
}

/// What is the same for every case of a round.
#[derive(Debug)]
pub(super) struct Bench<'r> {
    pub(super) rules: &'r Rules,
    pub(super) supply: &'r Supply,
    pub(super) gate: Attestation,
    pub(super) record: Record,
    pub(super) known: &'r KnownList,
    pub(super) values: Values,
    pub(super) capturing: Capturing,
    pub(super) sign: &'r Authoriser,
    pub(super) meter: &'r Meter,
    /// The seed of the round.
    pub(super) seed: Seed,
    /// The number of the round.
    pub(super) round: u64,
}

/// Everything that was seen of one case.
pub(super) struct Seen {
    pub(super) user: Provisioned,
    pub(super) exchanges: Vec<Exchange>,
    pub(super) state: Option<BTreeMap<String, String>>,
    twin: TwinSeen,
    other: Option<Result<OtherSeen, ProvisionError>>,
    /// Why a state could not be read that the verdict depends on.
    unread: Option<ProvisionError>,
}

/// A state, and why it could not be read.
type StateRead = (Option<BTreeMap<String, String>>, Option<ProvisionError>);

/// The other side of a relation.
struct OtherSeen {
    user: Provisioned,
    exchanges: Vec<Exchange>,
    state: Option<BTreeMap<String, String>>,
    unread: Option<ProvisionError>,
}

/// A twin that was sent.
struct TwinSent {
    exchange: Exchange,
    /// The fresh user that it was sent for, if not the user of the case.
    user: Option<Provisioned>,
    state: Option<BTreeMap<String, String>>,
    unread: Option<ProvisionError>,
}

enum TwinSeen {
    /// The case needs none, or has been answered so that none would say more.
    NotNeeded,
    /// The one user there is must not be used up yet: the last case of the run is the twin of all.
    Deferred,
    Sent(Box<TwinSent>),
    Failed(ProvisionError),
}

/// The report on a case, and whether it still waits for the twin that the whole run shares.
pub(super) struct Finished {
    pub(super) report: CaseReport,
    pub(super) waits_for_twin: bool,
    /// All that was seen of it, where that is asked for.
    pub(super) capture: Option<Box<Capture>>,
    /// Why it was judged without its state, if it was.
    pub(super) state_not_judged: Option<String>,
    /// Whether its user is confirmed now, as far as can be seen.
    pub(super) confirms: bool,
}

impl Finished {
    /// A case that was not sent, since it would have used up the one user there is.
    pub(super) fn left_out(selected: &Selected, report: CaseReport, capturing: Capturing) -> Self {
        let capture = (capturing == Capturing::On).then(|| {
            let reason = report.reason.clone().unwrap_or_default();
            let run = CapturedRun::LeftOut(Failed { verdict: report.verdict, reason });
            Box::new(capture::capture(&selected.case, (report.index, report.round), run))
        });
        Self { report, waits_for_twin: false, capture, state_not_judged: None, confirms: false }
    }
}

/// Runs one case. `index` is its place in the suite.
pub(super) async fn run_case<T: Transport>(
    bench: &Bench<'_>,
    lane: &mut Lane<T>,
    selected: &Selected,
    index: usize,
) -> Finished {
    let case = &selected.case;
    let expectations = bench.rules.expectations(case);
    let outcome = observe(bench, lane, case, &expectations).await;
    let capture = (bench.capturing == Capturing::On).then(|| {
        let run = capture::captured_run(case, outcome.as_ref());
        Box::new(capture::capture(case, (index, bench.round), run))
    });
    let (judgement, seen) = judged(bench, &expectations, case, outcome);
    let waits_for_twin = !matches!(judgement.verdict, Verdict::Mismatch | Verdict::Inconclusive)
        && seen.as_ref().is_some_and(|seen| matches!(seen.twin, TwinSeen::Deferred));
    let must_be_refused = expectations.last().is_some_and(|it| it.effect == Effect::Refused);
    // Some refusals are a 200 that says no.
    let is_refused = must_be_refused && judgement.mismatches.is_empty();
    let confirms = !is_refused && seen.as_ref().is_some_and(|seen| seen.confirms(&case.fixture));
    let judgement = match bench.rules.error_of_suite(&case.id) {
        Some(error) => set_aside(judgement, error),
        None => judge_known(bench.known, &case.id, judgement, bench.gate, bench.values),
    };
    let is_scored = bench.rules.is_scored_by(&case.id, &expectations, bench.gate);
    let report = report(bench, (selected, index), is_scored, judgement, seen.as_ref());
    let unread = seen.as_ref().and_then(|seen| seen.unread.as_ref());
    let state_not_judged = unread.filter(|error| error.is_missing()).map(ToString::to_string);
    Finished { report, waits_for_twin, capture, state_not_judged, confirms }
}

impl Seen {
    /// Whether the user is confirmed now: the state says so, or, where it is not known, an answer.
    fn confirms(&self, fixture: &Fixture) -> bool {
        let sent = match &self.twin {
            TwinSeen::Sent(sent) => Some(sent),
            TwinSeen::NotNeeded | TwinSeen::Deferred | TwinSeen::Failed(_) => None,
        };
        let states = [sent.and_then(|sent| sent.state.as_ref()), self.state.as_ref()];
        if let Some(status) = states.into_iter().flatten().find_map(|state| state.get("user.status")) {
            return status == "CONFIRMED";
        }
        let mut answers = self.exchanges.iter().chain(sent.map(|sent| &sent.exchange));
        let is_success = |exchange: &Exchange| {
            exchange.answer.as_ref().is_ok_and(|response| Answer::read(response).is_success())
        };
        fixture.user != UserState::Absent && answers.any(is_success)
    }
}

/// Runs one case and judges what was seen; nothing is seen where the user could not be set up.
pub(super) async fn observe_and_judge<T: Transport>(
    bench: &Bench<'_>,
    lane: &mut Lane<T>,
    case: &Case,
) -> (Judgement, Option<Seen>) {
    let expectations = bench.rules.expectations(case);
    let outcome = observe(bench, lane, case, &expectations).await;
    judged(bench, &expectations, case, outcome)
}

/// Judges what was seen.
fn judged(
    bench: &Bench<'_>,
    expectations: &[Expectation<'_>],
    case: &Case,
    outcome: Result<Seen, ProvisionError>,
) -> (Judgement, Option<Seen>) {
    match outcome {
        Ok(seen) => (conclude(bench, expectations, case, &seen), Some(seen)),
        Err(error) => (failed(&error), None),
    }
}

/// Sends the steps of a case for a user that is there already, and judges the answers alone.
pub(super) async fn glance<T: Transport>(
    bench: &Bench<'_>,
    lane: &mut Lane<T>,
    case: &Case,
    bindings: &Bindings,
) -> Result<(Judgement, Vec<Exchange>), ProvisionError> {
    let exchanges = send_steps(bench, lane, case, bindings).await?;
    let expectations = bench.rules.expectations(case);
    let observation = Observation { exchanges: &exchanges, state: None, twin: None, other: None, bindings };
    let judgement = judge(&expectations, &observation, bench.gate);
    Ok((judgement, exchanges))
}

async fn observe<T: Transport>(
    bench: &Bench<'_>,
    lane: &mut Lane<T>,
    case: &Case,
    expectations: &[Expectation<'_>],
) -> Result<Seen, ProvisionError> {
    let seed = bench.seed.split(case.id.as_str());
    let user = bench.supply.provision(&mut lane.plane, &case.fixture, &needs_of(case), seed).await?;
    let exchanges = send_steps(bench, lane, case, &user.bindings).await?;
    let (state, unread) = read_state(lane, &user).await;
    let last = exchanges.last().and_then(|exchange| exchange.answer.as_ref().ok());
    let refused = last.is_some_and(|response| !Answer::read(response).is_success());
    let must_be_refused =
        expectations.last().is_some_and(|expectation| expectation.effect == Effect::Refused);
    // Some refusals are known by the state alone: the answer may be a 200 that says no.
    let untouched =
        state.as_ref().and_then(|state| state.get("user.status")).is_some_and(|it| it == "UNCONFIRMED");
    let twin = match &case.twin {
        Some(twin) if (refused || untouched) && must_be_refused => {
            send_twin(bench, lane, twin, &user, seed).await
        }
        _ => TwinSeen::NotNeeded,
    };
    let other = match &case.relation {
        // One user cannot be compared with another one.
        Some(relation) if !bench.supply.is_one_user() => {
            Some(send_other(bench, lane, case, relation, seed.split("other")).await)
        }
        _ => None,
    };
    let is_judged = other.is_some() || expectations.last().is_some_and(Expectation::judges_state);
    let of_twin = match &twin {
        TwinSeen::Sent(sent) if case.twin.as_ref().is_some_and(|it| must_be_accepted(&it.request)) => {
            sent.unread.clone()
        }
        _ => None,
    };
    let of_other = other.as_ref().and_then(|other| other.as_ref().ok()?.unread.clone());
    let unread = unread.filter(|_| is_judged).or(of_twin).or(of_other);
    Ok(Seen { user, exchanges, state, twin, other, unread })
}

/// Reads the state of a user. That there is no such user is no failure: then there is no state.
async fn read_state<T: Transport>(lane: &mut Lane<T>, user: &Provisioned) -> StateRead {
    match Provisioner::state(&mut lane.plane, user).await {
        Ok(state) => (Some(state), None),
        Err(error) if error.is_type("UserNotFoundException") => (None, None),
        Err(error) => (None, Some(error)),
    }
}

/// Sends the other side of a relation for a fresh user.
async fn send_other<T: Transport>(
    bench: &Bench<'_>,
    lane: &mut Lane<T>,
    case: &Case,
    relation: &Relation,
    seed: Seed,
) -> Result<OtherSeen, ProvisionError> {
    let needs: Vec<Binding> = relation.requests.iter().flat_map(RequestTemplate::bindings).collect();
    let user = bench.supply.provision(&mut lane.plane, &case.fixture, &needs, seed).await?;
    let requests = relation.requests.iter();
    let exchanges =
        send_in_turn(bench, &mut lane.probe, requests, (&user.bindings, relation.delivery)).await?;
    let (state, unread) = read_state(lane, &user).await;
    Ok(OtherSeen { user, exchanges, state, unread })
}

async fn send_steps<T: Transport>(
    bench: &Bench<'_>,
    lane: &mut Lane<T>,
    case: &Case,
    bindings: &Bindings,
) -> Result<Vec<Exchange>, ProvisionError> {
    if let (Sending::AtOnce, [one, other]) = (case.sending, case.steps.as_slice()) {
        let (one, other) = tokio::join!(
            send(bench, &mut lane.probe, &one.request, bindings, Delivery::Whole),
            send(bench, &mut lane.rival, &other.request, bindings, Delivery::Whole),
        );
        let mut both = vec![one?, other?];
        // Which of them the subject took first is for it to say.
        both.sort_by_key(|exchange| {
            !exchange.answer.as_ref().is_ok_and(|response| Answer::read(response).is_success())
        });
        return Ok(both);
    }
    let requests = case.steps.iter().map(|step| &step.request);
    send_in_turn(bench, &mut lane.probe, requests, (bindings, Delivery::Whole)).await
}

async fn send_in_turn<'a, T: Transport>(
    bench: &Bench<'_>,
    probe: &mut Metered<T>,
    requests: impl Iterator<Item = &'a RequestTemplate>,
    (bindings, delivery): (&Bindings, Delivery),
) -> Result<Vec<Exchange>, ProvisionError> {
    let mut exchanges = Vec::new();
    for request in requests {
        exchanges.push(send(bench, probe, request, bindings, delivery).await?);
    }
    Ok(exchanges)
}

async fn send<T: Transport>(
    bench: &Bench<'_>,
    probe: &mut Metered<T>,
    request: &RequestTemplate,
    bindings: &Bindings,
    delivery: Delivery,
) -> Result<Exchange, ProvisionError> {
    let request = signed(bench.sign, request, bindings)?;
    let exchange = probe.deliver(&request, delivery).await;
    bench.meter.note_latency(exchange.latency);
    Ok(exchange)
}

/// A request as it is sent.
pub(super) fn signed(
    sign: &Authoriser,
    request: &RequestTemplate,
    bindings: &Bindings,
) -> Result<Request, ProvisionError> {
    let mut request =
        request.bind(bindings).map_err(|unbound| ProvisionError::Missing(unbound.to_string()))?;
    if let Request::Formed(form) = &mut request {
        let signed = sign.headers(form, clock::unix_seconds())?;
        form.headers.0.extend(signed.0);
    }
    Ok(request)
}

async fn send_twin<T: Transport>(
    bench: &Bench<'_>,
    lane: &mut Lane<T>,
    twin: &Twin,
    own: &Provisioned,
    seed: Seed,
) -> TwinSeen {
    if bench.supply.is_one_user() && must_be_accepted(&twin.request) {
        return TwinSeen::Deferred;
    }
    let fresh = match &twin.fixture {
        None => None,
        Some(fixture) => {
            let (needs, seed) = (twin.request.bindings(), seed.split("twin"));
            match bench.supply.provision(&mut lane.plane, fixture, &needs, seed).await {
                Ok(user) => Some(user),
                Err(error) => return TwinSeen::Failed(error),
            }
        }
    };
    let user = fresh.as_ref().unwrap_or(own);
    match send(bench, &mut lane.probe, &twin.request, &user.bindings, Delivery::Whole).await {
        Ok(exchange) => {
            let (state, unread) = read_state(lane, user).await;
            TwinSeen::Sent(Box::new(TwinSent { exchange, user: fresh, state, unread }))
        }
        Err(error) => TwinSeen::Failed(error),
    }
}

/// A twin that carries the right code is a valid request for an unconfirmed user and must be accepted; any other one only
/// has to be answered otherwise.
fn must_be_accepted(request: &RequestTemplate) -> bool {
    request.bindings().contains(&Binding::Code(CodeForm::Right))
}

fn conclude(bench: &Bench<'_>, expectations: &[Expectation<'_>], case: &Case, seen: &Seen) -> Judgement {
    let bindings = &seen.user.bindings;
    let twin = match (&seen.twin, &case.twin) {
        (TwinSeen::Sent(sent), Some(twin)) => Some(TwinObservation {
            exchange: &sent.exchange,
            must_be_accepted: must_be_accepted(&twin.request),
            state: sent.state.as_ref(),
            bindings: sent.user.as_ref().map_or(bindings, |user| &user.bindings),
        }),
        _ => None,
    };
    let other = seen.other.as_ref().and_then(|other| other.as_ref().ok()).and_then(|other| {
        Some(OtherObservation {
            exchange: other.exchanges.last()?,
            state: other.state.as_ref(),
            bindings: &other.user.bindings,
        })
    });
    let state = seen.state.as_ref();
    let observation = Observation { exchanges: &seen.exchanges, state, twin, other, bindings };
    let judgement = judge(expectations, &observation, bench.gate);
    let is_settled = matches!(judgement.verdict, Verdict::Mismatch | Verdict::Inconclusive);
    // A subject that has no way to tell the state is judged by the rest; one that does not tell it is not.
    if let Some(error) = seen.unread.as_ref().filter(|error| !error.is_missing() && !is_settled) {
        return Judgement { reason: Some(unread(error)), ..failed(error) };
    }
    match (&seen.twin, &seen.other) {
        // A refusal without its twin proves nothing, nor does one side of a relation; a mismatch stands on its own.
        (TwinSeen::Failed(error), _) | (_, Some(Err(error))) if judgement.verdict != Verdict::Mismatch => {
            failed(error)
        }
        _ => judgement,
    }
}

/// Why a case has no verdict whose state could not be read.
fn unread(error: &ProvisionError) -> String {
    if error.is_missing() { error.to_string() } else { format!("the state could not be read: {error}") }
}

fn failed(error: &ProvisionError) -> Judgement {
    let verdict = if error.is_missing() { Verdict::Uncovered } else { Verdict::Inconclusive };
    Judgement { verdict, mismatches: Vec::new(), known: Vec::new(), reason: Some(error.to_string()) }
}

fn report(
    bench: &Bench<'_>,
    (selected, index): (&Selected, usize),
    is_scored: bool,
    judgement: Judgement,
    seen: Option<&Seen>,
) -> CaseReport {
    let case = &selected.case;
    let answer = seen.and_then(|seen| Some((seen.exchanges.last()?, &seen.user.bindings)));
    let answer = answer.map(|(exchange, bindings)| match &exchange.answer {
        Ok(response) => Answer::read(response).summary(bindings),
        Err(fault) => fault.to_string(),
    });
    let redacted = |text: String| seen.map_or(text.clone(), |seen| seen.user.bindings.redact(&text));
    let exchanges = match (judgement.verdict, seen) {
        (_, None) => Vec::new(),
        (Verdict::Pass, _) if bench.record == Record::Failures => Vec::new(),
        _ if bench.record == Record::Nothing => Vec::new(),
        (_, Some(seen)) => views(case, seen, bench.record),
    };
    CaseReport {
        index,
        round: bench.round,
        id: case.id.clone(),
        layer: case.layer,
        requirements: selected.requirements.to_vec(),
        labels: case.labels().cloned().collect(),
        verdict: judgement.verdict,
        scored: is_scored,
        mismatches: judgement.mismatches,
        known: judgement.known,
        reason: judgement.reason.map(redacted),
        answer,
        state: seen.and_then(|seen| seen.state.clone()).unwrap_or_default(),
        exchanges,
    }
}

/// A report of a run that records everything as it was sent, as one that records failures only would have it.
pub fn as_reported(report: &mut CaseReport) {
    let kept =
        if report.verdict == Verdict::Pass { Vec::new() } else { std::mem::take(&mut report.exchanges) };
    report.exchanges = kept.into_iter().map(as_viewed).collect();
}

fn views(case: &Case, seen: &Seen, record: Record) -> Vec<ExchangeView> {
    let view = if record == Record::AsSent { view_as_sent } else { view };
    let own = &seen.user.bindings;
    let steps = case.steps.iter().zip(&seen.exchanges).enumerate();
    let mut views: Vec<ExchangeView> = steps
        .map(|(i, (step, exchange))| view(&format!("step {}", i + 1), &step.request, exchange, own))
        .collect();
    if let (Some(twin), TwinSeen::Sent(sent)) = (&case.twin, &seen.twin) {
        let bindings = sent.user.as_ref().map_or(own, |user| &user.bindings);
        views.push(view("twin", &twin.request, &sent.exchange, bindings));
    }
    if let (Some(relation), Some(Ok(other))) = (&case.relation, &seen.other) {
        let sides = relation.requests.iter().zip(&other.exchanges).enumerate();
        views.extend(sides.map(|(i, (request, exchange))| {
            view(&format!("other form, step {}", i + 1), request, exchange, &other.user.bindings)
        }));
    }
    views
}
