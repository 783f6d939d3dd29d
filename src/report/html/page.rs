//! The page as a whole.

use super::payload::write_payload;
use super::tally::tally;
use super::{HtmlContext, area_table, escaped, heat_table, legend, order_figure, scoreboard};
use crate::report::Run;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// What every page of Countersign looks like: colours of light and dark, tables, focus.
pub const BASE_STYLE: &str = include_str!("base.css");

/// The style of this page.
const STYLES: &[&str] =
    &[BASE_STYLE, include_str!("report.css"), include_str!("cases.css"), include_str!("print.css")];

/// The script of this page, one function after the other; it has no other access to the page than the names in it.
const SCRIPTS: &[&str] = &[
    include_str!("texts.js"),
    include_str!("dom.js"),
    include_str!("bytes.js"),
    include_str!("difference.js"),
    include_str!("case.js"),
    include_str!("filter.js"),
    include_str!("list.js"),
    include_str!("page.js"),
];

/// Writes one page of all `runs`.
pub fn write_html(runs: &[&Run], context: &HtmlContext<'_>, out: &mut dyn Write) -> io::Result<()> {
    let style = STYLES.concat();
    let script = format!("\"use strict\";\n(() => {{\n{}}})();\n", SCRIPTS.concat());
    write_head(runs, &style, &script, out)?;
    writeln!(out, "<main id=\"main\">")?;
    scoreboard::write(runs, context, out)?;
    area_table::write(runs, &tally(runs), context, out)?;
    if has_server(runs) {
        heat_table::write(runs, context, out)?;
        order_figure::write(runs, context, out)?;
    }
    write_cases(runs, out)?;
    legend::write(out)?;
    writeln!(out, "</main>")?;
    write!(out, "<script type=\"application/json\" id=\"data\">")?;
    write_payload(runs, context, out)?;
    writeln!(out, "</script>\n<script>{script}</script>\n</body>\n</html>")
}

/// The name of the subject of a run.
pub(super) fn subject(run: &Run) -> &str {
    run.header().map_or("a run that never started", |header| header.subject.as_str())
}

/// Whether a run may have a matrix and an order of checks: those of SDKs alone have none.
fn has_server(runs: &[&Run]) -> bool {
    runs.is_empty() || runs.iter().any(|run| run.header().is_none_or(|header| header.sdk_flags().is_none()))
}

/// The element up to the end of the bar on top. The policy allows this style and this script, and no request.
fn write_head(runs: &[&Run], style: &str, script: &str, out: &mut dyn Write) -> io::Result<()> {
    let subjects: Vec<&str> = runs.iter().map(|run| subject(run)).collect();
    let title = escaped(&format!("ConfirmSignUp: {}", subjects.join(", ")));
    let of_servers = if has_server(runs) {
        "<a href=\"#nullability\">Nullability</a><a href=\"#order\">Order of checks</a>"
    } else {
        ""
    };
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; script-src '{}'; \
         img-src data:; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n",
        hash(style),
        hash(script)
    )?;
    write!(
        out,
        "<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header class=\"bar\"><div class=\"bar-in\">\
         <a class=\"name\" href=\"#top\"><span aria-hidden=\"true\">§</span> Countersign</a>\
         <nav aria-label=\"Sections\"><a href=\"#overview\">Overview</a><a href=\"#requirements\">Requirements</a>\
         {of_servers}<a href=\"#cases\">Cases</a></nav>\
         <button type=\"button\" id=\"theme\" class=\"needs-script\" hidden>Theme: as the system</button>\
         </div></header>\n"
    )
}

/// The cases are put there by the script.
fn write_cases(runs: &[&Run], out: &mut dyn Write) -> io::Result<()> {
    let above = if has_server(runs) {
        "Counts, requirements, nullability and order of checks"
    } else {
        "Counts and requirements"
    };
    writeln!(
        out,
        "<section id=\"cases\" aria-labelledby=\"cases-h\">\n<h2 id=\"cases-h\">Cases</h2>\n\
         <noscript><p class=\"note\">The list of cases with their exchanges needs the script of this page. \
         {above} stand above without it.</p></noscript>\n\
         <div id=\"case-list\" data-runs=\"{}\"></div>\n</section>",
        runs.len()
    )
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
