//! A fault that is planted to find out whether the suite notices.

use super::door::Door;
use crate::named::named;
use crate::reference::Fault;
use std::fmt;
use std::str::FromStr;

named! {
    /// What a fault is about.
    Family {
        /// Members that are needed, and null.
        Required = "required",
        /// Lengths.
        Length = "length",
        /// Patterns.
        Pattern = "pattern",
        /// Types of members.
        Type = "type",
        /// JSON text.
        Json = "json",
        /// HTTP: method, path, target, headers.
        Wire = "wire",
        /// The form of answers.
        Response = "response",
        /// Type, status and text of errors.
        Error = "error",
        /// The secret hash.
        SecretHash = "secret-hash",
        /// Confirmation codes and attempts.
        Code = "code",
        /// Who a user is, and in which state.
        User = "user",
        /// Aliases.
        Alias = "alias",
        /// Whether it shows that a user exists.
        Existence = "existence",
        /// One request that disturbs another one.
        Concurrency = "concurrency",
        /// What a connection remembers.
        Connection = "connection",
        /// Requests that a server cannot stand.
        Robustness = "robustness",
    }
}

/// Where a fault sits.
#[derive(Debug, Clone, Copy)]
pub enum Site {
    /// In the server.
    Server(Fault),
    /// In the connection to it.
    Connection(fn() -> Box<dyn Door>),
    /// Nowhere: for the test of the table itself.
    Nowhere,
}

/// Why a fault is worth planting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was seen: emulator, version and case of the measurement.
    Seen(&'static str),
    /// It was not seen by us; the reason why it is plausible.
    Plausible(&'static str),
}

/// A planted fault.
#[derive(Debug, Clone, Copy)]
pub struct Planted {
    /// Its name, unique in its family.
    pub name: &'static str,
    /// What it is about.
    pub family: Family,
    /// What the server does, in one sentence.
    pub what: &'static str,
    /// Where it sits.
    pub site: Site,
    /// The requirements that name its cause. It counts as found by these alone.
    pub found_by: &'static [&'static str],
    /// Why it is worth planting.
    pub origin: Origin,
}

impl Planted {
    /// All that are built in.
    pub fn all() -> Vec<Self> {
        super::catalogue::all()
    }

    /// A fault of the server.
    pub const fn of(family: Family, name: &'static str, fault: Fault) -> Self {
        Self::at(family, name, Site::Server(fault))
    }

    /// A fault at a given place.
    pub const fn at(family: Family, name: &'static str, site: Site) -> Self {
        Self { name, family, what: "", site, found_by: &[], origin: Origin::Plausible("") }
    }

    /// What the server does, in one sentence.
    #[must_use]
    pub const fn does(self, what: &'static str) -> Self {
        Self { what, ..self }
    }

    /// The requirements that name its cause.
    #[must_use]
    pub const fn found_by(self, found_by: &'static [&'static str]) -> Self {
        Self { found_by, ..self }
    }

    /// The emulator, its version and the case in which it was seen.
    #[must_use]
    pub const fn seen(self, origin: &'static str) -> Self {
        Self { origin: Origin::Seen(origin), ..self }
    }

    /// Why it is plausible.
    #[must_use]
    pub const fn since(self, reason: &'static str) -> Self {
        Self { origin: Origin::Plausible(reason), ..self }
    }

    /// Family and name.
    pub fn id(&self) -> String {
        format!("{}/{}", self.family, self.name)
    }
}
