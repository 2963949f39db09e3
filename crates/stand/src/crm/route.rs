//! The API's routes.

use crate::company::entities::{About, Contact, Note};
use crate::company::{FieldOwner, User};

use super::answer::{ApiAnswer, ApiRequest, Refusal};
use super::directory::{LOSS_REASONS, Standing};
use super::event;
use super::list::{Ask, Marks, chosen};
use super::record::LeadRecord;
use super::show::Show;
use super::{Crm, Owner};

/// Items of a page of events, and of any other list.
const EVENTS_MAX: usize = 100;
const ITEMS_MAX: usize = 250;

const TIMES: [&str; 3] = ["id", "created_at", "updated_at"];

type Answer = Result<ApiAnswer, Refusal>;

impl Crm {
    /// `/api/v4/…` for a user who may ask.
    pub(super) fn route(&mut self, request: &ApiRequest<'_>, ask: &Ask, user: u64) -> Answer {
        let path = ask.path.strip_prefix("/api/v4/").unwrap_or_default().trim_end_matches('/').to_owned();
        let segments: Vec<&str> = path.split('/').collect();
        match (request.method, segments.as_slice()) {
            (method, ["webhooks"]) => self.webhooks(method, request.body, ask, user),
            ("GET", _) => self.shown(&segments, ask, user),
            _ => Err(Refusal::new(405, "the stand's records are only read")),
        }
    }

    fn shown(&self, segments: &[&str], ask: &Ask, user: u64) -> Answer {
        let show = self.show();
        let with = |name: &str| ask.with(name);
        match *segments {
            ["account"] => Ok(ApiAnswer::json(200, &show.account(user, self.since, with))),
            ["users", ref id @ ..] if id.len() < 2 => self.users(ask, id.first().copied(), user),
            ["leads", "pipelines"] => {
                let all = self.company.pipelines.iter().enumerate();
                let all: Vec<_> = all.map(|(number, pipeline)| show.pipeline(number, pipeline)).collect();
                Ok(show.whole(Some("leads/pipelines"), "pipelines", &all))
            }
            ["leads", "custom_fields"] => self.custom_fields(ask, FieldOwner::Lead),
            ["contacts", "custom_fields"] => self.custom_fields(ask, FieldOwner::Contact),
            ["companies", "custom_fields"] => Ok(ApiAnswer::empty()),
            ["leads", "loss_reasons"] => {
                show.page(ask, "loss_reasons", &LOSS_REASONS, ITEMS_MAX, |reason| show.loss_reason(*reason))
            }
            ["leads", "unsorted"] => self.unsorted(ask),
            ["leads", "unsorted", uid] => {
                let request = self.records.unsorted.get(uid).map(|request| show.request(request));
                Ok(request.map_or_else(ApiAnswer::empty, |item| ApiAnswer::json(200, &item)))
            }
            [list @ ("leads" | "contacts" | "companies"), "notes"] => self.notes(ask, list, None),
            [list @ ("leads" | "contacts" | "companies"), id, "notes"] => self.notes(ask, list, Some(id)),
            ["leads"] => self.leads(ask),
            ["contacts"] => self.contacts(ask, false),
            ["companies"] => self.contacts(ask, true),
            ["tasks"] => self.tasks(ask),
            ["talks"] => self.talks(ask),
            ["events"] => self.events(ask),
            [list @ ("leads" | "contacts" | "companies" | "tasks" | "talks" | "events"), id] => {
                Ok(self.one(show, list, id, ask))
            }
            _ => Err(Refusal::new(404, "the stand has no such list")),
        }
    }

    /// One record by its id; 204 where there is none.
    fn one(&self, show: Show<'_>, list: &str, text: &str, ask: &Ask) -> ApiAnswer {
        let (records, id) = (&self.records, text.parse().unwrap_or(0));
        let with = |name: &str| ask.with(name);
        let is_of_list = |contact: &&Contact| contact.is_company == (list == "companies");
        let found = match list {
            "leads" => records.leads.get(&id).map(|record| show.lead(record, with)),
            "contacts" | "companies" => {
                let contact = records.contacts.get(&id).filter(is_of_list);
                contact.map(|contact| show.contact(contact, with))
            }
            "tasks" => records.tasks.get(&id).map(|task| show.task(task)),
            "talks" => records.talks.get(&id).map(|talk| show.talk(talk)),
            "events" => {
                let mut all = records.events.iter().enumerate();
                let told = all.find(|(number, event)| event::id(self.seed, *number, event.at) == text);
                told.map(|(number, event)| show.event(number, event))
            }
            _ => None,
        };
        found.map_or_else(ApiAnswer::empty, |item| ApiAnswer::json(200, &item))
    }

