//! Compares a message with an accepted text that may have placeholders.

use crate::template::Bindings;

/// No accepted text comes near this length; longer ones are not compared.
const MESSAGE_BYTES_MAX: usize = 16 * 1024;

/// Whether `message` is `accepted`, with `${client_id}`, `${username}`, `${email}` and `${pool_id}` standing for the
/// values of this case, and any other `${…}` for any text.
pub(super) fn matches(accepted: &str, message: &str, bindings: &Bindings, client_ids: &[&str]) -> bool {
    if message.len() > MESSAGE_BYTES_MAX {
        return false;
    }
    let Some((before, rest)) = accepted.split_once("${") else {
        return accepted == message;
    };
    let Some((name, after)) = rest.split_once('}') else {
        return accepted == message;
    };
    let Some(message) = message.strip_prefix(before) else {
        return false;
    };
    let values: Vec<&str> = match name {
        "client_id" => client_ids.to_vec(),
        "username" => vec![&bindings.username],
        "pool_id" => vec![&bindings.pool_id],
        "email" => bindings.email.as_deref().into_iter().collect(),
        _ => {
            let ends = message.char_indices().map(|(at, _)| at).chain([message.len()]);
            return ends.into_iter().any(|end| {
                message.get(end..).is_some_and(|rest| matches(after, rest, bindings, client_ids))
            });
        }
    };
    values.iter().any(|value| {
        message.strip_prefix(value).is_some_and(|rest| matches(after, rest, bindings, client_ids))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_stands_for_the_value_of_the_case() {
        let bindings = Bindings::default();
        let text = "User pool client ${client_id} does not exist.";
        assert!(matches(text, "User pool client abc does not exist.", &bindings, &["xyz", "abc"]));
        assert!(!matches(text, "User pool client abd does not exist.", &bindings, &["abc"]));
        assert!(!matches(text, "User pool client abc does not exist", &bindings, &["abc"]));
        assert!(matches("a${*}z", "a...z", &bindings, &[]));
        assert!(!matches("a${*}z", "a...y", &bindings, &[]));
    }

    #[test]
    fn every_placeholder_stands_for_its_own_value() {
        let bindings = Bindings {
            username: "u1".into(),
            pool_id: "p1".into(),
            email: Some("e1".into()),
            ..Bindings::default()
        };
        for (name, value) in [("username", "u1"), ("pool_id", "p1"), ("email", "e1"), ("client_id", "c1")] {
            let text = format!("<${{{name}}}>");
            assert!(matches(&text, &format!("<{value}>"), &bindings, &["c1"]), "{name}");
            assert!(!matches(&text, "<x1>", &bindings, &["c1"]), "{name}");
        }
        assert!(!matches("${email}", "e1", &Bindings::default(), &[]));
    }

    #[test]
    fn a_text_without_a_placeholder_is_compared_as_it_is() {
        let bindings = Bindings::default();
        assert!(matches("a ${b", "a ${b", &bindings, &[]));
        assert!(!matches("a ${b", "a $", &bindings, &[]));
        assert!(matches("a", "a", &bindings, &[]));
        assert!(!matches("a", "ab", &bindings, &[]));
    }

    #[test]
    fn a_message_of_unlikely_length_is_not_compared() {
        let bindings = Bindings::default();
        let longest = "z".repeat(MESSAGE_BYTES_MAX);
        assert!(matches("${*}", &longest, &bindings, &[]));
        assert!(!matches("${*}", &format!("{longest}z"), &bindings, &[]));
        assert_eq!(MESSAGE_BYTES_MAX, 16_384);
    }
}
