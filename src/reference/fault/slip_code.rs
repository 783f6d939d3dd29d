//! Confirmation codes that are compared in another way.

/// How a code is compared, and what a wrong one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeSlip {
    /// Every code is right.
    Any,
    /// Every six digits are right.
    AnySixDigits,
    /// This code is right as well.
    Takes(&'static str),
    /// Codes are compared as whole numbers.
    AsWholeNumber,
    /// Codes are compared as floating-point numbers.
    AsNumber,
    /// What begins with the right code is right.
    MoreMayFollow,
    /// What ends in the right code is right.
    MoreMayPrecede,
    /// What holds the right code is right.
    Anywhere,
    /// What the right code begins with is right.
    LessWillDo,
    /// Only this many characters are compared.
    FirstCharacters(usize),
    /// Only this many characters are compared, from the end.
    LastCharacters(usize),
    /// The order of the digits does not matter.
    AnyOrder,
    /// `%` and `*` stand for anything, as in a query.
    Wildcards,
    /// The code of any user of the pool is right.
    OfAnyUser,
    /// Codes that were replaced by a newer one are still right.
    Superseded,
    /// A wrong code makes the right one invalid.
    WrongOneBurns,
    /// A wrong code confirms the user and is refused.
    RefusedButConfirmed,
    /// The user is locked out after this many wrong codes.
    LockedAfter(usize),
    /// There is no limit on attempts.
    NeverLocked,
    /// Wrong codes of all users of the pool count together.
    AttemptsOfAllUsers,
    /// A right code is answered as a wrong one.
    RightIsWrong,
}

impl CodeSlip {
    /// Whether `sent` is taken, where `right` is the code and the other two say what else might be.
    pub(in super::super) fn takes(
        self,
        (sent, right): (&str, &str),
        others: &dyn Fn(&str) -> bool,
        superseded: &dyn Fn(&str) -> bool,
    ) -> bool {
        let sorted = |text: &str| {
            let mut characters: Vec<char> = text.chars().collect();
            characters.sort_unstable();
            characters
        };
        match self {
            Self::Any => true,
            Self::AnySixDigits => sent.len() == 6 && sent.bytes().all(|byte| byte.is_ascii_digit()),
            Self::Takes(code) => sent == right || sent == code,
            Self::AsWholeNumber => sent.parse::<i64>().ok() == right.parse::<i64>().ok(),
            Self::AsNumber => sent.parse::<f64>().ok() == right.parse::<f64>().ok(),
            Self::MoreMayFollow => sent.starts_with(right),
            Self::MoreMayPrecede => sent.ends_with(right),
            Self::Anywhere => sent.contains(right),
            Self::LessWillDo => right.starts_with(sent),
            Self::FirstCharacters(length) => sent.get(..length) == right.get(..length),
            Self::LastCharacters(length) => {
                let end = |text: &str| text.get(text.len().saturating_sub(length)..).map(str::to_owned);
                end(sent) == end(right)
            }
            Self::AnyOrder => sorted(sent) == sorted(right),
            Self::Wildcards => {
                sent == right || sent.chars().all(|c| matches!(c, '*' | '%' | '.' | '?' | '_'))
            }
            Self::OfAnyUser => sent == right || others(sent),
            Self::Superseded => sent == right || superseded(sent),
            Self::RightIsWrong => false,
            Self::WrongOneBurns
            | Self::RefusedButConfirmed
            | Self::LockedAfter(_)
            | Self::NeverLocked
            | Self::AttemptsOfAllUsers => sent == right,
        }
    }
}
