//! The format of a requirement file, field by field.
//!
//! A file is TOML in UTF-8, at most [`FILE_BYTES_MAX`](crate::corpus::FILE_BYTES_MAX) bytes. Unknown and duplicate keys
//! are refused. Two kinds of table may stand in it, any number of times each.
//!
//! # `[[requirement]]`
//!
//! | key | value |
//! |---|---|
//! | `id` | `CSU-AREA-NNN`: an area of capital letters, digits and `-`, then three digits; unique over all files |
//! | `sentence` | what AWS does, in one sentence |
//! | `member` | the member it speaks of, by path ([`MEMBERS`](crate::corpus::MEMBERS)); left out where it speaks of none |
//! | `layer` | a [`Layer`](crate::case::Layer) by name |
//! | `stage` | a [`Stage`](crate::requirement::Stage) by name: the check that a refusal comes from |
//! | `since` | the first revision of the model that it holds for, as `YYYY-MM-DD`; left out: all of them |
//! | `labels` | globs over labels, see below; may be empty only beside `no_case` |
//! | `evidence` | the evidence rows behind the sentence; at least one |
//! | `effect` | an [`Effect`](crate::requirement::Effect) by name |
//! | `no_case` | why no case tests it, where none does |
//! | `status`, `type`, `message`, `headers`, `body`, `state`, `same` | the aspects of the outcome, each a table, each optional |
//! | `[[requirement.conflict]]` | a source that contradicts: `says` (a sentence with what the table makes of it) and `evidence` |
//!
//! # Labels
//!
//! A label pattern is a glob of at most [`LABEL_CHARS_MAX`](crate::corpus::LABEL_CHARS_MAX) characters, whose first part is
//! one of [`LABEL_KINDS`](crate::corpus::LABEL_KINDS) as it stands. `*`
//! stands for any characters but `/`, `?` for one of them, `[5-9]` for one of a range, `{a,b}` for either. A pattern
//! that starts with `!` takes labels away from the patterns beside it. A label may match the patterns of one requirement
//! only, `inspect/…` apart; two that overlap are refused as far as their own texts show it.
//!
//! # Aspects
//!
//! Each has `attestation` (an [`Attestation`](crate::requirement::Attestation) by name, no stronger than the strongest row
//! it cites), `evidence` (at least one row) and what is accepted:
//!
//! | aspect | accepted |
//! |---|---|
//! | `status` | `accept`: HTTP status codes, one of which must be the answer's; 2xx for `accepted`, none of them for `refused` |
//! | `type` | `accept`: error types as bare shape names, one of which must be the answer's |
//! | `message` | either `one_of`: texts, in which `${client_id}` and the like stand for bound values and `${*}` for anything; or `rule`: `"violations"` or `"absent"` |
//! | `headers` | `accept`: header name in lower case → regular expression over the whole value; all must hold |
//! | `body` | `accept`: [`BodyForm`](crate::requirement::BodyForm)s by name, one of which must hold |
//! | `state` | `accept`: state ([`STATE_KEYS`](crate::corpus::STATE_KEYS)) → what it must be afterwards; all must hold |
//! | `same` | nothing is named: the answer must be the same (status, type, state) as to the other form of the request |
//!
//! An `observed` requirement has no aspects, every other one without `no_case` has at least one. An `inspected` one has
//! only labels of the kinds `inspect` and `relation`, and only such a one has them; `same` goes with `relation` alone, and
//! may be `unattested`: then a difference is told and never fails a run.
//!
//! # `[[left_out]]`
//!
//! | key | value |
//! |---|---|
//! | `rows` | evidence rows that no requirement cites |
//! | `reason` | why |
//!
//! # Example
//!
//! ```toml
//! [[requirement]]
//! id = "CSU-REQUIRED-001"
//! sentence = "A request without ClientId is refused."
//! member = "ClientId"
//! layer = "constraint"
//! stage = "validate"
//! labels = ["absent/ClientId"]
//! evidence = ["SCH-010", "VAL-002"]
//! effect = "refused"
//! status = { accept = [400], attestation = "documented", evidence = ["SCH-010", "ERR-016"] }
//! message = { rule = "violations", attestation = "reported", evidence = ["VAL-002"] }
//! ```

use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A text with its place in the file.
pub(super) type Text = Spanned<String>;

/// An aspect that accepts several texts.
pub(super) type RawList = Spanned<RawAspect<Spanned<Vec<Text>>>>;

/// An aspect that accepts a text for each of several names.
pub(super) type RawMap = Spanned<RawAspect<Spanned<BTreeMap<Text, Text>>>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    #[serde(default)]
    pub(super) requirement: Vec<Spanned<RawRequirement>>,
    #[serde(default)]
    pub(super) left_out: Vec<RawLeftOut>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLeftOut {
    pub(super) rows: Spanned<Vec<Text>>,
    pub(super) reason: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRequirement {
    pub(super) id: Text,
    pub(super) sentence: Text,
    pub(super) member: Option<Text>,
    pub(super) layer: Text,
    pub(super) stage: Text,
    pub(super) since: Option<Text>,
    pub(super) labels: Spanned<Vec<Text>>,
    pub(super) evidence: Spanned<Vec<Text>>,
    pub(super) effect: Text,
    pub(super) no_case: Option<Text>,
    pub(super) status: Option<Spanned<RawAspect<Spanned<Vec<u16>>>>>,
    #[serde(rename = "type")]
    pub(super) error_type: Option<RawList>,
    pub(super) message: Option<Spanned<RawMessage>>,
    pub(super) headers: Option<RawMap>,
    pub(super) body: Option<RawList>,
    pub(super) state: Option<RawMap>,
    pub(super) same: Option<RawAttested>,
    #[serde(default)]
    pub(super) conflict: Vec<RawConflict>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAspect<T> {
    pub(super) accept: T,
    pub(super) attestation: Text,
    pub(super) evidence: Spanned<Vec<Text>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAttested {
    pub(super) attestation: Text,
    pub(super) evidence: Spanned<Vec<Text>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMessage {
    pub(super) one_of: Option<Spanned<Vec<Text>>>,
    pub(super) rule: Option<Text>,
    pub(super) attestation: Text,
    pub(super) evidence: Spanned<Vec<Text>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConflict {
    pub(super) says: Text,
    pub(super) evidence: Spanned<Vec<Text>>,
}
