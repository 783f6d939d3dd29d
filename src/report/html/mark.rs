//! A sign for each verdict, so that none is told by its colour alone.

use super::Heat;
use crate::event::Verdict;

/// The sign of a verdict.
pub(super) const fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✓",
        Verdict::Mismatch => "✗",
        Verdict::Advisory => "!",
        Verdict::Known => "≡",
        Verdict::Stale => "↻",
        Verdict::Observed => "○",
        Verdict::Uncovered => "–",
        Verdict::Inconclusive => "?",
    }
}

/// What a verdict means.
pub(super) const fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "every judged aspect is as attested",
        Verdict::Mismatch => "an aspect differs that is attested well enough to fail the run",
        Verdict::Advisory => "an aspect differs, but its attestation lies below the gate",
        Verdict::Known => "a listed failure that still fails for the listed reason",
        Verdict::Stale => "a listed failure that passes or fails otherwise",
        Verdict::Observed => "nothing is attested: the answer was recorded and not judged",
        Verdict::Uncovered => "the subject cannot be brought into the state that the case needs",
        Verdict::Inconclusive => "set-up, transport or the harness itself stood in the way",
    }
}

/// What a cell of the heat map means, for the legend and for screen readers.
pub(super) const fn heat_meaning(heat: Heat) -> &'static str {
    match heat {
        Heat::Same => "as expected",
        Heat::Below => "differs, below the gate",
        Heat::Differs => "differs",
        Heat::Unattested => "nothing is attested",
        Heat::Open => "no verdict",
        Heat::None => "no such request",
    }
}

/// The sign of a cell of the heat map, as it stands before what came.
pub(super) const fn heat_mark(heat: Heat) -> &'static str {
    match heat {
        Heat::Same => "=",
        Heat::Below => "~",
        Heat::Differs => "≠",
        Heat::Unattested => "·",
        Heat::Open => "?",
        Heat::None => "–",
    }
}
