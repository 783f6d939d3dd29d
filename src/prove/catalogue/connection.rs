//! One request that disturbs another one, and what a connection remembers.

use crate::prove::connection::{
    behind_after_error, cached_by_body, cached_by_user, closed_after_refusal, closed_after_unreadable,
    leftover_after_unreadable, repeated_after_refusal,
};
use crate::prove::planted::{Family, Planted, Site};
use crate::reference::{CodeSlip, Fault, Reading};

const fn concurrency(name: &'static str, fault: Fault) -> Planted {
    Planted::of(Family::Concurrency, name, fault)
}

const fn connection(name: &'static str, site: Site) -> Planted {
    Planted::at(Family::Connection, name, site)
}

/// What every refusal with the right reason needs: the same request without the defect.
const TWINS: &[&str] = &["CSU-CODE-001", "CSU-USER-001", "CSU-JSON-001", "CSU-REQUIRED-003"];

// That of two confirmations at the same time one is refused is only inferred (CSU-USER-012): a server that accepts both, as
// moto 5.2.5 does (o1), is noted and fails nobody. `tests/prove.rs` shows that it is noted.
pub(super) const CONCURRENCY: &[Planted] = &[
    concurrency("missing-from-before", Fault::Reading(Reading::MissingFromBefore))
        .does("a member that is missing is taken from the request before")
        .found_by(&["CSU-REQUIRED-001", "CSU-REQUIRED-002", "CSU-REQUIRED-003"])
        .since("an object of the request that is reused"),
    concurrency("tail-of-before", Fault::Reading(Reading::TailOfBefore))
        .does("a body is written over the one before, the end of which is left")
        .found_by(&["CSU-VALID-001", "CSU-CODE-001"])
        .since("a buffer that is reused"),
    concurrency("attempts-of-all", Fault::Code(CodeSlip::AttemptsOfAllUsers))
        .does("wrong codes of all users count together")
        .found_by(&["CSU-VALID-001", "CSU-CODE-001"])
        .since("a limit by app client or by address"),
    Planted::at(Family::Concurrency, "cached-by-user", Site::Connection(cached_by_user))
        .does("the first answer for a user is the answer to every later request")
        .found_by(&["CSU-CODE-001", "CSU-USER-003"])
        .since("a cache with too small a key"),
    Planted::at(Family::Concurrency, "cached-by-body", Site::Connection(cached_by_body))
        .does("the same body gets the same answer, although the user is confirmed by now")
        .found_by(&["CSU-USER-003"])
        .since("a gateway that makes requests idempotent"),
];

pub(super) const CONNECTION: &[Planted] = &[
    connection("closed-after-refusal", Site::Connection(closed_after_refusal))
        .does("after a refusal the next request on the connection is not answered")
        .found_by(TWINS)
        .seen("moto 5.2.5: q1, q2, q3"),
    connection("closed-after-unreadable", Site::Connection(closed_after_unreadable))
        .does("after a body that is not JSON the next request on the connection is not answered")
        .found_by(&["CSU-JSON-001", "CSU-JSON-002"])
        .seen("moto 5.2.5: q1"),
    connection("leftover-after-unreadable", Site::Connection(leftover_after_unreadable))
        .does("the rest of a body that is not JSON is taken for the next request")
        .found_by(&["CSU-JSON-001", "CSU-JSON-002"])
        .since("a body that is not read to its end"),
    connection("repeated-after-refusal", Site::Connection(repeated_after_refusal))
        .does("after a refusal the next request on the connection gets the same answer")
        .found_by(TWINS)
        .since("a buffer of the answer that is not emptied"),
    connection("behind-after-error", Site::Connection(behind_after_error))
        .does("from the first refusal on every request gets the answer of the one before")
        .found_by(TWINS)
        .since("an error that is answered twice; RFC 9112 calls it desynchronisation"),
];
