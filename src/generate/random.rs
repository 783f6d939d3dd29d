//! Cases that are drawn: every combination of members once with random texts in random spellings, and codes and client ids
//! that match their patterns and name nothing.

use super::draft::Draft;
use super::drawn::{DrawnPayload, Outline};
use super::payload::Payload;
use super::spelling::Text;
use super::strategy::{Alphabet, Drawing, Texts};
use super::suite::Suite;
use crate::case::{CaseId, ClientKind, Layer};
use crate::seed::Seed;
use crate::template::Template;

const GROUP: &str = "drawn";

/// How many codes and how many client ids are drawn.
const TEXTS: usize = 20;

pub(super) fn cases(suite: &mut Suite) {
    for number in 0..Outline::COUNT {
        let name = name_of(number);
        let payload = draw(suite.seed(), &name, number);
        suite.push_case(payload.case(&CaseId::new(GROUP, &name)));
    }
    for number in 1..=TEXTS {
        let labels = ["valid/text/ConfirmationCode-drawn", "code/wrong"];
        refused(suite, &format!("code-{number:03}"), ("ConfirmationCode", Alphabet::Visible), &labels);
        let labels = ["valid/text/ClientId-drawn", "client/unknown"];
        refused(suite, &format!("client-id-{number:03}"), ("ClientId", Alphabet::Word), &labels);
    }
}

fn name_of(number: usize) -> String {
    format!("valid-{:03}", number + 1)
}

fn draw(seed: Seed, name: &str, number: usize) -> DrawnPayload {
    Drawing::new(seed.split(GROUP).split(name)).payload(Some(Outline::new(number)))
}

/// The payload that the case of this name sends in this round, to make it smaller; nothing where the case was not drawn.
pub fn drawn(seed: Seed, round: u64, id: &CaseId) -> Option<DrawnPayload> {
    let name = id.as_str().strip_prefix("drawn/")?;
    let number = (0..Outline::COUNT).find(|number| name_of(*number) == name)?;
    Some(draw(seed.round(round), name, number))
}

fn refused(suite: &mut Suite, name: &str, (member, alphabet): (&str, Alphabet), labels: &[&str]) {
    let seed = suite.seed().split(GROUP).split(name);
    let drawn = Drawing::new(seed).value(&Texts { alphabet, chars_min: 1 }).unwrap_or_default();
    // A text that could be somebody's code or client id is none of anybody's with this in front.
    let text = Text { text: format!("_{}", drawn.text), ..drawn };
    let mut json = b"\"".to_vec();
    text.write(&mut json);
    json.push(b'"');
    let payload = Payload::base(ClientKind::Public).with(member, Template::literal(json));
    suite.push(Draft::new(GROUP, name, Layer::Constraint).payload(&payload, labels));
}
