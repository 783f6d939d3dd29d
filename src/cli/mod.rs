//! Flags to options, diagnostics, exit codes. Knows no internals of a stage.
//!
//! One file a command, each with its clap arguments. A command is wired by a variant of [`Command`] and a line in
//! [`dispatch`].

mod bench;
mod compare;
mod completions;
mod config;
mod corpus;
mod diagnostic;
mod diff;
mod exit;
mod explain;
mod export;
mod findings;
mod fuzz;
mod github;
mod grade;
mod hunters;
mod known;
mod list;
mod matrix;
mod merge;
mod model;
mod options;
mod page;
mod page_source;
mod prove;
mod render;
mod report_context;
mod report_file;
mod report_input;
mod repro;
mod review;
mod run;
mod run_args;
mod sdk;
mod secret_hash;
mod serve;
mod site;
mod snapshots;
mod style;
mod subjects;
mod sweep;
mod values;
mod vectors;

use clap::{CommandFactory, Parser, Subcommand};
use countersign::case::Case;
use countersign::corpus::Evidence;
use countersign::harness::{Rules, Select, Selected};
use countersign::model::{Change, Touched};
use countersign::replay::transport::{HttpTransport, Limits};
use countersign::report::TlsOptions;
use countersign::requirement::Requirement;
use countersign::seed::Seed;
use std::process::ExitCode;
use std::rc::Rc;

/// Conformance and fuzz harness for Amazon Cognito's ConfirmSignUp, on the wire
#[derive(Debug, Parser)]
#[command(
    name = "countersign",
    version,
    max_term_width = 110,
    after_help = "Examples:
  countersign run                     judge the embedded reference server
  countersign run --subject moto      install, launch, judge and stop an emulator
  countersign explain CSU-CODE-001    what a requirement says, and where that comes from

Exit codes:
   0  conformant, or the command did what it was asked to
   1  a mismatch that fails the run; for `model diff`, a change; for `compare`, see there
   2  wrong flags, configuration or corpus file
   3  the subject is unreachable, or the run is inconclusive; for `sweep`, something is left
   4  no case selected
   5  a stale entry among the known failures, a list of them that is wrong by itself, or a snapshot that waits for review
  70  a bug in Countersign"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the cases against a subject and report which requirements it keeps
    #[command(after_help = "Examples:
  countersign run
  countersign run --subject moto --report junit=target/moto.xml
  countersign run --subject moto --snapshots snapshots/moto
  countersign run --subject ./my-emulator.toml --filter 'CSU-HASH-*' --filter '!CSU-HASH-009'
  countersign run --endpoint http://127.0.0.1:9229 \\
    --code-source 'http:/_countersign/codes/${pool_id}/${username}#/Code'

Flags can stand in countersign.toml as well, under [run] and by their long names; the client secret and the code \
cannot. The last example is for `countersign serve --port 9229`.")]
    Run(Box<run_args::RunCommand>),
    Fuzz(Box<fuzz::FuzzArgs>),
    Replay(Box<findings::ReplayArgs>),
    Promote(findings::PromoteArgs),
    Diff(Box<diff::DiffArgs>),
    Corpus(corpus::CorpusArgs),
    List(list::ListArgs),
    Merge(merge::MergeArgs),
    Grade(grade::GradeArgs),
    Repro(Box<repro::ReproArgs>),
    Known(known::KnownArgs),
    Review(review::ReviewArgs),
    Explain(explain::ExplainArgs),
    Matrix(Box<matrix::MatrixArgs>),
    Page(page::PageArgs),
    Export(export::ExportArgs),
    Model(model::ModelArgs),
    Subjects(subjects::SubjectsArgs),
    Serve(serve::ServeArgs),
    Sweep(sweep::SweepArgs),
    Bench(bench::BenchArgs),
    Prove(prove::ProveArgs),
    Sdk(Box<sdk::SdkArgs>),
    Render(render::RenderArgs),
    Compare(compare::CompareArgs),
    SecretHash(secret_hash::SecretHashArgs),
    Vectors(vectors::VectorsArgs),
    Completions(completions::CompletionsArgs),
}

