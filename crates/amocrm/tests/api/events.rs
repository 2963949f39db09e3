//! Events.

use super::AT;
use super::{list, only, read, read_beside};
use serde_json::{Value as Json, json};
use takeroot_amocrm::api::{Beside, IgnoredReason, Reading};
use takeroot_core::fact::{Actor, Amount, Fact, Snapshot, Stage, Subject, Value, Way, What};
use takeroot_core::junk::Junk;
use takeroot_core::time::Moment;

pub(super) fn event(kind: &str, entity: &str, before: Json, after: Json) -> Reading {
    list(
        "events",
        json!([{
            "id": "01k3zq8e7w", "type": kind, "entity_id": 501, "entity_type": entity, "created_by": 11,
            "created_at": AT, "value_before": before, "value_after": after, "account_id": 7_300_101,
            "_embedded": { "entity": { "id": 501, "linked_talk_contact_id": 31 } }
        }]),
    )
}

fn state_of(fact: Fact) -> Snapshot {
    assert_eq!((fact.subject, fact.at, fact.by), (Subject::Deal(501), Moment(AT), Actor::User(11)));
    assert!(fact.is_dated());
    match fact.what {
        What::Deal(state) => Some(state),
        _ => None,
    }
    .unwrap()
}

fn changed(kind: &str, before: Json, after: Json) -> Snapshot {
    state_of(only(event(kind, "lead", before, after)))
}

#[test]
fn an_event_of_one_aspect_leaves_the_others_absent() {
    let stage = |id: u64| json!([{ "lead_status": { "id": id, "pipeline_id": 6 } }]);
    let (before, to) = (Some(Stage::Open(61)), Some(Stage::Won));
    let moved = Snapshot { pipeline: Some(6), stage: to, stage_before: before, ..Snapshot::default() };
    assert_eq!(changed("lead_status_changed", stage(61), stage(142)), moved);
    let user = |id: u64| json!([{ "responsible_user": { "id": id } }]);
    let handed = Snapshot { responsible: Some(12), ..Snapshot::default() };
    assert_eq!(changed("entity_responsible_changed", user(11), user(12)), handed);
    let sale = |sale: &str| json!([{ "sale_field_value": { "sale": sale } }]);
    let priced = Snapshot { price: Some(Amount(123_450)), ..Snapshot::default() };
    assert_eq!(changed("sale_field_changed", json!([]), sale("1234.5")), priced);
    let created = Some((Moment(AT), Actor::User(11)));
    let added = Snapshot { created, added: true, ..Snapshot::default() };
    assert_eq!(changed("lead_added", json!([]), json!([{ "note": { "id": 5 } }])), added);
    let restored = Snapshot { restored: true, ..Snapshot::default() };
    assert_eq!(changed("lead_restored", json!(null), json!({})), restored);
    for kind in ["name_field_changed", "entity_tag_added", "entity_unlinked"] {
        assert_eq!(changed(kind, json!([]), json!([])), Snapshot::default(), "{kind}");
    }
}

#[test]
fn a_field_that_changes_leaves_a_verdict() {
    let field = |value: Json| json!([{ "custom_field_value": value }]);
    let verdict = |kind: &str, before: Json, after: Json| changed(kind, before, after).fields;
    let text = field(json!({ "field_id": 95, "field_type": 1, "enum_id": null, "text": "Крупный опт" }));
    let kind = "custom_field_value_changed";
    assert_eq!(verdict(kind, json!([]), text.clone()), [(95, Value::Filled)]);
    assert_eq!(verdict(kind, text.clone(), json!([])), [(95, Value::Junk(Junk::Blank))]);
    let choice = field(json!({ "field_id": 91, "field_type": "4", "enum_id": 4004, "text": "Сайт" }));
    assert_eq!(verdict("custom_field_91_value_changed", json!([]), choice), [(91, Value::Choice(4004))]);
    let date = |text: &str| field(json!({ "field_id": 92, "field_type": 6, "text": text }));
    assert_eq!(verdict(kind, json!([]), date("1790456400")), [(92, Value::Date(Moment(1_790_456_400)))]);
    assert_eq!(verdict(kind, json!([]), date("27.09.2026")), [], "the lead's state tells it");
    let dash = field(json!({ "field_id": 95, "text": "нет" }));
    assert_eq!(verdict(kind, text, dash), [(95, Value::Junk(Junk::Placeholder))]);
}

