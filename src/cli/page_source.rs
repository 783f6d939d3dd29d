//! What the HTML page of runs is written from, besides the runs: sentences, evidence, the matrix of each subject.

use super::matrix::matrix;
use super::report_context::{null_server_of, suite_length};
use super::run::Sentences;
use countersign::case::CaseId;
use countersign::corpus::{CorpusError, Evidence};
use countersign::event::{CaseReport, Verdict};
use countersign::generate::matrix::ids;
use countersign::harness::Rules;
use countersign::report::{CurlLookup, HtmlContext, Run, Supplement, write_html};
use countersign::requirement::RequirementId;
use countersign::seed::Seed;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::rc::Rc;

/// What is said instead of whether one or all violations are told.
const WITHOUT_MESSAGES: &str = "not known, since a report keeps no messages of what passed; for the same reason neither of \
                                two defects counts as first where both are refused with the same type";

/// The reports of the cases of a matrix, by id.
type Answers = BTreeMap<CaseId, CaseReport>;

/// What pages are written from.
pub(crate) struct PageSource<'a> {
    rules: Rc<Rules>,
    evidence: Evidence,
    sentences: Sentences,
    curl: Option<&'a CurlLookup<'a>>,
    ids: BTreeSet<CaseId>,
    /// The number of cases of the default suite.
    suite_length: usize,
}

impl<'a> PageSource<'a> {
    /// The source for runs under `rules`.
    pub(crate) fn new(rules: &Rc<Rules>) -> Result<Self, CorpusError> {
        Ok(Self {
            evidence: Evidence::embedded()?,
            sentences: Sentences::of(rules),
            rules: Rc::clone(rules),
            curl: None,
            ids: ids(),
            suite_length: suite_length(rules),
        })
    }

    /// The same with curl commands.
    pub(crate) fn with_curl(self, curl: Option<&'a CurlLookup<'a>>) -> Self {
        Self { curl, ..self }
    }

    /// Writes the page of the run that is over: what is written of its JSON report later is the same.
    pub(crate) fn write_run(&self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        self.write(&[run], &[self.supplement_of_report(run)], out)
    }

    /// Writes one page of several runs out of their reports.
    pub(crate) fn write_reports(&self, runs: &[Run], out: &mut dyn Write) -> io::Result<()> {
        let supplements: Vec<Supplement> = runs.iter().map(|run| self.supplement_of_report(run)).collect();
        let runs: Vec<&Run> = runs.iter().collect();
        self.write(&runs, &supplements, out)
    }

    fn supplement_of_report(&self, run: &Run) -> Supplement {
        let of_matrix = run.cases().into_iter().filter(|record| self.ids.contains(&record.report.id));
        let answers = of_matrix.map(|record| (record.report.id.clone(), record.report.clone())).collect();
        Supplement { null_server: null_server_of(run, self.suite_length), ..self.supplement(run, &answers) }
    }

    fn write(&self, runs: &[&Run], supplements: &[Supplement], out: &mut dyn Write) -> io::Result<()> {
        let sentence = |id: &RequirementId| self.sentences.of_requirement(id);
        let evidence = |id: &str| self.evidence.row(id).cloned();
        let context = HtmlContext { sentence: &sentence, evidence: &evidence, curl: self.curl, supplements };
        write_html(runs, &context, out)
    }

    /// The matrix of a run, as far as its cases were run. A report keeps no messages of what passed: then the order is
    /// told by the types alone.
    fn supplement(&self, run: &Run, answers: &Answers) -> Supplement {
        if answers.is_empty() {
            return Supplement::default();
        }
        let seed = run.header().map_or(Seed::DEFAULT, |header| Seed(header.seed));
        let matrix = matrix(&self.rules, seed, answers, run.header(), &self.ids);
        let is_whole =
            answers.values().all(|report| report.verdict != Verdict::Pass || !report.exchanges.is_empty());
        let mut order = matrix.order_graph();
        if !is_whole {
            WITHOUT_MESSAGES.clone_into(&mut order.says);
        }
        Supplement { null_server: None, heat_map: Some(matrix.heat_map()), order: Some(order) }
    }
}
