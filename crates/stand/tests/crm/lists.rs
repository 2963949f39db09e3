//! Lists and their readers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use takeroot_amocrm::api::IgnoredReason;
use takeroot_core::fact::{Stage, Subject, What};
use takeroot_core::policy::Policy;
use takeroot_stand::crm::Crm;

use super::{Asked, ENDS, number, text};

#[test]
fn every_list_is_read_into_facts() {
    let mut asked = Asked::new(4);
    for (path, least) in [
        ("/api/v4/leads?with=contacts,loss_reason,source_id&limit=250", 250),
        ("/api/v4/leads?with=only_deleted", 2),
        ("/api/v4/contacts?with=leads&limit=250", 200),
        ("/api/v4/companies?with=leads,contacts", 50),
        ("/api/v4/tasks?limit=250", 300),
        ("/api/v4/leads/notes?limit=250", 500),
        ("/api/v4/contacts/notes", 50),
        ("/api/v4/leads/unsorted", 2),
        ("/api/v4/talks", 20),
    ] {
        let reading = asked.read(path);
        assert_eq!(reading.ignored, [], "{path}");
        assert!(reading.facts.len() >= least, "{path}: {} facts", reading.facts.len());
    }
    assert_eq!(asked.get("/api/v4/companies/notes").status, 204);
}

#[test]
fn events_are_read_or_told_elsewhere() {
    let mut asked = Asked::new(4);
    let reading = asked.read("/api/v4/events?limit=100");
    let mut ignored: BTreeMap<&str, usize> = BTreeMap::new();
    for item in &reading.ignored {
        assert_eq!(item.reason, IgnoredReason::ToldElsewhere, "{item:?}");
        *ignored.entry(&item.kind).or_default() += 1;
    }
    // Tasks and calls are told in full by their own lists.
    let elsewhere = [
        "event entity_responsible_changed",
        "event incoming_call",
        "event outgoing_call",
        "event task_added",
        "event task_completed",
        "event task_deadline_changed",
    ];
    assert_eq!(ignored.keys().copied().collect::<Vec<_>>(), elsewhere);
    let flagged = reading.facts.iter().filter(|fact| !fact.flags.is_empty()).count();
    assert_eq!(flagged, 0);
    let kinds: BTreeSet<String> =
        asked.items("/api/v4/events?limit=100", "events").iter().map(|e| text(e, "type").into()).collect();
    for kind in "lead_added lead_status_changed entity_responsible_changed sale_field_changed \
        custom_field_value_changed entity_linked lead_deleted lead_restored contact_added company_added \
        task_added task_completed task_deadline_changed task_deleted incoming_call outgoing_call \
        common_note_added incoming_chat_message outgoing_chat_message talk_created talk_closed"
        .split_whitespace()
    {
        assert!(kinds.contains(kind), "no {kind}");
    }
}

#[test]
fn names_become_a_policy() {
    let mut asked = Asked::new(4);
    let mut names = asked.read("/api/v4/account?with=users_groups,task_types,datetime_settings").directory;
    for list in ["users?with=role,group", "leads/pipelines", "leads/custom_fields", "leads/loss_reasons"] {
        let reading = asked.read(&format!("/api/v4/{list}"));
        assert_eq!((reading.facts.len(), reading.ignored.len()), (0, 0), "{list}");
        names.merge(reading.directory);
    }
    let company = asked.crm.company();
    assert_eq!(names.zone.as_deref(), Some("Europe/Moscow"));
    assert_eq!(names.people.len(), company.users.len());
    assert_eq!(names.people.iter().filter(|person| person.until.is_some()).count(), 1, "one has left");
    assert_eq!((names.groups.len(), names.loss_reasons.len(), names.task_types.len()), (5, 4, 2));
    for (told, own) in names.pipelines.iter().zip(&company.pipelines) {
        let stages: Vec<u64> = own.stages.iter().map(|stage| stage.id).collect();
        assert_eq!(told.stages.iter().map(|stage| stage.id).collect::<Vec<_>>(), stages);
    }
    assert_eq!(names.onto(Policy::default()).mandatory.len(), 3, "the CRM asks for three");
    let contacts = asked.read("/api/v4/contacts/custom_fields").directory;
    assert_eq!(contacts.fields.iter().filter(|field| field.of == "contacts").count(), 3);
}

