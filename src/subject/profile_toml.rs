//! Reads a profile from TOML and refuses what is not one, with file, line, caret and what is allowed.

use super::profile_check::{Problem, checked};
use super::profile_raw::RawProfile;
use super::{Located, Profile};
use crate::wire;
use std::io::{self, Read as _};
use std::path::Path;

/// The longest profile, in bytes.
const PROFILE_BYTES_MAX: u64 = 64 * 1024;
/// Why there is no profile.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// No profile of this name comes with Countersign.
    #[error("`{found}` is no subject; allowed: {allowed}, or the path of a profile (`./mine.toml`)")]
    UnknownName {
        /// What was asked for.
        found: String,
        /// The names.
        allowed: String,
    },
    /// The file cannot be read.
    #[error("cannot read the profile `{file}`: {source}")]
    Unreadable {
        /// The file.
        file: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is too long.
    #[error("the profile `{file}` is longer than {limit} bytes")]
    TooLong {
        /// The file.
        file: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The file is not UTF-8.
    #[error("the profile `{file}` is not UTF-8 at offset {offset}")]
    NotUtf8 {
        /// The file.
        file: String,
        /// Where, in bytes.
        offset: usize,
    },
    /// The file says something that is not allowed.
    #[error(transparent)]
    Invalid(#[from] Located),
}

impl Profile {
    /// The profile of this name that comes with Countersign.
    pub fn named(name: &str) -> Result<Self, ProfileError> {
        let text = match name {
            "reference" => include_str!("../../corpus/subjects/reference.toml"),
            "moto" => include_str!("../../corpus/subjects/moto.toml"),
            "cognito-local" => include_str!("../../corpus/subjects/cognito-local.toml"),
            "ministack" => include_str!("../../corpus/subjects/ministack.toml"),
            "ministack-auth" => include_str!("../../corpus/subjects/ministack-auth.toml"),
            _ => {
                let allowed: Vec<_> = Self::BUILT_IN.iter().map(|name| format!("`{name}`")).collect();
                return Err(ProfileError::UnknownName {
                    found: wire::escape(name.as_bytes()),
                    allowed: allowed.join(", "),
                });
            }
        };
        Self::parse(&format!("corpus/subjects/{name}.toml"), text)
    }

    /// Reads a profile from a file.
    pub fn load(path: &Path) -> Result<Self, ProfileError> {
        let file = wire::escape(path.as_os_str().as_encoded_bytes());
        let unreadable = |source| ProfileError::Unreadable { file: file.clone(), source };
        let mut bytes = Vec::new();
        std::fs::File::open(path)
            .map_err(unreadable)?
            .take(PROFILE_BYTES_MAX + 1)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        if bytes.len() > usize::try_from(PROFILE_BYTES_MAX).unwrap_or(usize::MAX) {
            let limit = PROFILE_BYTES_MAX;
            return Err(ProfileError::TooLong { file, limit });
        }
        match String::from_utf8(bytes) {
            Ok(text) => Self::parse(&path.to_string_lossy(), &text),
            Err(error) => Err(ProfileError::NotUtf8 { file, offset: error.utf8_error().valid_up_to() }),
        }
    }

    /// Reads a profile from the text of the file called `file`.
    pub fn parse(file: &str, text: &str) -> Result<Self, ProfileError> {
        let raw: RawProfile = toml::from_str(text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            Located::new(file, text, span, error.message())
        })?;
        checked(raw).map_err(|Problem(span, reason)| Located::new(file, text, span, &reason).into())
    }
}
