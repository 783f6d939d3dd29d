//! The state as it should be: who exists, who is confirmed, which codes there were. It says what a confirmation is by labels.

use super::{Code, Confirmation, Op, USERS};
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
    /// Whether its codes are all known: one that could not be read may be the valid one.
    pub(super) has_known_codes: bool,
    /// Whether it holds its address as an alias.
    holds: Holds,
    wrong_codes: usize,
    /// Codes of earlier users of that name, and those that have confirmed it.
    spent: Vec<Secret>,
}

/// Whether a user holds its address as an alias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    No,
    Yes,
    /// What was done to it, or to who held the address, nothing is attested of.
    Perhaps,
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
            has_known_codes: true,
            holds: Holds::No,
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
            person.has_known_codes = !person.codes.is_empty();
            person.wrong_codes = 0;
            (person.is_disabled, person.holds) = (false, Holds::No);
        }
    }

    /// Another code was sent, and read where it is there.
    pub(super) fn resent(&mut self, user: usize, code: Option<Secret>) {
        if let Some(person) = self.person(user) {
            person.has_known_codes = code.is_some();
            person.codes.extend(code);
        }
    }

    pub(super) fn deleted(&mut self, user: usize) {
        if let Some(person) = self.person(user) {
            person.status = Status::Deleted;
            person.spent.append(&mut person.codes);
            person.has_known_codes = true;
            person.holds = Holds::No;
        }
    }

    /// Whether an operation that is no confirmation has to be accepted in the state as it is.
    pub(super) fn allows(&self, op: &Op) -> bool {
        let status = |user: &usize| self.people.get(*user).map(|person| person.status);
        let is_enabled = |user: &usize| self.people.get(*user).is_some_and(|person| !person.is_disabled);
        let is_there = |user| matches!(status(user), Some(Status::Unconfirmed | Status::Confirmed));
        match op {
            Op::SignUp { user } => matches!(status(user), Some(Status::Absent | Status::Deleted)),
            Op::Resend { user } => status(user) == Some(Status::Unconfirmed) && is_enabled(user),
            Op::Disable { user } | Op::Delete { user } => is_there(user),
            Op::Confirm(_) | Op::AtOnce { .. } => true,
        }
    }

    /// Takes the status that a user is seen to have for what it is, where nobody knows what it should be.
    pub(super) fn seen(&mut self, user: usize, status: Option<&str>) {
        let Some(person) = self.person(user).filter(|person| person.status == Status::Unsure) else { return };
        match status {
            Some("CONFIRMED") => {
                person.status = Status::Confirmed;
                person.spent.extend(person.codes.last().cloned());
            }
            Some("UNCONFIRMED") => {
                person.status = Status::Unconfirmed;
                person.holds = Holds::No;
            }
            _ => {}
        }
    }

    /// The text of the code that is sent; `None` where there is no such code, or nobody knows which it is.
    pub(super) fn code(&self, confirmation: &Confirmation) -> Option<String> {
        let person = self.people.get(confirmation.user).filter(|person| person.has_known_codes)?;
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
        self.sharing(user, Holds::Yes)
    }

    /// Somebody else with the address of this user of whom this holds.
    fn sharing(&self, user: usize, holds: Holds) -> Option<usize> {
        let same = |other: &usize| *other != user && address_of(*other) == address_of(user);
        let does = |other: &usize| self.people.get(*other).is_some_and(|person| person.holds == holds);
        (0..USERS).find(|other| self.has_aliases && same(other) && does(other))
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
            Status::Unconfirmed if self.sharing(confirmation.user, Holds::Perhaps).is_some() => None,
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
                (person.status, person.holds) = (Status::Unsure, Holds::Perhaps);
                self.hold(holder, Holds::Perhaps);
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
        person.holds = if has_aliases { Holds::Yes } else { Holds::No };
        let code = person.codes.last().cloned();
        person.spent.extend(code);
        self.hold(holder, Holds::No);
    }

    /// What becomes of who held an address.
    fn hold(&mut self, holder: Option<usize>, holds: Holds) {
        if let Some(holder) = holder.and_then(|holder| self.people.get_mut(holder)) {
            holder.holds = holds;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn confirm(user: usize, code: Code) -> Confirmation {
        Confirmation { user, client: "public".to_owned(), code, force: None }
    }

    fn signed_up(model: &mut Model, user: usize) {
        model.signed_up(user, Some(Secret::new(format!("12345{user}"))));
    }

    #[test]
    fn nothing_is_expected_of_an_address_that_somebody_holds_perhaps() {
        let mut model = Model::new(true);
        signed_up(&mut model, 0);
        for _ in 0..=WRONG_CODES_SURE_MAX {
            model.confirmed(&confirm(0, Code::Wrong));
        }
        let right = confirm(0, Code::Right);
        assert_eq!(model.labels(&right), None);
        model.confirmed(&right);
        model.seen(0, Some("CONFIRMED"));
        // Its code is spent by now.
        assert_eq!(model.people.first().map(|person| person.spent.len()), Some(1));
        signed_up(&mut model, 1);
        assert_eq!(model.labels(&confirm(1, Code::Right)), None);
        // Whoever is gone holds nothing.
        model.deleted(0);
        assert_eq!(model.labels(&confirm(1, Code::Right)), Some(vec!["valid/members/none".to_owned()]));
    }

    #[test]
    fn a_code_that_could_not_be_read_is_not_sent() {
        let codes = [Code::Right, Code::Wrong, Code::Superseded, Code::Spent, Code::OtherUser];
        let sent = |model: &Model| codes.map(|code| model.code(&confirm(0, code)).is_some());
        let mut model = Model::new(false);
        signed_up(&mut model, 1);
        model.signed_up(0, None);
        assert_eq!(sent(&model), [false; 5]);
        signed_up(&mut model, 0);
        assert_eq!(sent(&model), [true, true, false, false, true]);
        model.resent(0, None);
        assert_eq!(sent(&model), [false; 5]);
        model.resent(0, Some(Secret::new("999999")));
        assert_eq!(sent(&model), [true, true, true, false, true]);
        model.resent(0, None);
        model.deleted(0);
        assert_eq!(sent(&model), [true, true, false, true, true]);
    }
}
