//! The fold of a deal: its facts, and those of what is linked to it, in one order, into one state.

use crate::fact::{
    Actor, Amount, Fact, Identity, IdentityKind, Key, Snapshot, Stage, Subject, TaskState, Value, What,
};
use crate::time::Moment;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A fact with its key, computed once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The fact's key.
    pub key: Key,
    /// The fact.
    pub fact: Fact,
}

impl From<Fact> for Observed {
    fn from(fact: Fact) -> Self {
        Self { key: fact.key(), fact }
    }
}

/// Where a deal came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Nothing observed says.
    #[default]
    Unknown,
    /// A request of a client.
    Inbound,
    /// A person created it.
    Manual,
    /// An import created it.
    Import,
    /// A request of a client who had a deal before.
    Repeat,
}

impl Origin {
    /// Every origin that is known, in the order of their numbers from 1.
    pub const KNOWN: [Self; 4] = [Self::Inbound, Self::Manual, Self::Import, Self::Repeat];

    /// Its number, 0 for an unknown one.
    #[must_use]
    pub const fn number(self) -> u64 {
        self as u64
    }

    /// Whether such a deal entered as a lead.
    #[must_use]
    pub const fn is_lead(self) -> bool {
        matches!(self, Self::Inbound | Self::Repeat)
    }
}

/// A deal as its facts up to some moment show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deal {
    /// When it was created, and by whom.
    pub created: Option<(Moment, Actor)>,
    /// Where it came from.
    pub origin: Origin,
    /// When the lead entered; only for requests of clients.
    pub entered: Option<Moment>,
    /// The requests by which the client asked again while the deal was living, each when it first came in.
    pub repeated: Vec<(Subject, Moment)>,
    /// Whether it came as a request that somebody had to accept.
    pub requested: bool,
    /// Whether it still waits to be accepted.
    pub unsorted: bool,
    /// Id of the pipeline, 0 where it is not known.
    pub pipeline: u64,
    /// Where it stands, as far as it is known.
    pub stage: Option<Stage>,
    /// Id of the responsible user, 0 where it is not known.
    pub responsible: u64,
    /// The price.
    pub price: Option<Amount>,
    /// Where the client came from, by the source's id.
    pub source: Option<u64>,
    /// Why it was lost, by the reason's id, 0 where no reason was given.
    pub loss_reason: Option<u64>,
    /// The main contact.
    pub contact: Option<u64>,
    /// The company.
    pub company: Option<u64>,
    /// The contacts and companies that belong to it.
    pub contacts: BTreeSet<u64>,
    /// What identifies its client.
    pub identities: BTreeSet<Identity>,
    /// Whether a contact with a phone or an e-mail address belongs to it.
    pub reachable: bool,
    /// Whether a person said that it is nobody's duplicate.
    pub distinct: bool,
    /// Custom fields that were seen filled.
    pub fields: BTreeMap<u64, Value>,
    /// Tasks that were seen, by id.
    pub tasks: BTreeMap<u64, TaskState>,
    /// Whether some observation of its state was made.
    pub seen: bool,
    /// When it was deleted, unless it came back.
    pub deleted: Option<Moment>,
    /// Whether it went into another deal.
    pub merged: bool,
    /// Whether it was declined before it became a deal.
    pub declined: bool,
    /// Who changed it last, and when.
    pub changed: Option<(Moment, Actor)>,
}

/// A change of stage that the fold saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The stage before, where it is known.
    pub from: Option<Stage>,
    /// The stage after.
    pub to: Stage,
}

/// A later observation un-deletes a deal only when it is later by more than clocks differ.
const CLOCKS_DIFFER_S: i64 = 60;

