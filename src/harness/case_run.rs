//! Runs one case: brings the subject into the state it starts from, sends its steps, reads the state, sends the twin, and
//! has it judged.

use super::meter::{Meter, Metered};
use super::suite::Rules;
use crate::case::{Case, Twin};
use crate::event::{CaseReport, ExchangeView, Verdict};
use crate::expect::Expectation;
use crate::judge::{Answer, Judgement, Observation, TwinObservation, judge, view};
use crate::provision::{ProvisionError, Provisioner};
use crate::replay::transport::Transport;
use crate::requirement::{Attestation, Effect};
use crate::subject::Auth;
use crate::template::{Binding, Bindings, CodeForm, RequestTemplate};
use crate::wire::{Exchange, Request};
use std::collections::BTreeMap;

/// The connections that one case at a time runs over: one for what is judged, one for set-up, so that neither can disturb
/// the other.
#[derive(Debug)]
pub struct Lane<T> {
    /// Set-up and the reading of state.
    pub provisioner: Provisioner<Metered<T>>,
    /// ConfirmSignUp.
    pub probe: Metered<T>,
}

/// What is the same for every case of a run.
#[derive(Debug)]
pub struct Bench<'r> {
    /// What expectations are derived from.
    pub rules: &'r Rules,
    /// The weakest attestation that fails the run.
    pub gate: Attestation,
    /// How ConfirmSignUp is signed, if it is.
    pub sign: &'r Auth,
    /// The counters.
    pub meter: &'r Meter,
}

/// Everything that was seen of one case.
struct Seen {
    bindings: Bindings,
    exchanges: Vec<Exchange>,
    state: Option<BTreeMap<String, String>>,
    twin: TwinSeen,
}

enum TwinSeen {
    /// The case needs none, or has been answered so that none would say more.
    NotNeeded,
    Sent { exchange: Exchange, bindings: Option<Bindings> },
    Failed(ProvisionError),
}

/// Runs `case` over `lane`. `unique` tells its users apart from those of every other case.
pub async fn run_case<T: Transport>(
    bench: &Bench<'_>,
    lane: &mut Lane<T>,
    case: &Case,
    place: (usize, u64),
) -> CaseReport {
    let expectations = bench.rules.expectations(case);
    let (judgement, seen) = match observe(bench, lane, case, &expectations, place.1).await {
        Ok(seen) => (conclude(bench, &expectations, &seen), Some(seen)),
        Err(error) => (failed(&error), None),
    };
    report(bench, case, &expectations, judgement, seen.as_ref(), place)
}

