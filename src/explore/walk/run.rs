//! Carries a walk out, and compares what is answered with what the requirements say of the state as it should be.

use super::model::{Model, Person, Status, address_of};
use super::{Confirmation, Op, USERS, Walk};
use crate::case::{Case, CaseId, ClientKind, Fixture, Label, Layer, Origin, PoolKind, Sending, Step};
use crate::explore::complaint::{Complaint, Oracle};
use crate::explore::oracle;
use crate::explore::signature::{bones, normal};
use crate::harness::{Parts, Stand, Trial};
use crate::judge::{Judgement, Observation, judge};
use crate::provision::{Client, ProvisionError};
use crate::replay::transport::Transport;
use crate::secret_hash::{Secret, secret_hash};
use crate::subject::CodeUser;
use crate::template::{Bindings, RequestTemplate, Template, json_escape};
use crate::wire::{Exchange, Request};
use std::collections::BTreeMap;
use std::time::Duration;

/// The one refusal of AdminGetUser that says there is no such user.
const NO_SUCH_USER: &str = "UserNotFoundException";

/// A walk that cannot be carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WalkError {
    /// A name in it is none.
    #[error("{0}")]
    Name(String),
    /// The subject cannot be brought to where it starts.
    #[error(transparent)]
    Provision(#[from] ProvisionError),
    /// One user made beforehand cannot walk about.
    #[error("a walk needs users of its own")]
    Premade,
}

/// What a walk came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// The step that is wrong, and what is wrong with it.
    pub wrong: Option<(usize, Complaint)>,
    /// The first operation that could not be carried out although the state allows it, and why: what comes behind it was
    /// not done to whom the walk means.
    pub hindered: Option<String>,
}

/// Carries `walk` out. An answer that takes longer than `slow` is complained of.
pub(in crate::explore) async fn run<T: Transport>(
    stand: &mut Stand<T>,
    walk: &Walk,
    slow: Duration,
) -> Result<Walked, WalkError> {
    let mut walker = Walker::new(stand, walk, slow)?;
    for (at, op) in walk.op.iter().enumerate() {
        let found = match walker.step(op).await? {
            Some(found) => Some(found),
            None => walker.compare().await,
        };
        if let Some(complaint) = found {
            return Ok(Walked { wrong: Some((at, complaint)), hindered: walker.hindered });
        }
    }
    Ok(Walked { wrong: None, hindered: walker.hindered })
}

/// Carries `walk` out and says what each operation was answered, without what differs from run to run.
pub async fn trace<T: Transport>(stand: &mut Stand<T>, walk: &Walk) -> Result<Vec<String>, WalkError> {
    let mut walker = Walker::new(stand, walk, Duration::MAX)?;
    let mut heard = Vec::with_capacity(walk.op.len());
    for op in &walk.op {
        heard.push(walker.heard(op).await?);
    }
    Ok(heard)
}

struct Walker<'s, T> {
    parts: Parts<'s, T>,
    pool: PoolKind,
    home: Client,
    number: u64,
    model: Model,
    slow: Duration,
    hindered: Option<String>,
}

/// Whether the state afterwards is that of one confirmation alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Alone,
    First,
    Second,
}

/// A confirmation on its way.
struct Sent {
    confirmation: Confirmation,
    request: RequestTemplate,
    exchange: Exchange,
    bindings: Bindings,
}

impl Sent {
    /// What was answered, without what differs from run to run.
    fn answer(&self) -> String {
        normal(&self.exchange, Some(&self.bindings))
    }
}

fn bound(request: &RequestTemplate, bindings: &Bindings) -> Result<Request, WalkError> {
    request.bind(bindings).map_err(|error| WalkError::Name(error.to_string()))
}

/// Whether two users may want one address: where usernames are addresses, each has its own.
fn has_aliases(pool: PoolKind, needs_addresses: bool) -> bool {
    pool == PoolKind::EmailAlias && !needs_addresses
}

impl<'s, T: Transport> Walker<'s, T> {
    fn new(stand: &'s mut Stand<T>, walk: &Walk, slow: Duration) -> Result<Self, WalkError> {
        let pool: PoolKind = walk.pool.parse().map_err(WalkError::Name)?;
        let number = stand.next_user();
        let parts = stand.parts().ok_or(WalkError::Premade)?;
        let home = parts.shared.client(pool, ClientKind::Public)?.clone();
        let model = Model::new(has_aliases(pool, parts.needs_addresses));
        Ok(Self { parts, pool, home, number, model, slow, hindered: None })
    }

