//! What changed between two models of ConfirmSignUp: typed changes, each naming the member or the error that it is
//! about. What a change touches (requirements, cases) is asked of the caller.
//!
//! Compared is what shows on the wire. Names of target shapes, the order of members and `| null` of an interface are
//! not; neither is what the format of either file cannot state (see [`Source`]).

use super::change::{Change, Place, What};
use super::operation::{ErrorShape, Model, Source};
use super::shape::{Kind, Member};
use std::fmt::Write as _;

/// What a change touches, by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touched {
    /// Requirements that speak of the changed member or accept the changed error.
    pub requirements: Vec<String>,
    /// Cases that cite these requirements.
    pub cases: Vec<String>,
}

/// Every difference between two models: of the service, of the request, of the response, of the errors, in this order
/// and each in the order of the older model, additions last.
pub fn diff(old: &Model, new: &Model) -> Vec<Change> {
    let mut walk = Walk { changes: Vec::new(), stated: Stated::by(old.source(), new.source()) };
    walk.operation(old, new);
    walk.members(&refs(old.request().members()), &refs(new.request().members()), &|path| {
        Place::Request(path.to_owned())
    });
    walk.members(&refs(old.response().members()), &refs(new.response().members()), &|path| {
        Place::Response(path.to_owned())
    });
    walk.errors(old.errors(), new.errors());
    walk.changes
}

/// The changes as text, one a line, each with what it touches on a line below it.
pub fn describe(changes: &[Change], touched: &dyn Fn(&Change) -> Touched) -> String {
    let mut text = String::new();
    for change in changes {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{change}");
        let Touched { requirements, cases } = touched(change);
        if !requirements.is_empty() || !cases.is_empty() {
            let _ = writeln!(text, "    touches {}: {} cases", requirements.join(", "), cases.len());
        }
    }
    text
}

fn refs(members: &[Member]) -> Vec<&Member> {
    members.iter().collect()
}

/// Whether both files can state defaults and the HTTP status of errors.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stated {
    Everything,
    /// One of them is botocore's: it has no defaults, and an HTTP status only where it is stated.
    Less,
}

impl Stated {
    fn by(old: Source, new: Source) -> Self {
        match (old, new) {
            (Source::Smithy, Source::Smithy) => Self::Everything,
            (Source::Botocore, _) | (_, Source::Botocore) => Self::Less,
        }
    }
}

struct Walk {
    changes: Vec<Change>,
    stated: Stated,
}

type Placed<'a> = &'a dyn Fn(&str) -> Place;

impl Walk {
    fn push(&mut self, place: Place, what: What) {
        self.changes.push(Change { place, what });
    }

    fn operation(&mut self, old: &Model, new: &Model) {
        let (from, to) = (old.service(), new.service());
        let facts = [
            ("target", old.target(), new.target()),
            ("signing", old.signing().name().to_owned(), new.signing().name().to_owned()),
            ("protocols", from.protocols().join(", "), to.protocols().join(", ")),
            ("API version", from.version().to_owned(), to.version().to_owned()),
            ("endpoint prefix", from.endpoint_prefix().to_owned(), to.endpoint_prefix().to_owned()),
            ("signing name", from.signing_name().to_owned(), to.signing_name().to_owned()),
        ];
        for (name, from, to) in facts {
            if from != to {
                self.push(Place::Operation, What::Fact { name, from, to });
            }
        }
    }

    /// The depth is bounded by what the readers let through.
    fn members(&mut self, old: &[&Member], new: &[&Member], place: Placed<'_>) {
        for member in old {
            match new.iter().find(|other| other.name() == member.name()) {
                Some(other) => self.member(member, other, place),
                None => self.push(place(member.name()), What::MemberRemoved),
            }
        }
        for member in new.iter().filter(|member| old.iter().all(|other| other.name() != member.name())) {
            let (kind, required) = (member.target().kind().name().to_owned(), member.required());
            self.push(place(member.name()), What::MemberAdded { kind, required });
        }
    }

    fn member(&mut self, old: &Member, new: &Member, place: Placed<'_>) {
        let here = || place(old.name());
        if old.required() != new.required() {
            self.push(here(), What::Required(new.required()));
        }
        self.constraints(old, new, &here);
        let json = |member: &Member| member.default().map(ToString::to_string);
        if self.stated == Stated::Everything && old.default() != new.default() {
            self.push(here(), What::Default { from: json(old), to: json(new) });
        }
        let (from, to) = (old.target().kind(), new.target().kind());
        if std::mem::discriminant(from) != std::mem::discriminant(to) || from.name() != to.name() {
            self.push(here(), What::Type { from: from.name().to_owned(), to: to.name().to_owned() });
        } else if !matches!(from, Kind::Simple(_)) {
            self.members(&old.target().members(), &new.target().members(), &|path| {
                place(&format!("{}.{path}", old.name()))
            });
        }
    }

    fn constraints(&mut self, old: &Member, new: &Member, here: &dyn Fn() -> Place) {
        let (from, to) = (old.constraints(), new.constraints());
        if from.length != to.length {
            self.push(here(), What::Length { from: from.length, to: to.length });
        }
        if from.pattern != to.pattern {
            let text = |pattern: &Option<super::Pattern>| pattern.as_ref().map(|p| p.unanchored().to_owned());
            self.push(here(), What::Pattern { from: text(&from.pattern), to: text(&to.pattern) });
        }
        let without = |some: &[String], others: &[String]| -> Vec<String> {
            some.iter().filter(|value| !others.contains(value)).cloned().collect()
        };
        let (removed, added) = (without(&from.values, &to.values), without(&to.values, &from.values));
        if !removed.is_empty() || !added.is_empty() {
            self.push(here(), What::Values { removed, added });
        }
        if from.sensitive != to.sensitive {
            self.push(here(), What::Sensitive(to.sensitive));
        }
    }

    fn errors(&mut self, old: &[ErrorShape], new: &[ErrorShape]) {
        for error in old {
            match new.iter().find(|other| other.name() == error.name()) {
                Some(other) => self.error(error, other),
                None => self.push(Place::Error(error.name().to_owned()), What::ErrorRemoved),
            }
        }
        for error in new.iter().filter(|error| old.iter().all(|other| other.name() != error.name())) {
            self.push(Place::Error(error.name().to_owned()), What::ErrorAdded);
        }
    }

    fn error(&mut self, old: &ErrorShape, new: &ErrorShape) {
        let here = || Place::Error(old.name().to_owned());
        if old.fault() != new.fault() {
            self.push(here(), What::Fault { from: old.fault(), to: new.fault() });
        }
        let (from, to) = (old.model_http_status(), new.model_http_status());
        let comparable = self.stated == Stated::Everything || (from.is_some() && to.is_some());
        if comparable && from != to {
            self.push(here(), What::HttpStatus { from, to });
        }
        self.members(&refs(old.structure().members()), &refs(new.structure().members()), &|path| {
            Place::ErrorMember { error: old.name().to_owned(), path: path.to_owned() }
        });
    }
}
