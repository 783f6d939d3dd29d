//! The form of answers.

use crate::prove::planted::{Family, Planted};
use crate::reference::{Fault, Form};

const fn form(name: &'static str, form: Form) -> Planted {
    Planted::of(Family::Response, name, Fault::Form(form))
}

pub(super) const FAULTS: &[Planted] = &[
    form("error-plain-json", Form::ErrorContentType("application/json"))
        .does("errors have the content type application/json")
        .found_by(&["CSU-WIRE-004"])
        .seen("moto 5.2.5: raw head of c1; cognito-local 5.3.0: raw head of c1"),
    form("error-charset", Form::ErrorContentType("application/x-amz-json-1.1; charset=utf-8"))
        .does("the content type of errors has a parameter")
        .found_by(&["CSU-WIRE-004"])
        .seen("cognito-local 5.3.0: raw heads"),
    form("error-1.0", Form::ErrorContentType("application/x-amz-json-1.0"))
        .does("errors have the content type of AWS JSON 1.0")
        .found_by(&["CSU-WIRE-004"])
        .since("the sample of the API reference has it"),
    form("error-no-content-type", Form::ErrorContentType(""))
        .does("errors have no content type")
        .found_by(&["CSU-WIRE-004"])
        .seen("ministack 1.5.33 with AUTH=true: bare 500"),
    form("no-type-header", Form::NoHeader("x-amzn-ErrorType"))
        .does("errors have no x-amzn-ErrorType")
        .found_by(&["CSU-WIRE-005"])
        .seen("cognito-local 5.3.0: raw head of c1"),
    form("type-header-namespace", Form::HeaderTypeBegins("com.amazonaws.cognitoidp#"))
        .does("x-amzn-ErrorType has a namespace")
        .found_by(&["CSU-WIRE-005"])
        .since("the absolute shape id of the model"),
    form("type-header-twice", Form::HeaderTwice("x-amzn-ErrorType"))
        .does("x-amzn-ErrorType comes twice")
        .found_by(&["CSU-WIRE-005"])
        .since("a handler and its framework both set it"),
    form("no-message-header", Form::NoHeader("x-amzn-ErrorMessage"))
        .does("errors have no x-amzn-ErrorMessage")
        .found_by(&["CSU-WIRE-006"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: raw heads"),
    form("type-namespace", Form::TypeBegins("com.amazonaws.cognitoidp#"))
        .does("`__type` has a namespace")
        .found_by(&["CSU-WIRE-007"])
        .since("other AWS services in AWS JSON have it"),
    form("type-service", Form::TypeBegins("CognitoLocal#"))
        .does("`__type` has a namespace of the server's own")
        .found_by(&["CSU-WIRE-007"])
        .seen("cognito-local 5.3.0: m-op-unknown"),
    form("type-under-code", Form::TypeUnder("code"))
        .does("the error type stands under `code`")
        .found_by(&["CSU-WIRE-007"])
        .since("the member of other AWS protocols"),
    form("type-under-type", Form::TypeUnder("type"))
        .does("the error type stands under `type`")
        .found_by(&["CSU-WIRE-007"])
        .since("two underscores are easy to lose"),
    form("type-header-alone", Form::TypeUnder("requestType"))
        .does("the error type stands in the header alone")
        .found_by(&["CSU-WIRE-007"])
        .since("REST JSON has it there"),
    form("message-capital", Form::MessageUnder("Message"))
        .does("the message stands under `Message`")
        .found_by(&["CSU-WIRE-008"])
        .since("other AWS services spell it so"),
    form("message-both", Form::MessageUnderBoth)
        .does("the message stands under `message` and `Message`")
        .found_by(&["CSU-WIRE-008"])
        .since("a server that wants to please every SDK"),
    form("message-under-error-message", Form::MessageUnder("errorMessage"))
        .does("the message stands under `errorMessage`")
        .found_by(&["CSU-CODE-001", "CSU-USER-001"])
        .since("the member that AWS Lambda has"),
    form("message-list", Form::MessageIsList)
        .does("the message is a list")
        .found_by(&["CSU-CODE-001", "CSU-USER-001"])
        .since("LocalStack issue 10360: a list as message breaks the Go SDK"),
    form("error-in-list", Form::ErrorInList)
        .does("errors stand in a list")
        .found_by(&["CSU-WIRE-010", "CSU-CODE-001"])
        .since("JSON:API has lists of errors"),
    form("error-wrapped", Form::ErrorUnder("Error"))
        .does("errors stand in an object under `Error`")
        .found_by(&["CSU-WIRE-007", "CSU-CODE-001"])
        .since("the AWS query protocol, and many frameworks"),
    form("error-xml", Form::ErrorIsXml)
        .does("errors are XML")
        .found_by(&["CSU-WIRE-010", "CSU-CODE-001"])
        .seen("ministack 1.5.33: m-target-none"),
    form("error-text", Form::ErrorIsText)
        .does("errors are plain text")
        .found_by(&["CSU-WIRE-010", "CSU-CODE-001"])
        .since("frameworks that turn an exception into its text"),
    form("error-empty", Form::ErrorIsEmpty)
        .does("errors have no body")
        .found_by(&["CSU-WIRE-010", "CSU-CODE-001"])
        .seen("ministack 1.5.33 with AUTH=true: bare 500"),
    form("no-request-id", Form::NoHeader("x-amzn-RequestId"))
        .does("answers have no x-amzn-RequestId")
        .found_by(&["CSU-WIRE-011"])
        .seen("cognito-local 5.3.0: raw heads"),
    form(
        "request-id-form",
        Form::Header("x-amzn-RequestId", "cCXEd5DAGZfQaDZGPK88n9DKmQbQYgHV0riP6T8MX6rzTgNM2L8l"),
    )
    .does("x-amzn-RequestId is no UUID")
    .found_by(&["CSU-WIRE-011"])
    .seen("moto 5.2.5: raw heads"),
    form("request-id-capitals", Form::Header("x-amzn-RequestId", "8F0C8F4E-AAAA-4000-8000-00000000BEEF"))
        .does("x-amzn-RequestId is a UUID in capitals")
        .found_by(&["CSU-WIRE-011"])
        .since("the default of .NET and Swift"),
    form("request-id-twice", Form::HeaderTwice("x-amzn-RequestId"))
        .does("x-amzn-RequestId comes twice")
        .found_by(&["CSU-WIRE-011"])
        .since("a handler and its framework both set it"),
    form("success-plain-json", Form::SuccessContentType("application/json"))
        .does("successes have the content type application/json")
        .found_by(&["CSU-WIRE-012"])
        .since("the default of every framework"),
    form("success-charset", Form::SuccessContentType("application/x-amz-json-1.1; charset=utf-8"))
        .does("the content type of successes has a parameter")
        .found_by(&["CSU-WIRE-012"])
        .seen("cognito-local 5.3.0: raw head of a1"),
    form("success-no-content-type", Form::SuccessContentType(""))
        .does("successes have no content type")
        .found_by(&["CSU-WIRE-012"])
        .since("a body of two bytes that is taken for none"),
    form("success-null", Form::SuccessBody("null"))
        .does("the body of a success is `null`")
        .found_by(&["CSU-WIRE-013", "CSU-VALID-001"])
        .since("a handler that returns nothing"),
    form("success-text", Form::SuccessBody("OK"))
        .does("the body of a success is `OK`")
        .found_by(&["CSU-WIRE-013", "CSU-VALID-001"])
        .since("frameworks that send the name of the status"),
    form("success-metadata", Form::SuccessBody(r#"{"ResponseMetadata":{"HTTPStatusCode":200}}"#))
        .does("the body of a success has what an SDK adds to it")
        .found_by(&["CSU-WIRE-015", "CSU-VALID-001"])
        .since("an emulator written against what boto3 returns"),
    form("success-wrapped", Form::SuccessBody(r#"{"ConfirmSignUpResponse":{}}"#))
        .does("the body of a success stands under its shape's name")
        .found_by(&["CSU-WIRE-015", "CSU-VALID-001"])
        .since("the AWS query protocol"),
    form("success-user", Form::SuccessBody(r#"{"UserConfirmed":true}"#))
        .does("the body of a success has a member of SignUp's")
        .found_by(&["CSU-WIRE-015", "CSU-VALID-001"])
        .since("a response that two operations share"),
    form("success-list", Form::SuccessBody("[]"))
        .does("the body of a success is a list")
        .found_by(&["CSU-WIRE-013", "CSU-VALID-001"])
        .since("an empty array of PHP"),
    form("session-for-all", Form::SuccessBody(r#"{"Session":""}"#))
        .does("every success has an empty Session")
        .found_by(&["CSU-WIRE-013", "CSU-WIRE-014", "CSU-VALID-001"])
        .since("a language whose strings are never null"),
    form("no-session", Form::NoSession)
        .does("no success has a Session")
        .found_by(&["CSU-WIRE-014"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: a1"),
    form("session-short", Form::Session("AYABeHhhhhhhhhhhhhh"))
        .does("a Session has 19 characters")
        .found_by(&["CSU-WIRE-014", "CSU-VALID-001"])
        .since("a token of the server's own making"),
    form("success-201", Form::SuccessStatus(201))
        .does("successes are answered 201")
        .found_by(&["CSU-VALID-001"])
        .since("something was made"),
    form("success-204", Form::SuccessStatus(204))
        .does("successes are answered 204")
        .found_by(&["CSU-VALID-001"])
        .since("there is nothing to say"),
];
