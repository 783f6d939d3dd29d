//! Sends one input after the other over one connection, complains, and makes smaller what is complained of.

use super::budget::{Budget, SHRINK_RUNS_MAX};
use super::complaint::{Complaint, Oracle};
use super::input::{Input, Made, is_opaque};
use super::inspect::inspected;
use super::oracle::{complaint, complaints, is_success, touched};
use super::sequence::{Whose, refused, sequence, without_accepted};
use super::signature::Signature;
use super::walk::{self, Walk, WalkError, Walked};
use crate::case::{Case, CaseId, ClientKind, Fixture, PoolKind};
use crate::event::Verdict;
use crate::generate::Stack;
use crate::harness::{HarnessError, Stand, Trial};
use crate::replay::transport::Transport;
use crate::requirement::Effect;
use crate::template::{RequestTemplate, Segment, Template};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// A finding is run so many times more.
pub const REPLAYS: u8 = 3;

/// So many inputs before a complaint may be to blame for it.
const RECENT_MAX: usize = 12;

/// So many of them are put before it in turn. An even and an odd number each, since a connection may remember one request alone.
const BEHIND: [usize; 6] = [1, 2, 3, 4, 7, RECENT_MAX];

/// After so many inputs somebody looks after the user that nothing is sent for.
const BYSTANDER_EVERY: u64 = 512;

/// One job of a session.
pub struct Hunter<T> {
    stand: Stand<T>,
    slow: Duration,
    recent: VecDeque<Case>,
    /// What was sent for the user that stands by, by its fixture.
    batches: BTreeMap<(PoolKind, ClientKind), Vec<Case>>,
    sent: u64,
}

/// A case that is complained of.
#[derive(Debug, Clone, PartialEq)]
pub struct Caught {
    /// The case.
    pub case: Case,
    /// What is wrong with it.
    pub complaint: Complaint,
    /// How often it was wrong, of [`REPLAYS`] times; `None` where it was not run again.
    pub reproduced: Option<u8>,
}

/// What one input came to.
#[derive(Debug)]
pub struct Tried {
    /// The signature of its answers.
    pub signature: Option<Signature>,
    /// Why it could not be sent, where it was not.
    pub undone: Option<String>,
    /// What it is complained of, or what came before it.
    pub caught: Vec<(Caught, Made)>,
}

impl<T: Transport> Hunter<T> {
    /// A hunter at this stand. An answer that takes longer than `slow` is complained of.
    pub fn new(stand: Stand<T>, slow: Duration) -> Self {
        Self { stand, slow, recent: VecDeque::new(), batches: BTreeMap::new(), sent: 0 }
    }

    /// Sends one input.
    pub async fn hunt(&mut self, input: &Input) -> Result<Tried, HarnessError> {
        if self.stand.renew().await? {
            self.batches.clear();
        }
        self.sent += 1;
        let mut input = input.clone();
        if let Made::Stack(_) = input.made {
            input.case = inspected(self.stand.rules(), input.case);
        }
        let (input, case) = (&input, &input.case);
        let tried = if self.is_refused(case) && Stand::<T>::can_glance(case) {
            self.glance(input).await
        } else {
            self.run(input).await
        };
        self.recent.push_back(case.clone());
        if self.recent.len() > RECENT_MAX {
            self.recent.pop_front();
        }
        let mut tried = tried;
        if self.sent.is_multiple_of(BYSTANDER_EVERY)
            && let Some(wrong) = self.stand.check_bystander().await
        {
            let complaint =
                Complaint::new(Oracle::Bystander, "a user that nothing is sent for stays as it is", wrong);
            tried.caught.push((Caught { case: case.clone(), complaint, reproduced: None }, Made::Otherwise));
        }
        Ok(tried)
    }

    /// Whether the user of the case is expected to stay as it is.
    fn is_refused(&self, case: &Case) -> bool {
        is_opaque(case)
            || self.stand.rules().expectations(case).iter().all(|expected| expected.effect == Effect::Refused)
    }

