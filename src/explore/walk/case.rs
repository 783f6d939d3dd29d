//! A walk as a case of the suite, where a case can say it: the operations that come first become the set-up, the
//! confirmations become the steps, and what is expected of each is for the requirements to say.

use super::model::Model;
use super::{Code, Confirmation, Op, Walk};
use crate::case::{
    Case, CaseId, ClientKind, Fixture, Label, Layer, Origin, PoolKind, Sending, Step, UserState,
};
use crate::generate::{Layout, Payload, twin_for, value};
use crate::secret_hash::Secret;
use crate::template::{Binding, CodeForm, RequestTemplate};
use std::collections::BTreeSet;

/// What was done before the first confirmation of the user whom the case is about.
#[derive(Default)]
struct SetUp {
    /// What was done to that user, in order.
    own: Vec<Done>,
    /// Who else was signed up.
    others: BTreeSet<usize>,
    /// Who else was confirmed with the right code.
    confirmed: BTreeSet<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    SignedUp,
    Resent,
    Deleted,
}

impl Walk {
    /// The case that sends the same confirmations for a user in the same state. `None` where no fixture has that state,
    /// where more than one user or app client is confirmed, where the order of operations matters otherwise, or where
    /// nothing is attested of one of the confirmations: such a walk stays a walk.
    pub fn as_case(&self, id: CaseId) -> Option<Case> {
        let pool: PoolKind = self.pool.parse().ok()?;
        let last = confirmations(self.op.last()?).last().copied()?;
        let client: ClientKind = last.client.parse().ok()?;
        let is_step = |op: &Op| confirmations(op).iter().any(|confirmation| confirmation.user == last.user);
        let (before, sent) = self.op.split_at(self.op.iter().position(is_step)?);
        let sending = match sent {
            // Of two that differ, the answers depend on which comes first.
            [Op::AtOnce { one, other }] if one == other => Sending::AtOnce,
            _ if sent.iter().all(|op| matches!(op, Op::Confirm(_))) => Sending::InTurn,
            _ => return None,
        };
        let sent: Vec<&Confirmation> = sent.iter().flat_map(confirmations).collect();
        if sent.iter().any(|it| it.user != last.user || it.client != last.client) {
            return None;
        }
        let set_up = SetUp::of(before, last.user)?;
        let sends = |code| sent.iter().any(|confirmation| confirmation.code == code);
        let mut model = modelled(pool, before);
        let user = set_up.state(last.user, &model)?;
        let is_resent = set_up.own.contains(&Done::Resent);
        let has_bystander = !set_up.others.is_empty() && user != UserState::AliasTaken;
        if is_resent != sends(Code::Superseded) || has_bystander != sends(Code::OtherUser) {
            return None;
        }
        let fixture = Fixture::unconfirmed(client).with_pool(pool).with_user(user);
        let mut steps = Vec::new();
        for confirmation in sent {
            let is_second = sending == Sending::AtOnce && !steps.is_empty();
            steps.push(step(&model, client, confirmation, is_second)?);
            model.confirmed(confirmation);
        }
        Some(Case {
            id,
            layer: if steps.len() == 1 { Layer::State } else { Layer::Sequence },
            origin: Origin::File,
            twin: twin_for(&fixture, &steps),
            fixture,
            steps,
            sending,
            relation: None,
            reason: None,
        })
    }
}

/// The confirmations of one operation.
fn confirmations(op: &Op) -> Vec<&Confirmation> {
    match op {
        Op::Confirm(confirmation) => vec![confirmation],
        Op::AtOnce { one, other } => vec![one, other],
        _ => Vec::new(),
    }
}

impl SetUp {
    fn of(before: &[Op], user: usize) -> Option<Self> {
        let mut set_up = Self::default();
        for op in before {
            match op {
                Op::SignUp { user: who } if *who == user => set_up.own.push(Done::SignedUp),
                Op::Resend { user: who } if *who == user => set_up.own.push(Done::Resent),
                Op::Delete { user: who } if *who == user => set_up.own.push(Done::Deleted),
                Op::SignUp { user: who } => {
                    set_up.others.insert(*who);
                }
                // Who holds an alias is confirmed before the one who wants it signs up.
                Op::Confirm(Confirmation { user: who, code: Code::Right, force: None, .. })
                    if set_up.own.is_empty() && set_up.others.contains(who) =>
                {
                    set_up.confirmed.insert(*who);
                }
                _ => return None,
            }
        }
        (set_up.others.len() <= 1).then_some(set_up)
    }

    /// The state of a fixture that it is.
    fn state(&self, user: usize, model: &Model) -> Option<UserState> {
        let holder = model.holder(user);
        if holder != self.confirmed.first().copied() {
            return None;
        }
        match (self.own.as_slice(), holder) {
            ([], None) => Some(UserState::Absent),
            ([Done::SignedUp] | [Done::SignedUp, Done::Resent], None) => Some(UserState::Unconfirmed),
            ([Done::SignedUp], Some(_)) => Some(UserState::AliasTaken),
            ([Done::SignedUp, Done::Deleted], None) => Some(UserState::Deleted),
            _ => None,
        }
    }
}

/// The state after these operations, each answered as it should be; every code is another one.
fn modelled(pool: PoolKind, before: &[Op]) -> Model {
    let mut model = Model::new(pool == PoolKind::EmailAlias);
    for (number, op) in before.iter().enumerate() {
        let code = || Secret::new(format!("code-{number}"));
        match op {
            Op::SignUp { user } => model.signed_up(*user, Some(code())),
            Op::Resend { user } => {
                if let Some(person) = model.person(*user) {
                    person.codes.push(code());
                }
            }
            Op::Delete { user } => model.deleted(*user),
            Op::Confirm(confirmation) => model.confirmed(confirmation),
            // No set-up has these.
            Op::Disable { .. } | Op::AtOnce { .. } => {}
        }
    }
    model
}

