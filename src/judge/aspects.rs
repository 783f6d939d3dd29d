//! Judges one answer by one requirement, aspect by aspect.

use super::answer::{Answer, shown};
use super::validation_message::{parse_validation_message, same_violations};
use super::{observation::Observation, text};
use crate::event::{AspectName, Mismatch};
use crate::expect::{Expectation, Violation, strongest};
use crate::json::read_value;
use crate::requirement::{Aspect, BodyForm, MessageRule, Requirement};
use crate::wire::{Exchange, Request, escape};
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// Characters of a subject's text shown in a mismatch.
const SHOWN_CHARACTERS_MAX: usize = 240;

/// What a requirement is judged with.
#[derive(Clone, Copy)]
pub(super) struct Bench<'a> {
    pub(super) expectation: &'a Expectation<'a>,
    pub(super) requirement: &'a Requirement,
    pub(super) observation: &'a Observation<'a>,
}

impl Bench<'_> {
    /// A text of the subject: without the values of the case, safe to print, and cut.
    fn shown(&self, text: &str) -> String {
        shown(text, self.observation.bindings, SHOWN_CHARACTERS_MAX)
    }

    /// A mismatch in `aspect`, attested as the requirement says.
    pub(super) fn mismatch<T>(
        &self,
        name: AspectName,
        aspect: &Aspect<T>,
        expected: String,
        got: String,
    ) -> Mismatch {
        Mismatch {
            requirement: self.requirement.id.clone(),
            aspect: name,
            attestation: self.expectation.attestation(aspect.attestation),
            evidence: aspect.evidence.clone(),
            expected,
            got,
        }
    }

    /// A mismatch that no single aspect speaks of, attested like the best attested one.
    pub(super) fn of_strongest(&self, name: AspectName, expected: String, got: String) -> Option<Mismatch> {
        let attestation = strongest(self.requirement)?;
        let evidence = self.requirement.evidence.clone();
        Some(self.mismatch(name, &Aspect { accept: (), attestation, evidence }, expected, got))
    }

    pub(super) fn status(&self, answer: &Answer<'_>) -> Option<Mismatch> {
        let aspect = self.requirement.status.as_ref()?;
        if aspect.accept.contains(&answer.response.status) {
            return None;
        }
        let expected = aspect.accept.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        Some(self.mismatch(AspectName::Status, aspect, expected, answer.summary(self.observation.bindings)))
    }

    pub(super) fn error_type(&self, answer: &Answer<'_>) -> Option<Mismatch> {
        let aspect = self.requirement.error_type.as_ref()?;
        if answer.error_type.as_ref().is_some_and(|found| aspect.accept.contains(found)) {
            return None;
        }
        let got = answer.error_type.as_deref().map_or_else(
            || {
                answer
                    .body_kind()
                    .map_or_else(|| "no error type".to_owned(), |kind| format!("no error type: {kind}"))
            },
            |found| self.shown(found),
        );
        Some(self.mismatch(AspectName::Type, aspect, aspect.accept.join(" or "), got))
    }

    pub(super) fn message(&self, exchange: &Exchange, answer: &Answer<'_>) -> Option<Mismatch> {
        let aspect = self.requirement.message.as_ref()?;
        let found = answer.message.as_ref().map(|message| message.text.as_str());
        let violations = &self.expectation.violations;
        let fits = match &aspect.accept {
            MessageRule::Absent => found.is_none(),
            MessageRule::OneOf(texts) => found.is_some_and(|found| self.is_one_of(texts, found, exchange)),
            MessageRule::Violations => found
                .and_then(parse_validation_message)
                .is_some_and(|listed| same_violations(&listed, violations)),
        };
        if fits {
            return None;
        }
        let expected = match &aspect.accept {
            MessageRule::Absent => "no message".to_owned(),
            MessageRule::OneOf(texts) => quoted(texts),
            MessageRule::Violations => described(violations),
        };
        let got = found.map_or_else(|| no_message(answer), |text| format!("`{}`", self.shown(text)));
        Some(self.mismatch(AspectName::Message, aspect, expected, got))
    }

    fn is_one_of(&self, texts: &[String], found: &str, exchange: &Exchange) -> bool {
        let bindings = self.observation.bindings;
        let repeats_client_id = texts.iter().any(|text| text.contains("${client_id}"));
        let sent = repeats_client_id.then(|| sent_client_id(&exchange.request)).flatten();
        let ids: Vec<&str> =
            [Some(bindings.client_id.as_str()), sent.as_deref()].into_iter().flatten().collect();
        texts.iter().any(|text| text::matches(text, found, bindings, &ids))
    }

    pub(super) fn headers(&self, answer: &Answer<'_>) -> Vec<Mismatch> {
        let Some(aspect) = &self.requirement.headers else {
            return Vec::new();
        };
        let judge = |(name, rule): (&String, &String)| {
            let values: Vec<String> = answer.response.headers.all(name).map(escape).collect();
            // The loader has compiled every rule once, so a rule that does not compile here matches nothing.
            let compiled = compiled(rule);
            let fits = |value: &String| compiled.as_ref().is_some_and(|rule| rule.is_match(value));
            if values.len() == 1 && values.iter().all(fits) {
                return None;
            }
            let got = match values.as_slice() {
                [] => format!("no `{name}`"),
                _ => format!("`{name}: {}`", self.shown(&values.join(", "))),
            };
            Some(self.mismatch(AspectName::Header, aspect, format!("`{name}` matching `{rule}`"), got))
        };
        aspect.accept.iter().filter_map(judge).collect()
    }

    pub(super) fn body(&self, answer: &Answer<'_>) -> Option<Mismatch> {
        let aspect = self.requirement.body.as_ref()?;
        if aspect.accept.iter().any(|form| has_form(*form, answer)) {
            return None;
        }
        let expected = aspect.accept.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        let body = self.shown(&String::from_utf8_lossy(&answer.response.body));
        Some(self.mismatch(AspectName::Body, aspect, expected, format!("`{body}`")))
    }

    pub(super) fn state(&self, seen: &BTreeMap<String, String>) -> Vec<Mismatch> {
        let Some(aspect) = &self.requirement.state else {
            return Vec::new();
        };
        let judge = |(key, expected): (&String, &String)| {
            let got = seen.get(key)?;
            (got != expected).then(|| {
                let got = format!("{key} is {}", self.shown(got));
                self.mismatch(AspectName::State, aspect, format!("{key} is {expected}"), got)
            })
        };
        aspect.accept.iter().filter_map(judge).collect()
    }
}