#[test]
fn paging_gives_each_item_once() {
    let mut asked = Asked::new(3);
    for (path, name, id) in [
        ("/api/v4/leads?limit=37", "leads", "id"),
        ("/api/v4/contacts?limit=41&order[updated_at]=desc", "contacts", "id"),
        ("/api/v4/events?limit=99", "events", "id"),
        ("/api/v4/leads/notes?limit=100", "notes", "id"),
        ("/api/v4/leads/unsorted?limit=1", "unsorted", "uid"),
    ] {
        let items = asked.items(path, name);
        let ids: BTreeSet<String> = items.iter().map(|item| item[id].to_string()).collect();
        assert_eq!(ids.len(), items.len(), "{path}");
        let large = if name == "events" { 100 } else { 250 };
        let at_once = path.split('?').next().unwrap();
        assert_eq!(asked.items(&format!("{at_once}?limit={large}"), name).len(), items.len(), "{path}");
    }
    assert_eq!(asked.get("/api/v4/events?limit=101").status, 400);
    assert_eq!(asked.get("/api/v4/leads?limit=251").status, 400);
    assert_eq!(asked.get("/api/v4/leads?page=900").status, 204);
}

#[test]
fn filters_and_orders_are_kept() {
    let mut asked = Asked::new(3);
    let (from, to) = (ENDS - 10 * 86_400, ENDS - 3 * 86_400);
    let range = |name: &str| format!("filter[{name}][from]={from}&filter%5B{name}%5D%5Bto%5D={to}");
    let leads = asked.items(&format!("/api/v4/leads?{}&order[updated_at]=asc", range("updated_at")), "leads");
    assert!(leads.len() > 20 && leads.is_sorted_by_key(|lead| number(lead, "updated_at")));
    assert!(leads.iter().all(|lead| (from..=to).contains(&number(lead, "updated_at"))));
    let events = asked.items(
        &format!(
            "/api/v4/events?{}&filter[type]=lead_added,talk_closed&filter[entity]=lead",
            range("created_at")
        ),
        "events",
    );
    let kinds: BTreeSet<&str> = events.iter().map(|event| text(event, "type")).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["lead_added", "talk_closed"]);
    assert!(events.iter().rev().is_sorted_by_key(|event| number(event, "created_at")));
    let of_two = format!("/api/v4/leads?filter[id][]={}&filter[id][]={}", leads[3]["id"], leads[5]["id"]);
    assert_eq!(asked.items(&of_two, "leads").len(), 2);
    let calls = asked.items("/api/v4/leads/notes?filter[note_type]=call_out", "notes");
    assert!(calls.len() > 50 && calls.iter().all(|note| note["note_type"] == "call_out"));
    assert_eq!(asked.get("/api/v4/leads?filter[colour]=red").status, 400, "nothing is ignored silently");
    let one = asked.page(&format!("/api/v4/leads/{}?with=contacts", leads[0]["id"]));
    assert_eq!(one["id"], leads[0]["id"]);
    assert_eq!(asked.get("/api/v4/leads/1").status, 204);
    let event = asked.page(&format!("/api/v4/events/{}", text(&events[7], "id")));
    assert_eq!(event, events[7]);
    assert_eq!(asked.get("/api/v4/dances").status, 404);
}

#[test]
fn a_request_is_no_deal_before_it_is_accepted() {
    let mut asked = Asked::new(4);
    let since = ENDS - 28 * 86_400;
    let mut seen: BTreeMap<u64, i64> = BTreeMap::new();
    let mut accepted = 0;
    for hour in 0..24 * 14 {
        asked.now = since + hour * 3600;
        let waiting = asked.items("/api/v4/leads/unsorted", "unsorted");
        for request in &waiting {
            let lead = request["_embedded"]["leads"][0]["id"].as_u64().unwrap();
            assert_eq!(asked.get(&format!("/api/v4/leads/{lead}")).status, 204);
            let events = format!("/api/v4/events?filter[entity]=lead&filter[entity_id]={lead}");
            assert_eq!(asked.get(&events).status, 204);
            seen.insert(lead, number(request, "created_at"));
        }
    }
    for (lead, requested_at) in seen {
        let events = format!("/api/v4/events?filter[entity_id]={lead}&filter[type]=lead_added");
        let Some(added) = asked.items(&events, "events").pop() else { continue };
        let record = asked.page(&format!("/api/v4/leads/{lead}?with=source_id"));
        assert_eq!(number(&record, "created_at"), requested_at);
        assert!(number(&added, "created_at") > requested_at && number(&record, "source_id") > 0);
        accepted += 1;
    }
    assert!(accepted > 20, "{accepted}");
}

