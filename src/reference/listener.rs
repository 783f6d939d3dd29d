//! The server on a socket: HTTP/1.1 with named limits. What HTTP itself refuses is answered by the HTTP library.

mod answer_body;

use self::answer_body::AnswerBody;
use super::dispatch::handle;
use super::manner::{Afterwards, Framing, Manner};
use super::state::State;
use crate::clock;
use crate::wire::{self, Headers, RequestForm};
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// The longest body of a request, in bytes. A longer one is answered with 413.
pub const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The longest head of a request, in bytes. A longer one, or one of more than 100 lines, is answered with 431.
pub const HEAD_BYTES_MAX: usize = 64 * 1024;

/// How many connections are open at a time. Further ones wait to be accepted.
pub const CONNECTIONS_MAX: usize = 1024;

/// How long a client may take to send a head, and how long a connection may idle.
const HEAD_TIMEOUT: Duration = Duration::from_mins(5);

/// How long a client may take to send a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// How long to wait after a failure to accept, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Answers requests on `listener` in the given manner until `shutdown` completes. Connections that are open then are cut.
pub async fn serve(
    listener: TcpListener,
    state: Arc<Mutex<State>>,
    manner: Manner,
    shutdown: impl Future<Output = ()>,
) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = async {
            let permit = Arc::clone(&permits).acquire_owned().await;
            (permit, listener.accept().await)
        };
        tokio::select! {
            () = &mut shutdown => return,
            // Ended connections are forgotten as they end.
            Some(_) = connections.join_next() => {}
            (permit, stream) = accepted => match stream {
                Ok((stream, _)) => {
                    let state = Arc::clone(&state);
                    connections.spawn(async move {
                        let _permit = permit;
                        converse(stream, state, manner).await;
                    });
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
}

/// Answers the requests of one connection until it ends.
async fn converse(stream: TcpStream, state: Arc<Mutex<State>>, manner: Manner) {
    // Without it a small answer can wait for the client's acknowledgement; where it cannot be set, it waits.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(Arc::clone(&state), manner, request));
    // A connection that breaks off or sends no HTTP has ended; hyper has answered what can be answered.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        // A client that has said all it will say is answered all the same.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(
    state: Arc<Mutex<State>>,
    manner: Manner,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, io::Error> {
    let (parts, body) = request.into_parts();
    let Some(body) = read_body(body).await? else {
        return Ok(too_large());
    };
    let mut headers = Headers(Vec::with_capacity(parts.headers.len()));
    for (name, value) in &parts.headers {
        headers.push(name.as_str().to_owned(), value.as_bytes().to_vec());
    }
    let form = RequestForm {
        method: parts.method.as_str().to_owned().into(),
        target: parts.uri.to_string().into(),
        headers,
        body,
    };
    let now = clock::unix_seconds();
    let response = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        handle(&mut state, &form, now)
    };
    if !manner.delay.is_zero() {
        tokio::time::sleep(manner.delay).await;
    }
    Ok(to_http(response, manner))
}

/// The whole body, or nothing if it is too long.
async fn read_body(body: Incoming) -> Result<Option<Bytes>, io::Error> {
    let announced = body.size_hint();
    if announced.exact() == Some(0) {
        return Ok(Some(Bytes::new()));
    }
    if usize::try_from(announced.lower()).map_or(true, |length| length > BODY_BYTES_MAX) {
        return Ok(None);
    }
    let collected = tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, BODY_BYTES_MAX).collect()).await;
    match collected {
        Ok(Ok(body)) => Ok(Some(body.to_bytes())),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Ok(None),
        Ok(Err(error)) => Err(io::Error::other(error)),
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}

/// The rest of the body is not read, so the connection cannot go on.
fn too_large() -> Response<AnswerBody> {
    let body = r#"{"message":"the body of a request may be at most 16777216 bytes long"}"#;
    let mut response = Response::new(AnswerBody::new(Bytes::from_static(body.as_bytes()), Framing::Whole));
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn to_http(answer: wire::Response, manner: Manner) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::new(answer.body, manner.framing));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for header in answer.headers.0 {
        // Every header of an answer is made of printable ASCII but for the echoed ones of a preflight request, which
        // were header values before.
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(&header.name), HeaderValue::from_maybe_shared(header.value))
        {
            response.headers_mut().append(name, value);
        }
    }
    if manner.framing == Framing::Chunked {
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    if manner.afterwards == Afterwards::Closed {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
