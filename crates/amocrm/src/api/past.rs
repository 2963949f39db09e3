//! The time before a state: where everything that changed is known, what a deal or a task was when it was
//! created is its state with all changes taken back.
//!
//! A list shows what a deal is today, an event what became of one aspect. Neither shows who was responsible at
//! first, or which deadline a done task had. Nothing is taken back that was not read in full: see
//! [`Past::facts`].

use super::Reading;
use serde::{Deserialize, Serialize};
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

impl Change {
    /// What changed.
    #[must_use]
    pub const fn subject(&self) -> Subject {
        match self {
            Self::Deal { deal, .. } | Self::Linked { deal, .. } => Subject::Deal(*deal),
            Self::Task { task, .. } => Subject::Task(*task),
        }
    }

    const fn at(&self) -> Moment {
        match self {
            Self::Deal { at, .. } | Self::Task { at, .. } => *at,
            Self::Linked { .. } => Moment(0),
        }
    }
}

/// What a deal or a task was at some moment, on the way back to its creation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Was {
    /// A deal.
    Deal(Snapshot),
    /// A task.
    Task(TaskState),
}

impl Was {
    /// What a list shows of a deal or a task.
    #[must_use]
    pub fn of(fact: &Fact) -> Option<Self> {
        match (&fact.what, fact.subject) {
            (What::Deal(state), Subject::Deal(_)) if state.created.is_some() && state.stage.is_some() => {
                Some(Self::Deal(state.clone()))
            }
            (What::Task(state), Subject::Task(_)) if state.created.is_some() => {
                Some(Self::Task(state.clone()))
            }
            _ => None,
        }
    }

    /// When it was created, and by whom.
    #[must_use]
    pub const fn created(&self) -> Option<(Moment, Actor)> {
        match self {
            Self::Deal(state) => state.created,
            Self::Task(state) => state.created,
        }
    }

    /// Takes changes back, the latest first. Gives what a task was after each of them, for no other fact tells it.
    pub fn take_back(&mut self, subject: Subject, changes: &[Change]) -> Vec<Fact> {
        let mut changes: Vec<&Change> = changes.iter().collect();
        changes.sort_by_key(|change| std::cmp::Reverse(change.at()));
        let mut facts = Vec::new();
        for change in changes {
            match (&mut *self, change) {
                (Self::Deal(was), Change::Deal { before, .. }) => put(before, was),
                (Self::Deal(was), Change::Linked { contact, .. }) => {
                    was.contact = was.contact.filter(|own| own != contact);
                    was.company = was.company.filter(|own| own != contact);
                }
                (Self::Task(was), Change::Task { at, by, before, after, .. }) => {
                    after.put(was);
                    facts.push(fact(subject, *at, *by, What::Task(was.clone())));
                    before.put(was);
                    was.done &= after.done.is_none();
                }
                _ => {}
            }
        }
        facts
    }

    /// What it was when it was created, as far as it was followed back to then: a deal by its stages and what its card
    /// holds, and by who was responsible.
    #[must_use]
    pub fn opening(&self, subject: Subject, stages: bool, responsible: bool) -> Option<Fact> {
        let (at, by) = self.created()?;
        let what = match self {
            Self::Deal(was) => {
                let mut begun = Snapshot { created: was.created, added: true, ..Snapshot::default() };
                if stages {
                    (begun.pipeline, begun.stage) = (was.pipeline, was.stage);
                    (begun.price, begun.source) = (was.price, was.source);
                    (begun.contact, begun.company) = (was.contact, was.company);
                    begun.fields.clone_from(&was.fields);
                }
                begun.responsible = was.responsible.filter(|_| responsible);
                What::Deal(begun)
            }
            Self::Task(was) => What::Task(TaskState { done: false, ..was.clone() }),
        };
        Some(fact(subject, at, by, what))
    }
}

impl Was {
    /// What it was at a moment to which it was taken back.
    #[must_use]
    pub fn at(&self, subject: Subject, at: Moment) -> Fact {
        let what = match self {
            Self::Deal(was) => What::Deal(Snapshot { loss_reason: None, ..was.clone() }),
            Self::Task(was) => What::Task(was.clone()),
        };
        fact(subject, at, Actor::Unknown, what)
    }
}

/// Puts what a deal was before a change in the place of what it was after it.
fn put(before: &Snapshot, was: &mut Snapshot) {
    was.pipeline = before.pipeline.or(was.pipeline);
    was.stage = before.stage.or(was.stage);
    was.price = before.price.or(was.price);
    was.responsible = before.responsible.or(was.responsible);
    was.fields.retain(|(id, _)| before.fields.iter().all(|(changed, _)| changed != id));
    was.fields.extend(&before.fields);
    was.fields.sort_unstable();
}

/// Collects the readings of an export, in any order.
#[derive(Clone, Debug, Default)]
pub struct Past {
    states: BTreeMap<Subject, (Moment, Was)>,
    changes: BTreeMap<Subject, Vec<Change>>,
}

impl Past {
    /// Takes what a page says.
    pub fn take(&mut self, reading: &Reading) {
        for fact in &reading.facts {
            let Some(was) = Was::of(fact) else { continue };
            if self.states.get(&fact.subject).is_none_or(|(then, _)| *then <= fact.at) {
                self.states.insert(fact.subject, (fact.at, was));
            }
        }
        for change in &reading.changes {
            self.changes.entry(change.subject()).or_default().push(change.clone());
        }
    }

    /// What deals and tasks were when they were created, and tasks after each change. Of each only what was
    /// read in full (`read` holds [`super::range_read`] facts) from its creation to its last state.
    #[must_use]
    pub fn facts(&self, read: &[Fact]) -> Vec<Fact> {
        self.states.iter().flat_map(|(subject, (at, was))| self.story(*subject, *at, was, read)).collect()
    }

    fn story(&self, subject: Subject, at: Moment, was: &Was, read: &[Fact]) -> Vec<Fact> {
        let Some((created, _)) = was.created().filter(|(created, _)| *created < at) else {
            return Vec::new();
        };
        let covers = |kind| covers(read, kind, created, at);
        let (first, second) = match was {
            Was::Deal(_) => (covers(Kind::Stages), covers(Kind::Responsible)),
            Was::Task(_) => (covers(Kind::Tasks), false),
        };
        if !first && !second {
            return Vec::new();
        }
        let mut changes = self.changes.get(&subject).cloned().unwrap_or_default();
        if matches!(was, Was::Task(_)) {
            changes.retain(|change| change.at() <= at);
        }
        let mut was = was.clone();
        let mut facts = was.take_back(subject, &changes);
        // The last change is the state itself.
        facts.retain(|fact| fact.at < at);
        facts.extend(was.opening(subject, first, second));
        facts
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
