//! The program under test: started once, asked everything, and ended whatever it does.
//!
//! All questions are written at once by a thread of their own, and answers are taken as they come, so that a program
//! may read everything first, or flush only at its end. What it can do wrong has a limit and an error of its own.

use countersign::clock::Stopwatch;
use countersign::vectors::{Answer, AnswerError, Attempt, Mode, Vector, VectorFile};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The longest line that is read as an answer, in bytes.
const ANSWER_BYTES_MAX: usize = 4096;
/// How many lines may wait to be looked at.
const LINES_WAITING_MAX: usize = 64;
/// How much of the end of the standard error an error shows, in bytes.
const STDERR_SHOWN_MAX: usize = 512;
/// How long a program that has closed its output may take to end before it is killed.
const END_GRACE: Duration = Duration::from_secs(2);
/// How long an ended program's last words may take to arrive.
const STDERR_GRACE: Duration = Duration::from_secs(1);
/// How often the end of the program is looked for.
const END_POLL: Duration = Duration::from_millis(10);

/// How long a program may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Between two answers.
    pub(super) silence: Duration,
    /// For all of them.
    pub(super) total: Duration,
}

/// Why there are no usable answers.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProgramError {
    #[error("the program cannot be started")]
    Start(#[source] io::Error),
    #[error("{0} (answer {1})")]
    Garbage(AnswerError, usize),
    #[error("answer {answer} has more than {ANSWER_BYTES_MAX} bytes on one line")]
    LongLine { answer: usize },
    #[error("the output of the program cannot be read")]
    Read(#[source] io::Error),
    #[error("answer {answer} has the id {id}, which was not asked")]
    UnknownId { answer: usize, id: u32 },
    #[error("the id {id} was answered twice")]
    Twice { id: u32 },
    #[error("the program was silent for {limit:?} after {given} of {wanted} answers{stderr}")]
    Silent { limit: Duration, given: usize, wanted: usize, stderr: String },
    #[error("the program took more than {limit:?}, and gave {given} of {wanted} answers{stderr}")]
    Slow { limit: Duration, given: usize, wanted: usize, stderr: String },
    #[error("the program ended ({end}) after {given} of {wanted} answers{stderr}")]
    Ended { end: String, given: usize, wanted: usize, stderr: String },
}

/// Asks `command` every test of the file.
pub(super) fn ask(
    command: &str,
    file: &VectorFile,
    mode: Mode,
    limits: Limits,
) -> Result<Attempt, ProgramError> {
    let mut questions = String::new();
    for vector in file.tests() {
        questions.push_str(&question(vector, mode));
        questions.push('\n');
    }
    let wanted: BTreeSet<u32> = file.tests().map(|vector| vector.tc_id).collect();
    let mut running = Running::start(command, questions).map_err(ProgramError::Start)?;
    running.answers(&wanted, limits)
}

fn question(vector: &Vector, mode: Mode) -> String {
    let Vector { tc_id, username, client_id, client_secret, candidate, .. } = vector;
    match mode {
        Mode::Generate => {
            json!({ "id": tc_id, "username": username, "clientId": client_id, "clientSecret": client_secret })
        }
        Mode::Verify => json!({
            "id": tc_id,
            "username": username,
            "clientId": client_id,
            "clientSecret": client_secret,
            "candidate": candidate,
        }),
    }
    .to_string()
}

/// What the reading thread found.
enum Line {
    Text(Vec<u8>),
    TooLong,
    Broken(io::Error),
}

/// A started program. Dropped, it is killed with everything that it has started.
struct Running {
    child: Child,
    lines: Receiver<Line>,
    stderr: Arc<Mutex<Vec<u8>>>,
    /// Disconnected once the standard error has ended.
    stderr_end: Receiver<()>,
}

impl Running {
    fn start(command: &str, questions: String) -> io::Result<Self> {
        let mut child = Command::new("/bin/sh")
            .args(["-c", command])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let (sender, lines) = sync_channel(LINES_WAITING_MAX);
        let stderr = Arc::new(Mutex::new(Vec::new()));
        let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (stderr_open, stderr_end) = sync_channel(0);
        let running = Self { child, lines, stderr: Arc::clone(&stderr), stderr_end };
        // The threads end when their pipe does: at the latest when the program is killed.
        if let Some(input) = input {
            thread::spawn(move || write_all(input, &questions));
        }
        if let Some(output) = output {
            thread::spawn(move || read_lines(output, &sender));
        }
        if let Some(errors) = errors {
            thread::spawn(move || {
                keep_tail(errors, &stderr);
                drop(stderr_open);
            });
        }
        Ok(running)
    }

    fn answers(&mut self, wanted: &BTreeSet<u32>, limits: Limits) -> Result<Attempt, ProgramError> {
        let watch = Stopwatch::start();
        let mut answers = Attempt::new();
        while answers.len() < wanted.len() {
            let left = limits.total.saturating_sub(watch.elapsed());
            let line = match self.lines.recv_timeout(limits.silence.min(left)) {
                Ok(Line::Text(line)) => line,
                Ok(Line::TooLong) => return Err(ProgramError::LongLine { answer: answers.len() + 1 }),
                Ok(Line::Broken(error)) => return Err(ProgramError::Read(error)),
                Err(RecvTimeoutError::Timeout) => {
                    let (given, wanted) = (answers.len(), wanted.len());
                    let stderr = self.stderr_shown();
                    return Err(if left <= limits.silence {
                        ProgramError::Slow { limit: limits.total, given, wanted, stderr }
                    } else {
                        ProgramError::Silent { limit: limits.silence, given, wanted, stderr }
                    });
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let (end, given, wanted) = (self.end(), answers.len(), wanted.len());
                    // Nothing is ever sent: this waits for the end.
                    let _ = self.stderr_end.recv_timeout(STDERR_GRACE);
                    return Err(ProgramError::Ended { end, given, wanted, stderr: self.stderr_shown() });
                }
            };
            if watch.elapsed() >= limits.total {
                let (given, wanted, stderr) = (answers.len(), wanted.len(), self.stderr_shown());
                return Err(ProgramError::Slow { limit: limits.total, given, wanted, stderr });
            }
            let number = answers.len() + 1;
            let (id, answer) = Answer::parse(&line).map_err(|error| ProgramError::Garbage(error, number))?;
            if !wanted.contains(&id) {
                return Err(ProgramError::UnknownId { answer: number, id });
            }
            if answers.insert(id, answer).is_some() {
                return Err(ProgramError::Twice { id });
            }
        }
        Ok(answers)
    }

    /// How the program ended, once its output has.
    fn end(&mut self) -> String {
        let watch = Stopwatch::start();
        while watch.elapsed() < END_GRACE {
            match self.child.try_wait() {
                Ok(Some(status)) => return outcome(status),
                Ok(None) => thread::sleep(END_POLL),
                Err(_) => break,
            }
        }
        "its output is closed".to_owned()
    }

    /// The end of what the program wrote to its standard error.
    fn stderr_shown(&self) -> String {
        let tail = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        let text = countersign::wire::escape(tail.trim_ascii());
        if text.is_empty() { text } else { format!("; it said: {text}") }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The leader has not been waited for, or the group still has members: the id belongs to nobody else. A group
        // that is gone already is no error.
        let _ = Command::new("/bin/sh")
            .args(["-c", "kill -s KILL -- \"-$1\" 2>/dev/null", "kill", &self.child.id().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write_all(mut input: ChildStdin, questions: &str) {
    // A program that reads no further says so by its answers.
    let _ = input.write_all(questions.as_bytes());
}

fn read_lines(output: ChildStdout, sender: &SyncSender<Line>) {
    let mut output = BufReader::new(output);
    loop {
        let mut line = Vec::new();
        let limit = u64::try_from(ANSWER_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
        let found = match output.by_ref().take(limit).read_until(b'\n', &mut line) {
            Ok(0) => return,
            Ok(_) if line.trim_ascii_end().len() > ANSWER_BYTES_MAX => Line::TooLong,
            Ok(_) => Line::Text(line),
            Err(error) => Line::Broken(error),
        };
        let is_last = !matches!(found, Line::Text(_));
        if sender.send(found).is_err() || is_last {
            return;
        }
    }
}

fn keep_tail(mut errors: ChildStderr, tail: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 1024];
    while let Ok(read @ 1..) = errors.read(&mut buffer) {
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.extend(buffer.get(..read).unwrap_or_default());
        let surplus = tail.len().saturating_sub(STDERR_SHOWN_MAX);
        tail.drain(..surplus);
    }
}

fn outcome(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "an unknown end".to_owned(),
    }
}
