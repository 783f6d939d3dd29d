//! The planted faults, one file a group of families. The measurements that they cite are those of the pinned emulators:
//! moto 5.2.5, ministack 1.5.33 (with `AUTH=true` where it says so) and cognito-local 5.3.0.
//!
//! What nothing is attested of is no fault, and stands among the [benign variants](super::Variant).

mod answer;
mod code;
mod connection;
mod constraint;
mod error;
mod hash;
mod json;
mod robust;
mod user;
mod wire;

use super::planted::Planted;

/// All of them.
pub(super) fn all() -> Vec<Planted> {
    [
        constraint::REQUIRED,
        constraint::LENGTH,
        constraint::PATTERN,
        json::TYPE,
        json::JSON,
        wire::FAULTS,
        answer::FAULTS,
        error::FAULTS,
        hash::FAULTS,
        code::FAULTS,
        user::USER,
        user::ALIAS,
        user::EXISTENCE,
        connection::CONCURRENCY,
        connection::CONNECTION,
        robust::FAULTS,
    ]
    .concat()
}
