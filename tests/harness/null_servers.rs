//! Servers that understand nothing. Their control plane works, so that set-up succeeds and the checks themselves are
//! measured: a suite that they pass would prove nothing.

use countersign::prove::{Floor, NullServer, Summary};

#[test]
fn no_null_server_passes_a_tenth_and_every_scored_check_is_failed_by_one_of_them() {
    let floor = Floor::of(&NullServer::all()).unwrap();
    assert!(floor.scores.len() >= 14, "only {} null servers", floor.scores.len());
    for score in &floor.scores {
        assert!(score.scored() > 600, "{}: only {} scored cases were reached", score.name, score.scored());
        assert!(!score.is_over(), "{} passes {} of {}", score.name, score.passed(), score.scored());
    }
    assert!(floor.toothless.is_empty(), "every null server passes {:?}", floor.toothless);
    assert!(floor.holds());
    // What `countersign run` prints beside a score is what was measured.
    let best = floor.best().unwrap();
    let recorded = Summary::recorded().unwrap().null_server.unwrap();
    assert_eq!(
        (recorded.name.as_str(), recorded.passed, recorded.scored),
        (best.name.as_str(), best.passed(), best.scored()),
        "corpus/proof.json is not current: countersign prove --format summary > corpus/proof.json"
    );
}
