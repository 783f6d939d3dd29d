//! Authorises requests as a subject's profile says: not at all, with a header that only looks signed, or with Signature
//! Version 4.

use crate::subject::{Auth, Control, Credentials};
use crate::wire::{self, Headers, RequestForm};
use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::http_request::{self, SignableBody, SignableRequest, SigningSettings};
use aws_sigv4::sign::v4;
use std::time::{Duration, SystemTime};

/// The name of the service in a signature's scope.
const SERVICE: &str = "cognito-idp";

/// Why a request could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SigningError {
    /// There are no credentials.
    #[error(
        "requests are to be signed with Signature Version 4 and there are no credentials; set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`"
    )]
    NoCredentials,
    /// The request has a form that cannot be signed.
    #[error("the request cannot be signed: {reason}")]
    Unsignable {
        /// Why.
        reason: String,
    },
}

/// Authorises requests.
#[derive(Debug, Clone)]
pub struct Authoriser {
    kind: Kind,
    region: String,
}

#[derive(Debug, Clone)]
enum Kind {
    None,
    Dummy,
    SigV4(Credentials),
}

impl Authoriser {
    /// An authoriser for a subject; credentials that the profile does not name are read from the environment.
    pub fn new(control: &Control) -> Result<Self, SigningError> {
        let kind = match &control.auth {
            Auth::None => Kind::None,
            Auth::Dummy => Kind::Dummy,
            Auth::SigV4(Some(credentials)) => Kind::SigV4(credentials.clone()),
            Auth::SigV4(None) => Kind::SigV4(Credentials::from_env().ok_or(SigningError::NoCredentials)?),
        };
        Ok(Self { kind, region: control.region.clone() })
    }

    /// The header lines that authorise `request` at `now`, in seconds since 1970-01-01T00:00:00Z. They go after the
    /// request's own. All of the request's headers but `Connection` and `User-Agent` are signed.
    pub fn headers(&self, request: &RequestForm, now: i64) -> Result<Headers, SigningError> {
        match &self.kind {
            Kind::None => Ok(Headers::default()),
            Kind::Dummy => Ok(self.dummy(now)),
            Kind::SigV4(credentials) => self.sign(request, credentials, now),
        }
    }

    /// Some routers find the service by the scope of the signature even where they do not check it.
    fn dummy(&self, now: i64) -> Headers {
        let stamp = jiff::Timestamp::from_second(now).unwrap_or_default();
        let (date, time) = (stamp.strftime("%Y%m%d"), stamp.strftime("%Y%m%dT%H%M%SZ"));
        let region = &self.region;
        let mut headers = Headers::default();
        headers.push("X-Amz-Date", time.to_string());
        headers.push(
            "Authorization",
            format!(
                "AWS4-HMAC-SHA256 Credential=countersign/{date}/{region}/{SERVICE}/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature={:064}",
                0
            ),
        );
        headers
    }

    fn sign(
        &self,
        request: &RequestForm,
        credentials: &Credentials,
        now: i64,
    ) -> Result<Headers, SigningError> {
        let unsignable =
            |reason: String| SigningError::Unsignable { reason: wire::escape(reason.as_bytes()) };
        let identity = AwsCredentials::new(
            &credentials.access_key_id,
            credentials.secret_access_key.reveal(),
            credentials.session_token.as_ref().map(|token| token.reveal().to_owned()),
            None,
            "countersign",
        )
        .into();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(now).unwrap_or_default());
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(SERVICE)
            .time(time)
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| unsignable(error.to_string()))?;
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned);
        let lines: Result<Vec<_>, _> =
            request.headers.iter().map(|header| Ok((text(&header.name)?, text(&header.value)?))).collect();
        let lines = lines.map_err(|error: std::str::Utf8Error| unsignable(error.to_string()))?;
        let (method, target) = text(&request.method)
            .and_then(|method| Ok((method, text(&request.target)?)))
            .map_err(|error| unsignable(error.to_string()))?;
        let host = lines
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("host"))
            .map_or("localhost", |(_, value)| value.as_str());
        let signable = SignableRequest::new(
            &method,
            format!("http://{host}{target}"),
            lines.iter().map(|(name, value)| (name.as_str(), value.as_str())),
            SignableBody::Bytes(&request.body),
        )
        .map_err(|error| unsignable(error.to_string()))?;
        let signed =
            http_request::sign(signable, &params.into()).map_err(|error| unsignable(error.to_string()))?;
        let (instructions, _) = signed.into_parts();
        let mut headers = Headers::default();
        for (name, value) in instructions.headers() {
            headers.push(name.to_owned(), value.to_owned());
        }
        Ok(headers)
    }
}
