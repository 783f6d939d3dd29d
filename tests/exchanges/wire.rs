//! The whole harness, its client and its judge included, against wiremock: control plane and ConfirmSignUp both answer with
//! literal answers, and nothing of the reference server is in it.

use crate::file::CLIENT_ID;
use countersign::clock::Stopwatch;
use countersign::event::{CaseReport, RunEvent, RunHeader, Verdict};
use countersign::harness::{Meter, Options, Plan, Record, Rules, Select, run};
use countersign::provision::{Authoriser, Ledger, Origin};
use countersign::replay::pace::Pace;
use countersign::replay::transport::{Endpoint, HttpTransport, Limits, TlsClient, TlsTrust, Transport};
use countersign::secret_hash::Secret;
use countersign::subject::{CodeReader, CodeSource, Control, Surroundings};

use std::rc::Rc;
use tokio::sync::watch;
use wiremock::http::HeaderName;
use wiremock::matchers::{any, body_string_contains, header, method, path};
use wiremock::{Match, Mock, MockServer, Request, ResponseTemplate};

/// The code that wiremock's users have.
const CODE: &str = "482913";

const JSON: &str = "application/x-amz-json-1.1";

/// A subject of literal answers. The state of the user is that of the script, one answer of AdminGetUser after another.
pub(crate) struct Subject(MockServer);

