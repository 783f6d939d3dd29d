//! Why the corpus could not be read.

use crate::corpus::Diagnostic;
use std::path::PathBuf;

/// Why the corpus could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CorpusError {
    /// A file is there but wrong. Never empty.
    #[error("{}", join(.0))]
    Wrong(Vec<Diagnostic>),
    /// A file of cases is wrong.
    #[error(transparent)]
    Cases(#[from] super::case_file::CaseFileError),
    /// The label patterns, each right by itself, are too large together.
    #[error("the label patterns of all requirement files are too large together")]
    Labels {
        /// What the glob compiler says.
        #[source]
        source: globset::Error,
    },
    /// A file or folder could not be read.
    #[error("cannot read `{}`", shown(.path))]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is larger than allowed, or there are too many files.
    #[error("`{}` has {found} {unit}, more than the {allowed} that are allowed", shown(.path))]
    TooLarge {
        /// The file or folder.
        path: PathBuf,
        /// How much it has.
        found: u64,
        /// How much is allowed.
        allowed: u64,
        /// What is counted.
        unit: &'static str,
    },
}

fn shown(path: &std::path::Path) -> String {
    crate::wire::escape(path.as_os_str().as_encoded_bytes())
}

fn join(diagnostics: &[Diagnostic]) -> String {
    let texts: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    texts.join("\n\n")
}
