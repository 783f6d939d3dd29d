//! The Markdown report, read by a Markdown parser.

use crate::sample::{
    HOSTILE, assert_printable, context, failing, hostile, hostile_context, run_of, sample, written,
};
use countersign::report::{SUMMARY_BYTES_MAX, printable, write_markdown_within};
use countersign::requirement::Attestation;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Fails where the page has anything but headings, paragraphs, tables, lists, strong text and code spans, or a row with
/// another number of cells than its table. Returns the texts of the code spans.
#[track_caller]
pub(crate) fn structure(text: &str) -> Vec<String> {
    let (mut codes, mut columns, mut cells) = (Vec::new(), 0, 0);
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Code(code) => codes.push(code.into_string()),
            Event::Start(Tag::Table(alignments)) => columns = alignments.len(),
            Event::Start(Tag::TableRow | Tag::TableHead) => cells = 0,
            Event::Start(Tag::TableCell) => cells += 1,
            Event::End(TagEnd::TableRow | TagEnd::TableHead) => assert_eq!(cells, columns, "{text}"),
            Event::Start(
                Tag::Paragraph
                | Tag::Heading { .. }
                | Tag::Strong
                | Tag::List(_)
                | Tag::Item
                | Tag::BlockQuote(_),
            )
            | Event::End(_)
            | Event::Text(_)
            | Event::SoftBreak => {}
            other => panic!("{other:?} in {text}"),
        }
    }
    // A parser fills up or cuts a row: how many cells it has stands in the text. No bar is left but those around cells.
    for table in text.split("\n\n").filter(|block| block.starts_with("| ")) {
        let bars: Vec<usize> = table.trim_end().lines().map(|line| line.matches('|').count()).collect();
        assert!(bars.windows(2).all(|pair| pair[0] == pair[1]), "{bars:?} in {table}");
    }
    codes
}

#[test]
fn it_says_the_score_and_each_broken_requirement_with_one_case() {
    let text = written("md", &sample(), &context());
    let codes = structure(&text);
    for shown in [
        "## ConfirmSignUp of `moto 5.1.0`\n",
        "**2 / 7 / 9** passed / applicable / total",
        "### 1 requirement broken\n",
        "**`CSU-CODE-001`** A code is refused. (2 cases)\n",
        "| type | `CodeMismatchException` | `none` | documented `SEM-001` |\n",
        "Reproduce: `countersign repro code/wrong --subject moto --seed 7`\n",
        "- `code/stale` `because of stale`\n",
        "| `CSU-CODE-009`  | 1 | `code/spaces` |\n",
        "### Uncovered\n",
        "### Inconclusive\n",
    ] {
        assert!(text.contains(shown), "{shown} in {text}");
    }
    assert!(!codes.iter().any(|code| code == "code/reversed"), "one case is enough");
}

#[test]
fn hostile_text_stays_in_its_code_span() {
    let text = written("md", &hostile(), &hostile_context());
    assert_printable(&text);
    let codes = structure(&text);
    let shown = printable::line(HOSTILE).replace('|', "\\u{7c}");
    assert!(codes.iter().filter(|code| code.starts_with(&shown)).count() > 5, "{codes:#?}");
}

#[test]
fn it_never_grows_beyond_what_it_may_and_says_what_is_left_out() {
    let cases = (0..6_000)
        .map(|at| failing(at, &format!("c{at}"), &format!("CSU-{at:05}-001"), Attestation::Documented));
    let run = run_of(cases.collect());
    let text = written("md", &run, &context());
    assert!(text.len() <= SUMMARY_BYTES_MAX && text.len() > SUMMARY_BYTES_MAX / 2, "{}", text.len());
    assert!(text.ends_with(" more, which do not fit here.\n"), "{}", &text[text.len() - 100..]);
    structure(&text);
    for bytes_max in [0, 300, 1000, 4000] {
        let mut out = Vec::new();
        write_markdown_within(&run, &context(), bytes_max, &mut out).unwrap();
        assert!(out.len() <= bytes_max, "{} of {bytes_max}", out.len());
        structure(&String::from_utf8(out).unwrap());
    }
}
