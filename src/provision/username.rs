//! Chooses usernames: unique in a run, the same for the same seed, in the form that a case asks for.

use super::ProvisionError;
use crate::case::Username;
use crate::secret_hash::{Secret, secret_hash};
use crate::seed::Seed;
use crate::subject::UsernameStyle;

/// The characters of the unique part: lower case only, so that a change of case never makes two names equal.
const ALPHABET: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// The length of the unique part: 80 bits.
pub(super) const UNIQUE_LENGTH: usize = 16;
/// What makes a name an e-mail address; the domain is reserved for examples (RFC 2606).
pub(super) const MAIL_DOMAIN: &str = "@example.com";
/// How many names are tried until the secret hash contains the wanted character.
const HASH_ATTEMPTS_MAX: u32 = 10_000;

/// The app client that a name is chosen for.
#[derive(Debug, Clone, Copy)]
pub(super) struct NameFor<'a> {
    pub(super) style: UsernameStyle,
    pub(super) client_id: &'a str,
    pub(super) client_secret: Option<&'a Secret>,
}

/// A part that no other seed gives.
pub(super) fn unique(seed: Seed) -> String {
    seed.rng().text(ALPHABET, UNIQUE_LENGTH)
}

/// The name of a user.
pub(super) fn choose(username: &Username, seed: Seed, target: NameFor<'_>) -> Result<String, ProvisionError> {
    let unique = unique(seed);
    match username {
        Username::Plain => Ok(shaped(format!("cs-{unique}"), target.style)),
        Username::MixedCase => Ok(shaped(format!("Cs-{}", alternate_case(&unique)), target.style)),
        Username::HashContains(wanted) => with_hash(*wanted, &unique, target),
        Username::Starting(text) => match target.style {
            UsernameStyle::Plain => Ok(format!("{text}{unique}")),
            UsernameStyle::Email if is_local_part(text) => Ok(format!("{text}{unique}{MAIL_DOMAIN}")),
            UsernameStyle::Email => Err(not_an_address()),
        },
        Username::Filled { filler, length } => filled(&unique, *filler, *length, target.style),
        Username::Exact(text) if target.style == UsernameStyle::Plain || is_address(text) => Ok(text.clone()),
        Username::Exact(_) => Err(not_an_address()),
    }
}

fn not_an_address() -> ProvisionError {
    ProvisionError::Missing(
        "this subject takes e-mail addresses as usernames only, and the case needs another form".into(),
    )
}

fn shaped(name: String, style: UsernameStyle) -> String {
    match style {
        UsernameStyle::Plain => name,
        UsernameStyle::Email => name + MAIL_DOMAIN,
    }
}

/// Every other letter in upper case.
fn alternate_case(text: &str) -> String {
    let mut upper = false;
    let turn = |c: char| {
        upper ^= c.is_ascii_lowercase();
        if upper { c.to_ascii_uppercase() } else { c }
    };
    text.chars().map(turn).collect()
}

fn with_hash(wanted: char, unique: &str, target: NameFor<'_>) -> Result<String, ProvisionError> {
    let secret = target
        .client_secret
        .ok_or_else(|| ProvisionError::Missing("the app client has no secret to hash with".into()))?;
    let other = if wanted == '+' { '/' } else { '+' };
    (0..HASH_ATTEMPTS_MAX)
        .map(|number| shaped(format!("cs-{unique}-{number}"), target.style))
        .find(|name| {
            let hash = secret_hash(secret, name, target.client_id);
            hash.contains(wanted) && !hash.contains(other)
        })
        .ok_or_else(|| {
            ProvisionError::Missing("no username gives the secret hash that the case needs".into())
        })
}

fn filled(unique: &str, filler: char, length: usize, style: UsernameStyle) -> Result<String, ProvisionError> {
    let (room, tail) = match style {
        UsernameStyle::Plain => (length, ""),
        UsernameStyle::Email => {
            let room = length.saturating_sub(MAIL_DOMAIN.len());
            if room == 0 || !is_local_part(&filler.to_string()) {
                return Err(not_an_address());
            }
            (room, MAIL_DOMAIN)
        }
    };
    let fill = std::iter::repeat_n(filler, room.saturating_sub(unique.len()));
    Ok(unique.chars().take(room).chain(fill).chain(tail.chars()).collect())
}

/// Whether `text` may stand before the `@` of an address (RFC 5321, unquoted, without dots at the ends).
fn is_local_part(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
}

fn is_address(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && is_local_part(local) && domain.contains('.'))
}

/// A password that the default policy takes: 8 characters or more, with upper and lower case, digit and symbol.
pub(super) fn password(seed: Seed) -> Secret {
    Secret::new(format!("Cs1!{}", unique(seed.split("password"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: Seed = Seed(7);

    fn plain<'a>() -> NameFor<'a> {
        NameFor { style: UsernameStyle::Plain, client_id: "c1", client_secret: None }
    }

    #[test]
    fn the_same_seed_gives_the_same_name_and_another_seed_another() {
        let name = |seed| choose(&Username::Plain, seed, plain()).unwrap();
        assert_eq!(name(SEED), name(SEED));
        assert_ne!(name(SEED), name(Seed(8)));
    }

    #[test]
    fn a_mixed_case_name_changes_with_either_change_of_case() {
        let name = choose(&Username::MixedCase, SEED, plain()).unwrap();
        assert!(name != name.to_uppercase() && name != name.to_lowercase());
    }

    #[test]
    fn a_name_is_searched_until_its_hash_has_the_character() {
        let secret = Secret::new("s3cr3t");
        for style in [UsernameStyle::Plain, UsernameStyle::Email] {
            let target = NameFor { style, client_id: "c1", client_secret: Some(&secret) };
            for wanted in ['+', '/'] {
                for seed in 0..20 {
                    let name = choose(&Username::HashContains(wanted), Seed(seed), target).unwrap();
                    assert!(secret_hash(&secret, &name, "c1").contains(wanted));
                    assert_eq!(is_address(&name), style == UsernameStyle::Email);
                }
            }
        }
    }

    #[test]
    fn a_filled_name_has_exactly_the_asked_length_in_either_style() {
        for (length, style) in
            [(1, UsernameStyle::Plain), (128, UsernameStyle::Plain), (128, UsernameStyle::Email)]
        {
            let filled = Username::Filled { filler: 'x', length };
            let name = choose(&filled, SEED, NameFor { style, ..plain() }).unwrap();
            assert_eq!(name.chars().count(), length);
        }
        let wide = Username::Filled { filler: '\u{1F600}', length: 30 };
        assert_eq!(choose(&wide, SEED, plain()).unwrap().chars().count(), 30);
    }

    #[test]
    fn a_form_that_no_address_has_is_missing_where_only_addresses_are_taken() {
        let mail = NameFor { style: UsernameStyle::Email, ..plain() };
        for username in [
            Username::Exact("__proto__".into()),
            Username::Starting("a b".into()),
            Username::Filled { filler: 'x', length: 12 },
        ] {
            assert!(choose(&username, SEED, mail).unwrap_err().is_missing());
        }
        assert!(choose(&Username::Starting("a+b".into()), SEED, mail).is_ok());
    }
}
