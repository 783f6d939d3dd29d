//! Type, status and text of errors.

use crate::prove::planted::{Family, Planted};
use crate::reference::{Fault, Form, Listing};

const fn error(name: &'static str, form: Form) -> Planted {
    Planted::of(Family::Error, name, Fault::Form(form))
}

const fn listing(name: &'static str, listing: Listing) -> Planted {
    Planted::of(Family::Error, name, Fault::Listing(listing))
}

const NOT_FOUND: &str = "Username/client id combination not found.";
const MISMATCH: &str = "Invalid verification code provided, please try again.";
const CONFIRMED: &str = "User cannot be confirmed. Current status is CONFIRMED";
const HASH: &str = "SecretHash does not match";
const LISTS: &[&str] = &["CSU-LENGTH-001", "CSU-LENGTH-002", "CSU-LENGTH-003"];

pub(super) const FAULTS: &[Planted] = &[
    error("not-found-404", Form::ErrorStatus("UserNotFoundException", 404))
        .does("UserNotFoundException has status 404")
        .found_by(&["CSU-USER-001"])
        .since("the model's httpError trait says so; robotocore answers it"),
    error("client-404", Form::ErrorStatus("ResourceNotFoundException", 404))
        .does("ResourceNotFoundException has status 404")
        .found_by(&["CSU-CLIENT-001"])
        .since("the model's httpError trait says so"),
    error("not-authorized-403", Form::ErrorStatus("NotAuthorizedException", 403))
        .does("NotAuthorizedException has status 403")
        .found_by(&["CSU-USER-003", "CSU-HASH-002", "CSU-HASH-005"])
        .since("the model's httpError trait says so"),
    error("not-authorized-401", Form::ErrorStatus("NotAuthorizedException", 401))
        .does("NotAuthorizedException has status 401")
        .found_by(&["CSU-USER-003", "CSU-HASH-002", "CSU-HASH-005"])
        .since("the name sounds like it"),
    error("alias-409", Form::ErrorStatus("AliasExistsException", 409))
        .does("AliasExistsException has status 409")
        .found_by(&["CSU-ALIAS-001"])
        .since("a conflict by its name"),
    error("invalid-422", Form::ErrorStatus("InvalidParameterException", 422))
        .does("InvalidParameterException has status 422")
        .found_by(&["CSU-LENGTH-001", "CSU-REQUIRED-001", "CSU-PATTERN-003"])
        .since("the status that frameworks have for what they validate"),
    error("serialization-500", Form::ErrorStatus("SerializationException", 500))
        .does("SerializationException has status 500")
        .found_by(&["CSU-JSON-001", "CSU-JSON-002"])
        .since("an exception that nobody catches"),
    error("mismatch-401", Form::ErrorStatus("CodeMismatchException", 401))
        .does("CodeMismatchException has status 401")
        .found_by(&["CSU-CODE-001"])
        .since("a wrong credential, in a way"),
    error("all-500", Form::ErrorStatus("", 500))
        .does("every error has status 500")
        .found_by(&["CSU-CODE-001"])
        .since("an exception is an exception"),
    error("all-200", Form::ErrorStatus("", 200))
        .does("every error has status 200")
        .found_by(&["CSU-CODE-001"])
        .since("frameworks whose error is a normal return value"),
    error("limit-429", Form::ErrorStatus("LimitExceededException", 429))
        .does("LimitExceededException has status 429")
        .found_by(&["CSU-LIMIT-003"])
        .since("the status of a rate limit"),
    error("not-found-type", Form::Renamed("UserNotFoundException", "NotAuthorizedException"))
        .does("an unknown user is a NotAuthorizedException")
        .found_by(&["CSU-USER-001"])
        .seen("cognito-local 5.3.0: c1"),
    error("not-found-text", Form::Reworded(NOT_FOUND, "User does not exist."))
        .does("an unknown user is told in the words of another operation")
        .found_by(&["CSU-USER-001"])
        .seen("moto 5.2.5: c1"),
    error("not-found-resource", Form::Mistaken(NOT_FOUND, "ResourceNotFoundException", "User not found."))
        .does("an unknown user is a ResourceNotFoundException")
        .found_by(&["CSU-USER-001"])
        .since("one error for everything that is not there"),
    error("mismatch-text", Form::Reworded(MISMATCH, "Incorrect confirmation code"))
        .does("a wrong code is told in words of the server's own")
        .found_by(&["CSU-CODE-001"])
        .seen("cognito-local 5.3.0: b1"),
    error("mismatch-silent", Form::Reworded(MISMATCH, ""))
        .does("a wrong code is told without a text")
        .found_by(&["CSU-CODE-001"])
        .seen("moto 5.2.5: ResourceNotFoundException with an empty message"),
    error(
        "mismatch-full-stop",
        Form::Reworded(MISMATCH, "Invalid verification code provided, please try again"),
    )
    .does("the text about a wrong code lacks its full stop")
    .found_by(&["CSU-CODE-001"])
    .since("copied from memory"),
    error("mismatch-expired", Form::Renamed("CodeMismatchException", "ExpiredCodeException"))
        .does("a wrong code is an expired one")
        .found_by(&["CSU-CODE-001"])
        .since("a query for user and code that finds nothing"),
    error("mismatch-not-authorized", Form::Renamed("CodeMismatchException", "NotAuthorizedException"))
        .does("a wrong code is a NotAuthorizedException")
        .found_by(&["CSU-CODE-001"])
        .since("a wrong credential, in a way"),
    error("mismatch-invalid", Form::Renamed("CodeMismatchException", "InvalidParameterException"))
        .does("a wrong code is an InvalidParameterException")
        .found_by(&["CSU-CODE-001"])
        .since("one error for everything that is wrong"),
    error("confirmed-text", Form::Reworded(CONFIRMED, "User is already confirmed."))
        .does("a confirmed user is told in the words of ResendConfirmationCode")
        .found_by(&["CSU-USER-003"])
        .since("the text of SEM-070 for the same state"),
    error(
        "confirmed-invalid",
        Form::Mistaken(CONFIRMED, "InvalidParameterException", "User is already confirmed."),
    )
    .does("a confirmed user is answered as by ResendConfirmationCode")
    .found_by(&["CSU-USER-003"])
    .since("SEM-070 has it for the same state"),
    error("hash-type", Form::Mistaken(HASH, "InvalidParameterException", "Invalid secret hash"))
        .does("a wrong secret hash is an InvalidParameterException")
        .found_by(&["CSU-HASH-005"])
        .since("a wrong parameter, in a way"),
    error("hash-text", Form::Mistaken(HASH, "NotAuthorizedException", "Incorrect secret hash."))
        .does("a wrong secret hash is told in words of the server's own")
        .found_by(&["CSU-HASH-005"])
        .since("copied from memory"),
    error("alias-type", Form::Renamed("AliasExistsException", "UsernameExistsException"))
        .does("a taken alias is a UsernameExistsException")
        .found_by(&["CSU-ALIAS-001"])
        .since("the error of SignUp for nearly the same"),
    error("alias-text", Form::Reworded("An account with the email already exists.", "Alias exists"))
        .does("a taken alias is told in words of the server's own")
        .found_by(&["CSU-ALIAS-001"])
        .since("copied from memory"),
    error("invalid-type", Form::Renamed("InvalidParameterException", "ValidationException"))
        .does("what breaks a constraint is a ValidationException")
        .found_by(LISTS)
        .since("the error that most other AWS services have for it"),
    error("invalid-serialization", Form::Renamed("InvalidParameterException", "SerializationException"))
        .does("what breaks a constraint is a SerializationException")
        .found_by(LISTS)
        .since("one validator for types and constraints"),
    listing("lists-first-alone", Listing::FirstAlone)
        .does("only the first violation is listed")
        .found_by(LISTS)
        .since("a validator that stops at the first one"),
    listing("lists-last-alone", Listing::LastAlone)
        .does("only the last violation is listed")
        .found_by(LISTS)
        .since("a text that is overwritten instead of extended"),
    listing("lists-twice", Listing::FirstTwice)
        .does("the first violation is listed twice and the others are not")
        .found_by(LISTS)
        .since("a closure over a loop variable"),
    listing("lists-request-names", Listing::RequestNames)
        .does("members are called in a text as in the request, with a capital")
        .found_by(LISTS)
        .since("the names that the request has"),
    listing("lists-arguments", Listing::Arguments)
        .does("members are called `arg0` in a text")
        .found_by(LISTS)
        .since("Java without parameter names"),
    listing("lists-bounds", Listing::BoundsOffByOne)
        .does("greatest lengths are one more in the text than they are")
        .found_by(&["CSU-LENGTH-007"])
        .since("`less than` for `less than or equal to`"),
    listing("lists-pattern", Listing::AnotherPattern)
        .does("the text has another pattern than the model")
        .found_by(LISTS)
        .since("patterns are long and copied by hand"),
    listing("lists-framework", Listing::OtherFramework)
        .does("violations are told in the words of boto3")
        .found_by(LISTS)
        .since("an emulator that validates with botocore"),
    listing("lists-nothing", Listing::Vague)
        .does("violations are not listed")
        .found_by(LISTS)
        .since("`Invalid request` is an answer to everything"),
    listing("lists-silent", Listing::Silent)
        .does("violations are told without a text")
        .found_by(LISTS)
        .seen("moto 5.2.5: f-ClientId has an empty message"),
];
