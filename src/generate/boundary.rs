//! Lengths just outside, at and far beyond the published bounds. A nested value at its edge is in `valid`, since it
//! is accepted; a value of a member at its edge names nothing that exists, and says so by a second label.

use super::constraints::{CONSTRAINTS, Constraint, SESSION_MAX_BEFORE};
use super::draft::Draft;
use super::payload::Payload;
use super::sample::{self, PUBLIC_AND_SECRET, kebab};
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Layer};
use crate::template::Template;

const GROUP: &str = "length";

/// The far end: a mebibyte in one value.
const FAR: usize = 1 << 20;

pub(super) fn cases(suite: &mut Suite) {
    for constraint in &CONSTRAINTS {
        for client in clients(constraint) {
            too_short(suite, constraint, *client);
            too_long(suite, constraint, *client);
        }
    }
    at_the_edge(suite);
    astral(suite);
    several(suite);
}

/// A secret hash is best sent to a client that has a secret; the length of nested values is the same to every client.
fn clients(constraint: &Constraint) -> &'static [ClientKind] {
    if constraint.path.contains('.') {
        &[ClientKind::Public]
    } else {
        &PUBLIC_AND_SECRET
    }
}

fn too_short(suite: &mut Suite, constraint: &Constraint, client: ClientKind) {
    let Constraint {
        path, min, filler, ..
    } = constraint;
    let mut lengths = vec![0, min / 2, min.saturating_sub(1)];
    lengths.retain(|length| length < min);
    lengths.dedup();
    for length in lengths {
        let payload = sample::place(client, path, value::repeated(filler, length));
        push(
            suite,
            client,
            (path, length),
            &payload,
            &[&format!("too-short/{path}/{length}")],
        );
    }
}

fn too_long(suite: &mut Suite, constraint: &Constraint, client: ClientKind) {
    let Constraint {
        path, max, filler, ..
    } = constraint;
    for length in [max + 1, max + 2, max * 2, FAR] {
        let payload = sample::place(client, path, value::repeated(filler, length));
        push(
            suite,
            client,
            (path, length),
            &payload,
            &[&format!("too-long/{path}/{length}")],
        );
    }
}

fn push(
    suite: &mut Suite,
    client: ClientKind,
    (path, length): (&str, usize),
    payload: &Payload,
    labels: &[&str],
) {
    suite.push(
        Draft::new(
            GROUP,
            &format!("{}-{length}-{client}", kebab(path)),
            Layer::Constraint,
        )
        .client(client)
        .payload(payload, labels),
    );
}

/// Values at both edges, which pass the constraint and then name nothing that exists.
fn at_the_edge(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        edge(suite, client, "ClientId", &[1, 2, 127, 128], "client/unknown");
        edge(
            suite,
            client,
            "ConfirmationCode",
            &[1, 2, 2047, 2048],
            "code/wrong",
        );
        edge(
            suite,
            client,
            "Session",
            &[20, 21, SESSION_MAX_BEFORE, SESSION_MAX_BEFORE + 1, 4095, 4096],
            "session/never-issued",
        );
    }
    // A row of `A` is the Base64 of zero bytes.
    edge(
        suite,
        ClientKind::Secret,
        "SecretHash",
        &[1, 2, 127, 128],
        "secret-hash/zeros",
    );
    edge(
        suite,
        ClientKind::Public,
        "SecretHash",
        &[1, 2, 127, 128],
        "secret-hash-unneeded/zeros",
    );
}

fn edge(suite: &mut Suite, client: ClientKind, member: &str, lengths: &[usize], meets: &str) {
    let filler = CONSTRAINTS
        .iter()
        .find(|constraint| constraint.path == member)
        .map_or("a", |constraint| constraint.filler);
    for length in lengths {
        // One digit could be a code of one digit; a letter of another script is none of any subject's.
        let filler = if member == "ConfirmationCode" {
            "\u{bc}"
        } else {
            filler
        };
        let payload = Payload::base(client).with(member, value::repeated(filler, *length));
        let label = format!("valid/length/{member}-{length}");
        push(suite, client, (member, *length), &payload, &[&label, meets]);
    }
}

/// Too long by every count: bytes, UTF-16 units and characters. What lies between the counts is not attested (VAL-020).
fn astral(suite: &mut Suite) {
    let texts: [(&str, &str, usize); 4] = [
        ("astral", "\u{1f600}", 129),
        ("combining", "e\u{301}", 129),
        ("three-byte", "\u{6f22}", 129),
        ("right-to-left", "\u{5d0}", 200),
    ];
    for client in PUBLIC_AND_SECRET {
        for (what, unit, times) in texts {
            let length = unit.chars().count() * times;
            let payload = Payload::base(client).with("Username", value::repeated(unit, times));
            suite.push(
                Draft::new(
                    GROUP,
                    &format!("username-{length}-{what}-{client}"),
                    Layer::Constraint,
                )
                .client(client)
                .payload(&payload, &[&format!("too-long/Username/{length}")]),
            );
        }
    }
}

/// Several members at once: AWS names every violation in one message (VAL-011).
fn several(suite: &mut Suite) {
    let long = |member: &str, length: usize| -> (String, Template) {
        (
            format!("too-long/{member}/{length}"),
            value::repeated("b", length),
        )
    };
    let empty = |member: &str| (format!("too-short/{member}/0"), value::text(""));
    let sets: [(&str, Vec<(&str, (String, Template))>); 8] = [
        (
            "client-id+username-empty",
            vec![("ClientId", empty("ClientId")), ("Username", empty("Username"))],
        ),
        (
            "username+code-empty",
            vec![
                ("Username", empty("Username")),
                ("ConfirmationCode", empty("ConfirmationCode")),
            ],
        ),
        (
            "client-id+code-empty",
            vec![
                ("ClientId", empty("ClientId")),
                ("ConfirmationCode", empty("ConfirmationCode")),
            ],
        ),
        (
            "required-empty",
            vec![
                ("ClientId", empty("ClientId")),
                ("Username", empty("Username")),
                ("ConfirmationCode", empty("ConfirmationCode")),
            ],
        ),
        (
            "client-id+username-long",
            vec![
                ("ClientId", long("ClientId", 129)),
                ("Username", long("Username", 129)),
            ],
        ),
        (
            "username-long+code-empty",
            vec![
                ("Username", long("Username", 129)),
                ("ConfirmationCode", empty("ConfirmationCode")),
            ],
        ),
        (
            "username+code-long",
            vec![
                ("Username", long("Username", 129)),
                ("ConfirmationCode", long("ConfirmationCode", 2049)),
            ],
        ),
        (
            "required-long",
            vec![
                ("ClientId", long("ClientId", 129)),
                ("Username", long("Username", 129)),
                ("ConfirmationCode", long("ConfirmationCode", 2049)),
            ],
        ),
    ];
    for client in PUBLIC_AND_SECRET {
        for (name, members) in &sets {
            let payload = members
                .iter()
                .fold(Payload::base(client), |payload, (member, (_, value))| {
                    payload.with(member, value.clone())
                });
            let labels: Vec<&str> = members.iter().map(|(_, (label, _))| label.as_str()).collect();
            suite.push(
                Draft::new(GROUP, &format!("several-{name}-{client}"), Layer::Constraint)
                    .client(client)
                    .payload(&payload, &labels),
            );
        }
    }
}
