//! Every entity and action of a webhook is facts, or ignored by a name.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use proptest::prelude::*;
use takeroot_amocrm::hook::{self, Context, IgnoredReason, Reading, Rejected};
use takeroot_core::fact::{Actor, Amount, Fact, Flag, Stage, Subject, Value, Way, What};
use takeroot_core::junk::Junk;
use takeroot_core::time::Moment;

const RECEIVED: Moment = Moment(1_790_000_000);

fn read(body: &str) -> Reading {
    try_read(body.as_bytes()).unwrap()
}

fn try_read(body: &[u8]) -> Result<Reading, Rejected> {
    let context =
        Context { received_at: RECEIVED, account: Some(7_300_101), identity_key: b"tests", policy: None };
    hook::read(body, &context)
}

fn only(body: &str) -> Fact {
    let mut reading = read(body);
    assert_eq!((reading.facts.len(), reading.ignored.len()), (1, 0), "{body}: {reading:?}");
    reading.facts.remove(0)
}

fn ignored(body: &str) -> IgnoredReason {
    let reading = read(body);
    assert_eq!((reading.facts.len(), reading.ignored.len()), (0, 1), "{body}: {reading:?}");
    reading.ignored[0].reason
}

const LEAD: &str = "[0][id]=501&leads[K][0][status_id]=61&leads[K][0][pipeline_id]=6&leads[K][0][price]=1250.5\
    &leads[K][0][responsible_user_id]=11&leads[K][0][modified_user_id]=12&leads[K][0][created_user_id]=0\
    &leads[K][0][date_create]=1789990000&leads[K][0][last_modified]=1789999000&account[id]=7300101";

fn lead(action: &str, more: &str) -> Fact {
    only(&format!("leads[K]{LEAD}{more}").replace("K", action))
}

#[test]
fn a_lead_shows_its_state_whatever_the_action() {
    for action in ["add", "update", "status", "responsible", "restore"] {
        let fact = lead(action, "");
        assert_eq!(
            (fact.subject, fact.at, fact.by),
            (Subject::Deal(501), Moment(1_789_999_000), Actor::User(12))
        );
        let What::Deal(state) = fact.what else { panic!("{action}") };
        assert_eq!((state.stage, state.pipeline), (Some(Stage::Open(61)), Some(6)));
        assert_eq!((state.price, state.responsible), (Some(Amount(125_050)), Some(11)));
        assert_eq!(state.created, Some((Moment(1_789_990_000), Actor::Robot)));
        assert_eq!((state.added, state.restored), (action == "add", action == "restore"));
    }
    let What::Deal(state) = lead("status", "&leads[K][0][old_status_id]=60&leads[K][0][status_id]=142").what
    else {
        panic!("a state")
    };
    assert_eq!((state.stage_before, state.stage), (Some(Stage::Open(60)), Some(Stage::Won)));
}

#[test]
fn update_and_status_of_one_move_are_one_fact_when_they_say_the_same() {
    assert_eq!(lead("update", "").key(), lead("status", "").key());
}

#[test]
fn fields_come_in_three_shapes_and_keep_no_text() {
    let field = |n: u32, id: u32, rest: &str| {
        format!("&leads[K][0][custom_fields][{n}][id]={id}&leads[K][0][custom_fields][{n}]{rest}")
    };
    let more = [
        field(0, 95, "[values][0][value]=%D0%BD%D0%B5%D1%82"),
        field(1, 91, "[values][0][value]=Site&leads[K][0][custom_fields][1][values][0][enum]=4004"),
        field(2, 92, "[values][0]=1790456400"),
        field(7, 93, "[values][value]=2&leads[K][0][custom_fields][7][values][enum]=4010"),
        field(8, 94, "[values][0][value]=Large+order"),
        field(9, 96, "[values][0][value]="),
    ];
    let What::Deal(state) = lead("update", &more.concat()).what else { panic!("a state") };
    let expected = vec![
        (91, Value::Choice(4004)),
        (92, Value::Date(Moment(1_790_456_400))),
        (93, Value::Choice(4010)),
        (94, Value::Filled),
        (95, Value::Junk(Junk::Placeholder)),
        (96, Value::Junk(Junk::Blank)),
    ];
    assert_eq!(state.fields, expected);
}

