//! Reads the confirmation code of one user from where the profile says.

use super::code_source::OF_LAUNCHED;
use super::placeholder::{self, PlaceholderError};
use super::process::{ProcessGroup, outcome};
use super::{CodeSource, probe, tail};
use crate::clock::Stopwatch;
use crate::json::read_value;
use crate::replay::transport::Transport;
use crate::secret_hash::Secret;
use crate::wire::{self, Headers, Request, RequestForm};
use bytes::Bytes;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

/// How long a code is waited for, since a subject may write it after it has answered.
const WAIT_LIMIT: Duration = Duration::from_secs(3);
/// How often it is looked for.
const WAIT_POLL: Duration = Duration::from_millis(20);
/// How long one request or one command may take.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(10);
/// The longest JSON file, in bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// How much of the end of a log is searched, in bytes.
const LOG_BYTES_MAX: u64 = 1024 * 1024;
/// The longest output of a command, in bytes.
const OUTPUT_BYTES_MAX: u64 = 64 * 1024;
/// The longest code, in characters: the model's `ConfirmationCodeType` allows 2048.
const CODE_CHARS_MAX: usize = 2048;
/// What is sent where the subject takes every code.
const ANY_CODE: &str = "123456";

/// What a code source needs to know of the subject.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// The endpoint, as a URL without a path.
    pub endpoint: String,
    /// The work folder of a launched subject.
    pub dir: Option<PathBuf>,
    /// The port of a launched subject.
    pub port: Option<u16>,
    /// What a launched subject prints.
    pub log: Option<PathBuf>,
}

/// Whose code is read.
#[derive(Debug, Clone, Copy)]
pub struct CodeUser<'a> {
    /// The id of the user pool.
    pub pool_id: &'a str,
    /// The id of the app client.
    pub client_id: &'a str,
    /// The name that the user signed up with.
    pub username: &'a str,
    /// The user's `sub`, where the subject gave one.
    pub sub: Option<&'a str>,
    /// The user's e-mail address.
    pub email: Option<&'a str>,
}

