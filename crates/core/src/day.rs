//! The published document of a day: integers only, so that equal histories give equal bytes.

mod people;
mod period;
mod table;

pub use table::{TableForm, TableHead, TableRow, rows, table};

use crate::contribution::{Action, Count, Days, Dimension, Hash, Measure, Milestone, Slice, Sums, Took};
use crate::deal::Origin;
use crate::fact::Stage;
use crate::histogram;
use crate::policy::{Field, Rules};
use crate::sorted::Sorted;
use crate::time::{Day, Moment};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// The version of the documents' shape.
pub const SCHEMA: u32 = 2;
/// Seconds after its end at which a day is final: calls arrive late.
pub const FINAL_AFTER_S: i64 = 48 * 3600;

/// What a summary says of each manager and source: load, speed, completeness, overdue, outcomes.
const WORK: [Count; 20] = [
    Count::Entered,
    Count::ByHand,
    Count::InTime,
    Count::Breached,
    Count::Missed,
    Count::Claimed,
    Count::Reassigned,
    Count::Won,
    Count::Lost,
    Count::Revenue,
    Count::Priced,
    Count::Worked,
    Count::Active,
    Count::Waiting,
    Count::Overdue,
    Count::NoNextStep,
    Count::Stuck,
    Count::Cards,
    Count::Complete,
    Count::Percent,
];

/// What a calendar says of a day.
const OF_A_CALENDAR: [Count; 10] = [
    Count::Entered,
    Count::InTime,
    Count::Breached,
    Count::Won,
    Count::Lost,
    Count::Active,
    Count::Waiting,
    Count::Overdue,
    Count::Cards,
    Count::Complete,
];

/// A day among many: a few figures of everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPoint {
    /// The day.
    pub day: Day,
    /// Whether the account was observed on it.
    pub observed: bool,
    /// The figures.
    pub all: Block,
    /// Persons of the roster with at least one action.
    pub acted: usize,
    /// Persons on the roster.
    pub roster: usize,
}

/// A document with what is known about its making.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "{T}Document"))]
pub struct Document<T> {
    /// What is known about its making.
    pub envelope: Envelope,
    /// The figures: equal, byte for byte, on every road.
    pub figures: T,
}

/// What is known about the making of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Envelope {
    /// Version of the shape.
    pub schema: u32,
    /// The moment up to which facts and deadlines count.
    pub as_of: Moment,
    /// Grows with every change of the published figures, from 1; what was cut short while it was published counts, too.
    pub revision: u32,
    /// Whether 48 hours have passed since the end of the day.
    #[serde(rename = "final")]
    pub is_final: bool,
}

impl Envelope {
    /// The envelope of a day's document at a moment.
    #[must_use]
    pub fn of(day: Day, rules: &Rules, as_of: Moment, revision: u32) -> Self {
        let is_final = as_of >= rules.end_of(day).plus(FINAL_AFTER_S);
        Self { schema: SCHEMA, as_of, revision, is_final }
    }
}

/// The figures of a day or a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Figures {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Whether the account was observed on all these days; if not, the counts are of what happened to be
    /// seen, and silence says nothing.
    pub observed: bool,
    /// Everything.
    pub all: Block,
    /// By pipeline.
    #[serde(default, skip_serializing_if = "Sorted::is_empty")]
    pub pipelines: Sorted<u64, Block>,
    /// By each other dimension.
    #[serde(default, skip_serializing_if = "Cuts::is_empty")]
    pub by: Cuts,
    /// Within each pipeline, by each other dimension.
    #[serde(default, skip_serializing_if = "Sorted::is_empty")]
    pub within: Sorted<u64, Cuts>,
    /// Persons of the roster with at least one action, by id.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub active_people: BTreeSet<u64>,
    /// Persons on the roster; 0 where there is no roster.
    pub roster: usize,
}

/// Figures by the values of each dimension. A value that is not known makes no block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Cuts {
    /// By working stage: of an event, the stage before it.
    #[serde(skip_serializing_if = "Sorted::is_empty")]
    pub stages: Sorted<u64, Block>,
    /// By manager: responsible for a deal's figure, author of an action or a record.
    #[serde(skip_serializing_if = "Sorted::is_empty")]
    pub managers: Sorted<u64, Block>,
    /// By source.
    #[serde(skip_serializing_if = "Sorted::is_empty")]
    pub sources: Sorted<u64, Block>,
    /// By origin.
    #[serde(skip_serializing_if = "Sorted::is_empty")]
    pub origins: Sorted<Origin, Block>,
    /// The pilot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pilot: Option<Block>,
}

