//! Metamorphic relations: one request in two forms, sent for two users in the same state, which must be answered the same,
//! whatever the answer is. Each is made once with the user's code and once with a wrong one, so that an answer which
//! depends on the form shows in both directions.
//!
//! | relation | the two forms | attested by |
//! |---|---|---|
//! | `member-order` | the members backwards | JSON objects have no order: SCH-001, WIRE-012 |
//! | `white-space` | white space round every token | JSON: SCH-001, WIRE-012 |
//! | `escaped-values` | every value as `\uXXXX` | JSON: SCH-001, WIRE-012 |
//! | `escaped-names` | the names of members with `\uXXXX` in them | JSON: SCH-001, WIRE-012 |
//! | `short-escapes` | `\/` in place of a stroke | JSON: SCH-001, WIRE-012 |
//! | `null-as-absent` | an optional member as `null`, or left out | SER-008, inferred |
//! | `unknown-member` | with and without a member that the shape does not have | SER-010, inferred |
//! | `header-name-case` | names of header lines in lower case | SER-044, reported |
//! | `header-order` | header lines backwards | SER-044, inferred |
//! | `pieces` | in pieces over several TCP segments | nothing published: HTTP over TCP itself |
//! | `new-connection` | on a used connection, or on one of its own | WIRE-001 (`Connection: keep-alive`), inferred |
//! | `after-a-refusal` | after a wrong code, or as the first request | SEM-018 allows 15 attempts an hour, inferred |
//! | `client-metadata` | with and without `ClientMetadata` | SCH-017, documented |
//! | `force-alias-false` | `ForceAliasCreation` false, or left out | SCH-014, documented |
//! | `analytics-metadata` | with and without `AnalyticsMetadata` | SCH-015, inferred |
//! | `user-context-data` | with and without `UserContextData` | SCH-016, inferred |
//! | `charset-parameter` | Content-Type with and without `; charset=utf-8` | nothing: SER-043 |
//! | `content-type-case` | Content-Type in capitals | nothing: SER-043 |
//! | `accept` | with and without Accept | nothing: SER-043 |
//! | `user-agent` | with and without User-Agent | nothing: SER-043 |
//!
//! What nothing is published for is compared all the same: a subject that contradicts itself is worth knowing. It is
//! told as an advisory and can never fail a run.

use super::draft::Draft;
use super::payload::{Layout, Payload};
use super::sample::{PUBLIC_AND_SECRET, kebab};
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Layer};
use crate::secret_hash::HashForm;
use crate::template::{Binding, CodeForm, Escaping, RequestTemplate, Template};
use crate::wire::Delivery;

const GROUP: &str = "relation";

pub(super) fn cases(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        for code in [CodeForm::Right, CodeForm::Wrong] {
            let sender = Sender { client, code };
            let made =
                [sender.spellings(), sender.nulls(), sender.members(), sender.headers(), sender.deliveries()];
            for pair in made.into_iter().flatten() {
                suite.push(sender.draft(pair));
            }
            suite.push(sender.after_a_refusal());
        }
    }
}

/// Two forms of one request.
struct Pair {
    relation: &'static str,
    /// Which of several, where the relation has more than one pair.
    variant: String,
    layer: Layer,
    /// What is said of the form that the case sends.
    label: String,
    one: RequestTemplate,
    other: RequestTemplate,
    delivery: Delivery,
}

impl Pair {
    fn of_bodies(
        relation: &'static str,
        layer: Layer,
        label: &str,
        (one, other): (Template, Template),
    ) -> Self {
        Self {
            relation,
            variant: String::new(),
            layer,
            label: label.to_owned(),
            one: RequestTemplate::confirm_sign_up(one),
            other: RequestTemplate::confirm_sign_up(other),
            delivery: Delivery::Whole,
        }
    }
}

/// The header lines of a request: name and value.
type Lines = Vec<(Vec<u8>, Template)>;

/// Who sends a pair, and with which code.
#[derive(Clone, Copy)]
struct Sender {
    client: ClientKind,
    code: CodeForm,
}

impl Sender {
    fn payload(self) -> Payload {
        Payload::base(self.client).with("ConfirmationCode", value::bound(Binding::Code(self.code)))
    }

