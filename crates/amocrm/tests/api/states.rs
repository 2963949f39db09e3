//! Lists of entities: states, and names.

use super::{AT, context, list, only, read, read_beside, reason};
use serde_json::{Value as Json, json};
use takeroot_amocrm::api::{self, Beside, IgnoredReason};
use takeroot_core::fact::{Actor, Amount, Kind, Snapshot, Stage, Subject, TaskState, Value, Via, Way, What};
use takeroot_core::junk::Junk;
use takeroot_core::policy::{Field, Policy};
use takeroot_core::time::Moment;

/// A lost lead with everything that a lead can have, personal texts included.
fn lead() -> Json {
    json!({
        "id": 501, "name": "Марина Ветрова, кухня", "price": 1250, "responsible_user_id": 11, "group_id": 0,
        "status_id": 143, "pipeline_id": 6, "loss_reason_id": 4400, "source_id": 88, "created_by": 0,
        "updated_by": 12, "created_at": AT - 9_000, "updated_at": AT, "closed_at": AT - 60,
        "closest_task_at": null, "is_deleted": false, "score": null, "account_id": 7_300_101,
        "custom_fields_values": [
            { "field_id": 92, "field_code": null, "field_type": "date", "values": [{ "value": 1_790_456_400 }] },
            { "field_id": 91, "field_type": "select", "values": [{ "value": "Сайт", "enum_id": 4004 }] },
            { "field_id": 95, "field_type": "text", "values": [{ "value": "нет" }] },
            { "field_id": 96, "field_type": "textarea", "values": [{ "value": "звонить на 8 912 000-11-22" }] },
            { "field_id": 97, "field_type": "checkbox", "values": [{ "value": false }] },
            { "field_id": 98, "field_type": "legal_entity", "values": [{ "value": { "name": "ООО Клён" } }] },
            { "field_id": 99, "field_type": "numeric", "values": [{ "value": "1790456400" }] }
        ],
        "_embedded": {
            "tags": [{ "id": 5, "name": "Ветрова" }],
            "contacts": [{ "id": 30, "is_main": false }, { "id": 31, "is_main": true }],
            "companies": [{ "id": 40 }]
        }
    })
}

#[test]
fn a_lead_shows_its_state_and_when_it_was_closed() {
    let reading = read(&lead());
    let [closed, other, fact] = &reading.facts[..] else { panic!("{reading:?}") };
    let What::Deal(state) = &fact.what else { panic!("{fact:?}") };
    assert_eq!((fact.at, fact.by), (Moment(AT), Actor::User(12)));
    assert_eq!(state.created, Some((Moment(AT - 9_000), Actor::Robot)));
    assert_eq!((state.stage, state.pipeline, state.responsible), (Some(Stage::Lost), Some(6), Some(11)));
    assert_eq!((state.price, state.loss_reason, state.source), (Some(Amount(125_000)), Some(4400), Some(88)));
    assert_eq!((state.contact, state.company), (Some(31), Some(40)));
    let fields = vec![
        (91, Value::Choice(4004)),
        (92, Value::Date(Moment(1_790_456_400))),
        (95, Value::Junk(Junk::Placeholder)),
        (96, Value::Filled),
        (97, Value::Junk(Junk::Blank)),
        (98, Value::Filled),
        (99, Value::Filled),
    ];
    assert_eq!(state.fields, fields);
    assert_eq!(other.links().next(), Some((501, Subject::Contact(30))));
    let What::Deal(closing) = &closed.what else { panic!("{closed:?}") };
    assert_eq!((closed.at, closed.by), (Moment(AT - 60), Actor::Unknown));
    assert_eq!((closing.stage, closing.loss_reason), (Some(Stage::Lost), Some(4400)));
    let told = read_beside(&lead(), Beside { events: true, ..Beside::default() });
    let reasoned = Snapshot { loss_reason: Some(4400), ..Snapshot::default() };
    assert_eq!(told.facts[0].what, What::Deal(reasoned), "the move is the events'");
}

#[test]
fn beside_events_nobody_is_said_to_have_made_a_state() {
    let authors = |page: &Json, events| -> Vec<Actor> {
        let facts = read_beside(page, Beside { events, ..Beside::default() }).facts;
        let states = facts.iter().filter(|fact| fact.at == Moment(AT) && !matches!(fact.what, What::Worked));
        states.map(|fact| fact.by).collect()
    };
    for page in [lead(), json!({ "_page": 1, "_embedded": { "contacts": [contact()] } })] {
        assert!(authors(&page, false).iter().any(|by| matches!(by, Actor::User(_))), "{page}");
        let beside = authors(&page, true);
        assert!(!beside.is_empty() && beside.iter().all(|by| *by == Actor::Unknown), "{beside:?} of {page}");
    }
}