#[test]
fn what_states_no_time_takes_the_time_of_receipt() {
    let deleted = only("leads[delete][0][id]=501&leads[delete][0][status_id]=61");
    assert_eq!((deleted.at, deleted.stated, deleted.what), (RECEIVED, None, What::Deleted));
    assert_eq!(
        only("contacts[delete][0][id]=31&contacts[delete][0][type]=company").subject,
        Subject::Contact(31)
    );
    assert_eq!(only("task[delete][0][id]=41").subject, Subject::Task(41));
    for kind in ["status", "add", "mail_in", "call_in", "chat", "site_visit"] {
        let fact =
            only(&format!("leads[{kind}][0][id]=501&leads[{kind}][0][status_id]=61&account[id]=7300101"));
        assert!(!fact.is_dated(), "{kind}");
    }
}

#[test]
fn a_contact_is_its_deals_and_hashes() {
    let body = "contacts[update][0][id]=31&contacts[update][0][updated_at]=1789999000&contacts[update][0][type]=contact\
        &contacts[update][0][modified_user_id]=11&contacts[update][0][linked_leads_id][501][ID]=501\
        &contacts[update][0][linked_leads_id][502][ID]=502&contacts[update][0][custom_fields][0][id]=1\
        &contacts[update][0][custom_fields][0][code]=PHONE\
        &contacts[update][0][custom_fields][0][values][0][value]=%2B7+912+000-11-22";
    let fact = only(body);
    let What::Contact { deals, identities } = &fact.what else { panic!("a contact") };
    assert_eq!((deals.as_slice(), identities.len()), (&[501, 502][..], 1));
    assert_eq!(fact.links().collect::<Vec<_>>(), [(501, Subject::Contact(31)), (502, Subject::Contact(31))]);
    let text = serde_json::to_string(&fact).unwrap();
    assert!(!text.contains("912") && !text.contains("001122"), "{text}");
    let other = body.replace("%2B7+912+000-11-22", "8(912)0001122");
    let What::Contact { identities: same, .. } = only(&other).what else { panic!("a contact") };
    assert_eq!(&same, identities);
}

fn note(kind: &str, text: &str) -> String {
    format!(
        "leads[note][0][note][id]=71&leads[note][0][note][note_type]={kind}&leads[note][0][note][element_type]=2\
         &leads[note][0][note][element_id]=501&leads[note][0][note][created_by]=11\
         &leads[note][0][note][created_at]=1789999000&leads[note][0][note][text]={text}"
    )
}

#[test]
fn notes_tell_calls_letters_and_words() {
    let said = |way, talked_s| What::Said { way, talked_s, contact: None };
    let heard = |way, answered_by| What::Heard { way, answered_by, contact: None };
    let talked = "{\"DURATION\":\"73\",\"call_status\":4,\"call_responsible\":\"12\"}";
    let missed = "{\"duration\":0,\"call_status\":\"6\",\"call_responsible\":12}";
    let cases = [
        (note("4", "hello"), What::Noted, Actor::User(11)),
        (note("10", talked), heard(Way::Call, Some(Actor::User(12))), Actor::Client),
        (note("10", missed), heard(Way::Call, None), Actor::Client),
        (note("11", talked), said(Way::Call, Some(73)), Actor::User(12)),
        (note("call_out", missed), said(Way::Call, Some(0)), Actor::User(12)),
        (note("15", "{\"income\":true}"), heard(Way::Mail, None), Actor::Client),
        (note("15", "{\"income\":false}"), said(Way::Mail, None), Actor::User(11)),
        (note("102", "x"), heard(Way::Sms, None), Actor::Client),
        (note("103", "not json"), said(Way::Sms, None), Actor::User(11)),
    ];
    for (body, what, by) in cases {
        let fact = only(&body);
        assert_eq!((fact.what, fact.by, fact.seq), (what, by, Some(71)), "{body}");
        assert_eq!(fact.subject, Subject::Deal(501));
    }
    assert_eq!(ignored(&note("25", "x")), IgnoredReason::SystemNote);
    assert_eq!(
        ignored(&note("4", "x").replace("element_type]=2", "element_type]=12")),
        IgnoredReason::ForeignElement
    );
    let company = note("4", "x").replace("leads[", "contacts[").replace("element_type]=2", "element_type]=3");
    assert_eq!(only(&company).subject, Subject::Contact(501));
}

