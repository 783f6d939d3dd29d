//! Sends what was found again, and says whether it still fails.

use super::finding::{Finding, Trouble};
use super::hunter::{Hunter, REPLAYS};
use super::walk;
use crate::named::named;
use crate::replay::transport::Transport;
use std::fmt;
use std::str::FromStr;

named! {
    /// What became of a finding.
    Standing {
        /// It is wrong every time.
        StillFails = "still-fails",
        /// It is right every time.
        Fixed = "fixed",
        /// It is wrong sometimes, or cannot be brought about.
        CannotTell = "cannot-tell",
    }
}

/// What became of one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Whether it still fails.
    pub standing: Standing,
    /// How often it was wrong.
    pub wrong: u8,
    /// How often it was run.
    pub runs: u8,
    /// What is said of it now, where something is.
    pub says: Option<String>,
}

/// Runs a finding [`REPLAYS`] times.
pub async fn replay<T: Transport>(hunter: &mut Hunter<T>, finding: &Finding) -> Replayed {
    let (mut wrong, mut right, mut says) = (0, 0, None);
    for _ in 0..REPLAYS {
        let (is_judged, found, summary) = match &finding.trouble {
            Trouble::Case(case) => {
                let (trial, found) = hunter.look(case).await;
                (trial.is_judged(), found, trial.judgement.reason.clone().or_else(|| trial.summary()))
            }
            Trouble::Walk(walk) => match walk::run(hunter.stand_mut(), walk).await {
                Ok(found) => (true, found.map(|(_, complaint)| complaint), None),
                Err(error) => (false, None, Some(error.to_string())),
            },
        };
        match found.filter(|found| found.is_like(&finding.complaint)) {
            Some(found) => {
                wrong += 1;
                says = Some(found.got);
            }
            None if is_judged => right += 1,
            None => says = summary,
        }
    }
    let standing = match (wrong, right) {
        (REPLAYS, _) => Standing::StillFails,
        (0, REPLAYS) => Standing::Fixed,
        _ => Standing::CannotTell,
    };
    Replayed { standing, wrong, runs: REPLAYS, says }
}
