//! The texts that reports need besides a run: requirements with their sources, out of the table and the evidence.

use countersign::corpus::{CorpusError, Evidence};
use countersign::harness::{Rules, Select};
use countersign::model::Revision;
use countersign::prove::Summary;
use countersign::report::{Context, RuleText, Run, Source};
use countersign::requirement::{Attestation, Effect, Requirement};
use countersign::sdk::Check;
use countersign::seed::Seed;

/// What reports say of the requirements in `rules`.
pub(crate) fn context(rules: &Rules, null_server: Option<(String, u64)>) -> Result<Context, CorpusError> {
    let evidence = Evidence::embedded()?;
    let text = |requirement: &Requirement| RuleText {
        sentence: requirement.sentence.clone(),
        effect: requirement.effect,
        sources: sources(requirement, &evidence),
    };
    let rules = rules.table().iter().map(|requirement| (requirement.id.clone(), text(requirement)));
    // What an SDK is checked for.
    let checks = Check::ALL.iter().map(|check| {
        let sentence = check.sentence().to_owned();
        (check.requirement(), RuleText { sentence, effect: Effect::Inspected, sources: Vec::new() })
    });
    Ok(Context { rules: rules.chain(checks).collect(), null_server })
}

/// The number of cases of the suite of `rules`, each once.
pub(crate) fn suite_length(rules: &Rules) -> usize {
    rules.suite(Seed::DEFAULT, 0, &Select::everything()).len()
}

/// The best null server, where a run took the whole default suite of so many cases, as far as its report tells.
pub(crate) fn null_server_of(run: &Run, suite_length: usize) -> Option<(String, u64)> {
    let header = run.header()?;
    let is_default = header.countersign == env!("CARGO_PKG_VERSION")
        && header.revision == Revision::NEWEST.to_string()
        && header.gate == Attestation::Recorded.name()
        && !header.is_captured()
        && run.incomplete().is_none()
        && usize::try_from(run.score().total) == Ok(suite_length);
    let best = Summary::recorded().ok()?.null_server.filter(|_| is_default)?;
    Some((best.name, best.passed))
}

/// The rows that a requirement cites, each once.
fn sources(requirement: &Requirement, evidence: &Evidence) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for row in requirement.cited().filter_map(|id| evidence.row(id)) {
        if sources.iter().all(|source| source.id != row.id) {
            sources.push(Source {
                id: row.id.clone(),
                attestation: row.attestation.clone(),
                says: row.condition.clone(),
                origin: row.source.clone(),
            });
        }
    }
    sources
}
