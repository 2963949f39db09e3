//! Records as the API shows them.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::company::entities::{
    About, Call, Contact, Mail, Note, NoteKind, Request, RequestKind, Task, Value,
};
use crate::company::roster::{EMAIL, PHONE};
use crate::company::wire::{self, FORM_ID, FORM_NAME, FORM_PAGE};
use crate::company::{Company, Field, FieldKind, LOST};

use super::directory::{self, LOSS_REASONS};
use super::record::{LeadRecord, Records, TalkRecord};

/// What every answer needs to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Show<'a> {
    pub(super) company: &'a Company,
    pub(super) records: &'a Records,
    pub(super) seed: u64,
    /// Of all addresses in answers, without a slash at the end.
    pub(super) origin: &'a str,
    pub(super) deleted_fields: &'a [u64],
}

impl Show<'_> {
    pub(super) fn href(&self, path: &str) -> String {
        format!("{}/api/v4/{path}", self.origin)
    }

    pub(super) fn links(&self, path: &str) -> Json {
        json!({ "self": { "href": self.href(path) } })
    }

    /// `with` names what else is wanted.
    pub(super) fn lead(&self, record: &LeadRecord, with: impl Fn(&str) -> bool) -> Json {
        let (lead, id) = (&record.lead, record.lead.id);
        let reason = loss_reason(record);
        let mut item = json!({
            "id": id,
            "name": lead.name,
            "price": lead.price.unwrap_or(0),
            "responsible_user_id": lead.responsible,
            "group_id": directory::group_of(self.company, lead.responsible),
            "status_id": lead.stage,
            "pipeline_id": lead.pipeline,
            "loss_reason_id": reason,
            "source_id": record.source.filter(|_| with("source_id")),
            "created_by": lead.created_by,
            "updated_by": lead.modified_by,
            "created_at": lead.created_at,
            "updated_at": lead.modified_at,
            "closed_at": record.closed_at,
            "closest_task_at": self.records.closest_task_at(id),
            "is_deleted": record.deleted,
            "custom_fields_values": self.values(&lead.values),
            "score": null,
            "account_id": self.company.crm_id,
            "_links": self.links(&format!("leads/{id}")),
        });
        let tags = lead.tags.iter().map(|tag| json!({ "id": tag.id, "name": tag.name }));
        let mut embedded = json!({
            "tags": tags.collect::<Vec<_>>(),
            "companies": self.named("companies", &record.companies),
        });
        if with("contacts") {
            let contact = |(at, id): (usize, &u64)| json!({ "id": id, "is_main": at == 0, "_links": self.links(&format!("contacts/{id}")) });
            put(&mut embedded, "contacts", record.contacts.iter().enumerate().map(contact).collect());
        }
        if with("loss_reason") {
            let told = LOSS_REASONS.iter().filter(|(id, _)| Some(*id) == reason);
            put(&mut embedded, "loss_reason", told.map(|known| self.loss_reason(*known)).collect());
        }
        if with("catalog_elements") {
            put(&mut embedded, "catalog_elements", json!([]));
        }
        if with("is_price_modified_by_robot") {
            put(&mut item, "is_price_modified_by_robot", false.into());
        }
        put(&mut item, "_embedded", embedded);
        item
    }

    /// Of a lead in the bin only this is shown.
    pub(super) fn deleted_lead(&self, record: &LeadRecord) -> Json {
        json!({
            "id": record.lead.id,
            "updated_by": record.lead.modified_by,
            "updated_at": record.lead.modified_at,
            "is_deleted": true,
            "account_id": self.company.crm_id,
            "_links": self.links(&format!("leads/{}", record.lead.id)),
        })
    }

    pub(super) fn contact(&self, contact: &Contact, with: impl Fn(&str) -> bool) -> Json {
        let list = if contact.is_company { "companies" } else { "contacts" };
        let mut item = json!({
            "id": contact.id,
            "name": contact.name,
            "responsible_user_id": contact.responsible,
            "group_id": directory::group_of(self.company, contact.responsible),
            "created_by": contact.created_by,
            "updated_by": contact.modified_by,
            "created_at": contact.created_at,
            "updated_at": contact.modified_at,
            "closest_task_at": null,
            "custom_fields_values": self.contact_values(contact),
            "account_id": self.company.crm_id,
            "_links": self.links(&format!("{list}/{}", contact.id)),
        });
        let mut embedded = json!({ "tags": [] });
        if contact.is_company {
            if with("contacts") {
                let leads = contact.leads.iter().filter_map(|lead| self.records.leads.get(lead));
                let contacts: Vec<u64> = leads.flat_map(|record| &record.contacts).copied().collect();
                put(&mut embedded, "contacts", self.named("contacts", &contacts));
            }
        } else {
            let (first, last) = contact.name.split_once(' ').unwrap_or((&contact.name, ""));
            put(&mut item, "first_name", first.into());
            put(&mut item, "last_name", last.into());
            let companies: Vec<u64> = self.records.companies_of(contact).into_iter().collect();
            put(&mut embedded, "companies", self.named("companies", &companies));
        }
        if with("leads") {
            put(&mut embedded, "leads", self.named("leads", &contact.leads));
        }
        put(&mut item, "_embedded", embedded);
        item
    }

    pub(super) fn task(&self, task: &Task) -> Json {
        // Not everybody writes down what came of a task.
        let result = if task.done && task.id.is_multiple_of(3) {
            json!({ "text": "Сделано" })
        } else {
            json!([])
        };
        json!({
            "id": task.id,
            "created_by": task.created_by,
            "updated_by": task.modified_by,
            "created_at": task.created_at,
            "updated_at": task.modified_at,
            "responsible_user_id": task.responsible,
            "group_id": directory::group_of(self.company, task.responsible),
            "entity_id": task.lead,
            "entity_type": "leads",
            "duration": 0,
            "is_completed": task.done,
            "task_type_id": task.kind,
            "text": task.text,
            "result": result,
            "complete_till": task.due,
            "account_id": self.company.crm_id,
            "_links": self.links(&format!("tasks/{}", task.id)),
        })
    }

    pub(super) fn note(&self, note: &Note) -> Json {
        let (list, entity) = match note.about {
            About::Lead(id) => ("leads", id),
            About::Contact(id) => ("contacts", id),
        };
        let params = match &note.what {
            NoteKind::Text(text) => json!({ "text": text }),
            NoteKind::CallIn(call) | NoteKind::CallOut(call) => call_params(call, note.responsible),
            NoteKind::Mail(mail) => mail_params(mail),
        };
        json!({
            "id": note.id,
            "entity_id": entity,
            "created_by": note.by,
            "updated_by": note.by,
            "created_at": note.at,
            "updated_at": note.at,
            "responsible_user_id": note.responsible,
            "group_id": directory::group_of(self.company, note.responsible),
            "note_type": note_type(note),
            "params": params,
            "account_id": self.company.crm_id,
            "_links": self.links(&format!("{list}/{entity}/notes/{}", note.id)),
        })
    }

    pub(super) fn request(&self, request: &Request) -> Json {
        let (source_uid, source_name, metadata) = match &request.kind {
            RequestKind::Form { utm_source } => {
                let referer = utm_source.as_ref().map(|utm| format!("{FORM_PAGE}?utm_source={utm}"));
                let told = json!({
                    "form_id": FORM_ID.to_string(),
                    "form_name": FORM_NAME,
                    "form_page": FORM_PAGE,
                    "form_sent_at": request.at,
                    "ip": "192.0.2.17",
                    "referer": referer.unwrap_or_else(|| FORM_PAGE.to_owned()),
                });
                (json!(FORM_ID.to_string()), FORM_NAME, told)
            }
            RequestKind::Mail { subject } => {
                let from = json!({ "email": request.from.email, "name": request.from.name });
                let told = json!({
                    "from": from,
                    "received_at": request.at,
                    "subject": subject,
                    "thread_id": request.lead * 3,
                    "message_id": (request.lead * 7).to_string(),
                    "content_summary": "",
                });
                (Json::Null, "zakaz@upakovka.example", told)
            }
        };
        json!({
            "uid": request.uid,
            "source_uid": source_uid,
            "source_name": source_name,
            "category": wire::category(&request.kind),
            "pipeline_id": request.pipeline,
            "created_at": request.at,
            "metadata": metadata,
            "account_id": self.company.crm_id,
            "_links": self.links(&format!("leads/unsorted/{}", request.uid)),
            "_embedded": {
                "contacts": self.named("contacts", &[request.from.id]),
                "leads": self.named("leads", &[request.lead]),
                "companies": [],
            },
        })
    }

    pub(super) fn talk(&self, record: &TalkRecord) -> Json {
        let talk = &record.talk;
        json!({
            "talk_id": talk.id,
            "created_at": talk.opened_at,
            "updated_at": talk.updated_at,
            "rate": 0,
            "contact_id": talk.contact,
            "chat_id": talk.chat,
            "entity_id": talk.lead,
            "entity_type": "lead",
            "is_in_work": record.open,
            "is_read": !record.open,
            "origin": talk.origin,
            "account_id": self.company.crm_id,
            "_links": self.links(&format!("talks/{}", talk.id)),
            "_embedded": {
                "contacts": self.named("contacts", &[talk.contact]),
                "leads": self.named("leads", &[talk.lead]),
            },
        })
    }

    fn named(&self, list: &str, ids: &[u64]) -> Json {
        ids.iter().map(|id| json!({ "id": id, "_links": self.links(&format!("{list}/{id}")) })).collect()
    }

    fn contact_values(&self, contact: &Contact) -> Json {
        let mut values = contact.values.clone();
        for (field, text) in [(PHONE, &contact.phone), (EMAIL, &contact.email)] {
            if !text.is_empty() {
                values.insert(field, Value::Reach(text.clone(), 0));
            }
        }
        self.values(&values)
    }

    /// Null where nothing is filled.
    fn values(&self, values: &BTreeMap<u64, Value>) -> Json {
        let known = values.iter().filter(|(id, _)| !self.deleted_fields.contains(id));
        let known = known.filter_map(|(id, value)| {
            let field = self.company.fields.iter().find(|field| field.id == *id)?;
            Some(value_of(field, value))
        });
        let told: Vec<Json> = known.collect();
        if told.is_empty() { Json::Null } else { told.into() }
    }
}

