//! What counts as an answer, and what its parts are: bytes in, response out, no sockets.

use countersign::replay::transport::{Answer, AnswerReader, Limits, Persistence, Progress};
use countersign::wire::{Response, WireFault};

const LIMITS: Limits = Limits {
    connect_ms: 0,
    timeout_ms: 0,
    raw_timeout_ms: 0,
    head_bytes_max: 200,
    body_bytes_max: 20,
    header_lines_max: 4,
    informational_max: 2,
};

/// Reads `bytes`, then the end of the connection, in pieces of `size`. Also says what was left over.
fn read_in(size: usize, method: &str, bytes: &[u8]) -> Result<(Answer, usize), WireFault> {
    let mut reader = AnswerReader::new(&LIMITS, method.as_bytes());
    let mut at = 0;
    for piece in bytes.chunks(size) {
        match reader.feed(piece)? {
            Progress::Partial => at += piece.len(),
            Progress::Complete { used } => return Ok((reader.finish()?, bytes.len() - at - used)),
        }
    }
    assert_eq!(reader.received(), bytes.len());
    reader.finish().map(|answer| (answer, 0))
}

/// Reads `bytes` whole, and checks that cutting them changes nothing.
fn read(method: &str, bytes: impl AsRef<[u8]>) -> Result<(Answer, usize), WireFault> {
    let bytes = bytes.as_ref();
    let whole = read_in(bytes.len().max(1), method, bytes);
    for size in 1..bytes.len().min(40) {
        let cut = read_in(size, method, bytes);
        assert_eq!(essence(&cut), essence(&whole), "pieces of {size}");
    }
    whole
}

/// All but the reason of a fault, which may quote what had arrived.
fn essence(
    outcome: &Result<(Answer, usize), WireFault>,
) -> Result<(&Response, Persistence, usize), WireFault> {
    match outcome {
        Ok((answer, left)) => Ok((&answer.response, answer.persistence, *left)),
        Err(WireFault::NotHttp { offset, .. }) => Err(not_http(*offset)),
        Err(fault) => Err(fault.clone()),
    }
}

fn not_http(offset: usize) -> WireFault {
    WireFault::NotHttp { offset, reason: String::new() }
}

/// Where and why `bytes` are no answer.
fn refusal(bytes: impl AsRef<[u8]>) -> (usize, String) {
    match read("POST", bytes) {
        Err(WireFault::NotHttp { offset, reason }) => (offset, reason),
        other => panic!("{other:?}"),
    }
}

fn body(bytes: &str) -> String {
    let (answer, _) = read("POST", bytes).unwrap();
    String::from_utf8(answer.response.body.to_vec()).unwrap()
}

#[test]
fn status_reason_and_header_lines_are_kept_as_they_came() {
    let (answer, left) = read(
        "POST",
        b"HTTP/1.1 404 Not \xff\x1b[1m\r\nX: 1\r\nx:\t2  3 \t\r\nCONTENT-length:2\r\nE:\r\n\r\n{}",
    )
    .unwrap();
    let response = answer.response;
    assert_eq!((response.status, response.reason.as_slice()), (404, &b"Not \xff\x1b[1m"[..]));
    let lines: Vec<_> = response.headers.iter().map(|header| (&*header.name, &*header.value)).collect();
    let expected: [(&[u8], &[u8]); 4] =
        [(b"X", b"1"), (b"x", b"2  3"), (b"CONTENT-length", b"2"), (b"E", b"")];
    assert_eq!(lines, expected);
    assert_eq!((&response.body[..], left), (&b"{}"[..], 0));
}

#[test]
fn control_characters_and_bad_utf_8_in_values_are_kept() {
    let (answer, _) =
        read("POST", b"HTTP/1.1 200 OK\r\nA: \x1b[31m\x07\xff\r\nContent-Length: 0\r\n\r\n").unwrap();
    assert_eq!(answer.response.headers.first("a").unwrap(), b"\x1b[31m\x07\xff");
}

#[test]
fn a_folded_line_is_joined_with_one_space() {
    let (answer, _) = read("POST", "HTTP/1.1 200 OK\nA: b\n\t  c \nContent-Length: 0\n\n").unwrap();
    assert_eq!(answer.response.headers.first("a").unwrap(), b"b c");
}

#[test]
fn a_status_line_may_lack_its_reason_and_lines_may_end_with_lf() {
    for (bytes, reason) in [
        ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", ""),
        ("HTTP/1.1 200 \nContent-Length: 0\n\n", ""),
        ("HTTP/1.7 200 a  b\r\nContent-Length: 0\n\r\n", "a  b"),
    ] {
        let (answer, _) = read("POST", bytes).unwrap();
        assert_eq!(answer.response.reason, reason.as_bytes(), "{bytes:?}");
    }
}

