#![no_main]

// Structured input: libFuzzer's bytes become seeds through `arbitrary`.
libfuzzer_sys::fuzz_target!(|seeds: [u64; 2]| countersign::fuzzing::reference_handler(&seeds));
