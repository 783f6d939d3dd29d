//! The files of one subject's snapshots: `GROUP.snap`, and `GROUP.snap.new` where a change waits for review.

use super::error::{FileError, SnapshotError};
use super::group::Group;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The largest file that is read, in bytes.
pub const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// The number of names that are tried for a temporary file.
const TEMPORARY_NAMES_MAX: u32 = 16;

/// A folder of snapshots.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at `path`, which need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The file of a group. Characters that file systems take for their own are spelled out.
    pub fn accepted(&self, group: &str) -> PathBuf {
        let mut name = String::new();
        for (index, c) in group.chars().enumerate() {
            let is_plain = c.is_ascii_lowercase() || c.is_ascii_digit() || "-_+".contains(c);
            if is_plain || (c == '.' && index > 0) {
                name.push(c);
            } else {
                // Writing to a `String` cannot fail.
                let _ = write!(name, "%{:x}", u32::from(c));
            }
        }
        self.0.join(name + ".snap")
    }

    /// The paths of the snapshot files that lie here, accepted or pending, sorted.
    pub(super) fn files(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if (name.ends_with(".snap") || name.ends_with(".snap.new")) && path.is_file() {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

/// The file in which the change of `accepted` waits.
pub(super) fn pending_of(accepted: &Path) -> PathBuf {
    let mut name = accepted.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Reads a snapshot file. `None`: there is none.
pub(super) fn read(path: &Path) -> Result<Option<Group>, SnapshotError> {
    read_text(path)?.map(|text| group(&text)).transpose()
}

/// The group that this text of a file holds.
pub(super) fn group(text: &str) -> Result<Group, SnapshotError> {
    let foreign = || FileError::new(2, "it is not one of Countersign's: `source: countersign` is missing");
    Ok(Group::read(text)?.ok_or_else(foreign)?)
}

/// The text of a file. `None`: there is none.
pub(super) fn read_text(path: &Path) -> Result<Option<String>, SnapshotError> {
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        metadata => metadata?,
    };
    // Who opens a pipe waits for somebody to write.
    if !metadata.is_file() {
        return Err(io::Error::other("not a regular file").into());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
        return Err(io::Error::other(format!("longer than {FILE_BYTES_MAX} bytes")).into());
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let valid = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
            let line = 1 + valid.filter(|byte| **byte == b'\n').count();
            Err(FileError::new(line, "not UTF-8").into())
        }
    }
}

/// Writes a file so that nobody ever reads half of it: beside its place, then moved there.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let (temporary, mut file) = create_beside(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The error that counts is the first one.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    for number in 0..TEMPORARY_NAMES_MAX {
        let mut temporary = std::ffi::OsString::from(".");
        temporary.push(name);
        // Not a name that `cargo insta` takes for a snapshot.
        temporary.push(format!(".{number}.partial"));
        let temporary = path.with_file_name(temporary);
        match File::create_new(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    let name = name.to_string_lossy();
    Err(io::Error::other(format!(
        "`.{name}.0.partial` and others are left of writes that were cut off; delete them"
    )))
}

/// Deletes a file that may be gone already.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    // A file system that cannot be written to says so even where there is nothing to delete.
    if fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}
