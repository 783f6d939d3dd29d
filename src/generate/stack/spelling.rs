//! The same request in another legal form: spelt otherwise, or sent twice in two forms that must be answered the same.

use super::sketch::{Other, Sketch};
use crate::generate::payload::Layout;
use crate::generate::value;
use crate::seed::Rng;
use crate::template::Escaping;
use crate::wire::Delivery;

const SPACES: [&str; 6] = ["", " ", "\t", "\n", "\r", " \r\n\t"];

fn layout(rng: &mut Rng) -> Layout {
    let mut space = || rng.pick(&SPACES).copied().unwrap_or_default();
    Layout { outside: space(), inside: space(), colon: space(), comma: space() }
}

/// `\uXXXX` for every letter of every name that bits say.
fn escaped_names(sketch: &mut Sketch, bits: u64) {
    let names: Vec<String> = sketch.payload.names().map(str::to_owned).collect();
    for (at, name) in names.iter().enumerate().filter(|(_, name)| name.is_ascii() && !name.contains('\\')) {
        if bits >> at & 1 == 1 {
            let spelt: String =
                name.bytes().fold(String::new(), |text, byte| text + &format!("\\u{byte:04x}"));
            let payload = std::mem::take(&mut sketch.payload);
            sketch.payload = payload.renamed(name, &spelt);
        }
    }
}

fn shuffle(sketch: &mut Sketch, rng: &mut Rng) {
    let names: Vec<String> = sketch.payload.names().map(str::to_owned).collect();
    let mut order: Vec<&str> = names.iter().map(String::as_str).collect();
    rng.shuffle(&mut order);
    let payload = std::mem::take(&mut sketch.payload);
    sketch.payload = payload.ordered(&order);
}

pub(super) fn spelling(sketch: &mut Sketch, rng: &mut Rng) {
    if !sketch.take_all(&["spelling", "text"]) {
        return;
    }
    match rng.below(5) {
        // A value that may hold anything, in escapes that need not be.
        4 if sketch.take("ClientMetadata") => {
            let escapes =
                [r"\/", r"\u002F", r"\b\f\n\r\t", r"\ud83d\ude00", r"\uD83D\uDE00", r"\u0000", r"\u00eF"];
            let json = rng.pick(&escapes).copied().unwrap_or(r"\/");
            sketch.set("ClientMetadata", value::raw(&format!("{{\"k\":\"a{json}\"}}")));
        }
        0 | 4 => sketch.layout = layout(rng),
        1 => shuffle(sketch, rng),
        2 => sketch.escaping = Escaping::JsonUnicode,
        _ => {
            // Nothing is found by its name any more.
            sketch.take_each(&["ClientId", "Username", "ConfirmationCode", "SecretHash", "names-of-members"]);
            escaped_names(sketch, rng.next_u64());
        }
    }
    sketch.label("valid/json/drawn");
}

pub(super) fn related(sketch: &mut Sketch, rng: &mut Rng) {
    if !sketch.take_all(&["spelling", "text", "names", "user"]) {
        return;
    }
    let plain = sketch.template();
    let lines = sketch.headers.clone();
    let (name, label, other) = match rng.below(8) {
        0 => {
            shuffle(sketch, rng);
            ("member-order", "valid/json/members-backwards", Other::Body(plain))
        }
        1 => {
            sketch.layout = layout(rng);
            ("white-space", "valid/json/white-space", Other::Body(plain))
        }
        2 => {
            sketch.escaping = Escaping::JsonUnicode;
            ("escaped-values", "valid/json/escaped-values", Other::Body(plain))
        }
        3 => {
            sketch.take_each(&["ClientId", "Username", "ConfirmationCode", "SecretHash"]);
            escaped_names(sketch, rng.next_u64());
            ("escaped-names", "valid/json/escaped-names", Other::Body(plain))
        }
        4 => {
            sketch.headers.reverse();
            ("header-order", "valid/http/header-order", Other::Lines(lines))
        }
        5 => {
            for (name, _) in &mut sketch.headers {
                name.make_ascii_lowercase();
            }
            ("header-name-case", "valid/http/lower-case-names", Other::Lines(lines))
        }
        6 => ("new-connection", "valid/members/none", Other::Delivery(Delivery::NewConnection)),
        _ => ("pieces", "valid/members/none", Other::Delivery(Delivery::Pieces)),
    };
    // What follows must not touch one side alone.
    sketch.take_each(&[
        "ForceAliasCreation",
        "AnalyticsMetadata",
        "UserContextData",
        "ClientMetadata",
        "Session",
        "unknown",
        "method",
        "path",
        "target",
        "content-type",
        "headers",
        "authorization",
        "before",
    ]);
    sketch.take_each(&["ClientId", "Username", "ConfirmationCode", "SecretHash", "name"]);
    sketch.label(label);
    sketch.relation = Some((name, other));
}
