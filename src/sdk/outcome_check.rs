//! What an SDK made of the answers, against what the case expects. Knows nothing of the bytes.

use super::case::{End, Expected, Feature, Level, SdkCase};
use super::check::Check;
use super::finding::Finding;
use super::json::Json;
use super::protocol::{Hello, Kind, Outcome, ServiceError};
use super::recording::Recording;
use super::text::{BODY_SHOWN_MAX, value};

/// The members of the output shape.
const OUTPUT_MEMBERS: &[&str] = &["Session"];

/// What is wrong with the outcome of a case.
pub(super) fn outcome_findings(
    case: &SdkCase,
    hello: &Hello,
    outcome: &Outcome,
    recording: &Recording,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(unasked(case, outcome, recording));
    for (level, expected) in case.expected() {
        let mut looking = Looking { level, evidence: &case.evidence, findings: &mut findings };
        looking.end(expected.end, outcome);
        looking.own_error(expected, outcome);
        match outcome {
            Outcome::Output { output, request_id } => {
                looking.output(expected, hello, output);
                looking.request_id(expected, hello, request_id.as_deref());
            }
            Outcome::ServiceError(error) => {
                looking.error(expected, hello, error);
                looking.request_id(expected, hello, error.request_id.as_deref());
            }
            Outcome::ClientError { .. } | Outcome::Unsupported(_) | Outcome::DriverError(_) => {}
        }
        looking.code(expected, outcome);
        looking.attempts(expected, recording);
    }
    findings
}

/// A service that was never asked has said nothing: who tells of its answer all the same has made it up, and who tells of an
/// error of its own has shown nothing of what it makes of the answer. An SDK may refuse an input.
fn unasked(case: &SdkCase, outcome: &Outcome, recording: &Recording) -> Option<Finding> {
    let of_answer = |expected: &Expected| matches!(expected.end, Some(End::Error | End::ServiceError));
    let level = match outcome {
        _ if recording.count() > 0 => return None,
        Outcome::Output { .. } | Outcome::ServiceError(_) => Level::Must,
        Outcome::ClientError { .. } => case.expected().find(|(_, expected)| of_answer(expected))?.0,
        Outcome::Unsupported(_) | Outcome::DriverError(_) => return None,
    };
    let finding = Finding::of_every_request(Check::Sent, "a request".into(), format!("none, and {outcome}"));
    Some(Finding { level, ..finding })
}

struct Looking<'a> {
    level: Level,
    evidence: &'a [String],
    findings: &'a mut Vec<Finding>,
}

