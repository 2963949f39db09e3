//! The counts of each day, and from which day on they are not published yet.

use super::Store;
use crate::database::{Row, StoreError};
use crate::failure::Answer;
use std::collections::{BTreeMap, BTreeSet};
use takeroot_core::contribution::{Contribution, Counts, Entry, Measure, Place, Totals};
use takeroot_core::time::Day;

/// A row holds at most 2 MB at the edge.
const PART_BYTES_MAX: usize = 1_000_000;

/// The counts of a day as they are stored: by place, each with its measures.
type Stored = Vec<(Place, Vec<(Measure, i64)>)>;

impl Store {
    /// The totals of all days.
    pub(crate) fn totals(&self) -> Answer<Totals> {
        self.sums(TOTAL)
    }

    /// What sealed subjects add to all days.
    pub(crate) fn base(&self) -> Answer<Totals> {
        self.sums(BASE)
    }

    fn sums(&self, table: &str) -> Answer<Totals> {
        let rows = self.exec(&format!("SELECT day, counts FROM {table} ORDER BY day, part"), &[])?;
        let days = rows.chunk_by(|one, next| one.get::<i64>("day") == next.get::<i64>("day"));
        let counts = days.map(|rows| {
            let day = rows.first().map(|row| row.get("day")).transpose()?;
            Ok((Day(day.unwrap_or_default()), read(rows)?))
        });
        Ok(Totals::of(counts.collect::<Answer<Vec<_>>>()?))
    }

    /// Adds to the totals, and marks the days as not published.
    pub(crate) fn add_to_totals(&self, change: &Contribution) -> Answer<()> {
        let first = self.add(TOTAL, change)?;
        let gauges = change.entries().filter(|(_, _, measure, _)| measure.is_gauge());
        if let Some(moved) = gauges.map(|(day, ..)| day).min() {
            self.forget_gauges(moved)?;
        }
        first.map_or(Ok(()), |first| self.mark_stale(first))
    }

    /// Adds to what sealed subjects add; the totals hold it already.
    pub(crate) fn add_to_base(&self, change: &Contribution) -> Answer<()> {
        self.add(BASE, change).map(|_| ())
    }

    /// Adds to sums; gives the first day that changed.
    fn add(&self, table: &str, change: &Contribution) -> Answer<Option<Day>> {
        let mut days: BTreeMap<Day, Vec<Entry>> = BTreeMap::new();
        for entry in change.entries() {
            days.entry(entry.0).or_default().push(entry);
        }
        for (day, entries) in &days {
            let mut counts = self.counts(table, *day)?;
            for (_, place, measure, n) in entries {
                let count = counts.of((*place, *measure));
                *count += n;
                if *count == 0 {
                    counts.remove(&(*place, *measure));
                }
            }
            self.keep_counts(table, *day, &counts)?;
        }
        Ok(days.keys().next().copied())
    }

    /// The days that have counts.
    pub(crate) fn days(&self) -> Answer<BTreeSet<Day>> {
        let rows = self.exec("SELECT day FROM total WHERE part = 0", &[])?;
        Ok(rows.iter().map(|row| row.get("day").map(Day)).collect::<Result<_, StoreError>>()?)
    }

    /// The counts of one day.
    pub(crate) fn counts_of(&self, day: Day) -> Answer<Counts> {
        self.counts(TOTAL, day)
    }

    pub(super) fn counts(&self, table: &str, day: Day) -> Answer<Counts> {
        let query = format!("SELECT counts FROM {table} WHERE day = ? ORDER BY part");
        read(&self.exec(&query, &[day.0.into()])?)
    }

    pub(super) fn keep_counts(&self, table: &str, day: Day, counts: &Counts) -> Answer<()> {
        let mut stored: Stored = Vec::new();
        for ((place, measure), n) in counts.iter() {
            match stored.last_mut().filter(|(last, _)| last == place) {
                Some((_, measures)) => measures.push((*measure, *n)),
                None => stored.push((*place, vec![(*measure, *n)])),
            }
        }
        let text = if stored.is_empty() { String::new() } else { serde_json::to_string(&stored)? };
        let mut parts = 0_i64;
        // The text is ASCII: places and measures are numbers and words of ours.
        for part in text.as_bytes().chunks(PART_BYTES_MAX) {
            let part = String::from_utf8_lossy(part);
            let values = [day.0.into(), parts.into(), part.as_ref().into()];
            self.exec(&format!("INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)"), &values)?;
            parts += 1;
        }
        let rest = format!("DELETE FROM {table} WHERE day = ? AND part >= ?");
        self.exec(&rest, &[day.0.into(), parts.into()])?;
        Ok(())
    }

    /// Days from this one on are not published yet.
    pub(crate) fn mark_stale(&self, day: Day) -> Answer<()> {
        if self.noted_number::<i32>(STALE)?.is_none_or(|from| day.0 < from) {
            self.note(STALE, Some(&day.0.to_string()))?;
        }
        Ok(())
    }

    /// The first day that is not published yet.
    pub(crate) fn stale(&self) -> Answer<Option<Day>> {
        let (stale, in_hand) = (self.noted_number(STALE)?, self.noted_number(IN_HAND)?);
        Ok(stale.into_iter().chain(in_hand).min().map(Day))
    }

    /// Takes the days that are not published yet in hand: what is marked from now on is new, and what dies in
    /// between is still not published.
    pub(crate) fn take_stale(&self) -> Answer<Option<Day>> {
        let from = self.stale()?;
        if self.noted(STALE)?.is_some() {
            self.note(STALE, None)?;
            self.note(IN_HAND, from.map(|from| from.0.to_string()).as_deref())?;
        }
        Ok(from)
    }

    /// The days in hand are published, but for those from `rest` on.
    pub(crate) fn end_publishing(&self, rest: Option<Day>) -> Answer<()> {
        self.note(IN_HAND, None)?;
        rest.map_or(Ok(()), |rest| self.mark_stale(rest))
    }
}

const TOTAL: &str = "total";
const BASE: &str = "base";
const STALE: &str = "stale_from";
const IN_HAND: &str = "in_hand_from";

fn read(rows: &[Row]) -> Answer<Counts> {
    let parts = rows.iter().map(|row| row.get::<&str>("counts"));
    let text = parts.collect::<Result<Vec<_>, StoreError>>()?.concat();
    let stored: Stored = if text.is_empty() { Vec::new() } else { serde_json::from_str(&text)? };
    let counts = stored
        .into_iter()
        .flat_map(|(place, measures)| measures.into_iter().map(move |(measure, n)| ((place, measure), n)));
    Ok(counts.collect())
}
