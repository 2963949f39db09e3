//! Names of what facts know by ids: zone, people, pipelines, reasons, sources, fields. They are no facts; they
//! become parts of a policy.

use super::entity::Entity;
use super::shape::{self, Fields};
use super::{IgnoredReason, required};
use std::collections::{BTreeMap, BTreeSet};
use takeroot_core::directory::{AccountDirectory, CrmField};
use takeroot_core::fact::Stage;
use takeroot_core::policy::{Group, Named, Person, Pipeline, Policy, StageName};
use takeroot_core::time::{DAY_S, Day, Moment};

/// What an account calls things. Every list is sorted by id, pipelines and stages by their place in the CRM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// IANA name of the account's zone.
    pub zone: Option<String>,
    /// Users. Which of them are service accounts the CRM does not say.
    pub people: Vec<Person>,
    /// Groups of users.
    pub groups: Vec<Group>,
    /// Pipelines with their working stages.
    pub pipelines: Vec<Pipeline>,
    /// Loss reasons.
    pub loss_reasons: Vec<Named>,
    /// Types of tasks.
    pub task_types: Vec<TaskType>,
    /// Sources.
    pub sources: Vec<Named>,
    /// Custom fields.
    pub fields: Vec<CustomField>,
    /// Whose token the CRM was asked with.
    pub asker: Option<u64>,
    /// Which of the people are admins.
    pub admins: BTreeSet<u64>,
    /// Stages in which requests wait to be accepted: no deal stands there.
    pub incoming: BTreeSet<u64>,
    /// Places of pipelines (stage 0) and stages in the CRM.
    places: BTreeMap<(u64, u64), u64>,
}

/// A type of tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskType {
    /// Id in the CRM.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Whether the CRM itself calls it a meeting.
    pub is_meeting: bool,
}

/// A custom field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomField {
    /// Id in the CRM.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Of what it is a field: `leads`, `contacts`, `companies`; empty where the answer does not say.
    pub of: String,
    /// Its type in the CRM, such as `select`.
    pub kind: String,
    /// Its code in the CRM, such as `UTM_SOURCE`; mostly empty.
    pub code: String,
    /// What can be chosen.
    pub choices: Vec<Named>,
    /// Pipelines and stages that ask for it.
    pub required: Vec<(u64, u64)>,
}

impl Directory {
    /// Adds what another page says; of two words on one thing the later one counts.
    pub fn merge(&mut self, other: Self) {
        self.zone = other.zone.or(self.zone.take());
        self.asker = other.asker.or(self.asker);
        self.admins.extend(other.admins);
        other.people.into_iter().for_each(|person| self.put_person(person));
        other.groups.into_iter().for_each(|group| put(&mut self.groups, group, |group| group.id));
        other.loss_reasons.into_iter().for_each(|reason| put(&mut self.loss_reasons, reason, |r| r.id));
        other.task_types.into_iter().for_each(|kind| put(&mut self.task_types, kind, |kind| kind.id));
        other.sources.into_iter().for_each(|source| put(&mut self.sources, source, |source| source.id));
        other.fields.into_iter().for_each(|field| put(&mut self.fields, field, |field| field.id));
        self.places.extend(other.places);
        self.incoming.extend(other.incoming);
        for pipeline in other.pipelines {
            self.name_pipeline(pipeline.id, &pipeline.name);
            pipeline.stages.into_iter().for_each(|stage| self.put_stage(pipeline.id, stage));
        }
        self.sort();
    }

    /// A policy with the account's names. What an admin has set stays as it is: lists that are empty are
    /// filled, known entries without a name get theirs, people who are not on the roster join it.
    #[must_use]
    pub fn onto(&self, mut policy: Policy) -> Policy {
        if let Some(zone) = &self.zone {
            policy.calendar.tz.clone_from(zone);
        }
        for person in &self.people {
            match policy.people.iter_mut().find(|known| known.id == person.id) {
                None => policy.people.push(person.clone()),
                Some(known) => {
                    known.until = known.until.or(person.until);
                    known.group = known.group.or(person.group);
                    name(&mut known.name, &person.name);
                }
            }
        }
        for group in &self.groups {
            match policy.groups.iter_mut().find(|known| known.id == group.id) {
                None => policy.groups.push(group.clone()),
                Some(known) => name(&mut known.name, &group.name),
            }
        }
        self.name_pipelines(&mut policy);
        join_names(&mut policy.meaning.loss_reasons, &self.loss_reasons);
        join_names(&mut policy.sources.names, &self.sources);
        if policy.meaning.meeting_tasks.is_empty() {
            let meetings = self.task_types.iter().filter(|kind| kind.is_meeting);
            policy.meaning.meeting_tasks = meetings.map(|kind| kind.id).collect();
        }
        if policy.sources.utm.is_empty() {
            let marks =
                self.fields.iter().filter(|field| field.code.to_ascii_uppercase().starts_with("UTM_"));
            policy.sources.utm = marks.filter(|field| is_of_leads(field)).map(|field| field.id).collect();
        }
        if policy.mandatory.is_empty() {
            policy.mandatory = required::mandatory(&self.fields, &policy.pipelines);
        }
        policy
    }

