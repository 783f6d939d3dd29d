//! The proof as one HTML page that needs nothing else: no script, no font, no image.

use super::{Benign, FLOOR_PERCENT_MAX, Family, Floor, Kill, KillTable, Origin, Proof, Standing, Telling};
use crate::case::CaseId;
use crate::report::{BASE_STYLE, escaped};
use std::io::{self, Write};

/// The most case ids that one cell lists.
const IDS_SHOWN: usize = 200;

/// What this page adds to the base style.
const STYLE: &str = "td.n{white-space:nowrap}";

/// Writes the page.
pub fn write_html(out: &mut dyn Write, proof: &Proof) -> io::Result<()> {
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>Countersign: what a verdict means</title>\n<style>{BASE_STYLE}{STYLE}</style>\n\
         </head>\n<body>\n<main>\n<h1>What a verdict means</h1>"
    )?;
    let (class, says) =
        if proof.holds() { ("good", "The proof holds.") } else { ("bad", "The proof does not hold.") };
    writeln!(out, "<p class=\"{class}\">{says}</p>")?;
    if let Some(floor) = &proof.floor {
        write_floor(out, floor)?;
    }
    if let Some(kills) = &proof.kills {
        write_kills(out, kills)?;
    }
    if let Some(benign) = &proof.benign {
        write_benign(out, benign)?;
    }
    writeln!(out, "</main>\n</body>\n</html>")
}

fn write_floor(out: &mut dyn Write, floor: &Floor) -> io::Result<()> {
    writeln!(
        out,
        "<h2>Null servers</h2>\n<p>Servers that understand nothing may pass at most {FLOOR_PERCENT_MAX} % of the scored \
         cases, and no case may be passed by all of them.</p>\n<table>\n<tr><th>null server<th>what it does<th>passed\
         <th>scored<th>passed by layer</tr>"
    )?;
    for score in &floor.scores {
        let layers: Vec<String> = score
            .layers
            .iter()
            .filter(|of| of.passed > 0)
            .map(|of| format!("{} {} of {}", of.layer, of.passed, of.scored))
            .collect();
        writeln!(
            out,
            "<tr><td><code>{}</code><td>{}<td class=\"n{}\">{}<td class=\"n\">{}<td>{}</tr>",
            escaped(&score.name),
            escaped(&score.summary),
            if score.is_over() { " bad" } else { "" },
            score.passed(),
            score.scored(),
            escaped(&layers.join(", "))
        )?;
    }
    writeln!(out, "</table>")?;
    write_ids(out, "Cases that every null server passes", floor.toothless.iter())
}

fn write_kills(out: &mut dyn Write, table: &KillTable) -> io::Result<()> {
    let found = table.kills.iter().filter(|kill| kill.is_found()).count();
    let failing = table.kills.iter().filter(|kill| kill.fails()).count();
    writeln!(
        out,
        "<h2>Planted faults</h2>\n<p>{found} of {} faults are found by a requirement that names their cause; {failing} \
         fail the run, {} are warnings below its gate.</p>",
        table.kills.len(),
        found - failing
    )?;
    for family in Family::ALL {
        let of_family: Vec<_> = table.rows().filter(|(kill, _)| kill.planted.family == *family).collect();
        if !of_family.is_empty() {
            writeln!(
                out,
                "<h3>{family}</h3>\n<table>\n<tr><th>fault<th>found<th>by<th>cases<th>requests to the first\
                 <th>a case that no other fault needs (finds so many)<th>told from the others by</tr>"
            )?;
            for (kill, standing) in of_family {
                write_kill(out, kill, standing)?;
            }
            writeln!(out, "</table>")?;
        }
    }
    write_ids(out, "Cases that differ with nothing planted", table.noise.iter())?;
    write_ids(out, "Scored cases that find none of these faults", table.idle())
}

fn write_kill(out: &mut dyn Write, kill: &Kill, standing: &Standing) -> io::Result<()> {
    let planted = &kill.planted;
    let origin = match planted.origin {
        Origin::Seen(place) => format!("seen in {place}"),
        Origin::Plausible(reason) => format!("plausible: {reason}"),
    };
    let (class, found) = match (kill.is_found(), kill.fails()) {
        (true, true) => ("good", "fails"),
        (true, false) => ("good", "warns"),
        _ => ("bad", "survived"),
    };
    let requirements: Vec<&str> = kill.requirements().into_iter().map(|id| id.0.as_str()).collect();
    let requests = kill.requests.map_or_else(String::new, |count| count.to_string());
    let own = standing.own.as_ref().map_or_else(String::new, |(case, count)| format!("{case} ({count})"));
    let (class_of_telling, telling) = match &standing.telling {
        Telling::Alone(case) => ("", format!("the report of {case}")),
        Telling::PartOf(other) => ("", format!("nothing: a part of {other}")),
        Telling::Scattered => ("", "nothing: parts of several".to_owned()),
        Telling::Alike(other) => ("bad", format!("nothing: the same as {other}")),
    };
    let shown: Vec<&str> = kill.finds.iter().take(IDS_SHOWN).map(|find| find.case.as_str()).collect();
    let more = kill.finds.len() - shown.len();
    let more = if more == 0 { String::new() } else { format!(", and {more} more") };
    writeln!(
        out,
        "<tr><td><code>{}</code><br>{}<br><small>{}</small><td class=\"{class}\">{found}<td>{}<td class=\"n\"><details>\
         <summary>{}</summary>{}{more}</details><td class=\"n\">{requests}<td><code>{}</code>\
         <td class=\"{class_of_telling}\">{}</tr>",
        escaped(planted.name),
        escaped(planted.what),
        escaped(&origin),
        escaped(&requirements.join(", ")),
        kill.finds.len(),
        escaped(&shown.join(", ")),
        escaped(&own),
        escaped(&telling)
    )
}

fn write_benign(out: &mut dyn Write, benign: &Benign) -> io::Result<()> {
    writeln!(
        out,
        "<h2>Benign variants</h2>\n<p>Servers that are right in another way have no mismatch.</p>\n<table>\n<tr><th>variant\
         <th>what it does<th>since<th>mismatches<th>noted</tr>"
    )?;
    for outcome in &benign.outcomes {
        let wronged: Vec<&str> = outcome.wronged.iter().map(CaseId::as_str).collect();
        writeln!(
            out,
            "<tr><td><code>{}</code><td>{}<td>{}<td class=\"n{}\">{} {}<td class=\"n\">{}</tr>",
            escaped(outcome.name),
            escaped(outcome.what),
            escaped(outcome.since),
            if wronged.is_empty() { "" } else { " bad" },
            wronged.len(),
            escaped(&wronged.join(", ")),
            outcome.noted
        )?;
    }
    writeln!(out, "</table>")
}

fn write_ids<'i>(
    out: &mut dyn Write,
    heading: &str,
    ids: impl Iterator<Item = &'i CaseId>,
) -> io::Result<()> {
    let ids: Vec<&str> = ids.map(CaseId::as_str).collect();
    if ids.is_empty() {
        return writeln!(out, "<p>{heading}: none.</p>");
    }
    writeln!(
        out,
        "<details><summary>{heading}: {}</summary><p><code>{}</code></p></details>",
        ids.len(),
        escaped(&ids.join(", "))
    )
}
