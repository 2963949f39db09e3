//! What one subject adds to each day. Integers only, so contributions add and subtract exactly, and totals
//! kept by differences equal totals summed anew.

use crate::histogram;
use crate::sorted::Sorted;
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

pub use crate::measure::{Action, Count, Measure, Milestone, Took};
pub use crate::place::{Dimension, Place, Slice};

/// One entry of a contribution.
pub type Entry = (Day, Place, Measure, i64);

/// What one subject adds to the days: sorted, without zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Contribution(Vec<Entry>);

impl Contribution {
    /// Sorts and sums entries; zeros vanish.
    #[must_use]
    pub fn of(mut entries: Vec<Entry>) -> Self {
        entries.sort_unstable();
        entries.dedup_by(|next, kept| {
            let same = (next.0, next.1, next.2) == (kept.0, kept.1, kept.2);
            if same {
                kept.3 += next.3;
            }
            same
        });
        entries.retain(|(_, _, _, n)| *n != 0);
        Self(entries)
    }

    /// The entries: day, place, measure, count.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + '_ {
        self.0.iter().copied()
    }

    /// What it adds beyond another one.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut entries = Vec::with_capacity(self.0.len() + other.0.len());
        entries.extend(self.entries());
        entries.extend(other.entries().map(|(day, place, measure, n)| (day, place, measure, -n)));
        Self::of(entries)
    }

    /// Whether it adds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The counts of one day by place and measure, without zeros.
pub type Counts = Sorted<(Place, Measure), i64>;

/// Gauges, or the counts of a period, by place and measure, without zeros.
pub type Sums = HashMap<(Place, Measure), i64, Hash>;

/// What became of the deals that entered in a period, by place and milestone, without zeros.
pub type Cohort = HashMap<(Place, Milestone), i64, Hash>;

/// The counts of all days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals(BTreeMap<Day, Counts>);

impl Totals {
    /// Totals from stored days.
    #[must_use]
    pub fn of(days: impl IntoIterator<Item = (Day, Counts)>) -> Self {
        Self(days.into_iter().filter(|(_, counts)| !counts.is_empty()).collect())
    }

    /// Takes `old` out and puts `new` in; returns the days whose counts changed.
    pub fn replace(&mut self, old: &Contribution, new: &Contribution) -> BTreeSet<Day> {
        self.add(&new.minus(old))
    }

    /// Adds a contribution; returns the days whose counts changed.
    pub fn add(&mut self, contribution: &Contribution) -> BTreeSet<Day> {
        let mut touched = BTreeSet::new();
        for (day, place, measure, n) in contribution.entries() {
            touched.insert(day);
            let counts = self.0.entry(day).or_default();
            let count = counts.of((place, measure));
            *count += n;
            if *count == 0 {
                counts.remove(&(place, measure));
                if counts.is_empty() {
                    self.0.remove(&day);
                }
            }
        }
        touched
    }

    /// The counts of one day, where it has any.
    #[must_use]
    pub fn day(&self, day: Day) -> Option<&Counts> {
        self.0.get(&day)
    }

    /// The days that have counts.
    pub fn days(&self) -> impl DoubleEndedIterator<Item = Day> + '_ {
        self.0.keys().copied()
    }

    /// The counts of the days `from` to `to`, both included, day by day.
    pub fn range(&self, from: Day, to: Day) -> impl Iterator<Item = (Day, &Counts)> {
        let days = (from <= to).then(|| self.0.range(from..=to));
        days.into_iter().flatten().map(|(day, counts)| (*day, counts))
    }

    /// The gauges at the end of some days, in one walk over all days.
    #[must_use]
    pub fn gauges(&self, at: &BTreeSet<Day>) -> BTreeMap<Day, Sums> {
        self.gauges_by(at, |place| place)
    }

    /// As [`Totals::gauges`], summed over what `cut` leaves of the places: what is not asked for takes no room.
    #[must_use]
    pub fn gauges_by(&self, at: &BTreeSet<Day>, cut: fn(Place) -> Place) -> BTreeMap<Day, Sums> {
        let mut running = Sums::default();
        let mut days = self.0.iter().peekable();
        let mut gauges = BTreeMap::new();
        for day in at {
            while let Some((_, counts)) = days.next_if(|(counted, _)| *counted <= day) {
                let changes = counts.iter().filter(|((_, measure), _)| measure.is_gauge());
                for ((place, measure), n) in changes {
                    *running.entry((cut(*place), *measure)).or_default() += n;
                }
            }
            running.retain(|_, n| *n != 0);
            gauges.insert(*day, running.clone());
        }
        gauges
    }

    /// The counts of the days `from` to `to`, both included, with the gauges at the end of `to`.
    #[must_use]
    pub fn period(&self, from: Day, to: Day, gauges: &Sums) -> Sums {
        let mut sum = gauges.clone();
        for counts in self.0.range(from..=to).map(|(_, counts)| counts) {
            let flows = counts.iter().filter(|((_, measure), _)| !measure.is_gauge());
            flows.for_each(|(key, n)| *sum.entry(*key).or_default() += n);
        }
        sum.retain(|_, n| *n != 0);
        sum
    }

    /// What became until the end of `until` of the deals that entered from `from` to `to`: milestones by
    /// place, a stage's [`Milestone::Passed`] by its first entries.
    #[must_use]
    pub fn cohort(&self, from: Day, to: Day, until: Day) -> Cohort {
        let mut sum = Cohort::default();
        for (day, counts) in self.0.range(from..=until) {
            for ((place, measure), n) in counts.iter() {
                let Measure::After(milestone, age) = measure else { continue };
                if (from..=to).contains(&day.plus(-i32::from(*age))) {
                    *sum.entry((*place, *milestone)).or_default() += n;
                }
            }
        }
        sum.retain(|_, n| *n != 0);
        sum
    }
}

