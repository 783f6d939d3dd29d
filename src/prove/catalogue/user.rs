//! Who a user is and in which state, aliases, and whether it shows that a user exists.

use crate::prove::planted::{Family, Planted};
use crate::reference::{Fault, Slip};

const fn user(name: &'static str, slip: Slip) -> Planted {
    Planted::of(Family::User, name, Fault::Slip(slip))
}

const fn alias(name: &'static str, slip: Slip) -> Planted {
    Planted::of(Family::Alias, name, Fault::Slip(slip))
}

const fn existence(name: &'static str, slip: Slip) -> Planted {
    Planted::of(Family::Existence, name, Fault::Slip(slip))
}

pub(super) const USER: &[Planted] = &[
    user("for-show", Slip::ForShow)
        .does("200 is answered and nobody is confirmed")
        .found_by(&["CSU-VALID-001"])
        .since("a stub without state"),
    user("contact-unverified", Slip::ContactUnverified)
        .does("the address that the code was sent to is not marked as verified")
        .found_by(&["CSU-VALID-011"])
        .since("the status is one field and the address another"),
    user("client-by-beginning", Slip::ClientByBeginning)
        .does("an app client is found by the beginning of the id that is sent")
        .found_by(&["CSU-CLIENT-001"])
        .since("a fixed width of 26 characters"),
    user("client-by-end", Slip::ClientByEnd)
        .does("an app client is found by the end of the id that is sent")
        .found_by(&["CSU-CLIENT-001"])
        .since("ids with a prefix that is cut off"),
    user("client-by-default", Slip::ClientByDefault)
        .does("an id that names no app client stands for any")
        .found_by(&["CSU-CLIENT-001"])
        .since("an emulator with one pool; early LocalStack made app clients up"),
    user("name-in-any-case", Slip::UsernameInAnyCase)
        .does("the case of usernames does not matter in a pool where it does")
        .found_by(&["CSU-USER-008", "CSU-USER-002"])
        .since("pools made in the console fold case, those made through the API do not"),
    user("name-by-beginning", Slip::UsernameByBeginning)
        .does("a user is found by the beginning of the name that is sent")
        .found_by(&["CSU-USER-001", "CSU-USER-002"])
        .since("a range query"),
    user("of-any-pool", Slip::UsernameOfAnyPool)
        .does("a user is found in whatever pool")
        .found_by(&["CSU-USER-001", "CSU-USER-002"])
        .since("one table of users"),
    user("status-unchecked", Slip::StatusUnchecked)
        .does("the status of a user is not looked at before the code: a confirmed user's is an expired one")
        .found_by(&["CSU-USER-003"])
        .seen("cognito-local 5.3.0: e1, e2"),
    user("confirmed-is-welcome", Slip::ConfirmedIsWelcome)
        .does("a confirmed user is confirmed once more")
        .found_by(&["CSU-USER-003"])
        .seen("moto 5.2.5, ministack 1.5.33: e1, e2"),
    user("confirmed-twice-is-not", Slip::ConfirmedTwiceIsNot)
        .does("a confirmed user who tries again is unconfirmed")
        .found_by(&["CSU-USER-003"])
        .since("a status that is toggled"),
    user("code-before-status", Slip::CodeBeforeStatus)
        .does("a wrong code is told before the status of a confirmed user")
        .found_by(&["CSU-USER-003"])
        .since("the natural order of a handler"),
];

pub(super) const ALIAS: &[Planted] = &[
    alias("shared", Slip::AliasShared)
        .does("two users hold one alias")
        .found_by(&["CSU-ALIAS-001", "CSU-ALIAS-002"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: n1, n2"),
    alias("always-moves", Slip::AliasAlwaysMoves)
        .does("an alias moves without being forced to")
        .found_by(&["CSU-ALIAS-001"])
        .since("a map that is written to"),
    alias("never-moves", Slip::AliasNeverMoves)
        .does("ForceAliasCreation is not looked at")
        .found_by(&["CSU-ALIAS-002"])
        .since("an optional member that nobody uses"),
    alias("holder-stays-verified", Slip::HolderStaysVerified)
        .does("the user who loses an alias stays verified")
        .found_by(&["CSU-ALIAS-002"])
        .since("the other user is another record"),
    alias("holder-loses-anyway", Slip::HolderLosesAnyway)
        .does("the user who holds an alias loses it although the other is refused")
        .found_by(&["CSU-ALIAS-001"])
        .since("no transaction around both records"),
    alias("moved-unverified", Slip::MovedUnverified)
        .does("the user who gets an alias is not verified")
        .found_by(&["CSU-ALIAS-002"])
        .since("a branch of its own that forgets it"),
    alias("before-code", Slip::AliasBeforeCode)
        .does("a taken alias is told whatever the code")
        .found_by(&["CSU-CODE-001"])
        .since("cheap checks first; it lets anyone ask who has an address"),
    alias("force-skips-code", Slip::ForceSkipsCode)
        .does("with ForceAliasCreation the code does not matter")
        .found_by(&["CSU-CODE-001"])
        .since("a branch of its own that forgets it"),
];

pub(super) const EXISTENCE: &[Planted] = &[
    existence("shown", Slip::AbsenceShown)
        .does("an unknown user is told although the app client hides it")
        .found_by(&["CSU-USER-002"])
        .seen("moto 5.2.5: c2"),
    existence("hidden", Slip::AbsenceHidden)
        .does("an unknown user is hidden although the app client does not ask for it")
        .found_by(&["CSU-USER-001", "CSU-USER-008"])
        .since("the safer default"),
    existence("success", Slip::AbsenceIsSuccess)
        .does("an unknown user is answered 200 where that is hidden")
        .found_by(&["CSU-USER-002"])
        .since("ForgotPassword and ResendConfirmationCode do so"),
    existence("no-client", Slip::AbsenceIsNoClient)
        .does("an unknown user is an unknown app client where that is hidden")
        .found_by(&["CSU-USER-002"])
        .since("another error than the one that tells"),
];
