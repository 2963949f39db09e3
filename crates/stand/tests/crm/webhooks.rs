//! Subscriptions and deliveries, in fast-forward.

use std::collections::{BTreeMap, BTreeSet};

use takeroot_amocrm::hook::{self, Context};
use takeroot_core::fact::{Fact, What};
use takeroot_core::time::Moment;
use takeroot_stand::crm::{Mishaps, SETTINGS, Webhook};

use super::{Asked, ENDS};

const WEEK: i64 = 7 * 86_400;
const HOOK: &str = "https://takeroot.example/h/secret";

fn subscribed(weeks: u32, settings: &[&str]) -> Asked {
    let mut asked = Asked::new(weeks);
    asked.now = ENDS - i64::from(weeks) * WEEK;
    subscribe(&mut asked, settings);
    asked
}

fn subscribe(asked: &mut Asked, settings: &[&str]) {
    let body = serde_json::json!({ "destination": HOOK, "settings": settings }).to_string();
    assert_eq!(asked.send("POST", "/api/v4/webhooks", &body).status, 201);
}

/// Everything that is delivered up to `until`, each answered as `answer` says.
fn deliver(
    asked: &mut Asked,
    until: i64,
    mut answer: impl FnMut(i64, &Webhook) -> Option<u16>,
) -> Vec<(i64, Webhook)> {
    let mut sent = Vec::new();
    while let Some(now) = asked.crm.next_moment().filter(|at| *at <= until) {
        asked.now = asked.now.max(now);
        for webhook in asked.crm.due(asked.now) {
            asked.crm.delivered(webhook.id, answer(asked.now, &webhook), asked.now);
            sent.push((asked.now, webhook));
        }
    }
    sent
}

/// The key of a body that says what happened, such as `leads[add]`.
fn kind(body: &str) -> String {
    let pairs = form_urlencoded::parse(body.as_bytes());
    let key = pairs.map(|(key, _)| key.into_owned()).find(|key| !key.starts_with("account")).unwrap();
    let mut parts = key.split(['[', ']']);
    format!("{}[{}]", parts.next().unwrap(), parts.next().unwrap())
}

#[test]
fn what_is_subscribed_is_delivered_once_and_can_be_read() {
    let mut asked = subscribed(2, SETTINGS);
    let sent = deliver(&mut asked, ENDS, |_, _| Some(200));
    assert!(sent.len() > 1_500, "{}", sent.len());
    assert!(sent.is_sorted_by_key(|(at, _)| *at) && sent.iter().all(|(_, webhook)| webhook.attempt == 1));
    let account = Some(asked.crm.company().crm_id);
    for (at, webhook) in &sent {
        let received_at = Moment(*at);
        let context = Context { received_at, account, identity_key: b"tests", policy: None };
        let reading = hook::read(webhook.body.as_bytes(), &context).unwrap();
        assert_eq!(reading.ignored, [], "{}", webhook.body);
        assert_eq!(webhook.destination, HOOK);
    }
}

#[test]
fn only_what_is_subscribed_is_sent_and_only_from_then_on() {
    for (setting, expected) in [
        ("status_lead", "leads[status]"),
        ("add_unsorted", "unsorted[add]"),
        ("delete_unsorted", "unsorted[delete]"),
        ("add_message", "message[add]"),
        ("add_outgoing_message", "outgoing_message[add]"),
        ("responsible_task", "task[update]"),
        ("update_talk", "talk[update]"),
        ("add_company", "contacts[add]"),
    ] {
        let mut asked = subscribed(4, &[setting]);
        let sent = deliver(&mut asked, ENDS, |_, _| Some(204));
        assert!(!sent.is_empty() && sent.iter().all(|(_, w)| kind(&w.body) == expected), "{setting}");
    }
    let mut asked = Asked::new(2);
    asked.now = ENDS - WEEK;
    subscribe(&mut asked, &["update_lead"]);
    let sent = deliver(&mut asked, ENDS, |_, _| Some(200));
    assert!(!sent.is_empty() && sent.iter().all(|(at, _)| *at > ENDS - WEEK));
}

#[test]
fn webhooks_and_events_tell_the_same_moves() {
    let moves = |facts: &[Fact]| -> BTreeSet<String> {
        let moved = facts.iter().filter_map(|fact| match &fact.what {
            What::Deal(state) if state.stage_before.is_some() && state.stage_before != state.stage => Some(
                format!("{:?} {:?} {:?} -> {:?}", fact.subject, fact.at, state.stage_before, state.stage),
            ),
            _ => None,
        });
        moved.collect()
    };
    let mut asked = subscribed(3, SETTINGS);
    let sent = deliver(&mut asked, ENDS, |_, _| Some(200));
    let context = Context { received_at: Moment(ENDS), account: None, identity_key: b"tests", policy: None };
    let heard = sent.iter().flat_map(|(_, w)| hook::read(w.body.as_bytes(), &context).unwrap().facts);
    let heard = moves(&heard.collect::<Vec<_>>());
    // What happened in the last second is not yet sent.
    let path = format!("/api/v4/events?limit=100&filter[created_at][to]={}", ENDS - 1);
    let told = moves(&asked.read(&path).facts);
    assert!(told.len() > 300 && heard == told, "{} {}", told.len(), heard.len());
}