impl Looking<'_> {
    fn wrong(&mut self, check: Check, expected: impl Into<String>, got: impl Into<String>) {
        let (level, evidence) = (self.level, self.evidence.to_vec());
        self.findings.push(Finding { check, level, evidence, expected: expected.into(), got: got.into() });
    }

    fn end(&mut self, end: Option<End>, outcome: &Outcome) {
        let is_output = matches!(outcome, Outcome::Output { .. });
        match end {
            Some(End::Output) if !is_output => self.wrong(Check::Success, "an output", outcome.to_string()),
            Some(End::Error) if is_output => self.wrong(Check::Failure, "an error", outcome.to_string()),
            Some(End::ServiceError) if !matches!(outcome, Outcome::ServiceError(_)) => {
                self.wrong(Check::Failure, "an error of the service", outcome.to_string());
            }
            _ => {}
        }
    }

    fn own_error(&mut self, expected: &Expected, outcome: &Outcome) {
        if expected.own_error && matches!(outcome, Outcome::ClientError { kind: Kind::Raw, .. }) {
            self.wrong(Check::OwnError, "an error of the SDK's", outcome.to_string());
        }
    }

    fn output(&mut self, expected: &Expected, hello: &Hello, output: &Json) {
        if let Some(session) = &expected.session
            && hello.features.contains(&Feature::Session)
        {
            let got = output.member("Session");
            let is_right =
                if session.is_empty() { got.is_none() } else { got.and_then(Json::text) == Some(session) };
            if !is_right {
                let wanted =
                    if session.is_empty() { "no Session".to_owned() } else { format!("`{session}`") };
                let got = got.map_or_else(|| "no Session".to_owned(), |got| value(&got.to_string()));
                self.wrong(Check::Session, wanted, got);
            }
        }
        if let (true, Json::Object(members)) = (expected.modelled, output) {
            let surplus: Vec<String> = members
                .iter()
                .filter(|(name, _)| !OUTPUT_MEMBERS.contains(&name.as_str()))
                .map(|(name, _)| format!("`{}`", value(name)))
                .collect();
            if !surplus.is_empty() {
                // Each of them is escaped and cut; their number is the SDK's.
                let got: String = surplus.join(", ").chars().take(BODY_SHOWN_MAX).collect();
                self.wrong(Check::Members, "the members of the output shape", got);
            }
        }
    }

    fn request_id(&mut self, expected: &Expected, hello: &Hello, got: Option<&str>) {
        if let Some(id) = &expected.request_id
            && hello.features.contains(&Feature::RequestId)
            && got != Some(id)
        {
            let got = got.map_or_else(|| "none".to_owned(), |got| format!("`{}`", value(got)));
            self.wrong(Check::RequestId, format!("`{id}`"), got);
        }
    }

    /// The type, whoever tells it: an error that is not told as the service's has none.
    fn code(&mut self, expected: &Expected, outcome: &Outcome) {
        let Some(code) = &expected.code else { return };
        let got = match outcome {
            Outcome::ServiceError(error) if error.code.as_ref() == Some(code) => return,
            Outcome::ServiceError(error) => error
                .code
                .as_deref()
                .map_or_else(|| "no type".to_owned(), |code| format!("`{}`", value(code))),
            other => other.to_string(),
        };
        self.wrong(Check::Type, format!("`{code}`"), got);
    }

    fn error(&mut self, expected: &Expected, hello: &Hello, error: &ServiceError) {
        if let Some(message) = &expected.message
            && error.message.as_ref() != Some(message)
        {
            let got = error
                .message
                .as_deref()
                .map_or_else(|| "none".to_owned(), |text| format!("`{}`", value(text)));
            self.wrong(Check::Message, format!("`{}`", value(message)), got);
        }
        if expected.typed && hello.features.contains(&Feature::TypedErrors) && !error.typed {
            let class = error.class.as_deref().unwrap_or("another class");
            self.wrong(Check::Typed, "the class of the error", format!("`{}`", value(class)));
        }
        if hello.features.contains(&Feature::Fields) {
            for (name, wanted) in &expected.fields {
                let got = error.fields.as_ref().and_then(|fields| fields.get(name));
                if got.and_then(Json::text) != Some(wanted) {
                    let got = got.map_or_else(|| "none".to_owned(), |got| value(&got.to_string()));
                    self.wrong(Check::Fields, format!("`{name}` = `{wanted}`"), got);
                }
            }
        }
    }

    fn attempts(&mut self, expected: &Expected, recording: &Recording) {
        let count = recording.count();
        let plural =
            |count: usize| if count == 1 { "1 attempt".to_owned() } else { format!("{count} attempts") };
        if let Some(wanted) = expected.attempts.filter(|wanted| *wanted != count) {
            self.wrong(Check::Attempts, plural(wanted), plural(count));
        }
        if let Some(most) = expected.attempts_max.filter(|most| count > *most) {
            self.wrong(Check::NoRetry, format!("at most {}", plural(most)), plural(count));
        }
        if let Some(least) = expected.attempts_min.filter(|least| count < *least) {
            self.wrong(Check::Retry, format!("at least {}", plural(least)), plural(count));
        }
        if let (Some(pause), [first, second, ..]) = (expected.pause_min, recording.attempts.as_slice()) {
            let waited = second.at.saturating_sub(first.at);
            if waited < pause {
                // How much less differs from run to run; the attempts tell it.
                self.wrong(Check::Pause, format!("at least {} ms", pause.as_millis()), "less");
            }
        }
    }
}
