//! Holds a judgement against the list of known failures. Nothing after this changes a verdict.

use super::judgement::Judgement;
use crate::case::CaseId;
use crate::event::{Listed, Mismatch, NOT_JUDGED_ANY_MORE, Verdict};
use crate::known::{KnownFailure, KnownList};
use crate::requirement::Attestation;

/// Which values a case was run with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// Those that the list was written for: the first round.
    AsListed,
    /// Others: a later round. A listed failure need not show with them.
    Redrawn,
}

/// What the judgement on a case comes to with the list. By the first of these that holds:
///
/// 1. Nothing of the list speaks of the case, or the subject got no verdict: it stays as it is.
/// 2. A mismatch that reaches the `gate` is not listed, beside one that is: `mismatch`. The new one is told apart by
///    not being under `known`.
/// 3. Such a mismatch is there and no listed one: the case fails otherwise than listed, `stale`.
/// 4. A listed mismatch is not there any more: `stale`, whether the case passes now or only fails in fewer ways.
/// 5. All that reaches the gate is listed: `known`.
/// 6. What is listed lies below the gate: as it is.
///
/// Where the values are redrawn, an entry only excuses: what is not listed is a `mismatch`, and nothing is `stale`.
pub fn judge_known(
    list: &KnownList,
    id: &CaseId,
    judgement: Judgement,
    gate: Attestation,
    values: Values,
) -> Judgement {
    let entries: Vec<&KnownFailure> = list.of(id).collect();
    let is_judged = !matches!(judgement.verdict, Verdict::Uncovered | Verdict::Inconclusive);
    if entries.is_empty() || !is_judged {
        return judgement;
    }
    let entry_of = |mismatch: &Mismatch| entries.iter().find(|entry| entry.fits(mismatch));
    let listed = |mismatch: &Mismatch| entry_of(mismatch).map(|entry| entry.listed(&mismatch.got));
    let known: Vec<Listed> = judgement.mismatches.iter().filter_map(listed).collect();
    let new: Vec<&Mismatch> = judgement
        .mismatches
        .iter()
        .filter(|mismatch| mismatch.attestation.gates(gate) && entry_of(mismatch).is_none())
        .collect();
    let gone: Vec<&KnownFailure> = entries
        .iter()
        .filter(|entry| !judgement.mismatches.iter().any(|mismatch| entry.fits(mismatch)))
        .copied()
        .collect();
    let (verdict, reason) = match () {
        () if !new.is_empty() && (!known.is_empty() || values == Values::Redrawn) => {
            (Verdict::Mismatch, judgement.reason)
        }
        () if !new.is_empty() => (Verdict::Stale, Some(told(&gone, &otherwise(&new)))),
        () if !gone.is_empty() && values == Values::AsListed => {
            (Verdict::Stale, Some(told(&gone, now(judgement.verdict, &known))))
        }
        () if judgement.verdict == Verdict::Mismatch => (Verdict::Known, Some(reasons(&known))),
        () => (judgement.verdict, judgement.reason),
    };
    Judgement { verdict, known, reason, ..judgement }
}

/// Every entry that does not hold, and what became of the case instead.
fn told(gone: &[&KnownFailure], instead: &str) -> String {
    let entry = |entry: &&KnownFailure| {
        let KnownFailure { place, requirement, aspect, got, .. } = entry;
        format!("{place} lists {requirement} {aspect} with `{}`", got.trim_matches('`'))
    };
    format!("{}: {instead}", gone.iter().map(entry).collect::<Vec<_>>().join("; "))
}

fn now(verdict: Verdict, known: &[Listed]) -> &'static str {
    match verdict {
        _ if !known.is_empty() => "that is gone, while the case still fails as listed elsewhere",
        Verdict::Pass => "the case passes",
        Verdict::Advisory => "the case differs only below the gate",
        Verdict::Observed => NOT_JUDGED_ANY_MORE,
        Verdict::Mismatch | Verdict::Known | Verdict::Stale | Verdict::Uncovered | Verdict::Inconclusive => {
            "the case does not fail so"
        }
    }
}

fn otherwise(new: &[&Mismatch]) -> String {
    let one = |mismatch: &&Mismatch| {
        let Mismatch { requirement, aspect, got, .. } = mismatch;
        format!("{requirement} {aspect} with `{}`", got.trim_matches('`'))
    };
    format!("the case fails otherwise, {}", new.iter().map(one).collect::<Vec<_>>().join("; "))
}

/// The reasons of the entries, each once.
fn reasons(known: &[Listed]) -> String {
    let mut reasons: Vec<&str> = Vec::new();
    for listed in known {
        if !reasons.contains(&listed.reason.as_str()) {
            reasons.push(&listed.reason);
        }
    }
    reasons.join("; ")
}

#[cfg(test)]
mod tests;
