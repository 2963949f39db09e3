//! A company by its counts: entries of days in, verdicts and summaries out. The judged day is Friday 2026-05-29,
//! Moscow.

#![allow(dead_code, unreachable_pub, reason = "each file of tests tells its own part")]

use takeroot_core::acceptance::{Metric, Standing, Verdict, judge};
use takeroot_core::contribution::{Contribution, Count, Entry, Measure, Place, Took, Totals};
use takeroot_core::histogram;
use takeroot_core::policy::{Criterion, Policy, Rules};
use takeroot_core::summary::Summary;
use takeroot_core::time::{Day, Moment};

pub const PIPELINE: u64 = 5;

pub struct Company {
    pub versions: Vec<(Day, Policy)>,
    pub entries: Vec<Entry>,
    pub observed_from: Day,
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn today() -> Day {
    day("2026-05-29")
}

/// Four people, one of whom leads; two working stages beyond the first; a field that everybody must fill.
pub fn policy() -> Policy {
    serde_json::from_str(
        r#"{"calendar": {"tz": "Europe/Moscow", "weekly": {"mon": [["09:00","18:00"]],
            "tue": [["09:00","18:00"]], "wed": [["09:00","18:00"]], "thu": [["09:00","18:00"]],
            "fri": [["09:00","18:00"]]}},
          "pipelines": [{"id": 5, "stages": [{"id": 51}, {"id": 52}, {"id": 53}]}],
          "mandatory": [{"field": "amount"}],
          "people": [{"id": 11, "head": true}, {"id": 12}, {"id": 13}, {"id": 14}, {"id": 90, "service": true}]}"#,
    )
    .unwrap()
}

impl Default for Company {
    fn default() -> Self {
        Self { versions: vec![(Day(0), policy())], entries: Vec::new(), observed_from: day("2025-12-01") }
    }
}

impl Company {
    pub fn of(counts: &[(Count, i64)]) -> Self {
        Self::default().on(today(), counts)
    }

    /// Counts of a day in the first stage.
    pub fn on(self, day: Day, counts: &[(Count, i64)]) -> Self {
        self.at(day, Place { pipeline: PIPELINE, stage: 51, ..Place::default() }, counts)
    }

    pub fn at(mut self, day: Day, place: Place, counts: &[(Count, i64)]) -> Self {
        self.entries.extend(counts.iter().map(|(count, n)| (day, place, Measure::Count(*count), *n)));
        self
    }

    /// Counts of a day of a manager.
    pub fn of_manager(self, manager: u64, counts: &[(Count, i64)]) -> Self {
        self.at(today(), Place { pipeline: PIPELINE, stage: 51, manager, ..Place::default() }, counts)
    }

    pub fn measure(mut self, day: Day, place: Place, measure: Measure, n: i64) -> Self {
        self.entries.push((day, place, measure, n));
        self
    }

    /// First responses of a day, each after so many seconds.
    pub fn answered(self, day: Day, seconds: i64, n: i64) -> Self {
        let place = Place { pipeline: PIPELINE, ..Place::default() };
        self.measure(day, place, Measure::Took(Took::Response, histogram::bucket(seconds)), n)
    }

    pub fn with(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        change(&mut self.versions[0].1);
        self
    }

    /// From a day on the policy of the day before is changed.
    pub fn from(mut self, day: Day, change: impl FnOnce(&mut Policy)) -> Self {
        let mut policy = self.versions.last().unwrap().1.clone();
        change(&mut policy);
        self.versions.push((day, policy));
        self
    }

    pub fn rules(&self) -> Rules {
        // Moscow is three hours ahead.
        let start = |day: Day| Moment(i64::from(day.0) * 86_400 - 3 * 3600);
        Rules::compile(self.versions.clone(), start(self.observed_from), start(today())).unwrap()
    }

    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        totals.replace(&Contribution::default(), &Contribution::of(self.entries.clone()));
        totals
    }

    pub fn judge(&self, criterion: Criterion) -> Verdict {
        judge(&self.totals(), &self.rules(), today(), &[criterion]).remove(0)
    }

    /// A metric at a value as is good for it.
    pub fn good(&self, metric: Metric, value: i64) -> Verdict {
        self.judge(Criterion::good(metric, value))
    }

    pub fn standing(&self) -> Standing {
        Standing::of(&self.totals(), &self.rules(), today())
    }

    pub fn summary(&self) -> Summary {
        Summary::of(&self.totals(), &self.rules(), today())
    }
}
