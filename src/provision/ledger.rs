//! The clean-up ledger: what a run is about to make, has made and has deleted, so that a later one can delete what a
//! killed run left.
//!
//! # The form of a ledger
//!
//! One JSON object a line, appended and flushed to the disk before the creation that it speaks of:
//!
//! | key | what it says |
//! |---|---|
//! | `did` | `intend`, `create` or `delete` |
//! | `resource` | `user-pool`: app clients and users go with their pool |
//! | `endpoint` | the URL of the subject |
//! | `auth`, `region` | how its set-up calls are authorised, by name; never credentials |
//! | `name` | the name of the pool |
//! | `id` | its id, once it is known |
//!
//! A last line without an end is what a killed run was writing: it is left out. A run holds the lock of its ledger, so
//! that nobody takes the pools of a running one for left ones.

use crate::wire;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The longest ledger, in bytes.
const LEDGER_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Why a ledger could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file could not be used.
    #[error("cannot {what} the ledger `{}`: {source}", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A run is using it.
    #[error("the ledger `{}` is in use by a run", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It is too long to be one.
    #[error("the ledger `{}` is longer than {limit} bytes", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The limit, in bytes.
        limit: u64,
    },
    /// A line is no entry.
    #[error("{}:{line}:{column}: this is no ledger entry: {reason}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
        /// Why, and what is allowed.
        reason: String,
    },
}

/// A kind of thing that has to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// A user pool, with all that is in it.
    UserPool,
}

/// Which subject a thing was made at, and how that is spoken to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The URL.
    pub endpoint: String,
    /// How set-up calls are authorised, by name.
    pub auth: String,
    /// The region that signatures name.
    pub region: String,
}

/// Something that was made, or was about to be, and not deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Where.
    pub origin: Origin,
    /// Its name.
    pub name: String,
    /// Its id; `None`: the run ended before it was written down.
    pub id: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Did {
    Intend,
    Create,
    Delete,
}

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    did: Did,
    resource: Resource,
    endpoint: String,
    auth: String,
    region: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

/// A clean-up ledger. Without a file it remembers for this run alone.
#[derive(Debug, Default)]
pub struct Ledger {
    file: Option<(PathBuf, File)>,
    left: Vec<Left>,
}

impl Ledger {
    /// A ledger without a file, for a subject that does not outlive the run.
    pub fn in_memory() -> Self {
        Self::default()
    }

