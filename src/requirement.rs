//! One row of the requirement table: a sentence about the wire or about state, its outcome aspect by aspect, and how
//! well each aspect is attested. Plain data; knows neither cases nor verdicts.

use crate::case::Layer;
use crate::named::named;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// The name of a requirement: `CSU-AREA-NNN`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequirementId(pub String);

impl FromStr for RequirementId {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for RequirementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

named! {
    /// How well an aspect is attested, strongest first. Only `documented` and `recorded` fail a run by default;
    /// `unattested` is never judged.
    Attestation {
        /// In AWS's published model, API reference or developer guide.
        Documented = "documented",
        /// A fixture, integration test or raw log taken from the live service by a third party.
        Recorded = "recorded",
        /// Text pasted by a user in an issue, Q&A or source comment.
        Reported = "reported",
        /// Deduced from neighbours: another operation, or another service of the same framework.
        Inferred = "inferred",
        /// Looked for and not found.
        Unattested = "unattested",
    }
}

impl Attestation {
    /// Whether an aspect attested like this fails a run whose gate is `gate`.
    pub fn gates(self, gate: Self) -> bool {
        self <= gate && self != Self::Unattested
    }
}

named! {
    /// The check that a refusal comes from, in the order in which AWS is taken to run them (SEM-060 to SEM-064).
    /// `secret-hash` and `user` have no attested order between them.
    Stage {
        /// HTTP and the choice of the operation.
        Dispatch = "dispatch",
        /// Reading the body as the input shape.
        Deserialise = "deserialise",
        /// Published constraints.
        Validate = "validate",
        /// Looking up the app client.
        Client = "client",
        /// Comparing the secret hash.
        SecretHash = "secret-hash",
        /// Looking up the user.
        User = "user",
        /// The user's status.
        Status = "status",
        /// The confirmation code.
        Code = "code",
        /// The alias.
        Alias = "alias",
        /// Confirming, and answering.
        Confirm = "confirm",
    }
}

named! {
    /// What a requirement says of the request that its labels describe.
    Effect {
        /// It is accepted.
        Accepted = "accepted",
        /// It is refused.
        Refused = "refused",
        /// It may be accepted; if it is refused, then as the aspects say.
        Either = "either",
        /// Nothing is attested: the answer is recorded and never judged.
        Observed = "observed",
        /// The requirement speaks of the form of an answer, whatever the request was; its aspects are judged besides.
        Inspected = "inspected",
    }
}

/// One aspect of an outcome: what is accepted, how well that is attested, and by which evidence rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aspect<T> {
    /// What is accepted.
    pub accept: T,
    /// How well it is attested.
    pub attestation: Attestation,
    /// The evidence rows.
    pub evidence: Vec<String>,
}

/// What a message may say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageRule {
    /// One of these texts. `${client_id}` and the like stand for bound values, `${*}` for anything.
    OneOf(Vec<String>),
    /// "N validation error(s) detected: …" with exactly the violations that the labels name, in any order.
    Violations,
    /// No message at all, under either spelling of the key.
    Absent,
}

named! {
    /// The form of an answer's body.
    BodyForm {
        /// `{}`, or nothing at all.
        Empty = "empty",
        /// A JSON object with no other members than the response shape's.
        ModelledSuccess = "modelled-success",
        /// A JSON object with a `Session` of 20 to 4096 characters.
        Session = "session",
        /// A JSON object with a string `__type`.
        Error = "error",
        /// `__type` is the bare shape name: no namespace, no `#`, no `:`.
        ShortType = "short-type",
        /// The message, where there is one, is a string under `message` (or `Message` for SerializationException).
        MessageKey = "message-key",
        /// No white space between tokens, `__type` first, nothing after the closing brace.
        Compact = "compact",
        /// A JSON object and no HTML, XML or stack trace.
        JsonObject = "json-object",
    }
}

/// What a header must look like: a regular expression over the whole value.
pub type HeaderRules = BTreeMap<String, String>;

/// What the state must be afterwards: `user.status` → `CONFIRMED`, `user.email_verified` → `true`,
/// `holder.email_verified` → `false`.
pub type StateRules = BTreeMap<String, String>;

/// Two sources that contradict each other. Where nothing settles it, both answers are accepted; `says` tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What the other source says.
    pub says: String,
    /// The evidence rows.
    pub evidence: Vec<String>,
}

/// One row of the requirement table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// Its id.
    pub id: RequirementId,
    /// What AWS does, in one sentence.
    pub sentence: String,
    /// The member it speaks of, if it speaks of one.
    pub member: Option<String>,
    /// The layer it speaks of.
    pub layer: Layer,
    /// The check that a refusal comes from.
    pub stage: Stage,
    /// The first revision of the model that it holds for; `None`: all.
    pub since: Option<String>,
    /// Patterns over labels (globs; `*` stops at `/`; a pattern with a leading `!` takes labels away): the requirement
    /// governs a step that has a matching label.
    pub labels: Vec<String>,
    /// The evidence rows behind the sentence.
    pub evidence: Vec<String>,
    /// What it says of such a request.
    pub effect: Effect,
    /// The HTTP status.
    pub status: Option<Aspect<Vec<u16>>>,
    /// The error type, as a bare shape name.
    pub error_type: Option<Aspect<Vec<String>>>,
    /// The message.
    pub message: Option<Aspect<MessageRule>>,
    /// The headers.
    pub headers: Option<Aspect<HeaderRules>>,
    /// The form of the body.
    pub body: Option<Aspect<Vec<BodyForm>>>,
    /// The state afterwards.
    pub state: Option<Aspect<StateRules>>,
    /// That the request is answered the same as another form of it: the subject is compared with itself.
    pub same: Option<Aspect<()>>,
    /// Sources that contradict each other.
    pub conflicts: Vec<Conflict>,
    /// Why no case tests it, where none does.
    pub no_case: Option<String>,
}

impl Requirement {
    /// Every evidence row that it cites, in its sentence, its aspects or its conflicts; a row may come more than once.
    pub fn cited(&self) -> impl Iterator<Item = &str> {
        fn rows<T>(aspect: Option<&Aspect<T>>) -> &[String] {
            aspect.map_or(&[], |aspect| &aspect.evidence)
        }
        let conflicts = self.conflicts.iter().flat_map(|conflict| &conflict.evidence);
        [
            self.evidence.as_slice(),
            rows(self.status.as_ref()),
            rows(self.error_type.as_ref()),
            rows(self.message.as_ref()),
            rows(self.headers.as_ref()),
            rows(self.body.as_ref()),
            rows(self.state.as_ref()),
            rows(self.same.as_ref()),
        ]
        .into_iter()
        .flatten()
        .chain(conflicts)
        .map(String::as_str)
    }
}

/// A row of the evidence: what a source says about AWS.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct EvidenceRow {
    /// Its id, such as `SEM-001`.
    pub id: String,
    /// The fact, or the condition that the other columns speak of.
    pub condition: String,
    /// The HTTP status, where the row has one.
    #[serde(default)]
    pub status: Option<u16>,
    /// The error type, where the row has one.
    #[serde(default, rename = "type")]
    pub error_type: Option<String>,
    /// The message, where the row has one.
    #[serde(default)]
    pub message_template: Option<String>,
    /// What else is known.
    #[serde(default)]
    pub note: String,
    /// The source.
    pub source: String,
    /// How well it is attested, by name.
    pub attestation: String,
}
