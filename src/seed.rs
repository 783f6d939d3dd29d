//! The seed of a run and how it splits: one seed gives every case its own stream, so that adding a case never changes
//! the bytes of another one.

use std::fmt;

/// The seed of a run or of one case in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seed(pub u64);

impl Seed {
    /// The seed that a run uses unless told otherwise.
    pub const DEFAULT: Self = Self(0);

    /// A seed that differs from run to run, for a run that asks for one. It is printed, so that the run can be
    /// repeated.
    pub fn drawn() -> Self {
        // The standard library's hash keys are the one source of randomness that needs no dependency.
        Self(std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), GOLDEN))
    }

    /// The seed of the part called `name`: stable across builds and platforms (FNV-1a over the name, then one mixing
    /// step with this seed).
    #[must_use]
    pub fn split(self, name: &str) -> Self {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(mix(self.0 ^ hash))
    }

    /// The seed of round `round` of a run that repeats its generation. Round 0 is the run itself.
    #[must_use]
    pub fn round(self, round: u64) -> Self {
        if round == 0 { self } else { Self(mix(self.0.wrapping_add(round.wrapping_mul(GOLDEN)))) }
    }

    /// A stream of numbers drawn from this seed.
    pub fn rng(self) -> Rng {
        Rng(self.0)
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finaliser of `SplitMix64` (Steele, Lea, Flood 2014).
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A small reproducible generator (`SplitMix64`). Not for secrets.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // The bias is below 2^-32 for every bound in use.
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next_u64() % bound).unwrap_or(0)
    }

    /// One element of `items`, or none of an empty slice.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// Puts `items` into a random order (Fisher–Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    /// `length` characters out of `alphabet` (ASCII).
    pub fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        let mut text = String::with_capacity(length);
        text.extend((0..length).filter_map(|_| self.pick(alphabet).map(|byte| char::from(*byte))));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_of_a_seed_are_the_published_ones() {
        // SplitMix64 from seed 1234567, as published with its reference implementation.
        let mut rng = Seed(1_234_567).rng();
        assert_eq!(rng.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(rng.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_split_depends_on_name_and_seed_alone() {
        assert_eq!(Seed(1).split("a"), Seed(1).split("a"));
        assert_ne!(Seed(1).split("a"), Seed(1).split("b"));
        assert_ne!(Seed(1).split("a"), Seed(2).split("a"));
    }
}
