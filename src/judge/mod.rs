//! Expectation × exchange → verdict. Knows neither terminal nor sockets, and no subject by name.

mod answer;
mod aspects;
mod attempts;
mod judgement;
mod known;
mod observation;
mod relation;
mod set_aside;
mod text;
mod twin;
mod validation_message;
mod view;

pub use answer::{Answer, ErrorMessage};
pub use attempts::flaky;
pub use judgement::{Judgement, judge};
pub use known::{Values, judge_known};
pub use observation::{Observation, OtherObservation, TwinObservation};
pub use set_aside::set_aside;
pub use validation_message::{ListedViolation, parse_validation_message};
pub use view::{as_viewed, view, view_as_sent};
