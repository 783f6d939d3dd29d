//! Enforces the edges of the table in the crate doc: which room of the house may know which other one, and where time,
//! files and processes may be touched. Reads source text: comments and test modules do not count.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot read the sources has to fail")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The plain data that every room may know.
const VOCABULARY: &[&str] = &[
    "capture",
    "case",
    "clock",
    "event",
    "json",
    "named",
    "requirement",
    "secret_hash",
    "seed",
    "shard",
    "template",
    "wire",
];

/// What each room may know besides the vocabulary (and itself).
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("capture", &[]),
    ("case", &[]),
    ("clock", &[]),
    ("event", &[]),
    ("json", &[]),
    ("requirement", &[]),
    ("secret_hash", &[]),
    ("seed", &[]),
    ("shard", &[]),
    ("template", &[]),
    ("wire", &[]),
    ("model", &[]),
    ("vectors", &[]),
    ("generate", &["model", "corpus", "vectors"]),
    ("corpus", &["generate", "known"]),
    ("expect", &[]),
    ("export", &["model", "expect"]),
    ("subject", &["replay"]),
    ("provision", &["subject", "replay"]),
    ("replay", &[]),
    ("judge", &["expect", "known"]),
    ("known", &[]),
    // Hands its tables to the page of a run in the page's own plain form; the page does not know them.
    ("matrix", &["generate", "expect", "judge", "report"]),
    ("report", &[]),
    ("snapshot", &[]),
    ("sdk", &["model", "corpus", "subject"]),
    ("reference", &[]),
    (
        "harness",
        &[
            "model",
            "generate",
            "corpus",
            "expect",
            "subject",
            "provision",
            "replay",
            "judge",
            "known",
            "reference",
        ],
    ),
    ("grade", &["model", "expect", "judge", "known", "report", "harness"]),
    ("explore", &["generate", "corpus", "subject", "provision", "replay", "judge", "harness"]),
    // Its page has the base style and the escaping of the report's.
    (
        "prove",
        &["model", "corpus", "subject", "provision", "replay", "reference", "harness", "report", "explore"],
    ),
    (
        "fuzzing",
        &[
            "model",
            "generate",
            "corpus",
            "expect",
            "judge",
            "reference",
            "replay",
            "snapshot",
            "grade",
            "sdk",
            "harness",
            "explore",
            "report",
        ],
    ),
];

/// The vocabulary that a room must not know all the same.
const MUST_NOT_KNOW: &[(&str, &[&str])] = &[
    ("case", &["capture", "requirement", "event", "clock", "seed", "secret_hash"]),
    (
        "json",
        &["capture", "case", "clock", "event", "requirement", "secret_hash", "seed", "template", "wire"],
    ),
    (
        "wire",
        &["capture", "case", "clock", "event", "json", "requirement", "secret_hash", "seed", "template"],
    ),
    ("secret_hash", &["case", "clock", "event", "requirement", "seed", "template", "wire"]),
    ("seed", &["case", "clock", "event", "requirement", "secret_hash", "template", "wire"]),
    ("clock", &["case", "event", "requirement", "secret_hash", "seed", "template", "wire"]),
    ("shard", &["clock", "event", "requirement", "secret_hash", "seed", "template", "wire"]),
    ("model", &["case", "event", "requirement", "template", "clock"]),
    ("generate", &["event", "requirement", "clock"]),
    ("expect", &["event", "clock", "seed", "wire"]),
    ("export", &["clock", "event"]),
    ("reference", &["case", "event", "requirement", "template"]),
    ("replay", &["case", "event", "requirement", "template"]),
    ("subject", &["case", "event", "requirement"]),
    ("provision", &["event", "requirement"]),
    ("vectors", &["case", "clock", "event", "requirement", "template"]),
    ("judge", &["capture", "clock", "seed"]),
    ("known", &["clock", "seed", "secret_hash", "template"]),
    ("grade", &["clock", "seed"]),
    ("matrix", &["clock", "seed", "secret_hash", "template"]),
    ("report", &["clock"]),
    ("snapshot", &["clock", "requirement", "secret_hash", "template"]),
    ("sdk", &["seed", "template", "secret_hash"]),
];

