//! The connection of an account to its CRM: what is wished, what comes back, and what the first reading finds.

use crate::acceptance::Period;
use crate::account::Secret;
use crate::time::Moment;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// How an account is to be connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ConnectionRequest {
    /// The account's host in the CRM, such as `example.amocrm.ru`; of the account's record where it is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// A token that lives long. Without one an admin is sent to the CRM, to say yes there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    /// Whether the CRM is asked to send webhooks; without them it is only read.
    pub webhooks: bool,
    /// How often the CRM is read, in seconds, 30 to 3600.
    pub every_s: u32,
    /// Requests in a second, at most, 1 to 50. The CRM takes 7 unless more is paid for.
    pub rate: u32,
    /// How many days before the connection are read, 0 to 366.
    pub history_days: u32,
}

impl ConnectionRequest {
    /// What [`Self::history_days`] may be.
    pub const HISTORY_DAYS: RangeInclusive<u32> = 0..=366;
    /// What [`Self::every_s`] may be.
    pub const EVERY_S: RangeInclusive<u32> = 30..=3600;
    /// What [`Self::rate`] may be.
    pub const RATE: RangeInclusive<u32> = 1..=50;
}

impl Default for ConnectionRequest {
    fn default() -> Self {
        Self { host: None, token: None, webhooks: true, every_s: 60, rate: 7, history_days: 366 }
    }
}

/// What connecting gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Connected {
    /// Connected; the reading begins.
    Yes {
        /// The account's host.
        host: String,
    },
    /// An admin of the CRM is to open this address within an hour, and say yes there.
    Authorize {
        /// The address.
        url: String,
    },
}

/// What ending the connection left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Disconnected {
    /// Whether the CRM has ended its webhooks; none where there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhooks_ended: Option<bool>,
}

/// How the connection stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionState {
    /// The account's host; none where it is not connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Moment>,
    /// Up to when everything that happened has been read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_to: Option<Moment>,
    /// Of what the CRM's webhooks tell; none where they are not subscribed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhooks: Option<Vec<String>>,
    /// Whether the CRM has turned them off.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub webhooks_disabled: bool,
    /// Lists that the CRM does not show us, each with its answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<(String, u16)>,
    /// What keeps it from being read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub troubled_since: Option<Moment>,
    /// How far the time before the connection has been read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<Progress>,
    /// The first thing that is worth knowing, of the last 90 days; none before they are read and judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
}

/// How far the time before the connection has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Progress {
    /// Where it is to begin.
    pub from: Moment,
    /// From here on everything is known.
    pub reached: Moment,
    /// How much of it is read, in percent; the states of deals come first and count for a tenth.
    pub percent: u8,
    /// When all of it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Moment>,
}

/// What keeps an account from being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The CRM does not know our tokens any more: an admin has to connect it again.
    Unauthorized,
    /// The CRM says that it is not paid, or that its tariff has no API.
    Unpaid,
    /// The CRM has shut us out for asking too often.
    Blocked,
    /// Whoever connected it may not read it.
    Forbidden,
    /// The tokens are of another account than this one.
    ForeignAccount,
    /// It does not answer, or with faults of its own.
    Failing,
}

/// A finding, with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// What was found.
    pub what: Found,
    /// How many.
    pub n: i64,
    /// Of how many.
    pub of: i64,
    /// In which days.
    pub period: Period,
    /// Some of the deals, the latest first.
    pub deals: Vec<u64>,
}

/// What can be found, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// Leads without a response within a business day, or closed without one; of those that came in.
    Missed,
    /// Deals at work with an overdue task or a breached timer; of those at work.
    Overdue,
    /// Deals at work without a next step; of those at work.
    NoNextStep,
    /// Nothing of these: leads that were answered, of those that came in.
    Nothing,
}
