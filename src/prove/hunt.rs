//! Whether fuzzing finds planted faults: inputs that are drawn, and no case that somebody wrote down.

use super::arena::{Arena, Passage, Subject};
use super::door::{Doorway, Open};
use super::planted::{Family, Planted, Site};
use super::{ProveError, pool};
use crate::case::Case;
use crate::explore::walk::Walk;
use crate::explore::{Complaint, Dictionary, Hunter, Made, Source, Tried};
use crate::harness::{Select, Stand};
use crate::seed::Seed;
use std::sync::Arc;
use std::time::Duration;

/// In process nothing takes time; a machine that is busy with something else does.
const SLOW: Duration = Duration::from_mins(1);

/// A walk has about so many confirmations: so many fewer of them are sent.
const CASES_PER_WALK: u64 = 8;

/// What is hunted, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HuntOptions {
    /// The most inputs for each fault.
    pub cases: u64,
    /// The seed of the inputs.
    pub seed: Seed,
}

/// A fault that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct HuntedDown {
    /// How many inputs were sent until then.
    pub cases: u64,
    /// What was wrong.
    pub complaint: Complaint,
    /// What was sent, as small as it became.
    pub shrunk: String,
    /// How often that was wrong when it was run again.
    pub reproduced: u8,
}

/// What became of one fault.
#[derive(Debug, Clone)]
pub struct HuntRow {
    /// The fault.
    pub planted: Planted,
    /// What requests found.
    pub requests: Option<HuntedDown>,
    /// What walks over states found, where the fault is one of the state.
    pub walks: Option<HuntedDown>,
}

/// What became of all of them.
#[derive(Debug, Clone)]
pub struct Hunt {
    /// One row for each fault.
    pub rows: Vec<HuntRow>,
    /// What is complained of with nothing planted: it proves nothing of a fault.
    pub noise: Vec<HuntedDown>,
    /// The most inputs for each fault.
    pub cases: u64,
}

impl HuntRow {
    /// Whether it was found, by whichever.
    pub fn is_found(&self) -> bool {
        self.requests.is_some() || self.walks.is_some()
    }
}

impl Hunt {
    /// Hunts each of `planted` down, one at a time, and what is there with none.
    pub fn of(planted: &[Planted], options: HuntOptions) -> Result<Self, ProveError> {
        let control = Planted::at(Family::Code, "nothing", Site::Nowhere);
        let mut rows = pool::each(&[&[control], planted].concat(), |arena, planted| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
            runtime.block_on(hunt(arena, planted, options))
        })?;
        let control = rows.remove(0);
        let noise = control.requests.into_iter().chain(control.walks).collect();
        Ok(Self { rows, noise, cases: options.cases })
    }

    /// How many were found.
    pub fn found(&self) -> usize {
        self.rows.iter().filter(|row| row.is_found()).count()
    }

    /// The median number of inputs until a fault was found, over those that were.
    pub fn median(&self) -> Option<u64> {
        let first = |row: &HuntRow| {
            [row.requests.as_ref(), row.walks.as_ref()].into_iter().flatten().map(|found| found.cases).min()
        };
        let mut firsts: Vec<u64> = self.rows.iter().filter_map(first).collect();
        firsts.sort_unstable();
        firsts.get(firsts.len() / 2).copied()
    }

    /// Whether nine of ten were found, and nothing where nothing is planted.
    pub fn holds(&self) -> bool {
        self.noise.is_empty() && !self.rows.is_empty() && self.found() * 10 >= self.rows.len() * 9
    }
}

/// Whether a fault is one of the state, which walks may find.
fn is_of_state(planted: &Planted) -> bool {
    matches!(
        planted.family,
        Family::Code | Family::User | Family::Alias | Family::Existence | Family::Concurrency
    )
}

async fn hunt(arena: &Arena, planted: &Planted, options: HuntOptions) -> Result<HuntRow, ProveError> {
    let (doorway, fault): (Doorway, _) = match planted.site {
        Site::Server(fault) => (Arc::new(|| Box::new(Open)), Some(fault)),
        Site::Connection(door) => (Arc::new(door), None),
        Site::Nowhere => (Arc::new(|| Box::new(Open)), None),
    };
    let subject = Subject { doorway: &doorway, fault, select: Select::everything() };
    let requests = by_requests(Stand::open(arena.stand(&subject)?).await?, options).await?;
    let walks = if is_of_state(planted) {
        by_walks(Stand::open(arena.stand(&subject)?).await?, options).await?
    } else {
        None
    };
    Ok(HuntRow { planted: *planted, requests, walks })
}

async fn by_requests(stand: Stand<Passage>, options: HuntOptions) -> Result<Option<HuntedDown>, ProveError> {
    let mut hunter = Hunter::new(stand, SLOW);
    let mut source = Source::new(options.seed, Dictionary::built_in());
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..options.cases {
        let input = source.draw(number);
        let Tried { signature, caught, .. } = hunter.hunt(&input).await?;
        if signature.is_some_and(|signature| seen.insert(signature)) {
            source.keep(&input.case);
        }
        let Some((caught, made)) = caught.into_iter().next() else { continue };
        let smallest = hunter.shrink(&caught, &made).await;
        return Ok(Some(HuntedDown {
            cases: number + 1,
            complaint: smallest.complaint.clone(),
            shrunk: told(&smallest.case, &made),
            reproduced: smallest.reproduced.unwrap_or(0),
        }));
    }
    Ok(None)
}

async fn by_walks(stand: Stand<Passage>, options: HuntOptions) -> Result<Option<HuntedDown>, ProveError> {
    let mut hunter = Hunter::new(stand, SLOW);
    for number in 0..options.cases / CASES_PER_WALK {
        hunter.stand_mut().renew().await?;
        let walk = Walk::draw(options.seed.split("walk").round(number + 1));
        let Some(complaint) = wrong(&mut hunter, &walk).await else { continue };
        let (smallest, complaint) = walk.smallest(&mut hunter, &complaint).await;
        let mut reproduced = 0;
        for _ in 0..crate::explore::REPLAYS {
            let again = wrong(&mut hunter, &smallest).await;
            reproduced += u8::from(again.is_some_and(|again| again.is_like(&complaint)));
        }
        let shrunk = smallest.to_string();
        return Ok(Some(HuntedDown { cases: number + 1, complaint, shrunk, reproduced }));
    }
    Ok(None)
}

/// What is wrong with a walk.
async fn wrong(hunter: &mut Hunter<Passage>, walk: &Walk) -> Option<Complaint> {
    hunter.walk(walk).await.ok()?.wrong.map(|(_, complaint)| complaint)
}

/// What was sent, in one line.
fn told(case: &Case, made: &Made) -> String {
    let is_shown = |label: &&crate::case::Label| label.kind() != "inspect";
    let steps: Vec<String> = case
        .steps
        .iter()
        .map(|step| {
            let labels = step.labels.iter().filter(is_shown).map(ToString::to_string);
            labels.collect::<Vec<_>>().join(" + ")
        })
        .collect();
    match made {
        Made::Stack(_) => format!("{}: {}", case.fixture.client, steps.join(", then ")),
        Made::Otherwise if case.steps.len() > 1 => steps.join(", then "),
        Made::Otherwise => match case.steps.last().map(|step| &step.request) {
            Some(crate::template::RequestTemplate::Formed { body, .. }) => format!("bytes `{body}`"),
            _ => "framing".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests;
