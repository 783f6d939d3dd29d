//! The requirement table as it is shipped: complete against the evidence, no stronger than it, and without two
//! requirements for one label. And what a broken file is answered.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

use countersign::case::Label;
use countersign::corpus::{Evidence, RequirementTable, SourceFile};
use countersign::requirement::{Aspect, Attestation, Effect, MessageRule, Requirement, RequirementId};
use countersign::secret_hash::HashForm;
use countersign::template::CodeForm;
use std::collections::BTreeSet;

fn evidence() -> Evidence {
    Evidence::embedded().unwrap()
}

fn table() -> RequirementTable {
    RequirementTable::embedded(&evidence()).unwrap_or_else(|error| panic!("{error}"))
}

fn label(text: &str) -> Label {
    let mut parts = text.splitn(3, '/');
    let mut part = || parts.next().unwrap_or_default();
    Label::new(part(), part(), part())
}

fn governing<'a>(table: &'a RequirementTable, text: &str) -> Vec<&'a Requirement> {
    table.governing(&label(text)).collect()
}

#[test]
fn every_evidence_row_is_cited_or_left_out_and_not_both() {
    let (evidence, table) = (evidence(), table());
    let cited: BTreeSet<&str> = table.iter().flat_map(Requirement::cited).collect();
    let left_out: BTreeSet<&str> = table.left_out().map(|left_out| left_out.row.as_str()).collect();
    let rows: BTreeSet<&str> = evidence.rows().map(|row| row.id.as_str()).collect();
    assert_eq!(cited.intersection(&left_out).collect::<Vec<_>>(), Vec::<&&str>::new(), "both");
    let placed: BTreeSet<&str> = cited.union(&left_out).copied().collect();
    assert_eq!(rows.difference(&placed).collect::<Vec<_>>(), Vec::<&&str>::new(), "neither");
    assert_eq!(placed.difference(&rows).collect::<Vec<_>>(), Vec::<&&str>::new(), "unknown");
}

/// An aspect without what it accepts.
type Attested<'a> = (&'static str, Attestation, &'a [String]);