#[test]
fn a_lead_lost_without_a_reason_says_so_and_a_deleted_one_is_gone() {
    let mut lead = lead();
    (lead["loss_reason_id"], lead["is_deleted"]) = (Json::Null, json!(true));
    let facts = read(&lead).facts;
    assert!(facts.iter().any(|fact| fact.what == What::Deleted && fact.subject == Subject::Deal(501)));
    let reasons = facts.iter().filter_map(|fact| match &fact.what {
        What::Deal(state) => Some(state.loss_reason),
        _ => None,
    });
    assert_eq!(reasons.collect::<Vec<_>>(), [Some(0), Some(0)]);
    (lead["status_id"], lead["is_deleted"]) = (json!(61), json!(false));
    let open = read(&lead).facts;
    let states = open.iter().filter(|fact| matches!(fact.what, What::Deal(_)));
    assert_eq!(states.count(), 1, "an open deal is not closed, whatever was before");
}

fn contact() -> Json {
    json!({ "id": 31, "name": "Марина Ветрова", "first_name": "Марина", "last_name": "Ветрова",
        "responsible_user_id": 11, "created_by": 11, "updated_by": 11, "created_at": AT, "updated_at": AT,
        "custom_fields_values": [
            { "field_id": 1, "field_code": "PHONE", "field_type": "multitext",
              "values": [{ "value": "+7 912 000-11-22", "enum_id": 7, "enum_code": "WORK" }] },
            { "field_id": 2, "field_code": "EMAIL", "values": [{ "value": "Vetrova@Firma.example", "enum_id": 8 }] }
        ],
        "_embedded": { "tags": [], "companies": [], "leads": [{ "id": 501 }, { "id": 502 }] } })
}

#[test]
fn a_contact_is_its_deals_and_the_same_hashes_as_by_webhook() {
    let fact = only(list("contacts", json!([contact()])));
    let What::Contact { deals, identities } = &fact.what else { panic!("{fact:?}") };
    assert_eq!((deals.as_slice(), identities.len()), (&[501, 502][..], 2));
    let hook = "contacts[update][0][id]=31&contacts[update][0][custom_fields][0][id]=1\
        &contacts[update][0][custom_fields][0][code]=PHONE\
        &contacts[update][0][custom_fields][0][values][0][value]=8(912)0001122";
    let hook = takeroot_amocrm::hook::read(hook.as_bytes(), &context(None)).unwrap();
    let What::Contact { identities: same, .. } = &hook.facts[0].what else { panic!("{hook:?}") };
    assert!(identities.contains(&same[0]));
    assert_eq!(
        only(list("companies", json!([{ "id": 40, "updated_at": AT }]))).subject,
        Subject::Contact(40)
    );
}

fn task() -> Json {
    json!({ "id": 41, "created_by": 12, "updated_by": 11, "created_at": AT - 600, "updated_at": AT,
        "responsible_user_id": 11, "entity_id": 501, "entity_type": "leads", "is_completed": true,
        "task_type_id": 2, "text": "Позвонить Марине", "result": [], "complete_till": AT + 600 })
}

#[test]
fn a_task_shows_its_state() {
    let fact = only(list("tasks", json!([task()])));
    let state = TaskState {
        deal: Some(501),
        created: Some((Moment(AT - 600), Actor::User(12))),
        responsible: Some(11),
        kind: Some(2),
        due: Some(Moment(AT + 600)),
        done: true,
    };
    assert_eq!((fact.subject, fact.at, fact.by), (Subject::Task(41), Moment(AT), Actor::User(11)));
    assert_eq!(fact.what, What::Task(state));
    let mut of_contact = task();
    of_contact["entity_type"] = json!("contacts");
    assert!(matches!(only(list("tasks", json!([of_contact]))).what, What::Task(task) if task.deal.is_none()));
}

fn note(kind: &str, params: Json) -> Json {
    json!({ "_links": { "self": { "href": "https://x.example/api/v4/leads/notes?page=1" } },
        "_embedded": { "notes": [{ "id": 71, "entity_id": 501, "created_by": 11, "updated_by": 11,
        "created_at": AT, "updated_at": AT + 9, "responsible_user_id": 12, "note_type": kind,
        "params": params }] } })
}

