//! What the figures must be, told from the true history by a reader of the definitions.

use crate::company::{Company, business_s};
use crate::post::World;
use crate::story::{Deed, Event};
use std::collections::{BTreeMap, BTreeSet};
use takeroot_core::contribution::Count;
use takeroot_core::fact::{Actor, Kind, Stage};

/// What is foretold. Gauges are listed apart: they are told for the end of each day.
pub(crate) const FLOWS: [Count; 12] = [
    Count::Entered,
    Count::Merged,
    Count::InTime,
    Count::Breached,
    Count::Unanswered,
    Count::Claimed,
    Count::Won,
    Count::Lost,
    Count::ByHand,
    Count::Imported,
    Count::Repeated,
    Count::Reopened,
];
pub(crate) const GAUGES: [Count; 3] = [Count::Active, Count::Waiting, Count::Unsorted];

#[derive(Default)]
pub(crate) struct Foretold {
    pub(crate) counts: BTreeMap<(i32, Count), i64>,
    /// Cards that lack an amount at the end of a day.
    pub(crate) unpriced: BTreeMap<i32, i64>,
    /// Answers within reach of a clock, by day.
    pub(crate) answered: BTreeMap<i32, i64>,
    /// Leads that entered: the day, and whether they are neither won, lost nor merged in the end.
    pub(crate) cohort: BTreeMap<i32, (i64, i64)>,
}

pub(crate) fn foretell(world: &World) -> Foretold {
    let mut told = Foretold::default();
    let deals: BTreeSet<u64> = world.events.iter().map(|event| event.deal).collect();
    for deal in deals {
        // A talk with a contact is a talk about each of its deals.
        let own: Vec<&Event> = world.events.iter().filter(|event| event.deal == deal).collect();
        let created = own.iter().find(|event| matches!(event.deed, Deed::Created { .. }));
        let contact = created.and_then(|event| event.contact);
        let heard = |event: &&Event| {
            let of = match event.deed {
                Deed::Said { to_contact } => to_contact,
                Deed::Heard { of_contact, .. } => of_contact,
                _ => None,
            };
            of.map_or(event.deal == deal, |of| contact == Some(of))
        };
        let mut events: Vec<(i64, &Event)> =
            world.events.iter().filter(heard).filter_map(|event| Some((event.counts_at?, event))).collect();
        events.sort_by_key(|(at, _)| *at);
        Reader::new(world, deal, &events, &mut told).read(&events);
    }
    told
}

struct Reader<'a> {
    world: &'a World,
    company: &'a Company,
    told: &'a mut Foretold,
    deal: u64,
    entered: Option<i64>,
    created: Option<i64>,
    /// When the running clock exceeds its target, unless it did; since when it runs, and what was left then.
    breaches_at: Option<i64>,
    runs_from: i64,
    left_s: i64,
    late: bool,
    pipeline: u64,
    stage: Option<Stage>,
    price: i64,
    seen: bool,
    unsorted: bool,
    gone: bool,
    merged: bool,
    /// When the clock of the first response stopped.
    stopped: Option<i64>,
    /// Whether the deal was closed unanswered, and whether that counted.
    closed: Option<bool>,
    over: bool,
    clocked: bool,
    entry_counted: bool,
    outcome: Option<(Count, bool)>,
}