#[test]
fn a_task_shows_its_state_in_utc() {
    let body = "task[update][0][id]=41&task[update][0][element_id]=501&task[update][0][element_type]=2\
        &task[update][0][status]=1&task[update][0][date_create]=2026-09-21+07:00:00\
        &task[update][0][last_modified]=2026-09-21+08:00:00&task[update][0][complete_till]=2026-09-21+15:00:00\
        &task[update][0][responsible_user_id]=11&task[update][0][created_user_id]=12";
    let fact = only(body);
    let What::Task(task) = &fact.what else { panic!("a task") };
    assert_eq!((task.deal, task.done, task.responsible), (Some(501), true, Some(11)));
    assert_eq!(task.due, Some("2026-09-21T15:00:00Z".parse().unwrap()));
    assert_eq!((fact.at, fact.by), ("2026-09-21T08:00:00Z".parse().unwrap(), Actor::Unknown));
    let nested = body.replace("task[update][0]", "task[update][0][0]");
    assert_eq!(only(&nested).key(), fact.key(), "an extra level is tolerated");
    let on_contact = body.replace("element_type]=2", "element_type]=1");
    assert!(matches!(only(&on_contact).what, What::Task(task) if task.deal.is_none()));
}

#[test]
fn requests_arrive_and_are_accepted_or_declined() {
    let arrived = only(
        "unsorted[add][0][uid]=u-1&unsorted[add][0][lead_id]=501&unsorted[add][0][created_at]=1789999000",
    );
    assert_eq!((arrived.at, arrived.by), (Moment(1_789_999_000), Actor::Client));
    assert_eq!(arrived.links().next(), Some((501, arrived.subject)));
    let accepted = only(
        "unsorted[delete][0][uid]=u-1&unsorted[delete][0][action]=accept\
        &unsorted[delete][0][accept_result][leads][0]=501&unsorted[delete][0][modified_user_id]=11",
    );
    assert_eq!((accepted.subject, &accepted.what), (arrived.subject, &What::Accepted { deals: vec![501] }));
    let declined = only("unsorted[delete][0][uid]=u-1&unsorted[delete][0][action]=decline");
    assert_eq!((declined.subject, declined.what), (arrived.subject, What::Declined));
    assert_eq!(ignored("unsorted[update][0][uid]=u-1"), IgnoredReason::NoChange);
}

#[test]
fn messages_and_talks_know_the_deal_or_at_least_the_contact() {
    let message = |entity: &str, more: &str| {
        only(&format!("{entity}[add][0][id]=m-1&{entity}[add][0][contact_id]=31&{entity}[add][0][created_at]=1789999000{more}")
            .replace('E', entity))
    };
    let heard =
        message("message", "&E[add][0][entity_type]=lead&E[add][0][entity_id]=501&E[add][0][type]=incoming");
    assert_eq!((heard.subject, heard.by), (Subject::Deal(501), Actor::Client));
    assert_eq!(heard.links().next(), Some((501, Subject::Contact(31))));
    assert_eq!(message("message", "&E[add][0][type]=incoming").subject, Subject::Contact(31));
    let cases = [
        ("&E[add][0][created_by]=11&E[add][0][author][type]=internal", Actor::User(11)),
        ("&E[add][0][author][type]=internal&E[add][0][author][id]=12", Actor::User(12)),
        ("&E[add][0][created_by]=0", Actor::Robot),
        ("&E[add][0][created_by]=11&E[add][0][author][type]=bot", Actor::Robot),
        ("&E[add][0][author][id]=0a1b-uuid", Actor::Unknown),
    ];
    for (more, by) in cases {
        let said = message("outgoing_message", more);
        assert!(matches!(said.what, What::Said { way: Way::Chat, .. }));
        assert_eq!(said.by, by, "{more}");
    }
    let talk = only(
        "talk[update][0][talk_id]=9&talk[update][0][entity_type]=lead&talk[update][0][entity_id]=501\
        &talk[update][0][contact_id]=31&talk[update][0][updated_at]=1789999000",
    );
    assert_eq!(talk.what, What::Talk { deal: Some(501), contact: Some(31), open: false });
}

