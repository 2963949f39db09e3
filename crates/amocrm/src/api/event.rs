//! Events: each is one change, or one word, at `created_at`. An event of one aspect leaves the others absent.

mod types;

pub use types::TYPES;

use super::past::{Change, TaskPart};
use super::{IgnoredReason, Page, Reading};
use crate::form::{Form, Node};
use crate::hook::{self, lead, scalar};
use serde_json::{Value as Json, json};
use takeroot_core::fact::{Actor, Snapshot, Subject, Value, Via, Way, What};
use takeroot_core::time::Moment;
use types::foreign;

struct Event<'f> {
    item: Node<'f>,
    kind: &'f str,
    subject: Subject,
    stated: Option<Moment>,
    by: Actor,
    before: Option<Node<'f>>,
    after: Option<Node<'f>>,
}

pub(super) fn read(form: &Form<'_>, page: &Page<'_>, out: &mut Reading) -> Result<(), IgnoredReason> {
    let item = form.root();
    let kind = item.get("type").and_then(Node::text).unwrap_or_default();
    let (before, after) = (first(item.get("value_before")), first(item.get("value_after")));
    let event = Event {
        item,
        kind,
        subject: subject(item).ok_or_else(|| foreign(kind))?,
        stated: scalar::time(item, &["created_at"]),
        by: scalar::actor(item.get("created_by")),
        before,
        after,
    };
    let told = event.what(page, out)?;
    let (subject, by, what) = (told.subject.unwrap_or(event.subject), told.by, told.what);
    let mut fact = hook::fact(subject, event.stated, by.unwrap_or(event.by), what, page.context);
    fact.via = Via::Api;
    fact.seq = told.seq;
    fact.flags.extend(told.flag);
    out.facts.push(fact);
    Ok(())
}

/// What an event tells, where it is not the event's own.
struct Told {
    subject: Option<Subject>,
    by: Option<Actor>,
    seq: Option<u64>,
    flag: Option<takeroot_core::fact::Flag>,
    what: What,
}

impl From<What> for Told {
    fn from(what: What) -> Self {
        Self { subject: None, by: None, seq: None, flag: None, what }
    }
}

impl From<Snapshot> for Told {
    fn from(state: Snapshot) -> Self {
        What::Deal(state).into()
    }
}

impl<'f> Event<'f> {
    fn what(&self, page: &Page<'_>, out: &mut Reading) -> Result<Told, IgnoredReason> {
        let numbered = self.kind.starts_with("custom_field_") && self.kind.ends_with("_value_changed");
        Ok(match self.kind {
            // The state at creation, which says more, comes first in its second.
            "lead_added" => Told { seq: self.own_seq(), ..self.added()?.into() },
            "lead_deleted" | "contact_deleted" | "company_deleted" | "task_deleted" => What::Deleted.into(),
            "lead_restored" => self.deal(Snapshot { restored: true, ..Snapshot::default() })?.into(),
            "lead_status_changed" => self.moved(out)?.into(),
            "entity_responsible_changed" => self.handed(out)?,
            "sale_field_changed" => self.priced(out)?,
            _ if numbered => self.filled(page, out)?,
            "entity_linked" | "lead_linked" | "contact_linked" | "company_linked" => self.linked(out),
            "entity_merged" => self.merged()?,
            "incoming_chat_message" | "outgoing_chat_message" => self.said(Way::Chat),
            "incoming_call" | "outgoing_call" => self.noted_too(Way::Call, page)?,
            "incoming_sms" | "outgoing_sms" => self.noted_too(Way::Sms, page)?,
            "robot_replied" => Told { by: Some(Actor::Robot), ..self.said(Way::Chat) },
            "common_note_added" => self.of_note(What::Noted),
            "attachment_note_added" => self.of_note(What::Worked),
            "common_note_deleted" | "entity_direct_message" => {
                Told { seq: self.own_seq(), ..What::Worked.into() }
            }
            "talk_created" | "talk_closed" => self.talk()?,
            "task_added"
            | "task_result_added"
            | "task_text_changed"
            | "task_type_changed"
            | "task_completed"
            | "task_deadline_changed" => return self.task(out),
            "contact_added" | "company_added" | "contact_restored" | "company_restored"
            | "entity_unlinked" | "lead_unlinked" | "contact_unlinked" | "company_unlinked"
            | "name_field_changed" | "entity_tag_added" | "entity_tag_deleted" => self.edited()?,
            other => return Err(foreign(other)),
        })
    }

