//! Shapes and members, in Smithy's terms, resolved to a tree: a member holds the shape that it targets.

use super::constraint::Constraints;
use std::sync::Arc;

/// A shape: a named type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) constraints: Constraints,
}

impl Shape {
    /// The absolute shape id: `namespace#Name`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name without its namespace.
    pub fn name(&self) -> &str {
        local_name(&self.id)
    }

    /// What kind of shape it is.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The constraints of the shape itself.
    pub fn constraints(&self) -> &Constraints {
        &self.constraints
    }

    /// The members below this shape: those of a structure or union, `key` and `value` of a map, `member` of a list.
    pub fn members(&self) -> Vec<&Member> {
        match &self.kind {
            Kind::Simple(_) => Vec::new(),
            Kind::List(member) => vec![member],
            Kind::Map { key, value } => vec![key, value],
            Kind::Structure(structure) | Kind::Union(structure) => structure.members.iter().collect(),
        }
    }
}

/// What stands after `#` in a shape id.
pub(super) fn local_name(id: &str) -> &str {
    id.rsplit_once('#').map_or(id, |(_, name)| name)
}

/// The kind of a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A shape without members.
    Simple(Simple),
    /// An ordered list of one member shape.
    List(Box<Member>),
    /// A map; keys are strings.
    Map {
        /// The key, named `key`.
        key: Box<Member>,
        /// The value, named `value`.
        value: Box<Member>,
    },
    /// A structure.
    Structure(Structure),
    /// A structure of which exactly one member is set.
    Union(Structure),
}

impl Kind {
    /// Smithy's name of the kind.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Simple(simple) => simple.name(),
            Self::List(_) => "list",
            Self::Map { .. } => "map",
            Self::Structure(_) => "structure",
            Self::Union(_) => "union",
        }
    }
}

/// A kind of shape that has no members. An enum is a string whose constraints list its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Simple {
    /// `true` or `false`.
    Boolean,
    /// Text.
    String,
    /// A signed 8-bit integer.
    Byte,
    /// A signed 16-bit integer.
    Short,
    /// A signed 32-bit integer.
    Integer,
    /// A signed 64-bit integer.
    Long,
    /// A binary32 number.
    Float,
    /// A binary64 number.
    Double,
    /// An integer without bounds.
    BigInteger,
    /// A decimal number without bounds.
    BigDecimal,
    /// Bytes; Base64 text in JSON.
    Blob,
    /// An instant; epoch seconds in AWS JSON.
    Timestamp,
    /// Any JSON value.
    Document,
}

impl Simple {
    /// Every simple kind.
    pub const ALL: &'static [Self] = &[
        Self::Boolean,
        Self::String,
        Self::Byte,
        Self::Short,
        Self::Integer,
        Self::Long,
        Self::Float,
        Self::Double,
        Self::BigInteger,
        Self::BigDecimal,
        Self::Blob,
        Self::Timestamp,
        Self::Document,
    ];

    /// Smithy's name of the kind.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::String => "string",
            Self::Byte => "byte",
            Self::Short => "short",
            Self::Integer => "integer",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::BigInteger => "bigInteger",
            Self::BigDecimal => "bigDecimal",
            Self::Blob => "blob",
            Self::Timestamp => "timestamp",
            Self::Document => "document",
        }
    }

    /// The kind of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|simple| simple.name() == name)
    }
}

/// The members of a structure, in the order of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    pub(super) id: String,
    pub(super) members: Vec<Member>,
}

impl Structure {
    /// The absolute shape id: `namespace#Name`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name without its namespace.
    pub fn name(&self) -> &str {
        local_name(&self.id)
    }

    /// The members, in the order of the model.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The member of that name; names are compared exactly.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

/// A member: a name, and the shape it targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub(super) name: String,
    pub(super) required: bool,
    pub(super) nullable: bool,
    pub(super) default: Option<serde_json::Value>,
    pub(super) constraints: Constraints,
    pub(super) target: Arc<Shape>,
}

impl Member {
    /// The name on the wire.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the model says that it is required.
    pub fn required(&self) -> bool {
        self.required
    }

    /// Whether the interface of the revision spells the member `| null`. A fact of `aws-api-v0.3` alone: AWS's model
    /// has no such notion.
    pub fn nullable(&self) -> bool {
        self.nullable
    }

    /// The published default.
    pub fn default(&self) -> Option<&serde_json::Value> {
        self.default.as_ref()
    }

    /// The constraints on the member's value: its own where stated, those of its target elsewhere.
    pub fn constraints(&self) -> &Constraints {
        &self.constraints
    }

    /// The shape of the value.
    pub fn target(&self) -> &Shape {
        &self.target
    }

    /// The name as AWS prints it in validation messages: the first letter in lower case, `confirmationCode` (VAL-001,
    /// VAL-002). Attested for top-level members only (VAL-018).
    pub fn message_name(&self) -> String {
        let mut chars = self.name.chars();
        chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
    }
}
