//! What a session keeps of a complaint: a case file with set-up and exact bytes, and what was wrong.
//!
//! A finding is a TOML file. Its `[[case]]` has the form of [`case_file`], so that
//! `countersign run --cases FOLDER` takes it as it is; a walk over states stands in `[walk]` instead (see
//! [`Walk`]). `[finding]` says:
//!
//! | key | type | meaning |
//! |---|---|---|
//! | `bucket` | string | the name, of the characters `a-z0-9-`; findings of one cause share it |
//! | `oracle` | string | an [`Oracle`] by name |
//! | `requirement` | string | the requirement that is broken; left out where none is |
//! | `expected`, `got` | string | what is wrong |
//! | `reproduced` | string | `3/3`: how often it was wrong when it was run again; left out before that |
//! | `subject` | string | whom it was found at |
//! | `seed`, `input` | string | numbers that say where it came from; as text, since TOML's integers are smaller |
//! | `sent`, `answered` | strings | the exact bytes as they went over the wire, escaped, without secrets |

use super::complaint::{Complaint, Oracle};
use super::hunter::{Caught, REPLAYS};
use super::walk::Walk;
use crate::case::Case;
use crate::corpus::case_file::{CaseFileError, RawCase, Source, Unwritable, write_case};
use crate::requirement::RequirementId;
use serde::{Deserialize, Serialize};

/// What is kept of one request or answer, in bytes of its escaped text.
pub(super) const SHOWN_BYTES_MAX: usize = 4096;

/// The longest name of a bucket.
const BUCKET_CHARS_MAX: usize = 100;

/// What is wrong where: a case, or a walk over states.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// A case.
    Case(Box<Case>),
    /// A walk.
    Walk(Walk),
}

/// What a session found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What is run.
    pub trouble: Trouble,
    /// What is wrong.
    pub complaint: Complaint,
    /// Its name.
    pub bucket: String,
    /// How often it was wrong when it was run again.
    pub reproduced: Option<u8>,
    /// Whom it was found at.
    pub subject: String,
    /// The seed of the session.
    pub seed: u64,
    /// The number of the input.
    pub input: u64,
    /// The requests, escaped.
    pub sent: Vec<String>,
    /// The answers, escaped.
    pub answered: Vec<String>,
}

