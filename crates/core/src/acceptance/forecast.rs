//! Where the figure of a goal is heading: a straight line through its last weeks, and how far from it the week of the
//! goal's day may lie.
//!
//! Ordinary least squares over weekly figures, with the prediction interval of a single week at 80 % (Student's t with
//! k − 2 degrees of freedom): `y₀ ± t·s·√(1 + 1/k + (x₀ − x̄)² / Σ(x − x̄)²)`. It holds only if the weeks to come go
//! on like those behind, which nobody knows; so it looks no further ahead than back.

use super::book::Book;
use super::period::Period;
use super::{Unit, Verdict};
use crate::policy::{Criterion, Goal};
use crate::time::Day;
use serde::{Deserialize, Serialize};

/// Weeks that a forecast looks back, and at most ahead.
const WEEKS: i32 = 8;
const WEEK_DAYS: u32 = 7;
/// Weeks with a figure below which there is no line.
const WEEKS_MIN: usize = 4;
/// Cases below which a week has no figure.
const WEEK_CASES_MIN: i64 = 5;
/// Student's t for 80 %, in thousandths, from 2 degrees of freedom on.
const T: [i128; 5] = [1_886, 1_638, 1_533, 1_476, 1_440];

/// What is to be expected of a goal on its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outlook {
    /// The whole interval lies within the goal.
    Likely,
    /// The interval lies on both sides of it.
    Open,
    /// The whole interval misses it.
    Unlikely,
}

/// A forecast of the week that ends on the day of a goal. Figures are in hundredths of the unit of the goal's limits:
/// of a percent, of a second, of a hundredth of the currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Forecast {
    /// Weeks with a figure, out of the last eight, on which it rests.
    pub weeks: u32,
    /// The line's figure.
    pub value: i64,
    /// Four of five weeks would lie above this…
    pub low: i64,
    /// … and below this, both taken together.
    pub high: i64,
    /// What that means for the goal.
    pub outlook: Outlook,
}

impl Book<'_> {
    /// The forecast of a goal; nothing without a day that lies within eight weeks ahead, without a limit, or with fewer
    /// than four weeks that have a figure of five cases.
    pub(crate) fn forecast(&mut self, goal: &Goal) -> Option<Forecast> {
        let ahead = goal.by?.0.checked_sub(self.day.0).filter(|ahead| (1..=WEEKS * 7).contains(ahead))?;
        let Criterion { at_least, at_most, .. } = goal.criterion;
        at_least.or(at_most)?;
        let weekly = Criterion { cases_min: WEEK_CASES_MIN, ..goal.criterion.clone() };
        let points: Vec<(i128, i128)> = ends(self.day)
            .filter_map(|end| {
                let figure = self.judge_in(&weekly, Period::ending(end, WEEK_DAYS));
                Some((i128::from(end.0 - self.day.0), i128::from(hundredths(&figure)?)))
            })
            .collect();
        let (value, half) = predicted(&points, ahead.into())?;
        let top = if goal.criterion.metric.unit() == Unit::Percent { 10_000 } else { i64::MAX };
        let [low, value, high] =
            [value - half, value, value + half].map(|y| i64::try_from(y).unwrap_or(i64::MAX).clamp(0, top));
        let outlook = outlook(low, high, at_least.map(|l| l * 100), at_most.map(|l| l * 100));
        Some(Forecast { weeks: u32::try_from(points.len()).ok()?, value, low, high, outlook })
    }
}

/// The last days of the weeks that a forecast looks back to.
pub(super) fn ends(day: Day) -> impl Iterator<Item = Day> {
    (0..WEEKS).map(move |weeks| day.plus(-7 * weeks))
}

fn outlook(low: i64, high: i64, at_least: Option<i64>, at_most: Option<i64>) -> Outlook {
    let (at_least, at_most) = (at_least.unwrap_or(i64::MIN), at_most.unwrap_or(i64::MAX));
    if low >= at_least && high <= at_most {
        Outlook::Likely
    } else if high < at_least || low > at_most {
        Outlook::Unlikely
    } else {
        Outlook::Open
    }
}

