//! A driver as a process: started, asked one question at a time, and ended whatever it does.

use super::case::Credentials;
use super::environment::Environment;
use super::protocol::{Hello, LINE_BYTES_MAX, NOISE_BYTES_MAX, Outcome, PREFIX, ProtocolError};
use super::text::{replaced, value};
use crate::clock::Stopwatch;
use crate::subject::{Pipes, ProcessGroup, outcome};
use crate::wire;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long a driver may take to say hello.
pub const START_LIMIT: Duration = Duration::from_mins(1);
/// How long a driver may take to end once its input has.
const END_LIMIT: Duration = Duration::from_secs(5);
/// How long the last words of an ended driver may take to arrive.
const LAST_WORDS_LIMIT: Duration = Duration::from_secs(1);
/// How many lines may wait to be looked at.
const LINES_WAITING_MAX: usize = 16;
/// How much of the end of the standard error is kept, in bytes.
const STDERR_KEPT_MAX: usize = 600;
/// How much is read at a time, in bytes.
const READ_BYTES: usize = 16 * 1024;
/// The end of a process that nobody can object to.
pub(super) const EXIT_WELL: &str = "exit code 0";
/// How every endpoint is called in reports.
pub(super) const ENDPOINT_SHOWN: &str = "127.0.0.1:0";
/// [`PREFIX`] and the start of the object behind it.
const PREFIXED_OBJECT: &[u8] = b"@@{";

/// How a driver is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriverCommand {
    /// The program.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Variables of the environment, besides those that every driver gets.
    pub variables: Vec<(String, String)>,
}

impl DriverCommand {
    /// A command line, for the shell.
    pub fn shell(line: &str) -> Self {
        Self {
            program: "/bin/sh".to_owned(),
            arguments: vec!["-c".to_owned(), line.to_owned()],
            variables: Vec::new(),
        }
    }
}

/// Why there is no usable answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DriverError {
    /// It cannot be run at all.
    #[error("the driver cannot be started: {0}")]
    Start(#[source] io::Error),
    /// It says nothing.
    #[error("the driver did not answer within {limit_ms} ms and was killed{}", last_words(.said))]
    Silent {
        /// The limit, in milliseconds.
        limit_ms: u128,
        /// The end of what it wrote to its standard error meanwhile, escaped.
        said: String,
    },
    /// It has ended.
    #[error("the driver ended before its answer ({end}){}", last_words(.said))]
    Ended {
        /// How.
        end: String,
        /// The end of what it wrote to its standard error meanwhile, escaped.
        said: String,
    },
    /// It says what no driver says.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    /// It says too much in one line.
    #[error("the driver wrote a line of more than {LINE_BYTES_MAX} bytes")]
    LongLine,
    /// It prints without end.
    #[error("the driver printed more than {NOISE_BYTES_MAX} bytes that are no answer")]
    Noise,
    /// It answers a question that was not asked.
    #[error("the driver answered `{0}`, which is another case")]
    OtherCase(String),
}

fn last_words(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!("; it said: {said}") }
}

/// What the reading task found.
enum Line {
    Answer(Vec<u8>),
    TooLong,
    Noise,
}

/// A running driver. Dropped, it is killed with everything that it has started.
#[derive(Debug)]
pub(super) struct Driver {
    /// What it says of itself.
    pub(super) hello: Hello,
    group: ProcessGroup,
    stdin: Option<ChildStdin>,
    lines: mpsc::Receiver<Line>,
    noise: Arc<AtomicUsize>,
    stderr: Arc<Mutex<Vec<u8>>>,
    stderr_end: Option<tokio::task::JoinHandle<()>>,
}

impl Driver {
    /// Starts a driver and waits for its hello.
    pub(super) async fn start(
        command: &DriverCommand,
        environment: &Environment,
        credentials: Credentials,
    ) -> Result<Self, DriverError> {
        let mut process = Command::new(&command.program);
        process.args(&command.arguments);
        environment.surround(&mut process, credentials).map_err(DriverError::Start)?;
        process.envs(command.variables.iter().map(|(name, value)| (name, value)));
        let spawned = ProcessGroup::spawn_piped(&mut process, Some(environment.folder()));
        let (group, Pipes { stdin, stdout, stderr: errors }) = spawned.map_err(DriverError::Start)?;
        let (sender, lines) = mpsc::channel(LINES_WAITING_MAX);
        let (noise, stderr) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        // These end when their pipe does: at the latest when the driver is killed.
        tokio::spawn(read_lines(stdout, sender, Arc::clone(&noise)));
        let stderr_end = tokio::spawn(keep_tail(errors, Arc::clone(&stderr)));
        let hello = Hello {
            protocol: 0,
            name: String::new(),
            version: String::new(),
            language: String::new(),
            features: Vec::new(),
            members: None,
        };
        let stderr_end = Some(stderr_end);
        let mut driver = Self { hello, group, stdin: Some(stdin), lines, noise, stderr, stderr_end };
        let line = driver.line(START_LIMIT).await?;
        driver.hello = Hello::parse(&line)?;
        Ok(driver)
    }

