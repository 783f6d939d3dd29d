//! Turns what stands in a profile into what it means, or says what is wrong and where.

use super::code_source::{OF_LAUNCHED, OF_USER};
use super::profile_launch::checked_launch;
use super::profile_raw::{CodeKind, InstallKind, RawCode, RawControl, RawInstall, RawProfile};
use super::{Auth, CodeSource, Control, Credentials, Install, Launch, Operation, Profile, UsernameStyle};
use crate::secret_hash::Secret;
use std::ops::Range;
use std::str::FromStr;
use toml::Spanned;

/// The most list entries under one key.
const ENTRIES_MAX: usize = 64;

/// What is wrong, and where: bytes of the text.
pub(super) struct Problem(pub(super) Range<usize>, pub(super) String);

/// A checked part of a profile.
pub(super) type Checked<T> = Result<T, Problem>;

pub(super) fn problem<T>(span: Range<usize>, reason: impl Into<String>) -> Checked<T> {
    Err(Problem(span, reason.into()))
}

pub(super) fn checked(raw: RawProfile) -> Checked<Profile> {
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
        jobs_max: checked_jobs(raw.jobs)?,
    })
}

fn checked_jobs(jobs: Option<Spanned<usize>>) -> Checked<Option<usize>> {
    match jobs {
        Some(jobs) if *jobs.get_ref() == 0 => problem(jobs.span(), "`jobs` must be at least 1"),
        jobs => Ok(jobs.map(Spanned::into_inner)),
    }
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
