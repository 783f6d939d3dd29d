//! Several requests in a row for one user: many wrong codes, refusals before the right request, and repetitions.

use super::draft::Draft;
use super::payload::Payload;
use super::sample::PUBLIC_AND_SECRET;
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Layer};
use crate::template::{Binding, CodeForm, Template};

const GROUP: &str = "sequence";

/// The quota is 15 attempts per user and hour (SEM-018), so that twenty are surely too many.
const ATTEMPTS: usize = 20;

pub(super) fn cases(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        attempts(suite, client);
        refused_then_right(suite, client);
    }
    forgotten_members(suite);
}

fn wrong(client: ClientKind, form: CodeForm) -> Payload {
    Payload::base(client).with("ConfirmationCode", value::bound(Binding::Code(form)))
}

fn attempts(suite: &mut Suite, client: ClientKind) {
    let payload = wrong(client, CodeForm::Wrong);
    let name = format!("twenty-wrong-codes-{client}");
    let draft = (1..=ATTEMPTS)
        .fold(Draft::new(GROUP, &name, Layer::Sequence).client(client), |draft, attempt| {
            draft.payload(&payload, &["code/wrong", &format!("attempt/{attempt}")])
        });
    // The user may be locked by now.
    suite.push(draft.fresh_twin());
}

/// Refusals of one kind each: a name, the member, its value (or that it is left out), and the label.
fn refusals() -> [(&'static str, &'static str, Option<Template>, &'static str); 10] {
    let code = "ConfirmationCode";
    let bound = |form| Some(value::bound(Binding::Code(form)));
    let spaced = value::around("", Binding::Code(CodeForm::Right), " ");
    let unknown = value::text("1example23456789abcdefghij");
    [
        ("wrong-code", code, bound(CodeForm::Wrong), "code/wrong"),
        ("extra-digit", code, bound(CodeForm::ExtraDigit), "code/extra-digit"),
        ("code-of-another", code, bound(CodeForm::OtherUser), "code/other-user"),
        ("no-code", code, None, "absent/ConfirmationCode"),
        ("null-username", "Username", Some(value::raw("null")), "null/Username"),
        ("long-username", "Username", Some(value::repeated("u", 129)), "too-long/Username/129"),
        ("code-with-space", code, Some(spaced), "pattern/ConfirmationCode/space"),
        ("number-for-client-id", "ClientId", Some(value::raw("1")), "wrong-type/ClientId/number"),
        ("unknown-client", "ClientId", Some(unknown), "client/unknown"),
        ("unescaped-quote", "Username", Some(value::raw("\"a\"b\"")), "json/unescaped-quote-Username"),
    ]
}

/// A refusal leaves the state alone: the right request still works.
fn refused_then_right(suite: &mut Suite, client: ClientKind) {
    let base = Payload::base(client);
    for (name, member, value, label) in refusals() {
        let payload = match value {
            Some(value) => base.clone().with(member, value),
            None => base.clone().without(member),
        };
        let body = payload.template();
        suite.push(
            Draft::new(GROUP, &format!("{name}-then-right-{client}"), Layer::Sequence)
                .client(client)
                .body(body, &[label])
                .payload(&base, &["valid/members/none"]),
        );
    }
    let draft = Draft::new(GROUP, &format!("two-wrong-codes-then-right-{client}"), Layer::Sequence);
    suite.push(
        draft
            .client(client)
            .payload(&wrong(client, CodeForm::Wrong), &["code/wrong"])
            .payload(&wrong(client, CodeForm::FirstCharacter), &["code/first-character"])
            .payload(&base, &["valid/members/none"]),
    );
}

/// A member that the request before it had is missing now: nothing may be left over from that one.
fn forgotten_members(suite: &mut Suite) {
    let client = ClientKind::Public;
    for (name, member) in [("code", "ConfirmationCode"), ("username", "Username"), ("client-id", "ClientId")]
    {
        suite.push(
            Draft::new(GROUP, &format!("{name}-only-in-the-request-before-public"), Layer::Sequence)
                .payload(&wrong(client, CodeForm::Wrong), &["code/wrong"])
                .payload(&Payload::base(client).without(member), &[&format!("absent/{member}")]),
        );
    }
}
