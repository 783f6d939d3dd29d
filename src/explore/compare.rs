//! The same requests or the same walks to two subjects, and the least of them on which their answers differ.

use super::budget::Budget;
use super::finding::Trouble;
use super::hunter::Hunter;
use super::input::{Input, Made, is_opaque, is_raw};
use super::session::shown;
use super::signature::{Fnv, normal};
use super::walk::{self, Walk};
use crate::case::Case;
use crate::generate::Stack;
use crate::harness::Trial;
use crate::replay::transport::Transport;
use crate::requirement::RequirementId;
use std::fmt::Write as _;

/// Making one difference smaller ends after so many requests to both.
const SHRINK_RUNS_MAX: usize = 60;

/// Two subjects that answer one case or one walk differently.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What is sent, as small as it became.
    pub trouble: Trouble,
    /// What each of them answered, without what differs from request to request.
    pub answers: [String; 2],
    /// The requests and the answers of each, escaped; a walk has none.
    pub exchanges: [(Vec<String>, Vec<String>); 2],
    /// The requirements that govern the case, or that a walk breaks.
    pub requirements: Vec<RequirementId>,
    /// What the requirements say of each of them.
    pub verdicts: [String; 2],
    /// The name of its group.
    pub group: String,
}

/// What one input came to at both.
#[derive(Debug)]
pub enum Compared {
    /// The same.
    Same,
    /// One of them could not be brought into the state that it starts from.
    NotComparable,
    /// Something else.
    Different(Box<Difference>),
}

/// Sends one input to both. `is_known` says whether a group was seen before: then nothing is made smaller.
pub async fn compare<A: Transport, B: Transport>(
    (one, other): (&mut Hunter<A>, &mut Hunter<B>),
    input: &Input,
    is_known: &dyn Fn(&str) -> bool,
) -> Compared {
    if is_raw(&input.case) {
        return Compared::NotComparable;
    }
    let Some((answers, ..)) = both(one, other, &input.case).await else {
        return Compared::NotComparable;
    };
    let [left, right] = &answers;
    if left == right {
        return Compared::Same;
    }
    let group = group(&answers);
    let mut case = input.case.clone();
    if let (Made::Stack(stack), false) = (&input.made, is_known(&group)) {
        case = smallest((one, other), stack, &input.case, &answers).await;
    }
    let Some((answers, trials)) = both(one, other, &case).await else {
        return Compared::NotComparable;
    };
    let [left, right] = &answers;
    if left == right {
        // The difference does not come again.
        return Compared::NotComparable;
    }
    let rules = one.rules();
    Compared::Different(Box::new(Difference {
        requirements: if is_opaque(&case) { Vec::new() } else { rules.requirements(&case) },
        exchanges: trials.each_ref().map(shown),
        verdicts: trials.each_ref().map(verdict),
        trouble: Trouble::Case(Box::new(case)),
        answers,
        group,
    }))
}

/// Takes both along one walk; which of two operations at the same time comes first is chance, so that they are carried out one
/// after the other. `is_known` says whether a group was seen before: then nothing is made smaller.
pub async fn compare_walks<A: Transport, B: Transport>(
    (one, other): (&mut Hunter<A>, &mut Hunter<B>),
    walk: &Walk,
    is_known: &dyn Fn(&str) -> bool,
) -> Compared {
    let mut walk = walk.in_turn();
    let Some(traces) = traced(one, other, &walk).await else { return Compared::NotComparable };
    let Some((_, answers)) = parting(&traces) else { return Compared::Same };
    let group = group(&answers);
    if !is_known(&group) {
        walk = straightest((one, other), &walk, &answers).await;
    }
    let again = traced(one, other, &walk).await.as_ref().and_then(parting);
    let Some((_, answers)) = again else {
        // The difference does not come again.
        return Compared::NotComparable;
    };
    let complaints = [one.walk(&walk).await, other.walk(&walk).await]
        .map(|walked| walked.ok().and_then(|walked| walked.wrong).map(|(_, complaint)| complaint));
    let mut requirements: Vec<RequirementId> =
        complaints.iter().flatten().filter_map(|complaint| complaint.requirement.clone()).collect();
    requirements.dedup();
    Compared::Different(Box::new(Difference {
        trouble: Trouble::Walk(walk),
        answers,
        exchanges: Default::default(),
        requirements,
        verdicts: complaints
            .map(|found| found.map_or_else(|| "nothing is wrong".to_owned(), |found| found.to_string())),
        group,
    }))
}

/// What both answered along a walk.
async fn traced<A: Transport, B: Transport>(
    one: &mut Hunter<A>,
    other: &mut Hunter<B>,
    walk: &Walk,
) -> Option<[Vec<String>; 2]> {
    Some([walk::trace(one.stand_mut(), walk).await.ok()?, walk::trace(other.stand_mut(), walk).await.ok()?])
}

/// The first operation that they answer differently, and what each of them answers.
fn parting([left, right]: &[Vec<String>; 2]) -> Option<(usize, [String; 2])> {
    let (at, (left, right)) = left.iter().zip(right).enumerate().find(|(_, (left, right))| left != right)?;
    Some((at, [left.clone(), right.clone()]))
}

/// The least walk at whose end they part in the same way.
async fn straightest<A: Transport, B: Transport>(
    (one, other): (&mut Hunter<A>, &mut Hunter<B>),
    walk: &Walk,
    answers: &[String; 2],
) -> Walk {
    let mut smallest = walk.clone();
    let mut budget = Budget::new(SHRINK_RUNS_MAX);
    let mut size = smallest.op.len().next_power_of_two();
    while size > 0 {
        let mut at = 0;
        while at < smallest.op.len() {
            if !budget.take() {
                return smallest;
            }
            let mut fewer = smallest.clone();
            fewer.op.drain(at..(at + size).min(smallest.op.len()));
            let found = traced(one, other, &fewer).await.as_ref().and_then(parting);
            match found {
                Some((last, now)) if now == *answers => {
                    fewer.op.truncate(last + 1);
                    smallest = fewer;
                }
                _ => at += size,
            }
        }
        size /= 2;
    }
    smallest
}

