//! The options of a run as plain data: what the flags and the file come to. Knows no flags.

use super::diagnostic::Diagnosis;
use super::report_file::ReportTarget;
use super::run_args::{CODE_VARIABLE, RunArgs, SECRET_VARIABLE};
use super::values::{Cases, Endpoint, Filter, RunFormat, SeedChoice, Signing};
use countersign::generate::Strength;
use countersign::model::Revision;
use countersign::report::{Detail, TlsOptions, shell};
use countersign::requirement::Attestation;
use countersign::secret_hash::Secret;
use countersign::seed::Seed;
use countersign::shard::Shard;
use std::path::PathBuf;
use std::time::Duration;

/// The number of connections unless told otherwise.
const JOBS: usize = 8;
/// The time that one request may take unless told otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The subject unless told otherwise.
const SUBJECT: &str = "reference";

/// What is tested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SubjectChoice {
    /// A subject with a profile: its name, or the path of the file.
    Profile(String),
    /// Any endpoint.
    Endpoint {
        /// Its URL.
        url: Endpoint,
        /// Where codes are read, as text.
        code_source: Option<String>,
    },
}

/// Fixtures that exist already and are used instead of provisioned ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Premade {
    /// The app client.
    pub(crate) client_id: String,
    /// Its secret.
    pub(crate) client_secret: Option<Secret>,
    /// Its pool.
    pub(crate) pool_id: Option<String>,
    /// An unconfirmed user.
    pub(crate) username: Option<String>,
    /// The code that confirms that user.
    pub(crate) code: Option<Secret>,
}

/// Whether a switch is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Switch {
    /// It is.
    On,
    /// It is not.
    Off,
}

impl From<Option<bool>> for Switch {
    fn from(value: Option<bool>) -> Self {
        if value == Some(true) { Self::On } else { Self::Off }
    }
}

/// Everything that a run is told.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RunOptions {
    /// What is tested.
    pub(crate) subject: SubjectChoice,
    /// How set-up calls are signed; `None`: as the profile says.
    pub(crate) auth: Option<Signing>,
    /// How ConfirmSignUp itself is signed.
    pub(crate) sign: Signing,
    /// How certificates are checked.
    pub(crate) tls: TlsOptions,
    /// Whether hosts of AWS itself may be tested. An endpoint given as a flag is checked here; one that comes out of a
    /// profile has to be checked by whoever reads it (`Endpoint::is_aws`).
    pub(crate) allow_aws: Switch,
    /// The newest revision of the request model whose cases are sent.
    pub(crate) revision: Revision,
    /// Fixtures that exist already.
    pub(crate) premade: Option<Premade>,
    /// Which cases are taken.
    pub(crate) filter: Filter,
    /// The seed.
    pub(crate) seed: Seed,
    /// The number of cases over all rounds; `None`: one round.
    pub(crate) cases: Option<u64>,
    /// Which part of the cases is run; `None`: all.
    pub(crate) shard: Option<Shard>,
    /// How many states the covering arrays put together.
    pub(crate) strength: Strength,
    /// Folders with cases and requirements of the user's.
    pub(crate) folders: Vec<PathBuf>,
    /// The weakest attestation that fails the run.
    pub(crate) gate: Attestation,
    /// The lists of known failures.
    pub(crate) known: Vec<PathBuf>,
    /// The number of connections.
    pub(crate) jobs: usize,
    /// The largest number of requests a second; `None`: no limit.
    pub(crate) rate: Option<f64>,
    /// The time that one request may take.
    pub(crate) timeout: Duration,
    /// How often a mismatch is run again before it counts.
    pub(crate) confirmations: u8,
    /// Whether the run stops at the first mismatch.
    pub(crate) fail_fast: Switch,
    /// Where every exchange is written; `None`: nowhere.
    pub(crate) exchanges: Option<PathBuf>,
    /// Whether reports leave out the times.
    pub(crate) reproducible: Switch,
    /// The report files.
    pub(crate) reports: Vec<ReportTarget>,
    /// For whom the run prints.
    pub(crate) format: RunFormat,
    /// The folder of snapshots to compare with.
    pub(crate) snapshots: Option<PathBuf>,
    /// The clean-up ledger; `None`: where it lies by default.
    pub(crate) ledger: Option<PathBuf>,
    /// Whether failing cases come with a curl command.
    pub(crate) curl: Switch,
    /// How much the terminal shows.
    pub(crate) detail: Detail,
    /// The flags with which a single case of this run is sent again, without the seed and without secrets.
    pub(crate) invocation: String,
}