#[test]
fn notes_tell_calls_letters_and_words() {
    let call = json!({ "uniq": "u", "duration": 73, "source": "tel", "phone": "79120001122",
        "call_responsible": "12", "call_status": 4 });
    let missed = json!({ "duration": "0", "call_status": 6, "phone": 79120001122_u64 });
    let contact = None;
    let heard = |way, answered_by| What::Heard { way, answered_by, contact };
    let said = |way, talked_s| What::Said { way, talked_s, contact };
    let cases = [
        ("common", json!({ "text": "Марина просила скидку" }), What::Noted, Actor::User(11)),
        ("attachment", json!({ "original_name": "паспорт.pdf" }), What::Worked, Actor::User(11)),
        ("call_in", call.clone(), heard(Way::Call, Some(Actor::User(12))), Actor::Client),
        ("call_in", missed, heard(Way::Call, None), Actor::Client),
        ("call_out", call, said(Way::Call, Some(73)), Actor::User(12)),
        ("amomail_message", json!({ "income": true }), heard(Way::Mail, None), Actor::Client),
        ("amomail_message", json!({ "income": false }), said(Way::Mail, None), Actor::User(11)),
        ("sms_in", json!({ "text": "да" }), heard(Way::Sms, None), Actor::Client),
        ("sms_out", json!([]), said(Way::Sms, None), Actor::User(11)),
    ];
    for (kind, params, what, by) in cases {
        let fact = only(read(&note(kind, params)));
        assert_eq!((fact.what, fact.by, fact.seq), (what, by, Some(71)), "{kind}");
        assert_eq!((fact.subject, fact.at), (Subject::Deal(501), Moment(AT)));
    }
    assert_eq!(reason(&read(&note("service_message", json!({})))), IgnoredReason::NotMeasured);
    let mut of_contact = note("common", json!({}));
    of_contact["_links"]["self"]["href"] = json!("https://x.example/api/v4/contacts/501/notes");
    assert_eq!(only(read(&of_contact)).subject, Subject::Contact(501));
}

fn unsorted() -> Json {
    json!({ "uid": "u-1", "source_uid": null, "source_name": "Форма на сайте", "category": "forms",
        "pipeline_id": 6, "created_at": AT, "account_id": 7_300_101,
        "metadata": { "form_name": "Марина Ветрова", "ip": "203.0.113.7", "phone": "79120001122" },
        "_embedded": { "contacts": [{ "id": 31 }], "leads": [{ "id": 501 }], "companies": [] } })
}

#[test]
fn a_waiting_request_is_an_entry_of_no_known_source() {
    let reading = list("unsorted", json!([unsorted()]));
    let [link, arrived] = &reading.facts[..] else { panic!("{reading:?}") };
    assert_eq!(link.links().next(), Some((501, Subject::Contact(31))));
    let What::Arrived { pipeline, deal, source } = &arrived.what else { panic!("{arrived:?}") };
    assert_eq!((*pipeline, *deal, *source, arrived.by), (Some(6), Some(501), None, Actor::Client));
    let hook = b"unsorted[add][0][uid]=u-1&unsorted[add][0][lead_id]=501&unsorted[add][0][created_at]=1";
    let hook = takeroot_amocrm::hook::read(hook, &context(None)).unwrap();
    assert_eq!(hook.facts[0].subject, arrived.subject, "both tell of one request");
}

#[test]
fn a_reading_is_a_fact_and_pages_follow_each_other() {
    let read_to = api::range_read(Kind::Talks, Moment(5), Moment(9), Moment(11));
    assert_eq!((read_to.subject, read_to.via, read_to.at), (Subject::Account, Via::Api, Moment(11)));
    assert_eq!(read_to.what, What::Read { kind: Kind::Talks, from: Moment(5), until: Moment(9) });
    let next = json!({ "_links": { "next": { "href": "…" } }, "_embedded": { "tasks": [task()] } });
    let mut reading = read(&next);
    assert!(reading.has_next);
    reading.merge(list("leads", json!([lead()])));
    assert_eq!((reading.facts.len(), reading.has_next), (4, false));
}

