//! Where the counts of days are read: all of them in memory, or each from where it lies when it is asked for.

use crate::contribution::{Counts, Place, Sums};
use crate::time::Day;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The counts of days. Whoever asks reads no more days than the answer needs: an account may be years old.
pub trait Days: fmt::Debug {
    /// The counts of the days `from` to `to`, both included, that have any; day by day.
    fn range(&self, from: Day, to: Day) -> Box<dyn Iterator<Item = (Day, &Counts)> + '_>;

    /// As [`Days::gauges`], summed over what `cut` leaves of the places: what is not asked for takes no room.
    fn gauges_by(&self, at: &BTreeSet<Day>, cut: fn(Place) -> Place) -> BTreeMap<Day, Sums>;

    /// The gauges at the end of some days.
    fn gauges(&self, at: &BTreeSet<Day>) -> BTreeMap<Day, Sums> {
        self.gauges_by(at, |place| place)
    }

    /// The counts of one day, where it has any.
    fn day(&self, day: Day) -> Option<&Counts> {
        self.range(day, day).next().map(|(_, counts)| counts)
    }

    /// The counts of the days `from` to `to`, both included, with the gauges at the end of `to`.
    fn period(&self, from: Day, to: Day, gauges: &Sums) -> Sums {
        let mut sum = gauges.clone();
        for (_, counts) in self.range(from, to) {
            let flows = counts.iter().filter(|((_, measure), _)| !measure.is_gauge());
            flows.for_each(|(key, n)| *sum.entry(*key).or_default() += n);
        }
        sum.retain(|_, n| *n != 0);
        sum
    }
}

/// Leads gauges on by the changes of a day.
pub fn run_on(running: &mut Sums, counts: &Counts, cut: fn(Place) -> Place) {
    for ((place, measure), n) in counts.iter().filter(|((_, measure), _)| measure.is_gauge()) {
        *running.entry((cut(*place), *measure)).or_default() += n;
    }
}