impl RunOptions {
    /// What `args` come to, flags and file taken together.
    pub(crate) fn new(args: RunArgs) -> Result<Self, Diagnosis> {
        let invocation = invocation(&args);
        let allow_aws = Switch::from(args.allow_aws);
        if let Some(endpoint) = args.endpoint.as_ref().filter(|endpoint| endpoint.is_aws())
            && allow_aws == Switch::Off
        {
            let message = format!("`{}` is a host of AWS itself", endpoint.host());
            return Err(Diagnosis::usage(message).hint("a run there needs `--allow-aws`"));
        }
        if args.code_source.is_some() && args.endpoint.is_none() {
            let text = "`code-source` is given without `endpoint`: where codes of a subject are read, its profile says";
            return Err(Diagnosis::usage(text));
        }
        let premade = premade(&args)?;
        check_cases(&args.cases)?;
        check_reports(&args.report)?;
        check_files(&args)?;
        let subject = match args.endpoint {
            Some(url) => SubjectChoice::Endpoint { url, code_source: args.code_source },
            None => SubjectChoice::Profile(args.subject.unwrap_or_else(|| SUBJECT.to_owned())),
        };
        let tls = match (args.insecure, args.ca) {
            (Some(true), _) => TlsOptions::Insecure,
            (_, Some(file)) => TlsOptions::Ca(file.display().to_string()),
            _ => TlsOptions::System,
        };
        Ok(Self {
            subject,
            auth: args.auth,
            sign: args.sign.unwrap_or(Signing::None),
            tls,
            allow_aws,
            revision: args.revision.unwrap_or_default(),
            premade,
            filter: Filter(args.filter),
            seed: match args.seed {
                Some(SeedChoice::Fixed(seed)) => seed,
                Some(SeedChoice::Random) => Seed::drawn(),
                None => Seed::DEFAULT,
            },
            cases: Cases::count(&args.cases),
            shard: args.shard,
            strength: args.strength.unwrap_or_default(),
            folders: Cases::folders(&args.cases),
            gate: args.gate.map_or(Attestation::Recorded, |gate| gate.0),
            known: args.known,
            jobs: args.jobs.map_or(JOBS, |jobs| jobs.0),
            rate: args.rate.map(|rate| rate.0),
            timeout: args.timeout.map_or(TIMEOUT, |timeout| timeout.0),
            confirmations: args.confirm_failures.map_or(0, |times| times.0),
            fail_fast: args.fail_fast.into(),
            exchanges: args.exchanges,
            reproducible: args.reproducible.into(),
            reports: args.report,
            format: args.format.unwrap_or_default(),
            snapshots: args.snapshots,
            ledger: args.ledger,
            curl: args.curl.into(),
            detail: match (args.quiet, args.verbose) {
                (Some(true), _) => Detail::Quiet,
                (_, Some(true)) => Detail::Verbose,
                _ => Detail::Normal,
            },
            invocation,
        })
    }
}

/// A secret without its app client, or with what replaces it, is a slip, unless it only lies in the environment; so
/// clap, which cannot tell the two apart, does not check this.
fn premade(args: &RunArgs) -> Result<Option<Premade>, Diagnosis> {
    let is_from_flag = |value: &Option<Secret>, variable: &str| {
        let from_environment = std::env::var(variable).ok();
        value.as_ref().map(Secret::reveal) != from_environment.as_deref() && value.is_some()
    };
    if args.code_source.is_some() && is_from_flag(&args.code, CODE_VARIABLE) {
        return Err(Diagnosis::usage("`code` and `code-source` exclude each other"));
    }
    if let Some(client_id) = &args.client_id {
        return Ok(Some(Premade {
            client_id: client_id.clone(),
            client_secret: args.client_secret.clone(),
            pool_id: args.pool_id.clone(),
            username: args.username.clone(),
            code: args.code.clone().filter(|_| args.code_source.is_none()),
        }));
    }
    let slips = [
        ("client-secret", is_from_flag(&args.client_secret, SECRET_VARIABLE)),
        ("code", is_from_flag(&args.code, CODE_VARIABLE)),
        ("pool-id", args.pool_id.is_some()),
        ("username", args.username.is_some()),
    ];
    match slips.into_iter().find(|(_, is_given)| *is_given) {
        None => Ok(None),
        Some((name, _)) => {
            Err(Diagnosis::usage(format!("`{name}` is given without `client-id`, and means nothing alone")))
        }
    }
}

