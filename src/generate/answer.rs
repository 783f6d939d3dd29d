//! The form of an answer: a refusal or a success of every kind, looked at one aspect at a time.

use super::draft::Draft;
use super::payload::Payload;
use super::sample::OPTIONAL;
use super::suite::Suite;
use super::value;
use super::{sample, user};
use crate::case::{ClientKind, Fixture, Layer, UserState};
use crate::template::{Binding, CodeForm};

const GROUP: &str = "answer";

/// What can be seen in every refusal.
const REFUSED: [&str; 9] = [
    "error-content-type",
    "error-type-header",
    "error-message-header",
    "error-type-short",
    "message-key",
    "error-compact",
    "error-json-object",
    "request-id",
    "content-length",
];

/// What can be seen in every success.
const ACCEPTED: [&str; 5] =
    ["success-content-type", "success-modelled", "request-id", "content-length", "attribute-verified"];

pub(super) fn cases(suite: &mut Suite) {
    refusals(suite);
    successes(suite);
}

fn refusals(suite: &mut Suite) {
    let public = || Fixture::unconfirmed(ClientKind::Public);
    let base = || Payload::base(ClientKind::Public);
    let wrong = || value::bound(Binding::Code(CodeForm::Wrong));
    let kinds: Vec<(&str, Fixture, Payload, String)> = vec![
        ("wrong-code", public(), base().with("ConfirmationCode", wrong()), "code/wrong".into()),
        (
            "unknown-client",
            public(),
            base().with("ClientId", value::text("1example23456789abcdefghij")),
            "client/unknown".into(),
        ),
        (
            "unknown-user",
            Fixture::unconfirmed(ClientKind::ExistenceShown).with_user(UserState::Absent),
            base().with("ConfirmationCode", value::text("482913")),
            user::state("absent", ClientKind::ExistenceShown),
        ),
        (
            "hidden-user",
            Fixture::unconfirmed(ClientKind::ExistenceHidden).with_user(UserState::Absent),
            base().with("ConfirmationCode", value::text("482913")),
            user::state("absent", ClientKind::ExistenceHidden),
        ),
        (
            "confirmed-user",
            public().with_user(UserState::Confirmed),
            base().with("ConfirmationCode", wrong()),
            "user/confirmed".into(),
        ),
        ("no-secret-hash", Fixture::unconfirmed(ClientKind::Secret), base(), "secret-hash/absent".into()),
        ("no-code", public(), base().without("ConfirmationCode"), "absent/ConfirmationCode".into()),
        (
            "long-username",
            public(),
            base().with("Username", value::repeated("u", 129)),
            "too-long/Username/129".into(),
        ),
        (
            "code-with-space",
            public(),
            base().with("ConfirmationCode", value::text("1 2")),
            "pattern/ConfirmationCode/space".into(),
        ),
    ];
    for (kind, fixture, payload, label) in kinds {
        for what in REFUSED {
            suite.push(
                Draft::new(GROUP, &format!("{kind}-{what}"), Layer::Http)
                    .fixture(fixture.clone())
                    .payload(&payload, &[&label, &format!("inspect/{what}")]),
            );
        }
    }
}

fn successes(suite: &mut Suite) {
    for client in ClientKind::ALL {
        let mut rng = suite.rng(GROUP, client.name());
        let full = OPTIONAL.iter().fold(Payload::base(*client), |payload, member| {
            payload.with(member, sample::member(member, &mut rng))
        });
        for (kind, payload, label) in [
            ("smallest", Payload::base(*client), "valid/members/none".to_owned()),
            ("fullest", full, format!("valid/members/{}", OPTIONAL.join("+"))),
        ] {
            let body = match client {
                ClientKind::UserAuth => "success-session",
                _ => "success-empty-body",
            };
            for what in ACCEPTED.into_iter().chain([body]) {
                suite.push(
                    Draft::new(GROUP, &format!("{kind}-{what}-{client}"), Layer::Http)
                        .client(*client)
                        .payload(&payload, &[&label, &format!("inspect/{what}")]),
                );
            }
        }
    }
}
