use super::*;
use countersign::case::{CaseId, ClientKind, Fixture, Label, Layer, Origin, Sending, Step, Twin, UserState};
use countersign::corpus::SourceFile;
use countersign::template::{Escaping, RequestTemplate, Template};

fn case(name: &str, kind: &str, at: &str, body: &str) -> Case {
    let fixture = Fixture::unconfirmed(ClientKind::Secret);
    Case {
        id: CaseId::new("secret-hash", name),
        layer: Layer::SecretHash,
        origin: Origin::Model,
        steps: vec![Step {
            request: RequestTemplate::confirm_sign_up(Template::parse(body, Escaping::Json).unwrap()),
            labels: vec![Label::new(kind, at, "")],
        }],
        sending: Sending::InTurn,
        twin: Some(Twin {
            fixture: Some(fixture.clone().with_user(UserState::Unconfirmed)),
            request: RequestTemplate::Raw(Template::literal("GET /\u{1b}")).into(),
        }),
        relation: None,
        reason: None,
        fixture,
    }
}

fn explain(arguments: &[&str]) -> Result<String, String> {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: ExplainArgs,
    }
    let evidence = Evidence::embedded().unwrap();
    let table = RequirementTable::embedded(&evidence).unwrap();
    let cases = [
        case("absent-one", "secret-hash", "absent", r#"{"ClientId":"${client_id}"}"#),
        case("absent-two", "secret-hash", "absent", "{}"),
        case("wrong", "code", "wrong", "\u{202e}"),
    ];
    let line = <Line as clap::Parser>::try_parse_from(std::iter::once(&"explain").chain(arguments)).unwrap();
    let mut out = Vec::new();
    let subject = Subject { table: &table, evidence: &evidence, cases: &cases };
    match write_explanation(&mut out, &line.args, subject) {
        Ok(()) => Ok(String::from_utf8(out).unwrap()),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn a_requirement_is_explained_with_sources_conflicts_cases_and_bytes() {
    insta::assert_snapshot!(explain(&["CSU-HASH-002"]).unwrap(), @r###"
    CSU-HASH-002  An app client with a secret is refused without SecretHash.

    member   SecretHash
    layer    secret-hash
    stage    secret-hash
    effect   refused
    labels   secret-hash/absent

    Accepted
      status   documented [ERR-004, SH-001, ERR-016]
               400
      type     reported [SEM-011, SEM-012, SEM-013]
               NotAuthorizedException
      message  reported [SEM-011, SEM-012, SEM-013]
               "Unable to verify secret hash for client ${client_id}"
               "Client ${client_id} is configured for secret but secret was not received"
               "Client ${client_id} is configured with secret but SECRET_HASH was not received"
      state    documented [SH-001, SEM-047]
               user.status = UNCONFIRMED

    Conflicts
      The Smithy model's httpError trait gives 403; the API reference and every recording give 400, so only 400 is accepted.
      [ERR-004]

      Three texts are attested over the years, only the first of them for ConfirmSignUp: all are accepted.
      [SEM-011, SEM-012, SEM-013]

    Sources
      SEM-011  reported: Client has a secret, SecretHash absent — text A (2016–2021)
               "Unable to verify secret hash for client ${clientId}"
               The only text directly attested for ConfirmSignUp.
               from StackOverflow question 37438879; furaiev/amazon-cognito-identity-dart-2 #16 (confirmRegistration, 2020-01) and PR #98 (ConfirmSignUp, 2020-11); AWS Knowledge Center 'unable to verify secret hash' article (2021-04-05)
      SEM-012  reported: Client has a secret, SecretHash absent — text B
               "Client ${clientId} is configured for secret but secret was not received"
               from public code sample, repository unnamed (sign-up script, InitiateAuth)
      SEM-013  reported: Client has a secret, SecretHash absent — text C (newest)
               "Client ${clientId} is configured with secret but SECRET_HASH was not received"
               Mostly sign-in/sign-up; not directly attested for ConfirmSignUp. Accept A, B or C.
               from aws-amplify/amplify-android #2504; public code sample, repository unnamed
      ERR-004  recorded: Modelled error NotAuthorizedException
               CONFLICT: model says 403.
               from Liftric/cognito-idp@74f7a1f8 src/commonTest/…/IdentityProviderClientTests.kt (run against a real pool); ArranJacques/laravel-aws-cognito-auth issue #26 (`400 Bad Request`); ellaisys/aws-cognito issue #94; docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html public code sample, repository unnamed; model: npm package @aws-sdk/client-cognito-identity-provider 3.1169.0 (dist schemas), aws/api-models-aws@56c8953e cognito-identity-provider/service/2016-04-18/cognito-identity-provider-2016-04-18.json (2025-04-02)
      SH-001   documented: SecretHash = Base64( HMAC_SHA256( key = client secret, message = username + clientId ) ); standard alphabet, padded, 44 characters
               from awsdocs/amazon-cognito-developer-guide@85b058f doc_source/signing-up-users-in-your-app.md (formula, Java and Python code); AWS Knowledge Center article 'unable to verify secret hash'
      ERR-016  documented: Modelled error InternalErrorException
               The only 5xx in the list.
               from docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html public code sample, repository unnamed; model: npm package @aws-sdk/client-cognito-identity-provider 3.1169.0 (dist schemas), aws/api-models-aws@56c8953e cognito-identity-provider/service/2016-04-18/cognito-identity-provider-2016-04-18.json (2025-04-02)
      SEM-047  documented: On success: status CONFIRMED; the attribute that received the code is marked verified
               from awsdocs doc_source/signing-up-users-in-your-app.md

    Cases: 2
      secret-hash/absent-one
        step 1: secret-hash/absent
          POST / HTTP/1.1
          Host: ${host}
          Content-Type: application/x-amz-json-1.1
          X-Amz-Target: AWSCognitoIdentityProviderService.ConfirmSignUp
          Content-Length: ${content_length}

          {"ClientId":"${client_id}"}
      secret-hash/absent-two
    "###);
}

#[test]
fn an_evidence_row_names_the_requirements_that_cite_it_or_why_none_does() {
    insta::assert_snapshot!(explain(&["SEM-008"]).unwrap(), @r###"
    SEM-008  Status is checked BEFORE the code: a wrong code against a confirmed user gives SEM-006, not CodeMismatch

    status   400
    type     NotAuthorizedException
    message  "User cannot be confirmed. Current status is CONFIRMED"
    note     The script exists because this works as a user-enumeration oracle. Behaviour with PreventUserExistenceErrors ENABLED is not separately attested.
    attested reported
    source   public code sample, repository unnamed (unauthenticated enumeration script: sends the invalid code `0`, looks for this text)

    Cited by
      CSU-ORDER-004  The user's status is checked before the code.
      CSU-USER-003  A user who is confirmed already is not confirmed again, whatever the code.
      CSU-USER-004  How a confirmed user is answered where the app client hides who exists is not attested by itself.
    "###);
    insta::assert_snapshot!(explain(&["EMU-002"]).unwrap(), @r###"
    EMU-002  moto: ConfirmSignUp accepts any code

    attested inferred
    source   getmoto/moto moto/cognitoidp/models.py confirm_sign_up (takes no code at all)

    Cited by no requirement
      They speak of emulators, not of AWS.
    "###);
}

#[test]
fn a_case_is_explained_with_state_requirements_steps_and_twin() {
    insta::assert_snapshot!(explain(&["secret-hash/wrong"]).unwrap(), @r###"
    secret-hash/wrong

    layer    secret-hash
    origin   model
    state    user unconfirmed, app client secret, pool plain

    Requirements
      CSU-CODE-001  A code that is not the user's is refused, whatever its length and form.

        step 1: code/wrong
          POST / HTTP/1.1
          Host: ${host}
          Content-Type: application/x-amz-json-1.1
          X-Amz-Target: AWSCognitoIdentityProviderService.ConfirmSignUp
          Content-Length: ${content_length}

          \u{202e}
        twin for another user: user unconfirmed, app client secret, pool plain
          GET /\u{1b}
    "###);
}

#[test]
fn an_unknown_id_is_answered_with_the_nearest() {
    insta::assert_snapshot!(explain(&["csu-hash-02"]).unwrap_err(), @r###"
    no requirement, evidence row or case is called `csu-hash-02`
    hint: nearest: `CSU-HASH-002`, `CSU-HASH-001`, `CSU-HASH-003`, `CSU-HASH-004`, `CSU-HASH-005`
    "###);
    let hostile = explain(&[&"\u{1b}".repeat(5000)]).unwrap_err();
    assert!(!hostile.contains('\u{1b}') && hostile.len() < 2000, "{hostile}");
}

#[test]
fn without_an_id_every_requirement_has_a_line() {
    let evidence = Evidence::embedded().unwrap();
    let table = RequirementTable::embedded(&evidence).unwrap();
    let list = explain(&[]).unwrap();
    assert_eq!(list.lines().count(), table.iter().count());
    assert!(
        list.contains(
            "CSU-HASH-002      refused       2 cases  An app client with a secret is refused without"
        ),
        "{list}"
    );
}

#[test]
fn json_says_the_same_and_is_safe_to_print() {
    let read = |arguments: &[&str]| -> serde_json::Value {
        let text = explain(arguments).unwrap();
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        serde_json::from_str(&text).unwrap()
    };
    let one = read(&["CSU-HASH-002", "--format", "json"]);
    assert_eq!(one["accepted"]["status"]["accept"][0], "400");
    assert_eq!(one["cases"].as_array().unwrap().len(), 2);
    assert_eq!(read(&["SEM-008", "--format", "json"])["attestation"], "reported");
    let case = read(&["secret-hash/wrong", "--format", "json"]);
    assert_eq!(case["steps"][0]["requirements"][0], "CSU-CODE-001");
    assert_eq!(case["steps"][0]["request"][6], "\\u{202e}");
    let list = read(&["--format", "json"]);
    assert!(list.as_array().unwrap().len() > 100);
}

#[test]
fn a_hostile_requirement_of_the_users_own_reaches_no_terminal() {
    let evidence = Evidence::embedded().unwrap();
    let file = SourceFile::new(
        "mine.toml",
        "[[requirement]]\nid = \"CSU-MINE-001\"\nsentence = \"a\\u001b[31mb\\u202e\"\nlayer = \"http\"\n\
         stage = \"dispatch\"\nlabels = [\"header/x\\u0007\"]\nevidence = [\"SCH-001\"]\neffect = \"observed\"\n",
    );
    let table = RequirementTable::parse(&[file], &evidence).unwrap();
    let subject = Subject { table: &table, evidence: &evidence, cases: &[] };
    for (id, format) in [
        (None, Format::Table),
        (None, Format::Json),
        (Some("CSU-MINE-001"), Format::Table),
        (Some("CSU-MINE-001"), Format::Json),
        (Some("SCH-001"), Format::Table),
    ] {
        let args = ExplainArgs { id: id.map(str::to_owned), cases: Vec::new(), format, all: false };
        let mut out = Vec::new();
        write_explanation(&mut out, &args, subject).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{text}");
    }
}
