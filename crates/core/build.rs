//! Packs the offsets of every IANA zone into one small table, so that a shell carries tens of kilobytes
//! instead of a zone database, and a zone opens without a search.
//!
//! The table: u16 zones; each u8 length, name, u16 index of its offsets; then u16 lists of offsets; each u16
//! length in bytes, then numbers: the offset at 1970, how many changes follow, each as the time since the last
//! change (the first since 1970) and what the offset changes by; then the rules that hold from some year to
//! 2099: 0, or that year, and twice month, day, weekday, time and change, meaning so long after the UTC
//! midnight of the first such weekday (0 = Monday) on or after that day.
//! u16 is little-endian; a number is LEB128, of what may be negative zigzagged; times are in half minutes.
//!
//! Rules make the years that only repeat themselves cost nothing, so that the table can hold all 130 years.

#![allow(clippy::expect_used, reason = "a build that cannot pack its zones must stop")]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "zones")]
    zones::write();
}

#[cfg(feature = "zones")]
mod zones {
    use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeDelta, TimeZone};
    use chrono_tz::Tz;
    use std::collections::{BTreeMap, BTreeSet};

    /// 1970-01-01 and 2100-01-01: outside, the nearest offset holds. `Zone` reads from the same year.
    const FIRST: i64 = 0;
    const LAST: i64 = 4_102_444_800;
    /// No zone has changed twice within so many seconds in these years (a test compares them).
    const STEP_S: i64 = 4 * 86_400;
    /// The unit of times: Monrovia was at 44 minutes and a half.
    const UNIT_S: i64 = 30;
    /// Rules for fewer years than this are longer than the changes themselves.
    const RULED_YEARS_MIN: i32 = 4;

    pub(crate) fn write() {
        let mut lists: BTreeMap<Vec<u8>, u16> = BTreeMap::new();
        let mut zones: Vec<(&str, u16)> = Vec::new();
        for zone in chrono_tz::TZ_VARIANTS {
            let next = u16::try_from(lists.len()).expect("fewer lists than zones");
            zones.push((zone.name(), *lists.entry(offsets(zone)).or_insert(next)));
        }
        zones.sort_unstable();
        let mut table = short(zones.len()).to_vec();
        for (name, list) in zones {
            table.push(u8::try_from(name.len()).expect("a short name"));
            table.extend(name.as_bytes());
            table.extend(list.to_le_bytes());
        }
        table.extend(short(lists.len()));
        let mut by_index: Vec<(u16, Vec<u8>)> =
            lists.into_iter().map(|(list, index)| (index, list)).collect();
        by_index.sort_unstable();
        for (_, list) in by_index {
            table.extend(short(list.len()));
            table.extend(list);
        }
        let out = std::env::var_os("OUT_DIR").expect("cargo says where");
        std::fs::write(std::path::Path::new(&out).join("zones.bin"), table).expect("the folder is ours");
    }

    /// A change of offset: when, and by how much.
    type Change = (i64, i64);
    /// Month, day, weekday, seconds after the midnight found by them.
    type Rule = (u32, u32, u32, i64);

    fn offsets(zone: Tz) -> Vec<u8> {
        let changes = changes(zone);
        let (ruled_from, rules) = rules(&changes);
        let mut list = Vec::new();
        signed(&mut list, units(offset(zone, FIRST)));
        let listed = changes.iter().filter(|(at, _)| year(*at) < ruled_from);
        number(&mut list, listed.clone().count().try_into().expect("few"));
        let mut last = FIRST;
        for (at, by) in listed {
            number(&mut list, units(at - last).cast_unsigned());
            signed(&mut list, units(*by));
            last = *at;
        }
        number(&mut list, if rules.is_empty() { 0 } else { ruled_from.try_into().expect("after Christ") });
        for ((month, day, weekday, after_s), by) in rules {
            [month, day, weekday].into_iter().for_each(|n| number(&mut list, n.into()));
            signed(&mut list, units(after_s));
            signed(&mut list, units(by));
        }
        list
    }

    fn changes(zone: Tz) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut at = FIRST;
        while at < LAST {
            let next = (at + STEP_S).min(LAST);
            let by = offset(zone, next) - offset(zone, at);
            if by != 0 {
                changes.push((change_in(zone, at, next), by));
            }
            at = next;
        }
        changes
    }

    fn change_in(zone: Tz, mut before: i64, mut after: i64) -> i64 {
        let old = offset(zone, before);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if offset(zone, middle) == old { before = middle } else { after = middle }
        }
        after
    }

    /// The first year from which on each has two changes by the same two rules, and these rules.
    fn rules(changes: &[Change]) -> (i32, Vec<(Rule, i64)>) {
        let mut found = (i32::MAX, Vec::new());
        let mut fitting: Option<[(BTreeSet<Rule>, i64); 2]> = None;
        for this_year in (year(FIRST)..year(LAST)).rev() {
            let of_year: Vec<Change> =
                changes.iter().copied().filter(|(at, _)| year(*at) == this_year).collect();
            let [first, second] = of_year[..] else { break };
            let these = [first, second].map(|(at, by)| (fitting_rules(at), by));
            let both = match fitting {
                None => these,
                Some([a, b]) if a.1 == these[0].1 && b.1 == these[1].1 => {
                    [(&a.0 & &these[0].0, a.1), (&b.0 & &these[1].0, b.1)]
                }
                Some(_) => break,
            };
            let rules = both.each_ref().map(|(rules, by)| rules.first().map(|rule| (*rule, *by)));
            let [Some(first), Some(second)] = rules else { break };
            found = (this_year, vec![first, second]);
            fitting = Some(both);
        }
        let worth = found.0 <= year(LAST) - RULED_YEARS_MIN;
        if worth { found } else { (i32::MAX, Vec::new()) }
    }

    fn fitting_rules(at: i64) -> BTreeSet<Rule> {
        let date = DateTime::from_timestamp(at, 0).expect("within years").date_naive();
        let mut rules = BTreeSet::new();
        for month in [date - TimeDelta::days(7), date, date + TimeDelta::days(7)].map(|date| date.month()) {
            for (day, weekday) in (1..=25).flat_map(|day| (0..7).map(move |weekday| (day, weekday))) {
                let after = at - midnight(date.year(), month, day, weekday);
                if after.abs() <= 2 * 86_400 {
                    rules.insert((month, day, weekday, after));
                }
            }
        }
        rules
    }

    fn midnight(year: i32, month: u32, day: u32, weekday: u32) -> i64 {
        let date = NaiveDate::from_ymd_opt(year, month, day).expect("every month has so many days");
        let ahead = (7 + weekday - date.weekday().num_days_from_monday()) % 7;
        let date = date + TimeDelta::days(ahead.into());
        date.and_hms_opt(0, 0, 0).expect("every day has a midnight").and_utc().timestamp()
    }

    fn year(at: i64) -> i32 {
        DateTime::from_timestamp(at, 0).expect("within years").year()
    }

    fn offset(zone: Tz, at: i64) -> i64 {
        let utc = DateTime::from_timestamp(at, 0).expect("within years").naive_utc();
        zone.offset_from_utc_datetime(&utc).fix().local_minus_utc().into()
    }

    fn units(seconds: i64) -> i64 {
        assert!(seconds % UNIT_S == 0, "{seconds} s are no half minutes");
        seconds / UNIT_S
    }

    fn short(n: usize) -> [u8; 2] {
        u16::try_from(n).expect("few").to_le_bytes()
    }

    fn signed(list: &mut Vec<u8>, n: i64) {
        number(list, ((n << 1) ^ (n >> 63)).cast_unsigned());
    }

    fn number(list: &mut Vec<u8>, mut n: u64) {
        while n >= 0x80 {
            list.push(n as u8 | 0x80);
            n >>= 7;
        }
        list.push(n as u8);
    }
}
