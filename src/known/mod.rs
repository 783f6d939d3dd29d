//! Known failures: which mismatches of which cases are expected of a subject for now, with a reason. Plain data, what is
//! wrong with a list by itself, and how a list is written out of reports. Knows no files, and gives no verdict: that is
//! the judge's part.

mod failure;
mod fold;
mod list;
mod patterns;
mod suggest;
mod suite_error;
#[cfg(test)]
pub(crate) mod testing;

pub use failure::{ANYTHING, KnownFailure, Place, REASON_UNKNOWN};
pub use list::{KnownList, ListProblem};
pub use patterns::{CasePattern, CasePatterns, PatternError};
pub use suggest::{Evidence, suggest};
pub use suite_error::SuiteError;
