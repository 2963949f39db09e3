//! What the CRM holds, and what it does when something happens.

use std::collections::{BTreeMap, BTreeSet};

use crate::company::entities::{About, Contact, Lead, Note, NoteKind, Request, Talk, Task, Value, What};
use crate::company::wire::REQUEST_SOURCE;
use crate::company::{LOST, WON};

use super::event::{Entity, Event, Told};

/// The CRM itself notes that a lead was added; no list shows that note, whose number is so much above the lead's.
const OWN_NOTES: u64 = 40_000_000;

/// Every record as it stands, and everything that became of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    pub(super) leads: BTreeMap<u64, LeadRecord>,
    /// Contacts and companies, which share one row of numbers.
    pub(super) contacts: BTreeMap<u64, Contact>,
    pub(super) tasks: BTreeMap<u64, Task>,
    pub(super) notes: BTreeMap<u64, Note>,
    /// Requests that wait, by their uids.
    pub(super) unsorted: BTreeMap<String, Request>,
    pub(super) talks: BTreeMap<u64, TalkRecord>,
    /// In the order in which they happened.
    pub(super) events: Vec<Event>,
    /// Open tasks of a lead, the most urgent first.
    open_tasks: BTreeMap<u64, BTreeSet<(i64, u64)>>,
    /// Requests that ever came, by the lead that they become.
    requests: BTreeMap<u64, String>,
}

#[derive(Debug, Clone)]
pub(super) struct LeadRecord {
    pub(super) lead: Lead,
    /// The first one is the main one.
    pub(super) contacts: Vec<u64>,
    pub(super) companies: Vec<u64>,
    pub(super) closed_at: Option<i64>,
    pub(super) deleted: bool,
    pub(super) source: Option<u64>,
}

#[derive(Debug, Clone)]
pub(super) struct TalkRecord {
    pub(super) talk: Talk,
    pub(super) open: bool,
}

impl Records {
    pub(super) fn apply(&mut self, at: i64, what: &What) {
        match what {
            What::LeadAdded(lead) => self.enter(at, lead),
            What::LeadUpdated(lead, _) | What::LeadMoved(lead, _) | What::LeadReassigned(lead, _) => {
                self.change(at, lead);
            }
            What::LeadDeleted(lead) => self.delete(at, lead),
            What::LeadRestored(lead) => self.restore(at, lead),
            What::ContactAdded(contact) | What::ContactUpdated(contact) => self.put_contact(at, contact),
            What::TaskAdded(task) | What::TaskUpdated(task) | What::TaskReassigned(task, _) => {
                self.put_task(at, task);
            }
            What::TaskDeleted(task) => self.delete_task(at, task),
            What::Noted(note) => self.put_note(at, note),
            What::UnsortedAdded(request) => {
                self.requests.insert(request.lead, request.uid.clone());
                self.unsorted.insert(request.uid.clone(), request.clone());
            }
            What::UnsortedAccepted(verdict) | What::UnsortedDeclined(verdict) => {
                self.unsorted.remove(&verdict.uid);
            }
            What::MessageReceived(message) => {
                let told = Told::Message(message.id.clone(), message.talk.origin, message.talk.id);
                self.of_talk(at, "incoming_chat_message", 0, &message.talk, told);
            }
            What::MessageSent(message) => {
                let told = Told::Message(message.id.clone(), message.talk.origin, message.talk.id);
                let by = message.author.parse().unwrap_or(0);
                self.of_talk(at, "outgoing_chat_message", by, &message.talk, told);
            }
            What::TalkOpened(talk) => self.put_talk(at, talk, true),
            What::TalkClosed(talk) => self.put_talk(at, talk, false),
        }
    }

    /// The earliest deadline of a lead's open tasks.
    pub(super) fn closest_task_at(&self, lead: u64) -> Option<i64> {
        self.open_tasks.get(&lead)?.first().map(|(due, _)| *due)
    }

