//! The published vectors against an endpoint: the same mistakes and the same characters, with the app client, the secret
//! and the code of the subject. A user's name starts with the name of the vector; what follows makes it unique.

use super::draft::Draft;
use super::payload::Payload;
use super::suite::Suite;
use super::value;
use crate::case::{Case, ClientKind, Fixture, Layer, Username};
use crate::secret_hash::HashForm;
use crate::template::Binding;
use crate::vectors::{Flag, Outcome, Vector, VectorFile, VectorFileError, compose};
use std::sync::LazyLock;

const GROUP: &str = "vector";
/// The longest name that leaves room for a unique part, in UTF-16 units: a username has 128 characters at most.
const NAME_MAX: usize = 64;

static VECTORS: LazyLock<VectorFile> = LazyLock::new(compose);

pub(super) fn cases(suite: &mut Suite) {
    for draft in drafts(&VECTORS, "") {
        suite.push(draft);
    }
}

/// The cases of a file of vectors of the user's: `name` for errors, `stem` before the numbers in the ids.
pub fn vector_cases(stem: &str, name: &str, text: &str) -> Result<Vec<Case>, VectorFileError> {
    let file = VectorFile::parse(name, text)?;
    Ok(drafts(&file, &format!("{stem}-")).map(Draft::build).collect())
}

fn drafts<'a>(file: &'a VectorFile, before: &'a str) -> impl Iterator<Item = Draft> + 'a {
    file.tests().filter_map(move |vector| {
        let (form, label) = replayed(vector)?;
        let payload =
            Payload::base(ClientKind::Secret).with("SecretHash", value::bound(Binding::SecretHash(form)));
        let fixture = Fixture::unconfirmed(ClientKind::Secret)
            .with_username(Username::Starting(vector.username.clone()));
        let name = format!("{before}{:03}-{form}", vector.tc_id);
        Some(Draft::new(GROUP, &name, Layer::SecretHash).fixture(fixture).payload(&payload, &[&label]))
    })
}

/// The form that the vector is replayed with, and its label. A vector is replayed where its mistake can be made with
/// what a run has: not a hash that is right for something else, not one that depends on the length of the secret, and
/// right hashes only for names whose characters are the point, since the name gets a unique part.
fn replayed(vector: &Vector) -> Option<(HashForm, String)> {
    let form = vector.hash_form()?;
    if vector.username.encode_utf16().count() > NAME_MAX {
        return None;
    }
    if form == HashForm::Right {
        let of_characters =
            [Flag::NonAscii, Flag::CombiningMark, Flag::Astral, Flag::CaseMapping, Flag::SpecialCharacter];
        let flagged = |flag: &Flag| vector.flags.iter().any(|name| name == flag.name());
        if vector.result != Outcome::Valid || !of_characters.iter().any(flagged) {
            return None;
        }
    }
    // The hash with a `+` needs a name that is searched for: `secret-hash/plus-as-space`.
    if form == HashForm::PlusAsSpace {
        return None;
    }
    Some((form, label_of(form)?))
}

/// The label of a hash of this form: the constraint where its text always breaks one. Nothing where that hangs on the
/// subject's names and secrets: the url-safe alphabet shows in some hashes only (SH-023), the form of the guide's prose
/// is longer than 128 characters for some names, and only a secret of more than 64 bytes can be cut to 64.
pub(super) fn label_of(form: HashForm) -> Option<String> {
    let broken = |class: &str| Some(format!("pattern/SecretHash/{class}"));
    match form {
        HashForm::Right => Some("valid/members/SecretHash".to_owned()),
        HashForm::UrlSafe | HashForm::ProseOrder | HashForm::KeyCut64 | HashForm::PlusAsSpace => None,
        HashForm::LeadingSpace | HashForm::TrailingSpace => broken("space"),
        HashForm::TrailingNewline => broken("line-feed"),
        HashForm::TrailingCrlf => broken("carriage-return"),
        HashForm::TrailingNul => broken("u0000"),
        HashForm::Quoted => broken("quotation-mark"),
        HashForm::PythonBytes => broken("apostrophe"),
        HashForm::PercentEncoded => broken("percent"),
        _ => Some(format!("secret-hash/{form}")),
    }
}
