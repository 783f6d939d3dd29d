//! `countersign corpus`: what sessions keep.

use super::diagnostic::Diagnosis;
use countersign::explore::{Dictionary, merge};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Work on what fuzzing sessions keep
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign corpus merge shard-0 shard-1 --into fuzz-all
  countersign corpus dictionary > confirm_sign_up.dict")]
pub(crate) struct CorpusArgs {
    #[command(subcommand)]
    command: CorpusCommand,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum CorpusCommand {
    /// Put the inputs and findings of several sessions into one folder, each once
    #[command(after_help = "Examples:
  countersign corpus merge shard-0 shard-1 --into fuzz-all")]
    Merge {
        /// The folders of sessions
        #[arg(value_name = "DIR", required = true)]
        from: Vec<PathBuf>,
        /// The folder that they go to
        #[arg(long, value_name = "DIR")]
        into: PathBuf,
    },
    /// Print the tokens that are built in, in the form that AFL and libFuzzer read
    #[command(after_help = "Examples:
  countersign corpus dictionary > confirm_sign_up.dict")]
    Dictionary,
}

/// Does it.
pub(crate) fn run(args: &CorpusArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    match &args.command {
        CorpusCommand::Merge { from, into } => {
            if let Some(folder) = from.iter().find(|folder| !folder.is_dir()) {
                return Err(Diagnosis::usage(format!("`{}` is no folder", folder.display())).into());
            }
            let merged = merge(from, into)
                .map_err(|error| Diagnosis::usage("the folders cannot be merged").caused_by(error))?;
            writeln!(
                out,
                "{} inputs and {} findings added, {} were there already",
                merged.inputs, merged.findings, merged.left
            )?;
        }
        CorpusCommand::Dictionary => out.write_all(Dictionary::built_in().write().as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}
