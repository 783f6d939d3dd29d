//! Report files: opened before the run, so that a bad path is found at once, and moved to their place when they are
//! complete, so that nobody ever reads half a report.

use super::diagnostic::Diagnosis;
use countersign::report::{Document, Run, write_json, write_junit};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The number of names that are tried for a temporary file.
const TEMPORARY_NAMES_MAX: u32 = 16;

/// The form of a report file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReportFormat {
    /// JSON, as `countersign::report` documents it.
    Json,
    /// `JUnit` XML.
    Junit,
}

/// `json=PATH` or `junit=PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportTarget {
    /// The form.
    pub(crate) format: ReportFormat,
    /// The file.
    pub(crate) path: PathBuf,
}

impl ReportTarget {
    /// JSON into `path`.
    pub(crate) fn json(path: PathBuf) -> Self {
        Self { format: ReportFormat::Json, path }
    }
}

impl FromStr for ReportTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = match text.split_once('=') {
            Some(("json", path)) => (ReportFormat::Json, path),
            Some(("junit", path)) => (ReportFormat::Junit, path),
            _ => return Err("allowed: `json=PATH`, `junit=PATH`".to_owned()),
        };
        if path.is_empty() {
            return Err("the path after `=` is missing".to_owned());
        }
        Ok(Self { format, path: PathBuf::from(path) })
    }
}

/// A report file of this run.
pub(crate) struct ReportFile {
    format: ReportFormat,
    /// Where the report belongs.
    path: PathBuf,
    /// Where it is written until it is complete; `None` where `path` is no regular file (`/dev/stdout`, a pipe).
    temporary: Option<PathBuf>,
    file: Option<File>,
}

impl ReportFile {
    /// Makes sure that the report can be written.
    pub(crate) fn create(target: &ReportTarget) -> Result<Self, Diagnosis> {
        let failed = |error: io::Error| {
            Diagnosis::usage(format!("cannot write the report `{}`", target.path.display())).caused_by(error)
        };
        // A link is followed, so that the file that it points to is replaced and not the link.
        let path = fs::canonicalize(&target.path).unwrap_or_else(|_| target.path.clone());
        let metadata = fs::metadata(&path).ok();
        if metadata.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        if metadata.is_some_and(|metadata| !metadata.is_file()) {
            let file = File::options().write(true).open(&path).map_err(failed)?;
            return Ok(Self { format: target.format, path, temporary: None, file: Some(file) });
        }
        let (temporary, file) = create_beside(&path).map_err(failed)?;
        Ok(Self { format: target.format, path, temporary: Some(temporary), file: Some(file) })
    }
}

/// A new file in the folder of `path`: only there can it be moved over `path` in one step.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    for number in 0..TEMPORARY_NAMES_MAX {
        let mut temporary = std::ffi::OsString::from(".");
        temporary.push(name);
        temporary.push(format!(".{}-{number}.partial", std::process::id()));
        let temporary = path.with_file_name(temporary);
        match File::create_new(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

impl Document for ReportFile {
    fn write(&mut self, run: &Run) -> io::Result<()> {
        let Some(file) = self.file.take() else {
            return Ok(());
        };
        let mut out = BufWriter::new(file);
        match self.format {
            ReportFormat::Json => write_json(run, &mut out)?,
            ReportFormat::Junit => write_junit(run, &mut out)?,
        }
        out.flush()?;
        drop(out);
        if let Some(temporary) = &self.temporary {
            fs::rename(temporary, &self.path)?;
            self.temporary = None;
        }
        Ok(())
    }
}

impl Drop for ReportFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // A run that wrote no report leaves nothing behind; there is nobody to tell if even that fails.
            let _ = fs::remove_file(temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(path: PathBuf) -> ReportTarget {
        ReportTarget { format: ReportFormat::Json, path }
    }

    #[test]
    fn the_old_report_stands_until_the_new_one_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "old").unwrap();
        let mut report = ReportFile::create(&target(path.clone())).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        report.write(&Run::default()).unwrap();
        assert!(fs::read_to_string(&path).unwrap().starts_with("{\n\"schema_version\": 1,"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_run_without_an_end_leaves_no_file_behind() {
        let folder = tempfile::tempdir().unwrap();
        drop(ReportFile::create(&target(folder.path().join("report.json"))).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_path_that_cannot_be_written_is_found_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        assert!(ReportFile::create(&target(folder.path().to_path_buf())).is_err());
        assert!(ReportFile::create(&target(folder.path().join("missing/report.json"))).is_err());
    }

    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        let mut report = ReportFile::create(&target("/dev/null".into())).unwrap();
        report.write(&Run::default()).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
