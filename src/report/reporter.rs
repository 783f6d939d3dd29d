//! What receives events, and what is written once they have all arrived.

use super::Run;
use crate::event::RunEvent;
use std::io;

/// Something that is told what happens during a run.
pub trait Reporter {
    /// Takes one event. An error says that the report could not be written; it never says anything about the subject.
    fn event(&mut self, event: &RunEvent) -> io::Result<()>;
}

/// Something that is written once, from the whole run.
pub trait Document {
    /// Writes it.
    fn write(&mut self, run: &Run) -> io::Result<()>;
}

/// Whether reports say how long the run took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Times {
    /// They do.
    #[default]
    Told,
    /// They do not, so that the same run gives the same bytes.
    LeftOut,
}

/// The reporter of a run: keeps the [`Run`], passes every event on to the live reporters, and writes the documents
/// when the run ends.
#[derive(Default)]
pub struct Recorder<'a> {
    run: Run,
    times: Times,
    live: Vec<Box<dyn Reporter + 'a>>,
    documents: Vec<Box<dyn Document + 'a>>,
}

impl<'a> Recorder<'a> {
    /// A recorder with neither live reporters nor documents.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says whether documents tell the times.
    #[must_use]
    pub fn with_times(mut self, times: Times) -> Self {
        self.times = times;
        self
    }

    /// Adds a reporter that is told of every event as it happens.
    #[must_use]
    pub fn with_live(mut self, reporter: impl Reporter + 'a) -> Self {
        self.live.push(Box::new(reporter));
        self
    }

    /// Adds a document. Documents are written in the order in which they were added.
    #[must_use]
    pub fn with_document(mut self, document: impl Document + 'a) -> Self {
        self.documents.push(Box::new(document));
        self
    }

    /// What the run came to so far.
    pub fn run(&self) -> &Run {
        &self.run
    }
}

impl Reporter for Recorder<'_> {
    /// Every reporter and every document gets its turn, even when one before it failed; the first error is returned.
    fn event(&mut self, event: &RunEvent) -> io::Result<()> {
        self.run.add(event);
        let mut result = Ok(());
        for reporter in &mut self.live {
            result = result.and(reporter.event(event));
        }
        if matches!(event, RunEvent::Finished(_)) {
            if self.times == Times::LeftOut {
                self.run.leave_out_times();
            }
            for document in &mut self.documents {
                result = result.and(document.write(&self.run));
            }
        }
        result
    }
}
