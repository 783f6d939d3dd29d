//! Provisioning from outside, against a small in-test user pool service.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper of a test fails by a panic, as the test does"
)]

use countersign::case::{ClientKind, Fixture, PoolKind, UserState, Username};
use countersign::provision::{
    Authoriser, ControlPlane, Demand, Ledger, Left, Origin, Premade, ProvisionError, Provisioned,
    Provisioner, Shared, sweep,
};
use countersign::replay::transport::Transport;
use countersign::secret_hash::{HashForm, Secret, secret_hash};
use countersign::seed::Seed;
use countersign::subject::{
    Auth, CodeReader, CodeSource, Control, Credentials, Operation, Surroundings, UsernameStyle,
};
use countersign::template::{Binding, CodeForm};
use countersign::wire::{Exchange, Headers, Request, RequestForm, Response, WireFault};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

/// A rule that answers a call in place of the service.
type Rule = fn(&str, &Value) -> Option<Result<(u16, Value), WireFault>>;

/// A user pool service that knows just enough.
#[derive(Default)]
struct Service {
    calls: Vec<(String, Value)>,
    users: BTreeMap<String, (String, u32)>,
    pools: u32,
    clients: u32,
    rule: Option<Rule>,
    ledger: Option<PathBuf>,
    ledger_at_creation: Vec<String>,
    /// How many users there must be before a code is told.
    tells_codes_from: usize,
}

impl Service {
    fn operations(&self) -> Vec<&str> {
        self.calls.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn body(&self, operation: &str) -> &Value {
        &self.calls.iter().find(|(name, _)| name == operation).unwrap().1
    }

    fn answer(&mut self, operation: &str, body: &Value) -> (u16, Value) {
        let name = body["Username"].as_str().unwrap_or_default().to_owned();
        match operation {
            "CreateUserPool" => {
                self.pools += 1;
                if let Some(path) = &self.ledger {
                    self.ledger_at_creation.push(std::fs::read_to_string(path).unwrap());
                }
                (200, json!({ "UserPool": { "Id": format!("pool_{}", self.pools) } }))
            }
            "CreateUserPoolClient" => {
                self.clients += 1;
                let mut client = json!({ "ClientId": format!("client{}", self.clients) });
                if body["GenerateSecret"] == true {
                    client["ClientSecret"] = json!("s3cr3t");
                }
                (200, json!({ "UserPoolClient": client }))
            }
            "SignUp" => {
                self.users.insert(name.clone(), ("UNCONFIRMED".into(), 0));
                (200, json!({ "UserSub": format!("sub-of-{name}") }))
            }
            "ResendConfirmationCode" => {
                self.users.get_mut(&name).unwrap().1 += 1;
                (200, json!({}))
            }
            "ConfirmSignUp" | "AdminConfirmSignUp" => {
                self.users.get_mut(&name).unwrap().0 = "CONFIRMED".into();
                (200, json!({}))
            }
            "AdminGetUser" => {
                let status = &self.users[&name].0;
                let verified =
                    json!([{ "Name": "email_verified", "Value": (status == "CONFIRMED").to_string() }]);
                (200, json!({ "UserStatus": status, "Enabled": true, "UserAttributes": verified }))
            }
            _ => (200, json!({})),
        }
    }
}

impl Transport for &mut Service {
    async fn send(&mut self, request: &Request) -> Exchange {
        let Request::Formed(form) = request else { panic!("an ordinary request") };
        let answer = if form.method == "GET" {
            let target = String::from_utf8(form.target.to_vec()).unwrap();
            let name = target.rsplit('/').next().unwrap();
            let tells = self.users.len() >= self.tells_codes_from;
            let code = self.users.get(name).filter(|_| tells).map(|(_, resent)| format!("{resent}-{name}"));
            Ok((200, json!({ "Code": code })))
        } else {
            let target = std::str::from_utf8(form.headers.first("x-amz-target").unwrap()).unwrap();
            let operation = target.strip_prefix("AWSCognitoIdentityProviderService.").unwrap().to_owned();
            let body: Value = serde_json::from_slice(&form.body).unwrap();
            self.calls.push((operation.clone(), body.clone()));
            let ruled = self.rule.and_then(|rule| rule(&operation, &body));
            ruled.unwrap_or_else(|| Ok(self.answer(&operation, &body)))
        };
        Exchange {
            request: request.clone(),
            answer: answer.map(|(status, body)| Response {
                status,
                reason: Vec::new(),
                headers: Headers::default(),
                body: body.to_string().into(),
            }),
            latency: Duration::ZERO,
        }
    }
}

fn origin() -> Origin {
    Origin { endpoint: "http://h".into(), auth: "none".into(), region: "us-east-1".into() }
}

#[expect(clippy::unnecessary_wraps, reason = "the type of what a rule answers")]
fn refused(error_type: &str) -> Result<(u16, Value), WireFault> {
    Ok((400, json!({ "__type": error_type, "message": "no" })))
}

/// A world with the service behind it.
struct World {
    service: Service,
    control: Control,
    source: CodeSource,
}

impl World {
    fn new() -> Self {
        Self {
            service: Service::default(),
            control: Control::default(),
            source: CodeSource::Http { url: "/codes/${pool_id}/${username}".into(), pointer: "/Code".into() },
        }
    }

