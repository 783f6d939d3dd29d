//! `countersign run`: flags to options, reporters, exit code.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::options::RunOptions;
use super::report_file::ReportFile;
use super::run_args::RunArgs;
use super::{config, style};
use countersign::report::{Detail, Lookup, Progress, Recorder, Terminal};
use std::process::ExitCode;

/// Runs the cases against the subject and reports.
pub(crate) fn run(args: RunArgs) -> anyhow::Result<ExitCode> {
    let options = RunOptions::new(config::complete(args)?)?;
    let sentence = |_: &_| String::new();
    let lookup = Lookup { sentence: &sentence, curl: None, null_server: None };
    let mut recorder = recorder(&options, lookup)?;
    drive(&options, &mut recorder)?;
    Ok(Exit::of_run(recorder.run()).into())
}

/// The reporters that the options ask for: the progress line, the terminal's end report, the report files. Files are
/// written first: they must not be lost when the terminal is.
fn recorder<'a>(options: &RunOptions, lookup: Lookup<'a>) -> Result<Recorder<'a>, Diagnosis> {
    let mut recorder = Recorder::new();
    for target in &options.reports {
        recorder = recorder.with_document(ReportFile::create(target)?);
    }
    recorder = match options.detail {
        Detail::Quiet => recorder,
        Detail::Normal | Detail::Verbose => recorder.with_live(Progress::on_stderr(style::stderr())),
    };
    let terminal = Terminal::new(style::stdout(), style::palette(), options.detail, lookup);
    Ok(recorder.with_document(terminal))
}

/// Hands the run to the harness.
fn drive(options: &RunOptions, _recorder: &mut Recorder<'_>) -> Result<(), Diagnosis> {
    Err(Diagnosis::new(Exit::Bug, format!("no harness is built in yet that could run {options:?}")))
}
