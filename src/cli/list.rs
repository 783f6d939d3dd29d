//! `countersign list`: the cases that a run would take.

use super::run_args::RunArgs;
use super::values::{Cases, Format, Pattern};
use countersign::case::{Case, Label, Layer};
use countersign::generate::Strength;
use countersign::report::printable;
use countersign::requirement::RequirementId;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

/// List the cases that a run would take, with the requirements that govern them and what was done
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign list --filter 'CSU-HASH-*'
  countersign list --filter json-text --filter '!spelling/*' --count
  countersign list --strength 3 --filter 'covering/*'
  countersign list --config ci.toml --count
  countersign list --format json | jq -r '.[].id'")]
pub(crate) struct ListArgs {
    /// Take only cases whose id, layer or requirement matches; with a `!` before the glob, leave those out; repeatable
    #[arg(long, value_name = "GLOB")]
    pub(crate) filter: Vec<Pattern>,
    /// Add the cases and requirements in a folder of your own; repeatable
    #[arg(long, value_name = "DIR")]
    pub(crate) cases: Vec<PathBuf>,
    /// How many optional members are covered together, in each of their states: 2 or 3 [default: 2]
    #[arg(long, value_name = "N")]
    pub(crate) strength: Option<Strength>,
    /// The form of the list: table or json
    #[arg(long, value_name = "FORMAT", default_value = "table", conflicts_with = "count")]
    pub(crate) format: Format,
    /// Print only how many cases there are, and how many of them are scored, by layer and family
    #[arg(long)]
    pub(crate) count: bool,
    /// Read what a run takes from this file: filter, cases, revision, strength, shard [default: countersign.toml, if there
    /// is one]
    #[arg(long, value_name = "PATH")]
    pub(crate) config: Option<PathBuf>,
}

impl ListArgs {
    /// The flags of the run that is asked about.
    pub(crate) fn of_run(&self) -> RunArgs {
        RunArgs {
            filter: self.filter.clone(),
            cases: self.cases.iter().cloned().map(Cases::Folder).collect(),
            strength: self.strength,
            config: self.config.clone(),
            ..RunArgs::default()
        }
    }
}

/// A case as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    id: String,
    layer: &'static str,
    /// Whether the case can fail the run.
    scored: bool,
    requirements: Vec<String>,
    labels: Vec<String>,
}

impl Row {
    /// The row of a case that these requirements govern.
    pub(crate) fn new(case: &Case, requirements: &[RequirementId], scored: bool) -> Self {
        Self::of((case.id.as_str(), case.layer, scored), requirements, case.labels())
    }

    fn of<'a>(
        (id, layer, scored): (&str, Layer, bool),
        requirements: &[RequirementId],
        labels: impl Iterator<Item = &'a Label>,
    ) -> Self {
        Self {
            id: id.to_owned(),
            layer: layer.name(),
            scored,
            requirements: requirements.iter().map(|id| id.0.clone()).collect(),
            labels: labels.map(|label| label.as_str().to_owned()).collect(),
        }
    }

    /// The first part of the id.
    fn family(&self) -> &str {
        self.id.split_once('/').map_or(self.id.as_str(), |(family, _)| family)
    }
}

/// Writes the rows, in their order.
pub(crate) fn write_list(out: &mut dyn Write, args: &ListArgs, rows: &[Row]) -> io::Result<()> {
    if args.count {
        return write_counts(out, rows);
    }
    match args.format {
        Format::Table => write_table(out, rows),
        Format::Json => write_json(out, rows),
    }
}

/// The widest first and third column; longer texts push the rest of their line.
const ID_WIDTH_MAX: usize = 48;
const REQUIREMENTS_WIDTH_MAX: usize = 32;

