//! Installs a subject at its pinned version into the cache folder.
//!
//! An installation lies in `<cache>/subjects/<name>-<version>-<hash>`, where the hash is over the kind and the packages.
//! Scripts of a Python virtual environment name their interpreter by its absolute path, so it cannot be built elsewhere
//! and renamed; it is built in place, and a marker file that is written last makes it count. Without the marker, and
//! under the lock, a folder is what a killed installation left, and is removed.

use super::process::{ProcessGroup, outcome};
use super::{Folders, Install, Profile, SubjectError, tail};
use crate::clock::Stopwatch;
use sha2::{Digest as _, Sha256};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// How long one step of an installation may take.
const STEP_LIMIT: Duration = Duration::from_mins(15);
/// How long another process is waited for that installs the same subject.
const LOCK_LIMIT: Duration = Duration::from_mins(30);
/// How often the lock is tried.
const LOCK_POLL: Duration = Duration::from_millis(100);
/// The file that makes an installation count.
const MARKER: &str = ".countersign-installed";

/// An installed subject.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Installed {
    /// The folder of its programs, for `${bin}`; `None` where nothing is installed.
    pub bin: Option<PathBuf>,
    /// The folder of the installation; `None` where nothing is installed.
    pub root: Option<PathBuf>,
}

/// What is to be installed.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The name of the subject or SDK.
    pub name: &'a str,
    /// Its pinned version.
    pub version: &'a str,
    /// How it is installed.
    pub install: &'a Install,
}

/// One program run of an installation.
struct Step {
    program: OsString,
    arguments: Vec<OsString>,
    hint: &'static str,
}

/// Installs `profile` unless it is installed already. `note` is told what takes time.
pub async fn install(
    profile: &Profile,
    folders: &Folders,
    note: &mut dyn FnMut(String),
) -> Result<Installed, SubjectError> {
    let wanted = Wanted { name: &profile.name, version: &profile.version, install: &profile.install };
    install_packages(wanted, folders, note).await
}

/// The same for packages that no subject's profile names.
pub async fn install_packages(
    wanted: Wanted<'_>,
    folders: &Folders,
    note: &mut dyn FnMut(String),
) -> Result<Installed, SubjectError> {
    let (packages, bin) = match wanted.install {
        Install::None => return Ok(Installed::default()),
        Install::Pip(packages) => (packages, "bin"),
        Install::Npm(packages) => (packages, "node_modules/.bin"),
    };
    let root = folders.cache.join("subjects");
    fs::create_dir_all(&root).map_err(SubjectError::file("create", &root))?;
    let slug = format!("{}-{}-{}", wanted.name, wanted.version, hash(wanted.install));
    let folder = root.join(&slug);
    let installed = Installed { bin: Some(folder.join(bin)), root: Some(folder.clone()) };
    if folder.join(MARKER).is_file() {
        return Ok(installed);
    }
    let _lock = lock(wanted, &root.join(format!("{slug}.lock")), note).await?;
    if folder.join(MARKER).is_file() {
        return Ok(installed);
    }
    note(format!(
        "installing {} {} with {} into {}",
        wanted.name,
        wanted.version,
        wanted.install.name(),
        folder.display()
    ));
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(SubjectError::file("remove", &folder))?;
    }
    let watch = Stopwatch::start();
    let log = root.join(format!("{slug}.log"));
    let log_file = File::create(&log).map_err(SubjectError::file("create", &log))?;
    for step in steps(wanted.install, &folder) {
        run(wanted, step, &log, &log_file).await?;
    }
    mark(&folder, packages)?;
    note(format!("installed {} {} in {} s", wanted.name, wanted.version, watch.elapsed().as_secs()));
    Ok(installed)
}