/// The type of a field as the API names it.
pub(super) fn field_type(field: &Field) -> &'static str {
    let is_mark = field.code.as_deref().is_some_and(|code| code.starts_with("UTM_"));
    match field.kind {
        FieldKind::Text if is_mark => "tracking_data",
        FieldKind::Text => "text",
        FieldKind::Select => "select",
        FieldKind::Date => "date",
        FieldKind::Checkbox => "checkbox",
        FieldKind::Radiobutton => "radiobutton",
        FieldKind::Multitext => "multitext",
    }
}

/// The type of a note as the API names it.
pub(super) fn note_type(note: &Note) -> &'static str {
    match note.what {
        NoteKind::Text(_) => "common",
        NoteKind::CallIn(_) => "call_in",
        NoteKind::CallOut(_) => "call_out",
        NoteKind::Mail(_) => "amomail_message",
    }
}

fn value_of(field: &Field, value: &Value) -> Json {
    let listed = |n: usize, text: Option<&str>| {
        let choice = field.choices.get(n);
        let name = choice.map(|choice| choice.name_ru.as_str());
        let code = name.filter(|_| field.kind == FieldKind::Multitext);
        json!({ "value": text.or(name), "enum_id": choice.map(|choice| choice.id), "enum_code": code })
    };
    let value = match value {
        Value::Text(text) => json!({ "value": text }),
        Value::Ticked => json!({ "value": true }),
        Value::Date(at) => json!({ "value": at }),
        Value::Choice(n) | Value::Radio(n) => listed(*n, None),
        Value::Reach(text, n) => listed(*n, Some(text)),
    };
    json!({
        "field_id": field.id,
        "field_name": field.name_ru,
        "field_code": field.code,
        "field_type": field_type(field),
        "values": [value],
    })
}

