//! To whom an account tells: an inbox, a chat, a web hook. What is secret of it is sealed, and never shown again.

use super::DigestLast;
use super::call::key_of;
use crate::account::Account;
use crate::failure::{Answer, Failure};
use crate::vault::Vault;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use takeroot_core::account::{List, Secret};
use takeroot_core::digest::Kind;
use takeroot_core::time::Moment;

/// Targets of an account.
const TARGETS_MAX: usize = 20;
const NAME_CHARS_MAX: usize = 80;
const URL_BYTES_MAX: usize = 2000;
/// Headers of a request, and bytes of the letter's form.
const HEADERS_MAX: usize = 10;
const FORM_BYTES_MAX: usize = 20_000;
/// Where Telegram's bots are.
const TELEGRAM: &str = "https://api.telegram.org";

/// To whom an account is to tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "DigestTargetRequest"))]
#[serde(deny_unknown_fields)]
pub struct TargetRequest {
    /// The number of the one that is to be another; a new one has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u32>,
    /// Who that is.
    pub name: String,
    /// How they are reached.
    pub way: Way,
    /// How often: `daily` unless said otherwise.
    #[serde(default = "daily")]
    pub kinds: BTreeSet<Kind>,
    /// At which hour of the account's day, 0 to 23.
    #[serde(default = "morning")]
    pub hour: u32,
    /// In which language: `ru` or `en`.
    #[serde(default = "russian")]
    pub lang: String,
    /// The address of the owner's page, with a token, to which a digest leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Secret>,
}

fn daily() -> BTreeSet<Kind> {
    [Kind::Daily].into()
}

const fn morning() -> u32 {
    9
}

fn russian() -> String {
    "ru".to_owned()
}

/// How somebody is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "DigestWay"))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Way {
    /// A letter, by the HTTP API of whoever sends one's mail.
    Mail {
        /// The address that takes a letter.
        url: Secret,
        /// The request's headers, such as `authorization`; `{id}` in them is the digest's own, always the same.
        headers: BTreeMap<String, Secret>,
        /// The request's JSON: `{subject}`, `{text}`, `{html}` and `{id}` in its texts are the letter's.
        body: Value,
    },
    /// A message of a Telegram bot.
    Telegram {
        /// The bot's token.
        token: Secret,
        /// The chat's number, or `@name` of a channel.
        chat: String,
        /// Another server of Telegram's Bot API than its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        server: Option<String>,
    },
    /// A web hook, signed by Standard Webhooks.
    Hook {
        /// Its address.
        url: Secret,
        /// `whsec_` and base64 of 24 to 64 bytes.
        secret: Secret,
    },
}

/// How somebody is reached, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "DigestWayName"))]
#[serde(rename_all = "snake_case")]
pub enum WayName {
    /// [`Way::Mail`]
    Mail,
    /// [`Way::Telegram`]
    Telegram,
    /// [`Way::Hook`]
    Hook,
}

/// To whom an account tells, without what is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "DigestTarget"))]
pub struct Target {
    /// Its number.
    pub id: u32,
    /// Who that is.
    pub name: String,
    /// How they are reached.
    pub way: WayName,
    /// The host that is called for it.
    pub host: String,
    /// How often.
    pub kinds: BTreeSet<Kind>,
    /// The hour of the account's day.
    pub hour: u32,
    /// The language.
    pub lang: String,
    /// Since when: digests of earlier hours are not sent.
    pub since: Moment,
}

/// A target, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "DigestTargetState"))]
pub struct TargetState {
    /// To whom.
    pub target: Target,
    /// Whether its secrets are here. They do not travel in an archive: give it anew.
    pub ready: bool,
    /// The last digest that it got, or was to get.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<DigestLast>,
}

/// What is secret of a target.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Sealed {
    pub(crate) way: Way,
    pub(crate) page: Option<Secret>,
}

