//! Test vectors of the secret hash, in Wycheproof's form: what an implementation must compute, what it must accept and
//! what it must refuse. Knows neither cases nor transports nor the terminal, and opens no file.
//!
//! [`compose`] makes the vectors, [`VectorFile::embedded`] reads the ones that were published with this build
//! (`corpus/vectors/secret_hash.json`), and a test proves the two equal. [`check`] compares implementations with them:
//! our own, stage by stage, and anybody's by the answers that it gave.
//!
//! # The file
//!
//! The outer form is Wycheproof's: `algorithm`, `schema`, `numberOfTests`, `header`, `notes` (what each flag means),
//! `testGroups` (each with its `source`) and in them `tests`. A test has, besides `tcId`, `comment`, `flags` and
//! `result`:
//!
//! | field | what it says |
//! |---|---|
//! | `username`, `clientId`, `clientSecret` | the inputs, as text |
//! | `key`, `msg`, `digest` | the stages of the right computation, in lower-case hexadecimal |
//! | `base64` | the right hash |
//! | `candidate` | the text that a client sends as `SecretHash` |
//! | `form` | how the candidate was made: a [`HashForm`](crate::secret_hash::HashForm) by name; absent where it is fixed text |
//! | `computedFrom` | the inputs that the candidate was computed from instead, where they differ |
//!
//! `result` speaks of the candidate: `valid` is the right hash, `invalid` must be refused, and of `acceptable` nothing
//! is attested (SH-024 to SH-026): it is reported, and fails nobody. The file is ASCII, so that no editor and no tool
//! changes the normal form of its texts. Groups are only ever added at the end: a `tcId` keeps its meaning.

mod answer;
mod check;
mod compose;
mod file;
mod flag;
mod input;
mod mistake;
mod note;

pub use answer::{Answer, AnswerError};
pub use check::{Attempt, Failure, Findings, FlagCount, Mode, check, check_own};
pub use compose::compose;
pub use file::{ComputedFrom, Group, Note, Outcome, Source, Vector, VectorFile, VectorFileError};
pub use flag::Flag;
