//! Cognito's `SecretHash`: Base64(HMAC-SHA256(key = client secret, message = username + client id)), with its stages
//! apart, and the wrong ways of computing it that are seen in the field.
//!
//! Source: the Amazon Cognito developer guide, "Computing secret hash values" (evidence row SH-001); key and message
//! are UTF-8 bytes (SH-025).

mod charset;
mod form;
mod normal_form;

pub use form::{HashForm, HashInput};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// A value that must never be printed: its `Debug` and `Display` say `[redacted]`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the wire and for hashing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The stages of one computation, each comparable on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stages {
    /// The key bytes.
    pub key: Vec<u8>,
    /// The message bytes.
    pub message: Vec<u8>,
    /// The 32 bytes of the digest.
    pub digest: Vec<u8>,
    /// The digest in padded standard Base64: 44 characters.
    pub base64: String,
}

/// Computes the secret hash of `username` for an app client, keeping every stage.
pub fn stages(secret: &Secret, username: &str, client_id: &str) -> Stages {
    let key = secret.reveal().as_bytes().to_vec();
    let message = [username.as_bytes(), client_id.as_bytes()].concat();
    let digest = sha256(&key, &message);
    let base64 = STANDARD.encode(&digest);
    Stages { key, message, digest, base64 }
}

impl Stages {
    /// The bytes of a stage as the vectors write them: lower-case hexadecimal.
    pub fn hex(bytes: &[u8]) -> String {
        charset::hex(bytes)
    }
}

/// Computes the secret hash of `username` for an app client, without a copy of any stage.
pub fn secret_hash(secret: &Secret, username: &str, client_id: &str) -> String {
    // HMAC takes keys of every length, so `new_from_slice` has no error to report.
    Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes())
        .map(|mac| {
            STANDARD.encode(mac.chain_update(username).chain_update(client_id).finalize().into_bytes())
        })
        .unwrap_or_default()
}

fn sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    digest::<Hmac<Sha256>>(key, message)
}

fn digest<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of every length, so `new_from_slice` has no error to report.
    M::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_published_vectors_hold() {
        // SH-002 and SH-003 of the evidence.
        assert_eq!(
            secret_hash(&Secret::new("clientSecret"), "test", "123abd"),
            "LoIX/oPJWZzFYv8liJYRo+CHv16FNDY10JlZEDjL3Vg="
        );
        assert_eq!(
            secret_hash(
                &Secret::new("ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b"),
                "a2c2e290-6d0f-4a08-a5ca-f0162935f3a6",
                "18u8119jgbpr464n28s1itk2mq"
            ),
            "QW3YkSgjkc9VNMtbTkuQflK54A6+9GS8ZiRDj0mSvPI="
        );
    }

    #[test]
    fn every_wrong_form_differs_from_the_right_one_and_from_every_other() {
        // HMAC hashes the long key itself, so that only a short one shows `key-hashed`, and only a long one `key-cut-64`.
        let secrets = ["s3cr3tS3cr3t", "s3cr3tS3cr3t".repeat(6).as_str()].map(Secret::new);
        let compute = |form: &HashForm| {
            secrets.each_ref().map(|secret| {
                form.compute(&HashInput {
                    secret,
                    // Mixed case, letters in both normal forms, one beyond the basic plane, and hashes with `+`: every
                    // mistake shows.
                    username: "Some.Us\u{e9}re\u{301}\u{1f600}-0",
                    client_id: "1example23456789",
                    pool_id: "us-east-1_Abc",
                    other_username: "another",
                })
            })
        };
        let mut texts: Vec<_> = HashForm::ALL.iter().map(compute).collect();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), HashForm::ALL.len());
    }

    #[test]
    fn a_secret_is_never_printed() {
        assert_eq!(format!("{:?} {0}", Secret::new("x")), "[redacted] [redacted]");
    }
}
