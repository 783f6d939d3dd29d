//! What was seen of one case, as data that outlives the run: enough to judge it again. Late-bound values stand as
//! placeholders and secrets are redacted, as in every report. Knows neither expectations nor verdicts' making.

use crate::case::{CaseId, Label, Layer};
use crate::event::{Verdict, from_text};
use crate::template::Bindings;
use crate::wire::{Response, WireFault, escape};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// Everything that was seen of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// Its id.
    #[serde(serialize_with = "as_text", deserialize_with = "from_text")]
    pub case: CaseId,
    /// Its place in the suite, from 0.
    pub index: usize,
    /// The round of a run that repeats its generation.
    pub round: u64,
    /// Its layer.
    #[serde(serialize_with = "as_text", deserialize_with = "from_text")]
    pub layer: Layer,
    /// The labels of each step.
    #[serde(serialize_with = "labels_as_text", deserialize_with = "labels_from_text")]
    pub labels: Vec<Vec<Label>>,
    /// The runs of it: one, and one more for each confirmation of a failure.
    pub runs: Vec<CapturedRun>,
}

/// One run of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CapturedRun {
    /// It came to an answer.
    Seen(Box<Seen>),
    /// It did not.
    Failed(Failed),
    /// It was left out, since it would have used up the one user there is.
    LeftOut(Failed),
}

/// What stood in the way of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    /// `uncovered` or `inconclusive`.
    #[serde(serialize_with = "as_text", deserialize_with = "from_text")]
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// What stands for the values that messages may repeat.
    pub values: Values,
    /// One exchange a step.
    pub steps: Vec<CapturedExchange>,
    /// The state afterwards, where it was read.
    pub state: Option<BTreeMap<String, String>>,
    /// The same request without the defect.
    pub twin: CapturedTwin,
    /// The other side of a relation.
    pub other: Option<CapturedOther>,
    /// Why a state could not be read that the verdict depends on: `uncovered` where the subject has no way to tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<Failed>,
}

/// The values that messages may repeat, as they stand in the answers: as placeholders, and as they are where they are too
/// short to be replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Values {
    /// The id of the app client.
    pub client_id: String,
    /// The user's name.
    pub username: String,
    /// The id of the user pool; empty where it is not known.
    pub pool_id: String,
    /// The user's e-mail address, where there is one.
    pub email: Option<String>,
}

impl Values {
    /// Those of a user.
    pub fn of(bindings: &Bindings) -> Self {
        Self {
            client_id: bindings.redact(&bindings.client_id),
            username: bindings.redact(&bindings.username),
            pool_id: bindings.redact(&bindings.pool_id),
            email: bindings.email.as_deref().map(|email| bindings.redact(email)),
        }
    }
}

/// A twin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CapturedTwin {
    /// It was not needed.
    NotNeeded,
    /// The accepted case of the run is the twin of all.
    Deferred,
    /// It was sent.
    Sent {
        /// What went over the wire.
        exchange: Box<CapturedExchange>,
        /// Whether it must be accepted, or only answered otherwise.
        must_be_accepted: bool,
        /// The state after it, where it was read.
        state: Option<BTreeMap<String, String>>,
    },
    /// It could not be sent.
    Failed(Failed),
}

/// The other side of a relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CapturedOther {
    /// It was sent.
    Sent {
        /// What went over the wire, in order.
        exchanges: Vec<CapturedExchange>,
        /// The state after it, where it was read.
        state: Option<BTreeMap<String, String>>,
    },
    /// It could not be sent.
    Failed(Failed),
}

/// One request and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapturedExchange {
    /// The request.
    pub request: CapturedRequest,
    /// The answer.
    pub answer: CapturedAnswer,
}

/// A header line, name and value escaped.
pub type CapturedHeader = (String, String);

