//! The proof as text for people: tables of fixed width.

use super::{FLOOR_PERCENT_MAX, Floor, Proof};
use crate::case::Layer;
use std::io::{self, Write};

/// The most case ids that a line lists.
const IDS_SHOWN: usize = 12;

/// Writes the tables.
pub fn write_text(out: &mut dyn Write, proof: &Proof) -> io::Result<()> {
    if let Some(floor) = &proof.floor {
        write_floor(out, floor)?;
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
