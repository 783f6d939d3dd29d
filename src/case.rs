//! A case: what is sent, from which state, and what was done to a valid payload to get there. Plain data that knows
//! neither who made it nor what is expected of it.

use crate::named::named;
use crate::template::RequestTemplate;
use crate::wire::Delivery;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The name of a case: `group/name`, in lower case, stable across releases.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CaseId(String);

impl CaseId {
    /// A case id. The parts are made of the strategy's own words, so they are taken as they are.
    pub fn new(group: &str, name: &str) -> Self {
        Self([group, "/", name].concat())
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the first `/`.
    pub fn group(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(group, _)| group)
    }
}

impl FromStr for CaseId {
    type Err = String;

    /// Reads an id that was written before.
    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('/') {
            Some((group, name)) if !group.is_empty() && !name.is_empty() => Ok(Self(text.to_owned())),
            _ => Err(format!(
                "`{}` is no case id; allowed: `GROUP/NAME`",
                crate::wire::escape(text.as_bytes())
            )),
        }
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

named! {
    /// The layer of the request that a case works on, from the outside in.
    Layer {
        /// Where the request ends and the next one begins: lengths, chunks, line ends, versions, several requests at once.
        Framing = "framing",
        /// Method and path.
        Http = "http",
        /// Header lines other than the target: `Content-Type` and all that are not about framing.
        Header = "header",
        /// `X-Amz-Target`.
        Target = "target",
        /// The body as JSON text.
        JsonText = "json-text",
        /// The JSON value against the input shape: members and their types.
        JsonShape = "json-shape",
        /// Published constraints: required, length, pattern.
        Constraint = "constraint",
        /// `SecretHash` and the app client's secret.
        SecretHash = "secret-hash",
        /// The state of client, user and code.
        State = "state",
        /// Several requests in a row.
        Sequence = "sequence",
    }
}

/// What was done to a valid payload, or in which state it is sent: `kind/at/detail`, such as
/// `too-long/Username/129`, `null/ClientId`, `user/confirmed`. The requirement table refers to labels by pattern, so
/// this vocabulary is the contract between generation and the table.
///
/// `MEMBER` is a top-level member; `PATH` is a member or one of `AnalyticsMetadata.AnalyticsEndpointId`,
/// `UserContextData.IpAddress`, `UserContextData.EncodedData`, `ClientMetadata.key`, `ClientMetadata.value`.
///
/// | label | what it says |
/// |---|---|
/// | `valid/members/NAMES` | a valid payload with these optional members |
/// | `valid/length/PATH-N` | a valid value of this length |
/// | `valid/length-unit/PATH-WHAT` | a value within the published bounds by one unit of length and outside by another |
/// | `valid/text/PATH-WHAT` | a valid value drawn from this class of characters |
/// | `valid/json/SPELLING` | another legal JSON spelling of the same value |
/// | `valid/http/WHAT` | another legal HTTP form of the same request |
/// | `absent/MEMBER` | a required member is not sent |
/// | `null/PATH` | a member is `null` |
/// | `wrong-type/PATH/TYPE` | a value is a `number`, `string`, `true`, `false`, `array` or `object` instead |
/// | `miscased/MEMBER/FORM` | a required member's name is sent in another case, so that the member itself is missing |
/// | `unknown-member/FORM` | a member that the shape does not have is sent besides |
/// | `too-short/PATH/N`, `too-long/PATH/N` | a value of N characters, outside the published bounds |
/// | `pattern/PATH/CLASS` | a value has a character that the pattern leaves out; a class that needs Unicode knowledge of `\w` or `\s` starts with `non-ascii-` |
/// | `framing/DEFECT` | the bytes of the connection are not one plain HTTP/1.1 request: lengths, line ends, header lines, several requests at once |
/// | `json/DEFECT` | the body is not the JSON text of an object, or is one in a doubtful form |
/// | `method/NAME`, `path/FORM`, `content-type/FORM`, `target/FORM` | the request is not addressed as awsJson1_1 says |
/// | `header/FORM`, `auth/FORM`, `transfer/FORM`, `http-version/FORM` | other variations of the HTTP request |
/// | `code/FORM` | the code is not the user's: a [`CodeForm`](crate::template::CodeForm) by name |
/// | `user/STATE` | `absent`, `deleted`, `other-pool`, `confirmed`, `admin-confirmed`, `disabled`; with `/hidden` or `/shown` where the app client says whether existence errors are hidden; `confirmed-at-once` by the same request, sent at the same time |
/// | `username/FORM` | the user is named by `sub`, `alias`, `upper-case` |
/// | `client/FORM` | no such app client: `unknown`, `deleted`, … |
/// | `secret-hash/FORM` | the client has a secret and the hash is `absent`, `null`, `empty`, or a [`HashForm`](crate::secret_hash::HashForm) by name |
/// | `secret-hash-unneeded/FORM` | the client has no secret and a hash is sent |
/// | `alias/FORM` | another user holds the alias: `taken`, `taken-not-forced`, `taken-forced` |
/// | `attempt/N` | the Nth wrong code in a row for one user |
/// | `session/FORM` | a well-formed `Session` that was never issued |
/// | `relation/NAME` | nothing is done; the answer is compared with that to another form of the same request, see [`Relation`] |
/// | `inspect/WHAT` | nothing is done; the form of the answer is looked at besides |
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label(String);

impl Label {
    /// A label of its parts; an empty `detail` is left out.
    pub fn new(kind: &str, at: &str, detail: &str) -> Self {
        if detail.is_empty() {
            Self([kind, "/", at].concat())
        } else {
            Self([kind, "/", at, "/", detail].concat())
        }
    }

