//! The violations of published constraints that a step's labels name, as AWS would list them.

use crate::case::Label;
use std::fmt;

/// A published constraint as a validation message names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Constraint {
    /// "Member must not be null".
    NotNull,
    /// "Member must have length greater than or equal to …".
    LengthMin,
    /// "Member must have length less than or equal to …".
    LengthMax,
    /// "Member must satisfy regular expression pattern: …".
    Pattern,
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotNull => "not null",
            Self::LengthMin => "length min",
            Self::LengthMax => "length max",
            Self::Pattern => "pattern",
        })
    }
}

/// One entry of a validation message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Violation {
    /// The member in the spelling of the message: `confirmationCode`.
    pub member: String,
    /// The constraint.
    pub constraint: Constraint,
    /// The bounds or patterns that may stand in the message. More than one where revisions of the model differ; none
    /// where any will do.
    pub bounds: Vec<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.member, self.constraint)?;
        if !self.bounds.is_empty() {
            write!(f, " {}", self.bounds.join(" or "))?;
        }
        Ok(())
    }
}

/// The published bounds of one member, as far as validation messages speak of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The smallest length.
    pub min: Option<u64>,
    /// The largest length.
    pub max: Option<u64>,
    /// The pattern without anchors.
    pub pattern: Option<String>,
}

/// The violations that `label` stands for; `bounds` gives the bounds of a member in every revision of the model.
pub(super) fn violations(label: &Label, bounds: &dyn Fn(&str) -> Vec<Bounds>) -> Vec<Violation> {
    let path = label.at();
    let all = bounds(path);
    let number =
        |pick: fn(&Bounds) -> Option<u64>| distinct(all.iter().filter_map(pick).map(|n| n.to_string()));
    let patterns = || distinct(all.iter().filter_map(|bounds| bounds.pattern.clone()));
    let violation = |constraint, bounds| Violation { member: lower_camel(path), constraint, bounds };
    match label.kind() {
        "absent" | "null" | "miscased" => vec![violation(Constraint::NotNull, Vec::new())],
        "too-long" => vec![violation(Constraint::LengthMax, number(|bounds| bounds.max))],
        "too-short" => {
            let mut found = vec![violation(Constraint::LengthMin, number(|bounds| bounds.min))];
            // An empty value also fails a pattern that asks for one character or more (VAL-005, VAL-007, VAL-008).
            if label.detail() == "0" && !patterns().is_empty() {
                found.push(violation(Constraint::Pattern, patterns()));
            }
            found
        }
        "pattern" => vec![violation(Constraint::Pattern, patterns())],
        _ => Vec::new(),
    }
}

fn distinct(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for value in values {
        if !out.contains(&value) {
            out.push(value);
        }
    }
    out
}

/// `ConfirmationCode` → `confirmationCode`, as in the recorded messages (section 4a of the evidence).
fn lower_camel(path: &str) -> String {
    path.split('.')
        .map(|part| {
            let mut chars = part.chars();
            chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
        })
        .collect::<Vec<_>>()
        .join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_bounds(_: &str) -> Vec<Bounds> {
        vec![Bounds { min: Some(1), max: Some(2048), pattern: Some("[\\S]+".into()) }]
    }

    #[test]
    fn an_empty_value_breaks_pattern_and_length() {
        let found = violations(&Label::new("too-short", "ConfirmationCode", "0"), &code_bounds);
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["confirmationCode: length min 1", "confirmationCode: pattern [\\S]+"]);
    }

    #[test]
    fn a_short_value_breaks_the_pattern_only_where_it_is_empty_and_there_is_one() {
        let shown = |detail: &str, bounds: &dyn Fn(&str) -> Vec<Bounds>| {
            let found = violations(&Label::new("too-short", "Session", detail), bounds);
            found.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let no_pattern = |_: &str| vec![Bounds { min: Some(20), max: None, pattern: None }];
        assert_eq!(shown("0", &no_pattern), ["session: length min 20"]);
        assert_eq!(shown("19", &no_pattern), ["session: length min 20"]);
        assert_eq!(shown("1", &code_bounds), ["session: length min 1"]);
    }

    #[test]
    fn every_kind_of_defect_lists_its_own_constraint_and_the_bounds_of_every_revision() {
        let revisions = |_: &str| {
            let of =
                |max, pattern: &str| Bounds { min: Some(1), max: Some(max), pattern: Some(pattern.into()) };
            vec![of(10, "a"), of(20, "b"), of(10, "a")]
        };
        let shown = |kind: &str| {
            let found = violations(&Label::new(kind, "UserContextData.IpAddress", "9"), &revisions);
            found.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        for kind in ["absent", "null", "miscased"] {
            assert_eq!(shown(kind), ["userContextData.ipAddress: not null"], "{kind}");
        }
        assert_eq!(shown("too-long"), ["userContextData.ipAddress: length max 10 or 20"]);
        assert_eq!(shown("too-short"), ["userContextData.ipAddress: length min 1"]);
        assert_eq!(shown("pattern"), ["userContextData.ipAddress: pattern a or b"]);
        assert_eq!(shown("wrong-type").len(), 0);
    }

    #[test]
    fn a_missing_value_breaks_nothing_else() {
        let found = violations(&Label::new("absent", "ClientId", ""), &code_bounds);
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), ["clientId: not null"]);
    }
}