fn aspects(requirement: &Requirement) -> Vec<Attested<'_>> {
    fn one<'a, T>(name: &'static str, aspect: Option<&'a Aspect<T>>) -> Option<Attested<'a>> {
        aspect.map(|aspect| (name, aspect.attestation, aspect.evidence.as_slice()))
    }
    [
        one("status", requirement.status.as_ref()),
        one("type", requirement.error_type.as_ref()),
        one("message", requirement.message.as_ref()),
        one("headers", requirement.headers.as_ref()),
        one("body", requirement.body.as_ref()),
        one("state", requirement.state.as_ref()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn no_aspect_is_attested_better_than_the_rows_it_cites() {
    let (evidence, table) = (evidence(), table());
    for requirement in table.iter() {
        for (aspect, attestation, rows) in aspects(requirement) {
            let strongest = rows
                .iter()
                .map(|row| evidence.row(row).unwrap().attestation.parse::<Attestation>().unwrap())
                .min()
                .unwrap();
            assert!(
                attestation >= strongest,
                "{}: {aspect} is {attestation}, its rows are {strongest}",
                requirement.id
            );
        }
    }
}

#[test]
fn ids_are_unique_and_well_formed_and_found() {
    let table = table();
    let form = regex::Regex::new("^CSU-[A-Z]+-[0-9]{3}$").unwrap();
    let mut seen = BTreeSet::new();
    for requirement in table.iter() {
        assert!(form.is_match(&requirement.id.0), "{}", requirement.id);
        assert!(seen.insert(&requirement.id), "{} is there twice", requirement.id);
        assert_eq!(table.by_id(&requirement.id), Some(requirement));
    }
    assert!(table.by_id(&RequirementId("CSU-NOWHERE-001".into())).is_none());
    assert!(seen.len() >= 100, "{}", seen.len());
}

#[test]
fn inspected_requirements_have_inspect_labels_and_no_other_has_them() {
    for requirement in table().iter() {
        for label in &requirement.labels {
            assert_eq!(
                label.starts_with("inspect/") || label.starts_with("relation/"),
                requirement.effect == Effect::Inspected,
                "{}: {label}",
                requirement.id
            );
        }
    }
}

#[test]
fn outcomes_go_with_the_effect() {
    for requirement in table().iter() {
        let has = |name: &str| aspects(requirement).iter().any(|(aspect, ..)| *aspect == name);
        let id = &requirement.id;
        let statuses = requirement.status.iter().flat_map(|status| &status.accept);
        match requirement.effect {
            Effect::Accepted => {
                assert!(statuses.copied().all(|status| status == 200), "{id}");
                assert!(!has("type") && !has("message"), "{id}: a success has no error");
            }
            Effect::Refused => {
                assert!(statuses.copied().all(|status| status >= 400), "{id}");
                assert!(requirement.no_case.is_some() || !aspects(requirement).is_empty(), "{id}");
            }
            Effect::Either => assert!(statuses.copied().all(|status| status >= 400), "{id}"),
            Effect::Observed => assert!(aspects(requirement).is_empty(), "{id}"),
            Effect::Inspected => assert!(!has("status") && !has("type"), "{id}"),
        }
        assert!(requirement.no_case.is_some() || !requirement.labels.is_empty(), "{id} can have no case");
        assert!(requirement.sentence.ends_with('.'), "{id}");
    }
}

#[test]
fn the_status_of_a_modelled_client_error_is_400() {
    for requirement in table().iter() {
        let Some(status) = &requirement.status else {
            continue;
        };
        if matches!(requirement.effect, Effect::Refused | Effect::Either)
            && status.attestation <= Attestation::Recorded
            && requirement.id.0 != "CSU-ERROR-007"
        {
            assert_eq!(status.accept, [400], "{}", requirement.id);
        }
    }
}

/// Labels of the vocabulary, with the requirement that is to govern each.
const SAMPLES: &[(&str, &str)] = &[
    ("valid/members", "VALID-001"),
    ("valid/members/none", "VALID-001"),
    ("valid/members/SecretHash+ClientMetadata", "VALID-001"),
    ("valid/members/Session", "VALID-001"),
    ("valid/length-unit/Username-max-astral-bytes", "LENGTH-015"),
    ("valid/length/Username-1", "VALID-002"),
    ("valid/length/Username-128", "VALID-002"),
    ("valid/text/Username-astral", "VALID-002"),
    ("valid/text/ClientMetadata.value-emoji", "VALID-003"),
    ("valid/length/ClientMetadata.key-0", "VALID-003"),
    ("valid/length/ClientMetadata.value-131072", "VALID-003"),
    ("valid/length/AnalyticsMetadata.AnalyticsEndpointId-131072", "VALID-004"),
    ("valid/text/UserContextData.IpAddress-ipv6", "VALID-004"),
    ("valid/length/UserContextData.EncodedData-0", "VALID-004"),
    ("valid/length/ConfirmationCode-1", "VALID-005"),
    ("valid/length/ConfirmationCode-2048", "VALID-005"),
    ("valid/text/ConfirmationCode-non-ascii", "VALID-005"),
    ("valid/length/ClientId-1", "VALID-006"),
    ("valid/length/ClientId-128", "VALID-006"),
    ("valid/text/ClientId-plus", "VALID-006"),
    ("valid/length/SecretHash-128", "VALID-007"),
    ("valid/length/Session-20", "VALID-008"),
    ("valid/length/Session-2048", "VALID-008"),
    ("valid/json/escaped-solidus", "VALID-009"),
    ("valid/json/white-space", "VALID-009"),
    ("valid/http/lower-case-names", "VALID-010"),
    ("valid/http/header-order", "VALID-012"),
    ("absent/ClientId", "REQUIRED-001"),
    ("absent/Username", "REQUIRED-002"),
    ("absent/ConfirmationCode", "REQUIRED-003"),
    ("null/ClientId", "REQUIRED-004"),
    ("null/Username", "REQUIRED-005"),
    ("null/ConfirmationCode", "REQUIRED-006"),
    ("miscased/ClientId/lower", "REQUIRED-007"),
    ("miscased/Username/upper", "REQUIRED-008"),
    ("miscased/ConfirmationCode/lower-camel", "REQUIRED-009"),
    ("null/SecretHash", "NULL-001"),
    ("null/ForceAliasCreation", "NULL-002"),
    ("null/AnalyticsMetadata", "NULL-003"),
    ("null/UserContextData", "NULL-004"),
    ("null/ClientMetadata", "NULL-005"),
    ("null/Session", "NULL-006"),
    ("null/AnalyticsMetadata.AnalyticsEndpointId", "NULL-007"),
    ("null/UserContextData.IpAddress", "NULL-008"),
    ("null/UserContextData.EncodedData", "NULL-009"),
    ("null/ClientMetadata.value", "NULL-010"),
    ("unknown-member/string", "NULL-011"),
    ("unknown-member/empty-name", "NULL-011"),
    ("wrong-type/ClientId/number", "TYPE-001"),
    ("wrong-type/Session/number", "TYPE-001"),
    ("wrong-type/Username/true", "TYPE-002"),
    ("wrong-type/SecretHash/false", "TYPE-002"),
    ("wrong-type/ConfirmationCode/array", "TYPE-003"),
    ("wrong-type/ConfirmationCode/object", "TYPE-004"),
    ("wrong-type/UserContextData.IpAddress/number", "TYPE-005"),
    ("wrong-type/ClientMetadata.value/number", "TYPE-005"),
    ("wrong-type/ClientMetadata.value/true", "TYPE-006"),
    ("wrong-type/AnalyticsMetadata.AnalyticsEndpointId/array", "TYPE-007"),
    ("wrong-type/UserContextData.EncodedData/object", "TYPE-008"),
    ("wrong-type/ForceAliasCreation/string", "TYPE-009"),
    ("wrong-type/ForceAliasCreation/number", "TYPE-010"),
    ("wrong-type/ForceAliasCreation/array", "TYPE-011"),
    ("wrong-type/ForceAliasCreation/object", "TYPE-012"),
    ("wrong-type/ClientMetadata/string", "TYPE-013"),
    ("wrong-type/ClientMetadata/false", "TYPE-014"),
    ("wrong-type/ClientMetadata/array", "TYPE-015"),
    ("wrong-type/UserContextData/string", "TYPE-016"),
    ("wrong-type/AnalyticsMetadata/number", "TYPE-016"),
    ("wrong-type/AnalyticsMetadata/array", "TYPE-017"),
    ("too-short/ClientId/0", "LENGTH-001"),
    ("too-short/Username/0", "LENGTH-002"),
    ("too-short/ConfirmationCode/0", "LENGTH-003"),
    ("too-short/SecretHash/0", "LENGTH-004"),
    ("too-short/Session/0", "LENGTH-005"),
    ("too-short/Session/19", "LENGTH-005"),
    ("too-long/ClientId/129", "LENGTH-006"),
    ("too-long/Username/129", "LENGTH-007"),
    ("too-long/Username/65536", "LENGTH-007"),
    ("too-long/Username/299999", "LENGTH-007"),
    ("too-long/Username/400000", "LENGTH-016"),
    ("too-long/Username/1048576", "LENGTH-016"),
    ("too-long/ClientMetadata.value/400000", "LENGTH-016"),
    ("too-long/ConfirmationCode/2049", "LENGTH-008"),
    ("too-long/SecretHash/129", "LENGTH-009"),
    ("too-long/Session/4097", "LENGTH-010"),
    ("too-long/Session/4100", "LENGTH-010"),
    ("too-long/Session/9999", "LENGTH-010"),
    ("too-long/Session/100000", "LENGTH-010"),
    ("too-long/Session/400000", "LENGTH-016"),
    ("too-long/ClientMetadata.value/262144", "LENGTH-014"),
    ("too-long/Session/2049", "LENGTH-011"),
    ("too-long/Session/2050", "LENGTH-011"),
    ("too-long/Session/3999", "LENGTH-011"),
    ("too-long/Session/4089", "LENGTH-011"),
    ("too-long/Session/4096", "LENGTH-011"),
    ("too-long/AnalyticsMetadata.AnalyticsEndpointId/131073", "LENGTH-012"),
    ("too-long/UserContextData.IpAddress/131073", "LENGTH-013"),
    ("too-long/ClientMetadata.key/131073", "LENGTH-014"),
    ("pattern/ClientId/space", "PATTERN-001"),
    ("pattern/ClientId/nul", "PATTERN-001"),
    ("pattern/Username/format", "PATTERN-002"),
    ("pattern/ConfirmationCode/tab", "PATTERN-003"),
    ("pattern/SecretHash/hyphen", "PATTERN-004"),
    ("pattern/ClientId/non-ascii-letter", "PATTERN-005"),
    ("pattern/ConfirmationCode/non-ascii-space", "PATTERN-005"),
    ("json/unescaped-quote-ConfirmationCode", "JSON-001"),
    ("json/bad-escape-Username", "JSON-001"),
    ("json/truncated-after-colon", "JSON-002"),
    ("json/missing-colon", "JSON-002"),
    ("json/missing-comma", "JSON-002"),
    ("json/trailing-comma", "JSON-003"),
    ("json/single-quotes", "JSON-003"),
    ("json/unquoted-name", "JSON-004"),
    ("json/comment", "JSON-004"),
    ("json/uppercase-literal", "JSON-004"),
    ("json/leading-zero-number", "JSON-004"),
    ("json/raw-control-newline", "JSON-004"),
    ("json/empty-body", "JSON-005"),
    ("json/white-space-only", "JSON-005"),
    ("json/root-null", "JSON-006"),
    ("json/root-string", "JSON-006"),
    ("json/root-number", "JSON-006"),
    ("json/root-true", "JSON-006"),
    ("json/root-false", "JSON-006"),
    ("json/root-array", "JSON-007"),
    ("json/form-body", "JSON-008"),
    ("json/xml-body", "JSON-008"),
    ("json/html-body", "JSON-008"),
    ("json/two-values", "JSON-009"),
    ("json/trailing-bytes", "JSON-009"),
    ("json/bom", "JSON-010"),
    ("json/utf-16le", "JSON-010"),
    ("json/utf-16be", "JSON-010"),
    ("json/invalid-utf8-name", "JSON-010"),
    ("json/overlong-utf8", "JSON-010"),
    ("json/lone-surrogate-value", "JSON-010"),
    ("json/nul-byte", "JSON-010"),
    ("json/nan", "JSON-011"),
    ("json/infinity", "JSON-011"),
    ("json/number-out-of-range", "JSON-011"),
    ("json/deep-arrays", "JSON-012"),
    ("json/truncated-in-deep-arrays", "JSON-012"),
    ("json/deep-objects", "JSON-012"),
    ("json/duplicate-same-ClientId", "JSON-013"),
    ("json/duplicate-different-Username", "JSON-013"),
    ("method/GET", "DISPATCH-001"),
    ("method/put", "DISPATCH-001"),
    ("method/OPTIONS", "DISPATCH-002"),
    ("method/options", "DISPATCH-002"),
    ("path/pool-id", "DISPATCH-003"),
    ("path/operation", "DISPATCH-003"),
    ("path/query-string", "DISPATCH-004"),
    ("path/double-slash", "DISPATCH-004"),
    ("content-type/absent", "DISPATCH-005"),
    ("content-type/json-1.0", "DISPATCH-006"),
    ("content-type/x-amz-json-1.0", "DISPATCH-006"),
    ("content-type/application-json", "DISPATCH-007"),
    ("content-type/text-plain", "DISPATCH-008"),
    ("content-type/cbor", "DISPATCH-008"),
    ("content-type/charset-utf-8", "DISPATCH-009"),
    ("content-type/upper-case", "DISPATCH-009"),
    ("content-type/list", "DISPATCH-009"),
    ("target/absent", "DISPATCH-010"),
    ("target/unknown-operation", "DISPATCH-010"),
    ("target/no-prefix", "DISPATCH-010"),
    ("target/lower-case", "DISPATCH-010"),
    ("target/other-operation", "DISPATCH-011"),
    ("target/duplicate-same", "DISPATCH-012"),
    ("target/space-inside", "DISPATCH-010"),
    ("auth/bogus", "AUTH-003"),
    ("auth/signed", "AUTH-002"),
    ("header/accept-encoding", "WIRE-001"),
    ("transfer/chunked", "WIRE-002"),
    ("http-version/1.0", "WIRE-003"),
    ("method/HEAD", "DISPATCH-001"),
    ("relation/member-order", "RELATION-001"),
    ("relation/white-space", "RELATION-002"),
    ("relation/escaped-values", "RELATION-003"),
    ("relation/escaped-names", "RELATION-004"),
    ("relation/short-escapes", "RELATION-005"),
    ("relation/null-as-absent", "RELATION-006"),
    ("relation/unknown-member", "RELATION-007"),
    ("relation/header-name-case", "RELATION-008"),
    ("relation/header-order", "RELATION-009"),
    ("relation/pieces", "RELATION-010"),
    ("relation/new-connection", "RELATION-011"),
    ("relation/after-a-refusal", "RELATION-012"),
    ("relation/client-metadata", "RELATION-013"),
    ("relation/force-alias-false", "RELATION-014"),
    ("relation/analytics-metadata", "RELATION-015"),
    ("relation/user-context-data", "RELATION-016"),
    ("relation/charset-parameter", "RELATION-017"),
    ("relation/content-type-case", "RELATION-018"),
    ("relation/accept", "RELATION-019"),
    ("relation/user-agent", "RELATION-020"),
    ("framing/length-one-short", "FRAME-001"),
    ("framing/chunk-size-negative", "FRAME-002"),
    ("framing/coding-and-length", "FRAME-003"),
    ("framing/line-folded-target", "FRAME-004"),
    ("framing/request-line-connect", "FRAME-005"),
    ("framing/host-absent", "FRAME-006"),
    ("framing/large-header", "FRAME-007"),
    ("framing/pipelined-twice", "FRAME-008"),
    ("json/huge-string", "JSON-014"),
    ("json/odd-quotes", "JSON-004"),
    ("json/yaml-body", "JSON-008"),
    ("json/leading-bytes", "JSON-009"),
    ("json/cbor-body", "JSON-010"),
    ("user/absent", "USER-001"),
    ("user/deleted/shown", "USER-001"),
    ("user/other-pool", "USER-001"),
    ("user/absent/hidden", "USER-002"),
    ("user/confirmed", "USER-003"),
    ("user/admin-confirmed/shown", "USER-003"),
    ("user/confirmed/hidden", "USER-004"),
    ("user/disabled", "USER-005"),
    ("user/disabled/hidden", "USER-005"),
    ("username/sub", "USER-006"),
    ("username/alias", "USER-007"),
    ("username/upper-case", "USER-008"),
    ("username/upper-case/shown", "USER-008"),
    ("username/upper-case/hidden", "USER-002"),
    ("user/confirmed-at-once", "USER-012"),
    ("username/sub/hidden", "USER-011"),
    ("username/alias/hidden", "USER-011"),
    ("client/unknown", "CLIENT-001"),
    ("client/deleted", "CLIENT-001"),
    ("client/twice", "CLIENT-001"),
    ("secret-hash/absent", "HASH-002"),
    ("secret-hash/null", "HASH-003"),
    ("secret-hash/empty", "HASH-004"),
    ("secret-hash/url-safe", "HASH-006"),
    ("secret-hash/leading-space", "HASH-007"),
    ("secret-hash/no-padding", "HASH-008"),
    ("secret-hash/composed", "HASH-010"),
    ("secret-hash-unneeded/right", "HASH-009"),
    ("secret-hash-unneeded/zeros", "HASH-009"),
    ("alias/taken", "ALIAS-001"),
    ("alias/taken-not-forced", "ALIAS-001"),
    ("alias/taken-forced", "ALIAS-002"),
    ("attempt/1", "LIMIT-001"),
    ("attempt/5", "LIMIT-001"),
    ("attempt/6", "LIMIT-002"),
    ("attempt/10", "LIMIT-002"),
    ("attempt/15", "LIMIT-002"),
    ("attempt/16", "LIMIT-003"),
    ("attempt/20", "LIMIT-003"),
    ("attempt/100", "LIMIT-003"),
    ("session/well-formed", "SESSION-001"),
    ("inspect/error-content-type", "WIRE-004"),
    ("inspect/error-type-header", "WIRE-005"),
    ("inspect/error-message-header", "WIRE-006"),
    ("inspect/error-type-short", "WIRE-007"),
    ("inspect/message-key", "WIRE-008"),
    ("inspect/error-compact", "WIRE-009"),
    ("inspect/error-json-object", "WIRE-010"),
    ("inspect/request-id", "WIRE-011"),
    ("inspect/success-content-type", "WIRE-012"),
    ("inspect/success-empty-body", "WIRE-013"),
    ("inspect/success-session", "WIRE-014"),
    ("inspect/success-modelled", "WIRE-015"),
    ("inspect/content-length", "WIRE-016"),
    ("inspect/attribute-verified", "VALID-011"),
];

#[test]
fn every_sample_label_falls_under_the_intended_requirement_alone() {
    let table = table();
    let mut wrong = Vec::new();
    for (label, intended) in SAMPLES {
        let found: Vec<String> = governing(&table, label).iter().map(|found| found.id.0.clone()).collect();
        if found != [format!("CSU-{intended}")] {
            wrong.push(format!("{label}: {found:?}, intended {intended}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_label_pattern_is_reached_by_a_sample_or_a_named_form() {
    let table = table();
    let reached: BTreeSet<&str> = SAMPLES.iter().map(|(_, id)| *id).collect();
    let forms = ["HASH-001", "HASH-005", "CODE-001", "CODE-002", "CODE-003"];
    for requirement in table.iter().filter(|requirement| !requirement.labels.is_empty()) {
        let id = requirement.id.0.trim_start_matches("CSU-");
        assert!(reached.contains(id) || forms.contains(&id), "{id} has no sample label");
    }
}

#[test]
fn every_form_of_a_code_and_of_a_hash_falls_under_one_requirement() {
    let table = table();
    for form in CodeForm::ALL {
        let found = governing(&table, &format!("code/{form}"));
        let intended = match form {
            CodeForm::Right => "CSU-VALID-001",
            CodeForm::FullWidth | CodeForm::ArabicIndic | CodeForm::ZeroWidth => "CSU-CODE-002",
            CodeForm::Superseded => "CSU-CODE-003",
            _ => "CSU-CODE-001",
        };
        assert_eq!(found.iter().map(|found| found.id.0.as_str()).collect::<Vec<_>>(), [intended], "{form}");
    }
    for form in HashForm::ALL {
        for kind in ["secret-hash", "secret-hash-unneeded"] {
            let found = governing(&table, &format!("{kind}/{form}"));
            assert_eq!(found.len(), 1, "{kind}/{form}: {found:?}");
        }
        let found = governing(&table, &format!("secret-hash/{form}"));
        let accepted = found[0].effect == Effect::Accepted;
        assert_eq!(accepted, *form == HashForm::Right, "{form}");
    }
}

#[test]
fn a_label_outside_the_vocabulary_falls_under_nothing_twice() {
    let table = table();
    for text in
        ["nonsense/x", "absent/SecretHash", "json/made-up", "user/absent/hidden/more", "", "user/\u{1b}"]
    {
        assert!(governing(&table, text).is_empty(), "{text}");
        assert!(governing(&table, text).is_empty(), "{text}, from the cache");
    }
}

#[test]
fn the_examples_of_the_design_hold() {
    let table = table();
    let absent = governing(&table, "secret-hash/absent")[0];
    assert_eq!(absent.status.as_ref().unwrap().attestation, Attestation::Documented);
    assert_eq!(absent.error_type.as_ref().unwrap().attestation, Attestation::Reported);
    let MessageRule::OneOf(texts) = &absent.message.as_ref().unwrap().accept else {
        panic!("a set of texts");
    };
    assert_eq!(texts.len(), 3);
    let wrong = governing(&table, "code/wrong")[0];
    assert_eq!(wrong.error_type.as_ref().unwrap().attestation, Attestation::Recorded);
    let hidden = governing(&table, "user/absent/hidden")[0];
    assert!(!hidden.error_type.as_ref().unwrap().accept.contains(&"UserNotFoundException".to_owned()));
}

/// A requirement file that is right; each test breaks one line of it.
const RIGHT: &str = r#"[[requirement]]
id = "CSU-TEST-001"
sentence = "A request without ClientId is refused."
member = "ClientId"
layer = "constraint"
stage = "validate"
labels = ["absent/ClientId"]
evidence = ["SCH-010"]
effect = "refused"
status = { accept = [400], attestation = "documented", evidence = ["SCH-010"] }
type = { accept = ["InvalidParameterException"], attestation = "reported", evidence = ["VAL-002"] }
message = { rule = "violations", attestation = "reported", evidence = ["VAL-002"] }
headers = { accept = { "content-type" = "application/.*" }, attestation = "recorded", evidence = ["WIRE-001"] }
body = { accept = ["error"], attestation = "recorded", evidence = ["WIRE-002"] }
state = { accept = { "user.status" = "UNCONFIRMED" }, attestation = "documented", evidence = ["SCH-010"] }

[[requirement.conflict]]
says = "Another page says otherwise."
evidence = ["WIRE-009"]

[[left_out]]
rows = ["EMU-001"]
reason = "It speaks of an emulator."
"#;

fn read(text: &str) -> Result<RequirementTable, String> {
    RequirementTable::parse(&[SourceFile::new("mine.toml", text)], &evidence())
        .map_err(|error| error.to_string())
}

fn broken(from: &str, to: &str) -> String {
    assert!(RIGHT.contains(from), "{from}");
    read(&RIGHT.replacen(from, to, 1)).expect_err(to)
}

#[test]
fn a_right_file_is_read_field_by_field() {
    let table = read(RIGHT).unwrap();
    let requirement = table.iter().next().unwrap();
    assert_eq!(requirement.member.as_deref(), Some("ClientId"));
    assert_eq!(requirement.status.as_ref().unwrap().accept, [400]);
    assert_eq!(requirement.message.as_ref().unwrap().accept, MessageRule::Violations);
    assert_eq!(requirement.headers.as_ref().unwrap().accept["content-type"], "application/.*");
    assert_eq!(requirement.state.as_ref().unwrap().accept["user.status"], "UNCONFIRMED");
    assert_eq!(requirement.conflicts[0].evidence, ["WIRE-009"]);
    assert_eq!(table.left_out().next().unwrap().row, "EMU-001");
}

#[test]
fn a_wrong_name_is_answered_with_place_caret_and_what_is_allowed() {
    insta::assert_snapshot!(broken("\"refused\"", "\"refuzed\""), @r###"
    mine.toml:9:10: `refuzed` is not one of `accepted`, `refused`, `either`, `observed`, `inspected`
     9 | effect = "refuzed"
       |          ^^^^^^^^^
    "###);
    insta::assert_snapshot!(broken("stage = \"validate\"", "stage = \"guess\""), @r###"
    mine.toml:6:9: `guess` is not one of `dispatch`, `deserialise`, `validate`, `client`, `secret-hash`, `user`, `status`, `code`, `alias`, `confirm`
     6 | stage = "guess"
       |         ^^^^^^^
    "###);
    insta::assert_snapshot!(broken("\"ClientId\"\nlayer", "\"clientId\"\nlayer"), @r###"
    mine.toml:4:10: `clientId` is not a member
     4 | member = "clientId"
       |          ^^^^^^^^^^
    hint: allowed: `ClientId`, `SecretHash`, `Username`, `ConfirmationCode`, `ForceAliasCreation`, `AnalyticsMetadata`, `AnalyticsMetadata.AnalyticsEndpointId`, `UserContextData`, `UserContextData.IpAddress`, `UserContextData.EncodedData`, `ClientMetadata`, `ClientMetadata.key`, `ClientMetadata.value`, `Session`
    "###);
    insta::assert_snapshot!(broken("[\"error\"]", "[\"error\", \"pretty\"]"), @r###"
    mine.toml:14:29: `pretty` is not one of `empty`, `modelled-success`, `session`, `error`, `short-type`, `message-key`, `compact`, `json-object`
     14 | body = { accept = ["error", "pretty"], attestation = "recorded", evidence = ["WIRE-002"] }
        |                             ^^^^^^^^
    "###);
    insta::assert_snapshot!(broken("\"violations\"", "\"exact\""), @r###"
    mine.toml:12:20: `exact` is not a rule
     12 | message = { rule = "exact", attestation = "reported", evidence = ["VAL-002"] }
        |                    ^^^^^^^
    hint: allowed: `violations`, `absent`
    "###);
    insta::assert_snapshot!(broken("\"user.status\"", "\"user.mood\""), @r###"
    mine.toml:15:22: `user.mood` is not a state
     15 | state = { accept = { "user.mood" = "UNCONFIRMED" }, attestation = "documented", evidence = ["SCH-010"] }
        |                      ^^^^^^^^^^^
    hint: allowed: `user.status`, `user.email_verified`, `holder.email_verified`
    "###);
}

#[test]
fn unknown_duplicate_and_missing_keys_are_refused() {
    insta::assert_snapshot!(broken("effect =", "efect ="), @r###"
    mine.toml:9:1: unknown field `efect`, expected one of `id`, `sentence`, `member`, `layer`, `stage`, `since`, `labels`, `evidence`, `effect`, `no_case`, `status`, `type`, `message`, `headers`, `body`, `state`, `same`, `conflict`
     9 | efect = "refused"
       | ^^^^^
    "###);
    insta::assert_snapshot!(broken("member = \"ClientId\"", "id = \"CSU-TEST-002\""), @r###"
    mine.toml:4:1: duplicate key
     4 | id = "CSU-TEST-002"
       | ^^
    "###);
    insta::assert_snapshot!(broken("effect = \"refused\"\n", ""), @r###"
    mine.toml:1:1: missing field `effect`
     1 | [[requirement]]
       | ^^^^^^^^^^^^^^^
    "###);
    insta::assert_snapshot!(broken("[400]", "[\"400\"]"), @r###"
    mine.toml:10:22: invalid type: string "400", expected u16
     10 | status = { accept = ["400"], attestation = "documented", evidence = ["SCH-010"] }
        |                      ^^^^^
    "###);
}

#[test]
fn a_row_that_is_not_there_or_too_weak_is_refused() {
    insta::assert_snapshot!(broken("[\"VAL-002\"] }\nmessage", "[\"VAL-999\"] }\nmessage"), @r###"
    mine.toml:11:88: `VAL-999` is no row of the evidence
     11 | type = { accept = ["InvalidParameterException"], attestation = "reported", evidence = ["VAL-999"] }
        |                                                                                        ^^^^^^^^^
    hint: see corpus/evidence/aws-behaviour.json
    "###);
    insta::assert_snapshot!(broken("\"reported\"", "\"documented\""), @r###"
    mine.toml:11:64: `documented` is stronger than the strongest row cited, which is `reported`
     11 | type = { accept = ["InvalidParameterException"], attestation = "documented", evidence = ["VAL-002"] }
        |                                                                ^^^^^^^^^^^^
    "###);
    insta::assert_snapshot!(broken("[\"SCH-010\"]\neffect", "[\"SCH-010\", \"SCH-010\"]\neffect"), @r###"
    mine.toml:8:24: `SCH-010` is cited twice
     8 | evidence = ["SCH-010", "SCH-010"]
       |                        ^^^^^^^^^
    hint: name each row once
    "###);
    insta::assert_snapshot!(broken("[\"EMU-001\"]", "[\"WIRE-009\"]"), @r###"
    mine.toml:22:9: `WIRE-009` is left out, yet `CSU-TEST-001` cites it
     22 | rows = ["WIRE-009"]
        |         ^^^^^^^^^^
    "###);
}

#[test]
fn labels_are_checked_against_vocabulary_glob_syntax_and_effect() {
    insta::assert_snapshot!(broken("\"absent/ClientId\"", ""), @r###"
    mine.toml:7:10: `labels` is empty and there is no `no_case`
     7 | labels = []
       |          ^^
    "###);
    insta::assert_snapshot!(broken("absent/ClientId", "absent/{ClientId"), @r###"
    mine.toml:7:11: `absent/{ClientId` is not a glob: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
     7 | labels = ["absent/{ClientId"]
       |           ^^^^^^^^^^^^^^^^^^
    hint: `*`, `?`, `[a-z]` and `{a,b}` are special
    "###);
    insta::assert_snapshot!(broken("absent/ClientId", "missing/ClientId"), @r###"
    mine.toml:7:11: `missing/ClientId` is not a label pattern
     7 | labels = ["missing/ClientId"]
       |           ^^^^^^^^^^^^^^^^^^
    hint: a label starts with one of `valid`, `absent`, `null`, `wrong-type`, `miscased`, `unknown-member`, `too-short`, `too-long`, `pattern`, `json`, `framing`, `method`, `path`, `content-type`, `target`, `header`, `auth`, `transfer`, `http-version`, `code`, `user`, `username`, `client`, `secret-hash`, `secret-hash-unneeded`, `alias`, `attempt`, `session`, `relation`, `inspect`
    "###);
    insta::assert_snapshot!(broken("absent/ClientId", "inspect/error"), @r###"
    mine.toml:7:11: `inspect/error` does not go with the effect `refused`
     7 | labels = ["inspect/error"]
       |           ^^^^^^^^^^^^^^^
    hint: `inspect/…` and `relation/…` labels belong to the effect `inspected`, and it has no others
    "###);
}

#[test]
fn what_goes_with_no_effect_or_has_no_form_is_refused() {
    insta::assert_snapshot!(broken("\"refused\"", "\"observed\""), @r###"
    mine.toml:9:10: `observed` has aspects
     9 | effect = "observed"
       |          ^^^^^^^^^^
    hint: what is `observed` is never judged: it has none
    "###);
    insta::assert_snapshot!(broken("[400]", "[200]"), @r###"
    mine.toml:10:21: status `200` does not go with the effect `refused`
     10 | status = { accept = [200], attestation = "documented", evidence = ["SCH-010"] }
        |                     ^^^^^
    "###);
    insta::assert_snapshot!(broken("[400]", "[]"), @r###"
    mine.toml:10:21: empty, at least one is needed
     10 | status = { accept = [], attestation = "documented", evidence = ["SCH-010"] }
        |                     ^^
    "###);
    insta::assert_snapshot!(broken("CSU-TEST-001", "TEST-1"), @r###"
    mine.toml:2:6: `TEST-1` is not a requirement id
     2 | id = "TEST-1"
       |      ^^^^^^^^
    hint: allowed: `CSU-AREA-NNN`
    "###);
    insta::assert_snapshot!(broken("InvalidParameterException", "aws#InvalidParameterException"), @r###"
    mine.toml:11:20: `aws#InvalidParameterException` is not an error type
     11 | type = { accept = ["aws#InvalidParameterException"], attestation = "reported", evidence = ["VAL-002"] }
        |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: a bare shape name, such as `CodeMismatchException`
    "###);
    insta::assert_snapshot!(broken("application/.*", "application/("), @r###"
    mine.toml:13:41: `application/(` is not a regular expression
     13 | headers = { accept = { "content-type" = "application/(" }, attestation = "recorded", evidence = ["WIRE-001"] }
        |                                         ^^^^^^^^^^^^^^^
    hint: the syntax is that of the `regex` crate
    "###);
    insta::assert_snapshot!(broken("rule = \"violations\", ", ""), @r###"
    mine.toml:12:11: a message has either `one_of` or `rule`
     12 | message = { attestation = "reported", evidence = ["VAL-002"] }
        |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "###);
}

#[test]
fn two_requirements_for_one_label_or_id_are_refused() {
    let second = RIGHT.split("\n[[left_out]]").next().unwrap();
    let text = |labels: &str| {
        let second = second.replace("TEST-001", "TEST-002").replace("absent/ClientId", labels);
        read(&format!("{RIGHT}\n{second}"))
    };
    insta::assert_snapshot!(text("absent/*").unwrap_err(), @r###"
    mine.toml:7:11: `absent/ClientId` overlaps with `CSU-TEST-002`: both have `absent/ClientId`
     7 | labels = ["absent/ClientId"]
       |           ^^^^^^^^^^^^^^^^^
    hint: a label falls under one requirement; take it away from one of them with `!`
    "###);
    insta::assert_snapshot!(text("absent/{Username,ClientId}").unwrap_err(), @r###"
    mine.toml:7:11: `absent/ClientId` overlaps with `CSU-TEST-002`: both have `absent/ClientId`
     7 | labels = ["absent/ClientId"]
       |           ^^^^^^^^^^^^^^^^^
    hint: a label falls under one requirement; take it away from one of them with `!`

    mine.toml:31:11: `absent/{Username,ClientId}` overlaps with `CSU-TEST-001`: both have `absent/ClientId`
     31 | labels = ["absent/{Username,ClientId}"]
        |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: a label falls under one requirement; take it away from one of them with `!`
    "###);
    assert!(text("absent/*\", \"!absent/ClientId").is_ok());
    insta::assert_snapshot!(read(&format!("{RIGHT}\n{}", second.replace("absent/", "null/"))).unwrap_err(), @r###"
    mine.toml:26:6: the id `CSU-TEST-001` is there twice
     26 | id = "CSU-TEST-001"
        |      ^^^^^^^^^^^^^^
    hint: the first is in mine.toml:2
    "###);
}

#[test]
fn hostile_text_reaches_no_terminal_and_floods_none() {
    let error = broken("\"refused\"", "\"\\u001b[31m\\u202e\"");
    assert!(!error.contains(['\u{1b}', '\u{202e}']), "{error:?}");
    let error = broken("effect =", "\"\\u001b]0;x\" =");
    assert!(!error.contains('\u{1b}'), "{error:?}");
    let many: String = (0..500)
        .map(|_| {
            RIGHT
                .replace("[[left_out]]\nrows = [\"EMU-001\"]\nreason = \"It speaks of an emulator.\"", "")
                .replace("refused", "maybe")
        })
        .collect();
    let error = read(&many).unwrap_err();
    assert_eq!(error.matches("is not one of").count(), 20);
    assert!(error.contains("hint: 480 more things are wrong"), "{error}");
    for text in
        ["\u{0}", "[[", "= 1", "[[requirement]]\nid = \"\u{7f}\"", &"[".repeat(10_000), &"a.".repeat(10_000)]
    {
        assert!(read(text).is_err(), "{text:.20}");
    }
}

#[test]
fn a_label_pattern_of_endless_braces_is_refused() {
    let nested = format!("json/{}x{}", "{".repeat(200_000), "}".repeat(200_000));
    let error = broken("absent/ClientId", &nested);
    assert!(error.contains("a label pattern of 400006 characters; allowed: 256"), "{error:.200}");
    assert!(error.len() < 1000, "{}", error.len());
    let deep = format!("json/{}x{}", "{".repeat(120), "}".repeat(120));
    assert!(read(&RIGHT.replace("absent/ClientId", &deep)).is_ok());
    let wide = format!("json/{}", "{a,b,c}".repeat(35));
    assert!(read(&RIGHT.replace("absent/ClientId", &wide)).is_ok());
}

#[test]
fn a_folder_adds_to_the_table_and_names_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let mine = RIGHT.replace("absent/ClientId", "json/made-up");
    let mine = mine.split("\n[[left_out]]").next().unwrap();
    std::fs::write(folder.path().join("mine.toml"), mine).unwrap();
    std::fs::write(folder.path().join("notes.md"), "not read").unwrap();
    let both = RequirementTable::with_folder(folder.path(), &evidence()).unwrap();
    assert_eq!(both.iter().count(), table().iter().count() + 1);
    assert_eq!(governing(&both, "json/made-up")[0].id.0, "CSU-TEST-001");

    std::fs::write(folder.path().join("mine.toml"), mine.replace("json/made-up", "json/root-null")).unwrap();
    let error = RequirementTable::with_folder(folder.path(), &evidence()).unwrap_err().to_string();
    assert!(error.contains("overlaps with `CSU-JSON-006`: both have `json/root-null`"), "{error}");
    std::fs::write(folder.path().join("mine.toml"), vec![b'#'; 1024 * 1024 + 1]).unwrap();
    let error = RequirementTable::with_folder(folder.path(), &evidence()).unwrap_err().to_string();
    assert!(error.contains("more than the 1048576 that are allowed"), "{error}");
    let error = RequirementTable::with_folder(&folder.path().join("none"), &evidence()).unwrap_err();
    assert!(error.to_string().starts_with("cannot read `"), "{error}");
}