#[test]
fn words_are_heard_and_said() {
    let message = json!([{ "message": { "id": "m-1", "origin": "telegram", "talk_id": 9 } }]);
    let heard = only(event("incoming_chat_message", "lead", json!([]), message.clone()));
    assert_eq!(heard.what, What::Heard { way: Way::Chat, answered_by: None, contact: Some(31) });
    assert_eq!((heard.subject, heard.by), (Subject::Deal(501), Actor::Client));
    let said = |way, contact| What::Said { way, talked_s: None, contact };
    let answer = only(event("outgoing_chat_message", "lead", json!([]), message.clone()));
    assert_eq!((answer.what, answer.by, answer.seq), (said(Way::Chat, Some(31)), Actor::User(11), heard.seq));
    let robot = only(event("robot_replied", "contact", json!([]), json!([])));
    assert_eq!((robot.what, robot.by), (said(Way::Chat, None), Actor::Robot));
    assert_eq!(robot.subject, Subject::Contact(501));
    let talk = only(event("talk_closed", "lead", json!([]), message));
    assert_eq!(talk.subject, Subject::Talk(9));
    assert_eq!(talk.what, What::Talk { deal: Some(501), contact: Some(31), open: false });
    let note = json!([{ "note": { "id": 71 } }]);
    let call = only(event("outgoing_call", "lead", json!([]), note.clone()));
    assert_eq!((call.what, call.seq), (said(Way::Call, Some(31)), Some(71)));
    let sms = only(event("incoming_sms", "contact", json!([]), note.clone()));
    assert_eq!(sms.what, What::Heard { way: Way::Sms, answered_by: None, contact: None });
    let noted = only(event("common_note_added", "lead", json!([]), note));
    assert_eq!((noted.what, noted.seq), (What::Noted, Some(71)));
}

#[test]
fn equal_words_of_one_second_are_two_facts() {
    let word = |id: &str| {
        json!({ "id": id, "type": "incoming_chat_message", "entity_type": "lead",
        "entity_id": 501, "created_by": 0, "created_at": AT, "value_after": [], "value_before": [] })
    };
    let facts = list("events", json!([word("01k3a"), word("01k3b")])).facts;
    assert_ne!(facts[0].key(), facts[1].key());
    let again = list("events", json!([word("01k3a")])).facts;
    assert_eq!(again[0].key(), facts[0].key());
}

#[test]
fn where_notes_are_read_calls_are_told_once() {
    let events = json!({ "_embedded": { "events": [{ "id": "01k3c", "type": "outgoing_call",
        "entity_type": "lead", "entity_id": 501, "created_by": 11, "created_at": AT }] } });
    let beside = Beside { notes: true, ..Beside::default() };
    let reading = read_beside(&events, beside);
    assert_eq!((reading.facts.len(), reading.ignored[0].reason), (0, IgnoredReason::ToldElsewhere));
    let note = json!({ "id": 71, "entity_id": 501, "created_by": 11, "created_at": AT, "note_type": "common",
        "params": { "text": "Перезвонить Марине" },
        "_links": { "self": { "href": "https://x.example/api/v4/leads/501/notes/71" } } });
    let noted = event("common_note_added", "lead", json!([]), json!([{ "note": { "id": 71 } }]));
    assert_eq!(only(read(&note)).key(), only(noted).key(), "a note and its event are one observation");
}

#[test]
fn links_merges_and_deletions_are_told() {
    let link = |kind: &str, id: u64| json!([{ "link": { "entity": { "type": kind, "id": id } } }]);
    let linked = only(event("entity_linked", "lead", json!([]), link("contact", 31)));
    let mirrored = only(event("entity_linked", "contact", json!([]), link("lead", 77)));
    assert_eq!(linked.links().collect::<Vec<_>>(), [(501, Subject::Contact(31))]);
    assert_eq!(mirrored.links().collect::<Vec<_>>(), [(77, Subject::Contact(501))]);
    let into = only(event("entity_merged", "lead", json!([]), link("lead", 502)));
    assert_eq!((into.subject, into.what), (Subject::Deal(501), What::Merged { into: 502 }));
    let taken = only(event("entity_merged", "lead", link("lead", 500), json!([])));
    assert_eq!((taken.subject, taken.what), (Subject::Deal(500), What::Merged { into: 501 }));
    for (kind, entity, subject) in [
        ("lead_deleted", "lead", Subject::Deal(501)),
        ("company_deleted", "company", Subject::Contact(501)),
        ("task_deleted", "task", Subject::Task(501)),
    ] {
        let gone = only(event(kind, entity, json!([]), json!([])));
        assert_eq!((gone.subject, gone.what), (subject, What::Deleted));
    }
}
