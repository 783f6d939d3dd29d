//! `countersign run`: flags to options, reporters, exit code.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::github::{self, Annotations, StepSummary};
use super::options::{Premade, RunOptions, SubjectChoice, Switch};
use super::page_source::PageSource;
use super::report_context::context;
use super::report_file::{FormFile, ReportFormat, Texts, named};
use super::run_args::RunArgs;
use super::site::{Site, auth};
use super::snapshots::SnapshotRun;
use super::values::RunFormat;
use super::{config, diagnostic, known, style};
use anyhow::Context as _;
use countersign::case::CaseId;
use countersign::clock::{self, Stopwatch};
use countersign::corpus::CorpusError;
use countersign::event::{RunEnd, RunEvent, RunHeader, Timing};
use countersign::generate::Strength;
use countersign::harness::{
    self, Capturing, FailFast, HarnessError, Meter, Options, Plan, Record, Rules, Select, as_reported,
};
use countersign::model::Revision;
use countersign::prove::Summary;
use countersign::provision;
use countersign::replay::pace::Pace;
use countersign::replay::transport::HttpTransport;
use countersign::report::{
    Context, CurlLine, CurlLookup, Detail, Document as _, ENDPOINT_VARIABLE, ExchangeLog, Lookup, Progress,
    Recorder, Reporter, Terminal, Times, curl,
};
use countersign::requirement::{Attestation, Requirement, RequirementId};
use countersign::sdk::Check;
use countersign::subject::{Control, termination};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use tokio::sync::watch;

/// Runs the cases against the subject and reports.
pub(crate) fn run(args: RunArgs) -> anyhow::Result<ExitCode> {
    let start = Stopwatch::start();
    let options = RunOptions::new(config::complete(args)?)?;
    let rules = Rc::new(rules(&options)?);
    let sentences = Sentences::of(&rules);
    let sentence = |id: &RequirementId| sentences.of_requirement(id);
    let commands = curl_lines(&rules, &options);
    let command: &CurlLookup<'_> =
        &|id: &CaseId| commands.iter().find(|(known, _)| known == id).map(|(_, line)| line.clone());
    let lookup = Lookup {
        sentence: &sentence,
        curl: (options.curl == Switch::On).then_some(command),
        null_server: null_server(&options),
    };
    let source = page_source(&options, &rules, &lookup)?;
    let (mut recorder, mut annotations) = recorder(&options, &rules, lookup, source.as_ref())?;
    let (mut written, mut is_over, all) = (Ok(()), false, Rc::clone(&rules));
    let mut snapshots = SnapshotRun::of(&options)?;
    let record = if snapshots.is_some() { Record::AsSent } else { Record::Failures };
    let outcome = drive(&options, (rules, select(&options), record), start, &mut |mut event| {
        if let Some(snapshots) = &mut snapshots {
            snapshots.take(&event);
        }
        if let (Some(_), RunEvent::CaseFinished(report)) = (&snapshots, &mut event) {
            as_reported(report);
        }
        is_over |= matches!(event, RunEvent::Finished(_));
        let result = recorder.event(&event);
        written = std::mem::replace(&mut written, Ok(())).and(result);
    });
    // Before the annotations, while GitHub takes nothing for a command.
    let snapshots =
        snapshots.filter(|_| outcome.is_ok()).map(|it| it.settle(&mut style::stdout(), &|| all.ids()));
    if let (Some(annotations), true) = (&mut annotations, is_over) {
        written = written.and(annotations.write(recorder.run()));
    }
    match outcome {
        Err(error) if error.downcast_ref::<HarnessError>().is_some_and(is_nothing_selected) => {
            Err(Diagnosis::new(Exit::NoCase, "no case is selected")
                .hint("`countersign list` shows them all")
                .into())
        }
        outcome => {
            outcome?;
            written.context("a report could not be written")?;
            let exit = Exit::of_run(recorder.run());
            Ok(match snapshots.transpose()? {
                Some(snapshots) => exit.with_snapshots(snapshots).into(),
                None => exit.into(),
            })
        }
    }
}

