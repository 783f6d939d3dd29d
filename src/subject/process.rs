//! A process with all its descendants: started as the leader of a group of its own, and ended as a group, also when
//! this process dies without a word.
//!
//! The group is ended by a guard: a small shell that waits on a pipe from this process. When the pipe closes, however
//! that comes about (drop, panic, SIGKILL), the guard kills the group and removes the work folder.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// How long a group may take to end after SIGTERM, before SIGKILL.
const STOP_GRACE: Duration = Duration::from_secs(2);
/// How long a killed leader may take to be gone.
const KILL_GRACE: Duration = Duration::from_secs(5);

/// A line on the pipe dismisses the guard; the end of the pipe makes it act.
const GUARD: &str =
    "read -r _ && exit 0; kill -s KILL -- \"-$1\" 2>/dev/null; [ -z \"$2\" ] || rm -rf -- \"$2\"";
const SIGNAL: &str = "kill -s \"$1\" -- \"-$2\" 2>/dev/null";

/// The standard streams of a leader.
#[derive(Debug)]
pub(crate) struct Pipes {
    pub(crate) stdin: ChildStdin,
    pub(crate) stdout: ChildStdout,
    pub(crate) stderr: ChildStderr,
}

/// A running group of processes. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct ProcessGroup {
    leader: Child,
    id: String,
    guard: Child,
    pipe: Option<ChildStdin>,
}

impl ProcessGroup {
    /// Starts `command` as the leader of a new group. When the group is killed because this process is gone, the folder
    /// `doomed` is removed as well.
    pub(crate) fn spawn(command: &mut Command, doomed: Option<&Path>) -> io::Result<Self> {
        Self::lead(command.stdin(Stdio::null()), doomed)
    }

    /// The same with pipes to its three streams, which the caller takes.
    pub(crate) fn spawn_piped(command: &mut Command, doomed: Option<&Path>) -> io::Result<(Self, Pipes)> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut group = Self::lead(command, doomed)?;
        let leader = &mut group.leader;
        match (leader.stdin.take(), leader.stdout.take(), leader.stderr.take()) {
            (Some(stdin), Some(stdout), Some(stderr)) => Ok((group, Pipes { stdin, stdout, stderr })),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn lead(command: &mut Command, doomed: Option<&Path>) -> io::Result<Self> {
        let mut leader = command.process_group(0).kill_on_drop(true).spawn()?;
        // A child that was just started and not awaited has an id.
        let id = leader.id().unwrap_or_default().to_string();
        let guard = shell(GUARD)
            .args([OsStr::new(&id), doomed.map_or(OsStr::new(""), Path::as_os_str)])
            .stdin(Stdio::piped())
            .spawn();
        match guard {
            Ok(mut guard) => {
                let pipe = guard.stdin.take();
                Ok(Self { leader, id, guard, pipe })
            }
            Err(error) => {
                leader.start_kill()?;
                Err(error)
            }
        }
    }

    /// How the leader ended, if it has.
    pub(crate) fn exited(&mut self) -> io::Result<Option<ExitStatus>> {
        self.leader.try_wait()
    }

    /// Waits until the leader ends.
    pub(crate) async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.leader.wait().await
    }

    /// Ends the whole group, politely first, and waits until its leader is gone.
    pub(crate) async fn stop(mut self) {
        // While the leader has not been awaited, or any other member lives, the id cannot belong to anybody else.
        self.signal("TERM").await;
        let _ = timeout(STOP_GRACE, self.leader.wait()).await;
        self.signal("KILL").await;
        let _ = timeout(KILL_GRACE, self.leader.wait()).await;
        if let Some(mut pipe) = self.pipe.take() {
            // A guard that is gone already needs no dismissal.
            let _ = pipe.write_all(b"\n").await;
        }
        let _ = timeout(KILL_GRACE, self.guard.wait()).await;
    }

    async fn signal(&self, name: &str) {
        let killed = shell(SIGNAL).args([name, &self.id]).stdin(Stdio::null()).status();
        // The group may have ended by itself.
        let _ = timeout(KILL_GRACE, killed).await;
    }
}

/// A shell that runs `script`, in a group of its own so that a Ctrl-C at the terminal does not reach it.
fn shell(script: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", script, "countersign-guard"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    command
}

/// How a process ended, in words.
pub(crate) fn outcome(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "an unknown end".to_owned(),
    }
}
