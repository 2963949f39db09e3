//! Days of before the observation, as another system's history tells them: what before and after compare, and no more.

use super::book::LOOK_BACK_DAYS;
use super::metric::Metric;
use super::period::Period;
use super::sheet::Sheet;
use crate::contribution::{Count, Measure, Place};
use crate::day::{Block, Figures, Times};
use crate::histogram;
use crate::policy::Policy;
use crate::sorted::Sorted;
use crate::time::Day;
use serde::{Deserialize, Serialize};

/// Days of a baseline: a year.
pub const BASELINE_DAYS_MAX: usize = 366;
/// Policies by which its days were counted.
const POLICIES_MAX: usize = 12;
/// A year of such numbers is a sum that can be told.
const N_MAX: i64 = 1_000_000_000_000;

/// Days that lie before the observation of an account, and the rules by which they were counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The policies that held in these days, in their order: at least one, at most twelve.
    pub policies: Vec<Policy>,
    /// At most 366 days, one after the other without a gap.
    pub days: Vec<BaselineDay>,
}

/// A day in short: everything, and not who acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BaselineDay {
    /// The day.
    pub day: Day,
    /// Counts, with gauges at its end; distributions of durations; what became of cohorts.
    #[serde(default)]
    pub all: Block,
    /// Leads by pipeline; under 0 those of none.
    #[serde(default, skip_serializing_if = "Sorted::is_empty")]
    pub pipelines: Sorted<u64, i64>,
    /// Leads by source; under 0 those of none.
    #[serde(default, skip_serializing_if = "Sorted::is_empty")]
    pub sources: Sorted<u64, i64>,
}

/// What stands of a baseline that was uploaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BaselineState {
    /// Its days; missing where none was uploaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uploaded: Option<Period>,
    /// The first observed day: uploaded days count before it.
    pub observed_from: Day,
}

impl Baseline {
    /// What is wrong with it, and how to mend it.
    ///
    /// # Errors
    /// It cannot be kept.
    pub fn checked(&self) -> Result<(), String> {
        if !(1..=BASELINE_DAYS_MAX).contains(&self.days.len()) {
            return Err(format!("`days` holds 1 to {BASELINE_DAYS_MAX} days"));
        }
        if !(1..=POLICIES_MAX).contains(&self.policies.len()) {
            return Err(format!("`policies` holds 1 to {POLICIES_MAX} policies"));
        }
        if !self.days.is_sorted_by(|a, b| a.day.plus(1) == b.day) {
            return Err("`days` follow one another, each once".to_owned());
        }
        let strange = self.days.iter().find(|day| !day.is_countable());
        strange.map_or(Ok(()), |strange| Err(format!("{}: a number that no day has", strange.day)))
    }

    /// From its first to its last day.
    #[must_use]
    pub fn period(&self) -> Option<Period> {
        Some(Period { from: self.days.first()?.day, to: self.days.last()?.day })
    }
}

impl BaselineDay {
    /// A day's document in short.
    #[must_use]
    pub fn of(figures: &Figures) -> Self {
        let all = &figures.all;
        let bare = |times: &Times| Times { histogram: times.histogram.clone(), ..Times::default() };
        let leads = |blocks: &Sorted<u64, Block>| {
            let known = blocks.iter().map(|(id, block)| (*id, block.n(Count::Entered)));
            let known: Vec<(u64, i64)> = known.filter(|(_, n)| *n != 0).collect();
            let none = all.n(Count::Entered) - known.iter().map(|(_, n)| n).sum::<i64>();
            known.into_iter().chain((none != 0).then_some((0, none))).collect()
        };
        Self {
            day: figures.to,
            all: Block {
                counts: all.counts.clone(),
                took: all.took.iter().map(|(took, times)| (*took, bare(times))).collect(),
                after: all.after.clone(),
                ..Block::default()
            },
            pipelines: leads(&figures.pipelines),
            sources: leads(&figures.by.sources),
        }
    }

    fn is_countable(&self) -> bool {
        let is_bucket = |bucket: u16| bucket <= histogram::bucket(i64::MAX);
        let leads = self.pipelines.values().chain(self.sources.values()).copied();
        let of_a_day = |n: i64| (-N_MAX..=N_MAX).contains(&n);
        leads.into_iter().all(of_a_day)
            && self.entries().all(|(measure, n)| {
                of_a_day(n) && !matches!(measure, Measure::Took(_, bucket) if !is_bucket(bucket))
            })
    }

    /// What is counted of it, gauges with their values at its end.
    fn entries(&self) -> impl Iterator<Item = (Measure, i64)> {
        let Block { counts, took, after, .. } = &self.all;
        let counts = counts.iter().map(|(count, n)| (Measure::Count(*count), *n));
        let took = took.iter().flat_map(|(took, times)| {
            times.histogram.iter().map(|(bucket, n)| (Measure::Took(*took, *bucket), *n))
        });
        let after = after
            .iter()
            .flat_map(|(milestone, ages)| ages.iter().map(|(age, n)| (Measure::After(*milestone, *age), *n)));
        counts.chain(took).chain(after)
    }
}

/// As sheets are made of it.
impl Baseline {
    /// Whether every day of a period is there; days follow one another.
    pub(super) fn covers(&self, period: Period) -> bool {
        let is_within = |whole: Period| whole.from <= period.from && period.to <= whole.to;
        period.days() > 0 && self.period().is_some_and(is_within)
    }

    /// The last days before a day, four weeks at most.
    pub(super) fn last_before(&self, day: Day) -> Option<Period> {
        let Period { from, to } = self.period()?;
        let last = Period::ending(to.min(day.plus(-1)), LOOK_BACK_DAYS);
        (from <= last.to).then(|| Period { from: from.max(last.from), ..last })
    }

    /// The days of a period.
    pub(super) fn range(&self, period: Period) -> impl Iterator<Item = &BaselineDay> {
        self.days.iter().filter(move |told| period.has(told.day))
    }

    pub(super) fn sheet(&self, period: Period) -> Sheet {
        let mut sheet = Sheet::default();
        for told in self.range(period) {
            for (measure, n) in told.entries() {
                if !measure.is_gauge() || told.day == period.to {
                    sheet.add(period, told.day, Place::default(), measure, n);
                }
            }
        }
        sheet
    }
}

impl Sheet {
    /// Whether uploaded days tell of what a metric counts: a history may not know of tasks.
    pub(super) fn tells_of(&self, metric: Metric) -> bool {
        use Count::{TaskOverdue, TasksDone, TasksSet};
        match metric {
            Metric::TaskOverdue | Metric::NoNextStep => {
                [TasksSet, TasksDone, TaskOverdue].into_iter().any(|count| self.n(count) != 0)
            }
            _ => true,
        }
    }
}