/// When, from where, and to where.
type Move = (i64, Option<Stage>, Option<Stage>);

#[test]
fn one_move_is_one_event_and_states_follow_from_them() {
    let mut asked = Asked::new(4);
    let leads = asked.items("/api/v4/leads?limit=250", "leads");
    let reading = asked.read("/api/v4/events?limit=100&filter[type]=lead_status_changed");
    let mut moves: BTreeMap<Subject, Vec<Move>> = BTreeMap::new();
    for fact in reading.facts.iter().rev() {
        let What::Deal(state) = &fact.what else { unreachable!() };
        moves.entry(fact.subject).or_default().push((fact.at.0, state.stage_before, state.stage));
    }
    let mut closed = 0;
    for lead in &leads {
        let Some(moves) = moves.get(&Subject::Deal(number(lead, "id").unsigned_abs())) else { continue };
        assert!(moves.windows(2).all(|pair| pair[0].2 == pair[1].1), "a chain: {moves:?}");
        let (at, _, last) = *moves.last().unwrap();
        let stage = match number(lead, "status_id") {
            142 => Stage::Won,
            143 => Stage::Lost,
            id => Stage::Open(id.unsigned_abs()),
        };
        assert_eq!(last, Some(stage));
        let is_closed = matches!(stage, Stage::Won | Stage::Lost);
        assert_eq!(lead["closed_at"].as_i64(), is_closed.then_some(at));
        assert!(is_closed || lead["loss_reason_id"].is_null());
        closed += usize::from(is_closed);
    }
    assert!(closed > 40, "{closed}");
    let lost = leads.iter().filter(|lead| number(lead, "status_id") == 143);
    let reasons: BTreeSet<Option<i64>> = lost.map(|lead| lead["loss_reason_id"].as_i64()).collect();
    assert_eq!(reasons.len(), 5, "four reasons, or none");
}

#[test]
fn links_tasks_and_talks_are_shown() {
    let mut asked = Asked::new(4);
    let leads = asked.items("/api/v4/leads?with=contacts&limit=250", "leads");
    let embeds = |lead: &&Json, name: &str| !lead["_embedded"][name].as_array().unwrap().is_empty();
    assert!(leads.iter().filter(|lead| embeds(lead, "contacts")).count() * 10 > leads.len() * 9);
    assert!(leads.iter().filter(|lead| embeds(lead, "companies")).count() > 40);
    assert!(leads.iter().any(|lead| lead["closest_task_at"].is_i64()));
    let main = |lead: &&Json| lead["_embedded"]["contacts"][0]["is_main"] == true;
    assert!(leads.iter().filter(|lead| embeds(lead, "contacts")).all(|lead| main(&lead)));
    let tasks = asked.items("/api/v4/tasks?filter[is_completed]=1&limit=250", "tasks");
    let told = tasks.iter().filter(|task| task["result"].is_object()).count();
    assert!(told > 10 && told < tasks.len());
    let talks = asked.read("/api/v4/talks");
    let open = |open: bool| {
        let talks = talks.facts.iter();
        talks.filter(|fact| matches!(fact.what, What::Talk { open: is, .. } if is == open)).count()
    };
    assert!(open(true) > 0 && open(false) > 0);
}

#[test]
fn the_same_seed_gives_the_same_bytes_whichever_steps_it_goes() {
    let told = |steps: i64, seed: u64| {
        let mut asked = Asked::new(2);
        asked.crm = Crm::of_weeks(seed, ENDS, 2);
        asked.crm.limits_mut().per_second = u32::MAX;
        asked.token = asked.crm.issue_long_lived(super::HEAD, i64::MAX);
        (1..=steps).for_each(|step| asked.crm.advance(ENDS - 14 * 86_400 * (steps - step) / steps));
        let mut all = asked.pages("/api/v4/events?limit=100");
        all.extend(asked.pages("/api/v4/leads?with=contacts"));
        all
    };
    assert!(told(1, 7) == told(99, 7));
    assert!(told(1, 7) != told(1, 8));
}
