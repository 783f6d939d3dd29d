//! Subjects from outside: profiles, launch and stop of real processes, code sources.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails by a panic, as the test does"
)]

use bytes::Bytes;
use countersign::replay::transport::Transport;
use countersign::secret_hash::Secret;
use countersign::subject::{
    CodeReader, CodeSource, CodeUser, Folders, Installed, Profile, RunningSubject, SubjectError,
    Surroundings, install,
};
use countersign::wire::{Exchange, Headers, Request, Response};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// Longer than anything here takes; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

fn profile(launch: &str, code: &str) -> Profile {
    let text = format!("name = \"mine\"\nversion = \"1\"\n[launch]\n{launch}\n[code]\n{code}\n");
    Profile::parse("mine.toml", &text).unwrap()
}

fn start(profile: &Profile) -> Result<RunningSubject, SubjectError> {
    block_on(RunningSubject::start(profile, &Installed::default()))
}

// --- profiles ---------------------------------------------------------------------------------------------------

const HEAD: &str = "name = \"x\"\nversion = \"1\"\n";

fn refusal(rest: &str) -> String {
    Profile::parse("x.toml", &format!("{HEAD}{rest}")).unwrap_err().to_string()
}

const LAUNCH: &str = "launch = { command = [\"a\"] }\n";
const CODE: &str = "code = { source = \"any\" }\n";

#[test]
fn an_unknown_key_is_refused_with_file_line_caret_and_the_allowed_keys() {
    assert_eq!(
        refusal(&format!("{LAUNCH}[code]\nsource = \"any\"\nvalve = \"1\"\n")),
        "x.toml:6:1: unknown field `valve`, expected one of `source`, `value`, `path`, `url`, `pointer`, \
         `pattern`, `command`\n  | valve = \"1\"\n  | ^"
    );
}

#[test]
fn a_duplicate_key_is_refused_where_it_stands_again() {
    assert_eq!(
        refusal(&format!("{LAUNCH}{CODE}name = \"y\"\n")),
        "x.toml:5:1: duplicate key\n  | name = \"y\"\n  | ^"
    );
}

#[test]
fn every_wrong_value_is_answered_with_what_is_allowed() {
    let pip =
        |package: &str| format!("{LAUNCH}{CODE}[install]\nkind = \"pip\"\npackages = [\"{package}\"]\n");
    let control = |line: &str| format!("{LAUNCH}{CODE}[control]\n{line}\n");
    for (text, expected) in [
        (pip("moto"), "x.toml:7:13: `moto` does not pin an exact version; allowed: `name==1.2.3`"),
        (pip("moto==5.*"), "x.toml:7:13: `moto==5.*` does not pin an exact version; allowed: `name==1.2.3`"),
        (
            pip("--index-url=http://x==1"),
            "x.toml:7:13: `--index-url=http://x==1` does not pin an exact version; allowed: `name==1.2.3`",
        ),
        (control("auth = \"basic\""), "x.toml:6:8: `basic` is not one of `none`, `dummy`, `sigv4`"),
        (
            control("missing = [\"SignUp\", \"SignOut\"]"),
            "x.toml:6:22: `SignOut` is not one of `CreateUserPool`, ",
        ),
        (
            control("credentials = { access_key_id = \"a\", secret_access_key = \"b\" }"),
            "x.toml:6:15: `credentials` goes with the auth `sigv4` only",
        ),
        (
            format!("{LAUNCH}code = {{ source = \"oracle\" }}\n"),
            "x.toml:4:19: unknown variant `oracle`, expected one of `any`, `fixed`, `file`, `http`, `log`, `command`",
        ),
        (
            format!("{LAUNCH}code = {{ source = \"any\", value = \"1\" }}\n"),
            "x.toml:4:34: this code source does not read `value`",
        ),
        (
            format!("{LAUNCH}code = {{ source = \"file\", path = \"a\" }}\n"),
            "x.toml:4:8: this code source needs `pointer`",
        ),
        (
            format!("{CODE}launch = {{ command = [\"${{bin}}/a\"] }}\n"),
            "x.toml:4:23: `${bin}` is not a placeholder here; allowed: `${port}`, `${dir}`, `${endpoint}`",
        ),
        (
            format!("{CODE}[launch]\ncommand = [\"a\"]\n[[launch.files]]\npath = \"../a\"\ntext = \"\"\n"),
            "x.toml:7:8: `path` must be a relative path that stays below the work folder",
        ),
        (
            format!("{CODE}launch = {{ command = [\"a\"], ready_limit_ms = 0 }}\n"),
            "x.toml:4:46: `ready_limit_ms` must be 1 to 600000",
        ),
    ] {
        let found = refusal(&text);
        assert!(found.starts_with(expected), "{found}\nshould start with\n{expected}");
    }
}

