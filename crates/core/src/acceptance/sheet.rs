//! What was counted in one slice of one period, and the reading of a metric off it.

use super::Ratio;
use super::metric::{Formula, Metric, Part};
use super::period::Period;
use crate::contribution::{Count, Counts, Measure, Milestone, Place, Took};
use crate::histogram;
use crate::sorted::Sorted;
use crate::time::Day;

/// Flows of a period, gauges at its end, its cohort as far as the end.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    counts: Vec<i64>,
    reached: Sorted<Milestone, i64>,
    /// Durations by their histogram bucket.
    took: Sorted<(Took, u16), i64>,
    /// Who acted on which day.
    pub(crate) acted: Sorted<(Day, u64), ()>,
}

impl Default for Sheet {
    fn default() -> Self {
        Self {
            counts: vec![0; Count::ALL.len()],
            reached: Sorted::default(),
            took: Sorted::default(),
            acted: Sorted::default(),
        }
    }
}

impl Sheet {
    /// Adds an entry of the period; a gauge comes as its value at the end, or as its changes up to it.
    pub(crate) fn add(&mut self, period: Period, day: Day, place: Place, measure: Measure, n: i64) {
        match measure {
            Measure::Count(count) => {
                if let Some(sum) = self.counts.get_mut(count as usize) {
                    *sum += n;
                }
            }
            Measure::Took(took, bucket) => {
                *self.took.of((took, bucket)) += n;
            }
            Measure::Act(_) => {
                self.acted.of((day, place.manager));
            }
            Measure::After(milestone, age) if day.plus(-i32::from(age)) >= period.from => {
                *self.reached.of(milestone) += n;
            }
            Measure::After(..)
            | Measure::Sum(_)
            | Measure::LostFor(_)
            | Measure::MovedTo(_)
            | Measure::Lacks(_) => {}
        }
    }

    /// Adds the flows of a day of the period, that were counted before.
    pub(super) fn join(&mut self, period: Period, day: Day, daily: &Daily) {
        for (sum, n) in self.counts.iter_mut().zip(&daily.sheet.counts) {
            *sum += n;
        }
        daily.sheet.took.iter().for_each(|(key, n)| *self.took.of(*key) += n);
        for key in daily.sheet.acted.keys() {
            self.acted.of(*key);
        }
        let cohort = daily.after.iter().filter(|((_, age), _)| day.plus(-i32::from(*age)) >= period.from);
        cohort.for_each(|((milestone, _), n)| *self.reached.of(*milestone) += n);
    }

    pub(crate) fn n(&self, count: Count) -> i64 {
        self.counts.get(count as usize).copied().unwrap_or(0)
    }

    pub(crate) fn reached(&self, milestone: Milestone) -> i64 {
        self.reached.get(&milestone).copied().unwrap_or(0)
    }

    /// Whether anything tells of answers: without it a lead has no clock, and no silence is known.
    pub(crate) fn tells_of_answers(&self) -> bool {
        use Count::{Breached, Claimed, Entered, InTime, Merged, Unanswered, Waiting};
        let told = [InTime, Breached, Waiting, Unanswered, Claimed, Merged];
        let told = told.into_iter().any(|count| self.n(count) != 0);
        told || self.n(Entered) <= 0 || self.cases(Took::Response) > 0
    }

    /// The numerator and the denominator of a metric; for a quantile its cases, and those without one beside
    /// them; for what is counted by roster and calendar, whether anybody acted at all.
    pub(crate) fn ratio(&self, metric: Metric) -> Ratio {
        let sum = |parts: &[Part]| parts.iter().map(|part| self.part(*part)).sum();
        match metric.formula() {
            Formula::Ratio(n, of) => Ratio { n: sum(n), of: sum(of) },
            Formula::Quantile(took, _, beside) => {
                let cases = self.cases(took);
                Ratio { n: cases, of: cases + sum(beside) }
            }
            Formula::Census => {
                let acted = i64::from(!self.acted.is_empty());
                Ratio { n: acted, of: acted }
            }
        }
    }

    /// Seconds of a metric that is a duration.
    pub(crate) fn seconds(&self, metric: Metric) -> Option<i64> {
        let Formula::Quantile(took, tenths, _) = metric.formula() else { return None };
        let buckets = self.took.iter().filter(|((known, _), _)| *known == took);
        let buckets: Vec<(u16, i64)> = buckets.map(|((_, bucket), n)| (*bucket, *n)).collect();
        histogram::quantile_s(&buckets, tenths, 10)
    }

    fn part(&self, part: Part) -> i64 {
        match part {
            Part::N(count) => self.n(count),
            Part::Hundred(count) => self.n(count).saturating_mul(100),
            Part::Reached(milestone) => self.reached(milestone),
            Part::Less(milestone) => -self.reached(milestone),
            Part::Cases(took) => self.cases(took),
        }
    }

    fn cases(&self, took: Took) -> i64 {
        self.took.iter().filter(|((known, _), _)| *known == took).map(|(_, n)| n).sum()
    }
}

/// The flows of one day: what many periods sum up.
#[derive(Clone, Debug, Default)]
pub(super) struct Daily {
    sheet: Sheet,
    after: Sorted<(Milestone, u16), i64>,
    /// The leads by pipeline and by source.
    pub(super) leads: [Sorted<u64, i64>; 2],
}

impl Daily {
    pub(super) fn of(day: Day, counts: &Counts) -> Self {
        let mut daily = Self::default();
        for ((place, measure), n) in counts.iter().filter(|((_, measure), _)| !measure.is_gauge()) {
            let (place, measure, n) = (*place, *measure, *n);
            match measure {
                Measure::After(milestone, age) => *daily.after.of((milestone, age)) += n,
                _ => daily.sheet.add(Period::ending(day, 1), day, place, measure, n),
            }
            if measure == Measure::Count(Count::Entered) {
                let [pipelines, sources] = &mut daily.leads;
                *pipelines.of(place.pipeline) += n;
                *sources.of(place.source) += n;
            }
        }
        daily
    }
}
