//! Acceptance: criteria as data, their verdicts, and the lists made of them. Nothing is ticked by hand.
//!
//! Never here: a clock, or a float. A share is its numerator and denominator and is compared by
//! cross-multiplication; a verdict without data says why.

mod baseline;
mod book;
mod census;
mod compare;
pub mod evidence;
mod forecast;
mod metric;
mod period;
mod points;
mod sheet;

pub use baseline::{BASELINE_DAYS_MAX, Baseline, BaselineDay, BaselineState};
pub use book::{LOOK_BACK_DAYS, Past};
pub use compare::{Caveat, Compared, Comparison, Difference, Progress, Trend};
pub use forecast::{Forecast, Outlook};
pub use metric::{Behind, Metric, Unit};
pub use period::{Period, months_after, same_length};
pub use points::{Check, Gate, Point, Standing, standard};

pub(crate) use book::Book;
pub(crate) use sheet::Sheet;

use crate::contribution::Slice;
use crate::policy::Criterion;
use serde::{Deserialize, Serialize};

/// A part of a whole. Of a median: its cases, and those with the ones that have no duration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ratio {
    /// The numerator.
    pub n: i64,
    /// The denominator.
    pub of: i64,
}

impl Ratio {
    pub(crate) const fn plus(self, n: i64, of: i64) -> Self {
        Self { n: self.n + n, of: self.of + of }
    }

    /// How it stands to `parts` of `whole`: `n / of` beside `parts / whole`.
    #[must_use]
    pub fn compare(self, parts: i64, whole: i64) -> std::cmp::Ordering {
        let wide = |a: i64, b: i64| i128::from(a) * i128::from(b);
        wide(self.n, whole).cmp(&wide(parts, self.of))
    }
}

/// What became of a criterion, a list or a gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Within its limits: green. Of a gate: go.
    Met,
    /// Known, and nothing to hold it against.
    Known,
    /// Not far from its limits: amber. Only signs tell it apart.
    Near,
    /// Beyond its limits: red. Of a gate: no go.
    NotMet,
    /// There is no data to tell.
    #[default]
    NoData,
}

impl State {
    /// Of a list: not met if one is not, no data if one has none, else met.
    pub(crate) fn of_all(states: impl IntoIterator<Item = Self>) -> Self {
        let worst = states.into_iter().map(|state| match state {
            Self::NotMet => (2, state),
            Self::NoData => (1, state),
            _ => (0, Self::Met),
        });
        worst.max_by_key(|(rank, _)| *rank).map_or(Self::NoData, |(_, state)| state)
    }
}

/// Why there is no data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoData {
    /// The account was not observed during the whole period.
    Unobserved,
    /// Nothing happened that could be measured.
    NoCases,
    /// Fewer cases than the criterion's `cases_min`.
    TooFew,
    /// The sources do not tell of answers; uploaded days not of tasks.
    NotTold,
    /// The policy does not say what is needed: routes, stages, mandatory fields, a roster, a pilot, a baseline.
    NoPolicy,
    /// What is counted cannot be told apart by this slice.
    NotCut,
    /// The period has not ended.
    Ahead,
}

/// The verdict on a criterion, with all that it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// The criterion.
    pub criterion: Criterion,
    /// The days it was judged by.
    pub period: Period,
    /// What became of it.
    pub state: State,
    /// Why there is no data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<NoData>,
    /// Numerator and denominator.
    pub value: Ratio,
    /// The duration, where the metric is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
    /// Whose contributions lie behind it: [`evidence::matches`] finds them by this criterion and period.
    #[serde(default, skip_serializing_if = "is_deals")]
    pub behind: Behind,
}

fn is_deals(behind: &Behind) -> bool {
    *behind == Behind::Deals
}

