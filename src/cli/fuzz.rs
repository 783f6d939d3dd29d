//! `countersign fuzz`: a session at one subject.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::hunters::{self, Signals};
use super::options::RunOptions;
use super::run_args::RunArgs;
use super::site::Site;
use super::values::{Span, Timeout};
use super::{config, run, style};
use anyhow::Context as _;
use countersign::clock::Stopwatch;
use countersign::explore::{
    Dictionary, Finding, Limits, Mode, Progress, SessionEvent, Source, Store, Tally, Trouble, session,
};
use countersign::report::printable;
use countersign::seed::Seed;
use serde::Deserialize;
use std::io::{IsTerminal as _, Write};
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

/// An answer that takes longer than this is complained of unless told otherwise.
pub(crate) const SLOW: Duration = Duration::from_secs(3);

/// Look for what nobody wrote down: crashes, hangs, wrong confirmations, state that leaks, answers no client can read
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign fuzz --time 60s
  countersign fuzz --subject moto --time 5m --corpus fuzz-moto
  countersign fuzz --subject ./mine.toml --stateful --cases 2000
  countersign fuzz --cases 100000 --shard 1/4 --corpus shard-1
  countersign replay fuzz-moto --subject moto

A session with a corpus folder goes on where the last one ended; without --time or --cases it goes on until it is stopped. \
What is found lies in FOLDER/findings, one file each, which `countersign replay` sends again and `countersign promote` makes a \
case of. Flags can stand in countersign.toml: those of a run under [run], those of a session, with its number of cases, under \
[fuzz]. Exit code 1: something was found; 3: the subject is gone, or was not there, or not one input could be carried out.")]
pub(crate) struct FuzzArgs {
    #[command(flatten)]
    session: SessionArgs,
    #[command(flatten)]
    run: RunArgs,
}

// As with the flags of a run: each is an option, so that the command line can take back what the file says.
/// The flags of a session alone, which are the keys under `[fuzz]` of `countersign.toml` as well.
#[derive(Debug, Clone, Default, PartialEq, clap::Args, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct SessionArgs {
    /// Keep inputs and findings in this folder, and go on from what lies there [default: nothing is kept]
    #[arg(long, value_name = "DIR")]
    pub(crate) corpus: Option<PathBuf>,
    /// Stop after this time: 90s, 15m, 8h; what is being made smaller then is finished, which takes up to a minute more
    /// where a subject hangs [default: no limit]
    #[arg(long, value_name = "TIME")]
    #[serde(deserialize_with = "config::from_text")]
    pub(crate) time: Option<Span>,
    /// How many cases the file says. On the command line this is the number that `--cases` of a run takes.
    #[arg(skip)]
    pub(crate) cases: Option<NonZeroU64>,
    /// Walk over states, several requests and users at a time, in place of single requests
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
          hide_possible_values = true)]
    pub(crate) stateful: Option<bool>,
    /// Put tokens of this file in AFL's or libFuzzer's form into requests, besides those that are built in
    #[arg(long, value_name = "FILE")]
    pub(crate) dictionary: Option<PathBuf>,
    /// Complain of answers that take longer than this [default: 3s]
    #[arg(long, value_name = "TIME")]
    #[serde(deserialize_with = "config::from_text")]
    pub(crate) slow: Option<Timeout>,
}

impl SessionArgs {
    /// These flags, and the values of `file` for those that are not given.
    pub(crate) fn or(self, file: Self) -> Self {
        Self {
            corpus: self.corpus.or(file.corpus),
            time: self.time.or(file.time),
            cases: self.cases.or(file.cases),
            stateful: self.stateful.or(file.stateful),
            dictionary: self.dictionary.or(file.dictionary),
            slow: self.slow.or(file.slow),
        }
    }
}

/// What the session is told besides the options of a run.
struct Hunt {
    store: Option<Store>,
    dictionary: Dictionary,
    limits: Limits,
    slow: Duration,
}