/// Runs the program and returns its exit code.
pub(crate) fn main() -> ExitCode {
    diagnostic::install_panic_hook();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to stdout and are no error; a closed pipe is none either.
            let _ = error.print();
            return if error.use_stderr() { exit::Exit::Usage } else { exit::Exit::Conformant }.into();
        }
    };
    let outcome = std::panic::catch_unwind(|| dispatch(cli.command));
    match outcome {
        // A thread of the run may have met a bug that its verdicts do not show.
        _ if diagnostic::has_panicked() => exit::Exit::Bug.into(),
        Err(_) => exit::Exit::Bug.into(),
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            // Nothing is left to do where even stderr is gone.
            let _ = diagnostic::write_error(&mut style::stderr(), &error);
            diagnostic::exit_of(&error).into()
        }
    }
}

fn dispatch(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Run(args) => run::run((*args).into()),
        Command::Fuzz(args) => fuzz::run(*args, &mut style::stdout()),
        Command::Replay(args) => findings::replay(*args, &mut style::stdout()),
        Command::Promote(args) => findings::promote(&args, &mut style::stdout()),
        Command::Diff(args) => diff::run(&args, &mut style::stdout()),
        Command::Corpus(args) => corpus::run(&args, &mut style::stdout()),
        Command::List(args) => list(&args),
        Command::Grade(args) => grade::run(&args),
        Command::Merge(args) => merge::run(&args),
        Command::Repro(args) => repro::run(*args),
        Command::Known(args) => known::run(args),
        Command::Review(args) => review::run(&args, &mut style::stdout()),
        Command::Explain(args) => explain(&args),
        Command::Matrix(args) => matrix::run(*args),
        Command::Page(args) => page::run(&args),
        Command::Export(args) => export::run(args, &mut style::stdout()),
        Command::Model(args) => model(args),
        Command::Subjects(args) => subjects::run(&args, &mut style::stdout()),
        Command::Serve(args) => serve::run(&args),
        Command::Sweep(args) => sweep(args),
        Command::Bench(args) => bench::run(&args, &mut style::stdout()),
        Command::Prove(args) => prove::run(&args, &mut style::stdout()),
        Command::Sdk(args) => sdk::run(*args),
        Command::Render(args) => render::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::SecretHash(args) => secret_hash::run(&args, &mut style::stdout()),
        Command::Vectors(args) => vectors::run(&args, &mut style::stdout()),
        Command::Completions(args) => {
            completions::write_completions(&mut style::stdout(), &args, &mut Cli::command())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The cases of the suite, in order, each with the requirements that govern it.
fn suite(rules: &Rules) -> Vec<Selected> {
    rules.suite(Seed::DEFAULT, 0, &Select::everything())
}

fn list(args: &list::ListArgs) -> anyhow::Result<ExitCode> {
    let options = options::RunOptions::new(config::complete(args.of_run())?)?;
    let rules = run::rules(&options)?;
    let mut cases = rules.suite(options.seed, 0, &run::select(&options));
    let taken = options.cases.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
    cases.truncate(taken);
    cases.retain(|selected| options.shard.is_none_or(|shard| shard.holds(&selected.case.id)));
    let row = |Selected { case, requirements }: &Selected| {
        list::Row::new(case, requirements, rules.is_scored(case, options.gate))
    };
    let rows: Vec<list::Row> = cases.iter().map(row).collect();
    list::write_list(&mut style::stdout(), args, &rows)?;
    let exit = if rows.is_empty() { exit::Exit::NoCase } else { exit::Exit::Conformant };
    Ok(exit.into())
}

fn explain(args: &explain::ExplainArgs) -> anyhow::Result<ExitCode> {
    let rules = Rules::with_folders(&args.cases).map_err(run::wrong_corpus)?;
    let evidence = Evidence::embedded()?;
    let cases: Vec<Case> =
        suite(&rules).into_iter().map(|selected| Rc::unwrap_or_clone(selected.case)).collect();
    let subject = explain::Subject { table: rules.table(), evidence: &evidence, cases: &cases };
    match explain::write_explanation(&mut style::stdout(), args, subject) {
        Err(error @ explain::ExplainError::Unknown { .. }) => {
            Err(diagnostic::Diagnosis::usage(error.to_string()).into())
        }
        outcome => {
            outcome?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Runs `countersign model`; a change of the model touches the requirements that speak of the member or the error, and
/// the cases that these govern.
fn model(args: model::ModelArgs) -> anyhow::Result<ExitCode> {
    let rules = Rules::built_in()?;
    let cases = suite(&rules);
    let touched = |change: &Change| {
        let speaks_of = |requirement: &&Requirement| {
            let of_member = change.member().is_some_and(|member| {
                requirement
                    .member
                    .as_deref()
                    .is_some_and(|own| own.split('.').next() == member.split('.').next())
            });
            let of_error = change.error().is_some_and(|error| {
                requirement
                    .error_type
                    .as_ref()
                    .is_some_and(|aspect| aspect.accept.iter().any(|name| name == error))
            });
            of_member || of_error
        };
        let requirements: Vec<&Requirement> = rules.table().iter().filter(speaks_of).collect();
        let governed = |selected: &&Selected| {
            selected
                .requirements
                .iter()
                .any(|id| requirements.iter().any(|requirement| requirement.id == *id))
        };
        Touched {
            cases: cases.iter().filter(governed).map(|selected| selected.case.id.to_string()).collect(),
            requirements: requirements.iter().map(|requirement| requirement.id.to_string()).collect(),
        }
    };
    let outcome = model::run(args, &touched, &mut style::stdout());
    outcome.map_err(|error| diagnostic::Diagnosis::usage(format!("{error:#}")).into())
}

fn sweep(mut args: sweep::SweepArgs) -> anyhow::Result<ExitCode> {
    let allow_aws = if args.allow_aws { options::Switch::On } else { options::Switch::Off };
    let tls = site::tls(&match (args.insecure, &args.ca) {
        (true, _) => TlsOptions::Insecure,
        (_, Some(file)) => TlsOptions::Ca(file.display().to_string()),
        (_, None) => TlsOptions::System,
    })?;
    for url in &mut args.endpoint {
        // As ledgers have it.
        *url = site::endpoint(url, allow_aws)?.to_string();
    }
    let connect = |url: &str| {
        let endpoint = site::endpoint(url, allow_aws)?;
        Ok((endpoint.authority().to_owned(), HttpTransport::new(endpoint, Limits::default(), tls.clone())))
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(sweep::run(&args, &mut style::stdout(), connect))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(arguments: &[&str]) -> String {
        let all = std::iter::once("countersign").chain(arguments.iter().copied());
        Cli::try_parse_from(all).unwrap_err().to_string()
    }

    fn run_args(arguments: &[&str]) -> run_args::RunArgs {
        let all = ["countersign", "run"].into_iter().chain(arguments.iter().copied());
        match Cli::try_parse_from(all).unwrap().command {
            Command::Run(args) => (*args).into(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_that_exclude_each_other_are_refused() {
        let table: [&[&str]; 4] = [
            &["--subject", "moto", "--endpoint", "http://x"],
            &["--ca", "f", "--insecure"],
            &["--quiet", "--verbose"],
            &["--username", "u"],
        ];
        for flags in table {
            let all: Vec<&str> = std::iter::once("run").chain(flags.iter().copied()).collect();
            let text = refusal(&all);
            assert!(
                text.contains("cannot be used with") || text.contains("required arguments"),
                "{flags:?}: {text}"
            );
        }
    }

    #[test]
    fn an_unknown_value_is_answered_with_the_allowed_ones() {
        let table = [
            ("--auth", "v4", "`none`, `dummy`, `sigv4`"),
            ("--sign", "", "`none`, `dummy`, `sigv4`"),
            ("--gate", "unattested", "`documented`, `recorded`, `reported`, `inferred`"),
            ("--report", "xml=x", "`json=PATH`, `junit=PATH`"),
            ("--timeout", "5", "`500ms`, `10s`, `2m`"),
            ("--jobs", "0", "from 1 to 256"),
            ("--rate", "-0", "above 0"),
            ("--cases", "0", "from 1"),
            ("--strength", "4", "`2`, `3`"),
            ("--seed", "-1", "`random`"),
            ("--endpoint", "localhost", "`http://HOST[:PORT]`"),
        ];
        for (flag, value, allowed) in table {
            let text = refusal(&["run", &format!("{flag}={value}")]);
            assert!(text.contains(allowed), "{flag}: {text}");
        }
    }

    #[test]
    fn a_switch_can_be_taken_back_on_the_command_line() {
        let file = run_args::RunArgs { fail_fast: Some(true), insecure: Some(true), ..Default::default() };
        let args = run_args(&["--fail-fast=false"]).or(file);
        assert_eq!((args.fail_fast, args.insecure), (Some(false), Some(true)));
    }

    #[test]
    fn a_flag_wins_over_the_file_together_with_what_belongs_to_it() {
        let file = run_args::RunArgs {
            endpoint: "http://file".parse().ok(),
            code_source: Some("any".into()),
            jobs: "2".parse().ok(),
            seed: "3".parse().ok(),
            ..Default::default()
        };
        let args = run_args(&["--subject", "moto", "--seed", "9"]).or(file);
        assert_eq!(args.subject.as_deref(), Some("moto"));
        assert_eq!((args.endpoint, args.code_source), (None, None));
        assert_eq!((args.jobs, args.seed), ("2".parse().ok(), "9".parse().ok()));
    }

    fn options(arguments: &[&str]) -> Result<options::RunOptions, diagnostic::Diagnosis> {
        options::RunOptions::new(run_args(arguments))
    }

    #[test]
    fn a_run_without_flags_tests_the_reference_server() {
        let options = options(&[]).unwrap();
        assert_eq!(options.subject, options::SubjectChoice::Profile("reference".into()));
        assert_eq!((options.jobs, options.seed.0, options.gate.name()), (8, 0, "recorded"));
        assert_eq!(options.invocation, "");
    }

    #[test]
    fn a_host_of_aws_needs_leave() {
        let url = "https://cognito-idp.us-east-1.amazonaws.com";
        assert!(options(&["--endpoint", url]).unwrap_err().to_string().contains("host of AWS"));
        assert!(options(&["--endpoint", url, "--allow-aws=false"]).is_err());
        assert!(options(&["--endpoint", url, "--allow-aws"]).is_ok());
    }

    #[test]
    fn an_invocation_repeats_the_run_without_its_secrets() {
        let args = [
            "--endpoint",
            "http://127.0.0.1:1",
            "--code-source",
            "fixed:314159",
            "--client-id",
            "it's",
            "--client-secret",
            "hunter2",
            "--filter",
            "x",
            "--jobs",
            "3",
            "--insecure",
            "--gate",
            "reported",
            "--strength",
            "3",
        ];
        let options = options(&args).unwrap();
        assert_eq!(
            options.invocation,
            "--endpoint http://127.0.0.1:1 --client-id $'it\\'s' --gate reported --strength 3 \
             --code-source \"fixed:$COUNTERSIGN_CODE\" --insecure"
        );
        assert!(!format!("{options:?}").contains("hunter2"));
    }

    #[test]
    fn a_secret_without_its_app_client_is_refused() {
        let error = options(&["--client-secret", "hunter2"]).unwrap_err().to_string();
        assert_eq!(error, "`client-secret` is given without `client-id`, and means nothing alone");
    }

    #[test]
    fn a_code_and_a_place_to_read_codes_exclude_each_other() {
        let args = ["--endpoint", "http://x", "--code-source", "any", "--code", "314159"];
        let error = options(&args).unwrap_err().to_string();
        assert_eq!(error, "`code` and `code-source` exclude each other");
    }

    #[test]
    fn two_reports_cannot_share_a_file() {
        let error = options(&["--report", "json=a", "--report", "junit=a"]).unwrap_err();
        assert_eq!(error.to_string(), "two reports go to the same file `a`");
    }

    #[test]
    fn a_random_seed_differs_from_run_to_run() {
        let seeds: Vec<_> = (0..3).map(|_| options(&["--seed", "random"]).unwrap().seed).collect();
        assert!(seeds[0] != seeds[1] || seeds[1] != seeds[2]);
    }

    #[test]
    fn completions_of_every_shell_know_the_flags() {
        for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
            let args = completions::CompletionsArgs { shell: shell.parse().unwrap() };
            let mut out = Vec::new();
            completions::write_completions(&mut out, &args, &mut Cli::command()).unwrap();
            assert!(String::from_utf8(out).unwrap().contains("code-source"), "{shell}");
        }
    }

    #[test]
    fn flags_that_mean_nothing_for_one_case_are_refused_by_repro() {
        let parsed = Cli::try_parse_from(["countersign", "repro", "a/b", "--filter", "x"]).unwrap();
        let Command::Repro(args) = parsed.command else {
            panic!("repro");
        };
        assert_eq!(args.run_args().unwrap_err().to_string(), "`--filter` means nothing for a single case");
    }
}
