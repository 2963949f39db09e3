//! What one subject adds to each day. Integers only, so contributions add and subtract exactly, and totals
//! kept by differences equal totals summed anew.

use crate::histogram;
use crate::sorted::Sorted;
use crate::time::Day;
use serde::{Deserialize, Serialize, Serializer};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

pub use crate::days::{Days, run_on};
pub use crate::measure::{Action, Count, Measure, Milestone, Took};
pub use crate::place::{Dimension, Place, Slice};

/// One entry of a contribution.
pub type Entry = (Day, Place, Measure, i64);

/// What one subject adds to the days: sorted, without zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Vec<Group<Vec<(Measure, i64)>>>")]
pub struct Contribution(Vec<Entry>);

/// The stored form: what is counted at one place on one day names both once.
type Group<Counted> = (Day, Place, Counted);

impl Serialize for Contribution {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let groups = self.0.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
        serializer.collect_seq(groups.filter_map(|group| {
            let (day, place, ..) = group.first()?;
            Some((day, place, group.iter().map(|(_, _, measure, n)| (measure, n)).collect::<Vec<_>>()))
        }))
    }
}

impl From<Vec<Group<Vec<(Measure, i64)>>>> for Contribution {
    fn from(groups: Vec<Group<Vec<(Measure, i64)>>>) -> Self {
        let entries = groups.into_iter().flat_map(|(day, place, counted)| {
            counted.into_iter().map(move |(measure, n)| (day, place, measure, n))
        });
        Self::of(entries.collect())
    }
}

impl Contribution {
    /// Sorts and sums entries; zeros vanish.
    #[must_use]
    pub fn of(mut entries: Vec<Entry>) -> Self {
        // Deals are walked day by day: what is left to do is mostly within days.
        entries.sort_unstable_by_key(|(day, ..)| *day);
        let measures = entries.iter().map(|(_, _, measure, _)| *measure);
        let named = ranked(measures.filter(|measure| is_named(*measure)));
        let mut sums: Vec<Entry> = Vec::with_capacity(entries.len());
        for day in entries.chunk_by(|a, b| a.0 == b.0) {
            let mut summed = None;
            for (key, index) in keys(day, &named) {
                let Some(entry) = day.get(index) else { continue };
                match sums.last_mut() {
                    Some(sum) if summed == Some(key) => sum.3 += entry.3,
                    _ => sums.push(*entry),
                }
                summed = Some(key);
            }
        }
        sums.retain(|(_, _, _, n)| *n != 0);
        Self(sums)
    }

    /// The entries: day, place, measure, count.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + '_ {
        self.0.iter().copied()
    }

    /// What it adds beyond another one.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        // A late fact leaves most days as they were.
        let same = self.0.iter().zip(&other.0).take_while(|(own, theirs)| own == theirs).count();
        let (mut own, mut theirs) =
            (self.entries().skip(same).peekable(), other.entries().skip(same).peekable());
        let mut entries = Vec::new();
        loop {
            // At the end of one list the rest of the other one comes.
            let order = match (own.peek(), theirs.peek()) {
                (None, None) => return Self(entries),
                (Some(own), Some(theirs)) => (own.0, &own.1, &own.2).cmp(&(theirs.0, &theirs.1, &theirs.2)),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
            };
            let own = own.next_if(|_| order.is_le());
            let theirs = theirs.next_if(|_| order.is_ge());
            let n = own.map_or(0, |own| own.3) - theirs.map_or(0, |theirs| theirs.3);
            if let Some((day, place, measure, _)) = own.or(theirs).filter(|_| n != 0) {
                entries.push((day, place, measure, n));
            }
        }
    }

    /// Whether it adds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The entries of a day in order: the ranks of the place and of the measure in 32 bits each, and where the entry
/// is. Whole entries are long, and comparing them would cost more than judging a deal.
fn keys(day: &[Entry], named: &[Measure]) -> Vec<(u64, usize)> {
    let runs = day.chunk_by(|a, b| a.1 == b.1);
    let places = ranked(runs.clone().filter_map(|run| Some(run.first()?.1)));
    let mut keys = Vec::with_capacity(day.len());
    for run in runs {
        let Some((_, place, ..)) = run.first() else { continue };
        let place = places.partition_point(|other| other < place) as u64;
        let begin = keys.len();
        keys.extend(
            (begin..).zip(run).map(|(index, entry)| (place << 32 | u64::from(rank(entry.2, named)), index)),
        );
    }
    keys.sort_unstable_by_key(|(key, _)| *key);
    keys
}

/// Values in order, each once.
fn ranked<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// A number in the order of measures; of those that hold ids, by their place among the `named` ones.
fn rank(measure: Measure, named: &[Measure]) -> u32 {
    let of = |variant: u32, what: u32, rest: u16| variant << 28 | what << 16 | u32::from(rest);
    let among = |variant: u32| variant << 28 | named.partition_point(|other| *other < measure) as u32;
    match measure {
        Measure::Count(count) => of(0, count as u32, 0),
        Measure::Took(took, bucket) => of(1, took as u32, bucket),
        Measure::Sum(took) => of(2, took as u32, 0),
        Measure::Act(action) => of(3, action as u32, 0),
        Measure::LostFor(_) => among(4),
        Measure::MovedTo(_) => among(5),
        Measure::After(milestone, age) => of(6, milestone as u32, age),
        Measure::Lacks(_) => among(7),
    }
}

