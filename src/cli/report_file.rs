//! Report files: opened before the run, so that a bad path is found at once, and moved to their place when they are
//! complete, so that nobody ever reads half a report.

use super::diagnostic::Diagnosis;
use super::page_source::PageSource;
use super::report_context::context;
use countersign::corpus::CorpusError;
use countersign::harness::Rules;
use countersign::report::{Context, Document, Form, Run};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::str::FromStr;

/// The number of names that are tried for a temporary file.
const TEMPORARY_NAMES_MAX: u32 = 16;

/// The form of a report file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReportFormat {
    /// One that is made of the run and the texts of the requirements.
    Form(Form),
    /// One page of HTML, which knows the matrix of the subject besides.
    Html,
}

/// The name of the page of HTML.
const HTML: &str = "html";

impl ReportFormat {
    /// The names of all, in the order in which they are listed.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Form::ALL.iter().map(|form| form.name()).chain([HTML])
    }
}

impl FromStr for ReportFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == HTML {
            return Ok(Self::Html);
        }
        text.parse().map(Self::Form).map_err(|_| {
            let allowed: Vec<_> = Self::names().map(|name| format!("`{name}`")).collect();
            format!("allowed: {}", allowed.join(", "))
        })
    }
}

/// What report files are written from, besides the run.
pub(crate) struct Texts<'a> {
    /// The texts of the requirements.
    pub(crate) context: Rc<Context>,
    /// What a page of HTML is written from, where one is wanted.
    pub(crate) page: Option<&'a PageSource<'a>>,
}

impl<'a> Texts<'a> {
    /// Those of `rules`, for a run that was not watched.
    pub(crate) fn of(rules: &Rules, page: Option<&'a PageSource<'a>>) -> Result<Self, CorpusError> {
        Ok(Self { context: Rc::new(context(rules, None)?), page })
    }
}

/// `FORM=PATH`.
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
        Self { format: ReportFormat::Form(Form::JSON), path }
    }
}

impl FromStr for ReportTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = text.split_once('=').and_then(|(name, path)| Some((name.parse().ok()?, path)));
        match named {
            None => {
                let allowed: Vec<_> = ReportFormat::names().map(|name| format!("`{name}=PATH`")).collect();
                Err(format!("allowed: {}", allowed.join(", ")))
            }
            Some((_, "-")) => Err("`-` is no file; the standard output is `/dev/stdout`".to_owned()),
            Some((_, "")) => Err("the path after `=` is missing".to_owned()),
            Some((format, path)) => Ok(Self { format, path: PathBuf::from(path) }),
        }
    }
}

/// A report of this run in one form.
pub(crate) struct FormFile<'a> {
    file: ReportFile,
    format: ReportFormat,
    context: Rc<Context>,
    page: Option<&'a PageSource<'a>>,
}

impl<'a> FormFile<'a> {
    /// Makes sure that the report can be written.
    pub(crate) fn create(target: &ReportTarget, texts: &Texts<'a>) -> Result<Self, Diagnosis> {
        let file = ReportFile::create(&target.path)?;
        Ok(Self { file, format: target.format, context: Rc::clone(&texts.context), page: texts.page })
    }
}

impl Document for FormFile<'_> {
    fn write(&mut self, run: &Run) -> io::Result<()> {
        self.file.write(|out| match (self.format, self.page) {
            (ReportFormat::Form(form), _) => form.write(run, &self.context, out),
            (ReportFormat::Html, Some(page)) => page.write_run(run, out),
            (ReportFormat::Html, None) => Err(io::Error::other("a page needs a source")),
        })
    }
}

/// A file that is complete or not there.
pub(crate) struct ReportFile {
    /// Where it belongs.
    path: PathBuf,
    /// Where it is written until it is complete; `None` where `path` is no regular file (`/dev/stdout`, a pipe).
    temporary: Option<PathBuf>,
    file: Option<File>,
}

impl ReportFile {
    /// Makes sure that the file can be written.
    pub(crate) fn create(path: &Path) -> Result<Self, Diagnosis> {
        let failed = |error: io::Error| {
            Diagnosis::usage(format!("cannot write the report `{}`", path.display())).caused_by(error)
        };
        // A link is followed, so that the file that it points to is replaced and not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let metadata = fs::metadata(&path).ok();
        if metadata.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        if metadata.is_some_and(|metadata| !metadata.is_file()) {
            let file = File::options().write(true).open(&path).map_err(failed)?;
            return Ok(Self { path, temporary: None, file: Some(file) });
        }
        let (temporary, file) = create_beside(&path).map_err(failed)?;
        Ok(Self { path, temporary: Some(temporary), file: Some(file) })
    }

    /// Writes it, once: what is written again goes nowhere.
    pub(crate) fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        self.write_to_end(write).map_err(|error| named(&self.path, &error))
    }

    fn write_to_end(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let Some(file) = self.file.take() else {
            return Ok(());
        };
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.flush()?;
        drop(out);
        if let Some(temporary) = &self.temporary {
            fs::rename(temporary, &self.path)?;
            self.temporary = None;
        }
        Ok(())
    }
}

/// The error of a file that could not be written, with its name.
pub(crate) fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("`{}`: {error}", path.display()))
}

/// A new file in the folder of `path`: only there can it be moved over `path` in one step.
pub(super) fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
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
        ReportTarget { format: "json".parse().unwrap(), path }
    }

    fn create(path: PathBuf) -> Result<FormFile<'static>, Diagnosis> {
        FormFile::create(&target(path), &Texts { context: Rc::default(), page: None })
    }

    #[test]
    fn the_old_report_stands_until_the_new_one_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "old").unwrap();
        let mut report = create(path.clone()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        report.write(&Run::default()).unwrap();
        assert!(fs::read_to_string(&path).unwrap().starts_with("{\n\"schema_version\": 1,"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_run_without_an_end_leaves_no_file_behind() {
        let folder = tempfile::tempdir().unwrap();
        drop(create(folder.path().join("report.json")).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_path_that_cannot_be_written_is_found_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        assert!(create(folder.path().to_path_buf()).is_err());
        assert!(create(folder.path().join("missing/report.json")).is_err());
    }

    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        let mut report = create("/dev/null".into()).unwrap();
        report.write(&Run::default()).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
