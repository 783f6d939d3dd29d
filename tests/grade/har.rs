//! HAR files: what is judged, what is left open and why, and what is no HAR.

use countersign::event::{CaseReport, RunEvent, Verdict};
use countersign::grade::{GradeError, grade_har};
use countersign::harness::Rules;
use countersign::requirement::Attestation;
use serde_json::{Value, json};

const BODY: &str =
    r#"{"ClientId":"4a1b2c3d4e5f6g7h8i9j0k1l2m","Username":"jane","ConfirmationCode":"482913"}"#;
const NO_CODE: &str = r#"{"ClientId":"4a1b2c3d4e5f6g7h8i9j0k1l2m","Username":"jane"}"#;

/// An entry with this request body and answer.
fn entry(body: &str, status: u16, answer: &str) -> Value {
    let pair = |name: &str, value: &str| json!({"name": name, "value": value});
    json!({
        "request": {
            "method": "POST",
            "url": "https://cognito-idp.eu-west-1.amazonaws.com/?secret=1",
            "headers": [
                pair("content-type", "application/x-amz-json-1.1"),
                pair("x-amz-target", "AWSCognitoIdentityProviderService.ConfirmSignUp"),
                pair("cookie", "session=topsecret"),
            ],
            "postData": {"mimeType": "application/x-amz-json-1.1", "text": body},
        },
        "response": {
            "status": status,
            "statusText": "",
            "headers": [
                pair("content-type", "application/x-amz-json-1.1"),
                pair("set-cookie", "sid=topsecret"),
                pair("x-amzn-errortype", "AnyException"),
                pair("x-amzn-errormessage", "any message"),
                pair("x-amzn-requestid", "0c7a6d0e-2b53-4b8e-9f0f-0d5f3f1f2a3b"),
            ],
            "content": {"size": answer.len(), "text": answer},
        },
    })
}

