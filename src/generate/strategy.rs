//! Proptest strategies for valid payloads and for texts of the published patterns. The only file that names proptest.
//!
//! A text is drawn from the tables of [`unicode`](super::unicode) instead of from a regular expression: that is faster by
//! an order of magnitude, and every script is as likely as any other. What is drawn is plain data that knows how to
//! become smaller ([`DrawnPayload::simpler`], [`Text::simpler`]), so one value tree serves all strategies. Everything is
//! drawn from the runner's own generator: the same seed gives the same values, and recorded bytes replay.

use super::drawn::{DrawnPayload, Outline};
use super::spelling::Text;
use super::unicode::{self, Class};
use crate::case::ClientKind;
use crate::seed::Seed;
use proptest::prelude::Rng;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::fmt::Debug;

/// The most bytes of a drawn text. With the part of a username that is unique in the run they make 128: a length that is
/// within the bounds of every constrained member by every unit of counting (VAL-020).
pub const TEXT_BYTES_MAX: usize = 112;

/// The most entries of a drawn `ClientMetadata`.
const ENTRIES_MAX: usize = 4;

/// Which characters a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// `[\p{L}\p{M}\p{S}\p{N}\p{P}]` (SCH-012). All of it is also `\S`, by an ASCII reading as by a Unicode one (SCH-013).
    Visible,
    /// `[\w+]`, which is ASCII in AWS's dialect (SCH-010).
    Word,
    /// Any character at all (SCH-020).
    Any,
}

/// A strategy for texts of an alphabet, with a spelling, from `chars_min` characters to [`TEXT_BYTES_MAX`] bytes. They
/// shrink towards few characters and towards `a`; not below `chars_min`.
#[derive(Debug, Clone, Copy)]
pub struct Texts {
    /// The characters.
    pub alphabet: Alphabet,
    /// The fewest characters: 0 or 1.
    pub chars_min: usize,
}

/// A strategy for valid payloads: of one outline, or of any.
#[derive(Debug, Clone, Copy, Default)]
pub struct Payloads {
    /// Which members; drawn where it is not given.
    pub outline: Option<Outline>,
}

/// Data that can be made smaller.
trait Shrink: Clone + Debug {
    fn smaller(&self) -> Vec<Self>;
}

impl Shrink for DrawnPayload {
    fn smaller(&self) -> Vec<Self> {
        self.simpler()
    }
}

/// A text that stays above a least length.
#[derive(Debug, Clone)]
struct Bounded(Text, usize);

impl Shrink for Bounded {
    fn smaller(&self) -> Vec<Self> {
        let long_enough = |text: &Text| text.text.chars().count() >= self.1;
        self.0.simpler().into_iter().filter(long_enough).map(|text| Self(text, self.1)).collect()
    }
}

/// A drawn value and its way down: the smallest value known to fail, and what is left to try in its place.
struct Shrinking<T> {
    known: T,
    current: T,
    left: Option<std::vec::IntoIter<T>>,
}

impl<T: Shrink> Shrinking<T> {
    fn new(drawn: T) -> Self {
        Self { known: drawn.clone(), current: drawn, left: None }
    }

    fn next(&mut self) -> bool {
        let next = self.left.as_mut().and_then(Iterator::next);
        let found = next.is_some();
        self.current = next.unwrap_or_else(|| self.known.clone());
        found
    }

    fn simplify(&mut self) -> bool {
        self.known = self.current.clone();
        self.left = Some(self.known.smaller().into_iter());
        self.next()
    }
}

/// The value tree of [`Payloads`].
pub struct PayloadTree(Shrinking<DrawnPayload>);

/// The value tree of [`Texts`].
pub struct TextTree(Shrinking<Bounded>);

impl ValueTree for PayloadTree {
    type Value = DrawnPayload;

    fn current(&self) -> DrawnPayload {
        self.0.current.clone()
    }

    fn simplify(&mut self) -> bool {
        self.0.simplify()
    }

    fn complicate(&mut self) -> bool {
        self.0.next()
    }
}

impl ValueTree for TextTree {
    type Value = Text;

    fn current(&self) -> Text {
        self.0.current.0.clone()
    }

    fn simplify(&mut self) -> bool {
        self.0.simplify()
    }

    fn complicate(&mut self) -> bool {
        self.0.next()
    }
}

impl Strategy for Payloads {
    type Tree = PayloadTree;
    type Value = DrawnPayload;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut draw = Draw(runner.rng());
        let outline = self.outline.unwrap_or_else(|| Outline::new(draw.below(Outline::COUNT)));
        Ok(PayloadTree(Shrinking::new(draw.payload(outline))))
    }
}

