//! `countersign vectors`: checks an implementation of the secret hash against the published vectors.

mod program;
mod table;

use super::diagnostic::{self, Diagnosis};
use super::exit::Exit;
use super::values::{Format, Timeout};
use countersign::corpus::SourceFile;
use countersign::vectors::{Findings, Mode, VectorFile, check, check_own};
use program::{Limits, ask};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Work with the test vectors of the SecretHash
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  countersign vectors check --command 'python3 my_hash.py'
  countersign vectors show > secret_hash.json")]
pub(crate) struct VectorsArgs {
    #[command(subcommand)]
    command: VectorsCommand,
}

#[derive(Debug, clap::Subcommand)]
enum VectorsCommand {
    /// Check an implementation of the SecretHash against every vector
    ///
    /// Without --command, Countersign checks itself, stage by stage. With it, the program is started once, by /bin/sh,
    /// and gets one JSON object a line on its standard input, which is closed after the last one:
    ///
    ///     {"id":1,"username":"…","clientId":"…","clientSecret":"…"}
    ///
    /// It answers each with one line on its standard output, in any order:
    ///
    ///     {"id":1,"secretHash":"…"}
    ///
    /// With --verify, each line has a "candidate" as well, and is answered with {"id":1,"valid":true} or false. A
    /// program that does not take such inputs answers {"id":1,"error":"why"}.
    #[command(verbatim_doc_comment)]
    #[command(after_help = "Examples:
  countersign vectors check
  countersign vectors check --command 'python3 my_hash.py'
  countersign vectors check --command './verify' --verify --format json

Exit code: 0 all passed, 1 some failed, 2 usage, 3 the program gave no usable answers.")]
    Check(CheckArgs),
    /// Print the vectors, in Wycheproof's form
    #[command(after_help = "Examples:\n  countersign vectors show > secret_hash.json")]
    Show,
}

#[derive(Debug, clap::Args)]
struct CheckArgs {
    /// The program that is checked
    #[arg(long, value_name = "COMMAND")]
    command: Option<String>,
    /// A file of vectors of your own, in the same form, instead of those that are built in
    #[arg(long, value_name = "FILE")]
    vectors: Option<PathBuf>,
    /// Ask whether each candidate is right, rather than for hashes
    #[arg(long, requires = "command")]
    verify: bool,
    /// How long the program may be silent
    #[arg(long, value_name = "DURATION", default_value = "10s", requires = "command")]
    timeout: Timeout,
    /// How long the program may take altogether
    #[arg(long, value_name = "DURATION", default_value = "2m", requires = "command")]
    total_timeout: Timeout,
    /// table or json
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
}

/// Runs the command. `out` takes what is printed.
pub(crate) fn run(args: &VectorsArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    match &args.command {
        VectorsCommand::Check(args) => run_check(args, out),
        VectorsCommand::Show => {
            out.write_all(VectorFile::embedded()?.to_text()?.as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The vectors of the user's.
fn own(path: &Path) -> Result<VectorFile, Diagnosis> {
    let wrong = |error: anyhow::Error| Diagnosis::usage(diagnostic::one_line(&error));
    let file = SourceFile::read(path).map_err(|error| wrong(error.into()))?;
    VectorFile::parse(&file.name, &file.text).map_err(|error| wrong(error.into()))
}

fn run_check(args: &CheckArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let file = match &args.vectors {
        None => VectorFile::embedded()?,
        Some(path) => own(path)?,
    };
    let mode = if args.verify { Mode::Verify } else { Mode::Generate };
    let (subject, findings) = match &args.command {
        None => ("countersign itself, every stage".to_owned(), check_own(&file)),
        Some(command) => {
            let limits = Limits { silence: args.timeout.0, total: args.total_timeout.0 };
            let answers = ask(command, &file, mode, limits).map_err(|error| {
                Diagnosis::new(Exit::Inconclusive, error.to_string())
                    .hint("see `countersign vectors check --help` for what the program is asked and answers")
            })?;
            let what = if args.verify { "asked to verify" } else { "asked for hashes" };
            (format!("{command}, {what}"), check(&file, mode, &answers))
        }
    };
    match args.format {
        Format::Table => table::write_table(out, &subject, &findings)?,
        Format::Json => {
            writeln!(out, "{}", serde_json::to_string_pretty(&table::json(&subject, &findings))?)?;
        }
    }
    Ok(exit_of(&findings).into())
}

const fn exit_of(findings: &Findings) -> Exit {
    if findings.failures.is_empty() { Exit::Conformant } else { Exit::Mismatch }
}