    /// Carries one operation out: what it was answered, and the state of whom it was about.
    async fn heard(&mut self, op: &Op) -> Result<String, WalkError> {
        let (answers, users) = match op {
            Op::Confirm(confirmation) => {
                let answer = match self.send(confirmation).await? {
                    Some(sent) => sent.answer(),
                    None => "not sent".to_owned(),
                };
                self.model.confirmed(confirmation);
                (answer, vec![confirmation.user])
            }
            Op::AtOnce { one, other } => {
                let mut answers = match self.send_both(one, other).await? {
                    Some(both) => both.map(|sent| sent.answer()),
                    None => [(); 2].map(|()| "not sent".to_owned()),
                };
                // Which of them comes first is chance.
                answers.sort();
                self.model.confirmed(one);
                self.model.confirmed(other);
                (answers.join(" | "), vec![one.user, other.user])
            }
            Op::SignUp { user } | Op::Resend { user } | Op::Disable { user } | Op::Delete { user } => {
                let answer = match self.prepare(op).await {
                    // Where its code is to be read is not for the subject to answer.
                    Ok(()) | Err(ProvisionError::Code(_)) => "accepted".to_owned(),
                    Err(ProvisionError::Refused { status, error_type, message, .. }) => {
                        format!("{status} {error_type} {}", bones(&message)).trim_end().to_owned()
                    }
                    Err(error) => bones(&error.to_string()),
                };
                (answer, vec![*user])
            }
        };
        let mut heard = answers;
        for user in users {
            let state = self.state(user).await;
            heard.push_str(", then ");
            heard.push_str(state.get("user.status").map_or("absent", String::as_str));
        }
        Ok(heard)
    }

    fn name(&self, user: usize) -> String {
        // Some subjects take addresses alone.
        if self.parts.needs_addresses { self.address(user) } else { format!("walker-{}-{user}", self.number) }
    }

    fn address(&self, user: usize) -> String {
        let of = if self.parts.needs_addresses { user } else { address_of(user) };
        format!("walker-{}-{of}@example.com", self.number)
    }

    async fn step(&mut self, op: &Op) -> Result<Option<Complaint>, WalkError> {
        match op {
            Op::Confirm(confirmation) => self.confirm(confirmation).await,
            Op::AtOnce { one, other } => self.at_once(one, other).await,
            _ => {
                // What a refusal of these says is not judged; the state that it leaves is.
                let is_due = self.model.allows(op);
                if let Err(error) = self.prepare(op).await
                    && is_due
                {
                    self.hinder(error.to_string());
                }
                Ok(None)
            }
        }
    }

    fn hinder(&mut self, reason: String) {
        self.hindered.get_or_insert(reason);
    }

    /// Carries out what is no confirmation.
    async fn prepare(&mut self, op: &Op) -> Result<(), ProvisionError> {
        let pool_id = self.home.pool_id.clone();
        match op {
            Op::SignUp { user } if *user < USERS => self.sign_up(*user).await?,
            Op::Resend { user } => self.resend(*user).await?,
            Op::Disable { user } => {
                self.parts.plane.admin_disable_user(&pool_id, &self.name(*user)).await?;
                if let Some(person) = self.model.person(*user) {
                    person.is_disabled = true;
                }
            }
            Op::Delete { user } => {
                self.parts.plane.admin_delete_user(&pool_id, &self.name(*user)).await?;
                self.model.deleted(*user);
            }
            Op::SignUp { .. } | Op::Confirm(_) | Op::AtOnce { .. } => {}
        }
        Ok(())
    }

    async fn sign_up(&mut self, user: usize) -> Result<(), ProvisionError> {
        let (name, address) = (self.name(user), self.address(user));
        let password = Secret::new("Walker-1-password!");
        let client = (self.home.id.as_str(), self.home.secret.as_ref());
        self.parts.plane.sign_up(client, &name, &password, &address).await?;
        let code = self.code(user, None).await;
        self.model.signed_up(user, code.as_ref().ok().cloned());
        code.map(drop)
    }

