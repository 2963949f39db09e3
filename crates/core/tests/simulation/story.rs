//! The true history of a company, deal by deal, with what the CRM would deliver of it.

use crate::company::{DAY_S, IMPORTER, PEOPLE, SITE, START, STRANGER, stages_of};
use crate::dice::Dice;
use std::collections::BTreeSet;
use takeroot_core::fact::{
    Actor, Amount, Fact, Identity, IdentityKind, Key, Kind, Snapshot, Stage, Subject, TaskState, Value, Via,
    Way, What,
};
use takeroot_core::junk::Junk;
use takeroot_core::time::Moment;

/// What truly happened to a deal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Deed {
    Arrived {
        pipeline: u64,
    },
    Accepted,
    Declined,
    Created {
        pipeline: u64,
        stage: Stage,
        imported: bool,
    },
    Moved {
        from: Stage,
        to: Stage,
        pipeline: u64,
    },
    Said {
        to_contact: Option<u64>,
    },
    Heard {
        of_contact: Option<u64>,
        answered_by: Option<Actor>,
    },
    Claimed,
    Repeated,
    Priced(Amount),
    Deleted,
    Restored,
    Merged,
    /// What the model does not look at.
    Other,
}

#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) at: i64,
    pub(crate) deal: u64,
    pub(crate) contact: Option<u64>,
    pub(crate) by: Actor,
    pub(crate) deed: Deed,
    /// What a hook says; several bodies may tell of one event.
    pub(crate) hooks: Vec<Fact>,
    /// The kind of reading that finds it, and what it finds.
    pub(crate) read: Option<(Kind, Fact)>,
    /// When it counts, once it is known what was delivered.
    pub(crate) counts_at: Option<i64>,
}

/// Tells the stories of `deals` deals within `days` days.
pub(crate) fn tell(dice: &mut Dice, deals: u64, days: i64) -> Vec<Event> {
    let mut teller =
        Teller { dice, days, taken: BTreeSet::new(), events: Vec::new(), contacts: Vec::new(), ids: 0 };
    (0..deals).for_each(|n| teller.deal(1000 + n));
    teller.events
}

struct Teller<'a> {
    dice: &'a mut Dice,
    days: i64,
    taken: BTreeSet<i64>,
    events: Vec<Event>,
    contacts: Vec<u64>,
    ids: u64,
}

/// A deal in the making.
struct Deal {
    id: u64,
    pipeline: u64,
    stage: Stage,
    responsible: u64,
    created: (i64, Actor),
    contact: Option<u64>,
    company: Option<u64>,
    deletions: u32,
    /// Tasks: id, deadline, done.
    tasks: Vec<(u64, Option<Moment>)>,
}