/// The first 12 hexadecimal digits of a hash over what is installed.
fn hash(install: &Install) -> String {
    let (Install::Pip(packages) | Install::Npm(packages)) = install else {
        return String::new();
    };
    let text = format!("{}\n{}", install.name(), packages.join("\n"));
    let digest = Sha256::digest(text);
    let mut text = String::new();
    for byte in digest.iter().take(6) {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Holds the lock until the returned file is dropped; a process that dies gives it up.
async fn lock(wanted: Wanted<'_>, path: &Path, note: &mut dyn FnMut(String)) -> Result<File, SubjectError> {
    let file = File::create(path).map_err(SubjectError::file("create", path))?;
    let watch = Stopwatch::start();
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(SubjectError::file("lock", path)(error)),
            Err(TryLockError::WouldBlock) if watch.elapsed() > LOCK_LIMIT => {
                return Err(SubjectError::InstallLocked {
                    name: wanted.name.to_owned(),
                    waited_s: watch.elapsed().as_secs(),
                    lock: path.to_owned(),
                });
            }
            Err(TryLockError::WouldBlock) => {
                if !told {
                    note(format!("waiting for another process that installs {}", wanted.name));
                    told = true;
                }
                tokio::time::sleep(LOCK_POLL).await;
            }
        }
    }
}

fn steps(install: &Install, folder: &Path) -> Vec<Step> {
    let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
    match install {
        Install::None => Vec::new(),
        Install::Pip(packages) => {
            let mut venv = words(&["-m", "venv"]);
            venv.push(folder.into());
            let mut pip = words(&["-m", "pip", "install", "--no-input", "--disable-pip-version-check"]);
            pip.extend(packages.iter().map(OsString::from));
            vec![
                Step {
                    program: "python3".into(),
                    arguments: venv,
                    hint: "\nhint: this subject needs Python 3 with its `venv` module",
                },
                Step { program: folder.join("bin/python").into(), arguments: pip, hint: "" },
            ]
        }
        Install::Npm(packages) => {
            let mut npm = words(&["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]);
            npm.push(folder.into());
            npm.extend(packages.iter().map(OsString::from));
            vec![Step {
                program: "npm".into(),
                arguments: npm,
                hint: "\nhint: this subject needs Node.js with `npm`",
            }]
        }
    }
}

async fn run(wanted: Wanted<'_>, step: Step, log: &Path, log_file: &File) -> Result<(), SubjectError> {
    let program = step.program.to_string_lossy().into_owned();
    let output = || log_file.try_clone().map(Stdio::from);
    let unwritable = |error| SubjectError::file("write", log)(error);
    let mut command = Command::new(&step.program);
    command.args(&step.arguments).stdout(output().map_err(unwritable)?).stderr(output().map_err(unwritable)?);
    let mut group = ProcessGroup::spawn(&mut command, None).map_err(|source| SubjectError::Program {
        program: program.clone(),
        source,
        hint: step.hint,
    })?;
    let ended = tokio::time::timeout(STEP_LIMIT, group.wait()).await;
    // Also ends what the installer may have left behind.
    group.stop().await;
    let outcome = match ended {
        Ok(Ok(status)) if status.success() => return Ok(()),
        Ok(Ok(status)) => format!("ended with {}", outcome(status)),
        Ok(Err(error)) => format!("could not be awaited: {error}"),
        Err(_) => format!("took longer than {} s", STEP_LIMIT.as_secs()),
    };
    let arguments = step.arguments.iter().map(|word| word.to_string_lossy());
    Err(SubjectError::Install {
        name: wanted.name.to_owned(),
        command: std::iter::once(program.as_str().into()).chain(arguments).collect::<Vec<_>>().join(" "),
        outcome,
        log: log.to_owned(),
        tail: tail::shown(log),
    })
}

/// Writes the marker under another name first, so that it is there whole or not at all.
fn mark(folder: &Path, packages: &[String]) -> Result<(), SubjectError> {
    let marker = folder.join(MARKER);
    let unfinished = folder.join(format!("{MARKER}.tmp"));
    fs::create_dir_all(folder).map_err(SubjectError::file("create", folder))?;
    fs::write(&unfinished, packages.join("\n")).map_err(SubjectError::file("write", &unfinished))?;
    fs::rename(&unfinished, &marker).map_err(SubjectError::file("write", &marker))
}
