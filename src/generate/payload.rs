//! The body of a request as members in order: written as bytes, so that duplicates, orders and spellings survive.

use super::value;
use crate::case::ClientKind;
use crate::secret_hash::HashForm;
use crate::template::{Binding, CodeForm, Segment, Template};

/// The members of the request shape, in the order in which a payload is written.
pub const MEMBERS: [&str; 9] = [
    "ClientId",
    "SecretHash",
    "Username",
    "ConfirmationCode",
    "ForceAliasCreation",
    "AnalyticsMetadata",
    "UserContextData",
    "ClientMetadata",
    "Session",
];

/// The members that must be there (SCH-010, SCH-012, SCH-013).
pub const REQUIRED: [&str; 3] = ["ClientId", "Username", "ConfirmationCode"];

#[derive(Debug, Clone, PartialEq, Eq)]
struct Member {
    /// What stands between the quotes of the name, escapes and all.
    name: String,
    value: Template,
}

/// White space between the tokens of the outermost object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// Before and after the object.
    pub outside: &'static str,
    /// Inside the braces.
    pub inside: &'static str,
    /// Around each colon.
    pub colon: &'static str,
    /// After each comma.
    pub comma: &'static str,
}

/// An object under construction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payload(Vec<Member>);

impl Payload {
    /// The smallest valid payload through such a client: the required members, and the secret hash where the client
    /// has a secret.
    pub fn base(client: ClientKind) -> Self {
        let base = Self::default()
            .with("ClientId", value::bound(Binding::ClientId))
            .with("Username", value::bound(Binding::Username))
            .with("ConfirmationCode", value::bound(Binding::Code(CodeForm::Right)));
        match client {
            ClientKind::Secret => base.with("SecretHash", value::bound(Binding::SecretHash(HashForm::Right))),
            ClientKind::Public
            | ClientKind::ExistenceHidden
            | ClientKind::ExistenceShown
            | ClientKind::UserAuth => base,
        }
    }

    /// The same with this member: in place where it is there already, otherwise where the shape has it, and at the
    /// end where the shape does not have it.
    #[must_use]
    pub fn with(mut self, name: &str, value: Template) -> Self {
        if let Some(member) = self.0.iter_mut().find(|member| member.name == name) {
            member.value = value;
            return self;
        }
        let rank = |name: &str| MEMBERS.iter().position(|member| *member == name).unwrap_or(MEMBERS.len());
        let at = self.0.iter().position(|member| rank(&member.name) > rank(name));
        let member = Member { name: name.to_owned(), value };
        self.0.insert(at.unwrap_or(self.0.len()), member);
        self
    }

    /// The same with one more member at the end, whether or not it is there already. `name` is JSON text.
    #[must_use]
    pub fn and(mut self, name: &str, value: Template) -> Self {
        self.0.push(Member { name: name.to_owned(), value });
        self
    }

    /// The same with one more member at the beginning, whether or not it is there already. `name` is JSON text.
    #[must_use]
    pub fn after(mut self, name: &str, value: Template) -> Self {
        let member = Member { name: name.to_owned(), value };
        self.0.insert(0, member);
        self
    }

    /// The same without this member.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|member| member.name != name);
        self
    }

    /// The same with the name of this member spelt another way. `spelling` is JSON text.
    #[must_use]
    pub fn renamed(mut self, name: &str, spelling: &str) -> Self {
        for member in self.0.iter_mut().filter(|member| member.name == name) {
            spelling.clone_into(&mut member.name);
        }
        self
    }

    /// The same in the order that `names` gives; members that it leaves out stay at the end.
    #[must_use]
    pub fn ordered(mut self, names: &[&str]) -> Self {
        self.0
            .sort_by_key(|member| names.iter().position(|name| *name == member.name).unwrap_or(names.len()));
        self
    }

    /// The value of a member.
    pub fn value(&self, name: &str) -> Option<&Template> {
        self.0.iter().find(|member| member.name == name).map(|member| &member.value)
    }

    /// The names in order, as JSON text.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|member| member.name.as_str())
    }

    /// The body without white space.
    pub fn template(&self) -> Template {
        self.laid_out(Layout::default())
    }

    /// The body with this white space.
    pub fn laid_out(&self, layout: Layout) -> Template {
        let Layout { outside, inside, colon, comma } = layout;
        let mut body = Template::default();
        // The literal under construction: it grows until a bound value ends it.
        let mut literal = Vec::with_capacity(LITERAL_BYTES);
        body.0.reserve(1 + 2 * self.0.len());
        write(&mut literal, &[outside, "{", inside]);
        for (i, member) in self.0.iter().enumerate() {
            if i > 0 {
                write(&mut literal, &[",", comma]);
            }
            write(&mut literal, &["\"", &member.name, "\"", colon, ":", colon]);
            for segment in &member.value.0 {
                if let Segment::Literal(bytes) = segment {
                    literal.extend_from_slice(bytes);
                } else {
                    let full = std::mem::replace(&mut literal, Vec::with_capacity(LITERAL_BYTES));
                    body.0.push(Segment::Literal(full));
                    body.0.push(segment.clone());
                }
            }
        }
        write(&mut literal, &[inside, "}", outside]);
        body.0.push(Segment::Literal(literal));
        body
    }
}

/// What is reserved for a literal: the name of a member and what stands around it, mostly.
const LITERAL_BYTES: usize = 64;

fn write(out: &mut Vec<u8>, pieces: &[&str]) {
    for piece in pieces {
        out.extend_from_slice(piece.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_where_the_shape_has_them() {
        let payload = Payload::base(ClientKind::Secret)
            .with("Session", value::raw("null"))
            .with("ForceAliasCreation", value::raw("true"));
        assert_eq!(
            payload.names().collect::<Vec<_>>(),
            ["ClientId", "SecretHash", "Username", "ConfirmationCode", "ForceAliasCreation", "Session"]
        );
    }

    #[test]
    fn duplicates_and_spellings_are_kept() {
        let payload = Payload::default()
            .and("A", value::raw("1"))
            .and("A", value::raw("2"))
            .after("B", value::raw("3"))
            .renamed("B", "\\u0042");
        let layout = Layout { comma: " ", ..Layout::default() };
        assert_eq!(payload.laid_out(layout), Template::literal(r#"{"\u0042":3, "A":1, "A":2}"#));
    }
}
