//! What GitHub Actions reads of a run: annotations on stdout, and the summary of the step.

use super::diagnostic::Diagnosis;
use super::report_file::named;
use super::style;
use countersign::report::{
    Context, Document, Run, SUMMARY_BYTES_MAX, write_annotations, write_markdown_within,
};
use countersign::seed::Seed;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::rc::Rc;

/// The variable that holds the path of the summary's file.
const SUMMARY_VARIABLE: &str = "GITHUB_STEP_SUMMARY";

/// Ends what [`quietened`] began, and writes the annotations.
pub(crate) struct Annotations {
    token: String,
    context: Rc<Context>,
}

impl Annotations {
    /// Tells GitHub to take nothing on the streams for a command until the annotations come: a subject's answer could look
    /// like one. The token that ends this is drawn anew, so that no answer can.
    pub(crate) fn begin(context: &Rc<Context>) -> io::Result<Self> {
        let token = format!("countersign-{:016x}{:016x}", Seed::drawn().0, Seed::drawn().0);
        let mut out = style::stdout();
        writeln!(out, "::stop-commands::{token}")?;
        out.flush()?;
        Ok(Self { token, context: Rc::clone(context) })
    }
}

impl Document for Annotations {
    fn write(&mut self, run: &Run) -> io::Result<()> {
        let mut out = style::stdout();
        writeln!(out, "::{}::", self.token)?;
        write_annotations(run, &self.context, &mut out)?;
        out.flush()
    }
}

/// The summary of the step: the Markdown report is appended to the file that GitHub names.
pub(crate) struct StepSummary {
    file: File,
    path: PathBuf,
    context: Rc<Context>,
}

/// The path of the summary's file, where there is one.
pub(crate) fn summary_path() -> Option<PathBuf> {
    std::env::var_os(SUMMARY_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
}

impl StepSummary {
    /// Makes sure that the summary can be written.
    pub(crate) fn open(path: &PathBuf, context: &Rc<Context>) -> Result<Self, Diagnosis> {
        let file = File::options().append(true).create(true).open(path).map_err(|error| {
            Diagnosis::usage(format!("cannot write the summary `{}`", path.display()))
                .caused_by(error)
                .hint(format!("`{SUMMARY_VARIABLE}` names the file; unset it where none is wanted"))
        })?;
        Ok(Self { file, path: path.clone(), context: Rc::clone(context) })
    }
}

impl Document for StepSummary {
    fn write(&mut self, run: &Run) -> io::Result<()> {
        // GitHub takes the whole file or nothing: what other programs of the step have written counts as well.
        let written = usize::try_from(self.file.metadata()?.len()).unwrap_or(usize::MAX);
        let mut out = BufWriter::new(&mut self.file);
        write_markdown_within(run, &self.context, SUMMARY_BYTES_MAX.saturating_sub(written), &mut out)
            .and_then(|()| out.flush())
            .map_err(|error| named(&self.path, &error))
    }
}
