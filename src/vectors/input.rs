//! The inputs of the vectors: clients, names and secrets, each with what is special about it.

use super::flag::Flag;

/// An app client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client {
    pub(super) id: &'static str,
    pub(super) secret: &'static str,
}

/// The client of SH-002.
pub(super) const SHORT: Client = Client { id: "123abd", secret: "clientSecret" };
/// The client of SH-003, of the form that AWS gives them.
pub(super) const REAL: Client = Client {
    id: "18u8119jgbpr464n28s1itk2mq",
    secret: "ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b",
};
/// Another client of the same form, invented.
pub(super) const OTHER: Client = Client {
    id: "5k2v9qf0n7m3c1x8b6z4l0j9hd",
    secret: "1a0m3uv5q8r2k7d4w6x9c1b3n5z7l8j0h2g4f6s8p1o3i5u7y9t",
};

/// Usernames, each with what is special about it: the inputs of valid tests and of the mistakes alike.
pub(super) const USERNAMES: &[(&str, Flag, &str)] = &[
    ("an ordinary name", Flag::Pseudorandom, "john.doe"),
    ("mixed case", Flag::CaseMapping, "Jane.Doe"),
    ("an e-mail address", Flag::SpecialCharacter, "jane.doe@example.com"),
    ("an address with a tag", Flag::SpecialCharacter, "jane+tag@example.com"),
    ("a phone number", Flag::SpecialCharacter, "+12065550100"),
    ("a UUID", Flag::ReservedWord, "7b0c6a1e-3f52-4d8a-9a41-5d3f0e2b7c11"),
    ("a UUID in upper case", Flag::CaseMapping, "7B0C6A1E-3F52-4D8A-9A41-5D3F0E2B7C11"),
    ("a federated name", Flag::SpecialCharacter, "Google_109876543210987654321"),
    ("digits", Flag::ReservedWord, "01234567890"),
    ("a zero", Flag::ReservedWord, "0"),
    ("an exponent", Flag::ReservedWord, "1e5"),
    ("null", Flag::ReservedWord, "null"),
    ("undefined", Flag::ReservedWord, "undefined"),
    ("true", Flag::ReservedWord, "true"),
    ("a property of every object", Flag::ReservedWord, "__proto__"),
    ("quotation mark and reverse solidus", Flag::SpecialCharacter, "a\"b\\c"),
    ("apostrophe", Flag::SpecialCharacter, "o'brien"),
    ("dollar and braces", Flag::SpecialCharacter, "${HOME}"),
    ("format characters", Flag::SpecialCharacter, "100%s%n"),
    ("a percent-encoded letter", Flag::SpecialCharacter, "caf%C3%A9"),
    ("an escape of JSON as text", Flag::SpecialCharacter, "caf\\u00e9"),
    ("an entity of HTML", Flag::SpecialCharacter, "a&amp;b"),
    ("comma, colon, semicolon", Flag::SpecialCharacter, "a,b:c;d"),
    ("solidus and dots", Flag::SpecialCharacter, "../../etc"),
    ("back quotes", Flag::SpecialCharacter, "`id`"),
    ("an option of a command", Flag::SpecialCharacter, "-n"),
    ("Latin letters, composed", Flag::NonAscii, "Zo\u{eb}.M\u{fc}ller"),
    ("Latin letters, decomposed", Flag::CombiningMark, "Zoe\u{308}.Mu\u{308}ller"),
    ("accents, composed", Flag::NonAscii, "caf\u{e9}"),
    ("accents, decomposed", Flag::CombiningMark, "cafe\u{301}"),
    ("a ring above, composed", Flag::NonAscii, "\u{c5}ngstr\u{f6}m"),
    ("Hangul syllables", Flag::NonAscii, "\u{d55c}\u{ad6d}\u{c5b4}"),
    ("Hangul letters", Flag::NonAscii, "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}\u{110b}\u{1165}"),
    ("sharp s", Flag::CaseMapping, "Stra\u{df}e"),
    ("dotted capital I", Flag::CaseMapping, "\u{130}stanbul"),
    ("dotless i", Flag::CaseMapping, "\u{131}rmak"),
    ("final sigma", Flag::CaseMapping, "\u{39f}\u{394}\u{3a5}\u{3a3}\u{3a3}\u{395}\u{3a5}\u{3a3}"),
    ("a ligature", Flag::CaseMapping, "\u{fb01}sh"),
    ("Greek", Flag::NonAscii, "\u{3b1}\u{3b2}\u{3b3}"),
    ("Cyrillic", Flag::NonAscii, "\u{438}\u{432}\u{430}\u{43d}"),
    ("Hebrew", Flag::NonAscii, "\u{5d3}\u{5d5}\u{5d3}"),
    ("Arabic", Flag::NonAscii, "\u{645}\u{62d}\u{645}\u{62f}"),
    ("Devanagari with vowel signs", Flag::CombiningMark, "\u{928}\u{92e}\u{938}\u{94d}\u{924}\u{947}"),
    ("Thai with tone marks", Flag::CombiningMark, "\u{e19}\u{e49}\u{e33}"),
    ("Han", Flag::NonAscii, "\u{6f22}\u{5b57}"),
    ("full-width letters", Flag::NonAscii, "\u{ff4a}\u{ff4f}\u{ff48}\u{ff4e}"),
    ("Arabic-Indic digits", Flag::NonAscii, "\u{661}\u{662}\u{663}"),
    ("a currency symbol", Flag::NonAscii, "\u{20ac}uro"),
    ("typographic quotes", Flag::NonAscii, "\u{201c}x\u{201d}"),
    ("what Windows-1252 has at 0x80 to 0x9f", Flag::NonAscii, "\u{160}imon\u{2026}"),
    ("marks stacked on one letter", Flag::CombiningMark, "z\u{301}\u{323}\u{336}\u{327}"),
    ("marks in either order", Flag::CombiningMark, "q\u{307}\u{323}"),
    ("a mark at the start", Flag::CombiningMark, "\u{301}a"),
    ("an emoji", Flag::Astral, "\u{1f600}"),
    ("an emoji with a skin tone", Flag::Astral, "\u{1f44d}\u{1f3fd}"),
    ("a flag of two letters", Flag::Astral, "\u{1f1e9}\u{1f1ea}"),
    ("mathematical letters", Flag::Astral, "\u{1d4d0}\u{1d4ea}"),
    ("Gothic", Flag::Astral, "\u{10330}\u{10331}"),
    ("a rare ideograph", Flag::Astral, "\u{20bb7}\u{91ce}\u{5bb6}"),
    ("the last letter of the basic plane and an astral one", Flag::Astral, "\u{ffdc}\u{10000}"),
];