fn check_cases(cases: &[Cases]) -> Result<(), Diagnosis> {
    match cases.iter().filter(|cases| matches!(cases, Cases::Count(_))).count() {
        0 | 1 => Ok(()),
        _ => Err(Diagnosis::usage("`cases` is given two numbers")),
    }
}

pub(crate) fn check_reports(reports: &[ReportTarget]) -> Result<(), Diagnosis> {
    for (position, report) in reports.iter().enumerate() {
        if reports.iter().skip(position + 1).any(|other| other.path == report.path) {
            let path = report.path.display();
            return Err(Diagnosis::usage(format!("two reports go to the same file `{path}`")));
        }
    }
    Ok(())
}

/// Refuses two outputs in one file, of which only one would be left.
fn check_files(args: &RunArgs) -> Result<(), Diagnosis> {
    let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let named = [("exchanges", &args.exchanges), ("ledger", &args.ledger)];
    let named = named.into_iter().filter_map(|(name, path)| Some((name, absolute(path.as_ref()?))));
    let reports = args.report.iter().map(|report| ("report", absolute(&report.path)));
    let mut taken: Vec<(&str, PathBuf)> = Vec::new();
    for (name, path) in reports.chain(named) {
        if let Some((first, _)) = taken.iter().find(|(_, other)| *other == path) {
            let path = path.display();
            return Err(Diagnosis::usage(format!("`{first}` and `{name}` go to the same file `{path}`")));
        }
        // A device is no file: both get there.
        if !path.exists() || path.is_file() {
            taken.push((name, path));
        }
    }
    Ok(())
}

/// The flags that decide what one case meets, each quoted for a shell. Secrets stay in the environment.
fn invocation(args: &RunArgs) -> String {
    let text = |path: &PathBuf| path.display().to_string();
    let flags = [
        ("subject", args.subject.clone()),
        ("endpoint", args.endpoint.as_ref().map(|endpoint| endpoint.0.clone())),
        ("auth", args.auth.map(|signing| signing.name().to_owned())),
        ("sign", args.sign.map(|signing| signing.name().to_owned())),
        ("ca", args.ca.as_ref().map(text)),
        ("revision", args.revision.map(|revision| revision.name().to_owned())),
        ("client-id", args.client_id.clone()),
        ("pool-id", args.pool_id.clone()),
        ("username", args.username.clone()),
        ("timeout", args.timeout.map(|timeout| format!("{}ms", timeout.0.as_millis()))),
        ("gate", args.gate.map(|gate| gate.0.name().to_owned())),
        ("strength", args.strength.map(|strength| strength.number().to_string())),
        ("config", args.config.as_ref().map(text)),
    ];
    let code_source = args.code_source.as_deref().map(|source| {
        // A fixed code is a code all the same.
        let source = if source.starts_with("fixed:") {
            format!("\"fixed:${CODE_VARIABLE}\"")
        } else {
            shell::quote(source.as_bytes())
        };
        format!("--code-source {source}")
    });
    let switches = [("insecure", args.insecure), ("allow-aws", args.allow_aws)];
    let flags = flags
        .into_iter()
        .filter_map(|(name, value)| Some(format!("--{name} {}", shell::quote(value?.as_bytes()))));
    let switches =
        switches.into_iter().filter(|(_, value)| *value == Some(true)).map(|(name, _)| format!("--{name}"));
    let folders = Cases::folders(&args.cases);
    let folders = folders
        .iter()
        .map(|folder| format!("--cases {}", shell::quote(folder.as_os_str().as_encoded_bytes())));
    flags.chain(code_source).chain(folders).chain(switches).collect::<Vec<_>>().join(" ")
}
