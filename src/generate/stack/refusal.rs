//! Requests that are refused without any trace, to be sent before others.

use crate::case::ClientKind;
use crate::generate::payload::Payload;
use crate::generate::value;
use crate::seed::Rng;
use crate::template::{Binding, CodeForm, RequestTemplate, Segment, Template};

/// One of them, with what was done.
pub(super) fn any(client: ClientKind, rng: &mut Rng) -> (RequestTemplate, Vec<String>) {
    let base = Payload::base(client);
    let (body, label) = match rng.below(5) {
        0 => (wrong_code(client), "code/wrong"),
        1 => (cut(base.template()), "json/truncated-drawn"),
        2 => (base.without("ConfirmationCode").template(), "absent/ConfirmationCode"),
        3 => (base.with("Username", value::repeated("u", 129)).template(), "too-long/Username/129"),
        _ => {
            let id = value::text("1example23456789abcdefghij");
            (base.with("ClientId", id).template(), "client/unknown")
        }
    };
    (RequestTemplate::confirm_sign_up(body), vec![label.to_owned()])
}

/// The body with a wrong code.
pub(super) fn wrong_code(client: ClientKind) -> Template {
    let code = value::bound(Binding::Code(CodeForm::Wrong));
    Payload::base(client).with("ConfirmationCode", code).template()
}

/// A body without its last bytes.
fn cut(mut body: Template) -> Template {
    if let Some(Segment::Literal(last)) = body.0.last_mut() {
        last.clear();
    }
    body
}
