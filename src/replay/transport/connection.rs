//! One connection to the subject, plain or TLS.

use super::endpoint::{Endpoint, Scheme};
use super::limits::Limits;
use super::tls::TlsClient;
use crate::wire::{WireFault, escape};
use std::future::Future;
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;

/// How many characters of a reason a fault shows: a certificate can name thousands of hosts.
const REASON_CHARS_MAX: usize = 300;

/// The bytes in and out.
#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A connection and a second handle to its socket.
#[derive(Debug)]
pub(super) struct Connection {
    stream: Stream,
    /// Tokio learns of the peer's close only when it polls the system; this handle asks at once.
    probe: std::net::TcpStream,
}

impl Connection {
    /// Connects to `address` if the host is already resolved, else to the first address of the host that accepts.
    pub(super) async fn open(
        endpoint: &Endpoint,
        address: Option<SocketAddr>,
        limits: &Limits,
        tls: &TlsClient,
    ) -> Result<Self, WireFault> {
        let connected = within("connection", limits.connect_ms, async {
            match address {
                Some(address) => TcpStream::connect(address).await,
                None => TcpStream::connect((endpoint.host(), endpoint.port())).await,
            }
        });
        let unreachable = |error: io::Error| WireFault::Unreachable { reason: shown(&error) };
        let (tcp, probe) = connected.await.and_then(with_probe).map_err(unreachable)?;
        let stream = match endpoint.scheme() {
            Scheme::Http => Stream::Plain(tcp),
            Scheme::Https => within("TLS handshake", limits.connect_ms, handshake(endpoint, tcp, tls))
                .await
                .map(|stream| Stream::Tls(Box::new(stream)))
                .map_err(|error| WireFault::Tls { reason: shown(&error) })?,
        };
        Ok(Self { stream, probe })
    }

    /// The address at the other end.
    pub(super) fn peer(&self) -> Option<SocketAddr> {
        self.probe.peer_addr().ok()
    }

    /// Whether the connection is open and nothing waits to be read on it. Bytes that wait before a request is sent
    /// would be taken for its answer.
    pub(super) fn is_quiet(&mut self) -> bool {
        let waiting = self.probe.peek(&mut [0]);
        let empty = waiting.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        empty
            && match &mut self.stream {
                Stream::Plain(_) => true,
                Stream::Tls(stream) => {
                    let mut byte = [0];
                    let mut cx = Context::from_waker(Waker::noop());
                    Pin::new(stream.as_mut()).poll_read(&mut cx, &mut ReadBuf::new(&mut byte)).is_pending()
                }
            }
    }

    /// Ends the direction to the subject. TLS would have to say goodbye first, which many servers take for the end of
    /// both directions: there, nothing is done.
    pub(super) fn end_writing(&self) {
        if matches!(self.stream, Stream::Plain(_)) {
            // A subject that is gone shows when the answer is read.
            let _ = self.probe.shutdown(Shutdown::Write);
        }
    }

    /// Reads what is there.
    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_read(cx, buffer),
        }
    }

    /// Writes what can be written.
    pub(super) fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_write(cx, bytes),
        }
    }

    /// Passes on what TLS holds back.
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(_) => Poll::Ready(Ok(())),
            Stream::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        }
    }
}

/// Prepares a new socket: small requests leave at once.
fn with_probe(tcp: TcpStream) -> io::Result<(TcpStream, std::net::TcpStream)> {
    tcp.set_nodelay(true)?;
    let tcp = tcp.into_std()?;
    let probe = tcp.try_clone()?;
    Ok((TcpStream::from_std(tcp)?, probe))
}

async fn handshake(endpoint: &Endpoint, tcp: TcpStream, tls: &TlsClient) -> io::Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from(endpoint.host().to_owned()).map_err(io::Error::other)?;
    tls.connector().connect(name, tcp).await
}

/// Gives `work` up after `limit_ms` milliseconds; `what` it would have made is named.
async fn within<T>(what: &str, limit_ms: u64, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    match tokio::time::timeout(Duration::from_millis(limit_ms), work).await {
        Ok(done) => done,
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, format!("no {what} within {limit_ms} ms"))),
    }
}

/// The text of an error, which may quote the subject's certificate: escaped and cut.
pub(super) fn shown(error: &io::Error) -> String {
    let cut: String = error.to_string().chars().take(REASON_CHARS_MAX).collect();
    escape(cut.as_bytes())
}
