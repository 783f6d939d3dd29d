//! Lengths just outside, at and far beyond the published bounds. A nested value at its edge is in `valid`, since it
//! is accepted; a value of a member at its edge names nothing that exists, and says so by a second label.

use super::constraints::{CONSTRAINTS, Constraint, SESSION_MAX_BEFORE};
use super::draft::Draft;
use super::payload::Payload;
use super::sample::{self, PUBLIC_AND_SECRET, kebab};
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Layer};

const GROUP: &str = "length";

/// The far end, three times the greatest bound. The harness, the reference server and the answers that quote the value
/// hold several copies of it for each connection.
const FAR: usize = 400_000;

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
    if constraint.path.contains('.') { &[ClientKind::Public] } else { &PUBLIC_AND_SECRET }
}

fn too_short(suite: &mut Suite, constraint: &Constraint, client: ClientKind) {
    let Constraint { path, min, filler, .. } = constraint;
    let mut lengths = vec![0, min / 2, min.saturating_sub(1)];
    lengths.retain(|length| length < min);
    lengths.dedup();
    for length in lengths {
        let payload = sample::place(client, path, value::repeated(filler, length));
        push(suite, client, (path, length), &payload, &[&format!("too-short/{path}/{length}")]);
    }
}

fn too_long(suite: &mut Suite, constraint: &Constraint, client: ClientKind) {
    let Constraint { path, max, filler, .. } = constraint;
    for length in [max + 1, max + 2, max * 2, FAR] {
        let payload = sample::place(client, path, value::repeated(filler, length));
        push(suite, client, (path, length), &payload, &[&format!("too-long/{path}/{length}")]);
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
        Draft::new(GROUP, &format!("{}-{length}-{client}", kebab(path)), Layer::Constraint)
            .client(client)
            .payload(payload, labels),
    );
}

/// Values at both edges, which pass the constraint and then name nothing that exists.
fn at_the_edge(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        edge(suite, client, "ClientId", &[1, 2, 127, 128], "client/unknown");
        edge(suite, client, "ConfirmationCode", &[1, 2, 2047, 2048], "code/wrong");
        edge(
            suite,
            client,
            "Session",
            &[20, 21, SESSION_MAX_BEFORE, SESSION_MAX_BEFORE + 1, 4095, 4096],
            "session/never-issued",
        );
    }
    // A row of `A` is the Base64 of zero bytes.
    edge(suite, ClientKind::Secret, "SecretHash", &[1, 2, 127, 128], "secret-hash/zeros");
    edge(suite, ClientKind::Public, "SecretHash", &[1, 2, 127, 128], "secret-hash-unneeded/zeros");
}

fn edge(suite: &mut Suite, client: ClientKind, member: &str, lengths: &[usize], meets: &str) {
    let filler = CONSTRAINTS
        .iter()
        .find(|constraint| constraint.path == member)
        .map_or("a", |constraint| constraint.filler);
    for length in lengths {
        // One digit could be a code of one digit; a letter of another script is none of any subject's.
        let filler = if member == "ConfirmationCode" { "\u{bc}" } else { filler };
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
                Draft::new(GROUP, &format!("username-{length}-{what}-{client}"), Layer::Constraint)
                    .client(client)
                    .payload(&payload, &[&format!("too-long/Username/{length}")]),
            );
        }
    }
}

/// What is sent in each of several members: a row of this many characters.
const SEVERAL: &[(&str, &[(&str, usize)])] = &[
    ("client-id+username-empty", &[("ClientId", 0), ("Username", 0)]),
    ("username+code-empty", &[("Username", 0), ("ConfirmationCode", 0)]),
    ("client-id+code-empty", &[("ClientId", 0), ("ConfirmationCode", 0)]),
    ("required-empty", &[("ClientId", 0), ("Username", 0), ("ConfirmationCode", 0)]),
    ("client-id+username-long", &[("ClientId", 129), ("Username", 129)]),
    ("username+code-long", &[("Username", 129), ("ConfirmationCode", 2049)]),
    ("required-long", &[("ClientId", 129), ("Username", 129), ("ConfirmationCode", 2049)]),
    ("username-long+code-empty", &[("Username", 129), ("ConfirmationCode", 0)]),
    ("client-id-empty+username-long", &[("ClientId", 0), ("Username", 129)]),
    ("username-long+session-short", &[("Username", 129), ("Session", 19)]),
    ("code-empty+session-long", &[("ConfirmationCode", 0), ("Session", 4097)]),
];

/// Several members at once: AWS names every violation in one message (VAL-011).
fn several(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        for (name, members) in SEVERAL {
            let payload = members.iter().fold(Payload::base(client), |payload, (member, length)| {
                payload.with(member, value::repeated("b", *length))
            });
            let labels: Vec<String> = members
                .iter()
                .map(|(member, length)| match length {
                    0 | 19 => format!("too-short/{member}/{length}"),
                    _ => format!("too-long/{member}/{length}"),
                })
                .collect();
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            suite.push(
                Draft::new(GROUP, &format!("several-{name}-{client}"), Layer::Constraint)
                    .client(client)
                    .payload(&payload, &labels),
            );
        }
    }
}
