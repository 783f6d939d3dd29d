//! What the verdicts of one case that was run several times come to.

use crate::event::Verdict;

/// Why a case whose first run ended in a mismatch is no mismatch: another run of it ended otherwise. `None` where all
/// runs agree. A case that differs from run to run is neither right nor wrong; it is told by name and never green.
pub fn flaky(verdicts: &[Verdict]) -> Option<String> {
    let (first, others) = verdicts.split_first()?;
    if others.iter().all(|other| other == first) {
        return None;
    }
    let names: Vec<&str> = verdicts.iter().map(|verdict| verdict.name()).collect();
    Some(format!("flaky, {} runs: {}", verdicts.len(), names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Advisory, Inconclusive, Mismatch, Pass};

    #[test]
    fn runs_that_agree_are_not_flaky() {
        assert_eq!(flaky(&[]), None);
        assert_eq!(flaky(&[Mismatch]), None);
        assert_eq!(flaky(&[Mismatch, Mismatch, Mismatch]), None);
    }

    #[test]
    fn one_run_that_differs_makes_a_case_flaky_and_every_run_is_told() {
        let told = |verdicts: &[Verdict]| flaky(verdicts).unwrap();
        assert_eq!(told(&[Mismatch, Mismatch, Pass]), "flaky, 3 runs: mismatch, mismatch, pass");
        assert_eq!(told(&[Mismatch, Advisory]), "flaky, 2 runs: mismatch, advisory");
        assert_eq!(told(&[Mismatch, Inconclusive]), "flaky, 2 runs: mismatch, inconclusive");
    }
}
