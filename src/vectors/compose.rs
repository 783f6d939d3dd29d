//! Makes the vectors: inputs first, then every mistake that a program can make with them.
//!
//! The order is part of the file, since the ids of replayed cases hold the numbers: what is new goes to the end.

use super::file::{ComputedFrom, Group, Note, Outcome, Source, Vector, VectorFile};
use super::flag::Flag;
use super::input::{
    CLIENT_ID_LENGTHS, Client, MESSAGE_LENGTHS, NO_HASHES, OTHER, OUTSIDE, REAL, SECRET_LENGTHS, SHORT,
    SHOWN_ON, USERNAME_LENGTHS, USERNAMES,
};
use super::mistake::{flag_of, outcome_of};
use super::note::note;
use crate::secret_hash::{HashForm, Secret, Stages, stages};
use crate::seed::{Rng, Seed};
use std::collections::{BTreeMap, BTreeSet};

/// How many tests show one mistake, where there are as many inputs that do.
const SHOWN_PER_MISTAKE: usize = 4;
/// How many tests have random inputs.
const RANDOM_TESTS: usize = 24;
const LOWER_AND_DIGITS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const WORD: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+";
const NAME: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+@!#$%";

/// The vectors.
pub fn compose() -> VectorFile {
    let mut composer = Composer { next: 1, seen: BTreeSet::new(), groups: Vec::new() };
    published(&mut composer);
    lengths(&mut composer);
    characters(&mut composer);
    random(&mut composer);
    mistakes(&mut composer);
    substitutes(&mut composer);
    no_hashes(&mut composer);
    let row = |flag: &Flag| Some((flag.name().to_owned(), note(*flag)?));
    let notes: BTreeMap<String, Note> = Flag::ALL.iter().filter_map(row).collect();
    VectorFile {
        algorithm: "HMACSHA256-BASE64".into(),
        schema: "secret_hash.schema.json".into(),
        number_of_tests: composer.groups.iter().map(|group| group.tests.len()).sum(),
        header: [
            "Test vectors of the SecretHash of Amazon Cognito user pools:",
            "Base64(HMAC-SHA256(key = client secret, message = username + client id)), texts in UTF-8.",
            "Every test has the stages of the right computation, and a candidate that a client sends.",
            "No secret in here is anybody's: they are published examples or invented.",
        ]
        .map(str::to_owned)
        .to_vec(),
        notes,
        test_groups: composer.groups,
    }
}

/// A test under construction.
struct Draft<'a> {
    comment: String,
    flags: Vec<Flag>,
    username: &'a str,
    client_id: &'a str,
    secret: &'a str,
}

impl<'a> Draft<'a> {
    fn new(comment: impl Into<String>, flags: &[Flag], username: &'a str, client: Client) -> Self {
        Self {
            comment: comment.into(),
            flags: flags.to_vec(),
            username,
            client_id: client.id,
            secret: client.secret,
        }
    }
}

/// Numbers the tests and groups them.
struct Composer {
    next: u32,
    /// Inputs and candidate of every test so far: none is there twice.
    seen: BTreeSet<[String; 4]>,
    groups: Vec<Group>,
}

impl Composer {
    fn group(&mut self, name: &str, version: &str, evidence: &[&str], links: &[&str]) {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        self.groups.push(Group {
            kind: "SecretHashTest".into(),
            source: Source {
                name: name.to_owned(),
                version: version.to_owned(),
                evidence: owned(evidence),
                links: owned(links),
            },
            tests: Vec::new(),
        });
    }

    /// Adds a test with the right hash as its candidate.
    fn valid(&mut self, draft: Draft<'_>) {
        self.add(draft, Some(HashForm::Right), None, None);
    }

    /// Adds a test of which nothing but the computation is attested: a program may refuse its inputs.
    fn outside(&mut self, draft: Draft<'_>) {
        self.valid(draft);
        if let Some(vector) = self.groups.last_mut().and_then(|group| group.tests.last_mut()) {
            vector.result = Outcome::Acceptable;
        }
    }

    /// Adds a test whose candidate has this form; false where that gives the right hash after all, or a test that is
    /// there already.
    fn mistaken(&mut self, draft: Draft<'_>, form: HashForm, instead: Option<ComputedFrom>) -> bool {
        self.add(draft, Some(form), instead, None)
    }

    /// Adds a test with this text as its candidate.
    fn text(&mut self, draft: Draft<'_>, candidate: &str) {
        self.add(draft, None, None, Some(candidate));
    }

