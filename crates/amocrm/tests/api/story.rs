//! One story told by webhooks and by the API: the same figures, whichever is heard.

use super::context;
use serde_json::{Value as Json, json};
use takeroot_amocrm::api::{self, Beside, Past, Reading};
use takeroot_amocrm::hook;
use takeroot_core::day::Figures;
use takeroot_core::fact::{Fact, Kind};
use takeroot_core::ledger::Ledger;
use takeroot_core::policy::{Policy, Rules};
use takeroot_core::time::{Day, Moment};

/// 2026-09-14, a Monday, 10:00 in Moscow; hours from 09:00 to 18:00.
const BEGIN: i64 = 1_789_369_200;
const MINUTE: i64 = 60;
const DAY: i64 = 86_400;
const SITE: u64 = 90;
const ANNA: u64 = 11;
const BORIS: u64 = 12;

fn rules() -> Rules {
    let mut policy = Policy::standard("Europe/Moscow");
    let roster = json!([{ "id": ANNA }, { "id": BORIS }, { "id": SITE, "service": true }]);
    policy.people = serde_json::from_value(roster).unwrap();
    let stages = json!([{ "id": 6, "stages": [{ "id": 61 }, { "id": 62 }, { "id": 63 }] }]);
    policy.pipelines = serde_json::from_value(stages).unwrap();
    let asked = json!([{ "field": "amount" }, { "field": { "custom": 91 }, "from_stage": 1 }]);
    policy.mandatory = serde_json::from_value(asked).unwrap();
    policy.sources.field = Some(91);
    let since = Moment(BEGIN - DAY);
    Rules::compile(vec![(Day(0), policy)], since, Moment(BEGIN + 9 * DAY)).unwrap()
}

/// What happened to the deal: when, by whom, and what it was after it.
struct Deed {
    at: i64,
    by: u64,
    stage: (u64, u64),
    responsible: (u64, u64),
    price: (u64, u64),
}

/// A lead of the site is answered by Anna, handed to Boris, priced by him and won.
fn deeds() -> [Deed; 5] {
    let deed = |at, by, stage, responsible, price| Deed { at: BEGIN + at, by, stage, responsible, price };
    [
        deed(0, SITE, (61, 61), (ANNA, ANNA), (0, 0)),
        deed(10 * MINUTE, ANNA, (61, 62), (ANNA, ANNA), (0, 0)),
        deed(60 * MINUTE, ANNA, (62, 62), (ANNA, BORIS), (0, 0)),
        deed(DAY, BORIS, (62, 63), (BORIS, BORIS), (0, 90_000)),
        deed(2 * DAY, BORIS, (63, 142), (BORIS, BORIS), (90_000, 90_000)),
    ]
}

const HEARD: i64 = BEGIN + MINUTE;
const SAID: i64 = BEGIN + 9 * MINUTE;
const CALLED: i64 = BEGIN + 2 * 60 * MINUTE;
const NOTED: i64 = BEGIN + 3 * 60 * MINUTE;
const TASK_SET: i64 = BEGIN + 4 * 60 * MINUTE;
const TASK_MOVED: i64 = BEGIN + 5 * 60 * MINUTE;
const TASK_DONE: i64 = BEGIN + DAY + 30 * MINUTE;
/// The deadline of the task, at first and since it was moved.
const DUE: (i64, i64) = (BEGIN + 6 * 60 * MINUTE, BEGIN + DAY + 20 * MINUTE);

