//! `countersign bench`: what the harness costs, as ratios to a load generator that sends one fixed body to the same server.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use anyhow::Context as _;
use countersign::clock::Stopwatch;
use countersign::reference::EmbeddedServer;
use countersign::seed::Seed;
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

/// Rounds of both programs, one after the other, so that neither has the machine at a better time.
const ROUNDS: usize = 5;
/// Connections of both programs.
const CONNECTIONS: usize = 8;
/// How long the load generator runs in a round.
const SLICE: Duration = Duration::from_secs(2);
/// How many cases the harness runs in a round: about as long.
const CASES: &str = "20000";
/// How often the whole suite is timed.
const SUITE_RUNS: usize = 5;
/// The harness reaches at least this part of the load generator's request rate.
const RATIO_MIN: f64 = 0.5;
/// The whole suite against the embedded server takes at most this long, start included.
const SUITE_MAX: Duration = Duration::from_secs(2);
/// The first request goes out after at most this time.
const FIRST_REQUEST_MAX: Duration = Duration::from_millis(50);

/// Measure the harness against oha on the same server, and the whole suite from start to end
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  cargo install oha
  countersign bench
  countersign bench --check --oha ~/.cargo/bin/oha

The server is the embedded one; both programs use 8 connections and take turns. oha sends one fixed body; the harness
generates, sets up users, sends, judges and records. Requests of both are counted on the wire, set-up included.")]
pub(crate) struct BenchArgs {
    /// The load generator: the program of the crate `oha`
    #[arg(long, value_name = "PATH", default_value = "oha")]
    oha: PathBuf,
    /// End with exit code 1 where a figure misses its goal
    #[arg(long)]
    check: bool,
}

/// Measures and prints.
pub(crate) fn run(args: &BenchArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let server = EmbeddedServer::start(Seed::DEFAULT)?;
    let url = server.url();
    let mut rates: Vec<(f64, f64)> = Vec::new();
    for round in 1..=ROUNDS {
        let load = oha(args, &url)?;
        let own = harness(&url)?;
        writeln!(
            out,
            "round {round}: oha {load:.0} requests/s, countersign {own:.0} requests/s, ratio {:.2}",
            own / load
        )?;
        rates.push((load, own));
    }
    let ratio = median(rates.iter().map(|(load, own)| own / load).collect());
    let suites = (0..SUITE_RUNS).map(|_| suite()).collect::<anyhow::Result<Vec<_>>>()?;
    let seconds = median(suites.iter().map(|(whole, _)| *whole).collect());
    let first = median(suites.iter().map(|(_, first)| *first).collect());
    let goals = [
        ("requests, as a part of oha's", ratio, RATIO_MIN, ratio >= RATIO_MIN),
        (
            "whole suite, start included, in s",
            seconds,
            SUITE_MAX.as_secs_f64(),
            seconds <= SUITE_MAX.as_secs_f64(),
        ),
        (
            "first request after, in s",
            first,
            FIRST_REQUEST_MAX.as_secs_f64(),
            first <= FIRST_REQUEST_MAX.as_secs_f64(),
        ),
    ];
    let mut missed = false;
    for (name, value, goal, is_met) in goals {
        missed |= !is_met;
        let word = if is_met { "met" } else { "missed" };
        writeln!(out, "{name:34} median {value:.3}   goal {goal:.3}   {word}")?;
    }
    Ok(if missed && args.check { Exit::Mismatch.into() } else { ExitCode::SUCCESS })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The request rate of the load generator with one fixed body that is refused cheaply.
fn oha(args: &BenchArgs, url: &str) -> anyhow::Result<f64> {
    let seconds = format!("{}s", SLICE.as_secs());
    let body =
        r#"{"ClientId":"1example23456789abcdefghij","Username":"somebody","ConfirmationCode":"123456"}"#;
    let output = Command::new(&args.oha)
        .args([
            "--no-tui",
            "--output-format",
            "json",
            "-z",
            &seconds,
            "-c",
            &CONNECTIONS.to_string(),
            "-m",
            "POST",
        ])
        .args(["-H", "Content-Type: application/x-amz-json-1.1"])
        .args(["-H", "X-Amz-Target: AWSCognitoIdentityProviderService.ConfirmSignUp", "-d", body, url])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| {
            Diagnosis::new(Exit::Inconclusive, format!("cannot run `{}`", args.oha.display()))
                .caused_by(error)
                .hint("`cargo install oha` installs it; `--oha PATH` says where it is")
        })?;
    let report: Value = serde_json::from_slice(&output.stdout).context("oha printed no JSON")?;
    report.pointer("/summary/requestsPerSec").and_then(Value::as_f64).context("oha reported no request rate")
}

/// The request rate of the harness: generate, set up, send, judge, record. A process of its own, like the load generator.
fn harness(url: &str) -> anyhow::Result<f64> {
    let codes = "http:/_countersign/codes/${pool_id}/${username}#/Code";
    let (_, timing) = countersign(&["--endpoint", url, "--code-source", codes, "--cases", CASES])?;
    Ok(timing.requests / timing.elapsed_s)
}

/// One run of the whole suite: its wall-clock time, start included, and the time of its first request, in seconds.
fn suite() -> anyhow::Result<(f64, f64)> {
    let (whole, timing) = countersign(&[])?;
    Ok((whole.as_secs_f64(), timing.first_request_s))
}

/// The figures that a run reports of itself.
struct Reported {
    requests: f64,
    elapsed_s: f64,
    first_request_s: f64,
}

/// Runs this program as `run` with these flags; gives its wall-clock time and what it reports.
fn countersign(flags: &[&str]) -> anyhow::Result<(Duration, Reported)> {
    let folder = std::env::temp_dir();
    let report = folder.join(format!("countersign-bench-{}.json", std::process::id()));
    let ledger = folder.join(format!("countersign-bench-{}.jsonl", std::process::id()));
    let watch = Stopwatch::start();
    let status = Command::new(std::env::current_exe()?)
        .args(["run", "--quiet", "--jobs", &CONNECTIONS.to_string()])
        .arg("--report")
        .arg(format!("json={}", report.display()))
        .arg("--ledger")
        .arg(&ledger)
        .args(flags)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()?;
    let whole = watch.elapsed();
    anyhow::ensure!(status.success(), "the run ended with {status}");
    let parsed: Value = serde_json::from_slice(&std::fs::read(&report)?)?;
    std::fs::remove_file(&report)?;
    let figure = |name: &str| {
        let pointer = format!("/timing/{name}");
        parsed
            .pointer(&pointer)
            .and_then(Value::as_f64)
            .with_context(|| format!("the report has no `{pointer}`"))
    };
    let timing = Reported {
        requests: figure("requests")?,
        elapsed_s: figure("elapsed_ns")? / 1e9,
        first_request_s: figure("first_request_ns")? / 1e9,
    };
    Ok((whole, timing))
}
