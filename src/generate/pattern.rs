//! Characters that the published patterns leave out. `\w`, `\d` and `\s` are ASCII in AWS's dialect; a character that
//! only a Unicode reading of them would allow or refuse is labelled `non-ascii-…`, since no answer to it is attested.

use super::draft::Draft;
use super::payload::Payload;
use super::sample::{PUBLIC_AND_SECRET, kebab};
use super::suite::Suite;
use super::value;
use crate::case::{ClientKind, Layer};
use crate::secret_hash::HashForm;
use crate::template::{Binding, CodeForm, Escaping, Template};

const GROUP: &str = "pattern";

pub(super) fn cases(suite: &mut Suite) {
    ascii(suite);
    code_white_space(suite);
    username_categories(suite);
    look_alikes(suite);
    several(suite);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Leading,
    Inner,
    Trailing,
}

impl Position {
    const ALL: [Self; 3] = [Self::Leading, Self::Inner, Self::Trailing];

    const fn name(self) -> &'static str {
        match self {
            Self::Leading => "leading",
            Self::Inner => "inner",
            Self::Trailing => "trailing",
        }
    }

    /// The right value with `text` at this position, so that a subject that trims or strips would accept it.
    fn place(self, member: &str, text: &str) -> Template {
        let binding = match member {
            "ClientId" => Binding::ClientId,
            "Username" => Binding::Username,
            "SecretHash" => Binding::SecretHash(HashForm::Right),
            _ => Binding::Code(CodeForm::Right),
        };
        match (self, member) {
            (Self::Leading, _) => value::around(text, binding, ""),
            (Self::Trailing, _) => value::around("", binding, text),
            (Self::Inner, "ConfirmationCode") => value::concat([
                value::raw("\""),
                value::inside(Binding::Code(CodeForm::FirstOnly), Escaping::Json),
                Template::literal(crate::template::json_escape(text)),
                value::inside(Binding::Code(CodeForm::CutFirst), Escaping::Json),
                value::raw("\""),
            ]),
            (Self::Inner, _) => value::around(&format!("a{text}"), binding, ""),
        }
    }
}

/// The name of an ASCII character in labels and ids.
fn ascii_name(c: char) -> String {
    const NAMES: [(char, &str); 38] = [
        ('\t', "tab"),
        ('\n', "line-feed"),
        ('\u{b}', "vertical-tab"),
        ('\u{c}', "form-feed"),
        ('\r', "carriage-return"),
        (' ', "space"),
        ('!', "exclamation-mark"),
        ('"', "quotation-mark"),
        ('#', "number-sign"),
        ('$', "dollar"),
        ('%', "percent"),
        ('&', "ampersand"),
        ('\'', "apostrophe"),
        ('(', "left-parenthesis"),
        (')', "right-parenthesis"),
        ('*', "asterisk"),
        ('+', "plus"),
        (',', "comma"),
        ('-', "hyphen"),
        ('.', "full-stop"),
        ('/', "solidus"),
        (':', "colon"),
        (';', "semicolon"),
        ('<', "less-than"),
        ('=', "equals"),
        ('>', "greater-than"),
        ('?', "question-mark"),
        ('@', "at"),
        ('[', "left-bracket"),
        ('\\', "reverse-solidus"),
        (']', "right-bracket"),
        ('^', "circumflex"),
        ('`', "grave"),
        ('{', "left-brace"),
        ('|', "vertical-line"),
        ('}', "right-brace"),
        ('~', "tilde"),
        ('\u{7f}', "delete"),
    ];
    NAMES
        .iter()
        .find(|(named, _)| *named == c)
        .map_or_else(|| format!("u{:04x}", u32::from(c)), |(_, name)| (*name).to_owned())
}