#[test]
fn a_name_that_would_leave_the_cache_folder_is_refused() {
    let text = format!("name = \"../x\"\nversion = \"1\"\n{LAUNCH}{CODE}");
    let error = Profile::parse("x.toml", &text).unwrap_err().to_string();
    assert!(error.starts_with("x.toml:1:8: `../x` is no name"), "{error}");
}

#[test]
fn hostile_text_is_escaped_and_a_huge_or_binary_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    let load = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        Profile::load(&path).unwrap_err().to_string()
    };
    assert!(!load(b"\"\\u001b[31m\" = 1\n\x1b[2J").contains('\x1b'));
    assert!(load(&vec![b'#'; 70_000]).ends_with("is longer than 65536 bytes"));
    assert!(load(b"name = \"\xff\"").ends_with("is not UTF-8 at offset 8"));
    assert!(load("a = [".repeat(10_000).as_bytes()).contains("x.toml:1:"));
}

#[test]
fn an_unknown_subject_is_answered_with_the_known_ones() {
    assert_eq!(
        Profile::find("mot\u{7}o").unwrap_err().to_string(),
        "`mot\\u{7}o` is no subject; allowed: `reference`, `moto`, `cognito-local`, `ministack`, `ministack-auth`, \
         or the path of a profile (`./mine.toml`)"
    );
}

#[test]
fn what_a_subject_lacks_follows_from_its_profile() {
    assert!(Profile::named("reference").unwrap().lacks().is_empty());
    let lacks = Profile::named("moto").unwrap().lacks();
    assert_eq!(lacks.first().unwrap(), "no ResendConfirmationCode: no superseded codes");
}

// --- installation -----------------------------------------------------------------------------------------------

#[test]
fn what_is_installed_is_not_installed_again() {
    let cache = tempfile::tempdir().unwrap();
    let folder = cache.path().join("subjects/moto-5.2.5-bd48e71fec8d");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(".countersign-installed"), "").unwrap();
    let folders = Folders { cache: cache.path().to_owned(), state: cache.path().to_owned() };
    let mut notes = Vec::new();
    let moto = Profile::named("moto").unwrap();
    let installed = block_on(install(&moto, &folders, &mut |note| notes.push(note))).unwrap();
    assert_eq!(installed.bin, Some(folder.join("bin")));
    assert!(notes.is_empty());
}

// --- launch and stop --------------------------------------------------------------------------------------------

const SERVER: &str = r#"command = ["python3", "-m", "http.server", "--bind", "127.0.0.1", "${port}"]"#;

#[test]
fn a_subject_is_ready_when_it_answers_and_its_files_were_written_first() {
    let launch =
        format!("{SERVER}\n[[launch.files]]\npath = \"a/b.json\"\ntext = '{{\"at\":\"${{endpoint}}\"}}'");
    let profile = profile(&launch, "source = \"any\"");
    block_on(async {
        let running = RunningSubject::start(&profile, &Installed::default()).await.unwrap();
        let written = std::fs::read_to_string(running.dir.join("a/b.json")).unwrap();
        assert_eq!(written, format!("{{\"at\":\"{}\"}}", running.endpoint));
        let dir = running.dir.clone();
        let address = running.endpoint.strip_prefix("http://").unwrap().to_owned();
        running.stop().await;
        assert!(!dir.exists());
        assert!(std::net::TcpStream::connect(address).is_err());
    });
}

/// A subject with a grandchild; both hold the pipe at `fifo` open for writing.
fn family(fifo: &Path) -> Profile {
    let script = format!(
        "exec 9>{}; trap '' TERM; sleep 600 & exec python3 -m http.server --bind 127.0.0.1 $1",
        fifo.display()
    );
    let words = serde_json::to_string(&["sh", "-c", &script, "sh", "${port}"]).unwrap();
    profile(&format!("command = {words}"), "source = \"any\"")
}

