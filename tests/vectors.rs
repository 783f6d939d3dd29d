//! The vectors of the secret hash: the file is current and in the form of its schema, our own computation agrees with
//! every stage, and answers of programs are judged as they should be.

use countersign::secret_hash::{HashForm, Secret, stages};
use countersign::vectors::{
    Answer, Attempt, Flag, Mode, Outcome, Vector, VectorFile, check, check_own, compose,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "corpus", "vectors", name].iter().collect()
}

/// `UPDATE_VECTORS=1 cargo test --test vectors` writes the file anew.
#[test]
fn the_published_file_is_what_is_composed_byte_for_byte() {
    let text = compose().to_text().unwrap();
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(path("secret_hash.json"), &text).unwrap();
    }
    let published = std::fs::read_to_string(path("secret_hash.json")).unwrap();
    assert!(
        published == text,
        "corpus/vectors/secret_hash.json is out of date: run this test with UPDATE_VECTORS=1"
    );
    assert!(text.is_ascii());
}
