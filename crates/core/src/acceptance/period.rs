//! Periods of whole days, and when two of them may be compared.

use crate::time::Day;
use serde::{Deserialize, Serialize};

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

impl Period {
    /// As many days as asked for, at least one, of which `to` is the last.
    #[must_use]
    pub fn ending(to: Day, days: u32) -> Self {
        let days = i32::try_from(days).unwrap_or(i32::MAX).max(1);
        Self { from: to.plus(1 - days), to }
    }

    /// The week of a day, Monday to Sunday.
    #[must_use]
    pub fn week_of(day: Day) -> Self {
        let monday = day.plus(-i32::try_from(day.weekday()).unwrap_or(0));
        Self { from: monday, to: monday.plus(6) }
    }

    /// The calendar month of a day.
    #[must_use]
    pub fn month_of(day: Day) -> Self {
        let (_, _, date) = day.civil();
        let first = day.plus(1 - i32::try_from(date).unwrap_or(1));
        Self { from: first, to: months_after(first, 1).plus(-1) }
    }

    /// How many days; 0 when the last one lies before the first.
    #[must_use]
    pub fn days(self) -> u32 {
        u32::try_from(i64::from(self.to.0) - i64::from(self.from.0) + 1).unwrap_or(0)
    }

    /// Whether a day belongs to it.
    #[must_use]
    pub fn has(self, day: Day) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// As many days right before it.
    #[must_use]
    pub fn before(self) -> Self {
        Self::ending(self.from.plus(-1), self.days())
    }

    /// Whether the two have a day in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

/// Whether two periods are as long as each other: sums of unlike periods say nothing beside one another. Two
/// months may differ.
#[must_use]
pub fn same_length(before: Period, after: Period) -> bool {
    before.days() == after.days() && before.days() > 0
}

/// The same date some months later, or the last one of a shorter month.
#[must_use]
pub fn months_after(day: Day, months: u32) -> Day {
    let (year, month, date) = day.civil();
    let index = month.saturating_sub(1).saturating_add(months);
    let year = year.saturating_add(i32::try_from(index / 12).unwrap_or(0));
    let of = |date| Day::of(year, index % 12 + 1, date);
    (28..=date).rev().chain([date]).find_map(of).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_knows_its_length_and_the_one_before_it() {
        let period = Period::ending(day("2026-03-28"), 28);
        assert_eq!((period.from, period.days()), (day("2026-03-01"), 28));
        let before = period.before();
        assert_eq!((before.from, before.to), (day("2026-02-01"), day("2026-02-28")));
        assert!(same_length(before, period) && !before.overlaps(period) && before.has(day("2026-02-14")));
        assert_eq!(Period { from: period.to, to: period.from }.days(), 0);
    }

    #[test]
    fn weeks_begin_on_monday_and_months_may_differ_in_length() {
        let week = Period::week_of(day("2026-03-05"));
        assert_eq!((week.from, week.to), (day("2026-03-02"), day("2026-03-08")));
        let (february, march) = (Period::month_of(day("2028-02-11")), Period::month_of(day("2028-03-31")));
        assert_eq!((february.from, february.to), (day("2028-02-01"), day("2028-02-29")));
        assert_eq!(march.days(), 31);
        assert!(!same_length(february, march));
        assert!(same_length(march, Period::month_of(day("2028-01-01"))));
    }

    #[test]
    fn months_end_at_the_last_date_of_a_shorter_one() {
        assert_eq!(months_after(day("2026-01-31"), 1), day("2026-02-28"));
        assert_eq!(months_after(day("2026-11-30"), 3), day("2027-02-28"));
        assert_eq!(months_after(day("2026-03-02"), 12), day("2027-03-02"));
    }
}
