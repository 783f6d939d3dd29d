//! Moves the AWS SDK for Rust for Countersign: drivers/README.md tells the protocol.
use aws_sdk_cognitoidentityprovider as sdk;
use sdk::config::{
    BehaviorVersion, Credentials, Region, retry::RetryConfig, retry::RetryPartition, timeout::TimeoutConfig,
};
use sdk::error::{DisplayErrorContext, ProvideErrorMetadata as _, SdkError};
use sdk::operation::RequestId as _;
use sdk::operation::confirm_sign_up::{ConfirmSignUpError, builders::ConfirmSignUpInputBuilder};
use sdk::types::{AnalyticsMetadataType, UserContextDataType};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::error::Error;
use std::io::{BufRead as _, Write as _, stdin, stdout};
use std::time::Duration;

#[derive(serde::Deserialize)]
struct Question<'a> {
    id: String,
    endpoint: String,
    #[serde(borrow)]
    input: &'a RawValue, // may hold half a surrogate pair, which is no text to Rust
    options: Options,
}

#[derive(serde::Deserialize)]
struct Options {
    attempts: Option<u32>,
    timeout_ms: Option<u64>,
    credentials: String,
}

fn say(answer: &Value) -> std::io::Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "@@{answer}")?;
    out.flush()
}

/// Takes a member as the type that the SDK's setter wants. The null of Rust is `None`.
fn take<T: DeserializeOwned>(members: &mut Map<String, Value>, name: &str) -> Result<Option<T>, String> {
    let given = members.remove(name).filter(|value| !value.is_null());
    let taken = given.map(serde_json::from_value).transpose();
    taken.map_err(|error| format!("the setter of {name} does not take it: {error}"))
}

fn input(text: &str) -> Result<ConfirmSignUpInputBuilder, String> {
    let members = serde_json::from_str(text);
    let mut members: Map<_, _> = members.map_err(|error| format!("a String cannot hold it: {error}"))?;
    let mut input = ConfirmSignUpInputBuilder::default()
        .set_client_id(take(&mut members, "ClientId")?)
        .set_secret_hash(take(&mut members, "SecretHash")?)
        .set_username(take(&mut members, "Username")?)
        .set_confirmation_code(take(&mut members, "ConfirmationCode")?)
        .set_force_alias_creation(take(&mut members, "ForceAliasCreation")?)
        .set_client_metadata(take(&mut members, "ClientMetadata")?)
        .set_session(take(&mut members, "Session")?);
    let analytics = take(&mut members, "AnalyticsMetadata")?;
    let context = take(&mut members, "UserContextData")?;
    if let Some(mut inner) = analytics {
        let data = AnalyticsMetadataType::builder();
        let data = data.set_analytics_endpoint_id(take(&mut inner, "AnalyticsEndpointId")?);
        input = input.analytics_metadata(data.build());
        members.extend(inner);
    }
    if let Some(mut inner) = context {
        let data = UserContextDataType::builder().set_ip_address(take(&mut inner, "IpAddress")?);
        let data = data.set_encoded_data(take(&mut inner, "EncodedData")?);
        input = input.user_context_data(data.build());
        members.extend(inner);
    }
    match members.keys().next() {
        Some(name) => Err(format!("there is no setter for {name}")),
        None => Ok(input),
    }
}

fn client(question: &Question) -> Result<sdk::Client, std::env::VarError> {
    let mut config = sdk::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .region(Region::from_static("us-east-1"))
        .endpoint_url(&question.endpoint)
        // All clients of a process draw on one quota of retries, unless it has a name of its own.
        .retry_partition(RetryPartition::new(question.id.clone()));
    if let Some(attempts) = question.options.attempts {
        config = config.retry_config(RetryConfig::standard().with_max_attempts(attempts));
    }
    if let Some(limit) = question.options.timeout_ms.map(Duration::from_millis) {
        config = config.timeout_config(TimeoutConfig::builder().operation_attempt_timeout(limit).build());
    }
    if question.options.credentials == "environment" {
        let (id, secret) = (std::env::var("AWS_ACCESS_KEY_ID")?, std::env::var("AWS_SECRET_ACCESS_KEY")?);
        let token = std::env::var("AWS_SESSION_TOKEN").ok();
        config = config.credentials_provider(Credentials::new(id, secret, token, None, "environment"));
    }
    Ok(sdk::Client::from_conf(config.build()))
}

/// The name of the variant that an error is: what its debug form starts with.
fn variant(error: &impl std::fmt::Debug) -> String {
    format!("{error:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn told(error: &SdkError<ConfirmSignUpError>) -> Value {
    if let Some(service) = error.as_service_error() {
        let class = variant(service);
        let fields = match service {
            ConfirmSignUpError::InvalidParameterException(error) => {
                json!({"reasonCode": error.reason_code()})
            }
            _ => json!({}),
        };
        return json!({"outcome": "service_error", "code": error.code(), "message": error.message(),
            "typed": class != "Unhandled", "class": class, "request_id": error.request_id(), "fields": fields,
            "status": error.raw_response().map(|response| response.status().as_u16())});
    }
    let message = DisplayErrorContext(error).to_string();
    let kind = match error {
        SdkError::TimeoutError(_) => "timeout",
        SdkError::DispatchFailure(failure) if failure.is_timeout() => "timeout",
        SdkError::ResponseError(_) => "parse",
        _ if message.contains("auth scheme") => "auth",
        SdkError::ConstructionFailure(_) => "validation",
        _ => "transport",
    };
    json!({"outcome": "client_error", "kind": kind, "class": variant(error), "message": message})
}

fn call(question: &Question) -> Result<Value, Box<dyn Error>> {
    let input = match input(question.input.get()) {
        Ok(input) => input,
        Err(reason) => return Ok(json!({"outcome": "unsupported", "reason": reason})),
    };
    let client = client(question)?;
    // One for each call: no connection outlives its client.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(match runtime.block_on(input.send_with(&client)) {
        Ok(output) => {
            let shown = output.session().map_or_else(|| json!({}), |session| json!({"Session": session}));
            json!({"outcome": "output", "output": shown, "request_id": output.request_id()})
        }
        Err(error) => told(&error),
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let features = ["session", "typed-errors", "request-id", "fields", "attempts", "timeout"];
    #[rustfmt::skip]
    let members = ["ClientId", "SecretHash", "Username", "ConfirmationCode", "ForceAliasCreation",
        "AnalyticsMetadata", "UserContextData", "ClientMetadata", "Session"];
    say(&json!({"hello": {"protocol": 1, "name": "aws-sdk-rust", "version": sdk::meta::PKG_VERSION,
        "language": "Rust", "features": features, "members": members}}))?;
    for line in stdin().lock().lines() {
        let line = line?;
        let question: Question = serde_json::from_str(&line)?;
        let mut answer = call(&question)
            .unwrap_or_else(|error| json!({"outcome": "driver_error", "message": error.to_string()}));
        answer["id"] = json!(question.id);
        say(&answer)?;
    }
    Ok(())
}