fn step(model: &Model, client: ClientKind, confirmation: &Confirmation, is_second: bool) -> Option<Step> {
    // What is not there is not sent.
    model.code(confirmation)?;
    let form = match confirmation.code {
        Code::Right => CodeForm::Right,
        Code::Wrong => CodeForm::Wrong,
        Code::Superseded => CodeForm::Superseded,
        Code::OtherUser => CodeForm::OtherUser,
        Code::Spent => return None,
    };
    let payload = Payload::base(client).with("ConfirmationCode", value::bound(Binding::Code(form)));
    let payload = match confirmation.force {
        Some(force) => payload.with("ForceAliasCreation", value::raw(&force.to_string())),
        None => payload,
    };
    let renamed = |label: String| match label.as_str() {
        "user/confirmed" if is_second => "user/confirmed-at-once".to_owned(),
        _ => label,
    };
    Some(Step {
        request: RequestTemplate::confirm_sign_up(payload.laid_out(Layout::default())),
        labels: model.labels(confirmation)?.into_iter().map(renamed).map(Label::from).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::case_file::{read_all, write_case};

    fn confirm(user: usize, client: &str, code: Code, force: Option<bool>) -> Confirmation {
        Confirmation { user, client: client.to_owned(), code, force }
    }

    fn case(pool: &str, op: &[Op]) -> Option<Case> {
        let walk = Walk { pool: pool.to_owned(), op: op.to_vec() };
        walk.as_case(CaseId::new("fuzz", "walk"))
    }

    fn labels(case: &Case) -> Vec<&str> {
        case.labels().map(Label::as_str).collect()
    }

    #[test]
    fn what_a_fixture_has_becomes_a_case_that_reads_back() {
        let sign_up = |user| Op::SignUp { user };
        let right = |user| Op::Confirm(confirm(user, "public", Code::Right, None));
        let with = |code| Op::Confirm(confirm(0, "secret", code, None));
        let twice = Op::AtOnce {
            one: confirm(0, "public", Code::Right, None),
            other: confirm(0, "public", Code::Right, None),
        };
        let forced = Op::Confirm(confirm(1, "public", Code::Right, Some(false)));
        let table: &[(&str, &[Op], UserState, &[&str])] = &[
            ("plain", &[right(0)], UserState::Absent, &["user/absent"]),
            ("plain", &[sign_up(0), with(Code::Wrong)], UserState::Unconfirmed, &["code/wrong"]),
            (
                "plain",
                &[sign_up(0), right(0), right(0)],
                UserState::Unconfirmed,
                &["valid/members/none", "user/confirmed"],
            ),
            (
                "plain",
                &[sign_up(0), Op::Resend { user: 0 }, with(Code::Superseded)],
                UserState::Unconfirmed,
                &["code/superseded"],
            ),
            (
                "plain",
                &[sign_up(2), sign_up(0), with(Code::OtherUser)],
                UserState::Unconfirmed,
                &["code/other-user"],
            ),
            (
                "plain",
                &[sign_up(0), Op::Delete { user: 0 }, with(Code::Right)],
                UserState::Deleted,
                &["user/deleted"],
            ),
            (
                "plain",
                &[sign_up(0), twice],
                UserState::Unconfirmed,
                &["valid/members/none", "user/confirmed-at-once"],
            ),
            (
                "email-alias",
                &[sign_up(0), right(0), sign_up(1), forced],
                UserState::AliasTaken,
                &["alias/taken-not-forced"],
            ),
        ];
        for (pool, op, state, expected) in table {
            let case = case(pool, op).unwrap_or_else(|| panic!("no case: {op:?}"));
            assert_eq!((case.fixture.user, labels(&case)), (*state, expected.to_vec()));
            let text = write_case(&case).unwrap();
            let read = read_all([("walk.toml", text.as_str())]).unwrap();
            assert_eq!(read.iter().map(write_case).collect::<Vec<_>>(), [Ok(text)]);
        }
    }

    #[test]
    fn what_no_fixture_has_stays_a_walk() {
        let sign_up = |user| Op::SignUp { user };
        let with = |user, client, code| Op::Confirm(confirm(user, client, code, None));
        let table: &[&[Op]] = &[
            &[],
            &[sign_up(0)],
            // Two app clients.
            &[sign_up(0), with(0, "public", Code::Wrong), with(0, "secret", Code::Right)],
            // Somebody else is there, and has no part in it that a case could say.
            &[sign_up(1), sign_up(0), with(0, "public", Code::Right)],
            &[sign_up(1), with(1, "public", Code::Right), sign_up(0), with(0, "public", Code::Right)],
            // A code that is sent again, and none that it replaces is used.
            &[sign_up(0), Op::Resend { user: 0 }, with(0, "public", Code::Right)],
            // The code of an earlier account.
            &[sign_up(0), Op::Delete { user: 0 }, sign_up(0), with(0, "public", Code::Spent)],
            // Nothing is attested of a disabled user.
            &[sign_up(0), Op::Disable { user: 0 }, with(0, "public", Code::Right)],
            // Something is done between two confirmations.
            &[
                sign_up(0),
                with(0, "public", Code::Wrong),
                Op::Resend { user: 0 },
                with(0, "public", Code::Right),
            ],
        ];
        for op in table {
            assert_eq!(case("plain", op), None, "{op:?}");
        }
    }
}
