use super::*;
use crate::template::RequestTemplate;

const GOOD: &str = r#"
[[case]]
id = "a/b"
layer = "state"
labels = ["code/wrong"]
body = '{"ConfirmationCode":"${code:wrong}"}'
headers = ["accept: x", "X-AMZ-TARGET: y"]
without = ["content-type"]
"#;

fn refused(text: &str) -> String {
    read_all([("f.toml", text)]).unwrap_err().to_string()
}

#[test]
fn a_case_is_read_with_its_headers_and_twin() {
    let cases = read_all([("f.toml", GOOD)]).unwrap();
    let RequestTemplate::Formed { headers, .. } = &cases[0].steps[0].request else {
        panic!("an ordinary request");
    };
    let names: Vec<_> = headers.iter().map(|(name, _)| String::from_utf8_lossy(name)).collect();
    assert_eq!(names, ["Host", "X-Amz-Target", "Content-Length", "accept"]);
    assert_eq!(cases[0].twin.as_ref().unwrap().fixture, None);
}

#[test]
fn an_unknown_key_is_refused_with_its_place() {
    let text = refused(&GOOD.replace("without =", "witout ="));
    assert!(text.starts_with("f.toml:8:1: unknown field `witout`"), "{text}");
    assert!(text.ends_with("\nwitout = [\"content-type\"]\n^"), "{text}");
}

#[test]
fn a_bad_placeholder_is_pointed_at() {
    let text = refused(&GOOD.replace("${code:wrong}", "${cod}"));
    assert!(text.starts_with("f.toml:6:30: "), "{text}");
    assert!(text.contains("`${cod}\"}` is not a placeholder"), "{text}");
}

#[test]
fn an_unknown_kind_of_label_is_answered_with_the_known_ones() {
    let text = refused(&GOOD.replace("code/wrong\"]", "coed/wrong\"]"));
    assert!(text.contains("`coed/wrong` is no label") && text.contains("`secret-hash`"), "{text}");
}

#[test]
fn an_id_is_used_once_among_all_files() {
    let error = read_all([("f.toml", GOOD), ("g.toml", GOOD)]).unwrap_err().to_string();
    assert!(error.starts_with("g.toml:3:6: the id `a/b` is used twice"), "{error}");
}

#[test]
fn a_folder_beside_other_cases_may_not_use_their_ids_or_labels_of_its_own() {
    let taken = [CaseId::new("a", "b")].into();
    let refused = |text: &str, taken, is_governed: &dyn Fn(&Label) -> bool| {
        read_beside([("f.toml", text)], taken, is_governed).unwrap_err().to_string()
    };
    let text = refused(GOOD, &taken, &|_| true);
    assert!(text.starts_with("f.toml:3:6: the id `a/b` is that of a case which is built in"), "{text}");
    let text = refused(GOOD, &BTreeSet::new(), &|label| label.kind() != "code");
    assert!(text.starts_with("f.toml:5:11: no requirement governs the label `code/wrong`"), "{text}");
}

#[test]
fn every_other_slip_is_refused() {
    for (from, to, says) in [
        ("a/b", "A/b", "an id is"),
        ("\"state\"", "\"stat\"", "`stat` is not one of"),
        ("body =", "target =", "either `labels`, `body`"),
        (
            "labels = [\"code/wrong\"]\nbody = ",
            "step = [{ labels = [\"code/wrong\"], body = \"{}\" }]\ntarget = ",
            "or one `step`",
        ),
        ("[\"code/wrong\"]", "[]", "cannot be empty"),
        ("accept: x", "accept", "a header line is"),
        ("layer =", "twin = \"bse\"\nlayer =", "`bse` is no twin"),
        ("layer =", "fixture = { username = \"filled:5:u\" }\nlayer =", "no choice of a name"),
        ("layer =", "sending = \"at-once\"\nlayer =", "asks for two steps"),
        ("layer =", "sending = \"later\"\nlayer =", "`later` is not one of"),
        ("layer =", "fixture = { user = \"gone\" }\nlayer =", "`gone` is not one of"),
        ("id = \"a/b\"", "id = \"a/b\"\nid = \"a/c\"", "duplicate key"),
    ] {
        let text = refused(&GOOD.replace(from, to));
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn the_built_in_files_are_read() {
    assert!(embedded().unwrap().len() >= 40);
}
