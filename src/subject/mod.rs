//! The implementation under test: its profile, how it is installed and launched, where its confirmation codes are
//! read, and how it is stopped. Knows no cases.
//!
//! A subject is described by one TOML file. The five that come with Countersign lie under `corpus/subjects/`; any other
//! file of the same form may be named in place of them, so that a new emulator needs no line of Rust. The form of the
//! file is specified at [`Profile`].

mod cache;
mod code_reader;
mod code_source;
mod control;
mod error;
mod install;
mod launch;
mod located;
mod placeholder;
mod probe;
mod process;
mod profile;
mod profile_check;
mod profile_launch;
mod profile_raw;
mod profile_toml;
mod tail;

pub use cache::Folders;
pub use code_reader::{CodeError, CodeReader, CodeUser, Surroundings};
pub use code_source::{CodeSource, CodeSourceError};
pub use control::{Auth, Control, Credentials, Operation, UsernameStyle};
pub use error::SubjectError;
pub use install::{Installed, Wanted, install, install_packages};
pub(crate) use launch::WorkFolder;
pub use launch::{RunningSubject, termination};
pub use located::Located;
pub(crate) use process::{Pipes, ProcessGroup, outcome};
pub use profile::{Install, Launch, LaunchCommand, LaunchFile, Profile};
pub use profile_toml::ProfileError;
