//! Makes cases from the model, one file a strategy. Knows neither outcomes nor the network nor the clock: a case says
//! what was done to a valid payload, and what that should lead to is somebody else's matter.
//!
//! [`suite`] is the whole of it. Every case draws its random values from a seed of its own, split by its id, so that
//! adding a case never changes the bytes of another one. Cases that read better as data lie under `corpus/cases`.

mod alias;
mod answer;
mod attempts;
mod boundary;
mod client;
mod code;
pub mod constraints;
mod covering;
mod draft;
mod drawn;
mod invalid;
mod json_text;
pub mod matrix;
mod metamorphic;
mod nullability;
mod order;
mod pattern;
mod payload;
mod protocol;
mod random;
mod required;
mod sample;
mod secret_hash;
mod secret_hash_vectors;
mod shape;
mod spelling;
mod stack;
mod strategy;
mod suite;
mod unicode;
mod user;
mod valid;
mod valid_json;
mod valid_text;
pub mod value;
mod wrong_type;

pub use covering::{Strength, array};
pub use draft::{base_request, fresh, twin_for};
pub use drawn::{DrawnPayload, Outline, SHRINK_STEPS_MAX, shrink};
pub use payload::{Layout, MEMBERS, Payload, REQUIRED};
pub use random::drawn;
pub use secret_hash_vectors::vector_cases;
pub use spelling::Text;
pub use stack::{MUTATIONS_MAX, Stack};
pub use strategy::{Alphabet, Drawing, Payloads, TEXT_BYTES_MAX, Texts};
pub use suite::{covering_suite, suite, suite_of, suite_of_strength};
pub use unicode::{Class, GROUPS};
