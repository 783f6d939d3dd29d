//! The embedded reference server: a stateful in-memory stand-in for Cognito user pools, exactly as far as sign-up and
//! its confirmation go. It is built of bytes and knows nothing of `expect`, `generate`, `judge` or `model`: every
//! constraint and text in here is typed in by hand from the evidence, so that its agreement with the rest of
//! Countersign proves something.
//!
//! [`handle`] is the whole server as a function of state, request bytes and a time: no sockets, no clock, and no
//! randomness but what follows from the seed of the [`State`]. [`serve`] and [`EmbeddedServer`] put it on a socket.
//!
//! # What it does
//!
//! `POST /` in AWS JSON 1.1 with `X-Amz-Target: AWSCognitoIdentityProviderService.<Operation>`: `ConfirmSignUp`,
//! `SignUp`, `ResendConfirmationCode`, `AdminGetUser`, `AdminConfirmSignUp`, `AdminCreateUser`, `AdminDisableUser`,
//! `AdminEnableUser`, `AdminDeleteUser`, `CreateUserPool`, `DescribeUserPool`, `ListUserPools`, `DeleteUserPool`,
//! `CreateUserPoolClient`, `DescribeUserPoolClient`, `DeleteUserPoolClient`. Every other operation is unknown to it.
//! `Authorization` and every other header that is not named here is ignored.
//!
//! A request goes through these checks in this order (SEM-060 to SEM-064); the first one that refuses answers:
//! method and path, content type, target; JSON text; member types; constraints, all violations together; app client;
//! secret hash; user; enabled; status; attempt limit; code; alias.
//!
//! # Reading codes
//!
//! Nothing is ever delivered. The code that a user would have received is read over the same port:
//!
//! ```text
//! GET /_countersign/codes/<pool id>/<username>     both percent-encoded
//! 200 {"Code":"493021"}
//! 404 {"message":"no outstanding code for this user"}
//! ```
//!
//! A user who is confirmed, unknown or made by an administrator has no code. Codes are six digits and a function of
//! the seed, the pool's ordinal, the username and how often a code was issued to it; so are ids, secrets and `sub`s
//! of theirs. Two users of one pool never hold the same code at the same time, no user gets the same code twice in a
//! row, and neither `000000` nor `123456` is ever issued.
//!
//! # Where AWS is not known
//!
//! Where nothing is attested the server does what strict parsers and cautious services do, and the comment on the
//! spot says so. Such an answer is no statement about AWS.

mod admin;
mod answer;
mod confirm;
mod constraint;
mod dispatch;
mod embedded;
mod fault;
mod identifier;
mod inspect;
mod json;
mod listener;
mod manner;
mod pattern;
mod pool;
mod pool_clients;
mod pools;
mod refusal;
#[cfg(test)]
mod rules;
mod shape;
mod sign_up;
mod state;
#[cfg(test)]
mod testing;
mod user;

pub use dispatch::handle;
pub use embedded::EmbeddedServer;
pub use fault::{CodeSlip, Collapse, Fault, Form, HashSlip, Laxity, Listing, Member, Reading, Slip, Trigger};
pub use listener::{BODY_BYTES_MAX, CONNECTIONS_MAX, HEAD_BYTES_MAX, serve};
pub use manner::{Afterwards, CHUNK_BYTES, Framing, Manner};
pub use state::State;

/// How deep lists and objects may nest in a body.
pub const JSON_DEPTH_MAX: usize = json::DEPTH_MAX;

/// A body as the server's own JSON reader has it; nothing where that refuses it.
pub fn read_json(body: &[u8]) -> Option<serde_json::Value> {
    json::read(body).ok()?.into_serde()
}
