//! Errors as people see them: what is wrong, what caused it, what to do, and the exit code that goes with it.

use super::exit::Exit;
use super::style;
use anstyle::{AnsiColor, Style};
use countersign::report::printable;
use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, Ordering};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// The largest number of causes that are printed below an error.
const CAUSES_MAX: usize = 16;

/// An error that knows its exit code and what to do about it. Any other error ends with [`Exit::Inconclusive`]: the
/// harness could not do its work, and nothing is said of the subject.
#[derive(Debug)]
pub(crate) struct Diagnosis {
    exit: Exit,
    message: String,
    hints: Vec<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Diagnosis {
    /// An error with this exit code. The message is a lower-case fragment.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hints: Vec::new(), source: None }
    }

    /// Wrong flags, configuration or corpus files.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Adds what can be done about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds what caused it.
    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Diagnosis {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| -> &(dyn Error + 'static) { source })
    }
}

/// The exit code that an error asks for.
pub(crate) fn exit_of(error: &anyhow::Error) -> Exit {
    error.downcast_ref::<Diagnosis>().map_or(Exit::Inconclusive, |diagnosis| diagnosis.exit)
}

/// Writes `error: …`, `caused by: …` and `hint: …`. Texts that span lines (a file with a caret) keep their lines.
pub(crate) fn write_error(out: &mut dyn Write, error: &anyhow::Error) -> io::Result<()> {
    let mut shown = String::new();
    for (depth, cause) in error.chain().take(CAUSES_MAX).enumerate() {
        let text = cause.to_string();
        // An error that repeats its cause in its own text is not worth a second line.
        if depth > 0 && shown.contains(&text) {
            continue;
        }
        let (style, word) = if depth == 0 { (ERROR, "error") } else { (Style::new(), "caused by") };
        writeln!(out, "{style}{word}:{style:#} {}", printable::block(text.trim_end_matches('\n')))?;
        shown = text;
    }
    let hints = error.downcast_ref::<Diagnosis>().map(|diagnosis| &diagnosis.hints);
    for hint in hints.into_iter().flatten() {
        writeln!(out, "{HINT}hint:{HINT:#} {}", printable::block(hint))?;
    }
    Ok(())
}

/// The error and its causes on one line, as a report keeps them.
pub(crate) fn one_line(error: &anyhow::Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    for cause in error.chain().take(CAUSES_MAX) {
        let text = cause.to_string();
        if !texts.last().is_some_and(|before| before.contains(&text)) {
            texts.push(text);
        }
    }
    texts.join(": ")
}

static PANICKED: AtomicBool = AtomicBool::new(false);

/// Whether any thread has met a bug.
pub(crate) fn has_panicked() -> bool {
    PANICKED.load(Ordering::SeqCst)
}

/// Makes a panic, which is always a bug, say where it happened and ask for a report.
pub(crate) fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        PANICKED.store(true, Ordering::SeqCst);
        // Nothing is left to do where even stderr is gone.
        let _ = write_panic(&mut style::stderr(), info);
    }));
}

/// Names the place, and the message only where it is fixed text: a formatted one may hold a code or a client secret.
fn write_panic(out: &mut dyn Write, info: &PanicHookInfo<'_>) -> io::Result<()> {
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    writeln!(
        out,
        "{ERROR}bug:{ERROR:#} countersign {} met a bug at {}",
        env!("CARGO_PKG_VERSION"),
        printable::line(&place)
    )?;
    if let Some(message) = info.payload().downcast_ref::<&'static str>() {
        writeln!(out, "     {}", printable::line(message))?;
    }
    writeln!(
        out,
        "{HINT}hint:{HINT:#} please report it with this place and the command line; leave out secrets and codes"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(error: &anyhow::Error) -> String {
        let mut out = Vec::new();
        write_error(&mut anstream::StripStream::new(&mut out), error).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_error_says_what_why_and_what_to_do() {
        let error = anyhow::Error::new(
            Diagnosis::usage("cannot read `a.toml`")
                .caused_by(io::Error::from(io::ErrorKind::NotFound))
                .hint("name another file with `--config`"),
        );
        assert_eq!(
            text(&error),
            "error: cannot read `a.toml`\ncaused by: entity not found\nhint: name another file with `--config`\n"
        );
        assert_eq!(exit_of(&error).code(), 2);
    }

    #[test]
    fn context_around_a_diagnosis_keeps_its_exit_code_and_hint() {
        let error = anyhow::Error::new(
            Diagnosis::new(Exit::NoCase, "no case matches").hint("see `countersign list`"),
        )
        .context("while selecting");
        assert_eq!(exit_of(&error), Exit::NoCase);
        assert_eq!(
            text(&error),
            "error: while selecting\ncaused by: no case matches\nhint: see `countersign list`\n"
        );
    }

    #[test]
    fn an_error_of_no_known_kind_says_nothing_of_the_subject() {
        assert_eq!(exit_of(&anyhow::anyhow!("disk full")), Exit::Inconclusive);
    }

    #[test]
    fn a_hostile_error_text_cannot_reach_the_terminal() {
        let error = anyhow::anyhow!("a\x1b[2Jb\r").context("c\u{9b}31m");
        let mut out = Vec::new();
        write_error(&mut out, &error).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains(r"c\u{9b}31m") && text.contains(r"a\u{1b}[2Jb\r"), "{text}");
    }
}
