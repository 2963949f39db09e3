//! Clocks as data: when they start and stop, when they stand, and how long they may run.

use super::Span;
use serde::{Deserialize, Serialize};

/// The target of the first response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FirstResponse {
    /// Business time from the entry of a lead to the first response.
    #[serde(alias = "target_s")]
    pub target: Span,
    /// Percent of the target left below which the clock warns.
    #[serde(default = "fifth", skip_serializing_if = "is_fifth")]
    pub warning_percent: u32,
}

impl Default for FirstResponse {
    fn default() -> Self {
        Self { target: Span::Seconds(15 * 60), warning_percent: fifth() }
    }
}

const fn fifth() -> u32 {
    20
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_fifth(percent: &u32) -> bool {
    *percent == fifth()
}

/// A clock of a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Name, as the screens show it; one of its kind in a policy.
    pub name: String,
    /// What starts it.
    pub starts: Starts,
    /// What stops it; where nothing is given, what its start implies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stops: Vec<Stops>,
    /// Stages in which it stands; only their business part moves the deadline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<u64>,
    /// How long it may run.
    pub target: Span,
    /// Percent of the target left below which it warns.
    #[serde(default = "fifth", skip_serializing_if = "is_fifth")]
    pub warning_percent: u32,
    /// Whether it begins anew when the responsible changes: the manager's clock, not the client's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restarts_on_assignment: bool,
    /// Its own working hours, by their name in `calendars`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// The pipelines whose deals it is for; none means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pipelines: Vec<u64>,
    /// The stages in which it may start; none means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<u64>,
}

impl Target {
    /// What stops it: what the policy says, or what its start implies.
    #[must_use]
    pub fn stops(&self) -> &[Stops] {
        if self.stops.is_empty() { self.starts.stops() } else { &self.stops }
    }
}

/// What starts a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Starts {
    /// A lead enters. Stops at the first human answer.
    LeadEntered,
    /// The client speaks and nobody has answered yet: the first unanswered message. Stops at a human's answer
    /// or when the talk is closed.
    ClientMessage,
    /// We spoke last. Stops when the client speaks.
    OurMessage,
    /// The deal comes into a stage. Stops when it leaves it.
    StageEntered,
    /// The deal moves or somebody speaks: the clock begins anew. It stops when the deal is closed.
    Activity,
    /// The deal is created. Stops when it is won or lost: the resolution.
    Created,
}

impl Starts {
    /// What stops a clock of this start where the policy does not say.
    #[must_use]
    pub const fn stops(self) -> &'static [Stops] {
        match self {
            Self::LeadEntered => &[Stops::Answer],
            Self::ClientMessage => &[Stops::Answer, Stops::TalkClosed],
            Self::OurMessage => &[Stops::ClientMessage],
            Self::StageEntered => &[Stops::StageLeft],
            Self::Activity | Self::Created => &[],
        }
    }
}

/// What stops a clock. Every clock also ends when the deal is won, lost, declined or deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stops {
    /// A human answers.
    Answer,
    /// The talk is closed.
    TalkClosed,
    /// The client speaks.
    ClientMessage,
    /// The deal leaves the stage in which the clock started.
    StageLeft,
    /// A task is done.
    TaskDone,
}
