//! What deals add to the days, summed while millions of them are judged.

use foldhash::fast::FixedState;
use std::collections::HashMap;
use takeroot_core::contribution::{Contribution, Entry, Measure, Place, Totals};
use takeroot_core::time::Day;

/// Entries of a day that are kept before equal ones are summed.
const ENTRIES_MIN: usize = 4096;

/// What deals add to the days.
#[derive(Debug, Default)]
pub struct Tally {
    /// What is counted, by number.
    kinds: HashMap<(Place, Measure), u32, FixedState>,
    days: HashMap<Day, Pile, FixedState>,
    /// Deals.
    pub deals: u64,
    /// Rows that were in an earlier file too.
    pub repeated: u64,
}

/// The counts of one day by kind. They are appended and now and then sorted: a lookup for each would miss the
/// processor's cache each time.
#[derive(Debug, Default)]
struct Pile {
    entries: Vec<(u32, i64)>,
    full: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, entries: impl IntoIterator<Item = Entry>) {
        for (day, place, measure, n) in entries {
            self.count(day, place, measure, n);
        }
    }

    fn count(&mut self, day: Day, place: Place, measure: Measure, n: i64) {
        let next = u32::try_from(self.kinds.len()).unwrap_or(u32::MAX);
        let kind = *self.kinds.entry((place, measure)).or_insert(next);
        self.days.entry(day).or_default().push(kind, n);
    }

    /// Adds another tally.
    pub fn join(&mut self, other: Self) {
        self.deals += other.deals;
        self.repeated += other.repeated;
        for (day, place, measure, n) in other.entries() {
            self.count(day, place, measure, n);
        }
    }

    /// The counts of all days.
    #[must_use]
    pub fn totals(self) -> Totals {
        let mut totals = Totals::default();
        totals.replace(&Contribution::default(), &Contribution::of(self.entries()));
        totals
    }

    fn entries(self) -> Vec<(Day, Place, Measure, i64)> {
        let mut kinds: Vec<((Place, Measure), u32)> = self.kinds.into_iter().collect();
        kinds.sort_unstable_by_key(|(_, kind)| *kind);
        let mut entries = Vec::new();
        for (day, mut pile) in self.days {
            pile.sum();
            entries.extend(pile.entries.into_iter().filter_map(|(kind, n)| {
                let ((place, measure), _) = *kinds.get(kind as usize)?;
                Some((day, place, measure, n))
            }));
        }
        entries
    }
}

impl Pile {
    fn push(&mut self, kind: u32, n: i64) {
        if self.entries.len() >= self.full {
            self.sum();
            self.full = ENTRIES_MIN.max(self.entries.len() * 2);
        }
        self.entries.push((kind, n));
    }

    fn sum(&mut self) {
        self.entries.sort_unstable_by_key(|(kind, _)| *kind);
        self.entries.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use takeroot_core::contribution::{Count, Took};

    #[test]
    fn a_tally_comes_to_the_totals_of_its_contributions() {
        let place = |manager| Place { manager, ..Place::default() };
        let one = |n: i32| {
            let manager = u64::try_from(n % 7).unwrap();
            let entry = (Day(n % 3), place(manager), Measure::Count(Count::Entered), 1);
            Contribution::of(vec![
                entry,
                (Day(n % 5), place(0), Measure::Took(Took::Response, 9), i64::from(n % 2)),
            ])
        };
        let (mut left, mut right, mut expected) = (Tally::default(), Tally::default(), Totals::default());
        for n in 0..20_000 {
            let tally = if n % 4 == 0 { &mut left } else { &mut right };
            tally.add(one(n).entries().collect::<Vec<_>>());
            expected.replace(&Contribution::default(), &one(n));
        }
        left.join(right);
        assert_eq!(left.totals(), expected);
    }
}
