//! `countersign prove`: what the suite says of servers whose faults are known.

use super::exit::Exit;
use countersign::prove::{Proof, Summary, write_html, write_json, write_text};
use std::io::Write;
use std::process::ExitCode;

/// Prove that a verdict means something: what the suite says of servers whose faults are known
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign prove
  countersign prove null
  countersign prove faults --format json | jq -r '.faults[] | select(.fails | not) | .fault'
  countersign prove --format html > proof.html
  countersign prove --format summary > corpus/proof.json

Everything runs in process, with the default suite. Exit code 0 means: no null server passes more than 10 % of the \
scored cases, and no check is passed by all of them; every planted fault is found by a requirement that names its \
cause; no benign variant has a mismatch. Otherwise it is 1.")]
pub(crate) struct ProveArgs {
    /// What to prove: everything unless told otherwise
    #[arg(value_enum, default_value_t = Part::All)]
    part: Part,
    /// The form of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// A part of the proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Everything
    All,
    /// What null servers score, which understand nothing
    Null,
    /// Which planted faults are found, and by which cases
    Faults,
    /// That servers which are right in another way have no mismatch
    Benign,
}

/// A form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Tables for people
    Text,
    /// One JSON object, the same for the same build
    Json,
    /// One HTML page that needs nothing else
    Html,
    /// The totals alone, as in corpus/proof.json
    Summary,
}

/// Proves and prints.
pub(crate) fn run(args: &ProveArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let mut proof = Proof::default();
    if matches!(args.part, Part::All | Part::Null) {
        proof = proof.with_floor()?;
    }
    if matches!(args.part, Part::All | Part::Faults) {
        proof = proof.with_kills()?;
    }
    if matches!(args.part, Part::All | Part::Benign) {
        proof = proof.with_benign()?;
    }
    match args.format {
        Format::Text => write_text(out, &proof)?,
        Format::Json => write_json(out, &proof)?,
        Format::Html => write_html(out, &proof)?,
        Format::Summary => Summary::of(&proof).write(out)?,
    }
    Ok(if proof.holds() { Exit::Conformant } else { Exit::Mismatch }.into())
}
