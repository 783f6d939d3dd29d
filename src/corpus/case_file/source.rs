//! One file of cases while it is read: what stands in it becomes cases, or an error that points at the place.

use super::raw::{RawCase, RawFixture, RawRelation, RawStep, RawTwin};
use super::{CaseFileError, FILE_MAX, LABEL_KINDS};
use crate::case::{
    Case, CaseId, ClientKind, Fixture, Label, Layer, Origin, Relation, Sending, Step, Twin, Username,
};
use crate::generate::{base_request, fresh, twin_for};
use crate::template::{Escaping, RequestTemplate, Template};
use crate::wire::{self, Delivery};
use serde::de::DeserializeOwned;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;
use toml::Spanned;

/// One file while it is read.
pub(crate) struct Source<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    /// Whether a requirement speaks of the label; what is built in is checked as a whole elsewhere.
    pub(crate) is_governed: &'a dyn Fn(&Label) -> bool,
}

impl Source<'_> {
    /// Reads the whole file as a `T`.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, CaseFileError> {
        if self.text.len() > FILE_MAX {
            return Err(CaseFileError::TooLarge { file: self.file.to_owned(), size: self.text.len() });
        }
        toml::from_str(self.text)
            .map_err(|error| self.error(&error.span().unwrap_or(0..0), error.message().to_owned()))
    }

    pub(in crate::corpus) fn error(&self, span: &Range<usize>, found: String) -> CaseFileError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count();
        let column = before.rsplit('\n').next().unwrap_or_default();
        let source_line = self.text.lines().nth(line).unwrap_or_default();
        CaseFileError::Content {
            file: wire::escape(self.file.as_bytes()),
            line: line + 1,
            column: column.chars().count() + 1,
            found,
            source_line: wire::escape(source_line.as_bytes()),
            caret: format!("{}^", " ".repeat(wire::escape(column.as_bytes()).chars().count())),
        }
    }

    pub(in crate::corpus) fn named<T: FromStr<Err = String>>(
        &self,
        name: Option<&Spanned<String>>,
        default: T,
    ) -> Result<T, CaseFileError> {
        name.map_or(Ok(default), |name| {
            name.as_ref().parse().map_err(|found| self.error(&name.span(), found))
        })
    }

    /// A case, and where its id stands.
    pub(crate) fn case(&self, raw: RawCase) -> Result<(Case, Range<usize>), CaseFileError> {
        let span = raw.id.span();
        let id = self.id(&raw.id)?;
        let layer = self.named(Some(&raw.layer), Layer::State)?;
        let fixture = self.fixture(&raw.fixture)?;
        let has_request_keys = raw.method.is_some()
            || raw.target.is_some()
            || !raw.headers.is_empty()
            || !raw.without.is_empty()
            || raw.lines.is_some()
            || raw.raw;
        let steps = match (raw.step, raw.labels, raw.body) {
            (Some(steps), None, None) if !steps.is_empty() && !has_request_keys => steps,
            (None, Some(labels), Some(body)) => vec![RawStep {
                labels,
                body,
                method: raw.method,
                target: raw.target,
                headers: raw.headers,
                without: raw.without,
                lines: raw.lines,
                raw: raw.raw,
            }],
            _ => {
                let found = "a case has either `labels`, `body` and what belongs to one request, or one `step` or more";
                return Err(self.error(&span, found.to_owned()));
            }
        };
        let steps = steps.into_iter().map(|step| self.step(&step)).collect::<Result<Vec<_>, _>>()?;
        let sending = self.sending(raw.sending.as_ref(), &steps)?;
        let twin = match &raw.twin {
            None => twin_for(&fixture, &steps),
            Some(twin) => Some(self.twin(twin, &fixture)?),
        };
        let relation = raw.relation.as_ref().map(|raw| self.relation(raw)).transpose()?;
        let reason = None;
        let case = Case { id, layer, origin: Origin::File, fixture, steps, sending, twin, relation, reason };
        Ok((case, span))
    }

    fn sending(&self, raw: Option<&Spanned<String>>, steps: &[Step]) -> Result<Sending, CaseFileError> {
        let sending = self.named(raw, Sending::InTurn)?;
        let is_twice = matches!(steps, [one, other] if one.request == other.request);
        match raw {
            Some(raw) if sending == Sending::AtOnce && !is_twice => {
                let found = "`at-once` asks for two steps with the same request".to_owned();
                Err(self.error(&raw.span(), found))
            }
            _ => Ok(sending),
        }
    }

    pub(in crate::corpus) fn id(&self, id: &Spanned<String>) -> Result<CaseId, CaseFileError> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-+._".contains(c);
        match id.as_ref().split_once('/') {
            Some((group, name))
                if !group.is_empty()
                    && !name.is_empty()
                    && group.chars().chain(name.chars()).all(allowed) =>
            {
                Ok(CaseId::new(group, name))
            }
            _ => Err(self.error(
                &id.span(),
                "an id is `group/name`, of lower-case letters, digits, `-`, `+`, `.` and `_`".to_owned(),
            )),
        }
    }

    fn fixture(&self, raw: &RawFixture) -> Result<Fixture, CaseFileError> {
        let base = Fixture::unconfirmed(self.named(raw.client.as_ref(), ClientKind::Public)?);
        let pool = self.named(raw.pool.as_ref(), base.pool)?;
        let user = self.named(raw.user.as_ref(), base.user)?;
        let username = raw.username.as_ref().map_or(Ok(Username::Plain), |text| {
            username(text.as_ref()).ok_or_else(|| {
                let allowed = "allowed: `plain`, `mixed-case`, `exact:TEXT`, `starting:TEXT`, \
                               `hash-contains:+`, `hash-contains:/`, `filled:LENGTH:CHARACTER`";
                let found = wire::escape(text.as_ref().as_bytes());
                self.error(&text.span(), format!("`{found}` is no choice of a name; {allowed}"))
            })
        })?;
        Ok(base.with_pool(pool).with_user(user).with_username(username))
    }

    fn step(&self, raw: &RawStep) -> Result<Step, CaseFileError> {
        let labels = raw.labels.iter().map(|text| self.label(text)).collect::<Result<Vec<_>, _>>()?;
        if labels.is_empty() {
            return Err(self.error(&raw.body.span(), "the labels of a step cannot be empty".to_owned()));
        }
        let escaping = if raw.raw { Escaping::Raw } else { Escaping::Json };
        let body = self.template(raw.body.as_ref(), &raw.body.span(), escaping)?;
        if raw.raw {
            return Ok(Step { request: RequestTemplate::Raw(body), labels });
        }
        let mut request = RequestTemplate::confirm_sign_up(body);
        if let RequestTemplate::Formed { method, target, headers, .. } = &mut request {
            if let Some(other) = &raw.method {
                *method = other.as_bytes().to_vec();
            }
            if let Some(other) = &raw.target {
                *target = other.as_bytes().to_vec();
            }
            headers.retain(|(name, _)| !raw.without.iter().any(|w| name.eq_ignore_ascii_case(w.as_bytes())));
            for line in &raw.headers {
                self.header(line, headers)?;
            }
            if let Some(lines) = &raw.lines {
                *headers = self.lines(lines)?;
            }
        }
        Ok(Step { request, labels })
    }

    /// Header lines in their order, each as often as it stands there.
    fn lines(&self, lines: &[Spanned<String>]) -> Result<Vec<(Vec<u8>, Template)>, CaseFileError> {
        let line = |line: &Spanned<String>| {
            let Some((name, value)) = line.as_ref().split_once(':') else {
                return Err(self.error(&line.span(), "a header line is `Name: value`".to_owned()));
            };
            Ok((name.as_bytes().to_vec(), self.template(value.trim(), &line.span(), Escaping::Raw)?))
        };
        lines.iter().map(line).collect()
    }

    fn relation(&self, raw: &RawRelation) -> Result<Relation, CaseFileError> {
        let body = self.template(raw.body.as_ref(), &raw.body.span(), Escaping::Json)?;
        let mut request = RequestTemplate::confirm_sign_up(body);
        if let RequestTemplate::Formed { method, target, headers, .. } = &mut request {
            *method = raw.method.as_ref().map_or_else(|| method.clone(), |other| other.as_bytes().to_vec());
            *target = raw.target.as_ref().map_or_else(|| target.clone(), |other| other.as_bytes().to_vec());
            if let Some(lines) = &raw.lines {
                *headers = self.lines(lines)?;
            }
        }
        let delivery = match raw.delivery.as_ref().map(|text| (text.as_ref().as_str(), text.span())) {
            None | Some(("whole", _)) => Delivery::Whole,
            Some(("pieces", _)) => Delivery::Pieces,
            Some(("new-connection", _)) => Delivery::NewConnection,
            Some((other, span)) => {
                let other = wire::escape(other.as_bytes());
                let allowed = "`whole`, `pieces`, `new-connection`";
                return Err(self.error(&span, format!("`{other}` is not one of {allowed}")));
            }
        };
        Ok(Relation { requests: vec![request], delivery })
    }

    pub(in crate::corpus) fn header(
        &self,
        line: &Spanned<String>,
        headers: &mut Vec<(Vec<u8>, Template)>,
    ) -> Result<(), CaseFileError> {
        let Some((name, value)) = line.as_ref().split_once(':') else {
            return Err(self.error(&line.span(), "a header line is `Name: value`".to_owned()));
        };
        let value = self.template(value.trim(), &line.span(), Escaping::Raw)?;
        let named = |(header, _): &(Vec<u8>, Template)| header.eq_ignore_ascii_case(name.as_bytes());
        match headers.iter_mut().find(|header| named(header)) {
            Some((_, old)) => *old = value,
            None => headers.push((name.as_bytes().to_vec(), value)),
        }
        Ok(())
    }

    pub(in crate::corpus) fn template(
        &self,
        text: &str,
        span: &Range<usize>,
        escaping: Escaping,
    ) -> Result<Template, CaseFileError> {
        Template::parse(text, escaping).map_err(|error| {
            // The text of a plain or literal string stands in the file as it is; one with escapes does not, and then
            // the value as a whole is pointed at.
            let written = self.text.get(span.clone()).unwrap_or_default();
            let at = written.find(text).map_or(span.start, |start| span.start + start + error.offset);
            self.error(&(at..span.end), error.to_string())
        })
    }

    pub(in crate::corpus) fn label(&self, text: &Spanned<String>) -> Result<Label, CaseFileError> {
        let mut parts = text.as_ref().splitn(3, '/');
        let mut part = || parts.next().unwrap_or_default();
        let label = Label::new(part(), part(), part());
        if label.at().is_empty() || !LABEL_KINDS.contains(&label.kind()) {
            let found = wire::escape(text.as_ref().as_bytes());
            let kinds = LABEL_KINDS.join("`, `");
            let found = format!("`{found}` is no label; it is `kind/at/detail`, and the kinds are `{kinds}`");
            return Err(self.error(&text.span(), found));
        }
        if !(self.is_governed)(&label) {
            let found = wire::escape(text.as_ref().as_bytes());
            let found = format!("no requirement governs the label `{found}`, so that nothing is expected");
            return Err(self.error(&text.span(), found));
        }
        Ok(label)
    }

    fn twin(&self, raw: &Spanned<RawTwin>, fixture: &Fixture) -> Result<Twin, CaseFileError> {
        let written = match raw.as_ref() {
            RawTwin::Written(written) => written,
            RawTwin::Word(word) if word == "base" => {
                return Ok(Twin { fixture: None, request: base_request(fixture) });
            }
            RawTwin::Word(word) if word == "fresh" => return Ok(fresh(fixture)),
            RawTwin::Word(word) => {
                let word = wire::escape(word.as_bytes());
                let found = format!("`{word}` is no twin; allowed: `base`, `fresh`, or a table with `body`");
                return Err(self.error(&raw.span(), found));
            }
        };
        let wrap = |text: &Option<String>| text.clone().map(|text| Spanned::new(raw.span(), text));
        let fixture = written
            .fixture
            .as_ref()
            .map(|own| {
                self.fixture(&RawFixture {
                    pool: wrap(&own.pool),
                    client: wrap(&own.client),
                    user: wrap(&own.user),
                    username: None,
                })
            })
            .transpose()?;
        let body = self.template(&written.body, &raw.span(), Escaping::Json)?;
        Ok(Twin { fixture, request: Arc::new(RequestTemplate::confirm_sign_up(body)) })
    }
}

fn username(text: &str) -> Option<Username> {
    match text.split_once(':') {
        None if text == "plain" => Some(Username::Plain),
        None if text == "mixed-case" => Some(Username::MixedCase),
        Some(("exact", name)) if !name.is_empty() => Some(Username::Exact(name.to_owned())),
        Some(("starting", name)) if !name.is_empty() => Some(Username::Starting(name.to_owned())),
        Some(("hash-contains", "+")) => Some(Username::HashContains('+')),
        Some(("hash-contains", "/")) => Some(Username::HashContains('/')),
        Some(("filled", rest)) => {
            let (length, filler) = rest.split_once(':')?;
            let mut characters = filler.chars();
            let filler = characters.next().filter(|_| characters.next().is_none())?;
            let length = length.parse().ok().filter(|length| (16..=128).contains(length))?;
            Some(Username::Filled { filler, length })
        }
        _ => None,
    }
}
