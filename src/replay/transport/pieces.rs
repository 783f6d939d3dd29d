//! A request in several pieces, as slow links and small windows cut it.

use super::connection::Connection;
use std::future::poll_fn;
use std::io;
use std::time::Duration;

/// How long to wait after a piece, so that it travels alone.
const PAUSE: Duration = Duration::from_millis(5);
/// How long a piece may take to be written.
const PIECE_LIMIT: Duration = Duration::from_secs(1);

/// Writes all pieces of `request` but the last, and returns what is left to be written. A subject that takes no more
/// bytes is found out by whoever writes the rest.
pub(super) async fn send_all_but_last<'r>(connection: &mut Connection, request: &'r [u8]) -> &'r [u8] {
    let mut written = 0;
    for end in cuts(request) {
        let piece = request.get(written..end).unwrap_or_default();
        if !matches!(tokio::time::timeout(PIECE_LIMIT, write(connection, piece)).await, Ok(Ok(()))) {
            break;
        }
        written = end;
        tokio::time::sleep(PAUSE).await;
    }
    request.get(written..).unwrap_or_default()
}

async fn write(connection: &mut Connection, mut piece: &[u8]) -> io::Result<()> {
    while !piece.is_empty() {
        let taken = poll_fn(|cx| connection.poll_write(cx, piece)).await?;
        if taken == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        piece = piece.get(taken..).unwrap_or_default();
    }
    poll_fn(|cx| connection.poll_flush(cx)).await
}

/// Where the request is cut: inside the method, inside a header line, inside the empty line, inside the body.
fn cuts(request: &[u8]) -> [usize; 4] {
    let head = request.windows(4).position(|window| window == b"\r\n\r\n").map_or(request.len(), |at| at + 4);
    let cuts = [1, head / 2, head.saturating_sub(1), head + (request.len() - head) / 2];
    cuts.map(|cut| cut.min(request.len().saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cuts_are_in_order_and_leave_something_for_the_end() {
        assert_eq!(cuts(b"POST / HTTP/1.1\r\nA: b\r\n\r\n0123456789"), [1, 12, 24, 30]);
        for request in [b"".as_slice(), b"x", b"\r\n\r\n", b"a\r\n\r\nb"] {
            let cuts = cuts(request);
            assert!(cuts.is_sorted(), "{cuts:?}");
            assert!(cuts.iter().all(|cut| *cut < request.len().max(1)), "{cuts:?}");
        }
    }
}