    fn added(&self) -> Result<Snapshot, IgnoredReason> {
        let created = self.stated.filter(|at| scalar::is_credible(*at)).map(|at| (at, self.by));
        self.deal(Snapshot { created, added: true, ..Snapshot::default() })
    }

    fn moved(&self, out: &mut Reading) -> Result<Snapshot, IgnoredReason> {
        let to = value(self.after, "lead_status").ok_or(IgnoredReason::NoValue)?;
        let from = value(self.before, "lead_status");
        let stage_before = from.and_then(|from| lead::stage(from.get("id")));
        let pipeline_before = from.and_then(|from| scalar::id(from.get("pipeline_id")));
        let was = Snapshot { pipeline: pipeline_before, stage: stage_before, ..Snapshot::default() };
        self.was(was, out);
        let stage = Some(lead::stage(to.get("id")).ok_or(IgnoredReason::NoValue)?);
        let pipeline = scalar::id(to.get("pipeline_id"));
        self.deal(Snapshot { pipeline, stage, stage_before, ..Snapshot::default() })
    }

    fn handed(&self, out: &mut Reading) -> Result<Told, IgnoredReason> {
        let user = |values| value(values, "responsible_user").and_then(|user| scalar::number(user.get("id")));
        let to = user(self.after).ok_or(IgnoredReason::NoValue)?;
        match self.subject {
            Subject::Task(_) => {
                let part = |responsible| TaskPart { responsible, ..TaskPart::default() };
                self.task_was(part(user(self.before)), part(Some(to)), out)
            }
            Subject::Deal(_) => {
                self.was(Snapshot { responsible: user(self.before), ..Snapshot::default() }, out);
                Ok(Snapshot { responsible: Some(to), ..Snapshot::default() }.into())
            }
            _ => self.edited(),
        }
    }

    fn priced(&self, out: &mut Reading) -> Result<Told, IgnoredReason> {
        let sale = |values| value(values, "sale_field_value").map(|value| scalar::amount(value.get("sale")));
        self.was(Snapshot { price: sale(self.before).and_then(|sale| sale.0), ..Snapshot::default() }, out);
        let (price, flag) = sale(self.after).ok_or(IgnoredReason::NoValue)?;
        Ok(Told { flag, ..self.deal(Snapshot { price, ..Snapshot::default() })?.into() })
    }

    fn filled(&self, page: &Page<'_>, out: &mut Reading) -> Result<Told, IgnoredReason> {
        if !matches!(self.subject, Subject::Deal(_)) {
            return self.edited();
        }
        let number = self.kind.trim_start_matches("custom_field_").trim_end_matches("_value_changed");
        let named = number.parse().ok();
        let field = named.or_else(|| field_id(self.after)).or_else(|| field_id(self.before));
        let field = field.filter(|id: &u64| *id > 0).ok_or(IgnoredReason::NoValue)?;
        let verdict = |name| verdict(field, self.item.get(name), page);
        let was = verdict("value_before").unwrap_or_else(|| vec![(field, Value::Filled)]);
        self.was(Snapshot { fields: was, ..Snapshot::default() }, out);
        // The lead's own state tells better which date it is.
        let fields = verdict("value_after").unwrap_or_default();
        Ok(Snapshot { fields, ..Snapshot::default() }.into())
    }