#[test]
fn a_subscription_is_replaced_or_merged_and_taken_away() {
    let settings = |asked: &mut Asked| {
        let page = asked.page(&format!("/api/v4/webhooks?filter[destination]={HOOK}"));
        page["_embedded"]["webhooks"][0]["settings"].as_array().unwrap().len()
    };
    let mut asked = subscribed(1, &["add_lead", "update_lead"]);
    subscribe(&mut asked, &["status_lead"]);
    assert_eq!(settings(&mut asked), 1);
    asked.crm.switches_mut().merges_settings = true;
    subscribe(&mut asked, &["add_lead"]);
    assert_eq!(settings(&mut asked), 2);
    let body = serde_json::json!({ "destination": HOOK }).to_string();
    assert_eq!(asked.send("DELETE", "/api/v4/webhooks", &body).status, 204);
    assert_eq!(asked.get("/api/v4/webhooks").status, 204);
    assert_eq!(deliver(&mut asked, ENDS, |_, _| Some(200)), []);
    let wrong = serde_json::json!({ "destination": HOOK, "settings": ["add_sale"] }).to_string();
    assert_eq!(asked.send("POST", "/api/v4/webhooks", &wrong).status, 400);
}

#[test]
fn a_failed_delivery_is_tried_again_by_the_rules() {
    for (outcome, expected) in [
        (Some(299), vec![]),
        (Some(301), vec![300, 900]),
        (Some(404), vec![300, 900]),
        (Some(499), vec![300, 900, 900, 3600]),
        (Some(503), vec![300, 900, 900, 3600]),
        (None, vec![300, 900, 900, 3600]),
    ] {
        let mut asked = subscribed(1, &["add_lead"]);
        // One webhook fails for ever, the others are taken.
        let sent = deliver(&mut asked, ENDS, |_, w| if w.id == 3 { outcome } else { Some(200) });
        let tries: Vec<_> = sent.iter().filter(|(_, webhook)| webhook.id == 3).collect();
        let pauses: Vec<i64> = tries.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
        assert_eq!(pauses, expected, "{outcome:?}");
        assert!(tries.iter().all(|(_, webhook)| webhook.body == tries[0].1.body));
        assert!((1..).zip(&tries).all(|(number, (_, webhook))| webhook.attempt == number));
    }
}

#[test]
fn more_than_a_hundred_failures_in_two_hours_switch_a_subscription_off() {
    let mut asked = subscribed(2, SETTINGS);
    let disabled = |asked: &mut Asked| {
        asked.page("/api/v4/webhooks")["_embedded"]["webhooks"][0]["disabled"].as_bool().unwrap()
    };
    let mut failures = Vec::new();
    let sent = deliver(&mut asked, ENDS, |now, _| {
        failures.push(now);
        Some(500)
    });
    assert!(disabled(&mut asked));
    let (last, count) = (sent.last().unwrap().0, sent.len());
    let in_two_hours = |end: i64| failures.iter().filter(|at| end - 7200 < **at && **at <= end).count();
    assert!(in_two_hours(last) > 100, "{}", in_two_hours(last));
    assert!(failures[..count - 1].iter().rev().skip(1).all(|at| in_two_hours(*at) <= 101));
    assert_eq!(asked.crm.due(ENDS), [], "nothing is sent to it");
    asked.crm.enable_webhook(HOOK);
    assert!(!disabled(&mut asked));
    let again = deliver(&mut asked, ENDS + 8 * 3600, |_, _| Some(200));
    assert!(!again.is_empty() && again.iter().all(|(at, _)| *at > ENDS));
}

#[test]
fn a_failure_now_and_then_switches_nothing_off() {
    let mut asked = subscribed(2, SETTINGS);
    deliver(&mut asked, ENDS, |_, webhook| if webhook.id % 20 == 0 { None } else { Some(200) });
    assert_eq!(asked.page("/api/v4/webhooks")["_embedded"]["webhooks"][0]["disabled"], false);
}

#[test]
fn mishaps_come_in_their_measure_and_by_the_seed() {
    let told = |mishaps: Mishaps| {
        let mut asked = subscribed(2, SETTINGS);
        *asked.crm.mishaps_mut() = mishaps;
        deliver(&mut asked, ENDS, |_, _| Some(200))
    };
    let whole = told(Mishaps::default());
    let share = |sent: usize| sent * 1000 / whole.len();
    let lost = told(Mishaps { lost: 100, ..Mishaps::default() });
    assert!((880..=920).contains(&share(lost.len())), "{}", share(lost.len()));
    let doubled = told(Mishaps { doubled: 100, ..Mishaps::default() });
    assert!((1080..=1120).contains(&share(doubled.len())), "{}", share(doubled.len()));
    let mut bodies: BTreeMap<&str, usize> = BTreeMap::new();
    doubled.iter().for_each(|(_, webhook)| *bodies.entry(&webhook.body).or_default() += 1);
    assert!(bodies.values().any(|times| *times > 1));
    let late = Mishaps { delayed: 100, delay_s_max: 1800, reordered: 50, ..Mishaps::default() };
    let moved = told(late);
    assert!(moved.len() > whole.len() * 99 / 100, "some are still on their way");
    assert_ne!(moved[..200], whole[..200]);
    assert!(moved == told(late));
}
