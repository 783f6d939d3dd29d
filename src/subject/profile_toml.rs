//! Reads a profile from TOML and refuses what is not one, with file, line, caret and what is allowed.

use super::code_source::{OF_LAUNCHED, OF_USER};
use super::{
    Auth, CodeSource, Control, Credentials, Install, Launch, LaunchCommand, LaunchFile, Located, Operation,
    Profile, UsernameStyle, placeholder,
};
use crate::secret_hash::Secret;
use crate::wire;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::{Component, Path};
use std::str::FromStr;
use std::time::Duration;
use toml::Spanned;

/// The longest profile, in bytes.
const PROFILE_BYTES_MAX: u64 = 64 * 1024;
/// The most list entries under one key.
const ENTRIES_MAX: usize = 64;
/// How long a subject may take to answer unless its profile says otherwise, in milliseconds.
const READY_LIMIT_MS: u64 = 60_000;
/// The longest such time, in milliseconds.
const READY_LIMIT_MS_MAX: u64 = 600_000;

/// Why there is no profile.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// No profile of this name comes with Countersign.
    #[error("`{found}` is no subject; allowed: {allowed}, or the path of a profile (`./mine.toml`)")]
    UnknownName {
        /// What was asked for.
        found: String,
        /// The names.
        allowed: String,
    },
    /// The file cannot be read.
    #[error("cannot read the profile `{file}`: {source}")]
    Unreadable {
        /// The file.
        file: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is too long.
    #[error("the profile `{file}` is longer than {limit} bytes")]
    TooLong {
        /// The file.
        file: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The file is not UTF-8.
    #[error("the profile `{file}` is not UTF-8 at offset {offset}")]
    NotUtf8 {
        /// The file.
        file: String,
        /// Where, in bytes.
        offset: usize,
    },
    /// The file says something that is not allowed.
    #[error(transparent)]
    Invalid(#[from] Located),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProfile {
    name: Spanned<String>,
    version: Spanned<String>,
    #[serde(default)]
    homepage: String,
    #[serde(default)]
    licence: String,
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    install: Option<Spanned<RawInstall>>,
    launch: Spanned<RawLaunch>,
    #[serde(default)]
    control: RawControl,
    code: Spanned<RawCode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInstall {
    kind: InstallKind,
    packages: Option<Spanned<Vec<Spanned<String>>>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum InstallKind {
    Pip,
    Npm,
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLaunch {
    #[serde(default)]
    kind: LaunchKind,
    url: Option<Spanned<String>>,
    command: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    env: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    files: Vec<RawFile>,
    port: Option<Spanned<u16>>,
    ready_path: Option<Spanned<String>>,
    ready_limit_ms: Option<Spanned<u64>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Default)]
#[serde(rename_all = "kebab-case")]
enum LaunchKind {
    #[default]
    Process,
    Endpoint,
    Embedded,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    path: Spanned<String>,
    text: Spanned<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawControl {
    auth: Option<Spanned<String>>,
    credentials: Option<Spanned<RawCredentials>>,
    region: Option<String>,
    #[serde(default)]
    missing: Vec<Spanned<String>>,
    username: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCredentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCode {
    source: Spanned<CodeKind>,
    value: Option<Spanned<String>>,
    path: Option<Spanned<String>>,
    url: Option<Spanned<String>>,
    pointer: Option<Spanned<String>>,
    pattern: Option<Spanned<String>>,
    command: Option<Spanned<Vec<String>>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum CodeKind {
    Any,
    Fixed,
    File,
    Http,
    Log,
    Command,
}

/// What is wrong, and where: bytes of the text.
struct Problem(Range<usize>, String);

type Checked<T> = Result<T, Problem>;

fn problem<T>(span: Range<usize>, reason: impl Into<String>) -> Checked<T> {
    Err(Problem(span, reason.into()))
}

impl Profile {
    /// The profile of this name that comes with Countersign.
    pub fn named(name: &str) -> Result<Self, ProfileError> {
        let text = match name {
            "reference" => include_str!("../../corpus/subjects/reference.toml"),
            "moto" => include_str!("../../corpus/subjects/moto.toml"),
            "cognito-local" => include_str!("../../corpus/subjects/cognito-local.toml"),
            "ministack" => include_str!("../../corpus/subjects/ministack.toml"),
            "ministack-auth" => include_str!("../../corpus/subjects/ministack-auth.toml"),
            _ => {
                let allowed: Vec<_> = Self::BUILT_IN.iter().map(|name| format!("`{name}`")).collect();
                return Err(ProfileError::UnknownName {
                    found: wire::escape(name.as_bytes()),
                    allowed: allowed.join(", "),
                });
            }
        };
        Self::parse(&format!("corpus/subjects/{name}.toml"), text)
    }

    /// Reads a profile from a file.
    pub fn load(path: &Path) -> Result<Self, ProfileError> {
        let file = wire::escape(path.as_os_str().as_encoded_bytes());
        let unreadable = |source| ProfileError::Unreadable { file: file.clone(), source };
        let mut bytes = Vec::new();
        std::fs::File::open(path)
            .map_err(unreadable)?
            .take(PROFILE_BYTES_MAX + 1)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        if bytes.len() > usize::try_from(PROFILE_BYTES_MAX).unwrap_or(usize::MAX) {
            let limit = PROFILE_BYTES_MAX;
            return Err(ProfileError::TooLong { file, limit });
        }
        match String::from_utf8(bytes) {
            Ok(text) => Self::parse(&path.to_string_lossy(), &text),
            Err(error) => Err(ProfileError::NotUtf8 { file, offset: error.utf8_error().valid_up_to() }),
        }
    }

    /// Reads a profile from the text of the file called `file`.
    pub fn parse(file: &str, text: &str) -> Result<Self, ProfileError> {
        let raw: RawProfile = toml::from_str(text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            Located::new(file, text, span, error.message())
        })?;
        checked(raw).map_err(|Problem(span, reason)| Located::new(file, text, span, &reason).into())
    }
}

fn checked(raw: RawProfile) -> Checked<Profile> {
    let install = checked_install(raw.install)?;
    let launch = checked_launch(raw.launch, &install)?;
    let code = checked_code(raw.code, &launch)?;
    Ok(Profile {
        name: checked_name(raw.name)?,
        version: checked_version(raw.version)?,
        homepage: raw.homepage,
        licence: raw.licence,
        notes: raw.notes,
        install,
        launch,
        control: checked_control(raw.control)?,
        code,
    })
}

fn checked_name(name: Spanned<String>) -> Checked<String> {
    let span = name.span();
    let name = name.into_inner();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || name.len() > 64 || name.starts_with('-') || !name.chars().all(fits) {
        return problem(
            span,
            format!(
                "`{name}` is no name; allowed: 1 to 64 of `a` to `z`, `0` to `9` and `-`, and no `-` first"
            ),
        );
    }
    Ok(name)
}

fn checked_version(version: Spanned<String>) -> Checked<String> {
    let span = version.span();
    let version = version.into_inner();
    let fits = |c: char| c.is_ascii_alphanumeric() || ".+_-".contains(c);
    if version.is_empty() || version.len() > 64 || version.starts_with('.') || !version.chars().all(fits) {
        return problem(
            span,
            format!(
                "`{version}` is no version; allowed: 1 to 64 letters, digits, `.`, `+`, `_`, `-`, and no `.` first"
            ),
        );
    }
    Ok(version)
}

fn checked_install(raw: Option<Spanned<RawInstall>>) -> Checked<Install> {
    let Some(raw) = raw else {
        return Ok(Install::None);
    };
    let span = raw.span();
    let RawInstall { kind, packages } = raw.into_inner();
    match (kind, packages) {
        (InstallKind::None, None) => Ok(Install::None),
        (InstallKind::None, Some(packages)) => {
            problem(packages.span(), "`packages` goes with the kinds `pip` and `npm` only")
        }
        (_, None) => problem(span, "`install` needs `packages`"),
        (kind, Some(packages)) => {
            let packages = checked_packages(kind, packages)?;
            Ok(match kind {
                InstallKind::Npm => Install::Npm(packages),
                InstallKind::Pip | InstallKind::None => Install::Pip(packages),
            })
        }
    }
}

fn checked_packages(kind: InstallKind, packages: Spanned<Vec<Spanned<String>>>) -> Checked<Vec<String>> {
    let span = packages.span();
    let packages = packages.into_inner();
    if packages.is_empty() || packages.len() > ENTRIES_MAX {
        return problem(span, format!("`packages` needs 1 to {ENTRIES_MAX} entries"));
    }
    packages
        .into_iter()
        .map(|package| {
            let span = package.span();
            let package = package.into_inner();
            // A leading `-` would be read as an option by the installer.
            if !package.starts_with('-') && is_pinned(kind, &package) {
                return Ok(package);
            }
            let form = if kind == InstallKind::Npm { "name@1.2.3" } else { "name==1.2.3" };
            problem(span, format!("`{package}` does not pin an exact version; allowed: `{form}`"))
        })
        .collect()
}

/// Whether `package` names one version and no range.
fn is_pinned(kind: InstallKind, package: &str) -> bool {
    let parts = match kind {
        InstallKind::Npm => package.rsplit_once('@'),
        InstallKind::Pip | InstallKind::None => package.split_once("=="),
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || ".+-".contains(c);
    parts.is_some_and(|(name, version)| {
        let named = !name.is_empty() && !name.contains(char::is_whitespace);
        named && version.starts_with(|c: char| c.is_ascii_digit()) && version.chars().all(fits)
    })
}

fn checked_launch(raw: Spanned<RawLaunch>, install: &Install) -> Checked<Launch> {
    let span = raw.span();
    let raw = raw.into_inner();
    let stray = raw.command.as_ref().map(Spanned::span);
    match raw.kind {
        LaunchKind::Embedded | LaunchKind::Endpoint if stray.is_some() => {
            problem(stray.unwrap_or(span), "`command` goes with the kind `process` only")
        }
        LaunchKind::Embedded => Ok(Launch::Embedded),
        LaunchKind::Endpoint => match raw.url {
            None => problem(span, "the kind `endpoint` needs `url`"),
            Some(url) if url.get_ref().starts_with("http://") || url.get_ref().starts_with("https://") => {
                Ok(Launch::Endpoint(url.into_inner()))
            }
            Some(url) => problem(url.span(), "`url` must start with `http://` or `https://`"),
        },
        LaunchKind::Process => match &raw.url {
            Some(url) => problem(url.span(), "`url` goes with the kind `endpoint` only"),
            None => checked_process(raw, span, install).map(Launch::Process),
        },
    }
}

/// The placeholders under `launch`.
pub(super) const OF_LAUNCH: [&str; 4] = ["bin", "port", "dir", "endpoint"];

fn checked_process(raw: RawLaunch, span: Range<usize>, install: &Install) -> Checked<LaunchCommand> {
    // Without an installation there is no folder of installed programs.
    let allowed = if *install == Install::None { OF_LAUNCH.get(1..).unwrap_or_default() } else { &OF_LAUNCH };
    let text = |text: Spanned<String>| {
        placeholder::check(text.get_ref(), allowed)
            .or_else(|error| problem(text.span(), error.to_string()))
            .map(|()| text.into_inner())
    };
    let Some(command) = raw.command else {
        return problem(span, "`launch` needs `command`");
    };
    let command_span = command.span();
    let command: Vec<String> = command.into_inner().into_iter().map(text).collect::<Checked<_>>()?;
    if command.first().is_none_or(String::is_empty) {
        return problem(command_span, "`command` needs a program");
    }
    let env = raw.env.into_iter().map(|(name, value)| {
        if name.is_empty() || name.contains(['=', '\0']) {
            return problem(value.span(), "this is no name of an environment variable");
        }
        Ok((name, text(value)?))
    });
    let env = env.collect::<Checked<_>>()?;
    let files = raw
        .files
        .into_iter()
        .map(|file| Ok(LaunchFile { path: checked_relative(file.path)?, text: text(file.text)? }));
    Ok(LaunchCommand {
        command,
        env,
        files: files.collect::<Checked<_>>()?,
        port: checked_port(raw.port)?,
        ready_path: checked_ready_path(raw.ready_path)?,
        ready_limit: checked_ready_limit(raw.ready_limit_ms)?,
    })
}

fn checked_port(port: Option<Spanned<u16>>) -> Checked<Option<u16>> {
    match port {
        Some(port) if *port.get_ref() == 0 => problem(port.span(), "`port` must be 1 to 65535"),
        port => Ok(port.map(Spanned::into_inner)),
    }
}

fn checked_ready_path(path: Option<Spanned<String>>) -> Checked<String> {
    let Some(path) = path else {
        return Ok("/".to_owned());
    };
    if !path.get_ref().starts_with('/') || !path.get_ref().chars().all(|c| c.is_ascii_graphic()) {
        return problem(path.span(), "`ready_path` must start with `/` and have printable ASCII only");
    }
    Ok(path.into_inner())
}

fn checked_ready_limit(limit_ms: Option<Spanned<u64>>) -> Checked<Duration> {
    match limit_ms {
        Some(limit) if *limit.get_ref() == 0 || *limit.get_ref() > READY_LIMIT_MS_MAX => {
            problem(limit.span(), format!("`ready_limit_ms` must be 1 to {READY_LIMIT_MS_MAX}"))
        }
        limit => Ok(Duration::from_millis(limit.map_or(READY_LIMIT_MS, Spanned::into_inner))),
    }
}

fn checked_relative(path: Spanned<String>) -> Checked<String> {
    let inside = Path::new(path.get_ref()).components().all(|part| matches!(part, Component::Normal(_)));
    if path.get_ref().is_empty() || path.get_ref().contains('\0') || !inside {
        return problem(path.span(), "`path` must be a relative path that stays below the work folder");
    }
    Ok(path.into_inner())
}

fn one_of<T: FromStr<Err = String>>(text: &Spanned<String>) -> Checked<T> {
    text.get_ref().parse().or_else(|reason| problem(text.span(), reason))
}

fn checked_control(raw: RawControl) -> Checked<Control> {
    let auth = raw.auth.as_ref().map_or(Ok(Auth::None), one_of::<Auth>)?;
    let auth = match (auth, raw.credentials) {
        (Auth::SigV4(_), credentials) => Auth::SigV4(credentials.map(|raw| {
            let raw = raw.into_inner();
            Credentials {
                access_key_id: raw.access_key_id,
                secret_access_key: Secret::new(raw.secret_access_key),
                session_token: raw.session_token.map(Secret::new),
            }
        })),
        (_, Some(credentials)) => {
            return problem(credentials.span(), "`credentials` goes with the auth `sigv4` only");
        }
        (auth, None) => auth,
    };
    let missing = raw.missing.iter().map(one_of::<Operation>);
    Ok(Control {
        auth,
        region: raw.region.unwrap_or_else(|| Control::REGION.to_owned()),
        missing: missing.collect::<Checked<_>>()?,
        username: raw.username.as_ref().map_or(Ok(UsernameStyle::Plain), one_of::<UsernameStyle>)?,
    })
}

fn checked_code(raw: Spanned<RawCode>, launch: &Launch) -> Checked<CodeSource> {
    let span = raw.span();
    let raw = raw.into_inner();
    let kind = *raw.source.get_ref();
    stray_code_key(&raw, kind)?;
    let needed = |value: Option<Spanned<String>>, key: &str| match value {
        Some(value) => Ok(value.into_inner()),
        None => problem(span.clone(), format!("this code source needs `{key}`")),
    };
    let source = match kind {
        CodeKind::Any => CodeSource::Any,
        CodeKind::Fixed => CodeSource::Fixed(Secret::new(needed(raw.value, "value")?)),
        CodeKind::File => {
            CodeSource::File { path: needed(raw.path, "path")?, pointer: needed(raw.pointer, "pointer")? }
        }
        CodeKind::Http => {
            CodeSource::Http { url: needed(raw.url, "url")?, pointer: needed(raw.pointer, "pointer")? }
        }
        CodeKind::Log => CodeSource::Log {
            path: raw.path.map(Spanned::into_inner),
            pattern: needed(raw.pattern, "pattern")?,
        },
        CodeKind::Command => match raw.command {
            Some(command) => CodeSource::Command(command.into_inner()),
            None => return problem(span, "this code source needs `command`"),
        },
    };
    let allowed: &[&str] = match launch {
        Launch::Process(_) => &OF_LAUNCHED,
        Launch::Embedded | Launch::Endpoint(_) => &OF_USER,
    };
    match source.check(allowed) {
        Ok(()) => Ok(source),
        Err(error) => problem(span, error.to_string()),
    }
}

/// Refuses a key that the kind of source does not read, so that a forgotten one is not taken for an active one.
fn stray_code_key(raw: &RawCode, kind: CodeKind) -> Checked<()> {
    let span = |value: &Option<Spanned<String>>| value.as_ref().map(Spanned::span);
    let keys = [
        ("value", span(&raw.value), [CodeKind::Fixed].as_slice()),
        ("path", span(&raw.path), &[CodeKind::File, CodeKind::Log]),
        ("url", span(&raw.url), &[CodeKind::Http]),
        ("pointer", span(&raw.pointer), &[CodeKind::File, CodeKind::Http]),
        ("pattern", span(&raw.pattern), &[CodeKind::Log]),
        ("command", raw.command.as_ref().map(Spanned::span), &[CodeKind::Command]),
    ];
    for (key, span, kinds) in keys {
        if let (Some(span), false) = (span, kinds.contains(&kind)) {
            return problem(span, format!("this code source does not read `{key}`"));
        }
    }
    Ok(())
}
