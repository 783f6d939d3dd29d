//! The folder of a session. Every file is complete or not there: it is written beside its place and then put there, so that
//! whatever ends the session loses nothing that was found before.
//!
//! | path | what lies there |
//! |---|---|
//! | `inputs/SIGNATURE.toml` | a case whose answer had a new signature, in the form of [`case_file`](crate::corpus::case_file) |
//! | `findings/BUCKET.toml` | a [`Finding`] |
//! | `session.json` | the seed, how many inputs were drawn from it, and which `shard` and `mode` of them, if not all requests |

use super::finding::{Finding, FindingError};
use super::session::{Limits, Mode};
use super::signature::Signature;
use crate::case::Case;
use crate::corpus::case_file::{read_all, write_case};
use crate::wire::escape;
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The most inputs that a folder keeps.
pub(super) const INPUTS_MAX: usize = 8192;

/// The largest file that is read, in bytes.
pub(super) const FILE_BYTES_MAX: u64 = 8 * 1024 * 1024;

const INPUTS: &str = "inputs";
const FINDINGS: &str = "findings";
const SESSION: &str = "session.json";

/// A folder that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot {what} `{path}`")]
#[non_exhaustive]
pub struct StoreError {
    what: &'static str,
    path: String,
    #[source]
    source: io::Error,
}

fn error(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = escape(path.as_os_str().as_encoded_bytes());
    move |source| StoreError { what, path, source }
}

/// The folder of a session.
#[derive(Debug)]
pub struct Store {
    dir: PathBuf,
    /// The signatures whose inputs are kept.
    known: BTreeSet<Signature>,
    /// The buckets that are found.
    found: BTreeSet<String>,
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Position {
    pub(super) seed: u64,
    pub(super) next: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shard: Option<(u64, u64)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mode: Option<Mode>,
}

impl Position {
    /// After so many inputs of a session.
    pub(super) fn new(limits: &Limits, next: u64) -> Self {
        let (part, parts) = limits.shard;
        Self {
            seed: limits.seed,
            next,
            shard: (parts > 1).then_some((part, parts)),
            mode: (limits.mode != Mode::Requests).then_some(limits.mode),
        }
    }

    /// Whether a session with these limits goes on from here.
    pub(super) fn is_of(&self, limits: &Limits) -> bool {
        *self == Self::new(limits, self.next)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (part, parts) = self.shard.unwrap_or((0, 1));
        let what = match self.mode {
            Some(Mode::Walks) => "walks",
            _ => "requests",
        };
        // Parts are counted from 1 by people.
        write!(f, "{what}, seed {}, shard {}/{parts}", self.seed, part.saturating_add(1))
    }
}

/// A file and the finding in it.
pub type Kept = (PathBuf, Result<Finding, FindingError>);

/// What was merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Merged {
    /// Inputs that were not there.
    pub inputs: usize,
    /// Findings that were not there.
    pub findings: usize,
    /// Files that were there already, or are none of ours.
    pub left: usize,
}

