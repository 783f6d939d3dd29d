//! Where single cases are run, one after the other, for who makes them up as he goes: fuzzing sessions, replays,
//! comparisons.

use super::case_run::{Bench, Lane, Seen, glance, observe_and_judge};
use super::meter::Metered;
use super::options::{Capturing, Record};
use super::run::{HarnessError, Plan, Purpose, Supply};
use super::suite::Rules;
use crate::case::{Case, ClientKind, Fixture, PoolKind, UserState, Username};
use crate::clock;
use crate::event::Verdict;
use crate::generate::base_request;
use crate::judge::{Answer, Judgement, Values};
use crate::provision::{ControlPlane, Demand, ProvisionError, Provisioned, Provisioner, Shared, sweep};
use crate::replay::transport::Transport;
use crate::requirement::Attestation;
use crate::subject::{CodeReader, UsernameStyle};
use crate::template::{Binding, Bindings, CodeForm};
use crate::wire::{Exchange, WireFault};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Users are spread over pools, this many cases to each: a subject that never forgets a user must not be what a long
/// session measures.
pub const CASES_PER_STAND: usize = 1024;

/// Refusals are sent for one user until so many were: then it is looked at, and confirmed.
pub const GLANCES_PER_USER_MAX: usize = 24;

/// A user is not sent more wrong codes than this: AWS takes 15 in an hour, and servers that take five are not wrong (SEM-017).
const WRONG_CODES_PER_USER_MAX: usize = 3;

/// What was seen of one case.
#[derive(Debug)]
pub struct Trial {
    /// The verdict, and what differs.
    pub judgement: Judgement,
    /// The exchanges of its steps.
    pub exchanges: Vec<Exchange>,
    /// What the requests were bound to; `None` where the user could not be set up.
    pub bindings: Option<Bindings>,
    /// The state afterwards, where it was read.
    pub state: BTreeMap<String, String>,
}

/// What a walk over states is made of.
pub struct Parts<'s, T> {
    /// The set-up calls.
    pub plane: &'s mut ControlPlane<Metered<T>>,
    /// ConfirmSignUp.
    pub probe: &'s mut Metered<T>,
    /// ConfirmSignUp at the same time.
    pub rival: &'s mut Metered<T>,
    /// The pools and app clients.
    pub shared: &'s Shared,
    /// Where codes are read.
    pub codes: &'s CodeReader,
    /// Whether usernames have to be addresses.
    pub needs_addresses: bool,
    /// The rules.
    pub rules: Rc<Rules>,
    /// The weakest attestation that counts.
    pub gate: Attestation,
}

/// A user for whom refusals are sent.
struct Standing {
    user: Provisioned,
    fixture: Fixture,
    glances: usize,
    wrong_codes: usize,
}

/// The place: connections, pools, app clients, rules.
pub struct Stand<T> {
    plan: Plan<T>,
    lane: Lane<T>,
    supply: Supply,
    demand: Demand,
    standing: BTreeMap<(PoolKind, ClientKind), Standing>,
    /// An unconfirmed user that nothing is ever sent for.
    bystander: Option<Provisioned>,
    ran: usize,
    users: u64,
    stands: u64,
}

impl<T: Transport> Stand<T> {
    /// Makes the connections, and the pools and app clients of every kind.
    pub async fn open(mut plan: Plan<T>) -> Result<Self, HarnessError> {
        let wire = |plan: &Plan<T>, purpose| {
            Metered::new((plan.connect)(purpose), Rc::clone(&plan.meter), plan.pace.clone())
        };
        let set_up = wire(&plan, Purpose::SetUp);
        let plane = ControlPlane::new(set_up, &plan.host, &plan.control, clock::unix_seconds)?;
        let mut lane =
            Lane { plane, probe: wire(&plan, Purpose::Judged), rival: wire(&plan, Purpose::Judged) };
        let demand = everything();
        let supply = supply(&mut plan, &mut lane, &demand, 0).await?;
        let mut stand = Self {
            plan,
            lane,
            supply,
            demand,
            standing: BTreeMap::new(),
            bystander: None,
            ran: 0,
            users: 0,
            stands: 1,
        };
        stand.bystander = stand.bystander().await.ok();
        Ok(stand)
    }

    /// The rules that verdicts are drawn from.
    pub fn rules(&self) -> &Rc<Rules> {
        &self.plan.rules
    }

    /// A number that no user of this stand had before.
    pub fn next_user(&mut self) -> u64 {
        self.users += 1;
        self.ran += 1;
        self.users
    }

