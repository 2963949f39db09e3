//! Wall-clock windows, and the hours of a week.

use crate::time::{DAY_S, Day, Moment, clock_seconds};
use crate::zone::Zone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Seconds by the wall clock from one midnight to the next.
const CLOCK_S: u32 = 86_400;

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
        let from_s = clock_seconds(from).filter(|s| *s < CLOCK_S)?;
        Some(Self { from_s, to_s: clock_seconds(to)? })
    }

    /// From and to in seconds after midnight; the end is on the next day where it is not after the start.
    #[must_use]
    pub const fn clock_s(self) -> (u32, u32) {
        (self.from_s, self.to_s)
    }

    /// Begin and end in seconds after the midnight of its date; the end is up to two days' seconds.
    fn reach(self) -> (u32, u32) {
        let over_midnight = if self.to_s > self.from_s { 0 } else { CLOCK_S };
        (self.from_s, self.to_s + over_midnight)
    }

    /// The window on a date; empty or reversed where a gap of the zone swallows it.
    pub(super) fn interval(self, day: Day, zone: &Zone) -> (Moment, Moment) {
        let (from_s, to_s) = self.reach();
        let end = match to_s.checked_sub(CLOCK_S) {
            Some(next_day_s) => zone.moment(day.plus(1), next_day_s),
            None => zone.moment(day, to_s),
        };
        (zone.moment(day, from_s), end)
    }

    /// The window on a date around which one offset holds.
    pub(super) fn interval_at(self, day: Day, offset_s: i32) -> (Moment, Moment) {
        let midnight = Moment(i64::from(day.0) * DAY_S - i64::from(offset_s));
        let (from_s, to_s) = self.reach();
        (midnight.plus(from_s.into()), midnight.plus(to_s.into()))
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
    /// The windows of a date's weekday.
    #[must_use]
    pub fn of(&self, day: Day) -> &[Window] {
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

    pub(super) fn days(&self) -> [&[Window]; 7] {
        [&self.mon, &self.tue, &self.wed, &self.thu, &self.fri, &self.sat, &self.sun]
    }
}

/// Seconds that windows of one date cover by the wall clock, overlapping ones once.
pub(super) fn covered_s(windows: &[Window]) -> i64 {
    joined(windows).iter().map(|(from_s, to_s)| i64::from(to_s - from_s)).sum()
}

/// The windows of one date without the last `cut_s` seconds of what they cover by the wall clock.
pub(super) fn shortened(windows: &[Window], mut cut_s: u32) -> Vec<Window> {
    let mut end_s = 0;
    for (from_s, to_s) in joined(windows).into_iter().rev() {
        if to_s - from_s > cut_s {
            end_s = to_s - cut_s;
            break;
        }
        cut_s -= to_s - from_s;
    }
    let left = windows.iter().filter(|window| window.from_s < end_s).map(|window| {
        let to_s = window.reach().1.min(end_s);
        Window { to_s: if to_s > CLOCK_S { to_s - CLOCK_S } else { to_s }, ..*window }
    });
    left.collect()
}

/// What windows of one date cover, in order, joined where they overlap or touch.
fn joined(windows: &[Window]) -> Vec<(u32, u32)> {
    let mut sorted: Vec<(u32, u32)> = windows.iter().map(|window| window.reach()).collect();
    sorted.sort_unstable();
    let mut joined: Vec<(u32, u32)> = Vec::with_capacity(sorted.len());
    for (from_s, to_s) in sorted {
        match joined.last_mut().filter(|last| from_s <= last.1) {
            Some(last) => last.1 = last.1.max(to_s),
            None => joined.push((from_s, to_s)),
        }
    }
    joined
}