impl Strategy for Texts {
    type Tree = TextTree;
    type Value = Text;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let text = Draw(runner.rng()).text(self.alphabet, self.chars_min);
        Ok(TextTree(Shrinking::new(Bounded(text, self.chars_min))))
    }
}

/// A source of drawn values that depends on a seed alone. It writes no file of failures.
pub struct Drawing(TestRunner);

impl Drawing {
    /// A source of that seed.
    pub fn new(seed: Seed) -> Self {
        let mut rng = seed.rng();
        let [low, high] = [rng.next_u64(), rng.next_u64()].map(u64::to_le_bytes);
        let config = Config { failure_persistence: None, ..Config::default() };
        let bytes = [low, high].concat();
        Self(TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::XorShift, &bytes)))
    }

    /// The next payload of an outline, or of any.
    pub fn payload(&mut self, outline: Option<Outline>) -> DrawnPayload {
        let mut draw = Draw(self.0.rng());
        let outline = outline.unwrap_or_else(|| Outline::new(draw.below(Outline::COUNT)));
        draw.payload(outline)
    }

    /// The next value of a strategy; nothing where the strategy gives up.
    pub fn value<S: Strategy>(&mut self, strategy: &S) -> Option<S::Value> {
        strategy.new_tree(&mut self.0).ok().map(|tree| tree.current())
    }
}

/// How the characters of one text are chosen.
#[derive(Clone, Copy)]
enum Flavour {
    /// All of one class.
    Of(Class),
    /// Each of any group.
    Mixed,
    /// Letters with marks on them.
    Marked,
    /// Mixed, and what no pattern allows besides.
    Wild,
}

struct Draw<'a>(&'a mut TestRng);

