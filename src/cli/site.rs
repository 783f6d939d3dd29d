//! The subject of a run, ready to be spoken to: installed, launched, reachable.

use super::config;
use super::diagnostic::Diagnosis;
use super::exit::Exit;
use super::options::{RunOptions, SubjectChoice, Switch};
use super::values::Signing;
use countersign::provision::{Ledger, Origin};
use countersign::reference::EmbeddedServer;
use countersign::replay::transport::{Endpoint, HttpTransport, Limits, TlsClient, TlsTrust};
use countersign::report::TlsOptions;
use countersign::subject::{
    Auth, CodeReader, CodeSource, Folders, Launch, Profile, RunningSubject, Surroundings, install,
};
use std::time::Duration;

/// A subject that can be spoken to. Dropped, a launched one is stopped.
pub(crate) struct Site {
    /// Its profile, with what the flags change about it.
    pub(crate) profile: Profile,
    /// Where it listens.
    pub(crate) endpoint: Endpoint,
    /// Where codes are read.
    pub(crate) codes: CodeReader,
    /// What was made and has to be deleted.
    pub(crate) ledger: Ledger,
    tls: TlsClient,
    limits: Limits,
    running: Running,
}

/// What keeps the subject alive.
enum Running {
    Embedded { _server: EmbeddedServer },
    Launched(Box<RunningSubject>),
    Elsewhere,
}

impl Site {
    /// Installs and launches what `options` name. `note` is told what takes time.
    pub(crate) async fn open(options: &RunOptions, note: &mut dyn FnMut(String)) -> anyhow::Result<Self> {
        let profile = profile(options)?;
        let (running, url, surroundings) = start(&profile, options, note).await?;
        let endpoint = endpoint(&url, options.allow_aws)?;
        let ledger = match running {
            Running::Elsewhere if options.premade.is_none() => open_ledger(options)?,
            // What a subject that ends with the run has made ends with it as well.
            _ => Ledger::in_memory(),
        };
        Ok(Self {
            codes: CodeReader::new(profile.code.clone(), surroundings),
            profile,
            endpoint,
            ledger,
            tls: tls(&options.tls)?,
            limits: limits(options.timeout),
            running,
        })
    }

    /// The ledger of one of several jobs: no two share a file.
    pub(crate) fn ledger_for(&mut self, options: &RunOptions, job: usize) -> anyhow::Result<Ledger> {
        match self.running {
            Running::Elsewhere if job > 0 && options.premade.is_none() => {
                let mut path = ledger_path(options)?.into_os_string();
                path.push(format!(".{job}"));
                Ok(Ledger::open(std::path::Path::new(&path))?)
            }
            _ => Ok(std::mem::replace(&mut self.ledger, Ledger::in_memory())),
        }
    }

    /// Makes connections to the subject.
    pub(crate) fn connector(&self) -> impl Fn() -> HttpTransport + use<> {
        let (endpoint, limits, tls) = (self.endpoint.clone(), self.limits, self.tls.clone());
        move || HttpTransport::new(endpoint.clone(), limits, tls.clone())
    }

    /// Where what was made is to be found again.
    pub(crate) fn origin(&self) -> Origin {
        Origin {
            endpoint: self.endpoint.to_string(),
            auth: self.profile.control.auth.name().to_owned(),
            region: self.profile.control.region.clone(),
        }
    }

    /// The name and version of the subject.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.profile.name, self.profile.version).trim_end().to_owned()
    }

    /// Whether nobody else uses the subject, and what is made there is gone with it.
    pub(crate) fn ends_with_the_run(&self) -> bool {
        !matches!(self.running, Running::Elsewhere)
    }

    /// The endpoint as reports show it: a port that differs from run to run is shown as 0.
    pub(crate) fn shown_endpoint(&self) -> String {
        match self.running {
            Running::Elsewhere => self.endpoint.to_string(),
            _ => format!("{}://{}:0", self.endpoint.scheme().as_str(), self.endpoint.host()),
        }
    }

    /// Stops a launched subject and waits until it is gone.
    pub(crate) async fn close(self) {
        if let Running::Launched(subject) = self.running {
            subject.stop().await;
        }
    }
}

/// What `--sign` or `--auth` come to.
pub(crate) fn auth(signing: Signing) -> Auth {
    match signing {
        Signing::None => Auth::None,
        Signing::Dummy => Auth::Dummy,
        Signing::SigV4 => Auth::SigV4(None),
    }
}

/// Reads an endpoint and refuses a host of AWS itself unless that is wanted.
pub(crate) fn endpoint(url: &str, allow_aws: Switch) -> anyhow::Result<Endpoint> {
    let endpoint = Endpoint::parse(url).map_err(|error| Diagnosis::usage(error.to_string()))?;
    if endpoint.is_aws() && allow_aws == Switch::Off {
        let message = format!("`{}` is a host of AWS itself", endpoint.host());
        return Err(Diagnosis::usage(message).hint("a run there needs `--allow-aws`").into());
    }
    Ok(endpoint)
}

