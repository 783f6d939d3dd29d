//! Files of SDK cases → cases, with a diagnostic for everything that is wrong in them.
//!
//! # The form of a file
//!
//! A TOML file. Unknown and duplicate keys are refused. `group` is the first part of every id, `layer` the layer of
//! every case that names none. Each `[[case]]` has
//!
//! | key | what it says |
//! |---|---|
//! | `name` | the second part of its id |
//! | `reason` | why it is there, in one sentence |
//! | `layer` | another layer than the file's |
//! | `evidence` | what it rests on: `smithy:ID` (a protocol test of `awsJson1_1`), `sdks:ROW` (the same was measured: `corpus/evidence/sdks.tsv`), `near:ROW` (something like it was), `model:WHAT`, `rfc:NUMBER` |
//! | `needs` | features, see [`Feature`](super::Feature), without which the case means nothing |
//! | `input` | the input as JSON text; by default the three required members |
//! | `undefined` | members given as the language's `undefined` |
//! | `attempts`, `timeout_ms` | what the caller asks for; by default nothing |
//! | `credentials` | `none` (the default) or `environment` |
//! | `client_secret` | for SDKs that compute the secret hash |
//! | `path` | the path of the endpoint |
//! | `wire` | `judged` (the default), `body-open` or `open`, see [`Wire`] |
//! | `answer` | a list of answers; by default one that says `{}`; the last one goes on for ever |
//! | `must`, `should` | what is expected at that level; a case with neither is observed |
//!
//! An answer is `silent = true` (nothing is said), `raw` (escaped bytes), or made of `version`, `status`, `reason`,
//! `headers` (pairs; `${endpoint}` stands for the endpoint), `content_type` (empty: none), a body (`body` as it stands,
//! `bytes` with escapes, or `repeat`), `gzip` (compress the body), `framing` ([`Framing`]), `content_length` (another
//! one than the body's), `interim` (`100 Continue`) and `cut` (the bytes of the whole that are sent). `delay_ms` and
//! `drip_ms` slow it down; `then` is [`Afterwards`], `keep` by default. Escapes are those of
//! [`wire::unescape`].
//!
//! `repeat` is `before`, `text` so many `times`, `middle`, `close` as often, `after`.
//!
//! `must` and `should` have the members of [`Expected`]; what is missing is not looked at.

use super::answer::{ANSWER_BYTES_MAX, Afterwards, Answer, Form, Framing, gzip};
use super::case::{CallOptions, Credentials, End, Expected, SdkCase, Wire};
use super::case_raw::{RawAnswer, RawCase, RawExpected, RawFile, RawRepeat};
use super::json::Json;
use crate::case::{CaseId, Layer};
use crate::corpus::{CorpusError, Diagnostic, SourceFile};
use crate::wire;
use std::ops::Range;
use std::str::FromStr;
use std::time::Duration;
use toml::Spanned;

/// The input where a case names none.
pub(super) const INPUT: &str =
    r#"{"ClientId":"1example23456789","Username":"diego@example.com","ConfirmationCode":"314159"}"#;
/// The most attempts that a case may ask for.
const ATTEMPTS_MAX: u32 = 10;
/// The longest time that a case may ask for.
const TIME_MAX: Duration = Duration::from_mins(1);

/// Reads one file.
pub(super) fn read(file: &SourceFile) -> Result<Vec<SdkCase>, CorpusError> {
    let raw: RawFile = match toml::from_str(&file.text) {
        Ok(raw) => raw,
        Err(error) => {
            let span = error.span().unwrap_or_default();
            let message = wire::escape(error.message().as_bytes());
            return Err(CorpusError::Wrong(vec![Diagnostic::new(file, &span, message)]));
        }
    };
    let mut reader = Reader { file, wrong: Vec::new() };
    let layer = reader.named::<Layer>(&raw.layer).unwrap_or(Layer::Http);
    let group = raw.group.into_inner();
    let cases = raw.cases.into_iter().map(|case| reader.case(&group, layer, case)).collect();
    if reader.wrong.is_empty() { Ok(cases) } else { Err(CorpusError::Wrong(reader.wrong)) }
}