    /// Companies of the leads that a contact has.
    pub(super) fn companies_of(&self, contact: &Contact) -> BTreeSet<u64> {
        let leads = contact.leads.iter().filter_map(|lead| self.leads.get(lead));
        leads.flat_map(|record| &record.companies).copied().filter(|id| *id != contact.id).collect()
    }

    /// A lead that was a request leaves the requests with this.
    fn enter(&mut self, at: i64, lead: &Lead) {
        if self.leads.contains_key(&lead.id) {
            return self.change(at, lead);
        }
        let request = self.requests.get(&lead.id);
        if let Some(uid) = request {
            self.unsorted.remove(uid);
        }
        let record = LeadRecord {
            lead: lead.clone(),
            contacts: Vec::new(),
            companies: Vec::new(),
            closed_at: is_closed(lead.stage).then_some(at),
            deleted: false,
            source: request.map(|_| REQUEST_SOURCE),
        };
        self.leads.insert(lead.id, record);
        let told = (Told::Nothing, Told::Note(lead.id + OWN_NOTES));
        self.tell("lead_added", Entity::Lead, lead.id, lead.modified_by, at, told);
    }

    fn change(&mut self, at: i64, lead: &Lead) {
        let Some(record) = self.leads.get_mut(&lead.id) else { return self.enter(at, lead) };
        let was = std::mem::replace(&mut record.lead, lead.clone());
        if was.stage != lead.stage {
            record.closed_at = is_closed(lead.stage).then_some(at);
        }
        for (kind, before, after) in differences(&was, lead) {
            self.tell(kind, Entity::Lead, lead.id, lead.modified_by, at, (before, after));
        }
    }

    /// Whoever deletes is not told; a deal is deleted by the one who is responsible for it.
    fn delete(&mut self, at: i64, lead: &Lead) {
        let Some(record) = self.leads.get_mut(&lead.id).filter(|record| !record.deleted) else { return };
        record.deleted = true;
        record.lead.modified_at = at;
        record.lead.modified_by = lead.responsible;
        let told = (Told::Nothing, Told::Nothing);
        self.tell("lead_deleted", Entity::Lead, lead.id, lead.responsible, at, told);
    }

    fn restore(&mut self, at: i64, lead: &Lead) {
        if let Some(record) = self.leads.get_mut(&lead.id).filter(|record| record.deleted) {
            record.deleted = false;
            let told = (Told::Nothing, Told::Nothing);
            self.tell("lead_restored", Entity::Lead, lead.id, lead.modified_by, at, told);
        }
        self.change(at, lead);
    }

    fn put_contact(&mut self, at: i64, contact: &Contact) {
        let entity = if contact.is_company { Entity::Company } else { Entity::Contact };
        let was = self.contacts.insert(contact.id, contact.clone());
        if was.is_none() {
            let kind = if contact.is_company { "company_added" } else { "contact_added" };
            self.tell(kind, entity, contact.id, contact.created_by, at, (Told::Nothing, Told::Nothing));
        }
        let known = was.map(|was| was.leads).unwrap_or_default();
        for lead in contact.leads.iter().filter(|lead| !known.contains(lead)) {
            let Some(record) = self.leads.get_mut(lead) else { continue };
            let list = if contact.is_company { &mut record.companies } else { &mut record.contacts };
            list.push(contact.id);
            let told = (Told::Nothing, Told::Link(entity, contact.id));
            self.tell("entity_linked", Entity::Lead, *lead, contact.modified_by, at, told);
        }
    }

    fn put_task(&mut self, at: i64, task: &Task) {
        let was = self.tasks.insert(task.id, task.clone());
        let open = self.open_tasks.entry(task.lead).or_default();
        if let Some(was) = &was {
            open.remove(&(was.due, was.id));
        }
        if !task.done {
            open.insert((task.due, task.id));
        }
        let mut tell = |kind, told| self.tell(kind, Entity::Task, task.id, task.modified_by, at, told);
        let Some(was) = was else {
            return tell("task_added", (Told::Nothing, Told::Text(task.text)));
        };
        if was.responsible != task.responsible {
            tell("entity_responsible_changed", (Told::User(was.responsible), Told::User(task.responsible)));
        }
        if was.due != task.due {
            tell("task_deadline_changed", (Told::Deadline(was.due), Told::Deadline(task.due)));
        }
        if task.done && !was.done {
            tell("task_completed", (Told::Nothing, Told::Nothing));
        }
    }