impl Deal {
    /// What is known before the first observation in order: creation and entry may be stated by later ones.
    /// `creator` tells people from service accounts and importers.
    #[must_use]
    pub fn opening(id: Subject, ordered: &[&Fact], creator: impl Fn(u64, Moment) -> Creator) -> Self {
        let Beginning { created, heard, imported, shown, arrivals, had_a_deal } = Beginning::of(id, ordered);
        let mut deal = Self { created, ..Self::default() };
        let created = deal.created.map(|(at, _)| at);
        // Whoever asks while their deal lives, asks again.
        let again = |at: Moment| created.is_some_and(|created| at > created.plus(CLOCKS_DIFFER_S));
        // A request comes in once, however often it is told and whatever times it is given.
        let mut told = BTreeSet::new();
        let once = arrivals.iter().filter(|fact| fact.subject == id || told.insert(fact.subject));
        let once = once.map(|fact| (fact.subject, fact.at));
        let (repeated, first): (Vec<_>, Vec<_>) = once.partition(|(_, at)| again(*at));
        let arrived = first.into_iter().map(|(_, at)| at).min();
        let first_heard = heard.filter(|at| !again(*at));
        let creator = match deal.created {
            Some((at, Actor::User(user))) => Some(creator(user, at)),
            _ => None,
        };
        deal.origin = match (arrived.or(first_heard), deal.created) {
            _ if imported || creator == Some(Creator::Importer) => Origin::Import,
            (Some(_), _) => Origin::Inbound,
            (None, Some(_)) if creator == Some(Creator::Person) => Origin::Manual,
            (None, Some((_, Actor::Unknown)) | None) => Origin::Unknown,
            (None, Some(_)) => Origin::Inbound,
        };
        if deal.origin == Origin::Inbound {
            deal.entered = [arrived, first_heard, created].into_iter().flatten().min();
            if had_a_deal {
                deal.origin = Origin::Repeat;
            }
        }
        deal.repeated = repeated;
        deal.requested = arrived.is_some();
        deal.unsorted = deal.requested;
        if let Some(first) = shown {
            deal.stage = first.stage_before.or(first.stage).filter(|stage| matches!(stage, Stage::Open(_)));
            deal.pipeline = first.pipeline.unwrap_or(0);
            deal.responsible = first.responsible.unwrap_or(0);
        }
        // Where its client came from it is born with, whenever it is told first.
        deal.source = ordered.iter().filter(|fact| fact.subject == id).find_map(|fact| match &fact.what {
            What::Deal(snapshot) => snapshot.source,
            _ => None,
        });
        // One telling of a request may say more than another one.
        for fact in arrivals.iter().rev().filter(|fact| !again(fact.at)) {
            if let What::Arrived { pipeline, source, .. } = &fact.what {
                deal.pipeline = pipeline.unwrap_or(deal.pipeline);
                deal.source = source.or(deal.source);
            }
        }
        deal
    }

    /// Takes the next fact in order; says which move it was, if one.
    pub fn take(&mut self, id: Subject, fact: &Fact) -> Option<Move> {
        match &fact.what {
            What::Deal(snapshot) if fact.subject == id => return self.see(fact, snapshot),
            What::Task(state) => self.take_task(id, fact.subject, state),
            What::Deleted if fact.subject == id => self.deleted = Some(fact.at),
            What::Merged { .. } if fact.subject == id => {
                self.deleted = Some(fact.at);
                self.merged = true;
            }
            What::Distinct if fact.subject == id => self.distinct = true,
            What::Deleted => {
                if let Subject::Task(task) = fact.subject {
                    self.tasks.remove(&task);
                }
            }
            What::Accepted { .. } => self.unsorted = false,
            // Of a deal that lives, a later request may be declined.
            What::Declined if !self.seen => self.declined = true,
            What::Contact { identities, .. } => self.take_contact(fact.subject, identities),
            _ => {}
        }
        None
    }

