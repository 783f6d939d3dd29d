//! Readers of published model files into [`Model`]: Smithy JSON AST and botocore `service-2.json`, plain or gzip. Only
//! what can be reached from ConfirmSignUp is looked at. They take bytes: opening files is not theirs.
//!
//! A model file is not trusted. Its size, its number of shapes, the size, depth and number of those that can be reached
//! have limits; recursive shapes are refused; every error names the file and the place in it.

mod botocore;
mod document;
mod node;
mod resolve;
mod smithy;

use super::error::ModelError;
use super::operation::Model;
use document::Document;
use std::borrow::Cow;
use std::io::Read as _;

/// The largest file that is read, in bytes. The largest model that AWS publishes is about a tenth of it.
pub const FILE_BYTES_MAX: usize = 64 << 20;
/// The largest text that comes out of a gzip stream, in bytes.
pub const UNPACKED_BYTES_MAX: usize = 64 << 20;
/// The greatest number of shapes in a file.
pub const SHAPES_MAX: usize = 100_000;
/// The largest shape that is looked at, in bytes of JSON.
pub const SHAPE_BYTES_MAX: usize = 4 << 20;
/// The greatest depth of shapes within shapes.
pub const SHAPE_DEPTH_MAX: usize = 32;
/// The greatest number of paths to members below one shape of the operation.
pub const PATHS_MAX: usize = 10_000;

/// Reads a model file. `file` is the name that errors give it; `bytes` is Smithy JSON AST or botocore `service-2.json`,
/// plain or gzip: which of them shows in the bytes.
pub fn read(file: &str, bytes: &[u8]) -> Result<Model, ModelError> {
    let text = unpacked(file, bytes)?;
    let text = std::str::from_utf8(&text)
        .map_err(|error| ModelError::NotUtf8 { file: file.to_owned(), offset: error.valid_up_to() })?;
    let document = Document::parse(file, text)?;
    if document.is_smithy() { smithy::read(&document) } else { botocore::read(&document) }
}

fn unpacked<'a>(file: &str, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, ModelError> {
    let too_large = |limit, packed| Err(ModelError::TooLarge { file: file.to_owned(), limit, packed });
    if bytes.len() > FILE_BYTES_MAX {
        return too_large(FILE_BYTES_MAX, false);
    }
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut out = Vec::new();
    let limit = u64::try_from(UNPACKED_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let decoded = flate2::read::MultiGzDecoder::new(bytes).take(limit).read_to_end(&mut out);
    if let Err(error) = decoded {
        let (file, reason) = (file.to_owned(), error.to_string());
        return Err(ModelError::Gzip { file, unpacked: out.len(), reason });
    }
    if out.len() > UNPACKED_BYTES_MAX {
        return too_large(UNPACKED_BYTES_MAX, true);
    }
    Ok(Cow::Owned(out))
}