impl<'a> Reader<'a> {
    fn new(world: &'a World, deal: u64, events: &[(i64, &Event)], told: &'a mut Foretold) -> Self {
        let company = world.company;
        let time =
            |is: fn(&Deed) -> bool| events.iter().find(|(_, event)| event.deal == deal && is(&event.deed));
        let creation = time(|deed| matches!(deed, Deed::Created { .. }));
        let created = creation.map(|(at, _)| *at);
        let arrived = time(|deed| matches!(deed, Deed::Arrived { .. })).map(|(at, _)| *at);
        let heard = time(|deed| matches!(deed, Deed::Heard { of_contact: None, .. })).map(|(at, _)| *at);
        // Whoever is heard as the deal is created brought it.
        let heard = heard.filter(|at| created.is_some_and(|created| *at <= created + 60));
        let (imported, by_person) = match creation {
            Some((at, event)) => (
                matches!(event.deed, Deed::Created { imported: true, .. }),
                matches!(event.by, Actor::User(user) if company.is_person(*at, user)),
            ),
            None => (false, false),
        };
        let is_lead = !imported && (arrived.or(heard).is_some() || !by_person);
        let entered = [arrived, heard, created].into_iter().flatten().min().filter(|_| is_lead);
        let clocked = entered.is_some_and(|entered| entered >= company.observed_from);
        let pipeline =
            events.iter().filter(|(_, event)| event.deal == deal).find_map(|(_, e)| match e.deed {
                Deed::Arrived { pipeline } if pipeline != 0 => Some(pipeline),
                Deed::Created { pipeline, .. } => Some(pipeline),
                _ => None,
            });
        let mut reader = Self {
            world,
            company,
            told,
            deal,
            entered,
            created,
            breaches_at: None,
            runs_from: 0,
            left_s: 0,
            late: false,
            pipeline: pipeline.unwrap_or(0),
            stage: None,
            price: 0,
            seen: false,
            unsorted: arrived.is_some(),
            gone: false,
            merged: false,
            stopped: None,
            closed: None,
            over: false,
            clocked,
            entry_counted: false,
            outcome: None,
        };
        if let Some(entered) = entered.filter(|_| clocked) {
            reader.left_s = company.term(entered).target_s + 1;
            reader.run(entered);
        }
        match (entered, created) {
            (Some(entered), _) => {
                reader.entry_counted = reader.count(entered, Count::Entered, 1);
            }
            (None, Some(created)) => {
                reader.count(created, if imported { Count::Imported } else { Count::ByHand }, 1);
            }
            (None, None) => {}
        }
        reader
    }

    fn read(mut self, events: &[(i64, &Event)]) {
        let Some(begin) = [self.entered, self.created].into_iter().flatten().min() else { return };
        let mut day = self.company.day_of(begin);
        for (at, event) in events.iter().filter(|(at, _)| *at <= self.world.end) {
            while self.company.end_of(day) <= *at {
                self.close(day);
                day += 1;
            }
            self.breach(*at);
            self.take(*at, event);
        }
        self.breach(self.world.end);
        while day <= self.company.day_of(self.world.end) {
            self.close(day);
            day += 1;
        }
        if let Some(entered) = self.entered.filter(|_| self.entry_counted) {
            let open = !self.merged && !self.outcome.is_some_and(|(_, counted)| counted);
            let cohort = self.told.cohort.entry(self.company.day_of(entered)).or_default();
            cohort.0 += 1;
            cohort.1 += i64::from(open);
        }
    }

    /// The clock of the first response runs on.
    fn run(&mut self, at: i64) {
        let term = self.company.term(self.entered.unwrap());
        self.runs_from = at;
        self.breaches_at = Some(self.company.spent_at(term, at, self.left_s));
    }

    /// The target passes without an answer: to be said only of what was read, where anything is read.
    fn breach(&mut self, until: i64) {
        let Some(at) = self.breaches_at.filter(|at| *at <= until) else { return };
        (self.breaches_at, self.late) = (None, true);
        let talks = self.world.ranges.iter().filter(|range| range.kind == Kind::Talks);
        let begun = talks.map(|range| range.from).min().is_some_and(|from| from <= at);
        if self.stopped.is_none() && (!begun || self.world.has_read(Kind::Talks, at)) {
            self.count(at, Count::Breached, 1);
        }
    }