    fn add(
        &mut self,
        draft: Draft<'_>,
        form: Option<HashForm>,
        instead: Option<ComputedFrom>,
        text: Option<&str>,
    ) -> bool {
        let Stages { key, message, digest, base64 } =
            stages(&Secret::new(draft.secret), draft.username, draft.client_id);
        let mut flags: Vec<String> = Vec::new();
        for flag in draft.flags.iter().map(|flag| flag.name().to_owned()) {
            if !flags.contains(&flag) {
                flags.push(flag);
            }
        }
        let mut vector = Vector {
            tc_id: self.next,
            comment: draft.comment,
            flags,
            username: draft.username.to_owned(),
            client_id: draft.client_id.to_owned(),
            client_secret: draft.secret.to_owned(),
            key: Stages::hex(&key),
            msg: Stages::hex(&message),
            digest: Stages::hex(&digest),
            base64,
            candidate: text.unwrap_or_default().to_owned(),
            form: form.map(|form| form.name().to_owned()),
            computed_from: instead,
            result: Outcome::Invalid,
        };
        if let Some(candidate) = vector.own_candidate() {
            vector.candidate = candidate;
        }
        let right = vector.candidate == vector.base64;
        if right != (form == Some(HashForm::Right) && vector.computed_from.is_none()) {
            return false;
        }
        vector.result = match form {
            Some(form) if !right && form != HashForm::Right => outcome_of(form),
            _ if right => Outcome::Valid,
            _ => Outcome::Invalid,
        };
        let identity = [
            vector.username.clone(),
            vector.client_id.clone(),
            vector.client_secret.clone(),
            vector.candidate.clone(),
        ];
        if !self.seen.insert(identity) {
            return false;
        }
        self.next += 1;
        if let Some(group) = self.groups.last_mut() {
            group.tests.push(vector);
        }
        true
    }
}

/// The two published outputs, and three from the inputs of the second.
fn published(composer: &mut Composer) {
    let link = "https://github.com/alexrudd/cognito-srp";
    composer.group("alexrudd/cognito-srp: cognitosrp_test.go", "84939afa", &["SH-002"], &[link]);
    composer.valid(Draft::new("published: a test of a library", &[Flag::Published], "test", SHORT));
    let mocks = "simonmcallister0210/cognito-srp-helper: src/__tests__/mocks/data.ts";
    let link = "https://github.com/simonmcallister0210/cognito-srp-helper";
    composer.group(mocks, "0eb942b1", &["SH-003"], &[link]);
    let sub = "a2c2e290-6d0f-4a08-a5ca-f0162935f3a6";
    composer.valid(Draft::new("published: a mock of a library", &[Flag::Published], sub, REAL));
    composer.group(
        &format!("{mocks} (inputs alone; the outputs were computed)"),
        "0eb942b1",
        &["SH-004", "SH-005", "SH-006"],
        &[link],
    );
    for (what, username) in [
        ("a name", "john.doe"),
        ("an e-mail address", "yorej57765@comsb.com"),
        ("a phone number without its plus", "01234567890"),
    ] {
        composer.valid(Draft::new(format!("derived: {what}"), &[Flag::Derived], username, REAL));
    }
}

/// A group of tests that were made here.
fn own(composer: &mut Composer, name: &str) {
    composer.group(&format!("countersign: {name}"), "1", &["SH-001", "SH-025"], &[]);
}

