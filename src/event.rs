//! What passes from the harness to the reporters, and nothing else does. Every text in an event is already redacted
//! and escaped; a reporter renders and never decides.

use crate::capture::Capture;
use crate::case::{CaseId, Label, Layer};
use crate::named::named;
use crate::requirement::{Attestation, RequirementId};
use crate::shard::ShardOf;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

named! {
    /// The verdict on one case.
    Verdict {
        /// Every judged aspect is as attested.
        Pass = "pass",
        /// An aspect differs that is attested well enough to fail the run.
        Mismatch = "mismatch",
        /// An aspect differs, but its attestation lies below the gate.
        Advisory = "advisory",
        /// A listed failure that still fails for the listed reason.
        Known = "known",
        /// A listed failure that passes or fails otherwise.
        Stale = "stale",
        /// Nothing is attested: the answer was recorded and not judged.
        Observed = "observed",
        /// The subject cannot be brought into the state that the case needs.
        Uncovered = "uncovered",
        /// Set-up, transport or the harness itself stood in the way.
        Inconclusive = "inconclusive",
    }
}

named! {
    /// The aspect of an answer that differs.
    AspectName {
        /// Whether there was an answer at all.
        Answer = "answer",
        /// The HTTP status.
        Status = "status",
        /// The error type.
        Type = "type",
        /// The message.
        Message = "message",
        /// A header.
        Header = "header",
        /// The form of the body.
        Body = "body",
        /// The state afterwards.
        State = "state",
        /// The same request without the defect is answered the same way.
        Twin = "twin",
        /// Another defect was reported first.
        Order = "order",
        /// Another form of the same request is answered otherwise. The subject is compared with itself.
        Relation = "relation",
    }
}

/// One difference between what is attested and what was seen.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Mismatch {
    /// The requirement that is broken.
    #[serde(serialize_with = "as_text", deserialize_with = "from_text")]
    pub requirement: RequirementId,
    /// The aspect that differs.
    #[serde(serialize_with = "as_text", deserialize_with = "from_text")]
    pub aspect: AspectName,
    /// How well the expected value is attested.
    #[serde(serialize_with = "as_text", deserialize_with = "from_text")]
    pub attestation: Attestation,
    /// The evidence rows.
    pub evidence: Vec<String>,
    /// What is attested.
    pub expected: String,
    /// What was seen.
    pub got: String,
}

/// One request and what came back, as text that is safe to print.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ExchangeView {
    /// `step 1`, `twin`.
    pub role: String,
    /// The request: method and target, header lines, an empty line, the body; late-bound values as placeholders.
    pub request: String,
    /// The response in the same form, or why there is none.
    pub response: String,
}

/// A mismatch that is listed among the known failures, and what its entry says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Listed {
    /// The requirement.
    #[serde(serialize_with = "as_text", deserialize_with = "from_text")]
    pub requirement: RequirementId,
    /// The aspect.
    #[serde(serialize_with = "as_text", deserialize_with = "from_text")]
    pub aspect: AspectName,
    /// What was seen.
    pub got: String,
    /// Where the entry stands: file and line.
    pub place: String,
    /// Why the case fails.
    pub reason: String,
    /// Where more is said about it.
    pub link: Option<String>,
}

/// What became of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseReport {
    /// Its position in the suite, from 0.
    pub index: usize,
    /// The round of a run that repeats its generation, from 0.
    pub round: u64,
    /// Its id.
    pub id: CaseId,
    /// Its layer.
    pub layer: Layer,
    /// The requirements that govern it.
    pub requirements: Vec<RequirementId>,
    /// What was done.
    pub labels: Vec<Label>,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether it is judged on an aspect that can fail the run.
    pub scored: bool,
    /// What differs; empty for a pass.
    pub mismatches: Vec<Mismatch>,
    /// Those of the mismatches that are listed among the known failures.
    pub known: Vec<Listed>,
    /// Why there is no verdict on the subject (`uncovered`, `inconclusive`, an `observed` case that is an error of the
    /// suite), or what the list of known failures says (`known`, `stale`).
    pub reason: Option<String>,
    /// The answer to the last step in short: `400 CodeMismatchException`.
    pub answer: Option<String>,
    /// The state afterwards, where it was read.
    pub state: BTreeMap<String, String>,
    /// The exchanges; empty for a pass.
    pub exchanges: Vec<ExchangeView>,
}