async fn observe<T: Transport>(
    bench: &Bench<'_>,
    lane: &mut Lane<T>,
    case: &Case,
    expectations: &[Expectation<'_>],
    round: u64,
) -> Result<Seen, ProvisionError> {
    let mut needs: Vec<Binding> = case.steps.iter().flat_map(|step| step.request.bindings()).collect();
    if let Some(Twin { fixture: None, request }) = &case.twin {
        needs.extend(request.bindings());
    }
    let unique = format!("{}~{round}", case.id);
    let bindings = lane.provisioner.provision(&case.fixture, &needs, &unique).await?;
    let mut exchanges = Vec::with_capacity(case.steps.len());
    for step in &case.steps {
        exchanges.push(send(bench, lane, &step.request, &bindings).await?);
    }
    let state = lane.provisioner.state(&case.fixture, &bindings).await;
    let refused = exchanges.last().and_then(|exchange| exchange.answer.as_ref().ok()).is_some_and(|response| {
        !Answer::read(response).is_success()
    });
    let wanted = expectations.last().is_some_and(|expectation| expectation.effect == Effect::Refused);
    let twin = match &case.twin {
        Some(twin) if refused && wanted => send_twin(bench, lane, twin, &bindings, &unique).await,
        _ => TwinSeen::NotNeeded,
    };
    Ok(Seen { bindings, exchanges, state, twin })
}

async fn send<T: Transport>(
    bench: &Bench<'_>,
    lane: &mut Lane<T>,
    request: &RequestTemplate,
    bindings: &Bindings,
) -> Result<Exchange, ProvisionError> {
    let mut request = request.bind(bindings).map_err(ProvisionError::from)?;
    if let Request::Formed(form) = &mut request {
        bench.sign.apply(form)?;
    }
    let exchange = lane.probe.send(&request).await;
    bench.meter.note_latency(exchange.latency);
    Ok(exchange)
}

async fn send_twin<T: Transport>(
    bench: &Bench<'_>,
    lane: &mut Lane<T>,
    twin: &Twin,
    own: &Bindings,
    unique: &str,
) -> TwinSeen {
    let fresh = match &twin.fixture {
        None => None,
        Some(fixture) => {
            let unique = format!("{unique}~twin");
            match lane.provisioner.provision(fixture, &twin.request.bindings(), &unique).await {
                Ok(bindings) => Some(bindings),
                Err(error) => return TwinSeen::Failed(error),
            }
        }
    };
    match send(bench, lane, &twin.request, fresh.as_ref().unwrap_or(own)).await {
        Ok(exchange) => TwinSeen::Sent { exchange, bindings: fresh },
        Err(error) => TwinSeen::Failed(error),
    }
}

/// A twin that carries the right code is a valid request for an unconfirmed user and must be accepted; any other one only
/// has to be answered otherwise.
fn must_be_accepted(request: &RequestTemplate) -> bool {
    request.bindings().contains(&Binding::Code(CodeForm::Right))
}

fn conclude(bench: &Bench<'_>, expectations: &[Expectation<'_>], case: &Case, seen: &Seen) -> Judgement {
    let twin = match (&seen.twin, &case.twin) {
        (TwinSeen::Sent { exchange, .. }, Some(twin)) => {
            Some(TwinObservation { exchange, must_be_accepted: must_be_accepted(&twin.request) })
        }
        _ => None,
    };
    let observation =
        Observation { exchanges: &seen.exchanges, state: seen.state.as_ref(), twin, bindings: &seen.bindings };
    let judgement = judge(expectations, &observation, bench.gate);
    match &seen.twin {
        // A refusal without its twin proves nothing; a mismatch stands on its own.
        TwinSeen::Failed(error) if judgement.verdict == Verdict::Pass => failed(error),
        _ => judgement,
    }
}

fn failed(error: &ProvisionError) -> Judgement {
    let verdict = if error.is_missing() { Verdict::Uncovered } else { Verdict::Inconclusive };
    Judgement { verdict, mismatches: Vec::new(), reason: Some(error.to_string()) }
}

fn report(
    bench: &Bench<'_>,
    case: &Case,
    expectations: &[Expectation<'_>],
    judgement: Judgement,
    seen: Option<&Seen>,
    (index, round): (usize, u64),
) -> CaseReport {
    let answer = seen.and_then(|seen| seen.exchanges.last()).map(|exchange| match &exchange.answer {
        Ok(response) => Answer::read(response).summary(),
        Err(fault) => fault.to_string(),
    });
    let exchanges = match (judgement.verdict, seen) {
        (Verdict::Pass, _) | (_, None) => Vec::new(),
        (_, Some(seen)) => views(case, seen),
    };
    CaseReport {
        index,
        round,
        id: case.id.clone(),
        layer: case.layer,
        requirements: bench.rules.requirements(case),
        labels: case.labels().cloned().collect(),
        verdict: judgement.verdict,
        scored: expectations.iter().any(|expectation| expectation.is_scored(bench.gate)),
        mismatches: judgement.mismatches,
        reason: judgement.reason,
        answer,
        state: seen.and_then(|seen| seen.state.clone()).unwrap_or_default(),
        exchanges,
    }
}

fn views(case: &Case, seen: &Seen) -> Vec<ExchangeView> {
    let steps = case.steps.iter().zip(&seen.exchanges).enumerate();
    let mut views: Vec<ExchangeView> = steps
        .map(|(i, (step, exchange))| view(&format!("step {}", i + 1), &step.request, exchange, &seen.bindings))
        .collect();
    if let (Some(twin), TwinSeen::Sent { exchange, bindings }) = (&case.twin, &seen.twin) {
        views.push(view("twin", &twin.request, exchange, bindings.as_ref().unwrap_or(&seen.bindings)));
    }
    views
}
