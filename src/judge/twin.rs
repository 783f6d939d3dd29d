//! The twin that shows that a refusal has the right reason.

use super::answer::Answer;
use super::aspects::Bench;
use crate::event::{AspectName, Mismatch};
use crate::requirement::Effect;
use crate::wire::Exchange;

/// The right-reason rule: a refusal counts only if the same request without its defect is answered otherwise.
pub(super) fn judge_twin(bench: &Bench<'_>, exchange: &Exchange) -> Option<Mismatch> {
    let twin = bench.observation.twin?;
    if bench.expectation.effect != Effect::Refused {
        return None;
    }
    let summary = |exchange: &Exchange| match &exchange.answer {
        Ok(response) => Answer::read(response).summary(),
        Err(fault) => fault.to_string(),
    };
    let confirmed =
        twin.state.and_then(|state| state.get("user.status")).is_none_or(|status| status == "CONFIRMED");
    let accepted =
        confirmed && twin.exchange.answer.as_ref().is_ok_and(|response| Answer::read(response).is_success());
    let (case, other) = (summary(exchange), summary(twin.exchange));
    let expected = match (twin.must_be_accepted, accepted || case != other) {
        (true, _) if !accepted => "the same request without the defect is accepted".to_owned(),
        (false, false) => "the same request without the defect is answered otherwise".to_owned(),
        _ => return None,
    };
    let got = if confirmed { other } else { format!("{other}, and the user is not confirmed") };
    bench.of_strongest(AspectName::Twin, expected, got)
}
