//! A user: status, attributes, the outstanding code and the failed attempts.

use super::refusal::Refusal;

/// How long a code is good for, in seconds (SEM-020).
const CODE_LIFETIME_S: i64 = 24 * 60 * 60;

/// How many failed confirmations a user has in an hour before every further one is refused (SEM-018).
pub(super) const FAILED_ATTEMPTS_MAX: usize = 15;

/// How many codes a user may ask for anew in an hour (SEM-018).
pub(super) const RESENDS_MAX: usize = 5;

/// The window of both limits, in seconds.
const WINDOW_S: i64 = 60 * 60;

/// `UserStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Signed up.
    Unconfirmed,
    /// Confirmed.
    Confirmed,
    /// Made by an administrator.
    ForceChangePassword,
}

impl Status {
    /// The name on the wire.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Unconfirmed => "UNCONFIRMED",
            Self::Confirmed => "CONFIRMED",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
        }
    }
}

/// Whether a user may do anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// The user is enabled.
    Enabled,
    /// An administrator has disabled the user.
    Disabled,
}

/// An attribute that a code can be sent to and that can be an alias.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Contact {
    /// `email`.
    Email,
    /// `phone_number`.
    PhoneNumber,
}

impl Contact {
    /// The contact called `name`.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "email" => Some(Self::Email),
            "phone_number" => Some(Self::PhoneNumber),
            _ => None,
        }
    }

    /// The name of the attribute.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
        }
    }

    /// The name of the attribute that says whether it is verified.
    pub(super) const fn verified_name(self) -> &'static str {
        match self {
            Self::Email => "email_verified",
            Self::PhoneNumber => "phone_number_verified",
        }
    }
}

/// A code that was issued and is not spent.
#[derive(Debug, Clone, Copy)]
pub(super) struct IssuedCode {
    pub(super) code: u32,
    /// Unix seconds.
    pub(super) issued: i64,
    /// The attribute that it was sent to, where there is one.
    pub(super) sent_to: Option<Contact>,
}

/// Events within the last hour.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent(Vec<i64>);

impl Recent {
    /// Whether `limit` events lie within the hour before `now`.
    pub(super) fn is_exhausted(&mut self, limit: usize, now: i64) -> bool {
        self.0.retain(|at| now.saturating_sub(*at) < WINDOW_S);
        self.0.len() >= limit
    }

    /// How many events were noted and not yet forgotten.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Notes an event. Callers ask [`Self::is_exhausted`] first, which keeps the list below its limit.
    pub(super) fn note(&mut self, now: i64) {
        self.0.push(now);
    }
}

/// A user of a pool.
#[derive(Debug, Clone)]
pub(super) struct User {
    /// As given at sign-up.
    pub(super) username: String,
    pub(super) sub: String,
    pub(super) status: Status,
    pub(super) access: Access,
    /// In the order given; neither `sub` nor the verified flags.
    pub(super) attributes: Vec<(String, String)>,
    pub(super) verified: Vec<Contact>,
    pub(super) code: Option<IssuedCode>,
    /// How many codes were issued to this user.
    pub(super) codes_issued: u64,
    pub(super) failed_attempts: Recent,
    pub(super) resends: Recent,
    /// Unix seconds.
    pub(super) created: i64,
    /// Unix seconds.
    pub(super) modified: i64,
}

impl User {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Refuses a disabled user. Not attested for this operation (SEM-009): the text of others, ahead of the status.
    pub(super) fn check_enabled(&self) -> Result<(), Refusal> {
        match self.access {
            Access::Enabled => Ok(()),
            Access::Disabled => Err(Refusal::user_disabled()),
        }
    }

    /// Refuses a user who is not waiting for confirmation, whatever the code (SEM-006, SEM-008, SEM-063).
    pub(super) fn check_unconfirmed(&self) -> Result<(), Refusal> {
        match self.status {
            Status::Unconfirmed => Ok(()),
            other => Err(Refusal::not_confirmable(other.name())),
        }
    }

    /// Refuses, right code or wrong, once too many attempts have failed (SEM-017, SEM-018).
    pub(super) fn check_attempts(&mut self, now: i64) -> Result<(), Refusal> {
        if self.failed_attempts.is_exhausted(FAILED_ATTEMPTS_MAX, now) {
            Err(Refusal::attempt_limit())
        } else {
            Ok(())
        }
    }

    /// Compares a code. One that was never issued or is too old is expired whatever was sent (SEM-002); what AWS says
    /// of a wrong code after an expired one is not attested. A superseded code is a wrong one (SEM-022).
    pub(super) fn check_code(&self, sent: &str, now: i64) -> Result<(), Refusal> {
        let Some(issued) = self.code else {
            return Err(Refusal::code_expired());
        };
        if now.saturating_sub(issued.issued) >= CODE_LIFETIME_S {
            Err(Refusal::code_expired())
        } else if sent == code_text(issued.code) {
            Ok(())
        } else {
            Err(Refusal::code_mismatch())
        }
    }

    /// Marks `contact` as verified.
    pub(super) fn verify(&mut self, contact: Contact) {
        if !self.verified.contains(&contact) {
            self.verified.push(contact);
        }
    }
}

/// A code as it is written: six digits.
pub(super) fn code_text(code: u32) -> String {
    format!("{code:06}")
}
