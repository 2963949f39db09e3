//! What one subject adds to the days, as of a moment. The one function behind all three roads: webhook by
//! webhook, replay, recomputation.

use crate::card;
use crate::contribution::{Action, Contribution, Measure, Place};
use crate::deal::{Deal, Move, Observed, Origin, ordered};
use crate::fact::{Actor, Fact, Stage, Subject, TaskState, Value, Way, What};
use crate::histogram;
use crate::policy::{Field, Policy, Rules};
use crate::sla::{Clocks, Reading, Signal, Timer, Where};
use crate::time::{Day, Moment};
use std::collections::BTreeSet;

/// The judgement of one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assessment {
    /// What it adds to the days.
    pub contribution: Contribution,
    /// The nearest moment at which the judgement can change without a new fact.
    pub changes_at: Option<Moment>,
}

/// Judges a subject by its own facts and, for a deal, those of the subjects linked to it. Facts later than
/// `as_of` wait for their time.
#[must_use]
pub fn assess(id: Subject, facts: &[Observed], rules: &Rules, as_of: Moment) -> Assessment {
    let is_deal = |fact: &Fact| fact.at <= as_of && fact.links().next().is_some();
    if matches!(id, Subject::Request(_)) && facts.iter().any(|observed| is_deal(&observed.fact)) {
        // The deals that it is or became count from its entry on.
        return Assessment::default();
    }
    let mut walk = Walk::of(id, facts, rules, as_of);
    walk.run();
    Assessment { contribution: Contribution::of(walk.out), changes_at: walk.changes_at }
}

/// A deal at a moment with its first-response clock: what a card shows.
#[must_use]
pub fn at_moment(id: Subject, facts: &[Observed], rules: &Rules, now: Moment) -> (Deal, Option<Timer>) {
    let mut walk = Walk::of(id, facts, rules, now);
    walk.run();
    let timer = walk.lead.and_then(|lead| first_response(rules, lead, now));
    (walk.deal, timer)
}

/// A lead under observation and what became of it.
#[derive(Clone, Copy, Debug)]
struct Lead {
    entered: Moment,
    breaches_at: Option<Moment>,
    answered: Option<Moment>,
    ended: Option<Moment>,
}

impl Lead {
    fn waits(&self) -> bool {
        self.answered.is_none() && self.ended.is_none()
    }
}

fn first_response(rules: &Rules, lead: Lead, now: Moment) -> Option<Timer> {
    let mut clocks = entered_clocks(rules, lead.entered);
    if let Some(at) = lead.answered {
        clocks.take(at, Signal::HumanSpoke, Where::default());
    }
    if let Some(at) = lead.ended {
        clocks.take(at, Signal::Closed, Where::default());
    }
    entry(&clocks, now).map(|reading| reading.timer)
}

fn entry<'r>(clocks: &Clocks<'r>, now: Moment) -> Option<Reading<'r>> {
    clocks.timers(now, None).find(|reading| reading.run.name().is_none())
}

fn entered_clocks(rules: &Rules, entered: Moment) -> Clocks<'_> {
    let mut clocks = Clocks::new(rules);
    clocks.take(entered, Signal::Entered, Where::default());
    clocks
}

#[derive(Clone, Copy, Debug)]
enum Mark<'a> {
    Entry,
    Creation,
    Breach,
    Tick,
    Fact(&'a Fact),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Gauges {
    place: Place,
    active: bool,
    waiting: bool,
    overdue: bool,
    card: bool,
    complete: bool,
}

struct Walk<'a> {
    id: Subject,
    rules: &'a Rules,
    as_of: Moment,
    marks: Vec<(Moment, Mark<'a>)>,
    changes_at: Option<Moment>,
    deal: Deal,
    lead: Option<Lead>,
    gauges: Gauges,
    /// The edit of one person in one second, counted once however many observations show it.
    edit: Option<(Moment, u64, Action, Place)>,
    task: Option<TaskState>,
    out: Vec<(Day, Place, Measure, i64)>,
}

