//! The secret-hash square: clients with a secret and without, hashes that are right, wrong, missing or unneeded.

use super::draft::Draft;
use super::payload::Payload;
use super::sample::{BASE64, PUBLIC_AND_SECRET};
use super::secret_hash_vectors;
use super::suite::Suite;
use super::user;
use super::value;
use crate::case::{ClientKind, Fixture, Layer, UserState, Username};
use crate::secret_hash::HashForm;
use crate::template::{Binding, CodeForm, Template};

const GROUP: &str = "secret-hash";

pub(super) fn cases(suite: &mut Suite) {
    missing(suite);
    forms(suite);
    alphabet(suite);
    right(suite);
    with_other_defects(suite);
    unneeded(suite);
}

fn push(suite: &mut Suite, name: &str, fixture: Fixture, payload: &Payload, labels: &[&str]) {
    suite.push(Draft::new(GROUP, name, Layer::SecretHash).fixture(fixture).payload(payload, labels));
}

fn secret() -> Fixture {
    Fixture::unconfirmed(ClientKind::Secret)
}

fn hashed(form: HashForm) -> Payload {
    Payload::base(ClientKind::Secret).with("SecretHash", value::bound(Binding::SecretHash(form)))
}

fn missing(suite: &mut Suite) {
    let base = Payload::base(ClientKind::Secret);
    let null = base.clone().with("SecretHash", value::raw("null"));
    let empty = base.clone().with("SecretHash", value::text(""));
    push(suite, "absent", secret(), &base.without("SecretHash"), &["secret-hash/absent"]);
    push(suite, "null", secret(), &null, &["secret-hash/null"]);
    push(suite, "empty", secret(), &empty, &["too-short/SecretHash/0"]);
}

/// Every form of a hash that differs from the right one whatever the user is called; [`secret_hash_vectors`] has the
/// others. The form of the guide's prose is left out: it can be longer or shorter than the bound of 128, as name and
/// secret happen to be.
fn forms(suite: &mut Suite) {
    for form in HashForm::ALL.iter().filter(|form| **form != HashForm::Right && !needs_special_name(**form)) {
        let Some(label) = secret_hash_vectors::label_of(*form) else { continue };
        let username = match form {
            HashForm::LowerCaseUsername | HashForm::UpperCaseUsername => Username::MixedCase,
            _ => Username::Plain,
        };
        push(suite, form.name(), secret().with_username(username), &hashed(*form), &[&label]);
    }
}

