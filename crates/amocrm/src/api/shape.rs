//! Items of the API in the shape of webhook items, so that one table reads both.

use serde_json::{Map, Value as Json, json};

pub(super) type Fields = Map<String, Json>;

/// The address of an object by itself.
pub(super) fn href(item: &Fields) -> Option<String> {
    Some(item.get("_links")?.get("self")?.get("href")?.as_str()?.to_owned())
}

/// The HTTP status of an answer that is an error: RFC 7807 has a title and a status.
pub(super) fn refusal(root: &Fields) -> Option<u64> {
    let status = number(root, "status").filter(|status| (400..600).contains(status))?;
    (root.contains_key("title") && !root.contains_key("id")).then_some(status)
}

/// A number, also one that came as a text.
pub(super) fn number(item: &Fields, name: &str) -> Option<u64> {
    match item.get(name)? {
        Json::Number(number) => number.as_u64(),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// An id: a number above zero.
pub(super) fn id(item: &Fields, name: &str) -> Option<u64> {
    number(item, name).filter(|id| (1..=i64::MAX.cast_unsigned()).contains(id))
}

/// A text; empty where there is none.
pub(super) fn text<'a>(item: &'a Fields, name: &str) -> &'a str {
    item.get(name).and_then(Json::as_str).unwrap_or_default().trim()
}

/// Whether a flag is set, however it is written.
pub(super) fn is_set(item: &Fields, name: &str) -> bool {
    match item.get(name) {
        Some(Json::Bool(flag)) => *flag,
        Some(Json::String(text)) => matches!(text.as_str(), "1" | "true"),
        Some(Json::Number(number)) => number.as_u64() == Some(1),
        _ => false,
    }
}

/// The objects that an item holds under `_embedded`.
pub(super) fn embedded<'a>(item: &'a Fields, name: &str) -> impl Iterator<Item = &'a Fields> {
    objects(item.get("_embedded").and_then(|embedded| embedded.get(name)))
}

/// The objects of a list, or of an object in its place.
pub(super) fn objects(list: Option<&Json>) -> impl Iterator<Item = &Fields> {
    let (items, named) = match list {
        Some(Json::Array(items)) => (items.as_slice(), None),
        Some(Json::Object(items)) => (&[][..], Some(items.values())),
        _ => (&[][..], None),
    };
    items.iter().chain(named.into_iter().flatten()).filter_map(Json::as_object)
}

/// A lead, contact or company.
pub(super) fn of_card(mut item: Fields) -> Fields {
    rename(&mut item, &[("created_by", "created_user_id"), ("updated_by", "modified_user_id")]);
    let leads: Vec<Json> = embedded(&item, "leads").map(|lead| Json::Object(lead.clone())).collect();
    if !leads.is_empty() {
        item.insert("linked_leads_id".into(), leads.into());
    }
    let fields: Vec<Json> = objects(item.get("custom_fields_values")).map(of_field).collect();
    item.remove("custom_fields_values");
    item.insert("custom_fields".into(), fields.into());
    item
}

/// `{field_id, field_code, field_type, values: [{value, enum_id}]}`
fn of_field(field: &Fields) -> Json {
    let is_date = matches!(text(field, "field_type"), "date" | "date_time" | "birthday");
    let values: Vec<Json> = objects(field.get("values")).map(|value| of_value(value, is_date)).collect();
    json!({ "id": field.get("field_id"), "code": field.get("field_code"), "values": values })
}

/// A date is bare; of a file or a legal entity any text says that it is there.
fn of_value(value: &Fields, is_date: bool) -> Json {
    let told = match value.get("value") {
        Some(Json::Object(parts)) => parts.values().filter_map(Json::as_str).collect::<String>().into(),
        Some(told) => told.clone(),
        None => Json::Null,
    };
    if is_date { told } else { json!({ "value": told, "enum": value.get("enum_id") }) }
}

pub(super) fn of_task(mut item: Fields) -> Fields {
    let done = is_set(&item, "is_completed");
    rename(
        &mut item,
        &[
            ("created_by", "created_user_id"),
            ("updated_by", "modified_by"),
            ("entity_id", "element_id"),
            ("task_type_id", "task_type"),
        ],
    );
    item.insert("status".into(), if done { "1" } else { "0" }.into());
    item
}

/// What an integration logged is `params`, which a webhook has as a text.
pub(super) fn of_note(mut item: Fields) -> Fields {
    rename(&mut item, &[("entity_id", "element_id"), ("responsible_user_id", "main_user_id")]);
    item.remove("element_type");
    let logged = item.remove("params").unwrap_or_default().to_string();
    item.insert("text".into(), logged.into());
    item
}

pub(super) fn of_unsorted(mut item: Fields) -> Fields {
    let lead = embedded(&item, "leads").find_map(|lead| id(lead, "id"));
    item.insert("lead_id".into(), lead.into());
    item.remove("metadata");
    item
}

fn rename(item: &mut Fields, names: &[(&str, &str)]) {
    for (from, to) in names {
        if let Some(value) = item.remove(*from) {
            item.insert((*to).to_owned(), value);
        }
    }
}
