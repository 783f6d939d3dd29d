//! `countersign repro CASE`: sends exactly that case and shows both sides.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::options::{RunOptions, SubjectChoice, Switch};
use super::run_args::RunArgs;
use super::values::Cases;
use super::{config, run, style};
use anstyle::Style;
use countersign::case::{Case, Sending};
use countersign::clock::Stopwatch;
use countersign::event::RunEvent;
use countersign::harness::{Record, Select};
use countersign::report::{CurlCommand, ENDPOINT_VARIABLE, TlsOptions, curl, printable, write_case};
use countersign::requirement::RequirementId;
use std::io::{self, Write};
use std::process::ExitCode;
use std::rc::Rc;

/// The largest number of case ids that are named when the one asked for does not exist.
const NEAR_NAMES_MAX: usize = 5;

/// Send one case and show both sides, with the verdict
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign repro code/wrong-public --subject moto
  countersign repro null/secret-hash-public --subject ./my-emulator.toml --curl

The command that a report gives for a failing case is of this form.")]
pub(crate) struct ReproArgs {
    /// The id of the case, as `countersign list` shows it
    #[arg(value_name = "CASE")]
    pub(crate) case: String,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

impl ReproArgs {
    /// The flags of the run, after those that mean nothing for one case were refused.
    pub(crate) fn run_args(self) -> Result<RunArgs, Diagnosis> {
        let given = [
            ("filter", !self.run.filter.is_empty()),
            ("cases", Cases::count(&self.run.cases).is_some()),
            ("report", !self.run.report.is_empty()),
            ("snapshots", self.run.snapshots.is_some()),
            ("confirm-failures", self.run.confirm_failures.is_some()),
            ("fail-fast", self.run.fail_fast.is_some()),
            ("exchanges", self.run.exchanges.is_some()),
            ("shard", self.run.shard.is_some()),
        ];
        match given.into_iter().find(|(_, is_given)| *is_given) {
            None => Ok(self.run),
            Some((name, _)) => Err(Diagnosis::usage(format!("`--{name}` means nothing for a single case"))),
        }
    }
}

/// Sends one case and shows both sides.
pub(crate) fn run(args: ReproArgs) -> anyhow::Result<ExitCode> {
    let start = Stopwatch::start();
    let id = args.case.clone();
    let mut options = RunOptions::new(config::complete(args.run_args()?)?)?;
    // What the file says of parts is meant for a run.
    (options.shard, options.exchanges) = (None, None);
    let rules = Rc::new(run::rules(&options)?);
    let cases = rules.suite(options.seed, 0, &Select::everything());
    let Some(selected) = cases.iter().find(|selected| selected.case.id.as_str() == id) else {
        return Err(no_such_case(&id, cases.iter().map(|selected| selected.case.id.as_str())).into());
    };
    let mut out = style::stdout();
    if options.curl == Switch::On {
        let endpoint = match &options.subject {
            SubjectChoice::Endpoint { url, .. } => url.0.as_str(),
            SubjectChoice::Profile(_) => ENDPOINT_VARIABLE,
        };
        write_curl(&mut out, &selected.case, endpoint, &options.tls)?;
    }
    let sentences = run::Sentences::of(&rules);
    let sentence = |id: &RequirementId| sentences.of_requirement(id);
    let only_this = Select::new(move |names| names.first() == Some(&id.as_str()));
    let mut tally = countersign::report::Run::default();
    let mut written = Ok(());
    run::drive(&options, (rules, only_this, Record::Everything), start, &mut |event| {
        if let RunEvent::CaseFinished(report) = &event {
            let result = write_case(&mut out, report, &sentence, &style::palette());
            written = std::mem::replace(&mut written, Ok(())).and(result);
        }
        tally.add(&event);
    })?;
    written?;
    Ok(Exit::of_run(&tally).into())
}

/// The error for a case that does not exist, naming those whose ids are nearest.
pub(crate) fn no_such_case<'a>(id: &str, ids: impl Iterator<Item = &'a str>) -> Diagnosis {
    let mut near: Vec<(usize, &str)> = ids.map(|other| (distance(id, other), other)).collect();
    near.sort_unstable();
    let names: Vec<String> = near.iter().take(NEAR_NAMES_MAX).map(|(_, name)| format!("`{name}`")).collect();
    let diagnosis =
        Diagnosis::new(super::exit::Exit::NoCase, format!("there is no case `{}`", printable::line(id)));
    match names.as_slice() {
        [] => diagnosis,
        _ => diagnosis.hint(format!("near it: {}; all: `countersign list`", names.join(", "))),
    }
}

/// The Levenshtein distance, over at most [`DISTANCE_CHARACTERS_MAX`] characters of each.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(DISTANCE_CHARACTERS_MAX).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(DISTANCE_CHARACTERS_MAX).enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for (above_left, (above, y)) in row.iter().zip(row.iter().skip(1).zip(&b)) {
            left = (above_left + usize::from(x != *y)).min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

const DISTANCE_CHARACTERS_MAX: usize = 128;

/// Writes one curl command for each step of a case, after the variables that have to be set.
pub(crate) fn write_curl(
    out: &mut dyn Write,
    case: &Case,
    endpoint: &str,
    tls: &TlsOptions,
) -> io::Result<()> {
    let faint = Style::new().dimmed();
    for (position, step) in case.steps.iter().enumerate() {
        let CurlCommand { command, variables } = curl(&step.request, endpoint, tls);
        let at_once = match case.sending {
            Sending::InTurn => "",
            Sending::AtOnce => ", sent at the same time",
        };
        writeln!(out, "{faint}# step {}{at_once}{faint:#}", position + 1)?;
        for (name, binding) in &variables {
            writeln!(out, "{faint}# {name}: ${{{binding}}}{faint:#}")?;
        }
        writeln!(out, "{}", printable::line(&command))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_case_is_answered_with_the_nearest_ones() {
        let ids = ["state/wrong-code", "state/spent-code", "null/Username"];
        let error = anyhow::Error::new(no_such_case("state/wrong-coed", ids.into_iter()));
        let mut out = Vec::new();
        crate::cli::diagnostic::write_error(&mut anstream::StripStream::new(&mut out), &error).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "error: there is no case `state/wrong-coed`\n\
             hint: near it: `state/wrong-code`, `state/spent-code`, `null/Username`; all: `countersign list`\n"
        );
    }

    #[test]
    fn the_distance_is_the_number_of_edits() {
        for (a, b, expected) in [("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("abc", "abc", 0)] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }
}
