//! Compares an implementation with the vectors: our own, stage by stage; another one by its answers.

use super::answer::Answer;
use super::file::{Note, Outcome, Vector, VectorFile};
use super::mistake::flag_of;
use crate::secret_hash::{HashForm, Stages};
use std::collections::{BTreeMap, BTreeSet};

/// What an implementation is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The hash of each test's inputs.
    Generate,
    /// Whether it takes each test's candidate.
    Verify,
}

/// What an implementation answered to the tests, by their numbers.
pub type Attempt = BTreeMap<u32, Answer>;

/// One test that was failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The number of the test.
    pub tc_id: u32,
    /// The flags that it counts against.
    pub flags: Vec<String>,
    /// What is wrong, in words.
    pub found: String,
    /// The form that the wrong hash has, where it is a known one.
    pub form: Option<HashForm>,
}

/// A flag, how many tests have counted against it, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagCount {
    /// The flag.
    pub flag: String,
    /// What the file says of it.
    pub note: Note,
    /// The tests that count against it.
    pub tests: Vec<u32>,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// How many tests there are.
    pub total: usize,
    /// Those that were passed.
    pub passed: usize,
    /// Those of them of which nothing is attested, so that either answer passes.
    pub acceptable: usize,
    /// Those that were failed, in order.
    pub failures: Vec<Failure>,
    /// The flags of the failures, those with the most failures first.
    pub flags: Vec<FlagCount>,
}

/// Compares answers with the tests of the file. A test without an answer is failed.
pub fn check(file: &VectorFile, mode: Mode, answers: &Attempt) -> Findings {
    let by_inputs = acceptable_candidates(file);
    collect(file, |vector| match (mode, answers.get(&vector.tc_id)) {
        (Mode::Generate, Some(Answer::Hash(hash))) => generated(vector, hash, &by_inputs),
        (Mode::Verify, Some(Answer::Verdict(valid))) => verified(vector, *valid),
        (_, Some(Answer::Refused)) => refused(vector, mode),
        (_, None) => Err(of_inputs(vector, "no answer".into())),
        (Mode::Generate, Some(Answer::Verdict(_))) => {
            Err(of_inputs(vector, "a verdict was answered where a hash was asked for".into()))
        }
        (Mode::Verify, Some(Answer::Hash(_))) => {
            Err(of_inputs(vector, "a hash was answered where a verdict was asked for".into()))
        }
    })
}

/// Compares our own computation with the tests: every stage, and every candidate that has a form.
pub fn check_own(file: &VectorFile) -> Findings {
    collect(file, |vector| {
        let own: Stages = vector.own_stages();
        let stages = [
            ("key", Stages::hex(&own.key), &vector.key),
            ("message", Stages::hex(&own.message), &vector.msg),
            ("digest", Stages::hex(&own.digest), &vector.digest),
            ("Base64", own.base64, &vector.base64),
            ("hash", vector.own_hash(), &vector.base64),
        ];
        for (stage, own, expected) in stages {
            if own != *expected {
                return Err(of_inputs(vector, format!("the {stage} is `{own}`, not `{expected}`")));
            }
        }
        match (&vector.form, vector.own_candidate()) {
            (None, _) => {}
            (Some(_), Some(own)) if own == vector.candidate => {}
            (Some(form), _) => {
                return Err(of_inputs(vector, format!("the candidate is not what `{form}` gives")));
            }
        }
        let right = vector.candidate == vector.base64;
        match vector.result {
            Outcome::Acceptable => Ok(Passed::Either),
            Outcome::Valid if right => Ok(Passed::Right),
            Outcome::Invalid if !right => Ok(Passed::Right),
            Outcome::Valid | Outcome::Invalid => {
                Err(of_inputs(vector, "the result does not fit the candidate".into()))
            }
        }
    })
}

/// How a test was passed.
enum Passed {
    Right,
    Either,
}

