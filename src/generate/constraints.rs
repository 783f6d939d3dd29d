//! The bounds of every constrained path. It mirrors the request model (`crate::model`), which is the one source of
//! these facts; a test keeps the two equal.

/// The published length of a string, and characters to make valid values of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constraint {
    /// A member, or a nested member or map part as [`crate::case::Label`] writes it.
    pub path: &'static str,
    /// The fewest characters.
    pub min: usize,
    /// The most characters.
    pub max: usize,
    /// One ASCII character that the path's pattern allows.
    pub filler: &'static str,
    /// Whether a pattern is published for it.
    pub pattern: Option<&'static str>,
}

const fn constraint(
    path: &'static str,
    (min, max): (usize, usize),
    filler: &'static str,
    pattern: Option<&'static str>,
) -> Constraint {
    Constraint { path, min, max, filler, pattern }
}

/// The most characters of a `StringType` (SCH-020).
pub const STRING_MAX: usize = 131_072;

/// The most characters of `Session` before 2026-10-02 (SCH-019): up to [`Constraint::max`] both answers are attested.
pub const SESSION_MAX_BEFORE: usize = 2048;

/// Every constrained path (SCH-010 to SCH-020), in the order of the shape.
pub const CONSTRAINTS: [Constraint; 10] = [
    constraint("ClientId", (1, 128), "a", Some(r"[\w+]+")),
    constraint("SecretHash", (1, 128), "A", Some(r"[\w+=/]+")),
    constraint("Username", (1, 128), "u", Some(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+")),
    constraint("ConfirmationCode", (1, 2048), "7", Some(r"[\S]+")),
    constraint("AnalyticsMetadata.AnalyticsEndpointId", (0, STRING_MAX), "e", None),
    constraint("UserContextData.IpAddress", (0, STRING_MAX), "1", None),
    constraint("UserContextData.EncodedData", (0, STRING_MAX), "d", None),
    constraint("ClientMetadata.key", (0, STRING_MAX), "k", None),
    constraint("ClientMetadata.value", (0, STRING_MAX), "v", None),
    constraint("Session", (20, 4096), "s", None),
];