/// Every ASCII character outside `[\w+]` and `[\w+=/]`, one a case.
fn ascii(suite: &mut Suite) {
    for c in (0..=0x7f_u8).map(char::from) {
        let word = c.is_ascii_alphanumeric() || c == '_' || c == '+';
        if !word {
            one(suite, ClientKind::Public, ("ClientId", Position::Trailing), &c.to_string(), &ascii_name(c));
        }
        if !word && c != '=' && c != '/' {
            one(
                suite,
                ClientKind::Secret,
                ("SecretHash", Position::Trailing),
                &c.to_string(),
                &ascii_name(c),
            );
        }
    }
    for c in [' ', '\n', '-', '"', '\0'] {
        let (text, name) = (c.to_string(), ascii_name(c));
        for position in [Position::Leading, Position::Inner] {
            one(suite, ClientKind::Public, ("ClientId", position), &text, &name);
            one(suite, ClientKind::Secret, ("ClientId", position), &text, &name);
            one(suite, ClientKind::Secret, ("SecretHash", position), &text, &name);
        }
    }
}

fn code_white_space(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        for c in [' ', '\t', '\n', '\u{b}', '\u{c}', '\r'] {
            for position in Position::ALL {
                one(suite, client, ("ConfirmationCode", position), &c.to_string(), &ascii_name(c));
            }
        }
        let payload = Payload::base(client).with("ConfirmationCode", value::text("  "));
        push(suite, client, ("confirmation-code-space-alone", &payload), &["pattern/ConfirmationCode/space"]);
    }
}

/// The categories that `[\p{L}\p{M}\p{S}\p{N}\p{P}]+` leaves out. Noncharacters stand for the unassigned ones: they
/// stay unassigned in every version of Unicode.
const LEFT_OUT: &[(&str, &[char])] = &[
    (
        "zs",
        &[
            ' ', '\u{a0}', '\u{1680}', '\u{2000}', '\u{2001}', '\u{2002}', '\u{2003}', '\u{2004}',
            '\u{2005}', '\u{2006}', '\u{2007}', '\u{2008}', '\u{2009}', '\u{200a}', '\u{202f}', '\u{205f}',
            '\u{3000}',
        ],
    ),
    ("zl", &['\u{2028}']),
    ("zp", &['\u{2029}']),
    ("cc", &['\0', '\t', '\n', '\r', '\u{1b}', '\u{7f}', '\u{85}', '\u{9f}']),
    ("cf", &['\u{ad}', '\u{200b}', '\u{200d}', '\u{202e}', '\u{2060}', '\u{feff}', '\u{e0001}']),
    ("co", &['\u{e000}', '\u{f8ff}', '\u{f0000}', '\u{10fffd}']),
    ("cn", &['\u{ffff}', '\u{fdd0}', '\u{10ffff}']),
];

fn username_categories(suite: &mut Suite) {
    for (category, characters) in LEFT_OUT {
        for c in *characters {
            for position in Position::ALL {
                let class = format!("{category}-u{:04x}-{}", u32::from(*c), position.name());
                username(suite, ClientKind::Public, position, (*c, &class));
            }
        }
        if let Some(c) = characters.first() {
            let class = format!("{category}-u{:04x}-inner", u32::from(*c));
            username(suite, ClientKind::Secret, Position::Inner, (*c, &class));
        }
    }
    // Every other control character once.
    let controls = (0..=0x1f_u8).chain(0x7f..=0x9f).map(char::from);
    for c in controls.filter(|c| !LEFT_OUT.iter().any(|(_, listed)| listed.contains(c))) {
        let class = format!("cc-u{:04x}-inner", u32::from(c));
        username(suite, ClientKind::Public, Position::Inner, (c, &class));
    }
}

fn username(suite: &mut Suite, client: ClientKind, position: Position, (c, class): (char, &str)) {
    let payload = Payload::base(client).with("Username", position.place("Username", &c.to_string()));
    let name = format!("username-{class}");
    push(suite, client, (&name, &payload), &[&format!("pattern/Username/{class}")]);
}

/// Outside ASCII, and of the kinds that a Unicode `\w` takes.
const WORD: [(&str, char); 8] = [
    ("latin-e-acute", '\u{e9}'),
    ("cyrillic-a", '\u{430}'),
    ("full-width-a", '\u{ff41}'),
    ("arabic-indic-digit", '\u{661}'),
    ("full-width-digit", '\u{ff11}'),
    ("full-width-plus", '\u{ff0b}'),
    ("combining-acute", '\u{301}'),
    ("astral-letter", '\u{1d4ea}'),
];