    /// A link is told from either side, or from both.
    fn linked(&self, out: &mut Reading) -> Told {
        let other = value(self.after, "link").and_then(|link| link.get("entity")).and_then(|entity| {
            let of = entity.get("type").or(entity.get("entity_type")).and_then(Node::text)?;
            subject_of(of, scalar::id(entity.get("id").or(entity.get("entity_id")))?)
        });
        let (contact, deal) = match (self.subject, other) {
            (Subject::Deal(deal), Some(Subject::Contact(contact)))
            | (Subject::Contact(contact), Some(Subject::Deal(deal))) => (contact, deal),
            _ => return What::Worked.into(),
        };
        out.changes.push(Change::Linked { deal, contact });
        let what = What::Contact { deals: vec![deal], identities: vec![] };
        Told { subject: Some(Subject::Contact(contact)), ..what.into() }
    }

    /// The deal that is named before went into the event's; the one named after is the one that stays.
    fn merged(&self) -> Result<Told, IgnoredReason> {
        let Subject::Deal(own) = self.subject else { return self.edited() };
        let other = |values: Option<Node<'f>>| {
            let id = values?.children().find_map(|(_, value)| {
                let entity = value.get("entity").unwrap_or(value);
                scalar::id(entity.get("id").or(entity.get("entity_id")))
            });
            id.filter(|id| *id != own)
        };
        match (other(self.after), other(self.before)) {
            (Some(into), _) => Ok(What::Merged { into }.into()),
            (None, Some(gone)) => {
                Ok(Told { subject: Some(Subject::Deal(gone)), ..What::Merged { into: own }.into() })
            }
            (None, None) => Err(IgnoredReason::NoValue),
        }
    }

    fn said(&self, way: Way) -> Told {
        let contact = match self.subject {
            Subject::Deal(_) => {
                scalar::id(self.item.path(&["_embedded", "entity", "linked_talk_contact_id"]))
            }
            _ => None,
        };
        let (what, by) = if self.kind.starts_with("incoming") {
            (What::Heard { way, answered_by: None, contact }, Some(Actor::Client))
        } else {
            (What::Said { way, talked_s: None, contact }, None)
        };
        let message = value(self.after, "message").and_then(|message| message.get("id")).and_then(Node::text);
        let message = message.filter(|id| !id.is_empty()).map(scalar::hashed);
        Told { by, seq: message.or_else(|| self.note()).or_else(|| self.own_seq()), ..what.into() }
    }

    /// What has a note of its own.
    fn noted_too(&self, way: Way, page: &Page<'_>) -> Result<Told, IgnoredReason> {
        if page.beside.notes { Err(IgnoredReason::ToldElsewhere) } else { Ok(self.said(way)) }
    }

    /// The note itself, where notes are read too, makes the same fact.
    fn of_note(&self, what: What) -> Told {
        Told { seq: self.note().or_else(|| self.own_seq()), ..what.into() }
    }

    fn talk(&self) -> Result<Told, IgnoredReason> {
        let id = value(self.after, "talk").and_then(|talk| talk.get("id").or(talk.get("talk_id")));
        let id = id.or_else(|| value(self.after, "message").and_then(|message| message.get("talk_id")));
        let talk = Subject::Talk(scalar::id(id).ok_or(IgnoredReason::NoValue)?);
        let (deal, contact) = match self.subject {
            Subject::Deal(deal) => {
                let contact = self.item.path(&["_embedded", "entity", "linked_talk_contact_id"]);
                (Some(deal), scalar::id(contact))
            }
            Subject::Contact(contact) => (None, Some(contact)),
            _ => (None, None),
        };
        let what = What::Talk { deal, contact, open: self.kind == "talk_created" };
        Ok(Told { subject: Some(talk), ..what.into() })
    }

    fn task(&self, out: &mut Reading) -> Result<Told, IgnoredReason> {
        let due = |values| {
            let deadline = value(values, "task_deadline")?;
            scalar::credible_time(deadline, &["timestamp"])
        };
        let kind = |values| value(values, "task_type").and_then(|kind| scalar::id(kind.get("id")));
        let part = |values| TaskPart { due: due(values), kind: kind(values), ..TaskPart::default() };
        let done = (self.kind == "task_completed").then_some(true);
        self.task_was(part(self.before), TaskPart { done, ..part(self.after) }, out)
    }

    /// An event of a task shows a part of it; the task's own state tells the whole.
    fn task_was(&self, before: TaskPart, after: TaskPart, out: &mut Reading) -> Result<Told, IgnoredReason> {
        if let (Subject::Task(task), Some(at)) = (self.subject, self.stated)
            && after != TaskPart::default()
        {
            out.changes.push(Change::Task { task, at, by: self.by, before, after });
        }
        Err(IgnoredReason::ToldElsewhere)
    }

    /// Somebody changed something of which no figure asks more.
    fn edited(&self) -> Result<Told, IgnoredReason> {
        match self.subject {
            Subject::Deal(_) => Ok(Snapshot::default().into()),
            Subject::Contact(_) => Ok(What::Contact { deals: vec![], identities: vec![] }.into()),
            Subject::Task(_) => Err(IgnoredReason::ToldElsewhere),
            _ => Err(IgnoredReason::ForeignElement),
        }
    }

    fn deal(&self, state: Snapshot) -> Result<Snapshot, IgnoredReason> {
        if matches!(self.subject, Subject::Deal(_)) { Ok(state) } else { Err(IgnoredReason::ForeignElement) }
    }

    fn was(&self, before: Snapshot, out: &mut Reading) {
        if let (Subject::Deal(deal), Some(at)) = (self.subject, self.stated) {
            out.changes.push(Change::Deal { deal, at, before });
        }
    }

    fn note(&self) -> Option<u64> {
        scalar::id(value(self.after, "note").and_then(|note| note.get("id")))
    }

    /// Ids of events distinguish equal ones of one second.
    fn own_seq(&self) -> Option<u64> {
        self.item.get("id").and_then(Node::text).filter(|id| !id.is_empty()).map(scalar::hashed)
    }
}

