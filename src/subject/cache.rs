//! The folders of the user's machine that Countersign keeps things in.

use super::SubjectError;
use std::path::PathBuf;

/// The folder of the ledgers in that of the state.
const LEDGERS: &str = "ledger";

/// Where subjects are installed and where ledgers lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Things that can be made again: installed subjects.
    pub cache: PathBuf,
    /// Things that cannot: the clean-up ledgers.
    pub state: PathBuf,
}

impl Folders {
    /// The cache folder is `$COUNTERSIGN_CACHE`, else `$XDG_CACHE_HOME/countersign`, else `~/.cache/countersign`. The
    /// state folder is `$COUNTERSIGN_STATE`, else `$XDG_STATE_HOME/countersign`, else `~/.local/state/countersign`.
    pub fn from_env() -> Result<Self, SubjectError> {
        Ok(Self { cache: folder("COUNTERSIGN_CACHE", "XDG_CACHE_HOME", ".cache")?, state: state()? })
    }

    /// The folder of the clean-up ledgers, whether or not there is one for the cache.
    pub fn ledgers_from_env() -> Result<PathBuf, SubjectError> {
        Ok(state()?.join(LEDGERS))
    }

    /// The folder of the clean-up ledgers.
    pub fn ledgers(&self) -> PathBuf {
        self.state.join(LEDGERS)
    }
}

fn state() -> Result<PathBuf, SubjectError> {
    folder("COUNTERSIGN_STATE", "XDG_STATE_HOME", ".local/state")
}

fn folder(own: &'static str, xdg: &'static str, below_home: &str) -> Result<PathBuf, SubjectError> {
    // The XDG specification says that a relative path is to be ignored; an own variable is the user's word.
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let found = variable(own)
        .and_then(|path| std::path::absolute(path).ok())
        .or_else(|| variable(xdg).filter(|path| path.is_absolute()).map(|path| path.join("countersign")))
        .or_else(|| variable("HOME").map(|home| home.join(below_home).join("countersign")));
    found.ok_or(SubjectError::NoHome { own })
}
