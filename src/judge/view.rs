//! An exchange as text for people: late-bound values as placeholders, what changes from run to run as tokens, everything
//! escaped, nothing longer than a page.

use crate::event::ExchangeView;
use crate::template::{Bindings, RequestTemplate, Template};
use crate::wire::{self, Exchange, Header, Response, escape};
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Characters of a body or a header value that are shown.
const SHOWN_CHARACTERS_MAX: usize = 4096;

/// Bytes of a body that are looked at: twice what is shown, so that no value is cut where the redaction would miss it.
const SHOWN_BYTES_WORKED_ON: usize = 4 * SHOWN_CHARACTERS_MAX;

/// Headers whose value differs in every answer, and what stands for it.
const VOLATILE_HEADERS: &[(&str, &str)] = &[
    ("date", "«date»"),
    ("x-amzn-requestid", "«request id»"),
    ("x-amz-request-id", "«request id»"),
    ("x-amz-id-2", "«request id»"),
    ("etag", "«etag»"),
];

/// A session or a token as a member of a body, which may be cut.
static SESSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let names = "session|access_?token|id_?token|refresh_?token";
    Regex::new(&format!(r#"(?i)"({names})"\s*:\s*"(?:[^"\\]|\\.){{20,}}"?"#)).ok()
});

/// The note that tells what was cut, before and after the number.
const NOTE_START: &str = "… (";
const NOTE_END: &str = " bytes in all)";

/// Renders an exchange. `template` is what its request was bound from; `role` names it.
pub fn view(
    role: &str,
    template: &RequestTemplate,
    exchange: &Exchange,
    bindings: &Bindings,
) -> ExchangeView {
    settled(rendered(role, template, exchange, bindings, Shown::UpToAPage))
}

/// Renders an exchange with the whole of its answer, and the headers whose value differs in every answer as they were sent:
/// for who compares them with each other.
pub fn view_as_sent(
    role: &str,
    template: &RequestTemplate,
    exchange: &Exchange,
    bindings: &Bindings,
) -> ExchangeView {
    rendered(role, template, exchange, bindings, Shown::Whole)
}

fn rendered(
    role: &str,
    template: &RequestTemplate,
    exchange: &Exchange,
    bindings: &Bindings,
    how_much: Shown,
) -> ExchangeView {
    let response = match &exchange.answer {
        Ok(response) => shown_response(response, bindings, how_much),
        Err(fault) => format!("({fault})"),
    };
    ExchangeView { role: role.to_owned(), request: shown_request(template), response }
}

/// What [`view`] gives, out of what [`view_as_sent`] gave.
pub fn as_viewed(mut sent: ExchangeView) -> ExchangeView {
    let up_to_a_page = |line: &str| {
        let bytes = wire::unescape(line).map_or(line.len(), |bytes| bytes.len());
        Shown::UpToAPage.text(line, bytes)
    };
    sent.response = sent.response.split('\n').map(up_to_a_page).collect::<Vec<_>>().join("\n");
    settled(sent)
}

/// The view with a token for the value of every header whose value differs in every answer.
fn settled(mut view: ExchangeView) -> ExchangeView {
    // A fault stands alone, without an answer's head.
    let Some((head, body)) = view.response.split_once("\n\n") else {
        return view;
    };
    let line = |line: &str| {
        let name = line.split_once(": ").map_or("", |(name, _)| name);
        match VOLATILE_HEADERS.iter().find(|(volatile, _)| name.eq_ignore_ascii_case(volatile)) {
            Some((_, token)) => format!("{name}: {token}"),
            None => line.to_owned(),
        }
    };
    let mut lines = head.split('\n');
    let status = lines.next().unwrap_or_default().to_owned();
    let head: Vec<String> = std::iter::once(status).chain(lines.map(line)).collect();
    view.response = format!("{}\n\n{body}", head.join("\n"));
    view
}

fn shown_request(template: &RequestTemplate) -> String {
    match template {
        RequestTemplate::Raw(bytes) => shown_template(bytes),
        RequestTemplate::Formed { method, target, headers, body } => {
            let mut lines = vec![format!("{} {} HTTP/1.1", escape(method), escape(target))];
            lines.extend(headers.iter().map(|(name, value)| format!("{}: {value}", escape(name))));
            lines.push(String::new());
            lines.push(shown_template(body));
            lines.join("\n")
        }
    }
}

fn shown_template(template: &Template) -> String {
    let text = template.to_string();
    Shown::UpToAPage.text(&text, text.len())
}

fn shown_response(response: &Response, bindings: &Bindings, how_much: Shown) -> String {
    let redacted = |bytes: &[u8]| {
        // Only what may be shown is worked on: a body may have megabytes.
        let head = bytes.get(..bytes.len().min(how_much.bytes_worked_on())).unwrap_or_default();
        let text = match std::str::from_utf8(head) {
            Ok(text) => escape(without_sessions(&bindings.redact(text)).as_bytes()),
            // Bytes that are not UTF-8 are escaped first, so that nothing is lost by the redaction.
            Err(_) => without_sessions(&bindings.redact(&escape(head))).into_owned(),
        };
        how_much.text(&text, bytes.len())
    };
    let header = |header: &Header| format!("{}: {}", redacted(&header.name), redacted(&header.value));
    let start = format!("HTTP/1.1 {} {}", response.status, redacted(&response.reason));
    let mut lines = vec![start.trim_end().to_owned()];
    lines.extend(response.headers.iter().map(header));
    lines.push(String::new());
    lines.push(redacted(&response.body));
    lines.join("\n")
}

