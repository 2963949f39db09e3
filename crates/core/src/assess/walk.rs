//! The walk through a deal's time: facts in their order, and between them the moments at which figures change
//! by themselves.

use super::acts::Edit;
use super::gauges::Gauges;
use super::lead::Lead;
use super::moves::Path;
use super::record::Record;
use super::shared::Shared;
use super::{Assessment, Terms};
use crate::contribution::{Contribution, Count, Entry, Measure, Place, Took, took};
use crate::deal::{Creator, Deal, Observed, Origin, ordered};
use crate::fact::{Fact, Stage, Subject, Value, What};
use crate::policy::{Field, Policy, Rules, Version};
use crate::sla::{Clocks, Signal, Where};
use crate::time::{Day, Moment};
use std::collections::{BTreeMap, BTreeSet};

/// Before every moment: it is not known until when nothing changes by itself.
pub(super) const UNKNOWN: Moment = Moment(i64::MIN);

/// Entries of a fact for which there is room at once.
const ENTRIES_USUAL: usize = 4;

pub(super) struct Walk<'a> {
    pub(super) id: Subject,
    pub(super) terms: Terms<'a>,
    pub(super) deal: Deal,
    pub(super) lead: Option<Lead>,
    pub(super) clocks: Clocks<'a>,
    /// The first target that was exceeded without a reading that could tell so.
    pub(super) undeclared: Option<Moment>,
    pub(super) path: Path,
    pub(super) record: Record,
    pub(super) gauges: Gauges,
    /// The edit of one person in one second, counted once however many observations show it.
    pub(super) edit: Option<Edit>,
    /// Who acted on the deal in the day that is walked.
    pub(super) worked: Vec<u64>,
    /// When somebody last moved the deal or spoke.
    pub(super) active_at: Option<Moment>,
    /// When it becomes stuck if nothing happens; found when it matters.
    pub(super) stuck_at: Option<Moment>,
    stuck_unknown: bool,
    /// Nothing but a clock changes by itself before this moment.
    pub(super) quiet_until: Moment,
    pub(super) shared: BTreeMap<Subject, Vec<Shared>>,
    as_of: Moment,
    facts: Vec<&'a Fact>,
    later: Option<Moment>,
    entry: Option<Moment>,
    creation: Option<Moment>,
    /// The day that is walked, and its end.
    today: Option<(Day, Moment)>,
    expiring: Vec<Moment>,
    out: Vec<Entry>,
}

impl<'a> Walk<'a> {
    pub(super) fn of(id: Subject, facts: Vec<&'a Observed>, terms: Terms<'a>, as_of: Moment) -> Self {
        let mut facts = ordered(id, facts);
        let later = facts.split_off(facts.partition_point(|fact| fact.at <= as_of));
        if facts.iter().any(|fact| fact.subject != id) {
            let linked = linked(id, &facts);
            facts.retain(|fact| fact.subject == id || linked.contains(&fact.subject));
        }
        let is_deal = matches!(id, Subject::Deal(_) | Subject::Request(_));
        let creator = |user, at| creator(terms.rules, user, at);
        let deal = if is_deal { Deal::opening(id, &facts, creator) } else { Deal::default() };
        let (entry, creation) = (deal.entered, deal.created.map(|(at, _)| at));
        let mut walk = Self {
            id,
            terms,
            lead: None,
            clocks: Clocks::new(terms.rules),
            undeclared: None,
            path: Path::default(),
            record: Record::default(),
            gauges: Gauges::default(),
            edit: None,
            worked: Vec::new(),
            active_at: None,
            stuck_at: None,
            stuck_unknown: false,
            quiet_until: UNKNOWN,
            shared: BTreeMap::new(),
            as_of,
            later: later.first().map(|fact| fact.at),
            entry,
            creation,
            today: None,
            expiring: Vec::new(),
            out: Vec::new(),
            deal,
            facts: Vec::new(),
        };
        if is_deal {
            walk.expiring = walk.expiries(&facts);
            walk.lead = walk.lead_of(entry);
            walk.record = walk.record_of();
        }
        walk.facts = facts;
        walk
    }

