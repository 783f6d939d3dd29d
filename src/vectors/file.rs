//! The vector file: its parts, and how they are read and written.

use crate::secret_hash::{HashForm, HashInput, Secret, Stages, secret_hash, stages};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The file as it was when this was built.
const EMBEDDED: &str = include_str!("../../corpus/vectors/secret_hash.json");

/// A vector file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VectorFileError {
    /// The text is no such file.
    #[error("the vectors `{name}` cannot be read")]
    Malformed {
        /// Its name.
        name: String,
        /// What is wrong, with line and column.
        #[source]
        source: serde_json::Error,
    },
}

/// A file of vectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VectorFile {
    /// What is tested.
    pub algorithm: String,
    /// The name of the file's JSON schema, beside it.
    pub schema: String,
    /// How many tests all groups have together.
    pub number_of_tests: usize,
    /// What the file is for, in lines.
    pub header: Vec<String>,
    /// What each flag means.
    pub notes: BTreeMap<String, Note>,
    /// The tests.
    pub test_groups: Vec<Group>,
}

/// What a flag means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Note {
    /// The kind of bug that such a test finds: one of Wycheproof's words.
    pub bug_type: String,
    /// What the test does.
    pub description: String,
    /// What becomes of a program that fails it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<String>,
    /// Where that is written down.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
}

/// Tests of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Group {
    /// The kind of test.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where inputs and outputs come from.
    pub source: Source,
    /// The tests, in the order of their numbers.
    pub tests: Vec<Vector>,
}

/// Where inputs and outputs of a group come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Source {
    /// Who made them.
    pub name: String,
    /// Which version of them.
    pub version: String,
    /// The rows of the evidence that speak of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// Where they are published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
}

/// What is to be made of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is the right hash.
    Valid,
    /// It must be refused.
    Invalid,
    /// Nothing is attested.
    Acceptable,
}

/// The inputs that a candidate was computed from where they are not those of the test.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ComputedFrom {
    /// In place of the username.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// In place of the client id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// In place of the client secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
}

/// One test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vector {
    /// Its number: unique in the file, and stable.
    pub tc_id: u32,
    /// What it is about.
    pub comment: String,
    /// Its flags, explained in the notes. Never empty.
    pub flags: Vec<String>,
    /// The username.
    pub username: String,
    /// The id of the app client.
    pub client_id: String,
    /// The secret of the app client. Invented or published: no secret of anybody.
    pub client_secret: String,
    /// The key bytes, in hexadecimal.
    pub key: String,
    /// The message bytes, in hexadecimal.
    pub msg: String,
    /// The digest, in hexadecimal.
    pub digest: String,
    /// The right hash.
    pub base64: String,
    /// What a client sends.
    pub candidate: String,
    /// How the candidate was made, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// What the candidate was computed from instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computed_from: Option<ComputedFrom>,
    /// What is to be made of the candidate.
    pub result: Outcome,
}

impl VectorFile {
    /// The vectors that came with this build.
    pub fn embedded() -> Result<Self, VectorFileError> {
        Self::parse("secret_hash.json", EMBEDDED)
    }

    /// Reads the text of a file called `name`.
    pub fn parse(name: &str, text: &str) -> Result<Self, VectorFileError> {
        serde_json::from_str(text)
            .map_err(|source| VectorFileError::Malformed { name: name.to_owned(), source })
    }

    /// Every test, in order.
    pub fn tests(&self) -> impl Iterator<Item = &Vector> {
        self.test_groups.iter().flat_map(|group| &group.tests)
    }

    /// The text of the file: indented, in ASCII, with a line break at the end.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        let text = serde_json::to_string_pretty(self)?;
        let mut out = String::with_capacity(text.len() + 1024);
        // Only strings hold other characters than ASCII, so that each may be escaped where it stands.
        for c in text.chars() {
            if c.is_ascii() && c != '\u{7f}' {
                out.push(c);
                continue;
            }
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a `String` cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
        out.push('\n');
        Ok(out)
    }
}

impl Vector {
    /// What our own computation makes of the inputs.
    pub fn own_stages(&self) -> Stages {
        stages(&Secret::new(self.client_secret.clone()), &self.username, &self.client_id)
    }

    /// The same in one go, as requests are made: by code of its own, that keeps no stage.
    pub fn own_hash(&self) -> String {
        secret_hash(&Secret::new(self.client_secret.clone()), &self.username, &self.client_id)
    }

    /// The form of the candidate, where it has one.
    pub fn hash_form(&self) -> Option<HashForm> {
        self.form.as_deref().and_then(|name| name.parse().ok())
    }

    /// What our own computation makes of the candidate's form; nothing where the candidate is fixed text.
    pub fn own_candidate(&self) -> Option<String> {
        self.candidate_as(self.hash_form()?)
    }

    /// What the inputs give in this form; nothing where the form needs an input that the test does not have. Inputs that
    /// the candidate was computed from instead are those of the right form, of `other-user` and of `pool-id`.
    pub fn candidate_as(&self, form: HashForm) -> Option<String> {
        let instead = self.computed_from.clone().unwrap_or_default();
        let (mut username, mut client_id) = (self.username.as_str(), self.client_id.as_str());
        let mut secret = self.client_secret.as_str();
        let (mut pool_id, mut other_username) = ("", "");
        match form {
            HashForm::OtherUser => other_username = instead.username.as_deref()?,
            HashForm::PoolId => pool_id = instead.client_id.as_deref()?,
            HashForm::Right => {
                username = instead.username.as_deref().unwrap_or(username);
                client_id = instead.client_id.as_deref().unwrap_or(client_id);
                secret = instead.client_secret.as_deref().unwrap_or(secret);
            }
            _ => {}
        }
        let secret = Secret::new(secret);
        Some(form.compute(&HashInput { secret: &secret, username, client_id, pool_id, other_username }))
    }
}
