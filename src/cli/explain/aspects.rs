//! The aspects of an outcome as lines of text.

use super::text::shown;
use countersign::requirement::{Aspect, Attestation, MessageRule, Requirement};
use std::collections::BTreeMap;

/// One aspect: its name, what is accepted line by line, how well that is attested, and by which rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) name: &'static str,
    pub(super) accepted: Vec<String>,
    pub(super) attestation: Attestation,
    pub(super) evidence: &'a [String],
}

/// Every aspect that a requirement has.
pub(super) fn lines(requirement: &Requirement) -> Vec<Line<'_>> {
    let texts = |texts: &Vec<String>| texts.iter().map(|text| shown(text)).collect();
    [
        line("status", requirement.status.as_ref(), |codes| codes.iter().map(ToString::to_string).collect()),
        line("type", requirement.error_type.as_ref(), texts),
        line("message", requirement.message.as_ref(), message),
        line("headers", requirement.headers.as_ref(), |rules| map(rules, " ~ ")),
        line("body", requirement.body.as_ref(), |forms| forms.iter().map(ToString::to_string).collect()),
        line("state", requirement.state.as_ref(), |rules| map(rules, " = ")),
        line("same", requirement.same.as_ref(), |()| vec!["the answer to the other form".to_owned()]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn line<'a, T>(
    name: &'static str,
    aspect: Option<&'a Aspect<T>>,
    accepted: impl Fn(&T) -> Vec<String>,
) -> Option<Line<'a>> {
    aspect.map(|aspect| Line {
        name,
        accepted: accepted(&aspect.accept),
        attestation: aspect.attestation,
        evidence: &aspect.evidence,
    })
}

fn message(rule: &MessageRule) -> Vec<String> {
    match rule {
        MessageRule::OneOf(texts) => texts.iter().map(|text| format!("\"{}\"", shown(text))).collect(),
        MessageRule::Violations => vec!["exactly the violations of the case, in any order".to_owned()],
        MessageRule::Absent => vec!["none".to_owned()],
    }
}

fn map(rules: &BTreeMap<String, String>, joint: &str) -> Vec<String> {
    rules.iter().map(|(name, value)| format!("{}{joint}{}", shown(name), shown(value))).collect()
}
