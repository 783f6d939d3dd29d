//! Countersign: a conformance and fuzz harness for Amazon Cognito's `ConfirmSignUp` (AWS JSON 1.1).
//!
//! # The flow
//!
//! ```text
//! model ─▶ generate ─▶ provision ─▶ replay ─▶ judge ─▶ report          harness wires them; cli drives harness
//!                                      ▲          ▲
//!                               transport     expect ◀─ requirements (corpus/requirements/*.toml)
//! ```
//!
//! Below all of it lies the vocabulary: [`case`], [`template`], [`requirement`], [`wire`], [`event`], [`seed`],
//! [`shard`], [`clock`], [`secret_hash`], [`capture`]. Beside the flow stand [`reference`](mod@reference), the embedded
//! server, built of bytes and never of expectations, and [`sdk`], which plays the server to SDKs.
//!
//! | Path | What belongs there | Must not know |
//! |---|---|---|
//! | [`case`] | `Case`, `CaseId`, `Step`, `Label`, `Fixture`: plain data | who made it, what is expected |
//! | [`template`] | request bytes with late-bound values | outcomes |
//! | [`requirement`] | one row of the requirement table: plain data | cases, verdicts |
//! | [`wire`] | bytes as sent and received; lossless escaping for display | JSON, shapes |
//! | [`event`] | what passes from the harness to the reporters | reporters, transports |
//! | [`capture`] | what was seen of one case, as data that can be judged again | expectations, verdicts' making |
//! | [`json`] | JSON values out of what others sent | all else |
//! | [`clock`], [`seed`] | the one place for real time; how a seed splits per case | all else |
//! | [`shard`] | one of the parts that a run is split into; which cases it holds | all else but case ids |
//! | [`secret_hash`] | Base64(HMAC-SHA256(client secret, username + client id)) and its near misses | shapes, transports |
//! | [`model`] | Smithy shapes, members, constraints; revisions; readers and exports | HTTP, cases |
//! | [`generate`] | one file a strategy; every case carries its labels | outcomes, network, clock |
//! | [`corpus`] | readers of what lies under the top-level `corpus/` | the logic of expectations |
//! | [`expect`] | labels → expectation, pure | network, verdicts, **`reference`** |
//! | [`subject`] | subject profiles: install, launch, endpoint, code source; start and stop | cases |
//! | [`provision`] | pools, app clients, users, codes, through the public API; the clean-up ledger | expectations |
//! | [`replay`] | order, concurrency, pacing, limits; the transports | expectations, verdicts |
//! | [`judge`] | expectation × exchange → verdict; typed mismatches | terminal, sockets |
//! | [`known`] | known failures: plain data, what is wrong with a list by itself, entries out of reports | files, the making of verdicts |
//! | [`matrix`] | the nullability matrix and the precedence graph of a subject, out of cases and reports | verdicts' making, transports, terminal |
//! | [`snapshot`] | insta-format snapshots of one subject or SDK: written, compared, reviewed | verdicts' making, transports, terminal |
//! | [`report`] | renders events into `impl Write` | transports; never decides pass or fail |
//! | [`reference`](mod@reference) | the embedded server | **`expect`, `generate`, `judge`** |
//! | [`sdk`] | scripted answers, the driver protocol, checks of what an SDK sent and made of an answer | terminal; how a subject is judged |
//! | [`export`] | the cases in forms that other projects read | the network, verdicts |
//! | [`grade`] | judges what was captured: the exchange log of a run, or HAR | the network, **`reference`**, terminal |
//! | [`harness`] | the only file that sees every stage | flags, colours |
//! | [`explore`] | fuzzing sessions: inputs, oracles, walks over states, findings, differential runs | report formats, terminal |
//! | [`prove`] | null servers, planted faults and benign variants: what the suite says of servers whose faults are known | how cases are made, sockets, terminal |
//! | [`vectors`] | test vectors of the secret hash in Wycheproof's form, and the check of an implementation against them | cases, transports, terminal |
//! | [`fuzzing`] | the body of each fuzz target | libfuzzer |
//!
//! # Invariants
//!
//! 1. Expectations and the reference server cannot see each other. The expectation is derived from the *labels* of
//!    what was done to a valid payload; the reference server reads the *bytes*. Their agreement then proves something.
//! 2. A payload is bytes until something parses it on purpose; never a `serde_json::Value` on its way to the wire.
//! 3. No clock, environment, randomness or file access outside `clock`, `seed`, `corpus`, `subject`, `snapshot`,
//!    `provision`'s ledger, `explore`'s store, `sdk`'s drivers and `cli`.
//! 4. The same seed and the same build give the same cases, the same order, the same bytes.
//! 5. Nothing after `judge` changes a verdict, nothing before it knows one.
//! 6. Every queue, body, wait, recursion and retry has a named limit. The client never retries and never follows a
//!    redirect by itself; it sends no header that the case does not name.
//! 7. A wrong subject is a verdict, never an `Err`. An `Err` means that the harness could not do its work.
//!
//! `tests/architecture.rs` enforces the edges of the table.

pub mod capture;
pub mod case;
pub mod clock;
pub mod corpus;
pub mod event;
pub mod expect;
pub mod explore;
pub mod export;
pub mod fuzzing;
pub mod generate;
pub mod grade;
pub mod harness;
pub mod json;
pub mod judge;
pub mod known;
pub mod matrix;
pub mod model;
mod named;
pub mod prove;
pub mod provision;
pub mod reference;
pub mod replay;
pub mod report;
pub mod requirement;
pub mod sdk;
pub mod secret_hash;
pub mod seed;
pub mod shard;
pub mod snapshot;
pub mod subject;
pub mod template;
pub mod vectors;
pub mod wire;