    async fn run(&mut self, input: &Input) -> Tried {
        let (trial, found) = self.look(&input.case).await;
        let signature = (!trial.exchanges.is_empty()).then(|| Signature::of(&trial.exchanges));
        let caught = found.into_iter().next().map(|complaint| Caught {
            case: input.case.clone(),
            complaint,
            reproduced: None,
        });
        let undone = signature.is_none().then(|| trial.judgement.reason.unwrap_or_default());
        let caught = caught.into_iter().map(|caught| (caught, input.made.clone())).collect();
        Tried { signature, undone, caught }
    }

    async fn glance(&mut self, input: &Input) -> Tried {
        let case = &input.case;
        let Ok(trial) = self.stand.glance(case).await else {
            return self.run(input).await;
        };
        let signature = Some(Signature::of(&trial.exchanges));
        let key = (case.fixture.pool, case.fixture.client);
        self.batches.entry(key).or_default().push(case.clone());
        let mut caught = Vec::new();
        if let Some(complaint) = complaint(case, &trial, self.slow) {
            caught.push((Caught { case: case.clone(), complaint, reproduced: None }, input.made.clone()));
        }
        let is_doubtful = matches!(trial.judgement.verdict, Verdict::Mismatch | Verdict::Advisory);
        if caught.is_empty() && is_doubtful {
            // What the answer alone does not settle, the state may.
            caught = self.run(input).await.caught;
        }
        if has_success(&trial) || is_doubtful || !caught.is_empty() {
            // The user may be confirmed by now: whatever was sent for it before is not looked at any more.
            self.stand.settle(&case.fixture).await;
            self.batches.remove(&key);
        } else if self.stand.is_due(case) {
            let batch = self.batches.remove(&key).unwrap_or_default();
            if let Some(wrong) = self.stand.settle(&case.fixture).await {
                caught.extend(self.blame(&case.fixture, &batch, &wrong).await);
            }
        }
        Tried { signature, undone: None, caught }
    }

    /// One of the cases that were sent for one user, or all of them together, left it otherwise than it was.
    async fn blame(&mut self, fixture: &Fixture, batch: &[Case], wrong: &str) -> Option<(Caught, Made)> {
        for case in batch {
            if let Some(complaint) = self.complaint(case).await {
                return Some((Caught { case: case.clone(), complaint, reproduced: None }, Made::Otherwise));
            }
        }
        let case = sequence(&CaseId::new("fuzz", "batch"), fixture, (batch, Whose::SameFixture), None)?;
        let complaint = self
            .complaint(&case)
            .await
            .unwrap_or_else(|| Complaint::new(Oracle::State, "refusals leave the user alone", wrong));
        Some((Caught { case, complaint, reproduced: None }, Made::Otherwise))
    }

    /// What a case comes to for a fresh user.
    pub async fn complaint(&mut self, case: &Case) -> Option<Complaint> {
        self.look(case).await.1.into_iter().next()
    }

    /// The same where it is like this one.
    async fn complaint_like(&mut self, case: &Case, complaint: &Complaint) -> Option<Complaint> {
        self.look(case).await.1.into_iter().find(|found| found.is_like(complaint))
    }

    /// Carries a walk out.
    pub async fn walk(&mut self, walk: &Walk) -> Result<Walked, WalkError> {
        walk::run(&mut self.stand, walk, self.slow).await
    }

    /// The longest time that an answer may take.
    pub(super) fn slow(&self) -> Duration {
        self.slow
    }

    /// What a case comes to for a fresh user, with everything that was seen.
    pub async fn look(&mut self, case: &Case) -> (Trial, Vec<Complaint>) {
        let trial = self.stand.run(case).await;
        let mut found = complaints(case, &trial, self.slow);
        if found.is_empty() {
            found.extend(touched(case, &trial));
        }
        (trial, found)
    }

