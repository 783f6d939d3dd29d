//! The order in which AWS is taken to run its checks, and how well each part of that order is attested.

use crate::requirement::{Attestation, Stage};

/// How well it is attested that a defect of `first` is reported before one of `later`, with the evidence rows.
///
/// | order | attested by |
/// |---|---|
/// | deserialise before everything later | SEM-060, SER-012 (inferred) |
/// | validate before every look-up | SEM-061 (inferred) |
/// | app client before secret hash and user | SEM-062 (inferred) |
/// | secret hash before or after the user | nothing: SEM-062 says so |
/// | status before code | SEM-008, SEM-063 (reported) |
/// | code before alias | SEM-032, SEM-064 (documented) |
pub fn order_attestation(first: Stage, later: Stage) -> (Attestation, &'static [&'static str]) {
    match (first, later) {
        (Stage::Code, Stage::Alias | Stage::Confirm) => (Attestation::Documented, &["SEM-032", "SEM-064"]),
        (Stage::Status, Stage::Code | Stage::Alias | Stage::Confirm) => {
            (Attestation::Reported, &["SEM-008", "SEM-063"])
        }
        (Stage::Deserialise, _) => (Attestation::Inferred, &["SEM-060", "SER-012"]),
        (Stage::Validate, _) => (Attestation::Inferred, &["SEM-061"]),
        (Stage::Client, _) => (Attestation::Inferred, &["SEM-062"]),
        _ => (Attestation::Unattested, &["SEM-062"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Attestation::{Documented, Inferred, Reported, Unattested};

    #[test]
    fn the_order_of_two_checks_is_as_well_attested_as_the_evidence_says() {
        for (first, later, attestation, evidence) in [
            (Stage::Deserialise, Stage::Validate, Inferred, "SEM-060"),
            (Stage::Deserialise, Stage::Alias, Inferred, "SEM-060"),
            (Stage::Validate, Stage::Client, Inferred, "SEM-061"),
            (Stage::Validate, Stage::Code, Inferred, "SEM-061"),
            (Stage::Client, Stage::SecretHash, Inferred, "SEM-062"),
            (Stage::Client, Stage::User, Inferred, "SEM-062"),
            (Stage::SecretHash, Stage::User, Unattested, "SEM-062"),
            (Stage::User, Stage::Status, Unattested, "SEM-062"),
            (Stage::Status, Stage::Code, Reported, "SEM-008"),
            (Stage::Status, Stage::Alias, Reported, "SEM-008"),
            (Stage::Code, Stage::Alias, Documented, "SEM-032"),
        ] {
            let (found, rows) = order_attestation(first, later);
            assert_eq!((found, rows.first()), (attestation, Some(&evidence)), "{first} before {later}");
        }
    }
}
