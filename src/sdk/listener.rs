//! Plays the endpoint of one case on a fresh port of 127.0.0.1, and records what comes.

use super::answer::{Afterwards, Answer, DRIPS_MAX};
use super::case::SdkCase;
use super::recording::{Attempt, Recording};
use super::request_reader::{Incoming, RequestReader};
use crate::clock::Stopwatch;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// The most connections that one case is given.
const CONNECTIONS_MAX: usize = 64;
/// The most attempts whose bytes are kept.
const ATTEMPTS_KEPT_MAX: usize = 16;
/// The length of a piece of a dripping answer, in bytes.
const DRIP_BYTES: usize = 8;
/// How long a client has to read what was sent before the connection is reset.
const READ_TIME: Duration = Duration::from_millis(100);
/// How long a client may take to close a connection that is closed.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

/// The endpoint of one case. Dropped, it is gone with all its connections.
pub(super) struct Listener {
    /// `http://127.0.0.1:PORT`.
    pub(super) url: String,
    recording: Arc<Mutex<Recording>>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Opens a port and plays the answers of `case` there.
    pub(super) async fn open(case: Arc<SdkCase>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
        let recording = Arc::new(Mutex::new(Recording::default()));
        let play = Arc::new(Play {
            case,
            url: url.clone(),
            watch: Stopwatch::start(),
            recording: Arc::clone(&recording),
        });
        Ok(Self { url, recording, task: tokio::spawn(accept(listener, play)) })
    }

    /// What has come so far.
    pub(super) fn recording(&self) -> Recording {
        self.recording.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The host and port of an endpoint's URL.
pub(super) fn authority(url: &str) -> &str {
    url.strip_prefix("http://").unwrap_or(url)
}

/// What is played.
struct Play {
    case: Arc<SdkCase>,
    url: String,
    watch: Stopwatch,
    recording: Arc<Mutex<Recording>>,
}

/// Takes connections until the case is over; their tasks end with this one.
async fn accept(listener: TcpListener, play: Arc<Play>) {
    let mut connections = JoinSet::new();
    for number in 1..=CONNECTIONS_MAX {
        let Ok((stream, _)) = listener.accept().await else { break };
        let play = Arc::clone(&play);
        connections.spawn(async move {
            // A connection that breaks has told what it had to tell.
            let _ = play.serve(stream, number).await;
        });
    }
    while connections.join_next().await.is_some() {}
}

impl Play {
    async fn serve(&self, mut stream: TcpStream, connection: usize) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = RequestReader::new(self.watch);
        while let Some(incoming) = reader.next(&mut stream).await {
            let is_request = incoming.request.is_ok();
            let number = self.record(connection, incoming);
            if !is_request {
                return close(stream).await;
            }
            let answers = &self.case.answers;
            let Some(answer) = answers.get(number).or_else(|| answers.last()) else {
                return close(stream).await;
            };
            self.say(&mut stream, answer).await?;
            match answer.afterwards {
                Afterwards::Keep => {}
                Afterwards::Close => return close(stream).await,
                Afterwards::Reset => {
                    if !answer.shown().is_empty() {
                        // A reset takes away what was not read yet.
                        tokio::time::sleep(READ_TIME).await;
                    }
                    return stream.set_zero_linger();
                }
                Afterwards::Hold => std::future::pending().await,
            }
        }
        Ok(())
    }

    /// Keeps what came and returns its number, from 0.
    fn record(&self, connection: usize, incoming: Incoming) -> usize {
        let mut recording = self.recording.lock().unwrap_or_else(PoisonError::into_inner);
        let number = recording.count();
        if number < ATTEMPTS_KEPT_MAX {
            let Incoming { at, bytes, request } = incoming;
            recording.attempts.push(Attempt { connection, at, bytes, request });
        } else {
            recording.surplus += 1;
        }
        number
    }

    async fn say(&self, stream: &mut TcpStream, answer: &Answer) -> io::Result<()> {
        tokio::time::sleep(answer.delay).await;
        let bytes = answer.bytes(&self.url);
        let Some(pause) = answer.drip else {
            return stream.write_all(&bytes).await;
        };
        for (number, piece) in bytes.chunks(DRIP_BYTES).enumerate() {
            if number > 0 && number < DRIPS_MAX {
                tokio::time::sleep(pause).await;
            }
            stream.write_all(piece).await?;
        }
        Ok(())
    }
}

/// Closes in good order: a reset because of unread bytes would be another case.
async fn close(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    let mut rest = [0; 1024];
    let drain = async { while matches!(stream.read(&mut rest).await, Ok(1..)) {} };
    // A client that keeps its side open is cut off.
    let _ = tokio::time::timeout(CLOSE_LIMIT, drain).await;
    Ok(())
}
