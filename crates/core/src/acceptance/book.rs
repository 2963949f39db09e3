//! The sheets of an account: counted once for each period and slice, whatever is asked of them.

use super::baseline::Baseline;
use super::census::Attendance;
use super::forecast;
use super::metric::Metric;
use super::period::{Period, months_after};
use super::sheet::{Daily, Sheet};
use crate::contribution::{Count, Counts, Days, Dimension, Measure, Milestone, Place, Slice, Sums};
use crate::policy::{Acceptance, Policy, Rules};
use crate::sorted::Sorted;
use crate::summary::WEEK_DAYS;
use crate::time::Day;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Days of the periods that a summary lays beside each other.
pub const LOOK_BACK_DAYS: u32 = 28;
/// The gates: after 90 days, and after 3, 6 and 12 months.
pub(super) const GATE_DAYS: i32 = 90;
pub(super) const GATE_MONTHS: [u32; 3] = [3, 6, 12];

/// What summaries and verdicts of some days look back to, counted once for all of them: gauges at the ends of
/// periods by pipeline, manager and pilot, and the flows of days.
#[derive(Clone, Debug, Default)]
pub struct Past {
    gauges: BTreeMap<Day, Sums>,
    days: Sorted<Day, Daily>,
    uploaded: Baseline,
}

impl Past {
    /// What summaries and verdicts of some days look back to.
    #[must_use]
    pub fn of(totals: &dyn Days, rules: &Rules, days: &BTreeSet<Day>) -> Self {
        let (mut ends, mut flows) = (BTreeSet::new(), BTreeSet::new());
        for day in days {
            let last = Period::ending(*day, LOOK_BACK_DAYS);
            ends.extend([*day, day.plus(-WEEK_DAYS), last.before().to]);
            let policy = policy_of(rules, *day);
            let Acceptance { started, baseline, after, .. } = policy.acceptance;
            ends.extend(started.into_iter().flat_map(gates).filter(|due| due <= day));
            if policy.goals.iter().any(|goal| goal.by.is_some_and(|by| by > *day)) {
                ends.extend(forecast::ends(*day));
            }
            ends.extend(policy.pilot.as_ref().map(|pilot| pilot.to));
            let usual = Period { from: last.before().from, to: *day };
            let current = after.or(baseline.map(|baseline| Period::ending(*day, baseline.days())));
            for period in [Some(usual), baseline, current].into_iter().flatten() {
                ends.insert(period.to);
                flows.extend((period.from.0..=period.to.0).map(Day));
            }
        }
        let daily = |day: Day| totals.day(day).map(|counts| (day, Daily::of(day, counts)));
        let days = flows.into_iter().filter_map(daily).collect();
        Self { gauges: totals.gauges_by(&ends, brief), days, uploaded: Baseline::default() }
    }

    /// With uploaded days of before the observation.
    #[must_use]
    pub fn with(self, uploaded: Baseline) -> Self {
        Self { uploaded, ..self }
    }

    /// The flows of a day, as they were counted before or anew.
    fn daily(&self, day: Day, counts: &Counts) -> Cow<'_, Daily> {
        self.days.get(&day).map_or_else(|| Cow::Owned(Daily::of(day, counts)), Cow::Borrowed)
    }

    /// The gauges at the end of a day, where it is one of those looked back to.
    pub(crate) fn at(&self, day: Day) -> Option<&Sums> {
        self.gauges.get(&day)
    }
}

/// What slices by pipeline, manager and pilot need of a place.
fn brief(place: Place) -> Place {
    Place { pipeline: place.pipeline, manager: place.manager, pilot: place.pilot, ..Place::default() }
}

const fn is_brief(slice: Slice) -> bool {
    matches!(slice.by, None | Some((Dimension::Manager | Dimension::Pilot, _)))
}

/// The days of the gates of an acceptance that started on a day.
pub(super) fn gates(started: Day) -> impl Iterator<Item = Day> {
    std::iter::once(started.plus(GATE_DAYS)).chain(GATE_MONTHS.map(|months| months_after(started, months)))
}

