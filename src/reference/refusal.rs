//! A refusal: error type, status and text. The one place where the attested texts stand.

/// Why an operation was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    name: &'static str,
    message: Option<String>,
}

impl Refusal {
    fn new(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, message: Some(message.into()) }
    }

    /// The short name of the error shape (WIRE-002).
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// The text, where there is one.
    pub(super) fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The name of the member that carries the text: SerializationException spells it with a capital (WIRE-005).
    pub(super) fn message_member(&self) -> &'static str {
        if self.name == "SerializationException" { "Message" } else { "message" }
    }

    /// A body that is no JSON object (SER-020 to SER-022): no text.
    pub(super) fn unreadable() -> Self {
        Self { name: "SerializationException", message: None }
    }

    /// A member of the wrong type.
    pub(super) fn wrong_type(message: &str) -> Self {
        Self::new("SerializationException", message)
    }

    /// An operation that does not exist (SER-030): no text.
    pub(super) fn unknown_operation() -> Self {
        Self { name: "UnknownOperationException", message: None }
    }

    /// A member that breaks a constraint, or a parameter that makes no sense.
    pub(super) fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    /// SEM-010.
    pub(super) fn unknown_client(client_id: &str) -> Self {
        Self::new("ResourceNotFoundException", format!("User pool client {client_id} does not exist."))
    }

    /// Not attested for this service's admin operations here: formed like SEM-010.
    pub(super) fn unknown_pool(pool_id: &str) -> Self {
        Self::new("ResourceNotFoundException", format!("User pool {pool_id} does not exist."))
    }

    /// SEM-013, the newest of three attested texts.
    pub(super) fn secret_hash_missing(client_id: &str) -> Self {
        Self::new(
            "NotAuthorizedException",
            format!("Client {client_id} is configured with secret but SECRET_HASH was not received"),
        )
    }

    /// SEM-015, the newer of two attested texts.
    pub(super) fn secret_hash_wrong(client_id: &str) -> Self {
        Self::new("NotAuthorizedException", format!("SecretHash does not match for the client: {client_id}"))
    }

    /// SEM-003.
    pub(super) fn unknown_user() -> Self {
        Self::new("UserNotFoundException", "Username/client id combination not found.")
    }

    /// The text of other operations for an unknown user (SEM-003 names it for `InitiateAuth`).
    pub(super) fn unknown_user_of_pool() -> Self {
        Self::new("UserNotFoundException", "User does not exist.")
    }

    /// SEM-009: attested for other operations only.
    pub(super) fn user_disabled() -> Self {
        Self::new("NotAuthorizedException", "User is disabled.")
    }

    /// SEM-006: no full stop.
    pub(super) fn not_confirmable(status: &str) -> Self {
        Self::new("NotAuthorizedException", format!("User cannot be confirmed. Current status is {status}"))
    }

    /// SEM-070.
    pub(super) fn already_confirmed() -> Self {
        Self::invalid_parameter("User is already confirmed.")
    }

    /// SEM-001.
    pub(super) fn code_mismatch() -> Self {
        Self::new("CodeMismatchException", "Invalid verification code provided, please try again.")
    }

    /// SEM-002.
    pub(super) fn code_expired() -> Self {
        Self::new("ExpiredCodeException", "Invalid code provided, please request a code again.")
    }

    /// SEM-030, the text that AWS documents for this operation. Only the e-mail variant is attested.
    pub(super) fn alias_exists(attribute: &str) -> Self {
        Self::new("AliasExistsException", format!("An account with the {attribute} already exists."))
    }

    /// SEM-017.
    pub(super) fn attempt_limit() -> Self {
        Self::new("LimitExceededException", "Attempt limit exceeded, please try after some time.")
    }

    /// A limit of this server on what it keeps in memory.
    pub(super) fn capacity(what: &str, limit: usize) -> Self {
        Self::new("LimitExceededException", format!("The reference server keeps at most {limit} {what}."))
    }

    /// SignUp with a name that is in use. The text is not among the evidence.
    pub(super) fn username_exists() -> Self {
        Self::new("UsernameExistsException", "User already exists")
    }
}
