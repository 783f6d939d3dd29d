//! A request under construction: what a row and a column, and then a second defect, do to a valid one.

use super::{Second, State};
use crate::case::{ClientKind, Fixture, UserState};
use crate::generate::payload::Payload;
use crate::generate::{REQUIRED, sample, value};
use crate::template::{Binding, CodeForm, Template};

/// A request under construction.
#[derive(Clone)]
pub(super) struct Recipe {
    pub(super) fixture: Fixture,
    pub(super) payload: Payload,
    pub(super) labels: Vec<String>,
}

/// What is made, or why there is no such request.
pub(super) type Outcome<T> = Result<T, &'static str>;

/// A number where none belongs.
const NUMBER: &str = "123456";

/// A well-formed client id that names nothing.
pub(super) const UNKNOWN_CLIENT: &str = "1example23456789abcdefghij";

const NO_OBJECT: &str = "only an object has something inside that could be null";
const NO_KEY: &str = "the names of a JSON object are strings, and an entry has both a name and a value";
const NO_VALUE: &str = "a name without a value is no JSON text";
const SAME_MEMBER: &str = "the member has the first defect already";
const NO_USER: &str = "the request names no user whose status could count";

impl Recipe {
    /// The valid request of a row. A secret hash is best left out before a client that has a secret.
    pub(super) fn base(path: &str) -> Self {
        let client = if path == "SecretHash" { ClientKind::Secret } else { ClientKind::Public };
        Self { fixture: Fixture::unconfirmed(client), payload: Payload::base(client), labels: Vec::new() }
    }

    pub(super) fn labelled(mut self, labels: &[&str]) -> Self {
        self.labels.extend(labels.iter().map(|label| (*label).to_owned()));
        self
    }

    pub(super) fn with_user(mut self, user: UserState) -> Self {
        self.fixture.user = user;
        self
    }

    pub(super) fn set(mut self, member: &str, value: Template) -> Self {
        self.payload = self.payload.with(member, value);
        self
    }

    pub(super) fn with_state(self, path: &str, state: State) -> Outcome<Self> {
        match path {
            "ForceAliasCreation" => self.boolean(path, state),
            "AnalyticsMetadata" | "UserContextData" | "ClientMetadata" => Ok(self.container(path, state)),
            _ => match path.split_once('.') {
                Some((container, name)) => self.nested((path, container, name), state),
                None => self.string(path, state),
            },
        }
    }

    fn string(mut self, member: &str, state: State) -> Outcome<Self> {
        let is_hash = member == "SecretHash";
        let required = REQUIRED.contains(&member);
        Ok(match state {
            State::Absent => {
                self.payload = self.payload.without(member);
                match () {
                    () if is_hash => self.labelled(&["secret-hash/absent"]),
                    () if required => self.labelled(&[&format!("absent/{member}")]),
                    () => self.labelled(&["valid/members/none"]),
                }
            }
            State::Null => {
                let label = if is_hash { "secret-hash/null".to_owned() } else { format!("null/{member}") };
                self.set(member, value::raw("null")).labelled(&[&label])
            }
            State::Empty => self.set(member, value::text("")).labelled(&[&format!("too-short/{member}/0")]),
            // A session has no pattern: twenty spaces are as long as one must be, and nobody issued them.
            State::WhiteSpace if member == "Session" => self
                .set(member, value::text(&" ".repeat(20)))
                .labelled(&["valid/text/Session-white-space", "session/never-issued"]),
            State::WhiteSpace => self.set(member, value::text(" ")).labelled(&[&space(member)]),
            State::WrongType => {
                self.set(member, value::raw(NUMBER)).labelled(&[&format!("wrong-type/{member}/number")])
            }
            State::NullInside => return Err(NO_OBJECT),
        })
    }

    fn boolean(self, member: &str, state: State) -> Outcome<Self> {
        let string = format!("wrong-type/{member}/string");
        Ok(match state {
            State::Absent => self.labelled(&["valid/members/none"]),
            State::Null => self.set(member, value::raw("null")).labelled(&[&format!("null/{member}")]),
            State::Empty => self.set(member, value::text("")).labelled(&[&string]),
            State::WhiteSpace => self.set(member, value::text(" ")).labelled(&[&string]),
            State::WrongType => {
                self.set(member, value::raw(NUMBER)).labelled(&[&format!("wrong-type/{member}/number")])
            }
            State::NullInside => return Err(NO_OBJECT),
        })
    }