    /// Runs a finding again, and makes it as small as it becomes while it is still complained of for the same reason. What does
    /// not happen again alone is looked for together with what was sent before it.
    pub async fn shrink(&mut self, caught: &Caught, made: &Made) -> Caught {
        let mut budget = Budget::new(SHRINK_RUNS_MAX);
        let mut smallest = caught.clone();
        if !self.fails(&caught.case, caught, &mut budget).await {
            match self.behind_others(caught, &mut budget).await {
                Some(case) => smallest.case = case,
                None => return Caught { reproduced: Some(0), ..smallest },
            }
            self.drop_steps(&mut smallest, &mut budget).await;
        } else if let Made::Stack(stack) = made {
            self.shrink_stack(stack.clone(), &mut smallest, &mut budget).await;
        } else {
            self.drop_steps(&mut smallest, &mut budget).await;
            if is_opaque(&smallest.case) {
                self.shrink_bytes(&mut smallest, &mut budget).await;
            }
        }
        let mut again = 0;
        for _ in 0..REPLAYS {
            if let Some(found) = self.complaint_like(&smallest.case, &caught.complaint).await {
                smallest.complaint = found;
                again += 1;
            }
        }
        Caught { reproduced: Some(again), ..smallest }
    }

    /// The case behind some of what was sent before it, where it fails there time and again. What is accepted for the user of
    /// the case is left out where it has no part in that.
    async fn behind_others(&mut self, caught: &Caught, budget: &mut Budget) -> Option<Case> {
        let Caught { case, .. } = caught;
        let recent: Vec<Case> = self.recent.iter().filter(|other| other.id != case.id).cloned().collect();
        let last = |count| recent.get(recent.len().saturating_sub(count)..).unwrap_or_default().to_vec();
        let refused = [(); 2].map(|()| refused(&case.id, &case.fixture)).to_vec();
        for before in BEHIND.into_iter().map(last).chain([refused]) {
            for whose in [Whose::SameFixture, Whose::Anyone] {
                let tried = sequence(&case.id, &case.fixture, (&before, whose), Some(case));
                let Some(tried) = tried else { continue };
                if self.fails_twice(&tried, caught, budget).await {
                    return Some(tried);
                }
                if !budget.take() {
                    return None;
                }
                let (trial, _) = self.look(&tried).await;
                if let Some(fewer) = without_accepted(&tried, &trial, case.steps.len())
                    && self.fails_twice(&fewer, caught, budget).await
                {
                    return Some(fewer);
                }
            }
        }
        None
    }

    /// Whether it fails twice in a row: what a connection remembers may make every other run fail.
    async fn fails_twice(&mut self, case: &Case, caught: &Caught, budget: &mut Budget) -> bool {
        self.fails(case, caught, budget).await && self.fails(case, caught, budget).await
    }

    async fn fails(&mut self, case: &Case, caught: &Caught, budget: &mut Budget) -> bool {
        if !budget.take() {
            return false;
        }
        self.complaint_like(case, &caught.complaint).await.is_some()
    }

    async fn shrink_stack(&mut self, mut stack: Stack, smallest: &mut Caught, budget: &mut Budget) {
        let id = smallest.case.id.clone();
        'smaller: while !budget.is_spent() {
            for candidate in stack.simpler() {
                let case = inspected(self.stand.rules(), candidate.case(&id));
                if self.fails(&case, smallest, budget).await {
                    smallest.case = case;
                    stack = candidate;
                    continue 'smaller;
                }
            }
            return;
        }
    }

    /// Leaves steps out, the last one apart: half of them at a time, then fewer.
    async fn drop_steps(&mut self, smallest: &mut Caught, budget: &mut Budget) {
        let mut size = smallest.case.steps.len() / 2;
        while size > 0 && !budget.is_spent() {
            let mut at = 0;
            while at + size < smallest.case.steps.len() {
                let mut fewer = smallest.case.clone();
                fewer.steps.drain(at..at + size);
                if self.fails_twice(&fewer, smallest, budget).await {
                    smallest.case = fewer;
                } else {
                    at += size;
                }
            }
            size /= 2;
        }
    }

    /// Leaves header lines, pieces and bytes out: large pieces first.
    async fn shrink_bytes(&mut self, smallest: &mut Caught, budget: &mut Budget) {
        let mut size = length(&smallest.case).next_power_of_two();
        while size > 0 && !budget.is_spent() {
            let mut at = 0;
            while at < length(&smallest.case) {
                match without(&smallest.case, at, size) {
                    Some(fewer) if self.fails(&fewer, smallest, budget).await => smallest.case = fewer,
                    _ => at += size,
                }
            }
            size /= 2;
        }
    }

    /// Where its cases are run.
    pub fn stand_mut(&mut self) -> &mut Stand<T> {
        &mut self.stand
    }

    /// The rules that verdicts are drawn from.
    pub fn rules(&self) -> std::rc::Rc<crate::harness::Rules> {
        std::rc::Rc::clone(self.stand.rules())
    }

    /// Deletes what was made.
    pub async fn close(self) -> Result<(), HarnessError> {
        self.stand.close().await
    }
}

