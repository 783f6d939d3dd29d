//! What a snapshot keeps of one case: the verdict, what is broken, the answers, the state afterwards.

use super::normaliser::Normaliser;
use crate::event::{CaseReport, ExchangeView, Verdict};
use crate::wire::{escape, is_unsafe_to_print};
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;

/// A line of an answer is kept up to this many characters; of what follows, its length and its digest.
const LINE_CHARACTERS_MAX: usize = 1024;

/// Whose side of the exchanges is kept: that of who is on trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// What a server answered.
    #[default]
    Answers,
    /// What a caller sent: the answers are those of the case.
    Requests,
}

/// What is kept of one case, as lines of text without a line break at the end. The lines, in this order:
///
/// | line | how often |
/// |---|---|
/// | `verdict VERDICT` | once |
/// | `breaks REQUIREMENT ASPECT` | once for each difference |
/// | `reason TEXT`: why there is no verdict on the subject | at most once |
/// | `answer TEXT`: the last answer in short | at most once |
/// | `state NAME=VALUE, …`: the state afterwards | at most once |
/// | `at ROLE`: `step 1`, `twin`, `attempt 1, connection 1` | once for each exchange |
/// | `\| LINE`: a line of the answer, or of the request of a caller; an empty one is `\|` | after its `at` |
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outcome(String);

impl Outcome {
    /// What is kept of this report. A case without a verdict (`inconclusive`) says nothing of the subject: nothing.
    pub fn of(report: &CaseReport, side: Side) -> Option<Self> {
        if report.verdict == Verdict::Inconclusive {
            return None;
        }
        let mut normaliser = Normaliser::default();
        // In the order in which it was seen, so that tokens are numbered by the answers.
        let exchanges: Vec<String> =
            report.exchanges.iter().flat_map(|view| exchange(view, side, &mut normaliser)).collect();
        let mut lines = vec![format!("verdict {}", report.verdict)];
        let breaks = report.mismatches.iter();
        lines.extend(breaks.map(|it| format!("breaks {} {}", safe(&it.requirement.to_string()), it.aspect)));
        let answer = report.answer.as_deref().map(|answer| match side {
            Side::Answers => Cow::Borrowed(answer),
            Side::Requests => without_words_of_others(answer),
        });
        for (name, text) in [("reason", report.reason.as_deref()), ("answer", answer.as_deref())] {
            lines.extend(text.map(|text| format!("{name} {}", bounded(&safe(&normaliser.text(text))))));
        }
        if !report.state.is_empty() {
            let pairs = report.state.iter().map(|(name, value)| format!("{name}={value}"));
            let text = pairs.collect::<Vec<_>>().join(", ");
            lines.push(format!("state {}", bounded(&safe(&normaliser.text(&text)))));
        }
        lines.extend(exchanges);
        Some(Self(lines.join("\n")))
    }

    /// Takes lines that were written before.
    pub(super) fn read(text: String) -> Result<Self, String> {
        let outcome = Self(text);
        match outcome.0.lines().next().and_then(|line| line.strip_prefix("verdict ")) {
            Some(name) if name.parse::<Verdict>().is_ok() => Ok(outcome),
            _ => Err("an outcome does not start with `verdict VERDICT`".to_owned()),
        }
    }

    /// The lines.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The verdict.
    pub fn verdict(&self) -> &str {
        self.field("verdict").unwrap_or_default()
    }

    /// The last answer in short, where there is one.
    pub fn answer(&self) -> Option<&str> {
        self.field("answer")
    }

    /// The digest of the lines, in hexadecimal digits.
    pub(super) fn digest(&self) -> String {
        digest(&self.0)
    }

    fn field(&self, name: &str) -> Option<&str> {
        let fields = self.0.lines().take_while(|line| !line.starts_with("at "));
        fields.filter_map(|line| line.split_once(' ')).find(|(own, _)| *own == name).map(|(_, text)| text)
    }
}

fn exchange(view: &ExchangeView, side: Side, normaliser: &mut Normaliser) -> Vec<String> {
    // How long a caller waits before it tries again is drawn anew each time.
    let role = view.role.split(", ").filter(|part| side == Side::Answers || !part.ends_with(" ms later"));
    let mut lines = vec![format!("at {}", safe(&role.collect::<Vec<_>>().join(", ")))];
    let message = match side {
        Side::Answers => normaliser.answer(&view.response),
        Side::Requests => normaliser.request(&view.request),
    };
    lines.extend(message.split('\n').map(|line| match bounded(&safe(line)) {
        line if line.is_empty() => "|".to_owned(),
        line => format!("| {line}"),
    }));
    lines
}

/// What a caller got, without the text of an error that is not the service's: that is the language's or the system's, whose
/// versions are not pinned, and a connection that breaks shows itself now in one call and now in another.
fn without_words_of_others(answer: &str) -> Cow<'_, str> {
    let words =
        answer.strip_prefix("client error ").and_then(|_| Some((answer.find(": `")?, answer.rfind('`')?)));
    match words.map(|(start, end)| (answer.get(..start), answer.get(end + 1..))) {
        Some((Some(error), Some(after))) => Cow::Owned(format!("{error}{after}")),
        _ => Cow::Borrowed(answer),
    }
}

/// Texts in reports are escaped already; what is kept for long is made sure of.
fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe_to_print(c) {
            out.push_str(&escape(c.encode_utf8(&mut [0; 4]).as_bytes()));
        } else {
            out.push(c);
        }
    }
    out
}

fn bounded(line: &str) -> String {
    let Some((end, _)) = line.char_indices().nth(LINE_CHARACTERS_MAX) else { return line.to_owned() };
    let (kept, rest) = line.split_at(end);
    let digest: String = digest(rest).chars().take(16).collect();
    format!("{kept}… ({} characters more, SHA-256 {digest})", rest.chars().count())
}

fn digest(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}
