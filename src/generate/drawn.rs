//! A valid payload as it was drawn: what it holds and how it is spelt, kept apart, so that it can be made smaller and
//! stays valid. Must not know where random numbers come from.

use super::draft::Draft;
use super::spelling::{Text, spell};
use crate::case::{Case, CaseId, ClientKind, Fixture, Layer, Username};
use crate::secret_hash::HashForm;
use crate::seed::{Rng, Seed};
use crate::template::{Binding, CodeForm, Escaping, Segment, Template};

/// Which members a payload has, without their values. Every combination of optional and nested members through a client
/// with a secret and one without is one number. `Session` takes no part: one that was never issued is no valid one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Outline(usize);

impl Outline {
    /// How many there are: client 2 × `ForceAliasCreation` 2 × `AnalyticsMetadata` 3 (absent, empty, with its member) ×
    /// `UserContextData` 5 × `ClientMetadata` 3 (absent, empty, with entries).
    pub const COUNT: usize = 2 * 2 * 3 * 5 * 3;

    /// The outline of that number, counted round.
    pub const fn new(number: usize) -> Self {
        Self(number % Self::COUNT)
    }

    /// The app client.
    pub const fn client(self) -> ClientKind {
        if self.0.is_multiple_of(2) { ClientKind::Public } else { ClientKind::Secret }
    }

    /// Whether `ForceAliasCreation` is there.
    pub const fn has_force_alias(self) -> bool {
        self.0 / 2 % 2 == 1
    }

    /// Whether `AnalyticsMetadata` is there, and in it its member.
    pub const fn analytics(self) -> Option<bool> {
        some(self.0 / 4 % 3)
    }

    /// Whether `UserContextData` is there, and in it `IpAddress` and `EncodedData`.
    pub const fn context(self) -> Option<(bool, bool)> {
        match self.0 / 12 % 5 {
            0 => None,
            state => Some((state % 2 == 0, state > 2)),
        }
    }

    /// Whether `ClientMetadata` is there, and in it entries.
    pub const fn metadata(self) -> Option<bool> {
        some(self.0 / 60)
    }
}

const fn some(state: usize) -> Option<bool> {
    match state {
        0 => None,
        1 => Some(false),
        _ => Some(true),
    }
}

/// A valid payload as it was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnPayload {
    /// The app client that it goes through.
    pub client: ClientKind,
    /// How the username starts; what follows is unique in the run.
    pub username: Text,
    /// `ForceAliasCreation`.
    pub force_alias: Option<bool>,
    /// `AnalyticsMetadata`, and in it `AnalyticsEndpointId`.
    pub analytics: Option<Option<Text>>,
    /// `UserContextData`, and in it `IpAddress` and `EncodedData`.
    pub context: Option<(Option<Text>, Option<Text>)>,
    /// `ClientMetadata`; no key stands twice.
    pub metadata: Option<Vec<(Text, Text)>>,
    /// Whether the texts of `AnalyticsMetadata` and `UserContextData` are any text at all, or plausible ones.
    pub free: bool,
    /// The order of the members: 0 is that of the shape.
    pub order: u64,
    /// The white space between tokens: 0 is none.
    pub spacing: u64,
    /// The spelling of the names of members: 0 is the shortest.
    pub names: u64,
    /// Which late-bound values are written as `\uXXXX`, a bit each: `ClientId`, `SecretHash`, `Username`,
    /// `ConfirmationCode`.
    pub escaped: u64,
}

/// The top-level members that a drawn payload may have.
#[derive(Debug, Clone, Copy)]
enum Member {
    ClientId,
    SecretHash,
    Username,
    ConfirmationCode,
    ForceAliasCreation,
    AnalyticsMetadata,
    UserContextData,
    ClientMetadata,
}

