//! A working calendar as people write it, and its compilation into a [`Timetable`].
//!
//! Conventions, where products differ: intervals are half-open; a window whose end is not after its start
//! runs over midnight, decided by the wall-clock text; a local time in a gap of the zone is read with the
//! offset before the gap, an ambiguous one is its first occurrence; a window that a gap empties, or on a
//! date that the zone skips, adds nothing.

use crate::time::{Day, Moment, clock_seconds};
use crate::timetable::Timetable;
use crate::zone::Zone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Days that one compilation may span: some forty years.
pub const SPAN_DAYS_MAX: i32 = 15_000;
/// Windows that one date may have.
pub const WINDOWS_MAX: usize = 48;

/// A wall-clock window in seconds after midnight; `to_s` may be 86,400, and is not after `from_s` when the
/// window runs over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    from_s: u32,
    to_s: u32,
}

impl Window {
    /// A window from two wall-clock texts, `HH:MM` or `HH:MM:SS`; only the end may be `24:00`.
    #[must_use]
    pub fn parse(from: &str, to: &str) -> Option<Self> {
        let from_s = clock_seconds(from).filter(|s| *s < 86_400)?;
        Some(Self { from_s, to_s: clock_seconds(to)? })
    }

    /// From and to in seconds after midnight; the end is on the next day where it is not after the start.
    #[must_use]
    pub const fn clock_s(self) -> (u32, u32) {
        (self.from_s, self.to_s)
    }

    fn length_s(self) -> i64 {
        let length = i64::from(self.to_s) - i64::from(self.from_s);
        if length > 0 { length } else { length + crate::time::DAY_S }
    }

    fn interval(self, day: Day, zone: &Zone) -> (Moment, Moment) {
        let end = match self.to_s {
            86_400 => zone.moment(day.plus(1), 0),
            to_s if to_s > self.from_s => zone.moment(day, to_s),
            to_s => zone.moment(day.plus(1), to_s),
        };
        (zone.moment(day, self.from_s), end)
    }
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        [clock_text(self.from_s), clock_text(self.to_s)].serialize(out)
    }
}

fn clock_text(s: u32) -> String {
    let text = format!("{:02}:{:02}", s / 3600, s / 60 % 60);
    if s.is_multiple_of(60) { text } else { format!("{text}:{:02}", s % 60) }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let [from, to] = <[String; 2]>::deserialize(input)?;
        Self::parse(&from, &to).ok_or_else(|| {
            serde::de::Error::custom(format!("«{from}–{to}» is not a window such as [\"09:00\", \"18:00\"]"))
        })
    }
}

/// The windows of the seven weekdays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Weekly {
    /// Monday.
    pub mon: Vec<Window>,
    /// Tuesday.
    pub tue: Vec<Window>,
    /// Wednesday.
    pub wed: Vec<Window>,
    /// Thursday.
    pub thu: Vec<Window>,
    /// Friday.
    pub fri: Vec<Window>,
    /// Saturday.
    pub sat: Vec<Window>,
    /// Sunday.
    pub sun: Vec<Window>,
}

impl Weekly {
    fn of(&self, day: Day) -> &[Window] {
        match day.weekday() {
            0 => &self.mon,
            1 => &self.tue,
            2 => &self.wed,
            3 => &self.thu,
            4 => &self.fri,
            5 => &self.sat,
            _ => &self.sun,
        }
    }
}

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
        let (mut open, mut cut) = (Vec::new(), Vec::new());
        // The date before may run over midnight into the range.
        for day in (-1..=days).map(|n| from.plus(n)).filter(|day| zone.has(*day)) {
            let (windows, breaks) = (self.windows(day), self.breaks.get(&day).map_or(&[][..], Vec::as_slice));
            if windows.len() + breaks.len() > WINDOWS_MAX {
                return Err(CalendarError::TooManyWindows(day));
            }
            open.extend(windows.iter().map(|window| window.interval(day, zone)));
            cut.extend(breaks.iter().map(|window| window.interval(day, zone)));
        }
        let table = Timetable::of(zone.start_of(from), zone.start_of(to.plus(1)), without(open, cut));
        let opens = table.intervals(table.range().0, table.range().1).next().is_some();
        opens.then_some(table).ok_or(CalendarError::NeverOpens)
    }

    /// Business seconds of an ordinary working day: the most frequent length of an open weekday, of equally
    /// frequent ones the longest; 0 for a calendar without weekly hours.
    #[must_use]
    pub fn day_s(&self) -> i64 {
        let lengths: Vec<i64> =
            (0..7).map(|n| self.weekly.of(Day(n)).iter().map(|w| w.length_s()).sum()).collect();
        let open = lengths.iter().copied().filter(|s| *s > 0);
        open.max_by_key(|s| (lengths.iter().filter(|other| *other == s).count(), *s)).unwrap_or(0)
    }

    /// The windows that begin on a date, breaks not yet cut out.
    #[must_use]
    pub fn windows(&self, day: Day) -> &[Window] {
        match self.dates.get(&day) {
            Some(windows) => windows,
            None if self.holidays.contains(&day) => &[],
            None => self.weekly.of(day),
        }
    }
}

fn without(mut open: Vec<(Moment, Moment)>, mut cut: Vec<(Moment, Moment)>) -> Vec<(Moment, Moment)> {
    open.sort_unstable();
    cut.retain(|(from, to)| from < to);
    cut.sort_unstable();
    let mut left = Vec::with_capacity(open.len());
    for (mut opens, closes) in open {
        // No window is longer than a day and a change of offset.
        let first = cut.partition_point(|(from, _)| from.plus(2 * crate::time::DAY_S) <= opens);
        for (from, to) in cut.iter().skip(first).take_while(|(from, _)| *from < closes) {
            if *to <= opens {
                continue;
            }
            if opens < *from {
                left.push((opens, *from));
            }
            opens = opens.max(*to);
        }
        if opens < closes {
            left.push((opens, closes));
        }
    }
    left
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
        assert!(serde_json::from_str::<Window>(r#"["25:00","26:00"]"#).is_err());
    }
}