fn by_webhooks() -> Vec<Fact> {
    let mut bodies = Vec::new();
    for (number, deed) in deeds().iter().enumerate() {
        let action = if number == 0 { "add" } else { "update" };
        let before = (deed.stage.0 != deed.stage.1).then_some(deed.stage.0);
        let item = json!({ "id": 501, "status_id": deed.stage.1, "old_status_id": before,
            "pipeline_id": 6, "price": deed.price.1, "responsible_user_id": deed.responsible.1,
            "modified_user_id": deed.by, "created_user_id": SITE, "date_create": BEGIN, "updated_at": deed.at,
            "custom_fields": [{ "id": 91, "values": [{ "value": "Сайт", "enum": 4004 }] }] });
        bodies.push(json!({ "leads": { action: [item] } }));
    }
    let message = |entity: &str, kind: &str, at: i64, by: u64| {
        json!({ entity: { "add": [{ "id": format!("m-{at}"), "type": kind, "entity_type": "lead",
            "entity_id": 501, "created_by": by, "created_at": at }] } })
    };
    bodies.push(message("message", "incoming", HEARD, 0));
    bodies.push(message("outgoing_message", "outgoing", SAID, ANNA));
    let note = |id: u64, kind: u64, at: i64, text: &str| {
        json!({ "leads": { "note": [{ "note": { "id": id, "note_type": kind, "element_type": 2,
            "element_id": 501, "created_by": BORIS, "created_at": at, "text": text } }] } })
    };
    bodies.push(note(71, 11, CALLED, "{\"duration\":40,\"call_status\":4}"));
    bodies.push(note(72, 4, NOTED, "x"));
    for (action, at, due, status) in
        [("add", TASK_SET, DUE.0, 0), ("update", TASK_MOVED, DUE.1, 0), ("update", TASK_DONE, DUE.1, 1)]
    {
        bodies.push(json!({ "task": { action: [{ "id": 41, "element_id": 501, "element_type": 2,
            "created_user_id": BORIS, "responsible_user_id": BORIS, "modified_by": BORIS, "task_type": 1,
            "status": status, "complete_before": due, "created_at": TASK_SET, "updated_at": at }] } }));
    }
    let read = |body: Json| hook::read(body.to_string().as_bytes(), &context(None)).unwrap();
    let readings: Vec<hook::Reading> = bodies.into_iter().map(read).collect();
    assert!(readings.iter().all(|reading| reading.ignored.is_empty()), "{readings:?}");
    readings.into_iter().flat_map(|reading| reading.facts).collect()
}

fn events() -> Vec<Json> {
    let event = |kind: &str, entity: &str, at: i64, by: u64, before: Json, after: Json| {
        json!({ "id": format!("01k{kind}{at}"), "type": kind, "entity_type": entity,
            "entity_id": if entity == "task" { 41 } else { 501 }, "created_by": by, "created_at": at,
            "value_before": before, "value_after": after })
    };
    let mut events = vec![event("lead_added", "lead", BEGIN, SITE, json!([]), json!([]))];
    for deed in deeds() {
        let mut told = |kind: &str, name: &str, of: (u64, u64), value: fn(u64) -> Json| {
            if of.0 != of.1 {
                let (before, after) = (json!([{ name: value(of.0) }]), json!([{ name: value(of.1) }]));
                events.push(event(kind, "lead", deed.at, deed.by, before, after));
            }
        };
        told("lead_status_changed", "lead_status", deed.stage, |id| json!({ "id": id, "pipeline_id": 6 }));
        told("entity_responsible_changed", "responsible_user", deed.responsible, |id| json!({ "id": id }));
        told("sale_field_changed", "sale_field_value", deed.price, |sale| json!({ "sale": sale }));
    }
    let message = json!([{ "message": { "id": "m", "talk_id": 9 } }]);
    events.push(event("incoming_chat_message", "lead", HEARD, 0, json!([]), message.clone()));
    events.push(event("outgoing_chat_message", "lead", SAID, ANNA, json!([]), message));
    events.push(event("outgoing_call", "lead", CALLED, BORIS, json!([]), json!([{ "note": { "id": 71 } }])));
    events.push(event(
        "common_note_added",
        "lead",
        NOTED,
        BORIS,
        json!([]),
        json!([{ "note": { "id": 72 } }]),
    ));
    let due = |at: i64| json!([{ "task_deadline": { "timestamp": at } }]);
    events.push(event("task_added", "task", TASK_SET, BORIS, json!([]), json!([])));
    events.push(event("task_deadline_changed", "task", TASK_MOVED, BORIS, due(DUE.0), due(DUE.1)));
    events.push(event("task_completed", "task", TASK_DONE, BORIS, json!([]), json!([])));
    events
}

/// An export: events, notes, and what the deal and the task are in the end.
fn export() -> Vec<Json> {
    let note = |id: u64, kind: &str, at: i64, params: Json| {
        json!({ "id": id, "entity_id": 501, "created_by": BORIS, "created_at": at, "note_type": kind,
            "params": params })
    };
    let call = note(71, "call_out", CALLED, json!({ "duration": 40, "call_status": 4 }));
    let won = BEGIN + 2 * DAY;
    vec![
        json!({ "_embedded": { "events": events() } }),
        json!({ "_links": { "self": { "href": "https://x.example/api/v4/leads/notes" } },
            "_embedded": { "notes": [call, note(72, "common", NOTED, json!({ "text": "x" }))] } }),
        json!({ "_embedded": { "leads": [{ "id": 501, "price": 90_000, "responsible_user_id": BORIS,
            "status_id": 142, "pipeline_id": 6, "loss_reason_id": null, "created_by": SITE, "updated_by": BORIS,
            "created_at": BEGIN, "updated_at": won, "closed_at": won, "is_deleted": false,
            "custom_fields_values": [{ "field_id": 91, "field_type": "select",
                "values": [{ "value": "Сайт", "enum_id": 4004 }] }] }] } }),
        json!({ "_embedded": { "tasks": [{ "id": 41, "created_by": BORIS, "updated_by": BORIS,
            "created_at": TASK_SET, "updated_at": TASK_DONE, "responsible_user_id": BORIS, "entity_id": 501,
            "entity_type": "leads", "is_completed": true, "task_type_id": 1, "complete_till": DUE.1 }] } }),
    ]
}