impl DrawnPayload {
    /// What was done, as labels: independent of the drawn values as long as they are not made smaller.
    pub fn labels(&self) -> Vec<&'static str> {
        let mut labels = vec![members_label(
            usize::from(self.force_alias.is_some())
                | usize::from(self.analytics.is_some()) << 1
                | usize::from(self.context.is_some()) << 2
                | usize::from(self.metadata.is_some()) << 3,
        )];
        if !self.username.text.is_empty() {
            labels.push("valid/text/Username-drawn");
        }
        if self.free {
            if let Some(Some(_)) = self.analytics {
                labels.push("valid/text/AnalyticsMetadata.AnalyticsEndpointId-drawn");
            }
            let (ip_address, encoded_data) = self.context.as_ref().map_or((&None, &None), |(a, b)| (a, b));
            if ip_address.is_some() {
                labels.push("valid/text/UserContextData.IpAddress-drawn");
            }
            if encoded_data.is_some() {
                labels.push("valid/text/UserContextData.EncodedData-drawn");
            }
        }
        if self.metadata.as_ref().is_some_and(|entries| !entries.is_empty()) {
            labels.extend(["valid/text/ClientMetadata.key-drawn", "valid/text/ClientMetadata.value-drawn"]);
        }
        if self.is_spelt() {
            labels.push("valid/json/drawn");
        }
        labels
    }

    /// The state that it is sent in.
    pub fn fixture(&self) -> Fixture {
        let fixture = Fixture::unconfirmed(self.client);
        if self.username.text.is_empty() {
            return fixture;
        }
        fixture.with_username(Username::Starting(self.username.text.clone()))
    }

    /// The case of that name that sends it.
    pub fn case(&self, id: &CaseId) -> Case {
        let name = id.as_str().split_once('/').map_or("", |(_, name)| name);
        Draft::new(id.group(), name, Layer::JsonShape)
            .fixture(self.fixture())
            .body(self.template(), &self.labels())
            .build()
    }

    /// The body.
    pub fn template(&self) -> Template {
        let mut writer = Writer::new(self);
        writer.gap();
        writer.token(b"{");
        for (i, member) in self.members().into_iter().flatten().enumerate() {
            if i > 0 {
                writer.token(b",");
            }
            self.write_member(member, &mut writer);
        }
        writer.token(b"}");
        writer.finish()
    }

    /// The same payload made smaller in one place, the boldest first.
    pub fn simpler(&self) -> Vec<Self> {
        let mut found = self.fewer_members();
        found.extend(self.simpler_form());
        found.extend(self.simpler_texts());
        found
    }

    fn is_spelt(&self) -> bool {
        self.order != 0
            || self.spacing != 0
            || self.names != 0
            || self.escaped != 0
            || self.texts().any(|text| text.spelling != 0)
    }

    /// Every text but the username, which is bound late.
    fn texts(&self) -> impl Iterator<Item = &Text> {
        let (ip_address, encoded_data) =
            self.context.as_ref().map_or((None, None), |(a, b)| (a.as_ref(), b.as_ref()));
        let entries = self.metadata.iter().flatten().flat_map(|(key, value)| [key, value]);
        self.analytics.iter().flatten().chain(ip_address).chain(encoded_data).chain(entries)
    }

    fn members(&self) -> [Option<Member>; 8] {
        let mut members = [
            Some(Member::ClientId),
            (self.client == ClientKind::Secret).then_some(Member::SecretHash),
            Some(Member::Username),
            Some(Member::ConfirmationCode),
            self.force_alias.map(|_| Member::ForceAliasCreation),
            self.analytics.as_ref().map(|_| Member::AnalyticsMetadata),
            self.context.as_ref().map(|_| Member::UserContextData),
            self.metadata.as_ref().map(|_| Member::ClientMetadata),
        ];
        if self.order != 0 {
            Seed(self.order).rng().shuffle(&mut members);
        }
        members
    }

    fn write_member(&self, member: Member, writer: &mut Writer) {
        match member {
            Member::ClientId => writer.bound("ClientId", Binding::ClientId, self.escaped & 1),
            Member::SecretHash => {
                writer.bound("SecretHash", Binding::SecretHash(HashForm::Right), self.escaped & 2);
            }
            Member::Username => writer.bound("Username", Binding::Username, self.escaped & 4),
            Member::ConfirmationCode => {
                writer.bound("ConfirmationCode", Binding::Code(CodeForm::Right), self.escaped & 8);
            }
            Member::ForceAliasCreation => {
                writer.name("ForceAliasCreation");
                writer.token(if self.force_alias == Some(true) { b"true" } else { b"false" });
            }
            Member::AnalyticsMetadata => {
                let endpoint = self.analytics.as_ref().and_then(Option::as_ref);
                writer.structure("AnalyticsMetadata", [("AnalyticsEndpointId", endpoint)]);
            }
            Member::UserContextData => {
                let (ip_address, encoded_data) =
                    self.context.as_ref().map_or((None, None), |(a, b)| (a.as_ref(), b.as_ref()));
                writer
                    .structure("UserContextData", [("IpAddress", ip_address), ("EncodedData", encoded_data)]);
            }
            Member::ClientMetadata => writer.map("ClientMetadata", self.metadata.iter().flatten()),
        }
    }

    fn fewer_members(&self) -> Vec<Self> {
        let mut found = Vec::new();
        let this = || self.clone();
        if self.client != ClientKind::Public {
            found.push(Self { client: ClientKind::Public, ..this() });
        }
        if self.force_alias.is_some() {
            found.push(Self { force_alias: None, ..this() });
        }
        if let Some(endpoint) = &self.analytics {
            found.push(Self { analytics: None, ..this() });
            if endpoint.is_some() {
                found.push(Self { analytics: Some(None), ..this() });
            }
        }
        if let Some((ip_address, encoded_data)) = &self.context {
            found.push(Self { context: None, ..this() });
            if ip_address.is_some() {
                found.push(Self { context: Some((None, encoded_data.clone())), ..this() });
            }
            if encoded_data.is_some() {
                found.push(Self { context: Some((ip_address.clone(), None)), ..this() });
            }
        }
        if let Some(entries) = &self.metadata {
            found.push(Self { metadata: None, ..this() });
            for at in 0..entries.len() {
                let mut fewer = entries.clone();
                fewer.remove(at);
                found.push(Self { metadata: Some(fewer), ..this() });
            }
        }
        found
    }

    fn simpler_form(&self) -> Vec<Self> {
        let this = || self.clone();
        let mut found = vec![
            Self { order: 0, spacing: 0, names: 0, escaped: 0, ..this() },
            Self { order: 0, ..this() },
            Self { spacing: 0, ..this() },
            Self { names: 0, ..this() },
        ];
        found.extend([1, 2, 4, 8].map(|bit| Self { escaped: self.escaped & !bit, ..this() }));
        if self.force_alias == Some(true) {
            found.push(Self { force_alias: Some(false), ..this() });
        }
        found.retain(|simpler| simpler != self);
        found
    }

    fn simpler_texts(&self) -> Vec<Self> {
        let mut found = Vec::new();
        let this = || self.clone();
        found.extend(self.username.simpler().into_iter().map(|username| Self { username, ..this() }));
        if let Some(Some(endpoint)) = &self.analytics {
            found.extend(endpoint.simpler().into_iter().map(|t| Self { analytics: Some(Some(t)), ..this() }));
        }
        if let Some((ip_address, encoded_data)) = &self.context {
            for text in ip_address.iter().flat_map(Text::simpler) {
                found.push(Self { context: Some((Some(text), encoded_data.clone())), ..this() });
            }
            for text in encoded_data.iter().flat_map(Text::simpler) {
                found.push(Self { context: Some((ip_address.clone(), Some(text))), ..this() });
            }
        }
        for (at, (key, value)) in self.metadata.iter().flatten().enumerate() {
            let entry = |entry: (Text, Text)| {
                let mut entries = self.metadata.clone().unwrap_or_default();
                entries.splice(at..=at, [entry]);
                Self { metadata: Some(entries), ..this() }
            };
            let taken = |text: &Text| self.metadata.iter().flatten().any(|(key, _)| key.text == text.text);
            let keys = key.simpler().into_iter().filter(|text| text.text == key.text || !taken(text));
            found.extend(keys.map(|key| entry((key, value.clone()))));
            found.extend(value.simpler().into_iter().map(|value| entry((key.clone(), value))));
        }
        found
    }
}

