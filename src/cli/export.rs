//! `countersign export`: the cases in forms that other projects read.

use anyhow::Context as _;
use countersign::export::{Exported, smithy};
use countersign::harness::{Rules, Select};
use countersign::model::{Model, Revision};
use countersign::seed::Seed;
use countersign::wire;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Write the cases in forms that other projects read
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  countersign export smithy > confirm-sign-up-malformed.json")]
pub(crate) struct ExportArgs {
    #[command(subcommand)]
    command: ExportCommand,
}

#[derive(Debug, clap::Subcommand)]
enum ExportCommand {
    /// Write malformed requests as Smithy protocol tests (httpMalformedRequestTests, JSON AST 2.0)
    ///
    /// Taken are the requests that the trait can say and whose refusal is attested, inferred at least. Each test names
    /// its requirement and evidence; its tags are the layer and how well the answer is attested.
    #[command(after_help = "Examples:\n  \
        countersign export smithy > confirm-sign-up-malformed.json\n  \
        countersign export smithy --out confirm-sign-up-malformed.json")]
    Smithy(SmithyArgs),
}

#[derive(Debug, clap::Args)]
struct SmithyArgs {
    /// Write to this file instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs the command; `out` takes what is printed.
pub(crate) fn run(args: ExportArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let ExportCommand::Smithy(SmithyArgs { out: file }) = args.command;
    let exported = exported(&Rules::built_in()?)?;
    match file {
        None => out.write_all(exported.text.as_bytes())?,
        Some(file) => {
            let name = shown(&file);
            std::fs::write(&file, &exported.text).with_context(|| format!("`{name}`: cannot be written"))?;
            writeln!(out, "{} tests in {name}", exported.tests)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn exported(rules: &Rules) -> anyhow::Result<Exported> {
    let suite = rules.suite(Seed::DEFAULT, 0, &Select::everything());
    let cases = suite.iter().map(|selected| (&*selected.case, rules.expectations(&selected.case)));
    Ok(smithy(Model::of(Revision::NEWEST), cases)?)
}

fn shown(path: &Path) -> String {
    wire::escape(path.display().to_string().as_bytes())
}
