//! The share of a run that falls to one shard, and what proves later that several shards are those of one run.

use super::options::{FailFast, Options};
use super::suite::Selected;
use crate::case::Case;
use crate::shard::{Shard, ShardOf, digest};
use crate::template::{RequestTemplate, Template};

/// What falls to this run.
pub(super) struct Share {
    part: Option<Shard>,
    /// The number of its cases, over all rounds.
    pub(super) cases: u64,
    /// What the report says of it, if it is a part.
    pub(super) shard: Option<ShardOf>,
}

impl Share {
    /// The share of a run with these `options` that runs `whole` cases, over and over the `suite`.
    pub(super) fn of(options: &Options, suite: &[Selected], whole: u64) -> Self {
        let Some(part) = options.shard else {
            return Self { part: None, cases: whole, shard: None };
        };
        let length = |cases: &[Selected]| u64::try_from(cases.len()).unwrap_or(u64::MAX);
        let held = |cases: &[Selected]| {
            let held = cases.iter().filter(|selected| part.holds(&selected.case.id)).count();
            u64::try_from(held).unwrap_or(u64::MAX)
        };
        // Every round has the same ids.
        let (rounds, rest) = (whole / length(suite).max(1), whole % length(suite).max(1));
        let rest = suite.get(..usize::try_from(rest).unwrap_or(usize::MAX)).unwrap_or(suite);
        let run = if rounds == 0 { rest } else { suite };
        let shard = ShardOf {
            part,
            cases: whole,
            ids: digest(run.iter().map(|selected| selected.case.id.as_str())),
            plan: digest(options_told(options).into_iter().chain(run.iter().map(told))),
        };
        Self { part: Some(part), cases: held(suite) * rounds + held(rest), shard: Some(shard) }
    }

    /// The cases of a round that fall to it, each with its place in the whole suite.
    pub(super) fn own(&self, cases: Vec<Selected>) -> Vec<(usize, Selected)> {
        let is_own = |selected: &Selected| self.part.is_none_or(|part| part.holds(&selected.case.id));
        cases.into_iter().enumerate().filter(|(_, selected)| is_own(selected)).collect()
    }
}

/// The options that decide verdicts and are told nowhere else in a report.
fn options_told(options: &Options) -> Vec<String> {
    let fail_fast = match options.fail_fast {
        FailFast::No => "run every case",
        FailFast::Yes => "stop at the first mismatch",
    };
    vec![format!("confirmations {}", options.confirmations), fail_fast.to_owned()]
}

/// A case as text: what is sent, what was done, and which requirements govern it.
fn told(selected: &Selected) -> String {
    let Case { id, fixture, steps, .. } = &*selected.case;
    let mut told = format!("{id}\n{fixture:?}\n");
    for requirement in selected.requirements.iter() {
        told.extend([requirement.0.as_str(), " "]);
    }
    for step in steps {
        for label in &step.labels {
            told.extend(["\n", label.as_str()]);
        }
        told.push_str(&request(&step.request));
    }
    told
}

fn request(request: &RequestTemplate) -> String {
    let header = |(name, value): &(Vec<u8>, Template)| format!("{name:?} {value}\n");
    match request {
        RequestTemplate::Raw(bytes) => bytes.to_string(),
        RequestTemplate::Formed { method, target, headers, body } => {
            let headers: String = headers.iter().map(header).collect();
            format!("\n{method:?} {target:?}\n{headers}{body}")
        }
    }
}
