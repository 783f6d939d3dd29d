//! `countersign serve`: the reference server, on its own.

use super::diagnostic::Diagnosis;
use super::values::Timeout;
use anyhow::Context as _;
use countersign::prove::{Planted, Site};
use countersign::reference::{Afterwards, Fault, Framing, Manner, State, serve};
use countersign::seed::Seed;
use countersign::wire;
use std::io::Write as _;
use std::net::IpAddr;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

/// Serve the reference server, with sign-up and set-up operations, until interrupted
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign serve                on a free port, which is printed
  countersign serve --port 9229
  countersign serve --fault code/any             with a fault that `countersign prove faults` lists
  countersign serve --delay 30ms --chunked --close

Everything is kept in memory. The code that a user would have received, pool id and username percent-encoded:
  curl http://127.0.0.1:9229/_countersign/codes/<pool id>/<username>")]
pub(crate) struct ServeArgs {
    /// The port to listen on; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,

    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: IpAddr,

    /// The seed that ids, client secrets and codes follow from
    #[arg(long, value_name = "N", default_value_t = Seed::DEFAULT.0)]
    seed: u64,

    /// Plant a fault, by the name that `countersign prove faults` gives it
    #[arg(long, value_name = "FAMILY/NAME")]
    fault: Option<String>,

    /// Hold every answer back for so long: 30ms, 1s
    #[arg(long, value_name = "TIME")]
    delay: Option<Timeout>,

    /// Send the bodies of answers in chunks
    #[arg(long)]
    chunked: bool,

    /// Close the connection after each answer
    #[arg(long)]
    close: bool,
}

impl ServeArgs {
    fn manner(&self) -> Manner {
        Manner {
            delay: self.delay.map_or(Duration::ZERO, |delay| delay.0),
            framing: if self.chunked { Framing::Chunked } else { Framing::Whole },
            afterwards: if self.close { Afterwards::Closed } else { Afterwards::Open },
        }
    }
}

/// The fault of this name that sits in the server.
fn fault(name: &str) -> Result<Fault, Diagnosis> {
    let list = "`countersign prove faults` lists them";
    let name_shown = wire::escape(name.as_bytes());
    match Planted::all().into_iter().find(|planted| planted.id() == name).map(|planted| planted.site) {
        Some(Site::Server(fault)) => Ok(fault),
        Some(_) => {
            let message = format!("the fault `{name_shown}` sits in a connection and not in the server");
            Err(Diagnosis::usage(message).hint("`countersign prove faults` plants it in process"))
        }
        None => Err(Diagnosis::usage(format!("there is no fault `{name_shown}`")).hint(list)),
    }
}

/// Serves until Ctrl-C or SIGTERM, which end it with success.
pub(crate) fn run(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let fault = args.fault.as_deref().map(fault).transpose()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the runtime of the server cannot be started")?;
    runtime.block_on(async {
        let listener = TcpListener::bind((args.host, args.port))
            .await
            .with_context(|| format!("cannot listen on `{}` port `{}`", args.host, args.port))?;
        // Installed before the line is printed: whoever reads it may already send a signal.
        let interrupted = Interrupted::install()?;
        let address = listener.local_addr()?;
        let mut stdout = anstream::stdout();
        writeln!(
            stdout,
            "reference server on http://{address}/ (codes: GET http://{address}/_countersign/codes/<pool id>/<username>)"
        )?;
        stdout.flush()?;
        let mut state = State::new(Seed(args.seed));
        state.plant(fault);
        serve(listener, Arc::new(Mutex::new(state)), args.manner(), interrupted.wait()).await;
        Ok(ExitCode::SUCCESS)
    })
}

/// Waits for a signal to end.
struct Interrupted {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Interrupted {
    #[cfg(unix)]
    fn install() -> anyhow::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate()).context("SIGTERM cannot be caught")?,
            interrupt: signal(SignalKind::interrupt()).context("SIGINT cannot be caught")?,
        })
    }

    #[cfg(unix)]
    async fn wait(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn install() -> anyhow::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn wait(self) {
        // Without a handler the system ends the process by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