/// How certificates are checked.
pub(crate) fn tls(options: &TlsOptions) -> anyhow::Result<TlsClient> {
    let trust = match options {
        TlsOptions::System => TlsTrust::WebPki,
        TlsOptions::Insecure => TlsTrust::Insecure,
        TlsOptions::Ca(path) => TlsTrust::CaFile(config::read_bytes(path.as_ref()).map_err(|error| {
            Diagnosis::usage(format!("cannot read the CA file `{path}`")).caused_by(error)
        })?),
    };
    Ok(TlsClient::new(&trust)
        .map_err(|error| Diagnosis::usage("the CA file cannot be used").caused_by(error))?)
}

fn limits(timeout: Duration) -> Limits {
    let timeout_ms = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
    let limits = Limits::default();
    Limits { timeout_ms, connect_ms: limits.connect_ms.min(timeout_ms), ..limits }
}

fn profile(options: &RunOptions) -> anyhow::Result<Profile> {
    let mut profile = match &options.subject {
        SubjectChoice::Profile(name) => {
            Profile::find(name).map_err(|error| Diagnosis::usage(error.to_string()))?
        }
        SubjectChoice::Endpoint { url, code_source } => {
            let source = match (code_source, &options.premade) {
                (Some(text), _) => {
                    text.parse::<CodeSource>().map_err(|error| Diagnosis::usage(error.to_string()))?
                }
                (None, Some(_)) => CodeSource::Any,
                (None, None) => {
                    return Err(Diagnosis::usage("`--endpoint` does not say where confirmation codes are read")
                        .hint("add `--code-source`, such as `any`, `fixed:123456`, `http:URL#/pointer`, `command:…`")
                        .into());
                }
            };
            Profile::for_endpoint(&url.0, source, auth(options.auth.unwrap_or(Signing::None)))
                .map_err(|error| Diagnosis::usage(error.to_string()))?
        }
    };
    if options.premade.is_some() && matches!(profile.launch, Launch::Embedded) {
        let message = format!("`client-id` is given, and `{}` starts without any app client", profile.name);
        let hint = "name the server that has it with `--endpoint` or `--subject`; without `--client-id` a run makes its own";
        return Err(Diagnosis::usage(message).hint(hint).into());
    }
    if let Some(signing) = options.auth {
        profile.control.auth = auth(signing);
    }
    Ok(profile)
}

async fn start(
    profile: &Profile,
    options: &RunOptions,
    note: &mut dyn FnMut(String),
) -> anyhow::Result<(Running, String, Surroundings)> {
    let unusable = |what: &str, error: Box<dyn std::error::Error + Send + Sync>| {
        Diagnosis::new(Exit::Inconclusive, format!("{what} `{}`", profile.name)).caused_by(error)
    };
    match &profile.launch {
        Launch::Endpoint(url) => {
            let surroundings =
                Surroundings { endpoint: url.trim_end_matches('/').to_owned(), ..Surroundings::default() };
            Ok((Running::Elsewhere, url.clone(), surroundings))
        }
        Launch::Embedded => {
            let server = EmbeddedServer::start(options.seed)
                .map_err(|error| unusable("cannot start", error.into()))?;
            let url = server.url();
            let surroundings =
                Surroundings { endpoint: url.trim_end_matches('/').to_owned(), ..Surroundings::default() };
            Ok((Running::Embedded { _server: server }, url, surroundings))
        }
        Launch::Process(_) => {
            let folders = Folders::from_env()?;
            let installed = install(profile, &folders, note)
                .await
                .map_err(|error| unusable("cannot install", error.into()))?;
            let subject = RunningSubject::start(profile, &installed)
                .await
                .map_err(|error| unusable("cannot start", error.into()))?;
            let (url, surroundings) = (subject.endpoint.clone(), subject.surroundings());
            Ok((Running::Launched(Box::new(subject)), url, surroundings))
        }
    }
}

fn open_ledger(options: &RunOptions) -> anyhow::Result<Ledger> {
    Ok(Ledger::open(&ledger_path(options)?)?)
}

/// A ledger beside that of these options, for a second subject.
pub(crate) fn ledger_beside(options: &RunOptions) -> Option<std::path::PathBuf> {
    let path = ledger_path(options).ok()?;
    // What looks for ledgers in a folder goes by the extension.
    let extension = path.extension().map_or_else(String::new, |end| format!(".{}", end.display()));
    let mut name = path.file_stem()?.to_owned();
    name.push(format!("-other{extension}"));
    Some(path.with_file_name(name))
}

fn ledger_path(options: &RunOptions) -> anyhow::Result<std::path::PathBuf> {
    if let Some(path) = &options.ledger {
        return Ok(path.clone());
    }
    let name = format!("{}-{}.jsonl", countersign::clock::unix_seconds(), std::process::id());
    let folder = Folders::ledgers_from_env().map_err(|error| {
        Diagnosis::new(Exit::Inconclusive, "there is no place for the ledger of what has to be deleted")
            .caused_by(error)
            .hint("`--ledger FILE` says where")
    })?;
    Ok(folder.join(name))
}