    fn take(&mut self, at: i64, event: &Event) {
        let own = event.deal == self.deal;
        match event.deed {
            // Whoever accepts a request has a deal at once, even if its first state is told seconds later.
            Deed::Accepted => {
                self.unsorted = false;
                self.seen = self.created.is_some();
                self.stage = Some(Stage::Open(0));
            }
            Deed::Declined => self.gone = true,
            Deed::Created { pipeline, stage, .. } => {
                (self.unsorted, self.seen) = (false, true);
                if let Stage::Won | Stage::Lost = stage {
                    self.close_with(at, stage);
                }
                (self.pipeline, self.stage) = (pipeline, Some(stage));
            }
            Deed::Moved { from, to, pipeline } => {
                if let Some((outcome, counted)) = self.outcome.take() {
                    self.told_at(at, outcome, -i64::from(counted));
                }
                self.close_with(at, to);
                (self.pipeline, self.stage) = (pipeline, Some(to));
                if let (Stage::Won | Stage::Lost, Stage::Open(_)) = (from, to) {
                    self.count(at, Count::Reopened, 1);
                }
            }
            Deed::Said { .. } => self.answer(at, event.by),
            Deed::Heard { answered_by, .. } => {
                answered_by.into_iter().for_each(|by| self.answer(at, by));
            }
            Deed::Claimed if self.waits(at) && self.is_human(at, event.by) => {
                self.count(at, Count::Claimed, 1);
                self.stopped = Some(at);
            }
            Deed::Repeated => {
                self.count(at, Count::Repeated, 1);
            }
            Deed::Priced(price) => self.price = price.0,
            Deed::Deleted => self.gone = true,
            Deed::Restored => self.gone = false,
            Deed::Merged if own => {
                (self.gone, self.merged) = (true, true);
                if self.entry_counted {
                    self.told_at(at, Count::Merged, 1);
                    self.told_at(at, Count::Entered, -1);
                }
            }
            _ => {}
        }
        let over = self.gone || matches!(self.stage, Some(Stage::Won | Stage::Lost));
        match (std::mem::replace(&mut self.over, over), over) {
            (false, true) if self.waits(at) => {
                self.stopped = Some(at);
                if !self.late {
                    let term = self.company.term(self.entered.unwrap());
                    self.left_s -= business_s(term, self.runs_from, at);
                }
                self.breaches_at = None;
                if !self.merged {
                    self.closed = Some(self.count(at, Count::Unanswered, 1));
                }
            }
            // Open again, it waits again.
            (true, false) => {
                let Some(counted) = self.closed.take() else { return };
                self.stopped = None;
                self.told_at(at, Count::Unanswered, -i64::from(counted));
                if !self.late {
                    self.run(at);
                }
            }
            _ => {}
        }
    }

    fn answer(&mut self, at: i64, by: Actor) {
        if self.is_human(at, by) {
            // Whoever answers while the deal is closed, leaves it closed before any answer.
            self.closed = None;
        }
        if !self.waits(at) || !self.is_human(at, by) {
            return;
        }
        self.stopped = Some(at);
        if !self.late {
            self.count(at, Count::InTime, 1);
        }
        if self.company.measures(at, self.pipeline) {
            *self.told.answered.entry(self.company.day_of(at)).or_default() += 1;
        }
    }

    fn close_with(&mut self, at: i64, stage: Stage) {
        let outcome = match stage {
            Stage::Won => Count::Won,
            Stage::Lost => Count::Lost,
            Stage::Open(_) => return,
        };
        self.outcome = Some((outcome, self.count(at, outcome, 1)));
    }

    fn close(&mut self, day: i32) {
        let now = self.company.end_of(day) - 1;
        let now = now.min(self.world.end);
        self.breach(now);
        if !self.company.measures(now, self.pipeline) {
            return;
        }
        let active = self.seen && !self.gone && matches!(self.stage, Some(Stage::Open(_)));
        let gauges = [active, self.waits(now), self.unsorted && !self.gone];
        for (gauge, on) in GAUGES.into_iter().zip(gauges) {
            *self.told.counts.entry((day, gauge)).or_default() += i64::from(on);
        }
        let lacks = active && self.price <= 0 && self.company.asks_amount(now, self.pipeline, self.stage);
        *self.told.unpriced.entry(day).or_default() += i64::from(lacks);
    }

    fn waits(&self, at: i64) -> bool {
        self.clocked && self.stopped.is_none() && self.entered.is_some_and(|entered| entered <= at)
    }

    fn is_human(&self, at: i64, by: Actor) -> bool {
        matches!(by, Actor::User(user) if self.company.is_person(at, user))
    }

    /// Counts where deals are measured; says whether it did.
    fn count(&mut self, at: i64, count: Count, n: i64) -> bool {
        let counts = self.company.measures(at, self.pipeline) && at <= self.world.end;
        self.told_at(at, count, if counts { n } else { 0 });
        counts
    }

    fn told_at(&mut self, at: i64, count: Count, n: i64) {
        *self.told.counts.entry((self.company.day_of(at), count)).or_default() += n;
    }
}