/// The policy that holds at the end of a day.
pub(crate) fn policy_of(rules: &Rules, day: Day) -> &Policy {
    &rules.at(rules.end_of(day).plus(-1)).policy
}

/// The sheets of an account as of the end of a day.
#[derive(Debug)]
pub(crate) struct Book<'a> {
    pub(crate) totals: &'a dyn Days,
    pub(crate) rules: &'a Rules,
    /// The last day that may be judged.
    pub(crate) day: Day,
    past: &'a Past,
    sheets: Sorted<(Period, Slice), Sheet>,
    pub(super) attendances: Sorted<(Period, Slice), Attendance>,
}

impl<'a> Book<'a> {
    pub(crate) fn new(totals: &'a dyn Days, rules: &'a Rules, past: &'a Past, day: Day) -> Self {
        Self { totals, rules, day, past, sheets: Sorted::default(), attendances: Sorted::default() }
    }

    /// The policy of the book's day.
    pub(crate) fn policy(&self) -> &'a Policy {
        policy_of(self.rules, self.day)
    }

    /// The last days, up to the book's own.
    pub(crate) fn last(&self, days: u32) -> Period {
        Period::ending(self.day, days)
    }

    pub(crate) fn is_observed(&self, period: Period) -> bool {
        period.from >= self.rules.observed_day()
    }

    /// Whether a period lies before the observation, and each of its days was uploaded.
    pub(super) fn is_uploaded(&self, period: Period) -> bool {
        period.to < self.rules.observed_day() && self.past.uploaded.covers(period)
    }

    /// The policies by which uploaded days were counted.
    pub(super) fn uploaded_policies(&self) -> &'a [Policy] {
        &self.past.uploaded.policies
    }

    /// The days before: the policy's, else the last that were uploaded.
    pub(crate) fn baseline(&self) -> Option<Period> {
        let uploaded = || self.past.uploaded.last_before(self.rules.observed_day());
        self.policy().acceptance.baseline.or_else(uploaded)
    }

    pub(crate) fn sheet(&mut self, period: Period, slice: Slice) -> &Sheet {
        if self.sheets.get(&(period, slice)).is_none() {
            let sheet = if slice == Slice::ALL { self.whole(period) } else { self.cut(period, slice) };
            self.sheets.insert((period, slice), sheet);
        }
        self.sheets.of((period, slice))
    }

    /// Of everything, by the days that were counted before.
    fn whole(&self, period: Period) -> Sheet {
        if self.is_uploaded(period) {
            return self.past.uploaded.sheet(period);
        }
        let mut sheet = Sheet::default();
        let to = period.to.min(self.day);
        for (day, counts) in self.totals.range(period.from, to) {
            sheet.join(period, day, &self.past.daily(day, counts));
        }
        for (day, place, measure, n) in self.gauges(to, true) {
            sheet.add(period, day, place, measure, n);
        }
        sheet
    }

    fn cut(&self, period: Period, slice: Slice) -> Sheet {
        let mut sheet = Sheet::default();
        for (day, place, measure, n) in self.entries(period, is_brief(slice)) {
            if slice.has(place) {
                sheet.add(period, day, place, measure, n);
            }
        }
        sheet
    }

    /// A sheet for each manager, of some counts only.
    pub(crate) fn by_manager(&self, period: Period, counts: &[Count]) -> Sorted<u64, Sheet> {
        let mut asked = vec![false; Count::ALL.len()];
        for (count, asked) in Count::ALL.iter().zip(&mut asked) {
            *asked = counts.contains(count);
        }
        let is_asked = |measure: Measure| match measure {
            Measure::Count(count) => asked.get(count as usize).is_some_and(|asked| *asked),
            _ => false,
        };
        let mut sheets: Sorted<u64, Sheet> = Sorted::default();
        for (day, place, measure, n) in self.entries(period, true) {
            if is_asked(measure) {
                sheets.of(place.manager).add(period, day, place, measure, n);
            }
        }
        sheets
    }

    /// A sheet for each pair of a pipeline and a stage, of what is not a gauge.
    pub(crate) fn by_stage(&self, period: Period) -> Sorted<(u64, u64), Sheet> {
        let mut sheets: Sorted<(u64, u64), Sheet> = Sorted::default();
        let asked = |measure: &Measure| {
            matches!(measure, Measure::Count(Count::StageEntered) | Measure::After(Milestone::Passed, _))
        };
        for (day, place, measure, n) in self.flows(period).filter(|(_, _, measure, _)| asked(measure)) {
            sheets.of((place.pipeline, place.stage)).add(period, day, place, measure, n);
        }
        sheets
    }

    /// The leads of a period, by pipeline and by source.
    pub(crate) fn channels(&self, period: Period) -> [Sorted<u64, i64>; 2] {
        let mut sums: [Sorted<u64, i64>; 2] = Default::default();
        let mut add = |told: [&Sorted<u64, i64>; 2]| {
            for (sums, leads) in sums.iter_mut().zip(told) {
                leads.iter().for_each(|(id, n)| *sums.of(*id) += n);
            }
        };
        if self.is_uploaded(period) {
            self.past.uploaded.range(period).for_each(|told| add([&told.pipelines, &told.sources]));
        } else {
            let days = self.totals.range(period.from, period.to.min(self.day));
            days.for_each(|(day, counts)| add(self.past.daily(day, counts).leads.each_ref()));
        }
        sums
    }

    fn flows(&self, period: Period) -> impl Iterator<Item = (Day, Place, Measure, i64)> {
        let days = self.totals.range(period.from, period.to.min(self.day));
        let entries = days.flat_map(|(day, counts)| {
            counts.iter().map(move |((place, measure), n)| (day, *place, *measure, *n))
        });
        entries.filter(|(_, _, measure, _)| !measure.is_gauge())
    }

    /// The flows of a period, and the gauges of its end.
    fn entries(&self, period: Period, brief: bool) -> impl Iterator<Item = (Day, Place, Measure, i64)> {
        self.flows(period).chain(self.gauges(period.to.min(self.day), brief))
    }

    /// The gauges at the end of a day, as they were summed before, or anew.
    fn gauges(&self, to: Day, brief: bool) -> impl Iterator<Item = (Day, Place, Measure, i64)> {
        let gauges = match self.past.at(to).filter(|_| brief) {
            Some(summed) => Cow::Borrowed(summed),
            None => Cow::Owned(self.totals.gauges(&[to].into()).remove(&to).unwrap_or_default()),
        };
        let entries: Vec<_> = gauges.iter().map(|((place, measure), n)| (to, *place, *measure, *n)).collect();
        entries.into_iter()
    }

    /// Whether the policy says what a metric needs to know.
    pub(crate) fn has_policy(&self, metric: Metric, slice: Slice) -> bool {
        let policy = self.policy();
        let on_pilot = matches!(slice.by, Some((Dimension::Pilot, _)));
        let says = match metric {
            Metric::AutoRight => !policy.sources.routes.is_empty(),
            Metric::CompleteCards | Metric::Completeness | Metric::Alike => !policy.mandatory.is_empty(),
            Metric::Checklists => !policy.checklists.is_empty(),
            Metric::Outside | Metric::StageConversion => {
                policy.pipelines.iter().any(|p| !p.stages.is_empty())
            }
            Metric::Meetings => {
                !(policy.meaning.meeting_stages.is_empty() && policy.meaning.meeting_tasks.is_empty())
            }
            Metric::DauRoster => !policy.people.is_empty(),
            Metric::Heads => policy.people.iter().any(|person| person.head),
            _ => true,
        };
        says && (!on_pilot || policy.pilot.is_some())
    }
}