    /// Asks one question. What is answered has `127.0.0.1:0` in place of `authority`, which differs from run to run.
    pub(super) async fn ask(
        &mut self,
        id: &str,
        question: &str,
        authority: &str,
        limit: Duration,
    ) -> Result<Outcome, DriverError> {
        self.noise.store(0, Ordering::SeqCst);
        self.stderr.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let watch = Stopwatch::start();
        if let Some(stdin) = &mut self.stdin {
            let line = format!("{question}\n");
            // A driver that reads no further, or is gone, says so by its answers.
            let _ = timeout(limit, async {
                stdin.write_all(line.as_bytes()).await?;
                stdin.flush().await
            })
            .await;
        }
        let line = self.line(limit.saturating_sub(watch.elapsed())).await.map_err(|error| match error {
            DriverError::Silent { said, .. } => DriverError::Silent { limit_ms: limit.as_millis(), said },
            error => error,
        })?;
        let (answered, outcome) =
            Outcome::parse(&replaced(&line, authority.as_bytes(), ENDPOINT_SHOWN.as_bytes()))?;
        if answered == id { Ok(outcome) } else { Err(DriverError::OtherCase(value(&answered))) }
    }

    /// How its process has ended, if it has.
    pub(super) fn ended(&mut self) -> Option<String> {
        self.group.exited().ok().flatten().map(outcome)
    }

    /// Closes the input and waits for the end. How it ended; `None`: it did not.
    pub(super) async fn finish(mut self) -> Option<String> {
        self.stdin = None;
        let ended = timeout(END_LIMIT, self.group.wait()).await;
        self.group.stop().await;
        ended.ok().and_then(Result::ok).map(outcome)
    }

    /// Ends it, whatever it does.
    pub(super) async fn kill(self) {
        self.group.stop().await;
    }

    async fn line(&mut self, limit: Duration) -> Result<Vec<u8>, DriverError> {
        match timeout(limit, self.line_or_end()).await {
            Ok(Some(Line::Answer(line))) => Ok(line),
            Ok(Some(Line::TooLong)) => Err(DriverError::LongLine),
            Ok(Some(Line::Noise)) => Err(DriverError::Noise),
            Ok(None) => {
                let end = match timeout(END_LIMIT, self.group.wait()).await {
                    Ok(Ok(status)) => outcome(status),
                    _ => "its output is closed".to_owned(),
                };
                if let Some(task) = self.stderr_end.take() {
                    let _ = timeout(LAST_WORDS_LIMIT, task).await;
                }
                Err(DriverError::Ended { end, said: self.said() })
            }
            Err(_) => Err(DriverError::Silent { limit_ms: limit.as_millis(), said: self.said() }),
        }
    }

    /// The next line; `None` once no more can come. What a process has started may hold its output open after its end.
    async fn line_or_end(&mut self) -> Option<Line> {
        tokio::select! {
            biased;
            line = self.lines.recv() => line,
            _ = self.group.wait() => timeout(LAST_WORDS_LIMIT, self.lines.recv()).await.ok().flatten(),
        }
    }

    /// The end of its standard error.
    fn said(&self) -> String {
        let kept = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        wire::escape(kept.trim_ascii())
    }
}

async fn read_lines(mut stdout: ChildStdout, lines: mpsc::Sender<Line>, noise: Arc<AtomicUsize>) {
    let (mut open, mut piece) = (Vec::new(), vec![0; READ_BYTES]);
    while let Ok(read @ 1..) = stdout.read(&mut piece).await {
        // What was read before has no end of a line: it is not searched again.
        let mut searched = open.len();
        open.extend_from_slice(piece.get(..read).unwrap_or_default());
        let mut start = 0;
        while let Some(end) = line_end(&open, searched) {
            let line = open.get(start..end).unwrap_or_default();
            (start, searched) = (end, end);
            let found = match answer(line) {
                Some(answer) => Line::Answer(answer.trim_ascii_end().to_vec()),
                None if noise.fetch_add(line.len(), Ordering::SeqCst) + line.len() > NOISE_BYTES_MAX => {
                    Line::Noise
                }
                None => continue,
            };
            let is_last = matches!(found, Line::Noise);
            if lines.send(found).await.is_err() || is_last {
                return;
            }
        }
        open.drain(..start);
        if open.len() > LINE_BYTES_MAX {
            let _ = lines.send(Line::TooLong).await;
            return;
        }
    }
}

/// What a line says to Countersign: an SDK may have printed something before it, without an end of the line.
fn answer(line: &[u8]) -> Option<&[u8]> {
    line.strip_prefix(PREFIX).or_else(|| {
        let at = memchr::memmem::find(line, PREFIXED_OBJECT)?;
        line.get(at + PREFIX.len()..)
    })
}

/// Where the first line that ends at `from` or behind it ends.
fn line_end(bytes: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.iter().position(|byte| *byte == b'\n').map(|end| from + end + 1)
}

async fn keep_tail(mut errors: impl AsyncRead + Unpin, tail: Arc<Mutex<Vec<u8>>>) {
    let mut piece = [0; 1024];
    while let Ok(read @ 1..) = errors.read(&mut piece).await {
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.extend_from_slice(piece.get(..read).unwrap_or_default());
        let surplus = tail.len().saturating_sub(STDERR_KEPT_MAX);
        tail.drain(..surplus);
    }
}
