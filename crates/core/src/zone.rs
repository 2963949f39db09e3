//! A time zone as a short list of offsets. Zone data itself is needed only where a zone is compiled.

#[cfg(feature = "zones")]
mod packed;

use crate::time::{DAY_S, Day, Moment};
use serde::{Deserialize, Serialize};

/// The offsets of one zone over the years that matter: compiled once, carried as data, no zone database needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Name in the IANA database.
    name: String,
    /// (first moment, seconds east of UTC), sorted; the first holds before its moment too.
    spans: Vec<(Moment, i32)>,
}

impl Zone {
    /// A zone of one offset, in seconds east of UTC.
    #[must_use]
    pub fn fixed(name: &str, offset_s: i32) -> Self {
        Self { name: name.to_owned(), spans: vec![(Moment(i64::MIN), offset_s)] }
    }

    /// The zone's name in the IANA database.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Seconds east of UTC at a moment.
    #[must_use]
    pub fn offset_s(&self, at: Moment) -> i32 {
        let after = self.spans.partition_point(|(from, _)| *from <= at);
        self.spans.get(after.saturating_sub(1)).map_or(0, |(_, offset)| *offset)
    }

    /// The local date at a moment.
    #[must_use]
    pub fn day_of(&self, at: Moment) -> Day {
        let local = at.plus(i64::from(self.offset_s(at))).0.div_euclid(DAY_S);
        Day(i32::try_from(local).unwrap_or(if local < 0 { i32::MIN } else { i32::MAX }))
    }

    /// Seconds after local midnight at a moment, by the wall clock.
    #[must_use]
    pub fn wall_s(&self, at: Moment) -> u32 {
        let local = at.plus(i64::from(self.offset_s(at))).0.rem_euclid(DAY_S);
        u32::try_from(local).unwrap_or(0)
    }

    /// The moment of a local time, `seconds` after midnight by the wall clock. A time in a gap is read with
    /// the offset before the gap; an ambiguous one is its first occurrence.
    #[must_use]
    pub fn moment(&self, day: Day, seconds: u32) -> Moment {
        let local = i64::from(day.0) * DAY_S + i64::from(seconds);
        let near = self.spans.partition_point(|(from, _)| from.0 < local - 2 * DAY_S).saturating_sub(1);
        let mut spans = self.spans.iter().skip(near).peekable();
        let mut last = Moment(local);
        while let Some((_, offset)) = spans.next() {
            last = Moment(local - i64::from(*offset));
            let inside = spans.peek().is_none_or(|(next, next_offset)| {
                last < *next || Moment(local - i64::from(*next_offset)) < *next
            });
            if inside {
                break;
            }
        }
        last
    }

    /// The offset that holds on a date and on the dates beside it, in seconds east of UTC, if it is one.
    #[must_use]
    pub fn steady_offset_s(&self, day: Day) -> Option<i32> {
        let midnight = Moment(i64::from(day.0) * DAY_S);
        // Offsets are within 26 hours of UTC.
        let (from, until) = (midnight.plus(-3 * DAY_S), midnight.plus(4 * DAY_S));
        let after = self.spans.partition_point(|(change, _)| *change <= from);
        let changes = self.spans.get(after).is_some_and(|(change, _)| *change < until);
        let holds = self.spans.get(after.saturating_sub(1)).map_or(0, |(_, offset)| *offset);
        (!changes).then_some(holds)
    }

    /// The first moment of a local date; of a date that the zone skips, the first moment after it.
    #[must_use]
    pub fn start_of(&self, day: Day) -> Moment {
        if let Some(offset_s) = self.steady_offset_s(day) {
            return Moment(i64::from(day.0) * DAY_S - i64::from(offset_s));
        }
        let midnight = self.moment(day, 0);
        let after = self.spans.partition_point(|(from, _)| *from <= midnight);
        // A gap over midnight: the date starts when the gap ends, which is where the next offset starts.
        let change = self.spans.get(after.saturating_sub(1)).map(|(from, _)| *from);
        let gap = change.filter(|from| self.day_of(*from) >= day && self.day_of(from.plus(-1)) < day);
        gap.unwrap_or(midnight)
    }