impl Cuts {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn put(&mut self, dimension: Dimension, value: u64, block: Block) {
        let origin = Origin::KNOWN.into_iter().find(|origin| origin.number() == value);
        match dimension {
            Dimension::Stage => drop(self.stages.insert(value, block)),
            Dimension::Manager => drop(self.managers.insert(value, block)),
            Dimension::Source => drop(self.sources.insert(value, block)),
            Dimension::Origin => drop(origin.map(|origin| self.origins.insert(origin, block))),
            Dimension::Pilot => self.pilot = Some(block),
        }
    }
}

/// The figures of one slice. What is absent is zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Block {
    /// Counts: flows of the period, gauges at its end.
    #[serde(rename = "n", skip_serializing_if = "Sorted::is_empty")]
    pub counts: Sorted<Count, i64>,
    /// Durations.
    #[serde(skip_serializing_if = "Sorted::is_empty")]
    pub took: Sorted<Took, Times>,
    /// Actions of people, by kind.
    #[serde(skip_serializing_if = "Sorted::is_empty")]
    pub acts: Sorted<Action, i64>,
    /// Losses by the reason's id.
    #[serde(skip_serializing_if = "Sorted::is_empty")]
    pub lost_for: Sorted<u64, i64>,
    /// Moves by the stage they lead to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moved_to: Vec<(Stage, i64)>,
    /// Mandatory fields that do not count, by how many cards lack them at the end; for everything and by
    /// pipeline.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lacking: Vec<(Field, i64)>,
    /// What became of cohorts: by milestone, how many reached it at which age in days.
    #[serde(skip_serializing_if = "Sorted::is_empty")]
    pub after: Sorted<Milestone, Vec<(u16, i64)>>,
}

impl Block {
    /// A count, 0 where there is none.
    #[must_use]
    pub fn n(&self, count: Count) -> i64 {
        self.counts.get(&count).copied().unwrap_or(0)
    }

    /// The fields that most cards lack, with how many do, the most frequent first.
    #[must_use]
    pub fn lacking_most(&self, most: usize) -> Vec<(Field, i64)> {
        let mut fields = self.lacking.clone();
        fields.sort_by_key(|(field, n)| (-n, *field));
        fields.truncate(most);
        fields
    }

    /// Durations; none where there are none.
    #[must_use]
    pub fn times(&self, took: Took) -> Times {
        self.took.get(&took).cloned().unwrap_or_default()
    }

    /// Leads judged against the target of the first response.
    #[must_use]
    pub fn judged(&self) -> i64 {
        self.n(Count::InTime) + self.n(Count::Breached)
    }

    fn shorten(&mut self) {
        self.after = Sorted::default();
        let response = self.took.remove(&Took::Response);
        self.took.values_mut().for_each(|times| times.histogram.clear());
        if let Some(response) = response {
            self.took.insert(Took::Response, response);
        }
    }

    fn shorten_to_work(&mut self) {
        self.counts.retain(|count, _| WORK.contains(count));
        self.took.retain(|took, _| *took == Took::Response);
        self.took.values_mut().for_each(|times| times.histogram.clear());
        (self.after, self.moved_to, self.lost_for) = Default::default();
    }

    fn add(&mut self, measure: Measure, n: i64) {
        match measure {
            Measure::Count(count) => *self.counts.of(count) += n,
            Measure::Act(action) => *self.acts.of(action) += n,
            Measure::LostFor(reason) => *self.lost_for.of(reason) += n,
            Measure::Sum(took) => self.took.of(took).sum_s += n,
            Measure::Took(took, bucket) => {
                self.took.of(took).histogram.push((bucket, n));
            }
            Measure::MovedTo(stage) => self.moved_to.push((stage, n)),
            Measure::Lacks(field) => self.lacking.push((field, n)),
            Measure::After(milestone, age) => self.after.of(milestone).push((age, n)),
        }
    }

    /// Brings what was added in any order into one form.
    fn finish(&mut self) {
        self.counts.retain(|_, n| *n != 0);
        self.acts.retain(|_, n| *n != 0);
        self.lost_for.retain(|_, n| *n != 0);
        summed(&mut self.moved_to);
        summed(&mut self.lacking);
        self.after.values_mut().for_each(summed);
        self.after.retain(|_, ages| !ages.is_empty());
        self.took.values_mut().for_each(Times::finish);
        self.took.retain(|_, times| *times != Times::default());
    }
}

/// How many durations fell into each bucket, as [`crate::histogram`] numbers them; sorted.
pub type Histogram = Vec<(u16, i64)>;

/// Durations of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Times {
    /// How many.
    pub count: i64,
    /// Their median (nearest rank, within 1 %), in seconds.
    pub median_s: Option<i64>,
    /// Their sum in seconds, for the mean.
    pub sum_s: i64,
    /// Their distribution.
    pub histogram: Histogram,
}

impl Times {
    /// Their mean in seconds; `None` where there are none.
    #[must_use]
    pub fn mean_s(&self) -> Option<i64> {
        (self.count > 0).then(|| self.sum_s / self.count)
    }

