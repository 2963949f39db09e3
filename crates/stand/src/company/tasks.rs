//! The next steps that managers promise themselves.

use super::dealings::Deal;
use super::entities::{Task, What};
use super::hours::{self, HOUR, MINUTE};
use super::ids::Kind;
use super::life::Life;

impl Life<'_> {
    /// From the middle of the history on, a robot sets a task for each new lead.
    pub(super) fn remind(&mut self, deal: &mut Deal) {
        if self.progress(deal.lead.created_at) < 450 {
            return;
        }
        let due = hours::later(deal.at, 15 * MINUTE, None);
        let task = self.new_task(deal, 0, due, "Связаться с клиентом");
        self.tell(deal.at, What::TaskAdded(task.clone()));
        deal.task = Some(task);
    }

    /// The task at hand is finished, put off or left; a tidy manager sets the next one.
    pub(super) fn plan(&mut self, deal: &mut Deal) {
        if let Some(mut task) = deal.task.take() {
            if self.is_orderly(deal.owner, deal.at) || self.dice.chance(300) {
                self.finish_task(deal, task);
            } else if self.dice.chance(200) {
                task.due = self.due(deal.at);
                self.change_task(deal, &mut task);
                deal.task = Some(task);
                return;
            } else if self.dice.chance(60) {
                self.tell(deal.at, What::TaskDeleted(task));
            } else {
                deal.task = Some(task);
                return;
            }
        }
        if self.is_orderly(deal.owner, deal.at) {
            deal.at += self.dice.between(15, 240);
            let due = self.due(deal.at);
            let text =
                self.dice.pick(&["Уточнить решение", "Отправить расчёт", "Позвонить", "Напомнить об оплате"]);
            let task = self.new_task(deal, deal.owner.user, due, text);
            self.tell(deal.at, What::TaskAdded(task.clone()));
            deal.task = Some(task);
        }
    }

    fn due(&mut self, at: i64) -> i64 {
        let wait = self.dice.spread(12 * HOUR) + HOUR;
        hours::later(at, wait, None) / HOUR * HOUR + HOUR
    }

    fn new_task(&mut self, deal: &Deal, by: u64, due: i64, text: &'static str) -> Task {
        Task {
            id: self.ids.take(Kind::Task, deal.at),
            lead: deal.lead.id,
            kind: self.dice.pick(&[1, 1, 1, 2]),
            text,
            created_by: by,
            created_at: deal.at,
            modified_by: by,
            modified_at: deal.at,
            responsible: deal.owner.user,
            due,
            done: false,
        }
    }

    pub(super) fn finish_task(&mut self, deal: &mut Deal, mut task: Task) {
        deal.at += self.dice.between(5, 120);
        task.done = true;
        self.change_task(deal, &mut task);
    }

    fn change_task(&mut self, deal: &Deal, task: &mut Task) {
        task.modified_by = deal.owner.user;
        task.modified_at = deal.at;
        self.tell(deal.at, What::TaskUpdated(task.clone()));
    }
}