fn hundredths(figure: &Verdict) -> Option<i64> {
    if !figure.is_known() {
        return None;
    }
    let whole = if figure.criterion.metric.unit() == Unit::Percent { 10_000 } else { 100 };
    match figure.seconds {
        Some(seconds) => seconds.checked_mul(100),
        None => figure.value.n.checked_mul(whole)?.checked_div(figure.value.of),
    }
}

/// The line's height at `at`, and half of the interval there. Sums are `k` or `k²` times the usual ones, so that
/// nothing is divided before its turn. `None` where there are too few points, or their numbers are beyond reckoning.
fn predicted(points: &[(i128, i128)], at: i128) -> Option<(i128, i128)> {
    let k = i128::try_from(points.len()).ok()?;
    let t = *T.get(points.len().checked_sub(WEEKS_MIN)?)?;
    let sum = |of: &dyn Fn(&(i128, i128)) -> Option<i128>| {
        points.iter().try_fold(0_i128, |sum, point| sum.checked_add(of(point)?))
    };
    let (x, y) = (sum(&|(x, _)| Some(*x))?, sum(&|(_, y)| Some(*y))?);
    let xx = k * sum(&|(x, _)| Some(x * x))? - x * x;
    let xy = k.checked_mul(sum(&|(x, y)| x.checked_mul(*y))?)?.checked_sub(x.checked_mul(y)?)?;
    let yy = k.checked_mul(sum(&|(_, y)| y.checked_mul(*y))?)?.checked_sub(y.checked_mul(y)?)?;
    let away = k * at - x;
    let value = nearest(y.checked_mul(xx)?.checked_add(xy.checked_mul(away)?)?, k * xx)?;
    let left = yy.checked_mul(xx)?.checked_sub(xy.checked_mul(xy)?)?;
    // s² in ten-thousandths, lest a small one round to nothing.
    let variance = left.checked_mul(10_000)?.checked_div(k * xx * (k - 2))?;
    let spread = variance.checked_mul((k + 1) * xx + away * away)?.checked_div(k * xx)?;
    let half = (spread.checked_mul(t * t)?.checked_div(10_000_000_000)?).isqrt();
    Some((value, half))
}

fn nearest(n: i128, of: i128) -> Option<i128> {
    n.checked_mul(2)?.checked_add(of)?.checked_div_euclid(of.checked_mul(2)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_and_its_interval_are_those_of_the_formula() {
        // Counted apart, in floating point: 6292.86 ± 312.63.
        let weeks = [4_000, 4_400, 4_300, 4_700, 5_000, 5_200, 5_100, 5_500];
        let points: Vec<_> = (0..).step_by(7).zip(weeks).collect();
        assert_eq!(predicted(&points, 49 + 28), Some((6_293, 312)));
        // With weeks that have no figure: 6720.0 ± 5934.4.
        let points = [(7, 9_000), (21, 6_000), (28, 9_500), (49, 7_000)];
        assert_eq!(predicted(&points, 49 + 14), Some((6_720, 5_934)));
        assert_eq!(predicted(&points[..3], 63), None, "three weeks are no line");
        let exact: Vec<_> = (0..8).map(|n| (n, 3 * n)).collect();
        assert_eq!(predicted(&exact, 10), Some((30, 0)));
    }

    #[test]
    fn numbers_beyond_reckoning_give_nothing() {
        let points: Vec<_> = (0..8).map(|n| (n * 7, i128::from(i64::MAX) * 100 * (n % 3))).collect();
        assert_eq!(predicted(&points, 70), None);
    }

    #[test]
    fn a_goal_is_likely_open_or_unlikely() {
        assert_eq!(outlook(6_100, 6_500, Some(6_000), None), Outlook::Likely);
        assert_eq!(outlook(5_900, 6_500, Some(6_000), None), Outlook::Open);
        assert_eq!(outlook(5_000, 5_900, Some(6_000), None), Outlook::Unlikely);
        assert_eq!(outlook(700, 900, None, Some(600)), Outlook::Unlikely);
        assert_eq!(outlook(100, 600, None, Some(600)), Outlook::Likely);
        assert_eq!(outlook(5_900, 6_000, Some(6_000), None), Outlook::Open, "its best is the goal");
        assert_eq!(outlook(600, 700, None, Some(600)), Outlook::Open);
    }
}