    fn finish(&mut self) {
        summed(&mut self.histogram);
        self.count = self.histogram.iter().map(|(_, n)| n).sum();
        self.median_s = histogram::quantile_s(&self.histogram, 1, 2);
    }
}

fn summed<K: Ord + Copy>(counts: &mut Vec<(K, i64)>) {
    counts.sort_unstable();
    counts.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    counts.retain(|(_, n)| *n != 0);
}

impl Figures {
    /// The figures of the days `from` to `to`, both included.
    #[must_use]
    pub fn of(totals: &dyn Days, rules: &Rules, from: Day, to: Day) -> Self {
        let gauges = totals.gauges(&[to].into()).remove(&to).unwrap_or_default();
        Self::with(totals, &gauges, rules, from, to)
    }

    /// As [`Figures::of`], for many periods over one walk of the gauges ([`Days::gauges`] at `to`).
    #[must_use]
    pub fn with(totals: &dyn Days, gauges: &Sums, rules: &Rules, from: Day, to: Day) -> Self {
        let slices = |_: Slice| true;
        Self::of_blocks(blocks(&totals.period(from, to, gauges), slices), rules, from, to)
    }

    /// As [`Figures::with`], of everything, pipelines, managers and sources only, in short. Of sources there are flows
    /// only: the gauges that summaries look back to do not know them.
    #[must_use]
    pub fn brief(totals: &dyn Days, gauges: &Sums, rules: &Rules, from: Day, to: Day) -> Self {
        let slices = |slice: Slice| {
            matches!(
                (slice.pipeline, slice.by),
                (_, None) | (0, Some((Dimension::Manager | Dimension::Source, _)))
            )
        };
        Self::of_blocks(blocks(&totals.period(from, to, gauges), slices), rules, from, to).shortened()
    }

    /// The few of them that a calendar shows.
    #[must_use]
    pub fn point(&self) -> DayPoint {
        let mut all = Block { counts: self.all.counts.clone(), ..Block::default() };
        all.counts.retain(|count, _| OF_A_CALENDAR.contains(count));
        if let Some(times) = self.all.took.get(&Took::Response) {
            all.took.insert(Took::Response, Times { histogram: Histogram::new(), ..times.clone() });
        }
        let Self { to, observed, roster, .. } = *self;
        DayPoint { day: to, observed, all, acted: self.active_people.len(), roster }
    }

    /// What a summary keeps of it: nothing within pipelines, of durations their medians and the distribution
    /// of first responses, no cohorts by age; of a manager and a source the counts of work.
    #[must_use]
    pub(crate) fn shortened(mut self) -> Self {
        self.within = Sorted::default();
        self.all.shorten();
        let Cuts { stages, managers, sources, origins, pilot } = &mut self.by;
        let blocks = stages.values_mut().chain(origins.values_mut()).chain(pilot);
        blocks.chain(self.pipelines.values_mut()).for_each(Block::shorten);
        managers.values_mut().chain(sources.values_mut()).for_each(Block::shorten_to_work);
        self
    }

    fn of_blocks(mut blocks: Sorted<Slice, Block>, rules: &Rules, from: Day, to: Day) -> Self {
        let policy = &rules.at(rules.end_of(to).plus(-1)).policy;
        let all = blocks.remove(&Slice::ALL).unwrap_or_default();
        let (mut pipelines, mut by, mut within) =
            (Sorted::default(), Cuts::default(), Sorted::<u64, Cuts>::default());
        for (slice, block) in blocks {
            match (slice.pipeline, slice.by) {
                (pipeline, None) => drop(pipelines.insert(pipeline, block)),
                (0, Some((dimension, value))) => by.put(dimension, value, block),
                (pipeline, Some((dimension, value))) => {
                    within.of(pipeline).put(dimension, value, block);
                }
            }
        }
        let acted = by.managers.iter().filter(|(_, block)| !block.acts.is_empty()).map(|(id, _)| *id);
        let active_people = acted.filter(|id| policy.is_person(*id, to)).collect();
        let roster = policy.people.iter().filter(|person| person.works_on(to)).count();
        let observed = from >= rules.observed_day();
        Self { from, to, observed, all, pipelines, by, within, active_people, roster }
    }
}

fn blocks(sums: &Sums, keep: fn(Slice) -> bool) -> Sorted<Slice, Block> {
    let mut blocks: HashMap<Slice, Block, Hash> = HashMap::default();
    for ((place, measure), n) in sums {
        for slice in Slice::of_place(*place).filter(|slice| keep(*slice)) {
            blocks.entry(slice).or_default().add(*measure, *n);
        }
    }
    blocks.values_mut().for_each(Block::finish);
    blocks.into_iter().filter(|(_, block)| *block != Block::default()).collect()
}
