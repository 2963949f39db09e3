//! The first thing that is worth knowing about an account, from its own history, before any policy is written.

use crate::account::Account;
use crate::failure::Answer;
use takeroot_core::acceptance::evidence::part;
use takeroot_core::acceptance::{Metric, Period, Ratio};
use takeroot_core::connection::{Finding, Found};
use takeroot_core::contribution::Slice;
use takeroot_core::fact::Subject;
use takeroot_core::time::Moment;

/// Days that it tells of.
const DAYS: u32 = 90;
/// Deals that are named.
const DEALS_MAX: usize = 10;
/// Standings that are looked through together.
const PAGE: i64 = 500;

impl Account {
    /// The first of the things that can be found of which there are some; none where nothing came in at all.
    pub(crate) fn finding(&self, now: Moment) -> Answer<Option<Finding>> {
        let period = Period::ending(self.rules.day_of(now).plus(-1), DAYS);
        let kinds = [
            (Found::Missed, Metric::Missed),
            (Found::Overdue, Metric::Overdue),
            (Found::NoNextStep, Metric::NoNextStep),
        ];
        let mut sums = kinds.map(|_| Ratio::default());
        let mut deals: [Vec<u64>; 3] = Default::default();
        let mut after = String::new();
        loop {
            let page = self.store.standings_after(&after, PAGE)?;
            let Some((last, _)) = page.last() else { break };
            after = last.to_string();
            for (subject, contribution) in &page {
                for ((sum, (_, metric)), named) in sums.iter_mut().zip(kinds).zip(&mut deals) {
                    let Ratio { n, of } = part(contribution, metric, period, Slice::ALL);
                    (sum.n, sum.of) = (sum.n + n, sum.of + of);
                    if let (true, Subject::Deal(deal)) = (n > 0, subject) {
                        named.push(*deal);
                    }
                }
            }
        }
        let found = kinds.iter().zip(sums).zip(deals).find(|((_, sum), _)| sum.n > 0);
        if let Some((((what, _), Ratio { n, of }), mut deals)) = found {
            // Ids grow with time.
            deals.sort_unstable_by_key(|deal| std::cmp::Reverse(*deal));
            deals.truncate(DEALS_MAX);
            return Ok(Some(Finding { what: *what, n, of, period, deals }));
        }
        let came = sums[0].of;
        let nothing = Finding { what: Found::Nothing, n: came, of: came, period, deals: Vec::new() };
        Ok((came > 0).then_some(nothing))
    }
}
