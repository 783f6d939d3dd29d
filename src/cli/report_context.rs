//! The texts that reports need besides a run: requirements with their sources, out of the table and the evidence.

use countersign::corpus::{CorpusError, Evidence};
use countersign::harness::Rules;
use countersign::report::{Context, RuleText, Source};
use countersign::requirement::{Effect, Requirement};
use countersign::sdk::Check;

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
