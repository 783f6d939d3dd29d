//! The values that one user at one subject has, and how they are kept out of texts.

use super::Unbound;
use super::binding::Binding;
use super::code::{CodeForm, code_variant};
use crate::secret_hash::{HashForm, HashInput, Secret};
use std::borrow::Cow;

/// The values of one user at one subject.
#[derive(Debug, Clone, Default)]
pub struct Bindings {
    /// The authority of the endpoint.
    pub host: String,
    /// The id of the user pool; empty where it is not known.
    pub pool_id: String,
    /// The id of the app client.
    pub client_id: String,
    /// The client secret, for a client that has one.
    pub client_secret: Option<Secret>,
    /// An app client of another pool.
    pub other_client_id: Option<String>,
    /// An app client that was deleted.
    pub deleted_client_id: Option<String>,
    /// The name that the user signed up with.
    pub username: String,
    /// Another unconfirmed user of the same pool.
    pub other_username: Option<String>,
    /// The user's `sub`.
    pub sub: Option<String>,
    /// The user's e-mail address.
    pub email: Option<String>,
    /// The code that confirms the user.
    pub code: Option<Secret>,
    /// The code of [`Self::other_username`].
    pub other_code: Option<Secret>,
    /// The code that was valid before ResendConfirmationCode.
    pub superseded_code: Option<Secret>,
    /// What the requests of this case are made of: an answer may repeat it, and then it is redacted as well.
    pub sent: Vec<Binding>,
}

impl Bindings {
    /// The text of a value.
    pub fn value(&self, binding: Binding) -> Result<String, Unbound> {
        self.text(binding).map(Cow::into_owned)
    }

