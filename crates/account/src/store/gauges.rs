//! Gauges at the end of some days: what all changes up to them come to, so that no one sums them up from the first day.

use super::Store;
use crate::database::StoreError;
use crate::failure::Answer;
use std::collections::BTreeSet;
use takeroot_core::contribution::{Counts, Sums, run_on};
use takeroot_core::time::Day;

/// Days from one kept sum to the next.
const STEP_DAYS: i32 = 28;
/// The days up to now that are asked for every time: their gauges move too often to be kept.
const MOVING_DAYS: i32 = 35;
const GAUGES: &str = "gauges";

impl Store {
    /// Keeps the next sum that is missing; says whether one was. Each takes the counts of a few days.
    pub(crate) fn keep_gauges(&self, today: Day) -> Answer<bool> {
        let days = self.days()?;
        let Some(first) = days.first() else { return Ok(false) };
        let known = self.gauged_days()?.last().copied();
        let from = known.map_or(*first, |known| known.plus(1));
        let to = Day((from.0.div_euclid(STEP_DAYS) + 1) * STEP_DAYS - 1);
        if to > today.plus(-MOVING_DAYS) {
            return Ok(false);
        }
        let mut running = known.map_or_else(|| Ok(Sums::default()), |known| self.gauges_of(known))?;
        for day in days.range(from..=to) {
            run_on(&mut running, &self.counts_of(*day)?, |place| place);
        }
        let gauges: Counts = running.into_iter().filter(|(_, n)| *n != 0).collect();
        self.keep_counts(GAUGES, to, &gauges)?;
        if gauges.is_empty() {
            self.exec("INSERT INTO gauges VALUES (?, 0, '[]')", &[to.0.into()])?;
        }
        Ok(true)
    }

    /// The days at whose ends the sums are kept.
    pub(crate) fn gauged_days(&self) -> Answer<BTreeSet<Day>> {
        let rows = self.exec("SELECT day FROM gauges WHERE part = 0", &[])?;
        Ok(rows.iter().map(|row| row.get("day").map(Day)).collect::<Result<_, StoreError>>()?)
    }

    /// The gauges at the end of one of them.
    pub(crate) fn gauges_of(&self, day: Day) -> Answer<Sums> {
        Ok(self.counts(GAUGES, day)?.into_iter().collect())
    }

    /// A change of a day moves the sums of its end and of every later one.
    pub(super) fn forget_gauges(&self, from: Day) -> Answer<()> {
        self.exec("DELETE FROM gauges WHERE day >= ?", &[from.0.into()])?;
        Ok(())
    }
}
