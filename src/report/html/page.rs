//! The page as a whole.

use super::{HtmlContext, escaped};
use crate::report::{Run, Score};
use std::io::{self, Write};

/// Writes one page of all `runs`.
pub fn write_html(runs: &[&Run], context: &HtmlContext<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>ConfirmSignUp conformance</title>\n</head>\n<body>"
    )?;
    for (position, run) in runs.iter().enumerate() {
        let subject = run.header().map_or("no subject", |header| header.subject.as_str());
        let Score { passed, applicable, total } = run.score();
        write!(out, "<h2>{}</h2>\n<p>{passed} / {applicable} / {total}", escaped(subject))?;
        if let Some((name, floor)) =
            context.supplements.get(position).and_then(|supplement| supplement.null_server.as_ref())
        {
            write!(out, "; null server {} passes {floor}", escaped(name))?;
        }
        writeln!(out, "</p>")?;
    }
    writeln!(out, "</body>\n</html>")
}