    /// What a policy can name, as it was read at a moment.
    #[must_use]
    pub fn told(&self, at: Moment) -> AccountDirectory {
        let of_deals = self.fields.iter().filter(|field| is_of_leads(field));
        let field = |field: &CustomField| CrmField {
            id: field.id,
            name: field.name.clone(),
            kind: field.kind.clone(),
        };
        AccountDirectory {
            at: Some(at),
            pipelines: self.pipelines.clone(),
            fields: of_deals.map(field).collect(),
            required: required::mandatory(&self.fields, &self.pipelines),
            people: self.people.clone(),
            groups: self.groups.clone(),
            sources: self.sources.clone(),
        }
    }

    fn name_pipelines(&self, policy: &mut Policy) {
        if policy.pipelines.is_empty() {
            policy.pipelines.clone_from(&self.pipelines);
        }
        for known in &mut policy.pipelines {
            let Some(pipeline) = self.pipelines.iter().find(|own| own.id == known.id) else { continue };
            name(&mut known.name, &pipeline.name);
            for stage in &mut known.stages {
                if let Some(own) = pipeline.stages.iter().find(|own| own.id == stage.id) {
                    name(&mut stage.name, &own.name);
                }
            }
        }
    }

    /// Takes an item of a list. `path` is the list's own address.
    pub(super) fn take(
        &mut self,
        entity: Entity,
        item: &Fields,
        received_at: Moment,
        path: &[String],
    ) -> Result<(), IgnoredReason> {
        if entity == Entity::Account {
            self.take_account(item);
            return Ok(());
        }
        let id = shape::id(item, "id").ok_or(IgnoredReason::NoId)?;
        match entity {
            Entity::User => self.take_user(id, item, received_at),
            Entity::Pipeline => self.take_pipeline(id, item),
            Entity::Stage => {
                let pipeline = shape::id(item, "pipeline_id").ok_or(IgnoredReason::ForeignElement)?;
                self.incoming.extend(Some(id).filter(|_| waits(item)));
                let stage = stage(item).ok_or(IgnoredReason::NotMeasured)?;
                self.places.insert((pipeline, id), place(item));
                self.name_pipeline(pipeline, "");
                self.put_stage(pipeline, stage);
                self.sort();
            }
            Entity::CustomField => put(&mut self.fields, field(id, item, path), |field| field.id),
            Entity::LossReason => put(&mut self.loss_reasons, named(id, item), |reason| reason.id),
            Entity::Source => put(&mut self.sources, named(id, item), |source| source.id),
            _ => return Err(IgnoredReason::NotMeasured),
        }
        Ok(())
    }

    fn take_account(&mut self, item: &Fields) {
        let embedded = item.get("_embedded");
        let zone = embedded.and_then(|inner| inner.get("datetime_settings")?.get("timezone")?.as_str());
        self.zone = zone.map(clip).or(self.zone.take());
        self.asker = shape::id(item, "current_user_id").or(self.asker);
        for group in shape::embedded(item, "users_groups") {
            // The group of everybody has the number 0.
            if let Some(id) = shape::number(group, "id") {
                put(&mut self.groups, Group { id, name: text(group, "name") }, |group| group.id);
            }
        }
        for kind in shape::embedded(item, "task_types") {
            if let Some(id) = shape::id(kind, "id") {
                let is_meeting = shape::text(kind, "code") == "MEETING";
                let kind = TaskType { id, name: text(kind, "name"), is_meeting };
                put(&mut self.task_types, kind, |kind| kind.id);
            }
        }
    }

    /// Since when a user is not active nobody says: at the latest since yesterday.
    fn take_user(&mut self, id: u64, item: &Fields, received_at: Moment) {
        let rights = item.get("rights").and_then(serde_json::Value::as_object);
        let is_off = rights
            .is_some_and(|rights| rights.contains_key("is_active") && !shape::is_set(rights, "is_active"));
        self.admins.extend(rights.filter(|rights| shape::is_set(rights, "is_admin")).map(|_| id));
        let yesterday = i32::try_from(received_at.0.div_euclid(DAY_S) - 1).ok().map(Day);
        let group = rights.and_then(|rights| shape::number(rights, "group_id"));
        let name = text(item, "name");
        let until = yesterday.filter(|_| is_off);
        self.put_person(Person { id, name, until, group, ..Person::default() });
        for group in shape::embedded(item, "groups") {
            if let Some(id) = shape::number(group, "id") {
                put(&mut self.groups, Group { id, name: text(group, "name") }, |group| group.id);
            }
        }
    }

