//! Records into bodies: amoCRM's bracketed forms, as PHP's `http_build_query` writes them.

use std::fmt::{Display, Write};

use super::entities::{
    About, Contact, Lead, Message, Note, NoteKind, Request, RequestKind, Talk, Task, Value, Verdict, What,
};
use super::roster::{EMAIL, PHONE};
use super::{Company, Field};
use super::{hours, notes};

/// The source under which the CRM files requests.
pub(crate) const REQUEST_SOURCE: u64 = 51_206;
/// The form of the site.
pub(crate) const FORM_ID: u64 = 1_104_820;
/// What the form is called.
pub(crate) const FORM_NAME: &str = "Расчёт упаковки";
/// The page with the form.
pub(crate) const FORM_PAGE: &str = "https://upakovka.example/zayavka";

/// A body that tells `what`; the account's block stands at its start or at its end.
pub(crate) fn body(company: &Company, what: &What, account_first: bool) -> String {
    let mut form = Form { company, out: String::new(), at: String::new() };
    if account_first {
        form.account();
    }
    form.what(what);
    if !account_first {
        form.account();
    }
    form.out
}

struct Form<'a> {
    company: &'a Company,
    out: String,
    /// The bracketed path under which pairs are put.
    at: String,
}

impl Form<'_> {
    fn account(&mut self) {
        let subdomain = &self.company.subdomain;
        self.at = "account".into();
        self.put("[subdomain]", subdomain);
        self.put("[id]", self.company.crm_id);
        self.put("[_links][self]", format!("https://{subdomain}.amocrm.ru"));
    }

    fn what(&mut self, what: &What) {
        match what {
            What::LeadAdded(lead) => self.lead("add", lead, None, None),
            What::LeadUpdated(lead, before) => self.lead("update", lead, *before, None),
            What::LeadMoved(lead, before) => self.lead("status", lead, Some(*before), None),
            What::LeadReassigned(lead, before) => self.lead("responsible", lead, None, Some(*before)),
            What::LeadRestored(lead) => self.lead("restore", lead, None, None),
            What::LeadDeleted(lead) => {
                self.at = "leads[delete][0]".into();
                self.put("[id]", lead.id);
                self.put("[status_id]", lead.stage);
                self.put("[pipeline_id]", lead.pipeline);
            }
            What::ContactAdded(contact) => self.contact("add", contact),
            What::ContactUpdated(contact) => self.contact("update", contact),
            What::TaskAdded(task) => self.task("add", task, None),
            What::TaskUpdated(task) => self.task("update", task, None),
            What::TaskReassigned(task, before) => self.task("update", task, Some(*before)),
            What::TaskDeleted(task) => {
                self.at = "task[delete][0]".into();
                self.put("[id]", task.id);
            }
            What::Noted(note) => self.note(note),
            What::UnsortedAdded(request) => self.request(request),
            What::UnsortedAccepted(verdict) => self.verdict("accept", verdict),
            What::UnsortedDeclined(verdict) => self.verdict("decline", verdict),
            What::MessageReceived(message) => self.message("message", "incoming", message),
            What::MessageSent(message) => self.message("outgoing_message", "outgoing", message),
            What::TalkOpened(talk) => self.talk("add", talk, true),
            What::TalkClosed(talk) => self.talk("update", talk, false),
        }
    }

    fn lead(
        &mut self,
        action: &str,
        lead: &Lead,
        stage_before: Option<u64>,
        responsible_before: Option<u64>,
    ) {
        self.at = format!("leads[{action}][0]");
        self.put("[id]", lead.id);
        self.put("[name]", &lead.name);
        self.put("[status_id]", lead.stage);
        self.put_some("[old_status_id]", stage_before);
        match lead.price {
            Some(price) => self.put("[price]", price),
            None if lead.created_by == 0 => self.put("[price]", ""),
            None => self.put("[price]", 0),
        }
        self.put("[responsible_user_id]", lead.responsible);
        self.put("[last_modified]", lead.modified_at);
        self.put("[modified_user_id]", lead.modified_by);
        self.put("[created_user_id]", lead.created_by);
        self.put("[date_create]", lead.created_at);
        self.put("[pipeline_id]", lead.pipeline);
        for (i, tag) in lead.tags.iter().enumerate() {
            self.put(&format!("[tags][{i}][id]"), tag.id);
            self.put(&format!("[tags][{i}][name]"), tag.name);
        }
        self.put("[account_id]", self.company.crm_id);
        self.values(lead.values.iter());
        self.put_some("[old_responsible_user_id]", responsible_before);
        self.put("[created_at]", lead.created_at);
        self.put("[updated_at]", lead.modified_at);
    }

    fn contact(&mut self, action: &str, contact: &Contact) {
        self.at = format!("contacts[{action}][0]");
        self.put("[id]", contact.id);
        self.put("[name]", &contact.name);
        self.put("[responsible_user_id]", contact.responsible);
        self.put("[date_create]", contact.created_at);
        self.put("[last_modified]", contact.modified_at);
        self.put("[created_user_id]", contact.created_by);
        self.put("[modified_user_id]", contact.modified_by);
        self.put("[account_id]", self.company.crm_id);
        let reach = [(PHONE, &contact.phone), (EMAIL, &contact.email)];
        let reach = reach.map(|(id, text)| (id, Value::Reach(text.clone(), 0)));
        let filled =
            reach.iter().filter(|(_, value)| !matches!(value, Value::Reach(text, _) if text.is_empty()));
        self.values(filled.map(|(id, value)| (id, value)).chain(&contact.values));
        for id in &contact.leads {
            self.put(&format!("[linked_leads_id][{id}][ID]"), id);
        }
        self.put("[created_at]", contact.created_at);
        self.put("[updated_at]", contact.modified_at);
        self.put("[type]", if contact.is_company { "company" } else { "contact" });
    }

    fn values<'v>(&mut self, values: impl Iterator<Item = (&'v u64, &'v Value)>) {
        let company = self.company;
        let known =
            values.filter_map(|(id, value)| Some((company.fields.iter().find(|f| f.id == *id)?, value)));
        for (i, (field, value)) in known.enumerate() {
            let at = format!("[custom_fields][{i}]");
            self.put(&format!("{at}[id]"), field.id);
            self.put(&format!("{at}[name]"), &field.name_ru);
            self.value(&format!("{at}[values]"), field, value);
            self.put_some(&format!("{at}[code]"), field.code.as_ref());
        }
    }

    fn value(&mut self, at: &str, field: &Field, value: &Value) {
        match value {
            Value::Text(text) => self.put(&format!("{at}[0][value]"), text),
            Value::Ticked => self.put(&format!("{at}[0][value]"), 1),
            Value::Date(midnight) => self.put(&format!("{at}[0]"), midnight),
            Value::Choice(n) => {
                let choice = field.choices.get(*n);
                self.put_some(&format!("{at}[0][value]"), choice.map(|c| &c.name_ru));
                self.put_some(&format!("{at}[0][enum]"), choice.map(|c| c.id));
            }
            Value::Radio(n) => {
                let choice = field.choices.get(*n);
                self.put_some(&format!("{at}[value]"), choice.map(|c| &c.name_ru));
                self.put_some(&format!("{at}[enum]"), choice.map(|c| c.id));
            }
            Value::Reach(text, kind) => {
                self.put(&format!("{at}[0][value]"), text);
                self.put_some(&format!("{at}[0][enum]"), field.choices.get(*kind).map(|c| c.id));
            }
        }
    }

    fn task(&mut self, action: &str, task: &Task, responsible_before: Option<u64>) {
        self.at = format!("task[{action}][0]");
        self.put("[id]", task.id);
        self.put("[element_id]", task.lead);
        self.put("[element_type]", 2);
        self.put("[task_type]", task.kind);
        self.put("[date_create]", hours::utc_text(task.created_at));
        self.put("[text]", task.text);
        self.put("[status]", u8::from(task.done));
        self.put("[account_id]", self.company.crm_id);
        self.put("[created_user_id]", task.created_by);
        self.put("[last_modified]", hours::utc_text(task.modified_at));
        self.put("[responsible_user_id]", task.responsible);
        self.put("[complete_till]", hours::utc_text(task.due));
        if action == "update" {
            self.put("[action_close]", u8::from(task.done));
            self.put("[old_text]", task.text);
        }
        if let Some(before) = responsible_before {
            self.put("[main_user]", task.responsible);
            self.put("[modified_by]", task.modified_by);
            self.put("[old_responsible_user_id]", before);
        }
        self.put("[created_at]", task.created_at);
        self.put("[updated_at]", task.modified_at);
        self.put("[complete_before]", task.due);
    }

    fn note(&mut self, note: &Note) {
        let (entity, element_type, element_id) = match note.about {
            About::Lead(id) => ("leads", 2, id),
            About::Contact(id) => ("contacts", 1, id),
        };
        self.at = format!("{entity}[note][0][note]");
        self.put("[text]", notes::text(note));
        self.put("[attachement]", "");
        self.put("[date_create]", hours::local_text(note.at));
        self.put("[note_type]", notes::number(&note.what));
        self.put("[element_type]", element_type);
        self.put("[element_id]", element_id);
        self.put("[catalog_id]", 0);
        self.put("[group_id]", 0);
        self.put("[timestamp_x]", hours::local_text(note.at));
        self.put("[account_id]", self.company.crm_id);
        if let NoteKind::Text(_) = note.what {
            self.put("[metadata]", notes::metadata(note.by, self.user_name(note.by)));
        }
        self.put("[created_by]", note.by);
        self.put("[modified_by]", note.by);
        self.put("[main_user_id]", note.responsible);
        self.put("[id]", note.id);
        self.put("[created_at]", note.at);
        self.put("[updated_at]", note.at);
        if let About::Contact(_) = note.about {
            self.at = "contacts[note][0]".into();
            self.put("[type]", "contact");
        }
    }

    fn user_name(&self, id: u64) -> &str {
        self.company.users.iter().find(|user| user.id == id).map_or("", |user| &user.name)
    }

    fn request(&mut self, request: &Request) {
        self.at = "unsorted[add][0]".into();
        self.put("[uid]", &request.uid);
        self.put("[category]", category(&request.kind));
        match &request.kind {
            RequestKind::Form { utm_source } => self.form_source(request, utm_source.as_deref()),
            RequestKind::Mail { subject } => self.mail_source(request, subject),
        }
        self.put("[source_data][date]", request.at);
        self.put("[date_create]", request.at);
        self.put("[data][leads][0][last_modified]", request.at);
        self.put("[data][leads][0][name]", &request.lead_name);
        self.put("[data][leads][0][pipeline_id]", request.pipeline);
        self.put("[data][leads][0][modified_user_id]", 0);
        self.put("[data][leads][0][date_create]", request.at);
        self.put("[data][leads][0][source_id]", REQUEST_SOURCE);
        self.put("[pipeline_id]", request.pipeline);
        self.put("[account_id]", self.company.crm_id);
        self.put("[request_id]", 0);
        self.put("[source_id]", REQUEST_SOURCE);
        self.put("[lead_id]", request.lead);
        self.put("[created_at]", request.at);
    }

    fn form_source(&mut self, request: &Request, utm_source: Option<&str>) {
        let page = FORM_PAGE;
        let referer =
            utm_source.map_or(page.to_owned(), |utm| format!("{page}?utm_source={utm}&utm_medium=cpc"));
        self.put("[source_data][form_id]", FORM_ID);
        self.put("[source_data][form_type]", 1);
        self.put("[source_data][from]", "Заявка с сайта #1104820 из формы «Расчёт упаковки»");
        self.put("[source_data][form_name]", FORM_NAME);
        self.put("[source_data][origin][ip]", "192.0.2.17");
        self.put("[source_data][origin][datetime]", request.at);
        self.put("[source_data][origin][referer]", referer);
        let inputs = [
            ("name_1", "text", 1, "Имя", &request.from.name),
            ("phone_1", "multitext", 1, "Телефон", &request.from.phone),
            ("email_1", "multitext", 1, "Email", &request.from.email),
        ];
        for (id, kind, element_type, name, value) in inputs {
            let at = format!("[source_data][data][{id}]");
            self.put(&format!("{at}[type]"), kind);
            self.put(&format!("{at}[id]"), id);
            self.put(&format!("{at}[element_type]"), element_type);
            self.put(&format!("{at}[name]"), name);
            self.put(&format!("{at}[value]"), value);
        }
    }

    fn mail_source(&mut self, request: &Request, subject: &str) {
        self.put("[source_data][from][email]", &request.from.email);
        self.put("[source_data][from][name]", &request.from.name);
        self.put("[source_data][to][email]", "zakaz@upakovka.example");
        self.put("[source_data][subject]", subject);
        self.put("[source_data][thread_id]", request.lead * 3);
        self.put("[source_data][message_id]", request.lead * 7);
    }

    fn verdict(&mut self, action: &str, verdict: &Verdict) {
        self.at = "unsorted[delete][0]".into();
        self.put("[action]", action);
        self.put("[uid]", &verdict.uid);
        self.put(&format!("[{action}_result][leads][0]"), verdict.lead);
        self.put("[category]", category(&verdict.kind));
        self.put("[created_at]", verdict.requested_at);
        self.put("[modified_user_id]", verdict.by);
    }

    fn message(&mut self, entity: &str, kind: &str, message: &Message) {
        let talk = &message.talk;
        self.at = format!("{entity}[add][0]");
        self.put("[id]", &message.id);
        self.put("[chat_id]", &talk.chat);
        self.put("[talk_id]", talk.id);
        self.put("[contact_id]", talk.contact);
        self.put("[text]", message.text);
        self.put("[created_at]", message.at);
        self.put("[element_type]", 2);
        self.put("[entity_type]", "lead");
        self.put("[element_id]", talk.lead);
        self.put("[entity_id]", talk.lead);
        self.put("[type]", kind);
        self.put("[author][id]", &message.author);
        self.put("[author][type]", if kind == "incoming" { "external" } else { "internal" });
        self.put("[author][name]", &message.author_name);
        if kind == "outgoing" {
            self.put("[created_by]", &message.author);
        }
        self.put("[origin]", talk.origin);
    }

    fn talk(&mut self, action: &str, talk: &Talk, in_work: bool) {
        self.at = format!("talk[{action}][0]");
        self.put("[talk_id]", talk.id);
        self.put("[created_at]", talk.opened_at);
        self.put("[updated_at]", talk.updated_at);
        self.put("[rate]", 0);
        self.put("[contact_id]", talk.contact);
        self.put("[chat_id]", &talk.chat);
        self.put("[entity_id]", talk.lead);
        self.put("[entity_type]", "lead");
        self.put_some("[is_in_work]", in_work.then_some(1));
        self.put("[is_read]", u8::from(!in_work));
        self.put("[origin]", talk.origin);
    }

    fn put_some(&mut self, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    fn put(&mut self, key: &str, value: impl Display) {
        if !self.out.is_empty() {
            self.out.push('&');
        }
        for text in [&self.at, key] {
            escape(text, &mut self.out);
        }
        self.out.push('=');
        escape(&value.to_string(), &mut self.out);
    }
}

/// PHP's `urlencode`.
fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(byte.into()),
            b' ' => out.push('+'),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

pub(crate) fn category(kind: &RequestKind) -> &'static str {
    match kind {
        RequestKind::Form { .. } => "forms",
        RequestKind::Mail { .. } => "mail",
    }
}
