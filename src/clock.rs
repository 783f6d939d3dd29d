//! The one place that reads real time. Everything else is given a time or a duration.

use std::time::{Duration, Instant};

/// A point in time that durations are measured from.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since [`Self::start`].
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The current date, in UTC.
pub fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date()
}

/// The current wall-clock time in whole seconds since 1970-01-01T00:00:00Z.
pub fn unix_seconds() -> i64 {
    jiff::Timestamp::now().as_second()
}
