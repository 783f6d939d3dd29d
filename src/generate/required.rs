//! Required members left out or `null`: every way of doing one or the other to some of the three.

use super::draft::Draft;
use super::payload::{Payload, REQUIRED};
use super::sample::{self, OPTIONAL, PUBLIC_AND_SECRET, kebab};
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Layer};

const GROUP: &str = "required";

pub(super) fn cases(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        squares(suite, client);
        with_optional(suite, client);
    }
    empty_object(suite);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Present,
    Absent,
    Null,
}

impl State {
    const ALL: [Self; 3] = [Self::Present, Self::Absent, Self::Null];

    const fn name(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Absent => "absent",
            Self::Null => "null",
        }
    }

    fn apply(self, payload: Payload, member: &str) -> Payload {
        match self {
            Self::Present => payload,
            Self::Absent => payload.without(member),
            Self::Null => payload.with(member, value::raw("null")),
        }
    }
}

/// All 26 ways in which at least one required member is absent or `null`.
fn squares(suite: &mut Suite, client: ClientKind) {
    for a in State::ALL {
        for b in State::ALL {
            for c in State::ALL {
                let done: Vec<(&str, State)> = REQUIRED
                    .into_iter()
                    .zip([a, b, c])
                    .filter(|(_, state)| *state != State::Present)
                    .collect();
                if done.is_empty() {
                    continue;
                }
                let payload = done
                    .iter()
                    .fold(Payload::base(client), |payload, (member, state)| state.apply(payload, member));
                let name: Vec<String> = done
                    .iter()
                    .map(|(member, state)| format!("{}-{}", kebab(member), state.name()))
                    .collect();
                let labels: Vec<String> =
                    done.iter().map(|(member, state)| format!("{}/{member}", state.name())).collect();
                push(suite, client, &name.join("+"), &payload, &labels);
            }
        }
    }
}

/// The same with every optional member there, so that an answer cannot come from an early look at the size.
fn with_optional(suite: &mut Suite, client: ClientKind) {
    for member in REQUIRED {
        for state in [State::Absent, State::Null] {
            let name = format!("{}-{}-among-optional", kebab(member), state.name());
            let mut rng = suite.rng(GROUP, &name);
            let full = OPTIONAL.iter().fold(Payload::base(client), |payload, optional| {
                payload.with(optional, sample::member(optional, &mut rng))
            });
            let payload = state.apply(full, member);
            push(suite, client, &name, &payload, &[format!("{}/{member}", state.name())]);
        }
    }
}

fn empty_object(suite: &mut Suite) {
    let labels = REQUIRED.map(|member| format!("absent/{member}"));
    push(suite, ClientKind::Public, "empty-object", &Payload::default(), &labels);
    let nested = Payload::default().and("ConfirmSignUpRequest", Payload::base(ClientKind::Public).template());
    push(suite, ClientKind::Public, "wrapped-in-the-shape-name", &nested, &labels);
    let only_optional = Payload::default().and("ClientMetadata", value::raw(r#"{"k":"v"}"#));
    push(suite, ClientKind::Public, "only-optional", &only_optional, &labels);
}

fn push(suite: &mut Suite, client: ClientKind, name: &str, payload: &Payload, labels: &[String]) {
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    suite.push(
        Draft::new(GROUP, &format!("{name}-{client}"), Layer::Constraint)
            .client(client)
            .payload(payload, &labels),
    );
}
