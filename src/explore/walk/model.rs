//! The state as it should be: who exists, who is confirmed, which codes there were. It says what a confirmation is by labels.

use super::{Code, Confirmation, USERS};
use crate::secret_hash::Secret;

/// After so many wrong codes nobody knows whether the right one helps (SEM-017).
const WRONG_CODES_SURE_MAX: usize = 4;

/// How far a user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Never signed up.
    Absent,
    /// Deleted.
    Deleted,
    /// Signed up.
    Unconfirmed,
    /// Confirmed.
    Confirmed,
    /// Something that nothing is attested of was done to it.
    Unsure,
}

impl Status {
    /// As AdminGetUser says it; `None` where nothing is known.
    pub(super) fn shown(self) -> Option<&'static str> {
        match self {
            Self::Absent | Self::Deleted => Some("absent"),
            Self::Unconfirmed => Some("UNCONFIRMED"),
            Self::Confirmed => Some("CONFIRMED"),
            Self::Unsure => None,
        }
    }
}

/// One user.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) status: Status,
    pub(super) is_disabled: bool,
    /// Every code there was, the valid one last.
    pub(super) codes: Vec<Secret>,
    /// Whether it holds its address as an alias.
    pub(super) is_holder: bool,
    wrong_codes: usize,
    /// Codes of earlier users of that name, and those that have confirmed it.
    spent: Vec<Secret>,
}

/// Everybody.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) people: Vec<Person>,
    has_aliases: bool,
}

/// Users 0 and 1 have the same address.
pub(super) fn address_of(user: usize) -> usize {
    if user == 1 { 0 } else { user }
}

impl Model {
    pub(super) fn new(has_aliases: bool) -> Self {
        let person = Person {
            status: Status::Absent,
            is_disabled: false,
            codes: Vec::new(),
            is_holder: false,
            wrong_codes: 0,
            spent: Vec::new(),
        };
        Self { people: vec![person; USERS], has_aliases }
    }

    pub(super) fn person(&mut self, user: usize) -> Option<&mut Person> {
        self.people.get_mut(user)
    }

    pub(super) fn signed_up(&mut self, user: usize, code: Option<Secret>) {
        if let Some(person) = self.person(user) {
            person.status = Status::Unconfirmed;
            person.codes = code.into_iter().collect();
            person.wrong_codes = 0;
            (person.is_disabled, person.is_holder) = (false, false);
        }
    }

    pub(super) fn deleted(&mut self, user: usize) {
        if let Some(person) = self.person(user) {
            person.status = Status::Deleted;
            person.spent.append(&mut person.codes);
            person.is_holder = false;
        }
    }

    /// The text of the code that is sent; `None` where there is no such code.
    pub(super) fn code(&self, confirmation: &Confirmation) -> Option<String> {
        let person = self.people.get(confirmation.user)?;
        let valid = person.codes.last().map(Secret::reveal);
        let other_than_valid = |code: &&Secret| Some(code.reveal()) != valid;
        let text = |code: &Secret| code.reveal().to_owned();
        match confirmation.code {
            Code::Right => Some(valid.unwrap_or("482913").to_owned()),
            Code::Wrong => Some(valid.map_or_else(|| "482913".to_owned(), other)),
            Code::Superseded => {
                let before = person.codes.iter().rev().nth(1);
                before.filter(other_than_valid).map(text)
            }
            Code::Spent => person.spent.last().filter(other_than_valid).map(text),
            Code::OtherUser => {
                let others = self.people.iter().enumerate().filter(|(user, _)| *user != confirmation.user);
                others.filter_map(|(_, person)| person.codes.last()).find(other_than_valid).map(text)
            }
        }
    }

    /// Who holds the address of this user as an alias.
    pub(super) fn holder(&self, user: usize) -> Option<usize> {
        let same = |other: &usize| *other != user && address_of(*other) == address_of(user);
        let holds = |other: &usize| self.people.get(*other).is_some_and(|person| person.is_holder);
        (0..USERS).find(|other| self.has_aliases && same(other) && holds(other))
    }

    /// The labels of a confirmation in the state as it is; `None` where nothing is attested.
    pub(super) fn labels(&self, confirmation: &Confirmation) -> Option<Vec<String>> {
        let person = self.people.get(confirmation.user)?;
        let hidden = if confirmation.client == "existence-hidden" { "/hidden" } else { "" };
        let code = match confirmation.code {
            Code::Right => None,
            Code::Wrong | Code::Spent => Some("code/wrong".to_owned()),
            Code::Superseded => Some("code/superseded".to_owned()),
            Code::OtherUser => Some("code/other-user".to_owned()),
        };
        let is_sure = !person.is_disabled && person.wrong_codes <= WRONG_CODES_SURE_MAX;
        match person.status {
            Status::Unsure => None,
            Status::Absent => Some(vec![format!("user/absent{hidden}")]),
            Status::Deleted => Some(vec![format!("user/deleted{hidden}")]),
            _ if !is_sure => None,
            Status::Confirmed => Some([format!("user/confirmed{hidden}")].into_iter().chain(code).collect()),
            Status::Unconfirmed => Some(match (code, self.holder(confirmation.user), confirmation.force) {
                (Some(code), ..) => vec![code],
                (None, Some(_), None) => vec!["alias/taken".to_owned()],
                (None, Some(_), Some(false)) => vec!["alias/taken-not-forced".to_owned()],
                (None, Some(_), Some(true)) => vec!["alias/taken-forced".to_owned()],
                (None, None, None) => vec!["valid/members/none".to_owned()],
                (None, None, Some(_)) => vec!["valid/members/ForceAliasCreation".to_owned()],
            }),
        }
    }

    /// What a confirmation that is answered as expected does to the state.
    pub(super) fn confirmed(&mut self, confirmation: &Confirmation) {
        let labels = self.labels(confirmation);
        let holder = self.holder(confirmation.user);
        let has_aliases = self.has_aliases;
        let Some(person) = self.people.get_mut(confirmation.user) else { return };
        let Some(labels) = labels else {
            if person.status == Status::Unconfirmed {
                person.status = Status::Unsure;
            }
            return;
        };
        let is = |text: &str| labels.iter().any(|label| label == text);
        let is_accepted = labels.iter().any(|label| label.starts_with("valid/")) || is("alias/taken-forced");
        if person.status == Status::Unconfirmed && !is_accepted && !is("alias/taken") {
            person.wrong_codes += 1;
        }
        if person.status != Status::Unconfirmed || !is_accepted {
            return;
        }
        person.status = Status::Confirmed;
        person.is_holder = has_aliases;
        let code = person.codes.last().cloned();
        person.spent.extend(code);
        if let Some(holder) = holder.and_then(|holder| self.people.get_mut(holder)) {
            holder.is_holder = false;
        }
    }
}

/// A code with another last digit.
fn other(code: &str) -> String {
    let mut text = code.to_owned();
    let last = text.pop();
    text.push(match last {
        Some('0'..='8') => '9',
        _ => '0',
    });
    text
}
