//! Answers have the names that the documented ones have.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use takeroot_stand::skip::skipped;

use super::{Asked, ENDS};

/// The folder of documented answers; a test says that it is skipped where there is none.
fn documents(test: &str) -> Option<PathBuf> {
    let cases =
        std::env::var_os("TAKEROOT_CASES").map_or(Path::new("../../../shared").to_owned(), PathBuf::from);
    let folder = cases.join("api/amocrm");
    if !folder.is_dir() {
        skipped(test, &format!("no {} (TAKEROOT_CASES)", folder.display()));
        return None;
    }
    Some(folder)
}

fn names(item: &Json) -> BTreeSet<&str> {
    item.as_object().unwrap().keys().map(String::as_str).collect()
}

/// At `at` the document has the names that the stand's answer has, and `more`.
fn check((folder, file): (&Path, &str), at: &str, own: &Json, more: &[&str]) {
    let documented: Json = serde_json::from_slice(&std::fs::read(folder.join(file)).unwrap()).unwrap();
    let expected = documented.pointer(at).unwrap();
    let (told, mut expected) = (names(own), names(expected));
    more.iter().for_each(|name| assert!(expected.remove(name), "{file} has no {name}"));
    assert_eq!(told, expected, "{file}{at}");
}

#[test]
fn cards_have_the_documented_names() {
    let Some(folder) = documents("cards_have_the_documented_names") else { return };
    let mut asked = Asked::new(4);
    let lead = asked.page("/api/v4/leads")["_embedded"]["leads"][0].clone();
    check((&folder, "leads-list.json"), "/_embedded/leads/0", &lead, &[]);
    check((&folder, "leads-list.json"), "/_embedded/leads/0/_embedded", &lead["_embedded"], &[]);
    let with = "with=contacts,loss_reason,source_id,catalog_elements,is_price_modified_by_robot";
    let lead = asked.page(&format!("/api/v4/leads/{}?{with}", lead["id"]));
    check((&folder, "lead-one.json"), "", &lead, &[]);
    check((&folder, "lead-one.json"), "/_embedded", &lead["_embedded"], &[]);
    let contact = &lead["_embedded"]["contacts"][0];
    check((&folder, "lead-one.json"), "/_embedded/contacts/0", contact, &[]);
    let contact = asked.page("/api/v4/contacts")["_embedded"]["contacts"][0].clone();
    check((&folder, "contacts-list.json"), "/_embedded/contacts/0", &contact, &[]);
    let task = asked.page("/api/v4/tasks")["_embedded"]["tasks"][0].clone();
    check((&folder, "tasks-list.json"), "/_embedded/tasks/0", &task, &[]);
    let note = asked.page("/api/v4/leads/notes")["_embedded"]["notes"][0].clone();
    check((&folder, "notes-list.json"), "/_embedded/notes/0", &note, &[]);
    let request = asked.page("/api/v4/leads/unsorted")["_embedded"]["unsorted"][0].clone();
    check((&folder, "unsorted-list.json"), "/_embedded/unsorted/0", &request, &[]);
    let page = asked.page("/api/v4/events?filter[type]=lead_added");
    let event = &page["_embedded"]["events"][0];
    check((&folder, "event-one.json"), "", event, &[]);
    check((&folder, "event-one.json"), "/_embedded/entity", &event["_embedded"]["entity"], &[]);
    let page = asked.page("/api/v4/leads?page=2");
    check((&folder, "leads-list.json"), "", &page, &[]);
    check((&folder, "leads-list.json"), "/_links", &page["_links"], &[]);
}

#[test]
fn the_directory_has_the_documented_names() {
    let Some(folder) = documents("the_directory_has_the_documented_names") else { return };
    let mut asked = Asked::new(1);
    let with = "amojo_id,amojo_rights,users_groups,task_types,datetime_settings,version,uuid";
    let account = asked.page(&format!("/api/v4/account?with={with}"));
    check((&folder, "account.json"), "", &account, &[]);
    check((&folder, "account.json"), "/_embedded", &account["_embedded"], &["entity_names"]);
    for part in ["/_embedded/datetime_settings", "/_embedded/users_groups/0", "/_embedded/task_types/0"] {
        check((&folder, "account.json"), part, account.pointer(part).unwrap(), &[]);
    }
    let page = asked.page("/api/v4/users?with=role,group");
    check((&folder, "users-list.json"), "", &page, &[]);
    for part in ["", "/rights", "/_embedded"] {
        let own = format!("/_embedded/users/0{part}");
        check((&folder, "users-list.json"), &own, page.pointer(&own).unwrap(), &[]);
    }
    let page = asked.page("/api/v4/leads/pipelines");
    for part in ["", "/_embedded/pipelines/0", "/_embedded/pipelines/0/_embedded/statuses/0"] {
        check((&folder, "pipelines-list.json"), part, page.pointer(part).unwrap(), &[]);
    }
    let page = asked.page("/api/v4/contacts/custom_fields");
    check((&folder, "custom-field-one.json"), "", &page["_embedded"]["custom_fields"][0], &[]);
}

#[test]
fn webhooks_have_the_documented_names() {
    let Some(folder) = documents("webhooks_have_the_documented_names") else { return };
    let mut asked = Asked::new(1);
    asked.now = ENDS - 86_400;
    let body = "{\"destination\":\"https://takeroot.example/h/1\",\"settings\":[\"add_lead\"]}";
    let told = asked.send("POST", "/api/v4/webhooks", body);
    let told: Json = serde_json::from_slice(&told.body).unwrap();
    check((&folder, "webhook-subscribe-response.json"), "", &told, &[]);
    let page = asked.page("/api/v4/webhooks");
    check((&folder, "webhooks-list.json"), "", &page, &[]);
    check((&folder, "webhooks-list.json"), "/_embedded/webhooks/0", &page["_embedded"]["webhooks"][0], &[]);
}
