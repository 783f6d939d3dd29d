//! How many requests a second leave, over all workers together.

use crate::clock::Stopwatch;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// How much of the time that nobody used may be caught up with. It covers the millisecond grain of timers; after a longer
/// pause requests are spaced out again, so that a slow subject is not met with a burst when it recovers.
const CATCH_UP: Duration = Duration::from_millis(10);

/// Hands out departure times one interval apart. Pure: it is told the time.
#[derive(Debug)]
struct Slots {
    interval: Duration,
    next: Duration,
}

impl Slots {
    /// Books the next departure and returns how long it is until then.
    fn book(&mut self, now: Duration) -> Duration {
        let departure = self.next.max(now.saturating_sub(CATCH_UP));
        self.next = departure.saturating_add(self.interval);
        departure.saturating_sub(now)
    }
}

/// The slowest pace: one request an hour.
const INTERVAL_MAX: Duration = Duration::from_hours(1);

/// A limit on requests a second, shared by cloning among the workers of one thread.
#[derive(Debug, Clone)]
pub struct Pace(Option<Rc<Shared>>);

#[derive(Debug)]
struct Shared {
    stopwatch: Stopwatch,
    slots: RefCell<Slots>,
}

impl Pace {
    /// No limit.
    pub fn unlimited() -> Self {
        Self(None)
    }

    /// At most `rate` requests a second, evenly spaced; a rate that is no number above 0 counts as the slowest.
    pub fn per_second(rate: f64) -> Self {
        Self(Some(Rc::new(Shared {
            stopwatch: Stopwatch::start(),
            slots: RefCell::new(Slots {
                interval: Duration::try_from_secs_f64(1.0 / rate).unwrap_or(INTERVAL_MAX).min(INTERVAL_MAX),
                next: Duration::ZERO,
            }),
        })))
    }

    /// Waits for the next departure. A worker holds at most one, so the wait is at most as many intervals as there are
    /// workers. Dropping the future wastes its departure.
    pub async fn turn(&self) {
        let Some(shared) = &self.0 else { return };
        let wait = shared.slots.borrow_mut().book(shared.stopwatch.elapsed());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn slots(interval: Duration) -> Slots {
        Slots { interval, next: Duration::ZERO }
    }

    #[test]
    fn departures_booked_at_once_are_one_interval_apart() {
        let mut slots = slots(20 * MS);
        let waits: Vec<_> = (0..4).map(|_| slots.book(Duration::ZERO)).collect();
        assert_eq!(waits, [Duration::ZERO, 20 * MS, 40 * MS, 60 * MS]);
    }

    #[test]
    fn a_late_request_is_caught_up_with_so_that_the_rate_holds() {
        let mut slots = slots(5 * MS);
        assert_eq!(slots.book(Duration::ZERO), Duration::ZERO);
        assert_eq!(slots.book(9 * MS), Duration::ZERO);
        assert_eq!(slots.book(9 * MS), 1 * MS);
    }

    #[test]
    fn a_long_pause_is_not_followed_by_a_burst() {
        let mut slots = slots(5 * MS);
        let at_once = (0..10).filter(|_| slots.book(10_000 * MS).is_zero()).count();
        assert_eq!(at_once, 3);
    }

    #[test]
    fn clones_share_one_limit_and_none_waits_without_one() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let pace = Pace::per_second(200.0);
        let stopwatch = Stopwatch::start();
        runtime.block_on(async {
            for _ in 0..5 {
                pace.turn().await;
                pace.clone().turn().await;
            }
            for _ in 0..100_000 {
                Pace::unlimited().turn().await;
            }
        });
        // Ten departures 5 ms apart, less what may be caught up with.
        assert!(stopwatch.elapsed() + CATCH_UP >= 45 * MS);
    }
}
