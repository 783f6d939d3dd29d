//! The flags of a run, which are the keys under `[run]` of `countersign.toml` as well.

use super::report_file::ReportTarget;
use super::values::{
    Cases, Confirmations, Endpoint, Gate, Jobs, Pattern, Rate, RunFormat, SeedChoice, Signing, Timeout,
};
use countersign::generate::Strength;
use countersign::model::Revision;
use countersign::secret_hash::Secret;
use countersign::shard::Shard;
use serde::Deserialize;
use std::path::PathBuf;

/// The variable that holds the client secret.
pub(crate) const SECRET_VARIABLE: &str = "COUNTERSIGN_CLIENT_SECRET";
/// The variable that holds the confirmation code.
pub(crate) const CODE_VARIABLE: &str = "COUNTERSIGN_CODE";

// Every flag is an option: what is not given on the command line is taken from the file, then from the default. A
// switch takes `=false`, so that the command line can take back what the file says.
#[derive(Debug, Clone, Default, PartialEq, clap::Args, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct RunArgs {
    /// The subject: a name that `countersign subjects` lists, or a profile file [default: reference]
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "endpoint", help_heading = "Subject")]
    pub(crate) subject: Option<String>,

    /// The URL of an endpoint that runs already, instead of a subject; needs --code-source or --client-id
    #[arg(long, value_name = "URL", help_heading = "Subject")]
    #[serde(deserialize_with = "super::config::from_text")]
    pub(crate) endpoint: Option<Endpoint>,

    /// Where confirmation codes are read.
    #[arg(
        long,
        value_name = "SOURCE",
        help = "Where confirmation codes are read: any (every code confirms), fixed:CODE, http:URL#/POINTER, \
                file:PATH#/POINTER, log:PATH#REGEX or command:PROGRAM ARGUMENT…; with ${pool_id}, ${client_id}, \
                ${username}, ${sub} and ${email} in it",
        help_heading = "Subject"
    )]
    pub(crate) code_source: Option<String>,

    /// How set-up calls are signed: none, dummy (a header that signs nothing) or sigv4 (with the AWS credentials
    /// of the environment) [default: as the profile says, else none]
    #[arg(long, value_name = "HOW", help_heading = "Subject")]
    #[serde(deserialize_with = "super::config::from_text")]
    pub(crate) auth: Option<Signing>,

    /// How ConfirmSignUp itself is signed: none, dummy or sigv4 [default: none]
    #[arg(long, value_name = "HOW", help_heading = "Subject")]
    #[serde(deserialize_with = "super::config::from_text")]
    pub(crate) sign: Option<Signing>,

    /// Trust the certificates in this PEM file and no others [default: Mozilla's root certificates]
    #[arg(long, value_name = "FILE", help_heading = "Subject")]
    pub(crate) ca: Option<PathBuf>,

    /// Do not check the certificate of the endpoint
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
          hide_possible_values = true, conflicts_with = "ca", help_heading = "Subject")]
    pub(crate) insecure: Option<bool>,

    /// Allow hosts of AWS itself, where a run may cost money and lock users out
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
          hide_possible_values = true, help_heading = "Subject")]
    pub(crate) allow_aws: Option<bool>,

    /// Leave out what a revision of the request model newer than this one introduced: aws-api-v0.3, 2024-11-22,
    /// 2026-06-01 or 2026-10-02 [default: the newest]
    #[arg(long, value_name = "REVISION", help_heading = "Subject")]
    #[serde(deserialize_with = "super::config::from_text")]
    pub(crate) revision: Option<Revision>,

    /// An app client to use instead of new ones; cases that need another one are uncovered
    #[arg(long, value_name = "ID", help_heading = "Fixtures that exist already")]
    pub(crate) client_id: Option<String>,

    /// The client secret of that app client; better given in the environment
    #[arg(long, value_name = "SECRET", env = SECRET_VARIABLE, hide_env_values = true, value_parser = secret,
          help_heading = "Fixtures that exist already")]
    #[serde(skip)]
    pub(crate) client_secret: Option<Secret>,

    /// The user pool of that app client; with it, the user's state is read with AdminGetUser
    #[arg(long, value_name = "ID", requires = "client_id", help_heading = "Fixtures that exist already")]
    pub(crate) pool_id: Option<String>,

    /// An unconfirmed user of that app client's pool; the run uses it up
    #[arg(long, value_name = "NAME", requires = "client_id", help_heading = "Fixtures that exist already")]
    pub(crate) username: Option<String>,

    /// The code that confirms that user; better given in the environment
    #[arg(long, value_name = "CODE", env = CODE_VARIABLE, hide_env_values = true, value_parser = secret,
          help_heading = "Fixtures that exist already")]
    #[serde(skip)]
    pub(crate) code: Option<Secret>,

    /// Take only cases whose id, layer or requirement matches; with a `!` before the glob, leave those out; repeatable
    #[arg(long, value_name = "GLOB", help_heading = "Cases")]
    #[serde(deserialize_with = "super::config::list_from_text")]
    pub(crate) filter: Vec<Pattern>,

    /// The seed that generated values follow from: a number, or `random` [default: 0]
    #[arg(long, value_name = "N", help_heading = "Cases")]
    #[serde(deserialize_with = "super::config::from_text")]
    pub(crate) seed: Option<SeedChoice>,

    /// Repeat generation with fresh seeds until so many cases have run [default: each case once]; or add the cases and
    /// requirements in a folder of your own; repeatable
    #[arg(long, value_name = "N|DIR", help_heading = "Cases")]
    #[serde(deserialize_with = "super::config::one_or_list_from_text")]
    pub(crate) cases: Vec<Cases>,

    /// Run only part K of N of the cases: which part a case falls to follows from its id alone; `countersign merge` puts
    /// the reports together
    #[arg(long, value_name = "K/N", help_heading = "Cases")]
    #[serde(deserialize_with = "super::config::from_text")]
    pub(crate) shard: Option<Shard>,

    /// How many optional members are covered together, in each of their states: 2 or 3 [default: 2]
    #[arg(long, value_name = "N", help_heading = "Cases")]
    #[serde(deserialize_with = "super::config::from_text")]
    pub(crate) strength: Option<Strength>,

    /// The weakest attestation whose mismatches fail the run: documented, recorded, reported or inferred [default:
    /// recorded]
    #[arg(long, value_name = "LEVEL", help_heading = "Cases")]
    #[serde(deserialize_with = "super::config::from_text")]
    pub(crate) gate: Option<Gate>,

    /// A list of known failures: what fails as listed does not fail the run, what is listed and does not fail so ends it
    /// with exit code 5; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Cases")]
    pub(crate) known: Vec<PathBuf>,

    /// The number of connections [default: 8]
    #[arg(long, short, value_name = "N", help_heading = "Pace")]
    #[serde(deserialize_with = "super::config::from_text")]
    pub(crate) jobs: Option<Jobs>,

    /// At most this many requests a second [default: no limit]
    #[arg(long, value_name = "N", help_heading = "Pace")]
    #[serde(deserialize_with = "super::config::from_text")]
    pub(crate) rate: Option<Rate>,

    /// The time that one request may take, with its unit: 500ms, 10s, 2m [default: 10s]
    #[arg(long, value_name = "TIME", help_heading = "Pace")]
    #[serde(deserialize_with = "super::config::from_text")]
    pub(crate) timeout: Option<Timeout>,

    /// Run a case that ends in a mismatch so many times more, for a fresh user each; one that does not fail every time
    /// is inconclusive, and called flaky [default: 0]
    #[arg(long, value_name = "N", conflicts_with = "client_id", help_heading = "Cases")]
    #[serde(deserialize_with = "super::config::from_text")]
    pub(crate) confirm_failures: Option<Confirmations>,

    /// Stop at the first mismatch
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
          hide_possible_values = true, help_heading = "Pace")]
    pub(crate) fail_fast: Option<bool>,

    /// Write a report: json=PATH, junit=PATH, sarif=PATH, md=PATH, har=PATH, badge=PATH or html=PATH; repeatable
    #[arg(long, value_name = "FORMAT=PATH", help_heading = "Reports")]
    #[serde(deserialize_with = "super::config::list_from_text")]
    pub(crate) report: Vec<ReportTarget>,

    /// Compare what the subject answers with the snapshots in this folder, and leave what differs there for `countersign
    /// review`; where CI is set, show it and write nothing
    #[arg(long, value_name = "DIR", help_heading = "Reports")]
    pub(crate) snapshots: Option<PathBuf>,
    /// For whom a run prints. A flag of `run` alone, see [`RunCommand`]: other commands have a `--format` of their own.
    #[arg(skip)]
    #[serde(deserialize_with = "super::config::from_text")]
    pub(crate) format: Option<RunFormat>,
    /// Write every exchange of every case into this file, a line a case as it ends, for `countersign grade`
    #[arg(long, value_name = "PATH", help_heading = "Reports")]
    pub(crate) exchanges: Option<PathBuf>,

    /// Leave the times out of the reports, so that two runs of one seed give the same bytes
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
          hide_possible_values = true, help_heading = "Reports")]
    pub(crate) reproducible: Option<bool>,

    /// Where to keep the list of pools that have to be deleted, for `countersign sweep` [default: a new file in
    /// ~/.local/state/countersign]
    #[arg(long, value_name = "PATH", help_heading = "Reports")]
    pub(crate) ledger: Option<PathBuf>,

    /// Show a curl command with each failing case: that of its last step
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
          hide_possible_values = true, help_heading = "Reports")]
    pub(crate) curl: Option<bool>,

    /// Show only what fails, and the counts
    #[arg(long, short, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true", hide_possible_values = true, conflicts_with = "verbose",
          help_heading = "Reports")]
    pub(crate) quiet: Option<bool>,

    /// Show every case of each group with both sides of its exchanges, and differences that are only inferred
    #[arg(long, short, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true", hide_possible_values = true, help_heading = "Reports")]
    pub(crate) verbose: Option<bool>,

    /// Read defaults from this file [default: countersign.toml, if there is one]
    #[arg(long, value_name = "PATH", help_heading = "Reports")]
    #[serde(skip)]
    pub(crate) config: Option<PathBuf>,
}

