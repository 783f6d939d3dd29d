//! A profile as it stands in the file: the keys and their types, with the places of what is checked afterwards.

use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProfile {
    pub(super) name: Spanned<String>,
    pub(super) version: Spanned<String>,
    #[serde(default)]
    pub(super) homepage: String,
    #[serde(default)]
    pub(super) licence: String,
    #[serde(default)]
    pub(super) notes: Vec<String>,
    #[serde(default)]
    pub(super) install: Option<Spanned<RawInstall>>,
    pub(super) launch: Spanned<RawLaunch>,
    #[serde(default)]
    pub(super) control: RawControl,
    pub(super) code: Spanned<RawCode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInstall {
    pub(super) kind: InstallKind,
    pub(super) packages: Option<Spanned<Vec<Spanned<String>>>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum InstallKind {
    Pip,
    Npm,
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLaunch {
    #[serde(default)]
    pub(super) kind: LaunchKind,
    pub(super) url: Option<Spanned<String>>,
    pub(super) command: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    pub(super) env: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(super) files: Vec<RawFile>,
    pub(super) port: Option<Spanned<u16>>,
    pub(super) ready_path: Option<Spanned<String>>,
    pub(super) ready_limit_ms: Option<Spanned<u64>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Default)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LaunchKind {
    #[default]
    Process,
    Endpoint,
    Embedded,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    pub(super) path: Spanned<String>,
    pub(super) text: Spanned<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawControl {
    pub(super) auth: Option<Spanned<String>>,
    pub(super) credentials: Option<Spanned<RawCredentials>>,
    pub(super) region: Option<String>,
    #[serde(default)]
    pub(super) missing: Vec<Spanned<String>>,
    pub(super) username: Option<Spanned<String>>,
    pub(super) jobs: Option<Spanned<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCredentials {
    pub(super) access_key_id: String,
    pub(super) secret_access_key: String,
    pub(super) session_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCode {
    pub(super) source: Spanned<CodeKind>,
    pub(super) value: Option<Spanned<String>>,
    pub(super) path: Option<Spanned<String>>,
    pub(super) url: Option<Spanned<String>>,
    pub(super) pointer: Option<Spanned<String>>,
    pub(super) pattern: Option<Spanned<String>>,
    pub(super) command: Option<Spanned<Vec<String>>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum CodeKind {
    Any,
    Fixed,
    File,
    Http,
    Log,
    Command,
}