#[test]
fn nothing_personal_is_in_a_fact() {
    let items = json!({ "_links": { "self": { "href": "https://x.example/api/v4/leads/notes" } },
        "_embedded": { "leads": [lead()], "contacts": [contact()], "tasks": [task()],
        "unsorted": [unsorted()], "notes": [note("common", json!({ "text": "Марина просила скидку" }))
        ["_embedded"]["notes"][0].clone(), note("call_in", json!({ "phone": "79120001122" }))
        ["_embedded"]["notes"][0].clone()], "events": [{ "id": "01k3d", "type": "name_field_changed",
        "entity_type": "lead", "entity_id": 501, "created_by": 11, "created_at": AT,
        "value_after": [{ "name_field_value": { "name": "Ветрова Марина" } }] },
        { "id": "01k3e", "type": "custom_field_value_changed", "entity_type": "lead", "entity_id": 501,
        "created_at": AT, "value_after": [{ "custom_field_value": { "field_id": 96,
        "text": "звонить на 8 912 000-11-22" } }] }] } });
    let reading = read(&items);
    assert_eq!((reading.facts.len(), reading.ignored.len()), (11, 0), "{:?}", reading.ignored);
    let told = serde_json::to_string(&reading.facts).unwrap() + &format!("{:?}", reading.changes);
    for personal in
        ["Марин", "Ветров", "9120001122", "000-11-22", "firma", "скид", "Клён", "203.0", "Позвон", "Форма"]
    {
        assert!(!told.contains(personal), "{personal} in {told}");
    }
}

#[test]
fn names_become_parts_of_a_policy() {
    let status = |id: u64, sort: u64, kind: u64| json!({ "id": id, "name": format!("s{id}"), "sort": sort, "type": kind });
    let mut reading = list(
        "pipelines",
        json!([{ "id": 6, "name": "Продажи", "sort": 2, "_embedded": { "statuses":
        [status(62, 30, 0), status(60, 10, 1), status(61, 20, 0), status(142, 10_000, 0), status(143, 11_000, 0)] } }]),
    );
    let users = json!([
        { "id": 12, "name": "Борис", "email": "b@firma.example", "rights": { "is_active": false, "group_id": 3 },
          "_embedded": { "groups": [{ "id": 3, "name": "Опт" }] } },
        { "id": 11, "name": "Анна", "email": "a@firma.example", "rights": { "is_active": true, "group_id": null } }
    ]);
    reading.merge(list("users", users));
    reading.merge(list("loss_reasons", json!([{ "id": 4400, "name": "Дорого" }])));
    reading.merge(read(&json!({ "id": 7_300_101, "subdomain": "x", "_embedded": {
        "datetime_settings": { "timezone": "Asia/Omsk" }, "users_groups": [{ "id": 0, "name": "Все" }],
        "task_types": [{ "id": 1, "code": "FOLLOW_UP" }, { "id": 2, "name": "Встреча", "code": "MEETING" }] } })));
    reading.merge(read(&json!({ "_links": { "self": { "href": "https://x.example/api/v4/leads/custom_fields" } },
        "_embedded": { "custom_fields": [
        { "id": 91, "name": "Канал", "type": "select", "enums": [{ "id": 4004, "value": "Сайт" }],
          "required_statuses": [{ "pipeline_id": 6, "status_id": 62 }, { "pipeline_id": 6, "status_id": 142 }] },
        { "id": 94, "name": "utm", "type": "tracking_data", "code": "UTM_SOURCE", "required_statuses": null }
    ] } })));
    assert_eq!((reading.facts.len(), reading.ignored.len()), (0, 0), "{reading:?}");
    let policy = reading.directory.onto(Policy::default());
    assert_eq!(policy.calendar.tz, "Asia/Omsk");
    let stages: Vec<u64> = policy.pipelines[0].stages.iter().map(|stage| stage.id).collect();
    assert_eq!((policy.pipelines[0].name.as_str(), stages), ("Продажи", vec![61, 62]));
    let people: Vec<_> = policy.people.iter().map(|p| (p.id, p.until.is_some(), p.group)).collect();
    assert_eq!(people, [(11, false, None), (12, true, Some(3))]);
    assert_eq!(
        (policy.meaning.loss_reasons[0].name.as_str(), policy.meaning.meeting_tasks.as_slice()),
        ("Дорого", &[2][..])
    );
    assert_eq!(policy.sources.utm, [94]);
    let mandatory = &policy.mandatory[0];
    assert_eq!(
        (mandatory.field, mandatory.from_stage, mandatory.pipelines.as_slice()),
        (Field::Custom(91), 2, &[6][..])
    );
    let mut own = policy.clone();
    own.people[0].service = true;
    own.pipelines[0].stages.truncate(1);
    assert_eq!(reading.directory.onto(own.clone()), own, "what an admin has set stays");
    let mut twice = reading.directory.clone();
    twice.merge(reading.directory.clone());
    assert_eq!(twice, reading.directory);
}
