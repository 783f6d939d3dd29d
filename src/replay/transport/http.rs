//! The HTTP/1.1 client.

use super::Transport;
use super::answer::{AnswerReader, Persistence};
use super::connection::Connection;
use super::endpoint::Endpoint;
use super::limits::{Limits, RAW_END_MS};
use super::pieces;
use super::request::{Isolation, isolation};
use super::tls::TlsClient;
use super::turn::{Ending, Turn};
use crate::clock::Stopwatch;
use crate::wire::{Delivery, Exchange, Request, Response, WireFault};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::error::Elapsed;

/// How much is read at once, in bytes.
const READ_BYTES: usize = 16 * 1024;
/// How much room for a request is kept for the next one, in bytes.
const OUTGOING_BYTES_KEPT: usize = 256 * 1024;

/// Whether connections are used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reuse {
    /// As the answers say.
    AsAnswered,
    /// Not any more, since the subject ended one without saying so.
    Never,
}

/// Sends requests over HTTP/1.1, one at a time. Bytes go out and come in as they are: no header is added, no redirect
/// followed, no content coding undone, nothing sent twice.
///
/// One connection is kept open from request to request. A new one is made when there is doubt about the old one: the
/// answer or the request said `Connection: close`, the answer was HTTP/1.0 without `keep-alive` or ended with the
/// connection, bytes followed the answer or wait when the next request is about to be written, the request was
/// not taken whole, any fault, or the subject has closed it meanwhile. A request that is [`Request::Raw`], or whose own
/// framing is not plain (a wrong or a second `Content-Length`, a `Transfer-Encoding`, a line end inside a header), gets a
/// connection of its own, so that malformed traffic never touches the ordinary one.
///
/// A subject that closes a connection while a request is on its way has failed that request, since nobody can tell whether
/// it was acted upon. From then on this transport opens a connection per request.
///
/// The future of [`Transport::send`] may be dropped at any point: its connection goes with it.
#[derive(Debug)]
pub struct HttpTransport {
    endpoint: Endpoint,
    limits: Limits,
    tls: TlsClient,
    idle: Option<Connection>,
    reuse: Reuse,
    /// The address that last accepted a connection: a name is resolved once.
    address: Option<SocketAddr>,
    outgoing: Vec<u8>,
    incoming: Box<[u8]>,
}

impl HttpTransport {
    /// A transport without a connection; the first request makes one.
    pub fn new(endpoint: Endpoint, limits: Limits, tls: TlsClient) -> Self {
        Self {
            endpoint,
            limits,
            tls,
            idle: None,
            reuse: Reuse::AsAnswered,
            address: None,
            outgoing: Vec::new(),
            incoming: vec![0; READ_BYTES].into_boxed_slice(),
        }
    }

    /// The kept connection if it is fit for another request, else a new one; and whether it is new.
    async fn connection(&mut self, isolation: Isolation) -> Result<(Connection, Age), WireFault> {
        if isolation == Isolation::Shared
            && let Some(mut connection) = self.idle.take()
            && connection.is_quiet()
        {
            return Ok((connection, Age::Used));
        }
        let opened = Connection::open(&self.endpoint, self.address, &self.limits, &self.tls).await;
        self.address = opened.as_ref().ok().and_then(Connection::peer);
        opened.map(|connection| (connection, Age::New))
    }

    /// Writes `bytes` and reads the answer to them.
    async fn exchange(
        &mut self,
        request: &Request,
        bytes: &[u8],
        delivery: Delivery,
    ) -> (Result<Response, WireFault>, Duration) {
        let isolation = match delivery {
            Delivery::Whole => isolation(request, bytes),
            Delivery::Pieces | Delivery::NewConnection => Isolation::Own,
        };
        let (mut connection, age) = match self.connection(isolation).await {
            Ok(made) => made,
            Err(fault) => return (Err(fault), Duration::ZERO),
        };
        let bytes = match delivery {
            Delivery::Pieces => pieces::send_all_but_last(&mut connection, bytes).await,
            Delivery::Whole | Delivery::NewConnection => bytes,
        };
        let reader = AnswerReader::new(&self.limits, request.method());
        let mut turn = Turn::new(&mut connection, bytes, &mut self.incoming, reader);
        let limit_ms = self.limits.answer_ms(request);
        let stopwatch = Stopwatch::start();
        let first_ms = if matches!(request, Request::Raw(_)) { limit_ms.min(RAW_END_MS) } else { limit_ms };
        let mut ended = answered(&mut turn, first_ms).await;
        if ended.is_err() && first_ms < limit_ms {
            turn.end_request();
            ended = answered(&mut turn, limit_ms - first_ms).await;
        }
        let latency = stopwatch.elapsed();
        let received = turn.received();
        let outcome = match ended {
            Ok(Ok(ending)) => turn.finish().map(|answer| (answer, ending)),
            Ok(Err(fault)) => Err(fault),
            Err(_) => Err(WireFault::TimedOut { limit_ms, received }),
        };
        if age == Age::Used && matches!(outcome, Err(WireFault::Closed { received: 0 })) {
            self.reuse = Reuse::Never;
        }
        let answer = outcome.map(|(answer, ending)| {
            let fit = isolation == Isolation::Shared
                && ending == Ending::Clean
                && answer.persistence == Persistence::KeepAlive
                && self.reuse == Reuse::AsAnswered;
            if fit {
                self.idle = Some(connection);
            }
            answer.response
        });
        (answer, latency)
    }
}

/// Goes on with the exchange for at most `limit_ms`.
async fn answered(turn: &mut Turn<'_>, limit_ms: u64) -> Result<Result<Ending, WireFault>, Elapsed> {
    tokio::time::timeout(Duration::from_millis(limit_ms), std::future::poll_fn(|cx| turn.poll(cx))).await
}

/// Whether a connection served before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Age {
    New,
    Used,
}

impl Transport for HttpTransport {
    async fn send(&mut self, request: &Request) -> Exchange {
        self.deliver(request, Delivery::Whole).await
    }

    async fn deliver(&mut self, request: &Request, delivery: Delivery) -> Exchange {
        let mut outgoing = std::mem::take(&mut self.outgoing);
        outgoing.clear();
        let bytes = match request {
            Request::Raw(bytes) => bytes.as_ref(),
            Request::Formed(form) => {
                form.write_to(&mut outgoing);
                outgoing.as_slice()
            }
        };
        let (answer, latency) = self.exchange(request, bytes, delivery).await;
        outgoing.clear();
        outgoing.shrink_to(OUTGOING_BYTES_KEPT);
        self.outgoing = outgoing;
        Exchange { request: request.clone(), answer, latency }
    }
}
