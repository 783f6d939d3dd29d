//! What a profile says about the launch, checked.

use super::profile_check::{Checked, problem};
use super::profile_raw::{LaunchKind, RawLaunch};
use super::{Install, Launch, LaunchCommand, LaunchFile, placeholder};
use std::ops::Range;
use std::path::{Component, Path};
use std::time::Duration;
use toml::Spanned;

/// How long a subject may take to answer unless its profile says otherwise, in milliseconds.
const READY_LIMIT_MS: u64 = 60_000;
/// The longest such time, in milliseconds.
const READY_LIMIT_MS_MAX: u64 = 600_000;

pub(super) fn checked_launch(raw: Spanned<RawLaunch>, install: &Install) -> Checked<Launch> {
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
