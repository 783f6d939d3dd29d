//! Secret hashes that are compared in another way.

use crate::secret_hash::{HashForm, HashInput};

/// How a secret hash is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashSlip {
    /// It is not.
    Unchecked,
    /// It is compared where there is one, and may be left out.
    NotRequired,
    /// It must not be sent where the app client has no secret.
    UnneededRefused,
    /// It may be null, but not absent.
    NullPasses,
    /// Every text of 44 characters will do.
    AnyOfItsLength,
    /// The hash of any user of the pool will do.
    OfAnyUser,
    /// Its case does not matter.
    AnyCase,
    /// Its first characters will do.
    FirstCharacters(usize),
    /// Only its last characters are compared.
    LastCharacters(usize),
    /// A text that begins with it will do.
    MoreMayFollow,
    /// This form will do as well.
    Takes(HashForm),
    /// This form is the one that is expected.
    Wants(HashForm),
}

impl HashSlip {
    /// Whether `sent` is taken, of which the right form is `right`; `others` are the other users of the pool.
    pub(in super::super) fn takes<'u>(
        self,
        (sent, right): (&str, &str),
        input: &HashInput<'u>,
        others: impl Iterator<Item = &'u str>,
    ) -> bool {
        match self {
            Self::Unchecked => true,
            Self::NotRequired | Self::NullPasses | Self::UnneededRefused => sent == right,
            Self::AnyOfItsLength => sent.len() == right.len(),
            Self::OfAnyUser => {
                let mut names = others.chain([input.username]);
                names.any(|username| sent == HashForm::Right.compute(&HashInput { username, ..*input }))
            }
            Self::AnyCase => sent.eq_ignore_ascii_case(right),
            Self::FirstCharacters(length) => sent.get(..length) == right.get(..length),
            Self::LastCharacters(length) => {
                let end = |text: &str| text.get(text.len().saturating_sub(length)..).map(str::to_owned);
                end(sent) == end(right)
            }
            Self::MoreMayFollow => sent.starts_with(right),
            Self::Takes(form) => sent == right || sent == form.compute(input),
            Self::Wants(form) => sent == form.compute(input),
        }
    }
}
