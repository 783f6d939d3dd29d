//! Which cases a run selects: globs over case ids, requirement ids and layers.

use crate::case::Case;
use crate::requirement::RequirementId;
use crate::wire::escape;
use globset::{Glob, GlobMatcher};

/// A filter that is no glob.
#[derive(Debug, thiserror::Error)]
#[error("filter `{pattern}` is not a glob: {reason}")]
#[non_exhaustive]
pub struct FilterError {
    /// The pattern, escaped.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Selects cases. Patterns match a case id (`secret-hash/*`), a requirement id (`CSU-CODE-*`) or a layer (`json-text`); a
/// pattern after `!` takes cases away again. Without a positive pattern every case is selected.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    wanted: Vec<GlobMatcher>,
    unwanted: Vec<GlobMatcher>,
}

impl Filter {
    /// Reads patterns.
    pub fn new<S: AsRef<str>>(patterns: &[S]) -> Result<Self, FilterError> {
        let mut filter = Self::default();
        for pattern in patterns {
            let pattern = pattern.as_ref();
            let (list, glob) = match pattern.strip_prefix('!') {
                Some(glob) => (&mut filter.unwanted, glob),
                None => (&mut filter.wanted, pattern),
            };
            let glob = Glob::new(glob).map_err(|error| FilterError {
                pattern: escape(pattern.as_bytes()),
                reason: error.kind().to_string(),
            })?;
            list.push(glob.compile_matcher());
        }
        Ok(filter)
    }

    /// Whether a case is selected; `requirements` are those that govern it.
    pub fn selects(&self, case: &Case, requirements: &[RequirementId]) -> bool {
        let names: Vec<&str> = [case.id.as_str(), case.layer.name()]
            .into_iter()
            .chain(requirements.iter().map(|requirement| requirement.0.as_str()))
            .collect();
        let hit = |globs: &[GlobMatcher]| globs.iter().any(|glob| names.iter().any(|name| glob.is_match(name)));
        (self.wanted.is_empty() || hit(&self.wanted)) && !hit(&self.unwanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{CaseId, ClientKind, Fixture, Layer, Origin};

    fn selects(patterns: &[&str]) -> bool {
        let case = Case {
            id: CaseId::new("code", "wrong"),
            layer: Layer::State,
            origin: Origin::Model,
            fixture: Fixture::unconfirmed(ClientKind::Public),
            steps: vec![],
            twin: None,
        };
        Filter::new(patterns).unwrap().selects(&case, &[RequirementId("CSU-CODE-001".into())])
    }

    #[test]
    fn a_filter_matches_case_requirement_or_layer() {
        for (patterns, expected) in [
            (&[][..], true),
            (&["code/*"], true),
            (&["CSU-CODE-*"], true),
            (&["state"], true),
            (&["secret-hash/*"], false),
            (&["!code/wrong"], false),
            (&["state", "!code/*"], false),
        ] {
            assert_eq!(selects(patterns), expected, "{patterns:?}");
        }
    }

    #[test]
    fn a_broken_pattern_is_named() {
        assert!(Filter::new(&["code/[a"]).unwrap_err().to_string().starts_with("filter `code/[a` is not a glob"));
    }
}
