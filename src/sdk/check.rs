//! What is checked of an SDK: one name and one sentence for each check, which stand in reports as requirements.

use super::case::Level;
use crate::event::AspectName;
use crate::named::named;
use crate::requirement::RequirementId;
use std::fmt;
use std::str::FromStr;

named! {
    /// A check of what an SDK sent, of what it made of an answer, or of how the call went.
    Check {
        /// The method of the request.
        Method = "SDK-WIRE-001",
        /// The path of the request.
        Path = "SDK-WIRE-002",
        /// `X-Amz-Target`.
        Target = "SDK-WIRE-003",
        /// `Content-Type`.
        ContentType = "SDK-WIRE-004",
        /// Where the body ends.
        Framing = "SDK-WIRE-005",
        /// `Expect`.
        Expect = "SDK-WIRE-006",
        /// `Authorization`.
        Unsigned = "SDK-WIRE-007",
        /// The body as JSON text.
        JsonText = "SDK-WIRE-008",
        /// The values of the body.
        Input = "SDK-WIRE-009",
        /// Null members of the input.
        Null = "SDK-WIRE-010",
        /// The requests of one call beside each other.
        SameAgain = "SDK-WIRE-011",
        /// `Host`.
        Host = "SDK-WIRE-012",
        /// `SecretHash`, where the SDK computes it.
        SecretHash = "SDK-WIRE-013",
        /// That there is a request.
        Sent = "SDK-WIRE-014",
        /// Success is told.
        Success = "SDK-OUTPUT-001",
        /// `Session` of the output.
        Session = "SDK-OUTPUT-002",
        /// Other members of the output.
        Members = "SDK-OUTPUT-003",
        /// An error is told.
        Failure = "SDK-ERROR-001",
        /// The type of an error.
        Type = "SDK-ERROR-002",
        /// The message of an error.
        Message = "SDK-ERROR-003",
        /// The class of an error.
        Typed = "SDK-ERROR-004",
        /// Errors of the language itself.
        OwnError = "SDK-ERROR-005",
        /// The request id.
        RequestId = "SDK-ERROR-006",
        /// The members of an error.
        Fields = "SDK-ERROR-007",
        /// Retries of what was answered for good.
        NoRetry = "SDK-RETRY-001",
        /// Retries of what failed for now.
        Retry = "SDK-RETRY-002",
        /// The number of attempts that was asked for.
        Attempts = "SDK-RETRY-003",
        /// The pause that the answer asks for.
        Pause = "SDK-RETRY-004",
        /// The process lives.
        Alive = "SDK-RUN-001",
        /// The call ends.
        Ends = "SDK-RUN-002",
        /// Nobody else is called.
        Alone = "SDK-RUN-003",
    }
}

impl Check {
    /// The check as a requirement.
    pub fn requirement(self) -> RequirementId {
        RequirementId(self.name().to_owned())
    }

    /// What is required, in one sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Method => "The operation is called with POST.",
            Self::Path => "The request goes to the path of the endpoint, which is `/` where it has none.",
            Self::Target => "X-Amz-Target is sent once and names the service and the operation exactly.",
            Self::ContentType => "Content-Type is sent once and is exactly application/x-amz-json-1.1.",
            Self::Framing => "The body is framed by one Content-Length, which is its length.",
            Self::Expect => "No Expect header is sent.",
            Self::Unsigned => "The request is not signed, since the operation takes no authentication.",
            Self::JsonText => "The body is the JSON text of one object, in UTF-8, with no name twice.",
            Self::Input => "The body has the members of the input with their values, and nothing else.",
            Self::Null => "A member that is null is not sent.",
            Self::SameAgain => "A retry sends the same request again: target, path and body.",
            Self::Host => "Host is the endpoint's.",
            Self::SecretHash => {
                "SecretHash is Base64(HMAC-SHA256(client secret, username + client id)) of what is sent."
            }
            Self::Sent => "What an SDK tells of an answer it was answered: a request was sent.",
            Self::Success => "An answer that says success is told to the caller as one.",
            Self::Session => "The caller gets Session as it was answered, and none where there is none.",
            Self::Members => "Members that the output shape does not have are not handed to the caller.",
            Self::Failure => "An answer that is no success is told to the caller as an error.",
            Self::Type => {
                "The type of an error is the bare name of its shape, whatever its spelling and place in the answer."
            }
            Self::Message => "The message of an error reaches the caller, from `message` and from `Message`.",
            Self::Typed => "An error that the model has is told by its own class.",
            Self::OwnError => {
                "What cannot be read is told by an error of the SDK's, and not by one of the language's."
            }
            Self::RequestId => "The caller gets the request id of the answer.",
            Self::Fields => "The caller gets the members of a modelled error.",
            Self::NoRetry => {
                "What was answered for good is not sent again: a confirmation that succeeded, a refusal that will not change."
            }
            Self::Retry => "What failed for now is tried again.",
            Self::Attempts => "No more attempts are made than the caller allows.",
            Self::Pause => "A retry waits as long as the answer asks for.",
            Self::Alive => "A call does not end the process of its caller.",
            Self::Ends => "A call ends within its time.",
            Self::Alone => "The SDK calls the endpoint and nobody else.",
        }
    }

    /// The aspect that it looks at.
    pub const fn aspect(self) -> AspectName {
        match self {
            Self::Method | Self::Path | Self::Target | Self::ContentType | Self::Framing => {
                AspectName::Header
            }
            Self::Expect | Self::Unsigned | Self::SameAgain | Self::Host => AspectName::Header,
            Self::JsonText | Self::Input | Self::Null | Self::SecretHash => AspectName::Body,
            Self::Type | Self::Typed => AspectName::Type,
            Self::Message => AspectName::Message,
            Self::Session | Self::Members | Self::Fields | Self::RequestId => AspectName::State,
            Self::Sent
            | Self::Success
            | Self::Failure
            | Self::OwnError
            | Self::NoRetry
            | Self::Retry
            | Self::Attempts
            | Self::Pause
            | Self::Alive
            | Self::Ends
            | Self::Alone => AspectName::Answer,
        }
    }

    /// The level at which it is asked of every request, and what that rests on; `None` where only a case asks for it.
    pub const fn of_every_request(self) -> Option<(Level, &'static str)> {
        match self {
            Self::Method | Self::Path | Self::Sent => Some((Level::Must, "smithy:sends_requests_to_slash")),
            Self::Target | Self::ContentType => {
                Some((Level::Must, "smithy:includes_x_amz_target_and_content_type"))
            }
            Self::Unsigned => Some((Level::Must, "model:smithy.api#noAuth")),
            Self::JsonText => Some((Level::Must, "smithy:serializes_structure_shapes")),
            Self::Input => Some((Level::Must, "smithy:serializes_string_shapes")),
            Self::Null => Some((Level::Must, "smithy:AwsJson11StructuresDontSerializeNullValues")),
            Self::SecretHash => Some((Level::Must, "model:SecretHash")),
            Self::Alone => Some((Level::Must, "sdks:endpoint")),
            Self::Framing | Self::Expect | Self::Host | Self::SameAgain => Some((Level::Should, "sdks:wire")),
            _ => None,
        }
    }

    /// The sentence of the check that goes by this requirement id; empty for any other requirement.
    pub fn sentence_of(id: &RequirementId) -> String {
        id.0.parse::<Self>().map_or_else(|_| String::new(), |check| check.sentence().to_owned())
    }
}
