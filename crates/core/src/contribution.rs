//! What one subject adds to each day. Integers only, so contributions add and subtract exactly, and totals
//! kept by differences equal totals summed anew.

use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where in the company something counts. 0 stands for "not known" and makes no slice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Id of the pipeline.
    #[serde(rename = "p", default)]
    pub pipeline: u64,
    /// Id of the manager: responsible for a figure of a deal, the author of an action.
    #[serde(rename = "m", default)]
    pub manager: u64,
}

/// Kinds of actions of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A deal created by hand.
    Created,
    /// A stage moved.
    Moved,
    /// A card edited.
    Edited,
    /// A call.
    Called,
    /// A message in a chat or by SMS.
    Messaged,
    /// A letter.
    Mailed,
    /// A note.
    Noted,
    /// A task set.
    TaskSet,
    /// A task done.
    TaskDone,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Leads that came in.
    Entered,
    /// Deals that a person created.
    ByHand,
    /// Deals won.
    Won,
    /// Deals lost.
    Lost,
    /// Won or lost deals that were opened again.
    Reopened,
    /// Leads answered within the target.
    InTime,
    /// Leads whose target passed without an answer.
    Breached,
    /// Leads closed, declined or deleted before any answer.
    Unanswered,
    /// First responses by business seconds: a histogram bucket.
    Business(u16),
    /// Sum of the business seconds of first responses.
    BusinessSum,
    /// First responses by seconds of the clock on the wall: a histogram bucket.
    Clock(u16),
    /// Actions of a person.
    Act(Action),
    /// Gauge: deals at work.
    Active,
    /// Gauge: leads that wait for their first response.
    Waiting,
    /// Gauge: active deals with a task past its deadline or a breached timer.
    Overdue,
    /// Gauge: active deals whose stage asks for fields.
    Cards,
    /// Gauge: those of them with every mandatory field.
    Complete,
}

impl Measure {
    /// Gauges are stored as changes: the value of a day is the sum over all days up to it.
    #[must_use]
    pub const fn is_gauge(self) -> bool {
        matches!(self, Self::Active | Self::Waiting | Self::Overdue | Self::Cards | Self::Complete)
    }
}

/// What one subject adds to the days: sorted, without zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Contribution(Vec<(Day, Place, Measure, i64)>);

impl Contribution {
    /// Sorts and sums entries; zeros vanish.
    #[must_use]
    pub fn of(mut entries: Vec<(Day, Place, Measure, i64)>) -> Self {
        entries.sort_unstable();
        let mut sums: Vec<(Day, Place, Measure, i64)> = Vec::with_capacity(entries.len());
        for (day, place, measure, n) in entries {
            match sums.last_mut() {
                Some(last) if (last.0, last.1, last.2) == (day, place, measure) => last.3 += n,
                _ => sums.push((day, place, measure, n)),
            }
        }
        sums.retain(|(_, _, _, n)| *n != 0);
        Self(sums)
    }

    /// The entries: day, place, measure, count.
    pub fn entries(&self) -> impl Iterator<Item = (Day, Place, Measure, i64)> + '_ {
        self.0.iter().copied()
    }

    /// Whether it adds nothing to any day.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A cut through the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slice {
    /// Everything.
    All,
    /// One pipeline.
    Pipeline(u64),
    /// One manager.
    Manager(u64),
}

impl Slice {
    fn all_of(place: Place) -> impl Iterator<Item = Self> {
        let pipeline = (place.pipeline != 0).then_some(Self::Pipeline(place.pipeline));
        let manager = (place.manager != 0).then_some(Self::Manager(place.manager));
        [Some(Self::All), pipeline, manager].into_iter().flatten()
    }
}