fn lengths(composer: &mut Composer) {
    own(composer, "lengths");
    let mut rng = Seed::DEFAULT.split("vectors/lengths").rng();
    for length in SECRET_LENGTHS {
        let secret = rng.text(WORD, *length);
        let flags: &[Flag] =
            if *length > 64 { &[Flag::SecretLength, Flag::LongSecret] } else { &[Flag::SecretLength] };
        let comment = format!("a secret of {length} bytes");
        composer.valid(Draft { secret: &secret, ..Draft::new(comment, flags, "john.doe", REAL) });
    }
    let empty = Draft::new("an empty secret", &[Flag::EmptySecret], "john.doe", REAL);
    composer.outside(Draft { secret: "", ..empty });
    for length in USERNAME_LENGTHS {
        let username = rng.text(NAME, *length);
        let draft =
            |flags: &[Flag]| Draft::new(format!("a username of {length} characters"), flags, &username, REAL);
        match length {
            1..=128 => composer.valid(draft(&[Flag::UsernameLength])),
            _ => composer.outside(draft(&[Flag::UsernameLength, Flag::OutsideConstraints])),
        }
    }
    let three = "\u{6f22}".repeat(128);
    let comment = "a username of 128 characters of three bytes each";
    composer.valid(Draft::new(comment, &[Flag::UsernameLength, Flag::NonAscii], &three, REAL));
    // 128 code points, 256 units of UTF-16: in which of the two the bound counts is not attested.
    let four = "\u{1f600}".repeat(128);
    let comment = "a username of 128 characters of four bytes each";
    composer.outside(Draft::new(comment, &[Flag::UsernameLength, Flag::Astral], &four, REAL));
    for length in CLIENT_ID_LENGTHS {
        let client_id = rng.text(WORD, *length);
        let outside = (*length > 128).then_some(Flag::OutsideConstraints);
        let flags: Vec<Flag> = [Flag::ClientIdLength].into_iter().chain(outside).collect();
        let draft = Draft::new(format!("a client id of {length} characters"), &flags, "john.doe", REAL);
        let draft = Draft { client_id: &client_id, ..draft };
        if outside.is_some() { composer.outside(draft) } else { composer.valid(draft) }
    }
    for length in MESSAGE_LENGTHS {
        let username = rng.text(NAME, length - REAL.id.len());
        let comment = format!("a message of {length} bytes");
        composer.valid(Draft::new(comment, &[Flag::MessageLength], &username, REAL));
    }
}

fn characters(composer: &mut Composer) {
    own(composer, "characters");
    for (what, flag, username) in USERNAMES {
        composer.valid(Draft::new(*what, &[*flag], username, OTHER));
    }
    for (what, username) in OUTSIDE {
        composer.outside(Draft::new(*what, &[Flag::OutsideConstraints], username, OTHER));
    }
    for (what, secret) in [
        ("a secret with letters beyond ASCII", "gehe\u{ed}mnis"),
        ("a secret with an emoji", "\u{1f511}key"),
        (
            "a long secret beyond ASCII",
            "\u{6f22}\u{5b57}\u{6f22}\u{5b57}\u{6f22}\u{5b57}\u{6f22}\u{5b57}\u{6f22}\u{5b57}\u{6f22}\u{5b57}\u{6f22}\u{5b57}\u{6f22}\u{5b57}\u{6f22}\u{5b57}\u{6f22}\u{5b57}\u{6f22}\u{5b57}",
        ),
    ] {
        let draft = Draft::new(what, &[Flag::NonAsciiSecret], "john.doe", REAL);
        composer.outside(Draft { secret, ..draft });
    }
    for (username, client_id) in [("ab", "cd1"), ("abc", "d1"), ("abcd", "1"), ("a", "bcd1")] {
        let comment = format!("`abcd1` split after {} characters", username.len());
        let draft = Draft::new(comment, &[Flag::AmbiguousSplit], username, SHORT);
        composer.valid(Draft { client_id, ..draft });
    }
    for wanted in ["+", "/", "+/"] {
        let found = (0..1000).map(|number| format!("user{number}")).find(|name| {
            let hash = stages(&Secret::new(OTHER.secret), name, OTHER.id).base64;
            ['+', '/'].iter().all(|c| hash.contains(*c) == wanted.contains(*c))
        });
        if let Some(username) = found {
            let comment = format!("a hash with `{wanted}`");
            composer.valid(Draft::new(comment, &[Flag::Base64Alphabet], &username, OTHER));
        }
    }
}

fn random(composer: &mut Composer) {
    own(composer, "pseudorandom");
    let mut rng = Seed::DEFAULT.split("vectors/pseudorandom").rng();
    let mut text = |alphabet: &[u8], from: usize, to: usize| {
        let length = from + rng.below(to - from + 1);
        Rng::text(&mut rng, alphabet, length)
    };
    for number in 1..=RANDOM_TESTS {
        let (username, client_id) = (text(NAME, 1, 128), text(LOWER_AND_DIGITS, 26, 26));
        let secret = text(LOWER_AND_DIGITS, 48, 52);
        let draft = Draft::new(format!("random inputs {number}"), &[Flag::Pseudorandom], &username, REAL);
        composer.valid(Draft { client_id: &client_id, secret: &secret, ..draft });
    }
}

