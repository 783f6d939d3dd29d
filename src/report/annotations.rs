//! What fails, as annotations of GitHub Actions: workflow commands, one a line.
//!
//! GitHub shows ten errors and ten warnings of a step and drops the rest, so there is one for each requirement, those first
//! that are attested best and broken most often; the last one counts what is left.

use super::terminal::{Failing, Section, gate_of, grouped, plural, reproduction};
use super::{CaseRecord, Context, Run, printable};
use crate::event::{Mismatch, RunHeader, Verdict};
use crate::requirement::{Attestation, RequirementId};
use std::fmt::Write as _;
use std::io::{self, Write};

/// The number of errors, and of warnings, that GitHub shows for one step.
pub const ANNOTATIONS_MAX: usize = 10;

/// The longest message of an annotation, in characters.
const MESSAGE_CHARACTERS_MAX: usize = 4000;

/// Writes the annotations.
pub fn write_annotations(run: &Run, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let cases = run.cases();
    let mut errors = Vec::new();
    if let Some(reason) = run.incomplete() {
        errors.push(Annotation { title: "incomplete".to_owned(), message: reason.to_owned() });
    }
    errors.extend(by_requirement(&cases, run.header(), Section::Gating, context));
    errors.extend(of_verdict(&cases, Verdict::Stale));
    let of_list = |problem: &String| Annotation {
        title: "list of known failures".to_owned(),
        message: problem.clone(),
    };
    errors.extend(run.known_problems().iter().map(of_list));
    let mut warnings: Vec<Annotation> = of_verdict(&cases, Verdict::Inconclusive).into_iter().collect();
    warnings.extend(by_requirement(&cases, run.header(), Section::Advisory, context));
    for (command, annotations) in [("error", errors), ("warning", warnings)] {
        write_all(out, command, annotations)?;
    }
    Ok(())
}

struct Annotation {
    title: String,
    message: String,
}

fn write_all(out: &mut dyn Write, command: &str, mut annotations: Vec<Annotation>) -> io::Result<()> {
    if annotations.len() > ANNOTATIONS_MAX {
        let rest = annotations.split_off(ANNOTATIONS_MAX - 1);
        let titles: Vec<String> = rest.into_iter().map(|annotation| annotation.title).collect();
        annotations.push(Annotation { title: format!("{} more", titles.len()), message: titles.join("\n") });
    }
    for Annotation { title, message } in annotations {
        let message = printable::block(&message);
        let message = printable::shortened(&message, MESSAGE_CHARACTERS_MAX);
        writeln!(out, "::{command} title={}::{}", property(&printable::line(&title)), data(&message))?;
    }
    Ok(())
}

/// One annotation for each requirement of a section.
fn by_requirement(
    cases: &[&CaseRecord],
    header: Option<&RunHeader>,
    wanted: Section,
    context: &Context,
) -> Vec<Annotation> {
    let groups = grouped(cases, gate_of(header), wanted);
    let mut groups: Vec<_> = groups
        .into_iter()
        .filter_map(|(id, group)| Some((strongest(&group)?, id, group)))
        .filter(|(strongest, ..)| wanted == Section::Gating || *strongest <= Attestation::Reported)
        .collect();
    groups.sort_by(|(a, _, one), (b, _, other)| (a, other.len()).cmp(&(b, one.len())));
    groups.iter().map(|(_, id, group)| of_requirement(id, group, header, context)).collect()
}

fn strongest(group: &[Failing<'_>]) -> Option<Attestation> {
    group.iter().flat_map(|(_, mismatches)| mismatches).map(|mismatch| mismatch.attestation).min()
}

fn of_requirement(
    id: &RequirementId,
    group: &[Failing<'_>],
    header: Option<&RunHeader>,
    context: &Context,
) -> Annotation {
    let mut message = context.sentence(id).to_owned();
    if let Some((report, mismatches)) = group.first() {
        let _ = write!(message, "\n{}", report.id);
        for Mismatch { aspect, expected, got, attestation, evidence, .. } in mismatches {
            let rows = evidence.join(", ");
            let _ = write!(message, "\n{aspect}: expected {expected}, got {got} ({attestation}; {rows})");
        }
        if let Some(command) = reproduction(header, report) {
            let _ = write!(message, "\n{command}");
        }
    }
    Annotation { title: format!("{id} ({})", plural(group.len(), "case")), message }
}

/// One annotation for all cases of a verdict.
fn of_verdict(cases: &[&CaseRecord], verdict: Verdict) -> Option<Annotation> {
    let with_it: Vec<_> = cases.iter().filter(|case| case.report.verdict == verdict).collect();
    let mut message = String::new();
    for CaseRecord { report, .. } in with_it.iter().take(ANNOTATIONS_MAX) {
        let reason = report.reason.as_deref().unwrap_or("no reason was given");
        let _ = writeln!(message, "{}: {reason}", report.id);
    }
    let rest = with_it.len().saturating_sub(ANNOTATIONS_MAX);
    if rest > 0 {
        let _ = writeln!(message, "and {rest} more");
    }
    let title = format!("{verdict} ({})", plural(with_it.len(), "case"));
    (!with_it.is_empty()).then(|| Annotation { title, message: message.trim_end().to_owned() })
}

/// The text of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_command_ends_where_it_should() {
        assert_eq!(data("a%\r\n::error::b,c"), "a%25%0D%0A::error::b,c");
        assert_eq!(property("a:b,c%0A\n"), "a%3Ab%2Cc%250A%0A");
    }
}
