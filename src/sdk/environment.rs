//! Where drivers run: each process with an empty home, no settings of the user's, and a proxy that leads nowhere and keeps who
//! is called through it.

use super::case::Credentials;
use crate::subject::{SubjectError, WorkFolder};
use crate::wire;
use std::io;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

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
/// How long the start of a call is awaited.
const CALL_LIMIT: Duration = Duration::from_secs(1);
/// The most calls to the sink that are kept, and the most that are heard at a time.
const CALLS_KEPT_MAX: usize = 8;

/// What was said first in each call to the sink.
type Calls = Arc<Mutex<Vec<Arc<Mutex<String>>>>>;

/// The surroundings of one driver at a time. Dropped, they are gone.
#[derive(Debug)]
pub(super) struct Environment {
    folder: WorkFolder,
    homes: AtomicUsize,
    sink: String,
    calls: Calls,
    task: JoinHandle<()>,
}

impl Environment {
    /// A folder for homes and a fresh sink.
    pub(super) async fn create() -> Result<Self, SubjectError> {
        let folder = WorkFolder::create()?;
        let failed = SubjectError::file("listen on", "127.0.0.1");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let port = listener.local_addr().map_err(SubjectError::file("listen on", "127.0.0.1"))?.port();
        let calls = Calls::default();
        let task = tokio::spawn(swallow(listener, Arc::clone(&calls)));
        Ok(Self { folder, homes: AtomicUsize::new(0), sink: format!("http://127.0.0.1:{port}"), calls, task })
    }

    /// The folder that is removed when everything ends.
    pub(super) fn folder(&self) -> &Path {
        &self.folder.0
    }

    /// Puts `command` into these surroundings, with an empty home of its own.
    pub(super) fn surround(&self, command: &mut Command, credentials: Credentials) -> io::Result<()> {
        let home = self.folder.subfolder(&self.homes.fetch_add(1, Ordering::SeqCst).to_string())?;
        command.env_clear();
        for name in INHERITED {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(SET.iter().copied());
        command.env("HOME", &home).env("XDG_CONFIG_HOME", &home);
        let nowhere = home.join("none");
        command.env("AWS_CONFIG_FILE", &nowhere).env("AWS_SHARED_CREDENTIALS_FILE", &nowhere);
        command.envs(PROXIES.iter().map(|name| (*name, self.sink.as_str())));
        if credentials == Credentials::Environment {
            command.envs(CREDENTIALS.iter().copied());
        }
        Ok(())
    }

    /// Who was called besides the endpoint since this was last asked.
    pub(super) fn strangers(&self) -> Vec<String> {
        let calls = std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner));
        calls.iter().map(|said| said.lock().unwrap_or_else(PoisonError::into_inner).clone()).collect()
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Keeps the start of every call, and closes it. A call counts from its first moment, whatever it says and when.
async fn swallow(listener: TcpListener, calls: Calls) {
    let mut heard = JoinSet::new();
    while let Ok((mut stream, _)) = listener.accept().await {
        let said = Arc::new(Mutex::new("a connection that says nothing".to_owned()));
        {
            let mut calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
            if calls.len() < CALLS_KEPT_MAX {
                calls.push(Arc::clone(&said));
            }
        }
        while heard.try_join_next().is_some() {}
        if heard.len() >= CALLS_KEPT_MAX {
            continue;
        }
        heard.spawn(async move {
            let mut start = [0; CALL_BYTES_MAX];
            if let Ok(Ok(read @ 1..)) = timeout(CALL_LIMIT, stream.read(&mut start)).await {
                let line = start.get(..read).unwrap_or_default();
                let line = line.split(|byte| *byte == b'\r').next().unwrap_or_default();
                *said.lock().unwrap_or_else(PoisonError::into_inner) = wire::escape(line);
            }
        });
    }
}
