//! The end report for people: what fails grouped by requirement, what is worth a look, what could not be judged, and
//! the counts.

use super::case_text::{Palette, field, list, write_exchange, write_mismatch};
use super::{CaseRecord, Document, Run, Score, shell};
use crate::case::CaseId;
use crate::event::{CaseReport, Listed, Mismatch, RunHeader, StateNotJudged, Timing, Verdict};
use crate::requirement::{Attestation, RequirementId};
use crate::seed::Seed;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

/// The number of cases shown in each group unless all of them are asked for.
pub const CASES_SHOWN: usize = 3;

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// What fails, and the counts.
    Quiet,
    /// Besides, what is worth a look; the first [`CASES_SHOWN`] cases of each group.
    #[default]
    Normal,
    /// Every case of every group, with both sides of its exchanges, and differences that are only inferred.
    Verbose,
}

/// The curl command that sends the last step of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurlLine {
    /// The command.
    pub command: String,
    /// How many steps the case has.
    pub steps: usize,
}

/// The curl command of a case, where there is one.
pub type CurlLookup<'a> = dyn Fn(&CaseId) -> Option<CurlLine> + 'a;

/// What the report needs to know besides the events.
pub struct Lookup<'a> {
    /// The sentence of a requirement.
    pub sentence: &'a dyn Fn(&RequirementId) -> String,
    /// A curl command that sends the case, where one is wanted.
    pub curl: Option<&'a CurlLookup<'a>>,
    /// The best server that understands nothing, and how many of the scored cases it passes: the floor under a score.
    pub null_server: Option<(String, u64)>,
}

/// Writes the end report.
pub struct Terminal<'a, W> {
    out: W,
    palette: Palette,
    detail: Detail,
    lookup: Lookup<'a>,
}

impl<'a, W: Write> Terminal<'a, W> {
    /// A report into `out`.
    pub fn new(out: W, palette: Palette, detail: Detail, lookup: Lookup<'a>) -> Self {
        Self { out, palette, detail, lookup }
    }
}

impl<W: Write> Document for Terminal<'_, W> {
    fn write(&mut self, run: &Run) -> io::Result<()> {
        let cases = run.cases();
        if let Some(header) = run.header() {
            self.write_header(header)?;
        }
        self.write_failures(run.header(), &cases)?;
        self.write_stale(&cases, run.known_problems())?;
        if self.detail != Detail::Quiet {
            self.write_advisories(run.header(), &cases)?;
            self.write_without_verdict(&cases, Verdict::Uncovered)?;
            self.write_without_verdict(&cases, Verdict::Observed)?;
        }
        if self.detail == Detail::Verbose {
            self.write_without_verdict(&cases, Verdict::Known)?;
        }
        self.write_without_verdict(&cases, Verdict::Inconclusive)?;
        self.write_counts(run)?;
        self.out.flush()
    }
}

/// A case, and those of its mismatches that belong to one group.
pub(super) type Failing<'r> = (&'r CaseReport, Vec<&'r Mismatch>);

/// Which mismatches a section is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Those that fail the run.
    Gating,
    /// Those below the gate.
    Advisory,
}

/// Whether the mismatch stands among the failures. The judge has decided whether the *case* fails; a failing case has
/// other mismatches besides, which are told apart by the gate of the run.
pub(super) fn section(
    report: &CaseReport,
    mismatch: &Mismatch,
    gate: Option<Attestation>,
) -> Option<Section> {
    match report.verdict {
        // What is listed does not fail the run; what came on top of it does.
        Verdict::Mismatch if report.is_listed(mismatch) => None,
        Verdict::Mismatch => {
            let gates = |mismatch: &Mismatch| gate.is_none_or(|gate| mismatch.attestation.gates(gate));
            let is_gating = gates(mismatch) || !report.mismatches.iter().any(gates);
            Some(if is_gating { Section::Gating } else { Section::Advisory })
        }
        Verdict::Advisory => Some(Section::Advisory),
        Verdict::Pass
        | Verdict::Known
        | Verdict::Stale
        | Verdict::Observed
        | Verdict::Uncovered
        | Verdict::Inconclusive => None,
    }
}

/// The mismatches of one section, by requirement.
pub(super) fn grouped<'r>(
    cases: &[&'r CaseRecord],
    gate: Option<Attestation>,
    wanted: Section,
) -> BTreeMap<&'r RequirementId, Vec<Failing<'r>>> {
    let mut groups: BTreeMap<&RequirementId, Vec<Failing<'_>>> = BTreeMap::new();
    for CaseRecord { report, .. } in cases {
        for mismatch in &report.mismatches {
            if section(report, mismatch, gate) != Some(wanted) {
                continue;
            }
            let group = groups.entry(&mismatch.requirement).or_default();
            match group.last_mut() {
                Some((last, mismatches)) if last.id == report.id => mismatches.push(mismatch),
                _ => group.push((report, vec![mismatch])),
            }
        }
    }
    groups
}