impl Verdict {
    /// Whether the figure is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.state != State::NoData
    }

    /// How the figure stands to a value in the metric's unit; `None` without data.
    #[must_use]
    pub fn compare(&self, value: i64) -> Option<std::cmp::Ordering> {
        self.is_known().then(|| match (self.criterion.metric.unit(), self.seconds) {
            (_, Some(seconds)) => seconds.cmp(&value),
            (Unit::Hundredths, None) => self.value.compare(value, 1),
            (_, None) => self.value.compare(value, 100),
        })
    }

    /// Whether it lies within limits.
    fn is_within(&self) -> bool {
        let Criterion { at_least, at_most, .. } = self.criterion;
        let at_least = at_least.and_then(|limit| self.compare(limit)).is_none_or(std::cmp::Ordering::is_ge);
        let at_most = at_most.and_then(|limit| self.compare(limit)).is_none_or(std::cmp::Ordering::is_le);
        at_least && at_most
    }
}

impl Book<'_> {
    /// Judges a criterion by the days that it looks back from the book's day.
    pub(crate) fn judge(&mut self, criterion: &Criterion) -> Verdict {
        self.judge_in(criterion, self.last(criterion.window_days))
    }

    /// Judges a criterion by the days of a period.
    pub(crate) fn judge_in(&mut self, criterion: &Criterion, period: Period) -> Verdict {
        let Criterion { metric, slice, .. } = *criterion;
        let mut verdict = Verdict {
            criterion: criterion.clone(),
            period,
            state: State::NoData,
            reason: None,
            value: Ratio::default(),
            seconds: None,
            behind: metric.behind(),
        };
        verdict.reason = self.hindrance(criterion, period);
        if verdict.reason.is_some() {
            return verdict;
        }
        verdict.value = if metric.is_census() {
            self.census(metric, period, slice)
        } else {
            self.sheet(period, slice).ratio(metric)
        };
        let is_uploaded = self.is_uploaded(period);
        let sheet = self.sheet(period, slice);
        verdict.seconds = sheet.seconds(metric);
        let cases = if metric.unit() == Unit::Seconds { verdict.value.n } else { verdict.value.of };
        let cases_min = if metric.is_census() { 1 } else { criterion.cases_min.max(1) };
        let silent = metric.needs_answers() && !sheet.tells_of_answers();
        verdict.reason = if silent || is_uploaded && !sheet.tells_of(metric) {
            Some(NoData::NotTold)
        } else if cases <= 0 {
            Some(NoData::NoCases)
        } else {
            (cases < cases_min).then_some(NoData::TooFew)
        };
        if verdict.reason.is_some() {
            return verdict;
        }
        verdict.state = State::Known;
        if criterion.at_least.is_some() || criterion.at_most.is_some() {
            verdict.state = if verdict.is_within() { State::Met } else { State::NotMet };
        }
        verdict
    }

    fn hindrance(&self, criterion: &Criterion, period: Period) -> Option<NoData> {
        let Criterion { metric, slice, .. } = *criterion;
        let is_uploaded = self.is_uploaded(period);
        let hindrances = [
            (period.to > self.day, NoData::Ahead),
            (!metric.is_cut_by(slice), NoData::NotCut),
            (!self.has_policy(metric, slice), NoData::NoPolicy),
            (is_uploaded && (slice != Slice::ALL || metric.is_census()), NoData::NotCut),
            (!is_uploaded && !self.is_observed(period), NoData::Unobserved),
        ];
        hindrances.into_iter().find(|(hinders, _)| *hinders).map(|(_, reason)| reason)
    }
}

/// Judges criteria at the end of a day, each by the days that it looks back.
#[must_use]
pub fn judge(
    totals: &dyn crate::contribution::Days,
    rules: &crate::policy::Rules,
    day: crate::time::Day,
    criteria: &[Criterion],
) -> Vec<Verdict> {
    let past = Past::of(totals, rules, &[day].into());
    let mut book = Book::new(totals, rules, &past, day);
    criteria.iter().map(|criterion| book.judge(criterion)).collect()
}
