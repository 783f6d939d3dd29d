//! The proof as text for people: tables of fixed width.

use super::{Benign, FLOOR_PERCENT_MAX, Floor, Kill, KillTable, Proof, Standing, Telling};
use crate::case::Layer;
use std::io::{self, Write};

/// The most case ids that a line lists.
const IDS_SHOWN: usize = 12;

/// Writes the tables.
pub fn write_text(out: &mut dyn Write, proof: &Proof) -> io::Result<()> {
    if let Some(floor) = &proof.floor {
        write_floor(out, floor)?;
    }
    if let Some(kills) = &proof.kills {
        if proof.floor.is_some() {
            writeln!(out)?;
        }
        write_kills(out, kills)?;
    }
    if let Some(benign) = &proof.benign {
        if proof.floor.is_some() || proof.kills.is_some() {
            writeln!(out)?;
        }
        write_benign(out, benign)?;
    }
    writeln!(out, "\n{}", if proof.holds() { "The proof holds." } else { "The proof does not hold." })
}

fn write_floor(out: &mut dyn Write, floor: &Floor) -> io::Result<()> {
    writeln!(out, "Null servers: scored cases that servers pass which understand nothing\n")?;
    let layers = layers(floor);
    let width = floor.scores.iter().map(|score| score.name.len()).max().unwrap_or_default();
    write!(out, "{:width$} {:>12}", "null server", "passed")?;
    for layer in &layers {
        write!(out, " {:>12}", layer.name())?;
    }
    writeln!(out)?;
    for score in &floor.scores {
        let total = format!("{} / {}", score.passed(), score.scored());
        write!(out, "{:width$} {total:>12}", score.name)?;
        for of_layer in score.layers.iter().filter(|of_layer| layers.contains(&of_layer.layer)) {
            let cell = format!("{} / {}", of_layer.passed, of_layer.scored);
            write!(out, " {cell:>12}")?;
        }
        writeln!(out, "{}", if score.is_over() { "  over the floor" } else { "" })?;
    }
    if let Some(best) = floor.best() {
        writeln!(
            out,
            "\nbest       `{}` passes {} of {} scored cases (at most {FLOOR_PERCENT_MAX} % is allowed)",
            best.name,
            best.passed(),
            best.scored()
        )?;
    }
    let toothless: Vec<&str> = floor.toothless.iter().map(crate::case::CaseId::as_str).collect();
    writeln!(
        out,
        "toothless  {}",
        if toothless.is_empty() { "no check".to_owned() } else { some(&toothless) }
    )
}

fn write_kills(out: &mut dyn Write, table: &KillTable) -> io::Result<()> {
    writeln!(out, "Planted faults: what finds the reference server with one fault at a time\n")?;
    let width = table.kills.iter().map(|kill| kill.planted.id().len()).max().unwrap_or_default();
    writeln!(
        out,
        "{:width$} {:>8} {:>6} {:>9}  {:18} {:>10}  a case that no other fault needs (finds so many)",
        "fault", "verdict", "cases", "requests", "found by", "bystanders"
    )?;
    for (kill, standing) in table.rows() {
        write_kill(out, kill, standing, width)?;
    }
    let found = table.kills.iter().filter(|kill| kill.is_found()).count();
    let failing = table.kills.iter().filter(|kill| kill.fails()).count();
    writeln!(
        out,
        "\nfound      {found} of {} faults: {failing} fail the run, {} are warnings below its gate",
        table.kills.len(),
        found - failing
    )?;
    let survivors: Vec<String> = table.survivors().map(|kill| kill.planted.id()).collect();
    let survivors: Vec<&str> = survivors.iter().map(String::as_str).collect();
    writeln!(
        out,
        "survived   {}",
        if survivors.is_empty() { "none".to_owned() } else { survivors.join(", ") }
    )?;
    write_standing(out, table)?;
    let noise: Vec<&str> = table.noise.iter().map(crate::case::CaseId::as_str).collect();
    writeln!(
        out,
        "noise      {}",
        if noise.is_empty() { "no case differs with nothing planted".to_owned() } else { some(&noise) }
    )?;
    let idle: Vec<&str> = table.idle().map(crate::case::CaseId::as_str).collect();
    writeln!(
        out,
        "idle       {} of {} scored cases find no fault of this table: {}",
        idle.len(),
        table.scored.len(),
        some(&idle)
    )
}

