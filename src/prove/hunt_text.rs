//! The table of a hunt, for people.

use super::hunt::{Hunt, HuntedDown};
use crate::wire::is_unsafe_to_print;
use std::io::{self, Write};

/// So much of what was sent is shown, in characters.
const SHOWN_CHARS_MAX: usize = 100;

/// Writes the table, and the totals below it.
pub fn write_hunt(out: &mut dyn Write, hunt: &Hunt) -> io::Result<()> {
    writeln!(out, "{:38} {:>8} {:>6}  found by, with", "fault", "first at", "walk")?;
    for row in &hunt.rows {
        let at = |found: &Option<HuntedDown>| {
            found.as_ref().map_or_else(|| "-".to_owned(), |found| found.cases.to_string())
        };
        let shown = row.requests.as_ref().or(row.walks.as_ref());
        let said = shown.map_or_else(|| "NOT FOUND".to_owned(), said);
        writeln!(out, "{:38} {:>8} {:>6}  {said}", row.planted.id(), at(&row.requests), at(&row.walks))?;
    }
    let (found, all) = (hunt.found(), hunt.rows.len());
    let of_requests = hunt.rows.iter().filter(|row| row.requests.is_some()).count();
    let of_walks = hunt.rows.iter().filter(|row| row.walks.is_some()).count();
    let again = |found: &Option<HuntedDown>| found.as_ref().is_some_and(|found| found.reproduced == 3);
    let reproduced = hunt.rows.iter().filter(|row| again(&row.requests) || again(&row.walks)).count();
    writeln!(
        out,
        "\n{found} of {all} planted faults found within {} inputs each ({of_requests} by requests, {of_walks} by walks), \
         {reproduced} of them reproduced 3/3",
        hunt.cases
    )?;
    if let Some(median) = hunt.median() {
        writeln!(out, "median first find: input {median}")?;
    }
    for noise in &hunt.noise {
        writeln!(out, "with nothing planted, at input {}: {}", noise.cases, said(noise))?;
    }
    if hunt.noise.is_empty() {
        writeln!(out, "with nothing planted: nothing")?;
    }
    Ok(())
}

fn said(found: &HuntedDown) -> String {
    let cause = found
        .complaint
        .requirement
        .as_ref()
        .map_or_else(|| found.complaint.oracle.to_string(), ToString::to_string);
    let clean: String = found.shrunk.chars().filter(|c| !is_unsafe_to_print(*c)).collect();
    let mut shown: String = clean.chars().take(SHOWN_CHARS_MAX).collect();
    if shown.len() < clean.len() {
        shown.push('…');
    }
    format!("{cause}: {shown} ({}/3)", found.reproduced)
}
