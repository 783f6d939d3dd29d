//! Flags to options, diagnostics, exit codes. Knows no internals of a stage.
