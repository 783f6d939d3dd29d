//! Loaders of files: what is read and written again reads as the same.

use crate::corpus::case_file::{read_all, write_case};
use crate::explore::{Dictionary, Finding};
use crate::grade::{GradeError, HAR_ENTRIES_MAX, read_har};
use crate::report::{read_json, write_json};
use crate::snapshot::Group;

/// A case that is read, written and read again is written as the same text.
pub fn case_file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(cases) = read_all([("fuzz.toml", text)]) else { return };
    for case in &cases {
        let Ok(written) = write_case(case) else { continue };
        let again = match read_all([("again.toml", written.as_str())]) {
            Ok(again) => again,
            Err(error) => panic!("what was written is refused: {error}\n{written}"),
        };
        let texts: Vec<_> = again.iter().map(write_case).collect();
        assert_eq!(texts, [Ok(written)], "what was written reads as something else");
    }
}

/// A finding that is read and written reads as the same.
pub fn finding_file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(finding) = Finding::read("fuzz.toml", text) else { return };
    let Ok(written) = finding.write() else { return };
    match Finding::read("again.toml", &written).map(|again| again.write().ok()) {
        Ok(again) => assert_eq!(again, Some(written), "what was written reads as something else"),
        Err(error) => panic!("what was written is refused: {error}\n{written}"),
    }
}

/// A dictionary that is read and written reads as the same.
pub fn dictionary(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(read) = Dictionary::parse(text) {
        assert_eq!(Dictionary::parse(&read.write()), Ok(read));
    }
}

/// A report that is read and written again is read as the same, to the byte.
pub fn report_json(data: &[u8]) {
    let Ok(run) = read_json(data) else { return };
    let mut written = Vec::new();
    if write_json(&run, &mut written).is_err() {
        return;
    }
    match read_json(&written) {
        Ok(again) => {
            let mut twice = Vec::new();
            let outcome = write_json(&again, &mut twice);
            assert!(outcome.is_ok() && twice == written, "what was written reads as something else");
        }
        Err(error) => panic!("what was written is refused: {error}"),
    }
}

/// A snapshot file that is read and written again is read as the same.
pub fn snapshot_file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(Some(group)) = Group::read(text) else { return };
    let written = group.write("fuzz");
    match Group::read(&written) {
        Ok(again) => assert_eq!(again, Some(group), "what was written reads as something else"),
        Err(error) => panic!("what was written is refused: {error}\n{written}"),
    }
}

/// An HTTP archive that is read is JSON, has each exchange once and in its order; one that is refused says where, within
/// the file.
pub fn har_file(data: &[u8]) {
    match read_har(data) {
        Ok((entries, count)) => {
            assert!(
                serde_json::from_slice::<serde::de::IgnoredAny>(data).is_ok(),
                "what is no JSON was read"
            );
            let places: Vec<usize> = entries.iter().map(|entry| entry.index).collect();
            assert!(places.is_sorted_by(|one, next| one < next), "an entry is there twice");
            assert!(places.last().is_none_or(|last| *last < count) && count <= HAR_ENTRIES_MAX);
        }
        Err(GradeError::Entry { offset, .. }) => {
            assert!(offset <= data.len(), "the offset is behind the end");
        }
        Err(_) => {}
    }
}