/// The counts of one day or period, by slice and measure, without zeros.
pub type Counts = BTreeMap<(Slice, Measure), i64>;

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
        let mut changes = Vec::new();
        changes.extend(new.entries());
        changes.extend(old.entries().map(|(day, place, measure, n)| (day, place, measure, -n)));
        let mut touched = BTreeSet::new();
        for (day, place, measure, n) in Contribution::of(changes).0 {
            touched.insert(day);
            let counts = self.0.entry(day).or_default();
            for slice in Slice::all_of(place) {
                let count = counts.entry((slice, measure)).or_default();
                *count += n;
                if *count == 0 {
                    counts.remove(&(slice, measure));
                }
            }
            if counts.is_empty() {
                self.0.remove(&day);
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

    /// The gauges at the end of some days, in one walk over all days.
    #[must_use]
    pub fn gauges(&self, at: &BTreeSet<Day>) -> BTreeMap<Day, Counts> {
        let mut running = Counts::new();
        let mut days = self.0.iter().peekable();
        let mut gauges = BTreeMap::new();
        for day in at {
            while let Some((_, counts)) = days.next_if(|(counted, _)| *counted <= day) {
                let changes = counts.iter().filter(|((_, measure), _)| measure.is_gauge());
                changes.for_each(|(key, n)| *running.entry(*key).or_default() += n);
            }
            running.retain(|_, n| *n != 0);
            gauges.insert(*day, running.clone());
        }
        gauges
    }

    /// The counts of the days `from` to `to`, both included, with the gauges at the end of `to`.
    #[must_use]
    pub fn period(&self, from: Day, to: Day, gauges: &Counts) -> Counts {
        let mut sum = gauges.clone();
        for counts in self.0.range(from..=to).map(|(_, counts)| counts) {
            let flows = counts.iter().filter(|((_, measure), _)| !measure.is_gauge());
            flows.for_each(|(key, n)| *sum.entry(*key).or_default() += n);
        }
        sum.retain(|_, n| *n != 0);
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(day: i32, measure: Measure, n: i64) -> (Day, Place, Measure, i64) {
        (Day(day), Place { pipeline: 4, manager: 9 }, measure, n)
    }

    #[test]
    fn taking_out_what_was_put_in_leaves_nothing() {
        let one = Contribution::of(vec![entry(1, Measure::Entered, 1), entry(2, Measure::Won, 1)]);
        let mut totals = Totals::default();
        assert_eq!(totals.replace(&Contribution::default(), &one).len(), 2);
        assert_eq!(totals.day(Day(1)).unwrap().len(), 3, "all, pipeline, manager");
        assert_eq!(totals.replace(&one, &one).len(), 0, "no change touches no day");
        totals.replace(&one, &Contribution::default());
        assert_eq!(totals, Totals::default());
    }

    #[test]
    fn a_gauge_is_the_sum_of_its_changes_and_a_count_is_of_its_days() {
        let changes =
            vec![entry(1, Measure::Active, 1), entry(1, Measure::Entered, 1), entry(5, Measure::Active, -1)];
        let mut totals = Totals::default();
        totals.replace(&Contribution::default(), &Contribution::of(changes));
        let gauges = totals.gauges(&[Day(0), Day(4), Day(5)].into());
        assert_eq!(gauges[&Day(0)].len(), 0);
        let period = |from, to| totals.period(Day(from), Day(to), &gauges[&Day(to)]);
        assert_eq!(period(3, 4).get(&(Slice::All, Measure::Active)), Some(&1));
        assert_eq!(period(3, 4).get(&(Slice::All, Measure::Entered)), None);
        assert_eq!(period(1, 4).get(&(Slice::All, Measure::Entered)), Some(&1));
        assert_eq!(period(3, 5).get(&(Slice::All, Measure::Active)), None);
    }

    #[test]
    fn the_stored_form_is_pinned() {
        let text = r#"[["1970-01-02",{"p":4,"m":9},{"business":130},1],["1970-01-02",{"p":4,"m":9},{"act":"moved"},2]]"#;
        let one = Contribution::of(vec![
            entry(1, Measure::Act(Action::Moved), 2),
            entry(1, Measure::Business(130), 1),
        ]);
        assert_eq!(serde_json::to_string(&one).unwrap(), text);
        assert_eq!(serde_json::from_str::<Contribution>(text).unwrap(), one);
    }
}