/// A header rule as a regular expression over a whole value, compiled once. There are no more of them than requirements.
fn compiled(rule: &str) -> Option<Arc<Regex>> {
    static COMPILED: LazyLock<RwLock<BTreeMap<String, Option<Arc<Regex>>>>> = LazyLock::new(RwLock::default);
    let known = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(rule).cloned();
    known.unwrap_or_else(|| {
        let made = Regex::new(&format!("^(?:{rule})$")).ok().map(Arc::new);
        let mut all = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
        all.entry(rule.to_owned()).or_insert(made).clone()
    })
}

fn quoted(texts: &[String]) -> String {
    texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(" or ")
}

fn described(violations: &[Violation]) -> String {
    let listed: Vec<String> = violations.iter().map(ToString::to_string).collect();
    format!("a validation message that lists exactly: {}", listed.join("; "))
}

/// What stands where a message should.
fn no_message(answer: &Answer<'_>) -> String {
    let kind = match answer.json.as_ref().and_then(|json| json.get("message").or_else(|| json.get("Message")))
    {
        None | Some(Value::String(_)) => return "no message".to_owned(),
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::Array(_)) => "an array",
        Some(Value::Object(_)) => "an object",
    };
    format!("a message that is {kind}")
}

/// The `ClientId` that the request carries, for messages that repeat it.
fn sent_client_id(request: &Request) -> Option<String> {
    let Request::Formed(form) = request else {
        return None;
    };
    read_value(&form.body).ok()?.get("ClientId")?.as_str().map(ToOwned::to_owned)
}

fn has_form(form: BodyForm, answer: &Answer<'_>) -> bool {
    let Some(Value::Object(members)) = &answer.json else {
        return form == BodyForm::Empty && answer.response.body.is_empty();
    };
    match form {
        BodyForm::Empty => members.is_empty(),
        BodyForm::JsonObject => true,
        BodyForm::ModelledSuccess => members.iter().all(|(name, value)| {
            name == "Session" && (value.is_null() || value.as_str().is_some_and(is_session))
        }),
        BodyForm::Session => members.get("Session").and_then(Value::as_str).is_some_and(is_session),
        BodyForm::Error => members.get("__type").is_some_and(Value::is_string),
        BodyForm::ShortType => members
            .get("__type")
            .and_then(Value::as_str)
            .is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())),
        BodyForm::MessageKey => has_message_key(members),
        BodyForm::Compact => {
            members.keys().next().is_some_and(|first| first == "__type")
                && serde_json::to_vec(&answer.json)
                    .is_ok_and(|compact| compact.len() == answer.response.body.len())
        }
    }
}

/// 20 to 4096 characters (SCH-021).
fn is_session(text: &str) -> bool {
    (20..=4096).contains(&text.chars().count())
}

/// `message` is a string and there is no `Message`; SerializationException may have `Message` or neither (WIRE-005).
fn has_message_key(members: &serde_json::Map<String, Value>) -> bool {
    let serialization = members
        .get("__type")
        .and_then(Value::as_str)
        .is_some_and(|name| name.ends_with("SerializationException"));
    match (members.get("message"), members.get("Message")) {
        (Some(Value::String(_)), None) => !serialization,
        (None, Some(Value::String(_)) | None) => serialization,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
