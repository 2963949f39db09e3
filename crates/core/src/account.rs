//! An account: what an operator gives, what is stored, and what comes back.

use crate::fact::Key;
use crate::policy::Policy;
use crate::time::{Day, Moment};
use crate::zone::Zone;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A text that never shows itself in a log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What an operator gives to open an account, or to change its name and policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRequest {
    /// The account's id in amoCRM.
    pub crm_id: u64,
    /// The company's name, as the screens show it.
    #[serde(default)]
    pub name: String,
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
}

/// What opening an account gives back. Shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// What is stored of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The account's key.
    pub account: String,
    /// The account's id in amoCRM.
    pub crm_id: u64,
    /// The company's name.
    pub name: String,
    /// The integration's client secret.
    pub client_secret: Secret,
    /// The integration's id.
    #[serde(default)]
    pub integration_id: Option<String>,
    /// The integration's redirect address.
    #[serde(default)]
    pub redirect_uri: Option<String>,
    /// The key under which phones and e-mails are hashed.
    pub identity_key: Key,
    /// From when on the account is observed.
    pub observed_from: Moment,
    /// Generations of the webhook's address that are accepted: two while it is being changed.
    pub hook_generations: Vec<u32>,
    /// Versions of the policy with the days from which they hold, oldest first.
    pub versions: Vec<(Day, Policy)>,
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
    /// The published days.
    pub days: Vec<Day>,
    /// The last day that is over.
    pub last_full: Day,
}

impl AccountIndex {
    /// The day that an owner reads first: the last full one, or the first published one of a new account.
    #[must_use]
    pub fn latest(&self) -> Day {
        self.days.first().copied().unwrap_or(self.last_full).max(self.last_full)
    }
}

/// The key of an amoCRM account.
#[must_use]
pub fn amocrm_key(crm_id: u64) -> String {
    format!("amo-{crm_id}")
}