#[test]
fn a_trigger_of_the_digital_pipeline_is_a_state_at_its_time() {
    let event = r#"{"event":{"type":14,"data":{"id":501,"element_type":2,"status_id":62,"pipeline_id":6},
        "time":1789999000},"action":{},"account_id":7300101}"#;
    let fact = only(event);
    assert!(
        fact.is_dated() && matches!(&fact.what, What::Deal(state) if state.stage == Some(Stage::Open(62)))
    );
    let form = "event[type]=14&event[data][id]=501&event[data][element_type]=2&event[data][status_id]=62\
        &event[data][pipeline_id]=6&event[time]=1789999000&account_id=7300101";
    assert_eq!(only(form).key(), fact.key());
    assert_eq!(ignored(&event.replace("14", "20")), IgnoredReason::Customer);
    assert_eq!(ignored(&event.replace("7300101", "7300102")), IgnoredReason::ForeignAccount);
}

#[test]
fn what_says_nothing_is_ignored_by_name() {
    assert_eq!(ignored("catalogs[add][0][id]=1"), IgnoredReason::Catalog);
    assert_eq!(ignored("customers[update][0][id]=1"), IgnoredReason::Customer);
    assert_eq!(ignored("add_chat_template_review[add][0][id]=1"), IgnoredReason::ChatTemplate);
    assert_eq!(ignored("leads[dance][0][id]=1"), IgnoredReason::UnknownKind);
    assert_eq!(ignored("leads[add][0][name]=x"), IgnoredReason::NoId);
    assert_eq!(ignored("leads[add][0][id]=1&account[id]=7300102"), IgnoredReason::ForeignAccount);
    for body in ["", "a=1", "hello", "account[id]=7300101", "{}", "[1]"] {
        assert_eq!(try_read(body.as_bytes()), Err(Rejected::NoKnownShape), "{body}");
    }
}

#[test]
fn several_entities_and_items_of_one_body_are_all_read() {
    let body = "leads[add][0][id]=1&leads[add][1][id]=2&leads[status][0][id]=3&task[delete][0][id]=4&catalogs[add][0][id]=5";
    let reading = read(body);
    assert_eq!((reading.facts.len(), reading.ignored.len()), (4, 1));
}

#[test]
fn odd_times_and_amounts_are_kept_and_flagged() {
    for time in ["5", "99999999999", "1790100000"] {
        let fact = lead("update", &format!("&leads[K][0][last_modified]={time}"));
        assert_eq!(
            (fact.at, fact.stated.is_some(), fact.flags.as_slice()),
            (RECEIVED, true, &[Flag::Time][..]),
            "{time}"
        );
    }
    let amount = |text: &str| {
        let fact = lead("update", &format!("&leads[K][0][price]={text}"));
        let What::Deal(state) = fact.what else { panic!("a state") };
        (state.price, fact.flags)
    };
    assert_eq!(amount("-5"), (Some(Amount(-500)), vec![Flag::Amount]));
    assert_eq!(amount("99999999999999999999"), (Some(Amount(i64::MAX)), vec![Flag::Amount]));
    assert_eq!(amount("lots"), (None, vec![Flag::Amount]));
    assert_eq!(amount(""), (None, vec![]));
    let flagged = only("leads[delete][0][id]=1&x=%zz&y=%FF");
    assert_eq!(flagged.flags, [Flag::Encoding, Flag::Percent]);
}

proptest! {
    #[test]
    fn nothing_that_is_posted_panics(
        pairs in prop::collection::vec(("(leads|task|message|talk|unsorted|event|contacts)", "(add|update|note|status|data)",
            "(\\[[a-z0-9_]{0,12}\\]){0,5}", "[ -~]{0,24}"), 0..12),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let body: Vec<String> = pairs.iter().map(|(entity, action, path, value)| format!("{entity}[{action}]{path}={value}")).collect();
        let _ = try_read(body.join("&").as_bytes());
        let _ = try_read(&bytes);
    }
}
