//! The JSON schemas for editors against the shipped files and the loaders. The validator below knows exactly the keywords
//! that the schemas use and refuses any other, so that none is passed over in silence.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::as_conversions,
    reason = "shared parts of tests may fail loudly; a length fits"
)]

use countersign::case::{ClientKind, Layer, PoolKind, UserState};
use countersign::corpus::known_file::read_known;
use countersign::corpus::{LABEL_KINDS, MEMBERS, STATE_KEYS, SourceFile, case_file};
use countersign::known::REASON_UNKNOWN;
use countersign::requirement::{Attestation, BodyForm, Effect, Stage};
use regex::Regex;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn schema(kind: &str) -> Value {
    serde_json::from_slice(&fs::read(corpus().join(format!("{kind}.schema.json"))).unwrap()).unwrap()
}

fn value_of(text: &str) -> Value {
    serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap()
}

/// What is wrong with `value`, as `path: keyword`.
fn errors(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Validator { root: schema }.check(schema, value, "", &mut found);
    found
}

struct Validator<'a> {
    root: &'a Value,
}

impl Validator<'_> {
    fn holds(&self, schema: &Value, value: &Value) -> bool {
        let mut found = Vec::new();
        self.check(schema, value, "", &mut found);
        found.is_empty()
    }

    fn check(&self, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
        let schema = match schema {
            Value::Bool(true) => return,
            Value::Bool(false) => return found.push(format!("{path}: not allowed")),
            schema => schema.as_object().unwrap(),
        };
        for (keyword, rule) in schema {
            if !self.keyword(schema, (keyword, rule), value, (path, found)) {
                found.push(format!("{path}: {keyword}"));
            }
        }
    }

    fn keyword(
        &self,
        schema: &Map<String, Value>,
        (keyword, rule): (&str, &Value),
        value: &Value,
        (path, found): (&str, &mut Vec<String>),
    ) -> bool {
        let rules = || rule.as_array().unwrap().iter();
        let limit = || rule.as_u64().unwrap();
        let at_least = |length: Option<usize>| length.is_none_or(|length| length as u64 >= limit());
        let at_most = |length: Option<usize>| length.is_none_or(|length| length as u64 <= limit());
        let list = || value.as_array();
        match keyword {
            "$schema" | "$id" | "$defs" | "title" | "description" | "then" => true,
            "$ref" => {
                let target = self.root.pointer(rule.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
                self.check(target, value, path, found);
                true
            }
            "type" => match rule.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "integer" => value.is_i64(),
                other => panic!("the type `{other}`"),
            },
            "enum" => rules().any(|allowed| allowed == value),
            "pattern" => {
                value.as_str().is_none_or(|text| Regex::new(rule.as_str().unwrap()).unwrap().is_match(text))
            }
            "maxLength" => at_most(value.as_str().map(|text| text.chars().count())),
            "minimum" => value.as_u64().is_none_or(|number| number >= limit()),
            "maximum" => value.as_u64().is_none_or(|number| number <= limit()),
            "minItems" => at_least(list().map(Vec::len)),
            "maxItems" => at_most(list().map(Vec::len)),
            "minProperties" => at_least(value.as_object().map(Map::len)),
            "uniqueItems" => list().is_none_or(|items| {
                items.iter().map(Value::to_string).collect::<BTreeSet<_>>().len() == items.len()
            }),
            "items" => {
                for (i, item) in list().into_iter().flatten().enumerate() {
                    self.check(rule, item, &format!("{path}/{i}"), found);
                }
                true
            }
            "properties" => {
                for (name, own) in value.as_object().into_iter().flatten() {
                    if let Some(rule) = rule.get(name) {
                        self.check(rule, own, &format!("{path}/{name}"), found);
                    }
                }
                true
            }
            "additionalProperties" => {
                let known =
                    |name: &String| schema.get("properties").is_some_and(|known| known.get(name).is_some());
                for (name, own) in value.as_object().into_iter().flatten().filter(|(name, _)| !known(name)) {
                    self.check(rule, own, &format!("{path}/{name}"), found);
                }
                true
            }
            "required" => value
                .as_object()
                .is_none_or(|members| rules().all(|name| members.contains_key(name.as_str().unwrap()))),
            "oneOf" => rules().filter(|one| self.holds(one, value)).count() == 1,
            "anyOf" => rules().any(|one| self.holds(one, value)),
            "not" => !self.holds(rule, value),
            "if" => !self.holds(rule, value) || self.holds(schema.get("then").unwrap(), value),
            other => panic!("the keyword `{other}`"),
        }
    }
}