    /// The zone with only the offsets that hold between two moments.
    #[must_use]
    pub fn part(&self, from: Moment, until: Moment) -> Self {
        let mut spans = vec![(from, self.offset_s(from))];
        spans.extend(self.spans.iter().filter(|(change, _)| *change > from && *change < until));
        Self { name: self.name.clone(), spans }
    }

    /// Whether the zone has the date at all (Samoa had no 2011-12-30).
    #[must_use]
    pub fn has(&self, day: Day) -> bool {
        self.start_of(day) < self.start_of(day.plus(1))
    }
}

/// A name that the IANA database does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownZone(pub String);

impl std::fmt::Display for UnknownZone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "«{}» is not a time zone; use an IANA name such as Europe/Moscow", self.0)
    }
}

impl std::error::Error for UnknownZone {}

#[cfg(feature = "zones")]
#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_in_a_gap_takes_the_offset_before_it() {
        let berlin = zone("Europe/Berlin");
        assert_eq!(berlin.moment(day("2025-03-30"), 2 * 3600 + 1800), at("2025-03-30T01:30:00Z"));
        assert_eq!(berlin.moment(day("2025-03-30"), 3 * 3600), at("2025-03-30T01:00:00Z"));
    }

    #[test]
    fn an_ambiguous_time_is_its_first_occurrence() {
        let berlin = zone("Europe/Berlin");
        assert_eq!(berlin.moment(day("2025-10-26"), 2 * 3600 + 1800), at("2025-10-26T00:30:00Z"));
        assert_eq!(berlin.moment(day("2025-10-26"), 3 * 3600), at("2025-10-26T02:00:00Z"));
    }

    #[test]
    fn a_day_starts_where_a_gap_at_midnight_ends() {
        let sao_paulo = zone("America/Sao_Paulo");
        assert_eq!(sao_paulo.start_of(day("2018-11-04")), at("2018-11-04T03:00:00Z"));
        assert_eq!(sao_paulo.day_of(at("2018-11-04T02:59:59Z")), day("2018-11-03"));
    }

    #[test]
    fn a_skipped_date_is_known_as_such() {
        let apia = zone("Pacific/Apia");
        assert!(!apia.has(day("2011-12-30")));
        assert!(apia.has(day("2011-12-29")) && apia.has(day("2011-12-31")));
    }

    #[test]
    fn moments_and_days_agree_around_every_change() {
        for name in ["Europe/Moscow", "Asia/Almaty", "Australia/Lord_Howe", "Africa/Cairo", "America/Havana"]
        {
            let zone = zone(name);
            for n in 16_000..21_000 {
                let start = zone.start_of(Day(n));
                assert_eq!(zone.day_of(start), Day(n), "{name} {}", Day(n));
                assert!(zone.day_of(start.plus(-1)) < Day(n), "{name} {}", Day(n));
            }
        }
    }

    #[test]
    fn every_packed_zone_agrees_with_the_database_over_130_years() {
        use chrono::{Offset, TimeZone};
        const YEARS_END: i64 = 4_102_444_800;
        for tz in chrono_tz::TZ_VARIANTS {
            let zone = zone(tz.name());
            // No offset has held for less than six days, so each is met at least once, and each of ours begins
            // at the very second.
            let changes = zone.spans.iter().skip(1).flat_map(|(at, _)| [at.0 - 1, at.0]);
            for at in (0..YEARS_END).step_by(5 * 86_400 + 7).chain(changes) {
                let utc = chrono::DateTime::from_timestamp(at, 0).unwrap().naive_utc();
                let offset = tz.offset_from_utc_datetime(&utc).fix().local_minus_utc();
                assert_eq!(zone.offset_s(Moment(at)), offset, "{tz} {}", Moment(at));
            }
        }
    }

    #[test]
    fn an_unknown_zone_is_named_with_a_hint() {
        assert!(Zone::named("Moscow").unwrap_err().to_string().contains("Europe/Moscow"));
    }
}