    async fn resend(&mut self, user: usize) -> Result<(), ProvisionError> {
        let name = self.name(user);
        let client = (self.home.id.as_str(), self.home.secret.as_ref());
        let sent = self.parts.plane.resend_confirmation_code(client, &name).await;
        let is_waiting = |person: &&mut Person| person.status == Status::Unconfirmed;
        let Some(person) = self.model.person(user).filter(is_waiting) else { return sent };
        let before = person.codes.last().cloned();
        sent?;
        let code = self.code(user, before.as_ref()).await;
        self.model.resent(user, code.as_ref().ok().cloned());
        code.map(drop)
    }

    async fn code(&mut self, user: usize, before: Option<&Secret>) -> Result<Secret, ProvisionError> {
        let (name, address) = (self.name(user), self.address(user));
        let who = CodeUser {
            pool_id: &self.home.pool_id,
            client_id: &self.home.id,
            username: &name,
            sub: None,
            email: Some(&address),
        };
        Ok(self.parts.codes.read(&mut self.parts.plane.transport, &who, before).await?)
    }

    /// The request, and what it is made of; `None` where there is no such code.
    fn request(&self, confirmation: &Confirmation) -> Result<Option<(RequestTemplate, Bindings)>, WalkError> {
        let kind: ClientKind = confirmation.client.parse().map_err(WalkError::Name)?;
        let client = self.parts.shared.client(self.pool, kind)?;
        let Some(code) = self.model.code(confirmation) else { return Ok(None) };
        let name = self.name(confirmation.user);
        let hash = client.secret.as_ref().map(|secret| {
            format!(",\"SecretHash\":\"{}\"", json_escape(&secret_hash(secret, &name, &client.id)))
        });
        let force = confirmation.force.map(|force| format!(",\"ForceAliasCreation\":{force}"));
        let body = format!(
            "{{\"ClientId\":\"{}\",\"Username\":\"{}\",\"ConfirmationCode\":\"{}\"{}{}}}",
            json_escape(&client.id),
            json_escape(&name),
            json_escape(&code),
            hash.unwrap_or_default(),
            force.unwrap_or_default(),
        );
        let bindings = Bindings {
            host: self.parts.plane.host().to_owned(),
            pool_id: client.pool_id.clone(),
            client_id: client.id.clone(),
            client_secret: client.secret.clone(),
            username: name,
            code: Some(Secret::new(code)),
            ..Bindings::default()
        };
        Ok(Some((RequestTemplate::confirm_sign_up(Template::literal(body)), bindings)))
    }

    /// Sends one; nothing where there is no such code.
    async fn send(&mut self, confirmation: &Confirmation) -> Result<Option<Sent>, WalkError> {
        let Some((request, bindings)) = self.request(confirmation)? else { return Ok(None) };
        let exchange = self.parts.probe.send(&bound(&request, &bindings)?).await;
        Ok(Some(Sent { confirmation: confirmation.clone(), request, exchange, bindings }))
    }

    /// Sends two at the same time; nothing where there is no such code for one of them.
    async fn send_both(
        &mut self,
        one: &Confirmation,
        other: &Confirmation,
    ) -> Result<Option<[Sent; 2]>, WalkError> {
        let (Some((first, mine)), Some((second, theirs))) = (self.request(one)?, self.request(other)?) else {
            return Ok(None);
        };
        let requests = (bound(&first, &mine)?, bound(&second, &theirs)?);
        let (left, right) =
            tokio::join!(self.parts.probe.send(&requests.0), self.parts.rival.send(&requests.1));
        Ok(Some([
            Sent { confirmation: one.clone(), request: first, exchange: left, bindings: mine },
            Sent { confirmation: other.clone(), request: second, exchange: right, bindings: theirs },
        ]))
    }

    async fn confirm(&mut self, confirmation: &Confirmation) -> Result<Option<Complaint>, WalkError> {
        let Some(sent) = self.send(confirmation).await? else { return Ok(None) };
        let state = self.state(confirmation.user).await;
        let model = self.model.clone();
        let found = self.judged(&model, &sent, (&state, Turn::Alone));
        self.model.confirmed(confirmation);
        self.note_unsure(confirmation.user, &state);
        Ok(found)
    }

