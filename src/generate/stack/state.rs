//! Mutations of the state: codes, hashes, app clients, users, aliases, and what was sent before.

use super::refusal;
use super::sketch::Sketch;
use crate::case::{ClientKind, PoolKind, UserState, Username};
use crate::generate::payload::Payload;
use crate::generate::secret_hash_vectors::label_of;
use crate::generate::{sample, user, value};
use crate::secret_hash::HashForm;
use crate::seed::Rng;
use crate::template::{Binding, CodeForm, Escaping, RequestTemplate};

/// The quota is 15 attempts an hour (SEM-018), so that twenty are surely too many.
const ATTEMPTS: usize = 20;

pub(super) fn code(sketch: &mut Sketch, rng: &mut Rng) {
    let Some(form) = rng.pick(CodeForm::ALL).copied().filter(|form| *form != CodeForm::Right) else { return };
    if sketch.take("ConfirmationCode") {
        sketch.set("ConfirmationCode", value::bound(Binding::Code(form)));
        sketch.label(format!("code/{form}"));
    }
}

/// Whether the hash of an ordinary name is the right one in this form, or its length depends on the subject.
const fn is_no_mistake(form: HashForm) -> bool {
    matches!(
        form,
        HashForm::Right
            | HashForm::Latin1
            | HashForm::Ascii
            | HashForm::Mojibake
            | HashForm::Cesu8
            | HashForm::Composed
            | HashForm::Decomposed
            | HashForm::JsonEscaped
            | HashForm::PercentEncodedUsername
            | HashForm::CharacterCut
    )
}

pub(super) fn secret_hash(sketch: &mut Sketch, rng: &mut Rng) {
    if sketch.client != ClientKind::Secret {
        return;
    }
    let Some(form) = rng.pick(HashForm::ALL).copied().filter(|form| !is_no_mistake(*form)) else { return };
    let Some(label) = label_of(form) else { return };
    match form {
        HashForm::LowerCaseUsername | HashForm::UpperCaseUsername => {
            if !sketch.take_all(&["SecretHash", "name", "user"]) {
                return;
            }
            sketch.name(Username::MixedCase);
        }
        _ if !sketch.take("SecretHash") => return,
        _ => {}
    }
    sketch.set("SecretHash", value::bound(Binding::SecretHash(form)));
    sketch.label(label);
}

pub(super) fn secret_hash_spelling(sketch: &mut Sketch, rng: &mut Rng) {
    if sketch.client != ClientKind::Secret || !sketch.take_all(&["SecretHash", "name", "user"]) {
        return;
    }
    let (c, form, label) = match rng.below(4) {
        0 => ('+', HashForm::UrlSafe, "pattern/SecretHash/hyphen"),
        1 => ('/', HashForm::UrlSafe, "secret-hash/url-safe"),
        2 => {
            sketch.leave_out("SecretHash");
            sketch.label("secret-hash/absent");
            return;
        }
        _ => ('+', HashForm::Right, "valid/members/SecretHash"),
    };
    sketch.name(Username::HashContains(c));
    sketch.set("SecretHash", value::bound(Binding::SecretHash(form)));
    sketch.label(label);
}

pub(super) fn unneeded_hash(sketch: &mut Sketch, rng: &mut Rng) {
    if sketch.client == ClientKind::Secret {
        return;
    }
    if sketch.take("SecretHash") {
        let random = format!("{}=", rng.text(sample::BASE64, 43));
        sketch.set("SecretHash", value::text(&random));
        sketch.label("secret-hash-unneeded/random");
    }
}

pub(super) fn client(sketch: &mut Sketch, rng: &mut Rng) {
    if !sketch.take("ClientId") {
        return;
    }
    let id = || value::inside(Binding::ClientId, Escaping::Json);
    let (value, label) = match rng.below(7) {
        0 => (value::around("", Binding::ClientId, "a"), "client/longer".to_owned()),
        1 => (value::around("a", Binding::ClientId, ""), "client/prefixed".to_owned()),
        2 => (value::concat([value::raw("\""), id(), id(), value::raw("\"")]), "client/twice".to_owned()),
        3 => (value::bound(Binding::DeletedClientId), "client/deleted".to_owned()),
        4 if sketch.client == ClientKind::Public && sketch.take("user") => {
            (value::bound(Binding::OtherClientId), user::state("other-pool", sketch.client))
        }
        _ => {
            let length = 2 + rng.below(127);
            let alphabet: &[u8] = if rng.below(4) == 0 { b"_+AZaz09" } else { sample::CLIENT_ID };
            (value::text(&rng.text(alphabet, length)), "client/unknown".to_owned())
        }
    };
    sketch.set("ClientId", value);
    sketch.label(label);
}

