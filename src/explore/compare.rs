//! The same requests to two subjects, and the least of them on which their answers differ.

use super::hunter::Hunter;
use super::input::{Input, Made, is_opaque, is_raw};
use super::session::shown;
use super::signature::{Fnv, bones};
use crate::case::Case;
use crate::generate::Stack;
use crate::harness::Trial;
use crate::judge::Answer;
use crate::replay::transport::Transport;
use crate::requirement::RequirementId;
use std::fmt::Write as _;

/// Making one difference smaller ends after so many requests to both.
const SHRINK_RUNS_MAX: usize = 60;

/// Two subjects that answer one case differently.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The case, as small as it became.
    pub case: Case,
    /// What each of them answered, without what differs from request to request.
    pub answers: [String; 2],
    /// The requests and the answers of each, escaped.
    pub exchanges: [(Vec<String>, Vec<String>); 2],
    /// The requirements that govern the case.
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
    let rules = one.rules();
    Compared::Different(Box::new(Difference {
        requirements: if is_opaque(&case) { Vec::new() } else { rules.requirements(&case) },
        exchanges: trials.each_ref().map(shown),
        verdicts: trials.each_ref().map(verdict),
        case,
        answers,
        group,
    }))
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
    let mut runs = SHRINK_RUNS_MAX;
    'smaller: loop {
        for candidate in stack.simpler() {
            if runs == 0 {
                return smallest;
            }
            runs -= 1;
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
    Some((trials.each_ref().map(normal), trials))
}

/// Status, type, bones of the message, and the state afterwards.
fn normal(trial: &Trial) -> String {
    let mut text = String::new();
    for exchange in &trial.exchanges {
        let answer = match &exchange.answer {
            Err(fault) => bones(&fault.to_string()),
            Ok(response) => {
                let answer = Answer::read(response);
                let message = answer.message.as_ref().map_or("", |message| message.text.as_str());
                let message =
                    trial.bindings.as_ref().map_or(message.to_owned(), |bindings| bindings.redact(message));
                format!("{} {}", answer.summary(), bones(&message))
            }
        };
        text.push_str(answer.trim_end());
        text.push('\n');
    }
    if let Some(status) = trial.state.get("user.status") {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "then {status}");
    }
    text.trim_end().to_owned()
}

fn group(answers: &[String; 2]) -> String {
    let mut hash = Fnv::new();
    for answer in answers {
        hash.add(answer.as_bytes());
    }
    format!("{:08x}", hash.0 >> 32)
}

impl Difference {
    /// The text of an issue about it; `names` are those of the two subjects.
    pub fn issue(&self, names: [&str; 2], sentences: &dyn Fn(&RequirementId) -> String) -> String {
        let mut out = String::new();
        let [left, right] = names;
        let labels: Vec<String> = self.case.labels().map(ToString::to_string).collect();
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "# {left} and {right} answer one ConfirmSignUp request differently\n");
        let _ = writeln!(out, "What was done to a valid request: `{}`\n", labels.join("`, `"));
        for ((name, answer), ((sent, answered), verdict)) in
            names.iter().zip(&self.answers).zip(self.exchanges.iter().zip(&self.verdicts))
        {
            let _ = writeln!(out, "## {name}\n\n{answer}\n\nBy the requirements: {verdict}\n");
            for (request, response) in sent.iter().zip(answered) {
                let _ = writeln!(out, "```text\n{}\n\n{}\n```\n", fenced(request), fenced(response));
            }
        }
        let _ = writeln!(out, "## What AWS does\n");
        for requirement in &self.requirements {
            let _ = writeln!(out, "* {requirement}: {}", sentences(requirement));
        }
        if self.requirements.is_empty() {
            let _ = writeln!(out, "Nothing is attested of such a request.");
        }
        out
    }
}

/// What stands in a fence cannot end it.
fn fenced(text: &str) -> String {
    text.replace("```", "'''").replace("\\r\\n", "\n")
}