impl<'a> Walk<'a> {
    fn of(id: Subject, facts: &'a [Observed], rules: &'a Rules, as_of: Moment) -> Self {
        let mut facts = ordered(id, facts);
        let later = facts.split_off(facts.partition_point(|fact| fact.at <= as_of));
        let linked = linked(id, &facts);
        facts.retain(|fact| fact.subject == id || linked.contains(&fact.subject));
        let is_person = |user, at| rules.at(at).policy.is_person(user, rules.day_of(at));
        let is_deal = matches!(id, Subject::Deal(_) | Subject::Request(_));
        let deal = if is_deal { Deal::opening(id, &facts, is_person) } else { Deal::default() };
        let entered = deal.entered.filter(|at| *at >= rules.observed_from());
        let lead = entered.map(|entered| {
            let breaches_at = entry(&entered_clocks(rules, entered), entered);
            let breaches_at = breaches_at.and_then(|reading| reading.run.exceeds_at());
            Lead { entered, breaches_at, answered: None, ended: None }
        });
        let mut walk = Self {
            id,
            rules,
            as_of,
            marks: Vec::with_capacity(facts.len() * 2),
            changes_at: later.first().map(|fact| fact.at),
            deal,
            lead,
            gauges: Gauges::default(),
            edit: None,
            task: None,
            out: Vec::new(),
        };
        if is_deal {
            walk.mark_own_moments(&facts);
        }
        // Before the facts of the same moment: a clock that has run out has run out.
        walk.marks.extend(facts.into_iter().map(|fact| (fact.at, Mark::Fact(fact))));
        walk.marks.sort_by_key(|(at, _)| *at);
        walk
    }

