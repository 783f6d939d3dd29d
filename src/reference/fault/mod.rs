//! Planted faults: ways in which the server can be made to be wrong, one at a time, to find out whether the suite notices.
//! A server that nobody plants anything in has none.
//!
//! A fault sits in one of three places: in how a request is [read](Reading), in what is [checked](Slip) or
//! [constrained](Laxity), or in how the answer is [written](Form). Nothing in here knows how a fault is found.

mod choke;
mod constraint;
mod form;
mod hooks;
mod listing;
mod reading;
mod slip;
mod slip_code;
mod slip_hash;

pub use choke::{Collapse, Trigger};
pub use constraint::{Laxity, Member};
pub use form::Form;
pub use listing::Listing;
pub use reading::Reading;
pub use slip::Slip;
pub use slip_code::CodeSlip;
pub use slip_hash::HashSlip;

pub(super) use hooks::Planted;
pub(super) use reading::Memory;

use crate::wire::{RequestForm, Response};

/// What is wrong with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A request is read in another way.
    Reading(Reading),
    /// A member is constrained otherwise.
    Constraint(Member, Laxity),
    /// The code is compared in another way.
    Code(CodeSlip),
    /// The secret hash is compared in another way.
    Hash(HashSlip),
    /// Something else is looked up, checked or done otherwise.
    Slip(Slip),
    /// The answer is written in another way.
    Form(Form),
    /// What is wrong with a request is listed in another way.
    Listing(Listing),
    /// The server gives up on some requests.
    Chokes(Trigger, Collapse),
    /// The server gives up on some requests after it has done what they ask, whatever their content type.
    ChokesLate(Trigger, Collapse),
}

impl Fault {
    /// Answers `request` with `answer`, and disturbs what goes in and what comes out.
    pub(super) fn around(
        self,
        memory: &mut Memory,
        request: &RequestForm,
        answer: impl FnOnce(&RequestForm) -> Response,
    ) -> Response {
        match self {
            Self::Reading(reading) => answer(&reading.read(memory, request)),
            Self::Form(form) => form.write(answer(request)),
            Self::Listing(listing) => listing.write(answer(request)),
            Self::Chokes(trigger, collapse) if trigger.is_met(request) => collapse.response(),
            Self::ChokesLate(trigger, collapse) if trigger.is_met(request) => {
                answer(&Reading::AnyContentType.read(memory, request));
                collapse.response()
            }
            Self::Constraint(..)
            | Self::Code(_)
            | Self::Hash(_)
            | Self::Slip(_)
            | Self::Chokes(..)
            | Self::ChokesLate(..) => answer(request),
        }
    }
}