fn members_label(present: usize) -> &'static str {
    const LABELS: [&str; 16] = [
        "valid/members/none",
        "valid/members/ForceAliasCreation",
        "valid/members/AnalyticsMetadata",
        "valid/members/ForceAliasCreation+AnalyticsMetadata",
        "valid/members/UserContextData",
        "valid/members/ForceAliasCreation+UserContextData",
        "valid/members/AnalyticsMetadata+UserContextData",
        "valid/members/ForceAliasCreation+AnalyticsMetadata+UserContextData",
        "valid/members/ClientMetadata",
        "valid/members/ForceAliasCreation+ClientMetadata",
        "valid/members/AnalyticsMetadata+ClientMetadata",
        "valid/members/ForceAliasCreation+AnalyticsMetadata+ClientMetadata",
        "valid/members/UserContextData+ClientMetadata",
        "valid/members/ForceAliasCreation+UserContextData+ClientMetadata",
        "valid/members/AnalyticsMetadata+UserContextData+ClientMetadata",
        "valid/members/ForceAliasCreation+AnalyticsMetadata+UserContextData+ClientMetadata",
    ];
    LABELS.get(present).copied().unwrap_or("valid/members/none")
}

/// Shrinking ends after this many smaller payloads were tried, whatever the predicate says.
pub const SHRINK_STEPS_MAX: usize = 20_000;

