//! An account: what an operator gives, what is stored, and what comes back.

use crate::day::{DayPoint, Figures};
use crate::fact::Key;
use crate::logbook::Entry;
use crate::policy::{Policy, PolicyFile, PolicyVersion};
#[cfg(feature = "zones")]
use crate::policy::{PolicyError, Rules};
use crate::time::{Day, Moment};
use crate::zone::Zone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

/// A text that never shows itself in a log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// How long what is told of an account is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Days that bodies are kept as they came.
    pub raw_days: u32,
    /// Days that facts are kept after the last one about a deal that is over, and about what belongs to it.
    pub facts_days: u32,
}

impl Retention {
    /// What [`Retention::raw_days`] may be: a body that is gone is not known again when it is repeated.
    pub const RAW_DAYS: RangeInclusive<u32> = 1..=90;
    /// What [`Retention::facts_days`] may be: a deal is followed for a quarter at least.
    pub const FACTS_DAYS: RangeInclusive<u32> = 90..=3650;

    /// Whether both are within their limits.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        Self::RAW_DAYS.contains(&self.raw_days) && Self::FACTS_DAYS.contains(&self.facts_days)
    }

    /// The limits in words.
    #[must_use]
    pub fn limits() -> String {
        let (raw, facts) = (Self::RAW_DAYS, Self::FACTS_DAYS);
        let [raw, facts] = [raw, facts].map(|days| format!("from {} to {}", days.start(), days.end()));
        format!("raw_days {raw}, facts_days {facts}")
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self { raw_days: 14, facts_days: 400 }
    }
}

/// What an operator gives to open an account, or to change its name and policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountRequest {
    /// The account's id in amoCRM.
    pub crm_id: u64,
    /// The company's name, as the screens show it.
    #[serde(default)]
    pub name: String,
    /// The account's host in the CRM, such as `example.amocrm.ru`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm_host: Option<String>,
    /// The integration's client secret.
    #[serde(default)]
    pub client_secret: Secret,
    /// The integration's id.
    #[serde(default)]
    pub integration_id: Option<String>,
    /// The integration's redirect address; the widget's tokens are made for its host.
    #[serde(default)]
    pub redirect_uri: Option<String>,
    /// From when on the account is observed; the moment of opening where it is not given.
    #[serde(default)]
    pub observed_from: Option<Moment>,
    /// IANA name of the zone, where no policy is given; Moscow by default.
    #[serde(default)]
    pub zone: Option<String>,
    /// The policy; the standard one where none is given. For a known account it is a new version, which holds
    /// from the next day on.
    #[serde(default)]
    pub policy: Option<Policy>,
    /// How long what is told is kept; the standard times where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
}

/// What opening an account gives back. Shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountOpened {
    /// The account's key, as URLs name it.
    pub account: String,
    /// The path to which the CRM posts its webhooks.
    pub hook_path: String,
    /// The path of the owner's page, its token included.
    pub owner_path: String,
    /// The owner's token.
    pub owner_token: String,
}

/// An account among others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountListed {
    /// The account's key.
    pub account: String,
    /// The company's name.
    pub name: String,
    /// IANA name of the zone.
    pub zone: String,
    /// The last published day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Day>,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "{T}List"))]
pub struct List<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// What to give as `cursor` for the next page; none on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The policy of an account: every version of it, and what they are known by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PolicyState {
    /// Another one after every change: who changes the policy says on which it is based.
    pub revision: u32,
    /// Nobody has set a policy yet: it is what the CRM's own settings propose.
    #[serde(default)]
    pub proposed: bool,
    /// The versions, the oldest first.
    pub versions: Vec<VersionState>,
}

/// A version of an account's policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VersionState {
    /// The first day on which it holds.
    pub from: Day,
    /// Who wrote it, and why; not known of the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Written>,
    /// The whole policy.
    pub policy: Policy,
}

impl PolicyState {
    /// The versions, as a policy file has them.
    #[must_use]
    pub fn file(&self) -> PolicyFile {
        let version = |version: &VersionState| {
            let Written { by, note } = version.written.clone().unwrap_or_default();
            (version.from, PolicyVersion { by, note, policy: version.policy.clone() })
        };
        let mut versions = self.versions.iter().map(version);
        let first = versions.next().map(|(_, first)| first).unwrap_or_default();
        PolicyFile { first, later: versions.collect() }
    }
}

/// Another policy for an account. It holds from tomorrow on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PolicyRequest {
    /// The revision that was changed.
    pub based_on: u32,
    /// What it changes, and why.
    #[serde(default)]
    pub note: String,
    /// The whole policy.
    pub policy: Policy,
}

impl PolicyRequest {
    /// How long [`PolicyRequest::note`] may be, in bytes.
    pub const NOTE_BYTES_MAX: usize = 1_000;
}

/// What the last full week would have been by another policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PolicyPreview {
    /// As it was.
    pub was: Figures,
    /// As it would have been.
    pub would_be: Figures,
}