impl Teller<'_> {
    fn deal(&mut self, id: u64) {
        let mut now = START + self.dice.below(DAY_S * (self.days - 2).max(1));
        if self.dice.percent(75) {
            now = now - now % DAY_S + 5 * 3600 + self.dice.below(11 * 3600);
        }
        let contact = match self.dice.below(10) {
            0 => None,
            1..4 if !self.contacts.is_empty() => Some(self.dice.pick(&self.contacts.clone())),
            _ => Some(id - 500),
        };
        self.contacts.extend(contact);
        let pipeline = self.dice.pick(&[1, 1, 1, 1, 2, 2, 9]);
        let company = self.dice.percent(20).then(|| self.dice.id(900, 3));
        let stage = Stage::Open(stages_of(pipeline).start);
        let responsible = self.dice.pick(&[0, 11, 11, 12, 13, 14, SITE]);
        let created = (0, Actor::Unknown);
        let mut deal =
            Deal { id, pipeline, stage, responsible, created, contact, company, deletions: 0, tasks: vec![] };
        let creator = match self.dice.below(10) {
            0..4 => Actor::User(SITE),
            4 => Actor::Robot,
            5 => self.person(),
            6 => Actor::User(IMPORTER),
            _ => {
                if !self.request(&mut deal, &mut now) {
                    return;
                }
                self.person()
            }
        };
        self.create(&mut deal, now, creator);
        if self.dice.percent(15) {
            self.just(&deal);
        }
        for _ in 0..self.dice.below(9) {
            let gap = self.dice.pick(&[50, 900, 1800, 3 * 3600, DAY_S, 2 * DAY_S]);
            now += 10 + self.dice.below(gap);
            if now > START + self.days * DAY_S || !self.step(&mut deal, now) {
                return;
            }
        }
    }

    /// A request comes in; whether it is accepted in the end, and `now` is then.
    fn request(&mut self, deal: &mut Deal, now: &mut i64) -> bool {
        let request = Subject::Request(deal.id * 10);
        let pipeline = self.dice.pick(&[0, 1, 1, 2, 9]);
        let known = self.dice.percent(40).then_some(deal.id);
        let source = self.dice.percent(40).then_some(4);
        let what = What::Arrived { pipeline: (pipeline != 0).then_some(pipeline), deal: known, source };
        self.happen(deal, *now, Actor::Client, Deed::Arrived { pipeline }, request, what.clone());
        self.tell_again(deal, *now, request, what);
        *now += 10 + self.dice.below(DAY_S);
        let by = self.person();
        match self.dice.below(5) {
            0 => self.happen(deal, *now, by, Deed::Declined, request, What::Declined),
            1 => {}
            _ => {
                let accepted = What::Accepted { deals: vec![deal.id] };
                self.happen(deal, *now, by, Deed::Accepted, request, accepted);
                return true;
            }
        }
        false
    }

    fn create(&mut self, deal: &mut Deal, now: i64, by: Actor) {
        let at = self.free(now);
        deal.created = (at, by);
        let closed = by == Actor::User(IMPORTER) && self.dice.percent(30);
        if closed {
            deal.stage = self.dice.pick(&[Stage::Won, Stage::Lost]);
        }
        let imported = by == Actor::User(IMPORTER) || self.dice.percent(3);
        let whole = Snapshot { added: true, imported, ..self.whole(deal) };
        let deed = Deed::Created { pipeline: deal.pipeline, stage: deal.stage, imported };
        let subject = Subject::Deal(deal.id);
        let mut event = self.event(deal, at, by, deed, subject, What::Deal(whole.clone()));
        if self.dice.percent(30) {
            let update = Snapshot { added: false, ..whole.clone() };
            event.hooks.push(fact(subject, at, by, What::Deal(update)));
        }
        let found = Snapshot { contact: None, ..whole };
        event.read = Some((Kind::Stages, fact(subject, at, by, What::Deal(found))));
        self.events.push(event);
        if let Some(contact) = deal.contact {
            let phone = self.dice.pick(&[contact, contact, 1]).to_be_bytes();
            let mut identities = vec![Identity { of: IdentityKind::Phone, hash: Key::of(&phone) }];
            if self.dice.percent(20) {
                identities.push(Identity { of: IdentityKind::Email, hash: Key::of(&[phone[7], 1]) });
            }
            let what = What::Contact { deals: vec![deal.id], identities };
            self.happen(deal, now, by, Deed::Other, Subject::Contact(contact), what);
        }
    }

    /// The next thing that happens; whether anything can happen after it.
    fn step(&mut self, deal: &mut Deal, now: i64) -> bool {
        let subject = Subject::Deal(deal.id);
        let by = self.somebody();
        if deal.deletions % 2 == 1 {
            deal.deletions += 1;
            let state = Snapshot { restored: true, ..self.state(deal) };
            self.happen(deal, now, by, Deed::Restored, subject, What::Deal(state));
            return self.dice.percent(70);
        }
        let open = matches!(deal.stage, Stage::Open(_));
        if deal.stage == Stage::Lost && self.dice.percent(20) {
            let why = Snapshot { loss_reason: Some(2), ..self.state(deal) };
            self.happen(deal, now, by, Deed::Other, subject, What::Deal(why));
            return true;
        }
        match self.dice.below(100) {
            0..22 => self.said(deal, now, by),
            22..34 => self.heard(deal, now),
            34..56 => self.moved(deal, now, by),
            56..66 => {
                let (fields, price) = (self.fields(now), self.price());
                let state = Snapshot { fields, price: Some(price), ..self.state(deal) };
                self.happen(deal, now, by, Deed::Priced(price), subject, What::Deal(state));
            }
            66..72 => self.handed(deal, now, by),
            72..75 => self.happen(deal, now, by, Deed::Other, subject, What::Noted),
            75..78 => self.happen(deal, now, by, Deed::Claimed, subject, What::Claimed { way: Way::Chat }),
            78..87 => self.task(deal, now, by),
            87..89 => {
                let what = What::Talk { deal: Some(deal.id), contact: deal.contact, open: false };
                self.happen(deal, now, by, Deed::Other, Subject::Talk(deal.id), what);
            }
            89..93 if open => self.again(deal, now),
            93 => self.happen(deal, now, by, Deed::Other, subject, What::Distinct),
            94 => self.happen(deal, now, by, Deed::Other, subject, What::Worked),
            95..98 => self.deleted(deal, now, by),
            98 => {
                self.happen(deal, now, by, Deed::Merged, subject, What::Merged { into: 1000 });
                return false;
            }
            _ => {}
        }
        true
    }

    /// An answer at the very second of a usual target, or the one after it.
    fn just(&mut self, deal: &Deal) {
        let target_s = self.dice.pick(&[300, 900, 3600]);
        let at = deal.created.0 + target_s;
        if self.taken.insert(at) {
            let (at, by, subject) = (at + self.dice.below(2), self.person(), Subject::Deal(deal.id));
            let what = What::Said { way: Way::Chat, talked_s: None, contact: None };
            self.talk(deal, at, by, Deed::Said { to_contact: None }, subject, what);
        }
    }

    fn said(&mut self, deal: &Deal, now: i64, by: Actor) {
        let way = self.dice.pick(&[Way::Chat, Way::Call, Way::Mail, Way::Sms]);
        let talked_s = (way == Way::Call).then(|| u32::try_from(self.dice.below(40)).unwrap());
        let to_contact = deal.contact.filter(|_| self.dice.percent(40));
        let named = deal.contact.filter(|_| to_contact.is_none() && self.dice.percent(50));
        let subject = to_contact.map_or(Subject::Deal(deal.id), Subject::Contact);
        let what = What::Said { way, talked_s, contact: named };
        let at = self.free(now);
        self.talk(deal, at, by, Deed::Said { to_contact }, subject, what);
    }

    fn heard(&mut self, deal: &Deal, now: i64) {
        let way = self.dice.pick(&[Way::Chat, Way::Call, Way::Call]);
        let taken = way == Way::Call && self.dice.percent(60);
        let answered_by = taken.then(|| self.somebody());
        let of_contact = deal.contact.filter(|_| self.dice.percent(40));
        let subject = of_contact.map_or(Subject::Deal(deal.id), Subject::Contact);
        let what = What::Heard { way, answered_by, contact: None };
        let at = self.free(now);
        self.talk(deal, at, Actor::Client, Deed::Heard { of_contact, answered_by }, subject, what);
    }

    fn moved(&mut self, deal: &mut Deal, now: i64, by: Actor) {
        let from = deal.stage;
        let to = match self.dice.below(10) {
            0..2 => Stage::Won,
            2..4 => Stage::Lost,
            4 => {
                deal.pipeline = self.dice.pick(&[1, 2, 9]);
                Stage::Open(self.dice.pick(&stages_of(deal.pipeline).collect::<Vec<_>>()))
            }
            _ => Stage::Open(self.dice.pick(&stages_of(deal.pipeline).collect::<Vec<_>>())),
        };
        if from == to {
            return;
        }
        deal.stage = to;
        let loss_reason = (to == Stage::Lost && self.dice.percent(50)).then(|| self.dice.id(0, 4));
        let whole = Snapshot { pipeline: Some(deal.pipeline), loss_reason, ..self.state(deal) };
        let status = Snapshot { stage: Some(to), stage_before: Some(from), ..whole.clone() };
        let update = Snapshot { stage: Some(to), ..whole };
        let (subject, pipeline) = (Subject::Deal(deal.id), deal.pipeline);
        let at = self.free(now);
        let first = if self.dice.percent(80) { status } else { update.clone() };
        let deed = Deed::Moved { from, to, pipeline };
        let mut event = self.event(deal, at, by, deed, subject, What::Deal(first));
        if self.dice.percent(50) {
            event.hooks.push(fact(subject, at, by, What::Deal(update)));
        }
        let found = Snapshot {
            stage: Some(to),
            stage_before: Some(from),
            pipeline: Some(pipeline),
            ..Snapshot::default()
        };
        event.read = Some((Kind::Stages, fact(subject, at, by, What::Deal(found))));
        self.events.push(event);
    }

    fn handed(&mut self, deal: &mut Deal, now: i64, by: Actor) {
        deal.responsible = self.dice.pick(&[11, 12, 13, 14, SITE]);
        let state = Snapshot { responsible: Some(deal.responsible), ..self.state(deal) };
        let subject = Subject::Deal(deal.id);
        let at = self.free(now);
        let mut event = self.event(deal, at, by, Deed::Other, subject, What::Deal(state));
        let found = Snapshot { responsible: Some(deal.responsible), ..Snapshot::default() };
        event.read = Some((Kind::Responsible, fact(subject, at, by, What::Deal(found))));
        self.events.push(event);
    }

    fn task(&mut self, deal: &mut Deal, now: i64, by: Actor) {
        let gone = self.dice.percent(15);
        let (id, due, done) = if !deal.tasks.is_empty() && self.dice.percent(60) {
            let (id, due) = deal.tasks[0];
            let moved = self.dice.percent(40);
            (id, if moved { due.map(|due| due.plus(DAY_S)) } else { due }, self.dice.percent(50))
        } else {
            self.ids += 1;
            let ahead = self.dice.pick(&[3600, DAY_S, 5 * DAY_S, 20 * DAY_S]);
            let due = self.dice.percent(85).then(|| Moment(now + self.dice.below(ahead)));
            deal.tasks.insert(0, (deal.id * 100 + self.ids, due));
            (deal.id * 100 + self.ids, due, false)
        };
        let responsible = Some(self.dice.pick(&[11, 12, 13, SITE]));
        let kind = Some(self.dice.id(1, 2));
        let state =
            TaskState { deal: Some(deal.id), created: Some((Moment(now), by)), responsible, kind, due, done };
        let what = if gone && done { What::Deleted } else { What::Task(state) };
        let at = self.free(now);
        let mut event = self.event(deal, at, by, Deed::Other, Subject::Task(id), what.clone());
        event.read = Some((Kind::Tasks, fact(Subject::Task(id), at, by, what)));
        self.events.push(event);
    }

    /// The client asks again while the deal lives.
    fn again(&mut self, deal: &Deal, now: i64) {
        if now <= deal.created.0 + 70 {
            return;
        }
        self.ids += 1;
        let request = Subject::Request(deal.id * 10_000 + self.ids);
        let pipeline = Some(self.dice.pick(&[1, 2, 9]));
        let what =
            What::Arrived { pipeline, deal: Some(deal.id), source: self.dice.percent(50).then_some(5) };
        self.happen(deal, now, Actor::Client, Deed::Repeated, request, what.clone());
        self.tell_again(deal, now, request, what);
        let by = self.person();
        match self.dice.below(3) {
            0 => self.happen(deal, now + 600, by, Deed::Other, request, What::Declined),
            1 => {
                let accepted = What::Accepted { deals: vec![deal.id] };
                self.happen(deal, now + 600, by, Deed::Other, request, accepted);
            }
            _ => {}
        }
    }

    /// A request that came in is told once more, with another time.
    fn tell_again(&mut self, deal: &Deal, now: i64, request: Subject, what: What) {
        if self.dice.percent(30) {
            let later = now + 1 + self.dice.below(2 * DAY_S);
            self.happen(deal, later, Actor::Client, Deed::Other, request, what);
        }
    }

    fn deleted(&mut self, deal: &mut Deal, now: i64, by: Actor) {
        deal.deletions += 1;
        let at = self.free(now);
        let mut event = self.event(deal, at, by, Deed::Deleted, Subject::Deal(deal.id), What::Deleted);
        // A body that says no time says the same twice.
        if deal.deletions == 1 {
            event.hooks[0].stated = None;
        }
        self.events.push(event);
    }

    fn talk(&mut self, deal: &Deal, at: i64, by: Actor, deed: Deed, subject: Subject, what: What) {
        let mut event = self.event(deal, at, by, deed, subject, what.clone());
        event.read = Some((Kind::Talks, fact(subject, at, by, what)));
        self.events.push(event);
    }

    fn happen(&mut self, deal: &Deal, now: i64, by: Actor, deed: Deed, subject: Subject, what: What) {
        let at = self.free(now);
        let event = self.event(deal, at, by, deed, subject, what);
        self.events.push(event);
    }

    fn event(&self, deal: &Deal, at: i64, by: Actor, deed: Deed, subject: Subject, what: What) -> Event {
        let hooks = vec![fact(subject, at, by, what)];
        Event { at, deal: deal.id, contact: deal.contact, by, deed, hooks, read: None, counts_at: None }
    }

    /// No two things happen within ten seconds, so that clocks that differ by two keep their order.
    fn free(&mut self, now: i64) -> i64 {
        let mut at = now - now.rem_euclid(10);
        while !self.taken.insert(at) {
            at += 10;
        }
        at
    }

    /// A state as a body shows it, with gaps.
    fn state(&mut self, deal: &Deal) -> Snapshot {
        let whole = self.whole(deal);
        Snapshot {
            stage: whole.stage.filter(|_| self.dice.percent(70)),
            pipeline: whole.pipeline.filter(|_| self.dice.percent(70)),
            responsible: whole.responsible.filter(|_| self.dice.percent(70)),
            created: whole.created.filter(|_| self.dice.percent(70)),
            contact: whole.contact.filter(|_| self.dice.percent(70)),
            source: None,
            ..whole
        }
    }

    fn whole(&mut self, deal: &Deal) -> Snapshot {
        Snapshot {
            created: Some((Moment(deal.created.0), deal.created.1)),
            pipeline: Some(deal.pipeline),
            stage: Some(deal.stage),
            responsible: Some(deal.responsible),
            source: self.dice.percent(20).then_some(4),
            contact: deal.contact,
            company: deal.company,
            ..Snapshot::default()
        }
    }

    fn fields(&mut self, now: i64) -> Vec<(u64, Value)> {
        let ids = [6, 7, 8, 9].into_iter().filter(|_| self.dice.percent(60)).collect::<Vec<_>>();
        ids.into_iter().map(|id| (id, self.value(now))).collect()
    }

    fn value(&mut self, now: i64) -> Value {
        match self.dice.below(4) {
            0 => Value::Junk(Junk::Placeholder),
            1 => Value::Choice(self.dice.id(40, 3)),
            2 => Value::Date(Moment(now + self.dice.below(8 * DAY_S) - DAY_S)),
            _ if now % 4 == 0 => Value::Filled,
            _ => Value::Text(7),
        }
    }

    fn price(&mut self) -> Amount {
        Amount(self.dice.pick(&[-5, 0, 100, 70_000]))
    }

    fn person(&mut self) -> Actor {
        Actor::User(self.dice.pick(&PEOPLE))
    }

    fn somebody(&mut self) -> Actor {
        match self.dice.below(10) {
            0 => Actor::Robot,
            1 => Actor::User(SITE),
            2 => self.dice.pick(&[Actor::Unknown, Actor::Client, Actor::User(STRANGER)]),
            _ => self.person(),
        }
    }
}

pub(crate) fn fact(subject: Subject, at: i64, by: Actor, what: What) -> Fact {
    let at = Moment(at);
    Fact { subject, at, stated: Some(at), by, seq: None, via: Via::Hook, what, flags: vec![] }
}
