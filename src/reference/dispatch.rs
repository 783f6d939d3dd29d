//! From a request to its operation: method, path, content type, target.

use super::json::Value;
use super::refusal::Refusal;
use super::shape::{self, Shape};
use super::state::State;
use super::{admin, answer, confirm, inspect, pool_clients, pools, sign_up};
use crate::wire::{RequestForm, Response};

/// What stands before the operation in `X-Amz-Target` (SCH-001).
const TARGET_PREFIX: &[u8] = b"AWSCognitoIdentityProviderService.";

type Run = fn(&mut State, &Value<'_>, i64) -> Result<String, Refusal>;

/// An operation: its name, its input, what it does.
struct Operation(&'static str, &'static [(&'static str, Shape)], Run);

const OPERATIONS: &[Operation] = &[
    Operation("ConfirmSignUp", confirm::INPUT, confirm::run),
    Operation("SignUp", sign_up::SIGN_UP_INPUT, sign_up::sign_up),
    Operation("ResendConfirmationCode", sign_up::RESEND_INPUT, sign_up::resend),
    Operation("AdminGetUser", admin::INPUT, admin::read_user),
    Operation("AdminConfirmSignUp", admin::INPUT, admin::confirm),
    Operation("AdminDisableUser", admin::INPUT, admin::disable),
    Operation("AdminEnableUser", admin::INPUT, admin::enable),
    Operation("AdminDeleteUser", admin::INPUT, admin::delete),
    Operation("AdminCreateUser", admin::CREATE_INPUT, admin::create),
    Operation("CreateUserPool", pools::CREATE_INPUT, pools::create),
    Operation("DescribeUserPool", pools::INPUT, pools::describe),
    Operation("ListUserPools", pools::LIST_INPUT, pools::list),
    Operation("DeleteUserPool", pools::INPUT, pools::delete),
    Operation("CreateUserPoolClient", pool_clients::CREATE_INPUT, pool_clients::create),
    Operation("DescribeUserPoolClient", pool_clients::INPUT, pool_clients::describe),
    Operation("DeleteUserPoolClient", pool_clients::INPUT, pool_clients::delete),
];

/// Answers one request at `now`, in Unix seconds. `Date` and `Content-Length` are left to whoever sends the answer.
pub fn handle(state: &mut State, request: &RequestForm, now: i64) -> Response {
    let Some(fault) = state.fault() else {
        return answer(state, request, now);
    };
    let mut memory = std::mem::take(&mut state.memory);
    let response = fault.around(&mut memory, request, |request| answer(state, request, now));
    state.memory = memory;
    response
}

fn answer(state: &mut State, request: &RequestForm, now: i64) -> Response {
    let request_id = state.next_request_id();
    let path = path_of(&request.target);
    match (&*request.method, path) {
        (b"POST", b"/") => post(state, request, now, &request_id),
        (b"GET", path) => {
            inspect::answer(state, path, &request_id).unwrap_or_else(|| answer::not_understood(&request_id))
        }
        (b"OPTIONS", _) if request.headers.first("Access-Control-Request-Method").is_some() => {
            let allow = request.headers.first("Access-Control-Request-Headers");
            answer::preflight(allow.unwrap_or_default(), &request_id)
        }
        _ => answer::not_understood(&request_id),
    }
}

fn post(state: &mut State, request: &RequestForm, now: i64, request_id: &str) -> Response {
    match media_type(request) {
        MediaType::AwsJson => {}
        MediaType::PlainJson => return answer::plain_json_refused(request_id),
        MediaType::Other => return answer::content_type_refused(request_id),
    }
    match operate(state, request, now) {
        Ok(body) => answer::success(body, request_id),
        Err(refusal) => answer::refusal(&refusal, request_id),
    }
}

fn operate(state: &mut State, request: &RequestForm, now: i64) -> Result<String, Refusal> {
    let Operation(_, input, run) = operation(request).ok_or_else(Refusal::unknown_operation)?;
    let input = shape::read_input(&request.body, input)?;
    run(state, &input, now)
}

/// The operation that `X-Amz-Target` names: prefix and name in exactly this case (SER-030).
fn operation(request: &RequestForm) -> Option<&'static Operation> {
    let target = request.headers.first("X-Amz-Target")?;
    let name = target.strip_prefix(TARGET_PREFIX)?;
    OPERATIONS.iter().find(|Operation(known, ..)| known.as_bytes() == name)
}

/// What the body is said to be.
enum MediaType {
    /// AWS JSON 1.1.
    AwsJson,
    /// `application/json` (SER-040).
    PlainJson,
    /// Anything else, or nothing (SER-041).
    Other,
}

/// Reads `Content-Type`. Parameters are tolerated and case does not matter: neither is attested (SER-043).
fn media_type(request: &RequestForm) -> MediaType {
    let value = request.headers.first("Content-Type").unwrap_or_default();
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    if essence.eq_ignore_ascii_case(answer::AWS_JSON.as_bytes()) {
        MediaType::AwsJson
    } else if essence.eq_ignore_ascii_case(b"application/json") {
        MediaType::PlainJson
    } else {
        MediaType::Other
    }
}

/// The path of a request target: of the absolute form what comes behind the host (RFC 9112 §3.2.2 has servers accept
/// it), of every other form the target itself. A query makes it another path: `awsJson1_1` requires `/` (WIRE-012).
fn path_of(target: &[u8]) -> &[u8] {
    let Some(rest) = target.strip_prefix(b"http://").or_else(|| target.strip_prefix(b"https://")) else {
        return target;
    };
    let host_length = rest.iter().take_while(|byte| **byte != b'/').count();
    match rest.get(host_length..) {
        None | Some(b"") => b"/",
        Some(path) => path,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, START, request};
    use super::*;
    use crate::wire::Headers;

    fn answer_to(change: impl FnOnce(&mut RequestForm)) -> (u16, String, Response) {
        let mut form = request("ConfirmSignUp", b"{}");
        change(&mut form);
        let response = Bench::plain().send(&form, START);
        let body = String::from_utf8(response.body.to_vec()).unwrap();
        (response.status, body, response)
    }

    fn set(headers: &mut Headers, name: &str, value: Option<&str>) {
        headers.0.retain(|header| header.name != name.as_bytes());
        if let Some(value) = value {
            headers.push(name.to_owned(), value.to_owned());
        }
    }

    const VALIDATED: &str =
        r#"{"__type":"InvalidParameterException","message":"3 validation errors detected: "#;
    const NOT_UNDERSTOOD: &str = r#"{"code":"BadRequest","message":"The server did not understand the operation that was requested.","type":"client"}"#;

    #[test]
    fn every_content_type_has_its_answer() {
        let wrapped =
            r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#;
        let xml = "<UnknownOperationException/>";
        // Row of the evidence, content type, status, start of the body.
        let table: &[(&str, Option<&str>, u16, &str)] = &[
            ("SER-043", Some("application/x-amz-json-1.1; charset=utf-8"), 400, VALIDATED),
            ("SER-043", Some("Application/X-Amz-Json-1.1"), 400, VALIDATED),
            ("SER-040", Some("application/json"), 200, wrapped),
            ("SER-040", Some("application/json;charset=utf-8"), 200, wrapped),
            ("SER-041", Some("application/x-amz-json-1.0"), 404, xml),
            ("SER-041", None, 404, xml),
            ("SER-041", Some("text/plain"), 404, xml),
        ];
        for (row, content_type, status, start) in table {
            let (found, body, _) = answer_to(|form| set(&mut form.headers, "Content-Type", *content_type));
            assert_eq!(found, *status, "{row} {content_type:?}");
            assert!(body.starts_with(start), "{row} {content_type:?} {body}");
        }
    }

    #[test]
    fn a_target_names_an_operation_exactly_or_none() {
        // SER-030.
        for target in [
            None,
            Some(""),
            Some("ConfirmSignUp"),
            Some("AWSCognitoIdentityProviderService."),
            Some("AWSCognitoIdentityProviderService.confirmSignUp"),
            Some("awscognitoidentityproviderservice.ConfirmSignUp"),
            Some("AWSCognitoIdentityProviderService.ConfirmSignUp "),
            Some("AWSCognitoIdentityProviderService.InitiateAuth"),
            Some("AWSCognitoIdentityService.ConfirmSignUp"),
        ] {
            let (status, body, response) = answer_to(|form| set(&mut form.headers, "X-Amz-Target", target));
            assert_eq!(
                (status, body.as_str()),
                (400, r#"{"__type":"UnknownOperationException"}"#),
                "{target:?}"
            );
            assert_eq!(response.headers.first("x-amzn-errortype"), Some(&b"UnknownOperationException:"[..]));
        }
    }

    #[test]
    fn other_methods_and_paths_are_not_understood() {
        // SER-042.
        for (method, target) in [
            ("GET", "/"),
            ("PUT", "/"),
            ("HEAD", "/"),
            ("OPTIONS", "/"),
            ("post", "/"),
            ("POST", "/us-east-1_abc"),
            ("POST", "/?a"),
            ("POST", "*"),
            ("POST", ""),
            ("GET", "/_countersign/code/x/y"),
            ("POST", "http://host/x"),
        ] {
            let (status, body, _) = answer_to(|form| {
                form.method = method.into();
                form.target = target.into();
            });
            assert_eq!((status, body.as_str()), (400, NOT_UNDERSTOOD), "{method} {target}");
        }
        for target in ["http://host", "http://host:1/", "https://host/"] {
            let (_, body, _) = answer_to(|form| form.target = target.into());
            assert!(body.starts_with(VALIDATED), "{target}");
        }
    }

    #[test]
    fn every_answer_has_the_recorded_headers() {
        // WIRE-001, WIRE-006, WIRE-007, WIRE-010, WIRE-013.
        let (_, _, response) = answer_to(|_| {});
        let first = |name| String::from_utf8(response.headers.first(name).unwrap().to_vec()).unwrap();
        assert_eq!(first("Content-Type"), "application/x-amz-json-1.1");
        assert_eq!(first("x-amzn-ErrorType"), "InvalidParameterException:");
        assert!(first("x-amzn-ErrorMessage").starts_with("3 validation errors detected: Value null at"));
        assert_eq!(first("Access-Control-Allow-Origin"), "*");
        assert_eq!(
            first("Access-Control-Expose-Headers"),
            "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"
        );
        assert_eq!(first("x-amzn-RequestId").len(), 36);
    }

    #[test]
    fn a_browser_may_ask_first() {
        let (status, _, response) = answer_to(|form| {
            form.method = "OPTIONS".into();
            form.headers.push("Access-Control-Request-Method", "POST");
            form.headers.push("Access-Control-Request-Headers", "content-type,x-amz-target");
        });
        assert_eq!(status, 200);
        assert_eq!(
            response.headers.first("Access-Control-Allow-Headers"),
            Some(&b"content-type,x-amz-target"[..])
        );
    }

    #[test]
    fn request_ids_differ_and_follow_from_the_seed() {
        let ids = || {
            let bench = Bench::plain();
            [(); 2].map(|()| {
                let response = bench.send(&request("ConfirmSignUp", b"{}"), START);
                response.headers.first("x-amzn-RequestId").unwrap().to_vec()
            })
        };
        assert_eq!(ids(), ids());
        assert_ne!(ids()[0], ids()[1]);
    }

    #[test]
    fn no_body_of_brackets_quotes_and_escapes_makes_the_server_panic() {
        let bench = Bench::plain();
        let mut rng = crate::seed::Seed(3).rng();
        let words: &[&[u8]] = &[
            b"{",
            b"}",
            b"[",
            b"]",
            b"\"",
            b"\\",
            b"\\u",
            b"d83d",
            b":",
            b",",
            b"null",
            b"true",
            b"-1e9",
            b"\"ClientId\"",
            b"\"Username\"",
            b"\"ClientMetadata\"",
            b"\"UserContextData\"",
            b"\xff",
            b"\0",
        ];
        for _ in 0..20_000 {
            let length = rng.below(24);
            let body: Vec<u8> = (0..length).flat_map(|_| rng.pick(words).unwrap().to_vec()).collect();
            let name = rng.pick(OPERATIONS).unwrap().0;
            let response = bench.send(&request(name, &body), START);
            assert!(matches!(response.status, 200 | 400));
        }
    }
}
