//! Requests that a server cannot stand.

use crate::prove::planted::{Family, Planted};
use crate::reference::{Collapse, Fault, Trigger};

const fn chokes(name: &'static str, trigger: Trigger, collapse: Collapse) -> Planted {
    Planted::of(Family::Robustness, name, Fault::Chokes(trigger, collapse))
}

pub(super) const FAULTS: &[Planted] = &[
    chokes("body-of-100-kb", Trigger::BodyLongerThan(102_400), Collapse::Html(413))
        .does("a body of more than 100 kB is answered 413 with an HTML page and a stack trace")
        .found_by(&["CSU-VALID-003"])
        .seen("cognito-local 5.3.0: i-meta-value-long, i-Username-200k"),
    chokes("body-of-64-kb", Trigger::BodyLongerThan(65_536), Collapse::Bare(413))
        .does("a body of more than 64 kB is answered 413")
        .found_by(&["CSU-VALID-003"])
        .since("a default of many gateways"),
    chokes("astral", Trigger::HasAstral, Collapse::Json(500))
        .does("a character beyond the Basic Multilingual Plane is an internal error")
        .found_by(&["CSU-VALID-002", "CSU-VALID-003"])
        .since("MySQL's `utf8` has three bytes"),
    chokes("quotes", Trigger::Contains("'"), Collapse::Json(500))
        .does("an apostrophe is an internal error")
        .found_by(&["CSU-VALID-003", "CSU-VALID-002"])
        .since("a query that is put together from texts"),
    chokes("markup", Trigger::ContainsAny(&['<']), Collapse::Html(403))
        .does("what looks like markup is blocked")
        .found_by(&["CSU-VALID-002", "CSU-VALID-003"])
        .since("rule sets of web application firewalls"),
    chokes("proto", Trigger::Contains("__proto__"), Collapse::Json(500))
        .does("the name `__proto__` is an internal error")
        .found_by(&["CSU-VALID-003"])
        .seen("cognito-local 5.3.0: x-user-__proto__ (another error than for an unknown user)"),
    chokes("bidirectional", Trigger::ContainsAny(&['\u{202e}', '\u{2066}', '\u{200f}']), Collapse::Json(500))
        .does("a character that turns the direction of text is an internal error")
        .found_by(&["CSU-VALID-003"])
        .since("filters against spoofed names"),
    chokes("many-members", Trigger::MembersMoreThan(64), Collapse::Json(500))
        .does("more than 64 members are an internal error")
        .found_by(&["CSU-VALID-003", "CSU-VALID-001"])
        .since("a limit on the fields of a form"),
    chokes("metadata-unsupported", Trigger::Contains("\"ClientMetadata\""), Collapse::Json(501))
        .does("ClientMetadata is not implemented")
        .found_by(&["CSU-VALID-001", "CSU-VALID-003"])
        .since("it goes to Lambda triggers, which an emulator may not have"),
    chokes("analytics-unsupported", Trigger::Contains("\"AnalyticsMetadata\""), Collapse::Json(501))
        .does("AnalyticsMetadata is not implemented")
        .found_by(&["CSU-VALID-001"])
        .since("it goes to Amazon Pinpoint, which an emulator may not have"),
    chokes("user-context-unsupported", Trigger::Contains("\"UserContextData\""), Collapse::Json(501))
        .does("UserContextData is not implemented")
        .found_by(&["CSU-VALID-001"])
        .since("it goes to threat protection, which an emulator may not have"),
    chokes("force-unsupported", Trigger::Contains("\"ForceAliasCreation\""), Collapse::Json(501))
        .does("ForceAliasCreation is not implemented")
        .found_by(&["CSU-VALID-001", "CSU-ALIAS-002"])
        .since("an optional member that nobody uses"),
];
