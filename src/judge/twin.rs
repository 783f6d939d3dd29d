//! The twin that shows that a refusal has the right reason.

use super::answer::Answer;
use super::aspects::Bench;
use super::judgement::Read;
use crate::event::{AspectName, Mismatch};
use crate::requirement::Effect;
use crate::template::Bindings;

/// The right-reason rule: a refusal counts only if the same request without its defect is answered otherwise.
pub(super) fn judge_twin(bench: &Bench<'_>, answer: &Read<'_>) -> Option<Mismatch> {
    let twin = bench.observation.twin?;
    if bench.expectation.effect != Effect::Refused {
        return None;
    }
    let summary = |answer: &Read<'_>, bindings: &Bindings| match answer {
        Ok(answer) => answer.summary(bindings),
        Err(fault) => fault.to_string(),
    };
    let twins = twin.exchange.answer.as_ref().map(Answer::read);
    let confirmed =
        twin.state.and_then(|state| state.get("user.status")).is_none_or(|status| status == "CONFIRMED");
    let accepted = confirmed && twins.as_ref().is_ok_and(Answer::is_success);
    let (case, other) = (summary(answer, bench.observation.bindings), summary(&twins, twin.bindings));
    let expected = match (twin.must_be_accepted, accepted || case != other) {
        (true, _) if !accepted => "the same request without the defect is accepted".to_owned(),
        (false, false) => "the same request without the defect is answered otherwise".to_owned(),
        _ => return None,
    };
    let got = if confirmed { other } else { format!("{other}, and the user is not confirmed") };
    bench.of_strongest(AspectName::Twin, expected, got)
}
