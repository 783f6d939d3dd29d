#![no_main]

// Structured input: libFuzzer's bytes become choices through `arbitrary`.
libfuzzer_sys::fuzz_target!(|choices: (u8, Vec<(u16, u64)>)| {
    let (client, mutations) = choices;
    countersign::fuzzing::reference_handler(client, &mutations);
});
