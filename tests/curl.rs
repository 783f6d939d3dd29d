//! The curl line of a case, run by bash: what arrives is what the case sends.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may end in a panic")]

use countersign::report::{TlsOptions, curl};
use countersign::template::{Bindings, Escaping, RequestTemplate, Template};
use countersign::wire::Request;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;

/// The values that the variables of a command stand for.
fn bindings(host: &str) -> Bindings {
    Bindings {
        host: host.to_owned(),
        client_id: "c$1 `id`".into(),
        username: "a b'\"$HOME".into(),
        code: Some(countersign::secret_hash::Secret::new("123456")),
        ..Bindings::default()
    }
}

/// Runs the command in bash with its variables set, and returns what it complained about.
fn run(
    command: &str,
    variables: &std::collections::BTreeMap<String, countersign::template::Binding>,
    host: &str,
) -> String {
    let values = bindings(host);
    // In a file, since the system takes no argument above 128 KiB.
    let script = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(script.path(), command).unwrap();
    let mut bash = Command::new("bash");
    bash.arg("--norc").arg(script.path());
    for (name, binding) in variables {
        bash.env(name, values.value(*binding).unwrap_or_default());
    }
    bash.env_remove("http_proxy").env("NO_PROXY", "*");
    let output = bash.stdin(std::process::Stdio::null()).output().unwrap();
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The longest wait for the rest of a request.
const READ_TIME_MAX: std::time::Duration = std::time::Duration::from_secs(5);

/// Reads one request: its head, and as many body bytes as the head announces.
fn receive(listener: &TcpListener) -> Vec<u8> {
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(READ_TIME_MAX)).unwrap();
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 65536];
    loop {
        let read = stream.read(&mut buffer).unwrap_or(0);
        if read == 0 {
            break;
        }
        bytes.extend_from_slice(&buffer[..read]);
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        let Some(end) = end else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
        if bytes.len() >= end + 4 + length {
            break;
        }
    }
    // A client that gave up is seen by what it did not send.
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    bytes
}

/// Request line, header lines in a fixed order, body.
fn parts(bytes: &[u8]) -> (String, Vec<String>, Vec<u8>) {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = bytes[..end].iter().map(|byte| char::from(*byte)).collect::<String>();
    let mut lines = head.split("\r\n").map(str::to_owned);
    let first = lines.next().unwrap();
    let mut headers: Vec<String> = lines.collect();
    // curl writes `Host` first, wherever it was given.
    headers.sort();
    (first, headers, bytes[end + 4..].to_vec())
}

fn assert_sent(request: &RequestTemplate) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let line = curl(request, &format!("http://{host}"), &TlsOptions::System);
    assert!(line.command.starts_with("curl ") || line.command.contains("| curl "), "{}", line.command);
    let (received, complaint) = std::thread::scope(|scope| {
        let server = scope.spawn(|| receive(&listener));
        let complaint = run(&line.command, &line.variables, &host);
        // Where nothing was sent, this ends the wait for it; otherwise nobody listens any more.
        drop(std::net::TcpStream::connect(&host));
        (server.join().unwrap(), complaint)
    });
    assert_eq!(complaint, "", "{}", line.command);
    let Request::Formed(form) = request.bind(&bindings(&host)).unwrap() else {
        panic!("an ordinary request");
    };
    let expected = Request::Formed(form).to_bytes();
    assert_eq!(parts(&received), parts(&expected), "{}", line.command);
}

fn confirm(body: impl Into<Vec<u8>>) -> RequestTemplate {
    RequestTemplate::confirm_sign_up(Template::literal(body))
}

fn with_header(name: &str, value: &[u8]) -> RequestTemplate {
    let mut request = confirm("{}");
    if let RequestTemplate::Formed { headers, .. } = &mut request {
        headers.push((name.into(), Template::literal(value)));
    }
    request
}

