//! What people do (D5, D6): by author, not by responsible.

use super::walk::Walk;
use crate::contribution::{Action, Measure, Place, Took};
use crate::fact::{Actor, Fact, Subject, Way, What};
use crate::time::Moment;

/// What one person changed in one second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edit {
    at: Moment,
    user: u64,
    action: Action,
    place: Place,
}

impl Walk<'_> {
    pub(super) fn actions(&mut self, fact: &Fact) {
        let action = match &fact.what {
            What::Said { way, .. } => action_of(*way),
            What::Noted => Action::Noted,
            What::Worked => Action::Other,
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

    pub(super) fn act(&mut self, at: Moment, user: u64, action: Action) {
        let place = Place { manager: user, ..self.place(at) };
        self.put((self.day(at), place, Measure::Act(action), 1));
    }

    /// A deal on which a person acted in any way, for actions per client.
    pub(super) fn worked_on(&mut self, fact: &Fact) {
        let by = match &fact.what {
            What::Heard { answered_by: Some(by), .. } => *by,
            What::Arrived { .. } | What::Heard { .. } | What::Talk { .. } => return,
            _ => fact.by,
        };
        if let Actor::User(user) = by
            && self.is_person(user, fact.at)
        {
            if !self.worked.contains(&user) {
                self.worked.push(user);
            }
            self.record.touched = true;
        }
    }

    pub(super) fn edited(&mut self, fact: &Fact, action: Action, place: Place) {
        let Actor::User(user) = fact.by else { return };
        if !fact.is_dated() {
            return;
        }
        match &mut self.edit {
            Some(edit) if (edit.at, edit.user) == (fact.at, user) => edit.action = action.min(edit.action),
            _ => {
                self.flush_edit();
                self.edit = Some(Edit { at: fact.at, user, action, place });
            }
        }
    }

    pub(super) fn flush_edit(&mut self) {
        if let Some(Edit { at, user, action, place }) = self.edit.take() {
            let place = Place { manager: user, ..place };
            self.put((self.day(at), place, Measure::Act(action), 1));
        }
    }

    /// Whoever creates a deal by hand acts; an integration does its job.
    pub(super) fn record_created(&mut self, at: Moment) {
        if let Some((_, Actor::User(user))) = self.deal.created {
            self.act(at, user, Action::Created);
        }
        if let (Subject::Deal(_), Some(request)) = (self.id, self.deal.entered)
            && self.deal.created.is_some_and(|(created, _)| created > request)
        {
            let place = self.place(at);
            self.took(at, place, Took::EntryLag, at.since(request), 1);
        }
    }
}

pub(super) fn action_of(way: Way) -> Action {
    match way {
        Way::Chat | Way::Sms => Action::Messaged,
        Way::Call => Action::Called,
        Way::Mail => Action::Mailed,
        Way::Meeting => Action::Met,
    }
}
