//! A case as text: the state it starts from, and what it sends.

use super::Subject;
use super::text::{cut, shown};
use countersign::case::{Case, Fixture, Username};
use countersign::template::RequestTemplate;
use countersign::wire;
use std::io::{self, Write};

/// How many characters of a body are shown.
const BODY_CHARS_MAX: usize = 4000;

/// Writes a case with the requirements that govern each step, and its twin.
pub(super) fn write(out: &mut dyn Write, subject: Subject<'_>, case: &Case) -> io::Result<()> {
    writeln!(out, "{}\n", shown(case.id.as_str()))?;
    writeln!(out, "layer    {}", case.layer)?;
    writeln!(out, "origin   {}", case.origin)?;
    writeln!(out, "state    {}", fixture(&case.fixture))?;
    writeln!(out, "\nRequirements")?;
    let mut written: Vec<String> = Vec::new();
    for label in case.labels() {
        for requirement in subject.table.governing(label) {
            let line = format!("  {}  {}", requirement.id, shown(&requirement.sentence));
            if !written.contains(&line) {
                writeln!(out, "{line}")?;
                written.push(line);
            }
        }
    }
    writeln!(out)?;
    write_steps(out, case)?;
    if let Some(twin) = &case.twin {
        let whose = match &twin.fixture {
            None => "for the same user, after the steps".to_owned(),
            Some(other) => format!("for another user: {}", fixture(other)),
        };
        writeln!(out, "    twin {whose}")?;
        write_request(out, &twin.request)?;
    }
    Ok(())
}

/// Writes every step of a case: its labels and its bytes.
pub(super) fn write_steps(out: &mut dyn Write, case: &Case) -> io::Result<()> {
    for (i, step) in case.steps.iter().enumerate() {
        let labels: Vec<String> = step.labels.iter().map(|label| shown(label.as_str())).collect();
        writeln!(out, "    step {}: {}", i + 1, labels.join(", "))?;
        write_request(out, &step.request)?;
    }
    Ok(())
}

fn write_request(out: &mut dyn Write, request: &RequestTemplate) -> io::Result<()> {
    for line in request_lines(request) {
        writeln!(out, "{}", format!("      {line}").trim_end())?;
    }
    Ok(())
}

/// A request line by line, escaped: start line, headers, an empty line, the body.
pub(super) fn request_lines(request: &RequestTemplate) -> Vec<String> {
    match request {
        RequestTemplate::Raw(bytes) => vec![cut(&bytes.to_string(), BODY_CHARS_MAX)],
        RequestTemplate::Formed { method, target, headers, body } => {
            let start = format!("{} {} HTTP/1.1", wire::escape(method), wire::escape(target));
            let headers = headers.iter().map(|(name, value)| format!("{}: {value}", wire::escape(name)));
            std::iter::once(start)
                .chain(headers)
                .chain([String::new(), cut(&body.to_string(), BODY_CHARS_MAX)])
                .collect()
        }
    }
}

/// A state in one line.
pub(super) fn fixture(fixture: &Fixture) -> String {
    let name = match &fixture.username {
        Username::Plain => String::new(),
        Username::MixedCase => ", name in mixed case".to_owned(),
        Username::HashContains(c) => format!(", name whose hash contains `{c}`"),
        Username::Starting(text) => format!(", name starting `{}`", shown(text)),
        Username::Filled { length, .. } => format!(", name of {length} characters"),
        Username::Exact(text) => format!(", name `{}`", shown(text)),
    };
    format!("user {}, app client {}, pool {}{name}", fixture.user, fixture.client, fixture.pool)
}
