//! A working calendar as people write it, and its compilation into a [`Timetable`].
//!
//! Conventions, where products differ: intervals are half-open; a window whose end is not after its start
//! runs over midnight, decided by the wall-clock text; a local time in a gap of the zone is read with the
//! offset before the gap, an ambiguous one is its first occurrence; a window that a gap empties, or on a
//! date that the zone skips, adds nothing.

mod window;

use crate::production::{Country, DayKind};
use crate::time::{DAY_S, Day, Moment};
use crate::timetable::Timetable;
use crate::zone::Zone;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub use window::{Weekly, Window};

/// Days that one compilation may span: all years that the zones' tables know.
pub const SPAN_DAYS_MAX: i32 = 50_000;
/// Windows that one date may have.
pub const WINDOWS_MAX: usize = 48;
/// What the eve of a public holiday is shorter by: Labour Code of the Russian Federation, art. 95.
const EVE_CUT_S: u32 = 3600;

/// A working calendar in local wall-clock time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// IANA name of the zone.
    pub tz: String,
    /// Hours of an ordinary week.
    #[serde(default)]
    pub weekly: Weekly,
    /// Dates with hours of their own: they replace the weekly ones and override a holiday.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dates: BTreeMap<Day, Vec<Window>>,
    /// Windows cut out of a date.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub breaks: BTreeMap<Day, Vec<Window>>,
    /// Dates without hours.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub holidays: BTreeSet<Day>,
    /// A country's days off and working weekends; `dates` and `holidays` override them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub production: Option<Production>,
}

/// A country's production calendar, as a company follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Production {
    /// Whose.
    pub country: Country,
    /// Whether a working day before a public holiday ends an hour earlier, as the law has it for employees.
    /// A sales floor often keeps its hours, so this is asked for.
    #[serde(default)]
    pub short_eves: bool,
}

/// Why a calendar cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// The range ends before it begins, or is longer than [`SPAN_DAYS_MAX`].
    Range(Day, Day),
    /// A date has more than [`WINDOWS_MAX`] windows.
    TooManyWindows(Day),
    /// The calendar never opens within the range.
    NeverOpens,
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(from, to) => {
                write!(f, "{from} to {to} is reversed or longer than {SPAN_DAYS_MAX} days")
            }
            Self::TooManyWindows(day) => write!(f, "{day} has more than {WINDOWS_MAX} windows"),
            Self::NeverOpens => f.write_str("the calendar never opens: give at least one weekday a window"),
        }
    }
}

impl std::error::Error for CalendarError {}

impl Calendar {
    /// Compiles the dates `from` to `to`, both included.
    ///
    /// # Errors
    /// The range is impossible, a date is overfull, or the calendar never opens in it.
    pub fn compile(&self, zone: &Zone, from: Day, to: Day) -> Result<Timetable, CalendarError> {
        let days = to.0.checked_sub(from.0).filter(|days| (0..SPAN_DAYS_MAX).contains(days));
        let days = days.ok_or(CalendarError::Range(from, to))?;
        let mut hours = Hours::default();
        // The date before may run over midnight into the range.
        for day in (-1..=days).map(|n| from.plus(n)) {
            self.collect(zone, day, &mut hours)?;
        }
        let table = Timetable::of(zone.start_of(from), zone.start_of(to.plus(1)), hours.left());
        let opens = table.intervals(table.range().0, table.range().1).next().is_some();
        opens.then_some(table).ok_or(CalendarError::NeverOpens)
    }

