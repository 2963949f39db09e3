//! Records of integrations (D14), automatic leads (W3) and reminders (W1): judged once, a fixed time later.

use super::walk::Walk;
use crate::contribution::{Count, Measure, Place};
use crate::fact::{Actor, TaskState};
use crate::policy::Policy;
use crate::time::Moment;

/// What is judged of a deal's beginning, and when.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Record {
    /// The integration that created the deal: its user, 0 for a robot.
    creator: Option<u64>,
    /// When its record must be complete.
    judged_at: Option<Moment>,
    /// When its pipeline is judged.
    settled_at: Option<Moment>,
    /// The pipeline in which it was created.
    pipeline: u64,
    /// When a reminder must stand.
    remind_at: Option<Moment>,
    /// Whether a person has done anything on it.
    pub(super) touched: bool,
}

impl Record {
    pub(super) fn moments(&self) -> [Option<Moment>; 3] {
        [self.judged_at, self.settled_at, self.remind_at]
    }
}

impl Walk<'_> {
    pub(super) fn record_of(&self) -> Record {
        let mut record = Record { pipeline: self.deal.pipeline, ..Record::default() };
        let observed = |at: &Moment| *at >= self.rules().observed_from();
        if let Some(lead) = self.lead {
            let version = self.version(lead.entered);
            let span = version.seconds(version.policy.thresholds.reminder);
            record.remind_at = version.timetable.add(lead.entered, span).ok();
        }
        let Some((created, by)) = self.deal.created.filter(|(at, _)| observed(at)) else { return record };
        record.creator = match by {
            Actor::Robot => Some(0),
            Actor::User(user) if !self.is_person(user, created) => Some(user),
            _ => None,
        };
        if record.creator.is_some() && self.deal.origin.is_lead() {
            let thresholds = &self.version(created).policy.thresholds;
            record.judged_at = Some(created.plus(i64::from(thresholds.record_minutes) * 60));
            record.settled_at = Some(created.plus(i64::from(thresholds.auto_lead_hours) * 3600));
        }
        record
    }

    pub(super) fn pass_record(&mut self, at: Moment) {
        if self.record.judged_at == Some(at) {
            self.record.judged_at = None;
            self.judge_record(at);
        }
        if self.record.settled_at == Some(at) {
            self.record.settled_at = None;
            self.settle(at);
        }
        if self.record.remind_at == Some(at) {
            self.record.remind_at = None;
            self.remind(at);
        }
    }

    fn judge_record(&mut self, at: Moment) {
        let policy = &self.version(at).policy;
        let place = self.place(at);
        let late_s = i64::from(policy.thresholds.record_minutes) * 60;
        let created = self.deal.created.map_or(at, |(created, _)| created);
        let knows_sources = policy.sources.field.is_some() || !policy.sources.routes.is_empty();
        let errors = [
            // The contact of a request is made when it is accepted.
            (Count::NoContact, self.deal.contacts.is_empty() && !self.deal.requested),
            (Count::NoSource, knows_sources && place.source == 0),
            (Count::NoResponsible, self.deal.responsible == 0),
            (Count::WrongPipeline, !fits(policy, place)),
            (Count::LateRecords, self.deal.entered.is_some_and(|entered| created.since(entered) > late_s)),
        ];
        let place = self.by_creator(place);
        self.count_at(at, place, Measure::Count(Count::Records), 1);
        let errors = errors.into_iter().filter(|(_, wrong)| *wrong);
        let found: Vec<Count> = errors.map(|(count, _)| count).collect();
        if !found.is_empty() {
            self.count_at(at, place, Measure::Count(Count::BadRecords), 1);
        }
        found.into_iter().for_each(|count| self.count_at(at, place, Measure::Count(count), 1));
    }

    /// An automatic lead in the right pipeline: it fits the source, and no person moved it elsewhere.
    fn settle(&mut self, at: Moment) {
        let place = self.place(at);
        let stayed = self.record.pipeline == 0 || self.record.pipeline == place.pipeline;
        let right = stayed && fits(&self.version(at).policy, place);
        let place = self.by_creator(place);
        self.count_at(at, place, Measure::Count(Count::AutoLeads), 1);
        self.count_at(at, place, Measure::Count(Count::AutoRight), i64::from(right));
    }

    fn by_creator(&self, place: Place) -> Place {
        Place { manager: self.record.creator.unwrap_or(0), ..place }
    }

    /// A lead that was not answered at once calls for a task with a deadline and a responsible person.
    fn remind(&mut self, at: Moment) {
        if !self.lead.is_some_and(|lead| lead.waits()) || self.deal.is_over() {
            return;
        }
        self.count(at, Count::Triggers, 1);
        let version = self.version(at);
        let day = version.zone.day_of(at);
        let stands = |task: &TaskState| {
            let theirs = task.responsible.is_some_and(|user| version.is_person(user, day));
            !task.done && task.due.is_some() && theirs
        };
        if self.deal.tasks.values().any(stands) {
            self.count(at, Count::Reminded, 1);
        }
    }
}

/// Whether a pipeline is where deals of a source belong. Without a line for the source every one is.
fn fits(policy: &Policy, place: Place) -> bool {
    let routes = &policy.sources.routes;
    let of = |source: Option<u64>| routes.iter().filter(move |route| route.source == source);
    let own: Vec<u64> = of(Some(place.source)).map(|route| route.pipeline).collect();
    let belongs = if own.is_empty() { of(None).map(|route| route.pipeline).collect() } else { own };
    belongs.is_empty() || belongs.contains(&place.pipeline)
}