    fn provision(&mut self, fixture: &Fixture, needs: &[Binding]) -> Result<Provisioned, ProvisionError> {
        self.with_state(fixture, needs).map(|(user, _)| user)
    }

    fn with_state(
        &mut self,
        fixture: &Fixture,
        needs: &[Binding],
    ) -> Result<(Provisioned, BTreeMap<String, String>), ProvisionError> {
        block_on(async {
            let mut plane = ControlPlane::new(&mut self.service, "h", &self.control, || 0)?;
            let mut demand = Demand::default();
            demand.add(fixture, needs);
            let mut ledger = Ledger::in_memory();
            let shared = Shared::create(&mut plane, &mut ledger, &origin(), "run", &demand).await?;
            let reader = CodeReader::new(self.source.clone(), Surroundings::default());
            let provisioner = Provisioner { shared: &shared, codes: &reader, style: self.control.username };
            let user = provisioner.provision(&mut plane, fixture, needs, Seed(1)).await?;
            let state = Provisioner::state(&mut plane, &user).await?;
            Ok((user, state))
        })
    }
}

const RIGHT: Binding = Binding::Code(CodeForm::Right);

fn in_state(state: UserState) -> Fixture {
    Fixture::unconfirmed(ClientKind::Public).with_user(state)
}

#[test]
fn each_state_is_brought_about_by_the_calls_that_it_needs_and_no_others() {
    for (state, calls) in [
        (UserState::Unconfirmed, "SignUp AdminGetUser"),
        (UserState::Absent, ""),
        (UserState::Confirmed, "SignUp ConfirmSignUp AdminGetUser"),
        (UserState::AdminConfirmed, "SignUp AdminConfirmSignUp AdminGetUser"),
        (UserState::Disabled, "SignUp AdminDisableUser AdminGetUser"),
        (UserState::Deleted, "SignUp AdminDeleteUser"),
        (UserState::OtherPool, "CreateUserPool CreateUserPoolClient SignUp AdminGetUser"),
        (UserState::AliasTaken, "SignUp ConfirmSignUp SignUp AdminGetUser AdminGetUser"),
    ] {
        let mut world = World::new();
        world.provision(&in_state(state), &[]).unwrap();
        let made = format!("CreateUserPool CreateUserPoolClient {calls}");
        assert_eq!(world.service.operations().join(" "), made.trim_end(), "{state}");
    }
}

#[test]
fn a_confirmed_user_was_confirmed_with_the_right_code_and_secret_hash() {
    let mut world = World::new();
    let fixture = Fixture::unconfirmed(ClientKind::Secret).with_user(UserState::Confirmed);
    let (user, state) = world.with_state(&fixture, &[]).unwrap();
    let body = world.service.body("ConfirmSignUp");
    let name = &user.bindings.username;
    assert_eq!(body["ConfirmationCode"], format!("0-{name}"));
    assert_eq!(body["SecretHash"], secret_hash(&Secret::new("s3cr3t"), name, "client1"));
    assert_eq!(world.service.body("SignUp")["SecretHash"], body["SecretHash"]);
    let state: Vec<String> = state.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(state.join(" "), "user.email_verified=true user.enabled=true user.status=CONFIRMED");
}

#[test]
fn the_contender_for_an_alias_has_the_address_of_its_confirmed_holder() {
    let mut world = World::new();
    let fixture = in_state(UserState::AliasTaken).with_pool(PoolKind::EmailAlias);
    let (_, state) = world.with_state(&fixture, &[]).unwrap();
    let addresses: Vec<&Value> = world
        .service
        .calls
        .iter()
        .filter(|(name, _)| name == "SignUp")
        .map(|(_, body)| &body["UserAttributes"][0]["Value"])
        .collect();
    assert_eq!(addresses[0], addresses[1]);
    assert_eq!(
        (state["holder.email_verified"].as_str(), state["user.status"].as_str()),
        ("true", "UNCONFIRMED")
    );
    assert_eq!(world.service.body("CreateUserPool")["AliasAttributes"], json!(["email"]));
}

#[test]
fn where_a_code_is_not_found_another_user_is_tried_once() {
    let mut world = World::new();
    world.service.tells_codes_from = 2;
    let user = world.provision(&in_state(UserState::Unconfirmed), &[RIGHT]).unwrap();
    let codes = world.service.users.keys().map(|name| format!("0-{name}"));
    assert!(codes.into_iter().any(|code| code == user.bindings.code.as_ref().unwrap().reveal()));
    assert_eq!(world.service.users.len(), 2);

    let mut world = World::new();
    world.service.tells_codes_from = 9;
    let error = world.provision(&in_state(UserState::Unconfirmed), &[RIGHT]).unwrap_err();
    assert!(error.to_string().contains("no confirmation code within 3000 ms"), "{error}");
    assert_eq!(world.service.users.len(), 2);
}

#[test]
fn a_refusal_that_repeats_what_was_sent_is_told_without_it() {
    let mut world = World::new();
    world.service.rule = Some(|operation, body| {
        let echo = format!("`{}` and `{}`", body["ConfirmationCode"], body["SecretHash"]);
        let refusal = json!({ "__type": format!("No-{}", body["SecretHash"]), "message": echo });
        (operation == "ConfirmSignUp").then_some(Ok((400, refusal)))
    });
    let fixture = Fixture::unconfirmed(ClientKind::Secret).with_user(UserState::Confirmed);
    let error = world.provision(&fixture, &[]).unwrap_err().to_string();
    let sent = world.service.body("ConfirmSignUp");
    for member in ["ConfirmationCode", "SecretHash"] {
        assert!(!error.contains(sent[member].as_str().unwrap()), "{error}");
    }
    assert!(error.contains("type `No-\"[SecretHash]\"`, message `"), "{error}");
}

#[test]
fn an_alias_that_is_refused_at_sign_up_already_leaves_the_case_uncovered() {
    let mut world = World::new();
    world.service.rule = Some(|operation, body| {
        let contender = operation == "SignUp" && body["Username"] == "cs-contender";
        contender.then(|| refused("AliasExistsException"))
    });
    let fixture = in_state(UserState::AliasTaken).with_username(Username::Exact("cs-contender".into()));
    let error = world.provision(&fixture, &[]).unwrap_err();
    assert!(error.is_missing(), "{error}");
    assert!(error.to_string().contains("refuses to sign up a second user with one address"));
}

#[test]
fn a_user_of_another_pool_is_asked_about_there() {
    let mut world = World::new();
    let user = world.provision(&in_state(UserState::OtherPool), &[]).unwrap();
    assert_eq!((user.bindings.pool_id.as_str(), user.bindings.client_id.as_str()), ("pool_1", "client1"));
    assert_eq!(world.service.body("SignUp")["ClientId"], "client2");
    assert_eq!(world.service.body("AdminGetUser")["UserPoolId"], "pool_2");
}

#[test]
fn a_code_is_known_of_every_user_and_missed_only_where_it_is_needed() {
    let mut world = World::new();
    let fixture = in_state(UserState::Unconfirmed);
    for needs in [&[][..], &[RIGHT]] {
        assert!(world.provision(&fixture, needs).unwrap().bindings.code.is_some());
    }
    world.source = CodeSource::Command(vec!["false".into()]);
    assert!(world.provision(&fixture, &[]).unwrap().bindings.code.is_none());
    assert!(world.provision(&fixture, &[RIGHT]).is_err());
}

#[test]
fn a_superseded_code_and_another_users_code_differ_from_the_right_one() {
    let mut world = World::new();
    let needs = [Binding::Code(CodeForm::Superseded), Binding::Code(CodeForm::OtherUser)];
    let bindings = world.provision(&in_state(UserState::Unconfirmed), &needs).unwrap().bindings;
    let name = &bindings.username;
    assert_eq!(bindings.superseded_code.unwrap().reveal(), format!("0-{name}"));
    assert_eq!(bindings.code.unwrap().reveal(), format!("1-{name}"));
    let other = bindings.other_username.unwrap();
    assert_eq!(bindings.other_code.unwrap().reveal(), format!("0-{other}"));
}

#[test]
fn where_all_users_have_one_code_no_other_code_can_be_had_and_nothing_is_signed_up() {
    for form in [CodeForm::OtherUser, CodeForm::Superseded] {
        let mut world = World::new();
        world.source = CodeSource::Fixed(Secret::new("123456"));
        let error = world.provision(&in_state(UserState::Unconfirmed), &[Binding::Code(form)]).unwrap_err();
        assert!(error.is_missing());
        assert_eq!(error.to_string(), "this subject gives every user the same code");
        assert!(!world.service.operations().contains(&"SignUp"));
    }
}

#[test]
fn an_operation_that_the_profile_says_is_missing_is_never_sent() {
    let mut world = World::new();
    world.control.missing.insert(Operation::AdminDisableUser);
    let error = world.provision(&in_state(UserState::Disabled), &[]).unwrap_err();
    assert!(error.is_missing());
    assert_eq!(error.to_string(), "this subject has no AdminDisableUser");
    assert_eq!(world.service.operations(), ["CreateUserPool", "CreateUserPoolClient"]);
}

#[test]
fn an_operation_that_the_subject_does_not_know_leaves_the_case_uncovered() {
    let mut world = World::new();
    world.service.rule = Some(|operation, _| {
        (operation == "AdminDisableUser").then(|| refused("com.x#UnknownOperationException"))
    });
    let error = world.provision(&in_state(UserState::Disabled), &[]).unwrap_err();
    assert!(error.is_missing(), "{error}");
}

#[test]
fn a_refused_call_is_told_escaped_and_cut_and_makes_the_case_inconclusive() {
    let mut world = World::new();
    world.service.rule = Some(|operation, _| {
        let message = format!("\u{1b}[2J{}", "x".repeat(5_000));
        (operation == "SignUp").then(|| Ok((400, json!({ "__type": "a#B:http://c", "message": message }))))
    });
    let error = world.provision(&in_state(UserState::Unconfirmed), &[]).unwrap_err();
    let text = error.to_string();
    assert!(!error.is_missing() && text.len() < 500, "{text}");
    assert!(text.starts_with("SignUp was refused: status 400, type `B`, message `\\u{1b}[2Jxxx"));
}

#[test]
fn an_accepted_call_without_the_id_is_told() {
    let mut world = World::new();
    world.service.rule = Some(|operation, _| (operation == "CreateUserPool").then(|| Ok((200, json!([])))));
    let error = world.provision(&in_state(UserState::Unconfirmed), &[]).unwrap_err();
    assert_eq!(error.to_string(), "CreateUserPool was answered with status 200 and without `UserPool.Id`");
}

#[test]
fn a_short_name_that_is_taken_is_tried_again_under_another_one() {
    let mut world = World::new();
    world.service.rule = Some(|operation, body| {
        let taken = operation == "SignUp" && body["Username"].as_str() < Some("m");
        taken.then(|| refused("UsernameExistsException"))
    });
    let wish = Username::Filled { filler: 'x', length: 1 };
    let user = world.provision(&in_state(UserState::Unconfirmed).with_username(wish), &[]);
    assert!(user.unwrap().bindings.username.as_str() >= "m");
}

#[test]
fn an_address_is_the_username_where_only_addresses_are_taken() {
    let mut world = World::new();
    world.control.username = UsernameStyle::Email;
    let bindings = world.provision(&in_state(UserState::Unconfirmed), &[]).unwrap().bindings;
    assert!(bindings.username.ends_with("@example.com"));
    assert_eq!(bindings.email, Some(bindings.username));
}

// --- shared pools and the ledger --------------------------------------------------------------------------------

fn demand_of_all() -> Demand {
    let mut demand = Demand::default();
    for pool in PoolKind::ALL.iter().rev() {
        for client in ClientKind::ALL.iter().rev() {
            let fixture = Fixture::unconfirmed(*client).with_pool(*pool);
            demand.add(&fixture, &[Binding::OtherClientId, Binding::DeletedClientId]);
        }
    }
    demand
}

fn create(service: &mut Service, ledger: &mut Ledger) -> Result<Shared, ProvisionError> {
    block_on(async {
        let mut plane = ControlPlane::new(service, "h", &Control::default(), || 0)?;
        Shared::create(&mut plane, ledger, &origin(), "run", &demand_of_all()).await
    })
}

#[test]
fn pools_and_clients_are_made_in_one_order_whatever_the_order_of_the_cases() {
    let mut service = Service::default();
    let shared = create(&mut service, &mut Ledger::in_memory()).unwrap();
    let id = |pool, client| shared.client(pool, client).unwrap().id.clone();
    assert_eq!(id(PoolKind::Plain, ClientKind::Public), "client1");
    assert_eq!(id(PoolKind::EmailAlias, ClientKind::UserAuth), "client10");
    assert_eq!(shared.other_pool().unwrap().pool_id, "pool_3");
    assert_eq!(shared.deleted_client().unwrap(), "client12");
    assert_eq!(service.body("DeleteUserPoolClient")["ClientId"], "client12");
}

#[test]
fn a_client_that_is_refused_touches_only_the_cases_that_need_it() {
    let mut service = Service {
        rule: Some(|_, body| {
            (body["ExplicitAuthFlows"] != Value::Null).then(|| refused("InvalidParameterException"))
        }),
        ..Service::default()
    };
    let shared = create(&mut service, &mut Ledger::in_memory()).unwrap();
    assert!(shared.client(PoolKind::Plain, ClientKind::UserAuth).is_err());
    assert!(shared.client(PoolKind::Plain, ClientKind::Secret).is_ok());
}

#[test]
fn a_subject_that_does_not_answer_ends_the_set_up() {
    let mut service =
        Service { rule: Some(|_, _| Some(Err(WireFault::Closed { received: 0 }))), ..Service::default() };
    let error = create(&mut service, &mut Ledger::in_memory()).unwrap_err();
    assert!(matches!(error, ProvisionError::Wire { .. }));
    assert_eq!(service.calls.len(), 1);
}

#[test]
fn a_pool_may_be_left_unless_no_connection_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let left = |name: &str, rule: Rule| {
        let mut ledger = Ledger::open(&folder.path().join(name)).unwrap();
        let mut service = Service { rule: Some(rule), ..Service::default() };
        create(&mut service, &mut ledger).unwrap_err();
        ledger.left().len()
    };
    assert_eq!(left("a", |_, _| Some(Err(WireFault::Unreachable { reason: "refused".into() }))), 0);
    assert_eq!(left("b", |_, _| Some(Err(WireFault::Tls { reason: "unknown".into() }))), 0);
    assert_eq!(left("c", |_, _| Some(Err(WireFault::Closed { received: 0 }))), 1);
    assert_eq!(left("d", |_, _| Some(Err(WireFault::TimedOut { limit_ms: 1, received: 9 }))), 1);
}