    fn leads(&self, ask: &Ask) -> Answer {
        ask.only_filters(&[&TIMES[..], &["responsible_user_id", "pipeline_id"]].concat())?;
        let (show, deleted) = (self.show(), ask.with("only_deleted"));
        let fits = |record: &&LeadRecord| {
            record.deleted == deleted
                && ask.wants("responsible_user_id", &record.lead.responsible.to_string())
                && ask.wants("pipeline_id", &record.lead.pipeline.to_string())
        };
        let marks = |record: &&LeadRecord| {
            let lead = &record.lead;
            Marks { id: lead.id, created_at: lead.created_at, updated_at: lead.modified_at, due: 0 }
        };
        let all = chosen(ask, self.records.leads.values().filter(fits), marks)?;
        show.page(ask, "leads", &all, ITEMS_MAX, |record| {
            if deleted { show.deleted_lead(record) } else { show.lead(record, |name| ask.with(name)) }
        })
    }

    fn contacts(&self, ask: &Ask, companies: bool) -> Answer {
        ask.only_filters(&[&TIMES[..], &["responsible_user_id"]].concat())?;
        let fits = |contact: &&Contact| {
            contact.is_company == companies
                && ask.wants("responsible_user_id", &contact.responsible.to_string())
        };
        let marks = |contact: &&Contact| Marks {
            id: contact.id,
            created_at: contact.created_at,
            updated_at: contact.modified_at,
            due: 0,
        };
        let (show, name) = (self.show(), if companies { "companies" } else { "contacts" });
        let all = chosen(ask, self.records.contacts.values().filter(fits), marks)?;
        show.page(ask, name, &all, ITEMS_MAX, |contact| show.contact(contact, |name| ask.with(name)))
    }

    fn tasks(&self, ask: &Ask) -> Answer {
        let own = ["is_completed", "responsible_user_id", "entity_id", "entity_type", "task_type"];
        ask.only_filters(&[&TIMES[..], &own].concat())?;
        let all = self.records.tasks.values().filter(|task| {
            ask.wants("is_completed", if task.done { "1" } else { "0" })
                && ask.wants("responsible_user_id", &task.responsible.to_string())
                && ask.wants("entity_id", &task.lead.to_string())
                && ask.wants("entity_type", "leads")
                && ask.wants("task_type", &task.kind.to_string())
        });
        let all = chosen(ask, all, |task| Marks {
            id: task.id,
            created_at: task.created_at,
            updated_at: task.modified_at,
            due: task.due,
        })?;
        let show = self.show();
        show.page(ask, "tasks", &all, ITEMS_MAX, |task| show.task(task))
    }

    fn notes(&self, ask: &Ask, list: &str, entity: Option<&str>) -> Answer {
        ask.only_filters(&[&TIMES[..], &["note_type", "entity_id"]].concat())?;
        let show = self.show();
        let is_of_list = |note: &Note| match note.about {
            About::Lead(_) => list == "leads",
            About::Contact(id) => {
                let company = self.records.contacts.get(&id).is_some_and(|contact| contact.is_company);
                list == if company { "companies" } else { "contacts" }
            }
        };
        let all = self.records.notes.values().filter(|note| {
            let (About::Lead(id) | About::Contact(id)) = note.about;
            let id = id.to_string();
            is_of_list(note)
                && entity.is_none_or(|entity| entity == id)
                && ask.wants("entity_id", &id)
                && ask.wants("note_type", super::show::note_type(note))
        });
        let marks = |note: &&Note| Marks { id: note.id, created_at: note.at, updated_at: note.at, due: 0 };
        let all = chosen(ask, all, marks)?;
        show.page(ask, "notes", &all, ITEMS_MAX, |note| show.note(note))
    }

    fn unsorted(&self, ask: &Ask) -> Answer {
        ask.only_filters(&["uid", "category", "pipeline_id", "created_at"])?;
        let all = self.records.unsorted.values().filter(|request| {
            ask.wants("uid", &request.uid)
                && ask.wants("category", crate::company::wire::category(&request.kind))
                && ask.wants("pipeline_id", &request.pipeline.to_string())
        });
        let mut all = chosen(ask, all, |request| Marks {
            id: request.lead,
            created_at: request.at,
            updated_at: request.at,
            due: 0,
        })?;
        if ask.one("order[created_at]").is_none() {
            all.sort_by_key(|request| (request.at, request.lead));
        }
        let show = self.show();
        show.page(ask, "unsorted", &all, ITEMS_MAX, |request| show.request(request))
    }

    fn talks(&self, ask: &Ask) -> Answer {
        ask.only_filters(&TIMES)?;
        let show = self.show();
        let all = chosen(ask, self.records.talks.values(), |record| Marks {
            id: record.talk.id,
            created_at: record.talk.opened_at,
            updated_at: record.talk.updated_at,
            due: 0,
        })?;
        show.page(ask, "talks", &all, ITEMS_MAX, |record| show.talk(record))
    }

