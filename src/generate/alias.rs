//! An e-mail address that another user holds as an alias.

use super::draft::Draft;
use super::payload::Payload;
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Fixture, Layer, PoolKind, UserState};
use crate::template::{Binding, CodeForm};

const GROUP: &str = "alias";

pub(super) fn cases(suite: &mut Suite) {
    for client in [ClientKind::Public, ClientKind::Secret, ClientKind::ExistenceHidden] {
        let free = Fixture::unconfirmed(client).with_pool(PoolKind::EmailAlias);
        let taken = free.clone().with_user(UserState::AliasTaken);
        let base = Payload::base(client);
        let force = |json: &str| Payload::base(client).with("ForceAliasCreation", value::raw(json));
        let wrong =
            |payload: Payload| payload.with("ConfirmationCode", value::bound(Binding::Code(CodeForm::Wrong)));
        let mut push = |name: &str, fixture: &Fixture, payload: &Payload, labels: &[&str]| {
            suite.push(
                Draft::new(GROUP, &format!("{name}-{client}"), Layer::State)
                    .fixture(fixture.clone())
                    .payload(payload, labels),
            );
        };
        push("free", &free, &base, &["valid/members/none"]);
        push("free-forced", &free, &force("true"), &["valid/members/ForceAliasCreation"]);
        push("free-not-forced", &free, &force("false"), &["valid/members/ForceAliasCreation"]);
        push("taken", &taken, &base, &["alias/taken"]);
        push("taken-null", &taken, &force("null"), &["alias/taken", "null/ForceAliasCreation"]);
        push("taken-not-forced", &taken, &force("false"), &["alias/taken-not-forced"]);
        push("taken-forced", &taken, &force("true"), &["alias/taken-forced"]);
        // Only a right code gets as far as the alias (SEM-032).
        push("taken-wrong-code", &taken, &wrong(base), &["code/wrong", "alias/taken"]);
        push("taken-forced-wrong-code", &taken, &wrong(force("true")), &["code/wrong", "alias/taken-forced"]);
    }
}
