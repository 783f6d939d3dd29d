//! Counts and times what goes over the wire, so that the subject's latency can be told from the harness's own cost.

use crate::clock::Stopwatch;
use crate::event::Timing;
use crate::replay::pace::Pace;
use crate::replay::transport::Transport;
use crate::wire::{Delivery, Exchange, Request};
use hdrhistogram::Histogram;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// Latencies are kept with three significant digits; longer ones than this count as this.
const LATENCY_US_MAX: u64 = 120_000_000;

/// The counters of a run.
#[derive(Debug)]
pub struct Meter {
    start: Stopwatch,
    requests: Cell<u64>,
    first_request: Cell<Option<Duration>>,
    latencies: RefCell<Option<Histogram<u64>>>,
}

impl Meter {
    /// Starts measuring; `start` is the start of the run.
    pub fn new(start: Stopwatch) -> Self {
        Self {
            start,
            requests: Cell::new(0),
            first_request: Cell::new(None),
            latencies: RefCell::new(Histogram::new_with_max(LATENCY_US_MAX, 3).ok()),
        }
    }

    /// Counts a request that is about to be sent.
    fn count(&self) {
        self.requests.set(self.requests.get() + 1);
        if self.first_request.get().is_none() {
            self.first_request.set(Some(self.start.elapsed()));
        }
    }

    /// Notes the latency of a ConfirmSignUp request.
    pub fn note_latency(&self, latency: Duration) {
        if let Some(histogram) = self.latencies.borrow_mut().as_mut() {
            histogram.saturating_record(u64::try_from(latency.as_micros()).unwrap_or(LATENCY_US_MAX));
        }
    }

    /// The figures so far.
    pub fn timing(&self) -> Timing {
        let latencies = self.latencies.borrow();
        let at = |quantile| {
            latencies
                .as_ref()
                .map_or(Duration::ZERO, |found| Duration::from_micros(found.value_at_quantile(quantile)))
        };
        Timing {
            elapsed: self.start.elapsed(),
            first_request: self.first_request.get().unwrap_or_default(),
            requests: self.requests.get(),
            latency_p50: at(0.5),
            latency_p99: at(0.99),
            latency_max: at(1.0),
        }
    }
}

/// A transport that is counted, and slowed down where a rate is set.
#[derive(Debug)]
pub struct Metered<T> {
    inner: T,
    meter: Rc<Meter>,
    pace: Pace,
}

impl<T> Metered<T> {
    /// Wraps `inner`.
    pub fn new(inner: T, meter: Rc<Meter>, pace: Pace) -> Self {
        Self { inner, meter, pace }
    }
}

impl<T: Transport> Transport for Metered<T> {
    async fn send(&mut self, request: &Request) -> Exchange {
        self.pace.turn().await;
        self.meter.count();
        self.inner.send(request).await
    }

    async fn deliver(&mut self, request: &Request, delivery: Delivery) -> Exchange {
        self.pace.turn().await;
        self.meter.count();
        self.inner.deliver(request, delivery).await
    }
}