    /// The windows that begin on a date, breaks not yet cut out.
    ///
    /// By the production calendar a working weekend day has the hours of the weekday that it stands in for,
    /// or, where that one has none, its own.
    #[must_use]
    pub fn windows(&self, day: Day) -> Cow<'_, [Window]> {
        match (self.dates.get(&day), self.production) {
            (Some(windows), _) => Cow::Borrowed(windows),
            (None, _) if self.holidays.contains(&day) => Cow::Borrowed(&[]),
            (None, Some(production)) => production.windows(&self.weekly, day),
            (None, None) => Cow::Borrowed(self.weekly.of(day)),
        }
    }

    /// The open intervals of the windows that begin on a date, in order, each window for itself, breaks cut
    /// out. The windows of neighbouring dates may touch or overlap them.
    ///
    /// # Errors
    /// The date, or one beside it, is overfull.
    pub fn intervals(&self, zone: &Zone, day: Day) -> Result<Vec<(Moment, Moment)>, CalendarError> {
        let mut hours = Hours::default();
        self.collect(zone, day, &mut hours)?;
        for beside in [day.plus(-1), day.plus(1)] {
            let mut other = Hours::default();
            self.collect(zone, beside, &mut other)?;
            hours.cut.extend(other.cut);
        }
        Ok(hours.left())
    }

    /// Business seconds of an ordinary working day, so that a target of N business days is N times as many:
    /// the most frequent total of the weekdays with hours, of equally frequent ones the larger, by the wall
    /// clock. Without weekly hours the same of `dates`; 0 if there is nothing at all.
    #[must_use]
    pub fn day_s(&self) -> i64 {
        let weekly = most_frequent(self.weekly.days().into_iter());
        weekly.or_else(|| most_frequent(self.dates.values().map(Vec::as_slice))).unwrap_or(0)
    }

    /// The last date of which the production calendar is decreed; beyond it only the public holidays that the
    /// law fixes are known. A calendar without one knows every date.
    #[must_use]
    pub fn known_until(&self) -> Option<Day> {
        self.production.map(|production| production.country.known().1)
    }

    fn collect(&self, zone: &Zone, day: Day, hours: &mut Hours) -> Result<(), CalendarError> {
        let steady = zone.steady_offset_s(day);
        if steady.is_none() && !zone.has(day) {
            return Ok(());
        }
        let (windows, breaks) = (self.windows(day), self.breaks.get(&day).map_or(&[][..], Vec::as_slice));
        if windows.len() + breaks.len() > WINDOWS_MAX {
            return Err(CalendarError::TooManyWindows(day));
        }
        let interval = |window: &Window| match steady {
            Some(offset_s) => window.interval_at(day, offset_s),
            None => window.interval(day, zone),
        };
        hours.open.extend(windows.iter().map(interval));
        hours.cut.extend(breaks.iter().map(interval));
        Ok(())
    }
}

impl Production {
    fn windows(self, weekly: &Weekly, day: Day) -> Cow<'_, [Window]> {
        let windows = match self.country.kind(day) {
            DayKind::Off => &[][..],
            DayKind::Ordinary => weekly.of(day),
            DayKind::Working { instead_of } => match weekly.of(instead_of) {
                [] => weekly.of(day),
                windows => windows,
            },
        };
        if self.short_eves && !windows.is_empty() && self.country.is_eve(day) {
            return Cow::Owned(window::shortened(windows, EVE_CUT_S));
        }
        Cow::Borrowed(windows)
    }
}

fn most_frequent<'w>(days: impl Iterator<Item = &'w [Window]>) -> Option<i64> {
    let mut times = BTreeMap::new();
    for total_s in days.map(window::covered_s).filter(|total_s| *total_s > 0) {
        *times.entry(total_s).or_insert(0) += 1;
    }
    times.into_iter().max_by_key(|(total_s, times)| (*times, *total_s)).map(|(total_s, _)| total_s)
}

/// What is open and what is cut out of it, in any order.
#[derive(Default)]
struct Hours {
    open: Vec<(Moment, Moment)>,
    cut: Vec<(Moment, Moment)>,
}

impl Hours {
    /// What is left open, in order of opening; a window for itself, but for what is cut out.
    fn left(self) -> Vec<(Moment, Moment)> {
        let Self { mut open, mut cut } = self;
        open.sort_unstable();
        cut.retain(|(from, to)| from < to);
        cut.sort_unstable();
        let mut left = Vec::with_capacity(open.len());
        for (mut opens, closes) in open {
            // No window is longer than a day and a change of offset.
            let first = cut.partition_point(|(from, _)| from.plus(2 * DAY_S) <= opens);
            for (from, to) in cut.iter().skip(first).take_while(|(from, _)| *from < closes) {
                if *to <= opens {
                    continue;
                }
                if opens < *from {
                    left.push((opens, *from));
                }
                opens = *to;
            }
            if opens < closes {
                left.push((opens, closes));
            }
        }
        left
    }
}

#[cfg(feature = "zones")]
#[cfg(test)]
mod tests {
    use super::*;

    fn compile(json: &str, from: &str, to: &str) -> Result<Timetable, CalendarError> {
        let calendar: Calendar = serde_json::from_str(json).unwrap();
        let zone = Zone::named(&calendar.tz).unwrap();
        calendar.compile(&zone, from.parse().unwrap(), to.parse().unwrap())
    }

