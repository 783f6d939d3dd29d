//! The score as a badge: an SVG that needs no font, style sheet or image from anywhere.
//!
//! | value | colour |
//! |---|---|
//! | `passed/applicable`, all passed | green |
//! | `passed/applicable stale`, all passed | orange: the list of known failures is wrong by itself |
//! | `passed/applicable`, some did not | orange, red below a half |
//! | `incomplete`, `no verdict` | grey: the run was cut, or no case is applicable |

use super::{Run, Score};
use std::fmt::Write as _;
use std::io::{self, Write};

const LABEL: &str = "ConfirmSignUp";
/// The width of one character at 11 pixels, about; `textLength` makes it exact in any font.
const CHARACTER_WIDTH: usize = 7;
const PADDING: usize = 6;

const GREEN: &str = "#2a7d32";
const ORANGE: &str = "#b35900";
const RED: &str = "#b3261e";
const GREY: &str = "#5f6368";

/// Writes the badge. Its text is made of figures and fixed words: nothing of the subject stands in it.
pub fn write_badge(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let (value, colour) = value(run);
    out.write_all(svg(&value, colour).as_bytes())
}

fn value(run: &Run) -> (String, &'static str) {
    let Score { passed, applicable, .. } = run.score();
    if run.incomplete().is_some() {
        return ("incomplete".to_owned(), GREY);
    }
    if applicable == 0 {
        return ("no verdict".to_owned(), GREY);
    }
    let colour = match passed {
        passed if passed == applicable && !run.known_problems().is_empty() => {
            return (format!("{passed}/{applicable} stale"), ORANGE);
        }
        passed if passed == applicable => GREEN,
        passed if passed.saturating_mul(2) >= applicable => ORANGE,
        _ => RED,
    };
    (format!("{passed}/{applicable}"), colour)
}

fn svg(value: &str, colour: &str) -> String {
    let inner = |text: &str| text.chars().count() * CHARACTER_WIDTH;
    let (label_inner, value_inner) = (inner(LABEL), inner(value));
    let label_width = label_inner + 2 * PADDING;
    let width = label_width + value_inner + 2 * PADDING;
    let mut out = String::new();
    // Writing to a `String` cannot fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"20\" viewBox=\"0 0 {width} 20\" \
         role=\"img\" aria-label=\"{LABEL} {value}\">\n\
         <title>{LABEL} {value}</title>\n\
         <clipPath id=\"round\"><rect width=\"{width}\" height=\"20\" rx=\"3\"/></clipPath>\n\
         <g clip-path=\"url(#round)\">\n\
         <rect width=\"{label_width}\" height=\"20\" fill=\"#444\"/>\n\
         <rect x=\"{label_width}\" width=\"{}\" height=\"20\" fill=\"{colour}\"/>\n\
         </g>\n\
         <g fill=\"#fff\" font-family=\"Verdana,Geneva,DejaVu Sans,sans-serif\" font-size=\"11\">\n",
        width - label_width
    );
    for (x, length, text) in [(PADDING, label_inner, LABEL), (label_width + PADDING, value_inner, value)] {
        let _ = writeln!(out, "<text x=\"{x}\" y=\"14\" textLength=\"{length}\">{text}</text>");
    }
    out.push_str("</g>\n</svg>\n");
    out
}