/// The flags of `countersign run`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct RunCommand {
    #[command(flatten)]
    run: RunArgs,

    /// What is printed: text, or github for annotations of what fails after the text [default: text]
    #[arg(long, value_name = "FORMAT", help_heading = "Reports")]
    format: Option<RunFormat>,
}

impl From<RunCommand> for RunArgs {
    fn from(command: RunCommand) -> Self {
        Self { format: command.format, ..command.run }
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature of a value parser; it never refuses, so that no error text holds a secret"
)]
fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text))
}

impl RunArgs {
    /// These flags, and the values of `file` for those that are not given. Flags that say the same thing in different
    /// ways are taken together: a subject on the command line replaces an endpoint in the file, with its code source.
    pub(crate) fn or(self, mut file: Self) -> Self {
        if self.subject.is_some() || self.endpoint.is_some() {
            (file.subject, file.endpoint, file.code_source) = (None, None, None);
        }
        if self.code.is_some() || self.code_source.is_some() {
            file.code_source = None;
        }
        if self.ca.is_some() || self.insecure.is_some() {
            (file.ca, file.insecure) = (None, None);
        }
        if self.quiet.is_some() || self.verbose.is_some() {
            (file.quiet, file.verbose) = (None, None);
        }
        if self.client_id.is_some() {
            (file.pool_id, file.username) = (None, None);
        }
        Self {
            subject: self.subject.or(file.subject),
            endpoint: self.endpoint.or(file.endpoint),
            code_source: self.code_source.or(file.code_source),
            auth: self.auth.or(file.auth),
            sign: self.sign.or(file.sign),
            ca: self.ca.or(file.ca),
            insecure: self.insecure.or(file.insecure),
            allow_aws: self.allow_aws.or(file.allow_aws),
            revision: self.revision.or(file.revision),
            client_id: self.client_id.or(file.client_id),
            client_secret: self.client_secret,
            pool_id: self.pool_id.or(file.pool_id),
            username: self.username.or(file.username),
            code: self.code,
            filter: either(self.filter, file.filter),
            seed: self.seed.or(file.seed),
            cases: cases(&self.cases, &file.cases),
            shard: self.shard.or(file.shard),
            strength: self.strength.or(file.strength),
            gate: self.gate.or(file.gate),
            known: either(self.known, file.known),
            jobs: self.jobs.or(file.jobs),
            rate: self.rate.or(file.rate),
            timeout: self.timeout.or(file.timeout),
            confirm_failures: self.confirm_failures.or(file.confirm_failures),
            fail_fast: self.fail_fast.or(file.fail_fast),
            report: either(self.report, file.report),
            format: self.format.or(file.format),
            snapshots: self.snapshots.or(file.snapshots),
            exchanges: self.exchanges.or(file.exchanges),
            reproducible: self.reproducible.or(file.reproducible),
            ledger: self.ledger.or(file.ledger),
            curl: self.curl.or(file.curl),
            quiet: self.quiet.or(file.quiet),
            verbose: self.verbose.or(file.verbose),
            config: self.config,
        }
    }
}

/// A number replaces a number, folders replace folders.
fn cases(flags: &[Cases], file: &[Cases]) -> Vec<Cases> {
    let count = Cases::count(flags).or_else(|| Cases::count(file)).map(Cases::Count);
    let folders = either(Cases::folders(flags), Cases::folders(file)).into_iter().map(Cases::Folder);
    count.into_iter().chain(folders).collect()
}

fn either<T>(flags: Vec<T>, file: Vec<T>) -> Vec<T> {
    if flags.is_empty() { file } else { flags }
}
