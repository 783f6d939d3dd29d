//! What a driver says, line by line.

use crate::sdk::protocol::{Hello, Outcome};
use crate::wire::is_unsafe_to_print;

/// A driver's line is read or refused, and what is shown of either is safe to print.
pub fn driver_line(data: &[u8]) {
    let shown = [
        Hello::parse(data).map_or_else(|error| error.to_string(), |_| String::new()),
        Outcome::parse(data).map_or_else(|error| error.to_string(), |(_, outcome)| outcome.to_string()),
    ];
    for text in shown {
        assert!(!text.chars().any(is_unsafe_to_print), "a character that is not safe to print is shown");
    }
}