impl Draw<'_> {
    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(1).max(1);
        // The bias is below 2^-32 for every bound in use.
        usize::try_from((u64::from(self.0.next_u32()) * bound) >> 32).unwrap_or(0)
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// A number other than 0.
    fn nonzero(&mut self) -> u64 {
        self.0.next_u64() | 1
    }

    fn payload(&mut self, outline: Outline) -> DrawnPayload {
        let client = outline.client();
        // What an app tells of itself is anything at all through one client, and plausible through the other.
        let free = client == ClientKind::Public;
        DrawnPayload {
            client,
            username: Text::plain(self.text(Alphabet::Visible, 1).text),
            force_alias: outline.has_force_alias().then(|| self.one_in(2)),
            analytics: outline.analytics().map(|endpoint| {
                endpoint
                    .then(|| if free { self.text(Alphabet::Any, 0) } else { self.of("0123456789abcdef", 32) })
            }),
            context: outline.context().map(|(ip_address, encoded_data)| {
                let ip_address =
                    ip_address.then(|| if free { self.text(Alphabet::Any, 0) } else { self.address() });
                let base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
                let encoded_data = encoded_data
                    .then(|| if free { self.text(Alphabet::Any, 0) } else { self.of(base64, 64) });
                (ip_address, encoded_data)
            }),
            metadata: outline.metadata().map(|entries| if entries { self.entries() } else { Vec::new() }),
            free,
            order: self.0.next_u64(),
            spacing: if self.one_in(2) { self.nonzero() } else { 0 },
            // One part is always spelt in another way than the shortest, as the label says.
            names: self.nonzero(),
            escaped: self.0.next_u64() & self.0.next_u64() & 0xf,
        }
    }

    /// Between one and [`ENTRIES_MAX`] entries with different keys.
    fn entries(&mut self) -> Vec<(Text, Text)> {
        let count = 1 + self.below(ENTRIES_MAX);
        let mut entries: Vec<(Text, Text)> = Vec::with_capacity(count);
        for _ in 0..count {
            let (key, value) = (self.text(Alphabet::Any, 0), self.text(Alphabet::Any, 0));
            if !entries.iter().any(|(known, _)| known.text == key.text) {
                entries.push((key, value));
            }
        }
        entries
    }

    /// `length` characters of an ASCII alphabet.
    fn of(&mut self, alphabet: &str, length: usize) -> Text {
        let alphabet = alphabet.as_bytes();
        let text =
            (0..length).filter_map(|_| alphabet.get(self.below(alphabet.len()))).map(|b| char::from(*b));
        Text::plain(text.collect::<String>())
    }

    /// An address of the blocks that are set aside for examples (RFC 5737, RFC 3849).
    fn address(&mut self) -> Text {
        let host = self.below(256);
        Text::plain(if self.one_in(2) { format!("203.0.113.{host}") } else { format!("2001:db8::{host:x}") })
    }

    fn text(&mut self, alphabet: Alphabet, chars_min: usize) -> Text {
        let spelling = if self.one_in(2) { 0 } else { self.nonzero() };
        let flavour = self.flavour(alphabet);
        // The lower edge, the upper edge, or something between: mostly short.
        let (chars, fill) = match self.below(8) {
            0 => (chars_min, false),
            1 => (TEXT_BYTES_MAX, true),
            2 => (1 + self.below(64), false),
            _ => (1 + self.below(24), false),
        };
        let mut text = String::with_capacity(TEXT_BYTES_MAX);
        for i in 0..chars {
            let c = self.character(flavour, i);
            if text.len() + c.len_utf8() > TEXT_BYTES_MAX {
                break;
            }
            text.push(c);
        }
        while fill && text.len() < TEXT_BYTES_MAX {
            text.push('a');
        }
        Text { text, spelling }
    }

    fn flavour(&mut self, alphabet: Alphabet) -> Flavour {
        let kinds = match alphabet {
            Alphabet::Word => return Flavour::Of(unicode::WORD),
            Alphabet::Visible => 8,
            Alphabet::Any => 9,
        };
        match self.below(kinds) {
            0 => Flavour::Of(unicode::ALPHANUMERIC),
            1 => Flavour::Of(unicode::ASCII),
            2 => {
                let at = self.below(unicode::GROUPS.len());
                Flavour::Of(unicode::GROUPS.get(at).map_or(unicode::ASCII, |(_, class)| *class))
            }
            3 => Flavour::Of(unicode::RIGHT_TO_LEFT),
            4 => Flavour::Of(unicode::ASTRAL),
            5 => Flavour::Marked,
            6 | 7 => Flavour::Mixed,
            _ => Flavour::Wild,
        }
    }

    fn character(&mut self, flavour: Flavour, place: usize) -> char {
        let class = match flavour {
            Flavour::Of(class) => class,
            Flavour::Marked if place.is_multiple_of(2) => unicode::LETTERS,
            Flavour::Marked => unicode::MARKS,
            Flavour::Wild if self.one_in(2) => unicode::UNUSUAL,
            Flavour::Wild | Flavour::Mixed => {
                let at = self.below(unicode::GROUPS.len());
                unicode::GROUPS.get(at).map_or(unicode::ASCII, |(_, class)| *class)
            }
        };
        class.character(self.0.next_u64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_payloads() {
        let draw = |seed| {
            let mut drawing = Drawing::new(Seed(seed));
            (0..50).map(|_| drawing.payload(None)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn a_failing_text_shrinks_to_the_least_that_fails() {
        let mut runner = Drawing::new(Seed(3)).0;
        for _ in 0..200 {
            let strategy = Texts { alphabet: Alphabet::Visible, chars_min: 1 };
            let mut tree = strategy.new_tree(&mut runner).unwrap();
            let fails = |text: &Text| text.text.chars().any(|c| u32::from(c) > 0xffff);
            if !fails(&tree.current()) {
                continue;
            }
            let mut failing = true;
            while if failing { tree.simplify() } else { tree.complicate() } {
                failing = fails(&tree.current());
            }
            let smallest = tree.current();
            assert_eq!((smallest.text.chars().count(), smallest.spelling), (1, 0), "{smallest:?}");
            assert!(fails(&smallest));
        }
    }

    #[test]
    fn both_edges_and_every_flavour_are_drawn() {
        let mut drawing = Drawing::new(Seed(5));
        let strategy = Texts { alphabet: Alphabet::Any, chars_min: 0 };
        let texts: Vec<String> = (0..2000).filter_map(|_| drawing.value(&strategy)).map(|t| t.text).collect();
        assert!(texts.iter().any(String::is_empty));
        assert!(texts.iter().any(|text| text.len() == TEXT_BYTES_MAX));
        assert!(texts.iter().all(|text| text.len() <= TEXT_BYTES_MAX));
        for class in
            [r"^\p{Hebrew}", r"\p{Mn}", r"\p{So}", r"[\x{20000}-\x{2ffff}]", r"\p{Cc}", r"\p{Co}", r"\p{Zs}"]
        {
            let class = regex::Regex::new(&class.replace(r"^\p{Hebrew}", r"[\x{5d0}-\x{5ea}]")).unwrap();
            assert!(texts.iter().any(|text| class.is_match(text)), "{class}");
        }
    }
}