/// Why a lost deal was lost: of five managers one does not say.
fn loss_reason(record: &LeadRecord) -> Option<u64> {
    let lead = &record.lead;
    let at = usize::try_from(lead.id % 5).unwrap_or(0);
    LOSS_REASONS.get(at).filter(|_| lead.stage == LOST).map(|(id, _)| *id)
}

fn call_params(call: &Call, responsible: u64) -> Json {
    let talked = call.duration_secs > 0;
    json!({
        "uniq": call.uniq,
        "duration": call.duration_secs,
        "source": "ats",
        "link": if talked { format!("https://ats.example/rec/{}.mp3", call.uniq) } else { String::new() },
        "phone": call.phone,
        "call_result": if talked { "Разговор состоялся" } else { "" },
        "call_status": call.status,
        "call_responsible": responsible,
    })
}

fn mail_params(mail: &Mail) -> Json {
    let client = json!({ "email": mail.client_email, "name": mail.client });
    let company = json!({ "email": "zakaz@upakovka.example", "name": "Пример-Упаковка" });
    let (from, to) = if mail.income { (client, company) } else { (company, client) };
    json!({
        "thread_id": mail.thread,
        "message_id": mail.message,
        "private": false,
        "income": mail.income,
        "from": from,
        "to": to,
        "version": 2,
        "subject": mail.subject,
        "access_granted": "",
        "content_summary": "",
        "attach_cnt": i32::from(!mail.income),
    })
}

pub(super) fn put(item: &mut Json, name: &str, value: Json) {
    if let Some(fields) = item.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}