    /// The moments at which date fields begin to lie in the past.
    fn expiries(&self, facts: &[&Fact]) -> Vec<Moment> {
        let asks = |policy: &Policy| policy.names(&mut |field| matches!(field, Field::FutureDate(_)));
        let asking = || self.rules().versions().filter(|version| asks(&version.policy));
        if asking().next().is_none() {
            return Vec::new();
        }
        let fields = facts.iter().filter_map(|fact| match &fact.what {
            What::Deal(snapshot) => Some(&snapshot.fields),
            _ => None,
        });
        let dates = fields.flatten().filter_map(|(_, value)| match value {
            Value::Date(date) => Some(*date),
            _ => None,
        });
        // Each version has a zone of its own, and the one that holds when a date ends judges it.
        let mut dates: Vec<Moment> =
            dates.flat_map(|date| asking().map(move |version| version.expires_at(date))).collect();
        dates.sort_unstable();
        dates.dedup();
        dates
    }

    pub(super) fn entries(mut self, out: &mut Vec<Entry>) {
        out.clear();
        self.out = std::mem::take(out);
        self.run();
        *out = self.out;
    }

    pub(super) fn finish(mut self) -> Assessment {
        self.out.reserve(ENTRIES_USUAL * self.facts.len());
        self.run();
        self.find_stuck(Moment(i64::MAX));
        let own = [self.later, self.next_change(self.as_of), self.clocks.exceeds_next()];
        let waits = own.into_iter().flatten().min();
        let mut shared = self.shared;
        shared.retain(|_, words| !words.is_empty());
        let (contribution, checking) = (Contribution::of(self.out), self.undeclared);
        Assessment { contribution, changes_at: waits, checking, shared }
    }

    pub(super) fn run(&mut self) {
        let facts = std::mem::take(&mut self.facts);
        let first = facts.first().map(|fact| fact.at);
        let begin = [first, self.entry, self.creation].into_iter().flatten().min();
        let Some(begin) = begin else { return };
        let mut now = begin.plus(-1);
        for fact in facts {
            now = self.wait(now, fact.at);
            self.step(fact.at);
            self.fact(fact);
        }
        self.wait(now, self.as_of);
        self.close();
    }

    /// Lets time pass up to a moment: what changes by itself comes before the facts of the same moment, since
    /// a clock that has run out has run out.
    fn wait(&mut self, mut now: Moment, until: Moment) -> Moment {
        loop {
            self.find_stuck(until);
            let change = self.change_by(now, until);
            let exceeded = self.clocks.exceeds_by(change.unwrap_or(until));
            let Some(at) = [change, exceeded].into_iter().flatten().min() else { break };
            now = at;
            self.step(at);
            let events = self.clocks.pass(at).len();
            self.turns(events);
            if change == Some(at) {
                self.change(at);
            }
        }
        now.max(until)
    }

    /// The next moment after `now` at which a figure can change by itself, if that is not later than `until`.
    fn change_by(&mut self, now: Moment, until: Moment) -> Option<Moment> {
        if until < self.quiet_until {
            return None;
        }
        let change = self.next_change(now);
        self.quiet_until = change.unwrap_or(Moment(i64::MAX));
        change.filter(|at| *at <= until)
    }

    /// The next moment after `now` at which a figure can change by itself.
    fn next_change(&self, now: Moment) -> Option<Moment> {
        let rules = self.rules().changes();
        let change = rules.get(rules.partition_point(|at| *at <= now)).copied();
        let expiry = self.expiring.get(self.expiring.partition_point(|at| *at <= now)).copied();
        let lead = self.lead.as_ref().and_then(Lead::missed);
        let mut next = None;
        let mut see = |at: Moment| {
            if at > now && next.is_none_or(|known| at < known) {
                next = Some(at);
            }
        };
        let [judged, settled, remind] = self.record.moments();
        let own = [self.entry, self.creation, self.stuck_at, change, expiry, lead, judged, settled, remind];
        for at in own {
            at.into_iter().for_each(&mut see);
        }
        if !self.deal.tasks.is_empty() {
            self.tasks(now).for_each(see);
        }
        next
    }

