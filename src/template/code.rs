//! What is sent as a confirmation code: the right one, and the wrong ones that subjects are known to let pass.

use crate::named::named;
use std::fmt;
use std::str::FromStr;

named! {
    /// What is sent as the confirmation code.
    CodeForm {
        /// The code that is valid now.
        Right = "right",
        /// Another code of the same length: the last character changed.
        Wrong = "wrong",
        /// The first character changed.
        FirstCharacter = "first-character",
        /// Every character changed.
        EveryCharacter = "every-character",
        /// The right code and one more digit.
        ExtraDigit = "extra-digit",
        /// A zero before the right code.
        LeadingZero = "leading-zero",
        /// The right code without its last character.
        CutLast = "cut-last",
        /// The right code without its first character.
        CutFirst = "cut-first",
        /// The first character alone.
        FirstOnly = "first-only",
        /// The right code backwards, or with its last character changed where that is the same.
        Reversed = "reversed",
        /// The right code twice in a row.
        Repeated = "repeated",
        /// A plus sign before the right code.
        PlusSign = "plus-sign",
        /// A minus sign before the right code.
        MinusSign = "minus-sign",
        /// `.0` after the right code.
        Decimal = "decimal",
        /// `e0` after the right code.
        Exponent = "exponent",
        /// The right code in full-width digits (U+FF10 and on).
        FullWidth = "full-width",
        /// The right code in Arabic-Indic digits (U+0660 and on).
        ArabicIndic = "arabic-indic",
        /// The right code between double quotes.
        Quoted = "quoted",
        /// The right code, a comma, and another.
        List = "list",
        /// The right code, a zero-width space after it.
        ZeroWidth = "zero-width",
        /// `%` (a wildcard in SQL).
        Percent = "percent",
        /// `.*` (a wildcard in regular expressions).
        Wildcard = "wildcard",
        /// `null` as text.
        NullText = "null-text",
        /// `undefined` as text.
        UndefinedText = "undefined-text",
        /// `true` as text.
        TrueText = "true-text",
        /// `000000`, or `000001` where that is the right code.
        AllZeros = "all-zeros",
        /// `123456`, or `654321` where that is the right code.
        Habitual = "habitual",
        /// The right code of another unconfirmed user of the same pool.
        OtherUser = "other-user",
        /// The code that was valid before ResendConfirmationCode.
        Superseded = "superseded",
    }
}

impl CodeForm {
    /// Whether something of a code can be had from it; the others are the same for every user.
    pub(super) fn tells_the_code(self) -> bool {
        !matches!(
            self,
            Self::Percent
                | Self::Wildcard
                | Self::NullText
                | Self::UndefinedText
                | Self::TrueText
                | Self::AllZeros
                | Self::Habitual
        )
    }
}

/// Another character of the same kind, so that a code keeps its look.
fn other_character(c: char) -> char {
    match c {
        '0'..='8' | 'a'..='y' | 'A'..='Y' => char::from_u32(u32::from(c) + 1).unwrap_or('0'),
        'z' => 'a',
        'Z' => 'A',
        _ => '0',
    }
}

fn change(code: &str, which: impl Fn(usize, usize) -> bool) -> String {
    let length = code.chars().count();
    code.chars().enumerate().map(|(i, c)| if which(i, length) { other_character(c) } else { c }).collect()
}

fn shift_digits(code: &str, zero: u32) -> String {
    code.chars().map(|c| c.to_digit(10).and_then(|digit| char::from_u32(zero + digit)).unwrap_or(c)).collect()
}

fn unless(right: &str, text: &str, otherwise: &str) -> String {
    if right == text { otherwise.to_owned() } else { text.to_owned() }
}

/// What `form` makes of the right code; the code itself where another value is sent.
pub(super) fn code_variant(code: &str, form: CodeForm) -> String {
    match form {
        CodeForm::Right | CodeForm::OtherUser | CodeForm::Superseded => code.to_owned(),
        CodeForm::Wrong => change(code, |i, length| i + 1 == length),
        CodeForm::FirstCharacter => change(code, |i, _| i == 0),
        CodeForm::EveryCharacter => change(code, |_, _| true),
        CodeForm::ExtraDigit => format!("{code}0"),
        CodeForm::LeadingZero => format!("0{code}"),
        CodeForm::CutLast => code.chars().take(code.chars().count().saturating_sub(1)).collect(),
        CodeForm::CutFirst => code.chars().skip(1).collect(),
        CodeForm::FirstOnly => code.chars().take(1).collect(),
        CodeForm::Reversed => {
            let reversed: String = code.chars().rev().collect();
            if reversed == code { change(code, |i, length| i + 1 == length) } else { reversed }
        }
        CodeForm::Repeated => code.repeat(2),
        CodeForm::PlusSign => format!("+{code}"),
        CodeForm::MinusSign => format!("-{code}"),
        CodeForm::Decimal => format!("{code}.0"),
        CodeForm::Exponent => format!("{code}e0"),
        CodeForm::FullWidth => shift_digits(code, 0xff10),
        CodeForm::ArabicIndic => shift_digits(code, 0x0660),
        CodeForm::Quoted => format!("\"{code}\""),
        CodeForm::List => format!("{code},{}", change(code, |i, length| i + 1 == length)),
        CodeForm::ZeroWidth => format!("{code}\u{200b}"),
        CodeForm::Percent => "%".to_owned(),
        CodeForm::Wildcard => ".*".to_owned(),
        CodeForm::NullText => "null".to_owned(),
        CodeForm::UndefinedText => "undefined".to_owned(),
        CodeForm::TrueText => "true".to_owned(),
        CodeForm::AllZeros => unless(code, "000000", "000001"),
        CodeForm::Habitual => unless(code, "123456", "654321"),
    }
}