fn verdict(trial: &Trial) -> String {
    let mismatch = trial.judgement.mismatches.first().map(|mismatch| {
        format!(" ({}: expected {}; got {})", mismatch.requirement, mismatch.expected, mismatch.got)
    });
    format!("{}{}", trial.judgement.verdict, mismatch.unwrap_or_default())
}

/// The least stack on which they differ in the same way.
async fn smallest<A: Transport, B: Transport>(
    (one, other): (&mut Hunter<A>, &mut Hunter<B>),
    stack: &Stack,
    case: &Case,
    answers: &[String; 2],
) -> Case {
    let (mut stack, mut smallest) = (stack.clone(), case.clone());
    let mut budget = Budget::new(SHRINK_RUNS_MAX);
    'smaller: loop {
        for candidate in stack.simpler() {
            if !budget.take() {
                return smallest;
            }
            let tried = candidate.case(&case.id);
            if both(one, other, &tried).await.is_some_and(|(now, _)| now == *answers) {
                (stack, smallest) = (candidate, tried);
                continue 'smaller;
            }
        }
        return smallest;
    }
}

/// The answers of both to a case, without what differs from request to request.
async fn both<A: Transport, B: Transport>(
    one: &mut Hunter<A>,
    other: &mut Hunter<B>,
    case: &Case,
) -> Option<([String; 2], [Trial; 2])> {
    let (left, _) = one.look(case).await;
    let (right, _) = other.look(case).await;
    let trials = [left, right];
    if trials.iter().any(|trial| trial.exchanges.is_empty()) {
        return None;
    }
    Some((trials.each_ref().map(shortened), trials))
}

/// Status, type, bones of the message, and the state afterwards.
fn shortened(trial: &Trial) -> String {
    let answers = trial.exchanges.iter().map(|exchange| normal(exchange, trial.bindings.as_ref()));
    let state = trial.state.get("user.status").map(|status| format!("then {status}"));
    answers.chain(state).collect::<Vec<_>>().join("\n")
}

fn group(answers: &[String; 2]) -> String {
    let mut hash = Fnv::new();
    for answer in answers {
        hash.add(answer.as_bytes());
    }
    format!("{:08x}", hash.0 >> 32)
}

impl Difference {
    /// What was done, in short.
    pub fn told(&self) -> String {
        match &self.trouble {
            Trouble::Walk(walk) => format!("`{walk}`"),
            Trouble::Case(case) => {
                let labels = case.labels().filter(|label| label.at() != "fuzzed");
                labels.map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// The text of an issue about it; `names` are those of the two subjects.
    pub fn issue(&self, names: [&str; 2], sentences: &dyn Fn(&RequirementId) -> String) -> String {
        let mut out = String::new();
        let [left, right] = names;
        // Writing to a `String` cannot fail.
        match &self.trouble {
            Trouble::Case(_) => {
                let _ = writeln!(out, "# {left} and {right} answer one ConfirmSignUp request differently\n");
                let _ = writeln!(out, "What was done to a valid request: {}\n", self.told());
            }
            Trouble::Walk(_) => {
                let _ = writeln!(out, "# {left} and {right} part after the same operations\n");
                let _ = writeln!(out, "What was done, in this order: {}\n", self.told());
            }
        }
        for ((name, answer), ((sent, answered), verdict)) in
            names.iter().zip(&self.answers).zip(self.exchanges.iter().zip(&self.verdicts))
        {
            let (answer, verdict) = (fenced(answer), fenced(verdict));
            let _ = writeln!(out, "## {name}\n\n```text\n{answer}\n\nBy the requirements: {verdict}\n```\n");
            for (request, response) in sent.iter().zip(answered) {
                let _ = writeln!(out, "```text\n{}\n\n{}\n```\n", fenced(request), fenced(response));
            }
        }
        let _ = writeln!(out, "## What AWS does\n");
        for requirement in &self.requirements {
            let _ = writeln!(out, "* {requirement}: {}", sentences(requirement));
        }
        if self.requirements.is_empty() {
            let nothing = match &self.trouble {
                Trouble::Case(_) => "Nothing is attested of such a request.",
                Trouble::Walk(_) => "Neither of them breaks what is attested.",
            };
            let _ = writeln!(out, "{nothing}");
        }
        out
    }
}

/// What stands in a fence cannot end it.
fn fenced(text: &str) -> String {
    text.replace("```", "'''").replace("\\r\\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_subject_says_is_no_markup_in_an_issue() {
        let difference = Difference {
            trouble: Trouble::Walk(Walk { pool: "plain".to_owned(), op: Vec::new() }),
            answers: ["400 X\n```\n[a](javascript:b)".to_owned(), "<img src=x>".to_owned()],
            exchanges: Default::default(),
            requirements: Vec::new(),
            verdicts: ["got ``` **y**".to_owned(), "nothing is wrong".to_owned()],
            group: "0".to_owned(),
        };
        let text = difference.issue(["one", "other"], &|_| String::new());
        let (mut is_fenced, mut said) = (false, 0);
        for line in text.lines() {
            is_fenced ^= line.starts_with("```");
            let is_said = ["javascript:", "<img", "**y**"].iter().any(|part| line.contains(part));
            assert!(!is_said || is_fenced, "{line}");
            said += usize::from(is_said);
        }
        assert_eq!((is_fenced, said), (false, 3), "{text}");
    }
}