    /// The text of a value, borrowed where nothing has to be computed.
    pub(super) fn text(&self, binding: Binding) -> Result<Cow<'_, str>, Unbound> {
        let optional = |value, why| Option::map(value, Cow::Borrowed).ok_or(Unbound(binding, why));
        match binding {
            Binding::Host => Ok(Cow::Borrowed(&self.host)),
            Binding::ContentLength => Err(Unbound(binding, "it is only known in a header")),
            Binding::ClientId => Ok(Cow::Borrowed(&self.client_id)),
            Binding::OtherClientId => {
                optional(self.other_client_id.as_deref(), "there is no second user pool")
            }
            Binding::DeletedClientId => {
                optional(self.deleted_client_id.as_deref(), "no app client was deleted")
            }
            Binding::PoolId => Ok(Cow::Borrowed(&self.pool_id)),
            Binding::Username => Ok(Cow::Borrowed(&self.username)),
            Binding::UpperCaseUsername => Ok(Cow::Owned(self.username.to_uppercase())),
            Binding::OtherUsername => optional(self.other_username.as_deref(), "there is no second user"),
            Binding::Sub => optional(self.sub.as_deref(), "the subject gave no `UserSub`"),
            Binding::Email => optional(self.email.as_deref(), "the user has no e-mail address"),
            Binding::Code(form) => {
                self.code_text(form).ok_or(Unbound(binding, "no confirmation code is known"))
            }
            Binding::SecretHash(form) => self.hash_text(form, binding).map(Cow::Owned),
        }
    }

    fn hash_text(&self, form: HashForm, binding: Binding) -> Result<String, Unbound> {
        let secret = self.client_secret.as_ref().ok_or(Unbound(binding, "the app client has no secret"))?;
        Ok(form.compute(&self.hash_input(secret)))
    }

    fn hash_input<'a>(&'a self, secret: &'a Secret) -> HashInput<'a> {
        HashInput {
            secret,
            username: &self.username,
            client_id: &self.client_id,
            pool_id: &self.pool_id,
            other_username: self.other_username.as_deref().unwrap_or("someone-else"),
        }
    }

    fn code_text(&self, form: CodeForm) -> Option<Cow<'_, str>> {
        match form {
            CodeForm::OtherUser => self.other_code.as_ref().map(revealed),
            CodeForm::Superseded => self.superseded_code.as_ref().map(revealed),
            CodeForm::Right => self.code.as_ref().map(revealed),
            other => self.code.as_ref().map(|code| Cow::Owned(code_variant(code.reveal(), other))),
        }
    }

    /// `text` with every value of this case replaced by its placeholder: secrets, so that they reach no report, and ids,
    /// so that two runs read alike.
    pub fn redact(&self, text: &str) -> String {
        let mut out = text.to_owned();
        let parts = [CodeForm::FirstOnly, CodeForm::CutFirst].map(Binding::Code);
        if parts.iter().all(|part| self.sent.contains(part)) {
            out = self.without_code_in_parts(&out);
        }
        for (value, binding) in self.shown_as(text.len()) {
            if out.contains(&value) {
                out = out.replace(&value, &format!("${{{binding}}}"));
            }
        }
        out
    }

    /// The values that [`Self::redact`] replaces in a text of so many bytes, the longest first.
    fn shown_as(&self, text_bytes: usize) -> Vec<(String, Binding)> {
        let secret = |value: &Option<Secret>| value.as_ref().map(|secret| secret.reveal().to_owned());
        let values = [
            (secret(&self.client_secret), Binding::SecretHash(HashForm::SecretItself)),
            (secret(&self.code), Binding::Code(CodeForm::Right)),
            (secret(&self.other_code), Binding::Code(CodeForm::OtherUser)),
            (secret(&self.superseded_code), Binding::Code(CodeForm::Superseded)),
            (Some(self.client_id.clone()), Binding::ClientId),
            (self.other_client_id.clone(), Binding::OtherClientId),
            (self.deleted_client_id.clone(), Binding::DeletedClientId),
            (Some(self.pool_id.clone()), Binding::PoolId),
            (Some(self.username.clone()), Binding::Username),
            (self.other_username.clone(), Binding::OtherUsername),
            (self.sub.clone(), Binding::Sub),
            (self.email.clone(), Binding::Email),
        ];
        let may_be_longer = |least: usize| text_bytes >= least;
        let made = |binding: &Binding| match binding {
            Binding::Code(form) => form.tells_the_code(),
            Binding::SecretHash(form) => form.tells_the_hash() && may_be_longer(HASH_BYTES_MIN),
            _ => false,
        };
        let right_hash = may_be_longer(HASH_BYTES_MIN).then_some(Binding::SecretHash(HashForm::Right));
        let made = self.sent.iter().filter(|binding| made(binding)).copied().chain(right_hash);
        let made = made.map(|binding| (self.value(binding).ok(), binding));
        let is_replaced = |value: &String| (REDACTED_BYTES_MIN..=text_bytes).contains(&value.len());
        let mut shown: Vec<(String, Binding)> = values
            .into_iter()
            .chain(made)
            .filter_map(|(value, binding)| Some((value.filter(is_replaced)?, binding)))
            .collect();
        // JSON may write `/` as `\/`.
        let escaped: Vec<_> = shown
            .iter()
            .filter(|(value, _)| value.contains('/'))
            .map(|(value, binding)| (value.replace('/', "\\/"), *binding))
            .collect();
        shown.extend(escaped);
        shown.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        shown
    }

    /// `text` without the right code where something stands between its first character and the others.
    fn without_code_in_parts(&self, text: &str) -> String {
        let parts = self.code_text(CodeForm::FirstOnly).zip(self.code_text(CodeForm::CutFirst));
        let Some((first, others)) = parts.filter(|(_, others)| others.len() >= REDACTED_BYTES_MIN) else {
            return text.to_owned();
        };
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once(&*others) {
            let near = before.floor_char_boundary(before.len().saturating_sub(PARTS_APART_BYTES_MAX));
            let near = before.get(near..).unwrap_or_default();
            let start = near.find(&*first).map_or(before.len(), |at| before.len() - near.len() + at);
            out.push_str(before.get(..start).unwrap_or_default());
            out.push_str("${code}");
            rest = after;
        }
        out + rest
    }
}

/// Shorter values are not replaced: they would be found in every other word, and guessing them is no work.
const REDACTED_BYTES_MIN: usize = 4;
/// The shortest text that tells a secret hash, in bytes.
const HASH_BYTES_MIN: usize = 24;
/// How far before the other characters of a code its first one is looked for, in bytes.
const PARTS_APART_BYTES_MAX: usize = 8;

fn revealed(code: &Secret) -> Cow<'_, str> {
    Cow::Borrowed(code.reveal())
}