    /// The moments at which a task passes its deadline, or comes within the horizon.
    fn tasks(&self, now: Moment) -> impl Iterator<Item = Moment> + '_ {
        let horizon = self.horizon_s(now);
        let due = self.deal.tasks.values().filter(|task| !task.done).filter_map(|task| task.due);
        due.flat_map(move |due| [due.plus(1), due.plus(-horizon)])
    }

    fn change(&mut self, at: Moment) {
        if self.entry == Some(at) {
            self.entered(at);
        }
        if self.creation == Some(at) {
            self.created(at);
        }
        self.pass_lead(at);
        self.pass_record(at);
    }

    /// Comes to a moment: the day before it may be over.
    fn step(&mut self, at: Moment) {
        if self.today.is_none_or(|(_, end)| at >= end) {
            self.close();
            let date = self.rules().day_of(at);
            self.today = Some((date, self.rules().end_of(date)));
        }
    }

    /// Counts what is true at the end of a day.
    fn close(&mut self) {
        self.flush_edit();
        let Some((day, end)) = self.today else { return };
        let place = self.place(end.plus(-1));
        let places = self.worked.drain(..).map(|user| Place { manager: user, ..place });
        self.out.extend(places.map(|place| (day, place, Measure::Count(Count::Worked), 1)));
        self.count_gauges(day, end.plus(-1).min(self.as_of));
    }

    fn fact(&mut self, fact: &Fact) {
        let own = fact.subject == self.id;
        if matches!(self.id, Subject::Deal(_) | Subject::Request(_)) {
            self.deal_fact(fact, own);
            self.worked_on(fact);
        }
        if own {
            self.actions(fact);
        }
    }

    fn deal_fact(&mut self, fact: &Fact, own: bool) {
        let was_over = self.deal.is_over();
        match &fact.what {
            What::Said { way, talked_s, .. } => self.said(fact.at, fact.by, *way, *talked_s),
            What::Heard { answered_by, .. } => self.heard(fact.at, *answered_by),
            What::Claimed { .. } => self.claimed(fact.at, fact.by),
            What::Arrived { .. } if self.asks_again(fact) => {
                self.count(fact.at, Count::Repeated, 1);
                self.heard(fact.at, None);
            }
            What::Deal(snapshot) if own => self.seen(fact, snapshot),
            _ => {
                let alive = self.deal.is_alive();
                let _ = self.deal.take(self.id, fact);
                if alive && !self.deal.is_alive() {
                    self.gone(fact.at);
                }
                if matches!(fact.what, What::Task(_)) {
                    self.quiet_until = UNKNOWN;
                }
                self.task_done(fact);
                if matches!(fact.what, What::Talk { open: false, .. }) {
                    self.signal(fact.at, Signal::TalkClosed);
                }
            }
        }
        match (was_over, self.deal.is_over()) {
            (false, true) => {
                self.signal(fact.at, Signal::Closed);
                self.end_lead(fact.at);
            }
            (true, false) => {
                self.signal(fact.at, Signal::Reopened);
                self.reopen_lead(fact.at);
            }
            _ => {}
        }
    }

    /// Whether a client asks anew; of what is told of one request at one moment only the first does.
    fn asks_again(&mut self, fact: &Fact) -> bool {
        let repeated = &mut self.deal.repeated;
        let known = repeated.iter().position(|(subject, at)| (*subject, *at) == (fact.subject, fact.at));
        known.map(|known| repeated.swap_remove(known)).is_some()
    }

    /// Something happened to the deal that its clocks care about.
    pub(super) fn signal(&mut self, at: Moment, signal: Signal) {
        let events = self.clocks.take(at, signal, Where::from(&self.deal)).len();
        self.turns(events);
    }

    /// Counts what the clocks have just told.
    fn turns(&mut self, events: usize) {
        for index in 0..events {
            self.clocks.told(index).into_iter().for_each(|event| self.turn(event));
        }
    }

    pub(super) fn rules(&self) -> &'a Rules {
        self.terms.rules
    }

    pub(super) fn version(&self, at: Moment) -> &'a Version {
        self.terms.rules.at(at)
    }

    pub(super) fn is_person(&self, user: u64, at: Moment) -> bool {
        self.version(at).is_person(user, self.day(at))
    }

    /// How far ahead a task keeps a deal from being stuck.
    fn horizon_s(&self, now: Moment) -> i64 {
        i64::from(self.version(now).policy.thresholds.task_horizon_days) * crate::time::DAY_S
    }

    /// Where the deal stands in the company.
    pub(super) fn place(&self, at: Moment) -> Place {
        let deal = &self.deal;
        let version = self.version(at);
        let policy = &version.policy;
        let choice = policy.sources.field.and_then(|id| deal.fields.get(&id));
        let chosen = match choice {
            Some(Value::Choice(choice)) => Some(*choice),
            _ => None,
        };
        let stage = match deal.stage {
            Some(Stage::Open(stage)) => stage,
            _ => 0,
        };
        let pilot =
            policy.pilot.is_some() && policy.pilots(deal.pipeline, deal.responsible, version.zone.day_of(at));
        Place {
            pipeline: deal.pipeline,
            stage,
            manager: deal.responsible,
            source: chosen.or(deal.source).unwrap_or(0),
            origin: deal.origin,
            pilot,
        }
    }

    pub(super) fn count(&mut self, at: Moment, count: Count, n: i64) {
        self.count_at(at, self.place(at), Measure::Count(count), n);
    }

    pub(super) fn count_at(&mut self, at: Moment, place: Place, measure: Measure, n: i64) {
        if n != 0 && self.measures(at, place) {
            self.out.push((self.day(at), place, measure, n));
        }
    }

    pub(super) fn took(&mut self, at: Moment, place: Place, what: Took, seconds: i64, n: i64) {
        if self.measures(at, place) {
            self.out.extend(took(self.day(at), place, what, seconds, n));
        }
    }

    /// Whether what happens there is counted.
    pub(super) fn measures(&self, at: Moment, place: Place) -> bool {
        place.pipeline == 0 || self.version(at).policy.measures(place.pipeline)
    }

    pub(super) fn put(&mut self, entry: Entry) {
        self.out.push(entry);
    }

    /// The date of a moment of the day that is walked.
    pub(super) fn day(&self, at: Moment) -> Day {
        match self.today {
            Some((day, end)) if at < end => day,
            _ => self.rules().day_of(at),
        }
    }

    /// When the lead came in, for cohorts.
    pub(super) fn entry_day(&self) -> Option<Day> {
        let entered = self.deal.entered.filter(|_| self.deal.origin.is_lead());
        entered.map(|at| self.rules().day_of(at))
    }

    fn entered(&mut self, at: Moment) {
        if !self.deal.origin.is_lead() {
            return;
        }
        self.path.entered = self.measures(at, self.place(at));
        self.count(at, Count::Entered, 1);
        if self.is_off_hours(at) {
            self.count(at, Count::OffHours, 1);
        }
        if self.lead.is_some() {
            self.signal(at, Signal::Entered);
        }
    }

    fn created(&mut self, at: Moment) {
        match self.deal.origin {
            Origin::Manual => self.count(at, Count::ByHand, 1),
            Origin::Import => self.count(at, Count::Imported, 1),
            _ => {}
        }
        self.touch(at);
        self.signal(at, Signal::Created);
        self.record_created(at);
    }

    /// Somebody moved the deal or spoke.
    pub(super) fn touch(&mut self, at: Moment) {
        self.active_at = self.active_at.max(Some(at));
        (self.stuck_at, self.stuck_unknown) = (None, true);
    }

    /// Finds when the deal becomes stuck, if that may be up to a moment: business time is never longer than
    /// time.
    fn find_stuck(&mut self, until: Moment) {
        let Some(at) = self.active_at.filter(|_| self.stuck_unknown) else { return };
        let version = self.version(at);
        let span = version.seconds(version.policy.thresholds.stuck);
        if at.plus(span) < until {
            let hours = version.hours(None, self.deal.responsible, self.deal.pipeline);
            (self.stuck_at, self.stuck_unknown) = (hours.add(at, span + 1).ok(), false);
            self.quiet_until = UNKNOWN;
        }
    }

    pub(super) fn is_off_hours(&self, at: Moment) -> bool {
        let hours = self.version(at).hours(None, 0, self.deal.pipeline);
        hours.is_open(at).is_ok_and(|open| !open)
    }
}

fn creator(rules: &Rules, user: u64, at: Moment) -> Creator {
    let version = rules.at(at);
    let day = version.zone.day_of(at);
    if version.policy.imports(user, day) {
        Creator::Importer
    } else if version.is_person(user, day) {
        Creator::Person
    } else {
        Creator::Service
    }
}

/// The subjects that belong to a deal by facts of its past: a link made later is not known yet.
fn linked(id: Subject, facts: &[&Fact]) -> BTreeSet<Subject> {
    let mut linked = BTreeSet::new();
    for fact in facts {
        let own = fact.links().filter(|(deal, _)| Subject::Deal(*deal) == id);
        linked.extend(own.map(|(_, other)| other));
    }
    linked
}