/// The gate of a run.
pub(super) fn gate_of(header: Option<&RunHeader>) -> Option<Attestation> {
    header.and_then(|header| header.gate.parse().ok())
}

/// The cases of one verdict, by reason. What was observed needs no reason; where it has one, that is worth a look.
fn by_reason<'r>(
    cases: &[&'r CaseRecord],
    verdict: Verdict,
    otherwise: &'r str,
) -> BTreeMap<&'r str, Vec<&'r CaseReport>> {
    let mut groups: BTreeMap<&str, Vec<&CaseReport>> = BTreeMap::new();
    for CaseRecord { report, .. } in cases.iter().filter(|case| case.report.verdict == verdict) {
        if verdict != Verdict::Observed || report.reason.is_some() {
            groups.entry(report.reason.as_deref().unwrap_or(otherwise)).or_default().push(report);
        }
    }
    groups
}

pub(super) fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// In how many cases the state was not judged.
pub(super) fn not_judged_in(state: &StateNotJudged) -> String {
    format!("not judged in {}", plural(usize::try_from(state.cases).unwrap_or(usize::MAX), "case"))
}

impl<W: Write> Terminal<'_, W> {
    fn shown(&self) -> usize {
        match self.detail {
            Detail::Quiet | Detail::Normal => CASES_SHOWN,
            Detail::Verbose => usize::MAX,
        }
    }

    fn write_header(&mut self, header: &RunHeader) -> io::Result<()> {
        let strong = self.palette.strong;
        let shard = header.shard.as_ref().map_or_else(String::new, |shard| format!(", shard {}", shard.part));
        writeln!(
            self.out,
            "{strong}countersign {}{strong:#}  subject {} at {}, model {}, gate {}, seed {}{shard}\n",
            field(&header.countersign),
            field(&header.subject),
            field(&header.endpoint),
            field(&header.revision),
            field(&header.gate),
            header.seed
        )
    }

    fn write_failures(&mut self, header: Option<&RunHeader>, cases: &[&CaseRecord]) -> io::Result<()> {
        let fail = self.palette.fail;
        for (id, group) in grouped(cases, gate_of(header), Section::Gating) {
            let sentence = field(&(self.lookup.sentence)(id));
            let count = plural(group.len(), "case");
            writeln!(self.out, "{fail}FAIL{fail:#} {}  {sentence}  ({count})", field(&id.0))?;
            for (report, mismatches) in group.iter().take(self.shown()) {
                self.write_failing(header, report, mismatches)?;
            }
            self.write_rest(group.iter().map(|(report, _)| *report))?;
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn write_failing(
        &mut self,
        header: Option<&RunHeader>,
        report: &CaseReport,
        mismatches: &[&Mismatch],
    ) -> io::Result<()> {
        let (strong, palette) = (self.palette.strong, self.palette);
        writeln!(self.out, "  {strong}{}{strong:#}", field(report.id.as_str()))?;
        writeln!(self.out, "    done       {}", list(&report.labels))?;
        if let Some(answer) = &report.answer {
            writeln!(self.out, "    answer     {}", field(answer))?;
        }
        for mismatch in mismatches {
            write_mismatch(&mut self.out, mismatch, &palette)?;
        }
        if self.detail == Detail::Verbose {
            for view in &report.exchanges {
                write_exchange(&mut self.out, view, &palette)?;
            }
        }
        for Listed { requirement, aspect, got, place, .. } in &report.known {
            let (requirement, got, place) = (field(&requirement.0), field(got), field(place));
            writeln!(self.out, "    listed     {requirement} {aspect}, got {got} ({place})")?;
        }
        if let Some(command) = reproduction(header, report) {
            writeln!(self.out, "    reproduce  {command}")?;
        }
        if let Some(CurlLine { command, steps }) = self.lookup.curl.and_then(|curl| curl(&report.id)) {
            writeln!(self.out, "    curl       {}", field(&command))?;
            if steps > 1 {
                let all = "the command above prints all with --curl";
                writeln!(self.out, "               step {steps} of {steps}; {all}")?;
            }
        }
        Ok(())
    }

    /// Counts the cases that are not shown in full.
    fn write_rest<'r>(&mut self, group: impl Iterator<Item = &'r CaseReport>) -> io::Result<()> {
        let faint = self.palette.faint;
        let rest = group.skip(self.shown()).count();
        if rest > 0 {
            writeln!(self.out, "  {faint}and {} more (--verbose shows all){faint:#}", plural(rest, "case"))?;
        }
        Ok(())
    }

    /// Listed failures that do not hold, by what became of them, then what is wrong with the list by itself.
    fn write_stale(&mut self, cases: &[&CaseRecord], problems: &[String]) -> io::Result<()> {
        let (fail, strong, faint) = (self.palette.fail, self.palette.strong, self.palette.faint);
        let groups = by_reason(cases, Verdict::Stale, "listed as a known failure");
        for (reason, group) in &groups {
            writeln!(self.out, "{fail}STALE{fail:#} {}  ({})", field(reason), plural(group.len(), "case"))?;
            for report in group.iter().take(self.shown()) {
                writeln!(self.out, "  {strong}{}{strong:#}", field(report.id.as_str()))?;
                let palette = self.palette;
                for mismatch in &report.mismatches {
                    writeln!(self.out, "    {}", field(&mismatch.requirement.0))?;
                    write_mismatch(&mut self.out, mismatch, &palette)?;
                }
            }
            self.write_rest(group.iter().copied())?;
            writeln!(self.out)?;
        }
        for problem in problems {
            writeln!(self.out, "{fail}STALE{fail:#} {}\n", field(problem))?;
        }
        if !groups.is_empty() {
            writeln!(
                self.out,
                "{faint}A stale entry goes by hand, or with all others that do not hold: countersign known suggest \
                 REPORT.json --into FILE{faint:#}\n"
            )?;
        }
        Ok(())
    }

    /// Differences below the gate: those attested at least as `reported` are warnings, the weaker ones are only counted.
    fn write_advisories(&mut self, header: Option<&RunHeader>, cases: &[&CaseRecord]) -> io::Result<()> {
        let (mut cases_hidden, mut requirements_hidden) = (0, 0);
        let mut is_empty = true;
        for (id, mut group) in grouped(cases, gate_of(header), Section::Advisory) {
            is_empty = false;
            if self.detail != Detail::Verbose {
                let before = group.len();
                group.retain(|(_, mismatches)| mismatches.iter().any(|mismatch| is_warning(mismatch)));
                cases_hidden += before - group.len();
                requirements_hidden += usize::from(before > group.len());
            }
            if !group.is_empty() {
                self.write_warning(header, id, &group)?;
            }
        }
        if cases_hidden > 0 {
            let warn = self.palette.warn;
            writeln!(
                self.out,
                "{warn}NOTE{warn:#} {} {} under {} from what is only inferred of AWS (--verbose shows them)",
                plural(cases_hidden, "case"),
                if cases_hidden == 1 { "differs" } else { "differ" },
                plural(requirements_hidden, "requirement")
            )?;
        }
        if is_empty { Ok(()) } else { writeln!(self.out) }
    }

    fn write_warning(
        &mut self,
        header: Option<&RunHeader>,
        id: &RequirementId,
        group: &[Failing<'_>],
    ) -> io::Result<()> {
        let warn = self.palette.warn;
        let sentence = field(&(self.lookup.sentence)(id));
        let count = plural(group.len(), "case");
        writeln!(self.out, "{warn}WARN{warn:#} {}  {sentence}  ({count})", field(&id.0))?;
        if self.detail == Detail::Verbose {
            return group
                .iter()
                .try_for_each(|(report, mismatches)| self.write_failing(header, report, mismatches));
        }
        let warnings = group.iter().filter_map(|(report, mismatches)| {
            let warning = mismatches.iter().find(|mismatch| is_warning(mismatch));
            warning.map(|warning| (report, warning))
        });
        for (report, mismatch) in warnings.take(1) {
            writeln!(
                self.out,
                "  {}  {} expected {}, got {} ({})",
                field(report.id.as_str()),
                mismatch.aspect,
                field(&mismatch.expected),
                field(&mismatch.got),
                mismatch.attestation
            )?;
        }
        Ok(())
    }

    /// Cases that fail no run, by reason: those without a verdict on the subject, and what is known of it.
    fn write_without_verdict(&mut self, cases: &[&CaseRecord], verdict: Verdict) -> io::Result<()> {
        let style = self.palette.of(verdict);
        for (reason, group) in by_reason(cases, verdict, "no reason was given") {
            let heading = verdict.name().to_uppercase();
            writeln!(
                self.out,
                "{style}{heading}{style:#} {}  ({})",
                field(reason),
                plural(group.len(), "case")
            )?;
            let shown: Vec<&str> = group.iter().take(self.shown()).map(|report| report.id.as_str()).collect();
            let rest = group.len() - shown.len();
            let rest = if rest == 0 { String::new() } else { format!(", and {rest} more") };
            writeln!(self.out, "  {}{rest}\n", list(&shown))?;
        }
        Ok(())
    }

    fn write_counts(&mut self, run: &Run) -> io::Result<()> {
        let (strong, fail) = (self.palette.strong, self.palette.fail);
        let Score { passed, applicable, total } = run.score();
        if let Some(reason) = run.incomplete() {
            // What a program has printed before it gave up has lines of its own.
            let lines: Vec<String> = reason.lines().map(field).collect();
            writeln!(self.out, "{fail}INCOMPLETE{fail:#} {}", lines.join("\n  "))?;
            if total == 0 {
                // No case was run: nothing is known of the subject.
                return Ok(());
            }
        }
        write!(
            self.out,
            "{strong}score{strong:#}     {passed} / {applicable} / {total}  passed / applicable / total"
        )?;
        if let Some((name, floor)) = &self.lookup.null_server {
            write!(self.out, "; null server `{}` passes {floor}", field(name))?;
        }
        writeln!(self.out)?;
        let counts: Vec<String> =
            run.verdicts().iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
        writeln!(self.out, "{strong}cases{strong:#}     {}", counts.join(", "))?;
        let set_aside: usize = by_reason(&run.cases(), Verdict::Observed, "").values().map(Vec::len).sum();
        // Of what somebody else has recorded, much is left open, and no case is one of the suite.
        if set_aside > 0 && !run.header().is_some_and(RunHeader::is_captured) {
            let cases = plural(set_aside, "case");
            writeln!(self.out, "{strong}suite{strong:#}     {cases} not judged: known errors of the suite")?;
        }
        if let Some(state) = run.state_not_judged() {
            let (not_judged, reason) = (not_judged_in(state), field(&state.reason));
            writeln!(self.out, "{strong}state{strong:#}     {not_judged}: {reason}")?;
        }
        let executions = run.executions().total();
        if executions > total {
            writeln!(self.out, "{strong}rounds{strong:#}    {executions} executions of these cases")?;
        }
        if run.unrecorded() > 0 {
            writeln!(
                self.out,
                "          {} of them have no record: more than {} case ids",
                run.unrecorded(),
                super::CASE_IDS_MAX
            )?;
        }
        run.timing().map_or(Ok(()), |timing| self.write_timing(&timing))
    }

    fn write_timing(&mut self, timing: &Timing) -> io::Result<()> {
        let strong = self.palette.strong;
        writeln!(
            self.out,
            "{strong}subject{strong:#}   latency p50 {}, p99 {}, max {}",
            duration(timing.latency_p50),
            duration(timing.latency_p99),
            duration(timing.latency_max)
        )?;
        writeln!(
            self.out,
            "{strong}harness{strong:#}   {}, first request after {}, {} requests, {} a second",
            duration(timing.elapsed),
            duration(timing.first_request),
            timing.requests,
            per_second(timing.requests, timing.elapsed)
        )
    }
}

fn is_warning(mismatch: &Mismatch) -> bool {
    mismatch.attestation <= Attestation::Reported
}

/// The command that sends exactly this case again, where there is one.
pub(super) fn reproduction(header: Option<&RunHeader>, report: &CaseReport) -> Option<String> {
    let SendAgain { before, after, seed } = SendAgain::of(header?)?;
    let id = shell::quote(report.id.as_str().as_bytes());
    let seed = seed.map_or_else(String::new, |seed| seed.round(report.round).to_string());
    Some(format!("{before}{id}{after}{seed}"))
}

/// The command that sends a case of a run again: what stands before its id and after it, and the seed that follows. A case
/// of a later round has a seed of its own.
pub(super) struct SendAgain {
    pub(super) before: String,
    pub(super) after: String,
    pub(super) seed: Option<Seed>,
}

impl SendAgain {
    /// That of the run, where its cases can be sent again.
    pub(super) fn of(header: &RunHeader) -> Option<Self> {
        if header.is_captured() {
            return None;
        }
        if let Some(flags) = header.sdk_flags() {
            let before = format!("countersign sdk {} --filter ", field(flags));
            return Some(Self { before, after: String::new(), seed: None });
        }
        let flags = match header.invocation.as_str() {
            "" => String::new(),
            flags => format!(" {}", field(flags)),
        };
        let after = format!("{flags} --seed ");
        Some(Self { before: "countersign repro ".to_owned(), after, seed: Some(Seed(header.seed)) })
    }
}

/// A duration to the microsecond below a second, to the millisecond above.
fn duration(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        let micros = time.as_micros();
        format!("{}.{:03} ms", micros / 1000, micros % 1000)
    } else {
        format!("{}.{:03} s", time.as_secs(), time.subsec_millis())
    }
}

fn per_second(count: u64, time: Duration) -> u128 {
    u128::from(count) * 1_000_000 / time.as_micros().max(1)
}
