//! What is known of a subject: plain values, read from TOML or made from flags.

use super::{Auth, CodeSource, CodeSourceError, Control, ProfileError};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// What is known of a subject.
///
/// # The form of a profile
///
/// A TOML file of at most 64 KiB. Unknown and duplicate keys are refused.
///
/// | key | what it says |
/// |---|---|
/// | `name` | lower-case letters, digits and `-`, at most 64 |
/// | `version` | the pinned version |
/// | `homepage`, `licence` | where it comes from, under which licence; optional |
/// | `notes` | a list of sentences: what else cannot be tested on it; optional |
/// | `install.kind` | `pip`, `npm` or `none` (the default) |
/// | `install.packages` | the packages with exact versions: `name==1.2.3` for pip, `name@1.2.3` for npm |
/// | `launch.kind` | `process` (the default), `endpoint` (it runs already) or `embedded` (the reference server) |
/// | `launch.url` | the endpoint, for the kind `endpoint` |
/// | `launch.command` | program and arguments, for the kind `process`; no shell is involved |
/// | `launch.env` | environment variables. Those that start with `AWS_` are taken away from the subject's first |
/// | `launch.files` | `path` (below the work folder) and `text` of files that are written before the start |
/// | `launch.port` | a fixed port, for a subject that takes no other; otherwise a free one is chosen |
/// | `launch.ready_path` | the request target that is asked until there is an answer; `/` by default |
/// | `launch.ready_limit_ms` | how long it may take until then; 60000 by default, at most 600000 |
/// | `control.auth` | `none` (the default), `dummy` or `sigv4`: how set-up calls are authorised |
/// | `control.credentials` | `access_key_id`, `secret_access_key`, `session_token`; by default those of the environment |
/// | `control.region` | `us-east-1` by default |
/// | `control.missing` | the operations that it does not have |
/// | `control.username` | `plain` (the default) or `email`: the usernames it takes |
/// | `control.jobs` | the most cases at a time, for a subject that loses data when several are sent; no limit by default |
/// | `code.source` | `any`, `fixed`, `file`, `http`, `log` or `command` |
/// | `code.value` | the code (`fixed`) |
/// | `code.path` | the file (`file`, `log`; for `log` by default what the subject prints) |
/// | `code.url` | an `http://` URL, or a path at the subject itself (`http`) |
/// | `code.pointer` | a JSON pointer (`file`, `http`) |
/// | `code.pattern` | a regular expression with one group (`log`) |
/// | `code.command` | program and arguments (`command`) |
///
/// The texts under `launch` may contain `${bin}` (the folder of the installed programs), `${port}`, `${dir}` (a fresh
/// work folder) and `${endpoint}`; those under `code` what [`CodeSource`] says. `$${` stands for `${`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// The pinned version; empty where none is known.
    pub version: String,
    /// Where it comes from; empty where that is not known.
    pub homepage: String,
    /// Its licence; empty where that is not known.
    pub licence: String,
    /// What else cannot be tested on it.
    pub notes: Vec<String>,
    /// How it is installed.
    pub install: Install,
    /// How it is launched.
    pub launch: Launch,
    /// Its control plane.
    pub control: Control,
    /// Where codes are read.
    pub code: CodeSource,
}

/// How a subject is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Install {
    /// Not at all.
    None,
    /// These packages, into a Python virtual environment.
    Pip(Vec<String>),
    /// These packages, under an npm prefix.
    Npm(Vec<String>),
}

impl Install {
    /// The name used in profiles.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pip(_) => "pip",
            Self::Npm(_) => "npm",
        }
    }
}

/// How a subject is launched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Launch {
    /// The reference server, in this process.
    Embedded,
    /// It runs already, at this URL.
    Endpoint(String),
    /// As a process on 127.0.0.1.
    Process(LaunchCommand),
}

/// How a process is launched. The texts contain placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchCommand {
    /// Program and arguments. Never empty.
    pub command: Vec<String>,
    /// Environment variables besides the inherited ones.
    pub env: BTreeMap<String, String>,
    /// Files written first.
    pub files: Vec<LaunchFile>,
    /// A fixed port; `None`: a free one.
    pub port: Option<u16>,
    /// The request target that is asked until there is an answer.
    pub ready_path: String,
    /// How long that may take.
    pub ready_limit: Duration,
}

/// A file that is written before the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchFile {
    /// The path, below the work folder.
    pub path: String,
    /// The content.
    pub text: String,
}

impl Profile {
    /// The names of the profiles that come with Countersign.
    pub const BUILT_IN: [&'static str; 5] =
        ["reference", "moto", "cognito-local", "ministack", "ministack-auth"];

    /// The profiles that come with Countersign.
    pub fn built_in() -> Result<Vec<Self>, ProfileError> {
        Self::BUILT_IN.iter().map(|name| Self::named(name)).collect()
    }

    /// The profile that `--subject` names: one that comes with Countersign, or a file. A text with a `/` or with
    /// `.toml` at its end is a path.
    pub fn find(name_or_path: &str) -> Result<Self, ProfileError> {
        if name_or_path.contains('/') || name_or_path.to_ascii_lowercase().ends_with(".toml") {
            Self::load(Path::new(name_or_path))
        } else {
            Self::named(name_or_path)
        }
    }

    /// The profile of an endpoint that runs already, from flags.
    pub fn for_endpoint(url: &str, code: CodeSource, auth: Auth) -> Result<Self, CodeSourceError> {
        code.check(&super::code_source::OF_USER)?;
        Ok(Self {
            name: "endpoint".to_owned(),
            version: String::new(),
            homepage: String::new(),
            licence: String::new(),
            notes: Vec::new(),
            install: Install::None,
            launch: Launch::Endpoint(url.to_owned()),
            control: Control {
                auth,
                region: region_of(url).unwrap_or(Control::REGION).to_owned(),
                ..Control::default()
            },
            code,
        })
    }

    /// What cannot be tested on it, one phrase each.
    pub fn lacks(&self) -> Vec<String> {
        let missing =
            self.control.missing.iter().map(|operation| format!("no {operation}: no {}", operation.loss()));
        let shared = self.code.is_shared().then(|| match self.code {
            CodeSource::Any => "no code to read: no other user's codes, no superseded codes".to_owned(),
            _ => "one code for all users: no other user's codes, no superseded codes".to_owned(),
        });
        missing.chain(shared).chain(self.notes.iter().cloned()).collect()
    }
}

/// The region in a host of the form `cognito-idp.REGION.…`.
fn region_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', ':']).next()?;
    let mut labels = host.split('.');
    let service = labels.next()?;
    let region = labels.next()?;
    let is_aws = labels.next().is_some() && matches!(service, "cognito-idp" | "cognito-idp-fips");
    is_aws.then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_is_read_from_a_host_of_aws_and_from_no_other() {
        let region = |url| Profile::for_endpoint(url, CodeSource::Any, Auth::None).unwrap().control.region;
        assert_eq!(region("https://cognito-idp.eu-west-1.amazonaws.com/"), "eu-west-1");
        assert_eq!(region("http://127.0.0.1:9229"), "us-east-1");
        assert_eq!(region("http://cognito-idp.localhost"), "us-east-1");
    }

    #[test]
    fn every_profile_that_comes_with_countersign_is_valid_and_named_like_its_file() {
        let names: Vec<_> = Profile::built_in().unwrap().into_iter().map(|profile| profile.name).collect();
        assert_eq!(names, Profile::BUILT_IN);
    }
}