#[test]
fn what_is_not_http_is_refused_where_it_stops_being_http() {
    let cases: &[(&[u8], usize, &str)] = &[
        (b"<html>hello</html>", 0, "found `<html>hello</html>`"),
        (b"\r\nHTTP/1.1 200 OK\r\n\r\n", 0, "expected `HTTP/1.x`"),
        (b"HTTP/2.0 200 OK\r\n\r\n", 5, "expected `HTTP/1.x`"),
        (b"\0\0\x12\x04\0\0\0\0\0\0\x03", 0, "found `\\u{0}"),
        (b"\x15\x03\x01\0\x02\x02\x28", 0, "try `https`"),
        (b"http/1.1 200 OK\r\n\r\n", 0, "expected `HTTP/1.x`"),
        (b"HTTP/1.x 200 OK\r\n\r\n", 7, "minor version"),
        (b"HTTP/1.\r\n\r\n", 7, "ends early"),
        (b"HTTP/1.1200 OK\r\n\r\n", 8, "status code"),
        (b"HTTP/1.1 099 OK\r\n\r\n", 8, "status code"),
        (b"HTTP/1.1 20 OK\r\n\r\n", 8, "status code"),
        (b"HTTP/1.1 2000\r\n\r\n", 12, "no space"),
        (b"HTTP/1.1 200 a\rb\r\n\r\n", 14, "CR or NUL"),
        (b"HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", 20, "CR or NUL"),
        (b"HTTP/1.1 200 OK\r\n A: b\r\n\r\n", 17, "white space"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", 19, "header name"),
        (b"HTTP/1.1 200 OK\r\nnocolon\r\n\r\n", 24, "without a colon"),
        (b"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", 18, "header name"),
        (b"HTTP/1.1 200 OK\r\n: b\r\n\r\n", 17, "without a name"),
        (b"HTTP/1.1 200 OK\r\n\x1b[1m: b\r\n\r\n", 17, "without a name"),
        (b"HTTP/1.1 200 OK\nA:\nB:\nC:\nD:\nE:\n\n", 28, "more than 4"),
        (b"HTTP/1.1 100 C\n\nnonsense", 16, "found `nonsense`"),
    ];
    for (bytes, offset, text) in cases {
        let (at, reason) = refusal(bytes);
        assert_eq!(at, *offset, "{reason}");
        assert!(reason.contains(text), "{reason}");
    }
}

#[test]
fn a_head_beyond_its_limit_is_refused_whether_it_ends_or_not() {
    let limit = LIMITS.head_bytes_max;
    let head = |length: usize| {
        let rest = "HTTP/1.1 204 OK\r\nA: \r\n\r\n".len();
        format!("HTTP/1.1 204 OK\r\nA: {}\r\n\r\n", "a".repeat(length - rest))
    };
    assert!(read("POST", head(limit)).is_ok());
    for bytes in [head(limit + 1), head(limit * 3), format!("HTTP/1.1 200 {}", "a".repeat(limit))] {
        assert_eq!(read("POST", bytes).unwrap_err(), WireFault::HeadTooLong { limit });
    }
}

#[test]
fn a_cut_answer_is_reported_with_the_bytes_received() {
    for bytes in [
        "",
        "HTT",
        "HTTP/1.1 200 OK\r\nA: b\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 3\n\nab",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n0\n",
        "HTTP/1.1 100 Continue\n\n",
    ] {
        let received = bytes.len();
        assert_eq!(read("POST", bytes).unwrap_err(), WireFault::Closed { received }, "{bytes:?}");
    }
}

#[test]
fn informational_answers_are_skipped_up_to_a_limit() {
    let some = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\n";
    let last = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    let (answer, _) = read("POST", format!("{some}{last}")).unwrap();
    assert_eq!((answer.response.status, answer.response.headers.0.len()), (200, 1));
    let (_, reason) = refusal(format!("{some}{some}{last}"));
    assert_eq!(reason, "more than 2 informational answers");
}

#[test]
fn a_change_of_protocol_is_final_and_ends_the_connection() {
    let (answer, left) = read("POST", "HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\nPRI").unwrap();
    assert_eq!((answer.response.status, left), (101, 3));
    assert_eq!(answer.persistence, Persistence::Close);
}

#[test]
fn answers_without_a_body_end_with_their_head() {
    for (method, status) in [("POST", 204), ("POST", 304), ("HEAD", 200), ("HEAD", 400), ("CONNECT", 200)] {
        let bytes = format!("HTTP/1.1 {status} x\r\nContent-Length: 5\r\n\r\n");
        let (answer, left) = read(method, bytes).unwrap();
        assert_eq!((answer.response.body.len(), left), (0, 0), "{method} {status}");
    }
}

#[test]
fn a_body_ends_with_its_length_or_with_the_connection() {
    assert_eq!(body("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef"), "abc");
    assert_eq!(body("HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\ncontent-length:03\r\n\r\nabc"), "abc");
    assert_eq!(body("HTTP/1.1 200 OK\r\n\r\nabc"), "abc");
    assert_eq!(body("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\nabc"), "abc");
    assert_eq!(body("HTTP/1.1 200 OK\r\n\r\n"), "");
}

#[test]
fn lengths_that_disagree_or_are_no_numbers_are_refused() {
    for value in ["3\r\nContent-Length: 4", "3, 4", "", "-1", "+3", "3 3", "0x3", "3,", "٣"] {
        let (_, reason) = refusal(format!("HTTP/1.1 200 OK\r\nContent-Length: {value}\r\n\r\nabcd"));
        assert!(reason.contains("`Content-Length`"), "{value}: {reason}");
    }
}

#[test]
fn a_body_beyond_its_limit_is_refused_however_it_is_framed() {
    let limit = LIMITS.body_bytes_max;
    let long = "a".repeat(limit + 1);
    let over = |head: &str, body: &str| format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}");
    for bytes in [
        over("Content-Length: 21", ""),
        over("Content-Length: 99999999999999999999999", ""),
        over("A: b", &long),
        over("Transfer-Encoding: chunked", "15\r\n"),
        over("Transfer-Encoding: chunked", "ffffffffffffffff\r\n"),
        over("Transfer-Encoding: chunked", &"5\r\naaaaa\r\n".repeat(5)),
    ] {
        assert_eq!(read("POST", bytes).unwrap_err(), WireFault::BodyTooLong { limit });
    }
    assert_eq!(
        body(&over("Transfer-Encoding: chunked", &format!("14\r\n{}\r\n0\r\n\r\n", &long[1..]))).len(),
        limit
    );
}

