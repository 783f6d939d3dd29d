//! The verdict on a case, drawn from the wire and from what the driver said. Knows no processes and no sockets.

use super::case::{Feature, Level, SdkCase, Wire};
use super::check::Check;
use super::driver::DriverError;
use super::finding::Finding;
use super::json::Json;
use super::outcome_check::outcome_findings;
use super::protocol::{Hello, Outcome};
use super::recording::Recording;
use super::text::value;
use super::view::exchanges;
use super::wire_check::wire_findings;
use crate::case::Label;
use crate::event::{CaseReport, Verdict};
use crate::requirement::{Attestation, RequirementId};
use std::collections::BTreeMap;

/// What was seen of a case.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The endpoint.
    pub endpoint: &'a str,
    /// What the driver said.
    pub outcome: Result<Outcome, DriverError>,
    /// How the driver's process ended after its answer, where nobody had asked it to.
    pub ended: Option<String>,
    /// What came over the wire.
    pub recording: Recording,
    /// Who was called besides.
    pub strangers: Vec<String>,
    /// Whether reports are to hold times.
    pub is_timed: bool,
}

/// Why the SDK cannot be asked at all; `None`: it can.
pub fn unasked(case: &SdkCase, hello: &Hello) -> Option<String> {
    let lacks = |feature: &&Feature| !hello.features.contains(feature);
    if let Some(feature) = case.needs.iter().find(lacks) {
        return Some(format!("the SDK does not have the feature `{feature}`"));
    }
    let Ok(Json::Object(members)) = Json::parse(case.input.as_bytes()) else { return None };
    let known = hello.members.as_ref()?;
    let names = members.iter().map(|(name, _)| name).chain(&case.undefined);
    let missing = names.into_iter().find(|name| MEMBERS.contains(&name.as_str()) && !known.contains(name));
    missing.map(|name| format!("the SDK cannot send `{name}`"))
}

/// The members of the input shape, which a driver may say that its SDK lacks.
const MEMBERS: &[&str] = &[
    "ClientId",
    "SecretHash",
    "Username",
    "ConfirmationCode",
    "ForceAliasCreation",
    "AnalyticsMetadata",
    "UserContextData",
    "ClientMetadata",
    "Session",
];

/// The report on a case that was never asked.
pub fn without_verdict(case: &SdkCase, index: usize, verdict: Verdict, reason: String) -> CaseReport {
    CaseReport {
        index,
        round: 0,
        id: case.id.clone(),
        layer: case.layer,
        requirements: requirements(case),
        labels: labels(case),
        verdict,
        scored: false,
        mismatches: Vec::new(),
        known: Vec::new(),
        reason: Some(reason),
        answer: None,
        state: BTreeMap::new(),
        exchanges: Vec::new(),
    }
}

/// The report on a case that was asked.
pub fn judge(case: &SdkCase, index: usize, hello: &Hello, gate: Attestation, seen: &Seen<'_>) -> CaseReport {
    let views = exchanges(case, seen);
    let mut findings = wire_findings(case, seen.endpoint, &seen.recording);
    let requests = seen.recording.count();
    let strangers = seen.strangers.join(", ");
    if !strangers.is_empty() {
        findings.push(Finding::of_every_request(
            Check::Alone,
            "nobody else".into(),
            format!("`{strangers}`"),
        ));
    }
    if let (Ok(Outcome::Unsupported(reason)), 0, true) = (&seen.outcome, requests, seen.strangers.is_empty())
    {
        return without_verdict(case, index, Verdict::Uncovered, value(reason));
    }
    let Told { answer, inconclusive, last_words } = told(case, hello, seen, &mut findings);
    let gates = |finding: &Finding| finding.level.attestation().gates(gate);
    let verdict = match (&inconclusive, findings.is_empty()) {
        (Some(_), _) => Verdict::Inconclusive,
        (None, false) if findings.iter().any(gates) => Verdict::Mismatch,
        (None, false) => Verdict::Advisory,
        (None, true) if case.level() == Level::Observe => Verdict::Observed,
        (None, true) => Verdict::Pass,
    };
    CaseReport {
        verdict,
        scored: case.expected().any(|(level, _)| level.attestation().gates(gate))
            || (case.wire != Wire::Open && requests > 0),
        mismatches: findings.into_iter().map(Finding::into_mismatch).collect(),
        reason: inconclusive.or(last_words),
        answer,
        exchanges: views,
        ..without_verdict(case, index, verdict, String::new())
    }
}

/// What the driver told of a case, besides what is wrong with it.
#[derive(Default)]
struct Told {
    answer: Option<String>,
    inconclusive: Option<String>,
    last_words: Option<String>,
}

fn told(case: &SdkCase, hello: &Hello, seen: &Seen<'_>, findings: &mut Vec<Finding>) -> Told {
    let lives = |got: String| of_run(case, Check::Alive, "a process that lives", got);
    // Not a part of what was got: they may hold times and addresses, and a list of known failures holds on to that.
    let last_words = |said: &String| Some(format!("it said: {said}")).filter(|_| !said.is_empty());
    let mut told = Told::default();
    match &seen.outcome {
        Ok(Outcome::Unsupported(_)) => {
            let said = "the driver says that the SDK cannot express the case, of which something was sent";
            told.inconclusive = Some(said.to_owned());
        }
        Ok(outcome @ Outcome::DriverError(_)) => told.inconclusive = Some(outcome.to_string()),
        Ok(outcome) => {
            told.answer = Some(format!("{outcome} ×{}", seen.recording.count()));
            findings.extend(outcome_findings(case, hello, outcome, &seen.recording));
        }
        Err(DriverError::Silent { said, .. }) => {
            let got = "none within the time limit: it was killed";
            findings.push(of_run(case, Check::Ends, "an answer", got.to_owned()));
            told.last_words = last_words(said);
        }
        Err(DriverError::Ended { end, said }) => {
            findings.push(lives(format!("it ended before its answer ({end})")));
            told.last_words = last_words(said);
        }
        Err(error) => told.inconclusive = Some(error.to_string()),
    }
    if let Some(end) = &seen.ended {
        findings.push(lives(format!("it ended after its answer ({end})")));
    }
    told
}

/// A call that did not come to its end breaks whatever the case expects of its end.
fn of_run(case: &SdkCase, check: Check, expected: &str, got: String) -> Finding {
    let level = if case.level() == Level::Must { Level::Must } else { Level::Should };
    Finding { check, level, evidence: case.evidence.clone(), expected: expected.to_owned(), got }
}

/// The requirements that a case tests, without those of every request.
pub fn requirements(case: &SdkCase) -> Vec<RequirementId> {
    let mut checks = Vec::new();
    for (_, expected) in case.expected() {
        checks.extend(expected.checks());
    }
    checks.sort_unstable();
    checks.dedup();
    checks.into_iter().map(Check::requirement).collect()
}

fn labels(case: &SdkCase) -> Vec<Label> {
    let level = std::iter::once(format!("level/{}", case.level()));
    let rests_on = case.evidence.iter().map(|evidence| evidence.replacen(':', "/", 1));
    let attempts = case.options.attempts.map(|attempts| format!("attempts/{attempts}"));
    level.chain(rests_on).chain(attempts).map(Label::from).collect()
}
