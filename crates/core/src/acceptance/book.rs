//! The sheets of an account: counted once for each period and slice, whatever is asked of them.

use super::metric::Metric;
use super::period::{Period, months_after};
use super::sheet::Sheet;
use crate::contribution::{Count, Dimension, Measure, Milestone, Place, Slice, Sums, Totals};
use crate::policy::{Acceptance, Policy, Rules};
use crate::time::Day;
use std::collections::{BTreeMap, BTreeSet};

/// Days of the periods that a summary lays beside each other.
pub const LOOK_BACK_DAYS: i32 = 28;
/// The gates: after 90 days, and after 3, 6 and 12 months.
pub(super) const GATE_DAYS: i32 = 90;
pub(super) const GATE_MONTHS: [u32; 3] = [3, 6, 12];

/// Gauges at the ends of the periods that summaries and verdicts look back to, by pipeline, manager and pilot,
/// for many days in one walk.
#[derive(Clone, Debug, Default)]
pub struct Past(BTreeMap<Day, Sums>);

impl Past {
    /// What summaries and verdicts of some days look back to.
    #[must_use]
    pub fn of(totals: &Totals, rules: &Rules, days: &BTreeSet<Day>) -> Self {
        let mut at = BTreeSet::new();
        for day in days {
            at.extend([*day, day.plus(-7), day.plus(-LOOK_BACK_DAYS)]);
            let policy = policy_of(rules, *day);
            let Acceptance { baseline, after, .. } = policy.acceptance;
            let pilot = policy.pilot.as_ref().map(|pilot| pilot.to);
            at.extend(
                [baseline.map(|period| period.to), after.map(|period| period.to), pilot]
                    .into_iter()
                    .flatten(),
            );
            let gates = policy.acceptance.started.into_iter().flat_map(gates);
            at.extend(gates.filter(|due| due <= day));
        }
        Self(totals.gauges_by(&at, brief))
    }

    /// The gauges at the end of a day, where it is one of those looked back to.
    #[must_use]
    pub fn at(&self, day: Day) -> Option<&Sums> {
        self.0.get(&day)
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
    pub(crate) totals: &'a Totals,
    pub(crate) rules: &'a Rules,
    /// The last day that may be judged.
    pub(crate) day: Day,
    past: &'a Past,
    sheets: BTreeMap<(Period, Slice), Sheet>,
}

impl<'a> Book<'a> {
    pub(crate) fn new(totals: &'a Totals, rules: &'a Rules, past: &'a Past, day: Day) -> Self {
        Self { totals, rules, day, past, sheets: BTreeMap::new() }
    }

    /// The policy of the book's day.
    pub(crate) fn policy(&self) -> &'a Policy {
        policy_of(self.rules, self.day)
    }

    /// The last days, up to the book's own.
    pub(crate) fn last(&self, days: i32) -> Period {
        Period::ending(self.day, days)
    }

    pub(crate) fn is_observed(&self, period: Period) -> bool {
        period.from >= self.rules.day_of(self.rules.observed_from())
    }

    pub(crate) fn sheet(&mut self, period: Period, slice: Slice) -> &Sheet {
        if !self.sheets.contains_key(&(period, slice)) {
            let mut sheet = Sheet::default();
            for (day, place, measure, n) in self.entries(period, is_brief(slice)) {
                if slice.has(place) {
                    sheet.add(period, day, place, measure, n);
                }
            }
            self.sheets.insert((period, slice), sheet);
        }
        self.sheets.entry((period, slice)).or_default()
    }

    /// A sheet for each value of a dimension, in one walk.
    pub(crate) fn by(&self, period: Period, key: fn(Place) -> u64) -> BTreeMap<u64, Sheet> {
        let mut sheets: BTreeMap<u64, Sheet> = BTreeMap::new();
        for (day, place, measure, n) in self.entries(period, true) {
            sheets.entry(key(place)).or_default().add(period, day, place, measure, n);
        }
        sheets
    }

    /// A sheet for each pair of a pipeline and a stage, of what is not a gauge.
    pub(crate) fn by_stage(&self, period: Period) -> BTreeMap<(u64, u64), Sheet> {
        let mut sheets: BTreeMap<(u64, u64), Sheet> = BTreeMap::new();
        let asked = |measure: &Measure| {
            matches!(measure, Measure::Count(Count::StageEntered) | Measure::After(Milestone::Passed, _))
        };
        for (day, place, measure, n) in self.flows(period).filter(|(_, _, measure, _)| asked(measure)) {
            sheets.entry((place.pipeline, place.stage)).or_default().add(period, day, place, measure, n);
        }
        sheets
    }

    /// The leads of a period, by pipeline and by source.
    pub(crate) fn channels(&self, period: Period) -> [BTreeMap<u64, i64>; 2] {
        let (mut pipelines, mut sources) = (BTreeMap::new(), BTreeMap::new());
        for (_, place, measure, n) in self.flows(period) {
            if measure == Measure::Count(Count::Entered) {
                *pipelines.entry(place.pipeline).or_default() += n;
                *sources.entry(place.source).or_default() += n;
            }
        }
        [pipelines, sources]
    }

    fn flows(&self, period: Period) -> impl Iterator<Item = (Day, Place, Measure, i64)> {
        let days = self.totals.range(period.from, period.to.min(self.day));
        let entries = days.flat_map(|(day, counts)| {
            counts.iter().map(move |((place, measure), n)| (day, *place, *measure, *n))
        });
        entries.filter(|(_, _, measure, _)| !measure.is_gauge())
    }

    /// The flows of a period, and the gauges of its end: as they were summed before, or by their changes.
    fn entries(&self, period: Period, brief: bool) -> impl Iterator<Item = (Day, Place, Measure, i64)> {
        let to = period.to.min(self.day);
        let summed = self.past.at(to).filter(|_| brief);
        let changes = summed.is_none().then(|| self.totals.range(Day(i32::MIN), to));
        let changes = changes.into_iter().flatten().flat_map(|(_, counts)| counts.iter());
        let changes = changes.filter(|((_, measure), _)| measure.is_gauge());
        let gauges = summed.into_iter().flatten().chain(changes);
        self.flows(period).chain(gauges.map(move |((place, measure), n)| (to, *place, *measure, *n)))
    }

    /// Whether the policy says what a metric needs to know.
    pub(crate) fn has_policy(&self, metric: Metric, slice: Slice) -> bool {
        let policy = self.policy();
        let on_pilot = matches!(slice.by, Some((Dimension::Pilot, _)));
        let says = match metric {
            Metric::AutoRight => !policy.sources.routes.is_empty(),
            Metric::CompleteCards | Metric::Completeness => !policy.mandatory.is_empty(),
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
