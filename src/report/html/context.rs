//! What a page needs to know besides the runs.

use super::{HeatMap, OrderGraph};
use crate::report::CurlLookup;
use crate::requirement::{EvidenceRow, RequirementId};

/// The sentence of a requirement; empty where it is not known.
pub type SentenceLookup<'a> = dyn Fn(&RequirementId) -> String + 'a;

/// A row of the evidence, where it is known.
pub type EvidenceLookup<'a> = dyn Fn(&str) -> Option<EvidenceRow> + 'a;

/// What a page needs to know besides the runs.
pub struct HtmlContext<'a> {
    /// The sentence of a requirement.
    pub sentence: &'a SentenceLookup<'a>,
    /// A row of the evidence. Its source is the only place that the page takes links from.
    pub evidence: &'a EvidenceLookup<'a>,
    /// A curl command that sends the case, where one is wanted.
    pub curl: Option<&'a CurlLookup<'a>>,
    /// What stands beside each run, in the order of the runs; a run beyond the last one has nothing beside it.
    pub supplements: &'a [Supplement],
}

/// What stands beside a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Supplement {
    /// The best server that understands nothing, and how many of the scored cases it passes.
    pub null_server: Option<(String, u64)>,
    /// The nullability of the subject.
    pub heat_map: Option<HeatMap>,
    /// Which of two defects the subject reports.
    pub order: Option<OrderGraph>,
}