fn has_success(trial: &Trial) -> bool {
    trial.exchanges.iter().any(is_success)
}

/// The pieces that can be left out of the last request: header lines, then bytes and bound values of the body.
fn length(case: &Case) -> usize {
    match case.steps.last().map(|step| &step.request) {
        Some(RequestTemplate::Formed { headers, body, .. }) => headers.len() + units(body),
        Some(RequestTemplate::Raw(body)) => units(body),
        None => 0,
    }
}

fn units(body: &Template) -> usize {
    let unit = |segment: &Segment| match segment {
        Segment::Literal(bytes) => bytes.len(),
        _ => 1,
    };
    body.0.iter().map(unit).sum()
}

/// The case without `size` pieces from `at` on.
fn without(case: &Case, at: usize, size: usize) -> Option<Case> {
    let mut fewer = case.clone();
    let body = match &mut fewer.steps.last_mut()?.request {
        RequestTemplate::Formed { headers, body, .. } if at >= headers.len() => {
            let lines = headers.len();
            return cut(body, at - lines, size).then_some(fewer);
        }
        RequestTemplate::Formed { headers, .. } => {
            let end = (at + size).min(headers.len());
            headers.drain(at..end);
            return Some(fewer);
        }
        RequestTemplate::Raw(body) => body,
    };
    cut(body, at, size).then_some(fewer)
}

/// Takes `size` units from `at` on out of a body; false where nothing was taken.
fn cut(body: &mut Template, at: usize, size: usize) -> bool {
    let (mut skip, mut left) = (at, size);
    let mut kept = Template::default();
    for segment in std::mem::take(&mut body.0) {
        match segment {
            Segment::Literal(mut bytes) => {
                let start = skip.min(bytes.len());
                let end = (start + left).min(bytes.len());
                skip -= start;
                left -= end - start;
                bytes.drain(start..end);
                kept.push_literal(&bytes);
            }
            other if skip > 0 || left == 0 => {
                skip = skip.saturating_sub(1);
                kept.push(other);
            }
            _ => left -= 1,
        }
    }
    *body = kept;
    left < size
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Binding;

    #[test]
    fn pieces_are_cut_wherever_they_lie() {
        let mut body = Template::literal("abc");
        body.extend(Template::raw(Binding::Username));
        body.push_literal(b"def");
        assert_eq!(units(&body), 7);
        let cut_to_text = |at, size| {
            let mut body = body.clone();
            (cut(&mut body, at, size), body.to_string())
        };
        assert_eq!(cut_to_text(0, 1), (true, "bc${username}def".to_owned()));
        assert_eq!(cut_to_text(2, 3), (true, "abef".to_owned()));
        assert_eq!(cut_to_text(3, 1), (true, "abcdef".to_owned()));
        assert_eq!(cut_to_text(4, 8), (true, "abc${username}".to_owned()));
        assert_eq!(cut_to_text(7, 1), (false, "abc${username}def".to_owned()));
    }
}
