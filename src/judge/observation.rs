//! What was seen of a case, as the harness hands it to the judge.

use crate::template::Bindings;
use crate::wire::Exchange;
use std::collections::BTreeMap;

/// What was seen of one case.
#[derive(Debug, Clone, Copy)]
pub struct Observation<'a> {
    /// One exchange for each step.
    pub exchanges: &'a [Exchange],
    /// The state after the last step, where it could be read.
    pub state: Option<&'a BTreeMap<String, String>>,
    /// The same request without the defect, where it was sent.
    pub twin: Option<TwinObservation<'a>>,
    /// The other side of the case's relation, where it was sent.
    pub other: Option<OtherObservation<'a>>,
    /// The values that the templates were bound to.
    pub bindings: &'a Bindings,
}

/// What was seen of a twin.
#[derive(Debug, Clone, Copy)]
pub struct TwinObservation<'a> {
    /// Its exchange.
    pub exchange: &'a Exchange,
    /// Whether it must be accepted, or only answered otherwise than the case.
    pub must_be_accepted: bool,
    /// The state after it, where it was read.
    pub state: Option<&'a BTreeMap<String, String>>,
    /// The values of its user.
    pub bindings: &'a Bindings,
}

/// What was seen of the other side of a relation.
#[derive(Debug, Clone, Copy)]
pub struct OtherObservation<'a> {
    /// Its last exchange.
    pub exchange: &'a Exchange,
    /// The state after it, where it was read.
    pub state: Option<&'a BTreeMap<String, String>>,
    /// The values of its user.
    pub bindings: &'a Bindings,
}