    /// What a walk over states is made of; nothing where one user was made beforehand.
    pub fn parts(&mut self) -> Option<Parts<'_, T>> {
        let Supply::Own { shared, codes, style } = &self.supply else { return None };
        Some(Parts {
            plane: &mut self.lane.plane,
            probe: &mut self.lane.probe,
            rival: &mut self.lane.rival,
            shared,
            codes,
            needs_addresses: *style == UsernameStyle::Email,
            rules: Rc::clone(&self.plan.rules),
            gate: self.plan.options.gate,
        })
    }

    /// Runs a case for a fresh user, with its twin and the other side of its relation.
    pub async fn run(&mut self, case: &Case) -> Trial {
        self.users += 1;
        let seed = self.plan.options.seed.split("stand").round(self.users);
        let bench = bench(&self.plan, &self.supply, seed);
        let (judgement, observed) = observe_and_judge(&bench, &mut self.lane, case).await;
        self.ran += 1;
        match observed {
            None => Trial { judgement, exchanges: Vec::new(), bindings: None, state: BTreeMap::new() },
            Some(Seen { user, exchanges, state, .. }) => Trial {
                judgement,
                exchanges,
                bindings: Some(user.bindings),
                state: state.unwrap_or_default(),
            },
        }
    }

    /// Whether a case that is refused, or that nothing is known of, can be sent for a user that others were sent for.
    pub fn can_glance(case: &Case) -> bool {
        let Fixture { pool, user, username, .. } = &case.fixture;
        let wrong_codes = case.labels().filter(|label| label.kind() == "code").count();
        (*pool, *user, username) == (PoolKind::Plain, UserState::Unconfirmed, &Username::Plain)
            && case.relation.is_none()
            && wrong_codes <= 1
            && case.steps.iter().all(|step| {
                let is_another = |binding: &Binding| {
                    matches!(
                        binding,
                        Binding::OtherUsername | Binding::Code(CodeForm::OtherUser | CodeForm::Superseded)
                    )
                };
                !step.request.bindings().iter().any(is_another)
            })
    }

    /// Sends a case for a user that other refusals were sent for, and judges the answer alone. The state, and that the user
    /// can still be confirmed, is looked at by [`Self::settle`].
    pub async fn glance(&mut self, case: &Case) -> Result<Trial, ProvisionError> {
        let key = (case.fixture.pool, case.fixture.client);
        if !self.standing.contains_key(&key) {
            let standing = self.stand_up(&case.fixture).await?;
            self.standing.insert(key, standing);
        }
        let Some(standing) = self.standing.get_mut(&key) else {
            return Err(ProvisionError::Missing("no user stands by".to_owned()));
        };
        standing.glances += 1;
        standing.wrong_codes += case.labels().filter(|label| label.kind() == "code").count();
        let bench = bench(&self.plan, &self.supply, self.plan.options.seed);
        let (judgement, exchanges) = glance(&bench, &mut self.lane, case, &standing.user.bindings).await?;
        self.ran += 1;
        let bindings = Some(standing.user.bindings.clone());
        Ok(Trial { judgement, exchanges, bindings, state: BTreeMap::new() })
    }

    /// Whether the user that `case` was sent for has had enough.
    pub fn is_due(&self, case: &Case) -> bool {
        self.standing.get(&(case.fixture.pool, case.fixture.client)).is_some_and(|standing| {
            standing.glances >= GLANCES_PER_USER_MAX || standing.wrong_codes >= WRONG_CODES_PER_USER_MAX
        })
    }

    /// Looks at the user that cases of this fixture were sent for, and confirms it. Says what is wrong, if anything is.
    pub async fn settle(&mut self, fixture: &Fixture) -> Option<String> {
        let standing = self.standing.remove(&(fixture.pool, fixture.client))?;
        self.look_at(&standing.user, &standing.fixture).await
    }

    /// Looks whether the user that nothing was ever sent for is still as it was, and can be confirmed.
    pub async fn check_bystander(&mut self) -> Option<String> {
        let bystander = self.bystander.take()?;
        let fixture = Fixture::unconfirmed(ClientKind::Public);
        let wrong = self.look_at(&bystander, &fixture).await;
        self.bystander = self.bystander().await.ok();
        wrong
    }

    /// Starts anew with fresh pools after so many cases; true where that was done.
    pub async fn renew(&mut self) -> Result<bool, HarnessError> {
        if self.ran < CASES_PER_STAND {
            return Ok(false);
        }
        self.clean_up().await?;
        self.supply = supply(&mut self.plan, &mut self.lane, &self.demand, self.stands).await?;
        self.standing.clear();
        self.stands += 1;
        self.ran = 0;
        self.bystander = self.bystander().await.ok();
        Ok(true)
    }

    /// Deletes what was made.
    pub async fn close(mut self) -> Result<(), HarnessError> {
        self.clean_up().await?;
        self.plan.ledger.close()?;
        Ok(())
    }

    async fn clean_up(&mut self) -> Result<(), HarnessError> {
        // What cannot be deleted stays in the ledger, for `sweep`.
        sweep(&mut self.lane.plane, &mut self.plan.ledger, &self.plan.origin).await?;
        Ok(())
    }

    async fn bystander(&mut self) -> Result<Provisioned, ProvisionError> {
        let fixture = Fixture::unconfirmed(ClientKind::Public);
        Ok(self.stand_up(&fixture).await?.user)
    }

    async fn stand_up(&mut self, fixture: &Fixture) -> Result<Standing, ProvisionError> {
        self.users += 1;
        let seed = self.plan.options.seed.split("standing").round(self.users);
        let needs = [Binding::Code(CodeForm::Right)];
        let user = self.supply.provision(&mut self.lane.plane, fixture, &needs, seed).await?;
        Ok(Standing { user, fixture: fixture.clone(), glances: 0, wrong_codes: 0 })
    }

    /// Whether an unconfirmed user is still one, and its code still confirms it.
    async fn look_at(&mut self, user: &Provisioned, fixture: &Fixture) -> Option<String> {
        let status = |state: &BTreeMap<String, String>| state.get("user.status").cloned();
        // A state that cannot be read is not judged.
        let before =
            Provisioner::state(&mut self.lane.plane, user).await.ok().and_then(|state| status(&state));
        if let Some(before) = before.filter(|before| before != "UNCONFIRMED") {
            return Some(format!("user.status is {before} after nothing but refusals"));
        }
        let request = base_request(fixture).bind(&user.bindings).ok()?;
        let exchange = self.lane.probe.send(&request).await;
        match &exchange.answer {
            Ok(response) if Answer::read(response).is_success() => None,
            Ok(response) => {
                Some(format!("the right code is answered {}", Answer::read(response).summary(&user.bindings)))
            }
            // A subject that is gone accuses nobody.
            Err(WireFault::Unreachable { .. } | WireFault::Tls { .. } | WireFault::Closed { .. }) => None,
            Err(fault) => Some(format!("the right code is not answered: {fault}")),
        }
    }
}

