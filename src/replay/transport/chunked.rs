//! The chunked transfer coding (RFC 9112 §7.1), decoded as the bytes arrive.

use super::body::BodyBytes;
use super::head::not_http;
use crate::wire::WireFault;

/// How many digits the size of a chunk may have.
const SIZE_DIGITS_MAX: u32 = 16;
/// How many bytes all chunk extensions of an answer may have together.
const EXTENSION_BYTES_MAX: usize = 16 * 1024;

/// Where the decoder stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the digits of a size, `digits` of which were read.
    Size { size: u64, digits: u32 },
    /// After the digits, before the line end.
    Extension { size: u64 },
    /// After the CR of a size line.
    SizeEnd { size: u64 },
    /// In the bytes of a chunk.
    Content { left: u64 },
    /// After the bytes of a chunk, before its line end.
    ContentEnd,
    /// After the CR that follows the bytes of a chunk.
    ContentEndLf,
    /// At the start of a line after the last chunk.
    TrailerStart,
    /// In a trailer line, which is thrown away.
    Trailer,
    /// After the CR of the empty line that ends the body.
    LastLf,
    /// After the body.
    Done,
}

/// Decodes one chunked body. Extensions and trailers are thrown away.
#[derive(Debug)]
pub(super) struct Chunked {
    place: Place,
    extension_bytes: usize,
    trailer_bytes: usize,
    trailer_bytes_max: usize,
}

impl Chunked {
    pub(super) fn new(trailer_bytes_max: usize) -> Self {
        Self {
            place: Place::Size { size: 0, digits: 0 },
            extension_bytes: 0,
            trailer_bytes: 0,
            trailer_bytes_max,
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.place == Place::Done
    }

    /// Decodes from the start of `input` into `out`; returns how many bytes were taken, all of them unless the body
    /// ended. `offset` is where `input` starts in all that was received.
    pub(super) fn take(
        &mut self,
        input: &[u8],
        offset: usize,
        out: &mut BodyBytes,
    ) -> Result<usize, WireFault> {
        let mut used = 0;
        while let Some((byte, rest)) = input.get(used..).and_then(<[u8]>::split_first) {
            match self.place {
                Place::Done => break,
                Place::Content { left } => {
                    let here = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len() + 1);
                    out.push(input.get(used..used + here).unwrap_or_default())?;
                    used += here;
                    // `here` is at most `left`, and a `usize` fits in 64 bits.
                    let left = left - u64::try_from(here).unwrap_or(left);
                    self.place = if left == 0 { Place::ContentEnd } else { Place::Content { left } };
                }
                place => {
                    self.place = self.step(place, *byte, offset + used, out)?;
                    used += 1;
                }
            }
        }
        Ok(used)
    }

    /// Takes one byte of the framing.
    fn step(&mut self, place: Place, byte: u8, at: usize, out: &BodyBytes) -> Result<Place, WireFault> {
        Ok(match (place, byte) {
            (Place::Size { size, digits }, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                if digits == SIZE_DIGITS_MAX {
                    return Err(not_http(at, format!("a chunk size of more than {SIZE_DIGITS_MAX} digits")));
                }
                let digit = char::from(byte).to_digit(16).unwrap_or_default();
                Place::Size { size: (size << 4) | u64::from(digit), digits: digits + 1 }
            }
            (Place::Size { digits: 0, .. }, _) => return Err(not_http(at, "no chunk size")),
            (Place::Size { size, .. } | Place::Extension { size }, b'\r') => Place::SizeEnd { size },
            (Place::Size { size, .. } | Place::Extension { size } | Place::SizeEnd { size }, b'\n') => {
                chunk(size, out)?
            }
            (Place::Size { size, .. }, b';' | b' ' | b'\t') | (Place::Extension { size }, _) => {
                self.extension_bytes += 1;
                if self.extension_bytes > EXTENSION_BYTES_MAX {
                    return Err(not_http(
                        at,
                        format!("more than {EXTENSION_BYTES_MAX} bytes of chunk extensions"),
                    ));
                }
                Place::Extension { size }
            }
            (Place::Size { .. }, _) => return Err(not_http(at, "the chunk size is not hexadecimal")),
            (Place::ContentEnd, b'\r') => Place::ContentEndLf,
            (Place::ContentEnd | Place::ContentEndLf, b'\n') => Place::Size { size: 0, digits: 0 },
            (Place::TrailerStart, b'\r') => Place::LastLf,
            (Place::TrailerStart | Place::LastLf, b'\n') => Place::Done,
            (Place::TrailerStart | Place::Trailer, _) => {
                self.trailer_bytes += 1;
                if self.trailer_bytes > self.trailer_bytes_max {
                    return Err(WireFault::HeadTooLong { limit: self.trailer_bytes_max });
                }
                if byte == b'\n' { Place::TrailerStart } else { Place::Trailer }
            }
            (Place::ContentEnd, _) => return Err(not_http(at, "more bytes than the chunk size says")),
            _ => return Err(not_http(at, "no line end where the chunked coding has one")),
        })
    }
}

/// What follows a size line. A size beyond the limit is refused before its bytes arrive.
fn chunk(size: u64, out: &BodyBytes) -> Result<Place, WireFault> {
    if size == 0 {
        return Ok(Place::TrailerStart);
    }
    out.admits(size)?;
    Ok(Place::Content { left: size })
}