/// Whether the hash of an ordinary name is the right one in this form.
const fn needs_special_name(form: HashForm) -> bool {
    matches!(
        form,
        HashForm::Latin1
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

/// The url-safe alphabet shows only where the hash has one of the two characters that differ (SH-023).
fn alphabet(suite: &mut Suite) {
    let plus = secret().with_username(Username::HashContains('+'));
    let slash = secret().with_username(Username::HashContains('/'));
    let url_safe = hashed(HashForm::UrlSafe);
    push(suite, "url-safe-hyphen", plus.clone(), &url_safe, &["pattern/SecretHash/hyphen"]);
    push(suite, "url-safe-underscore", slash.clone(), &url_safe, &["secret-hash/url-safe"]);
    let as_space = hashed(HashForm::PlusAsSpace);
    push(suite, "plus-as-space", plus.clone(), &as_space, &["pattern/SecretHash/space"]);
    push(suite, "right-with-plus", plus, &hashed(HashForm::Right), &["valid/members/SecretHash"]);
    push(suite, "right-with-slash", slash, &hashed(HashForm::Right), &["valid/members/SecretHash"]);
}

/// The hash is computed over the UTF-8 bytes of the name as it is sent (SH-025).
fn right(suite: &mut Suite) {
    for (name, username) in [
        ("right", Username::Plain),
        ("right-mixed-case", Username::MixedCase),
        ("right-accents", Username::Starting("caf\u{e9}".to_owned())),
        ("right-decomposed", Username::Starting("cafe\u{301}".to_owned())),
        ("right-astral", Username::Starting("\u{1f600}".to_owned())),
        ("right-quotes", Username::Starting("\"\\".to_owned())),
        ("right-longest", Username::Filled { filler: 'u', length: 128 }),
    ] {
        let fixture = secret().with_username(username);
        push(suite, name, fixture, &hashed(HashForm::Right), &["valid/members/SecretHash"]);
    }
    for form in [HashForm::LowerCaseUsername, HashForm::UsernameOnly, HashForm::Swapped] {
        let fixture = secret().with_username(Username::Starting("\u{c9}A".to_owned()));
        let label = format!("secret-hash/{form}");
        push(suite, &format!("{form}-of-accents"), fixture, &hashed(form), &[&label]);
    }
}

/// A wrong hash beside another defect. Which of the two is told first is attested for some of them only.
fn with_other_defects(suite: &mut Suite) {
    let base = Payload::base(ClientKind::Secret);
    let hashes: [(&str, Payload); 4] = [
        ("absent", base.clone().without("SecretHash")),
        ("null", base.clone().with("SecretHash", value::raw("null"))),
        ("zeros", hashed(HashForm::Zeros)),
        ("swapped", hashed(HashForm::Swapped)),
    ];
    for (hash, payload) in hashes {
        let label = format!("secret-hash/{hash}");
        let wrong = payload.clone().with("ConfirmationCode", value::bound(Binding::Code(CodeForm::Wrong)));
        push(suite, &format!("{hash}-wrong-code"), secret(), &wrong, &[&label, "code/wrong"]);
        for state in [UserState::Absent, UserState::Confirmed, UserState::Deleted, UserState::Disabled] {
            let code = value::text("482913");
            let payload = payload.clone().with("ConfirmationCode", code);
            let user = user::state(state.name(), ClientKind::Secret);
            let name = format!("{hash}-user-{state}");
            push(suite, &name, secret().with_user(state), &payload, &[&label, &user]);
        }
        for (what, member, json) in [
            ("forced", "ForceAliasCreation", "true"),
            ("with-metadata", "ClientMetadata", r#"{"SecretHash":"x"}"#),
        ] {
            let payload = payload.clone().with(member, value::raw(json));
            let also = format!("valid/members/{member}");
            push(suite, &format!("{hash}-{what}"), secret(), &payload, &[&label, &also]);
        }
    }
}

/// What a client without a secret makes of a hash is not attested (SEM-016); a broken constraint stays one.
fn unneeded(suite: &mut Suite) {
    for client in ClientKind::ALL.iter().filter(|client| **client != ClientKind::Secret) {
        let name = format!("unneeded-random-{client}");
        let random = format!("{}=", suite.rng(GROUP, &name).text(BASE64, 43));
        let zeros = format!("{}=", "A".repeat(43));
        let values: [(&str, Template, &str); 4] = [
            ("random", value::text(&random), "secret-hash-unneeded/random"),
            ("zeros", value::text(&zeros), "secret-hash-unneeded/zeros"),
            ("word", value::text("none"), "secret-hash-unneeded/word"),
            ("empty", value::text(""), "too-short/SecretHash/0"),
        ];
        for (what, hash, label) in values {
            let payload = Payload::base(*client).with("SecretHash", hash);
            let fixture = Fixture::unconfirmed(*client);
            push(suite, &format!("unneeded-{what}-{client}"), fixture, &payload, &[label]);
        }
    }
    for client in PUBLIC_AND_SECRET {
        for (what, character) in [("hyphen", "-"), ("exclamation-mark", "!")] {
            let payload = Payload::base(client).with("SecretHash", value::repeated(character, 44));
            let label = format!("pattern/SecretHash/{what}");
            push(suite, &format!("{what}s-{client}"), Fixture::unconfirmed(client), &payload, &[&label]);
        }
    }
}
