//! The figures of some people, as their head sees them.

use super::{Block, Cuts, Figures, Times};
use crate::sorted::Sorted;
use std::collections::BTreeSet;

impl Figures {
    /// The figures of some people only: each of them, and all of them together. What cannot be told apart by person is
    /// left out.
    #[must_use]
    pub fn of_people(mut self, ids: &BTreeSet<u64>) -> Self {
        self.by.managers.retain(|id, _| ids.contains(id));
        self.all = Block::default();
        self.by.managers.values().for_each(|block| self.all.add_all(block));
        self.all.finish();
        self.by = Cuts { managers: self.by.managers, ..Cuts::default() };
        (self.pipelines, self.within) = (Sorted::default(), Sorted::default());
        self.active_people.retain(|id| ids.contains(id));
        self.roster = ids.len();
        self
    }
}

impl Block {
    /// Adds what another block counts; [`Block::finish`] brings it into one form.
    pub(super) fn add_all(&mut self, other: &Self) {
        other.counts.iter().for_each(|(count, n)| *self.counts.of(*count) += n);
        other.acts.iter().for_each(|(action, n)| *self.acts.of(*action) += n);
        other.lost_for.iter().for_each(|(reason, n)| *self.lost_for.of(*reason) += n);
        self.moved_to.extend(&other.moved_to);
        self.lacking.extend(&other.lacking);
        other.after.iter().for_each(|(milestone, ages)| self.after.of(*milestone).extend(ages));
        for (took, Times { sum_s, histogram, .. }) in other.took.iter() {
            let times = self.took.of(*took);
            times.sum_s += sum_s;
            times.histogram.extend(histogram);
        }
    }
}