impl Subject {
    /// A subject whose set-up works.
    pub(crate) async fn start() -> Self {
        let subject = Self(MockServer::start().await);
        for (operation, body) in [
            ("CreateUserPool", r#"{"UserPool":{"Id":"us-east-1_EXAMPLE01","Name":"test"}}"#),
            ("CreateUserPoolClient", r#"{"UserPoolClient":{"ClientId":"1example23456789abcdefghij"}}"#),
            ("SignUp", r#"{"UserConfirmed":false,"UserSub":"a2c2e290-6d0f-4a08-a5ca-f0162935f3a6"}"#),
            ("AdminDisableUser", "{}"),
            ("DeleteUserPool", "{}"),
        ] {
            subject.answers(operation, 200, body).await;
        }
        subject
    }

    pub(crate) async fn mount(&self, matching: impl Match + 'static, priority: u8, answer: ResponseTemplate) {
        let mock = Mock::given(method("POST")).and(path("/")).and(matching).respond_with(answer);
        mock.with_priority(priority).mount(&self.0).await;
    }

    pub(crate) async fn add(&self, mock: Mock) {
        mock.mount(&self.0).await;
    }

    /// Answers a set-up call.
    async fn answers(&self, operation: &'static str, status: u16, body: &str) {
        self.mount(target(operation), 5, literal(status, body)).await;
    }

    /// The user is in these states, each asked for once.
    pub(crate) async fn states(&self, states: &[&str]) {
        for (priority, status) in (1..).zip(states) {
            let body = format!(r#"{{"Username":"alice","Enabled":true,"UserStatus":"{status}"}}"#);
            let mock = Mock::given(target("AdminGetUser")).respond_with(literal(200, &body));
            mock.up_to_n_times(1).with_priority(priority).mount(&self.0).await;
        }
    }

    /// Answers ConfirmSignUp with the right code.
    async fn takes_the_right_code(&self, answer: ResponseTemplate) {
        let body = format!(r#""ConfirmationCode":"{CODE}""#);
        let matching = move |request: &Request| {
            target("ConfirmSignUp").matches(request) && body_string_contains(body.as_str()).matches(request)
        };
        self.mount(matching, 1, answer).await;
    }

    /// Answers every other ConfirmSignUp.
    async fn confirms(&self, answer: ResponseTemplate) {
        self.mount(target("ConfirmSignUp"), 2, answer).await;
    }

    /// The requests of ConfirmSignUp that arrived.
    async fn confirmations(&self) -> Vec<Request> {
        let mut requests = self.0.received_requests().await.unwrap();
        requests.retain(|request| target("ConfirmSignUp").matches(request));
        requests
    }

    /// Runs one case through the real client; how it ended is in the report.
    async fn report(&self, case: &'static str) -> CaseReport {
        self.report_over(case, |client| client).await
    }

    /// The same through what `wrap` makes of the client.
    pub(crate) async fn report_over<T: Transport + 'static>(
        &self,
        case: &'static str,
        wrap: impl Fn(HttpTransport) -> T + 'static,
    ) -> CaseReport {
        let (mut reports, mut notes) = (Vec::new(), Vec::new());
        let (_stop, stopped) = watch::channel(None);
        let emit = &mut |event: RunEvent| match event {
            RunEvent::CaseFinished(report) => reports.push(*report),
            RunEvent::Note(note) => notes.push(note),
            RunEvent::Started(_) | RunEvent::CaseCaptured(_) | RunEvent::Finished(_) => {}
        };
        let end = run(plan(&self.0.uri(), case, stopped, wrap), emit).await.unwrap();
        assert!(end.incomplete.is_none() && notes.is_empty(), "{:?} {notes:?}", end.incomplete);
        assert_eq!(reports.len(), 1, "{case}");
        reports.remove(0)
    }
}

fn plan<T>(
    uri: &str,
    case: &'static str,
    stop: watch::Receiver<Option<String>>,
    wrap: impl Fn(HttpTransport) -> T + 'static,
) -> Plan<T> {
    let endpoint = Endpoint::parse(uri).unwrap();
    let host = endpoint.authority().to_owned();
    let tls = TlsClient::new(&TlsTrust::WebPki).unwrap();
    let control = Control::default();
    let text = |text: &str| text.to_owned();
    Plan {
        options: Options {
            select: Select::new(move |names| names.first() == Some(&case)),
            record: Record::Everything,
            ..Options::default()
        },
        rules: Rc::new(Rules::built_in().unwrap()),
        suite: None,
        header: RunHeader {
            countersign: text("test"),
            revision: text("newest"),
            subject: text("wiremock"),
            endpoint: text(uri),
            seed: 0,
            gate: text("recorded"),
            cases: 0,
            invocation: String::new(),
            shard: None,
        },
        name: text("test"),
        connect: Box::new(move |_| {
            wrap(HttpTransport::new(endpoint.clone(), Limits::default(), tls.clone()))
        }),
        host,
        codes: CodeReader::new(CodeSource::Fixed(Secret::new(CODE)), Surroundings::default()),
        sign: Authoriser::new(&control).unwrap(),
        control,
        premade: None,
        pace: Pace::unlimited(),
        meter: Rc::new(Meter::new(Stopwatch::start())),
        stop,
        ledger: Ledger::in_memory(),
        origin: Origin { endpoint: text(uri), auth: text("none"), region: text("us-east-1") },
    }
}

pub(crate) fn target(operation: &'static str) -> impl Match + 'static {
    header("X-Amz-Target", format!("AWSCognitoIdentityProviderService.{operation}").as_str())
}

pub(crate) fn literal(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body.to_owned(), JSON)
}

fn wrong_code() -> ResponseTemplate {
    literal(
        400,
        r#"{"__type":"CodeMismatchException","message":"Invalid verification code provided, please try again."}"#,
    )
}

pub(crate) fn runs(scenario: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(scenario);
}

/// `REQUIREMENT aspect` of each mismatch.
pub(crate) fn differs(report: &CaseReport) -> Vec<String> {
    report.mismatches.iter().map(|it| format!("{} {}", it.requirement, it.aspect)).collect()
}

#[test]
fn a_valid_request_reaches_the_server_as_the_case_says_and_passes() {
    runs(async {
        let subject = Subject::start().await;
        subject.takes_the_right_code(literal(200, "{}")).await;
        subject.states(&["CONFIRMED"]).await;
        let report = subject.report("valid/members-0000-public").await;
        assert_eq!((report.verdict, differs(&report)), (Verdict::Pass, vec![]));
        assert_eq!(report.answer.as_deref(), Some("200"));
        let sent = subject.confirmations().await;
        assert_eq!(sent.len(), 1, "sent once and never again");
        let body: serde_json::Value = serde_json::from_slice(&sent[0].body).unwrap();
        assert_eq!((&body["ClientId"], &body["ConfirmationCode"]), (&CLIENT_ID.into(), &CODE.into()));
        let mut names: Vec<&str> = sent[0].headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["content-length", "content-type", "host", "x-amz-target"]);
    });
}

#[test]
fn a_refusal_passes_with_a_twin_that_is_confirmed() {
    runs(async {
        let subject = Subject::start().await;
        subject.confirms(wrong_code()).await;
        subject.takes_the_right_code(literal(200, "{}")).await;
        subject.states(&["UNCONFIRMED", "CONFIRMED"]).await;
        let report = subject.report("code/wrong-public").await;
        assert_eq!((report.verdict, differs(&report)), (Verdict::Pass, vec![]));
        assert_eq!(subject.confirmations().await.len(), 2, "the case and its twin");
    });
}

#[test]
fn a_server_that_refuses_every_code_is_found_by_the_twin() {
    runs(async {
        let subject = Subject::start().await;
        subject.confirms(wrong_code()).await;
        subject.states(&["UNCONFIRMED", "UNCONFIRMED"]).await;
        let report = subject.report("code/wrong-public").await;
        assert_eq!(
            (report.verdict, differs(&report)),
            (Verdict::Mismatch, vec!["CSU-CODE-001 twin".to_owned()])
        );
    });
}

#[test]
fn a_server_that_takes_every_code_is_found_by_answer_and_state() {
    runs(async {
        let subject = Subject::start().await;
        subject.confirms(literal(200, "{}")).await;
        subject.states(&["CONFIRMED"]).await;
        let report = subject.report("code/wrong-public").await;
        assert_eq!(report.verdict, Verdict::Mismatch);
        assert_eq!(differs(&report), ["CSU-CODE-001 status", "CSU-CODE-001 state"]);
    });
}

#[test]
fn a_text_that_is_only_reported_is_an_advisory() {
    runs(async {
        let subject = Subject::start().await;
        let answer = r#"{"__type":"ResourceNotFoundException","message":"Client not found."}"#;
        // The case carries the right code too: what tells it from its twin is the client.
        let unknown = move |request: &Request| {
            target("ConfirmSignUp").matches(request) && !body_string_contains(CLIENT_ID).matches(request)
        };
        subject.mount(unknown, 1, literal(400, answer)).await;
        subject.takes_the_right_code(literal(200, "{}")).await;
        subject.states(&["UNCONFIRMED", "CONFIRMED"]).await;
        let report = subject.report("client/unknown-26-public").await;
        assert_eq!(
            (report.verdict, differs(&report)),
            (Verdict::Advisory, vec!["CSU-CLIENT-001 message".to_owned()])
        );
    });
}

#[test]
fn what_nothing_is_attested_for_is_observed() {
    runs(async {
        let subject = Subject::start().await;
        subject.confirms(literal(418, "[")).await;
        subject.states(&["UNCONFIRMED"]).await;
        let report = subject.report("user/disabled-right-code-public").await;
        assert_eq!((report.verdict, differs(&report)), (Verdict::Observed, vec![]));
        assert_eq!(report.answer.as_deref(), Some("418 (not JSON)"));
    });
}

#[test]
fn a_hostile_answer_is_a_mismatch_and_reaches_no_report_unescaped_or_whole() {
    runs(async {
        let subject = Subject::start().await;
        let evil = "\u{1b}[2J\u{202e}\\u001b]0;owned\\u0007 482913 ".repeat(50_000);
        let body = format!(r#"{{"__type":"Evil\u001b[31m#{evil}","message":"{evil}"}}"#);
        let answer = literal(400, &body).insert_header("x-amzn-ErrorType", "\u{80}\u{9b}evil");
        subject.confirms(answer).await;
        subject.states(&["UNCONFIRMED"]).await;
        let report = subject.report("valid/members-0000-public").await;
        assert_eq!(report.verdict, Verdict::Mismatch);
        assert_eq!(differs(&report), ["CSU-VALID-001 status", "CSU-VALID-001 state"]);
        let shown = format!("{report:?}");
        assert!(shown.len() < 64 * 1024, "{} bytes of report", shown.len());
        let unsafe_to_print =
            |text: &str| text.chars().any(|c| c != '\n' && countersign::wire::is_unsafe_to_print(c));
        let texts = report.mismatches.iter().flat_map(|it| [&it.expected, &it.got]);
        let views = report.exchanges.iter().flat_map(|it| [&it.request, &it.response]);
        for text in texts.chain(views).chain(&report.answer) {
            assert!(!unsafe_to_print(text), "{text:?}");
            assert!(!text.contains(CODE), "{text:?}");
        }
    });
}

#[test]
fn a_redirect_is_an_answer_and_is_not_followed() {
    runs(async {
        let subject = Subject::start().await;
        let answer = literal(307, "").insert_header("Location", "/elsewhere");
        subject.confirms(answer).await;
        Mock::given(path("/elsewhere")).respond_with(literal(200, "{}")).expect(0).mount(&subject.0).await;
        subject.states(&["UNCONFIRMED"]).await;
        let report = subject.report("valid/members-0000-public").await;
        assert_eq!(differs(&report), ["CSU-VALID-001 status", "CSU-VALID-001 state"]);
        assert_eq!(subject.confirmations().await.len(), 1);
    });
}

#[test]
fn two_steps_are_answered_one_by_one_and_the_first_wrong_one_is_blamed() {
    runs(async {
        let subject = Subject::start().await;
        subject.takes_the_right_code(literal(200, "{}")).await;
        subject.states(&["CONFIRMED"]).await;
        let report = subject.report("code/spent-public").await;
        assert_eq!(
            (report.verdict, differs(&report)),
            (Verdict::Mismatch, vec!["CSU-USER-003 status".to_owned()])
        );
        assert_eq!(subject.confirmations().await.len(), 2);
    });
}

#[test]
fn a_subject_that_cannot_be_set_up_gets_no_verdict() {
    runs(async {
        for (status, body, verdict) in [
            (500, r#"{"__type":"InternalErrorException","message":"No."}"#, Verdict::Inconclusive),
            (400, r#"{"__type":"UnknownOperationException"}"#, Verdict::Uncovered),
        ] {
            let subject = Subject::start().await;
            subject.mount(target("SignUp"), 1, literal(status, body)).await;
            Mock::given(any()).respond_with(wrong_code()).with_priority(9).mount(&subject.0).await;
            let report = subject.report("code/wrong-public").await;
            assert_eq!((report.verdict, report.mismatches.len()), (verdict, 0), "{:?}", report.reason);
            assert!(subject.confirmations().await.is_empty());
        }
    });
}
