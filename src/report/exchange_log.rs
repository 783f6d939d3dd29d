//! The exchange log: everything that was seen of every case, a line each as it ends, so that a run that is cut loses
//! nothing. Its form is specified at its reader, [`grade`](../grade/index.html).

use super::Reporter;
use super::json::line;
use crate::capture::Capture;
use crate::event::{RunEvent, RunHeader};
use serde::Serialize;
use std::io::{self, Write};

/// The version of the form.
pub const EXCHANGE_LOG_VERSION: u32 = 1;

/// A line of the log.
#[derive(Serialize)]
#[serde(untagged)]
enum Line<'a> {
    Head { exchange_log: u32, header: &'a RunHeader },
    Case(&'a Capture),
    End { end: End<'a> },
}

#[derive(Serialize)]
struct End<'a> {
    incomplete: Option<&'a str>,
}

/// Writes the log.
pub struct ExchangeLog<W>(W);

impl<W: Write> ExchangeLog<W> {
    /// A log into `out`, which is flushed after each line.
    pub fn new(out: W) -> Self {
        Self(out)
    }

    fn line(&mut self, content: &Line<'_>) -> io::Result<()> {
        line(&mut self.0, content)?;
        self.0.flush()
    }
}

impl<W: Write> Reporter for ExchangeLog<W> {
    fn event(&mut self, event: &RunEvent) -> io::Result<()> {
        match event {
            RunEvent::Started(header) => {
                self.line(&Line::Head { exchange_log: EXCHANGE_LOG_VERSION, header })
            }
            RunEvent::CaseCaptured(capture) => self.line(&Line::Case(capture)),
            RunEvent::Finished(end) => {
                self.line(&Line::End { end: End { incomplete: end.incomplete.as_deref() } })
            }
            RunEvent::CaseFinished(_) | RunEvent::Note(_) => Ok(()),
        }
    }
}
