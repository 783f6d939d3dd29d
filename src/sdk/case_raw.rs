//! The form of a file of SDK cases, as TOML has it.

use serde::Deserialize;
use toml::Spanned;

/// A whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    pub(super) group: Spanned<String>,
    pub(super) layer: Spanned<String>,
    #[serde(default, rename = "case")]
    pub(super) cases: Vec<RawCase>,
}

/// One case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCase {
    pub(super) name: Spanned<String>,
    pub(super) reason: Spanned<String>,
    pub(super) layer: Option<Spanned<String>>,
    pub(super) evidence: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) needs: Vec<Spanned<String>>,
    pub(super) input: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) undefined: Vec<String>,
    pub(super) attempts: Option<u32>,
    pub(super) timeout_ms: Option<u64>,
    pub(super) credentials: Option<Spanned<String>>,
    pub(super) client_secret: Option<String>,
    pub(super) path: Option<Spanned<String>>,
    pub(super) wire: Option<Spanned<String>>,
    #[serde(default, rename = "answer")]
    pub(super) answers: Vec<Spanned<RawAnswer>>,
    pub(super) must: Option<RawExpected>,
    pub(super) should: Option<RawExpected>,
}

/// One scripted answer.
#[derive(Clone, PartialEq, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawAnswer {
    pub(super) silent: bool,
    pub(super) raw: Option<String>,
    pub(super) version: Option<String>,
    pub(super) status: Option<u16>,
    pub(super) reason: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) content_type: Option<String>,
    pub(super) body: Option<String>,
    pub(super) bytes: Option<String>,
    pub(super) repeat: Option<RawRepeat>,
    pub(super) gzip: bool,
    pub(super) framing: Option<String>,
    pub(super) content_length: Option<usize>,
    pub(super) interim: Vec<String>,
    pub(super) cut: Option<usize>,
    pub(super) delay_ms: u64,
    pub(super) drip_ms: Option<u64>,
    pub(super) then: Option<String>,
}

impl RawAnswer {
    /// Whether nothing stands beside `silent` or `raw` that they would leave without a meaning.
    pub(super) fn is_of_one_form(&self) -> bool {
        let (silent, raw) = (self.silent, self.raw.clone());
        if !silent && raw.is_none() {
            return true;
        }
        let (delay_ms, drip_ms, then) = (self.delay_ms, self.drip_ms, self.then.clone());
        let raw = raw.filter(|_| !silent);
        Self { silent, raw, delay_ms, drip_ms, then, ..Self::default() } == *self
    }
}

/// A body that is too long to be written down.
#[derive(Clone, PartialEq, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawRepeat {
    pub(super) before: String,
    pub(super) text: String,
    pub(super) times: usize,
    pub(super) middle: String,
    pub(super) close: String,
    pub(super) after: String,
}

/// What is expected at one level.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawExpected {
    pub(super) end: Option<Spanned<String>>,
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    pub(super) typed: bool,
    pub(super) session: Option<String>,
    pub(super) modelled: bool,
    pub(super) request_id: Option<String>,
    pub(super) fields: Vec<(String, String)>,
    pub(super) own_error: bool,
    pub(super) attempts: Option<usize>,
    pub(super) attempts_max: Option<usize>,
    pub(super) attempts_min: Option<usize>,
    pub(super) pause_min_ms: Option<u64>,
    pub(super) body: Option<Spanned<String>>,
    pub(super) secret_hash: Option<String>,
}
