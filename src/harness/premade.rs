//! Runs with one user that somebody made beforehand: refusals first, since they leave the user alone, and one accepted
//! request at the very end, which is the twin of them all.

use super::case_run::{Finished, Lane, signed};
use super::suite::{Rules, Selected};
use crate::case::{Case, CaseId, ClientKind, Fixture, UserState};
use crate::event::{CaseReport, Verdict};
use crate::expect::Expectation;
use crate::generate::base_request;
use crate::judge::Answer;
use crate::provision::{Authoriser, Premade, ProvisionError};
use crate::replay::transport::Transport;
use crate::requirement::Effect;
use crate::seed::Seed;
use crate::template::{Binding, CodeForm};

/// The part that a case plays where there is one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// It must be refused, so it leaves the user as it is.
    Refusal,
    /// The one request that is accepted.
    Last,
    /// It would use the user up.
    Spoiler,
}

/// Wrong codes are sent to the one user at most this often: AWS takes 15 attempts an hour (SEM-018), and what comes after
/// them is answered for that reason alone.
const WRONG_CODES_MAX: usize = 10;

/// Gives every case its part and sorts refusals to the front, the accepted one behind them. A case that `is_reached` by
/// nothing that was made beforehand costs nothing: it says itself what it lacks.
pub(super) fn parts(
    rules: &Rules,
    cases: Vec<(usize, Selected)>,
    is_reached: &dyn Fn(&Case) -> bool,
) -> Vec<(Part, usize, Selected)> {
    let mut has_last = false;
    let mut wrong_codes = 0;
    let mut parts: Vec<(Part, usize, Selected)> = Vec::with_capacity(cases.len());
    for (index, selected) in cases {
        if !is_reached(&selected.case) {
            parts.push((Part::Refusal, index, selected));
            continue;
        }
        let effects: Vec<Effect> = rules
            .expectations(&selected.case)
            .iter()
            .map(|expectation: &Expectation<'_>| expectation.effect)
            .collect();
        let guesses =
            selected.case.labels().filter(|label| matches!(label.kind(), "code" | "attempt")).count();
        let part = match () {
            () if wrong_codes + guesses > WRONG_CODES_MAX && guesses > 0 => Part::Spoiler,
            () if effects.iter().all(|effect| *effect == Effect::Refused) => Part::Refusal,
            () if effects == [Effect::Accepted] && !has_last && is_plain(&selected) => Part::Last,
            () => Part::Spoiler,
        };
        has_last |= part == Part::Last;
        wrong_codes += guesses * usize::from(part == Part::Refusal);
        parts.push((part, index, selected));
    }
    parts.sort_by_key(|(part, index, selected)| {
        (*part == Part::Spoiler, *part == Part::Last, carries_the_code(&selected.case), *index)
    });
    parts
}

/// Whether a subject that wrongly accepts the case confirms the user.
fn carries_the_code(case: &Case) -> bool {
    case.steps.iter().any(|step| step.request.bindings().contains(&Binding::Code(CodeForm::Right)))
}

/// Asks for a user that nobody has, once, before the first case: whether the app client is there, and whether it needs a
/// secret that was not given. Every case would be answered for that reason alone.
pub(super) async fn check_client<T: Transport>(
    premade: &Premade,
    sign: &Authoriser,
    lane: &mut Lane<T>,
) -> Result<(), ProvisionError> {
    let kind = if premade.client_secret.is_some() { ClientKind::Secret } else { ClientKind::Public };
    let fixture = Fixture { user: UserState::Absent, ..Fixture::unconfirmed(kind) };
    let request = base_request(&fixture);
    let seed = Seed::DEFAULT.split("app client");
    let nobody = premade.provision(lane.plane.host(), &fixture, &request.bindings(), seed)?;
    let exchange = lane.probe.send(&signed(sign, &request, &nobody.bindings)?).await;
    let Ok(response) = &exchange.answer else { return Ok(()) };
    let answer = Answer::read(response);
    let message = answer.message.as_ref().map_or("", |message| message.text.as_str()).to_lowercase();
    let why = match answer.error_type.as_deref() {
        Some("ResourceNotFoundException") if message.contains("client") => {
            "the subject does not know the app client that was given (`--client-id`)"
        }
        Some("NotAuthorizedException") if message.contains("secret") && kind == ClientKind::Public => {
            "the app client that was given has a secret, which was not given (`COUNTERSIGN_CLIENT_SECRET`)"
        }
        _ => return Ok(()),
    };
    let summary = answer.summary(&nobody.bindings);
    Err(ProvisionError::Missing(format!("{why}: it answers {summary}")))
}

/// Whether nothing but the payload itself is asked of the user, and nothing of how the pool was set up, so that any given
/// user will do.
fn is_plain(selected: &Selected) -> bool {
    use crate::case::{PoolKind, UserState, Username};
    let fixture = &selected.case.fixture;
    fixture.user == UserState::Unconfirmed
        && fixture.pool == PoolKind::Plain
        && fixture.username == Username::Plain
        && selected.case.labels().all(|label| label.kind() == "valid")
}

/// Why a case is not sent that would use the one user up.
pub(super) const SPOILER: &str =
    "it would use the given user up: one user is confirmed once, and takes few wrong codes";

/// Why a case is not sent that would meet a confirmed user.
pub(super) fn used_up(by: &CaseId) -> String {
    format!("the given user was confirmed by {by}")
}

/// What is said of a case that is not sent.
pub(super) fn left_out(
    selected: &Selected,
    (index, round): (usize, u64),
    reason: impl Into<String>,
) -> CaseReport {
    let case = &selected.case;
    CaseReport {
        index,
        round,
        id: case.id.clone(),
        layer: case.layer,
        requirements: selected.requirements.to_vec(),
        labels: case.labels().cloned().collect(),
        verdict: Verdict::Uncovered,
        scored: false,
        mismatches: Vec::new(),
        known: Vec::new(),
        reason: Some(reason.into()),
        answer: None,
        state: std::collections::BTreeMap::new(),
        exchanges: Vec::new(),
    }
}

/// The reports that waited for the shared twin, now that it is known whether the right code was accepted.
pub(super) fn settle(held: Vec<Finished>, accepted: bool) -> impl Iterator<Item = CaseReport> {
    held.into_iter().map(move |mut finished| {
        if finished.waits_for_twin {
            settle_twin(&mut finished.report, accepted);
        }
        finished.report
    })
}

/// Takes the verdict back from a report that waited for the shared twin, where no right code was accepted.
pub fn settle_twin(report: &mut CaseReport, accepted: bool) {
    if !accepted {
        report.verdict = Verdict::Uncovered;
        report.reason = Some(
            "nothing shows that this refusal has the right reason: no right code was accepted".to_owned(),
        );
    }
}
