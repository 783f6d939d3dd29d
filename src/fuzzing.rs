//! The body of each fuzz target, shared by `fuzz/` and `tests/`. Knows nothing of libFuzzer.
