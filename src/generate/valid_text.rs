//! Valid payloads by their characters: every Unicode general category that the `Username` pattern allows, and any text
//! at all where no pattern is published.

use super::draft::Draft;
use super::payload::Payload;
use super::sample::{self, PUBLIC_AND_SECRET, kebab};
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Fixture, Layer, Username};

const GROUP: &str = "text";

pub(super) fn cases(suite: &mut Suite) {
    categories(suite);
    ascii_punctuation(suite);
    names(suite);
    free_text(suite);
}

/// The categories of `[\p{L}\p{M}\p{S}\p{N}\p{P}]+` (SCH-012), with characters that have had them since Unicode 6 at
/// the latest: one is drawn for each case.
const CATEGORIES: &[(&str, &[char])] = &[
    ("lu", &['A', 'Z', '\u{c9}', '\u{416}', '\u{3a9}', '\u{10400}']),
    ("ll", &['a', '\u{df}', '\u{e9}', '\u{436}', '\u{131}', '\u{1d4ea}']),
    ("lt", &['\u{1c5}', '\u{1c8}', '\u{1cb}', '\u{1f88}']),
    ("lm", &['\u{2b0}', '\u{3005}', '\u{30fc}', '\u{e46}']),
    ("lo", &['\u{5d0}', '\u{627}', '\u{6f22}', '\u{ac00}', '\u{20000}']),
    ("mn", &['\u{301}', '\u{308}', '\u{5b0}', '\u{20d0}', '\u{fe0f}']),
    ("mc", &['\u{903}', '\u{93e}', '\u{bbe}', '\u{1d166}']),
    ("me", &['\u{488}', '\u{489}', '\u{20dd}', '\u{20de}']),
    ("nd", &['0', '9', '\u{660}', '\u{966}', '\u{ff10}', '\u{1d7ce}']),
    ("nl", &['\u{2160}', '\u{16ee}', '\u{3007}', '\u{10140}']),
    ("no", &['\u{b2}', '\u{bd}', '\u{2460}', '\u{10107}']),
    ("pc", &['_', '\u{203f}', '\u{2040}', '\u{ff3f}']),
    ("pd", &['-', '\u{2010}', '\u{2014}', '\u{301c}']),
    ("ps", &['(', '[', '{', '\u{201a}', '\u{3008}']),
    ("pe", &[')', ']', '}', '\u{3009}', '\u{ff09}']),
    ("pi", &['\u{ab}', '\u{2018}', '\u{201c}', '\u{2039}']),
    ("pf", &['\u{bb}', '\u{2019}', '\u{201d}', '\u{203a}']),
    ("po", &['!', '.', '@', '\u{a1}', '\u{3001}', '\u{10100}']),
    ("sm", &['+', '<', '\u{b1}', '\u{2200}', '\u{1d6c1}']),
    ("sc", &['$', '\u{a2}', '\u{20ac}', '\u{ffe5}']),
    ("sk", &['^', '`', '\u{a8}', '\u{2c2}', '\u{1f3fb}']),
    ("so", &['\u{a9}', '\u{ae}', '\u{2603}', '\u{1f600}', '\u{1d100}']),
];

fn categories(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        for (category, characters) in CATEGORIES {
            let name = format!("username-{category}-{client}");
            let mut rng = suite.rng(GROUP, &name);
            let text: String = (0..3).filter_map(|_| rng.pick(characters)).collect();
            username(suite, client, (&name, category), &text);
        }
    }
}

fn ascii_punctuation(suite: &mut Suite) {
    for byte in b'!'..=b'~' {
        let c = char::from(byte);
        if !c.is_ascii_alphanumeric() {
            let name = format!("username-ascii-{byte:02x}-public");
            let text = format!("{c}{c}");
            username(suite, ClientKind::Public, (&name, &format!("ascii-{byte:02x}")), &text);
        }
    }
}