    /// Whoever deletes is not told; a task is deleted by the one who has it.
    fn delete_task(&mut self, at: i64, task: &Task) {
        let Some(was) = self.tasks.remove(&task.id) else { return };
        if let Some(open) = self.open_tasks.get_mut(&was.lead) {
            open.remove(&(was.due, was.id));
        }
        let told = (Told::Nothing, Told::Nothing);
        self.tell("task_deleted", Entity::Task, task.id, was.responsible, at, told);
    }

    /// A letter has a note and no event.
    fn put_note(&mut self, at: i64, note: &Note) {
        if self.notes.insert(note.id, note.clone()).is_some() {
            return;
        }
        let kind = match note.what {
            NoteKind::Text(_) => "common_note_added",
            NoteKind::CallIn(_) => "incoming_call",
            NoteKind::CallOut(_) => "outgoing_call",
            NoteKind::Mail(_) => return,
        };
        let (entity, id) = match note.about {
            About::Lead(id) => (Entity::Lead, id),
            About::Contact(id) => (Entity::Contact, id),
        };
        self.tell(kind, entity, id, note.by, at, (Told::Nothing, Told::Note(note.id)));
    }

    fn put_talk(&mut self, at: i64, talk: &Talk, open: bool) {
        let was = self.talks.insert(talk.id, TalkRecord { talk: talk.clone(), open });
        if was.is_some_and(|was| was.open == open) {
            return;
        }
        let kind = if open { "talk_created" } else { "talk_closed" };
        self.of_talk(at, kind, 0, talk, Told::Talk(talk.id));
    }

    fn of_talk(&mut self, at: i64, kind: &'static str, by: u64, talk: &Talk, told: Told) {
        self.tell(kind, Entity::Lead, talk.lead, by, at, (Told::Nothing, told));
        if let Some(event) = self.events.last_mut() {
            event.talk_contact = Some(talk.contact);
        }
    }

    fn tell(
        &mut self,
        kind: &'static str,
        entity: Entity,
        entity_id: u64,
        by: u64,
        at: i64,
        (before, after): (Told, Told),
    ) {
        self.events.push(Event { kind, entity, entity_id, by, at, before, after, talk_contact: None });
    }
}

fn is_closed(stage: u64) -> bool {
    matches!(stage, WON | LOST)
}

/// What differs between two neighbouring states of a lead, each as its event tells it.
fn differences(was: &Lead, is: &Lead) -> Vec<(&'static str, Told, Told)> {
    let mut changes = Vec::new();
    if (was.pipeline, was.stage) != (is.pipeline, is.stage) {
        let stage = |lead: &Lead| Told::Stage(lead.stage, lead.pipeline);
        changes.push(("lead_status_changed", stage(was), stage(is)));
    }
    if was.responsible != is.responsible {
        let (before, after) = (Told::User(was.responsible), Told::User(is.responsible));
        changes.push(("entity_responsible_changed", before, after));
    }
    let sale = |lead: &Lead| lead.price.unwrap_or(0);
    if sale(was) != sale(is) {
        changes.push(("sale_field_changed", Told::Sale(sale(was)), Told::Sale(sale(is))));
    }
    let fields: BTreeSet<u64> = was.values.keys().chain(is.values.keys()).copied().collect();
    for field in fields {
        let (before, after) = (was.values.get(&field), is.values.get(&field));
        if before != after {
            let told = |value: Option<&Value>| {
                value.map_or(Told::Nothing, |value| Told::Field(field, value.clone()))
            };
            changes.push(("custom_field_value_changed", told(before), told(after)));
        }
    }
    changes
}
