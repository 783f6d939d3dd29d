//! Readers of what lies under the top-level `corpus/`. Knows nothing of how expectations are derived.

pub mod case_file;
