//! What deals add to the days, summed while millions of them are judged.

use std::collections::HashMap;
use takeroot_core::contribution::{Count, Entry, Hash, Measure, Place, Totals};
use takeroot_core::time::Day;

/// Counts of a day that are kept before equal ones are summed.
const KEPT_MIN: usize = 4096;

/// What deals add to the days.
#[derive(Debug, Default)]
pub struct Tally {
    places: Numbers<Place>,
    measures: Measures,
    days: HashMap<Day, Pile, Hash>,
    /// Deals.
    pub deals: u64,
    /// Rows that were in an earlier file too.
    pub repeated: u64,
}

/// Values by number, in the order in which they came.
#[derive(Debug)]
struct Numbers<T> {
    numbers: HashMap<T, u32, Hash>,
    /// Neighbours mostly have the same value.
    last: Option<(T, u32)>,
}

/// Measures by number. Most are found by an index of their own.
#[derive(Debug, Default)]
struct Measures {
    numbers: Numbers<Measure>,
    /// One more than the number; 0 where there is none yet.
    indexed: Vec<u32>,
}

/// What is counted and where, by their numbers: the place in the high half.
type Cell = u64;

/// The counts of one day. They are appended and now and then sorted: a lookup for each would miss the
/// processor's cache each time.
#[derive(Debug, Default)]
struct Pile {
    /// Most counts are by one: the cell times two, and one more for minus one.
    ones: Vec<u64>,
    others: Vec<(Cell, i64)>,
    /// Sorted by cell.
    sums: Vec<(Cell, i64)>,
}

impl Tally {
    pub(crate) fn add(&mut self, entries: &[Entry]) {
        for entries in entries.chunk_by(|a, b| a.0 == b.0) {
            let Some((day, ..)) = entries.first() else { continue };
            let pile = self.days.entry(*day).or_default();
            for (_, place, measure, n) in entries {
                pile.push(cell(self.places.of(*place), self.measures.of(*measure)), *n);
            }
        }
    }

    /// Adds another tally.
    pub fn join(&mut self, other: Self) {
        if self.days.is_empty() {
            let (deals, repeated) = (self.deals, self.repeated);
            *self = other;
            (self.deals, self.repeated) = (self.deals + deals, self.repeated + repeated);
            return;
        }
        self.deals += other.deals;
        self.repeated += other.repeated;
        let places = other.places.values().into_iter().map(|place| self.places.of(place));
        let measures = other.measures.numbers.values().into_iter().map(|measure| self.measures.of(measure));
        let (places, measures): (Vec<u32>, Vec<u32>) = (places.collect(), measures.collect());
        for (day, mut pile) in other.days {
            pile.sum();
            let sums = pile.sums.into_iter().map(|(cell, n)| (moved(cell, &places, &measures), n));
            let own = self.days.entry(day).or_default();
            own.others.extend(sums);
            own.sum();
        }
    }

    /// The counts of all days.
    #[must_use]
    pub fn totals(self) -> Totals {
        let (places, place_ranks) = self.places.ranked();
        let (measures, measure_ranks) = self.measures.numbers.ranked();
        Totals::of(self.days.into_iter().map(|(day, mut pile)| {
            pile.sum();
            pile.sums.retain(|(_, n)| *n != 0);
            pile.sums.iter_mut().for_each(|(cell, _)| *cell = moved(*cell, &place_ranks, &measure_ranks));
            pile.sums.sort_unstable_by_key(|(cell, _)| *cell);
            let mut counts = Vec::with_capacity(pile.sums.len());
            counts.extend(pile.sums.into_iter().filter_map(|(cell, n)| {
                let (place, measure) = halves(cell);
                Some(((*places.get(place)?, *measures.get(measure)?), n))
            }));
            (day, counts.into_iter().collect())
        }))
    }
}

fn cell(place: u32, measure: u32) -> Cell {
    (u64::from(place) << 32) | u64::from(measure)
}

/// The numbers of a cell's place and measure.
fn halves(cell: Cell) -> (usize, usize) {
    ((cell >> 32) as usize, (cell & u64::from(u32::MAX)) as usize)
}

/// The cell by other numbers of its place and measure.
fn moved(old: Cell, places: &[u32], measures: &[u32]) -> Cell {
    let (place, measure) = halves(old);
    cell(places.get(place).copied().unwrap_or(0), measures.get(measure).copied().unwrap_or(0))
}