    /// The moments at which a deal's figures change by themselves.
    fn mark_own_moments(&mut self, facts: &[&'a Fact]) {
        let mut own: Vec<(Moment, Mark<'a>)> = Vec::new();
        own.extend(self.deal.entered.map(|at| (at, Mark::Entry)));
        own.extend(self.deal.created.map(|(at, _)| (at, Mark::Creation)));
        own.extend(self.lead.and_then(|lead| lead.breaches_at).map(|at| (at, Mark::Breach)));
        own.extend(self.rules.changes().iter().map(|at| (*at, Mark::Tick)));
        for fact in facts {
            match &fact.what {
                What::Task(TaskState { due: Some(due), .. }) => own.push((due.plus(1), Mark::Tick)),
                What::Deal(snapshot) => {
                    let expiring = snapshot.fields.iter().filter_map(|(id, value)| match value {
                        Value::Date(date) => self.expiry(*id, *date),
                        _ => None,
                    });
                    own.extend(expiring.map(|at| (at, Mark::Tick)));
                }
                _ => {}
            }
        }
        let first = facts.first().map_or(self.as_of, |fact| fact.at);
        let begin =
            [Some(first), self.deal.entered, self.deal.created.map(|(at, _)| at)].into_iter().flatten().min();
        own.retain(|(at, _)| Some(*at) >= begin);
        let waits = own.iter().map(|(at, _)| *at).filter(|at| *at > self.as_of).min();
        self.changes_at = [self.changes_at, waits].into_iter().flatten().min();
        self.marks.extend(own.into_iter().filter(|(at, _)| *at <= self.as_of));
    }

    fn expiry(&self, field: u64, date: Moment) -> Option<Moment> {
        let asks = |policy: &Policy| policy.mandatory.iter().any(|m| m.field == Field::FutureDate(field));
        let asked = self.rules.versions().any(|version| asks(&version.policy));
        asked.then(|| self.rules.at(date).expires_at(date))
    }

    fn run(&mut self) {
        let mut day: Option<(Day, Moment)> = None;
        for (at, mark) in std::mem::take(&mut self.marks) {
            if day.is_none_or(|(_, end)| at >= end) {
                self.close(day);
                let date = self.rules.day_of(at);
                day = Some((date, self.rules.end_of(date)));
            }
            self.pass(at, mark);
        }
        self.close(day);
    }

    /// The gauges at the end of a day, as changes.
    fn close(&mut self, day: Option<(Day, Moment)>) {
        self.flush_edit();
        let Some((day, end)) = day else { return };
        let gauges = self.gauges_at(end.plus(-1).min(self.as_of));
        if gauges != self.gauges {
            self.count_gauges(day, self.gauges, -1);
            self.count_gauges(day, gauges, 1);
            self.gauges = gauges;
        }
    }

    fn gauges_at(&self, now: Moment) -> Gauges {
        let version = self.rules.at(now);
        let place = self.place();
        if !version.policy.measures(place.pipeline) && place.pipeline != 0 {
            return Gauges::default();
        }
        let waiting = self.lead.as_ref().is_some_and(|lead| lead.entered <= now && lead.waits());
        let began = [self.deal.entered, self.deal.created.map(|(at, _)| at)].into_iter().flatten().min();
        if !self.deal.is_active() || began.is_some_and(|began| began > now) {
            let place = if waiting { place } else { Place::default() };
            return Gauges { place, waiting, ..Gauges::default() };
        }
        let breached = waiting && self.lead.and_then(|lead| lead.breaches_at).is_some_and(|at| at <= now);
        let overdue = breached || self.deal.next_step().is_some_and(|due| due < now);
        let card =
            if self.deal.seen { card::report(version, &self.deal, now) } else { card::Card::default() };
        let asks = card.asked > 0;
        Gauges {
            place,
            active: true,
            waiting,
            overdue,
            card: asks,
            complete: asks && card.missing.is_empty(),
        }
    }

    fn count_gauges(&mut self, day: Day, gauges: Gauges, n: i64) {
        let all = [
            (Measure::Active, gauges.active),
            (Measure::Waiting, gauges.waiting),
            (Measure::Overdue, gauges.overdue),
            (Measure::Cards, gauges.card),
            (Measure::Complete, gauges.complete),
        ];
        let set = all.into_iter().filter(|(_, on)| *on);
        self.out.extend(set.map(|(measure, _)| (day, gauges.place, measure, n)));
    }

    fn pass(&mut self, at: Moment, mark: Mark<'a>) {
        match mark {
            Mark::Tick => {}
            Mark::Entry => self.count(at, Measure::Entered, 1),
            Mark::Creation => self.created(at),
            Mark::Breach => {
                if self.lead.is_some_and(|lead| lead.waits()) {
                    self.count(at, Measure::Breached, 1);
                }
            }
            Mark::Fact(fact) => self.fact(fact),
        }
    }

    fn created(&mut self, at: Moment) {
        if self.deal.origin == Origin::Manual {
            self.count(at, Measure::ByHand, 1);
        }
        if let Some((_, Actor::User(user))) = self.deal.created {
            self.act(at, user, Action::Created);
        }
    }

    fn fact(&mut self, fact: &Fact) {
        let own = fact.subject == self.id;
        match self.id {
            Subject::Deal(_) | Subject::Request(_) => self.deal_fact(fact, own),
            Subject::Task(_) => self.task_fact(fact),
            Subject::Contact(_) | Subject::Talk(_) | Subject::Account => {}
        }
        if own {
            self.actions(fact);
        }
    }

    fn deal_fact(&mut self, fact: &Fact, own: bool) {
        match &fact.what {
            What::Said { .. } => self.answer(fact.at, fact.by),
            What::Heard { answered_by: Some(by), .. } => self.answer(fact.at, *by),
            What::Deal(_) if own => {
                let was = self.place();
                let moved = self.deal.take(self.id, fact);
                if let Some(moved) = moved {
                    self.moved(fact.at, moved);
                }
                if self.deal.created.is_none_or(|(at, _)| fact.at > at) {
                    self.edited(fact, if moved.is_some() { Action::Moved } else { Action::Edited }, was);
                }
            }
            _ => drop(self.deal.take(self.id, fact)),
        }
        if self.deal.is_over() && self.lead.is_some_and(|lead| lead.waits() && lead.entered <= fact.at) {
            self.count(fact.at, Measure::Unanswered, 1);
            self.lead = self.lead.map(|lead| Lead { ended: Some(fact.at), ..lead });
        }
    }

    fn moved(&mut self, at: Moment, moved: Move) {
        if matches!(moved.from, Some(Stage::Won | Stage::Lost)) {
            self.count(at, Measure::Reopened, 1);
        }
        match moved.to {
            Stage::Won => self.count(at, Measure::Won, 1),
            Stage::Lost => self.count(at, Measure::Lost, 1),
            Stage::Open(_) => {}
        }
    }

    fn answer(&mut self, at: Moment, by: Actor) {
        let version = self.rules.at(at);
        let Actor::User(user) = by else { return };
        let Some(lead) = self.lead.filter(|lead| lead.waits() && lead.entered <= at) else { return };
        if !version.policy.is_person(user, version.zone.day_of(at)) {
            return;
        }
        let lead = Lead { answered: Some(at), ..lead };
        self.lead = Some(lead);
        let Some(timer) = first_response(self.rules, lead, at) else { return };
        if timer.elapsed_s <= timer.target_s {
            self.count(at, Measure::InTime, 1);
        }
        self.count(at, Measure::Business(histogram::bucket(timer.elapsed_s)), 1);
        self.count(at, Measure::BusinessSum, timer.elapsed_s);
        self.count(at, Measure::Clock(histogram::bucket(at.since(lead.entered))), 1);
    }

    fn edited(&mut self, fact: &Fact, action: Action, place: Place) {
        let Actor::User(user) = fact.by else { return };
        if !fact.is_dated() {
            return;
        }
        match &mut self.edit {
            Some((at, by, kept, _)) if (*at, *by) == (fact.at, user) => *kept = action.min(*kept),
            _ => {
                self.flush_edit();
                self.edit = Some((fact.at, user, action, place));
            }
        }
    }

    fn flush_edit(&mut self) {
        if let Some((at, user, action, place)) = self.edit.take() {
            let place = Place { manager: user, ..place };
            self.out.push((self.rules.day_of(at), place, Measure::Act(action), 1));
        }
    }

    fn task_fact(&mut self, fact: &Fact) {
        let What::Task(state) = &fact.what else { return };
        let was_done = self.task.as_ref().is_some_and(|task| task.done);
        if let (None, Some((at, Actor::User(user)))) = (&self.task, state.created) {
            self.act(at.min(fact.at), user, Action::TaskSet);
        }
        if state.done && !was_done {
            match (fact.by, state.responsible) {
                (Actor::User(user), _) | (Actor::Unknown, Some(user)) => {
                    self.act(fact.at, user, Action::TaskDone)
                }
                _ => {}
            }
        }
        self.task = Some(state.clone());
    }

    fn actions(&mut self, fact: &Fact) {
        let action = match &fact.what {
            What::Said { way, .. } => action_of(*way),
            What::Noted => Action::Noted,
            What::Contact { .. } => return self.edited(fact, Action::Edited, Place::default()),
            What::Heard { answered_by: Some(Actor::User(user)), way, .. } => {
                return self.act(fact.at, *user, action_of(*way));
            }
            _ => return,
        };
        if let Actor::User(user) = fact.by {
            self.act(fact.at, user, action);
        }
    }

    fn act(&mut self, at: Moment, user: u64, action: Action) {
        let place = Place { pipeline: self.deal.pipeline, manager: user };
        self.out.push((self.rules.day_of(at), place, Measure::Act(action), 1));
    }

    fn count(&mut self, at: Moment, measure: Measure, n: i64) {
        let place = self.place();
        if place.pipeline == 0 || self.rules.at(at).policy.measures(place.pipeline) {
            self.out.push((self.rules.day_of(at), place, measure, n));
        }
    }

    fn place(&self) -> Place {
        Place { pipeline: self.deal.pipeline, manager: self.deal.responsible }
    }
}

/// The subjects that belong to a deal by facts of its past: a link made later is not known yet.
fn linked(id: Subject, facts: &[&Fact]) -> BTreeSet<Subject> {
    let links = facts.iter().flat_map(|fact| fact.links());
    links.filter(|(deal, _)| Subject::Deal(*deal) == id).map(|(_, other)| other).collect()
}

fn action_of(way: Way) -> Action {
    match way {
        Way::Chat | Way::Sms => Action::Messaged,
        Way::Call => Action::Called,
        Way::Mail => Action::Mailed,
    }
}