pub(super) fn user(sketch: &mut Sketch, rng: &mut Rng) {
    const STATES: [UserState; 6] = [
        UserState::Absent,
        UserState::Confirmed,
        UserState::AdminConfirmed,
        UserState::Disabled,
        UserState::Deleted,
        UserState::OtherPool,
    ];
    let Some(state) = rng.pick(&STATES).copied().filter(|_| sketch.take("user")) else { return };
    sketch.user(state);
    sketch.label(user::state(state.name(), sketch.client));
    if matches!(state, UserState::Absent | UserState::Deleted) && sketch.take("ConfirmationCode") {
        let codes = ["482913", "000000", "-", "undefined"];
        let code = rng.pick(&codes).copied().unwrap_or("482913");
        sketch.set("ConfirmationCode", value::text(code));
    }
}

/// A name that is almost that of a user. The hash would have to be that of the other name.
pub(super) fn nearly_the_user(sketch: &mut Sketch, rng: &mut Rng) {
    if sketch.client == ClientKind::Secret || !sketch.take_all(&["Username", "user"]) {
        return;
    }
    let name = || value::inside(Binding::Username, Escaping::Json);
    let value = match rng.below(3) {
        0 => value::around("", Binding::Username, "x"),
        1 => value::around("x", Binding::Username, ""),
        _ => value::concat([value::raw("\""), name(), name(), value::raw("\"")]),
    };
    sketch.set("Username", value);
    sketch.label(user::state("absent", sketch.client));
}

pub(super) fn other_case(sketch: &mut Sketch, _: &mut Rng) {
    if sketch.client == ClientKind::Secret || !sketch.take_all(&["Username", "name", "user"]) {
        return;
    }
    sketch.name(Username::MixedCase);
    sketch.set("Username", value::bound(Binding::UpperCaseUsername));
    sketch.label(match sketch.client {
        ClientKind::ExistenceHidden => "username/upper-case/hidden",
        ClientKind::ExistenceShown => "username/upper-case/shown",
        _ => "username/upper-case",
    });
}

/// Whether a pool with aliases is made for such a client.
fn has_alias_pool(client: ClientKind) -> bool {
    matches!(client, ClientKind::Public | ClientKind::Secret | ClientKind::ExistenceHidden)
}

pub(super) fn alias(sketch: &mut Sketch, rng: &mut Rng) {
    if !has_alias_pool(sketch.client) || !sketch.take_all(&["user", "name", "ForceAliasCreation"]) {
        return;
    }
    sketch.fixture = sketch.fixture.clone().with_pool(PoolKind::EmailAlias).with_user(UserState::AliasTaken);
    match rng.below(3) {
        0 => sketch.label("alias/taken"),
        1 => {
            sketch.set("ForceAliasCreation", value::raw("false"));
            sketch.label("alias/taken-not-forced");
        }
        _ => {
            sketch.set("ForceAliasCreation", value::raw("true"));
            sketch.label("alias/taken-forced");
        }
    }
}

pub(super) fn free_alias(sketch: &mut Sketch, rng: &mut Rng) {
    if !has_alias_pool(sketch.client) || !sketch.take_all(&["user", "name", "ForceAliasCreation"]) {
        return;
    }
    sketch.fixture = sketch.fixture.clone().with_pool(PoolKind::EmailAlias);
    let force = if rng.below(2) == 0 { "true" } else { "false" };
    sketch.set("ForceAliasCreation", value::raw(force));
    sketch.member("ForceAliasCreation");
}

/// The user is confirmed by the request before.
pub(super) fn spent(sketch: &mut Sketch, _: &mut Rng) {
    if sketch.take_all(&["before", "user"]) {
        let base = RequestTemplate::confirm_sign_up(Payload::base(sketch.client).template());
        sketch.before.push((base, vec!["valid/members/none".to_owned()]));
        sketch.label(user::state("confirmed", sketch.client));
    }
}

pub(super) fn many_attempts(sketch: &mut Sketch, _: &mut Rng) {
    if !sketch.is_untouched() {
        return;
    }
    let wrong = RequestTemplate::confirm_sign_up(refusal::wrong_code(sketch.client));
    for attempt in 1..ATTEMPTS {
        sketch.before.push((wrong.clone(), vec!["code/wrong".to_owned(), format!("attempt/{attempt}")]));
    }
    sketch.set("ConfirmationCode", value::bound(Binding::Code(CodeForm::Wrong)));
    sketch.label("code/wrong");
    sketch.label(format!("attempt/{ATTEMPTS}"));
    sketch.close();
}

/// Something is refused before, which must leave no trace.
pub(super) fn after_a_refusal(sketch: &mut Sketch, rng: &mut Rng) {
    // Only an unconfirmed user is refused for the defect of the request before.
    if sketch.take_all(&["before", "user"]) {
        let before = refusal::any(sketch.client, rng);
        sketch.before.push(before);
    }
}
