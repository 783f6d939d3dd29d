//! An exchange as text for people: late-bound values as placeholders, what changes from run to run as tokens, everything
//! escaped, nothing longer than a page.

use crate::event::ExchangeView;
use crate::template::{Bindings, RequestTemplate, Template};
use crate::wire::{Exchange, Header, Response, escape};
use regex::Regex;
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

static SESSION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#""Session" ?: ?"[^"\\]{20,}""#).ok());

/// Renders an exchange. `template` is what its request was bound from; `role` names it.
pub fn view(
    role: &str,
    template: &RequestTemplate,
    exchange: &Exchange,
    bindings: &Bindings,
) -> ExchangeView {
    settled(view_as_sent(role, template, exchange, bindings))
}

/// Renders an exchange with the headers whose value differs in every answer as they were sent: for who compares them
/// with each other.
pub fn view_as_sent(
    role: &str,
    template: &RequestTemplate,
    exchange: &Exchange,
    bindings: &Bindings,
) -> ExchangeView {
    let response = match &exchange.answer {
        Ok(response) => shown_response(response, bindings),
        Err(fault) => format!("({fault})"),
    };
    ExchangeView { role: role.to_owned(), request: shown_request(template), response }
}

/// The view with a token for the value of every header whose value differs in every answer.
pub fn settled(mut view: ExchangeView) -> ExchangeView {
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
    shown(&text, text.len())
}

fn shown_response(response: &Response, bindings: &Bindings) -> String {
    let redacted = |bytes: &[u8]| {
        // Bytes that are not UTF-8 are escaped first, so that nothing is lost by the redaction.
        // Only what may be shown is worked on: a body may have megabytes.
        let head = bytes.get(..bytes.len().min(SHOWN_BYTES_WORKED_ON)).unwrap_or_default();
        let text = match std::str::from_utf8(head) {
            Ok(text) => escape(bindings.redact(text).as_bytes()),
            Err(_) => bindings.redact(&escape(head)),
        };
        shown(&text, bytes.len())
    };
    let header = |header: &Header| format!("{}: {}", escape(&header.name), redacted(&header.value));
    let mut lines =
        vec![format!("HTTP/1.1 {} {}", response.status, escape(&response.reason)).trim_end().to_owned()];
    lines.extend(response.headers.iter().map(header));
    lines.push(String::new());
    let body = redacted(&response.body);
    lines.push(
        SESSION.as_ref().map_or(body.clone(), |session| {
            session.replace_all(&body, r#""Session":"«session»""#).into_owned()
        }),
    );
    lines.join("\n")
}

/// Cuts what is already safe to print; `bytes` is the length of the whole.
fn shown(text: &str, bytes: usize) -> String {
    if text.chars().count() <= SHOWN_CHARACTERS_MAX && bytes <= SHOWN_BYTES_WORKED_ON {
        return text.to_owned();
    }
    let cut: String = text.chars().take(SHOWN_CHARACTERS_MAX).collect();
    format!("{cut}… ({bytes} bytes in all)")
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
        let text = shown_response(&response, bindings);
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
}
