//! Pairs of defects that no cell of the matrix puts together: of client, secret hash, user, code and alias.

use super::recipe::{Recipe, UNKNOWN_CLIENT};
use crate::case::{PoolKind, UserState};
use crate::generate::value;
use crate::secret_hash::HashForm;
use crate::template::{Binding, CodeForm};

/// A defect of client, secret hash, user, code or alias.
pub(super) struct Trouble {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) apply: fn(Recipe) -> Recipe,
}

static CLIENT: Trouble = Trouble {
    name: "client-unknown",
    label: "client/unknown",
    apply: |recipe| recipe.set("ClientId", value::text(UNKNOWN_CLIENT)),
};
static HASH: Trouble = Trouble {
    name: "hash-swapped",
    label: "secret-hash/swapped",
    apply: |recipe| recipe.set("SecretHash", value::bound(Binding::SecretHash(HashForm::Swapped))),
};
static ABSENT: Trouble = Trouble {
    name: "user-absent",
    label: "user/absent",
    // Nobody was sent a code.
    apply: |recipe| recipe.with_user(UserState::Absent).set("ConfirmationCode", value::text("482913")),
};
static CONFIRMED: Trouble = Trouble {
    name: "user-confirmed",
    label: "user/confirmed",
    apply: |recipe| recipe.with_user(UserState::Confirmed),
};
static CODE: Trouble = Trouble {
    name: "code-wrong",
    label: "code/wrong",
    apply: |recipe| recipe.set("ConfirmationCode", value::bound(Binding::Code(CodeForm::Wrong))),
};
static TAKEN: Trouble = Trouble {
    name: "alias-taken",
    label: "alias/taken",
    apply: |recipe| recipe.with_user(UserState::AliasTaken),
};

/// What a pair of defects is put into.
#[derive(Clone, Copy)]
pub(super) enum Base {
    Public,
    Secret,
    Alias,
}

impl Base {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Secret => "secret",
            Self::Alias => "email-alias",
        }
    }

    pub(super) fn recipe(self) -> Recipe {
        match self {
            Self::Public => Recipe::base("ClientId"),
            Self::Secret => Recipe::base("SecretHash"),
            Self::Alias => {
                let mut recipe = Recipe::base("ClientId");
                recipe.fixture = recipe.fixture.with_pool(PoolKind::EmailAlias);
                recipe
            }
        }
    }
}

/// The checks in the order in which AWS is taken to run them (SEM-062 to SEM-064), two at a time.
pub(super) static STATE_PAIRS: [(Base, &Trouble, &Trouble); 10] = [
    (Base::Secret, &CLIENT, &HASH),
    (Base::Public, &CLIENT, &ABSENT),
    (Base::Public, &CLIENT, &CONFIRMED),
    (Base::Public, &CLIENT, &CODE),
    (Base::Secret, &HASH, &ABSENT),
    (Base::Secret, &HASH, &CONFIRMED),
    (Base::Secret, &HASH, &CODE),
    (Base::Public, &CONFIRMED, &CODE),
    (Base::Secret, &CONFIRMED, &CODE),
    (Base::Alias, &CODE, &TAKEN),
];
