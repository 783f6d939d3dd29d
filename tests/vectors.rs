//! The vectors of the secret hash: the file is current, our own computation agrees with every stage, its outcomes are
//! those of the requirements, and programs are judged as they should be.
#![expect(clippy::unwrap_used, reason = "a test may end in a panic")]

use countersign::case::Label;
use countersign::harness::Rules;
use countersign::requirement::Effect;
use countersign::secret_hash::HashForm;
use countersign::vectors::{
    Answer, Attempt, Flag, Mode, Outcome, Vector, VectorFile, check, check_own, compose,
};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

fn root(parts: &[&str]) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(parts.iter().collect::<PathBuf>())
}

/// `UPDATE_VECTORS=1 cargo test --test vectors` writes the file anew.
#[test]
fn the_published_file_is_what_is_composed_byte_for_byte() {
    let path = root(&["corpus", "vectors", "secret_hash.json"]);
    let text = compose().to_text().unwrap();
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap();
    assert!(published == text, "secret_hash.json is out of date: run this test with UPDATE_VECTORS=1");
    assert!(text.is_ascii());
}

fn file() -> VectorFile {
    VectorFile::embedded().unwrap()
}

#[test]
fn our_own_computation_agrees_with_every_stage() {
    let findings = check_own(&file());
    assert_eq!(findings.failures, []);
    assert_eq!(findings.passed, findings.total);
    assert!(findings.total >= 300, "{}", findings.total);
}

#[test]
fn a_changed_stage_is_told_by_its_name() {
    let mut file = file();
    let vectors = file.test_groups[4].tests.iter_mut();
    for (i, vector) in vectors.enumerate() {
        let stage = [&mut vector.key, &mut vector.msg, &mut vector.digest, &mut vector.base64];
        stage.into_iter().nth(i % 4).unwrap().push('0');
    }
    let found: Vec<String> = check_own(&file).failures.into_iter().map(|failure| failure.found).collect();
    assert_eq!(found.len(), file.test_groups[4].tests.len());
    for (text, stage) in found.iter().zip(["the key", "the message", "the digest", "the Base64"]) {
        assert!(text.starts_with(stage), "{text}");
    }
}

#[test]
fn numbers_are_in_order_tests_are_there_once_and_flags_have_notes() {
    let file = file();
    let numbers: Vec<u32> = file.tests().map(|vector| vector.tc_id).collect();
    assert_eq!(numbers, (1..=u32::try_from(file.number_of_tests).unwrap()).collect::<Vec<_>>());
    let identity = |vector: &Vector| {
        [&vector.username, &vector.client_id, &vector.client_secret, &vector.candidate].map(String::clone)
    };
    let distinct: BTreeSet<_> = file.tests().map(identity).collect();
    assert_eq!(distinct.len(), file.number_of_tests);
    let used: BTreeSet<&str> = file.tests().flat_map(|vector| &vector.flags).map(String::as_str).collect();
    assert_eq!(used, file.notes.keys().map(String::as_str).collect());
    assert_eq!(used.len(), Flag::ALL.len());
}

/// The ids of replayed cases hold the numbers.
#[test]
fn numbers_keep_their_meaning() {
    let file = file();
    let found = |tc_id: u32| {
        let vector = file.tests().find(|vector| vector.tc_id == tc_id).unwrap();
        (vector.form.as_deref().unwrap_or("none"), vector.username.as_str())
    };
    assert_eq!(found(1), ("right", "test"));
    assert_eq!(found(54), ("right", "john.doe"));
    assert_eq!(found(164), ("other-user", "Jane.Doe"));
    assert_eq!(found(466), ("none", "john.doe"));
}

#[test]
fn every_mistake_has_vectors_and_its_outcome_is_that_of_the_requirements() {
    let (file, rules) = (file(), Rules::built_in().unwrap());
    for form in HashForm::ALL.iter().filter(|form| **form != HashForm::Right) {
        let of_form: Vec<&Vector> =
            file.tests().filter(|vector| vector.form.as_deref() == Some(form.name())).collect();
        assert!(of_form.len() >= 2, "{form}: {}", of_form.len());
        let label = Label::new("secret-hash", form.name(), "");
        let observed = rules.table().governing(&label).all(|found| found.effect == Effect::Observed);
        for vector in of_form {
            assert_eq!(vector.result == Outcome::Acceptable, observed, "{form}");
        }
    }
}

