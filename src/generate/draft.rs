//! A case under construction. It decides the twin: the strategy says only where the rule does not fit.

use super::payload::Payload;
use crate::case::{
    Case, CaseId, ClientKind, Fixture, Label, Layer, Origin, Relation, Sending, Step, Twin, UserState,
    Username,
};
use crate::template::{RequestTemplate, Template};
use crate::wire::Delivery;
use std::sync::{Arc, LazyLock};

/// The members whose `null` is no defect.
const OPTIONAL: [&str; 6] =
    ["SecretHash", "ForceAliasCreation", "AnalyticsMetadata", "UserContextData", "ClientMetadata", "Session"];

/// A case under construction.
pub(super) struct Draft(Case);

impl Draft {
    /// A case of an unconfirmed user through a client without a secret.
    pub(super) fn new(group: &str, name: &str, layer: Layer) -> Self {
        Self(Case {
            id: CaseId::new(group, name),
            layer,
            origin: Origin::Model,
            fixture: Fixture::unconfirmed(ClientKind::Public),
            steps: Vec::new(),
            sending: Sending::InTurn,
            twin: None,
            relation: None,
            reason: None,
        })
    }

    /// Starts from this state.
    pub(super) fn fixture(mut self, fixture: Fixture) -> Self {
        self.0.fixture = fixture;
        self
    }

    /// Goes through such a client, with an unconfirmed user.
    pub(super) fn client(self, client: ClientKind) -> Self {
        self.fixture(Fixture::unconfirmed(client))
    }

    /// Sends this body in an ordinary request.
    pub(super) fn body(self, body: Template, labels: &[&str]) -> Self {
        self.request(RequestTemplate::confirm_sign_up(body), labels)
    }

    /// Sends this payload in an ordinary request.
    pub(super) fn payload(self, payload: &Payload, labels: &[&str]) -> Self {
        self.body(payload.template(), labels)
    }

    /// Sends this request.
    pub(super) fn request(mut self, request: RequestTemplate, labels: &[&str]) -> Self {
        self.0.steps.push(Step { request, labels: labels.iter().map(|text| label(text)).collect() });
        self
    }

    /// Must be answered the same as these requests for another user.
    pub(super) fn relation(mut self, requests: Vec<RequestTemplate>, delivery: Delivery) -> Self {
        self.0.relation = Some(Relation { requests, delivery });
        self
    }

    /// Compares with a fresh user instead of the case's own.
    pub(super) fn fresh_twin(mut self) -> Self {
        self.0.twin = Some(fresh(&self.0.fixture));
        self
    }

    /// The case, with the twin that [`twin_for`] gives unless the strategy chose one.
    pub(super) fn build(self) -> Case {
        let mut case = self.0;
        if case.twin.is_none() {
            case.twin = twin_for(&case.fixture, &case.steps);
        }
        case
    }
}

/// Reads a label out of its text.
pub(super) fn label(text: &str) -> Label {
    let mut parts = text.splitn(3, '/');
    let mut part = || parts.next().unwrap_or_default();
    Label::new(part(), part(), part())
}

/// The valid requests, one for each kind of client: nearly every case has one as its twin.
static BASES: LazyLock<Vec<(ClientKind, Arc<RequestTemplate>)>> =
    LazyLock::new(|| ClientKind::ALL.iter().map(|client| (*client, written_base(*client))).collect());

fn written_base(client: ClientKind) -> Arc<RequestTemplate> {
    Arc::new(RequestTemplate::confirm_sign_up(Payload::base(client).template()))
}

/// The valid request for the user of this fixture.
pub fn base_request(fixture: &Fixture) -> Arc<RequestTemplate> {
    let found = BASES.iter().find(|(client, _)| *client == fixture.client);
    found.map_or_else(|| written_base(fixture.client), |(_, request)| Arc::clone(request))
}

/// The valid request for a fresh, unconfirmed user beside the one of this fixture. A name that may be used only once is
/// not used again.
pub fn fresh(fixture: &Fixture) -> Twin {
    let username = match &fixture.username {
        Username::Exact(_) => Username::Plain,
        other => other.clone(),
    };
    let fixture = fixture.clone().with_user(UserState::Unconfirmed).with_username(username);
    Twin { request: base_request(&fixture), fixture: Some(fixture) }
}

/// The twin that a case needs: none where nothing was done that could be refused; a fresh user where the case's own
/// cannot be confirmed; otherwise the valid request for the case's own user.
pub fn twin_for(fixture: &Fixture, steps: &[Step]) -> Option<Twin> {
    let mut labels = steps.iter().flat_map(|step| &step.labels);
    if labels.all(is_harmless) {
        return None;
    }
    let spent = steps.iter().any(|step| step.labels.iter().all(is_harmless));
    Some(if spent || fixture.user != UserState::Unconfirmed {
        fresh(fixture)
    } else {
        Twin { fixture: None, request: base_request(fixture) }
    })
}

fn is_harmless(label: &Label) -> bool {
    match label.kind() {
        "valid" | "inspect" | "relation" | "unknown-member" => true,
        "null" => OPTIONAL.iter().any(|member| label.at().split('.').next() == Some(member)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twin(user: UserState, labels: &[&str]) -> Option<Twin> {
        let fixture = Fixture::unconfirmed(ClientKind::Secret).with_user(user);
        Draft::new("a", "b", Layer::State).fixture(fixture).body(Template::literal("{}"), labels).build().twin
    }

    #[test]
    fn a_case_without_a_defect_has_no_twin() {
        let labels = ["valid/members/none", "null/Session", "unknown-member/string", "inspect/request-id"];
        assert_eq!(twin(UserState::Unconfirmed, &labels), None);
    }

    #[test]
    fn a_defect_is_compared_with_the_same_user_as_long_as_it_can_be_confirmed() {
        assert_eq!(twin(UserState::Unconfirmed, &["null/ClientId"]).unwrap().fixture, None);
        let fresh = twin(UserState::Confirmed, &["user/confirmed"]).unwrap();
        assert_eq!(fresh.fixture, Some(Fixture::unconfirmed(ClientKind::Secret)));
    }

    #[test]
    fn a_user_confirmed_by_an_earlier_step_is_not_compared_with_itself() {
        let case = Draft::new("a", "b", Layer::Sequence)
            .body(Template::literal("{}"), &["valid/members/none"])
            .body(Template::literal("{}"), &["code/wrong"])
            .build();
        assert!(case.twin.unwrap().fixture.is_some());
    }
}
