//! The daily summary: a day beside the week before it, by the same rules.

use crate::contribution::Totals;
use crate::day::Figures;
use crate::policy::Rules;
use crate::time::Day;
use serde::{Deserialize, Serialize};

/// Days that a summary looks back.
pub const WEEK_DAYS: i32 = 7;

/// What an owner reads in the morning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
        let week = |end: Day| Figures::of(totals, rules, end.plus(1 - WEEK_DAYS), end);
        Self {
            day: Figures::of(totals, rules, day, day),
            week: week(day),
            week_before: week(day.plus(-WEEK_DAYS)),
        }
    }
}
