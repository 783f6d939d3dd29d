//! Reads a report in the form that [`write_json`](super::write_json) gives it, for everything that is made out of reports
//! later: other forms, comparisons, the whole of several parts.
//!
//! What is read and written again is byte for byte the same. Members that this version does not know are passed over.

use super::aggregate::{CaseRecord, Ended, Recorded, Run, VerdictCounts};
use super::json::SCHEMA_VERSION;
use crate::case::{CaseId, Label, Layer};
use crate::event::{
    CaseReport, ExchangeView, Listed, Mismatch, RunHeader, StateNotJudged, Timing, Verdict, from_text,
};
use crate::requirement::RequirementId;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::time::Duration;

/// A longer report is not read, in bytes.
pub const REPORT_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// Why a report cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is too long.
    #[error("the report is longer than {REPORT_BYTES_MAX} bytes")]
    TooLong,
    /// It is no report of any version.
    #[error("no report of Countersign")]
    Form(#[from] serde_json::Error),
    /// It is a report of another version.
    #[error("the report has the schema version `{found}`; this version reads `{SCHEMA_VERSION}`")]
    Version {
        /// What it says.
        found: u64,
    },
    /// Two cases have the same id.
    #[error("the case `{0}` stands in the report twice")]
    Twice(CaseId),
}

/// Reads a report.
pub fn read_json(text: &[u8]) -> Result<Run, ReadError> {
    if text.len() > REPORT_BYTES_MAX {
        return Err(ReadError::TooLong);
    }
    let Versioned { schema_version } = serde_json::from_slice(text)?;
    if schema_version != u64::from(SCHEMA_VERSION) {
        return Err(ReadError::Version { found: schema_version });
    }
    let read: Report = serde_json::from_slice(text)?;
    let end = Ended {
        incomplete: read.incomplete,
        known_problems: read.known_problems,
        state_not_judged: read.state_not_judged,
        timing: read.timing.map(|times| times.timing()),
    };
    let records =
        read.cases.into_iter().enumerate().map(|(position, entry)| entry.record(position)).collect();
    Run::recorded(Recorded {
        header: read.header,
        records,
        executions: read.executions,
        unrecorded: read.unrecorded,
        end,
    })
    .map_err(ReadError::Twice)
}

#[derive(Deserialize)]
struct Versioned {
    schema_version: u64,
}

#[derive(Deserialize)]
struct Report {
    header: Option<RunHeader>,
    incomplete: Option<String>,
    executions: VerdictCounts,
    unrecorded: u64,
    #[serde(default)]
    known_problems: Vec<String>,
    state_not_judged: Option<StateNotJudged>,
    cases: Vec<Entry>,
    timing: Option<Times>,
}

#[derive(Deserialize)]
struct Entry {
    index: Option<usize>,
    #[serde(deserialize_with = "from_text")]
    id: CaseId,
    #[serde(deserialize_with = "from_text")]
    layer: Layer,
    requirements: Vec<String>,
    labels: Vec<String>,
    #[serde(deserialize_with = "from_text")]
    verdict: Verdict,
    scored: bool,
    round: u64,
    mismatches: Vec<Mismatch>,
    #[serde(default)]
    known: Vec<Listed>,
    reason: Option<String>,
    answer: Option<String>,
    state: BTreeMap<String, String>,
    exchanges: Vec<ExchangeView>,
    rounds: VerdictCounts,
}

impl Entry {
    fn record(self, position: usize) -> CaseRecord {
        CaseRecord {
            report: CaseReport {
                index: self.index.unwrap_or(position),
                round: self.round,
                id: self.id,
                layer: self.layer,
                requirements: self.requirements.into_iter().map(RequirementId).collect(),
                labels: self.labels.into_iter().map(Label::from).collect(),
                verdict: self.verdict,
                scored: self.scored,
                mismatches: self.mismatches,
                known: self.known,
                reason: self.reason,
                answer: self.answer,
                state: self.state,
                exchanges: self.exchanges,
            },
            rounds: self.rounds,
        }
    }
}

#[derive(Deserialize)]
struct Times {
    elapsed_ns: u64,
    first_request_ns: u64,
    requests: u64,
    latency_p50_ns: u64,
    latency_p99_ns: u64,
    latency_max_ns: u64,
}

impl Times {
    fn timing(&self) -> Timing {
        Timing {
            elapsed: Duration::from_nanos(self.elapsed_ns),
            first_request: Duration::from_nanos(self.first_request_ns),
            requests: self.requests,
            latency_p50: Duration::from_nanos(self.latency_p50_ns),
            latency_p99: Duration::from_nanos(self.latency_p99_ns),
            latency_max: Duration::from_nanos(self.latency_max_ns),
        }
    }
}

impl<'de> Deserialize<'de> for VerdictCounts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let named = BTreeMap::<String, u64>::deserialize(deserializer)?;
        let mut counts = Self::default();
        for (name, count) in named {
            counts.set(name.parse().map_err(serde::de::Error::custom)?, count);
        }
        Ok(counts)
    }
}