/// How many faults have a case of their own, and how many can be told from the others.
fn write_standing(out: &mut dyn Write, table: &KillTable) -> io::Result<()> {
    let total = table.standing.len();
    let without: Vec<String> = table
        .rows()
        .filter(|(_, standing)| standing.own.is_none())
        .map(|(kill, _)| kill.planted.id())
        .collect();
    let own = total - without.len();
    write!(out, "own case   {own} of {total} faults have a case that no other fault needs")?;
    writeln!(
        out,
        "{}",
        if without.is_empty() { String::new() } else { format!("; not {}", without.join(", ")) }
    )?;
    let of = |wanted: fn(&Telling) -> bool| table.standing.iter().filter(|it| wanted(&it.telling)).count();
    writeln!(
        out,
        "told apart {} by a report that no other fault has; {} do a part of what another one does, {} of what several do",
        of(|it| matches!(it, Telling::Alone(_))),
        of(|it| matches!(it, Telling::PartOf(_))),
        of(|it| matches!(it, Telling::Scattered))
    )?;
    let alike: Vec<String> = table
        .rows()
        .filter_map(|(kill, standing)| match &standing.telling {
            Telling::Alike(other) => Some(format!("{} and {other}", kill.planted.id())),
            _ => None,
        })
        .collect();
    writeln!(out, "alike      {}", if alike.is_empty() { "none".to_owned() } else { alike.join(", ") })
}

fn write_kill(out: &mut dyn Write, kill: &Kill, standing: &Standing, width: usize) -> io::Result<()> {
    let verdict = match (kill.is_found(), kill.fails()) {
        (true, true) => "fails",
        (true, false) => "warns",
        _ => "SURVIVED",
    };
    let requirements: Vec<&str> = kill.requirements().into_iter().map(|id| id.0.as_str()).collect();
    let requests = kill.requests.map_or_else(|| "-".to_owned(), |count| count.to_string());
    let own = standing.own.as_ref().map_or_else(String::new, |(case, count)| format!("{case} ({count})"));
    writeln!(
        out,
        "{:width$} {verdict:>8} {:>6} {requests:>9}  {:18} {:>10}  {own}",
        kill.planted.id(),
        kill.finds.len(),
        requirements.first().copied().unwrap_or_default(),
        kill.bystanders.len()
    )
}

fn write_benign(out: &mut dyn Write, benign: &Benign) -> io::Result<()> {
    writeln!(out, "Benign variants: servers that are right in another way\n")?;
    let width = benign.outcomes.iter().map(|outcome| outcome.name.len()).max().unwrap_or_default();
    writeln!(out, "{:width$} {:>10} {:>6}  what it does", "variant", "mismatches", "noted")?;
    for outcome in &benign.outcomes {
        let mismatches = outcome.wronged.len();
        writeln!(
            out,
            "{:width$} {mismatches:>10} {:>6}  {} ({})",
            outcome.name, outcome.noted, outcome.what, outcome.since
        )?;
        if !outcome.wronged.is_empty() {
            let wronged: Vec<&str> = outcome.wronged.iter().map(crate::case::CaseId::as_str).collect();
            writeln!(out, "{:width$} {}", "", some(&wronged))?;
        }
    }
    let mismatches: usize = benign.outcomes.iter().map(|outcome| outcome.wronged.len()).sum();
    writeln!(out, "\nbenign     {} variants, {mismatches} mismatches", benign.outcomes.len())
}

/// The layers that have scored cases.
fn layers(floor: &Floor) -> Vec<Layer> {
    let scores = floor.scores.iter().flat_map(|score| &score.layers);
    let mut layers: Vec<Layer> = scores.filter(|score| score.scored > 0).map(|score| score.layer).collect();
    layers.sort();
    layers.dedup();
    layers
}

/// The first few of `ids`, and how many more there are.
fn some(ids: &[&str]) -> String {
    let shown: Vec<&str> = ids.iter().take(IDS_SHOWN).copied().collect();
    match ids.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{}, and {more} more", shown.join(", ")),
    }
}
