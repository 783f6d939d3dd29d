//! Reads AWS's validation prose, "N validation errors detected: …", into what it says, so that order and the rendering of
//! values do not matter (sections 4a and 8 of the evidence).

use crate::expect::{Constraint, Violation};
use regex::Regex;
use std::sync::LazyLock;

/// One entry of a validation message as it was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedViolation {
    /// The member as the message spells it.
    pub member: String,
    /// The constraint.
    pub constraint: Constraint,
    /// The bound or the pattern; empty for "must not be null".
    pub bound: String,
}

static ENTRY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?s)^(?:; )?Value .*?at '(?<member>[A-Za-z0-9_.\[\]]*)' failed to satisfy constraint: Member must ",
        r"(?:(?<null>not be null)|have length greater than or equal to (?<min>[0-9]+)",
        r"|have length less than or equal to (?<max>[0-9]+)",
        r"|satisfy regular expression pattern: (?<pattern>.*?)(?:; Value |\z))",
    ))
    .ok()
});

/// Reads `message`. `None` if it is not of that form, or if the number it announces is not the number of its entries.
pub fn parse_validation_message(message: &str) -> Option<Vec<ListedViolation>> {
    let (count, list) = message.split_once(" validation error")?;
    let count: usize = count.parse().ok()?;
    let (plural, list) = list.split_once(" detected: ")?;
    if plural != if count == 1 { "" } else { "s" } {
        return None;
    }
    let mut listed = Vec::new();
    let mut rest = list;
    while let Some(entry) = ENTRY.as_ref()?.captures(rest) {
        let text = |name: &str| entry.name(name).map(|found| found.as_str().to_owned());
        let (constraint, bound) = match (text("null"), text("min"), text("max"), text("pattern")) {
            (Some(_), ..) => (Constraint::NotNull, String::new()),
            (_, Some(bound), ..) => (Constraint::LengthMin, bound),
            (_, _, Some(bound), _) => (Constraint::LengthMax, bound),
            (.., pattern) => (Constraint::Pattern, pattern?),
        };
        let pattern_end = entry.name("pattern").map(|pattern| pattern.end());
        let end = pattern_end.or_else(|| entry.get(0).map(|whole| whole.end()))?;
        listed.push(ListedViolation { member: text("member")?, constraint, bound });
        rest = rest.get(end..)?;
    }
    (listed.len() == count && rest.is_empty()).then_some(listed)
}

/// Whether `listed` are exactly the `expected` violations, in any order.
pub(super) fn same_violations(listed: &[ListedViolation], expected: &[Violation]) -> bool {
    let mut open: Vec<&Violation> = expected.iter().collect();
    for found in listed {
        let matches = |violation: &&Violation| {
            violation.member == found.member
                && violation.constraint == found.constraint
                && (violation.bounds.is_empty() || violation.bounds.contains(&found.bound))
        };
        let Some(position) = open.iter().position(matches) else {
            return false;
        };
        open.swap_remove(position);
    }
    open.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(message: &str) -> Option<Vec<String>> {
        let listed = parse_validation_message(message)?;
        Some(listed.iter().map(|v| format!("{} {} {}", v.member, v.constraint, v.bound)).collect())
    }

    #[test]
    fn the_recorded_messages_are_read() {
        // VAL-001, VAL-011.
        assert_eq!(
            read("1 validation error detected: Value null at 'confirmationCode' failed to satisfy constraint: Member must not be null").unwrap(),
            ["confirmationCode not null "]
        );
        assert_eq!(
            read("3 validation errors detected: Value '' at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+; Value '' at 'confirmationCode' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$").unwrap(),
            ["confirmationCode pattern [\\S]+", "confirmationCode length min 1", "password pattern ^[\\S]+.*[\\S]+$"]
        );
    }

    #[test]
    fn a_value_that_looks_like_a_message_does_not_confuse_the_reader() {
        assert_eq!(
            read("1 validation error detected: Value 'x at 'y z; Value ' at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+").unwrap(),
            ["confirmationCode pattern [\\S]+"]
        );
    }

    #[test]
    fn violations_are_the_same_in_any_order_and_each_counts_once() {
        let listed = |member: &str, constraint, bound: &str| ListedViolation {
            member: member.to_owned(),
            constraint,
            bound: bound.to_owned(),
        };
        let expected = |member: &str, constraint, bounds: &[&str]| Violation {
            member: member.to_owned(),
            constraint,
            bounds: bounds.iter().map(ToString::to_string).collect(),
        };
        let (null, max) = (listed("a", Constraint::NotNull, ""), listed("b", Constraint::LengthMax, "9"));
        let wanted =
            [expected("b", Constraint::LengthMax, &["8", "9"]), expected("a", Constraint::NotNull, &[])];
        assert!(same_violations(&[null.clone(), max.clone()], &wanted));
        assert!(!same_violations(std::slice::from_ref(&null), &wanted));
        assert!(!same_violations(&[null.clone(), max.clone(), max.clone()], &wanted));
        assert!(!same_violations(&[null.clone(), listed("b", Constraint::LengthMax, "7")], &wanted));
        assert!(!same_violations(&[null.clone(), listed("b", Constraint::LengthMin, "9")], &wanted));
        assert!(!same_violations(&[null, listed("c", Constraint::LengthMax, "9")], &wanted));
        assert!(!same_violations(&[listed("a", Constraint::LengthMax, ""), max], &wanted));
        assert!(same_violations(&[], &[]));
    }

    #[test]
    fn every_constraint_is_read_with_its_bound() {
        let entry = |said: &str| {
            let message = format!(
                "1 validation error detected: Value 'x' at 'username' failed to satisfy constraint: Member must {said}"
            );
            read(&message).unwrap()
        };
        assert_eq!(entry("have length less than or equal to 128"), ["username length max 128"]);
        assert_eq!(entry("have length greater than or equal to 1"), ["username length min 1"]);
        assert_eq!(entry("not be null"), ["username not null "]);
    }

    #[test]
    fn a_message_that_counts_wrongly_is_not_of_the_form() {
        let entry = "Value null at 'username' failed to satisfy constraint: Member must not be null";
        assert_eq!(read(&format!("2 validation errors detected: {entry}")), None);
        assert_eq!(read(&format!("1 validation errors detected: {entry}")), None);
        assert_eq!(read(&format!("1 validation error detected: {entry} and more")), None);
        assert_eq!(read("Invalid parameter"), None);
        assert!(read(&format!("1 validation error detected: {entry}")).is_some());
    }
}
