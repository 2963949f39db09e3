//! The subscription of an account's webhooks: what is wanted, what the account takes of it, and how it stands.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The happenings that are wanted. An account takes those that its tariff knows.
pub const WANTED: &[&str] = &[
    "add_lead",
    "update_lead",
    "delete_lead",
    "restore_lead",
    "status_lead",
    "responsible_lead",
    "note_lead",
    "add_contact",
    "update_contact",
    "delete_contact",
    "restore_contact",
    "note_contact",
    "add_company",
    "update_company",
    "delete_company",
    "restore_company",
    "note_company",
    "add_task",
    "update_task",
    "delete_task",
    "responsible_task",
    "add_unsorted",
    "update_unsorted",
    "delete_unsorted",
    "add_message",
    "add_outgoing_message",
    "add_talk",
    "update_talk",
];

/// Those of them without which figures of the day come late: every tariff with webhooks has them.
pub const NEEDED: &[&str] =
    &["add_lead", "update_lead", "status_lead", "note_lead", "add_task", "update_task"];

/// How an address is subscribed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Of what it hears.
    pub settings: Vec<String>,
    /// Whether the CRM has turned it off.
    #[serde(default)]
    pub disabled: bool,
}

/// The body that subscribes an address.
#[must_use]
pub fn request(destination: &str, settings: &[&str]) -> String {
    json!({ "destination": destination, "settings": settings, "sort": 10 }).to_string()
}

/// The body that ends a subscription.
#[must_use]
pub fn removal(destination: &str) -> String {
    json!({ "destination": destination }).to_string()
}

/// How an address is subscribed by the CRM's word: its answer to the subscription itself, or its list.
#[must_use]
pub fn told(body: &[u8], destination: &str) -> Option<Subscription> {
    let root: Value = serde_json::from_slice(body).ok()?;
    let listed = root.pointer("/_embedded/webhooks").and_then(Value::as_array);
    let mut items = listed.map_or_else(|| std::slice::from_ref(&root), Vec::as_slice).iter();
    let own = items.find(|item| item.get("destination").and_then(Value::as_str) == Some(destination))?;
    let settings = own.get("settings").and_then(Value::as_array).into_iter().flatten();
    Some(Subscription {
        settings: settings.filter_map(|name| name.as_str().map(str::to_owned)).collect(),
        disabled: own.get("disabled").and_then(Value::as_bool).unwrap_or(false),
    })
}

/// What is left of the happenings that were asked for when an account refuses some: by the number in the path of the
/// fault, or by name. `None` where the answer names none of them.
#[must_use]
pub fn without_refused<'a>(asked: &[&'a str], body: &[u8]) -> Option<Vec<&'a str>> {
    let root: Value = serde_json::from_slice(body).ok()?;
    let errors = root.get("validation-errors")?.as_array()?.iter();
    let errors = errors.filter_map(|one| one.get("errors")?.as_array()).flatten();
    let mut refused = Vec::new();
    for error in errors {
        let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
        let (path, detail) = (text("path"), text("detail"));
        let number = path.rsplit('.').next().and_then(|last| last.parse::<usize>().ok());
        let words = |text: &str| -> Vec<String> {
            text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map(str::to_owned).collect()
        };
        let named = [words(path), words(detail)].concat();
        refused.extend(number.and_then(|number| asked.get(number)).copied());
        refused.extend(asked.iter().copied().filter(|name| named.iter().any(|word| word == name)));
    }
    let left: Vec<&str> = asked.iter().copied().filter(|name| !refused.contains(name)).collect();
    (left.len() < asked.len()).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://takeroot.example/hooks/amocrm/s";

    #[test]
    fn of_a_list_the_own_address_counts() {
        let list = br#"{"_embedded":{"webhooks":[
            {"destination":"https://other.example","disabled":false,"settings":["add_task"]},
            {"destination":"https://takeroot.example/hooks/amocrm/s","disabled":true,"settings":["add_lead"]}]}}"#;
        let known = told(list, OWN).unwrap();
        assert_eq!((known.settings, known.disabled), (vec!["add_lead".to_owned()], true));
        assert_eq!(told(list, "https://third.example"), None);
        assert_eq!(told(b"", OWN), None);
    }

    #[test]
    fn what_an_account_refuses_is_left_out_by_number_or_by_name() {
        let asked = ["add_lead", "add_talk", "update_talk"];
        let by = |error: &str| {
            let body = format!(
                r#"{{"title":"Bad Request","status":400,"validation-errors":[{{"errors":[{error}]}}]}}"#
            );
            without_refused(&asked, body.as_bytes())
        };
        assert_eq!(
            by(r#"{"path":"settings.1","detail":"no choice"}"#),
            Some(vec!["add_lead", "update_talk"])
        );
        assert_eq!(by(r#"{"path":"settings","detail":"«add_talk, update_talk»"}"#), Some(vec!["add_lead"]));
        assert_eq!(by(r#"{"path":"destination","detail":"not reachable"}"#), None);
    }
}