#[test]
fn published_outputs_are_cited_and_stand_in_the_file() {
    let file = file();
    for (evidence, base64) in [
        ("SH-002", "LoIX/oPJWZzFYv8liJYRo+CHv16FNDY10JlZEDjL3Vg="),
        ("SH-003", "QW3YkSgjkc9VNMtbTkuQflK54A6+9GS8ZiRDj0mSvPI="),
        ("SH-004", "Z6HgYvN+Tg02sQwbUK3OKWU1ypW/epvnJNE+1btp9pI="),
        ("SH-005", "X7oiq2xZLGZVnHbC6Hg6JkuvABYaxRxFnLNAUJPZ6a0="),
        ("SH-006", "iagfu8j7XUpbSa7bDqCrTIgpIXW3RMoI1F12G6X5aOg="),
    ] {
        let cites = |group: &&countersign::vectors::Group| {
            group.source.evidence.iter().any(|row| row == evidence) && !group.source.links.is_empty()
        };
        let group = file.test_groups.iter().find(cites).unwrap();
        assert!(group.tests.iter().any(|vector| vector.base64 == base64), "{evidence}");
    }
}

/// Answers of an imagined program that sends hashes of this form.
fn hashes(file: &VectorFile, form: HashForm) -> Attempt {
    let answer = |vector: &Vector| {
        let own = Vector { computed_from: None, ..vector.clone() };
        (vector.tc_id, Answer::Hash(own.candidate_as(form).unwrap()))
    };
    file.tests().map(answer).collect()
}

#[test]
fn a_program_is_told_the_mistake_that_it_makes() {
    let file = file();
    assert_eq!(check(&file, Mode::Generate, &hashes(&file, HashForm::Right)).failures, []);
    for (form, flag) in [
        (HashForm::Swapped, "SwappedOrder"),
        (HashForm::Hex, "HexDigest"),
        (HashForm::UrlSafe, "OtherAlphabet"),
        (HashForm::Latin1, "WrongCharset"),
        (HashForm::KeyCut64, "WrongKey"),
        (HashForm::LowerCaseUsername, "CaseFolding"),
    ] {
        let findings = check(&file, Mode::Generate, &hashes(&file, form));
        let flags: Vec<&str> = findings.flags.iter().map(|count| count.flag.as_str()).collect();
        assert_eq!(flags, [flag], "{form}");
        assert!(findings.failures.iter().all(|failure| failure.form.is_some()), "{form}");
    }
}

