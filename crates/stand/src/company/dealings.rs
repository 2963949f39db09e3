//! A deal's life in its manager's hands, stage by stage.

use std::collections::VecDeque;

use super::entities::{About, Contact, Lead, NoteKind, Tag, Talk, Task, What};
use super::hours::{self, HOUR};
use super::life::{Life, Way};
use super::roster::{COMMENT, DECISION_MAKER, HEAD, Manager, REPEAT, SALES, SOURCE};
use super::{LOST, WON};

pub(super) struct Deal {
    pub(super) way: Way,
    pub(super) lead: Lead,
    pub(super) contact: Contact,
    pub(super) owner: Manager,
    /// The moment up to which the deal's life is told.
    pub(super) at: i64,
    /// Stages still ahead.
    pub(super) road: VecDeque<u64>,
    /// Stages behind, the latest last.
    behind: Vec<u64>,
    /// Moves that the CRM has yet to learn of.
    unrecorded: usize,
    pub(super) talk: Option<Talk>,
    pub(super) task: Option<Task>,
}

impl Deal {
    pub(super) fn new(way: Way, lead: Lead, contact: Contact, owner: Manager, road: VecDeque<u64>) -> Self {
        let at = lead.created_at;
        Self {
            way,
            lead,
            contact,
            owner,
            at,
            road,
            behind: Vec::new(),
            unrecorded: 0,
            talk: None,
            task: None,
        }
    }

    pub(super) fn touch(&mut self, by: u64) {
        self.lead.modified_by = by;
        self.lead.modified_at = self.at;
    }

    pub(super) fn steps(&self) -> usize {
        self.behind.len()
    }
}

/// What becomes of a deal, and after how many stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Won,
    Lost(usize),
    Stuck(usize),
}