    /// The whole label.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What was done: the first part.
    pub fn kind(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }

    /// To which member, or in which form: the second part.
    pub fn at(&self) -> &str {
        self.0.split('/').nth(1).unwrap_or_default()
    }

    /// How much or which way: the third part, or nothing.
    pub fn detail(&self) -> &str {
        self.0.splitn(3, '/').nth(2).unwrap_or_default()
    }
}

impl From<String> for Label {
    /// A label that was written before.
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

named! {
    /// The options of the user pool that a case needs.
    PoolKind {
        /// Usernames only.
        Plain = "plain",
        /// The e-mail address is an alias (`AliasAttributes: ["email"]`) and verified by the code.
        EmailAlias = "email-alias",
    }
}

named! {
    /// The app client that a case sends through.
    ClientKind {
        /// Without a secret, `PreventUserExistenceErrors` unset.
        Public = "public",
        /// With a secret.
        Secret = "secret",
        /// Without a secret, `PreventUserExistenceErrors: ENABLED`.
        ExistenceHidden = "existence-hidden",
        /// Without a secret, `PreventUserExistenceErrors: LEGACY`.
        ExistenceShown = "existence-shown",
        /// Without a secret, `ALLOW_USER_AUTH` among its auth flows.
        UserAuth = "user-auth",
    }
}

named! {
    /// The state of the user when the first step is sent.
    UserState {
        /// Signed up, not confirmed.
        Unconfirmed = "unconfirmed",
        /// Never signed up.
        Absent = "absent",
        /// Confirmed with ConfirmSignUp.
        Confirmed = "confirmed",
        /// Confirmed with AdminConfirmSignUp.
        AdminConfirmed = "admin-confirmed",
        /// Signed up, then disabled with AdminDisableUser.
        Disabled = "disabled",
        /// Signed up, then deleted with AdminDeleteUser.
        Deleted = "deleted",
        /// Signed up in another pool than the app client's.
        OtherPool = "other-pool",
        /// Signed up with an e-mail address that a confirmed user of the pool already holds as an alias.
        AliasTaken = "alias-taken",
    }
}

/// How the user's name is chosen. All but [`Self::Exact`] get a part that is unique in the run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub enum Username {
    /// `cs-` and a unique part.
    #[default]
    Plain,
    /// Upper and lower case letters, so that a change of case shows.
    MixedCase,
    /// Chosen so that the secret hash contains this character (`+` or `/`) and not the other one: only then is it known
    /// whether a url-safe spelling of it has a `-`, which breaks the published pattern, or a `_`, which does not.
    HashContains(char),
    /// The given text, then a unique part.
    Starting(String),
    /// A unique part, padded with `filler` to exactly `length` characters.
    Filled {
        /// The padding character.
        filler: char,
        /// The length in Unicode scalar values.
        length: usize,
    },
    /// Exactly this name: no other case of the pool may use it.
    Exact(String),
}

/// The state that a case starts from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fixture {
    /// The user pool.
    pub pool: PoolKind,
    /// The app client.
    pub client: ClientKind,
    /// The user.
    pub user: UserState,
    /// The user's name.
    pub username: Username,
}