    /// Whoever was found to have left had left by then.
    fn put_person(&mut self, mut person: Person) {
        let known = self.people.iter().find(|known| known.id == person.id);
        let left = known.and_then(|known| known.until);
        person.until = person.until.map(|until| left.map_or(until, |left| left.min(until)));
        put(&mut self.people, person, |person| person.id);
    }

    fn take_pipeline(&mut self, id: u64, item: &Fields) {
        self.places.insert((id, 0), place(item));
        self.name_pipeline(id, &text(item, "name"));
        for told in shape::embedded(item, "statuses") {
            self.incoming.extend(shape::id(told, "id").filter(|_| waits(told)));
            if let Some(stage) = stage(told) {
                self.places.insert((id, stage.id), place(told));
                self.put_stage(id, stage);
            }
        }
        self.sort();
    }

    fn name_pipeline(&mut self, id: u64, name: &str) {
        match self.pipelines.iter_mut().find(|known| known.id == id) {
            Some(known) if name.is_empty() => known.id = id,
            Some(known) => name.clone_into(&mut known.name),
            None => self.pipelines.push(Pipeline { id, name: name.to_owned(), ..Pipeline::default() }),
        }
    }

    fn put_stage(&mut self, pipeline: u64, stage: StageName) {
        let known = self.pipelines.iter_mut().find(|known| known.id == pipeline);
        if let Some(pipeline) = known {
            put(&mut pipeline.stages, stage, |stage| stage.id);
        }
    }

    fn sort(&mut self) {
        let places = &self.places;
        let place = |pipeline, stage| (places.get(&(pipeline, stage)).copied().unwrap_or(u64::MAX), stage);
        for pipeline in &mut self.pipelines {
            let id = pipeline.id;
            pipeline.stages.sort_by_key(|stage| place(id, stage.id));
        }
        self.pipelines.sort_by_key(|pipeline| (place(pipeline.id, 0), pipeline.id));
    }
}

/// A working stage: neither won nor lost, nor the one in which requests wait.
fn stage(item: &Fields) -> Option<StageName> {
    let id = shape::id(item, "id")?;
    let works = matches!(crate::hook::lead::stage_of(id), Stage::Open(_));
    (works && !waits(item)).then(|| StageName { id, name: text(item, "name") })
}

/// Whether requests wait there to be accepted.
fn waits(item: &Fields) -> bool {
    shape::number(item, "type") == Some(1)
}

fn place(item: &Fields) -> u64 {
    shape::number(item, "sort").unwrap_or(u64::MAX)
}

fn field(id: u64, item: &Fields, path: &[String]) -> CustomField {
    let own = super::entity::path(&shape::href(item).unwrap_or_default());
    let known = |name: &&str| matches!(*name, "leads" | "contacts" | "companies" | "customers");
    let told = [Some(shape::text(item, "entity_type")), own.first().map(String::as_str)];
    let told = told.into_iter().chain([path.first().map(String::as_str)]).flatten();
    let required = shape::objects(item.get("required_statuses"));
    CustomField {
        id,
        name: text(item, "name"),
        of: told.filter(known).map(str::to_owned).next().unwrap_or_default(),
        kind: text(item, "type"),
        code: text(item, "code"),
        choices: shape::objects(item.get("enums"))
            .filter_map(|choice| Some(Named { id: shape::id(choice, "id")?, name: text(choice, "value") }))
            .collect(),
        required: required
            .filter_map(|at| Some((shape::id(at, "pipeline_id")?, shape::id(at, "status_id")?)))
            .collect(),
    }
}

fn is_of_leads(field: &CustomField) -> bool {
    matches!(field.of.as_str(), "leads" | "")
}

fn named(id: u64, item: &Fields) -> Named {
    Named { id, name: text(item, "name") }
}

fn text(item: &Fields, name: &str) -> String {
    clip(shape::text(item, name))
}

/// Names of the CRM are at most this long.
const NAME_MAX: usize = 255;

fn clip(text: &str) -> String {
    text.chars().take(NAME_MAX).collect()
}

/// Puts an entry into a list in the place of the one with its id.
fn put<T>(list: &mut Vec<T>, entry: T, id: impl Fn(&T) -> u64) {
    match list.iter_mut().find(|known| id(known) == id(&entry)) {
        Some(known) => *known = entry,
        None => {
            list.push(entry);
            list.sort_by_key(id);
        }
    }
}

fn join_names(known: &mut Vec<Named>, told: &[Named]) {
    for own in told {
        match known.iter_mut().find(|named| named.id == own.id) {
            Some(named) => name(&mut named.name, &own.name),
            None => known.push(own.clone()),
        }
    }
}

/// A name for what has none.
fn name(known: &mut String, told: &str) {
    if known.is_empty() {
        told.clone_into(known);
    }
}
