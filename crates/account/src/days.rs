//! The days of an account as they lie in storage: each is read when it is asked for, and once.

use crate::failure::{Answer, Failure};
use crate::store::Store;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use takeroot_core::contribution::{Counts, Days, Place, Sums, run_on};
use takeroot_core::time::Day;

/// The days that have counts, and the counts of those that were read.
#[derive(Debug)]
pub(crate) struct Shelf {
    days: BTreeMap<Day, OnceCell<Counts>>,
    gauged: BTreeSet<Day>,
}

impl Shelf {
    pub(crate) fn of(store: &Store) -> Answer<Self> {
        let days = store.days()?.into_iter().map(|day| (day, OnceCell::new())).collect();
        Ok(Self { days, gauged: store.gauged_days()? })
    }

    pub(crate) fn days(&self) -> impl Iterator<Item = Day> + '_ {
        self.days.keys().copied()
    }
}

/// A reader of a shelf. What cannot be read counts as nothing until [`StoredDays::checked`] says so.
#[derive(Debug)]
pub(crate) struct StoredDays<'a> {
    store: &'a Store,
    shelf: &'a Shelf,
    fault: RefCell<Option<Failure>>,
}

impl<'a> StoredDays<'a> {
    pub(crate) const fn new(store: &'a Store, shelf: &'a Shelf) -> Self {
        Self { store, shelf, fault: RefCell::new(None) }
    }

    /// What was made of the days, where all of them could be read.
    pub(crate) fn checked<T>(self, made: T) -> Answer<T> {
        self.fault.into_inner().map_or(Ok(made), Err)
    }

    fn or_nothing<T: Default>(&self, read: Answer<T>) -> T {
        read.unwrap_or_else(|failure| {
            self.fault.replace(Some(failure));
            T::default()
        })
    }
}

impl Days for StoredDays<'_> {
    fn range(&self, from: Day, to: Day) -> Box<dyn Iterator<Item = (Day, &Counts)> + '_> {
        let days = (from <= to).then(|| self.shelf.days.range(from..=to)).into_iter().flatten();
        Box::new(
            days.map(|(day, counts)| {
                (*day, counts.get_or_init(|| self.or_nothing(self.store.counts_of(*day))))
            }),
        )
    }

    /// From the nearest kept sum before each day on.
    fn gauges_by(&self, at: &BTreeSet<Day>, cut: fn(Place) -> Place) -> BTreeMap<Day, Sums> {
        let (mut running, mut summed) = (Sums::default(), Day(i32::MIN));
        let mut gauges = BTreeMap::new();
        for day in at {
            if let Some(known) = self.shelf.gauged.range(..=day).next_back().filter(|known| **known > summed)
            {
                (running, summed) = (Sums::default(), *known);
                for ((place, measure), n) in self.or_nothing(self.store.gauges_of(*known)) {
                    *running.entry((cut(place), measure)).or_default() += n;
                }
            }
            for (_, counts) in self.range(summed.plus(1), *day) {
                run_on(&mut running, counts, cut);
            }
            summed = *day;
            running.retain(|_, n| *n != 0);
            gauges.insert(*day, running.clone());
        }
        gauges
    }
}
