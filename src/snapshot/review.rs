//! The changes that wait for review below a folder, and what can be done with each.

use super::change::{Change, changes};
use super::error::SnapshotError;
use super::folder;
use super::group::Group;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Folders are searched so many levels deep.
const DEPTH_MAX: usize = 16;
/// So many files that wait are found at most.
const PENDING_MAX: usize = 10_000;

/// A change that waits: a file `GROUP.snap.new`.
#[derive(Debug)]
pub struct Waiting {
    /// The file that waits.
    pub pending: PathBuf,
    /// The file that it would replace.
    pub accepted: PathBuf,
    /// The cases that would change, or why that cannot be said.
    pub changes: Result<Vec<Change>, SnapshotError>,
    /// What the file held when the changes were found, as far as it could be read.
    text: Option<String>,
}

impl Waiting {
    /// Moves the change to the place of what was accepted, in one step and as it is.
    pub fn accept(&self) -> Result<(), SnapshotError> {
        let text = self.unchanged()?.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        // Nothing that is damaged is accepted.
        folder::group(&text)?;
        Ok(fs::rename(&self.pending, &self.accepted)?)
    }

    /// Deletes the change.
    pub fn reject(&self) -> Result<(), SnapshotError> {
        self.unchanged()?;
        Ok(folder::remove(&self.pending)?)
    }

    /// The text that waits, which has to be the one that was found. `None`: it is gone.
    fn unchanged(&self) -> Result<Option<String>, SnapshotError> {
        match folder::read_text(&self.pending)? {
            Some(text) if self.text.as_ref() != Some(&text) => Err(SnapshotError::ChangedSinceShown),
            text => Ok(text),
        }
    }
}

/// What was found below a folder.
#[derive(Debug, Default)]
pub struct Found {
    /// The changes that wait, sorted by path.
    pub waiting: Vec<Waiting>,
    /// The folders that cannot be read.
    pub unread: Vec<(PathBuf, io::Error)>,
}

/// The changes that wait below `root`. Hidden folders and `target` are left out, as `cargo insta` leaves them out, and so are
/// the pending files of other tests of insta's. Links are not followed. A folder below `root` that cannot be read hinders no
/// other.
pub fn waiting(root: &Path) -> io::Result<Found> {
    let mut found = Found::default();
    let mut open = look_into(root, 0, &mut found)?;
    while let Some((path, depth)) = open.pop() {
        match look_into(&path, depth, &mut found) {
            Ok(below) => open.extend(below),
            Err(error) => found.unread.push((path, error)),
        }
        if found.waiting.len() > PENDING_MAX {
            return Err(io::Error::other(format!("more than {PENDING_MAX} changes wait")));
        }
    }
    found.waiting.sort_by(|a, b| a.pending.cmp(&b.pending));
    found.unread.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// Finds what waits in this folder; the folders in it, each with its depth.
fn look_into(path: &Path, depth: usize, found: &mut Found) -> io::Result<Vec<(PathBuf, usize)>> {
    let mut below = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let (kind, name) = (entry.file_type()?, entry.file_name());
        let name = name.to_string_lossy();
        if kind.is_dir() && depth < DEPTH_MAX && !name.starts_with('.') && name != "target" {
            below.push((entry.path(), depth + 1));
        } else if kind.is_file() && name.ends_with(".snap.new") && found.waiting.len() <= PENDING_MAX {
            found.waiting.extend(waiting_in(entry.path()));
        }
    }
    Ok(below)
}

/// The change in this file, unless it is not ours.
fn waiting_in(pending: PathBuf) -> Option<Waiting> {
    let accepted = pending.with_extension("");
    let (changes, text) = match folder::read_text(&pending) {
        Ok(Some(text)) => match Group::read(&text) {
            Ok(None) => return None,
            Ok(Some(group)) => (compared(&accepted, &group), Some(text)),
            Err(error) => (Err(error.into()), Some(text)),
        },
        Ok(None) => return None,
        Err(error) => (Err(error), None),
    };
    Some(Waiting { pending, accepted, changes, text })
}

fn compared(accepted: &Path, after: &Group) -> Result<Vec<Change>, SnapshotError> {
    let before = folder::read(accepted)?;
    Ok(changes(before.as_ref(), after))
}