fn error(name: &str, message: &str) -> String {
    format!(r#"{{"__type":"{name}","message":"{message}"}}"#)
}

fn har(entries: &[Value]) -> String {
    json!({"log": {"version": "1.2", "entries": entries}}).to_string()
}

fn graded(text: &str) -> Result<Vec<CaseReport>, GradeError> {
    let (rules, mut reports) = (Rules::built_in().unwrap(), Vec::new());
    grade_har(text.as_bytes(), "x.har", (&rules, Attestation::Recorded), &mut |event| {
        if let RunEvent::CaseFinished(report) = event {
            reports.push(*report);
        }
    })?;
    Ok(reports)
}

#[track_caller]
fn judged(body: &str, status: u16, answer: &str) -> CaseReport {
    graded(&har(&[entry(body, status, answer)])).unwrap().pop().unwrap()
}

#[test]
fn a_defect_that_the_bytes_show_is_judged_in_full() {
    let message = "1 validation error detected: Value at 'confirmationCode' failed to satisfy constraint: Member must not be null";
    let right = judged(NO_CODE, 400, &error("InvalidParameterException", message));
    assert_eq!(right.verdict, Verdict::Pass, "{right:?}");
    assert_eq!(right.labels.iter().map(ToString::to_string).collect::<Vec<_>>(), ["absent/ConfirmationCode"]);
    let accepted = judged(NO_CODE, 200, "{}");
    assert_eq!(accepted.verdict, Verdict::Mismatch, "{accepted:?}");
    assert!(accepted.scored);
    let wrong = judged(NO_CODE, 500, "<html>oops</html>");
    assert_eq!(wrong.verdict, Verdict::Mismatch, "{wrong:?}");
}

#[test]
fn what_depends_on_a_state_that_nobody_saw_is_left_open_with_its_reason() {
    let table = [
        (BODY, 200, "{}".to_owned(), "valid on its face"),
        (
            BODY,
            400,
            error("CodeMismatchException", "Invalid verification code provided, please try again."),
            "valid on its face",
        ),
        (
            NO_CODE,
            400,
            error("ResourceNotFoundException", "User pool client 4a1b2c3d4e5f6g7h8i9j0k1l2m does not exist."),
            "a check of the state",
        ),
        (
            r#"{"ClientId":"a","ClientId":"b"}"#,
            400,
            r#"{"__type":"SerializationException"}"#.to_owned(),
            "twice",
        ),
        ("{'ClientId':1}", 400, r#"{"__type":"SerializationException"}"#.to_owned(), "no JSON text"),
    ];
    for (body, status, answer, reason) in table {
        let report = judged(body, status, &answer);
        let told = report.reason.clone().unwrap_or_default();
        assert!(told.contains(reason), "{body}: {report:?}");
        assert!(matches!(report.verdict, Verdict::Observed), "{body}: {report:?}");
    }
}

#[test]
fn the_form_of_an_answer_is_judged_whatever_the_state_was() {
    let right = "Invalid verification code provided, please try again.";
    let wrong_status = judged(BODY, 500, &error("CodeMismatchException", right));
    assert_eq!(wrong_status.verdict, Verdict::Mismatch, "{wrong_status:?}");
    assert_eq!(wrong_status.mismatches[0].aspect.name(), "status");
    // A requirement whose error type this is says nothing of its message: it is held against nobody.
    let other_message = judged(BODY, 400, &error("CodeMismatchException", "No."));
    assert_eq!(other_message.verdict, Verdict::Observed, "{other_message:?}");
    let long_type = judged(BODY, 400, &error("com.amazonaws#CodeMismatchException", right));
    assert_eq!(long_type.mismatches[0].aspect.name(), "body", "{long_type:?}");
    let mut bare = entry(BODY, 200, "{}");
    bare["response"]["headers"] = json!([]);
    let bare = graded(&har(&[bare])).unwrap().pop().unwrap();
    assert!(bare.mismatches.iter().any(|it| it.aspect.name() == "header"), "{bare:?}");
}

#[test]
fn what_the_file_does_not_hold_is_uncovered() {
    let mut without_body = entry(BODY, 200, "{}");
    without_body["request"]["postData"] = Value::Null;
    let mut without_content = entry(NO_CODE, 200, "{}");
    without_content["response"]["content"] = json!({"size": 20});
    let blocked = entry(BODY, 0, "");
    let reports = graded(&har(&[without_body, without_content, blocked])).unwrap();
    let reasons: Vec<&str> = reports.iter().filter_map(|report| report.reason.as_deref()).collect();
    assert_eq!(
        reasons,
        [
            "the file does not hold the request's body",
            "the file does not hold the answer's body",
            "the file holds no answer to it"
        ]
    );
    assert!(reports.iter().all(|report| report.verdict == Verdict::Uncovered && !report.scored));
}

#[test]
fn base64_is_read_and_other_requests_are_passed_over() {
    let mut encoded = entry("eyJDbGllbnRJZCI6ImEifQ==", 200, "e30=");
    encoded["request"]["postData"]["encoding"] = json!("base64");
    encoded["response"]["content"]["encoding"] = json!("base64");
    let other = json!({"request": 1});
    let reports = graded(&har(&[other, encoded])).unwrap();
    assert_eq!(reports.len(), 1);
    assert_eq!(
        (reports[0].id.as_str(), reports[0].verdict),
        ("har/entry-1", Verdict::Mismatch),
        "{reports:?}"
    );
    let labels: Vec<String> = reports[0].labels.iter().map(ToString::to_string).collect();
    assert_eq!(labels, ["absent/Username", "absent/ConfirmationCode"]);
}

#[test]
fn no_secret_of_a_capture_reaches_the_report() {
    let body = r#"{"ClientId":"4a1b2c3d4e5f","Username":"jane.doe","ConfirmationCode":"482913","SecretHash":"c2VjcmV0aGFzaA==","UserContextData":{"EncodedData":"fingerprint"}}"#;
    let echo = error("CodeMismatchException", "482913 jane.doe c2VjcmV0aGFzaA== \\u001b[2J");
    let shown = format!("{:?}", judged(body, 400, &echo));
    for secret in ["482913", "jane.doe", "c2VjcmV0aGFzaA", "fingerprint", "topsecret", "secret=1", "\u{1b}"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    let broken = format!("{:?}", judged("{\"ConfirmationCode\":\"482913\"", 400, "{}"));
    assert!(!broken.contains("482913"), "{broken}");
}

#[test]
fn a_file_that_is_no_har_says_where() {
    let good = har(&[entry(BODY, 200, "{}"), entry(BODY, 200, "{}")]);
    let cut = &good[..good.len() - 40];
    let mut bad = entry(BODY, 200, "{}");
    bad["response"]["status"] = json!("ok");
    let mut odd = entry(BODY, 200, "{}");
    odd["request"]["postData"]["encoding"] = json!("\u{1b}[2J");
    let deep = format!("{{\"log\":{{\"entries\":[{}", "[".repeat(100_000));
    let table = [
        (cut.to_owned(), "entry 1, offset"),
        (har(&[entry(BODY, 200, "{}"), bad]), "entry 1, offset"),
        (har(&[odd]), "`\\u{1b}[2J`; allowed: `base64`"),
        (deep, "entry 0, offset"),
        ("{}".to_owned(), "missing field `log`"),
        ("{\"log\":{}}".to_owned(), "missing field `entries`"),
        ("{\"log\":{\"entries\":3}}".to_owned(), "a list of entries"),
        (har(&[]), "no ConfirmSignUp exchange (0 entries)"),
        (format!("{good} x"), "trailing characters"),
    ];
    for (text, said) in table {
        let error = graded(&text).unwrap_err().to_string();
        assert!(error.contains(said), "{said}: {error}");
    }
    assert!(graded(&good).is_ok());
}

#[test]
fn of_a_right_answer_without_a_request_id_nothing_but_the_header_is_held_against_it() {
    let body = r#"{"ClientId":"4a1b2c3d4e5f6g7h8i9j0k1l2m","Username":"jane","ConfirmationCode":"482913","SecretHash":"q1wKKVbFrGTsIlyOTyIiKPEMhBiRrHwgRjE0o1hqU8s="}"#;
    let message = "User cannot be confirmed. Current status is CONFIRMED";
    let mut bare = entry(body, 400, &error("NotAuthorizedException", message));
    let headers = bare.pointer_mut("/response/headers").unwrap().as_array_mut().unwrap();
    headers.retain(|header| header["name"] != "x-amzn-requestid");
    let report = graded(&har(&[bare])).unwrap().pop().unwrap();
    let told: Vec<(&str, &str)> =
        report.mismatches.iter().map(|it| (it.aspect.name(), it.got.as_str())).collect();
    assert_eq!(told, [("header", "no `x-amzn-requestid`")], "{report:#?}");
}

#[test]
fn a_report_of_ours_is_told_from_what_a_browser_has_recorded() {
    let creator = |name: &str| {
        let entries = [entry(BODY, 200, "{}")];
        graded(&json!({"log": {"entries": entries, "creator": {"name": name}}}).to_string())
    };
    assert!(matches!(creator("Countersign"), Err(GradeError::OwnReport)));
    assert!(creator("Firefox").is_ok());
    assert!(
        graded(&json!({"log": {"creator": [], "entries": [entry(BODY, 200, "{}")]}}).to_string()).is_ok()
    );
}