    fn see(&mut self, fact: &Fact, snapshot: &Snapshot) -> Option<Move> {
        if self.seen && !fact.is_dated() && snapshot.stage_before != self.stage {
            return None;
        }
        if let Some(deleted) = self.deleted
            && (snapshot.restored || fact.at > deleted.plus(CLOCKS_DIFFER_S))
        {
            self.deleted = None;
            self.merged = false;
        }
        // The state at creation is no move, whatever was assumed before the first observation.
        let created_so = snapshot.added || self.created.is_some_and(|(at, _)| at >= fact.at);
        let before = if self.seen || !created_so { self.stage } else { None };
        self.pipeline = snapshot.pipeline.unwrap_or(self.pipeline);
        self.responsible = snapshot.responsible.unwrap_or(self.responsible);
        self.price = snapshot.price.or(self.price);
        self.source = snapshot.source.or(self.source);
        self.loss_reason = snapshot.loss_reason.or(self.loss_reason);
        self.contact = snapshot.contact.or(self.contact);
        self.company = snapshot.company.or(self.company);
        self.contacts.extend(snapshot.contact.into_iter().chain(snapshot.company));
        self.fields.extend(snapshot.fields.iter().copied());
        // A state that names nobody shows a change of which somebody may be known.
        let is_of = |at: Moment| fact.by == Actor::Unknown && fact.at <= at.plus(CLOCKS_DIFFER_S);
        let known = self.changed.filter(|(at, _)| is_of(*at));
        self.changed = known.or(Some((fact.at, fact.by)));
        let first = !self.seen;
        self.seen = true;
        self.unsorted = false;
        let to = snapshot.stage.filter(|stage| self.stage != Some(*stage) || (first && created_so))?;
        self.stage = Some(to);
        if to != Stage::Lost {
            self.loss_reason = None;
        }
        let known = before.is_some() || snapshot.stage_before.is_some() || created_so;
        known.then_some(Move { from: before.or(snapshot.stage_before), to })
    }

    fn take_contact(&mut self, subject: Subject, identities: &[Identity]) {
        if let Subject::Contact(contact) = subject {
            self.contacts.insert(contact);
        }
        let reaches = |of| matches!(of, IdentityKind::Phone | IdentityKind::Email);
        self.reachable |= identities.iter().any(|identity| reaches(identity.of));
        self.identities.extend(identities.iter().copied());
    }

    fn take_task(&mut self, id: Subject, subject: Subject, state: &TaskState) {
        let Subject::Task(task) = subject else { return };
        match state.deal {
            Some(deal) if Subject::Deal(deal) != id => drop(self.tasks.remove(&task)),
            _ => drop(self.tasks.insert(task, state.clone())),
        }
    }

    /// Whether it is at work: accepted, open, not deleted.
    #[must_use]
    pub fn is_active(&self) -> bool {
        !self.unsorted && self.is_alive() && matches!(self.stage, Some(Stage::Open(_)))
    }

    /// Whether it is neither deleted nor declined.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.deleted.is_none() && !self.declined
    }

    /// Whether nobody can answer it any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        !self.is_alive() || matches!(self.stage, Some(Stage::Won | Stage::Lost))
    }

    /// Its client: the company, else the main contact, else the first that belongs to it.
    #[must_use]
    pub fn client(&self) -> Option<u64> {
        self.company.or(self.contact).or_else(|| self.contacts.first().copied())
    }

    /// The deadline of the nearest open task.
    #[must_use]
    pub fn next_step(&self) -> Option<Moment> {
        self.tasks.values().filter(|task| !task.done).filter_map(|task| task.due).min()
    }
}

/// Who created a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creator {
    /// A person of the roster.
    Person,
    /// An integration.
    Service,
    /// Whoever imports on that day.
    Importer,
}

/// What all facts together say of a deal's beginning, in one look at each.
#[derive(Default)]
struct Beginning<'a> {
    created: Option<(Moment, Actor)>,
    /// When its client first spoke.
    heard: Option<Moment>,
    imported: bool,
    /// The first state with a stage.
    shown: Option<&'a Snapshot>,
    arrivals: Vec<&'a Fact>,
    /// Ids grow: a contact of this deal that has a smaller one had a deal before.
    had_a_deal: bool,
}

