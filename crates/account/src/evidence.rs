//! The deals behind a figure.

use crate::account::Account;
use crate::failure::Answer;
use takeroot_core::acceptance::evidence::{Evidence, part};
use takeroot_core::acceptance::{Metric, Period};
use takeroot_core::contribution::Slice;

/// Standings that are looked through together.
const PAGE: i64 = 500;

/// A question for the deals behind a figure, answered in steps: in between, deliveries find their way.
#[derive(Debug)]
pub struct Search {
    metric: Metric,
    period: Period,
    slice: Slice,
    after: String,
    found: Evidence,
}

impl Search {
    /// Of a metric, some days and a slice.
    #[must_use]
    pub fn new(metric: Metric, period: Period, slice: Slice) -> Self {
        Self { metric, period, slice, after: String::new(), found: Evidence::default() }
    }

    /// What was found.
    #[must_use]
    pub fn found(mut self) -> Evidence {
        self.found.finish();
        self.found
    }
}

impl Account {
    /// Looks through some more of the account; says whether there is more.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn search(&self, search: &mut Search) -> Answer<bool> {
        let page = self.store.standings_after(&search.after, PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(false) };
        search.after = last.to_string();
        for (subject, contribution) in &page {
            search.found.add(*subject, part(contribution, search.metric, search.period, search.slice));
        }
        Ok(true)
    }
}
