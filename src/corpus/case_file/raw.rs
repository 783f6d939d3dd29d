//! The shapes of a case as they stand in a file.

use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCase {
    pub(super) id: Spanned<String>,
    pub(super) layer: Spanned<String>,
    #[serde(default)]
    pub(super) fixture: RawFixture,
    pub(super) labels: Option<Vec<Spanned<String>>>,
    pub(super) body: Option<Spanned<String>>,
    pub(super) method: Option<String>,
    pub(super) target: Option<String>,
    #[serde(default)]
    pub(super) headers: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) without: Vec<String>,
    pub(super) lines: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) raw: bool,
    pub(super) sending: Option<Spanned<String>>,
    pub(super) relation: Option<RawRelation>,
    pub(super) step: Option<Vec<RawStep>>,
    pub(super) twin: Option<Spanned<RawTwin>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFixture {
    pub(super) pool: Option<Spanned<String>>,
    pub(super) client: Option<Spanned<String>>,
    pub(super) user: Option<Spanned<String>>,
    pub(super) username: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    pub(super) labels: Vec<Spanned<String>>,
    pub(super) body: Spanned<String>,
    pub(super) method: Option<String>,
    pub(super) target: Option<String>,
    #[serde(default)]
    pub(super) headers: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) without: Vec<String>,
    pub(super) lines: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) raw: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRelation {
    pub(super) body: Spanned<String>,
    pub(super) method: Option<String>,
    pub(super) target: Option<String>,
    pub(super) lines: Option<Vec<Spanned<String>>>,
    pub(super) delivery: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum RawTwin {
    Word(String),
    Written(RawWrittenTwin),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWrittenTwin {
    pub(super) body: String,
    pub(super) fixture: Option<RawTwinFixture>,
}

/// A twin's fixture. Positions inside an untagged value are lost, so an error points at the twin as a whole.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTwinFixture {
    pub(super) pool: Option<String>,
    pub(super) client: Option<String>,
    pub(super) user: Option<String>,
}
