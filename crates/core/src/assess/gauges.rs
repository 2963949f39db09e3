//! What a deal is at the end of a day (D3, D7, D8, D9, D11), as changes of gauges.

use super::shared::Shared;
use super::walk::Walk;
use crate::card;
use crate::contribution::{Count, Measure, Place};
use crate::fact::{Subject, Value};
use crate::policy::{Field, Version};
use crate::time::{Day, Moment};
use std::collections::BTreeSet;

/// Gauges of a deal for which there is room at once.
const GAUGES_USUAL: usize = 8;

/// The gauges of one deal at the end of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gauges {
    place: Place,
    counts: Vec<(Count, i64)>,
    /// The mandatory fields that do not count.
    lacking: BTreeSet<Field>,
    /// The identities under which it stands as an open deal, and the texts that its card says.
    others: BTreeSet<Subject>,
}

impl Walk<'_> {
    pub(super) fn count_gauges(&mut self, day: Day, now: Moment) {
        let gauges = self.gauges_at(now);
        if gauges == self.gauges {
            return;
        }
        let was = std::mem::take(&mut self.gauges);
        let moved = was.place != gauges.place;
        let mut change = |place, count, n| self.put((day, place, Measure::Count(count), n));
        for pair in was.counts.iter().filter(|pair| moved || !gauges.counts.contains(pair)) {
            change(was.place, pair.0, -pair.1);
        }
        for pair in gauges.counts.iter().filter(|pair| moved || !was.counts.contains(pair)) {
            change(gauges.place, pair.0, pair.1);
        }
        let in_pipeline = |place: Place| Place { pipeline: place.pipeline, ..Place::default() };
        let elsewhere = was.place.pipeline != gauges.place.pipeline;
        let mut lacks = |place, field, n| self.put((day, in_pipeline(place), Measure::Lacks(field), n));
        for field in was.lacking.iter().filter(|field| elsewhere || !gauges.lacking.contains(field)) {
            lacks(was.place, *field, -1);
        }
        for field in gauges.lacking.iter().filter(|field| elsewhere || !was.lacking.contains(field)) {
            lacks(gauges.place, *field, 1);
        }
        for other in was.others.iter().filter(|id| moved || !gauges.others.contains(id)) {
            self.shared.entry(*other).or_default().push(Shared::Closed(day));
        }
        for other in gauges.others.iter().filter(|id| moved || !was.others.contains(id)) {
            self.shared.entry(*other).or_default().push(Shared::Opened(day, gauges.place));
        }
        self.gauges = gauges;
    }

    fn gauges_at(&self, now: Moment) -> Gauges {
        let version = self.version(now);
        let place = self.place(now);
        if place.pipeline != 0 && !version.policy.measures(place.pipeline) {
            return Gauges::default();
        }
        let mut counts = Vec::with_capacity(GAUGES_USUAL);
        let mut gauge = |count, on: bool| counts.extend(on.then_some((count, 1)));
        let waiting = self.lead.as_ref().filter(|lead| lead.entered <= now && lead.waits());
        let beyond = waiting.and_then(|lead| lead.breached);
        let silent = beyond.is_some_and(|at| self.terms.coverage.is_silent_until(at));
        gauge(Count::Waiting, waiting.is_some());
        gauge(Count::Checking, beyond.is_some() && !silent);
        gauge(Count::Unseen, waiting.is_some() && !self.record.touched);
        let began = [self.deal.entered, self.deal.created.map(|(at, _)| at)].into_iter().flatten().min();
        let begun = began.is_none_or(|began| began <= now);
        gauge(Count::Unsorted, begun && self.deal.unsorted && self.deal.is_alive());
        let (mut others, mut lacking) = (BTreeSet::new(), BTreeSet::new());
        if begun && self.deal.is_active() {
            gauge(Count::Active, true);
            let talks_until = self.terms.coverage.talks_until();
            let breached = (beyond.is_some() && silent) || self.clocks.is_beyond(now, talks_until);
            self.work(version, now, breached, &mut gauge);
            lacking = self.cards(version, place, now, &mut counts);
            if !self.deal.distinct {
                let hashes = self.deal.identities.iter().map(|identity| identity.hash.number());
                others.extend(hashes.map(Subject::Identity));
            }
            others.extend(self.texts(version, place).map(Subject::Text));
        }
        if counts.is_empty() {
            return Gauges::default();
        }
        counts.sort_unstable();
        Gauges { place, counts, lacking, others }
    }

    /// Overdue, without a next step, stuck.
    fn work(&self, version: &Version, now: Moment, breached: bool, gauge: &mut impl FnMut(Count, bool)) {
        let next = self.deal.next_step();
        let task_overdue = next.is_some_and(|due| due < now);
        gauge(Count::TaskOverdue, task_overdue);
        gauge(Count::Overdue, task_overdue || breached);
        gauge(Count::NoNextStep, !self.deal.tasks.values().any(|task| !task.done));
        let horizon_s = i64::from(version.policy.thresholds.task_horizon_days) * crate::time::DAY_S;
        let planned = next.is_some_and(|due| due <= now.plus(horizon_s));
        gauge(Count::Stuck, !planned && self.stuck_at.is_some_and(|at| at <= now));
    }

    /// What the card says in the texts that its pipeline asks for, whatever the stage.
    fn texts<'a>(&'a self, version: &'a Version, place: Place) -> impl Iterator<Item = u64> + 'a {
        let policy = &version.policy;
        self.deal.fields.iter().filter_map(move |(id, value)| match value {
            Value::Text(hash) if policy.asks_text(*id, Some(place.pipeline)) => Some(u64::from(*hash)),
            _ => None,
        })
    }

    /// Says which mandatory fields do not count.
    fn cards(
        &self,
        version: &Version,
        place: Place,
        now: Moment,
        counts: &mut Vec<(Count, i64)>,
    ) -> BTreeSet<Field> {
        let sources = &version.policy.sources;
        let filled = |field: Option<u64>| {
            let value = field.and_then(|id| self.deal.fields.get(&id));
            value.is_some_and(|value| !matches!(value, Value::Junk(_)))
        };
        let mut gauge = |count, n: i64| counts.extend((n != 0).then_some((count, n)));
        gauge(Count::Sourced, i64::from(place.source != 0 || filled(sources.field)));
        gauge(Count::Channeled, i64::from(filled(sources.channel)));
        gauge(Count::Marked, i64::from(sources.utm.iter().any(|id| filled(Some(*id)))));
        if !self.deal.seen || version.policy.mandatory.is_empty() && version.policy.checklists.is_empty() {
            return BTreeSet::new();
        }
        let card = card::report(version, &self.deal, now);
        if let Some(percent) = (card.valid() * 100).checked_div(card.asked) {
            gauge(Count::Cards, 1);
            gauge(Count::Complete, i64::from(card.missing.is_empty()));
            gauge(Count::Percent, i64::try_from(percent).unwrap_or(0));
        }
        let asked: usize = card.checklists.iter().map(|list| list.asked).sum();
        let unanswered: usize = card.checklists.iter().map(|list| list.missing.len()).sum();
        gauge(Count::Asked, i64::try_from(asked).unwrap_or(0));
        gauge(Count::Answered, i64::try_from(asked.saturating_sub(unanswered)).unwrap_or(0));
        card.missing.iter().map(|missing| missing.field).collect()
    }
}
