//! What is to be reached: the criteria of acceptance, its start and baseline, and the goals of people.

use crate::acceptance::{Metric, Period};
use crate::place::Slice;
use crate::time::Day;
use serde::{Deserialize, Serialize};

/// Days of a criterion that does not say.
pub const WINDOW_DAYS: u32 = 28;
/// Cases below which a criterion that does not say judges nothing: of fewer, 95 % cannot be told from all.
pub const CASES_MIN: i64 = 20;

/// A criterion: a metric within limits over some days, in a slice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// What it is called; empty where the metric says it all. One of the policy takes the place of the standard
    /// one of the same metric in the acceptance list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What is measured.
    pub metric: Metric,
    /// At least this: percent, seconds or hundredths, as the metric is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<i64>,
    /// At most this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<i64>,
    /// Days that it looks back, the judged one included.
    #[serde(default = "window_days", skip_serializing_if = "is_window_days")]
    pub window_days: u32,
    /// Cases below which it judges nothing. People and days are counted in full and need one.
    #[serde(default = "cases_min", skip_serializing_if = "is_cases_min")]
    pub cases_min: i64,
    /// Of which deals, people or days.
    #[serde(default, skip_serializing_if = "is_all")]
    pub slice: Slice,
}

const fn window_days() -> u32 {
    WINDOW_DAYS
}

const fn cases_min() -> i64 {
    CASES_MIN
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_window_days(days: &u32) -> bool {
    *days == WINDOW_DAYS
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_cases_min(cases: &i64) -> bool {
    *cases == CASES_MIN
}

fn is_all(slice: &Slice) -> bool {
    *slice == Slice::ALL
}

impl Criterion {
    /// A metric without limits: what is only to be known.
    #[must_use]
    pub const fn of(metric: Metric) -> Self {
        Self {
            name: String::new(),
            metric,
            at_least: None,
            at_most: None,
            window_days: WINDOW_DAYS,
            cases_min: CASES_MIN,
            slice: Slice::ALL,
        }
    }

    /// A metric within a limit, from below or above as is better for it.
    #[must_use]
    pub fn good(metric: Metric, value: i64) -> Self {
        let criterion = Self::of(metric);
        if metric.less_is_better() {
            Self { at_most: Some(value), ..criterion }
        } else {
            Self { at_least: Some(value), ..criterion }
        }
    }
}

/// The acceptance of the CRM: when it started, what it is compared with, and what it must reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Acceptance {
    /// The first day, T: the gates stand 90 days and 3, 6 and 12 months after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<Day>,
    /// The days before, which are the measure of the days after; none stands for the last four weeks that were
    /// uploaded, where some were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Period>,
    /// The days after that are laid beside the baseline; none stands for as many, up to the judged day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Period>,
    /// What must be reached at the gates. They are fixed by the version in which `started` first stands: a
    /// later version does not move them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Criterion>,
    /// Limits other than the standard ones of the acceptance list, the set-up check and the pilot, by metric.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Criterion>,
}

impl Acceptance {
    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A goal with the person who answers for it. Three to five are enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// What is to be reached.
    pub criterion: Criterion,
    /// The user who answers for it; 0 for nobody.
    #[serde(default)]
    pub owner: u64,
    /// The day by which it is to be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Day>,
}