/// Makes a payload as small as it can become while the case that sends it still `fails`: members left out, texts shortened
/// and turned into `a`, the spelling made plain. The labels of every case that is tried say what it holds by then.
/// Where `payload` itself does not fail, its own case comes back.
pub fn shrink(payload: &DrawnPayload, id: &CaseId, fails: &mut dyn FnMut(&Case) -> bool) -> Case {
    let mut smallest = payload.clone();
    let mut case = smallest.case(id);
    if !fails(&case) {
        return case;
    }
    let mut steps = 0;
    'smaller: loop {
        for candidate in smallest.simpler() {
            steps += 1;
            if steps > SHRINK_STEPS_MAX {
                return case;
            }
            let tried = candidate.case(id);
            if fails(&tried) {
                (smallest, case) = (candidate, tried);
                continue 'smaller;
            }
        }
        return case;
    }
}

/// Writes a body with white space and names as drawn.
struct Writer {
    template: Template,
    /// The literal under construction: it grows until a bound value ends it.
    literal: Vec<u8>,
    gaps: Option<Rng>,
    names: u64,
}

impl Writer {
    fn new(payload: &DrawnPayload) -> Self {
        let mut template = Template::default();
        template.0.reserve(9);
        Self {
            template,
            literal: Vec::with_capacity(128),
            gaps: (payload.spacing != 0).then(|| Seed(payload.spacing).rng()),
            names: payload.names,
        }
    }

    /// White space, where any is drawn.
    fn gap(&mut self) {
        if let Some(rng) = &mut self.gaps {
            let bits = rng.next_u64();
            // Half of all gaps stay empty; the rest have one to four characters.
            let length = if bits & 1 == 0 { 0 } else { 1 + (bits >> 1 & 3) };
            for i in 0..length {
                let space = match bits >> (8 + 2 * i) & 3 {
                    0 => b' ',
                    1 => b'\t',
                    2 => b'\n',
                    _ => b'\r',
                };
                self.literal.push(space);
            }
        }
    }

    fn token(&mut self, token: &[u8]) {
        self.literal.extend_from_slice(token);
        self.gap();
    }

    fn name(&mut self, name: &str) {
        self.literal.push(b'"');
        // Independent of the other members, so that leaving one out does not change how the rest is spelt.
        let spelling = match self.names {
            0 => 0,
            names => Some(Seed(names).split(name).rng().next_u64()).filter(|bits| bits & 1 == 1).unwrap_or(0),
        };
        spell(name, spelling, &mut self.literal);
        self.token(b"\"");
        self.token(b":");
    }

    fn bound(&mut self, name: &str, binding: Binding, escaped: u64) {
        let escaping = if escaped == 0 { Escaping::Json } else { Escaping::JsonUnicode };
        self.name(name);
        self.literal.push(b'"');
        let literal = std::mem::replace(&mut self.literal, Vec::with_capacity(128));
        self.template.0.push(Segment::Literal(literal));
        self.template.0.push(Segment::Bound { binding, escaping });
        self.token(b"\"");
    }

    fn text(&mut self, text: &Text) {
        self.literal.push(b'"');
        text.write(&mut self.literal);
        self.token(b"\"");
    }

    fn structure<const N: usize>(&mut self, name: &str, members: [(&str, Option<&Text>); N]) {
        self.name(name);
        self.token(b"{");
        let present = members.into_iter().filter_map(|(name, text)| Some((name, text?)));
        for (i, (name, text)) in present.enumerate() {
            if i > 0 {
                self.token(b",");
            }
            self.name(name);
            self.text(text);
        }
        self.token(b"}");
    }

    fn map<'a>(&mut self, name: &str, entries: impl Iterator<Item = &'a (Text, Text)>) {
        self.name(name);
        self.token(b"{");
        for (i, (key, value)) in entries.enumerate() {
            if i > 0 {
                self.token(b",");
            }
            self.text(key);
            self.token(b":");
            self.text(value);
        }
        self.token(b"}");
    }

    fn finish(mut self) -> Template {
        self.template.0.push(Segment::Literal(self.literal));
        self.template
    }
}