/// Words that only some rooms may use, and the rooms (path prefixes below `src/`).
const RESERVED: &[(&str, &[&str])] = &[
    ("Instant::now", &["clock.rs"]),
    ("SystemTime::now", &["clock.rs"]),
    ("Timestamp::now", &["clock.rs"]),
    ("std::env", &["cli/", "subject/", "sdk/environment.rs", "main.rs"]),
    (
        "std::fs",
        &[
            "cli/",
            "corpus/",
            "subject/",
            "provision/ledger.rs",
            "report/file.rs",
            "snapshot/",
            "explore/store.rs",
            "sdk/shipped.rs",
        ],
    ),
    ("std::process", &["cli/", "main.rs", "subject/", "explore/store.rs", "sdk/shipped.rs"]),
    ("tokio::process", &["subject/", "sdk/environment.rs", "sdk/driver.rs"]),
    (
        "tokio::net",
        &[
            "replay/transport/",
            "reference/listener.rs",
            "reference/embedded.rs",
            "subject/",
            "sdk/",
            "cli/serve.rs",
        ],
    ),
    (
        "std::net",
        &["replay/transport/", "reference/listener.rs", "reference/embedded.rs", "subject/", "sdk/", "cli/"],
    ),
    ("proptest", &["generate/strategy.rs"]),
    ("hyper", &["reference/listener.rs", "reference/listener/"]),
    ("libfuzzer", &[]),
];

#[test]
fn no_room_knows_what_the_table_forbids() {
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let room = room_of(&file);
        let Some((_, may_know)) = MAY_KNOW.iter().find(|(name, _)| *name == room) else {
            continue;
        };
        let must_not =
            MUST_NOT_KNOW.iter().find(|(name, _)| *name == room).map_or(&[][..], |(_, rooms)| rooms);
        for known in known_rooms(&text) {
            let allowed = (VOCABULARY.contains(&known.as_str()) && !must_not.contains(&known.as_str()))
                || may_know.contains(&known.as_str())
                || known == room;
            if !allowed {
                broken.push(format!("{} knows `{known}`", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_room_is_in_the_table_and_the_crate_doc() {
    let doc = fs::read_to_string(root().join("lib.rs")).unwrap();
    let declared: Vec<String> = doc
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned))
        .collect();
    assert!(declared.len() >= 20, "too few modules were read: {declared:?}");
    for room in &declared {
        assert!(MAY_KNOW.iter().any(|(name, _)| name == room), "`{room}` is missing in this table");
        assert!(doc.contains(&format!("[`{room}`]")), "`{room}` is missing in the crate doc");
    }
}

#[test]
fn time_files_processes_and_sockets_are_touched_in_their_places_only() {
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let path = file.to_string_lossy().replace('\\', "/");
        for (word, places) in RESERVED {
            if text.contains(word) && !places.iter().any(|place| path.starts_with(place)) {
                broken.push(format!("{path} uses `{word}`"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_reader_of_these_rules_sees_a_broken_one() {
    let text = without_comments_and_tests(
        "use crate::reference::State; // crate::model\nfn f() { crate::judge::judge(); }",
    );
    assert_eq!(known_rooms(&text), ["judge", "reference"]);
    let nested = without_comments_and_tests(
        "use crate::{\n    case::Case,\n    expect::{a, b},\n};\n#[cfg(test)]\nmod tests { use crate::judge; }",
    );
    assert_eq!(known_rooms(&nested), ["case", "expect"]);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file below `src/` with its text, comments and unit tests left out.
fn sources() -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![root()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = without_comments_and_tests(&fs::read_to_string(&path).unwrap());
                found.insert(path.strip_prefix(root()).unwrap().to_owned(), text);
            }
        }
    }
    assert!(found.len() > 20, "the sources were not found");
    found
}

fn room_of(file: &Path) -> String {
    let first = file.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn without_comments_and_tests(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The top-level modules of this crate that `text` names, sorted.
fn known_rooms(text: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            rooms.extend(top_level_names(list));
        } else {
            rooms.push(leading_name(rest));
        }
    }
    rooms.retain(|room| !room.is_empty());
    rooms.sort();
    rooms.dedup();
    rooms
}

/// The names at the outermost level of a `{…}` list whose opening brace is already read.
fn top_level_names(list: &str) -> Vec<String> {
    let (mut depth, mut names, mut start) = (0_u32, Vec::new(), true);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            c if start && depth == 0 && !c.is_whitespace() => {
                names.push(leading_name(&list[at..]));
                start = false;
            }
            _ => {}
        }
    }
    names
}

fn leading_name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