impl Store {
    /// Opens a folder, and makes it where there is none.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        for folder in [INPUTS, FINDINGS] {
            let folder = dir.join(folder);
            fs::create_dir_all(&folder).map_err(error("make the folder", &folder))?;
        }
        let mut store = Self { dir: dir.to_owned(), known: BTreeSet::new(), found: BTreeSet::new() };
        for path in files(&dir.join(INPUTS))? {
            if let Some(signature) = stem(&path).and_then(|stem| u64::from_str_radix(stem, 16).ok()) {
                store.known.insert(Signature(signature));
            }
        }
        for path in files(&dir.join(FINDINGS))? {
            // What a session was killed over before it was made smaller is followed up when it is met again.
            let is_kept = read_text(&path).is_ok_and(|text| is_followed_up(&text));
            store.found.extend(stem(&path).filter(|_| is_kept).map(str::to_owned));
        }
        Ok(store)
    }

    /// Hands over the inputs that are kept, one file at a time. What is no case any more is left out, and named.
    pub fn inputs(&self, take: &mut dyn FnMut(Case)) -> Result<Vec<String>, StoreError> {
        let mut unreadable = Vec::new();
        for path in files(&self.dir.join(INPUTS))?.into_iter().take(INPUTS_MAX) {
            let name = escape(path.as_os_str().as_encoded_bytes());
            match read_text(&path).map(|text| read_all([(name.as_str(), text.as_str())])) {
                Ok(Ok(read)) => read.into_iter().for_each(&mut *take),
                Ok(Err(error)) => unreadable.push(error.to_string()),
                Err(error) => unreadable.push(format!("{name}: {error}")),
            }
        }
        Ok(unreadable)
    }

    /// Whether a signature is new.
    pub fn is_new(&self, signature: Signature) -> bool {
        self.known.len() < INPUTS_MAX && !self.known.contains(&signature)
    }

    /// Whether a bucket is new.
    pub fn is_new_finding(&self, bucket: &str) -> bool {
        !self.found.contains(bucket)
    }

    /// Keeps an input; false where it has no form in a file.
    pub fn keep(&mut self, signature: Signature, case: &Case) -> Result<bool, StoreError> {
        self.known.insert(signature);
        let Ok(text) = write_case(case) else { return Ok(false) };
        put(&self.dir.join(INPUTS).join(format!("{signature}.toml")), &text)?;
        Ok(true)
    }

    /// Keeps a finding, in place of one of the same bucket. One that has no form in a file is kept without its case.
    pub fn find(&mut self, finding: &Finding) -> Result<PathBuf, StoreError> {
        let path = self.dir.join(FINDINGS).join(format!("{}.toml", finding.bucket));
        self.found.insert(finding.bucket.clone());
        let text = match finding.write() {
            Ok(text) => text,
            Err(error) => format!("# {error}\n# {}\n# sent: {:?}\n", finding.complaint, finding.sent),
        };
        put(&path, &text)?;
        Ok(path)
    }

    pub(super) fn position(&self) -> Option<Position> {
        let text = read_text(&self.dir.join(SESSION)).ok()?;
        serde_json::from_str(&text).ok()
    }

    pub(super) fn set_position(&self, position: Position) -> Result<(), StoreError> {
        let text = serde_json::to_string(&position).unwrap_or_default();
        put(&self.dir.join(SESSION), &text)
    }

    /// The seed that a session in this folder goes on with, if there was one.
    pub fn seed(&self) -> Option<u64> {
        self.position().map(|position| position.seed)
    }

    /// The findings in a folder: of a session, or of files of findings.
    pub fn findings(dir: &Path) -> Result<Vec<Kept>, StoreError> {
        let own = dir.join(FINDINGS);
        let folder = if own.is_dir() { own } else { dir.to_owned() };
        let mut found = Vec::new();
        for path in files(&folder)? {
            let name = path.display().to_string();
            let read = read_text(&path)
                .map_err(|error| FindingError::Unreadable { file: escape(name.as_bytes()), source: error })
                .and_then(|text| Finding::read(&name, &text));
            found.push((path, read));
        }
        Ok(found)
    }

    /// One finding by its path.
    pub fn finding(path: &Path) -> Result<Result<Finding, FindingError>, StoreError> {
        let text = read_text(path).map_err(error("read", path))?;
        Ok(Finding::read(&path.display().to_string(), &text))
    }
}

/// Puts the inputs and findings of `from` into `into`, each once.
pub fn merge(from: &[PathBuf], into: &Path) -> Result<Merged, StoreError> {
    let mut merged = Merged::default();
    let target = Store::open(into)?;
    let (mut known, mut found) = (target.known, target.found);
    for dir in from {
        for path in files(&dir.join(INPUTS))? {
            let signature = stem(&path).and_then(|stem| u64::from_str_radix(stem, 16).ok()).map(Signature);
            match signature.filter(|signature| known.len() < INPUTS_MAX && known.insert(*signature)) {
                Some(signature) => {
                    copy(&path, &into.join(INPUTS).join(format!("{signature}.toml")))?;
                    merged.inputs += 1;
                }
                None => merged.left += 1,
            }
        }
        for path in files(&dir.join(FINDINGS))? {
            let Some(bucket) = stem(&path).filter(|bucket| !found.contains(*bucket)) else {
                merged.left += 1;
                continue;
            };
            let text = read_text(&path).map_err(error("read", &path))?;
            let to = into.join(FINDINGS).join(format!("{bucket}.toml"));
            let (is_there, is_better) = (to.exists(), is_followed_up(&text));
            if is_better || !is_there {
                put(&to, &text)?;
            }
            // Until then a copy that was run again takes the place of one that was not.
            found.extend(is_better.then(|| bucket.to_owned()));
            merged.findings += usize::from(!is_there);
            merged.left += usize::from(is_there);
        }
    }
    Ok(merged)
}

fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let text = read_text(from).map_err(error("read", from))?;
    put(to, &text)
}

/// Whether the text of a finding says how often it was wrong when it was run again.
fn is_followed_up(text: &str) -> bool {
    text.contains("\nreproduced = ")
}

fn stem(path: &Path) -> Option<&str> {
    path.file_stem()?.to_str()
}

/// The TOML files of a folder in the order of their names; none where there is no folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(other) => return Err(error("read the folder", folder)(other)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(error("read the folder", folder))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn read_text(path: &Path) -> io::Result<String> {
    // Who opens a pipe waits for somebody to write.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut text = String::new();
    fs::File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
    if u64::try_from(text.len()).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
        return Err(io::Error::other(format!("it has more than {FILE_BYTES_MAX} bytes")));
    }
    Ok(text)
}

/// Writes a file so that it is there as a whole or not at all.
fn put(path: &Path, text: &str) -> Result<(), StoreError> {
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    let write = || {
        let mut file = fs::File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        fs::rename(&beside, path)
    };
    write().map_err(error("write", path))
}
