//! The Russian production calendar: which weekdays are days off, and which weekend days are worked.
//!
//! The Labour Code of the Russian Federation, art. 112, names the public holidays (1 to 8 January,
//! 23 February, 8 March, 1 and 9 May, 12 June, 4 November). A holiday that falls on a weekend gives a day off
//! on the next working day, but for those of January: two of these days, and whatever else the year asks for,
//! are moved by a yearly decree of the government. So the law is code, and a decree is a few pairs of dates.
//!
//! Of the five-day week. Days "not worked, with pay kept" that the president declared in 2020 and 2021 are not
//! in it: many companies worked on them, and those that did not can name them as holidays.

use crate::time::Day;
use serde::{Deserialize, Serialize};

/// A country whose production calendar is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Country {
    /// The Russian Federation.
    Ru,
}

/// What a production calendar says of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// Nothing: the ordinary week holds.
    Ordinary,
    /// A day off: a public holiday, or a day to which one was moved.
    Off,
    /// A weekend day that is worked.
    Working {
        /// The weekday that is off for it.
        instead_of: Day,
    },
}

impl Country {
    /// The first and the last date of the years whose decrees are known. Beyond them only what the law itself
    /// fixes is: public holidays, and the days off that follow from those on a weekend.
    #[must_use]
    pub fn known(self) -> (Day, Day) {
        let year = |(year, ..): &Moved| *year;
        let (first, last) = (DECREED.first().map_or(0, year), DECREED.last().map_or(0, year));
        (Day::of(first, 1, 1).unwrap_or_default(), Day::of(last, 12, 31).unwrap_or_default())
    }

    /// What the calendar says of a date.
    #[must_use]
    pub fn kind(self, day: Day) -> DayKind {
        let date = day.civil();
        if is_public_holiday(date) || is_moved_to(date) || follows_a_weekend_holiday(day) {
            return DayKind::Off;
        }
        moved_from(date).map_or(DayKind::Ordinary, |instead_of| DayKind::Working { instead_of })
    }

    /// Whether a date, if it is worked, is the eve of a public holiday. A weekend day that is worked is as long
    /// as the weekday that it stands in for (order 588n of 2009 on the norm of working time).
    #[must_use]
    pub fn is_eve(self, day: Day) -> bool {
        let next_is_holiday = |day: Day| is_public_holiday(day.plus(1).civil());
        next_is_holiday(day) || moved_from(day.civil()).is_some_and(next_is_holiday)
    }
}

type Date = (i32, u32, u32);

/// A weekend day and the weekday that is off for it: year, (month, day), (month, day).
type Moved = (i32, (u32, u32), (u32, u32));

/// What the yearly decrees moved, in order of the years.
const DECREED: [Moved; 33] = [
    (2018, (1, 6), (3, 9)),
    (2018, (1, 7), (5, 2)),
    (2018, (4, 28), (4, 30)),
    (2018, (6, 9), (6, 11)),
    (2018, (12, 29), (12, 31)),
    (2019, (1, 5), (5, 2)),
    (2019, (1, 6), (5, 3)),
    (2019, (2, 23), (5, 10)),
    (2020, (1, 4), (5, 4)),
    (2020, (1, 5), (5, 5)),
    (2021, (1, 2), (11, 5)),
    (2021, (1, 3), (12, 31)),
    (2021, (2, 20), (2, 22)),
    (2022, (1, 1), (5, 3)),
    (2022, (1, 2), (5, 10)),
    (2022, (3, 5), (3, 7)),
    (2023, (1, 1), (2, 24)),
    (2023, (1, 8), (5, 8)),
    (2024, (1, 6), (5, 10)),
    (2024, (1, 7), (12, 31)),
    (2024, (4, 27), (4, 29)),
    (2024, (11, 2), (4, 30)),
    (2024, (12, 28), (12, 30)),
    (2025, (1, 4), (5, 2)),
    (2025, (1, 5), (12, 31)),
    (2025, (2, 23), (5, 8)),
    (2025, (3, 8), (6, 13)),
    (2025, (11, 1), (11, 3)),
    (2026, (1, 3), (1, 9)),
    (2026, (1, 4), (12, 31)),
    (2027, (1, 2), (11, 5)),
    (2027, (1, 3), (12, 31)),
    (2027, (2, 20), (2, 22)),
];

fn is_public_holiday((_, month, day): Date) -> bool {
    matches!((month, day), (1, 1..=8) | (2, 23) | (3, 8) | (5, 1 | 9) | (6, 12) | (11, 4))
}

fn is_moved_to((year, month, day): Date) -> bool {
    DECREED.iter().any(|(y, _, to)| (*y, *to) == (year, (month, day)))
}

fn moved_from((year, month, day): Date) -> Option<Day> {
    let moved = DECREED.iter().find(|(y, from, _)| (*y, *from) == (year, (month, day)))?;
    Day::of(year, moved.2.0, moved.2.1)
}

/// Monday after a public holiday on its weekend, unless a decree moved that day elsewhere. No two holidays
/// outside January are so near that the Monday could be one itself.
fn follows_a_weekend_holiday(day: Day) -> bool {
    let gives_monday_off = |date: Date| date.1 != 1 && is_public_holiday(date) && moved_from(date).is_none();
    day.weekday() == 0 && [-1, -2].into_iter().any(|before| gives_monday_off(day.plus(before).civil()))
}