/// A finding that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FindingError {
    /// It has no form in a file.
    #[error(transparent)]
    Unwritable(#[from] Unwritable),
    /// Its case cannot be read.
    #[error(transparent)]
    Case(#[from] CaseFileError),
    /// Its file cannot be read.
    #[error("{file}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Something else is not as the format says.
    #[error("{file}: {found}")]
    Content {
        /// The file.
        file: String,
        /// What was found.
        found: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    bucket: String,
    oracle: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    requirement: Option<String>,
    expected: String,
    got: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reproduced: Option<String>,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    seed: String,
    #[serde(default)]
    input: String,
    #[serde(default)]
    sent: Vec<String>,
    #[serde(default)]
    answered: Vec<String>,
}

#[derive(Serialize)]
struct WrittenHead {
    finding: Head,
    #[serde(skip_serializing_if = "Option::is_none")]
    walk: Option<Walk>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadFile {
    finding: Head,
    walk: Option<Walk>,
    #[serde(default)]
    case: Vec<RawCase>,
}

/// Whether a text is the name of a bucket.
fn is_bucket(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=BUCKET_CHARS_MAX).contains(&text.len()) && text.bytes().all(is_plain)
}

impl Finding {
    /// The finding that `caught` comes to.
    pub fn new(caught: &Caught, subject: &str, (seed, input): (u64, u64)) -> Self {
        let bucket = caught.complaint.bucket();
        let mut case = caught.case.clone();
        case.id = crate::case::CaseId::new("fuzz", &bucket);
        Self {
            trouble: Trouble::Case(Box::new(case)),
            complaint: caught.complaint.clone(),
            bucket,
            reproduced: caught.reproduced,
            subject: subject.to_owned(),
            seed,
            input,
            sent: Vec::new(),
            answered: Vec::new(),
        }
    }

    /// Reads one out of the text of a file.
    pub fn read(file: &str, text: &str) -> Result<Self, FindingError> {
        let wrong =
            |found: String| FindingError::Content { file: crate::wire::escape(file.as_bytes()), found };
        let source = Source { file, text, is_governed: &|_| true };
        let read: ReadFile = source.read()?;
        let Head {
            bucket,
            oracle,
            requirement,
            expected,
            got,
            reproduced,
            subject,
            seed,
            input,
            sent,
            answered,
        } = read.finding;
        // It becomes the name of a file.
        if !is_bucket(&bucket) {
            let found = crate::wire::escape(bucket.as_bytes());
            return Err(wrong(format!(
                "bucket `{found}`; allowed are up to {BUCKET_CHARS_MAX} of `a-z0-9-`"
            )));
        }
        let trouble = match (read.walk, <[RawCase; 1]>::try_from(read.case)) {
            (Some(walk), Err(none)) if none.is_empty() => Trouble::Walk(walk),
            (None, Ok([case])) => Trouble::Case(Box::new(source.case(case)?.0)),
            _ => return Err(wrong("a finding has either one `[[case]]` or a `[walk]`".to_owned())),
        };
        let number = |text: &str| text.parse::<u64>().unwrap_or_default();
        Ok(Self {
            trouble,
            complaint: Complaint {
                oracle: oracle.parse::<Oracle>().map_err(wrong)?,
                requirement: requirement.map(RequirementId),
                expected,
                got,
            },
            bucket,
            reproduced: reproduced.as_deref().and_then(|text| text.split('/').next()?.parse().ok()),
            subject,
            seed: number(&seed),
            input: number(&input),
            sent,
            answered,
        })
    }

    /// The text of its file.
    pub fn write(&self) -> Result<String, FindingError> {
        let head = Head {
            bucket: self.bucket.clone(),
            oracle: self.complaint.oracle.to_string(),
            requirement: self.complaint.requirement.as_ref().map(ToString::to_string),
            expected: self.complaint.expected.clone(),
            got: self.complaint.got.clone(),
            reproduced: self.reproduced.map(|times| format!("{times}/{REPLAYS}")),
            subject: self.subject.clone(),
            seed: self.seed.to_string(),
            input: self.input.to_string(),
            sent: self.sent.clone(),
            answered: self.answered.clone(),
        };
        let (walk, case) = match &self.trouble {
            Trouble::Walk(walk) => (Some(walk.clone()), String::new()),
            Trouble::Case(case) => (None, write_case(case)?),
        };
        let head = toml::to_string(&WrittenHead { finding: head, walk })
            .map_err(|_| Unwritable("its text has no form in TOML"))?;
        Ok(format!("{head}\n{case}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::CaseId;
    use crate::generate::Stack;
    use crate::seed::Seed;

    #[test]
    fn a_finding_reads_back_as_it_was_written() {
        let mut written = 0;
        for number in 0..200 {
            let case = Stack::draw(Seed(number)).case(&CaseId::new("fuzz", "x"));
            let complaint = Complaint {
                oracle: Oracle::Requirement,
                requirement: Some(RequirementId("CSU-CODE-001".to_owned())),
                expected: "status 400\n\"".to_owned(),
                got: "\\u{1b}'''".to_owned(),
            };
            let caught = Caught { case, complaint, reproduced: Some(3) };
            let mut finding = Finding::new(&caught, "moto 5.2.5", (u64::MAX, 7));
            finding.sent = vec!["POST / \\r\\n".to_owned()];
            let text = finding.write().unwrap();
            let read = Finding::read("f.toml", &text).unwrap();
            assert_eq!(read.write().unwrap(), text);
            assert_eq!(
                (read.seed, read.reproduced, &read.complaint),
                (u64::MAX, Some(3), &finding.complaint)
            );
            written += 1;
        }
        assert_eq!(written, 200);
    }

    #[test]
    fn what_is_no_finding_is_refused_with_its_file() {
        let named = |bucket: &str| {
            format!(
                "[finding]\nbucket={bucket:?}\noracle=\"gone\"\nexpected=\"\"\ngot=\"\"\n[walk]\npool=\"plain\"\nop=[]"
            )
        };
        assert!(Finding::read("f.toml", &named("csu-usr-010-0a")).is_ok());
        for bucket in ["../x", "a/b", "/tmp/x", "", "X", "a b", "..", &"a".repeat(101)] {
            assert!(
                Finding::read("f.toml", &named(bucket)).unwrap_err().to_string().contains("bucket"),
                "{bucket}"
            );
        }
        let walk = named("x");
        for extra in ["[[case]]\nid=\"a/b\"\nlayer=\"state\"", "[other]", "walks=1"] {
            let error = Finding::read("f.toml", &format!("{extra}\n{walk}")).unwrap_err().to_string();
            assert!(error.starts_with("f.toml:"), "{extra}: {error}");
        }
        for text in
            ["", "[finding]", "[finding]\nbucket=\"x\"\noracle=\"y\"\nexpected=\"\"\ngot=\"\"", "\u{0}"]
        {
            assert!(Finding::read("f.toml", text).unwrap_err().to_string().starts_with("f.toml"), "{text}");
        }
    }
}