fn without_sessions(text: &str) -> Cow<'_, str> {
    match SESSION.as_ref() {
        Some(session) => session.replace_all(text, "\"$1\":\"«session»\""),
        None => Cow::Borrowed(text),
    }
}

/// How much is shown of a body or of the value of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    UpToAPage,
    Whole,
}

impl Shown {
    fn bytes_worked_on(self) -> usize {
        match self {
            Self::UpToAPage => SHOWN_BYTES_WORKED_ON,
            Self::Whole => usize::MAX,
        }
    }

    /// What is shown of a text that is safe to print; `bytes` is the length of what it stands for.
    fn text(self, text: &str, bytes: usize) -> String {
        let is_whole = text.chars().count() <= SHOWN_CHARACTERS_MAX && bytes <= SHOWN_BYTES_WORKED_ON;
        if is_whole || self == Self::Whole {
            // The note of what is cut is ours alone.
            let note = text.strip_suffix(NOTE_END).and_then(|rest| rest.rsplit_once(NOTE_START));
            return match note {
                Some((before, after)) => format!("{before}\\u{{2026}} ({after}{NOTE_END}"),
                None => text.to_owned(),
            };
        }
        let mut cut: String = text.chars().take(SHOWN_CHARACTERS_MAX).collect();
        // An escape is not cut in two.
        while wire::unescape(&cut).is_err() && cut.pop().is_some() {}
        format!("{cut}{NOTE_START}{bytes}{NOTE_END}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret_hash::Secret;
    use crate::template::Escaping;
    use crate::wire::{Headers, Request};
    use std::time::Duration;

    fn shown_body(body: &[u8], bindings: &Bindings) -> String {
        let response = Response {
            status: 200,
            reason: b"OK".to_vec(),
            headers: Headers::default(),
            body: body.to_vec().into(),
        };
        let text = shown_response(&response, bindings, Shown::UpToAPage);
        text.strip_prefix("HTTP/1.1 200 OK\n\n").unwrap().to_owned()
    }

    #[test]
    fn a_body_is_shown_up_to_a_page_and_its_length_is_told() {
        let none = Bindings::default();
        let page = "z".repeat(SHOWN_CHARACTERS_MAX);
        assert_eq!(shown_body(page.as_bytes(), &none), page);
        assert_eq!(shown_body(format!("{page}z").as_bytes(), &none), format!("{page}… (4097 bytes in all)"));
        let code = "482913".repeat(SHOWN_BYTES_WORKED_ON / 6 + 1);
        let bindings = Bindings { code: Some(Secret::new(code.as_str())), ..Bindings::default() };
        // A value that takes up what is looked at, and goes on after it, is not shown whole either.
        let long = shown_body(format!("{code}{code}").as_bytes(), &bindings);
        assert!(long.ends_with("bytes in all)"), "{long}");
        // The whole of what is looked at becomes one placeholder: that something was cut is told all the same.
        let all = "9".repeat(SHOWN_BYTES_WORKED_ON - 8);
        let bindings = Bindings { code: Some(Secret::new(all.as_str())), ..Bindings::default() };
        assert_eq!(shown_body(all.as_bytes(), &bindings), "${code}");
        assert_eq!(
            shown_body(format!("{all}123456789").as_bytes(), &bindings),
            "${code}12345678… (16385 bytes in all)"
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_escaped_and_the_values_among_them_are_not_shown() {
        let bindings = Bindings { code: Some(Secret::new("482913")), ..Bindings::default() };
        assert_eq!(shown_body(b"\xff482913", &bindings), "\\xff${code}");
    }

    #[test]
    fn an_exchange_without_an_answer_says_why() {
        let exchange = Exchange {
            request: Request::Raw("x".into()),
            answer: Err(crate::wire::WireFault::Closed { received: 3 }),
            latency: Duration::ZERO,
        };
        let raw = RequestTemplate::Raw(Template::literal("GET /\r\n"));
        let view = view("twin", &raw, &exchange, &Bindings::default());
        assert_eq!((view.role.as_str(), view.request.as_str()), ("twin", "GET /\\r\\n"));
        assert!(view.response.starts_with('(') && view.response.contains('3'), "{}", view.response);
    }

    #[test]
    fn a_date_has_a_token_in_an_answer_without_a_body_too() {
        let mut headers = Headers::default();
        headers.push("date", "Mon, 23 Nov 2026 09:10:29 GMT");
        let response = Response { status: 204, reason: vec![], headers, body: "".into() };
        let raw = RequestTemplate::Raw(Template::literal(""));
        let exchange =
            Exchange { request: Request::Raw("".into()), answer: Ok(response), latency: Duration::ZERO };
        let shown = view("twin", &raw, &exchange, &Bindings::default()).response;
        assert_eq!(shown, "HTTP/1.1 204\ndate: «date»\n\n");
    }

    #[test]
    fn neither_a_code_nor_an_escape_sequence_gets_through() {
        let bindings = Bindings { code: Some(Secret::new("482913")), ..Bindings::default() };
        let body = Template::parse(r#"{"ConfirmationCode":"${code}"}"#, Escaping::Json).unwrap();
        let template = RequestTemplate::confirm_sign_up(body);
        let mut headers = Headers::default();
        headers.push("Date", "Mon, 23 Nov 2026 09:10:29 GMT");
        headers.push("X-Evil", "\u{1b}[2J");
        let response = Response {
            status: 400,
            reason: vec![],
            headers,
            body: "{\"message\":\"482913 \u{1b}[31m\",\"Session\":\"AAAAAAAAAAAAAAAAAAAAAAAA\"}".into(),
        };
        let exchange =
            Exchange { request: Request::Raw("".into()), answer: Ok(response), latency: Duration::ZERO };
        let view = view("step 1", &template, &exchange, &bindings);
        assert!(view.request.ends_with("\n\n{\"ConfirmationCode\":\"${code}\"}"), "{}", view.request);
        assert_eq!(
            view.response,
            "HTTP/1.1 400\nDate: «date»\nX-Evil: \\u{1b}[2J\n\n{\"message\":\"${code} \\u{1b}[31m\",\"Session\":\"«session»\"}"
        );
    }

    /// An answer with this much around its body, as it is shown and as it was sent.
    fn shown_both(reason: &str, header: (&str, &str), body: &str, bindings: &Bindings) -> [String; 2] {
        let mut headers = Headers::default();
        headers.push(header.0.to_owned(), header.1.to_owned());
        let response = Response {
            status: 400,
            reason: reason.as_bytes().to_vec(),
            headers,
            body: body.as_bytes().to_vec().into(),
        };
        let raw = RequestTemplate::Raw(Template::literal(""));
        let exchange =
            Exchange { request: Request::Raw("".into()), answer: Ok(response), latency: Duration::ZERO };
        let shown = view("step 1", &raw, &exchange, bindings);
        let sent = view_as_sent("step 1", &raw, &exchange, bindings);
        assert_eq!(as_viewed(sent.clone()), shown);
        [shown.response, sent.response]
    }

    #[test]
    fn a_code_is_shown_nowhere_in_the_head() {
        let bindings = Bindings { code: Some(Secret::new("482913")), ..Bindings::default() };
        let [shown, sent] = shown_both("No 482913", ("X-482913", "482913"), "{}", &bindings);
        assert_eq!(shown, "HTTP/1.1 400 No ${code}\nX-${code}: ${code}\n\n{}");
        assert_eq!(sent, shown);
    }

    #[test]
    fn a_session_is_not_shown_whatever_its_length_and_spelling() {
        let token = "Ab1\\/".repeat(1200);
        for name in ["Session", "session", "AccessToken", "access_token", "IdToken", "RefreshToken"] {
            for colon in [":", " : ", ":\n  "] {
                let body = format!("{{\"{name}\"{colon}\"{token}\",\"a\":1}}");
                for shown in shown_both("", ("a", "b"), &body, &Bindings::default()) {
                    assert!(shown.ends_with(&format!("{{\"{name}\":\"«session»\",\"a\":1}}")), "{shown}");
                }
            }
        }
        // One that is not a token, and a token that never ends.
        let [shown, _] = shown_both("", ("a", "b"), r#"{"Session":"short"}"#, &Bindings::default());
        assert!(shown.ends_with(r#"{"Session":"short"}"#), "{shown}");
        let endless = format!("{{\"Session\":\"{}", "x".repeat(70_000));
        let shown = shown_body(endless.as_bytes(), &Bindings::default());
        assert!(!shown.contains("xxx"), "{shown}");
    }

    #[test]
    fn the_whole_of_an_answer_is_there_for_who_compares() {
        let none = Bindings::default();
        let [shown, sent] = shown_both("", ("a", "b"), &format!("{}A", "z".repeat(5000)), &none);
        assert!(shown.ends_with("z… (5001 bytes in all)") && sent.ends_with("zA"), "{shown}");
    }

    #[test]
    fn what_is_cut_is_cut_between_escapes_and_nobody_else_says_that_it_was() {
        let none = Bindings::default();
        let [shown, _] = shown_both("", ("a", "b"), &"\u{1}".repeat(3000), &none);
        let body = shown.rsplit('\n').next().unwrap();
        let (kept, rest) = body.split_once('…').unwrap();
        assert_eq!((wire::unescape(kept).unwrap().len(), rest), (4096 / 5, " (3000 bytes in all)"));
        let forged = "abc… (99999999 bytes in all)";
        for shown in shown_both("", ("a", "b"), forged, &none) {
            let body = shown.rsplit('\n').next().unwrap();
            assert!(!body.contains('…') && wire::unescape(body).unwrap() == forged.as_bytes(), "{body}");
        }
    }
}
