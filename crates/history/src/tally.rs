//! What deals add to the days, summed while millions of them are judged.

use std::collections::HashMap;
use takeroot_core::contribution::{Entry, Hash, Measure, Place, Totals};
use takeroot_core::time::Day;

/// Counts of a day that are kept before equal ones are summed.
const KEPT_MIN: usize = 2048;

/// What deals add to the days.
#[derive(Debug, Default)]
pub struct Tally {
    cells: Cells,
    days: HashMap<Day, Pile, Hash>,
    /// Deals.
    pub deals: u64,
    /// Rows that were in an earlier file too.
    pub repeated: u64,
}

/// What is counted and where, by number.
#[derive(Debug, Default)]
struct Cells {
    places: Numbers<Place>,
    /// Of the measures that hold ids.
    named: Numbers<Measure>,
    /// By the number of the place and the code of the measure.
    numbers: HashMap<u64, u32, Hash>,
    counted: Vec<(Place, Measure)>,
    /// By cell one more than where its sum is, while a day is summed; else zeros.
    sums: Vec<u32>,
}

/// Values by number, in the order in which they came.
#[derive(Debug)]
struct Numbers<T> {
    numbers: HashMap<T, u32, Hash>,
    /// Neighbours mostly have the same value.
    last: Option<(T, u32)>,
}

/// The counts of one day. They are appended and now and then summed: a lookup for each would miss the
/// processor's cache each time.
#[derive(Debug, Default)]
struct Pile {
    /// Most counts are by one: the cell times two, and one more for minus one.
    ones: Vec<u32>,
    others: Vec<(u32, i64)>,
    /// Of each cell once.
    sums: Vec<(u32, i64)>,
}

impl Tally {
    pub(crate) fn add(&mut self, entries: &[Entry]) {
        for entries in entries.chunk_by(|a, b| a.0 == b.0) {
            let Some((day, ..)) = entries.first() else { continue };
            let pile = self.days.entry(*day).or_default();
            for (_, place, measure, n) in entries {
                pile.push(self.cells.of(*place, *measure), *n);
            }
            if pile.ones.len() + pile.others.len() >= KEPT_MIN.max(pile.sums.len()) {
                pile.sum(&mut self.cells.sums);
            }
        }
    }

    /// Adds another tally.
    pub fn join(&mut self, mut other: Self) {
        if self.days.is_empty() {
            let (deals, repeated) = (self.deals, self.repeated);
            *self = other;
            (self.deals, self.repeated) = (self.deals + deals, self.repeated + repeated);
            return;
        }
        self.deals += other.deals;
        self.repeated += other.repeated;
        let here = other.cells.counted.iter().map(|(place, measure)| self.cells.of(*place, *measure));
        let here: Vec<u32> = here.collect();
        for (day, mut pile) in other.days {
            pile.sum(&mut other.cells.sums);
            let own = self.days.entry(day).or_default();
            own.others.extend(pile.sums.into_iter().map(|(cell, n)| (at(&here, cell), n)));
            own.sum(&mut self.cells.sums);
        }
    }

    /// The counts of all days.
    #[must_use]
    pub fn totals(self) -> Totals {
        let Cells { counted, mut sums, .. } = self.cells;
        let mut cells: Vec<((Place, Measure), u32)> = counted.into_iter().zip(0..).collect();
        cells.sort_unstable();
        let mut ranks = vec![0; cells.len()];
        for (rank, (_, cell)) in (0..).zip(&cells) {
            ranks.get_mut(*cell as usize).into_iter().for_each(|slot| *slot = rank);
        }
        Totals::of(self.days.into_iter().map(|(day, mut pile)| {
            pile.sum(&mut sums);
            pile.sums.retain(|(_, n)| *n != 0);
            pile.sums.iter_mut().for_each(|(cell, _)| *cell = at(&ranks, *cell));
            pile.sums.sort_unstable_by_key(|(rank, _)| *rank);
            let counts = pile.sums.iter().filter_map(|(rank, n)| Some((cells.get(*rank as usize)?.0, *n)));
            (day, counts.collect())
        }))
    }
}

fn at(numbers: &[u32], cell: u32) -> u32 {
    numbers.get(cell as usize).copied().unwrap_or(0)
}

impl Cells {
    #[inline]
    fn of(&mut self, place: Place, measure: Measure) -> u32 {
        let of = |variant: u32, what: u32, rest: u16| variant << 28 | what << 16 | u32::from(rest);
        let code = match measure {
            Measure::Count(count) => of(0, count as u32, 0),
            Measure::Took(took, bucket) => of(1, took as u32, bucket),
            Measure::Sum(took) => of(2, took as u32, 0),
            Measure::Act(action) => of(3, action as u32, 0),
            Measure::After(milestone, age) => of(4, milestone as u32, age),
            Measure::LostFor(_) | Measure::MovedTo(_) | Measure::Lacks(_) => 5 << 28 | self.named.of(measure),
        };
        let key = u64::from(self.places.of(place)) << 32 | u64::from(code);
        *self.numbers.entry(key).or_insert_with(|| {
            self.counted.push((place, measure));
            self.sums.push(0);
            u32::try_from(self.sums.len() - 1).unwrap_or(u32::MAX)
        })
    }
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { numbers: HashMap::default(), last: None }
    }
}

impl<T: Copy + Eq + std::hash::Hash> Numbers<T> {
    #[inline]
    fn of(&mut self, value: T) -> u32 {
        if let Some((last, number)) = self.last
            && last == value
        {
            return number;
        }
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(value).or_insert(next);
        self.last = Some((value, number));
        number
    }
}

impl Pile {
    #[inline]
    fn push(&mut self, cell: u32, n: i64) {
        match n {
            1 => self.ones.push(cell << 1),
            -1 => self.ones.push(cell << 1 | 1),
            _ => self.others.push((cell, n)),
        }
    }

    fn sum(&mut self, places: &mut [u32]) {
        for (place, (cell, _)) in (1..).zip(&self.sums) {
            places.get_mut(*cell as usize).into_iter().for_each(|slot| *slot = place);
        }
        let ones = self.ones.drain(..).map(|one| (one >> 1, 1 - 2 * i64::from(one & 1)));
        for (cell, n) in ones.chain(self.others.drain(..)) {
            let Some(place) = places.get_mut(cell as usize) else { continue };
            match self.sums.get_mut((*place as usize).wrapping_sub(1)) {
                Some((_, sum)) => *sum += n,
                None => {
                    self.sums.push((cell, n));
                    *place = u32::try_from(self.sums.len()).unwrap_or(u32::MAX);
                }
            }
        }
        for (cell, _) in &self.sums {
            places.get_mut(*cell as usize).into_iter().for_each(|slot| *slot = 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use takeroot_core::contribution::{Contribution, Count, Took};

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
