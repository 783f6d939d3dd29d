//! Loaders of files: what is read and written again reads as the same.

use crate::corpus::case_file::{read_all, write_case};
use crate::explore::{Dictionary, Finding};
use crate::report::{read_json, write_json};

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
