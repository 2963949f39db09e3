//! Events: one change, or one word, each.

use serde_json::{Value as Json, json};

use crate::company::dice::Dice;
use crate::company::entities::Value;

use super::show::Show;

/// Something that became of a record. Its place in the list of all of them is its number.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) kind: &'static str,
    pub(super) entity: Entity,
    pub(super) entity_id: u64,
    /// 0 is a robot, or the client.
    pub(super) by: u64,
    pub(super) at: i64,
    pub(super) before: Told,
    pub(super) after: Told,
    /// The contact whose talk an event of a chat belongs to.
    pub(super) talk_contact: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entity {
    Lead,
    Contact,
    Company,
    Task,
}

impl Entity {
    /// As events name it.
    pub(super) fn singular(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Contact => "contact",
            Self::Company => "company",
            Self::Task => "task",
        }
    }

    /// As addresses name it.
    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Lead => "leads",
            Self::Contact => "contacts",
            Self::Company => "companies",
            Self::Task => "tasks",
        }
    }
}

/// A value before or after an event.
#[derive(Debug, Clone)]
pub(super) enum Told {
    Nothing,
    /// Stage and pipeline.
    Stage(u64, u64),
    User(u64),
    Sale(i64),
    Field(u64, Value),
    Link(Entity, u64),
    Note(u64),
    /// Id, origin and talk.
    Message(String, &'static str, u64),
    Talk(u64),
    Deadline(i64),
    Text(&'static str),
}

/// The id of the event with this number: it begins with its moment, as the CRM's do.
pub(super) fn id(seed: u64, number: usize, at: i64) -> String {
    let mut dice = dice(seed, number);
    let ms = at.unsigned_abs() * 1000 + number as u64 % 1000;
    let mut id: String = (0..10).rev().map(|place| digit(ms >> (5 * place))).collect();
    id.extend((0..16).map(|_| digit(dice.between(0, 31).unsigned_abs())));
    id
}

/// How many seconds later than it happened an event is shown.
pub(super) fn late_s(seed: u64, number: usize, late_s_max: i64) -> i64 {
    dice(!seed, number).between(0, late_s_max.max(0))
}

fn dice(seed: u64, number: usize) -> Dice {
    Dice::new(seed ^ (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// A digit of Crockford's base 32.
fn digit(bits: u64) -> char {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let digit = usize::try_from(bits % 32).ok().and_then(|at| DIGITS.get(at));
    digit.copied().map_or('0', char::from)
}

impl Show<'_> {
    pub(super) fn event(&self, number: usize, event: &Event) -> Json {
        let id = id(self.seed, number, event.at);
        let own = format!("{}/{}", event.entity.plural(), event.entity_id);
        let mut entity = json!({ "id": event.entity_id, "_links": self.links(&own) });
        if let (Some(contact), Some(entity)) = (event.talk_contact, entity.as_object_mut()) {
            entity.insert("linked_talk_contact_id".into(), contact.into());
        }
        json!({
            "type": event.kind,
            "entity_id": event.entity_id,
            "entity_type": event.entity.singular(),
            "created_by": event.by,
            "created_at": event.at,
            "value_after": self.told(&event.after),
            "value_before": self.told(&event.before),
            "account_id": self.company.crm_id,
            "_links": self.links(&format!("events/{id}")),
            "_embedded": { "entity": entity },
            "id": id,
        })
    }

    fn told(&self, told: &Told) -> Json {
        let one = match told {
            Told::Nothing => return json!([]),
            Told::Stage(id, pipeline) => json!({ "lead_status": { "id": id, "pipeline_id": pipeline } }),
            Told::User(id) => json!({ "responsible_user": { "id": id } }),
            Told::Sale(sale) => json!({ "sale_field_value": { "sale": sale } }),
            Told::Field(field, value) => self.changed_value(*field, value),
            Told::Link(entity, id) => {
                json!({ "link": { "entity": { "type": entity.singular(), "id": id } } })
            }
            Told::Note(id) => json!({ "note": { "id": id } }),
            Told::Message(id, origin, talk) => {
                json!({ "message": { "id": id, "origin": origin, "talk_id": talk } })
            }
            Told::Talk(id) => json!({ "talk": { "id": id } }),
            Told::Deadline(at) => json!({ "task_deadline": { "timestamp": at } }),
            Told::Text(text) => json!({ "task": { "text": text } }),
        };
        json!([one])
    }

    /// `field_type` is a number here, and a value is always a text.
    fn changed_value(&self, field: u64, value: &Value) -> Json {
        let known = self.company.fields.iter().find(|known| known.id == field);
        let choice = |n: usize| known.and_then(|known| known.choices.get(n));
        let (number, text, choice) = match value {
            Value::Text(text) => (1, text.clone(), None),
            Value::Ticked => (3, "1".to_owned(), None),
            Value::Choice(n) => (4, String::new(), choice(*n)),
            Value::Date(at) => (6, at.to_string(), None),
            Value::Reach(text, n) => (8, text.clone(), choice(*n)),
            Value::Radio(n) => (10, String::new(), choice(*n)),
        };
        let text = choice.filter(|_| text.is_empty()).map_or(text, |choice| choice.name_ru.clone());
        json!({ "custom_field_value": {
            "field_id": field,
            "field_type": number,
            "enum_id": choice.map(|choice| choice.id),
            "text": text,
        } })
    }
}
