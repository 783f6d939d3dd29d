//! Confirmation codes that are not the user's, and the right one a second time.

use super::draft::Draft;
use super::payload::Payload;
use super::sample::PUBLIC_AND_SECRET;
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Layer};
use crate::template::{Binding, CodeForm};

const GROUP: &str = "code";

pub(super) fn cases(suite: &mut Suite) {
    for client in ClientKind::ALL {
        let every = PUBLIC_AND_SECRET.contains(client);
        for form in CodeForm::ALL.iter().filter(|form| **form != CodeForm::Right) {
            let common = matches!(form, CodeForm::Wrong | CodeForm::AllZeros | CodeForm::OtherUser);
            if every || common {
                let payload = with_code(*client, *form);
                suite.push(
                    Draft::new(GROUP, &format!("{form}-{client}"), Layer::State)
                        .client(*client)
                        .payload(&payload, &[&format!("code/{form}")]),
                );
            }
        }
        spent(suite, *client);
    }
    with_everything_else(suite);
}

fn with_code(client: ClientKind, form: CodeForm) -> Payload {
    Payload::base(client).with("ConfirmationCode", value::bound(Binding::Code(form)))
}

/// The first answer confirms the user, so the second meets a confirmed one (SEM-006).
fn spent(suite: &mut Suite, client: ClientKind) {
    let base = Payload::base(client);
    suite.push(
        Draft::new(GROUP, &format!("spent-{client}"), Layer::Sequence)
            .client(client)
            .payload(&base, &["valid/members/none"])
            .payload(&base, &[confirmed(client)]),
    );
    suite.push(
        Draft::new(GROUP, &format!("spent-then-wrong-{client}"), Layer::Sequence)
            .client(client)
            .payload(&base, &["valid/members/none"])
            .payload(&with_code(client, CodeForm::Wrong), &[confirmed(client), "code/wrong"]),
    );
}

const fn confirmed(client: ClientKind) -> &'static str {
    match client {
        ClientKind::ExistenceHidden => "user/confirmed/hidden",
        ClientKind::ExistenceShown => "user/confirmed/shown",
        ClientKind::Public | ClientKind::Secret | ClientKind::UserAuth => "user/confirmed",
    }
}

/// The code is looked at whatever else a valid request carries.
fn with_everything_else(suite: &mut Suite) {
    for (member, json) in [
        ("ForceAliasCreation", "true"),
        ("ForceAliasCreation", "false"),
        ("ClientMetadata", r#"{"ConfirmationCode":"000000"}"#),
        ("UserContextData", r#"{"IpAddress":"203.0.113.7"}"#),
        ("AnalyticsMetadata", r#"{"AnalyticsEndpointId":"e"}"#),
        ("Session", "null"),
    ] {
        for client in PUBLIC_AND_SECRET {
            let payload = with_code(client, CodeForm::Wrong).with(member, value::raw(json));
            let what = super::sample::kebab(member);
            let detail = if json.len() < 6 { json } else { "given" };
            let also = match json {
                "null" => format!("null/{member}"),
                _ => format!("valid/members/{member}"),
            };
            suite.push(
                Draft::new(GROUP, &format!("wrong-beside-{what}-{detail}-{client}"), Layer::State)
                    .client(client)
                    .payload(&payload, &["code/wrong", &also]),
            );
        }
    }
}