/// Why there is no code. No error text contains one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// Nothing was found in time.
    #[error("no confirmation code within {limit_ms} ms: {reason}")]
    NotFound {
        /// The limit, in milliseconds.
        limit_ms: u128,
        /// Why the last look found nothing.
        reason: String,
    },
    /// The command did not end well.
    #[error("the command for the confirmation code failed: {reason}")]
    Command {
        /// Why.
        reason: String,
    },
    /// A value does not fit where its placeholder stands.
    #[error("the {what} `{value}` cannot stand in a path")]
    NotAFileName {
        /// Which value.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// A placeholder has no value.
    #[error(transparent)]
    Placeholder(#[from] PlaceholderError),
}

/// Reads codes from one source.
#[derive(Debug, Clone)]
pub struct CodeReader {
    source: CodeSource,
    surroundings: Surroundings,
}

/// One look: the code, or why it is not there yet, or why there is no use in looking again.
enum Look {
    Found(String),
    NotYet(String),
}

impl CodeReader {
    /// A reader for a subject.
    pub fn new(source: CodeSource, surroundings: Surroundings) -> Self {
        Self { source, surroundings }
    }

    /// Whether every user has the same code.
    pub fn is_shared(&self) -> bool {
        self.source.is_shared()
    }

    /// Reads the code of `user`. A request to the subject itself goes through `transport`. With `before`, a code that
    /// equals it does not count, until the time is over; then it is the answer.
    pub async fn read<T: Transport>(
        &self,
        transport: &mut T,
        user: &CodeUser<'_>,
        before: Option<&Secret>,
    ) -> Result<Secret, CodeError> {
        let watch = Stopwatch::start();
        let is_old = |code: &str| before.is_some_and(|before| before.reveal() == code);
        loop {
            let late = watch.elapsed() >= WAIT_LIMIT;
            match self.look(transport, user).await? {
                Look::Found(code) if late || self.is_shared() || !is_old(&code) => {
                    return Ok(Secret::new(code));
                }
                Look::NotYet(reason) if late => {
                    let limit_ms = WAIT_LIMIT.as_millis();
                    return Err(CodeError::NotFound { limit_ms, reason });
                }
                Look::Found(_) | Look::NotYet(_) => tokio::time::sleep(WAIT_POLL).await,
            }
        }
    }

    async fn look<T: Transport>(&self, transport: &mut T, user: &CodeUser<'_>) -> Result<Look, CodeError> {
        Ok(match &self.source {
            CodeSource::Any => Look::Found(ANY_CODE.to_owned()),
            CodeSource::Fixed(code) => Look::Found(code.reveal().to_owned()),
            CodeSource::File { path, pointer } => {
                let path = self.expand_path(path, user)?;
                let pointer = self.expand(pointer, user, pointer_token)?;
                match tail::whole(&path, FILE_BYTES_MAX) {
                    Ok(bytes) => in_json(&bytes, &pointer),
                    Err(error) => Look::NotYet(unreadable(&path, &error)),
                }
            }
            CodeSource::Http { url, pointer } => {
                let url = self.expand(url, user, probe::percent_encode)?;
                let pointer = self.expand(pointer, user, pointer_token)?;
                match self.fetch(transport, &url).await {
                    Ok(body) => in_json(&body, &pointer),
                    Err(reason) => Look::NotYet(reason),
                }
            }
            CodeSource::Log { path, pattern } => self.search_log(path.as_deref(), pattern, user)?,
            CodeSource::Command(words) => {
                let words = words
                    .iter()
                    .map(|word| self.expand(word, user, str::to_owned))
                    .collect::<Result<Vec<_>, _>>()?;
                run(&words).await.map_err(|reason| CodeError::Command { reason })?
            }
        })
    }

    fn expand(
        &self,
        text: &str,
        user: &CodeUser<'_>,
        escape: fn(&str) -> String,
    ) -> Result<String, PlaceholderError> {
        let Surroundings { endpoint, dir, port, .. } = &self.surroundings;
        placeholder::expand(text, &OF_LAUNCHED, |name| match name {
            "pool_id" => Some(escape(user.pool_id)),
            "client_id" => Some(escape(user.client_id)),
            "username" => Some(escape(user.username)),
            "sub" => user.sub.map(escape),
            "email" => user.email.map(escape),
            // These are the profile's own, and stand for more than one segment.
            "dir" => dir.as_ref().map(|dir| dir.display().to_string()),
            "port" => port.map(|port| port.to_string()),
            _ => Some(endpoint.clone()),
        })
    }

    /// A path in which no value that a subject chose can lead into another folder.
    fn expand_path(&self, path: &str, user: &CodeUser<'_>) -> Result<PathBuf, CodeError> {
        let values = [
            ("pool id", "${pool_id}", Some(user.pool_id)),
            ("client id", "${client_id}", Some(user.client_id)),
            ("username", "${username}", Some(user.username)),
            ("sub", "${sub}", user.sub),
            ("e-mail address", "${email}", user.email),
        ];
        for (what, placeholder, value) in values {
            let value = value.unwrap_or_default();
            let leads_away = value.contains(['/', '\0']) || value == ".." || value == ".";
            if path.contains(placeholder) && leads_away {
                return Err(CodeError::NotAFileName { what, value: wire::escape(value.as_bytes()) });
            }
        }
        Ok(PathBuf::from(self.expand(path, user, str::to_owned)?))
    }

    async fn fetch<T: Transport>(&self, transport: &mut T, url: &str) -> Result<Vec<u8>, String> {
        let (status, body) = if url.starts_with('/') {
            let answer = transport.send(&self.get(url)).await.answer;
            let response = answer.map_err(|fault| fault.to_string())?;
            (response.status, response.body.to_vec())
        } else {
            let answer = probe::get(url, ATTEMPT_LIMIT).await?;
            (answer.status, answer.body)
        };
        if status == 200 { Ok(body) } else { Err(format!("the answer has status {status}")) }
    }

    fn get(&self, path: &str) -> Request {
        let endpoint = &self.surroundings.endpoint;
        let authority = endpoint.split_once("://").map_or(endpoint.as_str(), |(_, rest)| rest);
        let mut headers = Headers::default();
        headers.push("Host", authority.split('/').next().unwrap_or_default().to_owned());
        Request::Formed(RequestForm {
            method: "GET".into(),
            target: path.to_owned().into(),
            headers,
            body: Bytes::new(),
        })
    }

    fn search_log(&self, path: Option<&str>, pattern: &str, user: &CodeUser<'_>) -> Result<Look, CodeError> {
        let path = match (path, &self.surroundings.log) {
            (Some(path), _) => self.expand_path(path, user)?,
            (None, Some(log)) => log.clone(),
            (None, None) => {
                return Ok(Look::NotYet("the subject was not launched, so it has no log".into()));
            }
        };
        let pattern = self.expand(pattern, user, regex::escape)?;
        let Ok(regex) = regex::Regex::new(&pattern) else {
            return Ok(Look::NotYet("the regular expression grows too large".into()));
        };
        let bytes = match tail::last_bytes(&path, LOG_BYTES_MAX) {
            Ok(bytes) => bytes,
            Err(error) => return Ok(Look::NotYet(unreadable(&path, &error))),
        };
        let text = String::from_utf8_lossy(&bytes);
        let last = regex.captures_iter(&text).last().and_then(|captures| captures.get(1));
        Ok(match last {
            Some(code) => checked(code.as_str()),
            None => Look::NotYet("the regular expression matches nothing in the log".into()),
        })
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> String {
    let path = wire::escape(path.as_os_str().as_encoded_bytes());
    format!("cannot read `{path}`: {error}")
}

/// A token of a JSON pointer (RFC 6901 section 3).
fn pointer_token(text: &str) -> String {
    text.replace('~', "~0").replace('/', "~1")
}

/// A string or a number at `pointer`. A file that is just being written is no JSON yet.
fn in_json(bytes: &[u8], pointer: &str) -> Look {
    let Ok(document) = read_value(bytes) else {
        return Look::NotYet("the document is not JSON".into());
    };
    match document.pointer(pointer) {
        Some(serde_json::Value::String(code)) => checked(code),
        Some(serde_json::Value::Number(code)) => checked(&code.to_string()),
        Some(_) => Look::NotYet("what the JSON pointer finds is neither a string nor a number".into()),
        None => Look::NotYet("the JSON pointer finds nothing".into()),
    }
}

fn checked(code: &str) -> Look {
    match code.chars().count() {
        0 => Look::NotYet("the code is empty".into()),
        length if length > CODE_CHARS_MAX => {
            Look::NotYet(format!("the code is longer than {CODE_CHARS_MAX} characters"))
        }
        _ => Look::Found(code.to_owned()),
    }
}

/// Runs a command that prints the code.
async fn run(words: &[String]) -> Result<Look, String> {
    let (mut reading, writing) = std::io::pipe()
        .and_then(|(reading, writing)| {
            let reading = std::os::fd::OwnedFd::from(reading);
            Ok((tokio::net::unix::pipe::Receiver::from_owned_fd(reading)?, writing))
        })
        .map_err(|error| error.to_string())?;
    let mut command = Command::new(words.first().map_or("", String::as_str));
    command.args(words.iter().skip(1)).stderr(Stdio::null()).stdout(writing);
    let mut group =
        ProcessGroup::spawn(&mut command, None).map_err(|error| format!("it cannot be run: {error}"))?;
    // The command keeps its writing end; this one must go, or the output never ends.
    drop(command);
    let mut output = Vec::new();
    let too_much = |output: &Vec<u8>| u64::try_from(output.len()).unwrap_or(u64::MAX) > OUTPUT_BYTES_MAX;
    let ended = tokio::time::timeout(ATTEMPT_LIMIT, async {
        (&mut reading).take(OUTPUT_BYTES_MAX + 1).read_to_end(&mut output).await?;
        // One that prints for ever never ends by itself.
        if too_much(&output) {
            return Ok(None);
        }
        group.wait().await.map(Some)
    })
    .await;
    group.stop().await;
    match ended {
        Err(_) => {
            return Err(format!("it took longer than {} ms", ATTEMPT_LIMIT.as_millis()));
        }
        Ok(Err(error)) => return Err(error.to_string()),
        Ok(Ok(None)) => return Err(format!("it printed more than {OUTPUT_BYTES_MAX} bytes")),
        Ok(Ok(Some(status))) if !status.success() => {
            return Err(format!("it ended with {}", outcome(status)));
        }
        Ok(Ok(Some(_))) => {}
    }
    let text = String::from_utf8(output).map_err(|_| "what it printed is not UTF-8".to_owned())?;
    Ok(checked(text.trim()))
}
