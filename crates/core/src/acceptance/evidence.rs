//! The subjects behind a verdict: the same formula over the contribution of each.

use super::Ratio;
use super::metric::Metric;
use super::period::Period;
use super::sheet::Sheet;
use crate::contribution::{Contribution, Slice};
use crate::fact::Subject;
use serde::{Deserialize, Serialize};

/// Deals that an answer names of each kind.
pub const DEALS_MAX: usize = 200;

/// The deals behind a figure, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The figure as it stands now; later facts may have moved it since it was published.
    pub value: Ratio,
    /// Deals that add to the numerator, how many, and the newest of them.
    pub counted: (usize, Vec<u64>),
    /// Deals that add to the denominator only.
    pub others: (usize, Vec<u64>),
}

impl Evidence {
    /// Takes what a subject adds to the metric.
    pub fn add(&mut self, subject: Subject, Ratio { n, of }: Ratio) {
        self.value = self.value.plus(n, of);
        if let Subject::Deal(deal) = subject {
            let list = if n != 0 { &mut self.counted } else { &mut self.others };
            if (n, of) != (0, 0) {
                list.1.push(deal);
            }
        }
    }

    /// Brings the lists into order, and to a length that can be read.
    pub fn finish(&mut self) {
        for (count, deals) in [&mut self.counted, &mut self.others] {
            // Ids grow with time.
            deals.sort_unstable_by_key(|deal| std::cmp::Reverse(*deal));
            *count = deals.len();
            deals.truncate(DEALS_MAX);
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deal_stands_with_those_counted_or_with_the_others_or_nowhere() {
        let mut evidence = Evidence::default();
        for (deal, n, of) in [(1, 1, 1), (2, 0, 1), (3, 0, 0), (4, -1, 0)] {
            evidence.add(Subject::Deal(deal), Ratio { n, of });
        }
        evidence.finish();
        assert_eq!(evidence.value, Ratio { n: 0, of: 2 });
        assert_eq!((evidence.counted, evidence.others), ((2, vec![4, 1]), (1, vec![2])));
    }
}
