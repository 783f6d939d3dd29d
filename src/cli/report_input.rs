//! Reports that commands read: opened, bounded, and refused with what is wrong with them.

use super::diagnostic::Diagnosis;
use countersign::report::{REPORT_BYTES_MAX, ReadError, Run, read_json};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Reads a JSON report; `-` is the standard input.
pub(crate) fn read(path: &Path) -> Result<Run, Diagnosis> {
    let shown = path.display();
    let bytes =
        if path.as_os_str() == "-" { bounded(io::stdin()) } else { File::open(path).and_then(bounded) };
    let bytes = bytes
        .map_err(|error| Diagnosis::usage(format!("cannot read the report `{shown}`")).caused_by(error))?;
    read_json(&bytes).map_err(|error| {
        let hint = match &error {
            ReadError::Version { .. } => "run the subject again with this version of Countersign",
            _ => "a report that can be read is written by `countersign run --report json=PATH`",
        };
        Diagnosis::usage(format!("`{shown}` cannot be used")).caused_by(error).hint(hint)
    })
}

/// One byte more than a report may have is enough to see that it is too long.
fn bounded(input: impl Read) -> io::Result<Vec<u8>> {
    let limit = u64::try_from(REPORT_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    input.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