    /// Opens or makes the ledger at `path`, reads what an earlier run left, and holds its lock.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let failed = |what| move |source| LedgerError::File { what, path: path.to_owned(), source };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed("make the folder of"))?;
        }
        let mut file =
            OpenOptions::new().read(true).append(true).create(true).open(path).map_err(failed("open"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LedgerError::InUse { path: path.to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(failed("lock")(source)),
        }
        let mut bytes = Vec::new();
        (&mut file).take(LEDGER_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed("read"))?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LEDGER_BYTES_MAX {
            let limit = LEDGER_BYTES_MAX;
            return Err(LedgerError::TooLong { path: path.to_owned(), limit });
        }
        let left = read_back(path, &bytes)?;
        if bytes.last().is_some_and(|last| *last != b'\n') {
            // Cuts off the unfinished line, so that the next one starts on its own.
            let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            file.set_len(u64::try_from(whole).unwrap_or_default()).map_err(failed("write"))?;
        }
        Ok(Self { file: Some((path.to_owned(), file)), left })
    }

    /// The ledgers in a folder, by name. A folder that is not there has none.
    pub fn all_in(folder: &Path) -> Result<Vec<PathBuf>, LedgerError> {
        let failed = |source| LedgerError::File { what: "list", path: folder.to_owned(), source };
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed)?,
        };
        let paths: io::Result<Vec<_>> = entries.map(|entry| Ok(entry?.path())).collect();
        let mut paths = paths.map_err(failed)?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
        paths.sort();
        Ok(paths)
    }

    /// Whether it outlives the run.
    pub fn is_on_disk(&self) -> bool {
        self.file.is_some()
    }

    /// What was made, or was about to be, and not deleted.
    pub fn left(&self) -> &[Left] {
        &self.left
    }

    /// Writes down that a user pool is about to be made.
    pub fn intend(&mut self, origin: &Origin, name: &str) -> Result<(), LedgerError> {
        self.write(Did::Intend, origin, name, None)?;
        self.left.push(Left { origin: origin.clone(), name: name.to_owned(), id: None });
        Ok(())
    }

    /// Writes down the id of the user pool that was just made.
    pub fn created(&mut self, origin: &Origin, name: &str, id: &str) -> Result<(), LedgerError> {
        self.write(Did::Create, origin, name, Some(id))?;
        create(&mut self.left, origin, name, id);
        Ok(())
    }

    /// Writes down that `gone` is deleted, or was never made.
    pub fn deleted(&mut self, gone: &Left) -> Result<(), LedgerError> {
        self.write(Did::Delete, &gone.origin, &gone.name, gone.id.as_deref())?;
        self.left.retain(|left| left != gone);
        Ok(())
    }

    /// Removes the file if nothing is left, and gives up the lock.
    pub fn close(self) -> Result<(), LedgerError> {
        match self.file {
            Some((path, _lock)) if self.left.is_empty() => {
                fs::remove_file(&path).map_err(|source| LedgerError::File { what: "remove", path, source })
            }
            _ => Ok(()),
        }
    }

    fn write(&mut self, did: Did, origin: &Origin, name: &str, id: Option<&str>) -> Result<(), LedgerError> {
        let Some((path, file)) = &mut self.file else {
            return Ok(());
        };
        let entry = Entry {
            did,
            resource: Resource::UserPool,
            endpoint: origin.endpoint.clone(),
            auth: origin.auth.clone(),
            region: origin.region.clone(),
            name: name.to_owned(),
            id: id.map(str::to_owned),
        };
        let line = serde_json::to_string(&entry).map_err(io::Error::other);
        line.and_then(|line| {
            file.write_all((line + "\n").as_bytes())?;
            file.sync_data()
        })
        .map_err(|source| LedgerError::File { what: "write", path: path.clone(), source })
    }
}

/// What is left after all entries.
fn read_back(path: &Path, bytes: &[u8]) -> Result<Vec<Left>, LedgerError> {
    let mut left = Vec::new();
    let mut lines = bytes.split(|byte| *byte == b'\n').enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        // The last piece is empty, or a line without an end.
        if lines.peek().is_none() || line.is_empty() {
            continue;
        }
        let entry: Entry = serde_json::from_slice(line).map_err(|error| LedgerError::Line {
            path: path.to_owned(),
            line: index + 1,
            column: error.column(),
            reason: wire::escape(reason(&error).as_bytes()),
        })?;
        apply(&mut left, entry);
    }
    Ok(left)
}

/// The error without the place in its one line, which says nothing about the file.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

fn apply(left: &mut Vec<Left>, entry: Entry) {
    let origin = Origin { endpoint: entry.endpoint, auth: entry.auth, region: entry.region };
    let item = Left { origin, name: entry.name, id: entry.id };
    match (entry.did, &item.id) {
        (Did::Create, Some(id)) => create(left, &item.origin, &item.name, id),
        (Did::Intend | Did::Create, _) => left.push(item),
        (Did::Delete, _) => left.retain(|other| *other != item),
    }
}

/// The id belongs to the latest intent of that name.
fn create(left: &mut Vec<Left>, origin: &Origin, name: &str, id: &str) {
    let intended = |left: &&mut Left| left.id.is_none() && left.name == name && left.origin == *origin;
    match left.iter_mut().rev().find(intended) {
        Some(intent) => intent.id = Some(id.to_owned()),
        None => left.push(Left { origin: origin.clone(), name: name.to_owned(), id: Some(id.to_owned()) }),
    }
}
