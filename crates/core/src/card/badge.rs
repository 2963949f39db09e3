//! What a board or a list shows of a deal. It has no rules: what is to be said, and until when, is said to it.

use crate::time::Moment;
use serde::{Deserialize, Serialize};

/// Deals of one screen, at most.
pub const BADGES_MAX: usize = 500;

/// The deals that a screen shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BadgesRequest {
    /// Their ids, at most 500.
    pub deals: Vec<u64>,
}

/// The badges of a screen, of those deals of which there is something to show to whoever looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Badges {
    /// The Worker's time: the browser's clock may be wrong.
    pub now: Moment,
    /// What seconds, minutes and hours are called.
    pub units: [String; 3],
    /// The badges, each deal's once.
    pub items: Vec<Badge>,
}

/// What is shown of a deal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Badge {
    /// Id of the deal.
    pub deal: u64,
    /// Completeness from 0 to 100, where the stage asks for something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u32>,
    /// The same in words, with what is missing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub filled: String,
    /// The most urgent clock, as it will be told for some time: one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clock: Vec<ClockFrame>,
}

/// What a clock says until a moment. `{0}` in `brief` and `left` is the time to or since `mark`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClockFrame {
    /// The first moment at which it holds no more.
    pub until: Moment,
    /// How the clock stands: `running`, `warning`, `breached`, `paused` or `checking`.
    pub state: String,
    /// What it is about.
    pub name: String,
    /// How it stands, where there is little room.
    pub brief: String,
    /// How it stands, in words.
    pub left: String,
    /// The moment to which it runs, or since which it is late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Moment>,
}
