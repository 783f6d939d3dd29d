#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign::fuzzing::request_reader(data));