/// Names that no request can hold, and what of the published pattern they break. The hash is defined all the same.
pub(super) const OUTSIDE: &[(&str, &str)] = &[
    ("no username", ""),
    ("a space inside", "john doe"),
    ("a space in front", " john"),
    ("a space behind", "john "),
    ("a tab", "john\tdoe"),
    ("a line feed behind", "john\n"),
    ("carriage return and line feed behind", "john\r\n"),
    ("a NUL behind", "john\0"),
    ("a NUL inside", "john\0doe"),
    ("a no-break space", "john\u{a0}doe"),
    ("a zero-width space", "john\u{200b}doe"),
    ("a byte order mark", "\u{feff}john"),
    ("a family of emoji, joined", "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}"),
    ("a right-to-left override", "\u{202e}nhoj"),
    ("a noncharacter", "\u{fffe}john"),
    ("the last code point", "\u{10ffff}"),
];

/// Names whose hashes every mistake is shown on, the first ones first: ASCII, then each kind of character that a
/// mistake may need.
pub(super) const SHOWN_ON: &[&str] = &[
    "Jane.Doe",
    "jane+tag@example.com",
    "caf\u{e9}",
    "Zoe\u{308}.Mu\u{308}ller",
    "a\"b\\c",
    "\u{1f600}",
    "\u{d55c}\u{ad6d}\u{c5b4}",
    "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}\u{110b}\u{1165}",
    "Zo\u{eb}.M\u{fc}ller",
    "\u{20bb7}\u{91ce}\u{5bb6}",
    "john.doe",
    "01234567890",
];

/// Texts that no computation gives, as the unfinished or broken program sends them.
pub(super) const NO_HASHES: &[(&str, &str)] = &[
    ("nothing", ""),
    ("a space", " "),
    ("null as text", "null"),
    ("undefined as text", "undefined"),
    ("None as text", "None"),
    ("an object as text", "[object Object]"),
    ("an unfilled template", "${SECRET_HASH}"),
    ("a promise as text", "[object Promise]"),
    ("one character", "="),
    ("44 equals signs", "============================================"),
    ("44 times the same letter", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ("a word", "secret"),
];

/// Lengths of secrets: around the output and the block of SHA-256, around the length of AWS's own, and far beyond.
pub(super) const SECRET_LENGTHS: &[usize] =
    &[1, 2, 16, 31, 32, 33, 50, 51, 52, 55, 56, 63, 64, 65, 66, 96, 127, 128, 129, 256, 1024];
/// Lengths of usernames: the published bounds and what lies around them, in characters.
pub(super) const USERNAME_LENGTHS: &[usize] = &[1, 2, 63, 64, 65, 127, 128, 129, 256, 2048];
/// Lengths of client ids.
pub(super) const CLIENT_ID_LENGTHS: &[usize] = &[1, 25, 26, 127, 128, 129];
/// Lengths of the whole message where the padding of SHA-256 starts another block, the block of the key included.
pub(super) const MESSAGE_LENGTHS: &[usize] = &[54, 55, 56, 63, 64, 65, 119, 120];