/// What a page of HTML is written from, where one is wanted.
fn page_source<'a>(
    options: &RunOptions,
    rules: &Rc<Rules>,
    lookup: &Lookup<'a>,
) -> Result<Option<PageSource<'a>>, Diagnosis> {
    if !options.reports.iter().any(|target| target.format == ReportFormat::Html) {
        return Ok(None);
    }
    let source = PageSource::new(rules).map_err(wrong_corpus)?;
    Ok(Some(source.with_curl(lookup.curl)))
}

/// The best null server beside the score of the whole default suite: what it passes of another selection is not known.
fn null_server(options: &RunOptions) -> Option<(String, u64)> {
    let is_default = options.folders.is_empty()
        && options.revision == Revision::NEWEST
        && options.gate == Attestation::Recorded
        && options.strength == Strength::default()
        && options.cases.is_none()
        && options.shard.is_none()
        && options.filter.0.is_empty();
    let best = Summary::recorded().ok()?.null_server.filter(|_| is_default)?;
    Some((best.name, best.passed))
}

/// The rules that are built in, with those in the user's folders.
pub(crate) fn rules(options: &RunOptions) -> Result<Rules, Diagnosis> {
    Ok(Rules::with_folders(&options.folders)
        .map_err(wrong_corpus)?
        .at(options.revision)
        .covering(options.strength))
}

/// A file of cases or requirements that cannot be used.
pub(crate) fn wrong_corpus(error: CorpusError) -> Diagnosis {
    Diagnosis::usage("the cases or requirements cannot be read").caused_by(error)
}

/// The sentence of every requirement, for reports that outlive the rules.
pub(crate) struct Sentences(BTreeMap<RequirementId, String>);

impl Sentences {
    pub(crate) fn of(rules: &Rules) -> Self {
        let sentence = |requirement: &Requirement| (requirement.id.clone(), requirement.sentence.clone());
        Self(rules.table().iter().map(sentence).collect())
    }

    pub(crate) fn of_requirement(&self, id: &RequirementId) -> String {
        // What an SDK is checked for has sentences of its own.
        self.0.get(id).cloned().unwrap_or_else(|| Check::sentence_of(id))
    }
}

pub(crate) fn is_nothing_selected(error: &HarnessError) -> bool {
    matches!(error, HarnessError::NothingSelected)
}

/// The reporters that the options ask for: the progress line, the terminal's end report, the report files, what GitHub
/// reads. Files are written first: they must not be lost when the terminal is. The annotations come after all that is printed.
fn recorder<'a>(
    options: &RunOptions,
    rules: &Rules,
    lookup: Lookup<'a>,
    page: Option<&'a PageSource<'a>>,
) -> anyhow::Result<(Recorder<'a>, Option<Annotations>)> {
    let summary = github::summary_path();
    let is_needed = !options.reports.is_empty() || summary.is_some() || options.format == RunFormat::Github;
    // Whoever wants no report does not wait for the evidence to be read.
    let context = if is_needed { context(rules, null_server(options))? } else { Context::default() };
    let context = Rc::new(context);
    let texts = Texts { context: Rc::clone(&context), page };
    let times = if options.reproducible == Switch::On { Times::LeftOut } else { Times::Told };
    let mut recorder = Recorder::new().with_times(times);
    for target in &options.reports {
        recorder = recorder.with_document(FormFile::create(target, &texts)?);
    }
    if let Some(path) = summary {
        recorder = recorder.with_document(StepSummary::open(&path, &context)?);
    }
    if let Some(path) = &options.exchanges {
        let file = File::create(path).map_err(|error| {
            Diagnosis::usage(format!("cannot write the exchanges to `{}`", path.display())).caused_by(error)
        })?;
        let log = ExchangeLog::new(BufWriter::new(file));
        recorder = recorder.with_live(LogFile { log, path: path.clone() });
    }
    recorder = match options.detail {
        Detail::Quiet => recorder,
        Detail::Normal | Detail::Verbose => recorder.with_live(Progress::on_stderr(style::stderr())),
    };
    let terminal = Terminal::new(style::stdout(), style::palette(), options.detail, lookup);
    let annotations = match options.format {
        RunFormat::Text => None,
        RunFormat::Github => Some(Annotations::begin(&context)?),
    };
    Ok((recorder.with_document(terminal), annotations))
}

