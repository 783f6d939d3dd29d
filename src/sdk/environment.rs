//! Where a driver runs: an empty home, no settings of the user's, and a proxy that leads nowhere and counts who asks.

use super::case::Credentials;
use crate::subject::{SubjectError, WorkFolder};
use crate::wire;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::JoinHandle;

/// What is kept of the environment of this process.
const INHERITED: &[&str] = &["PATH", "TMPDIR", "SYSTEMROOT"];
/// What every SDK of AWS reads, set so that it looks nowhere else.
const SET: &[(&str, &str)] = &[
    ("LANG", "C.UTF-8"),
    ("AWS_REGION", "us-east-1"),
    ("AWS_DEFAULT_REGION", "us-east-1"),
    ("AWS_EC2_METADATA_DISABLED", "true"),
    ("NO_PROXY", "127.0.0.1,localhost"),
    ("no_proxy", "127.0.0.1,localhost"),
];
/// Where proxies are looked up.
const PROXIES: &[&str] =
    &["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// Credentials of nobody: the examples of AWS's documentation.
const CREDENTIALS: &[(&str, &str)] = &[
    ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ("AWS_SESSION_TOKEN", "example-session-token"),
];
/// How much of a call to the sink is kept, in bytes.
const CALL_BYTES_MAX: usize = 96;
/// The most calls to the sink that are kept.
const CALLS_KEPT_MAX: usize = 8;

/// The surroundings of one driver. Dropped, they are gone.
#[derive(Debug)]
pub(super) struct Environment {
    home: WorkFolder,
    sink: String,
    calls: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Environment {
    /// An empty home and a fresh sink.
    pub(super) async fn create() -> Result<Self, SubjectError> {
        let home = WorkFolder::create()?;
        let failed = SubjectError::file("listen on", "127.0.0.1");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let port = listener.local_addr().map_err(SubjectError::file("listen on", "127.0.0.1"))?.port();
        let calls = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn(swallow(listener, Arc::clone(&calls)));
        Ok(Self { home, sink: format!("http://127.0.0.1:{port}"), calls, task })
    }

    /// The folder that is removed when everything ends.
    pub(super) fn home(&self) -> &Path {
        &self.home.0
    }

    /// Puts `command` into these surroundings.
    pub(super) fn surround(&self, command: &mut Command, credentials: Credentials) {
        command.env_clear();
        for name in INHERITED {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(SET.iter().copied());
        command.env("HOME", &self.home.0).env("XDG_CONFIG_HOME", &self.home.0);
        let nowhere = self.home.0.join("none");
        command.env("AWS_CONFIG_FILE", &nowhere).env("AWS_SHARED_CREDENTIALS_FILE", &nowhere);
        command.envs(PROXIES.iter().map(|name| (*name, self.sink.as_str())));
        if credentials == Credentials::Environment {
            command.envs(CREDENTIALS.iter().copied());
        }
    }

    /// Who was called besides the endpoint since this was last asked.
    pub(super) fn strangers(&self) -> Vec<String> {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Takes the start of every call, and closes it.
async fn swallow(listener: TcpListener, calls: Arc<Mutex<Vec<String>>>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut start = [0; CALL_BYTES_MAX];
        let read = stream.read(&mut start).await.unwrap_or_default();
        let line = start.get(..read).unwrap_or_default();
        let line = line.split(|byte| *byte == b'\r').next().unwrap_or_default();
        let mut calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() < CALLS_KEPT_MAX {
            calls.push(wire::escape(line));
        }
    }
}