const READ_AT: Moment = Moment(BEGIN + 7 * DAY);

fn readings() -> Vec<Fact> {
    let kinds = [Kind::Stages, Kind::Responsible, Kind::Talks, Kind::Tasks, Kind::Notes];
    kinds.map(|kind| api::range_read(kind, Moment(BEGIN - DAY), READ_AT, READ_AT)).into()
}

fn by_api() -> Vec<Fact> {
    let text: String = export().iter().map(|page| format!("{page}\n")).collect();
    let beside = Beside { events: true, notes: true };
    let mut all = Reading::default();
    for page in api::pages(&text) {
        all.merge(api::read(page.as_bytes(), &context(None), beside).unwrap());
    }
    let elsewhere = all.ignored.iter().all(|item| item.reason == api::IgnoredReason::ToldElsewhere);
    assert!(elsewhere && all.ignored.len() == 4, "{:?}", all.ignored);
    let mut past = Past::default();
    past.take(&all);
    let mut facts = all.facts;
    facts.extend(past.facts(&readings()));
    facts.extend(readings());
    facts
}

fn figures(facts: &[Fact]) -> Vec<String> {
    let rules = rules();
    let mut ledger = Ledger::new(rules.clone());
    facts.iter().for_each(|fact| ledger.record(fact.clone()));
    let as_of = READ_AT.plus(DAY);
    ledger.settle(as_of);
    assert_eq!(*ledger.totals(), ledger.recomputed(as_of));
    let first = rules.day_of(Moment(BEGIN));
    let days = (0..5).map(|n| Figures::of(ledger.totals(), &rules, first.plus(n), first.plus(n)));
    days.map(|day| serde_json::to_string_pretty(&day).unwrap()).collect()
}

fn assert_same(told: &[Fact], expected: &[Fact], what: &str) {
    for (day, (told, expected)) in figures(told).iter().zip(figures(expected)).enumerate() {
        let (told, expected): (Vec<&str>, Vec<&str>) = (told.lines().collect(), expected.lines().collect());
        let odd = told.iter().zip(&expected).position(|(told, expected)| told != expected);
        let around = odd.map(|at| (&told[at.saturating_sub(9)..=at], expected[at]));
        assert!(told == expected, "{what}, day {day}: {around:#?}");
    }
}

#[test]
fn webhooks_and_the_api_tell_one_story() {
    let (hooks, api) = (by_webhooks(), by_api());
    assert_same(&api, &hooks, "the API alone");
    let both: Vec<Fact> = hooks.iter().chain(&api).cloned().collect();
    assert_same(&both, &hooks, "what was delivered and what was read");
    assert_same(&[&both[..], &both[..]].concat(), &hooks, "everything twice");
    let first = &figures(&hooks)[0];
    assert!(first.contains("in_time") && first.contains("entered"), "{first}");
}

#[test]
fn nothing_is_taken_back_that_was_not_read() {
    let mut past = Past::default();
    for page in export() {
        past.take(&api::read(page.to_string().as_bytes(), &context(None), Beside::default()).unwrap());
    }
    assert!(past.facts(&[]).is_empty());
    let late = api::range_read(Kind::Stages, Moment(BEGIN + 1), READ_AT, READ_AT);
    assert!(past.facts(&[late]).is_empty(), "its creation was not read");
    let tasks = past.facts(&[api::range_read(Kind::Tasks, Moment(BEGIN), READ_AT, READ_AT)]);
    assert_eq!(tasks.len(), 2, "as it was set, and with the deadline moved: {tasks:?}");
}

#[test]
fn a_list_of_leads_alone_tells_what_was_won_and_when() {
    let page = export().swap_remove(2).to_string();
    let reading = api::read(page.as_bytes(), &context(None), Beside::default()).unwrap();
    let days = figures(&reading.facts);
    let won = |day: &String| day.contains("\"won\": 1") && day.contains("\"revenue\": 9000000");
    assert_eq!(days.iter().map(won).collect::<Vec<_>>(), [false, false, true, false, false]);
}