    /// The newest first. An event that is late is not there yet.
    fn events(&self, ask: &Ask) -> Answer {
        ask.only_filters(&["id", "type", "entity", "entity_id", "created_by", "created_at"])?;
        let (show, events) = (self.show(), &self.records.events);
        let (from, to) = ask.range("created_at")?;
        let first = events.partition_point(|event| event.at < from);
        let behind = events.partition_point(|event| event.at <= to);
        let within = events.iter().enumerate().take(behind).skip(first);
        let late_s = self.switches.events_late_s;
        let (kinds, entities) = (ask.many("filter[type]"), ask.many("filter[entity]"));
        let (of, by) = (ask.many("filter[entity_id]"), ask.many("filter[created_by]"));
        let ids = ask.many("filter[id]");
        let is_in = |wanted: &Option<Vec<&str>>, value: &dyn Fn() -> String| {
            wanted.as_ref().is_none_or(|wanted| wanted.contains(&value().as_str()))
        };
        let mut all: Vec<_> = within
            .filter(|(number, event)| {
                kinds.as_ref().is_none_or(|wanted| wanted.contains(&event.kind))
                    && entities.as_ref().is_none_or(|wanted| wanted.contains(&event.entity.singular()))
                    && is_in(&of, &|| event.entity_id.to_string())
                    && is_in(&by, &|| event.by.to_string())
                    && is_in(&ids, &|| event::id(self.seed, *number, event.at))
                    && (late_s == 0 || event.at + event::late_s(self.seed, *number, late_s) <= self.now)
            })
            .collect();
        all.reverse();
        show.page(ask, "events", &all, EVENTS_MAX, |(number, event)| show.event(*number, event))
    }

    fn users(&self, ask: &Ask, id: Option<&str>, user: u64) -> Answer {
        self.admin_only(user)?;
        ask.only_filters(&[])?;
        let show = self.show();
        let one = |user: &User| show.user(user, self.standing(user), |name| ask.with(name));
        match id.map(|id| self.company.users.iter().find(|user| user.id.to_string() == id)) {
            None => show.page(ask, "users", &self.company.users, ITEMS_MAX, one),
            Some(None) => Ok(ApiAnswer::empty()),
            Some(Some(user)) => Ok(ApiAnswer::json(200, &one(user))),
        }
    }

    fn custom_fields(&self, ask: &Ask, of: FieldOwner) -> Answer {
        ask.only_filters(&["type"])?;
        let (show, gone) = (self.show(), &self.switches.deleted_fields);
        let own = self.company.fields.iter().enumerate();
        let own = own.filter(|(_, field)| field.owner == of && !gone.contains(&field.id));
        let own: Vec<_> =
            own.filter(|(_, field)| ask.wants("type", super::show::field_type(field))).collect();
        show.page(ask, "custom_fields", &own, ITEMS_MAX, |(number, field)| show.custom_field(*number, field))
    }

    fn webhooks(&mut self, method: &str, body: &[u8], ask: &Ask, user: u64) -> Answer {
        self.admin_only(user)?;
        let account = self.company.crm_id;
        match method {
            "GET" => {
                let all = self.hooks.list(account, ask.one("filter[destination]"));
                if all.is_empty() {
                    Ok(ApiAnswer::empty())
                } else {
                    Ok(self.show().whole(None, "webhooks", &all))
                }
            }
            "POST" => {
                let told = self.hooks.subscribe(body, &self.switches, (account, user), self.now)?;
                Ok(ApiAnswer::json(201, &told))
            }
            "DELETE" => self.hooks.unsubscribe(body).map(|()| ApiAnswer::empty()),
            _ => Err(Refusal::new(405, "webhooks are listed, added and taken away")),
        }
    }

    fn admin_only(&self, user: u64) -> Result<(), Refusal> {
        let user = self.company.users.iter().find(|known| known.id == user);
        let is_admin = user.is_some_and(|user| self.standing(user).is_admin);
        if is_admin { Ok(()) } else { Err(Refusal::new(403, "only an admin may do this")) }
    }

    /// The head and the integration's own account are admins.
    pub(super) fn standing(&self, user: &User) -> Standing {
        let owner = if self.owners.contains(&user.id) { self.switches.owner } else { Owner::AsListed };
        let listed = user.is_head || user.kind == crate::company::UserKind::Service;
        let left = self.leaves.iter().any(|(known, at)| *known == user.id && *at <= self.now);
        Standing {
            is_admin: listed && owner != Owner::NotAdmin,
            is_active: !left && owner != Owner::Dismissed,
        }
    }

    pub(super) fn show(&self) -> Show<'_> {
        Show {
            company: &self.company,
            records: &self.records,
            seed: self.seed,
            origin: &self.origin,
            deleted_fields: &self.switches.deleted_fields,
        }
    }
}
