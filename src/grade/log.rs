//! Reads an exchange log. See the [module](super) for its form.

use super::GradeError;
use crate::capture::Capture;
use crate::case::CaseId;
use crate::event::RunHeader;
use crate::report::EXCHANGE_LOG_VERSION;
use crate::wire::escape;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

/// A longer log is not read, in bytes.
pub const LOG_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// What an exchange log holds.
#[derive(Debug)]
pub struct Log {
    /// The header of the run.
    pub header: RunHeader,
    /// The cases, in the order in which they ended, each with its line.
    pub captures: Vec<(usize, Capture)>,
    /// Why the run, or what is left of its log, ends before its last case.
    pub incomplete: Option<String>,
}

#[derive(Deserialize)]
struct Head {
    exchange_log: u64,
    header: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    end: EndOf,
}

#[derive(Deserialize)]
struct EndOf {
    incomplete: Option<String>,
}

/// A line with its number, from 1, and its offset.
struct Line<'t> {
    text: &'t [u8],
    number: usize,
    offset: usize,
}

impl Line<'_> {
    fn read<T: DeserializeOwned>(&self) -> Result<T, GradeError> {
        serde_json::from_slice(self.text).map_err(|error| self.wrong(&error))
    }

    fn wrong(&self, error: &serde_json::Error) -> GradeError {
        let text = error.to_string();
        let reason = text.split(" at line ").next().unwrap_or_default();
        GradeError::Line {
            line: self.number,
            offset: self.offset + error.column().saturating_sub(1),
            reason: escape(reason.as_bytes()),
        }
    }
}

/// Reads a log.
pub fn read_log(bytes: &[u8]) -> Result<Log, GradeError> {
    if bytes.len() > LOG_BYTES_MAX {
        return Err(GradeError::TooLong { limit: LOG_BYTES_MAX });
    }
    let (whole, is_cut) = match bytes.iter().rposition(|byte| *byte == b'\n') {
        Some(at) => (bytes.get(..=at).unwrap_or_default(), at + 1 < bytes.len()),
        None => (bytes, false),
    };
    let mut lines = lines(whole);
    let head = lines.next().ok_or_else(|| GradeError::Form { reason: "it is empty".to_owned() })?;
    let Head { exchange_log, header } = head.read()?;
    if exchange_log != u64::from(EXCHANGE_LOG_VERSION) {
        return Err(GradeError::Version { found: exchange_log });
    }
    let header = serde_json::from_value(header).map_err(|error| head.wrong(&error))?;
    let mut log = Log { header, captures: Vec::new(), incomplete: None };
    let mut seen: BTreeSet<(CaseId, u64)> = BTreeSet::new();
    let mut end = None;
    for line in lines {
        let again = |reason: &str| GradeError::Line {
            line: line.number,
            offset: line.offset,
            reason: reason.to_owned(),
        };
        if end.is_some() {
            return Err(again("the log goes on after its end"));
        }
        if line.text.starts_with(b"{\"end\"") {
            end = Some(line.read::<End>()?.end);
            continue;
        }
        let capture: Capture = line.read()?;
        if !seen.insert((capture.case.clone(), capture.round)) {
            return Err(again("the case stands in the log twice"));
        }
        log.captures.push((line.number, capture));
    }
    log.incomplete = match end {
        Some(end) => end.incomplete,
        None if is_cut => Some("the exchange log ends in the middle of a line".to_owned()),
        None => Some("the exchange log has no end: its run was cut".to_owned()),
    };
    Ok(log)
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut offset = 0;
    bytes
        .split(|byte| *byte == b'\n')
        .enumerate()
        .map(move |(index, text)| {
            let line = Line { text, number: index + 1, offset };
            offset += text.len() + 1;
            line
        })
        .filter(|line| !line.text.is_empty())
}