#[test]
fn an_intent_is_in_the_ledger_before_each_creation_and_the_sweep_empties_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/run.jsonl");
    let mut ledger = Ledger::open(&path).unwrap();
    let mut service = Service { ledger: Some(path.clone()), ..Service::default() };
    create(&mut service, &mut ledger).unwrap();
    for (lines, name) in [(1, "run-plain"), (3, "run-email-alias"), (5, "run-other")] {
        let seen = &service.ledger_at_creation[(lines - 1) / 2];
        assert_eq!(seen.lines().count(), lines);
        let last = seen.lines().last().unwrap();
        assert!(last.contains("\"did\":\"intend\"") && last.contains(name), "{last}");
    }
    assert_eq!(ledger.left().len(), 3);
    let swept = sweep_all(&mut service, &mut ledger);
    assert!(swept.iter().all(Result::is_ok));
    ledger.close().unwrap();
    assert!(!path.exists());
}

fn sweep_all(service: &mut Service, ledger: &mut Ledger) -> Vec<Result<usize, String>> {
    block_on(async {
        let mut plane = ControlPlane::new(service, "h", &Control::default(), || 0).unwrap();
        let swept = sweep(&mut plane, ledger, &origin()).await.unwrap();
        swept.into_iter().map(|item| item.outcome.map_err(|error| error.to_string())).collect()
    })
}