/// The exchange log, which says its name where it cannot be written.
struct LogFile {
    log: ExchangeLog<BufWriter<File>>,
    path: PathBuf,
}

impl Reporter for LogFile {
    fn event(&mut self, event: &RunEvent) -> io::Result<()> {
        self.log.event(event).map_err(|error| named(&self.path, &error))
    }
}

/// The curl commands of all cases, where they are wanted.
fn curl_lines(rules: &Rules, options: &RunOptions) -> Vec<(CaseId, CurlLine)> {
    if options.curl == Switch::Off {
        return Vec::new();
    }
    let endpoint = match &options.subject {
        SubjectChoice::Endpoint { url, .. } => url.0.clone(),
        SubjectChoice::Profile(_) => ENDPOINT_VARIABLE.to_owned(),
    };
    let line = |selected: harness::Selected| {
        let steps = &selected.case.steps;
        let command = curl(&steps.last()?.request, &endpoint, &options.tls).command;
        Some((selected.case.id.clone(), CurlLine { command, steps: steps.len() }))
    };
    rules.suite(options.seed, 0, &select(options)).into_iter().filter_map(line).collect()
}

pub(crate) fn select(options: &RunOptions) -> Select {
    let filter = options.filter.clone();
    Select::new(move |names| filter.takes(names))
}

/// Hands the run to the harness, and sees to it that whatever ends it, reports are written: an end that the harness
/// could not tell of is told of here.
pub(crate) fn drive(
    options: &RunOptions,
    what: (Rc<Rules>, Select, Record),
    start: Stopwatch,
    emit: &mut dyn FnMut(RunEvent),
) -> anyhow::Result<()> {
    let mut is_told = false;
    let outcome = drive_to_end(options, what, start, &mut |event| {
        is_told |= matches!(event, RunEvent::Finished(_));
        emit(event);
    });
    let is_told = is_told || outcome.as_ref().is_err_and(anyhow::Error::is::<HarnessError>);
    if let (Err(error), false) = (&outcome, is_told)
        && diagnostic::exit_of(error) == Exit::Inconclusive
    {
        let timing = Timing { elapsed: start.elapsed(), ..Timing::default() };
        emit(RunEvent::Finished(Box::new(RunEnd {
            incomplete: Some(diagnostic::one_line(error)),
            timing,
            ..RunEnd::default()
        })));
    }
    outcome
}