/// Sends once nobody holds the pipe open any more.
fn end_of(fifo: &Path) -> mpsc::Receiver<usize> {
    let made = std::process::Command::new("mkfifo").arg(fifo).status().unwrap();
    assert!(made.success());
    let (sender, receiver) = mpsc::channel();
    let fifo = fifo.to_owned();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = std::fs::File::open(fifo).unwrap().read_to_end(&mut bytes).unwrap();
        sender.send(read).unwrap();
    });
    receiver
}

#[test]
fn a_stopped_subject_takes_its_descendants_with_it_even_if_they_ignore_the_polite_signal() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    let ended = end_of(&fifo);
    block_on(async {
        let running = RunningSubject::start(&family(&fifo), &Installed::default()).await.unwrap();
        assert!(ended.try_recv().is_err());
        running.stop().await;
    });
    assert_eq!(ended.recv_timeout(PATIENCE), Ok(0));
}

#[test]
fn a_dropped_subject_takes_its_descendants_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    let ended = end_of(&fifo);
    drop(start(&family(&fifo)).unwrap());
    assert_eq!(ended.recv_timeout(PATIENCE), Ok(0));
}

#[test]
fn a_subject_that_crashes_is_reported_with_its_last_words_escaped() {
    let crash = r#"command = ["sh", "-c", "echo one; printf 'bo\\033[31mom\\n' >&2; exit 3"]"#;
    assert_eq!(
        start(&profile(crash, "source = \"any\"")).unwrap_err().to_string(),
        "`mine` ended before it answered (exit code 3)\n  | one\n  | bo\\u{1b}[31mom"
    );
}

#[test]
fn a_subject_that_never_answers_is_given_up_in_time() {
    let silent = "command = [\"sh\", \"-c\", \"echo busy; exec sleep 600\"]\nready_limit_ms = 300";
    let error = start(&profile(silent, "source = \"any\"")).unwrap_err().to_string();
    assert!(error.contains("within 300 ms") && error.ends_with("\n  | busy"), "{error}");
}

#[test]
fn a_program_that_does_not_exist_is_named() {
    let error =
        start(&profile("command = [\"/no/such/program\"]", "source = \"any\"")).unwrap_err().to_string();
    assert!(error.starts_with("cannot run `/no/such/program`: "), "{error}");
}

#[test]
fn a_fixed_port_in_use_is_told_before_anything_is_started() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port();
    assert_eq!(
        start(&profile(&format!("{SERVER}\nport = {port}"), "source = \"any\"")).unwrap_err().to_string(),
        format!("port {port} of 127.0.0.1, which `mine` needs, is in use")
    );
}

#[test]
fn what_runs_already_is_not_launched() {
    let text = "kind = \"endpoint\"\nurl = \"http://127.0.0.1:1\"";
    let error = start(&profile(text, "source = \"any\"")).unwrap_err();
    assert_eq!(error.to_string(), "`mine` is not launched: it runs already");
}

// --- codes ------------------------------------------------------------------------------------------------------