const fn is_named(measure: Measure) -> bool {
    matches!(measure, Measure::LostFor(_) | Measure::MovedTo(_) | Measure::Lacks(_))
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
        for entries in contribution.0.chunk_by(|a, b| a.0 == b.0) {
            let Some((day, ..)) = entries.first() else { continue };
            touched.insert(*day);
            let counts = self.0.entry(*day).or_default();
            counts.add(entries.iter().map(|(_, place, measure, n)| ((*place, *measure), *n)));
            if counts.is_empty() {
                self.0.remove(day);
            }
        }
        touched
    }

    /// The days that have counts.
    pub fn days(&self) -> impl DoubleEndedIterator<Item = Day> + '_ {
        self.0.keys().copied()
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

impl Days for Totals {
    fn range(&self, from: Day, to: Day) -> Box<dyn Iterator<Item = (Day, &Counts)> + '_> {
        let days = (from <= to).then(|| self.0.range(from..=to));
        Box::new(days.into_iter().flatten().map(|(day, counts)| (*day, counts)))
    }

    fn gauges_by(&self, at: &BTreeSet<Day>, cut: fn(Place) -> Place) -> BTreeMap<Day, Sums> {
        let (mut running, mut days) = (Sums::default(), self.0.iter().peekable());
        let mut gauges = BTreeMap::new();
        for day in at {
            while let Some((_, counts)) = days.next_if(|(counted, _)| *counted <= day) {
                run_on(&mut running, counts, cut);
            }
            running.retain(|_, n| *n != 0);
            gauges.insert(*day, running.clone());
        }
        gauges
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
    fn entries_are_sorted_as_they_compare_and_differ_by_what_differs() {
        let places = [(3, 2), (0, 9), (3, 1), (7, 0)].map(|(pipeline, manager)| Place {
            pipeline,
            manager,
            ..Place::default()
        });
        let measures = [
            Measure::Lacks(crate::policy::Field::Custom(7)),
            Measure::After(Milestone::Lost, 0),
            Measure::After(Milestone::Won, u16::MAX),
            Measure::MovedTo(crate::fact::Stage::Lost),
            Measure::MovedTo(crate::fact::Stage::Open(u64::MAX)),
            Measure::LostFor(u64::MAX),
            Measure::LostFor(5),
            Measure::Act(Action::Other),
            Measure::Sum(Took::Response),
            Measure::Took(Took::EntryLag, 0),
            Measure::Took(Took::Response, u16::MAX),
            Measure::Count(Count::Duplicates),
            Measure::Count(Count::Entered),
        ];
        let of = |n: usize| (Day(n as i32 % 3 - 1), places[n % 4], measures[n * 7 % 13], n as i64 % 5 - 2);
        let sum = |entries: &[Entry]| {
            let mut sums = BTreeMap::new();
            entries.iter().for_each(|e| *sums.entry((e.0, e.1, e.2)).or_insert(0) += e.3);
            let sums = sums.into_iter().filter(|(_, n)| *n != 0);
            sums.map(|((day, place, measure), n)| (day, place, measure, n)).collect::<Vec<_>>()
        };
        let entries: Vec<Entry> = (0..400).map(of).collect();
        let (one, other) = (Contribution::of(entries.clone()), Contribution::of(entries[90..230].to_vec()));
        assert_eq!(one.0, sum(&entries));
        let difference: Vec<Entry> = entries[..90].iter().chain(&entries[230..]).copied().collect();
        assert_eq!(one.minus(&other).0, sum(&difference));
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
    fn what_is_stored_is_what_was_counted_without_days_of_nothing() {
        let contribution = Contribution::of(vec![entry(1, Count::Entered, 2), entry(3, Count::Won, 1)]);
        assert!(!contribution.is_empty() && Contribution::of(vec![entry(1, Count::Won, 0)]).is_empty());
        let mut totals = Totals::default();
        totals.add(&contribution);
        let stored = totals.range(Day(0), Day(9)).map(|(day, counts)| (day, counts.clone()));
        let stored: Vec<(Day, Counts)> = stored.chain([(Day(5), Counts::default())]).collect();
        assert_eq!(Totals::of(stored), totals);
        assert_eq!(totals.days().collect::<Vec<_>>(), [Day(1), Day(3)]);
    }

    #[test]
    fn hashes_of_what_is_alike_lie_apart() {
        use std::hash::BuildHasher as _;
        fn apart<T: std::hash::Hash>(values: impl Iterator<Item = T>) -> usize {
            let places = values.map(|value| Hash::default().hash_one(value) % 1024);
            places.collect::<BTreeSet<u64>>().len()
        }
        // A thousand values thrown at random take 640 of as many places.
        assert!(apart(0..1024_u64) > 500 && apart((0..1024_u64).map(|n| n << 20)) > 500);
        assert!(apart(0..1024_u32) > 500 && apart(0..1024_i32) > 500 && apart(0..1024_u16) > 500);
        assert!(apart(0..1024_usize) > 500 && apart(0..1024_isize) > 500);
        assert!(apart((0..32_u8).flat_map(|a| (0..32_u8).map(move |b| (a, b)))) > 500);
        assert!(apart((0..1024).map(|n: u32| n.to_string())) > 500);
        let places = (0..1024_u64).map(|n| Place { pipeline: 7 + n % 4, manager: n / 4, ..Place::default() });
        assert!(apart(places) > 500);
    }

    #[test]
    fn the_stored_form_is_pinned() {
        let text = concat!(
            r#"[["1970-01-02",{"p":4,"m":9},[[{"n":"entered"},1],[{"t":["response",130]},1],[{"a":"moved"},2],"#,
            r#"[{"m":{"open":7}},1],[{"c":["won",3]},-1],[{"f":{"custom":7}},1]]],"#,
            r#"["1970-01-03",{"p":4,"m":9},[[{"n":"won"},1]]]]"#
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
            entry(2, Count::Won, 1),
        ]);
        assert_eq!(serde_json::to_string(&one).unwrap(), text);
        assert_eq!(serde_json::from_str::<Contribution>(text).unwrap(), one);
    }
}
