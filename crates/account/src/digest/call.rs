//! A digest as a request over HTTP.

use super::{Sealed, Way};
use crate::failure::{Answer, Failure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use takeroot_core::account::Secret;
use takeroot_core::digest::{Digest, DigestEvent, Kind, Message};
use takeroot_core::time::{Day, Moment};

/// A request that carries a digest, to be posted as it stands. Redirects are not to be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestCall {
    /// Where to. It may hold a secret.
    pub url: Secret,
    /// Its headers, the type of its content among them.
    pub headers: Vec<(String, Secret)>,
    /// Its body: JSON.
    pub body: String,
}

/// A digest on its way to somebody.
#[derive(Clone, Debug)]
pub struct Sending {
    pub(super) target: u32,
    pub(super) kind: Kind,
    /// The day on which it is sent.
    pub(super) day: Day,
    /// Always the same of the same digest.
    pub(super) id: String,
    /// What it says.
    pub digest: Digest,
    /// The language.
    pub lang: String,
    /// Whether somebody asked for it to see whether it arrives.
    pub is_test: bool,
    pub(super) sealed: Sealed,
}

impl Sending {
    /// The address of the owner's page to which it leads.
    #[must_use]
    pub fn page(&self) -> Option<&str> {
        self.sealed.page.as_ref().map(|page| page.0.as_str())
    }

    /// The request that carries it.
    ///
    /// # Errors
    /// A fault: it cannot be written.
    pub fn call(&self, message: &Message, now: Moment) -> Answer<DigestCall> {
        let mut headers = vec![("content-type".to_owned(), Secret("application/json".to_owned()))];
        let (url, body) = match &self.sealed.way {
            Way::Mail { url, headers: own, body } => {
                let parts = [
                    ("subject", message.subject.as_str()),
                    ("text", &message.text),
                    ("html", &message.html),
                    ("id", &self.id),
                ];
                let own =
                    own.iter().map(|(name, value)| (name.clone(), Secret(filled(&value.0, &parts[3..]))));
                headers.extend(own);
                (url.clone(), with_texts(body, &parts).to_string())
            }
            Way::Telegram { token, chat, server } => {
                let url = format!("{}/bot{}/sendMessage", Way::telegram(server.as_deref()), token.0);
                let body = json!({
                    "chat_id": chat,
                    "text": message.telegram,
                    "parse_mode": "HTML",
                    "link_preview_options": { "is_disabled": true },
                });
                (Secret(url), body.to_string())
            }
            Way::Hook { url, secret } => {
                let what = if self.is_test { "test" } else { self.kind.name() };
                let event = DigestEvent {
                    what: format!("digest.{what}"),
                    timestamp: now.to_string(),
                    data: self.digest.clone(),
                };
                let body = serde_json::to_string(&event)?;
                headers.extend([
                    ("webhook-id".to_owned(), Secret(self.id.clone())),
                    ("webhook-timestamp".to_owned(), Secret(now.0.to_string())),
                    ("webhook-signature".to_owned(), Secret(signature(&secret.0, &self.id, now, &body)?)),
                ]);
                (url.clone(), body)
            }
        };
        Ok(DigestCall { url, headers, body })
    }
}

/// The key of a Standard Webhooks secret.
pub(super) fn key_of(secret: &str) -> Option<Vec<u8>> {
    let key = STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
    (24..=64).contains(&key.len()).then_some(key)
}

/// By the specification of Standard Webhooks, version 1: the HMAC-SHA256 of id, Unix seconds and body, parted by dots.
fn signature(secret: &str, id: &str, at: Moment, body: &str) -> Answer<String> {
    let key = key_of(secret).ok_or_else(|| Failure::Fault("a web hook's secret is none".to_owned()))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key)
        .map_err(|_| Failure::Fault("a web hook's secret is of no length".to_owned()))?;
    mac.update(format!("{id}.{}.{body}", at.0).as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

/// JSON with texts in the places of its texts.
fn with_texts(form: &Value, parts: &[(&str, &str)]) -> Value {
    match form {
        Value::String(text) => Value::String(filled(text, parts)),
        Value::Array(items) => items.iter().map(|item| with_texts(item, parts)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| (name.clone(), with_texts(field, parts))).collect()
        }
        other => other.clone(),
    }
}

/// A text with others in the places that name them, in one pass: braces inside of them mean nothing.
fn filled(form: &str, parts: &[(&str, &str)]) -> String {
    let (mut told, mut rest) = (String::with_capacity(form.len()), form);
    while let Some((before, after)) = rest.split_once('{') {
        told.push_str(before);
        let place = after.split_once('}').and_then(|(name, tail)| {
            parts.iter().find(|(known, _)| *known == name).map(|(_, text)| (text, tail))
        });
        rest = match place {
            Some((text, tail)) => {
                told.push_str(text);
                tail
            }
            None => {
                told.push('{');
                after
            }
        };
    }
    told + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_s_form_is_filled_in_one_pass() {
        let parts = [("subject", "a \"{text}\""), ("text", "line\n{id}"), ("html", "<b>"), ("id", "7")];
        let form = json!({"a": ["{subject}", {"b": "x{html}y{id}{nothing}{"}], "n": 1, "{id}": null});
        let told = with_texts(&form, &parts);
        assert_eq!(told, json!({"a": ["a \"{text}\"", {"b": "x<b>y7{nothing}{"}], "n": 1, "{id}": null}));
    }

    #[test]
    fn a_web_hook_is_signed_by_its_key() {
        // By Python: hmac.new(bytes(range(24)), b"amo-1.1795192800.{}", "sha256")
        let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
        assert_eq!(key_of(secret).unwrap(), (0..24).collect::<Vec<u8>>());
        let told = signature(secret, "amo-1", Moment(1_795_192_800), "{}").unwrap();
        assert_eq!(told, "v1,VZ1CMwWQx6d8Oj8mt7+PvbS6/S3fqRbIYbwrwOtVrPI=");
        assert!(key_of("whsec_AAEC").is_none() && key_of("AAECAwQFBgcICQoLDA0ODxAREhMUFRYX").is_none());
    }
}