impl Measures {
    #[inline]
    fn of(&mut self, measure: Measure) -> u32 {
        let Some(index) = index(measure) else { return self.numbers.of(measure) };
        match self.indexed.get(index) {
            Some(known) if *known != 0 => *known - 1,
            _ => {
                let number = self.numbers.of(measure);
                self.indexed.resize(self.indexed.len().max(index + 1), 0);
                self.indexed.get_mut(index).into_iter().for_each(|slot| *slot = number + 1);
                number
            }
        }
    }
}

const _: () = assert!(Count::ALL.len() <= 256, "the index of an action begins at 256");

/// Where the number of a measure is kept, of those of which there are not too many.
const fn index(measure: Measure) -> Option<usize> {
    match measure {
        Measure::Count(count) => Some(count as usize),
        Measure::Act(action) => Some(256 + action as usize),
        Measure::Sum(took) => Some(512 + took as usize),
        Measure::Took(took, bucket) if bucket < 4096 => Some(((1 + took as usize) << 12) + bucket as usize),
        _ => None,
    }
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { numbers: HashMap::default(), last: None }
    }
}

impl<T: Copy + Ord + std::hash::Hash> Numbers<T> {
    #[inline]
    fn of(&mut self, value: T) -> u32 {
        if let Some((last, number)) = self.last
            && last == value
        {
            return number;
        }
        let number = match self.numbers.get(&value) {
            Some(number) => *number,
            None => {
                let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
                self.numbers.insert(value, next);
                next
            }
        };
        self.last = Some((value, number));
        number
    }

    /// The values in the order of their numbers.
    fn values(self) -> Vec<T> {
        let mut values: Vec<(u32, T)> =
            self.numbers.into_iter().map(|(value, number)| (number, value)).collect();
        values.sort_unstable();
        values.into_iter().map(|(_, value)| value).collect()
    }

    /// The values in their own order, and by number the rank of each.
    fn ranked(self) -> (Vec<T>, Vec<u32>) {
        let mut values: Vec<(T, u32)> = self.numbers.into_iter().collect();
        values.sort_unstable();
        let mut ranks = vec![0; values.len()];
        for (rank, (_, number)) in (0..).zip(&values) {
            if let Some(slot) = ranks.get_mut(*number as usize) {
                *slot = rank;
            }
        }
        (values.into_iter().map(|(value, _)| value).collect(), ranks)
    }
}

impl Pile {
    #[inline]
    fn push(&mut self, cell: Cell, n: i64) {
        if self.ones.len() + self.others.len() >= KEPT_MIN.max(self.sums.len()) {
            self.sum();
        }
        match n {
            1 => self.ones.push(cell << 1),
            -1 => self.ones.push(cell << 1 | 1),
            _ => self.others.push((cell, n)),
        }
    }

    fn sum(&mut self) {
        self.others.sort_unstable_by_key(|(cell, _)| *cell);
        self.ones.sort_unstable();
        for same in self.ones.chunk_by(|a, b| a >> 1 == b >> 1) {
            let taken = same.iter().filter(|one| *one & 1 == 1).count();
            let n =
                i64::try_from(same.len()).unwrap_or(i64::MAX) - 2 * i64::try_from(taken).unwrap_or(i64::MAX);
            self.others.extend(same.first().map(|one| (one >> 1, n)));
        }
        self.ones.clear();
        // A stable sort only merges what is sorted already.
        self.others.sort_by_key(|(cell, _)| *cell);
        let mut sums = self.sums.iter_mut().peekable();
        self.others.retain(|(cell, n)| {
            while sums.next_if(|sum| sum.0 < *cell).is_some() {}
            let sum = sums.peek_mut().filter(|sum| sum.0 == *cell);
            sum.map(|sum| sum.1 += n).is_none()
        });
        if self.others.is_empty() {
            return;
        }
        // What has no sum yet; both kinds of counts may be of one cell.
        self.sums.append(&mut self.others);
        self.sums.sort_by_key(|(cell, _)| *cell);
        self.sums.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use takeroot_core::contribution::{Contribution, Took};

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
            tally.add(&one(n).entries().collect::<Vec<_>>());
            expected.replace(&Contribution::default(), &one(n));
        }
        left.join(right);
        assert_eq!(left.totals(), expected);
    }
}
