//! Why a subject could not be had. Every text that comes from a subject or its installer is escaped.

use super::profile_toml::ProfileError;
use crate::subject::placeholder::PlaceholderError;
use std::io;
use std::path::PathBuf;

/// Why a subject could not be installed or launched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubjectError {
    /// The profile is not usable.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A placeholder has no value at this point.
    #[error(transparent)]
    Placeholder(#[from] PlaceholderError),
    /// There is no home directory to keep things in.
    #[error("no folder to keep things in: neither `{own}` nor `HOME` is set")]
    NoHome {
        /// The variable that would decide it.
        own: &'static str,
    },
    /// A file or folder of the harness could not be used.
    #[error("cannot {what} `{}`: {source}", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Another process has been installing the same subject for too long.
    #[error("another process has been installing `{name}` for {waited_s} s (lock `{}`)", lock.display())]
    InstallLocked {
        /// The subject.
        name: String,
        /// How long it was waited for, in seconds.
        waited_s: u64,
        /// The lock file.
        lock: PathBuf,
    },
    /// A program could not be run at all.
    #[error("cannot run `{program}`: {source}{hint}")]
    Program {
        /// The program.
        program: String,
        /// The system's reason.
        source: io::Error,
        /// What to do, on a line of its own, or nothing.
        hint: &'static str,
    },
    /// A step of the installation failed or took too long.
    #[error("installing `{name}` failed: `{command}` {outcome}; log: `{}`{tail}", log.display())]
    Install {
        /// The subject.
        name: String,
        /// The command that failed.
        command: String,
        /// How it ended.
        outcome: String,
        /// The log of all that it printed.
        log: PathBuf,
        /// The last lines of the log, each on a line of its own.
        tail: String,
    },
    /// The profile's fixed port is taken.
    #[error("port {port} of 127.0.0.1, which `{name}` needs, is in use")]
    PortInUse {
        /// The subject.
        name: String,
        /// The port.
        port: u16,
    },
    /// The subject ended before it answered.
    #[error("`{name}` ended before it answered ({outcome}){tail}")]
    Exited {
        /// The subject.
        name: String,
        /// How it ended.
        outcome: String,
        /// The last lines that it printed, each on a line of its own.
        tail: String,
    },
    /// The subject runs and does not answer.
    #[error("`{name}` did not answer a request at {endpoint} within {limit_ms} ms{tail}")]
    NotReady {
        /// The subject.
        name: String,
        /// Where it was asked.
        endpoint: String,
        /// The limit, in milliseconds.
        limit_ms: u64,
        /// The last lines that it printed, each on a line of its own.
        tail: String,
    },
    /// The profile describes nothing that could be launched.
    #[error("`{name}` is not launched: {reason}")]
    NotLaunched {
        /// The subject.
        name: String,
        /// What it is instead.
        reason: &'static str,
    },
}

impl SubjectError {
    /// A failure at a file or folder.
    pub(crate) fn file(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { what, path, source }
    }
}
