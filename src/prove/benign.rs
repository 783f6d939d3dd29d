//! Servers that differ from the reference server in what nothing is attested of, or in what AWS has been seen to do as
//! well. A suite that fails one of them fails somebody for something that AWS is not known to do.

use super::arena::{Arena, Subject};
use super::door::{Asking, Door, Doorway, Open};
use super::{ProveError, pool, variant};
use crate::case::CaseId;
use crate::event::Verdict;
use crate::harness::Select;
use crate::reference::Fault;
use crate::wire::{Request, Response, WireFault};
use std::sync::Arc;

/// A server that is right in another way.
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    /// Its name.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub what: &'static str,
    /// Why that is right: a row of the evidence, or the requirement that leaves it open.
    pub since: &'static str,
    /// How it differs.
    pub site: Difference,
}

/// How a variant differs.
#[derive(Debug, Clone, Copy)]
pub enum Difference {
    /// In the server.
    Server(Fault),
    /// In how its answers are written.
    Answer(fn(&Request, &mut Response)),
}

impl Variant {
    /// All that are built in.
    pub fn all() -> Vec<Self> {
        variant::all()
    }
}

/// What the suite says of benign variants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Benign {
    /// One entry for each variant, in their order.
    pub outcomes: Vec<Tolerance>,
}

/// What the suite says of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tolerance {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub what: &'static str,
    /// Why that is right.
    pub since: &'static str,
    /// Cases without a verdict of which it is the cause: `mismatch` and `inconclusive`.
    pub wronged: Vec<CaseId>,
    /// Cases that differ below the gate.
    pub noted: usize,
}

impl Benign {
    /// Runs the default suite against each of `variants`.
    pub fn of(variants: &[Variant]) -> Result<Self, ProveError> {
        Ok(Self { outcomes: pool::each(variants, measure)? })
    }

    /// Whether none has a mismatch.
    pub fn holds(&self) -> bool {
        !self.outcomes.is_empty() && self.outcomes.iter().all(|outcome| outcome.wronged.is_empty())
    }
}

fn measure(arena: &Arena, variant: &Variant) -> Result<Tolerance, ProveError> {
    let (doorway, fault): (Doorway, _) = match variant.site {
        Difference::Server(fault) => (Arc::new(|| Box::new(Open)), Some(fault)),
        Difference::Answer(write) => (Arc::new(move || Box::new(Rewritten(write))), None),
    };
    let subject = Subject { doorway: &doorway, fault, select: Select::everything() };
    let trial = arena.run(&subject, &|_| true)?;
    let of = |verdict: Verdict| trial.cases.iter().filter(move |report| report.verdict == verdict);
    let wronged = of(Verdict::Mismatch).chain(of(Verdict::Inconclusive)).map(|report| report.id.clone());
    Ok(Tolerance {
        name: variant.name,
        what: variant.what,
        since: variant.since,
        wronged: wronged.collect(),
        noted: of(Verdict::Advisory).count(),
    })
}

/// The right answer, written in another way.
struct Rewritten(fn(&Request, &mut Response));

impl Door for Rewritten {
    fn answer(
        &mut self,
        request: &Request,
        reference: &mut dyn FnMut(Asking) -> Response,
    ) -> Result<Response, WireFault> {
        let mut answer = reference(Asking::Really);
        (self.0)(request, &mut answer);
        Ok(answer)
    }
}
