//! Reads cases written by hand: `corpus/cases/*.toml`, and those in folders of the user's.
//!
//! # A folder of the user's
//!
//! `--cases DIR` adds the cases in `DIR/*.toml`, which have the form below, and the requirements in
//! `DIR/requirements/*.toml`, which have that of [`format`](crate::corpus::format). Vectors of the secret hash in
//! `DIR/vectors/*.json` (the form of `corpus/vectors/secret_hash.json`) become cases `vector/FILE-NUMBER-FORM`, as those
//! that are built in: where they name a `form` that can be made with what a run has. An id must not be one of the cases or
//! requirements that are built in, and every label must be governed by a requirement: nothing else says what is expected.
//! An editor checks both kinds of file by `corpus/cases.schema.json` and `corpus/requirements.schema.json`:
//!
//! ```toml
//! #:schema ../countersign/corpus/cases.schema.json
//! [[case]]
//! id = "mine/double-paste"
//! layer = "state"
//! labels = ["code/twice"]
//! body = '''{"ClientId":"${client_id}","Username":"${username}","ConfirmationCode":"${code}${code}"}'''
//! ```
//!
//! # The format
//!
//! A file holds any number of `[[case]]` tables. A key that is not listed here is refused.
//!
//! | key | type | meaning |
//! |---|---|---|
//! | `id` | string | `group/name` in lower case; unique among all files |
//! | `layer` | string | a [`Layer`] by name |
//! | `fixture` | table | `pool`, `client`, `user` (each by name) and `username`; each may be left out |
//! | `labels` | strings | what was done; see [`Label`]; at least one |
//! | `body` | string | template text, see below |
//! | `method`, `target` | string | instead of `POST` and `/` |
//! | `headers` | strings | `Name: value`, template text; replaces the lines of that name or is added at the end |
//! | `without` | strings | names of header lines that are not sent |
//! | `sending` | string | a [`Sending`] by name; `at-once` asks for two steps with the same request. Left out: `in-turn` |
//! | `step` | tables | instead of `body` and `labels`: several requests in a row, each with `labels`, `body` and the four keys above |
//! | `twin` | string or table | `"base"`: the valid request for the case's own user; `"fresh"`: for a fresh one; or a table with `body` and, for a fresh user, `fixture`. Left out, the rule for generated cases decides |
//!
//! In `username`, `plain`, `mixed-case` and `exact:TEXT`, `starting:TEXT`, `hash-contains:+`, `filled:128:u` stand for
//! the choices of [`Username`]. Template text is that of [`Template::parse`]; values bound into a body are escaped
//! for JSON unless `|raw` says otherwise, values bound into headers are not.

use crate::case::{Case, CaseId, ClientKind, Fixture, Label, Layer, Origin, Sending, Step, Twin, Username};
use crate::corpus::{CorpusError, SourceFile};
use crate::generate::{base_request, fresh, twin_for};
use crate::template::{Escaping, RequestTemplate, Template};
use crate::wire;
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use toml::Spanned;

static CASES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/corpus/cases");

/// The largest file of cases, in bytes.
pub const FILE_MAX: usize = 4 * 1024 * 1024;

/// The kinds of labels; the first part of a label must be one of these.
pub const LABEL_KINDS: [&str; 30] = [
    "absent",
    "alias",
    "attempt",
    "auth",
    "client",
    "code",
    "content-type",
    "framing",
    "header",
    "http-version",
    "inspect",
    "json",
    "method",
    "miscased",
    "null",
    "path",
    "pattern",
    "relation",
    "secret-hash",
    "secret-hash-unneeded",
    "session",
    "target",
    "too-long",
    "too-short",
    "transfer",
    "unknown-member",
    "user",
    "username",
    "valid",
    "wrong-type",
];

/// A file of cases that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaseFileError {
    /// A file is larger than [`FILE_MAX`].
    #[error("`{file}` has {size} bytes; allowed are {FILE_MAX}")]
    TooLarge {
        /// The file.
        file: String,
        /// Its size.
        size: usize,
    },
    /// Something in a file is not as the format says.
    #[error("{file}:{line}:{column}: {found}\n{source_line}\n{caret}")]
    Content {
        /// The file.
        file: String,
        /// Counted from 1.
        line: usize,
        /// In characters, counted from 1.
        column: usize,
        /// What was found, and what is allowed.
        found: String,
        /// The line, escaped.
        source_line: String,
        /// `^` under the place.
        caret: String,
    },
}

/// The cases of the corpus that is built into the program.
pub fn embedded() -> Result<Vec<Case>, CaseFileError> {
    let files = CASES.files().filter(|file| file.path().extension().is_some_and(|ext| ext == "toml"));
    let texts: Vec<(String, &str)> = files
        .filter_map(|file| Some((format!("corpus/cases/{}", file.path().display()), file.contents_utf8()?)))
        .collect();
    read_all(texts.iter().map(|(name, text)| (name.as_str(), *text)))
}

