//! What a subject answered, as far as two answers can be told apart; and which of two defects an answer speaks of.

use crate::event::CaseReport;
use crate::json::read_value;
use crate::judge::{ListedViolation, parse_validation_message};
use crate::named::named;
use crate::wire;
use std::fmt;
use std::str::FromStr;

/// An answer to the last step of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Status and error type in short: `400 CodeMismatchException`.
    pub summary: String,
    /// The message, with late-bound values as placeholders.
    pub message: Option<String>,
    /// The violations that the message lists in AWS's form, sorted; empty where it is of another form.
    violations: Vec<ListedViolation>,
}

named! {
    /// Which of two defects a subject reports.
    Reported {
        /// The first.
        First = "first",
        /// The second.
        Second = "second",
        /// Both in one answer.
        Both = "both",
        /// One of them, but it answers both alike.
        Alike = "alike",
        /// Something that it says of neither of them alone.
        Other = "other",
        /// Neither: the request is accepted.
        Accepted = "accepted",
    }
}

impl Answered {
    /// The answer in a report whose exchanges were kept; `None` where there was none.
    pub fn of(report: &CaseReport) -> Option<Self> {
        let summary = report.answer.clone()?;
        let message = report
            .exchanges
            .iter()
            .rfind(|exchange| exchange.role != "twin")
            .and_then(|exchange| message(&exchange.response));
        let mut violations = message.as_deref().and_then(parse_validation_message).unwrap_or_default();
        violations.sort();
        Some(Self { summary, message, violations })
    }

    /// Whether the request was accepted.
    pub fn is_success(&self) -> bool {
        self.summary.starts_with('2')
    }

    /// Which of two defects this answer to both of them speaks of, given the answers to each.
    pub fn reports(&self, first: &Self, second: &Self) -> Reported {
        if self.is_success() {
            return Reported::Accepted;
        }
        if self.lists_both(first, second) {
            return Reported::Both;
        }
        match (self == first, self == second) {
            (true, true) => return Reported::Alike,
            (true, false) => return Reported::First,
            (false, true) => return Reported::Second,
            (false, false) => {}
        }
        // A message may repeat what differs between the requests: then the type alone must do.
        match (self.summary == first.summary, self.summary == second.summary) {
            (true, true) => Reported::Alike,
            (true, false) => Reported::First,
            (false, true) => Reported::Second,
            (false, false) => Reported::Other,
        }
    }

    fn lists_both(&self, first: &Self, second: &Self) -> bool {
        if !self.violations.is_empty() && !first.violations.is_empty() && !second.violations.is_empty() {
            let lists = |other: &Self| other.violations.iter().all(|one| self.violations.contains(one));
            return first.violations != second.violations && lists(first) && lists(second);
        }
        match (&self.message, &first.message, &second.message) {
            // Neither text may be a part of the other one, or one alone would count for both.
            (Some(own), Some(a), Some(b)) => {
                !a.is_empty()
                    && !b.is_empty()
                    && !a.contains(b.as_str())
                    && !b.contains(a.as_str())
                    && own.contains(a.as_str())
                    && own.contains(b.as_str())
            }
            _ => false,
        }
    }
}

/// The message in a response as reports show it: escaped, header lines before an empty line.
fn message(response: &str) -> Option<String> {
    let (_, body) = response.split_once("\n\n")?;
    let body = read_value(&wire::unescape(body).ok()?).ok()?;
    ["message", "Message"].into_iter().find_map(|key| body.get(key)?.as_str().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(summary: &str, message: &str) -> Answered {
        let violations = parse_validation_message(message).unwrap_or_default();
        Answered { summary: summary.into(), message: Some(message.into()), violations }
    }

    const CODE: &str =
        "Value null at 'confirmationCode' failed to satisfy constraint: Member must not be null";
    const NAME: &str = "Value null at 'username' failed to satisfy constraint: Member must not be null";

    #[test]
    fn the_answer_to_a_pair_is_told_by_the_answers_to_each() {
        let (null, mismatch) = (answered("400 Null", "a is null"), answered("400 Code", "wrong code"));
        let table = [
            (null.clone(), Reported::First),
            (mismatch.clone(), Reported::Second),
            (answered("400 Null", "a and the rest is null"), Reported::First),
            (answered("400 Many", "a is null; wrong code"), Reported::Both),
            (answered("500", ""), Reported::Other),
            (answered("200", ""), Reported::Accepted),
        ];
        for (pair, expected) in table {
            assert_eq!(pair.reports(&null, &mismatch), expected, "{pair:?}");
        }
        assert_eq!(null.reports(&null, &null), Reported::Alike);
    }

    #[test]
    fn a_list_of_violations_is_read_and_not_compared_as_text() {
        let one = |entry: &str| answered("400 I", &format!("1 validation error detected: {entry}"));
        let (code, name) = (one(CODE), one(NAME));
        let both = answered("400 I", &format!("2 validation errors detected: {NAME}; {CODE}"));
        assert_eq!(both.reports(&code, &name), Reported::Both);
        assert_eq!(name.reports(&code, &name), Reported::Second);
    }

    #[test]
    fn a_message_is_read_out_of_what_a_report_shows() {
        let shown = "HTTP/1.1 400\nX: y\n\n{\"__type\":\"T\",\"message\":\"pattern: [\\\\\\\\S]+\"}";
        assert_eq!(message(shown).as_deref(), Some("pattern: [\\S]+"));
        assert_eq!(message("(no answer)"), None);
    }
}
