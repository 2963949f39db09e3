//! Every list of the API is facts, names, or ignored by a name; webhooks and the API tell one story.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod events;
mod states;
mod story;

use events::event;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use takeroot_amocrm::api::{self, Beside, Context, IgnoredReason, Reading, Rejected};
use takeroot_core::fact::{Fact, Kind, Subject, Via};
use takeroot_core::policy::Policy;
use takeroot_core::time::Moment;

const NOW: Moment = Moment(1_790_000_000);
const AT: i64 = 1_789_900_000;

fn context(account: Option<u64>) -> Context<'static> {
    Context { received_at: NOW, account, identity_key: b"tests", policy: None }
}

fn read(json: &Json) -> Reading {
    read_beside(json, Beside::default())
}

fn read_beside(json: &Json, beside: Beside) -> Reading {
    api::read(json.to_string().as_bytes(), &context(Some(7_300_101)), beside).unwrap()
}

fn list(name: &str, items: Json) -> Reading {
    read(&json!({ "_embedded": { name: items } }))
}

fn only(reading: Reading) -> Fact {
    assert_eq!((reading.facts.len(), reading.ignored.len()), (1, 0), "{reading:?}");
    let fact = reading.facts[0].clone();
    assert_eq!(fact.via, Via::Api);
    fact
}

fn reason(reading: &Reading) -> IgnoredReason {
    assert_eq!((reading.facts.len(), reading.ignored.len()), (0, 1), "{reading:?}");
    reading.ignored[0].reason
}

#[test]
fn what_says_nothing_is_ignored_by_name() {
    let of = |kind: &str, entity: &str| event(kind, entity, json!([]), json!([]));
    assert_eq!(reason(&of("nps_rate_added", "lead")), IgnoredReason::NotMeasured);
    assert_eq!(reason(&of("customer_added", "customer")), IgnoredReason::NotMeasured);
    assert_eq!(reason(&of("lead_danced", "lead")), IgnoredReason::UnknownKind);
    assert_eq!(reason(&of("entity_linked", "customer")), IgnoredReason::ForeignElement);
    assert_eq!(reason(&of("lead_status_changed", "lead")), IgnoredReason::NoValue);
    assert_eq!(reason(&of("entity_merged", "lead")), IgnoredReason::NoValue);
    assert_eq!(reason(&of("task_completed", "task")), IgnoredReason::ToldElsewhere);
    assert_eq!(of("lead_danced", "lead").ignored[0].kind, "event lead_danced");
    assert_eq!(reason(&list("leads", json!([{ "name": "x" }]))), IgnoredReason::NoId);
    assert_eq!(reason(&list("leads", json!([[1, 2]]))), IgnoredReason::Malformed);
    assert_eq!(
        reason(&list("leads", json!([{ "id": 1, "account_id": 7_300_102 }]))),
        IgnoredReason::ForeignAccount
    );
    assert_eq!(reason(&list("webhooks", json!([{ "id": 1 }]))), IgnoredReason::NotMeasured);
    assert_eq!(reason(&list("dances", json!([{ "id": 1 }]))), IgnoredReason::UnknownKind);
    assert_eq!(reason(&list("notes", json!([{ "id": 1, "entity_id": 2 }]))), IgnoredReason::ForeignElement);
}

#[test]
fn one_bad_item_does_not_lose_the_page() {
    let long = "x".repeat(300 << 10);
    let page = json!([{ "id": 1, "name": long, "status_id": 61 }, null, 5, { "id": "2", "status_id": "62" }]);
    let reading = list("leads", page);
    assert_eq!((reading.facts.len(), reading.ignored.len()), (1, 3));
    assert_eq!(reading.facts[0].subject, Subject::Deal(2));
    assert_eq!(reading.ignored[0].id.as_deref(), Some("1"));
}

