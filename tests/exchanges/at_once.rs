//! Two confirmations at the same time: that they are, and what is made of the answers.

use crate::wire::{Subject, differs, literal, runs, target};
use countersign::event::{CaseReport, Verdict};
use countersign::replay::transport::{HttpTransport, Transport};
use countersign::wire::{Exchange, Request};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Barrier;
use wiremock::Mock;

/// Holds the first ConfirmSignUp back until a second one is about to be sent: requests in turn would wait for ever.
struct Rendezvous {
    client: HttpTransport,
    both: Rc<Barrier>,
    sent: Rc<Cell<usize>>,
}

impl Transport for Rendezvous {
    async fn send(&mut self, request: &Request) -> Exchange {
        let Request::Formed(form) = request else { panic!("an ordinary request") };
        let target = form.headers.first("x-amz-target").unwrap_or_default();
        let of_two = target.ends_with(b".ConfirmSignUp") && self.sent.replace(self.sent.get() + 1) < 2;
        if of_two {
            let met = tokio::time::timeout(Duration::from_secs(20), self.both.wait()).await;
            assert!(met.is_ok(), "the second request waits for the answer to the first");
        }
        self.client.send(request).await
    }
}

/// What is said of a server that gives these two answers, in the order in which the requests arrive.
async fn answered(first: (u16, &str), second: (u16, &str), state: &str) -> CaseReport {
    let subject = Subject::start().await;
    for (priority, (status, body)) in (1..).zip([first, second]) {
        let mock = Mock::given(target("ConfirmSignUp")).respond_with(literal(status, body));
        subject.add(mock.up_to_n_times(1).with_priority(priority)).await;
    }
    // The twin is a fresh user's right code.
    subject.mount(target("ConfirmSignUp"), 9, literal(200, "{}")).await;
    subject.states(&[state, "CONFIRMED"]).await;
    let (both, sent) = (Rc::new(Barrier::new(2)), Rc::new(Cell::new(0)));
    let wrap = move |client| Rendezvous { client, both: Rc::clone(&both), sent: Rc::clone(&sent) };
    subject.report_over("sequence/right-code-twice-at-once-public", wrap).await
}

const YES: (u16, &str) = (200, "{}");
const CONFIRMED: (u16, &str) = (
    400,
    r#"{"__type":"NotAuthorizedException","message":"User cannot be confirmed. Current status is CONFIRMED"}"#,
);

#[test]
fn whichever_of_two_is_accepted_counts_as_the_first() {
    runs(async {
        for (first, second) in [(YES, CONFIRMED), (CONFIRMED, YES)] {
            let report = answered(first, second, "CONFIRMED").await;
            assert_eq!((report.verdict, differs(&report)), (Verdict::Pass, vec![]));
        }
    });
}

#[test]
fn two_successes_are_noted_and_fail_nobody() {
    runs(async {
        let report = answered(YES, YES, "CONFIRMED").await;
        assert_eq!(
            (report.verdict, differs(&report)),
            (Verdict::Advisory, vec!["CSU-USER-012 status".to_owned()])
        );
    });
}

#[test]
fn two_refusals_and_a_success_that_confirms_nobody_are_mismatches() {
    runs(async {
        let refused = answered(CONFIRMED, CONFIRMED, "UNCONFIRMED").await;
        assert_eq!(
            (refused.verdict, differs(&refused)),
            (Verdict::Mismatch, vec!["CSU-VALID-001 status".to_owned()])
        );
        let lost = answered(YES, CONFIRMED, "UNCONFIRMED").await;
        assert_eq!(
            (lost.verdict, differs(&lost)),
            (Verdict::Mismatch, vec!["CSU-USER-012 state".to_owned()])
        );
    });
}
