//! Bodies that are not the JSON text of an object, or are one in a doubtful form, as far as they can be derived for every
//! member and every place. Each has one defect; the rest of the body would confirm the user. What somebody had to think
//! of lies under `corpus/malformed`.

use super::draft::Draft;
use super::payload::{Payload, REQUIRED};
use super::sample::{self, PUBLIC_AND_SECRET, kebab};
use super::suite::Suite;
use super::value::{self, written};
use crate::case::{ClientKind, Layer};
use crate::template::{Segment, Template};

const GROUP: &str = "json";

/// How deep the deep bodies are.
const DEPTH: usize = 10_000;

pub(super) fn cases(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        strings(suite, client);
        truncated(suite, client);
    }
    encodings(suite);
    numbers(suite);
    deep(suite);
    duplicates(suite);
}

/// The name of the member's value in a template.
fn placeholder(member: &str) -> &'static str {
    match member {
        "ClientId" => "${client_id}",
        "Username" => "${username}",
        "SecretHash" => "${secret_hash}",
        _ => "${code}",
    }
}

/// A payload with `json` as the value of `member`; `@` stands for the right value, without quotes.
fn with_json(client: ClientKind, member: &str, json: &str) -> Payload {
    Payload::base(client).with(member, written(&json.replace('@', placeholder(member))))
}

