//! The proof proves itself: it tells a fault that is found from one that is not, and a server that understands nothing
//! from one that does.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot do its work has to fail")]

use countersign::prove::{Cases, KillTable, Planted};
use std::collections::BTreeSet;

#[test]
fn every_planted_fault_is_found_by_a_requirement_that_names_its_cause() {
    let table = KillTable::of(&Planted::all(), Cases::OfItsRequirements).unwrap();
    let survivors: Vec<String> = table.survivors().map(|kill| kill.planted.id()).collect();
    assert!(survivors.is_empty(), "{} of {} survive: {survivors:#?}", survivors.len(), table.kills.len());
    assert_eq!(table.noise, []);
    assert!(table.holds());
    for kill in &table.kills {
        assert!(kill.requests.is_some_and(|requests| requests > 0), "{}", kill.planted.id());
    }
}

#[test]
fn every_planted_fault_has_a_name_of_its_own_a_sentence_and_a_reason() {
    use countersign::prove::Origin;
    let planted = Planted::all();
    assert!(planted.len() >= 120, "only {} faults", planted.len());
    let names: BTreeSet<String> = planted.iter().map(Planted::id).collect();
    assert_eq!(names.len(), planted.len());
    for fault in planted {
        let (Origin::Seen(origin) | Origin::Plausible(origin)) = fault.origin;
        assert!(!fault.what.is_empty() && !origin.is_empty() && !fault.found_by.is_empty(), "{}", fault.id());
    }
}