impl Fixture {
    /// An unconfirmed user of a plain pool, through an app client of this kind.
    pub fn unconfirmed(client: ClientKind) -> Self {
        Self { pool: PoolKind::Plain, client, user: UserState::Unconfirmed, username: Username::Plain }
    }

    /// The same with the user in another state.
    #[must_use]
    pub fn with_user(mut self, user: UserState) -> Self {
        self.user = user;
        self
    }

    /// The same with another choice of name.
    #[must_use]
    pub fn with_username(mut self, username: Username) -> Self {
        self.username = username;
        self
    }

    /// The same in another kind of pool.
    #[must_use]
    pub fn with_pool(mut self, pool: PoolKind) -> Self {
        self.pool = pool;
        self
    }
}

/// One ConfirmSignUp request of a case, with what was done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is sent.
    pub request: RequestTemplate,
    /// What was done to a valid payload, and the state it meets. Never empty.
    pub labels: Vec<Label>,
}

/// The same request without the one defect. A refusal counts only if this one is answered otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// `None`: the user of the case itself, after its steps; otherwise a fresh user in this state.
    pub fixture: Option<Fixture>,
    /// What is sent; nearly every case shares it with others.
    pub request: Arc<RequestTemplate>,
}

/// The other side of a metamorphic relation: the same as the steps of the case in another form, sent for a fresh user
/// in the same state. Whatever the subject answers, its last answer must be the same on both sides (status, error type,
/// state afterwards): it is compared with itself. The label `relation/NAME` on the last step of the case says which relation it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// What is sent, in order. Never empty.
    pub requests: Vec<RequestTemplate>,
    /// How each of them gets onto the wire.
    pub delivery: Delivery,
}

named! {
    /// When the steps of a case are sent.
    Sending {
        /// Each after the answer to the one before it.
        InTurn = "in-turn",
        /// Two at the same time, over a connection each. Both are the same request, and the one that is accepted is
        /// taken for the first.
        AtOnce = "at-once",
    }
}

named! {
    /// Where a case comes from.
    Origin {
        /// Derived from the request model.
        Model = "model",
        /// Written by hand, under `corpus/cases` or in a folder of the user's.
        File = "file",
        /// Curated under `corpus/malformed`.
        Malformed = "malformed",
    }
}

/// One check: a state, one or more requests, and the labels that say what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its name.
    pub id: CaseId,
    /// The layer it works on.
    pub layer: Layer,
    /// Where it comes from.
    pub origin: Origin,
    /// The state it starts from.
    pub fixture: Fixture,
    /// The requests, in order. Never empty.
    pub steps: Vec<Step>,
    /// When they are sent.
    pub sending: Sending,
    /// What shows that a refusal has the right reason.
    pub twin: Option<Twin>,
    /// The same in another form, which must be answered the same.
    pub relation: Option<Relation>,
    /// Why it is there, in one sentence, where somebody wrote that down.
    pub reason: Option<String>,
}

impl Case {
    /// Every label of every step, in order.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.steps.iter().flat_map(|step| &step.labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_read_by_its_parts() {
        let label = Label::new("wrong-type", "ClientMetadata.value", "number");
        assert_eq!(
            (label.kind(), label.at(), label.detail()),
            ("wrong-type", "ClientMetadata.value", "number")
        );
        assert_eq!(Label::new("user", "confirmed", "").as_str(), "user/confirmed");
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_allowed_ones() {
        assert_eq!("plane".parse::<PoolKind>().unwrap_err(), "`plane` is not one of `plain`, `email-alias`");
    }
}