/// Runs the session.
pub(crate) fn run(args: FuzzArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let FuzzArgs { session: given, run: mut flags } = args;
    let given = config::complete_session(given, flags.config.as_deref())?;
    let shard = flags.shard.take();
    let has_seed = flags.seed.is_some();
    let options = hunters::options(flags)?;
    let unusable = |error| Diagnosis::usage("the corpus folder cannot be used").caused_by(error);
    let store = given.corpus.as_deref().map(Store::open).transpose().map_err(unusable)?;
    let kept = store.as_ref().and_then(Store::seed).filter(|_| !has_seed);
    let limits = Limits {
        time: given.time.map(|span| span.0),
        cases: options.cases.or(given.cases.map(NonZeroU64::get)),
        // Parts are counted from 1 by people.
        shard: shard.map_or((0, 1), |shard| (u64::from(shard.number() - 1), u64::from(shard.of()))),
        seed: kept.unwrap_or(options.seed.0),
        mode: if given.stateful == Some(true) { Mode::Walks } else { Mode::Requests },
    };
    let mut tokens = Dictionary::built_in();
    if let Some(path) = &given.dictionary {
        let name = path.display();
        let text = config::read(path)
            .map_err(|error| Diagnosis::usage(format!("cannot read `{name}`")).caused_by(error))?;
        let read = Dictionary::parse(&text)
            .map_err(|error| Diagnosis::usage(format!("`{name}` is no dictionary")).caused_by(error))?;
        tokens.0.extend(read.0);
    }
    let hunt = Hunt { store, dictionary: tokens, limits, slow: given.slow.map_or(SLOW, |slow| slow.0) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tally = runtime.block_on(drive(&options, hunt, out))?;
    write_tally(out, &tally).context("the result could not be written")?;
    Ok(exit(&tally).into())
}

/// How a session ends. Where the subject is gone, that it did not answer is no finding.
fn exit(tally: &Tally) -> Exit {
    let Progress { findings, lost, done, undone, .. } = tally.progress;
    let counted = if is_gone(tally) { findings.saturating_sub(lost) } else { findings };
    match () {
        () if counted > 0 => Exit::Mismatch,
        () if is_gone(tally) || (done == 0 && undone > 0) => Exit::Inconclusive,
        () => Exit::Conformant,
    }
}

/// Whether the session ended for the subject's sake. Who stops a session has seen enough.
fn is_gone(tally: &Tally) -> bool {
    tally.incomplete.as_ref().is_some_and(|reason| !reason.starts_with("stopped by"))
}

async fn drive(options: &RunOptions, hunt: Hunt, out: &mut dyn Write) -> anyhow::Result<Tally> {
    let rules = Rc::new(run::rules(options)?);
    let signals = Signals::listen();
    let mut line = StatusLine::new();
    let mut site = Site::open(options, &mut |note| line.note(&note)).await?;
    let jobs = options.jobs;
    let opened = hunters::open(options, &rules, &mut site, (&signals, jobs, hunt.slow)).await?;
    let source = Source::new(Seed(hunt.limits.seed), hunt.dictionary);
    let title = site.title();
    let mut written = Ok(());
    let outcome = session(
        opened,
        (source, hunt.store, &title),
        hunt.limits,
        &signals.stopped,
        &mut |event| match event {
            SessionEvent::Progress(progress) => line.show(progress),
            SessionEvent::Note(text) => line.note(&text),
            SessionEvent::Found(finding) => {
                line.clear();
                let result = write_finding(out, &finding);
                written = std::mem::replace(&mut written, Ok(())).and(result);
            }
        },
    )
    .await;
    line.clear();
    site.close().await;
    written.context("a finding could not be written")?;
    outcome.map_err(|error| {
        Diagnosis::new(Exit::Inconclusive, "what was found could not be kept").caused_by(error).into()
    })
}

/// One finding in a few lines.
pub(crate) fn write_finding(out: &mut dyn Write, finding: &Finding) -> std::io::Result<()> {
    let reproduced = finding
        .reproduced
        .map_or_else(|| "not run again".to_owned(), |times| format!("reproduced {times}/3"));
    writeln!(out, "{}  ({reproduced})", printable::line(&finding.bucket))?;
    writeln!(out, "  {}", printable::line(&finding.complaint.to_string()))?;
    let said = match &finding.trouble {
        Trouble::Walk(walk) => walk.to_string(),
        Trouble::Case(case) => {
            let labels = case.labels().filter(|label| label.kind() != "inspect").map(ToString::to_string);
            let labels = labels.collect::<Vec<_>>().join(", ");
            if labels.is_empty() { finding.sent.last().cloned().unwrap_or_default() } else { labels }
        }
    };
    let shown: String = printable::line(&said).chars().take(200).collect();
    writeln!(out, "  with {shown}")
}

fn write_tally(out: &mut dyn Write, tally: &Tally) -> std::io::Result<()> {
    let Progress { cases, novel, findings, complaints, undone, .. } = tally.progress;
    let seconds = tally.elapsed.as_secs_f64();
    writeln!(
        out,
        "{cases} cases in {seconds:.1} s ({:.0} a second), {novel} novel answers, {complaints} complaints in {findings} findings",
        per_second(cases, tally.elapsed)
    )?;
    if undone > 0 {
        let reason = tally.undone.as_deref().unwrap_or_default();
        writeln!(out, "{undone} could not be carried out; the first: {}", printable::line(reason))?;
    }
    if let Some(reason) = &tally.incomplete {
        writeln!(out, "ended early: {}", printable::line(reason))?;
    }
    Ok(())
}

fn per_second(cases: u64, elapsed: Duration) -> f64 {
    // A session has no more cases than a `u32` holds for this figure to matter.
    let cases = u32::try_from(cases).unwrap_or(u32::MAX);
    f64::from(cases) / elapsed.as_secs_f64().max(0.001)
}

/// The line on stderr that shows how far the session is, where that is a terminal.
struct StatusLine {
    start: Stopwatch,
    is_terminal: bool,
    told: Option<Duration>,
}

impl StatusLine {
    /// How often it is drawn.
    const PAUSE: Duration = Duration::from_millis(200);

    fn new() -> Self {
        Self { start: Stopwatch::start(), is_terminal: std::io::stderr().is_terminal(), told: None }
    }

    fn show(&mut self, progress: Progress) {
        let now = self.start.elapsed();
        if !self.is_terminal || self.told.is_some_and(|told| now.saturating_sub(told) < Self::PAUSE) {
            return;
        }
        self.told = Some(now);
        let Progress { cases, novel, findings, .. } = progress;
        let rate = per_second(cases, now);
        // A line that cannot be drawn is not worth an error.
        let _ = write!(
            style::stderr(),
            "\r\u{1b}[K{cases} cases, {rate:.0} a second, {novel} novel answers, {findings} findings"
        );
    }

    fn clear(&mut self) {
        if self.is_terminal && self.told.take().is_some() {
            let _ = write!(style::stderr(), "\r\u{1b}[K");
        }
    }

    fn note(&mut self, text: &str) {
        self.clear();
        let _ = writeln!(style::stderr(), "{}", printable::line(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_with_what_it_found_and_a_subject_that_is_gone_is_no_finding() {
        let progress =
            |findings, lost, done| Progress { findings, lost, done, undone: 2, ..Progress::default() };
        let gone = Some("the subject is gone");
        let stopped = Some("stopped by SIGINT");
        let table = [
            (progress(0, 0, 5), None, 0),
            (progress(0, 0, 5), stopped, 0),
            (progress(0, 0, 5), gone, 3),
            (progress(0, 0, 0), None, 3),
            (progress(2, 2, 5), None, 1),
            (progress(2, 2, 5), stopped, 1),
            (progress(2, 2, 5), gone, 3),
            (progress(3, 2, 5), gone, 1),
        ];
        for (progress, reason, code) in table {
            let incomplete = reason.map(str::to_owned);
            let tally = Tally { progress, elapsed: Duration::ZERO, incomplete, undone: None };
            assert_eq!(exit(&tally).code(), code, "{tally:?}");
        }
    }
}
