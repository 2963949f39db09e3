//! Answers have the names that the documented ones have.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use takeroot_stand::skip::skipped;

use super::{Asked, ENDS};

/// The documented answer, or nothing where there are no case files.
fn documented(name: &str) -> Option<Json> {
    let cases =
        std::env::var_os("TAKEROOT_CASES").map_or(Path::new("../../../shared").to_owned(), PathBuf::from);
    let path = cases.join("api/amocrm").join(name);
    let text = std::fs::read(&path).ok();
    if text.is_none() {
        skipped("the CRM's answers beside the documented ones", &format!("no {}", path.display()));
    }
    text.map(|text| serde_json::from_slice(&text).unwrap())
}

fn names(item: &Json) -> BTreeSet<&str> {
    item.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Both have the same names, except those that are listed: what only the stand has, what only the document has.
fn check(file: &str, at: &str, own: &Json, more: &[&str], less: &[&str]) {
    let Some(documented) = documented(file) else { return };
    let documented = documented.pointer(at).unwrap();
    let (told, expected) = (names(own), names(documented));
    let odd = told.difference(&expected).copied().collect::<Vec<_>>();
    assert_eq!(odd, more, "{file}: not documented");
    let missing = expected.difference(&told).copied().collect::<Vec<_>>();
    assert_eq!(missing, less, "{file}: not told");
}

#[test]
fn cards_have_the_documented_names() {
    let mut asked = Asked::new(4);
    let lead = asked.page("/api/v4/leads")["_embedded"]["leads"][0].clone();
    check("leads-list.json", "/_embedded/leads/0", &lead, &[], &[]);
    check("leads-list.json", "/_embedded/leads/0/_embedded", &lead["_embedded"], &[], &[]);
    let with = "with=contacts,loss_reason,source_id,catalog_elements,is_price_modified_by_robot";
    let lead = asked.page(&format!("/api/v4/leads/{}?{with}", lead["id"]));
    check("lead-one.json", "", &lead, &[], &[]);
    check("lead-one.json", "/_embedded", &lead["_embedded"], &[], &[]);
    let contact = &lead["_embedded"]["contacts"][0];
    check("lead-one.json", "/_embedded/contacts/0", contact, &[], &[]);
    let contact = asked.page("/api/v4/contacts")["_embedded"]["contacts"][0].clone();
    check("contacts-list.json", "/_embedded/contacts/0", &contact, &[], &[]);
    let task = asked.page("/api/v4/tasks")["_embedded"]["tasks"][0].clone();
    check("tasks-list.json", "/_embedded/tasks/0", &task, &[], &[]);
    let note = asked.page("/api/v4/leads/notes")["_embedded"]["notes"][0].clone();
    check("notes-list.json", "/_embedded/notes/0", &note, &[], &[]);
    let request = asked.page("/api/v4/leads/unsorted")["_embedded"]["unsorted"][0].clone();
    check("unsorted-list.json", "/_embedded/unsorted/0", &request, &[], &[]);
    let page = asked.page("/api/v4/events?filter[type]=lead_added");
    let event = &page["_embedded"]["events"][0];
    check("event-one.json", "", event, &[], &[]);
    check("event-one.json", "/_embedded/entity", &event["_embedded"]["entity"], &[], &[]);
    let page = asked.page("/api/v4/leads?page=2");
    check("leads-list.json", "", &page, &[], &[]);
    check("leads-list.json", "/_links", &page["_links"], &[], &[]);
}

#[test]
fn the_directory_has_the_documented_names() {
    let mut asked = Asked::new(1);
    let with = "amojo_id,amojo_rights,users_groups,task_types,datetime_settings,version,uuid";
    let account = asked.page(&format!("/api/v4/account?with={with}"));
    check("account.json", "", &account, &[], &[]);
    check("account.json", "/_embedded", &account["_embedded"], &[], &["entity_names"]);
    for part in ["/_embedded/datetime_settings", "/_embedded/users_groups/0", "/_embedded/task_types/0"] {
        check("account.json", part, account.pointer(part).unwrap(), &[], &[]);
    }
    let page = asked.page("/api/v4/users?with=role,group");
    check("users-list.json", "", &page, &[], &[]);
    for part in ["", "/rights", "/_embedded"] {
        let own = format!("/_embedded/users/0{part}");
        check("users-list.json", &own, page.pointer(&own).unwrap(), &[], &[]);
    }
    let page = asked.page("/api/v4/leads/pipelines");
    for part in ["", "/_embedded/pipelines/0", "/_embedded/pipelines/0/_embedded/statuses/0"] {
        check("pipelines-list.json", part, page.pointer(part).unwrap(), &[], &[]);
    }
    let page = asked.page("/api/v4/contacts/custom_fields");
    check("custom-field-one.json", "", &page["_embedded"]["custom_fields"][0], &[], &[]);
}

#[test]
fn webhooks_have_the_documented_names() {
    let mut asked = Asked::new(1);
    asked.now = ENDS - 86_400;
    let body = "{\"destination\":\"https://takeroot.example/h/1\",\"settings\":[\"add_lead\"]}";
    let told = asked.send("POST", "/api/v4/webhooks", body);
    let told: Json = serde_json::from_slice(&told.body).unwrap();
    check("webhook-subscribe-response.json", "", &told, &[], &[]);
    let page = asked.page("/api/v4/webhooks");
    check("webhooks-list.json", "", &page, &["_links"], &[]);
    check("webhooks-list.json", "/_embedded/webhooks/0", &page["_embedded"]["webhooks"][0], &[], &[]);
}
