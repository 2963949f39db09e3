//! Packs the offsets of every IANA zone into one small table, so that a shell carries tens of kilobytes
//! instead of a zone database, and a zone opens without a search.
//!
//! The table, little-endian: u16 zones; each u8 length, name, u16 index of its offsets; then u16 offset lists;
//! each i16 minutes east of UTC at the first year, u16 changes, each u32 seconds since the last change (the
//! first since the first year), i16 minutes east of UTC from then on.

#![allow(clippy::expect_used, reason = "a build that cannot pack its zones must stop")]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "zones")]
    zones::write();
}

#[cfg(feature = "zones")]
mod zones {
    use chrono::{DateTime, Offset, TimeZone};
    use chrono_tz::Tz;
    use std::collections::BTreeMap;

    /// 1995-01-01 and 2045-01-01: outside, the nearest offset holds. `Zone` reads from the same year.
    const FIRST: i64 = 788_918_400;
    const LAST: i64 = 2_366_841_600;
    /// No zone has changed twice within so many seconds in these years (a test compares day by day).
    const STEP_S: i64 = 4 * 86_400;

    pub(crate) fn write() {
        let mut lists: BTreeMap<Vec<u8>, u16> = BTreeMap::new();
        let mut zones: Vec<(&str, u16)> = Vec::new();
        for zone in chrono_tz::TZ_VARIANTS {
            let next = u16::try_from(lists.len()).expect("fewer lists than zones");
            zones.push((zone.name(), *lists.entry(offsets(zone)).or_insert(next)));
        }
        zones.sort_unstable();
        let mut table = number(zones.len()).to_vec();
        for (name, list) in zones {
            table.push(u8::try_from(name.len()).expect("a short name"));
            table.extend(name.as_bytes());
            table.extend(list.to_le_bytes());
        }
        table.extend(number(lists.len()));
        let mut by_index: Vec<(u16, Vec<u8>)> =
            lists.into_iter().map(|(list, index)| (index, list)).collect();
        by_index.sort_unstable();
        by_index.iter().for_each(|(_, list)| table.extend(list));
        let out = std::env::var_os("OUT_DIR").expect("cargo says where");
        std::fs::write(std::path::Path::new(&out).join("zones.bin"), table).expect("the folder is ours");
    }

    fn offsets(zone: Tz) -> Vec<u8> {
        let mut changes = Vec::new();
        let (mut at, mut last) = (FIRST, FIRST);
        while at < LAST {
            let next = at + STEP_S;
            if offset(zone, at) != offset(zone, next) {
                let change = change_in(zone, at, next);
                changes.push((u32::try_from(change - last).expect("forwards"), minutes(zone, change)));
                last = change;
            }
            at = next;
        }
        let mut list = minutes(zone, FIRST).to_le_bytes().to_vec();
        list.extend(number(changes.len()));
        for (after_s, minutes) in changes {
            list.extend(after_s.to_le_bytes());
            list.extend(minutes.to_le_bytes());
        }
        list
    }

    fn change_in(zone: Tz, mut before: i64, mut after: i64) -> i64 {
        let old = offset(zone, before);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if offset(zone, middle) == old { before = middle } else { after = middle }
        }
        after
    }

    fn minutes(zone: Tz, at: i64) -> i16 {
        let seconds = offset(zone, at);
        assert!(seconds % 60 == 0, "{zone} is not at whole minutes");
        i16::try_from(seconds / 60).expect("within a day")
    }

    fn offset(zone: Tz, at: i64) -> i32 {
        let utc = DateTime::from_timestamp(at, 0).expect("within years").naive_utc();
        zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()
    }

    fn number(n: usize) -> [u8; 2] {
        u16::try_from(n).expect("few").to_le_bytes()
    }
}
