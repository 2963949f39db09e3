//! Moments and days. A moment is UTC, whole seconds; a day is a calendar date without a zone.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Seconds in a civil day without a change of offset.
pub const DAY_S: i64 = 86_400;

/// A moment: seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment `seconds` later, at the ends of the number line instead of beyond them.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this moment; negative when it is not earlier.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Moment {
    /// `2026-11-20T14:05:00Z`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = self.0.rem_euclid(DAY_S);
        let day = Day(clamp_i32(self.0.div_euclid(DAY_S)));
        write!(f, "{day}T{:02}:{:02}:{:02}Z", s / 3600, s / 60 % 60, s % 60)
    }
}

/// A text that is neither a date nor a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotATime(pub String);

impl fmt::Display for NotATime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "«{}» is not a date like 2026-11-20 or a moment like 2026-11-20T14:05:00Z", self.0)
    }
}

impl std::error::Error for NotATime {}

impl FromStr for Moment {
    type Err = NotATime;

    /// `YYYY-MM-DDTHH:MM:SSZ`; a fraction of a second is cut off.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let wrong = || NotATime(text.to_owned());
        let (date, rest) = text.split_once('T').ok_or_else(wrong)?;
        let clock = rest.strip_suffix('Z').ok_or_else(wrong)?;
        let clock = clock.split_once('.').map_or(clock, |(whole, _)| whole);
        let day: Day = date.parse()?;
        let seconds = clock_seconds(clock).filter(|s| *s < 86_400).ok_or_else(wrong)?;
        Ok(Self(i64::from(day.0) * DAY_S + i64::from(seconds)))
    }
}

/// A wall-clock text `HH:MM` or `HH:MM:SS`, up to `24:00`, in seconds after midnight.
#[must_use]
pub fn clock_seconds(text: &str) -> Option<u32> {
    let mut parts = text.split(':').map(|part| {
        let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    });
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0))?;
    let total = hours * 3600 + minutes * 60 + seconds;
    (parts.next().is_none() && minutes < 60 && seconds < 60 && total <= 86_400).then_some(total)
}

/// A calendar date: days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The date of a year, a month (1 to 12) and a day of the month, where there is one.
    #[must_use]
    pub fn of(year: i32, month: u32, day: u32) -> Option<Self> {
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 => 28 + u32::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        let known = (-9999..=9999).contains(&year) && (1..=days).contains(&day);
        known.then(|| Self(days_from_civil(year, month, day)))
    }

    /// Year, month, day of the month, in the proleptic Gregorian calendar (H. Hinnant, `civil_from_days`).
    #[must_use]
    pub fn civil(self) -> (i32, u32, u32) {
        let z = i64::from(self.0) + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + i64::from(month <= 2);
        (clamp_i32(year), u32::try_from(month).unwrap_or(1), u32::try_from(day).unwrap_or(1))
    }

    /// Days after Monday: 0 = Monday … 6 = Sunday.
    #[must_use]
    pub fn weekday(self) -> usize {
        usize::try_from((i64::from(self.0) + 3).rem_euclid(7)).unwrap_or(0)
    }

    /// The date `days` later.
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

/// The days of a date of the years -9999 to 9999 (H. Hinnant, `days_from_civil`), counted from 30 eras of 400 years
/// before, so that no number is negative.
fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    const ERAS: i32 = 30;
    // A year begins in March here: its leap day is its last one.
    let year = (year + 400 * ERAS).cast_unsigned() - u32::from(month <= 2);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + day_of_year;
    days.cast_signed() - 719_468 - 146_097 * ERAS
}

fn clamp_i32(n: i64) -> i32 {
    i32::try_from(n).unwrap_or(if n < 0 { i32::MIN } else { i32::MAX })
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let mut parts = text.split('-');
        let mut next = |width: usize| {
            let part = parts.next().filter(|p| p.len() == width && p.bytes().all(|b| b.is_ascii_digit()));
            part.and_then(|p| p.parse::<u32>().ok())
        };
        let date = match (next(4), next(2), next(2)) {
            (Some(y), Some(m), Some(d)) => i32::try_from(y).ok().and_then(|y| Self::of(y, m, d)),
            _ => None,
        };
        date.filter(|_| parts.next().is_none()).ok_or_else(|| NotATime(text.to_owned()))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_date_of_four_centuries_survives_the_round_trip() {
        for n in -150_000..150_000 {
            let (y, m, d) = Day(n).civil();
            assert_eq!(Day::of(y, m, d), Some(Day(n)));
        }
    }

    #[test]
    fn texts_are_read_and_written_the_same() {
        assert_eq!("2026-11-20".parse::<Day>().unwrap().to_string(), "2026-11-20");
        let moment: Moment = "2024-02-29T23:59:59.750Z".parse().unwrap();
        assert_eq!(moment.to_string(), "2024-02-29T23:59:59Z");
        assert_eq!("2026-11-20".parse::<Day>().unwrap().weekday(), 4);
    }

    #[test]
    fn impossible_dates_are_refused() {
        for text in ["2025-02-29", "2025-13-01", "25-01-01", "2025-01-01-01", "2025-1-1", "+025-01-01", ""] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        for text in ["2025-01-01T24:00:00Z", "2025-01-01T10:61:00Z", "2025-01-01 10:00:00", "x"] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
        assert_eq!(clock_seconds("24:00"), Some(86_400));
        assert_eq!(clock_seconds("24:01"), None);
    }
}