/// The only defects recorded at Cognito itself (SER-020): a quote or a backslash that nobody escaped.
fn strings(suite: &mut Suite, client: ClientKind) {
    for member in REQUIRED {
        let slug = kebab(member);
        for (at, json) in [("leading", r#"""@""#), ("inner", r#""a"@""#), ("trailing", r#""@"""#)] {
            let payload = with_json(client, member, json);
            let defect = format!("unescaped-quote-{member}");
            push(suite, client, &format!("unescaped-quote-{slug}-{at}"), (payload.template(), &defect));
        }
        for (what, json) in [
            ("trailing", r#""@\""#),
            ("percent", r#""@\%""#),
            ("x", r#""@\x41""#),
            ("upper-n", r#""@\N""#),
            ("apostrophe", r#""@\'""#),
            ("short-u", r#""@\u12""#),
            ("no-hex-u", r#""@\uZZZZ""#),
            ("braced-u", r#""@\u{41}""#),
            ("upper-u", r#""@\U0041""#),
            ("octal", r#""@\101""#),
        ] {
            let defect = format!("bad-escape-{member}");
            let payload = with_json(client, member, json);
            push(suite, client, &format!("bad-escape-{slug}-{what}"), (payload.template(), &defect));
        }
    }
    for (name, c) in [
        ("line-feed", '\n'),
        ("carriage-return", '\r'),
        ("tab", '\t'),
        ("nul", '\0'),
        ("escape", '\u{1b}'),
        ("unit-separator", '\u{1f}'),
    ] {
        for member in ["Username", "ConfirmationCode"] {
            let payload = with_json(client, member, &format!("\"@{c}\""));
            let defect = format!("raw-control-{name}");
            push(
                suite,
                client,
                &format!("raw-control-{name}-{}", kebab(member)),
                (payload.template(), &defect),
            );
        }
    }
}

/// The body cut after each token, counted from the member it happens in.
fn truncated(suite: &mut Suite, client: ClientKind) {
    let order: Vec<&str> = match client {
        ClientKind::Secret => vec!["ClientId", "SecretHash", "Username", "ConfirmationCode"],
        _ => REQUIRED.to_vec(),
    };
    let mut before = String::from("{");
    cut(suite, client, "after-brace", &before);
    for (i, member) in order.iter().enumerate() {
        let slug = kebab(member);
        if i > 0 {
            cut(suite, client, &format!("after-value-before-{slug}"), &before);
            before.push(',');
            cut(suite, client, &format!("after-comma-before-{slug}"), &before);
        }
        let half: String = member.chars().take(3).collect();
        let value = placeholder(member);
        cut(suite, client, &format!("in-name-{slug}"), &format!("{before}\"{half}"));
        cut(suite, client, &format!("after-name-{slug}"), &format!("{before}\"{member}\""));
        cut(suite, client, &format!("after-colon-{slug}"), &format!("{before}\"{member}\":"));
        cut(suite, client, &format!("after-quote-{slug}"), &format!("{before}\"{member}\":\""));
        cut(suite, client, &format!("in-value-{slug}"), &format!("{before}\"{member}\":\"{value}"));
        before = format!("{before}\"{member}\":\"{value}\"");
    }
    cut(suite, client, "before-last-brace", &before);
    for (place, tail) in [
        ("in-literal", r#","ForceAliasCreation":tru"#),
        ("in-map", r#","ClientMetadata":{"a":"b""#),
        ("after-map", r#","ClientMetadata":{"a":"b"}"#),
        ("in-array", r#","Unknown":[1,"#),
        ("in-escape", r#","Unknown":"\"#),
        ("in-unicode-escape", r#","Unknown":"\u00"#),
        ("in-surrogate-pair", r#","Unknown":"\ud83d\"#),
        ("in-number", r#","Unknown":1e"#),
    ] {
        cut(suite, client, place, &format!("{before}{tail}"));
    }
}

fn cut(suite: &mut Suite, client: ClientKind, place: &str, text: &str) {
    push(suite, client, &format!("truncated-{place}"), (written(text), &format!("truncated-{place}")));
}

/// Text in UTF-16. Bound values cannot be widened, so the body names nothing that exists: a subject that reads UTF-16
/// shows by what it answers that it read the names.
fn utf16(text: &str, little: bool, mark: bool) -> Template {
    let unit = |unit: u16| {
        if little { unit.to_le_bytes() } else { unit.to_be_bytes() }
    };
    let mut bytes: Vec<u8> = Vec::new();
    if mark {
        bytes.extend(unit(0xfeff));
    }
    bytes.extend(text.encode_utf16().flat_map(unit));
    Template::literal(bytes)
}

fn encodings(suite: &mut Suite) {
    let client = ClientKind::Public;
    let text = r#"{"ClientId":"1example23456789","Username":"cs-nobody","ConfirmationCode":"123456"}"#;
    for (name, little, mark, defect) in [
        ("utf-16le", true, false, "utf-16le"),
        ("utf-16be", false, false, "utf-16be"),
        ("utf-16le-with-mark", true, true, "utf-16le"),
        ("utf-16be-with-mark", false, true, "utf-16be"),
    ] {
        push(suite, client, name, (utf16(text, little, mark), defect));
    }
    for (place, path) in [
        ("client-id", "ClientId"),
        ("username", "Username"),
        ("code", "ConfirmationCode"),
        ("metadata-key", "ClientMetadata.key"),
        ("metadata-value", "ClientMetadata.value"),
        ("unknown-member", "Unknown"),
    ] {
        for (what, bytes, defect) in [
            ("lone-ff", b"\xff".as_slice(), format!("invalid-utf8-{place}")),
            ("lone-continuation", b"\x80", format!("invalid-utf8-{place}")),
            ("cut-sequence", b"\xe6\xbc", format!("invalid-utf8-{place}")),
            ("latin-1", b"\xe9", format!("invalid-utf8-{place}")),
            ("encoded-surrogate", b"\xed\xa0\x80", format!("invalid-utf8-{place}")),
            ("beyond-unicode", b"\xf4\x90\x80\x80", format!("invalid-utf8-{place}")),
            ("overlong-slash", b"\xc0\xaf", "overlong-utf8".to_owned()),
            ("overlong-nul", b"\xc0\x80", "overlong-utf8".to_owned()),
            ("lone-surrogate-high", br"\ud800", format!("lone-surrogate-{place}")),
            ("lone-surrogate-low", br"\udc00", format!("lone-surrogate-{place}")),
            ("surrogates-swapped", br"\udc00\ud800", format!("lone-surrogate-{place}")),
        ] {
            let inner = value::concat([value::raw("\"a"), Template::literal(bytes), value::raw("\"")]);
            let body = sample::place(client, path, inner).template();
            push(suite, client, &format!("{what}-{place}"), (body, &defect));
        }
    }
}

fn numbers(suite: &mut Suite) {
    for (name, json, defect) in [
        ("nan", "NaN", "nan"),
        ("nan-signed", "-NaN", "nan"),
        ("infinity", "Infinity", "infinity"),
        ("infinity-negative", "-Infinity", "infinity"),
        ("number-out-of-range", "1e400", "number-out-of-range"),
        ("number-out-of-range-negative", "-1e400", "number-out-of-range"),
        ("number-out-of-range-long-exponent", "1e99999999999", "number-out-of-range"),
        ("leading-zero", "0123", "leading-zero-number"),
        ("leading-zero-negative", "-012", "leading-zero-number"),
        ("leading-zero-fraction", "00.5", "leading-zero-number"),
    ] {
        for member in ["Unknown", "ForceAliasCreation"] {
            let payload = Payload::base(ClientKind::Public).with(member, value::raw(json));
            let mut labels = vec![format!("json/{defect}")];
            if member != "Unknown" && defect == "number-out-of-range" {
                labels.push("wrong-type/ForceAliasCreation/number".to_owned());
            }
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            let id = format!("{name}-in-{}-public", kebab(member));
            suite.push(Draft::new(GROUP, &id, Layer::JsonText).payload(&payload, &labels));
        }
    }
}

fn repeat(unit: &str, times: usize) -> Template {
    Template(vec![Segment::Repeat { unit: unit.as_bytes().to_vec(), times }])
}

fn deep(suite: &mut Suite) {
    for depth in [200, DEPTH] {
        let arrays = value::concat([repeat("[", depth), repeat("]", depth)]);
        let objects = value::concat([repeat("{\"a\":", depth), value::raw("1"), repeat("}", depth)]);
        for (kind, nested) in [("deep-arrays", arrays), ("deep-objects", objects)] {
            let body = Payload::base(ClientKind::Public).and("Unknown", nested).template();
            push(suite, ClientKind::Public, &format!("{kind}-{depth}-in-unknown-member"), (body, kind));
        }
    }
    let open = repeat("[", DEPTH * 10);
    push(suite, ClientKind::Public, "truncated-in-100000-arrays", (open, "truncated-in-deep-arrays"));
    let open = repeat("{\"a\":", DEPTH * 10);
    push(suite, ClientKind::Public, "truncated-in-100000-objects", (open, "truncated-in-deep-objects"));
}

fn duplicates(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        let base = Payload::base(client);
        let members: Vec<&str> = base.names().collect();
        for member in members {
            let right = base.value(member).cloned().unwrap_or_default();
            let other = || value::text("cs0000000000000000000000");
            for (name, payload, defect) in [
                ("same", base.clone().and(member, right.clone()), "same"),
                ("wrong-last", base.clone().and(member, other()), "different"),
                ("wrong-first", base.clone().after(member, other()), "different"),
                ("null-last", base.clone().and(member, value::raw("null")), "different"),
            ] {
                let id = format!("duplicate-{name}-{}", kebab(member));
                push(suite, client, &id, (payload.template(), &format!("duplicate-{defect}-{member}")));
            }
        }
        let map = value::raw(r#"{"k":"1","k":"2"}"#);
        let payload = base.clone().with("ClientMetadata", map);
        let defect = "duplicate-different-ClientMetadata.key";
        push(suite, client, "duplicate-client-metadata.key", (payload.template(), defect));
    }
}

fn push(suite: &mut Suite, client: ClientKind, name: &str, (body, defect): (Template, &str)) {
    suite.push(
        Draft::new(GROUP, &format!("{name}-{client}"), Layer::JsonText)
            .client(client)
            .body(body, &[&format!("json/{defect}")]),
    );
}
