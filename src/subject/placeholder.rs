//! `${name}` in the texts of a profile. `$${` stands for `${`.

use crate::wire;

/// A placeholder that is not known where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a placeholder here; allowed: {allowed}")]
#[non_exhaustive]
pub struct PlaceholderError {
    /// What stands there.
    pub found: String,
    /// The placeholders that are allowed.
    pub allowed: String,
}

/// Replaces every placeholder of `text` by what `value` says; `None` means that there is no such value.
pub(super) fn expand<F>(text: &str, allowed: &[&str], mut value: F) -> Result<String, PlaceholderError>
where
    F: FnMut(&str) -> Option<String>,
{
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (plain, placeholder) = rest.split_at(at);
        let after = placeholder.get(2..).unwrap_or_default();
        if let Some(escaped) = plain.strip_suffix('$') {
            out.push_str(escaped);
            out.push_str("${");
            rest = after;
            continue;
        }
        out.push_str(plain);
        let name = after.split_once('}').map(|(name, _)| name);
        let found = name.filter(|name| allowed.contains(name)).and_then(|name| Some((name, value(name)?)));
        let Some((name, replacement)) = found else {
            return Err(unknown(placeholder, name, allowed));
        };
        out.push_str(&replacement);
        rest = after.get(name.len() + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(out)
}

/// Checks that `text` has no placeholder but the allowed ones.
pub(super) fn check(text: &str, allowed: &[&str]) -> Result<(), PlaceholderError> {
    expand(text, allowed, |_| Some(String::new())).map(|_| ())
}

fn unknown(placeholder: &str, name: Option<&str>, allowed: &[&str]) -> PlaceholderError {
    let length = name.map_or(24, |name| name.chars().count() + 3).min(40);
    let found: String = placeholder.chars().take(length).collect();
    let allowed: Vec<_> = allowed.iter().map(|name| format!("`${{{name}}}`")).collect();
    PlaceholderError {
        found: wire::escape(found.as_bytes()),
        allowed: if allowed.is_empty() { "none".into() } else { allowed.join(", ") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_never_read_for_placeholders_again() {
        let expanded = expand("${a}-$${a}-${a}", &["a"], |_| Some("${a}".into()));
        assert_eq!(expanded.unwrap(), "${a}-${a}-${a}");
    }

    #[test]
    fn an_unknown_or_open_placeholder_is_named_with_the_allowed_ones() {
        assert_eq!(
            check("x${b}", &["a", "c"]).unwrap_err().to_string(),
            "`${b}` is not a placeholder here; allowed: `${a}`, `${c}`"
        );
        assert_eq!(check("x${a", &[]).unwrap_err().found, "${a");
    }
}