fn subject(item: Node<'_>) -> Option<Subject> {
    subject_of(item.get("entity_type")?.text()?, scalar::id(item.get("entity_id"))?)
}

fn subject_of(entity: &str, id: u64) -> Option<Subject> {
    match entity {
        "lead" | "leads" => Some(Subject::Deal(id)),
        "contact" | "contacts" | "company" | "companies" => Some(Subject::Contact(id)),
        "task" | "tasks" => Some(Subject::Task(id)),
        _ => None,
    }
}

/// Values are a list of one object, an empty list, or the object itself.
fn first(values: Option<Node<'_>>) -> Option<Node<'_>> {
    let values = values.filter(|values| !values.is_scalar())?;
    values.get("0").or(Some(values)).filter(|value| !value.is_empty())
}

fn value<'f>(values: Option<Node<'f>>, name: &str) -> Option<Node<'f>> {
    values?.get(name).filter(|value| !value.is_scalar())
}

fn field_id(values: Option<Node<'_>>) -> Option<u64> {
    scalar::id(value(values, "custom_field_value")?.get("field_id"))
}

/// Numbers of the field types that hold dates.
const DATE_TYPES: [u64; 2] = [6, 19];

/// The verdict on a field's value, by the rules of webhooks; none where a date is written as people write it.
fn verdict(field: u64, values: Option<Node<'_>>, page: &Page<'_>) -> Option<Vec<(u64, Value)>> {
    let mut told: Vec<Json> = Vec::new();
    for (_, entry) in values.filter(|values| !values.is_scalar()).into_iter().flat_map(Node::children) {
        let Some(entry) = value(Some(entry), "custom_field_value") else { continue };
        let text = entry.get("text").or(entry.get("value")).and_then(Node::text).unwrap_or_default();
        if scalar::number(entry.get("field_type")).is_some_and(|kind| DATE_TYPES.contains(&kind)) {
            match text.trim().parse::<i64>() {
                Ok(_) => told.push(text.into()),
                Err(_) if text.is_empty() => {}
                Err(_) => return None,
            }
        } else {
            told.push(json!({ "value": text, "enum": entry.get("enum_id").and_then(Node::text) }));
        }
    }
    let mut item = super::shape::Fields::new();
    item.insert("custom_fields".into(), json!([{ "id": field, "values": told }]));
    let form = Form::of_object(item, &page.seed.0).ok()?;
    form.root().get("custom_fields").map(|fields| lead::fields(fields, page.context))
}