/// Who wrote a version of the policy, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Written {
    /// Who.
    pub by: String,
    /// What it changes, and why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What is stored of an account. Its secrets are stored apart, sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The account's key.
    pub account: String,
    /// The account's id in amoCRM.
    pub crm_id: u64,
    /// The company's name.
    pub name: String,
    /// The account's host in the CRM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm_host: Option<String>,
    /// The integration's client secret.
    #[serde(default, skip_serializing)]
    pub client_secret: Secret,
    /// The integration's id.
    #[serde(default)]
    pub integration_id: Option<String>,
    /// The integration's redirect address.
    #[serde(default)]
    pub redirect_uri: Option<String>,
    /// The key under which phones and e-mails are hashed.
    #[serde(default, skip_serializing)]
    pub identity_key: Key,
    /// From when on the account is observed.
    pub observed_from: Moment,
    /// Generations of the webhook's address that are accepted: two while it is being changed.
    pub hook_generations: Vec<u32>,
    /// Since when nothing is taken and nothing shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_at: Option<Moment>,
    /// How long what is told is kept, where it is not the standard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// Nobody has set a policy yet: it is what the CRM's own settings propose.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub proposed: bool,
    /// Versions of the policy with the days from which they hold, oldest first.
    pub versions: Vec<(Day, Policy)>,
    /// How often the policy was changed.
    #[serde(default)]
    pub policy_revision: u32,
    /// Who wrote the version of a day, and why; of some it is not known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub written: BTreeMap<Day, Written>,
}

#[cfg(feature = "zones")]
impl AccountRecord {
    /// A new account. The key of its identities is made from the operator's, once.
    #[must_use]
    pub fn opened(request: AccountRequest, operator_key: &[u8], now: Moment) -> Self {
        let account = amocrm_key(request.crm_id);
        let identity_key = Key::keyed(operator_key, format!("identity|{account}").as_bytes());
        let zone = request.zone.as_deref().unwrap_or("Europe/Moscow");
        let proposed = request.policy.is_none();
        let policy = request.policy.unwrap_or_else(|| Policy::standard(zone));
        Self {
            proposed,
            account,
            crm_id: request.crm_id,
            name: request.name,
            crm_host: request.crm_host,
            client_secret: request.client_secret,
            integration_id: request.integration_id,
            redirect_uri: request.redirect_uri,
            identity_key,
            observed_from: request.observed_from.unwrap_or(now),
            hook_generations: vec![1],
            suspended_at: None,
            retention: request.retention,
            versions: vec![(Day(0), policy)],
            policy_revision: 0,
            written: BTreeMap::new(),
        }
    }

    /// The account with what a request gives anew. Another policy holds from the next day on, never in the past.
    ///
    /// # Errors
    /// The policy that holds now cannot be compiled.
    pub fn changed(self, request: AccountRequest, now: Moment) -> Result<Self, PolicyError> {
        let mut record = Self {
            name: if request.name.is_empty() { self.name } else { request.name },
            crm_host: request.crm_host.or(self.crm_host),
            integration_id: request.integration_id.or(self.integration_id),
            redirect_uri: request.redirect_uri.or(self.redirect_uri),
            retention: request.retention.or(self.retention),
            ..self
        };
        if !request.client_secret.0.is_empty() {
            record.client_secret = request.client_secret;
        }
        let last = record.versions.last().map(|(_, policy)| policy);
        match request.policy.filter(|policy| last != Some(policy)) {
            Some(policy) => {
                let written = Written { by: "operator".to_owned(), note: String::new() };
                Ok(Self { proposed: false, ..record.with_policy(policy, written, now)? })
            }
            None => Ok(record),
        }
    }

    /// The account with another policy from the next day on. A version that was to begin then is not kept.
    ///
    /// # Errors
    /// The policy that holds now cannot be compiled.
    pub fn with_policy(mut self, policy: Policy, written: Written, now: Moment) -> Result<Self, PolicyError> {
        let tomorrow = self.rules(now)?.day_of(now).plus(1);
        self.versions.retain(|(from, _)| *from < tomorrow);
        self.versions.push((tomorrow, policy));
        self.written.insert(tomorrow, written);
        self.policy_revision += 1;
        Ok(self)
    }

    /// The policy with all its versions.
    #[must_use]
    pub fn policy_state(&self) -> PolicyState {
        let version = |(from, policy): &(Day, Policy)| VersionState {
            from: *from,
            written: self.written.get(from).cloned(),
            policy: policy.clone(),
        };
        PolicyState {
            revision: self.policy_revision,
            proposed: self.proposed,
            versions: self.versions.iter().map(version).collect(),
        }
    }