fn drive_to_end(
    options: &RunOptions,
    what: (Rc<Rules>, Select, Record),
    start: Stopwatch,
    emit: &mut dyn FnMut(RunEvent),
) -> anyhow::Result<()> {
    // Before anything is installed or launched.
    let listed = Rc::new(known::read(&options.known)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (stop, mut stopped) = watch::channel(None);
        let (abort, mut aborted) = watch::channel(None);
        tokio::spawn(async move {
            // Nobody listens any more once the run is over.
            if let Ok(signal) = termination().await {
                let _ = stop.send(Some(format!("stopped by {signal}")));
            }
            if let Ok(signal) = termination().await {
                let _ = abort.send(Some(signal));
            }
        });
        let cut = |text: String| anyhow::Error::from(Diagnosis::new(Exit::Inconclusive, text));
        let mut note = |text| emit(RunEvent::Note(text));
        let mut site = tokio::select! {
            biased;
            Ok(reason) = stopped.wait_for(Option::is_some) => {
                return Err(cut(format!("{} before the first case", reason.as_deref().unwrap_or_default())));
            }
            site = Site::open(options, &mut note) => site?,
        };
        let mut plan = plan(options, what, &mut site, Stopped { start, stopped })?;
        plan.options.known = listed;
        // The first signal lets the run clean up after itself; the second one ends that as well.
        let outcome = tokio::select! {
            biased;
            Ok(signal) = aborted.wait_for(Option::is_some) => {
                let signal = signal.unwrap_or_default();
                return Err(cut(format!("stopped by {signal} while cleaning up; what is left is for `countersign sweep`")));
            }
            outcome = harness::run(plan, emit) => outcome,
        };
        site.close().await;
        match outcome {
            Ok(_) => Ok(()),
            Err(error @ HarnessError::NothingSelected) => Err(error.into()),
            Err(error) => Err(Diagnosis::new(Exit::Inconclusive, "the run could not be carried out")
                .caused_by(error)
                .into()),
        }
    })
}

/// When the run began, and what ends it.
pub(crate) struct Stopped {
    pub(crate) start: Stopwatch,
    pub(crate) stopped: watch::Receiver<Option<String>>,
}

pub(crate) fn plan(
    options: &RunOptions,
    (rules, select, record): (Rc<Rules>, Select, Record),
    site: &mut Site,
    stopped: Stopped,
) -> anyhow::Result<Plan<HttpTransport>> {
    let sign = Control { auth: auth(options.sign), ..site.profile.control.clone() };
    let sign = provision::Authoriser::new(&sign).map_err(|error| Diagnosis::usage(error.to_string()))?;
    Ok(Plan {
        options: Options {
            seed: options.seed,
            jobs: options.jobs,
            cases: options.cases,
            select,
            record,
            gate: options.gate,
            shard: options.shard,
            capturing: if options.exchanges.is_some() { Capturing::On } else { Capturing::Off },
            confirmations: options.confirmations,
            known: Rc::default(),
            fail_fast: if options.fail_fast == Switch::On { FailFast::Yes } else { FailFast::No },
        },
        rules,
        suite: None,
        header: RunHeader {
            countersign: env!("CARGO_PKG_VERSION").to_owned(),
            revision: options.revision.to_string(),
            subject: site.title(),
            endpoint: site.shown_endpoint(),
            seed: options.seed.0,
            gate: options.gate.to_string(),
            cases: 0,
            invocation: options.invocation.clone(),
            shard: None,
        },
        name: run_name(options, site),
        connect: {
            let connect = site.connector();
            Box::new(move |_| connect())
        },
        host: site.endpoint.authority().to_owned(),
        control: site.profile.control.clone(),
        codes: site.codes.clone(),
        premade: options.premade.as_ref().map(premade),
        sign,
        pace: options.rate.map_or_else(Pace::unlimited, Pace::per_second),
        meter: Rc::new(Meter::new(stopped.start)),
        stop: stopped.stopped,
        ledger: std::mem::replace(&mut site.ledger, provision::Ledger::in_memory()),
        origin: site.origin(),
    })
}

/// The first part of the name of every user pool: no two runs at one endpoint share it. Two shards may start in the
/// same second, each as the first process of its container.
fn run_name(options: &RunOptions, site: &Site) -> String {
    let name = if site.ends_with_the_run() {
        format!("countersign-{}", options.seed)
    } else {
        format!("countersign-{}-{}", clock::unix_seconds(), std::process::id())
    };
    match options.shard {
        Some(shard) => format!("{name}-{}of{}", shard.number(), shard.of()),
        None => name,
    }
}

fn premade(given: &Premade) -> provision::Premade {
    provision::Premade {
        client_id: given.client_id.clone(),
        client_secret: given.client_secret.clone(),
        username: given.username.clone(),
        code: given.code.clone(),
        pool_id: given.pool_id.clone(),
    }
}
