//! A case: what the SDK is asked to send, what it is answered, and what is expected of it. Plain data.

use super::answer::Answer;
use super::check::Check;
use crate::case::{CaseId, Layer};
use crate::named::named;
use crate::requirement::Attestation;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

named! {
    /// How much is asked of an SDK.
    Level {
        /// In Smithy's protocol tests for clients, or in the model of the operation.
        Must = "must",
        /// What most SDKs do, and what a caller relies on.
        Should = "should",
        /// Nothing is attested, or SDKs disagree: what it does is recorded.
        Observe = "observe",
    }
}

impl Level {
    /// The attestation that stands for this level in reports.
    pub const fn attestation(self) -> Attestation {
        match self {
            Self::Must => Attestation::Documented,
            Self::Should => Attestation::Reported,
            Self::Observe => Attestation::Unattested,
        }
    }
}

named! {
    /// What an SDK, or its driver, has to be able to do for a case to mean anything.
    Feature {
        /// A success hands its `Session` to the caller.
        Session = "session",
        /// There is an error class for each error of the model.
        TypedErrors = "typed-errors",
        /// The caller gets the request id.
        RequestId = "request-id",
        /// The caller gets the members of a modelled error.
        Fields = "fields",
        /// The number of attempts can be chosen.
        Attempts = "attempts",
        /// The time for one request can be chosen.
        Timeout = "timeout",
        /// The SDK computes the secret hash out of a client secret.
        SecretHash = "secret-hash",
        /// A member can be given as the language's `undefined`.
        Undefined = "undefined",
    }
}

named! {
    /// Where credentials are found.
    Credentials {
        /// Nowhere.
        None = "none",
        /// In the variables of the environment.
        Environment = "environment",
    }
}

named! {
    /// How a call may end.
    End {
        /// With an output.
        Output = "output",
        /// With an error, whoever tells it.
        Error = "error",
        /// With an error that the service told.
        ServiceError = "service_error",
        /// In any way.
        Any = "any",
    }
}

/// What is expected at one level. What is `None` is not looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// How the call ends.
    pub end: Option<End>,
    /// The error type.
    pub code: Option<String>,
    /// The message.
    pub message: Option<String>,
    /// The error has its own class.
    pub typed: bool,
    /// `Session` of the output; an empty text: there is none.
    pub session: Option<String>,
    /// The output has no other members than the model's.
    pub modelled: bool,
    /// The request id.
    pub request_id: Option<String>,
    /// Members of the error, by name.
    pub fields: Vec<(String, String)>,
    /// No error of the language itself reaches the caller.
    pub own_error: bool,
    /// The number of attempts that the caller asked for.
    pub attempts: Option<usize>,
    /// The most attempts; more of them are retries of what was answered for good.
    pub attempts_max: Option<usize>,
    /// The fewest attempts.
    pub attempts_min: Option<usize>,
    /// The shortest pause before the second attempt.
    pub pause_min: Option<Duration>,
    /// The body as it is to be sent, where it is not the input itself; JSON text.
    pub body: Option<String>,
    /// The secret hash as it is to be sent.
    pub secret_hash: Option<String>,
}

impl Expected {
    /// The checks that look at what is expected here.
    pub(super) fn checks(&self) -> Vec<Check> {
        let end = match self.end {
            Some(End::Output) => Some(Check::Success),
            Some(End::Error | End::ServiceError) => Some(Check::Failure),
            Some(End::Any) | None => None,
        };
        let asked = [
            end,
            self.code.as_ref().map(|_| Check::Type),
            self.message.as_ref().map(|_| Check::Message),
            self.typed.then_some(Check::Typed),
            self.session.as_ref().map(|_| Check::Session),
            self.modelled.then_some(Check::Members),
            self.request_id.as_ref().map(|_| Check::RequestId),
            (!self.fields.is_empty()).then_some(Check::Fields),
            self.own_error.then_some(Check::OwnError),
            self.attempts.map(|_| Check::Attempts),
            self.attempts_max.map(|_| Check::NoRetry),
            self.attempts_min.map(|_| Check::Retry),
            self.pause_min.map(|_| Check::Pause),
            self.body.as_ref().map(|_| Check::Input),
            self.secret_hash.as_ref().map(|_| Check::SecretHash),
        ];
        asked.into_iter().flatten().collect()
    }
}

named! {
    /// What is looked at of the requests.
    Wire {
        /// Everything.
        Judged = "judged",
        /// All but the values of the body, which the case leaves open.
        BodyOpen = "body-open",
        /// Nothing: the SDK may refuse the input, or send what it can.
        Open = "open",
    }
}

/// The options of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallOptions {
    /// The most attempts; `None`: the SDK's default.
    pub attempts: Option<u32>,
    /// The time that the SDK is to allow a request; `None`: the SDK's default.
    pub timeout: Option<Duration>,
    /// Where credentials are found.
    pub credentials: Credentials,
    /// The client secret that the SDK computes the secret hash with. It is nobody's.
    pub client_secret: Option<String>,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdkCase {
    /// Its name.
    pub id: CaseId,
    /// The layer that it is about.
    pub layer: Layer,
    /// Why it is there, in one sentence.
    pub reason: String,
    /// What it rests on: `smithy:ID`, `sdks:ROW`, `model:WHAT`.
    pub evidence: Vec<String>,
    /// The features that it needs.
    pub needs: Vec<Feature>,
    /// The input: JSON text, so that a lone surrogate and the order of names are kept.
    pub input: String,
    /// Members given as `undefined`, where the language has it.
    pub undefined: Vec<String>,
    /// The options of the call.
    pub options: CallOptions,
    /// The path of the endpoint; empty or starting with `/`.
    pub path: String,
    /// What is answered: the first attempt by the first answer, and so on; the last one goes on for ever.
    pub answers: Vec<Answer>,
    /// What is looked at of the requests.
    pub wire: Wire,
    /// What must hold.
    pub must: Option<Expected>,
    /// What should hold.
    pub should: Option<Expected>,
}

impl SdkCase {
    /// The strongest level at which something is expected.
    pub fn level(&self) -> Level {
        match (&self.must, &self.should) {
            (Some(_), _) => Level::Must,
            (None, Some(_)) => Level::Should,
            (None, None) => Level::Observe,
        }
    }

    /// What is expected, strongest first.
    pub fn expected(&self) -> impl Iterator<Item = (Level, &Expected)> {
        let must = self.must.as_ref().map(|expected| (Level::Must, expected));
        must.into_iter().chain(self.should.as_ref().map(|expected| (Level::Should, expected)))
    }
}