    fn open_between(table: &Timetable, from: &str, to: &str) -> i64 {
        table.between(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[test]
    fn dates_replace_hours_breaks_cut_them_and_holidays_close() {
        let table = compile(
            r#"{"tz":"Europe/Moscow","weekly":{"mon":[["09:00","18:00"]],"tue":[["09:00","18:00"]]},
                "dates":{"2026-03-07":[["10:00","12:00"]]},"breaks":{"2026-03-02":[["13:00","14:00"]]},
                "holidays":["2026-03-09","2026-03-07"]}"#,
            "2026-03-01",
            "2026-03-31",
        )
        .unwrap();
        assert_eq!(open_between(&table, "2026-03-01T21:00:00Z", "2026-03-02T21:00:00Z"), 8 * 3600);
        assert_eq!(open_between(&table, "2026-03-06T21:00:00Z", "2026-03-07T21:00:00Z"), 2 * 3600);
        assert_eq!(open_between(&table, "2026-03-08T21:00:00Z", "2026-03-09T21:00:00Z"), 0);
    }

    #[test]
    fn a_night_shift_follows_the_wall_clock_over_a_change() {
        let table = compile(
            r#"{"tz":"Europe/Berlin","weekly":{"sat":[["22:00","06:00"]]}}"#,
            "2025-03-01",
            "2025-11-30",
        )
        .unwrap();
        assert_eq!(open_between(&table, "2025-03-29T12:00:00Z", "2025-03-30T12:00:00Z"), 7 * 3600);
        assert_eq!(open_between(&table, "2025-10-25T12:00:00Z", "2025-10-26T12:00:00Z"), 9 * 3600);
    }

    #[test]
    fn what_never_opens_or_is_reversed_is_an_error() {
        let never = compile(r#"{"tz":"UTC"}"#, "2026-01-01", "2026-12-31");
        assert_eq!(never, Err(CalendarError::NeverOpens));
        let reversed = compile(r#"{"tz":"UTC"}"#, "2026-01-02", "2026-01-01");
        assert!(matches!(reversed, Err(CalendarError::Range(..))));
        assert!(reversed.unwrap_err().to_string().contains("2026-01-02 to 2026-01-01"));
        assert!(serde_json::from_str::<Window>(r#"["25:00","26:00"]"#).is_err());
    }

    #[test]
    fn a_break_in_an_hour_that_the_clock_leaves_out_parts_no_window() {
        let told = r#"{"tz":"Europe/Berlin","weekly":{"sun":[["00:00","06:00"]]},
            "breaks":{"2026-03-29":[["02:00","03:00"]]}}"#;
        let calendar: Calendar = serde_json::from_str(told).unwrap();
        let zone = Zone::named("Europe/Berlin").unwrap();
        let open = calendar.intervals(&zone, "2026-03-29".parse().unwrap()).unwrap();
        let lengths: Vec<i64> = open.iter().map(|(from, to)| to.since(*from) / 3600).collect();
        assert_eq!(lengths, [5]);
    }

    #[test]
    fn intervals_of_a_date_are_its_windows_without_its_breaks_and_its_neighbours() {
        let told = r#"{"tz":"UTC","weekly":{"mon":[["09:00","12:00"],["13:00","18:00"]],"tue":[["00:00","24:00"]]},
            "breaks":{"2026-03-02":[["09:00","10:00"],["15:00","15:30"],["17:00","18:00"],["23:00","00:20"]],
                "2026-03-03":[["00:20","01:00"]]}}"#;
        let calendar: Calendar = serde_json::from_str(told).unwrap();
        let zone = Zone::named("UTC").unwrap();
        let of = |day: &str| calendar.intervals(&zone, day.parse().unwrap()).unwrap();
        let at = |text: &str| text.parse::<Moment>().unwrap();
        let monday = [("10:00", "12:00"), ("13:00", "15:00"), ("15:30", "17:00")];
        let expected = monday
            .map(|(from, to)| (at(&format!("2026-03-02T{from}:00Z")), at(&format!("2026-03-02T{to}:00Z"))));
        assert_eq!(of("2026-03-02"), expected);
        assert_eq!(of("2026-03-03"), [(at("2026-03-03T01:00:00Z"), at("2026-03-04T00:00:00Z"))]);
        assert_eq!(of("2026-03-04"), []);
    }

    #[test]
    fn a_date_takes_so_many_windows_and_no_more() {
        let of = |count: usize| {
            let windows: Vec<String> = (0..count)
                .map(|n| format!(r#"["{:02}:{:02}","{0:02}:{:02}"]"#, n / 4, n % 4 * 10, n % 4 * 10 + 5))
                .collect();
            let told = format!(r#"{{"tz":"UTC","dates":{{"2026-03-02":[{}]}}}}"#, windows.join(","));
            compile(&told, "2026-03-02", "2026-03-02").map(drop)
        };
        assert_eq!(of(WINDOWS_MAX), Ok(()));
        assert_eq!(of(WINDOWS_MAX + 1), Err(CalendarError::TooManyWindows("2026-03-02".parse().unwrap())));
    }

    #[test]
    fn an_ordinary_day_is_the_most_frequent_and_of_equals_the_longest() {
        let of = |weekly: &str| {
            let told = format!(r#"{{"tz":"UTC","weekly":{{{weekly}}}}}"#);
            serde_json::from_str::<Calendar>(&told).unwrap().day_s()
        };
        let (long, short) = (r#"[["08:00","18:00"]]"#, r#"[["10:00","16:00"]]"#);
        assert_eq!(of(&format!(r#""mon":{long},"tue":{short},"wed":{short}"#)), 6 * 3600);
        assert_eq!(of(&format!(r#""mon":{long},"tue":{short}"#)), 10 * 3600);
    }
}
