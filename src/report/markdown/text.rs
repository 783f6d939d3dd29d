//! Text of others inside Markdown: none of it can open a link, an element or a table cell.

use crate::report::printable;

/// The longest text of one field, in characters; what follows is counted.
const FIELD_CHARACTERS_MAX: usize = 400;

/// `text` as a code span that holds in a table cell as well. In a cell, a bar ends the cell even inside a code span,
/// and how a backslash before it is read differs between parsers: it is shown as the escape `\u{7c}` instead.
pub(in crate::report) fn code(text: &str) -> String {
    let line = printable::line(text);
    let text = printable::shortened(&line, FIELD_CHARACTERS_MAX).replace('|', "\\u{7c}");
    if text.trim().is_empty() {
        return "(empty)".to_owned();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let is_open = |c: Option<char>| c.is_some_and(|c| c == '`' || c == ' ');
    // One space on each side is taken away by the renderer.
    let pad = if is_open(text.chars().next()) || is_open(text.chars().next_back()) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// `text` as running words. What GitHub would turn into a link or a mention becomes a code span.
pub(in crate::report) fn words(text: &str) -> String {
    if text.contains(['@', '#']) || text.contains("://") || text.contains("www.") {
        return code(text);
    }
    let line = printable::line(text);
    let mut out = String::with_capacity(line.len());
    for c in printable::shortened(&line, FIELD_CHARACTERS_MAX).chars() {
        match c {
            '|' => out.push_str("&#124;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '$' => out.push_str("&#36;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '!' | '~' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_span_is_longer_than_any_inside_it_and_has_no_bar() {
        assert_eq!(code("a|b"), "`a\\u{7c}b`");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a``b`c"), "```a``b`c```");
        assert_eq!(code(" x "), "`  x  `");
        assert_eq!((code(""), code("  ")), ("(empty)".to_owned(), "(empty)".to_owned()));
        assert_eq!(code("a\n<b>"), "`a\\n<b>`");
    }

    #[test]
    fn words_are_no_markup() {
        assert_eq!(words("[a](b) *c* <d> | e"), "\\[a\\]\\(b\\) \\*c\\* &lt;d&gt; &#124; e");
        assert_eq!(words("see @me"), "`see @me`");
        assert_eq!(words("http://x"), "`http://x`");
    }
}