    fn plain(self) -> RequestTemplate {
        RequestTemplate::confirm_sign_up(self.payload().template())
    }

    fn draft(self, pair: Pair) -> Draft {
        let Pair { relation, variant, layer, label, one, other, delivery } = pair;
        let labels = self.labels(&label, relation);
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        self.named(relation, &variant, layer).request(one, &labels).relation(vec![other], delivery)
    }

    fn named(self, relation: &str, variant: &str, layer: Layer) -> Draft {
        let variant = if variant.is_empty() { String::new() } else { format!("-{variant}") };
        let name = format!("{relation}{variant}-{}-code-{}", self.code, self.client);
        Draft::new(GROUP, &name, layer).client(self.client)
    }

    /// What is said of a request: the code if it is wrong, the form, and the relation.
    fn labels(self, form: &str, relation: &str) -> Vec<String> {
        let code = (self.code != CodeForm::Right).then(|| format!("code/{}", self.code));
        code.into_iter().chain([form.to_owned(), format!("relation/{relation}")]).collect()
    }

    /// JSON spellings of one and the same value.
    fn spellings(self) -> Vec<Pair> {
        let base = self.payload();
        let plain = || base.template();
        let mut names: Vec<&str> = base.names().collect();
        names.reverse();
        let backwards = base.clone().ordered(&names).template();
        let spaced = base.laid_out(Layout { outside: "\n ", inside: "\t", colon: " ", comma: "\r\n" });
        let slashed = |json| base.clone().with("ClientMetadata", value::raw(json)).template();
        let pair =
            |relation, label, one, other| Pair::of_bodies(relation, Layer::JsonText, label, (one, other));
        vec![
            pair("member-order", "valid/json/members-backwards", backwards, plain()),
            pair("white-space", "valid/json/white-space", spaced, plain()),
            pair("escaped-values", "valid/json/escaped-values", self.escaped_values(), plain()),
            pair("escaped-names", "valid/json/escaped-names", self.escaped_names(), plain()),
            pair(
                "short-escapes",
                "valid/json/short-escapes",
                slashed(r#"{"a\/b":"\/"}"#),
                slashed(r#"{"a/b":"/"}"#),
            ),
        ]
    }

    fn escaped_values(self) -> Template {
        let quote = || value::raw("\"");
        let escaped =
            |binding| value::concat([quote(), value::inside(binding, Escaping::JsonUnicode), quote()]);
        let payload = self
            .payload()
            .with("ClientId", escaped(Binding::ClientId))
            .with("Username", escaped(Binding::Username))
            .with("ConfirmationCode", escaped(Binding::Code(self.code)));
        match self.client {
            ClientKind::Secret => payload.with("SecretHash", escaped(Binding::SecretHash(HashForm::Right))),
            _ => payload,
        }
        .template()
    }

    fn escaped_names(self) -> Template {
        let payload = self.payload();
        let names: Vec<String> = payload.names().map(str::to_owned).collect();
        names
            .iter()
            .fold(payload, |payload, name| {
                let spelt: String = name
                    .chars()
                    .map(|c| if c == 'e' { "\\u0065".to_owned() } else { c.to_string() })
                    .collect();
                payload.renamed(name, &spelt)
            })
            .template()
    }

    /// An optional member that is `null`, and one that is not there.
    fn nulls(self) -> Vec<Pair> {
        let null = || value::raw("null");
        let pair = |path: &str, one: Payload, other: Payload| Pair {
            variant: kebab(path),
            ..Pair::of_bodies(
                "null-as-absent",
                Layer::JsonShape,
                &format!("null/{path}"),
                (one.template(), other.template()),
            )
        };
        let members =
            ["ForceAliasCreation", "AnalyticsMetadata", "UserContextData", "ClientMetadata", "Session"];
        let mut pairs: Vec<Pair> = members
            .iter()
            .map(|name| pair(name, self.payload().with(name, null()), self.payload()))
            .collect();
        if self.client == ClientKind::Public {
            pairs.push(pair("SecretHash", self.payload().with("SecretHash", null()), self.payload()));
        }
        for (container, name) in [
            ("AnalyticsMetadata", "AnalyticsEndpointId"),
            ("UserContextData", "IpAddress"),
            ("UserContextData", "EncodedData"),
        ] {
            let with = |inner| self.payload().with(container, inner);
            let one = with(value::object([(name, null())]));
            pairs.push(pair(&format!("{container}.{name}"), one, with(value::raw("{}"))));
        }
        pairs
    }

    /// Members that make no difference.
    fn members(self) -> Vec<Pair> {
        let pair = |relation, label, member, json| {
            let one = self.payload().with(member, value::raw(json)).template();
            Pair::of_bodies(relation, Layer::JsonShape, label, (one, self.payload().template()))
        };
        vec![
            pair("unknown-member", "unknown-member/string", "Unknown", "\"x\""),
            pair("client-metadata", "valid/members/ClientMetadata", "ClientMetadata", r#"{"a":"b"}"#),
            pair("force-alias-false", "valid/members/ForceAliasCreation", "ForceAliasCreation", "false"),
            pair(
                "analytics-metadata",
                "valid/members/AnalyticsMetadata",
                "AnalyticsMetadata",
                r#"{"AnalyticsEndpointId":"e0"}"#,
            ),
            pair(
                "user-context-data",
                "valid/members/UserContextData",
                "UserContextData",
                r#"{"IpAddress":"203.0.113.7","EncodedData":"eyJ9"}"#,
            ),
        ]
    }

    /// Header lines that make no difference.
    fn headers(self) -> Vec<Pair> {
        let pair = |relation, label: &str, change: &dyn Fn(&mut Lines)| {
            let mut one = self.plain();
            if let RequestTemplate::Formed { headers, .. } = &mut one {
                change(headers);
            }
            Pair {
                relation,
                variant: String::new(),
                layer: Layer::Header,
                label: label.to_owned(),
                one,
                other: self.plain(),
                delivery: Delivery::Whole,
            }
        };
        let add = |name: &'static str, text: &'static str| {
            move |headers: &mut Lines| headers.push((name.into(), Template::literal(text)))
        };
        let content_type = |text: &'static str| {
            move |headers: &mut Lines| {
                for (_, value) in headers.iter_mut().filter(|(name, _)| name == b"Content-Type") {
                    *value = Template::literal(text);
                }
            }
        };
        let charset = content_type("application/x-amz-json-1.1; charset=utf-8");
        let capitals = content_type("APPLICATION/X-AMZ-JSON-1.1");
        vec![
            pair("header-name-case", "valid/http/lower-case-names", &|headers| {
                for (name, _) in headers {
                    name.make_ascii_lowercase();
                }
            }),
            pair("header-order", "valid/http/header-order", &|headers| headers.reverse()),
            pair("charset-parameter", "content-type/charset", &charset),
            pair("content-type-case", "content-type/upper-case", &capitals),
            pair("accept", "header/accept-json", &add("Accept", "application/json")),
            pair(
                "user-agent",
                "header/user-agent",
                &add("User-Agent", "aws-sdk-rust/1.3 os/linux lang/rust"),
            ),
        ]
    }

    /// Other ways onto the wire. Here it is the other side that goes the other way.
    fn deliveries(self) -> Vec<Pair> {
        [("pieces", Delivery::Pieces), ("new-connection", Delivery::NewConnection)]
            .into_iter()
            .map(|(relation, delivery)| Pair {
                relation,
                variant: String::new(),
                layer: Layer::Framing,
                label: "valid/members/none".to_owned(),
                one: self.plain(),
                other: self.plain(),
                delivery,
            })
            .collect()
    }

    /// The same request after one that was refused, and as the first one.
    fn after_a_refusal(self) -> Draft {
        let wrong = Self { code: CodeForm::Wrong, ..self }.plain();
        let labels = self.labels("valid/members/none", "after-a-refusal");
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        self.named("after-a-refusal", "", Layer::Sequence)
            .request(wrong, &["code/wrong"])
            .request(self.plain(), &labels)
            .relation(vec![self.plain()], Delivery::Whole)
    }
}
