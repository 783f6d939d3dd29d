//! What the words and signs mean.

use super::mark::{mark, meaning};
use super::payload::worst_first;
use std::io::{self, Write};

/// Writes the legend.
pub(super) fn write(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"legend\" aria-labelledby=\"legend-h\">\n<h2 id=\"legend-h\">What the words mean</h2>\n\
         <dl class=\"words\">"
    )?;
    for verdict in worst_first() {
        writeln!(
            out,
            "<div><dt class=\"v {verdict}\"><b aria-hidden=\"true\">{}</b> {verdict}</dt><dd>{}</dd></div>",
            mark(verdict),
            meaning(verdict)
        )?;
    }
    writeln!(
        out,
        "</dl>\n<p class=\"small\"><strong>Score.</strong> <em>Total</em> counts all cases that were run. <em>Applicable</em> are those \
         that are judged on an aspect that can fail the run, without the uncovered and inconclusive ones. <em>Passed</em> \
         are the applicable ones without a mismatch. A null server understands nothing; what the best of them passes is \
         the floor under every score.</p>\n\
         <p class=\"small\"><strong>Attestation.</strong> <em>documented</em>: in AWS’s model, API reference or guide. \
         <em>recorded</em>: taken from the live service by a third party. <em>reported</em>: text pasted by users. \
         <em>inferred</em>: deduced from neighbours. The gate is the weakest one whose mismatches fail the run.</p>\n\
         </section>"
    )
}
