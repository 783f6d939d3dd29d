//! The operation: its request, its response, its errors, and the facts of the service that show on the wire.

use super::constraint::Constraints;
use super::revision::Revision;
use super::shape::{Member, Structure, local_name};
use std::sync::OnceLock;

/// The name of the one operation that is modelled.
pub(super) const OPERATION: &str = "ConfirmSignUp";

/// The model of ConfirmSignUp: the shapes that can be reached from the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    pub(super) source: Source,
    pub(super) service: Service,
    pub(super) operation_id: String,
    pub(super) signing: Signing,
    pub(super) request: Structure,
    pub(super) response: Structure,
    pub(super) errors: Vec<ErrorShape>,
}

/// The kind of file that a model was read from. It bounds what the model can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Smithy JSON AST.
    Smithy,
    /// botocore `service-2.json`: states neither defaults nor, for this service, `httpError`.
    Botocore,
}

/// The facts of the service that show on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) sdk_id: String,
    pub(super) endpoint_prefix: String,
    pub(super) signing_name: String,
    pub(super) protocols: Vec<String>,
}

impl Service {
    /// The service shape's name, which is the first half of `X-Amz-Target`: `AWSCognitoIdentityProviderService`.
    pub fn name(&self) -> &str {
        local_name(&self.id)
    }

    /// The version of the API: `2016-04-18`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The id that SDKs derive their names from.
    pub fn sdk_id(&self) -> &str {
        &self.sdk_id
    }

    /// The first label of the endpoint's host: `cognito-idp`.
    pub fn endpoint_prefix(&self) -> &str {
        &self.endpoint_prefix
    }

    /// The service in the credential scope of a signature: `cognito-idp`.
    pub fn signing_name(&self) -> &str {
        &self.signing_name
    }

    /// The protocols it speaks, by trait name without namespace, sorted: `awsJson1_1`.
    pub fn protocols(&self) -> &[String] {
        &self.protocols
    }
}

/// Whether the model asks for a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signing {
    /// The operation is called without one (SCH-002).
    Unsigned,
    /// The operation is signed.
    Signed,
}

impl Signing {
    /// `unsigned` or `signed`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Signed => "signed",
        }
    }
}

/// Whose fault an error is, as the model says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The caller's.
    Client,
    /// The service's.
    Server,
}

impl Fault {
    /// `client` or `server`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

/// A modelled error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorShape {
    pub(super) structure: Structure,
    pub(super) fault: Fault,
    pub(super) model_http_status: Option<u16>,
}

impl ErrorShape {
    /// The error's type, as it stands in `__type`.
    pub fn name(&self) -> &str {
        self.structure.name()
    }

    /// The members of its body.
    pub fn structure(&self) -> &Structure {
        &self.structure
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// The `httpError` trait, where the model states one. A fact of the model and nothing to judge by: it says 403, 404
    /// and 429 where the API reference and every recorded answer say 400 (ERR-001 to ERR-016).
    pub fn model_http_status(&self) -> Option<u16> {
        self.model_http_status
    }
}

/// A member found by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located<'a> {
    /// The member.
    pub member: &'a Member,
    /// Whether its value is sensitive: by itself, or because it lies in something that is (`UserContextData`).
    pub sensitive: bool,
}

impl<'a> Located<'a> {
    /// The constraints on the member's value. Their own `sensitive` does not look at what contains the member.
    pub fn constraints(&self) -> &'a Constraints {
        &self.member.constraints
    }
}

impl Model {
    /// The model of a built-in revision, read once and kept.
    pub fn of(revision: Revision) -> &'static Self {
        static MODELS: [OnceLock<Model>; Revision::ALL.len()] =
            [const { OnceLock::new() }; Revision::ALL.len()];
        let [aws_api_v03, v20241122, v20260601, v20261002] = &MODELS;
        let slot = match revision {
            Revision::AwsApiV03 => aws_api_v03,
            Revision::V20241122 => v20241122,
            Revision::V20260601 => v20260601,
            Revision::V20261002 => v20261002,
        };
        slot.get_or_init(|| embedded(revision))
    }

    /// What kind of file it was read from.
    pub fn source(&self) -> Source {
        self.source
    }

    /// The service.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// The value of `X-Amz-Target`: `AWSCognitoIdentityProviderService.ConfirmSignUp`.
    pub fn target(&self) -> String {
        format!("{}.{}", self.service.name(), local_name(&self.operation_id))
    }

    /// Whether the operation is signed.
    pub fn signing(&self) -> Signing {
        self.signing
    }

    /// The input shape.
    pub fn request(&self) -> &Structure {
        &self.request
    }

    /// The output shape.
    pub fn response(&self) -> &Structure {
        &self.response
    }

    /// The modelled errors, sorted by name.
    pub fn errors(&self) -> &[ErrorShape] {
        &self.errors
    }

    /// The modelled error of that name.
    pub fn error(&self, name: &str) -> Option<&ErrorShape> {
        self.errors.iter().find(|error| error.name() == name)
    }

    /// The request's member at a path such as `Username`, `UserContextData.IpAddress`, `ClientMetadata.key` or
    /// `ClientMetadata.value`, as labels spell it; nothing where this revision has no such member.
    pub fn member_at(&self, path: &str) -> Option<Located<'_>> {
        let mut parts = path.split('.');
        let mut member = self.request.member(parts.next()?)?;
        let mut sensitive = member.constraints.sensitive;
        for part in parts {
            member = member.target().members().into_iter().find(|inner| inner.name == part)?;
            sensitive |= member.constraints.sensitive;
        }
        Some(Located { member, sensitive })
    }

    /// Every path that [`Model::member_at`] resolves, in the order of the model, each member before what lies in it.
    pub fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for member in &self.request.members {
            push_paths(member, &member.name, &mut paths);
        }
        paths
    }

    /// This model as a file of that kind would state it: for botocore without defaults and without `httpError`.
    #[must_use]
    pub fn as_stated_by(&self, source: Source) -> Self {
        let mut model = self.clone();
        model.source = source;
        if source == Source::Botocore {
            for member in &mut model.request.members {
                member.default = None;
            }
            for error in &mut model.errors {
                error.model_http_status = None;
            }
        }
        model
    }
}

/// The depth is bounded by [`SHAPE_DEPTH_MAX`](super::SHAPE_DEPTH_MAX), the number of paths by
/// [`PATHS_MAX`](super::PATHS_MAX): the readers refuse more.
fn push_paths(member: &Member, path: &str, paths: &mut Vec<String>) {
    paths.push(path.to_owned());
    for inner in member.target.members() {
        push_paths(inner, &format!("{path}.{}", inner.name), paths);
    }
}

#[expect(clippy::panic, reason = "the file is built in, and a test reads every revision")]
fn embedded(revision: Revision) -> Model {
    super::read(revision.file(), revision.text().as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}