/// A ledger as a killed run leaves it: one pool with an id, one without.
fn left_behind(path: &Path) {
    let mut ledger = Ledger::open(path).unwrap();
    ledger.intend(&origin(), "a").unwrap();
    ledger.created(&origin(), "a", "pool_a").unwrap();
    ledger.intend(&origin(), "b").unwrap();
}

#[test]
fn what_a_killed_run_left_is_deleted_by_id_or_found_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    left_behind(&path);
    let mut service = Service {
        rule: Some(|operation, body| match operation {
            "ListUserPools" if body["NextToken"] == Value::Null => {
                Some(Ok((200, json!({ "UserPools": [{ "Name": "x", "Id": "pool_x" }], "NextToken": "t" }))))
            }
            "ListUserPools" => Some(Ok((200, json!({ "UserPools": [{ "Name": "b", "Id": "pool_b" }] })))),
            "DeleteUserPool" if body["UserPoolId"] == "pool_a" => Some(refused("ResourceNotFoundException")),
            _ => None,
        }),
        ..Service::default()
    };
    let mut ledger = Ledger::open(&path).unwrap();
    assert_eq!(sweep_all(&mut service, &mut ledger), [Ok(1), Ok(1)]);
    let deleted: Vec<&Value> = service
        .calls
        .iter()
        .filter(|(name, _)| name == "DeleteUserPool")
        .map(|(_, body)| &body["UserPoolId"])
        .collect();
    assert_eq!(deleted, ["pool_a", "pool_b"]);
    ledger.close().unwrap();
    assert!(!path.exists());
}

