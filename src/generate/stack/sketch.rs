//! A request under mutation: what it is made of, and which places of it are taken.

use crate::case::{Case, CaseId, ClientKind, Fixture, Layer, Relation, UserState, Username};
use crate::generate::draft::{Draft, label};
use crate::generate::payload::{Layout, Payload};
use crate::seed::Rng;
use crate::template::{Escaping, RequestTemplate, Segment, Template};
use crate::wire::Delivery;
use std::collections::BTreeSet;

/// A mutation. It does nothing where its place is taken.
pub(super) type Apply = fn(&mut Sketch, &mut Rng);

/// Another form of the same request.
pub(super) enum Other {
    /// The body in another spelling.
    Body(Template),
    /// The header lines otherwise.
    Lines(Vec<(Vec<u8>, Template)>),
    /// Another way onto the wire.
    Delivery(Delivery),
}

/// A request under mutation.
pub(super) struct Sketch {
    pub(super) client: ClientKind,
    pub(super) fixture: Fixture,
    pub(super) payload: Payload,
    pub(super) layout: Layout,
    /// How bound values are written.
    pub(super) escaping: Escaping,
    /// Another body altogether, or one that is no JSON.
    pub(super) body: Option<Template>,
    pub(super) method: Vec<u8>,
    pub(super) target: Vec<u8>,
    pub(super) headers: Vec<(Vec<u8>, Template)>,
    /// What is sent before.
    pub(super) before: Vec<(RequestTemplate, Vec<String>)>,
    /// The other form of a relation, by its name.
    pub(super) relation: Option<(&'static str, Other)>,
    labels: Vec<String>,
    members: Vec<&'static str>,
    taken: BTreeSet<&'static str>,
    is_closed: bool,
    has_fresh_twin: bool,
}

impl Sketch {
    /// The valid request of an unconfirmed user.
    pub(super) fn new(client: ClientKind) -> Self {
        let (method, target, headers) = match RequestTemplate::confirm_sign_up(Template::default()) {
            RequestTemplate::Formed { method, target, headers, .. } => (method, target, headers),
            RequestTemplate::Raw(_) => (Vec::new(), Vec::new(), Vec::new()),
        };
        Self {
            client,
            fixture: Fixture::unconfirmed(client),
            payload: Payload::base(client),
            layout: Layout::default(),
            escaping: Escaping::Json,
            body: None,
            method,
            target,
            headers,
            before: Vec::new(),
            relation: None,
            labels: Vec::new(),
            members: Vec::new(),
            taken: BTreeSet::new(),
            is_closed: false,
            has_fresh_twin: false,
        }
    }

    /// Takes a place; false where it is taken.
    pub(super) fn take(&mut self, place: &'static str) -> bool {
        !self.is_closed && self.taken.insert(place)
    }

    /// Lets nothing else be done. The twin is another user: this one cannot be confirmed any more.
    pub(super) fn close(&mut self) {
        (self.is_closed, self.has_fresh_twin) = (true, true);
    }

    /// Takes all of these places, or none.
    pub(super) fn take_all(&mut self, places: &[&'static str]) -> bool {
        let free = !self.is_closed && !places.iter().any(|place| self.taken.contains(place));
        if free {
            self.taken.extend(places);
        }
        free
    }

    /// Takes those of these places that are free.
    pub(super) fn take_each(&mut self, places: &[&'static str]) {
        self.taken.extend(places);
    }

    /// Whether nothing is mutated yet.
    pub(super) fn is_untouched(&self) -> bool {
        !self.is_closed && self.taken.is_empty()
    }

    /// Says what was done.
    pub(super) fn label(&mut self, label: impl Into<String>) {
        self.labels.push(label.into());
    }

    /// Says that an optional member is there, with a valid value.
    pub(super) fn member(&mut self, name: &'static str) {
        self.members.push(name);
    }

    /// Another value of a member.
    pub(super) fn set(&mut self, member: &str, value: Template) {
        let payload = std::mem::take(&mut self.payload);
        self.payload = payload.with(member, value);
    }

    /// The request without a member.
    pub(super) fn leave_out(&mut self, member: &str) {
        let payload = std::mem::take(&mut self.payload);
        self.payload = payload.without(member);
    }

    /// Another choice of name.
    pub(super) fn name(&mut self, username: Username) {
        self.fixture.username = username;
    }

    /// Another state of the user.
    pub(super) fn user(&mut self, state: UserState) {
        self.fixture.user = state;
    }

    /// The body as it stands.
    pub(super) fn template(&self) -> Template {
        let mut body = self.body.clone().unwrap_or_else(|| self.payload.laid_out(self.layout));
        if self.escaping == Escaping::JsonUnicode {
            for segment in &mut body.0 {
                if let Segment::Bound { escaping, .. } = segment {
                    *escaping = Escaping::JsonUnicode;
                }
            }
        }
        body
    }

    /// The value of a header line, in its place.
    pub(super) fn set_header(&mut self, name: &str, value: &str) {
        for (header, old) in &mut self.headers {
            if header.eq_ignore_ascii_case(name.as_bytes()) {
                *old = Template::literal(value);
            }
        }
    }

    /// One more header line.
    pub(super) fn add_header(&mut self, name: &str, value: &str) {
        self.headers.push((name.as_bytes().to_vec(), Template::literal(value)));
    }

    /// The case that sends it.
    pub(super) fn build(mut self, id: &CaseId) -> Case {
        let body = self.template();
        let known = ["ForceAliasCreation", "AnalyticsMetadata", "UserContextData", "ClientMetadata"];
        let present: Vec<&str> = known.into_iter().filter(|name| self.members.contains(name)).collect();
        if !present.is_empty() || self.labels.is_empty() {
            let names = if present.is_empty() { "none".to_owned() } else { present.join("+") };
            self.labels.push(format!("valid/members/{names}"));
        }
        let Self { method, target, headers, .. } = self;
        let relation = self.relation.map(|(name, other)| {
            self.labels.push(format!("relation/{name}"));
            let (body, headers, delivery) = match other {
                Other::Body(body) => (body, headers.clone(), Delivery::Whole),
                Other::Lines(lines) => (body.clone(), lines, Delivery::Whole),
                Other::Delivery(delivery) => (body.clone(), headers.clone(), delivery),
            };
            let (method, target) = (method.clone(), target.clone());
            let other = RequestTemplate::Formed { method, target, headers, body };
            Relation { requests: vec![other], delivery }
        });
        let name = id.as_str().split_once('/').map_or("", |(_, name)| name);
        let layer = if self.before.is_empty() { Layer::JsonShape } else { Layer::Sequence };
        let mut draft = Draft::new(id.group(), name, layer).fixture(self.fixture);
        for (request, labels) in self.before {
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            draft = draft.request(request, &labels);
        }
        let labels: Vec<&str> = self.labels.iter().map(String::as_str).collect();
        draft = draft.request(RequestTemplate::Formed { method, target, headers, body }, &labels);
        if let Some(Relation { requests, delivery }) = relation {
            draft = draft.relation(requests, delivery);
        }
        if self.has_fresh_twin {
            draft = draft.fresh_twin();
        }
        debug_assert!(self.labels.iter().all(|text| !label(text).at().is_empty()));
        draft.build()
    }
}
