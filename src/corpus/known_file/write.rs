//! Writes a list of known failures.

use crate::known::{KnownFailure, KnownList};
use crate::requirement::RequirementId;
use std::io::{self, Write};
use toml::Value;

/// Writes `list` in the form that [`read_known`](super::read_known) reads, entry by entry. The comment that `before`, the
/// text of the file so far, begins with is kept; every other comment is written anew: above each entry stands the
/// `sentence` of its requirement.
pub fn write_known(
    out: &mut dyn Write,
    list: &KnownList,
    before: &str,
    sentence: &dyn Fn(&RequirementId) -> String,
) -> io::Result<()> {
    let comment: Vec<&str> = before.lines().take_while(|line| line.starts_with('#')).collect();
    // A comment with no empty line after it belongs to the entry below it, and is written anew.
    let is_own = before.lines().nth(comment.len()).is_none_or(|next| next.trim().is_empty());
    let mut separator = "";
    for line in comment.iter().filter(|_| is_own) {
        writeln!(out, "{line}")?;
        separator = "\n";
    }
    for entry in &list.0 {
        write!(out, "{separator}")?;
        write_entry(out, entry, &sentence(&entry.requirement))?;
        separator = "\n";
    }
    Ok(())
}

fn write_entry(out: &mut dyn Write, entry: &KnownFailure, sentence: &str) -> io::Result<()> {
    let text = |text: &str| Value::String(text.to_owned()).to_string();
    if !sentence.is_empty() {
        writeln!(out, "# {}", crate::wire::escape(sentence.as_bytes()))?;
    }
    writeln!(out, "[[known]]")?;
    writeln!(out, "requirement = {}", text(&entry.requirement.0))?;
    writeln!(out, "aspect = {}", text(entry.aspect.name()))?;
    writeln!(out, "got = {}", text(&entry.got))?;
    writeln!(out, "reason = {}", text(&entry.reason))?;
    if let Some(link) = &entry.link {
        writeln!(out, "link = {}", text(link))?;
    }
    if let Some(last) = &entry.expires {
        writeln!(out, "expires = {}", text(&last.to_string()))?;
    }
    match entry.cases.0.as_slice() {
        [only] => writeln!(out, "cases = [{}]", text(only.as_str())),
        patterns => {
            writeln!(out, "cases = [")?;
            for pattern in patterns {
                writeln!(out, "  {},", text(pattern.as_str()))?;
            }
            writeln!(out, "]")
        }
    }
}