#[test]
fn what_could_not_be_deleted_stays_in_the_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    left_behind(&path);
    let mut service = Service {
        rule: Some(|operation, _| {
            (operation == "DeleteUserPool").then(|| refused("TooManyRequestsException"))
        }),
        ..Service::default()
    };
    let mut ledger = Ledger::open(&path).unwrap();
    let swept = sweep_all(&mut service, &mut ledger);
    assert!(swept[0].is_err());
    assert_eq!(swept[1], Ok(0));
    ledger.close().unwrap();
    let again = Ledger::open(&path).unwrap();
    let kept = Left { origin: origin(), name: "a".into(), id: Some("pool_a".into()) };
    assert_eq!(again.left(), [kept]);
}

#[test]
fn a_line_that_was_being_written_when_the_run_was_killed_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    left_behind(&path);
    let mut text = std::fs::read_to_string(&path).unwrap();
    text.push_str("{\"did\":\"crea");
    std::fs::write(&path, text).unwrap();
    let mut ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.left().len(), 2);
    ledger.intend(&origin(), "c").unwrap();
    drop(ledger);
    assert_eq!(Ledger::open(&path).unwrap().left().len(), 3);
}

#[test]
fn a_broken_ledger_is_named_with_file_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    let open = |text: &[u8]| {
        std::fs::write(&path, text).unwrap();
        Ledger::open(&path).unwrap_err().to_string()
    };
    let line = "{\"did\":\"explode\u{1b}\"}";
    let error = open(format!("\n{line}\n").as_bytes());
    let place = format!("{}:2:16: this is no ledger entry: control character", path.display());
    assert!(error.starts_with(&place) && !error.contains('\x1b'), "{error}");
    assert!(open(b"{\"did\":\"explode\"}\n").ends_with(
        ":1:16: this is no ledger entry: unknown variant `explode`, expected one of `intend`, `create`, `delete`"
    ));
    assert!(open(&[b'[', b'\n'].repeat(3)).contains(":1:1: "));
    assert!(open(&vec![b' '; 17 * 1024 * 1024]).ends_with("is longer than 16777216 bytes"));
}

