//! Runs the suite in process: no sockets, any subject that is a function.

use countersign::clock::Stopwatch;
use countersign::event::{CaseReport, RunEnd, RunEvent, RunHeader};
use countersign::harness::{HarnessError, Meter, Options, Plan, Rules, run};
use countersign::provision::{Authoriser, Ledger, Origin, Premade};
use countersign::reference::{State, handle};
use countersign::replay::pace::Pace;
use countersign::replay::transport::InProcess;
use countersign::seed::Seed;
use countersign::subject::{CodeReader, Profile, Surroundings};
use countersign::wire::{Headers, Request, RequestForm, Response};
use std::cell::RefCell;
use std::rc::Rc;
use tokio::sync::watch;

/// A subject: what it answers to a request, given what the reference server would answer.
pub(crate) type Subject = Rc<dyn Fn(&Request, &mut dyn FnMut() -> Response) -> Response>;

/// The reference server itself.
pub(crate) fn reference() -> Subject {
    Rc::new(|_, reference| reference())
}

/// A subject whose set-up calls work and whose ConfirmSignUp answers as `answer` says.
pub(crate) fn confirming_as(answer: impl Fn(&RequestForm) -> Response + 'static) -> Subject {
    Rc::new(move |request, reference| match request {
        Request::Formed(form) if is_confirmation(form) => answer(form),
        _ => reference(),
    })
}

/// Whatever is not a set-up call is meant as a confirmation, however it is addressed.
pub(crate) fn is_confirmation(form: &RequestForm) -> bool {
    let set_up = ["CreateUserPool", "DeleteUserPool", "SignUp", "Resend", "Admin", "ListUserPools"];
    let target = form.headers.first("x-amz-target").map(String::from_utf8_lossy).unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let inspection = form.method == "GET" && form.target.starts_with(b"/_countersign/");
    !inspection && !set_up.iter().any(|name| operation.starts_with(name))
}

/// An answer with the usual headers.
pub(crate) fn answer(status: u16, content_type: &str, body: &str) -> Response {
    let mut headers = Headers::default();
    headers.push("Content-Type", content_type.to_owned());
    Response { status, reason: Vec::new(), headers, body: body.to_owned().into() }
}

/// What a run came to.
pub(crate) struct Outcome {
    /// The header.
    pub(crate) header: Option<RunHeader>,
    /// The reports, in the order of the suite.
    pub(crate) cases: Vec<CaseReport>,
    /// How it ended.
    pub(crate) end: Result<RunEnd, HarnessError>,
}

/// Runs the suite against `subject`.
pub(crate) fn run_against(subject: &Subject, options: Options, premade: Option<Premade>) -> Outcome {
    let state = Rc::new(RefCell::new(State::new(Seed::DEFAULT)));
    run_with_state(subject, options, premade, state)
}

/// Runs the suite of these rules against `subject`.
pub(crate) fn run_with_rules(subject: &Subject, options: Options, rules: Rules) -> Outcome {
    run_in((subject, rules), options, None, Rc::new(RefCell::new(State::new(Seed::DEFAULT))))
}

/// Runs the suite against `subject` in a given state of the reference server.
pub(crate) fn run_with_state(
    subject: &Subject,
    options: Options,
    premade: Option<Premade>,
    state: Rc<RefCell<State>>,
) -> Outcome {
    run_in((subject, Rules::built_in().unwrap()), options, premade, state)
}

fn run_in(
    (subject, rules): (&Subject, Rules),
    options: Options,
    premade: Option<Premade>,
    state: Rc<RefCell<State>>,
) -> Outcome {
    let profile = Profile::find("reference").unwrap();
    let connect = {
        let subject = Rc::clone(subject);
        move |_| {
            let (subject, state) = (Rc::clone(&subject), Rc::clone(&state));
            let send: Box<dyn FnMut(&Request) -> Response> = Box::new(move |request: &Request| {
                let mut response = subject(request, &mut || match request {
                    Request::Formed(form) => handle(&mut state.borrow_mut(), form, 0),
                    Request::Raw(_) => answer(400, "text/plain", ""),
                });
                // What a listener adds.
                response.headers.push("Content-Length", response.body.len().to_string());
                response
            });
            InProcess::new(send)
        }
    };
    let (_stop, stopped) = watch::channel(None);
    let surroundings = Surroundings { endpoint: "http://in-process".into(), ..Surroundings::default() };
    let plan = Plan {
        options,
        rules: Rc::new(rules),
        suite: None,
        header: RunHeader {
            countersign: "test".into(),
            revision: "newest".into(),
            subject: "test".into(),
            endpoint: "http://in-process".into(),
            seed: 0,
            gate: "recorded".into(),
            cases: 0,
            invocation: String::new(),
            shard: None,
        },
        name: "test".into(),
        connect: Box::new(connect),
        host: "in-process".into(),
        codes: CodeReader::new(profile.code.clone(), surroundings),
        sign: Authoriser::new(&profile.control).unwrap(),
        control: profile.control,
        premade,
        pace: Pace::unlimited(),
        meter: Rc::new(Meter::new(Stopwatch::start())),
        stop: stopped,
        ledger: Ledger::in_memory(),
        origin: Origin {
            endpoint: "http://in-process".into(),
            auth: "none".into(),
            region: "us-east-1".into(),
        },
    };
    let (mut cases, mut header) = (Vec::new(), None);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let end = runtime.block_on(run(plan, &mut |event| match event {
        RunEvent::Started(started) => header = Some(*started),
        RunEvent::CaseFinished(report) => cases.push(*report),
        RunEvent::Note(note) => panic!("{note}"),
        RunEvent::Finished(_) | RunEvent::CaseCaptured(_) => {}
    }));
    cases.sort_by_key(|report| (report.round, report.index));
    Outcome { header, cases, end }
}
