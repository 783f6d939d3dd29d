//! App clients that do not exist, or do not know the user.

use super::draft::Draft;
use super::payload::Payload;
use super::sample::{self, CLIENT_ID};
use super::suite::Suite;
use super::user;
use super::value;
use crate::case::{ClientKind, Fixture, Layer, UserState};
use crate::template::{Binding, CodeForm, Escaping, Template};

const GROUP: &str = "client";

pub(super) fn cases(suite: &mut Suite) {
    for client in ClientKind::ALL {
        unknown(suite, *client);
        near(suite, *client);
    }
    for client in sample::PUBLIC_AND_SECRET {
        whoever_the_user_is(suite, client);
    }
}

fn push(suite: &mut Suite, client: ClientKind, name: &str, id: Template, labels: &[&str]) {
    let payload = Payload::base(client).with("ClientId", id);
    suite.push(
        Draft::new(GROUP, &format!("{name}-{client}"), Layer::State).client(client).payload(&payload, labels),
    );
}

/// Well-formed ids of nothing. AWS's have 26 characters.
fn unknown(suite: &mut Suite, client: ClientKind) {
    for length in [2, 10, 25, 26, 27, 52, 128] {
        let name = format!("unknown-{length}");
        let id = suite.rng(GROUP, &name).text(CLIENT_ID, length);
        push(suite, client, &name, value::text(&id), &["client/unknown"]);
    }
    for (what, id) in [
        ("upper-case", "1EXAMPLE23456789ABCDEFGHIJ"),
        ("digits", "00000000000000000000000000"),
        ("underscores", "__________________________"),
        ("plus", "1example+3456789abcdefghij"),
        ("proto", "__proto__"),
        ("constructor", "constructor"),
        ("null-word", "null"),
    ] {
        push(suite, client, &format!("unknown-{what}"), value::text(id), &["client/unknown"]);
    }
}

/// Ids that are almost right, or were right once.
fn near(suite: &mut Suite, client: ClientKind) {
    let id = || value::inside(Binding::ClientId, Escaping::Json);
    push(suite, client, "longer", value::around("", Binding::ClientId, "a"), &["client/longer"]);
    push(suite, client, "prefixed", value::around("a", Binding::ClientId, ""), &["client/prefixed"]);
    let twice = value::concat([value::raw("\""), id(), id(), value::raw("\"")]);
    push(suite, client, "twice", twice, &["client/twice"]);
    push(suite, client, "deleted", value::bound(Binding::DeletedClientId), &["client/deleted"]);
    // The client exists; its pool has no such user. The hash cannot be that of another client.
    if client == ClientKind::Public {
        let label = user::state("other-pool", client);
        push(suite, client, "of-another-pool", value::bound(Binding::OtherClientId), &[&label]);
    }
}

/// Nothing about a user can be said before the client is known (SEM-062).
fn whoever_the_user_is(suite: &mut Suite, client: ClientKind) {
    for state in [UserState::Absent, UserState::Confirmed, UserState::Disabled] {
        let id = suite.rng(GROUP, state.name()).text(CLIENT_ID, 26);
        let payload = Payload::base(client)
            .with("ClientId", value::text(&id))
            .with("ConfirmationCode", value::text("482913"));
        suite.push(
            Draft::new(GROUP, &format!("unknown-user-{state}-{client}"), Layer::State)
                .fixture(Fixture::unconfirmed(client).with_user(state))
                .payload(&payload, &["client/unknown", &user::state(state.name(), client)]),
        );
    }
    let id = suite.rng(GROUP, "code").text(CLIENT_ID, 26);
    let payload = Payload::base(client)
        .with("ClientId", value::text(&id))
        .with("ConfirmationCode", value::bound(Binding::Code(CodeForm::Wrong)));
    suite.push(
        Draft::new(GROUP, &format!("unknown-wrong-code-{client}"), Layer::State)
            .client(client)
            .payload(&payload, &["client/unknown", "code/wrong"]),
    );
}
