//! `countersign diff`: two subjects, the same requests, and the least request on which they differ.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::hunters::{self, Signals};
use super::options::{RunOptions, SubjectChoice};
use super::run::{self, Sentences};
use super::run_args::RunArgs;
use super::site::{Site, ledger_beside};
use super::values::{Endpoint, Span};
use countersign::clock::Stopwatch;
use countersign::explore::walk::Walk;
use countersign::explore::{Compared, Dictionary, Difference, Source, compare, compare_walks};
use countersign::report::printable;
use countersign::requirement::RequirementId;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

/// So many requests are compared unless told otherwise.
const CASES: u64 = 1000;
/// So many walks, which have several requests each.
const WALKS: u64 = 200;

/// The most groups of differences: the two have little in common by then.
const GROUPS_MAX: usize = 500;

/// Send the same drawn requests to two subjects, and show the least of them on which they differ
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign diff moto ministack --cases 500
  countersign diff reference ./my-emulator.toml --issues differences
  countersign diff http://127.0.0.1:9229 moto --code-source any
  countersign diff moto ministack --stateful --cases 50

Differences are grouped by what both answer. With --issues each group becomes a text with both answers and what the \
requirements say. Exit code 0: no difference; 1: there is one; 3: one of the two is unreachable.")]
pub(crate) struct DiffArgs {
    /// One subject: a name, a profile file or a URL
    #[arg(value_name = "A")]
    one: String,
    /// The other one
    #[arg(value_name = "B")]
    other: String,
    /// Stop after this time: 90s, 15m [default: no limit]
    #[arg(long, value_name = "TIME")]
    time: Option<Span>,
    /// Compare walks over states instead of single requests: several users, app clients and codes, one operation after the other
    #[arg(long)]
    stateful: bool,
    /// Write the text of an issue for each group of differences into this folder
    #[arg(long, value_name = "DIR")]
    issues: Option<PathBuf>,
    #[command(flatten)]
    run: RunArgs,
}

/// Compares.
pub(crate) fn run(args: &DiffArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    if args.run.subject.is_some() || args.run.endpoint.is_some() {
        let text = "`--subject` and `--endpoint` mean nothing here: the two are named as arguments";
        return Err(Diagnosis::usage(text).into());
    }
    let mut flags = args.run.clone();
    let code_source = flags.code_source.take();
    let options = hunters::options(flags)?;
    let of = |name: &str| -> Result<RunOptions, Diagnosis> {
        let subject = match name.parse::<Endpoint>() {
            Ok(url) => SubjectChoice::Endpoint { url, code_source: code_source.clone() },
            Err(_) => SubjectChoice::Profile(name.to_owned()),
        };
        Ok(RunOptions { subject, ..options.clone() })
    };
    let mut pair = [of(&args.one)?, of(&args.other)?];
    let [_, other] = &mut pair;
    other.ledger = ledger_beside(other);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(drive(&pair, args, out))
}

async fn drive(pair: &[RunOptions; 2], args: &DiffArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let [left, right] = pair;
    let rules = Rc::new(run::rules(left)?);
    let signals = Signals::listen();
    let mut sites = [Site::open(left, &mut |_| {}).await?, Site::open(right, &mut |_| {}).await?];
    let [one_site, other_site] = &mut sites;
    let slow = Duration::MAX;
    let mut one = hunters::open(left, &rules, one_site, (&signals, 1, slow)).await?;
    let mut other = hunters::open(right, &rules, other_site, (&signals, 1, slow)).await?;
    let mut found = Found::default();
    let source = Source::new(left.seed, Dictionary::built_in());
    let walks = left.seed.split("walk");
    let start = Stopwatch::start();
    if let (Some(one), Some(other)) = (one.first_mut(), other.first_mut()) {
        for number in 0..left.cases.unwrap_or(if args.stateful { WALKS } else { CASES }) {
            let is_over = args.time.is_some_and(|span| start.elapsed() >= span.0);
            if is_over || signals.stopped.borrow().is_some() || found.groups.len() >= GROUPS_MAX {
                break;
            }
            let renewed = one.stand_mut().renew().await.and(other.stand_mut().renew().await);
            renewed.map_err(|error| {
                Diagnosis::new(Exit::Inconclusive, "a subject could not be set up again").caused_by(error)
            })?;
            let is_known = |group: &str| found.groups.contains_key(group);
            let pair = (&mut *one, &mut *other);
            let compared = if args.stateful {
                compare_walks(pair, &Walk::draw(walks.round(number + 1)), &is_known).await
            } else {
                compare(pair, &source.draw(number), &is_known).await
            };
            found.add(compared);
        }
    }
    for hunter in one.into_iter().chain(other) {
        // What is left stays in the ledger, for `sweep`.
        let _ = hunter.close().await;
    }
    for site in sites {
        site.close().await;
    }
    let sentences = Sentences::of(&rules);
    found.write(out, [&args.one, &args.other], if args.stateful { "walks" } else { "requests" })?;
    if let Some(folder) = &args.issues {
        found.write_issues(folder, [&args.one, &args.other], &|id| sentences.of_requirement(id))?;
    }
    Ok(match () {
        () if !found.groups.is_empty() => Exit::Mismatch,
        () if found.compared == 0 => Exit::Inconclusive,
        () => Exit::Conformant,
    }
    .into())
}

/// What was found so far.
#[derive(Default)]
struct Found {
    compared: u64,
    not_comparable: u64,
    groups: BTreeMap<String, (u64, Box<Difference>)>,
}

impl Found {
    fn add(&mut self, compared: Compared) {
        match compared {
            Compared::NotComparable => self.not_comparable += 1,
            Compared::Same => self.compared += 1,
            Compared::Different(difference) => {
                self.compared += 1;
                let group = difference.group.clone();
                let (count, _) = self.groups.entry(group).or_insert((0, difference));
                *count += 1;
            }
        }
    }

    fn write(&self, out: &mut dyn Write, [left, right]: [&str; 2], what: &str) -> std::io::Result<()> {
        for (group, (count, difference)) in &self.groups {
            let [one, other] = difference
                .answers
                .each_ref()
                .map(|answer| printable::line(&answer.replace('\n', " | ")).into_owned());
            writeln!(out, "{group} ({count} times) {}", printable::line(&difference.told()))?;
            writeln!(out, "  {}: {one}\n  {}: {other}", printable::line(left), printable::line(right))?;
        }
        writeln!(
            out,
            "{} {what} compared, {} not comparable, {} groups of differences",
            self.compared,
            self.not_comparable,
            self.groups.len()
        )
    }

    fn write_issues(
        &self,
        folder: &Path,
        names: [&str; 2],
        sentence: &dyn Fn(&RequirementId) -> String,
    ) -> anyhow::Result<()> {
        let failed = |error: std::io::Error| {
            Diagnosis::usage(format!("cannot write into `{}`", folder.display())).caused_by(error)
        };
        std::fs::create_dir_all(folder).map_err(failed)?;
        for (group, (_, difference)) in &self.groups {
            let path = folder.join(format!("{group}.md"));
            std::fs::write(path, difference.issue(names, sentence)).map_err(failed)?;
        }
        Ok(())
    }
}