#[test]
fn every_shipped_file_conforms() {
    for (kind, least) in [("cases", 3), ("requirements", 15)] {
        let schema = schema(kind);
        let mut checked = 0;
        for entry in fs::read_dir(corpus().join(kind)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let found = errors(&schema, &value_of(&fs::read_to_string(&path).unwrap()));
                assert!(found.is_empty(), "{}: {found:?}", path.display());
                checked += 1;
            }
        }
        assert!(checked >= least, "{checked} files of {kind}");
    }
}

const CASE: &str = "[[case]]\nid = \"a/b\"\nlayer = \"state\"\nlabels = [\"code/wrong\"]\nbody = \"{}\"\n";

/// What a slip replaces, and with what.
const SLIPS: &[(&str, &str)] = &[
    ("a/b", "A/b"),
    ("\"state\"", "\"stat\""),
    ("body =", "target ="),
    ("[\"code/wrong\"]", "[]"),
    ("code/wrong", "coed/wrong"),
    ("code/wrong", "code"),
    ("layer =", "headers = [\"accept\"]\nlayer ="),
    ("layer =", "twin = \"bse\"\nlayer ="),
    ("layer =", "twin = { bdy = \"{}\" }\nlayer ="),
    ("layer =", "fixture = { username = \"filled:5:u\" }\nlayer ="),
    ("layer =", "fixture = { username = \"filled:129:u\" }\nlayer ="),
    ("layer =", "fixture = { user = \"gone\" }\nlayer ="),
    ("layer =", "step = []\nlayer ="),
    ("layer =", "step = [{ labels = [\"code/wrong\"], body = \"{}\" }]\nlayer ="),
    ("layer =", "lair ="),
];

#[test]
fn the_schema_of_cases_and_the_loader_refuse_the_same() {
    let schema = schema("cases");
    let verdicts = |text: &str| {
        (errors(&schema, &value_of(text)).is_empty(), case_file::read_all([("f.toml", text)]).is_ok())
    };
    assert_eq!(verdicts(CASE), (true, true));
    for (from, to) in SLIPS {
        assert_eq!(verdicts(&CASE.replace(from, to)), (false, false), "{to}");
    }
    for fine in [
        "fixture = { username = \"filled:128:u\", pool = \"email-alias\" }",
        "twin = \"fresh\"",
        "twin = { body = \"{}\", fixture = { user = \"confirmed\" } }",
        "headers = [\"accept: x\"]",
    ] {
        let text = CASE.replace("layer =", &format!("{fine}\nlayer ="));
        assert_eq!(verdicts(&text), (true, true), "{fine}");
    }
}

#[test]
fn the_schema_of_requirements_refuses_what_the_loader_refuses() {
    let schema = schema("requirements");
    let good = json!({
        "id": "CSU-CODE-901", "sentence": "S.", "layer": "state", "stage": "code", "labels": ["code/mine"],
        "evidence": ["SEM-001"], "effect": "refused",
        "status": { "accept": [400], "attestation": "recorded", "evidence": ["SEM-001"] },
    });
    let is_right = |value: &Value| errors(&schema, &json!({ "requirement": [value] })).is_empty();
    assert!(is_right(&good));
    for (pointer, wrong) in [
        ("/id", json!("CODE-1")),
        ("/sentence", json!(" ")),
        ("/layer", json!("stat")),
        ("/stage", json!("codes")),
        ("/labels", json!([])),
        ("/labels", json!(["coed/mine"])),
        ("/evidence", json!([])),
        ("/evidence", json!(["SEM-001", "SEM-001"])),
        ("/effect", json!("fine")),
        ("/status/accept", json!([])),
        ("/status/accept", json!([99])),
        ("/status/attestation", json!("sure")),
        ("/status", json!({ "accept": [400] })),
        ("/status", json!({ "accept": [400], "attestation": "recorded", "evidence": ["SEM-001"], "x": 1 })),
    ] {
        let mut value = good.clone();
        *value.pointer_mut(pointer).unwrap() = wrong;
        assert!(!is_right(&value), "{value}");
    }
    let mut without_labels = good;
    without_labels["labels"] = json!([]);
    without_labels["no_case"] = json!("A reason.");
    assert!(is_right(&without_labels));
}

const KNOWN: &str = "[[known]]\nrequirement = \"CSU-CODE-001\"\naspect = \"status\"\ngot = \"200\"\nreason = \"r\"\n\
                     link = \"https://e.org\"\nexpires = \"2027-01-31\"\ncases = [\"a/*\", \"!a/b\"]\n";