fn bench<'r, T>(plan: &'r Plan<T>, supply: &'r Supply, seed: crate::seed::Seed) -> Bench<'r> {
    Bench {
        rules: &plan.rules,
        supply,
        gate: plan.options.gate,
        record: Record::Everything,
        known: &plan.options.known,
        values: Values::Redrawn,
        capturing: Capturing::Off,
        sign: &plan.sign,
        meter: &plan.meter,
        seed,
        round: 0,
    }
}

async fn supply<T: Transport>(
    plan: &mut Plan<T>,
    lane: &mut Lane<T>,
    demand: &Demand,
    number: u64,
) -> Result<Supply, HarnessError> {
    if let Some(premade) = &plan.premade {
        return Ok(Supply::Premade(premade.clone()));
    }
    let name = format!("{}-{number}", plan.name);
    let shared = Shared::create(&mut lane.plane, &mut plan.ledger, &plan.origin, &name, demand).await?;
    Ok(Supply::Own { shared: Box::new(shared), codes: plan.codes.clone(), style: plan.control.username })
}

/// A pool and an app client of every kind.
fn everything() -> Demand {
    let mut demand = Demand::default();
    let others = [Binding::OtherClientId, Binding::DeletedClientId];
    for client in ClientKind::ALL {
        demand.add(&Fixture::unconfirmed(*client), &others);
    }
    for client in [ClientKind::Public, ClientKind::Secret, ClientKind::ExistenceHidden] {
        demand.add(&Fixture::unconfirmed(client).with_pool(PoolKind::EmailAlias), &[]);
    }
    demand
}

impl Trial {
    /// Whether the subject got a verdict.
    pub fn is_judged(&self) -> bool {
        !matches!(self.judgement.verdict, Verdict::Uncovered | Verdict::Inconclusive)
    }

    /// The last answer in short.
    pub fn summary(&self) -> Option<String> {
        let none = Bindings::default();
        let bindings = self.bindings.as_ref().unwrap_or(&none);
        self.exchanges.last().map(|exchange| match &exchange.answer {
            Ok(response) => Answer::read(response).summary(bindings),
            Err(fault) => fault.to_string(),
        })
    }
}