fn write_table(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    let widest = |texts: &mut dyn Iterator<Item = usize>, max: usize| texts.max().unwrap_or(0).min(max);
    let id_width = widest(&mut rows.iter().map(|row| row.id.chars().count()), ID_WIDTH_MAX);
    let layer_width = widest(&mut rows.iter().map(|row| row.layer.len()), ID_WIDTH_MAX);
    let requirements_width = widest(
        &mut rows.iter().map(|row| row.requirements.join(" ").chars().count()),
        REQUIREMENTS_WIDTH_MAX,
    );
    for row in rows {
        let line = format!(
            "{:id_width$}  {:layer_width$}  {:requirements_width$}  {}",
            row.id,
            row.layer,
            row.requirements.join(" "),
            row.labels.join(" ")
        );
        writeln!(out, "{}", printable::line(line.trim_end()))?;
    }
    Ok(())
}

/// How many cases there are, and how many are scored.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    cases: u64,
    scored: u64,
}

impl Count {
    fn add(&mut self, row: &Row) {
        self.cases += 1;
        self.scored += u64::from(row.scored);
    }
}

/// A line for each layer, below it one for each of its families, and the total at the end.
fn write_counts(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    let mut total = Count::default();
    let mut layers: BTreeMap<&str, (Count, BTreeMap<&str, Count>)> = BTreeMap::new();
    for row in rows {
        let (layer, families) = layers.entry(row.layer).or_default();
        total.add(row);
        layer.add(row);
        families.entry(row.family()).or_default().add(row);
    }
    let mut line = |name: &str, Count { cases, scored }: Count| {
        writeln!(out, "{:FAMILY_WIDTH$}  {cases:>6} cases  {scored:>6} scored", printable::line(name))
    };
    for (name, (layer, families)) in &layers {
        line(name, *layer)?;
        families.iter().try_for_each(|(family, count)| line(&format!("  {family}"), *count))?;
    }
    line("total", total)
}

/// The width of the names of layers and families; longer ones push the rest of their line.
const FAMILY_WIDTH: usize = 24;

fn write_json(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    write!(out, "[")?;
    for (position, row) in rows.iter().enumerate() {
        let line = serde_json::to_string(row)?;
        write!(out, "{}{}", if position == 0 { "\n" } else { ",\n" }, printable::line(&line))?;
    }
    writeln!(out, "\n]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let null = Label::new("null", "Username", "");
        let code = Label::new("code", "wrong", "");
        let id = |text: &str| RequirementId(text.to_owned());
        vec![
            Row::of(("null/Username", Layer::JsonShape, true), &[id("CSU-NULL-001")], [&null].into_iter()),
            Row::of(
                ("state/wrong-code", Layer::State, false),
                &[id("CSU-CODE-001"), id("CSU-BODY-002")],
                [&code].into_iter(),
            ),
        ]
    }

    fn list(rows: &[Row], format: Format, count: bool) -> String {
        let args =
            ListArgs { filter: Vec::new(), cases: Vec::new(), strength: None, format, count, config: None };
        let mut out = Vec::new();
        write_list(&mut out, &args, rows).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_table_has_a_line_for_each_case() {
        let expected = "null/Username     json-shape  CSU-NULL-001               null/Username\n\
                        state/wrong-code  state       CSU-CODE-001 CSU-BODY-002  code/wrong\n";
        assert_eq!(list(&rows(), Format::Table, false), expected);
    }

    #[test]
    fn the_json_form_parses_and_keeps_the_order() {
        let text = list(&rows(), Format::Json, false);
        let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(parsed[1]["requirements"][1], "CSU-BODY-002");
        assert_eq!(parsed[0]["layer"], "json-shape");
        let none = list(&[], Format::Json, false);
        assert_eq!(serde_json::from_str::<Vec<String>>(&none).unwrap().len(), 0);
    }

    #[test]
    fn the_count_is_by_layer_and_family() {
        let expected = "json-shape                     1 cases       1 scored\n  \
                          null                         1 cases       1 scored\n\
                        state                          1 cases       0 scored\n  \
                          state                        1 cases       0 scored\n\
                        total                          2 cases       1 scored\n";
        assert_eq!(list(&rows(), Format::Table, true), expected);
    }
}
