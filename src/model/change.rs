//! A change between two models: where it is, what it is, and how it prints.

use super::constraint::Length;
use super::error::quote;
use super::operation::Fault;
use crate::wire::escape;
use std::fmt;

/// One difference between an older and a newer model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub place: Place,
    /// What.
    pub what: What,
}

/// The place of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The service or the operation as a whole.
    Operation,
    /// A member of the request, by path.
    Request(String),
    /// A member of the response, by path.
    Response(String),
    /// An error as a whole, by name.
    Error(String),
    /// A member of an error.
    ErrorMember {
        /// The error.
        error: String,
        /// The member, by path.
        path: String,
    },
}

/// What changed, from the older model to the newer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The member is new.
    MemberAdded {
        /// The kind of its shape.
        kind: String,
        /// Whether it is required.
        required: bool,
    },
    /// The member is gone.
    MemberRemoved,
    /// It became required (`true`) or optional.
    Required(bool),
    /// The kind of its shape changed.
    Type {
        /// Before.
        from: String,
        /// After.
        to: String,
    },
    /// The bounds of its length changed.
    Length {
        /// Before.
        from: Option<Length>,
        /// After.
        to: Option<Length>,
    },
    /// The pattern changed; patterns are un-anchored.
    Pattern {
        /// Before.
        from: Option<String>,
        /// After.
        to: Option<String>,
    },
    /// The allowed values changed.
    Values {
        /// No longer allowed.
        removed: Vec<String>,
        /// Newly allowed.
        added: Vec<String>,
    },
    /// It became sensitive (`true`) or is no longer.
    Sensitive(bool),
    /// The default changed; the values are JSON texts.
    Default {
        /// Before.
        from: Option<String>,
        /// After.
        to: Option<String>,
    },
    /// The error is new.
    ErrorAdded,
    /// The error is gone.
    ErrorRemoved,
    /// The error became the other party's fault.
    Fault {
        /// Before.
        from: Fault,
        /// After.
        to: Fault,
    },
    /// The model's HTTP status of the error changed.
    HttpStatus {
        /// Before.
        from: Option<u16>,
        /// After.
        to: Option<u16>,
    },
    /// A fact of the service or the operation changed.
    Fact {
        /// Which.
        name: &'static str,
        /// Before.
        from: String,
        /// After.
        to: String,
    },
}

impl Change {
    /// The top-level member of the request that the change is about.
    pub fn member(&self) -> Option<&str> {
        match &self.place {
            Place::Request(path) => path.split('.').next(),
            Place::Operation | Place::Response(_) | Place::Error(_) | Place::ErrorMember { .. } => None,
        }
    }

    /// The error that the change is about.
    pub fn error(&self) -> Option<&str> {
        match &self.place {
            Place::Error(error) | Place::ErrorMember { error, .. } => Some(error),
            Place::Operation | Place::Request(_) | Place::Response(_) => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let safe = |text: &str| escape(text.as_bytes());
        match self {
            Self::Operation => f.write_str("operation"),
            Self::Request(path) => write!(f, "request `{}`", safe(path)),
            Self::Response(path) => write!(f, "response `{}`", safe(path)),
            Self::Error(error) => write!(f, "error `{}`", safe(error)),
            Self::ErrorMember { error, path } => {
                write!(f, "error `{}` member `{}`", safe(error), safe(path))
            }
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MemberAdded { kind, required } => {
                write!(f, "added ({}, {kind})", if *required { "required" } else { "optional" })
            }
            Self::MemberRemoved | Self::ErrorRemoved => f.write_str("removed"),
            Self::ErrorAdded => f.write_str("added"),
            Self::Required(true) => f.write_str("optional → required"),
            Self::Required(false) => f.write_str("required → optional"),
            Self::Type { from, to } => write!(f, "type {from} → {to}"),
            Self::Length { from, to } => {
                write!(f, "length {} → {}", shown(from.as_ref()), shown(to.as_ref()))
            }
            Self::Pattern { from, to } => {
                write!(f, "pattern {} → {}", pattern(from.as_ref()), pattern(to.as_ref()))
            }
            Self::Values { removed, added } => {
                write!(f, "values removed: {}; added: {}", listed(removed), listed(added))
            }
            Self::Sensitive(true) => f.write_str("not sensitive → sensitive"),
            Self::Sensitive(false) => f.write_str("sensitive → not sensitive"),
            Self::Default { from, to } => {
                write!(f, "default {} → {}", quoted(from.as_ref()), quoted(to.as_ref()))
            }
            Self::Fault { from, to } => write!(f, "fault {} → {}", from.name(), to.name()),
            Self::HttpStatus { from, to } => {
                write!(f, "model HTTP status {} → {}", shown(from.as_ref()), shown(to.as_ref()))
            }
            Self::Fact { name, from, to } => write!(f, "{name} {} → {}", quote(from), quote(to)),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

fn shown<T: fmt::Display>(value: Option<&T>) -> String {
    value.map_or_else(|| "none".to_owned(), T::to_string)
}

fn quoted(text: Option<&String>) -> String {
    text.map_or_else(|| "none".to_owned(), |text| quote(text))
}

fn pattern(text: Option<&String>) -> String {
    text.map_or_else(|| "none".to_owned(), |text| format!("`{}`", super::pattern::shown(text)))
}

fn listed(values: &[String]) -> String {
    if values.is_empty() {
        return "none".to_owned();
    }
    values.iter().map(|value| quote(value)).collect::<Vec<_>>().join(", ")
}