impl CaseReport {
    /// Whether the mismatch is listed among the known failures.
    pub fn is_listed(&self, mismatch: &Mismatch) -> bool {
        self.known.iter().any(|listed| {
            listed.requirement == mismatch.requirement
                && listed.aspect == mismatch.aspect
                && listed.got == mismatch.got
        })
    }
}

/// What stands for the endpoint where exchanges were judged that somebody else has recorded.
pub const AS_CAPTURED: &str = "as captured";

/// How the reason of a stale case ends that is observed and not judged.
pub const NOT_JUDGED_ANY_MORE: &str = "the case is not judged any more";

/// The header of a run.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RunHeader {
    /// The version of Countersign.
    pub countersign: String,
    /// The revision of the request model.
    pub revision: String,
    /// The subject's name, and its pinned version where it has one.
    pub subject: String,
    /// The endpoint. The report of a launched subject shows its port as `0`, since that differs from run to run.
    pub endpoint: String,
    /// The seed.
    pub seed: u64,
    /// The weakest attestation that fails the run.
    pub gate: String,
    /// The number of cases selected, over all rounds.
    pub cases: u64,
    /// How this run can be called again: the part of the command line between `countersign` and the flags;
    /// where it starts with `sdk `, the part after `countersign`.
    pub invocation: String,
    /// Which shard of a run it is, and of which run; `None` for a whole one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardOf>,
}

impl RunHeader {
    /// Whether the exchanges were recorded by somebody else: then there are no cases that could be sent again.
    pub fn is_captured(&self) -> bool {
        self.endpoint == AS_CAPTURED
    }

    /// The flags of the run, where it is one of an SDK.
    pub fn sdk_flags(&self) -> Option<&str> {
        self.invocation.strip_prefix("sdk ")
    }
}

/// What the harness itself cost, apart from the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timing {
    /// Wall-clock time from the start of the run.
    pub elapsed: Duration,
    /// From the start of the run to the first request on the wire.
    pub first_request: Duration,
    /// Requests sent, set-up included.
    pub requests: u64,
    /// The subject's latency of a ConfirmSignUp request: median.
    pub latency_p50: Duration,
    /// The same: 99th percentile.
    pub latency_p99: Duration,
    /// The same: longest.
    pub latency_max: Duration,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunEnd {
    /// Why the run ended before its last case, if it did.
    pub incomplete: Option<String>,
    /// What is wrong with the list of known failures by itself, each with file and line.
    pub known_problems: Vec<String>,
    /// The cases whose state was not judged, where there are some.
    pub state_not_judged: Option<StateNotJudged>,
    /// Times.
    pub timing: Timing,
}

/// Cases that were judged without the state after them, since the subject cannot be asked for it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StateNotJudged {
    /// How many, over all rounds.
    pub cases: u64,
    /// Why, as it was told of the first one.
    pub reason: String,
}

impl StateNotJudged {
    /// Both together.
    pub fn sum(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) => Some(Self { cases: one.cases.saturating_add(other.cases), ..one }),
            (one, other) => one.or(other),
        }
    }
}

/// Everything a reporter learns, in this order: one header, the cases as they end, one end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEvent {
    /// The run starts.
    Started(Box<RunHeader>),
    /// What was seen of a case, where that is asked for. Its verdict follows.
    CaseCaptured(Box<Capture>),
    /// A case has its verdict.
    CaseFinished(Box<CaseReport>),
    /// Something worth saying that is no verdict: progress of an installation, a clean-up that failed.
    Note(String),
    /// The run is over.
    Finished(Box<RunEnd>),
}

fn as_text<T: fmt::Display, S: serde::Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Reads a value that has a name.
pub(crate) fn from_text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    let text = <String as serde::Deserialize>::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}
