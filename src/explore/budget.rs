//! What making one finding smaller may cost.

use crate::clock::Stopwatch;
use std::time::Duration;

/// Making one finding smaller ends after so many runs.
pub const SHRINK_RUNS_MAX: usize = 400;

/// It ends after this time as well: a hang costs the time limit of each request.
pub const SHRINK_TIME_MAX: Duration = Duration::from_secs(20);

/// Runs, and the time for them.
#[derive(Debug)]
pub(super) struct Budget {
    runs: usize,
    time: Duration,
    watch: Stopwatch,
}

impl Budget {
    /// So many runs, within [`SHRINK_TIME_MAX`].
    pub(super) fn new(runs: usize) -> Self {
        Self { runs, time: SHRINK_TIME_MAX, watch: Stopwatch::start() }
    }

    pub(super) fn is_spent(&self) -> bool {
        self.runs == 0 || self.watch.elapsed() >= self.time
    }

    /// Takes one run; false where there is none left.
    pub(super) fn take(&mut self) -> bool {
        let is_left = !self.is_spent();
        self.runs = self.runs.saturating_sub(1);
        is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_and_time_ends() {
        let mut two = Budget::new(2);
        assert_eq!([(); 3].map(|()| two.take()), [true, true, false]);
        let mut late = Budget { time: Duration::ZERO, ..Budget::new(2) };
        assert!(late.is_spent() && !late.take());
    }
}
