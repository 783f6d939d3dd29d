//! The inspection endpoint: `GET /_countersign/codes/<pool id>/<username>`. AWS has nothing like it.

use super::answer;
use super::state::State;
use super::user::code_text;
use crate::wire::Response;

/// What the path of the endpoint starts with.
const CODES: &[u8] = b"/_countersign/codes/";

/// The answer to `GET path`, or nothing where `path` is not the endpoint's.
pub(super) fn answer(state: &State, path: &[u8], request_id: &str) -> Option<Response> {
    let rest = path.strip_prefix(CODES)?;
    let found = code(state, rest);
    Some(match found {
        Ok(code) => answer::inspection(200, format!(r#"{{"Code":"{code}"}}"#), request_id),
        Err(reason) => answer::inspection(404, format!(r#"{{"message":"{reason}"}}"#), request_id),
    })
}

fn code(state: &State, rest: &[u8]) -> Result<String, &'static str> {
    let mut parts = rest.split(|byte| *byte == b'/').map(percent_decoded);
    let (Some(Some(pool_id)), Some(Some(username)), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err("expected /_countersign/codes/<pool id>/<username>, percent-encoded");
    };
    let pool = state.pools.get(&pool_id).ok_or("no such user pool")?;
    let code = pool.outstanding_code(&username).ok_or("no outstanding code for this user")?;
    Ok(code_text(code))
}

/// The text behind `%XX` escapes, or nothing where it is not UTF-8 or an escape is cut.
fn percent_decoded(part: &[u8]) -> Option<String> {
    let mut out = Vec::with_capacity(part.len());
    let mut bytes = part.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let mut digit = || char::from(bytes.next()?).to_digit(16);
            let value = digit()? * 16 + digit()?;
            out.push(u8::try_from(value).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_and_broken_ones_are_refused() {
        assert_eq!(percent_decoded(b"a%2Fb%c3%A9+").as_deref(), Some("a/b\u{e9}+"));
        for broken in [&b"%"[..], b"%2", b"%zz", b"%ff"] {
            assert_eq!(percent_decoded(broken), None);
        }
    }
}