/// Reads files of cases, each given by name and text. Ids are unique among all of them; the cases come in the order
/// of their ids.
pub fn read_all<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Vec<Case>, CaseFileError> {
    read_beside(files, &BTreeSet::new(), &|_| true)
}

/// Reads the case files directly in `folders`, beside cases whose ids are `taken`. A label is refused unless it
/// `is_governed` by a requirement.
pub fn in_folders(
    folders: &[PathBuf],
    taken: &BTreeSet<CaseId>,
    is_governed: &dyn Fn(&Label) -> bool,
) -> Result<Vec<Case>, CorpusError> {
    let mut files = Vec::new();
    for folder in folders {
        files.extend(SourceFile::in_folder(folder, "toml")?);
    }
    let files = files.iter().map(|file| (file.name.as_str(), file.text.as_str()));
    Ok(read_beside(files, taken, is_governed)?)
}

fn read_beside<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
    taken: &BTreeSet<CaseId>,
    is_governed: &dyn Fn(&Label) -> bool,
) -> Result<Vec<Case>, CaseFileError> {
    let mut ids = BTreeSet::new();
    let mut cases = Vec::new();
    for (file, text) in files {
        let source = Source { file, text, is_governed };
        for case in source.read::<RawFile>()?.case {
            let (case, span) = source.case(case)?;
            if taken.contains(&case.id) {
                let found = format!("the id `{}` is that of a case which is built in", case.id);
                return Err(source.error(&span, found));
            }
            if !ids.insert(case.id.clone()) {
                return Err(source.error(&span, format!("the id `{}` is used twice", case.id)));
            }
            cases.push(case);
        }
    }
    cases.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(cases)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    case: Vec<RawCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCase {
    id: Spanned<String>,
    layer: Spanned<String>,
    #[serde(default)]
    fixture: RawFixture,
    labels: Option<Vec<Spanned<String>>>,
    body: Option<Spanned<String>>,
    method: Option<String>,
    target: Option<String>,
    #[serde(default)]
    headers: Vec<Spanned<String>>,
    #[serde(default)]
    without: Vec<String>,
    sending: Option<Spanned<String>>,
    step: Option<Vec<RawStep>>,
    twin: Option<Spanned<RawTwin>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawFixture {
    pool: Option<Spanned<String>>,
    client: Option<Spanned<String>>,
    user: Option<Spanned<String>>,
    username: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    labels: Vec<Spanned<String>>,
    body: Spanned<String>,
    method: Option<String>,
    target: Option<String>,
    #[serde(default)]
    headers: Vec<Spanned<String>>,
    #[serde(default)]
    without: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawTwin {
    Word(String),
    Written(RawWrittenTwin),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWrittenTwin {
    body: String,
    fixture: Option<RawTwinFixture>,
}

/// A twin's fixture. Positions inside an untagged value are lost, so an error points at the twin as a whole.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTwinFixture {
    pool: Option<String>,
    client: Option<String>,
    user: Option<String>,
}

/// One file while it is read.
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
    /// Whether a requirement speaks of the label; what is built in is checked as a whole elsewhere.
    pub(super) is_governed: &'a dyn Fn(&Label) -> bool,
}

impl Source<'_> {
    /// Reads the whole file as a `T`.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, CaseFileError> {
        if self.text.len() > FILE_MAX {
            return Err(CaseFileError::TooLarge { file: self.file.to_owned(), size: self.text.len() });
        }
        toml::from_str(self.text)
            .map_err(|error| self.error(&error.span().unwrap_or(0..0), error.message().to_owned()))
    }

    pub(super) fn error(&self, span: &Range<usize>, found: String) -> CaseFileError {
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

    pub(super) fn named<T: FromStr<Err = String>>(
        &self,
        name: Option<&Spanned<String>>,
        default: T,
    ) -> Result<T, CaseFileError> {
        name.map_or(Ok(default), |name| {
            name.as_ref().parse().map_err(|found| self.error(&name.span(), found))
        })
    }

    fn case(&self, raw: RawCase) -> Result<(Case, Range<usize>), CaseFileError> {
        let span = raw.id.span();
        let id = self.id(&raw.id)?;
        let layer = self.named(Some(&raw.layer), Layer::State)?;
        let fixture = self.fixture(&raw.fixture)?;
        let has_request_keys = raw.method.is_some()
            || raw.target.is_some()
            || !raw.headers.is_empty()
            || !raw.without.is_empty();
        let steps = match (raw.step, raw.labels, raw.body) {
            (Some(steps), None, None) if !steps.is_empty() && !has_request_keys => steps,
            (None, Some(labels), Some(body)) => vec![RawStep {
                labels,
                body,
                method: raw.method,
                target: raw.target,
                headers: raw.headers,
                without: raw.without,
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
        let (relation, reason) = (None, None);
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

    pub(super) fn id(&self, id: &Spanned<String>) -> Result<CaseId, CaseFileError> {
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
        let mut request = RequestTemplate::confirm_sign_up(self.template(
            raw.body.as_ref(),
            &raw.body.span(),
            Escaping::Json,
        )?);
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
        }
        Ok(Step { request, labels })
    }

    pub(super) fn header(
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

    pub(super) fn template(
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

    pub(super) fn label(&self, text: &Spanned<String>) -> Result<Label, CaseFileError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[[case]]
id = "a/b"
layer = "state"
labels = ["code/wrong"]
body = '{"ConfirmationCode":"${code:wrong}"}'
headers = ["accept: x", "X-AMZ-TARGET: y"]
without = ["content-type"]
"#;

    fn refused(text: &str) -> String {
        read_all([("f.toml", text)]).unwrap_err().to_string()
    }

    #[test]
    fn a_case_is_read_with_its_headers_and_twin() {
        let cases = read_all([("f.toml", GOOD)]).unwrap();
        let RequestTemplate::Formed { headers, .. } = &cases[0].steps[0].request else {
            panic!("an ordinary request");
        };
        let names: Vec<_> = headers.iter().map(|(name, _)| String::from_utf8_lossy(name)).collect();
        assert_eq!(names, ["Host", "X-Amz-Target", "Content-Length", "accept"]);
        assert_eq!(cases[0].twin.as_ref().unwrap().fixture, None);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place() {
        let text = refused(&GOOD.replace("without =", "witout ="));
        assert!(text.starts_with("f.toml:8:1: unknown field `witout`"), "{text}");
        assert!(text.ends_with("\nwitout = [\"content-type\"]\n^"), "{text}");
    }

    #[test]
    fn a_bad_placeholder_is_pointed_at() {
        let text = refused(&GOOD.replace("${code:wrong}", "${cod}"));
        assert!(text.starts_with("f.toml:6:30: "), "{text}");
        assert!(text.contains("`${cod}\"}` is not a placeholder"), "{text}");
    }

    #[test]
    fn an_unknown_kind_of_label_is_answered_with_the_known_ones() {
        let text = refused(&GOOD.replace("code/wrong\"]", "coed/wrong\"]"));
        assert!(text.contains("`coed/wrong` is no label") && text.contains("`secret-hash`"), "{text}");
    }

    #[test]
    fn an_id_is_used_once_among_all_files() {
        let error = read_all([("f.toml", GOOD), ("g.toml", GOOD)]).unwrap_err().to_string();
        assert!(error.starts_with("g.toml:3:6: the id `a/b` is used twice"), "{error}");
    }

    #[test]
    fn a_folder_beside_other_cases_may_not_use_their_ids_or_labels_of_its_own() {
        let taken = [CaseId::new("a", "b")].into();
        let refused = |text: &str, taken, is_governed: &dyn Fn(&Label) -> bool| {
            read_beside([("f.toml", text)], taken, is_governed).unwrap_err().to_string()
        };
        let text = refused(GOOD, &taken, &|_| true);
        assert!(text.starts_with("f.toml:3:6: the id `a/b` is that of a case which is built in"), "{text}");
        let text = refused(GOOD, &BTreeSet::new(), &|label| label.kind() != "code");
        assert!(text.starts_with("f.toml:5:11: no requirement governs the label `code/wrong`"), "{text}");
    }

    #[test]
    fn every_other_slip_is_refused() {
        for (from, to, says) in [
            ("a/b", "A/b", "an id is"),
            ("\"state\"", "\"stat\"", "`stat` is not one of"),
            ("body =", "target =", "either `labels`, `body`"),
            (
                "labels = [\"code/wrong\"]\nbody = ",
                "step = [{ labels = [\"code/wrong\"], body = \"{}\" }]\ntarget = ",
                "or one `step`",
            ),
            ("[\"code/wrong\"]", "[]", "cannot be empty"),
            ("accept: x", "accept", "a header line is"),
            ("layer =", "twin = \"bse\"\nlayer =", "`bse` is no twin"),
            ("layer =", "fixture = { username = \"filled:5:u\" }\nlayer =", "no choice of a name"),
            ("layer =", "sending = \"at-once\"\nlayer =", "asks for two steps"),
            ("layer =", "sending = \"later\"\nlayer =", "`later` is not one of"),
            ("layer =", "fixture = { user = \"gone\" }\nlayer =", "`gone` is not one of"),
            ("id = \"a/b\"", "id = \"a/b\"\nid = \"a/c\"", "duplicate key"),
        ] {
            let text = refused(&GOOD.replace(from, to));
            assert!(text.contains(says), "{text}");
        }
    }

    #[test]
    fn the_built_in_files_are_read() {
        assert!(embedded().unwrap().len() >= 40);
    }
}