impl<'a> Beginning<'a> {
    fn of(id: Subject, ordered: &[&'a Fact]) -> Self {
        let mut found = Self::default();
        for fact in ordered {
            match (&fact.what, id) {
                (What::Deal(snapshot), _) if fact.subject == id => {
                    found.created = found.created.into_iter().chain(creation(fact)).min();
                    found.imported |= snapshot.imported;
                    found.shown = found.shown.or(Some(snapshot).filter(|state| state.stage.is_some()));
                }
                (What::Heard { .. }, _) if fact.subject == id => {
                    found.heard = found.heard.into_iter().chain([fact.at]).min();
                }
                (What::Arrived { .. }, _) => found.arrivals.push(fact),
                (What::Contact { deals, .. }, Subject::Deal(id)) => {
                    found.had_a_deal |= deals.iter().any(|deal| *deal < id);
                }
                _ => {}
            }
        }
        found
    }
}

fn creation(fact: &Fact) -> Option<(Moment, Actor)> {
    match &fact.what {
        What::Deal(Snapshot { created: Some((at, by)), .. }) => Some(((*at).min(fact.at), *by)),
        What::Deal(Snapshot { added: true, .. }) => Some((fact.at, Actor::Unknown)),
        _ => None,
    }
}

/// Snapshots of one second beyond which the order is that of their keys: nobody moves a deal that often.
const CHAIN_MAX: usize = 64;

/// Facts in the order in which they happened: by time, then by the source's own sequence, then, for the
/// states of one deal in one second, as a chain of stages old → new, then by key.
#[must_use]
pub fn ordered<'a>(id: Subject, facts: impl IntoIterator<Item = &'a Observed>) -> Vec<&'a Fact> {
    let mut sorted: Vec<&Observed> = facts.into_iter().collect();
    sorted.sort_unstable_by_key(|observed| (observed.fact.at, observed.fact.seq, observed.key));
    let mut ordered: Vec<&Fact> = sorted.into_iter().map(|observed| &observed.fact).collect();
    let mut stage = None;
    for second in ordered.chunk_by_mut(|a, b| a.at == b.at && a.seq.is_none() && b.seq.is_none()) {
        let is_state = |fact: &Fact| fact.subject == id && matches!(fact.what, What::Deal(_));
        if second.len() > 1 && second.len() <= CHAIN_MAX {
            let mut states: Vec<&Fact> = second.iter().copied().filter(|fact| is_state(fact)).collect();
            chain(&mut states, stage);
            let slots = second.iter_mut().filter(|fact| is_state(fact));
            slots.zip(states).for_each(|(slot, state)| *slot = state);
        }
        stage = second
            .iter()
            .filter(|fact| is_state(fact))
            .filter_map(|fact| stages(fact).1)
            .next_back()
            .or(stage);
    }
    ordered
}

fn chain(states: &mut [&Fact], mut stage: Option<Stage>) {
    let mut rest = states;
    while !rest.is_empty() {
        let (stays, moves) =
            (rest.iter().position(|fact| stays(fact, stage)), rest.iter().position(|f| goes(f, stage)));
        let next = stays.or(moves).unwrap_or(0);
        // Keeps the order of the others.
        if let Some(upto) = rest.get_mut(..=next) {
            upto.rotate_right(1);
        }
        let Some((first, others)) = std::mem::take(&mut rest).split_first_mut() else { return };
        stage = stages(first).1.or(stage);
        rest = others;
    }
}

fn stages(fact: &Fact) -> (Option<Stage>, Option<Stage>) {
    match &fact.what {
        What::Deal(snapshot) => (snapshot.stage_before, snapshot.stage),
        _ => (None, None),
    }
}

fn stays(fact: &Fact, current: Option<Stage>) -> bool {
    let (before, after) = stages(fact);
    before.is_none() && (after.is_none() || after == current)
}

fn goes(fact: &Fact, current: Option<Stage>) -> bool {
    let (before, after) = stages(fact);
    before.is_some() && before != after && (before == current || current.is_none())
}
