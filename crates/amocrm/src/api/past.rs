//! The time before a state: where everything that changed is known, what a deal or a task was when it was
//! created is its state with all changes taken back.
//!
//! A list shows what a deal is today, an event what became of one aspect. Neither shows who was responsible at
//! first, or which deadline a done task had. Nothing is taken back that was not read in full: see
//! [`Past::facts`].

use super::Reading;
use std::collections::BTreeMap;
use takeroot_core::fact::{Actor, Fact, Kind, Snapshot, Subject, TaskState, Via, What};
use takeroot_core::time::Moment;

/// What an event says of the state before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A deal, as far as the event shows it.
    Deal {
        /// Its id.
        deal: u64,
        /// When it changed.
        at: Moment,
        /// What it was until then.
        before: Snapshot,
    },
    /// A contact or a company joined a deal.
    Linked {
        /// The deal.
        deal: u64,
        /// The contact.
        contact: u64,
    },
    /// A task.
    Task {
        /// Its id.
        task: u64,
        /// When it changed.
        at: Moment,
        /// Who changed it.
        by: Actor,
        /// What it was until then.
        before: TaskPart,
        /// What it is since.
        after: TaskPart,
    },
}

/// What an event shows of a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskPart {
    /// Whose it is.
    pub responsible: Option<u64>,
    /// Its type.
    pub kind: Option<u64>,
    /// Its deadline.
    pub due: Option<Moment>,
    /// Whether it is done.
    pub done: Option<bool>,
}

impl TaskPart {
    fn put(self, task: &mut TaskState) {
        task.responsible = self.responsible.or(task.responsible);
        task.kind = self.kind.or(task.kind);
        task.due = self.due.or(task.due);
        task.done = self.done.unwrap_or(task.done);
    }
}

/// Collects the readings of an export, in any order.
#[derive(Clone, Debug, Default)]
pub struct Past {
    deals: BTreeMap<u64, (Moment, Snapshot)>,
    tasks: BTreeMap<u64, (Moment, TaskState)>,
    deal_changes: BTreeMap<u64, Vec<(Moment, Snapshot)>>,
    task_changes: BTreeMap<u64, Vec<(Moment, Actor, TaskPart, TaskPart)>>,
    /// Contacts that joined a deal, by deal.
    joined: BTreeMap<u64, Vec<u64>>,
}

impl Past {
    /// Takes what a page says.
    pub fn take(&mut self, reading: &Reading) {
        for fact in &reading.facts {
            match (&fact.what, fact.subject) {
                (What::Deal(state), Subject::Deal(deal))
                    if state.created.is_some() && state.stage.is_some() =>
                {
                    latest(&mut self.deals, deal, fact.at, state);
                }
                (What::Task(state), Subject::Task(task)) if state.created.is_some() => {
                    latest(&mut self.tasks, task, fact.at, state);
                }
                _ => {}
            }
        }
        for change in &reading.changes {
            match change.clone() {
                Change::Deal { deal, at, before } => {
                    self.deal_changes.entry(deal).or_default().push((at, before));
                }
                Change::Linked { deal, contact } => self.joined.entry(deal).or_default().push(contact),
                Change::Task { task, at, by, before, after } => {
                    self.task_changes.entry(task).or_default().push((at, by, before, after));
                }
            }
        }
    }

    /// What deals and tasks were when they were created, and tasks after each change. Of each only what was
    /// read in full (`read` holds [`super::range_read`] facts) from its creation to its last state.
    #[must_use]
    pub fn facts(&self, read: &[Fact]) -> Vec<Fact> {
        let deals = self.deals.iter().filter_map(|(deal, (at, state))| self.deal(*deal, *at, state, read));
        let tasks = self.tasks.iter().flat_map(|(task, (at, state))| self.task(*task, *at, state, read));
        deals.chain(tasks).collect()
    }

    fn deal(&self, deal: u64, at: Moment, state: &Snapshot, read: &[Fact]) -> Option<Fact> {
        let (created, by) = state.created.filter(|(created, _)| *created < at)?;
        let stages = covers(read, Kind::Stages, created, at);
        let responsible = covers(read, Kind::Responsible, created, at);
        if !stages && !responsible {
            return None;
        }
        let mut changes: Vec<&(Moment, Snapshot)> =
            self.deal_changes.get(&deal).into_iter().flatten().collect();
        changes.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let mut was = Snapshot { created: state.created, added: true, ..Snapshot::default() };
        if stages {
            let joined = self.joined.get(&deal).map_or(&[][..], Vec::as_slice);
            let here = |contact: &u64| !joined.contains(contact);
            (was.pipeline, was.stage) = (state.pipeline, state.stage);
            (was.price, was.source) = (state.price, state.source);
            (was.contact, was.company) = (state.contact.filter(here), state.company.filter(here));
            was.fields.clone_from(&state.fields);
            for (_, before) in &changes {
                was.pipeline = before.pipeline.or(was.pipeline);
                was.stage = before.stage.or(was.stage);
                was.price = before.price.or(was.price);
                was.fields.retain(|(id, _)| before.fields.iter().all(|(changed, _)| changed != id));
                was.fields.extend(&before.fields);
            }
            was.fields.sort_unstable();
        }
        if responsible {
            let first = changes.iter().rev().find_map(|(_, before)| before.responsible);
            was.responsible = first.or(state.responsible);
        }
        Some(fact(Subject::Deal(deal), created, by, What::Deal(was)))
    }

    fn task(&self, task: u64, at: Moment, state: &TaskState, read: &[Fact]) -> Vec<Fact> {
        let Some((created, by)) = state.created.filter(|(created, _)| *created < at) else {
            return Vec::new();
        };
        if !covers(read, Kind::Tasks, created, at) {
            return Vec::new();
        }
        let changes = self.task_changes.get(&task).into_iter().flatten();
        let mut changes: Vec<_> = changes.filter(|(changed, ..)| *changed <= at).copied().collect();
        changes.sort_by_key(|(at, ..)| *at);
        let mut was = TaskState { done: false, ..state.clone() };
        changes.iter().rev().for_each(|(_, _, before, _)| before.put(&mut was));
        was.done = false;
        let of = |at, by, state: &TaskState| fact(Subject::Task(task), at, by, What::Task(state.clone()));
        let mut facts = vec![of(created, by, &was)];
        for (changed, by, _, after) in changes {
            after.put(&mut was);
            // The last change is the state itself.
            if changed < at {
                facts.push(of(changed, by, &was));
            }
        }
        facts
    }
}

fn latest<T: Clone>(known: &mut BTreeMap<u64, (Moment, T)>, id: u64, at: Moment, state: &T) {
    if known.get(&id).is_none_or(|(then, _)| *then <= at) {
        known.insert(id, (at, state.clone()));
    }
}

fn covers(read: &[Fact], kind: Kind, created: Moment, at: Moment) -> bool {
    read.iter().any(|fact| match fact.what {
        What::Read { kind: of, from, until } => of == kind && from <= created && at < until,
        _ => false,
    })
}

fn fact(subject: Subject, at: Moment, by: Actor, what: What) -> Fact {
    Fact { subject, at, stated: Some(at), by, seq: None, via: Via::Api, what, flags: vec![] }
}
