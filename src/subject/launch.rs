//! Launches an installed subject on 127.0.0.1, waits until it answers, and stops it with all its descendants.

use super::process::{ProcessGroup, outcome};
use super::profile_launch::OF_LAUNCH;
use super::{
    Installed, Launch, LaunchCommand, Profile, SubjectError, Surroundings, placeholder, probe, tail,
};
use crate::clock::Stopwatch;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

/// How often a starting subject is asked.
const READY_POLL: Duration = Duration::from_millis(20);
/// How long one such request may take.
const READY_REQUEST_LIMIT: Duration = Duration::from_secs(5);
/// How often a start is tried when somebody else took the free port in between.
const START_ATTEMPTS_MAX: u32 = 3;
/// How many names are tried for a work folder.
const FOLDER_ATTEMPTS_MAX: u32 = 1_000;
/// The name of the log in the work folder.
const LOG: &str = "countersign-subject.log";

/// A launched subject. Dropped, it is killed with all its descendants, and its work folder removed.
#[derive(Debug)]
pub struct RunningSubject {
    /// Where it listens: `http://127.0.0.1:PORT`.
    pub endpoint: String,
    /// Its profile.
    pub profile: Profile,
    /// Its work folder.
    pub dir: PathBuf,
    port: u16,
    // Declared before the folder, so that it is dropped first.
    group: ProcessGroup,
    _folder: WorkFolder,
}

impl RunningSubject {
    /// Launches `profile` and waits until it answers a request.
    pub async fn start(profile: &Profile, installed: &Installed) -> Result<Self, SubjectError> {
        let not_launched = |reason| SubjectError::NotLaunched { name: profile.name.clone(), reason };
        let launch = match &profile.launch {
            Launch::Embedded => return Err(not_launched("it runs in this process")),
            Launch::Endpoint(_) => return Err(not_launched("it runs already")),
            Launch::Process(launch) => launch,
        };
        let mut attempt = 1;
        loop {
            match start_once(profile, launch, installed).await {
                Err((SubjectError::Exited { .. }, port))
                    if launch.port.is_none() && attempt < START_ATTEMPTS_MAX && !is_free(port) =>
                {
                    attempt += 1;
                }
                other => return other.map_err(|(error, _)| error),
            }
        }
    }

    /// What the code source needs to know of it.
    pub fn surroundings(&self) -> Surroundings {
        Surroundings {
            endpoint: self.endpoint.clone(),
            dir: Some(self.dir.clone()),
            port: Some(self.port),
            log: Some(self.dir.join(LOG)),
        }
    }

    /// Whether it has ended by itself: how, and the last lines that it printed.
    pub fn ended(&mut self) -> Option<String> {
        let status = self.group.exited().ok().flatten()?;
        Some(format!("{}{}", outcome(status), tail::shown(&self.dir.join(LOG))))
    }

    /// Stops it with all its descendants and removes the work folder.
    pub async fn stop(self) {
        self.group.stop().await;
    }
}

/// Waits for SIGINT (Ctrl-C), SIGTERM or SIGHUP and names what came. A launched subject lives in a process group of its
/// own, so the signal does not reach it: drop or stop it then.
pub async fn termination() -> io::Result<&'static str> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(tokio::select! {
        _ = interrupt.recv() => "SIGINT",
        _ = terminate.recv() => "SIGTERM",
        _ = hang_up.recv() => "SIGHUP",
    })
}

/// A work folder that only this user can enter. Dropped, it is removed.
#[derive(Debug)]
pub(crate) struct WorkFolder(pub(crate) PathBuf);

