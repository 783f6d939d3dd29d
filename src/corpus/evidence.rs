//! The evidence: what sources say about AWS, row by row, with how well each row is attested.

use crate::corpus::{CorpusError, Diagnostic, SourceFile};
use crate::requirement::{Attestation, EvidenceRow};
use crate::wire;
use std::collections::HashMap;

/// The name of the embedded file in diagnostics.
const EMBEDDED_NAME: &str = "corpus/evidence/aws-behaviour.json";

static EMBEDDED: &str = include_str!("../../corpus/evidence/aws-behaviour.json");

/// Every row of the evidence, in the order of the file.
#[derive(Debug, Clone)]
pub struct Evidence {
    rows: Vec<EvidenceRow>,
    attestations: Vec<Attestation>,
    by_id: HashMap<String, usize>,
}

/// The file: an object with `rows`. What else it holds describes the columns to its readers.
#[derive(serde::Deserialize)]
struct EvidenceFile {
    rows: Vec<EvidenceRow>,
}

impl Evidence {
    /// The evidence that is built in.
    pub fn embedded() -> Result<Self, CorpusError> {
        Self::parse(&SourceFile::new(EMBEDDED_NAME, EMBEDDED))
    }

    /// Reads an evidence file: a JSON object with the rows under `rows`. Ids are unique and attestations are named as
    /// [`Attestation`] names them.
    pub fn parse(file: &SourceFile) -> Result<Self, CorpusError> {
        let wrong = |span, message: String| CorpusError::Wrong(vec![Diagnostic::new(file, &span, message)]);
        let parsed: EvidenceFile = serde_json::from_str(&file.text).map_err(|error| {
            let at = offset(&file.text, error.line(), error.column());
            wrong(at..at + 1, wire::escape(error.to_string().as_bytes()))
        })?;
        let mut evidence = Self { rows: parsed.rows, attestations: Vec::new(), by_id: HashMap::new() };
        // Where a row stands is looked for only once something is wrong with it.
        let wrong_row = |row: &EvidenceRow, message: String| {
            let quoted = format!("\"{}\"", row.id);
            let at = file.text.rfind(&quoted).unwrap_or_default();
            wrong(at..at + quoted.len(), format!("row `{}`{message}", wire::escape(row.id.as_bytes())))
        };
        for (index, row) in evidence.rows.iter().enumerate() {
            let attestation = row.attestation.parse();
            let attestation =
                attestation.map_err(|allowed: String| wrong_row(row, format!(": attestation {allowed}")))?;
            evidence.attestations.push(attestation);
            if evidence.by_id.insert(row.id.clone(), index).is_some() {
                return Err(wrong_row(row, " is there twice".to_owned()));
            }
        }
        Ok(evidence)
    }

    /// Every row, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = &EvidenceRow> {
        self.rows.iter()
    }

    /// The row of this id.
    pub fn row(&self, id: &str) -> Option<&EvidenceRow> {
        self.by_id.get(id).and_then(|index| self.rows.get(*index))
    }

    /// How well the row of this id is attested.
    pub fn attestation(&self, id: &str) -> Option<Attestation> {
        self.by_id.get(id).and_then(|index| self.attestations.get(*index)).copied()
    }

    /// How well the best of these rows is attested; `None` where none of them is known.
    pub fn strongest<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Option<Attestation> {
        ids.into_iter().filter_map(|id| self.attestation(id)).min()
    }
}

/// The offset in bytes of a line and column, both from 1, as `serde_json` counts them.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    start + column.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_evidence_has_every_row() {
        let evidence = Evidence::embedded().unwrap();
        assert_eq!(evidence.rows().count(), 189);
        assert_eq!(evidence.attestation("SEM-016"), Some(Attestation::Unattested));
        assert_eq!(evidence.strongest(["SEM-016", "SEM-015", "SEM-014"]), Some(Attestation::Recorded));
        assert!(evidence.row("SEM-999").is_none());
    }

    #[test]
    fn a_broken_evidence_file_is_named_with_its_line() {
        let file = SourceFile::new("e.json", "{\n \"rows\": [\n  {\"id\": 7}\n ]\n}");
        assert_eq!(
            Evidence::parse(&file).unwrap_err().to_string(),
            "e.json:3:10: invalid type: integer `7`, expected a string at line 3 column 10\n \
             3 |   {\"id\": 7}\n   |          ^"
        );
        let row = r#"{"id":"X-1","condition":"","source":"","attestation":"sworn"}"#;
        let file = SourceFile::new("e.json", format!(r#"{{"rows":[{row}]}}"#));
        let error = Evidence::parse(&file).unwrap_err().to_string();
        assert!(error.contains("`sworn` is not one of `documented`, `recorded`"), "{error}");
        let twice = row.replace("sworn", "inferred");
        let file = SourceFile::new("e.json", format!(r#"{{"rows":[{twice},{twice}]}}"#));
        let error = Evidence::parse(&file).unwrap_err().to_string();
        assert!(error.contains("row `X-1` is there twice"), "{error}");
    }
}