fn mistakes(composer: &mut Composer) {
    composer.group(
        "countersign: mistakes",
        "1",
        &["SH-001", "SH-020", "SH-021", "SH-022", "SH-023", "SH-025", "SH-026"],
        &[],
    );
    let long =
        Client { secret: "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c2v3b4n5m6q7w8e9r0t1y2u3i4o5p6", ..REAL };
    for form in HashForm::ALL {
        let Some(flag) = flag_of(*form) else { continue };
        let instead = match form {
            HashForm::OtherUser => {
                Some(ComputedFrom { username: Some("someone.else".into()), ..ComputedFrom::default() })
            }
            HashForm::PoolId => Some(ComputedFrom {
                client_id: Some("us-east-1_Ab1Cd2Ef3".into()),
                ..ComputedFrom::default()
            }),
            _ => None,
        };
        let long_too = if *form == HashForm::KeyCut64 { long } else { OTHER };
        let mut shown = 0;
        for (username, client) in
            SHOWN_ON.iter().flat_map(|username| [(username, REAL), (username, long_too)])
        {
            if shown == SHOWN_PER_MISTAKE {
                break;
            }
            // Every other input, so that both clients and all kinds of names are used.
            let comment = form.description().trim_end_matches('.');
            let draft = Draft::new(comment, &[flag], username, client);
            let wanted = (client.id == REAL.id) == (shown % 2 == 0) || *form == HashForm::KeyCut64;
            if wanted && composer.mistaken(draft, *form, instead.clone()) {
                shown += 1;
            }
        }
    }
}

/// Hashes that are right for other inputs than those that are sent.
fn substitutes(composer: &mut Composer) {
    composer.group(
        "countersign: right for something else",
        "1",
        &["SH-001", "SH-022", "SH-024"],
        &["https://github.com/furaiev/amazon-cognito-identity-dart-2/issues/32"],
    );
    let username = |text: &str| ComputedFrom { username: Some(text.to_owned()), ..ComputedFrom::default() };
    let client_id = |text: &str| ComputedFrom { client_id: Some(text.to_owned()), ..ComputedFrom::default() };
    let secret =
        |text: &str| ComputedFrom { client_secret: Some(text.to_owned()), ..ComputedFrom::default() };
    let other = ComputedFrom { client_id: Some(OTHER.id.into()), ..secret(OTHER.secret) };
    let cases: [(&str, Flag, ComputedFrom); 14] = [
        (
            "the user's `sub` was hashed",
            Flag::SubForUsername,
            username("7b0c6a1e-3f52-4d8a-9a41-5d3f0e2b7c11"),
        ),
        ("the user's e-mail address was hashed", Flag::AliasForUsername, username("jane.doe@example.com")),
        ("the user's phone number was hashed", Flag::AliasForUsername, username("+12065550100")),
        ("the user's preferred name was hashed", Flag::AliasForUsername, username("janey")),
        ("for another app client", Flag::OtherClient, other),
        ("with another client's id", Flag::OtherClient, client_id(OTHER.id)),
        ("with another client's secret", Flag::OtherClient, secret(OTHER.secret)),
        ("with the id of the pool", Flag::PoolId, client_id("eu-central-1_A1b2C3d4E")),
        (
            "with the ARN of the pool",
            Flag::PoolId,
            client_id("arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_A1b2C3d4E"),
        ),
        ("for another user", Flag::OtherUser, username("mallory")),
        ("for a user whose name starts alike", Flag::OtherUser, username("Jane.Do")),
        ("for a name with a space behind", Flag::ExtraBytes, username("Jane.Doe ")),
        ("for a name in quotation marks", Flag::ExtraBytes, username("\"Jane.Doe\"")),
        ("for the name under the pool's prefix", Flag::OtherUser, username("us-east-1:Jane.Doe")),
    ];
    for name in ["Jane.Doe", "Zo\u{eb}.M\u{fc}ller"] {
        for (comment, flag, instead) in &cases {
            let draft = Draft::new(*comment, &[*flag], name, REAL);
            if composer.mistaken(draft, HashForm::Right, Some(instead.clone()))
                && matches!(flag, Flag::SubForUsername | Flag::AliasForUsername)
                && let Some(vector) = composer.groups.last_mut().and_then(|group| group.tests.last_mut())
            {
                vector.result = Outcome::Acceptable;
            }
        }
    }
}

fn no_hashes(composer: &mut Composer) {
    own(composer, "no hashes");
    for (what, text) in NO_HASHES {
        composer.text(Draft::new(*what, &[Flag::NotAHash], "john.doe", REAL), text);
    }
}