#[test]
fn the_ledger_of_a_run_that_goes_on_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    let _running = Ledger::open(&path).unwrap();
    let error = Ledger::open(&path).unwrap_err().to_string();
    assert!(error.ends_with("is in use by a run"), "{error}");
}

// --- made beforehand ----------------------------------------------------------------------------------------------

fn premade() -> Premade {
    Premade {
        client_id: "c".into(),
        client_secret: None,
        username: Some("Someone".into()),
        code: Some(Secret::new("1")),
        pool_id: None,
    }
}

#[test]
fn what_was_made_beforehand_serves_the_cases_that_it_reaches() {
    let made = premade();
    let provision = |fixture: &Fixture, needs: &[Binding]| made.provision("h", fixture, needs, Seed(1));
    let own = provision(&in_state(UserState::Unconfirmed), &[RIGHT]).unwrap().bindings;
    assert_eq!((own.username.as_str(), own.code.unwrap().reveal()), ("Someone", "1"));
    let absent = provision(&in_state(UserState::Absent), &[RIGHT]).unwrap().bindings;
    assert_ne!(absent.username, "Someone");
    let mixed = in_state(UserState::Unconfirmed).with_username(Username::MixedCase);
    assert!(provision(&mixed, &[]).is_ok());
}

#[test]
fn what_was_not_made_beforehand_is_missing_by_name() {
    let made = premade();
    for (fixture, need, missing) in [
        (Fixture::unconfirmed(ClientKind::Secret), RIGHT, "an app client with a secret (`--client-secret`)"),
        (Fixture::unconfirmed(ClientKind::UserAuth), RIGHT, "an app client of the kind `user-auth`"),
        (in_state(UserState::Disabled), RIGHT, "a user in the state `disabled`"),
        (in_state(UserState::Unconfirmed), Binding::Code(CodeForm::OtherUser), "a second user"),
        (in_state(UserState::Unconfirmed), Binding::PoolId, "the id of the user pool"),
        (
            in_state(UserState::Unconfirmed).with_username(Username::Exact("x".into())),
            RIGHT,
            "a user with a name of another form",
        ),
    ] {
        let error = made.provision("h", &fixture, &[need], Seed(1)).unwrap_err();
        assert!(error.is_missing());
        assert_eq!(error.to_string(), format!("it needs {missing}, which was not given"));
    }
}

