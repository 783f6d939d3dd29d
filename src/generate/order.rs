//! Two defects of different kinds in one request: which of them is told shows the order of the checks (SEM-060 to
//! SEM-064).

use super::draft::Draft;
use super::payload::Payload;
use super::sample::PUBLIC_AND_SECRET;
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Layer};
use crate::template::{Binding, CodeForm, Template};

const GROUP: &str = "order";

/// A defect of one member: which, how, and its label. Two of them combine where the members differ.
struct Defect {
    name: &'static str,
    member: &'static str,
    value: Option<Template>,
    label: &'static str,
}

fn defects() -> Vec<Defect> {
    let defect = |name, member, value, label| Defect { name, member, value, label };
    let wrong = value::bound(Binding::Code(CodeForm::Wrong));
    vec![
        defect("code-type", "ConfirmationCode", Some(value::raw("1")), "wrong-type/ConfirmationCode/number"),
        defect("username-type", "Username", Some(value::raw("[]")), "wrong-type/Username/array"),
        defect(
            "metadata-type",
            "ClientMetadata",
            Some(value::raw("\"x\"")),
            "wrong-type/ClientMetadata/string",
        ),
        defect("client-absent", "ClientId", None, "absent/ClientId"),
        defect("username-null", "Username", Some(value::raw("null")), "null/Username"),
        defect("code-absent", "ConfirmationCode", None, "absent/ConfirmationCode"),
        defect("username-long", "Username", Some(value::repeated("u", 129)), "too-long/Username/129"),
        defect("code-space", "ConfirmationCode", Some(value::text("1 2")), "pattern/ConfirmationCode/space"),
        defect("client-pattern", "ClientId", Some(value::text("a!b")), "pattern/ClientId/exclamation-mark"),
        defect("session-short", "Session", Some(value::text("short")), "too-short/Session/5"),
        defect(
            "client-unknown",
            "ClientId",
            Some(value::text("1example23456789abcdefghij")),
            "client/unknown",
        ),
        defect("code-wrong", "ConfirmationCode", Some(wrong), "code/wrong"),
    ]
}

fn apply(payload: Payload, defect: &Defect) -> Payload {
    match &defect.value {
        Some(value) => payload.with(defect.member, value.clone()),
        None => payload.without(defect.member),
    }
}

pub(super) fn cases(suite: &mut Suite) {
    let defects = defects();
    for client in PUBLIC_AND_SECRET {
        for (i, a) in defects.iter().enumerate() {
            for b in defects.iter().skip(i + 1).filter(|b| a.member != b.member) {
                let payload = apply(apply(Payload::base(client), a), b);
                suite.push(
                    Draft::new(GROUP, &format!("{}+{}-{client}", a.name, b.name), Layer::Constraint)
                        .client(client)
                        .payload(&payload, &[a.label, b.label]),
                );
            }
        }
    }
    for defect in &defects {
        let payload = apply(Payload::base(ClientKind::Secret), defect).without("SecretHash");
        suite.push(
            Draft::new(GROUP, &format!("secret-hash-absent+{}", defect.name), Layer::SecretHash)
                .client(ClientKind::Secret)
                .payload(&payload, &["secret-hash/absent", defect.label]),
        );
    }
}
