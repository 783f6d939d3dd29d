//! Types of members and JSON text.

use crate::prove::planted::{Family, Planted};
use crate::reference::{Collapse, Fault, Form, Reading, Trigger};

const fn typed(name: &'static str, fault: Fault) -> Planted {
    Planted::of(Family::Type, name, fault)
}

const fn json(name: &'static str, fault: Fault) -> Planted {
    Planted::of(Family::Json, name, fault)
}

const fn read(name: &'static str, reading: Reading) -> Planted {
    json(name, Fault::Reading(reading))
}

/// A spelling of JSON that is refused.
const fn refused(name: &'static str, trigger: Trigger) -> Planted {
    json(name, Fault::Chokes(trigger, Collapse::Unreadable)).found_by(&["CSU-VALID-009"])
}

pub(super) const TYPE: &[Planted] = &[
    typed("number-is-text", Fault::Reading(Reading::NumberIsText))
        .does("a number is taken for its text")
        .found_by(&["CSU-TYPE-001"])
        .seen("moto 5.2.5, ministack 1.5.33: h-code-as-its-number"),
    typed("object-is-its-value", Fault::Reading(Reading::ObjectIsItsValue))
        .does("an object where a string should be is taken for the value in it")
        .found_by(&["CSU-TYPE-004"])
        .seen("cognito-local 5.3.0: ClientId `[\"x\"]` is looked up as `x`"),
    typed("metadata-of-any-type", Fault::Reading(Reading::MetadataOfAnyType))
        .does("a string where ClientMetadata should be is taken for an empty map")
        .found_by(&["CSU-TYPE-013"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: h-ClientMetadata-string"),
    typed(
        "number-says",
        Fault::Form(Form::Mistaken("NUMBER_VALUE", "InvalidParameterException", "Invalid type")),
    )
    .does("a number where a string should be is an InvalidParameterException")
    .found_by(&["CSU-TYPE-001"])
    .since("one validator for types and constraints"),
    typed(
        "object-says",
        Fault::Form(Form::Mistaken("Start of structure", "InvalidParameterException", "Invalid type")),
    )
    .does("an object where a string should be is an InvalidParameterException")
    .found_by(&["CSU-TYPE-004"])
    .since("one validator for types and constraints"),
    typed(
        "object-collapses",
        Fault::Form(Form::Mistaken("Start of structure", "InternalError", "unhashable type: 'dict'")),
    )
    .does("an object where a string should be is answered with the text of an exception")
    .found_by(&["CSU-TYPE-004"])
    .seen("moto 5.2.5, ministack 1.5.33: h-ClientId-object, h-Username-object"),
    typed(
        "map-says",
        Fault::Form(Form::Mistaken("Expected map", "ValidationException", "Expected map or null")),
    )
    .does("a string where ClientMetadata should be is a ValidationException")
    .found_by(&["CSU-TYPE-013"])
    .since("the error type that most other AWS services have for it"),
];

pub(super) const JSON: &[Planted] = &[
    read("unreadable-is-empty", Reading::UnreadableIsEmpty)
        .does("a body that is not JSON is taken for `{}`")
        .found_by(&["CSU-JSON-001", "CSU-JSON-002"])
        .seen("moto 5.2.5: l-brace, l-form, l-trailing"),
    json("unreadable-is-a-page", Fault::Chokes(Trigger::IsUnreadable, Collapse::Html(400)))
        .does("a body that is not JSON is answered with the HTML page of the framework and a stack trace")
        .found_by(&["CSU-JSON-001", "CSU-JSON-002"])
        .seen("cognito-local 5.3.0: l-brace, l-form"),
    json("unreadable-is-500", Fault::Chokes(Trigger::IsUnreadable, Collapse::Json(500)))
        .does("a body that is not JSON is an internal error")
        .found_by(&["CSU-JSON-001", "CSU-JSON-002"])
        .seen("ministack 1.5.33: invalid UTF-8"),
    json("unreadable-is-empty-500", Fault::Chokes(Trigger::IsUnreadable, Collapse::Bare(500)))
        .does("a body that is not JSON is answered 500 without a body")
        .found_by(&["CSU-JSON-001", "CSU-JSON-002"])
        .seen("ministack 1.5.33 with AUTH=true: l-bad-utf8"),
    json("unreadable-is-fine", Fault::Chokes(Trigger::IsUnreadable, Collapse::Success))
        .does("a body that is not JSON is answered 200")
        .found_by(&["CSU-JSON-001", "CSU-JSON-002"])
        .since("a stub that does not read what it is sent"),
    json("unreadable-says", Fault::Form(Form::UnreadableSays("Unexpected token in JSON at position 1")))
        .does("a body that is not JSON is answered with the parser's text")
        .found_by(&["CSU-JSON-001"])
        .seen("ministack 1.5.33: l-brace (`Invalid JSON`)"),
    json(
        "unreadable-is-invalid",
        Fault::Form(Form::Renamed("SerializationException", "InvalidParameterException")),
    )
    .does("a body that is not JSON is an InvalidParameterException")
    .found_by(&["CSU-JSON-001"])
    .since("SerializationException is not in the model"),
    read("truncated-is-closed", Reading::TruncatedIsClosed)
        .does("a body that breaks off is closed")
        .found_by(&["CSU-JSON-002"])
        .since("parsers of streams that return what they have"),
    read("any-escape", Reading::AnyEscape)
        .does("a backslash before a character that needs none is dropped")
        .found_by(&["CSU-JSON-001"])
        .since("the rule of JavaScript's string literals"),
    read("comma-is-added", Reading::CommaIsAdded)
        .does("a comma that is missing between two members is put there")
        .found_by(&["CSU-JSON-002"])
        .since("parsers that repair JSON"),
    read("colon-is-added", Reading::ColonIsAdded)
        .does("a colon that is missing after a name is put there")
        .found_by(&["CSU-JSON-002"])
        .since("parsers that repair JSON"),
    json("blank-is-fine", Fault::Chokes(Trigger::IsBlank, Collapse::Success))
        .does("an empty body is answered 200")
        .found_by(&["CSU-JSON-005"])
        .since("a stub that does not read what it is sent"),
    json("blank-is-500", Fault::Chokes(Trigger::IsBlank, Collapse::Json(500)))
        .does("an empty body is an internal error")
        .found_by(&["CSU-JSON-005"])
        .since("the body is null for many frameworks"),
    json("root-is-500", Fault::Chokes(Trigger::RootIsNoObject, Collapse::Json(500)))
        .does("a root that is no object is an internal error")
        .found_by(&["CSU-JSON-006", "CSU-JSON-007"])
        .seen("ministack 1.5.33: l-null, l-array, l-string, l-number, l-true"),
    json("null-is-a-page", Fault::Chokes(Trigger::RootBegins(b'n'), Collapse::Html(500)))
        .does("a root of null is answered with the HTML page of the framework")
        .found_by(&["CSU-JSON-006"])
        .seen("cognito-local 5.3.0: l-null (with status 400)"),
    json("string-is-fine", Fault::Chokes(Trigger::RootBegins(b'"'), Collapse::Success))
        .does("a root that is a string is answered 200")
        .found_by(&["CSU-JSON-006"])
        .since("members of a string are undefined and not missing in JavaScript"),
    json("array-is-500", Fault::Chokes(Trigger::RootBegins(b'['), Collapse::Html(500)))
        .does("a root that is an array is an internal error")
        .found_by(&["CSU-JSON-007"])
        .seen("ministack 1.5.33: l-array"),
    read("form-is-read", Reading::FormIsRead)
        .does("a form is read as the members that it names")
        .found_by(&["CSU-JSON-008"])
        .since("frameworks that read a form where the content type does not say JSON"),
    json("xml-is-a-page", Fault::Chokes(Trigger::RootBegins(b'<'), Collapse::Html(500)))
        .does("an XML body is answered with the HTML page of the framework")
        .found_by(&["CSU-JSON-008"])
        .since("a reader that is chosen by the first byte"),
    read("unicode-escape-is-text", Reading::UnicodeEscapeIsText)
        .does("`\\u` escapes stand for themselves")
        .found_by(&["CSU-VALID-009"])
        .since("a hand-made reader of JSON"),
    read("surrogates-apart", Reading::SurrogatesApart)
        .does("the halves of a surrogate pair are read apart")
        .found_by(&["CSU-VALID-009"])
        .since("a hand-made reader of JSON"),
    refused("solidus-escape", Trigger::Contains("\\/"))
        .does("`\\/` is no escape")
        .since("JavaScript does not write it"),
    refused("tab-between", Trigger::ContainsAny(&['\t']))
        .does("a tab between tokens is no white space")
        .since("a reader that skips spaces and line feeds"),
    refused("carriage-return-between", Trigger::ContainsAny(&['\r']))
        .does("a carriage return between tokens is no white space")
        .since("a reader that skips spaces and line feeds"),
];
