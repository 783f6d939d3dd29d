//! Snapshots: the form of their files, the normaliser, and what becomes of them from run to run.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use countersign::case::{CaseId, Layer};
use countersign::event::{self, AspectName, CaseReport, ExchangeView, RunEvent, RunHeader, Verdict};
use countersign::requirement::Attestation;
use countersign::seed::Seed;
use countersign::snapshot::{
    Basis, Change, Compared, Extent, Folder, Group, LineKind, Normaliser, Outcome, Pending, Scope, Seen,
    Side, State, shown, waiting,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

fn report(id: &str, verdict: Verdict, response: &str) -> CaseReport {
    let view = |response: &str| ExchangeView {
        role: "step 1".into(),
        request: String::new(),
        response: response.into(),
    };
    CaseReport {
        index: 0,
        round: 0,
        id: id.parse().unwrap(),
        layer: Layer::State,
        requirements: Vec::new(),
        labels: Vec::new(),
        verdict,
        scored: true,
        mismatches: Vec::new(),
        known: Vec::new(),
        reason: None,
        answer: Some("200".into()),
        state: BTreeMap::from([("user.status".to_owned(), "CONFIRMED".to_owned())]),
        exchanges: vec![view(response)],
    }
}

fn header() -> RunHeader {
    RunHeader {
        countersign: String::new(),
        revision: String::new(),
        subject: "x 1".into(),
        endpoint: String::new(),
        seed: 0,
        gate: String::new(),
        cases: 1,
        invocation: String::new(),
        shard: None,
    }
}

fn seen(reports: &[(&str, Verdict, &str)]) -> Seen {
    let mut seen = Seen::default();
    for (id, verdict, response) in reports {
        seen.take(&RunEvent::CaseFinished(Box::new(report(id, *verdict, response))));
    }
    seen
}

const OK: &str = "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}";
const REFUSED: &str = "HTTP/1.1 400 Bad Request\nContent-Length: 2\n\n{}";

fn compare(folder: &Path, seen: &Seen, scope: Scope) -> Vec<Compared> {
    let basis = Basis::of(Seed::DEFAULT);
    seen.compare(&Folder::new(folder), (scope, basis), Pending::Written).unwrap()
}

fn accept_all(folder: &Path) {
    for change in waiting(folder).unwrap().waiting {
        change.accept().unwrap();
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn group_of(reports: &[(String, Verdict, String)]) -> Group {
    let outcome = |(id, verdict, response): &(String, Verdict, String)| {
        let report = report(id, *verdict, response);
        Some((report.id.clone(), Outcome::of(&report, Side::Answers)?))
    };
    Group { basis: Basis::of(Seed::DEFAULT), cases: reports.iter().filter_map(outcome).collect() }
}

// --- the form of the files ---------------------------------------------------------------------------------------

/// Texts of all kinds, and such that look like parts of a snapshot file or like what the normaliser replaces.
fn hostile_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        1 => any::<String>(),
        1 => "[ -~]{0,40}",
        6 => prop::sample::select(vec![
            "\n",
            "\n\n",
            "\r\n",
            "\n---\n",
            "\nend\n",
            "\ncase code/a pass #12345678\n",
            "\noutcome 12345678\n",
            "  ",
            "\u{1b}[2J",
            "\u{202e}",
            "[request-id-1]",
            "[uuid-1]",
            "2026-11-23T09:10:29",
            "[date]",
            "\\n    at f (/a:1:2)",
            "<br> &nbsp; &nbsp;at ",
            "«date»",
            "${code}",
            "0f8fad5b-d9cb-469f-a165-70867728950e",
            "1795425029",
            "2026-11-23T09:10:29.123Z",
            "127.0.0.1:8080",
            "us-east-1_AbC123xyz",
            "countersign-0-1",
            "\"code\":\"123456\"",
            "/a/b/site-packages/",
            "0x7f3a5c0012d0",
            "4h57kd9qn2b8v3m6x1z0c5t7r9",
            "Date: now",
            "x-amzn-requestid: 0123456789abcdef0123",
            "0123456789abcdef0123",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

fn hostile_group() -> impl Strategy<Value = Group> {
    let verdict = prop::sample::select(Verdict::ALL.to_vec());
    let case = ("[a-z0-9]{1,3}", verdict, hostile_text());
    prop::collection::vec(case, 0..6).prop_map(|cases| {
        let reports = cases.into_iter().map(|(name, verdict, text)| (format!("code/{name}"), verdict, text));
        group_of(&reports.collect::<Vec<_>>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_reads_back_as_what_was_written_whatever_a_subject_sends(group in hostile_group()) {
        let text = group.write("code of x: 'y'");
        let read = Group::read(&text).unwrap().unwrap();
        prop_assert_eq!(&read, &group);
        prop_assert_eq!(read.write("code of x: 'y'"), text);
    }

    #[test]
    fn insta_writes_a_file_as_it_was(group in hostile_group()) {
        let text = group.write("code of x: 'y'");
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs) = (folder.path().join("code.snap.new"), folder.path().join("code.snap"));
        fs::write(&ours, &text).unwrap();
        insta::Snapshot::from_file(&ours).unwrap().save(&theirs).unwrap();
        prop_assert_eq!(fs::read_to_string(theirs).unwrap(), text);
    }

    #[test]
    fn a_cut_or_changed_file_is_refused_or_reads_as_it_is_spelled(
        (group, at, byte) in (hostile_group(), any::<prop::sample::Index>(), any::<u8>())
    ) {
        let text = group.write("code").into_bytes();
        let at = at.index(text.len());
        let cut = String::from_utf8_lossy(text.get(..at).unwrap()).into_owned();
        // The last line break is insta's to write.
        prop_assert!(at + 1 == text.len() || !matches!(Group::read(&cut), Ok(Some(_))), "cut at {}", at);
        let mut changed = text.clone();
        *changed.get_mut(at).unwrap() = byte;
        let changed = String::from_utf8_lossy(&changed).into_owned();
        if let Ok(Some(read)) = Group::read(&changed) {
            let contents = |text: &str| text.replace("\r\n", "\n").split_once("\ncountersign ").unwrap().1.trim_end().to_owned();
            prop_assert_eq!(contents(&read.write("code")), contents(&changed));
        }
    }

    #[test]
    fn what_is_normalised_stays_as_it_is(text in hostile_text()) {
        let once = Normaliser::default().text(&text);
        prop_assert_eq!(Normaliser::default().text(&once), once.clone());
        let answer = format!("HTTP/1.1 200 OK\nx-amzn-requestid: 0123456789abcdef0123\nContent-Length: 9\n{text}\n\n{text}");
        let once = Normaliser::default().answer(&answer);
        prop_assert_eq!(Normaliser::default().answer(&once), once.clone());
    }
}

#[test]
fn a_file_is_what_the_documentation_shows() {
    let reports = [
        ("code/a".to_owned(), Verdict::Pass, REFUSED.to_owned()),
        ("code/b".to_owned(), Verdict::Mismatch, OK.to_owned()),
        ("code/c".to_owned(), Verdict::Pass, REFUSED.to_owned()),
        ("code/d".to_owned(), Verdict::Inconclusive, "(no answer)".to_owned()),
    ];
    insta::assert_snapshot!(group_of(&reports).write("code of moto 5.2.5"), @r"
    ---
    source: countersign
    description: Snapshot of code of moto 5.2.5
    ---
    countersign snapshot 1, normaliser 1, seed 0

    case code/a pass #ed622dca 200
    case code/b mismatch #babf020c 200
    case code/c pass #ed622dca 200

    outcome babf020c
      verdict mismatch
      answer 200
      state user.status=CONFIRMED
      at step 1
      | HTTP/1.1 200 OK
      | Content-Length: 2
      |
      | {}

    outcome ed622dca
      verdict pass
      answer 200
      state user.status=CONFIRMED
      at step 1
      | HTTP/1.1 400 Bad Request
      | Content-Length: 2
      |
      | {}

    end
    ");
}

#[test]
fn a_damaged_file_is_named_with_its_line() {
    let good = group_of(&[("code/a".to_owned(), Verdict::Pass, OK.to_owned())]).write("code");
    let table = [
        (good.replace("---\nsource", "source"), 1, "starts with"),
        (good.replace("source: countersign\ndescription: Snapshot of code\n", ""), 2, "no key"),
        (good.replace("snapshot 1", "snapshot 9"), 5, "format 9"),
        (good.replace("case code/a pass", "case code/a"), 7, "allowed: `case"),
        (good.replace("case code/a pass", "case code/a mismatch"), 7, "belongs here"),
        (good.replace("  | {}", "| {}"), 17, "allowed: "),
        (good.replace("  | {}", "  | \u{1b}[2J"), 17, "not escaped"),
        (good.replace("  | {}", "  | {x}"), 7, "belongs here"),
        (good.replace("\nend\n", "\n"), 18, "cut off"),
        (good.replace("\nend\n", "\nend\nmore\n"), 20, "follows"),
    ];
    for (text, line, found) in table {
        let error = Group::read(&text).unwrap_err();
        assert_eq!(error.line, line, "{error}\n{text}");
        assert!(error.found.contains(found), "{error}");
    }
    assert_eq!(Group::read("---\nsource: tests/x.rs\n---\nx\n").unwrap(), None);
}

#[test]
fn a_checkout_with_other_line_breaks_reads_the_same() {
    let group = group_of(&[("code/a".to_owned(), Verdict::Pass, OK.to_owned())]);
    assert_eq!(Group::read(&group.write("x").replace('\n', "\r\n")).unwrap().unwrap(), group);
}

#[test]
fn a_long_body_is_cut_and_a_change_behind_the_cut_is_still_seen() {
    let outcome = |body: &str| {
        Outcome::of(&report("code/a", Verdict::Pass, &format!("HTTP/1.1 200 OK\n\n{body}")), Side::Answers)
            .unwrap()
    };
    let long = "z".repeat(3000);
    let (one, other) = (outcome(&format!("{long}a")), outcome(&format!("{long}b")));
    assert!(one.text().len() < 1400, "{}", one.text().len());
    assert!(one.text().contains("… (1977 characters more, SHA-256 "));
    assert_ne!(one, other);
}

// --- from run to run ---------------------------------------------------------------------------------------------

#[test]
fn a_change_waits_beside_the_snapshot_until_it_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let first = seen(&[("code/a", Verdict::Pass, OK), ("user/b", Verdict::Pass, OK)]);
    let compared = compare(folder.path(), &first, Scope::Full);
    assert!(compared.iter().all(|it| matches!(&it.state, State::New(changes) if changes.len() == 1)));
    assert_eq!(names(folder.path()), ["code.snap.new", "user.snap.new"]);
    accept_all(folder.path());
    assert_eq!(names(folder.path()), ["code.snap", "user.snap"]);
    assert!(compare(folder.path(), &first, Scope::Full).iter().all(|it| matches!(it.state, State::Same)));
    let second = seen(&[("code/a", Verdict::Mismatch, REFUSED), ("user/b", Verdict::Pass, OK)]);
    let compared = compare(folder.path(), &second, Scope::Full);
    let State::Changed(changes) = &compared[0].state else { panic!("{compared:?}") };
    assert_eq!(changes[0].before.as_ref().unwrap().verdict(), "pass");
    assert_eq!(changes[0].after.as_ref().unwrap().verdict(), "mismatch");
    assert_eq!(names(folder.path()), ["code.snap", "code.snap.new", "user.snap"]);
    // What waited goes when the subject answers as before.
    compare(folder.path(), &first, Scope::Full);
    assert_eq!(names(folder.path()), ["code.snap", "user.snap"]);
}

#[test]
fn a_rejected_change_leaves_what_was_accepted() {
    let folder = tempfile::tempdir().unwrap();
    compare(folder.path(), &seen(&[("code/a", Verdict::Pass, OK)]), Scope::Full);
    accept_all(folder.path());
    let before = fs::read(folder.path().join("code.snap")).unwrap();
    compare(folder.path(), &seen(&[("code/a", Verdict::Pass, REFUSED)]), Scope::Full);
    waiting(folder.path()).unwrap().waiting[0].reject().unwrap();
    assert_eq!(names(folder.path()), ["code.snap"]);
    assert_eq!(fs::read(folder.path().join("code.snap")).unwrap(), before);
}

#[test]
fn what_a_list_of_known_failures_says_is_not_kept() {
    use Verdict::{Advisory, Known, Mismatch, Observed, Pass, Stale};
    let broken = |attestation| event::Mismatch {
        requirement: "CSU-CODE-001".parse().unwrap(),
        aspect: AspectName::Status,
        attestation,
        evidence: Vec::new(),
        expected: "400".into(),
        got: "200".into(),
    };
    let (gating, below) = (vec![broken(Attestation::Recorded)], vec![broken(Attestation::Inferred)]);
    let table = [
        (Known, &gating, "as we know", Mismatch),
        (Stale, &gating, "x: the case fails otherwise, y", Mismatch),
        (Stale, &below, "x: the case differs only below the gate", Advisory),
        (Stale, &Vec::new(), "x: the case passes", Pass),
        (Stale, &Vec::new(), "x: the case is not judged any more", Observed),
    ];
    let folder = tempfile::tempdir().unwrap();
    let taken = |verdict, mismatches: &[event::Mismatch], reason: Option<&str>| {
        let mut seen = Seen::default();
        let header = RunHeader { gate: "recorded".into(), ..header() };
        seen.take(&RunEvent::Started(Box::new(header)));
        let reason = reason.map(str::to_owned);
        let report = CaseReport { mismatches: mismatches.to_vec(), reason, ..report("code/a", verdict, OK) };
        seen.take(&RunEvent::CaseFinished(Box::new(report)));
        seen
    };
    for (listed, mismatches, reason, unlisted) in table {
        compare(folder.path(), &taken(unlisted, mismatches, None), Scope::Full);
        accept_all(folder.path());
        let compared = compare(folder.path(), &taken(listed, mismatches, Some(reason)), Scope::Full);
        assert!(matches!(compared[0].state, State::Same), "{reason}: {compared:?}");
    }
}

#[test]
fn a_part_of_the_suite_leaves_the_rest_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let all =
        seen(&[("code/a", Verdict::Pass, OK), ("code/b", Verdict::Pass, OK), ("user/c", Verdict::Pass, OK)]);
    compare(folder.path(), &all, Scope::Full);
    accept_all(folder.path());
    let one = |verdict, response| seen(&[("code/a", verdict, response)]);
    assert!(matches!(
        compare(folder.path(), &one(Verdict::Pass, OK), Scope::Part)[..],
        [Compared { state: State::Same, .. }]
    ));
    let compared = compare(folder.path(), &one(Verdict::Mismatch, REFUSED), Scope::Part);
    let [Compared { state: State::Changed(changes), .. }] = &compared[..] else { panic!("{compared:?}") };
    assert_eq!(changes.len(), 1);
    // A second part is added to what waits of the first.
    let other = seen(&[("code/b", Verdict::Mismatch, REFUSED)]);
    let compared = compare(folder.path(), &other, Scope::Part);
    let [Compared { state: State::Changed(changes), .. }] = &compared[..] else { panic!("{compared:?}") };
    assert_eq!(changes.len(), 2);
    // The whole suite says what is there, and what is not.
    let compared = compare(folder.path(), &seen(&[("code/a", Verdict::Pass, OK)]), Scope::Full);
    let [code, user] = &compared[..] else { panic!("{compared:?}") };
    let State::Changed(changes) = &code.state else { panic!("{compared:?}") };
    assert_eq!((changes.len(), changes[0].after.as_ref()), (1, None));
    assert!(matches!(user.state, State::Orphan(Some(_))) && user.path.ends_with("user.snap"), "{user:?}");
    // What waits there has no case either.
    fs::rename(folder.path().join("user.snap"), folder.path().join("user.snap.new")).unwrap();
    let compared = compare(folder.path(), &seen(&[("code/a", Verdict::Pass, OK)]), Scope::Full);
    assert!(matches!(&compared[1].state, State::Orphan(_)) && compared[1].path.ends_with("user.snap.new"));
}

#[test]
fn a_case_without_a_verdict_leaves_its_entry_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    compare(folder.path(), &seen(&[("code/a", Verdict::Pass, OK)]), Scope::Full);
    accept_all(folder.path());
    let troubled = seen(&[("code/a", Verdict::Inconclusive, "(no connection)")]);
    for scope in [Scope::Full, Scope::Part] {
        assert!(matches!(compare(folder.path(), &troubled, scope)[0].state, State::Same));
    }
}

#[test]
fn nothing_is_written_where_nothing_may_be() {
    let folder = tempfile::tempdir().unwrap();
    let new = seen(&[("code/a", Verdict::Pass, OK)]);
    let basis = Basis::of(Seed::DEFAULT);
    let compared =
        new.compare(&Folder::new(folder.path().join("x")), (Scope::Full, basis), Pending::Unwritten).unwrap();
    assert!(matches!(compared[0].state, State::New(_)));
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[test]
fn what_is_as_accepted_needs_nothing_to_be_deleted() {
    let folder = tempfile::tempdir().unwrap();
    // Its pending file cannot be, as on a file system that is read only: the name would be too long.
    let id = format!("{}/a", "x".repeat(250));
    let group = group_of(&[(id.clone(), Verdict::Pass, OK.to_owned())]);
    fs::write(Folder::new(folder.path()).accepted(&"x".repeat(250)), group.write("x")).unwrap();
    let run = |response| compare(folder.path(), &seen(&[(&id, Verdict::Pass, response)]), Scope::Full);
    assert!(matches!(run(OK)[0].state, State::Same));
    assert!(matches!(&run(REFUSED)[0].state, State::Unwritten(changes, _) if changes.len() == 1));
}

#[test]
fn what_is_left_of_writes_that_were_cut_off_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..16 {
        fs::write(folder.path().join(format!(".code.snap.new.{number}.partial")), "").unwrap();
    }
    let compared = compare(folder.path(), &seen(&[("code/a", Verdict::Pass, OK)]), Scope::Full);
    let State::Unwritten(_, error) = &compared[0].state else { panic!("{compared:?}") };
    assert!(error.to_string().contains("`.code.snap.new.0.partial`"), "{error}");
}

#[test]
fn a_damaged_snapshot_hinders_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let both = |response| seen(&[("code/a", Verdict::Pass, response), ("user/b", Verdict::Pass, response)]);
    compare(folder.path(), &both(OK), Scope::Full);
    accept_all(folder.path());
    fs::write(folder.path().join("code.snap"), "---\nsource: countersign\n---\ncountersign snapshot 1\n")
        .unwrap();
    let compared = compare(folder.path(), &both(REFUSED), Scope::Full);
    let State::Failed(error) = &compared[0].state else { panic!("{compared:?}") };
    assert!(error.to_string().starts_with("line 4: "), "{error}");
    assert!(matches!(compared[1].state, State::Changed(_)));
    assert_eq!(names(folder.path()), ["code.snap", "user.snap", "user.snap.new"]);
}

#[test]
fn what_waits_and_is_damaged_is_named_and_not_accepted() {
    let folder = tempfile::tempdir().unwrap();
    compare(
        folder.path(),
        &seen(&[("code/a", Verdict::Pass, OK), ("user/b", Verdict::Pass, OK)]),
        Scope::Full,
    );
    let damaged = folder.path().join("code.snap.new");
    let text = fs::read_to_string(&damaged).unwrap();
    fs::write(&damaged, text.replace("\nend\n", "\n")).unwrap();
    fs::write(folder.path().join("other.snap.new"), "---\nsource: tests/x.rs\n---\nx\n").unwrap();
    let found = waiting(folder.path()).unwrap().waiting;
    let readable: Vec<bool> = found.iter().map(|change| change.changes.is_ok()).collect();
    assert_eq!(readable, [false, true]);
    assert!(found[0].accept().is_err());
    found[1].accept().unwrap();
    assert_eq!(names(folder.path()), ["code.snap.new", "other.snap.new", "user.snap"]);
}

#[test]
fn a_change_that_is_another_one_by_now_is_neither_accepted_nor_rejected() {
    let folder = tempfile::tempdir().unwrap();
    compare(folder.path(), &seen(&[("code/a", Verdict::Pass, OK)]), Scope::Full);
    let shown = waiting(folder.path()).unwrap().waiting;
    compare(folder.path(), &seen(&[("code/a", Verdict::Pass, REFUSED)]), Scope::Full);
    for outcome in [shown[0].accept(), shown[0].reject()] {
        assert_eq!(outcome.unwrap_err().to_string(), "it changed since it was shown");
    }
    assert_eq!(names(folder.path()), ["code.snap.new"]);
    // It may be gone as well.
    fs::remove_file(folder.path().join("code.snap.new")).unwrap();
    assert!(shown[0].accept().is_err() && shown[0].reject().is_ok());
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[test]
fn snapshots_of_another_seed_do_not_compare_case_by_case() {
    let folder = tempfile::tempdir().unwrap();
    let run = seen(&[("code/a", Verdict::Pass, OK)]);
    compare(folder.path(), &run, Scope::Full);
    accept_all(folder.path());
    let other = |scope| {
        run.compare(&Folder::new(folder.path()), (scope, Basis::of(Seed(7))), Pending::Written).unwrap()
    };
    let compared = other(Scope::Part);
    let State::Failed(error) = &compared[0].state else { panic!("{compared:?}") };
    assert!(error.to_string().contains("seed 0") && error.to_string().contains("seed 7"), "{error}");
    assert!(matches!(&other(Scope::Full)[0].state, State::Changed(changes) if changes.is_empty()));
}

#[test]
fn a_huge_difference_is_shown_before_long() {
    let text = |sign: char| {
        let lines = (0..20_000).map(|number| format!("| {sign}{number}\n"));
        format!("HTTP/1.1 200 OK\n\n{}", lines.collect::<String>())
    };
    let of = |sign| Outcome::of(&report("code/a", Verdict::Pass, &text(sign)), Side::Answers);
    let change = Change { id: "code/a".parse().unwrap(), before: of('a'), after: of('b') };
    let start = Instant::now();
    let lines = shown(&[change], Extent::Whole);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    let count = |kind| lines.iter().filter(|(own, _)| *own == kind).count();
    assert_eq!((count(LineKind::Removed), count(LineKind::Added)), (20_000, 20_000));
}

#[test]
fn the_name_of_a_file_stays_inside_its_folder() {
    let folder = Folder::new("x");
    for (group, name) in [("code", "x/code.snap"), ("..", "x/%2e..snap"), ("a/../B", "x/a%2f..%2f%42.snap")] {
        assert_eq!(folder.accepted(group), Path::new(name), "{group}");
    }
    assert_eq!(CaseId::new("..", "x").group(), "..");
}

#[test]
fn of_a_caller_the_requests_are_kept_and_no_words_that_are_not_its_own() {
    let mut caller = report("sdk-malformed/reset", Verdict::Pass, OK);
    caller.exchanges[0].role = "attempt 2, connection 1, 57 ms later".to_owned();
    caller.exchanges[0].request = "POST / HTTP/1.1\nUser-Agent: x/1\n\n{}".to_owned();
    let kept = |caller: &CaseReport, answer: &str| {
        let caller = CaseReport { answer: Some(answer.to_owned()), ..caller.clone() };
        Outcome::of(&caller, Side::Requests).unwrap().text().to_owned()
    };
    let text = kept(&caller, "client error transport Error: `read ECONNRESET: `x`` ×3");
    assert_eq!(
        text,
        "verdict pass\nanswer client error transport Error ×3\nstate user.status=CONFIRMED\nat attempt 2, connection 1\n\
         | POST / HTTP/1.1\n| User-Agent: [user-agent]\n|\n| {}"
    );
    let told = "service error CodeMismatchException: `Invalid code.` ×1";
    assert!(kept(&caller, told).contains(&format!("\nanswer {told}\n")), "the service's own words stay");
}