#[test]
fn a_page_beyond_the_limits_is_rejected_with_what_is_wrong() {
    let read = |text: &str| api::read(text.as_bytes(), &context(None), Beside::default());
    assert_eq!(read("").unwrap(), Reading::default(), "an empty list is an empty answer");
    assert_eq!(read("{\"a\":\n nope}"), Err(Rejected::NotJson(2, 3)));
    assert!(matches!(read(&"[".repeat(500)), Err(Rejected::NotJson(..))));
    for text in ["[]", "1", "{}", "{\"_embedded\": []}", "{\"_embedded\": {\"leads\": 5}}"] {
        assert_eq!(read(text), Err(Rejected::NoKnownShape), "{text}");
    }
    let refused = json!({ "title": "Unauthorized", "status": 401, "detail": "…" });
    assert_eq!(read(&refused.to_string()), Err(Rejected::Refused(401)));
    let many = json!({ "_embedded": { "leads": vec![json!({ "id": 1 }); 1_001] } });
    assert_eq!(read(&many.to_string()), Err(Rejected::Items(1_001)));
    assert_eq!(read(&" ".repeat(api::BYTES_MAX + 1)), Err(Rejected::Bytes(api::BYTES_MAX + 1)));
}

#[test]
fn every_documented_answer_reads() {
    let cases =
        std::env::var_os("TAKEROOT_CASES").map_or(Path::new("../../../shared").to_owned(), PathBuf::from);
    let Ok(folder) = std::fs::read_dir(cases.join("api/amocrm")) else {
        println!("skipped: no {} (TAKEROOT_CASES)", cases.join("api/amocrm").display());
        return;
    };
    let mut files = 0;
    for path in folder.map(|entry| entry.unwrap().path()) {
        // Claims of a token are no answer of the API.
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".json") || name == "disposable-token-claims.json" {
            continue;
        }
        let read = api::read(&std::fs::read(&path).unwrap(), &context(None), Beside::default());
        let reading = read.unwrap_or_else(|rejected| panic!("{name}: {rejected}"));
        let unknown = reading.ignored.iter().filter(|i| i.reason == IgnoredReason::UnknownKind);
        assert_eq!(unknown.count(), 0, "{name}: {:?}", reading.ignored);
        let names = reading.directory != api::Directory::default();
        assert!(names || !reading.facts.is_empty() || !reading.ignored.is_empty(), "{name} says nothing");
        files += 1;
    }
    assert!(files > 15);
}

fn anything() -> impl Strategy<Value = Json> {
    let names = "(id|type|entity_id|entity_type|created_at|value_after|value_before|lead_status|pipeline_id|\
        _embedded|_links|self|href|events|leads|tasks|notes|users|pipelines|statuses|unsorted|account_id|params|\
        custom_fields_values|values|value|enum_id|field_id|note_type|uid|price|status_id|link|entity|rights|sort)";
    let texts = "(lead|contact|lead_status_changed|entity_linked|entity_merged|custom_field_value_changed|call_in|\
        https://x/api/v4/leads/1/notes/2|https://x/api/v4/|[ -~]{0,12}|-1|1789900000|99999999999999999999)";
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        (0..200_u64).prop_map(Json::from),
        texts.prop_map(Json::from),
    ];
    leaf.prop_recursive(6, 80, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::vec((names, inner), 0..8)
                .prop_map(|fields| Json::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_answer_panics(
        json in anything(),
        items in prop::collection::vec(anything(), 0..6),
        list in "(events|leads|contacts|tasks|notes|unsorted|users|pipelines|custom_fields|talks|statuses)",
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let read = |text: &[u8]| api::read(text, &context(None), Beside::default());
        let _ = read(json.to_string().as_bytes());
        let _ = read(&bytes);
        let text = String::from_utf8_lossy(&bytes);
        let given: usize = api::pages(&text).map(str::len).sum();
        prop_assert!(given <= text.len());
        let count = items.len();
        let page = json!({ "_embedded": { list: items } });
        if let Ok(reading) = read(page.to_string().as_bytes()) {
            let mut past = api::Past::default();
            past.take(&reading);
            let _ = past.facts(&[api::range_read(Kind::Stages, Moment(0), NOW, NOW)]);
            let _ = reading.directory.onto(Policy::default());
            let says = reading.directory != api::Directory::default();
            prop_assert!(says || reading.facts.len() + reading.ignored.len() >= count);
        }
    }
}
