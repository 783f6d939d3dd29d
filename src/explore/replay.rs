//! Sends what was found again, and says whether it still fails.

use super::complaint::{Complaint, Oracle};
use super::finding::{Finding, Trouble};
use super::hunter::{Hunter, REPLAYS};
use super::oracle::in_time;
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
        /// It is wrong sometimes or in another way, or cannot be brought about.
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
        match once(hunter, finding).await {
            Once::Wrong(found) if found.is_like(&finding.complaint) => {
                wrong += 1;
                says = Some(found.got);
            }
            Once::Wrong(found) => says = Some(format!("otherwise than it was: {found}")),
            Once::Right if can_be_right(hunter, finding) => right += 1,
            Once::Right => {
                says = Some("nothing is wrong, which proves nothing of what came by itself".to_owned());
            }
            Once::Unknown(reason) => says = reason,
        }
    }
    let standing = match (wrong, right) {
        (REPLAYS, _) => Standing::StillFails,
        (0, REPLAYS) => Standing::Fixed,
        _ => Standing::CannotTell,
    };
    Replayed { standing, wrong, runs: REPLAYS, says }
}

/// What one run came to.
enum Once {
    Wrong(Complaint),
    Right,
    Unknown(Option<String>),
}

async fn once<T: Transport>(hunter: &mut Hunter<T>, finding: &Finding) -> Once {
    match &finding.trouble {
        Trouble::Case(case) => match hunter.look(case).await {
            (trial, found) if found.is_empty() && trial.is_judged() => Once::Right,
            (trial, found) if found.is_empty() => {
                Once::Unknown(trial.judgement.reason.clone().or_else(|| trial.summary()))
            }
            (_, found) => {
                let like = found.iter().find(|found| found.is_like(&finding.complaint));
                like.or(found.first()).cloned().map_or(Once::Right, Once::Wrong)
            }
        },
        Trouble::Walk(walk) => match hunter.walk(walk).await {
            Err(error) => Once::Unknown(Some(error.to_string())),
            Ok(walked) => match (walked.wrong, walked.hindered) {
                (Some((_, found)), _) => Once::Wrong(found),
                (None, None) => Once::Right,
                (None, hindered) => Once::Unknown(hindered),
            },
        },
    }
}

/// Whether a run without a complaint proves anything: what sending it again did not bring about when it was found, or what is
/// measured by another limit now, may still be wrong.
fn can_be_right<T: Transport>(hunter: &Hunter<T>, finding: &Finding) -> bool {
    match finding.complaint.oracle {
        Oracle::Bystander => false,
        Oracle::Slow => finding.complaint.expected == in_time(hunter.slow()),
        _ => finding.reproduced != Some(0),
    }
}
