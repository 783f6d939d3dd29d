//! Text that ends no element, no attribute and no block of data.

use crate::wire;

/// `text` for an element or an attribute; control and reordering characters are shown by name.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if wire::is_unsafe_to_print(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_element() {
        assert_eq!(escaped("<b a='\"'>&\u{202e}\u{1b}"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;\\u{202e}\\u{1b}");
    }
}
