//! The cases: those that are written down, and those that follow from the model.

use super::answer::{Answer, Form};
use super::case::{CallOptions, Credentials, End, Expected, SdkCase, Wire};
use super::case_file::{INPUT, read};
use crate::case::{CaseId, Layer};
use crate::corpus::{CorpusError, SourceFile};
use crate::model::{Fault, Model, Revision};
use include_dir::{Dir, include_dir};
use std::path::Path;

static CASES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/corpus/sdk");

/// The message of every modelled error.
const MESSAGE: &str = "An example message.";
/// Errors that some SDKs try again, and others do not.
const PERHAPS_RETRIED: &[&str] =
    &["TooManyRequestsException", "LimitExceededException", "InternalErrorException"];

/// Every case that is built in, in order.
pub fn suite() -> Result<Vec<SdkCase>, CorpusError> {
    let mut files: Vec<SourceFile> = CASES
        .files()
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "toml"))
        .filter_map(|file| {
            let name = format!("corpus/sdk/{}", file.path().display());
            file.contents_utf8().map(|text| SourceFile::new(name, text))
        })
        .collect();
    files.sort_by(|one, two| one.name.cmp(&two.name));
    let mut cases = modelled_errors();
    for file in &files {
        cases.extend(read(file)?);
    }
    Ok(cases)
}

/// The cases in a folder of the user's.
pub fn of_folder(folder: &Path) -> Result<Vec<SdkCase>, CorpusError> {
    let mut cases = Vec::new();
    for file in SourceFile::in_folder(folder, "toml")? {
        cases.extend(read(&file)?);
    }
    Ok(cases)
}

/// A case that asks for nothing and is answered with success.
pub(super) fn blank_case() -> SdkCase {
    SdkCase {
        id: CaseId::new("sdk", "blank"),
        layer: Layer::JsonShape,
        reason: String::new(),
        evidence: Vec::new(),
        needs: Vec::new(),
        input: INPUT.to_owned(),
        undefined: Vec::new(),
        options: CallOptions {
            attempts: None,
            timeout: None,
            credentials: Credentials::None,
            client_secret: None,
        },
        path: String::new(),
        answers: vec![Answer::new(Form::default().to_bytes())],
        wire: Wire::Judged,
        must: None,
        should: None,
    }
}

/// How the type of an error is spelt.
#[derive(Clone, Copy)]
enum Spelling {
    /// As the bare name.
    Bare,
    /// As a shape id, in the namespace of the service.
    Namespaced,
    /// As Cognito does it: bare in the body, and in the header with a colon.
    AsRecorded,
}

/// Each error of the model in each of these spellings.
fn modelled_errors() -> Vec<SdkCase> {
    let model = Model::of(Revision::NEWEST);
    let mut cases = Vec::new();
    for spelling in [Spelling::Bare, Spelling::Namespaced, Spelling::AsRecorded] {
        for error in model.errors() {
            let status = match (error.name(), error.fault()) {
                (_, Fault::Server) => 500,
                ("ForbiddenException", _) => 403,
                _ => 400,
            };
            cases.push(modelled_error(error.name(), status, spelling));
        }
    }
    cases
}

fn modelled_error(name: &str, status: u16, spelling: Spelling) -> SdkCase {
    let (prefix, smithy) = match spelling {
        Spelling::Bare => ("", "AwsJson11FooErrorWithDunderType"),
        Spelling::Namespaced => ("namespaced-", "AwsJson11FooErrorWithDunderTypeAndNamespace"),
        Spelling::AsRecorded => ("recorded-", "AwsJson11FooErrorWithDunderType"),
    };
    let namespace = match spelling {
        Spelling::Namespaced => "com.amazonaws.cognitoidentityprovider#",
        Spelling::Bare | Spelling::AsRecorded => "",
    };
    let headers = match spelling {
        Spelling::AsRecorded => vec![
            ("X-Amzn-ErrorType".to_owned(), format!("{name}:")),
            ("X-Amzn-ErrorMessage".to_owned(), MESSAGE.to_owned()),
        ],
        Spelling::Bare | Spelling::Namespaced => Vec::new(),
    };
    let body = format!(r#"{{"__type":"{namespace}{name}","message":"{MESSAGE}"}}"#);
    let form = Form { status, headers, body: body.into_bytes(), ..Form::default() };
    let is_bare = matches!(spelling, Spelling::Bare);
    let is_final = !PERHAPS_RETRIED.contains(&name);
    let mut case = SdkCase {
        id: CaseId::new("sdk-error", &format!("modelled-{prefix}{}", kebab(name))),
        reason: format!("The caller has to tell {name} from the other errors of the operation."),
        evidence: vec![
            format!("smithy:{smithy}"),
            format!("{}:e_{name}", if is_bare { "sdks" } else { "near" }),
        ],
        answers: vec![Answer::new(form.to_bytes())],
        must: Some(Expected {
            end: Some(End::ServiceError),
            code: Some(name.to_owned()),
            message: Some(MESSAGE.to_owned()),
            ..Expected::default()
        }),
        should: Some(Expected { typed: true, attempts_max: is_final.then_some(1), ..Expected::default() }),
        ..blank_case()
    };
    // Once with the SDK's own retries is enough.
    case.options.attempts = (!is_bare).then_some(1);
    case
}

/// `CodeMismatchException` as `code-mismatch`.
fn kebab(name: &str) -> String {
    let mut out = String::new();
    for c in name.trim_end_matches("Exception").chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