    /// The account with the CRM's own names, people and rules, which `onto` puts onto a policy; `None` where that changes
    /// nothing. What is only proposed holds from the beginning. Of a policy that somebody has set, names and people
    /// follow the CRM from the next day on, and nothing else does.
    #[must_use]
    pub fn named(mut self, onto: impl Fn(Policy) -> Policy, now: Moment) -> Option<Self> {
        let last = self.versions.last()?.1.clone();
        let mut named = onto(last.clone());
        if self.proposed {
            self.versions = vec![(Day(0), named.clone())];
            self.policy_revision += 1;
        } else {
            named.mandatory.clone_from(&last.mandatory);
            named.calendar.tz.clone_from(&last.calendar.tz);
            let tomorrow = self.rules(now).ok()?.day_of(now).plus(1);
            // Who has written the policy of tomorrow stays known as its author.
            let by_crm = || Written { by: "crm".to_owned(), note: String::new() };
            let written = self.written.get(&tomorrow).cloned().unwrap_or_else(by_crm);
            self = self.with_policy(named.clone(), written, now).ok()?;
        }
        (named != last).then_some(self)
    }

    /// The account with one more generation of the webhook's address; the one before stays valid, older ones die.
    #[must_use]
    pub fn rotated(mut self) -> Self {
        let last = self.hook_generations.iter().max().copied().unwrap_or(0);
        self.hook_generations = [last, last + 1].into_iter().filter(|generation| *generation > 0).collect();
        self
    }

    /// The compiled rules of the account.
    ///
    /// # Errors
    /// A version of the policy cannot be compiled.
    pub fn rules(&self, now: Moment) -> Result<Rules, PolicyError> {
        Rules::compile(self.versions.clone(), self.observed_from, now)
    }
}

/// What is published about an account beside its days: all that a page needs to name things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountIndex {
    /// The account's key.
    pub account: String,
    /// The company's name.
    pub name: String,
    /// The policy that holds now.
    pub policy: Policy,
    /// Its zone.
    pub zone: Zone,
    /// Its host in the CRM, where deals are looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm_host: Option<String>,
    /// The published days.
    pub days: Vec<Day>,
    /// The last day that is over.
    pub last_full: Day,
    /// A few figures of each of the last days, ascending.
    #[serde(default)]
    pub points: Vec<DayPoint>,
    /// What people wrote down, by day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logbook: Vec<Entry>,
}

impl AccountIndex {
    /// The day that an owner reads first: the last full one, or the first published one after it: a new account may know
    /// of days long before it was opened, and of today.
    #[must_use]
    pub fn latest(&self) -> Day {
        self.days.iter().copied().find(|day| *day >= self.last_full).unwrap_or(self.last_full)
    }
}

/// The key of an amoCRM account.
#[must_use]
pub fn amocrm_key(crm_id: u64) -> String {
    format!("amo-{crm_id}")
}

#[cfg(feature = "zones")]
#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> AccountRequest {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn another_policy_holds_from_the_next_day_on() {
        let noon: Moment = "2026-03-02T09:00:00Z".parse().unwrap();
        let record = AccountRecord::opened(request(r#"{"crm_id": 7, "zone": "Asia/Omsk"}"#), b"key", noon);
        let mut stricter = record.versions[0].1.clone();
        stricter.first_response.target = crate::policy::Span::Seconds(60);
        let wish = AccountRequest { policy: Some(stricter), ..request(r#"{"crm_id": 7, "name": "a"}"#) };
        let record = record.changed(wish.clone(), noon).unwrap();
        let target = |at: Moment| record.rules(noon).unwrap().at(at).policy.first_response_s();
        let midnight: Moment = "2026-03-02T18:00:00Z".parse().unwrap();
        assert_eq!((target(noon), target(midnight.plus(-1)), target(midnight)), (900, 900, 60));
        assert_eq!(record.clone().changed(wish, noon).unwrap(), record, "the same again changes nothing");
    }

    #[test]
    fn an_owner_reads_the_last_full_day_or_the_first_one_after_it() {
        let latest = |days: &[i32]| {
            let policy = Policy::standard("Europe/Moscow");
            let zone = Zone::named("Europe/Moscow").unwrap();
            let days = days.iter().copied().map(Day).collect();
            let (account, name) = (amocrm_key(7), String::new());
            AccountIndex {
                account,
                name,
                policy,
                zone,
                crm_host: None,
                days,
                last_full: Day(20),
                points: Vec::new(),
                logbook: Vec::new(),
            }
            .latest()
            .0
        };
        assert_eq!(
            [latest(&[18, 19, 20, 21]), latest(&[21]), latest(&[3, 21]), latest(&[])],
            [20, 21, 21, 20]
        );
    }

    #[test]
    fn what_a_request_leaves_out_stays() {
        let opened = r#"{"crm_id": 7, "name": "n", "client_secret": "s", "integration_id": "i",
            "redirect_uri": "https://a.example", "retention": {"facts_days": 90}}"#;
        let record = AccountRecord::opened(request(opened), b"key", Moment(0));
        let kept = record.clone().changed(request(r#"{"crm_id": 7}"#), Moment(99)).unwrap();
        assert_eq!(kept, record);
        assert!(!format!("{record:?}").contains("\"s\""), "a secret does not show itself");
    }
}