/// A request as template text, escaped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CapturedRequest {
    /// With the ordinary parts.
    Formed {
        /// The method.
        method: String,
        /// The request target.
        target: String,
        /// The header lines, in wire order.
        headers: Vec<CapturedHeader>,
        /// The body.
        body: String,
    },
    /// Bytes as they were written.
    Raw {
        /// The bytes.
        raw: String,
    },
}

/// An answer, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CapturedAnswer {
    /// An answer, escaped.
    Response {
        /// The status.
        status: u16,
        /// The reason phrase.
        reason: String,
        /// The header lines, in wire order.
        headers: Vec<CapturedHeader>,
        /// The body.
        body: String,
    },
    /// There is none.
    Fault {
        /// Why.
        fault: CapturedFault,
    },
}

/// Why there is no answer: a [`WireFault`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields are those of `WireFault`, which documents them")]
pub enum CapturedFault {
    Unreachable { reason: String },
    Tls { reason: String },
    TimedOut { limit_ms: u64, received: usize },
    Closed { received: usize },
    HeadTooLong { limit: usize },
    BodyTooLong { limit: usize },
    NotHttp { offset: usize, reason: String },
}

impl CapturedAnswer {
    /// An answer without the values of `bindings`.
    pub fn of(answer: &Result<Response, WireFault>, bindings: &Bindings) -> Self {
        let text = |bytes: &[u8]| redacted(bytes, bindings);
        match answer {
            Ok(response) => Self::Response {
                status: response.status,
                reason: text(&response.reason),
                headers: response.headers.iter().map(|it| (text(&it.name), text(&it.value))).collect(),
                body: text(&response.body),
            },
            Err(fault) => Self::Fault { fault: CapturedFault::of(fault) },
        }
    }
}

/// `bytes` escaped, every value of the case replaced by its placeholder.
fn redacted(bytes: &[u8], bindings: &Bindings) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => escape(bindings.redact(text).as_bytes()),
        // Bytes that are not UTF-8 are escaped first, so that nothing is lost by the redaction.
        Err(_) => bindings.redact(&escape(bytes)),
    }
}

impl CapturedFault {
    fn of(fault: &WireFault) -> Self {
        match fault.clone() {
            WireFault::Unreachable { reason } => Self::Unreachable { reason },
            WireFault::Tls { reason } => Self::Tls { reason },
            WireFault::TimedOut { limit_ms, received } => Self::TimedOut { limit_ms, received },
            WireFault::Closed { received } => Self::Closed { received },
            WireFault::HeadTooLong { limit } => Self::HeadTooLong { limit },
            WireFault::BodyTooLong { limit } => Self::BodyTooLong { limit },
            WireFault::NotHttp { offset, reason } => Self::NotHttp { offset, reason },
        }
    }
}

impl From<CapturedFault> for WireFault {
    fn from(fault: CapturedFault) -> Self {
        match fault {
            CapturedFault::Unreachable { reason } => Self::Unreachable { reason },
            CapturedFault::Tls { reason } => Self::Tls { reason },
            CapturedFault::TimedOut { limit_ms, received } => Self::TimedOut { limit_ms, received },
            CapturedFault::Closed { received } => Self::Closed { received },
            CapturedFault::HeadTooLong { limit } => Self::HeadTooLong { limit },
            CapturedFault::BodyTooLong { limit } => Self::BodyTooLong { limit },
            CapturedFault::NotHttp { offset, reason } => Self::NotHttp { offset, reason },
        }
    }
}

fn as_text<T: std::fmt::Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

#[expect(clippy::ptr_arg, reason = "serde hands in the field as it is")]
fn labels_as_text<S: Serializer>(labels: &Vec<Vec<Label>>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(labels.iter().map(|step| step.iter().map(Label::as_str).collect::<Vec<_>>()))
}

fn labels_from_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<Label>>, D::Error> {
    let steps = Vec::<Vec<String>>::deserialize(deserializer)?;
    Ok(steps.into_iter().map(|step| step.into_iter().map(Label::from).collect()).collect())
}
