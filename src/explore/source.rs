//! Where inputs come from: drawn from a seed and a number, with the help of what was kept.

use super::bytes::changed;
use super::dictionary::Dictionary;
use super::framing::framing;
use super::input::{Input, Made, is_raw};
use crate::case::{Case, CaseId};
use crate::generate::Stack;
use crate::seed::Seed;

/// The group of every case that a session makes.
pub const GROUP: &str = "fuzz";

/// The most inputs that are kept in memory to be changed; later ones take the place of earlier ones.
pub(super) const KEPT_MAX: usize = 2048;

/// One input in so many is broken framing.
const FRAMING_ONE_IN: usize = 128;

/// Draws inputs.
#[derive(Debug)]
pub struct Source {
    seed: Seed,
    dictionary: Dictionary,
    kept: Vec<Case>,
    next: usize,
}

impl Source {
    /// A source of inputs that follow from `seed`.
    pub fn new(seed: Seed, dictionary: Dictionary) -> Self {
        Self { seed, dictionary, kept: Vec::new(), next: 0 }
    }

    /// Keeps a case to be changed. One with broken framing is not.
    pub fn keep(&mut self, case: &Case) {
        if is_raw(case) {
            return;
        }
        if self.kept.len() < KEPT_MAX {
            self.kept.push(case.clone());
        } else if let Some(place) = self.kept.get_mut(self.next % KEPT_MAX) {
            place.clone_from(case);
            self.next += 1;
        }
    }

    /// The input of that number.
    pub fn draw(&self, number: u64) -> Input {
        let seed = self.seed.split("input").round(number.wrapping_add(1));
        let mut rng = seed.rng();
        let id = CaseId::new(GROUP, &format!("{number}"));
        let stack = |seed: Seed| {
            let stack = Stack::draw(seed);
            Input { case: stack.case(&id), made: Made::Stack(stack) }
        };
        if rng.below(FRAMING_ONE_IN) == 0 {
            return Input { case: framing(&id, &mut rng), made: Made::Otherwise };
        }
        if rng.below(4) > 0 {
            return stack(seed.split("stack"));
        }
        let one = rng.pick(&self.kept);
        let other = rng.pick(&self.kept);
        match one.and_then(|one| changed(&id, one, other, (&self.dictionary, &mut rng))) {
            Some(case) => Input { case, made: Made::Otherwise },
            None => stack(seed.split("stack")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::is_opaque;

    #[test]
    fn the_same_seed_number_and_kept_cases_give_the_same_input() {
        let make = || {
            let mut source = Source::new(Seed(7), Dictionary::built_in());
            for number in 0..50 {
                let input = source.draw(number);
                source.keep(&input.case);
            }
            source
        };
        let (one, other) = (make(), make());
        let inputs: Vec<Input> = (0..500).map(|number| one.draw(number)).collect();
        assert!(inputs.iter().zip(0..).all(|(input, number)| *input == other.draw(number)));
        let opaque = inputs.iter().filter(|input| is_opaque(&input.case)).count();
        assert!((50..250).contains(&opaque), "{opaque} of 500 are changed bytes");
    }
}
