//! The daily summary: a day beside the week before it, by the same rules.

use crate::contribution::{Sums, Totals};
use crate::day::Figures;
use crate::policy::Rules;
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Days that a summary looks back.
pub const WEEK_DAYS: i32 = 7;

/// What an owner reads in the morning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// The day.
    pub day: Figures,
    /// The seven days that end with it.
    pub week: Figures,
    /// The seven days before those.
    pub week_before: Figures,
}

impl Summary {
    /// The summary of a day.
    #[must_use]
    pub fn of(totals: &Totals, rules: &Rules, day: Day) -> Self {
        Self::with(totals, &totals.gauges(&Self::gauge_days(day)), rules, day)
    }

    /// The days whose gauges a summary shows.
    #[must_use]
    pub fn gauge_days(day: Day) -> BTreeSet<Day> {
        [day.plus(-WEEK_DAYS), day].into()
    }

    /// As [`Summary::of`], for many days over one walk of the gauges.
    #[must_use]
    pub fn with(totals: &Totals, gauges: &BTreeMap<Day, Sums>, rules: &Rules, day: Day) -> Self {
        let none = Sums::default();
        let figures = |from, to| Figures::with(totals, gauges.get(&to).unwrap_or(&none), rules, from, to);
        let week = |end: Day| figures(end.plus(1 - WEEK_DAYS), end);
        Self { day: figures(day, day), week: week(day), week_before: week(day.plus(-WEEK_DAYS)) }
    }
}