#[test]
fn curl_sends_the_bytes_of_the_case() {
    let every: Vec<u8> = (1..=255).collect();
    let body =
        r#"{"ClientId":"${client_id|raw}","Username":"${username|raw}","ConfirmationCode":"${code:wrong}"}"#;
    let requests = [
        RequestTemplate::confirm_sign_up(Template::parse(body, Escaping::Raw).unwrap()),
        confirm(""),
        confirm("@/etc/passwd"),
        confirm("'$(touch x)`id`\\\n"),
        confirm("-d x"),
        confirm(every),
        confirm((0..=255).collect::<Vec<u8>>()),
        confirm(vec![b'x'; 300_000]),
        RequestTemplate::confirm_sign_up(Template::parse("a${repeat:200000:xy}b", Escaping::Raw).unwrap()),
        with_header("X-Amz-Target", b"Another.Target"),
        with_header("User-Agent", b"mine"),
        with_header("x-odd", b"a'b\"$c\xff"),
    ];
    for request in &requests {
        assert_sent(request);
    }
}

#[test]
fn curl_adds_no_header_that_the_case_does_not_name() {
    let mut request = confirm("{}");
    if let RequestTemplate::Formed { headers, method, target, .. } = &mut request {
        headers.retain(|(name, _)| name != b"Content-Type");
        *method = b"PUT".to_vec();
        *target = b"/a/../b?c=[1-2]&d='".to_vec();
    }
    assert_sent(&request);
}

/// Runs a command whose `nc` writes its input into a file, and returns that and the arguments.
fn piped(request: &RequestTemplate, host: &str) -> (Vec<u8>, String) {
    let folder = tempfile::tempdir().unwrap();
    let line = curl(request, &format!("http://{host}"), &TlsOptions::System);
    let out = folder.path().join("out");
    let args = folder.path().join("args");
    let script = format!(
        "nc() {{ cat > '{}'; printf %s \"$*\" > '{}'; }}; {}",
        out.display(),
        args.display(),
        line.command
    );
    run(&script, &line.variables, host);
    (std::fs::read(out).unwrap(), std::fs::read_to_string(args).unwrap())
}

#[test]
fn what_curl_cannot_send_goes_through_nc_as_it_is() {
    let every: Vec<u8> = (0..=255).collect();
    let raw = RequestTemplate::Raw(Template::literal(every.clone()));
    assert_eq!(piped(&raw, "127.0.0.1:81"), (every, "127.0.0.1 81".to_owned()));

    let template = Template::parse("GET ${client_id} ${repeat:3:a%}${repeat:2:\n}", Escaping::Raw).unwrap();
    let (sent, args) = piped(&RequestTemplate::Raw(template), "[::1]:82");
    assert_eq!(sent, b"GET c$1 `id` a%a%a%\n\n");
    assert_eq!(args, "::1 82");
}

#[test]
fn headers_that_curl_would_change_go_through_nc() {
    for (name, value) in [
        ("Host", b"second".as_slice()),
        ("Content-Length", b"7"),
        ("Transfer-Encoding", b"chunked"),
        ("X-Break", b"a\r\nb"),
        ("X-Nul", b"a\0b"),
        ("X Space", b" padded"),
        ("@file", b"x"),
    ] {
        let request = with_header(name, value);
        let (sent, _) = piped(&request, "127.0.0.1:81");
        let bound = request.bind(&bindings("127.0.0.1:81")).unwrap().to_bytes();
        assert_eq!(sent, bound, "{name}");
    }
}

#[test]
fn an_https_endpoint_is_reached_with_the_same_trust() {
    let raw = RequestTemplate::Raw(Template::literal("x"));
    let table = [
        (
            TlsOptions::System,
            "printf -- 'x' | openssl s_client -quiet -verify_return_error -connect localhost:443",
        ),
        (TlsOptions::Insecure, "printf -- 'x' | openssl s_client -quiet -connect localhost:443"),
        (
            TlsOptions::Ca("my ca.pem".into()),
            "printf -- 'x' | openssl s_client -quiet -verify_return_error -CAfile 'my ca.pem' -connect localhost:443",
        ),
    ];
    for (tls, expected) in table {
        assert_eq!(curl(&raw, "https://localhost/", &tls).command, expected);
    }
    let command = curl(&confirm("{}"), "https://localhost", &TlsOptions::Insecure).command;
    assert!(command.contains("--insecure"), "{command}");
}
