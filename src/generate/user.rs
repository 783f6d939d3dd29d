//! Users that cannot be confirmed, or are named in another way.

use super::draft::Draft;
use super::payload::Payload;
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Fixture, Layer, PoolKind, UserState, Username};
use crate::template::{Binding, CodeForm, Escaping};

const GROUP: &str = "user";

pub(super) fn cases(suite: &mut Suite) {
    for client in ClientKind::ALL {
        absent(suite, *client);
        known(suite, *client);
    }
    named_otherwise(suite);
}

/// The label of a user state, which says whether the client hides existence errors.
pub(super) fn state(state: &str, client: ClientKind) -> String {
    match client {
        ClientKind::ExistenceHidden => format!("user/{state}/hidden"),
        ClientKind::ExistenceShown => format!("user/{state}/shown"),
        ClientKind::Public | ClientKind::Secret | ClientKind::UserAuth => format!("user/{state}"),
    }
}

/// Codes made up for a user that has none. Neither may help anybody in.
const MADE_UP: [(&str, &str); 4] =
    [("", "482913"), ("-zeros", "000000"), ("-empty-looking", "-"), ("-word", "undefined")];

fn absent(suite: &mut Suite, client: ClientKind) {
    for (what, code) in MADE_UP {
        for user in [UserState::Absent, UserState::Deleted] {
            let payload = Payload::base(client).with("ConfirmationCode", value::text(code));
            push(suite, client, &format!("{user}{what}"), user, (&payload, &[state(user.name(), client)]));
        }
    }
    let payload = Payload::base(client)
        .with("ConfirmationCode", value::text("482913"))
        .with("ForceAliasCreation", value::raw("true"));
    push(suite, client, "absent-forced", UserState::Absent, (&payload, &[state("absent", client)]));
    // A name that is almost that of an existing user.
    for (what, name) in [
        ("longer", value::around("", Binding::Username, "x")),
        ("prefixed", value::around("x", Binding::Username, "")),
        (
            "twice",
            value::concat([
                value::raw("\""),
                value::inside(Binding::Username, Escaping::Json),
                value::inside(Binding::Username, Escaping::Json),
                value::raw("\""),
            ]),
        ),
    ] {
        // The hash would have to be that of the other name.
        if client != ClientKind::Secret {
            let payload = Payload::base(client).with("Username", name);
            suite.push(
                Draft::new(GROUP, &format!("absent-{what}-{client}"), Layer::State)
                    .client(client)
                    .payload(&payload, &[&state("absent", client)]),
            );
        }
    }
}

fn known(suite: &mut Suite, client: ClientKind) {
    for user in [UserState::Confirmed, UserState::AdminConfirmed, UserState::Disabled, UserState::OtherPool] {
        let label = state(user.name(), client);
        let base = Payload::base(client);
        let wrong = base.clone().with("ConfirmationCode", value::bound(Binding::Code(CodeForm::Wrong)));
        let name = user.name();
        push(suite, client, &format!("{name}-right-code"), user, (&base, std::slice::from_ref(&label)));
        let both = [label.clone(), "code/wrong".into()];
        push(suite, client, &format!("{name}-wrong-code"), user, (&wrong, &both));
        if matches!(user, UserState::Confirmed | UserState::AdminConfirmed) {
            for (what, code) in [("zero", "0"), ("zeros", "000000")] {
                let payload = base.clone().with("ConfirmationCode", value::text(code));
                let labels = [label.clone(), "code/wrong".into()];
                push(suite, client, &format!("{name}-code-{what}"), user, (&payload, &labels));
            }
            let payload = base.with("ForceAliasCreation", value::raw("true"));
            push(suite, client, &format!("{name}-forced"), user, (&payload, &[label]));
        }
    }
}

fn named_otherwise(suite: &mut Suite) {
    for client in [ClientKind::Public, ClientKind::ExistenceHidden, ClientKind::ExistenceShown] {
        let by = |binding: Binding| Payload::base(client).with("Username", value::bound(binding));
        let named = |what: &str| Draft::new(GROUP, &format!("by-{what}-{client}"), Layer::State);
        let visibility = match client {
            ClientKind::ExistenceHidden => "/hidden",
            ClientKind::ExistenceShown => "/shown",
            ClientKind::Public | ClientKind::Secret | ClientKind::UserAuth => "",
        };
        let label = |form: &str| format!("username/{form}{visibility}");
        suite.push(named("sub").client(client).payload(&by(Binding::Sub), &[&label("sub")]));
        suite.push(
            named("upper-case")
                .fixture(Fixture::unconfirmed(client).with_username(Username::MixedCase))
                .payload(&by(Binding::UpperCaseUsername), &[&label("upper-case")]),
        );
        suite.push(
            named("alias")
                .fixture(Fixture::unconfirmed(client).with_pool(PoolKind::EmailAlias))
                .payload(&by(Binding::Email), &[&label("alias")]),
        );
        // The other user is there, but this is not its code.
        suite.push(
            named("the-name-of-another")
                .client(client)
                .payload(&by(Binding::OtherUsername), &["code/other-user"]),
        );
    }
    suite.push(
        Draft::new(GROUP, "mixed-case-as-signed-up-public", Layer::State)
            .fixture(Fixture::unconfirmed(ClientKind::Public).with_username(Username::MixedCase))
            .payload(&Payload::base(ClientKind::Public), &["valid/text/Username-mixed-case"]),
    );
}

fn push(
    suite: &mut Suite,
    client: ClientKind,
    name: &str,
    user: UserState,
    (payload, labels): (&Payload, &[String]),
) {
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    suite.push(
        Draft::new(GROUP, &format!("{name}-{client}"), Layer::State)
            .fixture(Fixture::unconfirmed(client).with_user(user))
            .payload(payload, &labels),
    );
}
