//! One of the parts that a run is split into, so that several machines share the work. Knows case ids and nothing else
//! of cases.
//!
//! Which shard a case belongs to follows from its id and the number of shards alone: the first eight bytes of the SHA-256
//! of the id, read as a big-endian number, modulo the number of shards, counted from 1. Cases that come or go never move
//! another one.

use crate::case::CaseId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::{self, Write as _};
use std::str::FromStr;

/// A run is split into at most so many shards.
pub const SHARDS_MAX: u32 = 1024;

/// Shard `number` of `of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard {
    number: u32,
    of: u32,
}

impl Shard {
    /// Which one it is, from 1.
    pub fn number(self) -> u32 {
        self.number
    }

    /// How many there are.
    pub fn of(self) -> u32 {
        self.of
    }

    /// Whether the case belongs to it.
    pub fn holds(self, id: &CaseId) -> bool {
        number_of(id, self.of) == self.number
    }
}

/// The shard, from 1, that the case belongs to where there are `of` of them.
fn number_of(id: &CaseId, of: u32) -> u32 {
    let hash = Sha256::digest(id.as_str());
    let head = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    u32::try_from(head % u64::from(of.max(1))).unwrap_or_default() + 1
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
            text.parse::<u32>().ok().filter(|_| is_plain)
        };
        text.split_once('/')
            .and_then(|(k, n)| Some(Self { number: number(k)?, of: number(n)? }))
            .filter(|shard| shard.number <= shard.of && shard.of <= SHARDS_MAX)
            .ok_or_else(|| format!("allowed: `K/N`, from `1/1` to `{SHARDS_MAX}/{SHARDS_MAX}`, K at most N"))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl Serialize for Shard {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Shard {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What makes sure that several shards are those of one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardOf {
    /// Which one it is: `3/16`.
    pub part: Shard,
    /// The number of cases of the whole run, over all rounds.
    pub cases: u64,
    /// The SHA-256 of the ids of the whole run, in the order of the suite, each with a line break after it.
    pub ids: String,
    /// The SHA-256 of what is sent, of the labels and requirements of every case, and of the options that decide verdicts.
    pub plan: String,
}

/// A SHA-256 over texts, each with a line break after it, as lower-case hexadecimal digits.
pub fn digest<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_ref());
        hash.update("\n");
    }
    let mut out = String::new();
    for byte in hash.finalize() {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(text: &str) -> Shard {
        text.parse().unwrap()
    }

    #[test]
    fn every_case_belongs_to_exactly_one_shard_whatever_other_cases_there_are() {
        let ids: Vec<CaseId> = (0..500).map(|number| CaseId::new("group", &number.to_string())).collect();
        for of in [1, 2, 7, 16, SHARDS_MAX] {
            let shards: Vec<Shard> = (1..=of).map(|number| Shard { number, of }).collect();
            for id in &ids {
                assert_eq!(shards.iter().filter(|shard| shard.holds(id)).count(), 1, "{id} of {of}");
            }
        }
    }

    #[test]
    fn the_shard_of_a_case_is_the_documented_one() {
        // As `printf %s code/wrong-public | sha256sum` says: 41b78fbb8f5babcf…, modulo 16 and modulo 7.
        let id = CaseId::new("code", "wrong-public");
        assert_eq!((number_of(&id, 16), number_of(&id, 7), number_of(&id, 1)), (16, 6, 1));
        assert_eq!(digest(["x"]), "73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac");
    }

    #[test]
    fn a_shard_is_written_as_two_numbers_and_nothing_else() {
        assert_eq!(shard("3/16").to_string(), "3/16");
        for text in
            ["", "1", "0/1", "2/1", "1/0", "1/1025", "+1/2", "01/2", "1/2/3", "1 /2", "-1/2", "a/b", "１/2"]
        {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        assert!(format!("{SHARDS_MAX}/{SHARDS_MAX}").parse::<Shard>().is_ok());
    }
}
