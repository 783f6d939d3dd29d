//! Ids, secrets, codes and sessions in the form that AWS gives them, each a function of a seed.

use crate::seed::{Rng, Seed};

const LOWER: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const ALPHANUMERIC: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const URL_SAFE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// How many codes are drawn in search of one that is free in its pool. With every second code in use, all of these
/// draws fail once in 2^64 issues.
const CODE_DRAWS_MAX: usize = 64;

/// `us-east-1_` and nine letters or digits.
pub(super) fn pool_id(seed: Seed) -> String {
    format!("us-east-1_{}", seed.rng().text(ALPHANUMERIC, 9))
}

/// 26 lower-case letters or digits.
pub(super) fn client_id(seed: Seed) -> String {
    seed.rng().text(LOWER, 26)
}

/// 51 lower-case letters or digits.
pub(super) fn client_secret(seed: Seed) -> String {
    seed.rng().text(LOWER, 51)
}

/// An opaque session. The published length is 20 to 4096 characters (SCH-018).
pub(super) fn session(seed: Seed) -> String {
    seed.rng().text(URL_SAFE, 160)
}

/// A UUID (version 4) in lower case (WIRE-013).
pub(super) fn uuid(seed: Seed) -> String {
    let mut rng = seed.rng();
    let high = rng.next_u64() & 0xffff_ffff_ffff_0fff | 0x4000;
    let low = rng.next_u64() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000;
    let digits = (u128::from(high) << 64) | u128::from(low);
    let mut uuid = String::with_capacity(36);
    for place in 0..32_u32 {
        if matches!(place, 8 | 12 | 16 | 20) {
            uuid.push('-');
        }
        let digit = (digits >> (124 - 4 * place)) & 0xf;
        uuid.extend(u32::try_from(digit).ok().and_then(|digit| char::from_digit(digit, 16)));
    }
    uuid
}

/// A confirmation code (SEM-021: six digits) for which `is_free` holds, unless none is found within a limit.
pub(super) fn code(seed: Seed, is_free: impl Fn(u32) -> bool) -> u32 {
    let mut rng = seed.rng();
    let mut last = draw_code(&mut rng);
    for _ in 1..CODE_DRAWS_MAX {
        if is_free(last) {
            break;
        }
        last = draw_code(&mut rng);
    }
    last
}

/// A code that nobody guesses first: never `000000` nor `123456`.
fn draw_code(rng: &mut Rng) -> u32 {
    loop {
        let code = u32::try_from(rng.below(1_000_000)).unwrap_or_default();
        if code != 0 && code != 123_456 {
            return code;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_of(text: &str, alphabet: &[u8], length: usize) -> bool {
        text.len() == length && text.bytes().all(|byte| alphabet.contains(&byte))
    }

    #[test]
    fn ids_have_the_form_that_aws_gives_them() {
        for n in 0..200 {
            let seed = Seed(n);
            let pool = pool_id(seed);
            assert!(is_of(pool.strip_prefix("us-east-1_").unwrap(), ALPHANUMERIC, 9));
            assert!(is_of(&client_id(seed), LOWER, 26));
            assert!(is_of(&client_secret(seed), LOWER, 51));
            assert!(is_of(&session(seed), URL_SAFE, 160));
            let parts: Vec<String> = uuid(seed).split('-').map(str::to_owned).collect();
            assert_eq!(parts.iter().map(String::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
            assert!(parts.iter().all(|part| is_of(part, b"0123456789abcdef", part.len())));
            assert!(parts[2].starts_with('4') && "89ab".contains(&parts[3][..1]));
        }
    }

    #[test]
    fn a_taken_code_is_passed_over_and_the_search_ends() {
        let first = code(Seed(1), |_| true);
        let second = code(Seed(1), |code| code != first);
        assert_ne!(first, second);
        assert!(code(Seed(1), |_| false) < 1_000_000);
    }
}