struct Reader<'a> {
    file: &'a SourceFile,
    wrong: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn refuse(&mut self, span: &Range<usize>, message: impl Into<String>) {
        self.wrong.push(Diagnostic::new(self.file, span, message));
    }

    fn named<T: FromStr<Err = String>>(&mut self, text: &Spanned<String>) -> Option<T> {
        text.get_ref().parse().map_err(|message: String| self.refuse(&text.span(), message)).ok()
    }

    fn case(&mut self, group: &str, layer: Layer, raw: RawCase) -> SdkCase {
        let span = raw.name.span();
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-./_".contains(c);
        if raw.name.get_ref().is_empty() || !raw.name.get_ref().chars().all(is_name) {
            self.refuse(&span, "a name is made of lower-case letters, digits, `-`, `.`, `_` and `/`");
        }
        if raw.reason.get_ref().trim().is_empty() {
            self.refuse(&raw.reason.span(), "empty where a reason must stand");
        }
        let evidence = self.evidence(&raw.evidence);
        if let Some(input) = &raw.input {
            self.json(input);
        }
        let options = self.options(&raw, &span);
        let path = raw.path.as_ref().map_or_else(String::new, |path| path.get_ref().clone());
        if let Some(given) = &raw.path
            && !path.starts_with('/')
        {
            self.refuse(&given.span(), "a path starts with `/`");
        }
        let answers: Vec<Answer> = raw.answers.into_iter().map(|answer| self.answer(answer)).collect();
        SdkCase {
            id: CaseId::new(group, raw.name.get_ref()),
            layer: raw.layer.as_ref().and_then(|layer| self.named(layer)).unwrap_or(layer),
            reason: raw.reason.into_inner(),
            evidence,
            needs: raw.needs.iter().filter_map(|need| self.named(need)).collect(),
            input: raw.input.map_or_else(|| INPUT.to_owned(), Spanned::into_inner),
            undefined: raw.undefined,
            options,
            path,
            answers: if answers.is_empty() { vec![Answer::new(Form::default().to_bytes())] } else { answers },
            wire: raw.wire.as_ref().and_then(|wire| self.named(wire)).unwrap_or(Wire::Judged),
            must: raw.must.map(|expected| self.expected(expected, &span)),
            should: raw.should.map(|expected| self.expected(expected, &span)),
        }
    }

    fn options(&mut self, raw: &RawCase, span: &Range<usize>) -> CallOptions {
        if raw.attempts.is_some_and(|attempts| attempts == 0 || attempts > ATTEMPTS_MAX) {
            self.refuse(span, format!("`attempts` is from 1 to {ATTEMPTS_MAX}"));
        }
        let timeout = raw.timeout_ms.map(Duration::from_millis);
        if timeout.is_some_and(|timeout| timeout.is_zero() || timeout > TIME_MAX) {
            self.refuse(span, format!("`timeout_ms` is from 1 to {}", TIME_MAX.as_millis()));
        }
        let credentials = raw.credentials.as_ref().and_then(|credentials| self.named(credentials));
        CallOptions {
            attempts: raw.attempts,
            timeout,
            credentials: credentials.unwrap_or(Credentials::None),
            client_secret: raw.client_secret.clone(),
        }
    }

    fn evidence(&mut self, rows: &Spanned<Vec<Spanned<String>>>) -> Vec<String> {
        if rows.get_ref().is_empty() {
            self.refuse(&rows.span(), "empty, at least one row is needed");
        }
        for row in rows.get_ref() {
            let kind = row.get_ref().split_once(':').map_or("", |(kind, _)| kind);
            if !matches!(kind, "smithy" | "sdks" | "near" | "model" | "rfc") {
                self.refuse(
                    &row.span(),
                    "allowed: `smithy:ID`, `sdks:ROW`, `near:ROW`, `model:WHAT`, `rfc:NUMBER`",
                );
            }
        }
        rows.get_ref().iter().map(|row| row.get_ref().clone()).collect()
    }

    /// Input may hold a lone surrogate, which is no Unicode text but JSON all the same.
    fn json(&mut self, text: &Spanned<String>) {
        let raw: Result<&serde_json::value::RawValue, _> = serde_json::from_str(text.get_ref());
        match raw {
            Ok(raw) if raw.get().starts_with('{') => {}
            Ok(_) => self.refuse(&text.span(), "the input is an object"),
            Err(error) => self.refuse(&text.span(), wire::escape(error.to_string().as_bytes())),
        }
    }

    fn unescaped(&mut self, text: &str, span: &Range<usize>) -> Vec<u8> {
        wire::unescape(text).map_err(|error| self.refuse(span, error.to_string())).unwrap_or_default()
    }

    fn answer(&mut self, raw: Spanned<RawAnswer>) -> Answer {
        let span = raw.span();
        let raw = raw.into_inner();
        if !raw.is_of_one_form() {
            self.refuse(
                &span,
                "beside `silent` or `raw` only `delay_ms`, `drip_ms` and `then` mean anything",
            );
        }
        let bytes = match (&raw.raw, raw.silent) {
            (_, true) => Vec::new(),
            (Some(text), _) => self.unescaped(text, &span),
            (None, _) => self.form(&raw, &span).to_bytes(),
        };
        if bytes.len() > ANSWER_BYTES_MAX {
            self.refuse(&span, format!("an answer of {} bytes; allowed: {ANSWER_BYTES_MAX}", bytes.len()));
        }
        let delay = Duration::from_millis(raw.delay_ms);
        if delay > TIME_MAX || raw.drip_ms.is_some_and(|drip| drip > 1000) {
            self.refuse(&span, format!("`delay_ms` is at most {}, `drip_ms` 1000", TIME_MAX.as_millis()));
        }
        let then = raw.then.as_deref().map(str::parse::<Afterwards>);
        let afterwards = match then {
            None if raw.framing.as_deref() == Some("close") => Afterwards::Close,
            None => Afterwards::Keep,
            Some(Ok(afterwards)) => afterwards,
            Some(Err(message)) => {
                self.refuse(&span, message);
                Afterwards::Keep
            }
        };
        Answer { delay, drip: raw.drip_ms.map(Duration::from_millis), afterwards, ..Answer::new(bytes) }
    }

    fn form(&mut self, raw: &RawAnswer, span: &Range<usize>) -> Form {
        let usual = Form::default();
        let body = match (&raw.body, &raw.bytes, &raw.repeat) {
            (Some(text), None, None) => text.clone().into_bytes(),
            (None, Some(text), None) => self.unescaped(text, span),
            (None, None, Some(repeat)) => repeated(repeat),
            (None, None, None) => usual.body,
            _ => {
                self.refuse(span, "`body`, `bytes` and `repeat` exclude each other");
                usual.body
            }
        };
        let framing = raw.framing.as_deref().map(str::parse::<Framing>);
        let framing = framing.transpose().map_err(|message| self.refuse(span, message)).ok().flatten();
        Form {
            version: raw.version.clone().unwrap_or(usual.version),
            status: raw.status.unwrap_or(usual.status),
            reason: raw.reason.clone().unwrap_or_default(),
            headers: raw.headers.clone(),
            content_type: raw.content_type.clone().unwrap_or(usual.content_type),
            body: if raw.gzip { gzip(&body) } else { body },
            framing: framing.unwrap_or(Framing::Length),
            content_length: raw.content_length,
            interim: raw.interim.clone(),
            cut: raw.cut,
        }
    }

    fn expected(&mut self, raw: RawExpected, span: &Range<usize>) -> Expected {
        if let Some(body) = &raw.body
            && let Err(error) = Json::parse(body.get_ref().as_bytes())
        {
            self.refuse(&body.span(), wire::escape(error.as_bytes()));
        }
        let expected = Expected {
            end: raw.end.as_ref().and_then(|end| self.named::<End>(end)),
            code: raw.code,
            message: raw.message,
            typed: raw.typed,
            session: raw.session,
            modelled: raw.modelled,
            request_id: raw.request_id,
            fields: raw.fields,
            own_error: raw.own_error,
            attempts: raw.attempts,
            attempts_max: raw.attempts_max,
            attempts_min: raw.attempts_min,
            pause_min: raw.pause_min_ms.map(Duration::from_millis),
            body: raw.body.map(Spanned::into_inner),
            secret_hash: raw.secret_hash,
        };
        if expected == Expected::default() {
            self.refuse(span, "`must` and `should` say what is expected; leave them out to observe");
        }
        expected
    }
}