/// Seconds as entries: the bucket and the sum.
pub(crate) fn took(day: Day, place: Place, what: Took, seconds: i64, n: i64) -> [Entry; 2] {
    let seconds = seconds.max(0);
    let bucket = Measure::Took(what, histogram::bucket(seconds));
    [(day, place, bucket, n), (day, place, Measure::Sum(what), seconds * n)]
}

/// Hashes places and measures fast. Keys are our own ids and enums: nobody can choose them to collide for
/// gain.
pub type Hash = BuildHasherDefault<Mix>;

/// Multiply and rotate, word by word (the way of `FxHash`).
#[derive(Clone, Copy, Debug, Default)]
pub struct Mix(u64);

impl Mix {
    fn word(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            self.word(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.word(u64::from(n));
    }

    fn write_u16(&mut self, n: u16) {
        self.word(u64::from(n));
    }

    fn write_u32(&mut self, n: u32) {
        self.word(u64::from(n));
    }

    fn write_i32(&mut self, n: i32) {
        self.word(u64::from(n.cast_unsigned()));
    }

    fn write_u64(&mut self, n: u64) {
        self.word(n);
    }

    fn write_isize(&mut self, n: isize) {
        self.word(n.cast_unsigned() as u64);
    }

    fn write_usize(&mut self, n: usize) {
        self.word(n as u64);
    }

    fn finish(&self) -> u64 {
        // The table takes the high and the low bits: spread the product into both.
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(day: i32, count: Count, n: i64) -> Entry {
        (Day(day), Place { pipeline: 4, manager: 9, ..Place::default() }, Measure::Count(count), n)
    }

    #[test]
    fn taking_out_what_was_put_in_leaves_nothing() {
        let one = Contribution::of(vec![entry(1, Count::Entered, 1), entry(2, Count::Won, 1)]);
        let mut totals = Totals::default();
        assert_eq!(totals.replace(&Contribution::default(), &one).len(), 2);
        assert_eq!(totals.replace(&one, &one).len(), 0, "no change touches no day");
        totals.replace(&one, &Contribution::default());
        assert_eq!(totals, Totals::default());
    }

    #[test]
    fn a_gauge_is_the_sum_of_its_changes_and_a_count_is_of_its_days() {
        let changes =
            vec![entry(1, Count::Active, 1), entry(1, Count::Entered, 1), entry(5, Count::Active, -1)];
        let mut totals = Totals::default();
        totals.replace(&Contribution::default(), &Contribution::of(changes));
        let gauges = totals.gauges(&[Day(0), Day(4), Day(5)].into());
        assert_eq!(gauges[&Day(0)].len(), 0);
        let place = Place { pipeline: 4, manager: 9, ..Place::default() };
        let of = |from, to, count| {
            let period = totals.period(Day(from), Day(to), &gauges[&Day(to)]);
            period.get(&(place, Measure::Count(count))).copied()
        };
        assert_eq!(of(3, 4, Count::Active), Some(1));
        assert_eq!(of(3, 4, Count::Entered), None);
        assert_eq!(of(1, 4, Count::Entered), Some(1));
        assert_eq!(of(3, 5, Count::Active), None);
    }

    #[test]
    fn a_cohort_is_followed_beyond_its_period() {
        let place = Place::default();
        let after = |day, milestone, age, n| (Day(day), place, Measure::After(milestone, age), n);
        let contribution = Contribution::of(vec![
            after(9, Milestone::Won, 7, 1),
            after(12, Milestone::Won, 10, -1),
            after(9, Milestone::Won, 3, 1),
        ]);
        let mut totals = Totals::default();
        totals.replace(&Contribution::default(), &contribution);
        let won = |until| totals.cohort(Day(1), Day(3), Day(until)).get(&(place, Milestone::Won)).copied();
        assert_eq!((won(8), won(9), won(12)), (None, Some(1), None));
        assert_eq!(totals.cohort(Day(4), Day(6), Day(20))[&(place, Milestone::Won)], 1);
    }

    #[test]
    fn the_stored_form_is_pinned() {
        let text = concat!(
            r#"[["1970-01-02",{"p":4,"m":9},{"n":"entered"},1],["1970-01-02",{"p":4,"m":9},{"t":["response",130]},1],"#,
            r#"["1970-01-02",{"p":4,"m":9},{"a":"moved"},2],["1970-01-02",{"p":4,"m":9},{"m":{"open":7}},1],"#,
            r#"["1970-01-02",{"p":4,"m":9},{"c":["won",3]},-1],["1970-01-02",{"p":4,"m":9},{"f":{"custom":7}},1]]"#
        );
        let place = Place { pipeline: 4, manager: 9, ..Place::default() };
        let of = |measure, n| (Day(1), place, measure, n);
        let one = Contribution::of(vec![
            of(Measure::Act(Action::Moved), 2),
            of(Measure::Took(Took::Response, 130), 1),
            of(Measure::Lacks(crate::policy::Field::Custom(7)), 1),
            of(Measure::After(Milestone::Won, 3), -1),
            of(Measure::MovedTo(crate::fact::Stage::Open(7)), 1),
            entry(1, Count::Entered, 1),
        ]);
        assert_eq!(serde_json::to_string(&one).unwrap(), text);
        assert_eq!(serde_json::from_str::<Contribution>(text).unwrap(), one);
    }
}
