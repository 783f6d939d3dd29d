//! `countersign subjects`: what can be launched by name, and what each lacks.

use super::diagnostic::Diagnosis;
use super::values::Format;
use countersign::subject::{Launch, Profile};
use serde::Serialize;
use std::io::{self, Write};
use std::process::ExitCode;

/// List the subjects that `--subject` takes by name, and what cannot be tested on each
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign subjects
  countersign subjects ./my-emulator.toml
  countersign subjects --format json | jq -r '.[].name'")]
pub(crate) struct SubjectsArgs {
    /// The subjects to show: names, or profile files [default: all that come with Countersign]
    #[arg(value_name = "NAME|FILE")]
    pub(crate) subjects: Vec<String>,
    /// The form of the list: table or json
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: Format,
}

/// A subject as the list shows it.
#[derive(Serialize)]
struct Row {
    name: String,
    version: String,
    licence: String,
    homepage: String,
    install: &'static str,
    launch: &'static str,
    auth: &'static str,
    code: String,
    lacks: Vec<String>,
}

impl From<&Profile> for Row {
    fn from(profile: &Profile) -> Self {
        Self {
            name: profile.name.clone(),
            version: profile.version.clone(),
            licence: profile.licence.clone(),
            homepage: profile.homepage.clone(),
            install: profile.install.name(),
            launch: match profile.launch {
                Launch::Embedded => "embedded",
                Launch::Endpoint(_) => "endpoint",
                Launch::Process(_) => "process",
            },
            auth: profile.control.auth.name(),
            code: profile.code.to_string(),
            lacks: profile.lacks(),
        }
    }
}

/// Writes the list to `out`.
pub(crate) fn run(args: &SubjectsArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let profiles = if args.subjects.is_empty() {
        Profile::built_in()?
    } else {
        let found = args.subjects.iter().map(|subject| Profile::find(subject));
        found.collect::<Result<_, _>>().map_err(|error| Diagnosis::usage(error.to_string()))?
    };
    let rows: Vec<Row> = profiles.iter().map(Row::from).collect();
    match args.format {
        Format::Table => write_table(out, &rows)?,
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn write_table(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    let head = ["NAME", "VERSION", "INSTALL", "AUTH", "CODE"];
    let short = |row: &Row| -> [String; 5] {
        let code = row.code.split(' ').next().unwrap_or_default();
        [&row.name, &row.version, row.install, row.auth, code].map(str::to_owned)
    };
    let cells: Vec<[String; 5]> =
        std::iter::once(head.map(str::to_owned)).chain(rows.iter().map(short)).collect();
    let widest = |column: usize| {
        let lengths = cells.iter().filter_map(|row| row.get(column).map(String::len));
        lengths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(widest).collect();
    let notes = std::iter::once(&[][..]).chain(rows.iter().map(|row| row.lacks.as_slice()));
    for (cells, lacks) in cells.iter().zip(notes) {
        let padded = cells.iter().zip(&widths);
        let line: Vec<String> = padded.map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(out, "{}", line.join("  ").trim_end())?;
        for lack in lacks {
            writeln!(out, "    {}", countersign::wire::escape(lack.as_bytes()))?;
        }
    }
    Ok(())
}
