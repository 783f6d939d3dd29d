//! The end of a text file that may be of any length, read within a bound.

use crate::wire;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// How much of the end of a log is looked at for an error text, in bytes.
const SHOWN_BYTES_MAX: u64 = 4 * 1024;
/// How many lines of it are shown.
const SHOWN_LINES_MAX: usize = 12;

/// The last `limit` bytes of a regular file.
pub(super) fn last_bytes(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = open_regular(path)?;
    let length = file.metadata()?.len();
    read_from(file, length.saturating_sub(limit), limit)
}

/// The whole of a regular file that is at most `limit` bytes long.
pub(super) fn whole(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let bytes = read_from(open_regular(path)?, 0, limit.saturating_add(1))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(io::Error::other(format!("it is longer than {limit} bytes")));
    }
    Ok(bytes)
}

fn read_from(mut file: File, start: u64, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opening a pipe or a device could wait for ever.
fn open_regular(path: &Path) -> io::Result<File> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    File::open(path)
}

/// The last lines of a log for the end of an error text: each escaped, on a line of its own, after `  | `.
pub(super) fn shown(path: &Path) -> String {
    let bytes = last_bytes(path, SHOWN_BYTES_MAX).unwrap_or_default();
    let lines: Vec<&[u8]> = bytes
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty())
        .collect();
    let skipped = lines.len().saturating_sub(SHOWN_LINES_MAX);
    let mut text = String::new();
    for line in lines.into_iter().skip(skipped) {
        text.push_str("\n  | ");
        text.push_str(&wire::escape(line));
    }
    text
}