fn collect(file: &VectorFile, judge: impl Fn(&Vector) -> Result<Passed, Failure>) -> Findings {
    let mut findings = Findings {
        total: file.tests().count(),
        passed: 0,
        acceptable: 0,
        failures: Vec::new(),
        flags: Vec::new(),
    };
    for vector in file.tests() {
        match judge(vector) {
            Ok(Passed::Right) => findings.passed += 1,
            Ok(Passed::Either) => {
                findings.passed += 1;
                findings.acceptable += 1;
            }
            Err(failure) => findings.failures.push(failure),
        }
    }
    let mut counts: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for failure in &findings.failures {
        for flag in &failure.flags {
            counts.entry(flag).or_default().push(failure.tc_id);
        }
    }
    findings.flags = counts
        .into_iter()
        .map(|(flag, tests)| FlagCount { flag: flag.to_owned(), note: note(file, flag), tests })
        .collect();
    findings.flags.sort_by(|a, b| b.tests.len().cmp(&a.tests.len()).then_with(|| a.flag.cmp(&b.flag)));
    findings
}

fn note(file: &VectorFile, flag: &str) -> Note {
    file.notes.get(flag).cloned().unwrap_or_else(|| Note {
        bug_type: "UNKNOWN".into(),
        description: "The file has no note on this flag.".into(),
        effect: None,
        links: Vec::new(),
    })
}

type Inputs = (String, String, String);

fn inputs(vector: &Vector) -> Inputs {
    (vector.username.clone(), vector.client_id.clone(), vector.client_secret.clone())
}

/// Inputs and texts of which nothing is attested.
fn acceptable_candidates(file: &VectorFile) -> BTreeSet<(Inputs, String)> {
    let acceptable = file.tests().filter(|vector| vector.result == Outcome::Acceptable);
    acceptable.map(|vector| (inputs(vector), vector.candidate.clone())).collect()
}

/// A failure that counts against what is special about the inputs.
fn of_inputs(vector: &Vector, found: String) -> Failure {
    Failure { tc_id: vector.tc_id, flags: vector.flags.clone(), found, form: None }
}

fn generated(
    vector: &Vector,
    hash: &str,
    acceptable: &BTreeSet<(Inputs, String)>,
) -> Result<Passed, Failure> {
    if hash == vector.base64 {
        return Ok(Passed::Right);
    }
    if acceptable.contains(&(inputs(vector), hash.to_owned())) {
        return Ok(Passed::Either);
    }
    let form = HashForm::ALL
        .iter()
        .copied()
        .find(|form| *form != HashForm::Right && vector.candidate_as(*form).is_some_and(|text| text == hash));
    let found = format!("`{}` instead of `{}`", shown(hash), vector.base64);
    // What the wrong hash is tells more than what is special about the inputs.
    let flags = form.and_then(flag_of).map_or_else(
        || if hash == vector.candidate { vector.flags.clone() } else { own_flags(vector) },
        |flag| vec![flag.name().to_owned()],
    );
    Err(Failure { tc_id: vector.tc_id, flags, found, form })
}

/// What is special about the inputs: for a test of a mistake, the mistake was not made.
fn own_flags(vector: &Vector) -> Vec<String> {
    if vector.candidate == vector.base64 { vector.flags.clone() } else { vec!["Pseudorandom".to_owned()] }
}

fn verified(vector: &Vector, valid: bool) -> Result<Passed, Failure> {
    match (vector.result, valid) {
        (Outcome::Acceptable, _) => Ok(Passed::Either),
        (Outcome::Valid, true) | (Outcome::Invalid, false) => Ok(Passed::Right),
        (Outcome::Valid, false) => Err(of_inputs(vector, "the right hash was refused".into())),
        (Outcome::Invalid, true) => {
            let found = format!("accepted `{}`: {}", shown(&vector.candidate), vector.comment);
            Err(Failure { form: vector.hash_form(), ..of_inputs(vector, found) })
        }
    }
}

fn refused(vector: &Vector, mode: Mode) -> Result<Passed, Failure> {
    match (vector.result, mode) {
        (Outcome::Acceptable, _) => Ok(Passed::Either),
        (Outcome::Invalid, Mode::Verify) => Ok(Passed::Right),
        _ => Err(of_inputs(vector, "an error was answered".into())),
    }
}

/// How much of a hash a failure shows, in characters: four times the right one.
const SHOWN_MAX: usize = 176;

fn shown(text: &str) -> String {
    let cut: String = text.chars().take(SHOWN_MAX).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    crate::wire::escape(cut.as_bytes()) + more
}
