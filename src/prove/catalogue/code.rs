//! Confirmation codes and attempts.

use crate::prove::planted::{Family, Planted};
use crate::reference::{CodeSlip, Fault};

const fn code(name: &'static str, slip: CodeSlip) -> Planted {
    Planted::of(Family::Code, name, Fault::Code(slip)).found_by(&["CSU-CODE-001"])
}

pub(super) const FAULTS: &[Planted] = &[
    code("any", CodeSlip::Any)
        .does("every code confirms the user")
        .found_by(&["CSU-CODE-001", "CSU-VALID-005"])
        .seen("moto 5.2.5, ministack 1.5.33: b1 to b6"),
    code("any-six-digits", CodeSlip::AnySixDigits)
        .does("any six digits confirm the user")
        .since("a stub that checks the form; fakecloud took any code that is not empty until May 2026"),
    code("habitual", CodeSlip::Takes("123456"))
        .does("123456 confirms every user")
        .seen("ministack 1.5.33: the code is always 123456"),
    code("zeros", CodeSlip::Takes("000000"))
        .does("000000 confirms every user")
        .since("a code for tests that is left in"),
    code("null-text", CodeSlip::Takes("null"))
        .does("the text `null` confirms every user")
        .since("floci's `asText()` turns null into this text"),
    code("undefined-text", CodeSlip::Takes("undefined"))
        .does("the text `undefined` confirms every user")
        .since("JavaScript's text of what is not there"),
    code("whole-number", CodeSlip::AsWholeNumber)
        .does("codes are compared as whole numbers")
        .since("a column of a database"),
    code("number", CodeSlip::AsNumber)
        .does("codes are compared as floating-point numbers")
        .since("`==` of JavaScript and PHP"),
    code("more-may-follow", CodeSlip::MoreMayFollow)
        .does("what begins with the code confirms the user")
        .since("`startsWith` for `==`"),
    code("more-may-precede", CodeSlip::MoreMayPrecede)
        .does("what ends in the code confirms the user")
        .since("`endsWith` for `==`"),
    code("anywhere", CodeSlip::Anywhere)
        .does("what holds the code confirms the user")
        .since("`includes` for `==`"),
    code("less-will-do", CodeSlip::LessWillDo)
        .does("what the code begins with confirms the user")
        .since("`startsWith` the wrong way round"),
    code("first-5", CodeSlip::FirstCharacters(5))
        .does("the sixth digit is not compared")
        .since("a length that is off by one"),
    code("last-5", CodeSlip::LastCharacters(5))
        .does("the first digit is not compared")
        .since("an index that is off by one"),
    code("any-order", CodeSlip::AnyOrder)
        .does("the order of the digits does not matter")
        .since("a set in place of a text"),
    code("wildcards", CodeSlip::Wildcards)
        .does("`*` and `%` stand for any code")
        .since("a query that is put together from texts"),
    code("of-any-user", CodeSlip::OfAnyUser)
        .does("the code of any user of the pool confirms the user")
        .since("codes that are looked up without the user"),
    code("superseded", CodeSlip::Superseded)
        .does("a code that was replaced still confirms the user")
        .found_by(&["CSU-CODE-003"])
        .since("codes that are added and never removed"),
    code("wrong-one-burns", CodeSlip::WrongOneBurns)
        .does("a wrong code makes the right one invalid")
        .since("codes that are deleted when they are looked up"),
    code("refused-but-confirmed", CodeSlip::RefusedButConfirmed)
        .does("a wrong code is refused, and confirms the user")
        .found_by(&["CSU-CODE-001", "CSU-VALID-005"])
        .since("the state is written before the check; moto 5.2.5 answers 500 and has confirmed: m-ct-json"),
    code("locked-after-1", CodeSlip::LockedAfter(1))
        .does("one wrong code locks the user out")
        .since("a limit of another operation"),
    code("never-locked", CodeSlip::NeverLocked)
        .does("attempts have no limit")
        .found_by(&["CSU-LIMIT-003"])
        .seen("moto 5.2.5, ministack 1.5.33, cognito-local 5.3.0: p1"),
    code("right-is-wrong", CodeSlip::RightIsWrong)
        .does("no code confirms anybody")
        .found_by(&["CSU-VALID-001", "CSU-CODE-001"])
        .since("a negation too many"),
];
