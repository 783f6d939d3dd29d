//! `countersign prove`: what the suite says of servers whose faults are known.

use super::exit::Exit;
use super::values::SeedChoice;
use countersign::prove::{
    Hunt, HuntOptions, Planted, Proof, Summary, write_html, write_hunt, write_json, write_text,
};
use countersign::seed::Seed;
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
  countersign prove fuzz --cases 2000 --sample 10

Everything runs in process, with the default suite. Exit code 0 means: no null server passes more than 10 % of the \
scored cases, and no check is passed by all of them; every planted fault is found by a requirement that names its \
cause and by a case that no other fault needs, and no two of them look alike in every report; no benign variant has a \
mismatch. Otherwise it is 1. `fuzz` is not part of everything: it hunts each planted fault down by drawn inputs alone, \
which takes a while, and 0 means that nine of ten were found and nothing where nothing is planted.")]
pub(crate) struct ProveArgs {
    /// What to prove: everything unless told otherwise
    #[arg(value_enum, default_value_t = Part::All)]
    part: Part,
    /// The form of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// With `fuzz`: the most inputs for each fault
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    cases: u64,
    /// With `fuzz`: take every Nth fault alone
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    sample: u64,
    /// With `fuzz`: the seed of the inputs
    #[arg(long, value_name = "N", default_value = "0")]
    seed: SeedChoice,
    /// With `fuzz`: only faults whose name contains this
    #[arg(long, value_name = "TEXT")]
    fault: Option<String>,
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
    /// Which planted faults a fuzzing session finds, without any written case
    Fuzz,
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
    if args.part == Part::Fuzz {
        return hunt(args, out);
    }
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

/// Hunts planted faults down and prints the table.
fn hunt(args: &ProveArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let seed = match args.seed {
        SeedChoice::Fixed(seed) => seed,
        SeedChoice::Random => Seed::drawn(),
    };
    let is_wanted =
        |fault: &Planted| args.fault.as_ref().is_none_or(|text| fault.id().contains(text.as_str()));
    let step = usize::try_from(args.sample).unwrap_or(usize::MAX);
    let planted: Vec<Planted> = Planted::all().into_iter().filter(is_wanted).step_by(step).collect();
    let hunt = Hunt::of(&planted, HuntOptions { cases: args.cases, seed })?;
    write_hunt(out, &hunt)?;
    Ok(if hunt.holds() { Exit::Conformant } else { Exit::Mismatch }.into())
}
