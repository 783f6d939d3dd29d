//! JSON values as templates: each function gives the text of one value, ready to stand after a colon.

use crate::template::{Binding, Escaping, Segment, Template, json_escape};

/// A string of fixed text.
pub fn text(text: &str) -> Template {
    Template::literal(quoted(b"\"", text, b"\""))
}

/// JSON text as it stands: `null`, `true`, `12`, `[]`.
pub fn raw(json: &str) -> Template {
    Template::literal(json)
}

/// A string of one bound value.
pub fn bound(binding: Binding) -> Template {
    around("", binding, "")
}

/// A string of a bound value with fixed text before and after it.
pub fn around(before: &str, binding: Binding, after: &str) -> Template {
    Template(vec![
        Segment::Literal(quoted(b"\"", before, b"")),
        Segment::Bound { binding, escaping: Escaping::Json },
        Segment::Literal(quoted(b"", after, b"\"")),
    ])
}

/// `text` with JSON escapes between two fixed pieces.
fn quoted(before: &[u8], text: &str, after: &[u8]) -> Vec<u8> {
    if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
        return [before, text.as_bytes(), after].concat();
    }
    [before, json_escape(text).as_bytes(), after].concat()
}

/// A bound value without quotes.
pub fn inside(binding: Binding, escaping: Escaping) -> Template {
    Template(vec![Segment::Bound { binding, escaping }])
}

/// A string of `unit`, `times` times over. `unit` is written with JSON escapes.
pub fn repeated(unit: &str, times: usize) -> Template {
    let mut template = Template::literal("\"");
    if times > 0 {
        template.0.push(Segment::Repeat { unit: json_escape(unit).into_bytes(), times });
    }
    template.push_literal(b"\"");
    template
}

/// An object of these members. The names are written with JSON escapes.
pub fn object<const N: usize>(members: [(&str, Template); N]) -> Template {
    let mut open = Vec::with_capacity(128);
    open.push(b'{');
    let mut template = Template::literal(open);
    for (i, (name, value)) in members.into_iter().enumerate() {
        if i > 0 {
            template.push_literal(b",");
        }
        template.push_literal(&quoted(b"\"", name, b"\":"));
        template.extend(value);
    }
    template.push_literal(b"}");
    template
}

/// Templates in a row.
pub fn concat(parts: impl IntoIterator<Item = Template>) -> Template {
    let mut whole = Template::default();
    for part in parts {
        whole.extend(part);
    }
    whole
}

/// Template text with `${…}` in it, written by us. Text that does not parse stays as it is; a test of the whole suite
/// looks for what was left over.
pub fn written(text: &str) -> Template {
    Template::parse(text, Escaping::Json).unwrap_or_else(|_| Template::literal(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Bindings;

    fn bind(template: &Template) -> String {
        let values = Bindings { username: "a\"b".into(), ..Bindings::default() };
        String::from_utf8(template.bind(&values).unwrap()).unwrap()
    }

    #[test]
    fn values_are_written_as_json() {
        assert_eq!(bind(&text("a\n\"")), r#""a\n\"""#);
        assert_eq!(bind(&around("<", Binding::Username, "\t")), r#""<a\"b\t""#);
        assert_eq!(bind(&repeated("é", 3)), "\"ééé\"");
        assert_eq!(bind(&repeated("x", 0)), "\"\"");
        assert_eq!(bind(&object([("k\\", raw("1")), ("", raw("[]"))])), r#"{"k\\":1,"":[]}"#);
    }
}
