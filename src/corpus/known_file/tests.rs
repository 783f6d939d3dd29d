use super::*;
use crate::known::ANYTHING;

const GOOD: &str = r#"# What the subject gets wrong.

[[known]]
requirement = "CSU-CODE-001"
aspect = "status"
got = "200"
reason = "codes are not checked"
link = "https://example.org/7"
expires = "2027-06-30"
cases = ["code/*", "!code/right"]

[[known]]
requirement = "CSU-WIRE-011"
aspect = "header"
got = "`x-id: ${*}`"
reason = "an id of \"its\" own"
cases = ["answer/a"]
"#;

fn read(text: &str) -> Result<KnownList, CorpusError> {
    read_known(&[SourceFile::new("k.toml", text)])
}

fn refused(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    read(&GOOD.replacen(from, to, 1)).unwrap_err().to_string()
}

#[test]
fn an_entry_is_read_with_its_place() {
    let list = read(GOOD).unwrap();
    let [first, second] = list.0.as_slice() else { panic!("two entries") };
    assert_eq!((first.place.to_string().as_str(), second.place.line), ("k.toml:4", 13));
    assert_eq!(
        (first.requirement.0.as_str(), first.aspect, first.got.as_str()),
        ("CSU-CODE-001", AspectName::Status, "200")
    );
    assert_eq!(first.expires, Some(jiff::civil::date(2027, 6, 30)));
    assert_eq!((first.link.as_deref(), second.link.as_deref()), (Some("https://example.org/7"), None));
    assert!(first.cases.takes(&"code/wrong".parse().unwrap()));
    assert!(!first.cases.takes(&"code/right".parse().unwrap()));
    assert!(second.got.contains(ANYTHING));
}

#[test]
fn several_files_are_one_list_and_an_empty_file_is_an_empty_one() {
    let files =
        [SourceFile::new("a.toml", GOOD), SourceFile::new("b.toml", ""), SourceFile::new("c.toml", GOOD)];
    let places: Vec<String> =
        read_known(&files).unwrap().0.iter().map(|entry| entry.place.to_string()).collect();
    assert_eq!(places, ["a.toml:4", "a.toml:13", "c.toml:4", "c.toml:13"]);
}

#[test]
fn unknown_and_duplicate_keys_are_refused_with_file_line_and_caret() {
    let text = refused("reason =", "reazon =");
    assert!(text.starts_with("k.toml:7:1: unknown field `reazon`, expected one of `cases`"), "{text}");
    assert!(text.ends_with("\n 7 | reazon = \"codes are not checked\"\n   | ^^^^^^"), "{text}");
    let text = refused("got = \"200\"", "got = \"200\"\ngot = \"500\"");
    assert!(text.starts_with("k.toml:7:1: duplicate key"), "{text}");
    assert!(refused("[[known]]", "[[knwon]]").contains("unknown field `knwon`"));
    assert!(refused("got = \"200\"\n", "").contains("missing field `got`"));
}

#[test]
fn a_wrong_value_is_refused_at_its_place_with_what_is_allowed() {
    for (from, to, expected) in [
        (
            "\"CSU-CODE-001\"",
            "\"CODE-1\"",
            "k.toml:4:15: `CODE-1` is not a requirement id; allowed: `CSU-AREA-NNN`, and `SDK-AREA-NNN` for SDKs",
        ),
        ("\"status\"", "\"stat\"", "k.toml:5:10: `stat` is not one of `answer`, `status`"),
        ("\"codes are not checked\"", "\" \"", "k.toml:7:10: a reason is one line of text"),
        ("are not", "are\\nnot", "k.toml:7:10: a reason is one line of text"),
        ("https://example.org/7", "javascript:x", "k.toml:8:8: `javascript:x` is no link"),
        ("https://example.org/7", "https://a b", "k.toml:8:8: `https://a b` is no link"),
        ("2027-06-30", "2027-06-31", "k.toml:9:11: `2027-06-31` is no date; allowed: `YYYY-MM-DD`"),
        ("2027-06-30", "soon", "k.toml:9:11: `soon` is no date"),
        ("\"code/*\", ", "", "k.toml:10:9: no pattern says which cases are meant"),
        ("\"code/*\"", "\"code/[\"", "k.toml:10:10: `code/[` is no glob over case ids"),
        ("\"!code/right\"", "\"code/*\"", "k.toml:10:20: the pattern `code/*` is there twice"),
        ("[\"answer/a\"]", "[]", "k.toml:17:9: no pattern says which cases are meant"),
    ] {
        let text = refused(from, to);
        assert!(text.starts_with(expected), "{text}");
    }
}

#[test]
fn everything_that_is_wrong_in_a_file_is_told_at_once() {
    let text = read(&GOOD.replace("CSU-", "XSU-")).unwrap_err().to_string();
    assert!(text.contains("k.toml:4:15") && text.contains("k.toml:13:15"), "{text}");
}

#[test]
fn what_is_too_long_or_too_much_is_refused() {
    let long = "z".repeat(REASON_CHARACTERS_MAX + 1);
    assert!(refused("codes are not checked", &long).contains("1001 characters; allowed: 1000"));
    let long = "z".repeat(GOT_CHARACTERS_MAX + 1);
    assert!(refused("\"200\"", &format!("\"{long}\"")).contains("4097 characters; allowed: 4096"));
    let entry = GOOD.split_once("[[known]]").unwrap().1.split_once("[[known]]").unwrap().1;
    let many = format!("[[known]]{entry}").repeat(ENTRIES_MAX + 1);
    assert!(read(&many).unwrap_err().to_string().contains("4097 entries; allowed: 4096"));
}

#[test]
fn a_list_that_is_written_is_read_as_the_same_and_keeps_its_first_comment() {
    let list = read(GOOD).unwrap();
    let written = |before: &str| {
        let mut out = Vec::new();
        write_known(&mut out, &list, before, &|id| format!("Sentence of {id}.")).unwrap();
        String::from_utf8(out).unwrap()
    };
    let text = written(GOOD);
    assert!(
        text.starts_with("# What the subject gets wrong.\n\n# Sentence of CSU-CODE-001.\n[[known]]\n"),
        "{text}"
    );
    assert_eq!(written(&text), text);
    let again = read(&text).unwrap();
    let without_places = |list: &KnownList| -> Vec<KnownFailure> {
        list.0.iter().map(|entry| KnownFailure { place: Place::default(), ..entry.clone() }).collect()
    };
    assert_eq!(without_places(&again), without_places(&list));
    assert!(written("# of the first entry\n[[known]]\n").starts_with("# Sentence of CSU-CODE-001."));
}
