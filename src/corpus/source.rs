//! Where corpus files come from: embedded in the program, or a folder of the user's.

use crate::corpus::CorpusError;
use include_dir::{Dir, include_dir};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The largest corpus file that is read, in bytes.
pub const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The largest number of corpus files that are read from one folder.
pub const FILES_MAX: usize = 256;

static REQUIREMENTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/corpus/requirements");

/// A corpus file: its name for diagnostics, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The name, as a path.
    pub name: String,
    /// The text.
    pub text: String,
}

impl SourceFile {
    /// A file of this name and text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// The requirement files that are built in, by name.
    pub fn embedded() -> Vec<Self> {
        let mut files: Vec<Self> = REQUIREMENTS
            .files()
            .filter_map(|file| {
                let name = format!("corpus/requirements/{}", file.path().display());
                file.contents_utf8().map(|text| Self::new(name, text))
            })
            .collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        files
    }

    /// Every file with this `extension` directly in `folder`, by name. Folders in it are not entered.
    pub fn in_folder(folder: &Path, extension: &str) -> Result<Vec<Self>, CorpusError> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |source| CorpusError::Unreadable { path, source }
        };
        let mut paths: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
            let path = entry.map_err(unreadable(folder))?.path();
            if path.extension().is_some_and(|found| found == extension) {
                paths.push(path);
            }
            if paths.len() > FILES_MAX {
                return Err(too_large(folder, paths.len(), FILES_MAX, "files"));
            }
        }
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    /// One file.
    pub fn read(path: &Path) -> Result<Self, CorpusError> {
        read(path)
    }
}

fn read(path: &Path) -> Result<SourceFile, CorpusError> {
    let unreadable = |source| CorpusError::Unreadable { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    let allowed = usize::try_from(FILE_BYTES_MAX).unwrap_or(usize::MAX);
    if bytes.len() > allowed {
        return Err(too_large(path, bytes.len(), allowed, "bytes or more"));
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| unreadable(std::io::Error::new(std::io::ErrorKind::InvalidData, error)))?;
    Ok(SourceFile::new(path.display().to_string(), text))
}

fn too_large(path: &Path, found: usize, allowed: usize, unit: &'static str) -> CorpusError {
    CorpusError::TooLarge {
        path: path.to_owned(),
        found: u64::try_from(found).unwrap_or(u64::MAX),
        allowed: u64::try_from(allowed).unwrap_or(u64::MAX),
        unit,
    }
}