#[test]
fn the_schema_of_known_failures_and_the_loader_refuse_the_same() {
    let schema = schema("known");
    let verdicts = |text: &str| {
        let file = SourceFile::new("k.toml", text);
        (errors(&schema, &value_of(text)).is_empty(), read_known(&[file]).is_ok())
    };
    assert_eq!(verdicts(KNOWN), (true, true));
    assert_eq!(verdicts(&KNOWN.replace("a/*", "${*}")), (true, true), "braces are globs");
    for (from, to) in [
        ("CSU-CODE-001", "CODE-1"),
        ("\"status\"", "\"stat\""),
        ("got =", "gott ="),
        ("reason = \"r\"\n", ""),
        ("\"r\"", "\" \""),
        ("\"r\"", "\"a\\nb\""),
        ("https:", "ftp:"),
        ("e.org", "e org"),
        ("01-31", "13-31"),
        ("2027-01-31", "soon"),
        ("\"a/*\", ", ""),
        ("\"a/*\", \"!a/b\"", ""),
        ("a/*", "!"),
        ("!a/b", "a/*"),
    ] {
        assert_eq!(verdicts(&KNOWN.replace(from, to)), (false, false), "{to}");
    }
}

#[test]
fn every_shipped_list_of_known_failures_conforms_and_is_read() {
    let mut checked = 0;
    for entry in fs::read_dir(corpus().join("known")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name != "suite.toml") {
            let file = SourceFile::read(&path).unwrap();
            let found = errors(&schema("known"), &value_of(&file.text));
            assert!(found.is_empty(), "{}: {found:?}", path.display());
            let list = read_known(&[file]).unwrap();
            let unexplained = list.0.iter().find(|entry| entry.reason == REASON_UNKNOWN);
            assert_eq!(unexplained.map(|entry| entry.place.to_string()), None);
            checked += 1;
        }
    }
    assert!(checked >= 3, "{checked} lists");
}

#[test]
fn the_enums_of_the_schemas_are_those_of_the_loaders() {
    fn names<T: Copy + ToString>(all: &[T]) -> Vec<String> {
        all.iter().map(ToString::to_string).collect()
    }
    let (cases, requirements) = (schema("cases"), schema("requirements"));
    let texts = |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap() };
    let fixture = "/$defs/fixture/properties";
    let own = "/$defs/requirement/properties";
    for (schema, pointer, expected) in [
        (&cases, "/$defs/case/properties/layer/enum".to_owned(), names(Layer::ALL)),
        (&cases, format!("{fixture}/pool/enum"), names(PoolKind::ALL)),
        (&cases, format!("{fixture}/client/enum"), names(ClientKind::ALL)),
        (&cases, format!("{fixture}/user/enum"), names(UserState::ALL)),
        (&cases, "/$defs/twin/properties/fixture/properties/pool/enum".to_owned(), names(PoolKind::ALL)),
        (&cases, "/$defs/twin/properties/fixture/properties/client/enum".to_owned(), names(ClientKind::ALL)),
        (&cases, "/$defs/twin/properties/fixture/properties/user/enum".to_owned(), names(UserState::ALL)),
        (&requirements, format!("{own}/layer/enum"), names(Layer::ALL)),
        (&requirements, format!("{own}/stage/enum"), names(Stage::ALL)),
        (&requirements, format!("{own}/effect/enum"), names(Effect::ALL)),
        (&requirements, format!("{own}/member/enum"), names(MEMBERS)),
        (&requirements, format!("{own}/body/properties/accept/items/enum"), names(BodyForm::ALL)),
        (&requirements, "/$defs/attestation/enum".to_owned(), names(Attestation::ALL)),
    ] {
        assert_eq!(texts(schema.pointer(&pointer).unwrap()), expected, "{pointer}");
    }
    let aspects = texts(schema("known").pointer("/$defs/known/properties/aspect/enum").unwrap());
    assert_eq!(aspects, names(countersign::event::AspectName::ALL));
    let state = requirements.pointer(&format!("{own}/state/properties/accept/properties")).unwrap();
    assert_eq!(state.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>(), STATE_KEYS);
    let mut kinds = LABEL_KINDS.to_vec();
    kinds.sort_unstable();
    for (schema, pointer) in [(&cases, "/$defs/label/pattern"), (&requirements, "/$defs/pattern/pattern")] {
        let pattern = schema.pointer(pointer).unwrap().as_str().unwrap();
        assert!(pattern.contains(&format!("(?:{})/", kinds.join("|"))), "{pointer}: {pattern}");
    }
}
