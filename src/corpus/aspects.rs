//! The aspects of an outcome, from their tables in a requirement file.

use crate::corpus::format::{RawAspect, RawAttested, RawList, RawMap, RawMessage, Text};
use crate::corpus::reader::Reader;
use crate::corpus::rules;
use crate::requirement::{Aspect, Attestation, BodyForm, MessageRule};
use std::collections::BTreeMap;
use toml::Spanned;

impl Reader<'_> {
    pub(super) fn status(&mut self, raw: &Spanned<RawAspect<Spanned<Vec<u16>>>>) -> Option<Aspect<Vec<u16>>> {
        let accept = raw.get_ref().accept.get_ref().clone();
        self.non_empty_list(&raw.get_ref().accept, accept.len());
        self.aspect(raw.get_ref(), accept)
    }

    pub(super) fn types(&mut self, raw: &RawList) -> Option<Aspect<Vec<String>>> {
        let accept = &raw.get_ref().accept;
        self.non_empty_list(accept, accept.get_ref().len());
        for name in accept.get_ref() {
            if !rules::is_shape_name(name.get_ref()) {
                self.refuse_text(
                    name,
                    "is not an error type",
                    "a bare shape name, such as `CodeMismatchException`",
                );
            }
        }
        let accept = accept.get_ref().iter().map(|name| name.get_ref().clone()).collect();
        self.aspect(raw.get_ref(), accept)
    }

    pub(super) fn body(&mut self, raw: &RawList) -> Option<Aspect<Vec<BodyForm>>> {
        let accept = &raw.get_ref().accept;
        self.non_empty_list(accept, accept.get_ref().len());
        let forms: Vec<Option<BodyForm>> = accept.get_ref().iter().map(|form| self.named(form)).collect();
        self.aspect(raw.get_ref(), forms.into_iter().flatten().collect())
    }

    pub(super) fn message(&mut self, raw: &Spanned<RawMessage>) -> Option<Aspect<MessageRule>> {
        let RawMessage { one_of, rule, attestation, evidence } = raw.get_ref();
        let accept = match (one_of, rule) {
            (Some(texts), None) => {
                self.non_empty_list(texts, texts.get_ref().len());
                for text in texts.get_ref() {
                    self.non_empty(text, "a message");
                }
                MessageRule::OneOf(texts.get_ref().iter().map(|text| text.get_ref().clone()).collect())
            }
            (None, Some(rule)) if rule.get_ref() == "violations" => MessageRule::Violations,
            (None, Some(rule)) if rule.get_ref() == "absent" => MessageRule::Absent,
            (None, Some(rule)) => {
                self.one_of(rule, &["violations", "absent"], "a rule");
                return None;
            }
            (None, None) | (Some(_), Some(_)) => {
                self.refuse(&raw.span(), "a message has either `one_of` or `rule`".into());
                return None;
            }
        };
        self.attested(attestation, evidence, accept)
    }

    pub(super) fn headers(&mut self, raw: &RawMap) -> Option<Aspect<BTreeMap<String, String>>> {
        let accept = &raw.get_ref().accept;
        for (name, pattern) in accept.get_ref() {
            let token = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if name.get_ref().is_empty() || !name.get_ref().chars().all(token) {
                self.refuse_text(name, "is not a header name", "lower-case letters, digits and `-`");
            }
            if regex::Regex::new(pattern.get_ref()).is_err() {
                self.refuse_text(
                    pattern,
                    "is not a regular expression",
                    "the syntax is that of the `regex` crate",
                );
            }
        }
        self.aspect_of_map(raw)
    }

    pub(super) fn state(&mut self, raw: &RawMap) -> Option<Aspect<BTreeMap<String, String>>> {
        for (key, value) in raw.get_ref().accept.get_ref() {
            self.one_of(key, rules::STATE_KEYS, "a state");
            self.non_empty(value, "a value");
        }
        self.aspect_of_map(raw)
    }

    pub(super) fn same(&mut self, raw: &RawAttested) -> Option<Aspect<()>> {
        self.attested(&raw.attestation, &raw.evidence, ())
    }

    fn aspect_of_map(&mut self, raw: &RawMap) -> Option<Aspect<BTreeMap<String, String>>> {
        let accept = &raw.get_ref().accept;
        self.non_empty_list(accept, accept.get_ref().len());
        let plain = |(key, value): (&Text, &Text)| (key.get_ref().clone(), value.get_ref().clone());
        self.aspect(raw.get_ref(), accept.get_ref().iter().map(plain).collect())
    }

    fn aspect<R, T>(&mut self, raw: &RawAspect<R>, accept: T) -> Option<Aspect<T>> {
        self.attested(&raw.attestation, &raw.evidence, accept)
    }

    fn attested<T>(&mut self, level: &Text, rows: &Spanned<Vec<Text>>, accept: T) -> Option<Aspect<T>> {
        let evidence = self.row_ids(rows);
        let attestation = self.named::<Attestation>(level)?;
        let strongest = self.evidence.strongest(evidence.iter().map(String::as_str));
        if let Some(strongest) = strongest
            && attestation < strongest
        {
            self.refuse(
                &level.span(),
                format!("`{attestation}` is stronger than the strongest row cited, which is `{strongest}`"),
            );
        }
        Some(Aspect { accept, attestation, evidence })
    }
}
