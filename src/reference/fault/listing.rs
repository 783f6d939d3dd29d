//! Validation errors that are listed in another way.

use super::form::typed;
use crate::wire::Response;
use serde_json::Value;

/// The words between the number of violations and the first of them.
const DETECTED: &str = " detected: ";

/// How violations are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// Only the first one is.
    FirstAlone,
    /// Only the last one is.
    LastAlone,
    /// The first one comes twice.
    FirstTwice,
    /// Members are called as in the request.
    RequestNames,
    /// Members are called `arg0`.
    Arguments,
    /// Greatest lengths are one more than they are.
    BoundsOffByOne,
    /// Patterns are those of another member.
    AnotherPattern,
    /// The text is that of another framework.
    OtherFramework,
    /// The text says only that something is wrong.
    Vague,
    /// There is no text.
    Silent,
}

impl Listing {
    /// `answer` as it is written.
    pub(super) fn write(self, answer: Response) -> Response {
        let Ok(Value::Object(error)) = serde_json::from_slice::<Value>(&answer.body) else {
            return answer;
        };
        let message = error.get("message").and_then(Value::as_str).unwrap_or_default();
        match message.split_once(DETECTED) {
            Some((count, list)) if count.contains("validation error") => {
                typed(answer, &error, "InvalidParameterException", &self.listed(list))
            }
            _ => answer,
        }
    }

    fn listed(self, list: &str) -> String {
        let items: Vec<&str> = list.split("; ").collect();
        let with = |items: &[String]| {
            let noun = if items.len() == 1 { "error" } else { "errors" };
            format!("{} validation {noun}{DETECTED}{}", items.len(), items.join("; "))
        };
        let each = |change: &dyn Fn(&str) -> String| {
            with(&items.iter().map(|item| change(item)).collect::<Vec<_>>())
        };
        let owned = |item: Option<&&str>| item.map(ToString::to_string).into_iter().collect::<Vec<_>>();
        match self {
            Self::FirstAlone => with(&owned(items.first())),
            Self::LastAlone => with(&owned(items.last())),
            Self::FirstTwice => with(&[owned(items.first()), owned(items.first())].concat()),
            Self::RequestNames => each(&|item| renamed(item, capitalised)),
            Self::Arguments => each(&|item| renamed(item, |_| "arg0".to_owned())),
            Self::BoundsOffByOne => each(&|item| bound_raised(item)),
            Self::AnotherPattern => each(&|item| match item.split_once("pattern: ") {
                Some((before, _)) => format!("{before}pattern: [a-z]+"),
                None => item.to_owned(),
            }),
            Self::OtherFramework => {
                "Parameter validation failed: invalid length or type of parameter".to_owned()
            }
            Self::Vague => "Invalid request".to_owned(),
            Self::Silent => String::new(),
        }
    }
}

/// `item` with another name of its member.
fn renamed(item: &str, name: impl Fn(&str) -> String) -> String {
    let Some((before, rest)) = item.split_once("at '") else { return item.to_owned() };
    let Some((member, after)) = rest.split_once('\'') else { return item.to_owned() };
    format!("{before}at '{}'{after}", name(member))
}

fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    characters
        .next()
        .map(|first| first.to_ascii_uppercase().to_string() + characters.as_str())
        .unwrap_or_default()
}

fn bound_raised(item: &str) -> String {
    match item.rsplit_once("less than or equal to ") {
        Some((before, bound)) => {
            let raised = bound.parse::<u64>().map_or(0, |bound| bound + 1);
            format!("{before}less than or equal to {raised}")
        }
        None => item.to_owned(),
    }
}
