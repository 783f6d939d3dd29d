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
    Operation(
        "CreateUserPoolClient",
        pool_clients::CREATE_INPUT,
        pool_clients::create,
    ),
    Operation(
        "DescribeUserPoolClient",
        pool_clients::INPUT,
        pool_clients::describe,
    ),
    Operation("DeleteUserPoolClient", pool_clients::INPUT, pool_clients::delete),
];

/// Answers one request at `now`, in Unix seconds. `Date` and `Content-Length` are left to whoever sends the answer.
pub fn handle(state: &mut State, request: &RequestForm, now: i64) -> Response {
    let request_id = state.next_request_id();
    let path = path_of(&request.target);
    match (request.method.as_slice(), path) {
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
    OPERATIONS
        .iter()
        .find(|Operation(known, ..)| known.as_bytes() == name)
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
    let essence = value
        .split(|byte| *byte == b';')
        .next()
        .unwrap_or_default()
        .trim_ascii();
    if essence.eq_ignore_ascii_case(answer::AWS_JSON.as_bytes()) {
        MediaType::AwsJson
    } else if essence.eq_ignore_ascii_case(b"application/json") {
        MediaType::PlainJson
    } else {
        MediaType::Other
    }
}

/// The path of a request target: of the absolute form what comes behind the host (RFC 9112 §3.2.2 has servers accept
/// it), of every other form the target itself. A query makes it another path: awsJson1_1 requires `/` (WIRE-012).
fn path_of(target: &[u8]) -> &[u8] {
    let Some(rest) = target
        .strip_prefix(b"http://")
        .or_else(|| target.strip_prefix(b"https://"))
    else {
        return target;
    };
    let host_length = rest.iter().take_while(|byte| **byte != b'/').count();
    match rest.get(host_length..) {
        None | Some(b"") => b"/",
        Some(path) => path,
    }
}
