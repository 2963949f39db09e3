//! What is stored of a connection.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use takeroot_amocrm::api::List;
use takeroot_amocrm::subscription::Subscription;
use takeroot_core::account::Secret;
use takeroot_core::connection::Trouble;
use takeroot_core::time::{Day, Moment};

/// How an account is connected, and how far its readings have come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Link {
    /// Since when.
    pub(crate) since: Moment,
    /// The account's host in the CRM.
    pub(crate) host: String,
    /// The address that the CRM's webhooks are to reach; none where they are not wanted.
    pub(crate) destination: Option<String>,
    /// An address of before, at which they are to end.
    pub(crate) destination_of_before: Option<String>,
    /// How often the CRM is read, in seconds.
    pub(crate) every_s: i64,
    /// Requests in a second, at most.
    pub(crate) rate: u32,
    /// When names, people and rules were read last.
    pub(crate) directory_at: Option<Moment>,
    /// When the subscription of webhooks was looked at last.
    pub(crate) hooks_at: Option<Moment>,
    /// How the webhooks are subscribed, where they are.
    pub(crate) hooks: Option<Subscription>,
    /// Up to when everything that happened has been read.
    pub(crate) read_to: Option<Moment>,
    /// When somebody looked last whether something happened.
    pub(crate) looked_at: Moment,
    /// The day on which the last days were read again.
    pub(crate) repaired_on: Option<Day>,
    /// The reading of the time before.
    pub(crate) back: Option<Back>,
    /// What the account has, and who connected it, as its lists said last.
    pub(crate) here: Here,
    /// Stages in which requests wait to be accepted.
    pub(crate) incoming: BTreeSet<u64>,
    /// Requests that waited when they were read last, by their subjects' numbers, with the leads they may become.
    pub(crate) waiting: BTreeMap<u64, u64>,
    /// Lists that the CRM does not show us, with its answer.
    pub(crate) refused: BTreeMap<List, u16>,
    /// What is wrong.
    pub(crate) trouble: Option<Trouble>,
    /// Since when it is.
    pub(crate) troubled_since: Option<Moment>,
    /// Nothing is asked before this moment, in milliseconds.
    pub(crate) wait_until_ms: i64,
    /// Tries in a row that failed.
    pub(crate) tries: u32,
}

/// What an account has, and who connected it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Here {
    /// Whose tokens they are.
    pub(crate) owner: u64,
    /// Whether that user is no admin.
    pub(crate) is_plain: bool,
    /// Whether that user has left.
    pub(crate) has_left: bool,
    /// Which users are admins.
    pub(crate) admins: BTreeSet<u64>,
    /// Custom fields; none where not all of them were shown.
    pub(crate) fields: Option<BTreeSet<u64>>,
    /// Pipelines and their stages; none where they were not shown.
    pub(crate) stages: Option<BTreeSet<(u64, u64)>>,
}

/// The reading of the time before the connection, from its end to its beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Back {
    /// Where it is to end.
    pub(crate) from: Moment,
    /// Where it began.
    pub(crate) until: Moment,
    /// The list of states that is being read, and its page; none once all are read.
    pub(crate) state: Option<(usize, u32)>,
    /// Whether some state changed so lately that its event may not be shown yet.
    pub(crate) is_fresh: bool,
    /// From here to `until` everything has been read.
    pub(crate) reached: Moment,
    /// The length of the next piece, in seconds.
    pub(crate) piece_s: i64,
    /// When it was complete.
    pub(crate) done_at: Option<Moment>,
}

/// The keys to the CRM; sealed at rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tokens {
    pub(crate) access: Secret,
    /// None of a token that lives long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refresh: Option<Secret>,
    pub(crate) expires_at: Moment,
}
