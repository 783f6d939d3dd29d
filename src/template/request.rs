//! A whole request with late-bound values.

use super::binding::Binding;
use super::bindings::Bindings;
use super::{Template, Unbound};
use crate::wire::{Headers, Request, RequestForm};
use bytes::Bytes;

/// A request with late-bound values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RequestTemplate {
    /// A request with the ordinary parts.
    Formed {
        /// The method.
        method: Vec<u8>,
        /// The request target.
        target: Vec<u8>,
        /// The header lines: name and value, in wire order.
        headers: Vec<(Vec<u8>, Template)>,
        /// The body.
        body: Template,
    },
    /// Bytes for the connection as they are. `${content_length}` cannot be bound here.
    Raw(Template),
}

impl RequestTemplate {
    /// An ordinary, unsigned ConfirmSignUp request with `body`: `POST /`, `Host`, `Content-Type`, `X-Amz-Target` and
    /// `Content-Length`.
    pub fn confirm_sign_up(body: Template) -> Self {
        Self::Formed {
            method: "POST".into(),
            target: "/".into(),
            headers: vec![
                (b"Host".to_vec(), Template::raw(Binding::Host)),
                (b"Content-Type".to_vec(), Template::literal("application/x-amz-json-1.1")),
                (
                    b"X-Amz-Target".to_vec(),
                    Template::literal("AWSCognitoIdentityProviderService.ConfirmSignUp"),
                ),
                (b"Content-Length".to_vec(), Template::raw(Binding::ContentLength)),
            ],
            body,
        }
    }

    /// The late-bound values it needs.
    pub fn bindings(&self) -> Vec<Binding> {
        match self {
            Self::Raw(bytes) => bytes.bindings().collect(),
            Self::Formed { headers, body, .. } => {
                headers.iter().flat_map(|(_, value)| value.bindings()).chain(body.bindings()).collect()
            }
        }
    }

    /// The request with every value filled in.
    pub fn bind(&self, values: &Bindings) -> Result<Request, Unbound> {
        match self {
            Self::Raw(bytes) => Ok(Request::Raw(bytes.bind(values)?.into())),
            Self::Formed { method, target, headers, body } => {
                let body = Bytes::from(body.bind(values)?);
                let mut bound = Headers::default();
                for (name, value) in headers {
                    let value = if value.is_raw(Binding::ContentLength) {
                        body.len().to_string().into_bytes()
                    } else {
                        value.bind(values)?
                    };
                    bound.push(name.clone(), value);
                }
                Ok(Request::Formed(RequestForm {
                    method: method.clone().into(),
                    target: target.clone().into(),
                    headers: bound,
                    body,
                }))
            }
        }
    }
}
