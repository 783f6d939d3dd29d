//! The plain table that a heat map is drawn from. It does not know where its cells come from.

use crate::case::CaseId;
use crate::named::named;
use std::fmt;
use std::str::FromStr;

named! {
    /// How what came lies to what is expected.
    Heat {
        /// As expected.
        Same = "same",
        /// It differs from what is attested too weakly to fail the run.
        Below = "below",
        /// It differs.
        Differs = "differs",
        /// Nothing is attested.
        Unattested = "unattested",
        /// There is no verdict.
        Open = "open",
        /// There is no such request.
        None = "none",
    }
}

/// Tables with the same columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeatMap {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The tables.
    pub blocks: Vec<HeatBlock>,
    /// The abbreviations in the cells, each with what it stands for.
    pub codes: Vec<(String, String)>,
    /// Why there is no such request where a cell says so.
    pub reasons: Vec<String>,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeatBlock {
    /// Its title.
    pub title: String,
    /// Its rows.
    pub rows: Vec<HeatRow>,
}

/// One row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeatRow {
    /// Its name.
    pub name: String,
    /// Its cells, one for each column.
    pub cells: Vec<HeatCell>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeatCell {
    /// How it is shown.
    pub heat: Heat,
    /// What is expected, in short.
    pub expected: String,
    /// What came, in short.
    pub got: String,
    /// The case.
    pub case: Option<CaseId>,
}