#[test]
fn a_secret_made_beforehand_is_hashed_with() {
    let made = Premade { client_secret: Some(Secret::new("s")), ..premade() };
    let fixture = Fixture::unconfirmed(ClientKind::Secret);
    let bindings = made.provision("h", &fixture, &[RIGHT], Seed(1)).unwrap().bindings;
    let hash = bindings.value(Binding::SecretHash(HashForm::Right)).unwrap();
    assert_eq!(hash, secret_hash(&Secret::new("s"), "Someone", "c"));
}

// --- authorisation ------------------------------------------------------------------------------------------------

fn authorised(auth: Auth) -> Headers {
    let mut headers = Headers::default();
    headers.push("Host", "h:1");
    let form = RequestForm { method: "POST".into(), target: "/".into(), headers, body: "{}".into() };
    let control = Control { auth, region: "eu-west-1".into(), ..Control::default() };
    Authoriser::new(&control).unwrap().headers(&form, 1_767_225_600).unwrap()
}

fn text<'a>(headers: &'a Headers, name: &'a str) -> &'a str {
    std::str::from_utf8(headers.first(name).unwrap()).unwrap()
}

#[test]
fn set_up_calls_go_unsigned_with_a_dummy_or_signed_as_the_profile_says() {
    assert!(authorised(Auth::None).0.is_empty());
    let dummy = authorised(Auth::Dummy);
    assert_eq!(text(&dummy, "x-amz-date"), "20260101T000000Z");
    let scope = "/20260101/eu-west-1/cognito-idp/aws4_request, ";
    assert!(text(&dummy, "authorization").contains(scope));
    let signed = authorised(Auth::SigV4(Some(Credentials {
        access_key_id: "AKID".into(),
        secret_access_key: Secret::new("wJalr"),
        session_token: Some(Secret::new("token")),
    })));
    assert_eq!(text(&signed, "x-amz-date"), "20260101T000000Z");
    assert_eq!(text(&signed, "x-amz-security-token"), "token");
    let authorisation = text(&signed, "authorization");
    assert!(
        authorisation.starts_with(&format!(
            "AWS4-HMAC-SHA256 Credential=AKID{scope}SignedHeaders=host;x-amz-date;x-amz-security-token, Signature="
        )),
        "{authorisation}"
    );
}
