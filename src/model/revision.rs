//! The revisions of ConfirmSignUp's model that are built in, oldest first.

use crate::wire::escape;
use std::fmt;
use std::str::FromStr;

/// A published state of ConfirmSignUp's model. Ordered by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Revision {
    /// The TypeScript interface of `aws_api` v0.3, generated from the AWS model in aws-sdk-js 2.1060.0 (January 2022):
    /// eight members, optional ones `| null`, no `Session` (SCH-030). `UserContextData` has only `EncodedData`, and
    /// `ForbiddenException` is not listed yet (SCH-034: botocore 1.24.0 of February 2022 has neither); strings have no
    /// length (SCH-035).
    AwsApiV03,
    /// botocore 1.35.68: `Session` in request and response, `InvalidParameterException.reasonCode` (SCH-036).
    V20241122,
    /// botocore 1.43.19: `OperationNotEnabledException` (SCH-038).
    V20260601,
    /// botocore 1.43.108: `Session` up to 4096 instead of 2048 (SCH-039).
    V20261002,
}

impl Revision {
    /// Every revision, oldest first.
    pub const ALL: &'static [Self] = &[Self::AwsApiV03, Self::V20241122, Self::V20260601, Self::V20261002];

    /// The newest revision, and the default everywhere.
    pub const NEWEST: Self = Self::V20261002;

    /// The name used in files and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AwsApiV03 => "aws-api-v0.3",
            Self::V20241122 => "2024-11-22",
            Self::V20260601 => "2026-06-01",
            Self::V20261002 => "2026-10-02",
        }
    }

    /// Where the revision lies, from the top of the project.
    pub(super) const fn file(self) -> &'static str {
        match self {
            Self::AwsApiV03 => "corpus/model/confirm-sign-up-aws-api-v0.3.json",
            Self::V20241122 => "corpus/model/confirm-sign-up-2024-11-22.json",
            Self::V20260601 => "corpus/model/confirm-sign-up-2026-06-01.json",
            Self::V20261002 => "corpus/model/confirm-sign-up-2026-10-02.json",
        }
    }

    /// The revision as it lies there: Smithy JSON AST, byte for byte what the Smithy export of its model writes.
    pub const fn text(self) -> &'static str {
        match self {
            Self::AwsApiV03 => include_str!("../../corpus/model/confirm-sign-up-aws-api-v0.3.json"),
            Self::V20241122 => include_str!("../../corpus/model/confirm-sign-up-2024-11-22.json"),
            Self::V20260601 => include_str!("../../corpus/model/confirm-sign-up-2026-06-01.json"),
            Self::V20261002 => include_str!("../../corpus/model/confirm-sign-up-2026-10-02.json"),
        }
    }
}

impl Default for Revision {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Revision {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|revision| revision.name() == text).ok_or_else(|| {
            let allowed: Vec<_> = Self::ALL.iter().map(|revision| format!("`{revision}`")).collect();
            format!("`{}` is not one of {}", escape(text.as_bytes()), allowed.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_revision_lies_where_it_says() {
        for revision in Revision::ALL {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(revision.file());
            assert_eq!(std::fs::read_to_string(path).unwrap(), revision.text());
        }
    }
}