fn repeated(raw: &RawRepeat) -> Vec<u8> {
    let length = raw.text.len().max(raw.close.len()).max(1);
    let times = raw.times.min(ANSWER_BYTES_MAX / length + 1);
    [&raw.before, &raw.text.repeat(times), &raw.middle, &raw.close.repeat(times), &raw.after]
        .map(String::as_str)
        .concat()
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(case: &str) -> String {
        let head = "group = \"sdk-x\"\nlayer = \"http\"\n[[case]]\nname = \"a\"\nreason = \"r\"\n";
        let file = SourceFile::new("x.toml", format!("{head}{case}"));
        read(&file).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_in_a_file_is_said_with_its_place() {
        let row = "evidence = [\"model:x\"]\n";
        for (case, allowed) in [
            ("evidence = []", "at least one row"),
            ("evidence = [\"my word\"]", "allowed: `smithy:ID`"),
            (&format!("{row}input = \"[]\""), "is an object"),
            (&format!("{row}input = \"{{\""), "EOF"),
            (&format!("{row}must = {{}}"), "leave them out"),
            (&format!("{row}must = {{ end = \"well\" }}"), "is not one of `output`"),
            (&format!("{row}answer = [{{ body = \"a\", bytes = \"b\" }}]"), "exclude each other"),
            (&format!("{row}answer = [{{ then = \"explode\" }}]"), "is not one of `keep`"),
            (&format!("{row}needs = [\"luck\"]"), "is not one of `session`"),
            (&format!("{row}attempts = 0"), "from 1 to 10"),
            (&format!("{row}timeout_ms = 0"), "from 1 to 60000"),
            (
                &format!("{row}answer = [{{ silent = true, status = 200 }}]"),
                "only `delay_ms`, `drip_ms` and `then`",
            ),
            (
                &format!("{row}answer = [{{ raw = \"x\", body = \"y\" }}]"),
                "only `delay_ms`, `drip_ms` and `then`",
            ),
            (&format!("{row}path = \"x\""), "starts with `/`"),
            (&format!("{row}tries = 1"), "unknown field"),
        ] {
            let text = refusal(case);
            assert!(text.contains(allowed) && text.contains("x.toml:"), "{case}: {text}");
        }
    }
}