impl Life<'_> {
    pub(super) fn work(&mut self, mut deal: Deal) {
        if deal.way == Way::Afterwards {
            return self.rush(deal);
        }
        let fate = self.fate();
        if deal.way.is_inbound() {
            self.remind(&mut deal);
            if !self.answer(&mut deal) {
                return self.neglect(deal);
            }
        }
        while deal.at < self.until {
            self.serve(&mut deal);
            if self.dice.chance(12) && !self.delete(&mut deal) {
                return;
            }
            let pause = self.dice.spread(if deal.lead.pipeline == REPEAT { 6 * HOUR } else { 14 * HOUR });
            self.wait(&mut deal, pause);
            match fate {
                Fate::Lost(steps) if deal.steps() >= steps => return self.close(deal, LOST),
                Fate::Stuck(steps) if deal.steps() >= steps => return self.forget(deal),
                _ if deal.road.is_empty() => return self.close(deal, WON),
                _ if !self.is_recorded(&deal) => deal.unrecorded += 1,
                _ => self.catch_up(&mut deal),
            }
        }
    }

    /// Lets working time pass; a deal whose owner leaves meanwhile goes to somebody else.
    pub(super) fn wait(&mut self, deal: &mut Deal, secs: i64) {
        let at = hours::later(deal.at, secs, deal.owner.away);
        if deal.owner.leaves.is_some_and(|left| at >= left) {
            self.inherit(deal);
            deal.at = hours::later(deal.at, secs / 2, deal.owner.away);
        }
        deal.at = deal.at.max(at);
    }

    /// A first answer takes four times as long at the start as at the end.
    pub(super) fn reply_secs(&mut self, owner: Manager, at: i64) -> i64 {
        let percent = 220 - self.progress(at) * 9 / 50;
        self.dice.spread(owner.reply_secs * percent / 100)
    }

    /// Whether the next thing is done as it should be.
    pub(super) fn is_orderly(&mut self, owner: Manager, at: i64) -> bool {
        let order = owner.tidy + (1000 - owner.tidy) * self.progress(at) * 8 / 10_000;
        self.dice.chance(order)
    }

    /// Whether the next dealing gets into the CRM.
    pub(super) fn is_recorded(&mut self, deal: &Deal) -> bool {
        let records = deal.owner.records;
        self.dice.chance(records + (1000 - records) * self.progress(deal.at) / 2_500)
    }

    fn fate(&mut self) -> Fate {
        let steps = usize::try_from(self.dice.between(0, 5)).unwrap_or(0);
        match self.dice.between(0, 99) {
            0..=47 => Fate::Won,
            48..=84 => Fate::Lost(steps.max(1)),
            _ => Fate::Stuck(steps),
        }
    }

    fn neglect(&mut self, mut deal: Deal) {
        let pause = self.dice.between(8, 30) * HOUR;
        self.wait(&mut deal, pause);
        if self.dice.chance(400) {
            self.close(deal, LOST);
        } else {
            self.forget(deal);
        }
    }

    /// The stay in one stage.
    fn serve(&mut self, deal: &mut Deal) {
        let dealings = self.dice.pick(&[0, 1, 1, 1]);
        for _ in 0..dealings {
            if self.is_recorded(deal) {
                self.communicate(deal);
            }
        }
        if self.is_recorded(deal) {
            self.fill(deal);
        }
        if self.is_recorded(deal) && self.dice.chance(700) {
            self.plan(deal);
        }
        if self.dice.chance(35) {
            let heir = self.assign(deal.at);
            let by = self.dice.pick(&[HEAD, deal.owner.user]);
            self.hand_over(deal, heir, by);
        }
        let looks = 20 + self.progress(deal.at) / 10;
        if self.dice.chance(looks) {
            let text =
                self.dice.pick(&["Почему без движения?", "Созвонитесь сегодня", "Скидка 3 % согласована"]);
            self.note(deal, About::Lead(deal.lead.id), HEAD, NoteKind::Text(text));
        }
    }

    /// The next move, after those that were made outside the CRM.
    fn catch_up(&mut self, deal: &mut Deal) {
        for _ in 0..std::mem::take(&mut deal.unrecorded).min(deal.road.len()) {
            self.advance(deal);
            deal.at += self.dice.between(15, 120);
        }
        self.advance(deal);
    }

    fn advance(&mut self, deal: &mut Deal) {
        if deal.lead.pipeline == SALES && deal.steps() == 2 && self.dice.chance(60) {
            return self.change_pipeline(deal);
        }
        if self.dice.chance(40)
            && let Some(back) = deal.behind.pop()
        {
            deal.road.push_front(deal.lead.stage);
            return self.move_to(deal, back, deal.owner.user);
        }
        if self.dice.chance(60) && deal.road.len() > 2 {
            deal.road.pop_front();
        }
        let robots = if deal.steps() == 0 { 120 + self.progress(deal.at) / 4 } else { 25 };
        let by = if self.dice.chance(robots) { 0 } else { deal.owner.user };
        if let Some(next) = deal.road.pop_front() {
            deal.behind.push(deal.lead.stage);
            self.move_to(deal, next, by);
        }
    }

    fn change_pipeline(&mut self, deal: &mut Deal) {
        deal.road = self.road(REPEAT);
        deal.lead.pipeline = REPEAT;
        let first = deal.road.pop_front().unwrap_or(deal.lead.stage);
        deal.behind.push(deal.lead.stage);
        self.move_to(deal, first, deal.owner.user);
    }

    /// One move tells twice; either message can be missing, and either can be first.
    fn move_to(&mut self, deal: &mut Deal, stage: u64, by: u64) {
        deal.at += 1;
        let before = std::mem::replace(&mut deal.lead.stage, stage);
        deal.touch(by);
        let moved = What::LeadMoved(deal.lead.clone(), before);
        let updated = What::LeadUpdated(deal.lead.clone(), Some(before));
        let told = match self.dice.between(0, 99) {
            0..=3 => vec![moved],
            4..=8 => vec![updated],
            9..=45 => vec![moved, updated],
            _ => vec![updated, moved],
        };
        for what in told {
            self.tell(deal.at, what);
        }
    }

    fn close(&mut self, mut deal: Deal, stage: u64) {
        if deal.at >= self.until {
            return;
        }
        if stage == WON && deal.lead.price.is_none() && self.dice.chance(700) {
            deal.lead.price = Some(self.price());
        }
        let open = deal.lead.stage;
        let by = deal.owner.user;
        self.move_to(&mut deal, stage, by);
        if let Some(task) = deal.task.take()
            && self.is_orderly(deal.owner, deal.at)
        {
            self.finish_task(&mut deal, task);
        }
        if self.dice.chance(40) {
            let pause = self.dice.spread(4 * HOUR);
            self.wait(&mut deal, pause);
            self.move_to(&mut deal, open, by);
            deal.lead.tags.push(Tag { id: 80_219, name: "вернулся" });
            self.wait(&mut deal, pause);
            self.move_to(&mut deal, stage, by);
        }
    }

    /// Nobody touches the deal again, except that it is handed on with its owner's leave.
    fn forget(&mut self, mut deal: Deal) {
        if deal.owner.leaves.is_some_and(|left| deal.at < left) {
            self.inherit(&mut deal);
        }
    }

    fn inherit(&mut self, deal: &mut Deal) {
        let left = deal.owner.leaves.unwrap_or(deal.at);
        deal.at = deal.at.max(left) + self.dice.between(60, 500);
        let heir = self.assign(deal.at);
        self.hand_over(deal, heir, HEAD);
    }

    fn hand_over(&mut self, deal: &mut Deal, heir: Manager, by: u64) {
        let before = deal.owner.user;
        if heir.user == before {
            return;
        }
        deal.at += 1;
        deal.owner = heir;
        deal.lead.responsible = heir.user;
        deal.touch(by);
        self.tell(deal.at, What::LeadReassigned(deal.lead.clone(), before));
        if self.dice.chance(800) {
            self.tell(deal.at, What::LeadUpdated(deal.lead.clone(), None));
        }
        if let Some(task) = &mut deal.task {
            task.responsible = heir.user;
            task.modified_by = by;
            task.modified_at = deal.at;
            let task = task.clone();
            self.tell(deal.at, What::TaskReassigned(task, before));
        }
    }

    /// True when the deal is brought back.
    fn delete(&mut self, deal: &mut Deal) -> bool {
        deal.at += 30;
        self.tell(deal.at, What::LeadDeleted(deal.lead.clone()));
        if self.dice.chance(500) {
            return false;
        }
        let pause = self.dice.spread(2 * HOUR);
        self.wait(deal, pause);
        deal.touch(deal.owner.user);
        self.tell(deal.at, What::LeadRestored(deal.lead.clone()));
        true
    }

    /// A whole history typed in one sitting.
    fn rush(&mut self, mut deal: Deal) {
        deal.at += self.dice.between(20, 90);
        deal.lead.price = Some(self.price());
        for field in [SOURCE, DECISION_MAKER, COMMENT] {
            let value = self.good_value(field, deal.at);
            deal.lead.values.insert(field, value);
        }
        deal.touch(deal.owner.user);
        self.tell(deal.at, What::LeadUpdated(deal.lead.clone(), None));
        for _ in 0..self.dice.between(3, 5) {
            deal.at += self.dice.between(8, 90);
            let by = deal.owner.user;
            if let Some(next) = deal.road.pop_front() {
                self.move_to(&mut deal, next, by);
            }
        }
        if self.dice.chance(500) {
            deal.at += self.dice.between(20, 200);
            self.close(deal, WON);
        }
    }
}