/// What it is, and the text.
const NAMES: &[(&str, &str)] = &[
    ("email-shaped", "first.last+tag@example.com"),
    ("phone-shaped", "+15555550100"),
    ("uuid-shaped", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
    ("null-word", "null"),
    ("proto", "__proto__"),
    ("constructor", "constructor"),
    ("to-string", "toString"),
    ("traversal", "../../../../etc/passwd"),
    ("format", "%s%n{0}${x}"),
    ("markup", "<script>alert(1)</script>"),
    ("sql", "';DROP/**/TABLE/**/users;--"),
    ("quotes", "\"'\"'"),
    ("backslashes", "\\\\n\\"),
    ("json-inside", "{\"Username\":\"x\"}"),
    ("percent-encoded", "%00%2e%2f"),
    ("wildcards", "*?%_"),
    ("arn", "arn:aws:cognito-idp:us-east-1:1:userpool/x"),
    ("composed", "caf\u{e9}"),
    ("decomposed", "cafe\u{301}"),
    ("compatibility", "\u{fb01}\u{2126}\u{212b}"),
    ("right-to-left", "\u{5e9}\u{5dc}\u{5d5}\u{5dd}"),
    ("dotless-i", "I\u{130}\u{131}i"),
    ("sharp-s", "\u{df}\u{1e9e}"),
    ("final-sigma", "\u{3c3}\u{3c2}\u{3a3}"),
    ("emoji-with-skin", "\u{1f44d}\u{1f3fd}"),
    ("flag", "\u{1f1e9}\u{1f1ea}"),
    ("stacked-marks", "z\u{300}\u{301}\u{302}\u{303}\u{308}"),
    ("replacement", "\u{fffd}\u{fffd}"),
    ("leading-mark", "\u{301}a"),
    ("digits", "0123456789"),
];

fn names(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        for (what, text) in NAMES {
            let name = format!("username-{what}-{client}");
            username(suite, client, (&name, what), text);
        }
    }
}

fn username(suite: &mut Suite, client: ClientKind, (name, what): (&str, &str), text: &str) {
    suite.push(
        Draft::new(GROUP, name, Layer::Constraint)
            .fixture(Fixture::unconfirmed(client).with_username(Username::Starting(text.to_owned())))
            .payload(&Payload::base(client), &[&format!("valid/text/Username-{what}")]),
    );
}

/// What it is, and the text; `StringType` has no pattern (SCH-020).
const FREE: &[(&str, &str)] = &[
    ("white-space", " \t\n\r "),
    ("control", "\u{1}\u{8}\u{b}\u{1f}\u{7f}"),
    ("c1-control", "\u{80}\u{85}\u{9f}"),
    ("bidirectional", "\u{202e}abc\u{202c}"),
    ("zero-width", "\u{200b}\u{200d}\u{feff}"),
    ("astral", "\u{1f600}\u{10ffff}"),
    ("quotes", "\"\\/'"),
    ("json-inside", "{\"a\":[1,null]}"),
    ("markup", "<b>&amp;</b>"),
    ("proto", "__proto__"),
    ("private-use", "\u{e000}\u{f8ff}"),
    ("noncharacter", "\u{ffff}\u{fdd0}"),
];

const FREE_PATHS: [&str; 5] = [
    "AnalyticsMetadata.AnalyticsEndpointId",
    "UserContextData.IpAddress",
    "UserContextData.EncodedData",
    "ClientMetadata.key",
    "ClientMetadata.value",
];

fn free_text(suite: &mut Suite) {
    for path in FREE_PATHS {
        for (what, text) in FREE {
            let name = format!("{}-{what}", kebab(path));
            let payload = sample::place(ClientKind::Public, path, value::text(text));
            suite.push(
                Draft::new(GROUP, &name, Layer::JsonShape)
                    .payload(&payload, &[&format!("valid/text/{path}-{what}")]),
            );
        }
    }
}
