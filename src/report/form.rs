//! The forms in which a report can be written: one table of names and writers.

use super::{Context, Run, write_badge, write_har, write_json, write_junit, write_markdown, write_sarif};
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

type Writer = fn(&Run, &Context, &mut dyn Write) -> io::Result<()>;

/// A form of a report that goes into a file.
#[derive(Clone, Copy)]
pub struct Form {
    name: &'static str,
    write: Writer,
}

impl Form {
    /// JSON, of which all others can be made later.
    pub const JSON: Self = Self { name: "json", write: |run, _, out| write_json(run, out) };

    /// Every form.
    pub const ALL: &'static [Self] = &[
        Self::JSON,
        Self { name: "junit", write: |run, _, out| write_junit(run, out) },
        Self { name: "sarif", write: write_sarif },
        Self { name: "md", write: write_markdown },
        Self { name: "har", write: |run, _, out| write_har(run, out) },
        Self { name: "badge", write: |run, _, out| write_badge(run, out) },
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Writes `run` in this form.
    pub fn write(self, run: &Run, context: &Context, out: &mut dyn Write) -> io::Result<()> {
        (self.write)(run, context, out)
    }
}

impl FromStr for Form {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|form| form.name == text).ok_or_else(|| {
            let allowed: Vec<_> = Self::ALL.iter().map(|form| format!("`{}`", form.name)).collect();
            format!("allowed: {}", allowed.join(", "))
        })
    }
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Form {}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
