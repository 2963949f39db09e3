//! The subjects behind a verdict: the same formula over the contribution of each.

use super::Ratio;
use super::metric::Metric;
use super::period::Period;
use super::sheet::Sheet;
use crate::contribution::{Contribution, Slice};
use crate::fact::Subject;

/// The subjects behind a figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// Those that add to the numerator, or take back from it.
    pub numerator: Vec<Subject>,
    /// Those that add to the denominator, or take back from it.
    pub denominator: Vec<Subject>,
}

/// What one subject adds to a metric in a period and a slice. Over all subjects these sum up to the value of
/// the verdict, except where people and days are counted ([`super::Behind::Acts`]): there it says whether
/// anybody acted on the subject.
#[must_use]
pub fn part(contribution: &Contribution, metric: Metric, period: Period, slice: Slice) -> Ratio {
    let mut sheet = Sheet::default();
    for (day, place, measure, n) in contribution.entries() {
        let counts = if measure.is_gauge() { day <= period.to } else { period.has(day) };
        if counts && slice.has(place) {
            sheet.add(period, day, place, measure, n);
        }
    }
    sheet.ratio(metric)
}

/// The subjects that add to a metric in a period and a slice, in the order in which they come.
pub fn matches(
    contributions: &mut dyn Iterator<Item = (Subject, &Contribution)>,
    metric: Metric,
    period: Period,
    slice: Slice,
) -> Matches {
    let mut matches = Matches::default();
    for (subject, contribution) in contributions {
        let Ratio { n, of } = part(contribution, metric, period, slice);
        matches.numerator.extend((n != 0).then_some(subject));
        matches.denominator.extend((of != 0).then_some(subject));
    }
    matches
}