    /// Two at the same time: some order of them has to explain what is answered, and the state afterwards.
    async fn at_once(
        &mut self,
        one: &Confirmation,
        other: &Confirmation,
    ) -> Result<Option<Complaint>, WalkError> {
        let Some([left, right]) = self.send_both(one, other).await? else { return Ok(None) };
        let states = [self.state(one.user).await, self.state(other.user).await];
        let [left_state, right_state] = &states;
        let mut found = None;
        for (a, a_state, b, b_state) in
            [(&left, left_state, &right, right_state), (&right, right_state, &left, left_state)]
        {
            let mut model = self.model.clone();
            let is_same = a.confirmation.user == b.confirmation.user;
            // Whose turn it was first has no state of its own afterwards where both are about one user.
            let turn = if is_same { Turn::First } else { Turn::Alone };
            let first = self.judged(&model, a, (a_state, turn));
            model.confirmed(&a.confirmation);
            let turn = if is_same { Turn::Second } else { Turn::Alone };
            let second = self.judged(&model, b, (b_state, turn));
            model.confirmed(&b.confirmation);
            match first.or(second) {
                None => {
                    self.model = model;
                    self.note_unsure(one.user, left_state);
                    self.note_unsure(other.user, right_state);
                    return Ok(None);
                }
                Some(complaint) => found = found.or(Some(complaint)),
            }
        }
        Ok(found.map(|complaint| Complaint {
            expected: format!("{}, of one of two at the same time", complaint.expected),
            ..complaint
        }))
    }

    /// What is wrong with one confirmation in the state that `model` has.
    fn judged(
        &self,
        model: &Model,
        sent: &Sent,
        (state, turn): (&BTreeMap<String, String>, Turn),
    ) -> Option<Complaint> {
        let labels = model.labels(&sent.confirmation).unwrap_or_default();
        let rename = |label: &str| match turn {
            Turn::Second if label == "user/confirmed" => "user/confirmed-at-once".to_owned(),
            _ => label.to_owned(),
        };
        let labels: Vec<Label> = labels.iter().map(|label| Label::from(rename(label))).collect();
        let steps = vec![Step { request: sent.request.clone(), labels: labels.clone() }];
        let case = Case {
            id: CaseId::new("fuzz", "walk"),
            layer: Layer::State,
            origin: Origin::File,
            fixture: Fixture::unconfirmed(ClientKind::Public).with_pool(self.pool),
            steps,
            sending: Sending::InTurn,
            twin: None,
            relation: None,
            reason: None,
        };
        let exchanges = vec![sent.exchange.clone()];
        let judgement = if labels.is_empty() {
            Judgement {
                verdict: crate::event::Verdict::Observed,
                mismatches: Vec::new(),
                known: Vec::new(),
                reason: None,
            }
        } else {
            let observation = Observation {
                exchanges: &exchanges,
                state: (turn != Turn::First).then_some(state),
                twin: None,
                other: None,
                bindings: &sent.bindings,
            };
            judge(&self.parts.rules.expectations(&case), &observation, self.parts.gate)
        };
        let trial =
            Trial { judgement, exchanges, bindings: Some(sent.bindings.clone()), state: state.clone() };
        oracle::complaint(&case, &trial, self.slow)
    }

    /// The state of a user, as far as it is known.
    async fn state(&mut self, user: usize) -> BTreeMap<String, String> {
        let (pool_id, name) = (self.home.pool_id.clone(), self.name(user));
        let Ok(seen) = self.parts.plane.admin_get_user(&pool_id, &name).await else {
            return BTreeMap::new();
        };
        let enabled = seen.enabled.map(|enabled| enabled.to_string());
        [
            ("user.status", seen.status),
            ("user.enabled", enabled),
            ("user.email_verified", seen.email_verified),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect()
    }

    fn note_unsure(&mut self, user: usize, state: &BTreeMap<String, String>) {
        self.model.seen(user, state.get("user.status").map(String::as_str));
    }

    /// Whether every user is as the model has it.
    async fn compare(&mut self) -> Option<Complaint> {
        for user in 0..USERS {
            let (pool_id, name) = (self.home.pool_id.clone(), self.name(user));
            let expected = self.model.people.get(user).and_then(|person| person.status.shown());
            let Some(expected) = expected else { continue };
            let got = match self.parts.plane.admin_get_user(&pool_id, &name).await {
                Ok(seen) => seen.status.unwrap_or_else(|| expected.to_owned()),
                Err(ProvisionError::Refused { error_type, .. }) if error_type == NO_SUCH_USER => {
                    "absent".to_owned()
                }
                Err(_) => continue,
            };
            if got != expected {
                let expected = format!("user {user} is {expected}");
                return Some(Complaint::new(Oracle::Model, &expected, format!("user {user} is {got}")));
            }
        }
        None
    }
}
