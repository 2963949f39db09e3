//! A period out of the documents of its days, and a part of it.

use super::{Block, Cuts, Figures};
use crate::contribution::Dimension;
use crate::deal::Origin;
use crate::sorted::Sorted;
use crate::time::Day;

impl Figures {
    /// Takes the figures of the day after: flows add up, gauges are those of the later day. What is taken day by day is
    /// what [`Figures::of`] counts of the whole period.
    pub fn take(&mut self, next: Self) {
        self.all.take(next.all);
        join(&mut self.pipelines, next.pipelines);
        self.by.take(next.by);
        self.within.values_mut().for_each(|cuts| cuts.take(Cuts::default()));
        for (pipeline, cuts) in next.within {
            let own = self.within.of(pipeline);
            own.take(cuts);
        }
        self.within.retain(|_, cuts| !cuts.is_empty());
        self.active_people.extend(next.active_people);
        (self.to, self.roster) = (next.to, next.roster);
        self.observed &= next.observed;
    }

    /// Without what became of those who came before a day.
    #[must_use]
    pub fn of_those_since(mut self, first: Day) -> Self {
        let age_max = u16::try_from(self.to.0 - first.0).unwrap_or(0);
        let cuts = self.within.values_mut().chain(std::iter::once(&mut self.by));
        let stages = cuts.flat_map(|cuts| cuts.stages.values_mut());
        for block in stages.chain(self.pipelines.values_mut()).chain(std::iter::once(&mut self.all)) {
            block.after.values_mut().for_each(|ages| ages.retain(|(age, _)| *age <= age_max));
            block.after.retain(|_, ages| !ages.is_empty());
        }
        self
    }

    /// The figures of a pipeline, of one value of another dimension, or of both; 0 stands for all pipelines.
    #[must_use]
    pub fn part(mut self, pipeline: u64, by: Option<(Dimension, u64)>) -> Self {
        if pipeline == 0 && by.is_none() {
            return self;
        }
        if pipeline != 0 {
            self.all = self.pipelines.remove(&pipeline).unwrap_or_default();
            self.by = self.within.remove(&pipeline).unwrap_or_default();
        }
        if let Some((dimension, value)) = by {
            self.all = self.by.remove(dimension, value);
            self.by = Cuts::default();
        }
        (self.pipelines, self.within) = Default::default();
        self
    }
}

impl Cuts {
    fn take(&mut self, next: Self) {
        join(&mut self.stages, next.stages);
        join(&mut self.managers, next.managers);
        join(&mut self.sources, next.sources);
        join(&mut self.origins, next.origins);
        let mut pilot = self.pilot.take().unwrap_or_default();
        pilot.take(next.pilot.unwrap_or_default());
        self.pilot = (pilot != Block::default()).then_some(pilot);
    }

    fn remove(&mut self, dimension: Dimension, value: u64) -> Block {
        let origin = Origin::KNOWN.into_iter().find(|origin| origin.number() == value);
        let block = match dimension {
            Dimension::Stage => self.stages.remove(&value),
            Dimension::Manager => self.managers.remove(&value),
            Dimension::Source => self.sources.remove(&value),
            Dimension::Origin => origin.and_then(|origin| self.origins.remove(&origin)),
            Dimension::Pilot => self.pilot.take(),
        };
        block.unwrap_or_default()
    }
}

fn join<K: Ord + Copy>(own: &mut Sorted<K, Block>, next: Sorted<K, Block>) {
    own.values_mut().for_each(Block::pass);
    for (key, block) in next {
        own.of(key).add_all(&block);
    }
    own.values_mut().for_each(Block::finish);
    own.retain(|_, block| *block != Block::default());
}

impl Block {
    fn take(&mut self, next: Self) {
        self.pass();
        self.add_all(&next);
        self.finish();
    }

    /// The day is over: how many there were at its end is no figure of the period.
    fn pass(&mut self) {
        self.counts.retain(|count, _| !count.is_gauge());
        self.lacking.clear();
    }
}