#[test]
fn what_is_not_attested_fails_nobody() {
    let file = file();
    let verdicts = |of_acceptable: bool| -> Attempt {
        let valid = |vector: &Vector| match vector.result {
            Outcome::Valid => true,
            Outcome::Invalid => false,
            Outcome::Acceptable => of_acceptable,
        };
        file.tests().map(|vector| (vector.tc_id, Answer::Verdict(valid(vector)))).collect()
    };
    for of_acceptable in [true, false] {
        let findings = check(&file, Mode::Verify, &verdicts(of_acceptable));
        assert_eq!(findings.failures, []);
        assert!(findings.acceptable > 20);
    }
    let missing = check(&file, Mode::Verify, &Attempt::new());
    assert_eq!(missing.failures.len(), missing.total);
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["vectors", "check"])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A program of Python: `answer` makes the members of an answer out of the question `q`.
fn python(answer: &str) -> String {
    format!(
        "python3 -c '
import base64, hashlib, hmac, json, sys
b64 = lambda data: base64.b64encode(data).decode()
mac = lambda key, text: hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
for line in sys.stdin:
    q = json.loads(line)
    right = b64(mac(q[\"clientSecret\"], q[\"username\"] + q[\"clientId\"]))
    print(json.dumps(dict(id=q[\"id\"], {answer})))
'"
    )
}

#[test]
fn right_programs_pass() {
    for arguments in [
        &[][..],
        &["--command", &python("secretHash=right")],
        &["--verify", "--command", &python("valid=right == q[\"candidate\"]")],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(text(&output.stdout).contains("466 of 466 vectors passed"));
    }
}

#[test]
fn wrong_programs_fail_by_the_flag_of_their_mistake() {
    let swapped = "secretHash=b64(mac(q[\"clientSecret\"], q[\"clientId\"] + q[\"username\"]))";
    let hexadecimal = "secretHash=mac(q[\"clientSecret\"], q[\"username\"] + q[\"clientId\"]).hex()";
    let prefix = "valid=right.startswith(q[\"candidate\"])";
    let folded = "valid=right.lower() == q[\"candidate\"].lower()";
    let stripped = "valid=right == q[\"candidate\"].strip()";
    for (arguments, flag) in [
        (&["--command", &python(swapped)][..], "SwappedOrder (FUNCTIONALITY)"),
        (&["--command", &python(hexadecimal)], "HexDigest (FUNCTIONALITY)"),
        (&["--command", &python("secretHash=right.rstrip(\"=\")")], "of 466 vectors passed"),
        (&["--verify", "--command", &python(prefix)], "TruncatedHash (AUTH_BYPASS)"),
        (&["--verify", "--command", &python(folded)], "HashCase (MODIFIED_PARAMETER)"),
        (&["--verify", "--command", &python(stripped)], "WhiteSpace (FUNCTIONALITY)"),
        (&["--verify", "--command", &python("valid=True")], "NotAHash (AUTH_BYPASS)"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{flag}: {output:?}");
        assert!(text(&output.stdout).contains(flag), "{flag}: {}", text(&output.stdout));
    }
    let output = run(&["--format", "json", "--command", &python(swapped)]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["flags"][0]["flag"], "SwappedOrder");
    assert_eq!(
        found["failures"].as_array().unwrap().len(),
        usize::try_from(found["failed"].as_u64().unwrap()).unwrap()
    );
}

#[test]
fn a_program_without_usable_answers_says_nothing_of_its_hashes() {
    let first = "echo '{\"id\":1,\"secretHash\":\"x\"}'";
    for (program, expected) in [
        ("no-such-program-anywhere", "ended (exit code 127) after 0 of 466 answers"),
        ("exit 3", "ended (exit code 3)"),
        ("kill -9 $$", "ended (signal 9)"),
        ("echo hello; sleep 30", "`hello` is no answer"),
        ("printf '\\033[2J\\n'", "\\u{1b}[2J"),
        ("head -c 100000000 /dev/zero", "more than 4096 bytes on one line"),
        ("yes", "`y` is no answer"),
        (&format!("{first}; {first}; sleep 30"), "the id 1 was answered twice"),
        ("echo '{\"id\":0,\"secretHash\":\"x\"}'", "the id 0, which was not asked"),
        ("echo oops >&2; exit 1", "it said: oops"),
        (&format!("{first}; yes >&2 & exec 1>&-; wait"), "its output is closed"),
    ] {
        let output = run(&["--command", program]);
        assert_eq!(output.status.code(), Some(3), "{program}: {output:?}");
        let said = text(&output.stderr);
        assert!(said.contains(expected) && !said.contains('\u{1b}'), "{program}: {said}");
    }
}

#[test]
fn a_program_that_hangs_is_ended_within_its_limits() {
    let drip = "i=0; while :; do i=$((i+1)); echo \"{\\\"id\\\":$i,\\\"secretHash\\\":\\\"x\\\"}\"; sleep 0.05; done";
    for (arguments, expected) in [
        (&["--command", "sleep 600", "--timeout", "200ms"][..], "silent for 200ms after 0 of 466"),
        (&["--command", "sleep 600 & sleep 600", "--timeout", "200ms"], "silent for 200ms"),
        (
            &["--command", "trap '' TERM; cat > /dev/null; sleep 600", "--timeout", "200ms"],
            "silent for 200ms",
        ),
        (&["--command", drip, "--total-timeout", "400ms"], "took more than 400ms"),
    ] {
        let watch = std::time::Instant::now();
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
        assert!(watch.elapsed().as_secs() < 30);
    }
}

type Change = fn(&mut Vector);

/// Python's own hmac, base64 and unicodedata, and a reader of the schema that shares no code with this crate.
#[test]
fn another_implementation_verifies_every_stage_and_notices_a_change() {
    let script = root(&[".ci", "verify_vectors.py"]);
    let verify = |file: Option<&PathBuf>| Command::new("python3").arg(&script).args(file).output().unwrap();
    let output = verify(None);
    assert_eq!(text(&output.stdout), "466 vectors verified\n", "{}", text(&output.stderr));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.json");
    let changes: [(&str, Change); 6] = [
        ("digest is", |vector| vector.digest = "0".repeat(64)),
        ("candidate is", |vector| vector.candidate.push('x')),
        ("result valid", |vector| vector.result = Outcome::Valid),
        ("flags without a note", |vector| vector.flags.push("Unheard".into())),
        ("breaks length or pattern", |vector| vector.key.push('g')),
        ("numbers of the tests", |vector| vector.tc_id = 9999),
    ];
    for (expected, change) in changes {
        let mut file = file();
        let last = file.test_groups[6].tests.last_mut().unwrap();
        change(last);
        std::fs::write(&path, file.to_text().unwrap()).unwrap();
        let output = verify(Some(&path));
        assert_eq!(output.status.code(), Some(1), "{expected}");
        assert!(text(&output.stderr).contains(expected), "{expected}: {}", text(&output.stderr));
    }
}
