//! What holds of every form.

use crate::sample::{
    HOSTILE, PROBLEM, assert_printable, cases, context, header, hostile, hostile_context, run_ending,
    run_with, sample, with_wrong_list, written,
};
use countersign::event::{RunEnd, StateNotJudged};
use countersign::report::{Context, Form, Run};

#[test]
fn no_form_holds_anything_that_a_terminal_would_obey() {
    for form in Form::ALL {
        let text = written(form.name(), &hostile(), &hostile_context());
        assert_printable(&text);
        assert!(!text.is_empty(), "{form:?}");
    }
}

#[test]
fn a_form_depends_on_neither_the_order_of_the_cases_nor_the_times() {
    let mut turned = cases();
    turned.reverse();
    for form in Form::ALL.iter().filter(|form| form.name() != "json") {
        let text = written(form.name(), &sample(), &context());
        assert_eq!(text, written(form.name(), &run_with(header(), turned.clone(), None), &context()));
    }
}

#[test]
fn a_run_that_was_cut_says_so_in_every_form_that_has_a_word_for_it() {
    let cut = run_with(header(), cases(), Some("stopped by SIGINT"));
    for form in ["json", "junit", "sarif", "md"] {
        assert!(written(form, &cut, &context()).contains("stopped by SIGINT"), "{form}");
    }
    assert!(written("badge", &cut, &context()).contains("incomplete"));
}

#[test]
fn a_list_of_known_failures_that_is_wrong_is_told_in_every_form_that_has_a_word_for_it() {
    for form in ["json", "junit", "sarif", "md"] {
        assert!(written(form, &with_wrong_list(), &context()).contains(PROBLEM), "{form}");
    }
    assert!(written("badge", &with_wrong_list(), &context()).contains("1/1 stale"));
}

#[test]
fn a_state_that_was_not_judged_is_told_in_every_form_that_has_a_word_for_it() {
    let state = StateNotJudged { cases: 2, reason: "no AdminGetUser".into() };
    let run = run_ending(RunEnd { state_not_judged: Some(state), ..RunEnd::default() });
    for form in ["json", "sarif", "md"] {
        assert!(written(form, &run, &context()).contains("no AdminGetUser"), "{form}");
    }
    for form in ["sarif", "md"] {
        let text = written(form, &run, &context());
        assert!(text.contains("tate not judged in 2 cases: "), "{form}: {text}");
    }
}

#[test]
fn a_run_that_never_started_can_be_written_in_every_form() {
    for form in Form::ALL {
        assert!(!written(form.name(), &Run::default(), &Context::default()).is_empty(), "{form:?}");
    }
}

#[test]
fn no_form_reads_hostile_text_as_its_own_markup() {
    for form in ["junit", "badge"] {
        let text = written(form, &hostile(), &hostile_context());
        assert!(!text.contains("<script") && !text.contains("<img") && !text.contains("<!--"), "{form}");
    }
    for form in ["json", "sarif", "har"] {
        let text = written(form, &hostile(), &hostile_context());
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
    }
    assert!(HOSTILE.contains("<script") && HOSTILE.contains("<!--"));
}

#[test]
fn an_unknown_form_is_answered_with_the_known_ones() {
    let error = "xml".parse::<Form>().unwrap_err();
    assert_eq!(error, "allowed: `json`, `junit`, `sarif`, `md`, `har`, `badge`");
}
