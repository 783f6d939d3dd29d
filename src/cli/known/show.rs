//! What a list comes to: for each entry its cases, and what a report says of them.

use crate::cli::exit::Exit;
use countersign::case::CaseId;
use countersign::event::{CaseReport, Verdict};
use countersign::judge::{Judgement, Values, judge_known};
use countersign::known::{Evidence, KnownFailure, KnownList, ListProblem, REASON_UNKNOWN};
use countersign::report::printable::line;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// So many cases are named.
const CASES_SHOWN: usize = 3;

/// A list, the ids of the suite, and what is wrong with the list by itself.
pub(super) struct Shown<'a> {
    pub(super) list: &'a KnownList,
    pub(super) ids: &'a BTreeSet<CaseId>,
    pub(super) problems: &'a [ListProblem],
}

impl Shown<'_> {
    /// Shows which cases each entry is for.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<Exit> {
        for entry in &self.list.0 {
            let cases = self.cases_of(entry);
            write_entry(out, entry)?;
            writeln!(out, "  {}", named(&cases))?;
        }
        self.write_problems(out)?;
        self.write_counts(out)?;
        Ok(if self.problems.is_empty() { Exit::Conformant } else { Exit::Stale })
    }

    /// Shows what became of the cases of each entry in a report, and what is not listed; says how its run ends with this
    /// list.
    pub(super) fn write_against(&self, out: &mut dyn Write, evidence: &Evidence<'_>) -> io::Result<Exit> {
        let judged: BTreeMap<&CaseId, Judgement> = evidence
            .cases
            .iter()
            .map(|report| {
                let judgement = judge_known(
                    self.list,
                    &report.id,
                    without_list(report, evidence),
                    evidence.gate,
                    if report.round == 0 { Values::AsListed } else { Values::Redrawn },
                );
                (&report.id, judgement)
            })
            .collect();
        for entry in &self.list.0 {
            self.write_held(out, entry, &judged)?;
        }
        let mut has_new = false;
        for (id, judgement) in &judged {
            if let (Verdict::Stale, Some(reason)) = (judgement.verdict, &judgement.reason) {
                writeln!(out, "STALE {id}  {}", line(reason))?;
            }
            if judgement.verdict == Verdict::Mismatch {
                has_new = true;
                write_new(out, id, judgement, evidence)?;
            }
        }
        self.write_problems(out)?;
        self.write_counts(out)?;
        let count = |verdict| judged.values().filter(|judgement| judgement.verdict == verdict).count();
        writeln!(
            out,
            "with this list: {} known, {} mismatch, {} stale",
            count(Verdict::Known),
            count(Verdict::Mismatch),
            count(Verdict::Stale)
        )?;
        let is_stale = count(Verdict::Stale) > 0 || !self.problems.is_empty();
        Ok(match () {
            () if has_new => Exit::Mismatch,
            () if is_stale => Exit::Stale,
            () => Exit::Conformant,
        })
    }

    fn cases_of(&self, entry: &KnownFailure) -> Vec<&CaseId> {
        self.ids.iter().filter(|id| entry.cases.takes(id)).collect()
    }

    /// An entry with the numbers of its cases by what the report says of them.
    fn write_held(
        &self,
        out: &mut dyn Write,
        entry: &KnownFailure,
        judged: &BTreeMap<&CaseId, Judgement>,
    ) -> io::Result<()> {
        let (mut holds, mut gone, mut unknown) = (0, Vec::new(), 0);
        for id in self.cases_of(entry) {
            match judged.get(id) {
                Some(judgement) if is_decided(judgement.verdict) => {
                    if judgement.mismatches.iter().any(|mismatch| entry.fits(mismatch)) {
                        holds += 1;
                    } else {
                        gone.push(id);
                    }
                }
                _ => unknown += 1,
            }
        }
        write_entry(out, entry)?;
        writeln!(out, "  {holds} fail so, {} do not, {unknown} had no verdict", gone.len())?;
        if gone.is_empty() { Ok(()) } else { writeln!(out, "  not any more: {}", named(&gone)) }
    }

    fn write_problems(&self, out: &mut dyn Write) -> io::Result<()> {
        self.problems.iter().try_for_each(|problem| writeln!(out, "STALE {}", line(&problem.to_string())))
    }

    fn write_counts(&self, out: &mut dyn Write) -> io::Result<()> {
        let entries = &self.list.0;
        let unexplained = entries.iter().filter(|entry| entry.reason == REASON_UNKNOWN).count();
        let cases = self.ids.iter().filter(|id| entries.iter().any(|entry| entry.cases.takes(id))).count();
        writeln!(
            out,
            "{} entries for {cases} of {} cases, {unexplained} without a reason yet, {} problems",
            entries.len(),
            self.ids.len(),
            self.problems.len()
        )
    }
}

fn is_decided(verdict: Verdict) -> bool {
    !matches!(verdict, Verdict::Uncovered | Verdict::Inconclusive)
}

/// What the judge had said before a list was held against it.
fn without_list(report: &CaseReport, evidence: &Evidence<'_>) -> Judgement {
    let gates = report.mismatches.iter().any(|mismatch| mismatch.attestation.gates(evidence.gate));
    let verdict = match report.verdict {
        Verdict::Known | Verdict::Stale | Verdict::Mismatch if gates => Verdict::Mismatch,
        Verdict::Known | Verdict::Stale if !report.mismatches.is_empty() => Verdict::Advisory,
        Verdict::Known | Verdict::Stale => Verdict::Pass,
        verdict => verdict,
    };
    let reason = report.reason.clone().filter(|_| !is_decided(verdict));
    Judgement { verdict, mismatches: report.mismatches.clone(), known: Vec::new(), reason }
}

fn write_entry(out: &mut dyn Write, entry: &KnownFailure) -> io::Result<()> {
    let KnownFailure { place, requirement, aspect, got, reason, link, expires, .. } = entry;
    writeln!(out, "{place}  {requirement} {aspect}, got {}", line(got))?;
    let until = expires.map(|last| format!(", until {last}")).unwrap_or_default();
    let link = link.as_ref().map(|link| format!(" ({})", line(link))).unwrap_or_default();
    writeln!(out, "  {}{link}{until}", line(reason))
}

/// What fails the run although there is a list.
fn write_new(
    out: &mut dyn Write,
    id: &CaseId,
    judgement: &Judgement,
    evidence: &Evidence<'_>,
) -> io::Result<()> {
    let new = judgement.mismatches.iter().filter(|mismatch| {
        let is_listed = judgement.known.iter().any(|listed| {
            listed.requirement == mismatch.requirement
                && listed.aspect == mismatch.aspect
                && listed.got == mismatch.got
        });
        mismatch.attestation.gates(evidence.gate) && !is_listed
    });
    for mismatch in new {
        let (requirement, aspect) = (&mismatch.requirement, mismatch.aspect);
        writeln!(out, "FAIL {id}  {requirement} {aspect}, got {}", line(&mismatch.got))?;
    }
    Ok(())
}

fn named(cases: &[&CaseId]) -> String {
    let shown: Vec<&str> = cases.iter().take(CASES_SHOWN).map(|id| id.as_str()).collect();
    let rest = cases.len() - shown.len();
    let rest = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    match cases.len() {
        0 => "no case".to_owned(),
        1 => format!("1 case: {}", line(&shown.join(", "))),
        count => format!("{count} cases: {}{rest}", line(&shown.join(", "))),
    }
}