/// Answers every request with what a function of its target says.
struct Fake(fn(&str) -> (u16, &'static str));

impl Transport for Fake {
    async fn send(&mut self, request: &Request) -> Exchange {
        let Request::Formed(form) = request else { panic!("an ordinary request") };
        let (status, body) = (self.0)(std::str::from_utf8(&form.target).unwrap());
        Exchange {
            request: request.clone(),
            answer: Ok(Response {
                status,
                reason: Vec::new(),
                headers: Headers::default(),
                body: Bytes::from_static(body.as_bytes()),
            }),
            latency: Duration::ZERO,
        }
    }
}

const NAME: &str = "a/b~c.+";

fn read(source: CodeSource, surroundings: Surroundings) -> Result<Secret, String> {
    read_with(source, surroundings, |_| (500, ""), None)
}

fn read_with(
    source: CodeSource,
    surroundings: Surroundings,
    answer: fn(&str) -> (u16, &'static str),
    before: Option<&Secret>,
) -> Result<Secret, String> {
    let user = CodeUser { pool_id: "pool_1", client_id: "client", username: NAME, sub: None, email: None };
    let reader = CodeReader::new(source, surroundings);
    block_on(reader.read(&mut Fake(answer), &user, before)).map_err(|error| error.to_string())
}

fn reveal(code: Result<Secret, String>) -> String {
    code.unwrap().reveal().to_owned()
}

#[test]
fn a_fixed_code_is_given_at_once_even_if_it_was_given_before() {
    let before = Secret::new("x y");
    let source = CodeSource::Fixed(before.clone());
    let again = read_with(source, Surroundings::default(), |_| (500, ""), Some(&before));
    assert_eq!(reveal(again), "x y");
    assert!(read(CodeSource::Any, Surroundings::default()).is_ok());
}

#[test]
fn a_code_is_read_from_a_file_by_a_pointer_that_the_username_cannot_leave() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pool_1.json"), r#"{"Users":{"a/b~c.+":{"Code":421}}}"#).unwrap();
    let surroundings = Surroundings { dir: Some(folder.path().to_owned()), ..Surroundings::default() };
    let source =
        |path: &str| CodeSource::File { path: path.into(), pointer: "/Users/${username}/Code".into() };
    assert_eq!(reveal(read(source("${dir}/${pool_id}.json"), surroundings.clone())), "421");
    assert_eq!(
        read(source("${dir}/${username}"), surroundings).unwrap_err(),
        "the username `a/b~c.+` cannot stand in a path"
    );
}

#[test]
fn a_code_is_waited_for_until_the_subject_has_written_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("codes.json");
    std::fs::write(&path, "{\"code\":\"old\"").unwrap();
    let writing = path.clone();
    // Half a document, then the old code, then the new one: each look may meet any of them.
    let writer = std::thread::spawn(move || {
        std::fs::write(&writing, "{\"code\":\"old\"}").unwrap();
        std::fs::write(&writing, "{\"code\":\"new\"}").unwrap();
    });
    let source = CodeSource::File { path: path.display().to_string(), pointer: "/code".into() };
    let old = Secret::new("old");
    assert_eq!(reveal(read_with(source, Surroundings::default(), |_| (500, ""), Some(&old))), "new");
    writer.join().unwrap();
}

#[test]
fn a_code_that_never_comes_is_given_up_with_the_reason() {
    let source = CodeSource::File { path: "/no/such/file".into(), pointer: String::new() };
    let error = read(source, Surroundings::default()).unwrap_err();
    assert!(
        error.starts_with("no confirmation code within 3000 ms: cannot read `/no/such/file`: "),
        "{error}"
    );
}

#[test]
fn a_code_of_the_subject_itself_is_asked_for_through_the_transport() {
    let source = CodeSource::Http { url: "/codes/${pool_id}/${username}".into(), pointer: "/Code".into() };
    let answer = |target: &str| match target {
        "/codes/pool_1/a%2Fb~c.%2B" => (200, "{\"Code\":\"7\"}"),
        _ => (404, "{}"),
    };
    let surroundings = Surroundings { endpoint: "http://127.0.0.1:1".into(), ..Surroundings::default() };
    assert_eq!(reveal(read_with(source, surroundings, answer, None)), "7");
}

#[test]
fn a_code_is_asked_for_at_another_server() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = [0; 1024];
        let length = stream.read(&mut bytes).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"a\":[\"9z\"]}").unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    });
    let source = format!("http:http://{address}/x?u=${{username}}#/a/0");
    assert_eq!(reveal(read(source.parse().unwrap(), Surroundings::default())), "9z");
    let request = server.join().unwrap();
    assert!(request.starts_with("GET /x?u=a%2Fb~c.%2B HTTP/1.1\r\n"), "{request}");
}

#[test]
fn the_last_match_of_a_log_is_the_code_and_the_username_is_no_pattern() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    std::fs::write(&log, b"a/b~cx+: 1\na/b~c.+: 2\n\xff\xfe\na/b~c.+: 3\nother: 4\n").unwrap();
    let surroundings = Surroundings { log: Some(log), ..Surroundings::default() };
    let source = CodeSource::Log { path: None, pattern: "${username}: (\\d+)".into() };
    assert_eq!(reveal(read(source, surroundings)), "3");
}

#[test]
fn a_command_prints_the_code_and_its_arguments_meet_no_shell() {
    let printf = CodeSource::Command(vec!["printf".into(), " %s\\n".into(), "${username};$(id)".into()]);
    assert_eq!(reveal(read(printf, Surroundings::default())), "a/b~c.+;$(id)");
    assert_eq!(
        read("command:false".parse().unwrap(), Surroundings::default()).unwrap_err(),
        "the command for the confirmation code failed: it ended with exit code 1"
    );
    assert_eq!(
        read("command:yes".parse().unwrap(), Surroundings::default()).unwrap_err(),
        "the command for the confirmation code failed: it printed more than 65536 bytes"
    );
}