fn chunked(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n{body}")
}

#[test]
fn chunks_are_joined_and_extensions_and_trailers_thrown_away() {
    for bytes in [
        "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
        "3;x=\"y\"\r\nabc\r\n000A ; z\r\n0123456789\r\n0;end\r\nTrailer: x\r\nfolded\r\n\r\n",
        "3\nabc\na\n0123456789\n0\n\n",
    ] {
        let (answer, left) = read("POST", chunked(bytes)).unwrap();
        assert_eq!(&answer.response.body[..], b"abc0123456789", "{bytes:?}");
        assert!(answer.response.headers.first("trailer").is_none());
        assert_eq!((left, answer.persistence), (0, Persistence::KeepAlive));
    }
}

#[test]
fn broken_chunks_are_refused_where_they_break() {
    let start = chunked("").len();
    for (bytes, offset, text) in [
        ("x\r\n", 0, "no chunk size"),
        ("\r\n", 0, "no chunk size"),
        ("-1\r\n", 0, "no chunk size"),
        ("3g\r\n", 1, "not hexadecimal"),
        ("00000000000000001\r\n", 16, "more than 16 digits"),
        ("3\rabc", 2, "no line end"),
        ("3\r\nabcd\r\n", 6, "more bytes than"),
        ("3\r\nabc\rx", 7, "no line end"),
        ("0\r\n\rx", 4, "no line end"),
    ] {
        let (at, reason) = refusal(chunked(bytes));
        assert_eq!(at - start, offset, "{bytes:?}: {reason}");
        assert!(reason.contains(text), "{bytes:?}: {reason}");
    }
}

#[test]
fn endless_extensions_and_trailers_are_refused() {
    let (_, reason) = refusal(chunked(&format!("1;{}", "x".repeat(17 * 1024))));
    assert!(reason.contains("chunk extensions"), "{reason}");
    let limit = LIMITS.head_bytes_max;
    let trailers = chunked(&format!("0\r\n{}", "A: b\r\n".repeat(50)));
    assert_eq!(read("POST", trailers).unwrap_err(), WireFault::HeadTooLong { limit });
}

#[test]
fn the_connection_persists_only_when_nothing_speaks_against_it() {
    for (head, persistence) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 0", Persistence::KeepAlive),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive", Persistence::KeepAlive),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close", Persistence::Close),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nconnection: x\r\nCONNECTION: y , Close",
            Persistence::Close,
        ),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0", Persistence::Close),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive", Persistence::KeepAlive),
        ("HTTP/1.1 200 OK\r\nA: b", Persistence::Close),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", Persistence::KeepAlive),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5", Persistence::Close),
        ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive", Persistence::Close),
    ] {
        let body = if head.contains("chunked") { "0\r\n\r\n" } else { "" };
        let (answer, _) = read("POST", format!("{head}\r\n\r\n{body}")).unwrap();
        assert_eq!(answer.persistence, persistence, "{head}");
    }
}