/// Outside `[ \t\n\x0b\f\r]`, and white space or close to it in Unicode.
const SPACE: [(&str, char); 10] = [
    ("next-line", '\u{85}'),
    ("no-break-space", '\u{a0}'),
    ("ogham-space", '\u{1680}'),
    ("em-space", '\u{2003}'),
    ("line-separator", '\u{2028}'),
    ("paragraph-separator", '\u{2029}'),
    ("narrow-no-break-space", '\u{202f}'),
    ("ideographic-space", '\u{3000}'),
    ("zero-width-space", '\u{200b}'),
    ("information-separator", '\u{1c}'),
];

/// Characters that a Unicode reading of `\w` or `\s` takes otherwise than an ASCII one.
fn look_alikes(suite: &mut Suite) {
    for (what, c) in WORD {
        let (text, class) = (c.to_string(), format!("non-ascii-{what}"));
        one(suite, ClientKind::Public, ("ClientId", Position::Trailing), &text, &class);
        one(suite, ClientKind::Secret, ("SecretHash", Position::Trailing), &text, &class);
    }
    for (what, c) in SPACE {
        for position in [Position::Leading, Position::Trailing] {
            let class = format!("non-ascii-{what}");
            one(suite, ClientKind::Public, ("ConfirmationCode", position), &c.to_string(), &class);
        }
    }
}

/// Pattern and length, or two patterns, at once (VAL-011).
fn several(suite: &mut Suite) {
    for client in PUBLIC_AND_SECRET {
        let base = || Payload::base(client);
        let bad_client = value::around("", Binding::ClientId, "!");
        let bad_code = value::around(" ", Binding::Code(CodeForm::Right), "");
        let bad_user = value::around("", Binding::Username, " ");
        let payload = base().with("ClientId", bad_client.clone()).with("Username", bad_user.clone());
        let labels = ["pattern/ClientId/exclamation-mark", "pattern/Username/zs-u0020-trailing"];
        push(suite, client, ("several-client-id+username", &payload), &labels);
        let payload = base().with("Username", bad_user.clone()).with("ConfirmationCode", bad_code.clone());
        let labels = ["pattern/Username/zs-u0020-trailing", "pattern/ConfirmationCode/space"];
        push(suite, client, ("several-username+code", &payload), &labels);
        let payload =
            base().with("ClientId", bad_client).with("Username", bad_user).with("ConfirmationCode", bad_code);
        let labels = [
            "pattern/ClientId/exclamation-mark",
            "pattern/Username/zs-u0020-trailing",
            "pattern/ConfirmationCode/space",
        ];
        push(suite, client, ("several-required", &payload), &labels);
        let payload = base().with("ClientId", value::repeated("!", 129));
        let labels = ["pattern/ClientId/exclamation-mark", "too-long/ClientId/129"];
        push(suite, client, ("several-client-id-and-length", &payload), &labels);
        let payload = base().with("Username", value::repeated(" ", 129));
        let labels = ["pattern/Username/zs-u0020-inner", "too-long/Username/129"];
        push(suite, client, ("several-username-and-length", &payload), &labels);
        let payload = base().with("ConfirmationCode", value::repeated(" ", 2049));
        let labels = ["pattern/ConfirmationCode/space", "too-long/ConfirmationCode/2049"];
        push(suite, client, ("several-code-and-length", &payload), &labels);
        let payload = base().with("SecretHash", value::repeated("!", 129));
        let labels = ["pattern/SecretHash/exclamation-mark", "too-long/SecretHash/129"];
        push(suite, client, ("several-secret-hash-and-length", &payload), &labels);
    }
}

fn one(suite: &mut Suite, client: ClientKind, (member, position): (&str, Position), text: &str, class: &str) {
    let payload = Payload::base(client).with(member, position.place(member, text));
    let name = format!("{}-{class}-{}", kebab(member), position.name());
    push(suite, client, (&name, &payload), &[&format!("pattern/{member}/{class}")]);
}

fn push(suite: &mut Suite, client: ClientKind, (name, payload): (&str, &Payload), labels: &[&str]) {
    suite.push(
        Draft::new(GROUP, &format!("{name}-{client}"), Layer::Constraint)
            .client(client)
            .payload(payload, labels),
    );
}