impl Account {
    /// Those to whom it tells.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn digests(&self) -> Answer<List<TargetState>> {
        let targets = self.store.targets()?.into_iter();
        let items = targets.map(|(target, ready)| self.target_state(target, ready));
        Ok(List { items: items.collect::<Answer<_>>()?, next: None })
    }

    /// Tells somebody from now on, or tells them otherwise.
    ///
    /// # Errors
    /// A rejection with 422 of a wish that cannot be, with 404 of a number that nobody has.
    pub fn keep_target(
        &self,
        wish: TargetRequest,
        who: &str,
        vault: &Vault,
        now: Moment,
    ) -> Answer<TargetState> {
        let refused = |hint: String| Failure::rejected(422, "the digest cannot be sent", hint);
        let host = wish.checked().map_err(refused)?;
        let known = self.store.targets()?;
        let id = match wish.id {
            Some(id) if !known.iter().any(|(target, _)| target.id == id) => return Err(Failure::not_found()),
            Some(id) => id,
            None if known.len() >= TARGETS_MAX => {
                return Err(refused(format!("an account tells at most {TARGETS_MAX}: remove one")));
            }
            None => self.store.next_target()?,
        };
        // Given anew, it is told of the same hours as before.
        let since = known.iter().find(|(target, _)| target.id == id).map_or(now, |(target, _)| target.since);
        let TargetRequest { name, way, kinds, hour, lang, page, .. } = wish;
        let target = Target { id, name, way: way.name(), host, kinds, hour, lang, since };
        let sealed = serde_json::to_string(&Sealed { way, page })?;
        let sealed = vault.seal(&self.record.account, &sealed)?;
        self.store.transaction(|| {
            self.store.keep_target(&target, &sealed)?;
            self.log(who, "digest target", &format!("{id} {}", target.host), now)
        })?;
        self.target_state(target, true)
    }

    /// Tells somebody nothing more.
    ///
    /// # Errors
    /// A rejection with 404 of a number that nobody has.
    pub fn end_target(&self, id: u32, who: &str, now: Moment) -> Answer<Target> {
        let target = self.target(id)?;
        self.store.transaction(|| {
            self.store.end_target(id)?;
            self.log(who, "digest target ended", &format!("{id} {}", target.host), now)
        })?;
        Ok(target)
    }

    pub(super) fn target(&self, id: u32) -> Answer<Target> {
        let found = self.store.targets()?.into_iter().find(|(target, _)| target.id == id);
        found.map(|(target, _)| target).ok_or_else(Failure::not_found)
    }

    pub(super) fn sealed(&self, id: u32, vault: &Vault) -> Answer<Option<Sealed>> {
        let sealed = self.store.sealed_target(id)?;
        let opened = sealed.map(|sealed| vault.open(&self.record.account, &sealed)).transpose()?;
        Ok(opened.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    fn target_state(&self, target: Target, ready: bool) -> Answer<TargetState> {
        let last = self.store.last_sent(target.id)?.map(|sent| sent.last());
        Ok(TargetState { target, ready, last })
    }
}

impl TargetRequest {
    /// The host that is called, or what is wrong with the wish.
    fn checked(&self) -> Result<String, String> {
        let is_named = !self.name.trim().is_empty() && !self.name.contains(char::is_control);
        if !is_named || self.name.chars().count() > NAME_CHARS_MAX {
            return Err(format!("`name` says who it is, in at most {NAME_CHARS_MAX} characters"));
        }
        if self.kinds.is_empty() {
            return Err("`kinds` names at least one of daily, weekly, monthly, quarterly".to_owned());
        }
        if self.hour > 23 {
            return Err("`hour` is from 0 to 23".to_owned());
        }
        if !matches!(self.lang.as_str(), "ru" | "en") {
            return Err("`lang` is ru or en".to_owned());
        }
        if let Some(Secret(page)) = &self.page {
            host(page, "page")?;
        }
        self.way.checked()
    }
}

impl Way {
    const fn name(&self) -> WayName {
        match self {
            Self::Mail { .. } => WayName::Mail,
            Self::Telegram { .. } => WayName::Telegram,
            Self::Hook { .. } => WayName::Hook,
        }
    }

    /// Where a bot's server is.
    pub(super) fn telegram(server: Option<&str>) -> &str {
        server.unwrap_or(TELEGRAM).trim_end_matches('/')
    }

    fn checked(&self) -> Result<String, String> {
        match self {
            Self::Mail { url, headers, body } => {
                let is_name = |name: &str| {
                    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                };
                let is_value = |value: &str| value.bytes().all(|b| (0x20..0x7f).contains(&b));
                let are_good = headers.iter().all(|(name, value)| is_name(name) && is_value(&value.0));
                if headers.len() > HEADERS_MAX || !are_good {
                    return Err(format!("`headers` are at most {HEADERS_MAX}, in plain ASCII"));
                }
                let text = body.to_string();
                if text.len() > FORM_BYTES_MAX || !(text.contains("{text}") || text.contains("{html}")) {
                    return Err(
                        "`body` is the request's JSON, with {subject}, {text} and {html} in it".to_owned()
                    );
                }
                host(&url.0, "url")
            }
            Self::Telegram { token, chat, server } => {
                let is_token = token.0.split_once(':').is_some_and(|(bot, key)| {
                    let is_key = key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
                    !bot.is_empty() && bot.bytes().all(|b| b.is_ascii_digit()) && key.len() >= 20 && is_key
                });
                if !is_token {
                    return Err("`token` is what @BotFather gave: a number, a colon and a key".to_owned());
                }
                let number = chat.strip_prefix('-').unwrap_or(chat);
                let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
                let is_name = chat.len() > 1 && chat.starts_with('@');
                if !is_number && !is_name {
                    return Err(
                        "`chat` is a number, such as -1001234567890, or @name of a channel".to_owned()
                    );
                }
                host(Self::telegram(server.as_deref()), "server")
            }
            Self::Hook { url, secret } => {
                key_of(&secret.0).ok_or("`secret` is whsec_ and base64 of 24 to 64 bytes")?;
                host(&url.0, "url")
            }
        }
    }
}

/// The host of an address over https; over http, of this very machine only, where a relay of one's own may stand.
fn host(url: &str, name: &str) -> Result<String, String> {
    let wrong = || format!("`{name}` is an address such as https://example.com/path");
    let is_plain = url.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\'));
    let rest = match url.split_once("://") {
        Some(("https", rest)) => rest,
        Some(("http", rest)) if rest.starts_with("127.0.0.1:") => rest,
        _ => return Err(wrong()),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = !host.is_empty()
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'));
    if is_plain && is_host && url.len() <= URL_BYTES_MAX { Ok(host.to_owned()) } else { Err(wrong()) }
}