    fn container(self, member: &str, state: State) -> Self {
        match state {
            State::Absent => self.labelled(&["valid/members/none"]),
            State::Null => self.set(member, value::raw("null")).labelled(&[&format!("null/{member}")]),
            State::Empty => {
                self.set(member, value::raw("{}")).labelled(&[&format!("valid/members/{member}")])
            }
            State::WhiteSpace => {
                self.set(member, value::text(" ")).labelled(&[&format!("wrong-type/{member}/string")])
            }
            State::WrongType => {
                self.set(member, value::raw(NUMBER)).labelled(&[&format!("wrong-type/{member}/number")])
            }
            State::NullInside => match member {
                "AnalyticsMetadata" => self
                    .set(member, value::raw(r#"{"AnalyticsEndpointId":null}"#))
                    .labelled(&["null/AnalyticsMetadata.AnalyticsEndpointId"]),
                "UserContextData" => self
                    .set(member, value::raw(r#"{"IpAddress":null,"EncodedData":null}"#))
                    .labelled(&["null/UserContextData.IpAddress", "null/UserContextData.EncodedData"]),
                _ => self.set(member, value::raw(r#"{"k":null}"#)).labelled(&["null/ClientMetadata.value"]),
            },
        }
    }

    fn nested(mut self, (path, container, name): (&str, &str, &str), state: State) -> Outcome<Self> {
        let client = self.fixture.client;
        let inner = match (state, name) {
            (State::NullInside, _) => return Err(NO_OBJECT),
            (State::Absent | State::Null | State::WrongType, "key") => return Err(NO_KEY),
            (State::Absent, "value") => return Err(NO_VALUE),
            (State::Absent, _) => {
                // The neighbour, where there is one, stays.
                let left = match name {
                    "IpAddress" => r#"{"EncodedData":"x"}"#,
                    "EncodedData" => r#"{"IpAddress":"203.0.113.7"}"#,
                    _ => "{}",
                };
                return Ok(self
                    .set(container, value::raw(left))
                    .labelled(&[&format!("valid/members/{container}")]));
            }
            (State::Null, _) => (value::raw("null"), format!("null/{path}")),
            (State::Empty, _) => (value::text(""), format!("valid/length/{path}-0")),
            (State::WhiteSpace, _) => (value::text(" "), format!("valid/text/{path}-space")),
            (State::WrongType, _) => (value::raw(NUMBER), format!("wrong-type/{path}/number")),
        };
        let (json, label) = inner;
        self.payload = sample::place(client, path, json);
        Ok(self.labelled(&[&label]))
    }

    pub(super) fn with_second(mut self, path: &str, second: Second) -> Outcome<Self> {
        let in_code = path == "ConfirmationCode";
        Ok(match second {
            Second::MemberAbsent => {
                let member = if in_code { "Username" } else { "ConfirmationCode" };
                self.payload = self.payload.without(member);
                self.labelled(&[&format!("absent/{member}")])
            }
            Second::PatternBroken => {
                let member = if path == "Username" { "ConfirmationCode" } else { "Username" };
                self.set(member, value::text(" ")).labelled(&[&space(member)])
            }
            Second::WrongType => {
                let member = if in_code { "Username" } else { "ConfirmationCode" };
                self.set(member, value::raw(NUMBER)).labelled(&[&format!("wrong-type/{member}/number")])
            }
            Second::ClientUnknown if path == "ClientId" => return Err(SAME_MEMBER),
            Second::ClientUnknown => {
                self.set("ClientId", value::text(UNKNOWN_CLIENT)).labelled(&["client/unknown"])
            }
            Second::CodeWrong if in_code => return Err(SAME_MEMBER),
            Second::CodeWrong => self
                .set("ConfirmationCode", value::bound(Binding::Code(CodeForm::Wrong)))
                .labelled(&["code/wrong"]),
            Second::UserConfirmed if path == "Username" => return Err(NO_USER),
            Second::UserConfirmed => self.with_user(UserState::Confirmed).labelled(&["user/confirmed"]),
        })
    }
}

/// The label of a single space in a member that has a pattern.
fn space(member: &str) -> String {
    match member {
        "Username" => "pattern/Username/zs-u0020-alone".to_owned(),
        _ => format!("pattern/{member}/space"),
    }
}
