//! The bodies of the fuzz targets on stable, over the seeds under `corpus/seeds` and over every short or cut form of them.

use countersign::fuzzing;
use std::fs;
use std::path::Path;

type Target = fn(&[u8]);

const TARGETS: &[(&str, Target)] = &[
    ("wire_escape", fuzzing::wire_escape),
    ("validation_message", fuzzing::validation_message),
    ("template_text", fuzzing::template_text),
    ("request_reader", fuzzing::request_reader),
    ("reference_request", fuzzing::reference_request),
    ("answer_reader", fuzzing::answer_reader),
    ("reference_handler", reference_handler),
    ("case_file", fuzzing::case_file),
    ("finding_file", fuzzing::finding_file),
    ("dictionary", fuzzing::dictionary),
    ("report_json", fuzzing::report_json),
    ("snapshot_file", fuzzing::snapshot_file),
    ("har_file", fuzzing::har_file),
    ("driver_line", fuzzing::driver_line),
];

/// Bytes as choices, about as libFuzzer's engine would make them.
fn reference_handler(data: &[u8]) {
    let client = data.first().copied().unwrap_or_default();
    let (chunks, _) = data.as_chunks::<10>();
    let choice = |chunk: &[u8; 10]| {
        let [a, b, seed @ ..] = *chunk;
        (u16::from_le_bytes([a, b]), u64::from_le_bytes(seed))
    };
    let mutations: Vec<(u16, u64)> = chunks.iter().map(choice).collect();
    fuzzing::reference_handler(client, &mutations);
}

#[test]
fn the_reference_server_answers_drawn_requests_as_their_labels_say() {
    (0..4000).for_each(fuzzing::reference_handler_drawn);
}

#[test]
fn every_fuzz_target_is_listed_here_and_has_a_binary() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/Cargo.toml")).unwrap();
    let binaries = manifest.matches("[[bin]]").count();
    assert_eq!(binaries, TARGETS.len());
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} has no binary");
    }
}

#[test]
fn every_target_holds_for_its_seeds_and_for_every_prefix_of_them() {
    for (name, target) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/seeds").join(name);
        let mut seeds = 0;
        for entry in fs::read_dir(&folder).unwrap() {
            let bytes = fs::read(entry.unwrap().path()).unwrap();
            for end in 0..=bytes.len() {
                target(&bytes[..end]);
            }
            for at in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[at] ^= 0x80;
                target(&changed);
            }
            seeds += 1;
        }
        assert!(seeds >= 2, "{name} has {seeds} seeds");
    }
}

#[test]
fn every_target_holds_for_every_pair_of_bytes() {
    for (_, target) in TARGETS {
        for first in 0..=255 {
            for second in [0, b'"', b'\\', b'{', b'$', 0x7f, 0x80, 0xc3, 0xff] {
                target(&[first, second]);
            }
        }
    }
}
