//! The IANA database, packed.

use super::{UnknownZone, Zone};
use crate::time::{DAY_S, Day, Moment};

/// Packed by `build.rs`, which describes the shape.
static TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/zones.bin"));
/// The unit of the table's times.
const UNIT_S: i64 = 30;
/// The last year of the table.
const LAST_YEAR: i32 = 2099;

impl Zone {
    /// A zone of the IANA database, over the years 1970 to 2099; outside them the nearest offset holds.
    ///
    /// # Errors
    /// The name is not in the database.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        let mut spans = Vec::new();
        match list(name).and_then(|list| unpack(list, &mut spans)) {
            Some(()) => Ok(Self { name: name.to_owned(), spans }),
            None => Err(UnknownZone(name.to_owned())),
        }
    }

    /// The names of the database, sorted.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let mut table = TABLE;
        let zones = short(&mut table).unwrap_or(0);
        (0..zones).map_while(move |_| {
            let length = usize::from(byte(&mut table)?);
            let (zone, rest) = table.split_at_checked(length)?;
            table = rest;
            short(&mut table)?;
            std::str::from_utf8(zone).ok()
        })
    }
}

fn list(name: &str) -> Option<&'static [u8]> {
    let mut table = TABLE;
    let mut wanted = None;
    for _ in 0..short(&mut table)? {
        let length = usize::from(byte(&mut table)?);
        let (zone, rest) = table.split_at_checked(length)?;
        table = rest;
        let list = short(&mut table)?;
        wanted = wanted.or((zone == name.as_bytes()).then_some(list));
    }
    let wanted = wanted?;
    for index in 0..short(&mut table)? {
        let length = usize::from(short(&mut table)?);
        let (list, rest) = table.split_at_checked(length)?;
        if index == wanted {
            return Some(list);
        }
        table = rest;
    }
    None
}

fn unpack(mut list: &[u8], spans: &mut Vec<(Moment, i32)>) -> Option<()> {
    let list = &mut list;
    let mut offset_s = signed(list)?;
    spans.push((Moment(i64::MIN), i32::try_from(offset_s).ok()?));
    let mut change = |at: i64, by_s: i64| {
        offset_s += by_s;
        spans.push((Moment(at), i32::try_from(offset_s).ok()?));
        Some(())
    };
    let mut at = 0;
    for _ in 0..number(list)? {
        at += i64::try_from(number(list)?).ok()? * UNIT_S;
        change(at, signed(list)?)?;
    }
    let ruled_from = i32::try_from(number(list)?).ok()?;
    if ruled_from == 0 {
        return Some(());
    }
    let rules = [Rule::read(list)?, Rule::read(list)?];
    for year in ruled_from..=LAST_YEAR {
        for rule in &rules {
            change(rule.in_year(year)?, rule.by_s)?;
        }
    }
    Some(())
}

/// A change of every year.
struct Rule {
    month: u32,
    day: u32,
    weekday: i64,
    after_s: i64,
    by_s: i64,
}

impl Rule {
    fn read(list: &mut &[u8]) -> Option<Self> {
        Some(Self {
            month: number(list)?.try_into().ok()?,
            day: number(list)?.try_into().ok()?,
            weekday: number(list)?.try_into().ok()?,
            after_s: signed(list)?,
            by_s: signed(list)?,
        })
    }

    fn in_year(&self, year: i32) -> Option<i64> {
        let day = Day::of(year, self.month, self.day)?;
        let ahead = (self.weekday - i64::try_from(day.weekday()).ok()?).rem_euclid(7);
        Some((i64::from(day.0) + ahead) * DAY_S + self.after_s)
    }
}

fn byte(table: &mut &[u8]) -> Option<u8> {
    let (byte, rest) = table.split_first()?;
    *table = rest;
    Some(*byte)
}

fn short(table: &mut &[u8]) -> Option<u16> {
    Some(u16::from_le_bytes([byte(table)?, byte(table)?]))
}

fn number(table: &mut &[u8]) -> Option<u64> {
    let mut n = 0;
    for shift in (0..64).step_by(7) {
        let next = byte(table)?;
        n |= u64::from(next & 0x7f) << shift;
        if next < 0x80 {
            return Some(n);
        }
    }
    None
}

/// Seconds, of either sign.
fn signed(table: &mut &[u8]) -> Option<i64> {
    let n = number(table)?;
    Some(((n >> 1).cast_signed() ^ -(n & 1).cast_signed()) * UNIT_S)
}