impl WorkFolder {
    pub(crate) fn create() -> Result<Self, SubjectError> {
        let root = std::env::temp_dir();
        for number in 0..FOLDER_ATTEMPTS_MAX {
            let path = root.join(format!("countersign-{}-{number}", std::process::id()));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(SubjectError::file("create", path)(error)),
            }
        }
        let full = io::Error::other("too many work folders are left there");
        Err(SubjectError::file("create a work folder in", root)(full))
    }

    /// A new folder in it.
    pub(crate) fn subfolder(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.0.join(name);
        fs::create_dir(&path)?;
        Ok(path)
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        // What is left in the temporary folder is no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn free_port() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// One try. The error comes with the port that was tried.
async fn start_once(
    profile: &Profile,
    launch: &LaunchCommand,
    installed: &Installed,
) -> Result<RunningSubject, (SubjectError, u16)> {
    let port = match launch.port {
        Some(port) if is_free(port) => port,
        Some(port) => {
            let name = profile.name.clone();
            return Err((SubjectError::PortInUse { name, port }, port));
        }
        None => {
            free_port().map_err(|error| (SubjectError::file("find a free port of", "127.0.0.1")(error), 0))?
        }
    };
    let started = start_at(profile, launch, installed, port);
    started.await.map_err(|error| (error, port))
}

async fn start_at(
    profile: &Profile,
    launch: &LaunchCommand,
    installed: &Installed,
    port: u16,
) -> Result<RunningSubject, SubjectError> {
    let folder = WorkFolder::create()?;
    let endpoint = format!("http://127.0.0.1:{port}");
    let expand = |text: &str| {
        placeholder::expand(text, &OF_LAUNCH, |name| match name {
            "bin" => Some(installed.bin.as_ref()?.display().to_string()),
            "port" => Some(port.to_string()),
            "dir" => Some(folder.0.display().to_string()),
            _ => Some(endpoint.clone()),
        })
    };
    for file in &launch.files {
        write_below(&folder.0, &file.path, &expand(&file.text)?)?;
    }
    let words = launch.command.iter().map(|word| expand(word));
    let words: Vec<String> = words.collect::<Result<_, _>>()?;
    let mut command = command(&words, &folder.0)?;
    for (name, value) in &launch.env {
        command.env(name, expand(value)?);
    }
    let group = ProcessGroup::spawn(&mut command, Some(&folder.0)).map_err(|source| {
        SubjectError::Program { program: words.first().cloned().unwrap_or_default(), source, hint: "" }
    })?;
    let mut subject = RunningSubject {
        endpoint,
        profile: profile.clone(),
        dir: folder.0.clone(),
        port,
        group,
        _folder: folder,
    };
    match subject.ready(launch).await {
        Ok(()) => Ok(subject),
        Err(error) => {
            subject.stop().await;
            Err(error)
        }
    }
}

/// The command in its folder, its output in the log, without the caller's AWS credentials and settings.
fn command(words: &[String], folder: &Path) -> Result<Command, SubjectError> {
    let log = folder.join(LOG);
    let file = File::create(&log).map_err(SubjectError::file("create", &log))?;
    let again = file.try_clone().map_err(SubjectError::file("write", &log))?;
    let mut command = Command::new(words.first().map_or("", String::as_str));
    command
        .args(words.iter().skip(1))
        .current_dir(folder)
        .stdout(Stdio::from(file))
        .stderr(Stdio::from(again));
    let is_aws = |name: &OsString| name.to_string_lossy().starts_with("AWS_");
    for name in std::env::vars_os().map(|(name, _)| name).filter(is_aws) {
        command.env_remove(name);
    }
    Ok(command)
}

fn write_below(folder: &Path, path: &str, text: &str) -> Result<(), SubjectError> {
    let path = folder.join(path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(SubjectError::file("create", parent))?;
    }
    fs::write(&path, text).map_err(SubjectError::file("write", &path))
}

impl RunningSubject {
    /// Waits until any HTTP answer comes, whatever it says.
    async fn ready(&mut self, launch: &LaunchCommand) -> Result<(), SubjectError> {
        let watch = Stopwatch::start();
        let url = format!("{}{}", self.endpoint, launch.ready_path);
        loop {
            if let Some(outcome) = self.ended() {
                let (outcome, tail) = outcome.split_once('\n').unwrap_or((&outcome, ""));
                return Err(SubjectError::Exited {
                    name: self.profile.name.clone(),
                    outcome: outcome.to_owned(),
                    tail: if tail.is_empty() { String::new() } else { format!("\n{tail}") },
                });
            }
            let left = launch.ready_limit.saturating_sub(watch.elapsed());
            if left.is_zero() {
                return Err(SubjectError::NotReady {
                    name: self.profile.name.clone(),
                    endpoint: self.endpoint.clone(),
                    limit_ms: u64::try_from(launch.ready_limit.as_millis()).unwrap_or(u64::MAX),
                    tail: tail::shown(&self.dir.join(LOG)),
                });
            }
            // Somebody else's answer on this port does not count: the subject must still be there after it.
            if probe::get(&url, left.min(READY_REQUEST_LIMIT)).await.is_ok() && self.ended().is_none() {
                return Ok(());
            }
            tokio::time::sleep(READY_POLL.min(left)).await;
        }
    }
}
