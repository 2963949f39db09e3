//! Limits, faults and switches.

use serde_json::Value as Json;
use takeroot_stand::crm::{Fate, Fault, FaultKind, Owner};

use super::{Asked, ENDS, HEAD, MANAGER, number, text};

#[test]
fn the_eighth_request_of_a_second_is_refused_and_stubbornness_is_blocked() {
    let mut asked = Asked::new(1);
    asked.crm.limits_mut().per_second = 7;
    let mut statuses = |now: i64, times: usize| {
        asked.now = now;
        (0..times).map(|_| asked.get("/api/v4/account").status).collect::<Vec<_>>()
    };
    assert_eq!(statuses(ENDS, 8), [200, 200, 200, 200, 200, 200, 200, 429]);
    assert_eq!(statuses(ENDS + 1, 1), [200]);
    let stubborn = statuses(ENDS + 2, 14);
    assert_eq!(stubborn[7..], [429, 429, 429, 429, 429, 403, 403]);
    assert_eq!(statuses(ENDS + 600, 1), [403]);
    assert_eq!(statuses(ENDS + 602, 1), [200]);
    let blocked = {
        asked.crm.limits_mut().per_second = 0;
        (0..6).map(|_| asked.get("/api/v4/account")).last().unwrap()
    };
    assert_eq!(blocked.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(blocked.text().contains("nginx"));
}

#[test]
fn each_fault_meets_as_many_requests_as_it_is_told() {
    let mut asked = Asked::new(1);
    let add = |asked: &mut Asked, on: &str, what, times| {
        asked.crm.faults_mut().add(Fault { on: on.to_owned(), what, times });
    };
    add(&mut asked, "/api/v4/leads", FaultKind::Status(500), 2);
    assert_eq!(asked.get("/api/v4/account").status, 200);
    assert_eq!([0, 1, 2].map(|_| asked.get("/api/v4/leads").status), [500, 500, 200]);
    add(&mut asked, "", FaultKind::Garbage, 1);
    let garbage = asked.get("/api/v4/leads");
    assert_eq!(garbage.status, 200);
    assert!(serde_json::from_slice::<Json>(&garbage.body).is_err());
    add(&mut asked, "", FaultKind::Status(504), 1);
    assert!(asked.get("/api/v4/leads").text().contains("nginx"));
    let hook = "{\"destination\":\"https://a.example/\",\"settings\":[\"add_lead\"]}";
    add(&mut asked, "", FaultKind::TimeOut, 1);
    assert_eq!(asked.send("POST", "/api/v4/webhooks", hook).fate, Fate::TimedOut);
    assert_eq!(asked.get("/api/v4/webhooks").status, 204, "nothing was done");
    add(&mut asked, "/api/v4/webhooks", FaultKind::LostAnswer, 1);
    assert_eq!(asked.send("POST", "/api/v4/webhooks", hook).fate, Fate::Lost);
    assert_eq!(asked.get("/api/v4/webhooks").status, 200, "it was done");
    assert_eq!(asked.crm.faults_mut().waiting(), 0);
}

#[test]
fn a_token_is_asked_for_and_its_owner_looked_at() {
    let mut asked = Asked::new(1);
    let unknown = std::mem::replace(&mut asked.token, "guessed".to_owned());
    let refused = asked.get("/api/v4/leads");
    let told: Json = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!((refused.status, number(&told, "status")), (401, 401));
    assert_eq!(text(&told, "title"), "Unauthorized");
    assert_eq!(refused.header("content-type"), Some("application/problem+json; charset=utf-8"));
    asked.token = asked.crm.issue_long_lived(MANAGER, i64::MAX);
    assert_eq!(asked.get("/api/v4/leads").status, 200);
    assert_eq!(asked.get("/api/v4/users").status, 403);
    assert_eq!(asked.get("/api/v4/webhooks").status, 403);
    asked.token = unknown;
    assert_eq!(asked.page("/api/v4/account")["current_user_id"].as_u64(), Some(HEAD));
    asked.crm.switches_mut().owner = Owner::NotAdmin;
    assert_eq!(asked.get("/api/v4/users").status, 403);
    asked.crm.switches_mut().owner = Owner::Dismissed;
    assert_eq!(asked.get("/api/v4/leads").status, 401);
}

#[test]
fn a_tariff_may_lack_the_api_or_webhooks() {
    let mut asked = Asked::new(1);
    let hook = "{\"destination\":\"https://a.example/\",\"settings\":[\"add_lead\",\"add_unsorted\"]}";
    asked.crm.switches_mut().has_webhooks = false;
    assert_eq!(asked.send("POST", "/api/v4/webhooks", hook).status, 403);
    asked.crm.switches_mut().has_webhooks = true;
    asked.crm.switches_mut().refused_settings = vec!["add_unsorted".to_owned()];
    let refused = asked.send("POST", "/api/v4/webhooks", hook);
    let told: Json = serde_json::from_slice(&refused.body).unwrap();
    let errors = &told["validation-errors"][0]["errors"];
    assert_eq!((refused.status, errors.as_array().unwrap().len()), (400, 1));
    assert_eq!(text(&errors[0], "path"), "settings.1");
    assert!(text(&errors[0], "detail").contains("add_unsorted"));
    asked.crm.switches_mut().has_api = false;
    assert_eq!(asked.get("/api/v4/leads").status, 402);
}

#[test]
fn the_clock_of_the_crm_may_be_wrong() {
    let mut asked = Asked::new(1);
    assert_eq!(asked.get("/api/v4/account").header("date"), Some("Fri, 20 Nov 2026 14:00:00 GMT"));
    asked.crm.switches_mut().clock_skew_s = -90;
    assert_eq!(asked.get("/api/v4/account").header("date"), Some("Fri, 20 Nov 2026 13:58:30 GMT"));
}

#[test]
fn events_may_come_late_and_are_then_the_same() {
    let mut asked = Asked::new(2);
    asked.now = ENDS;
    let path = format!("/api/v4/events?limit=100&filter[created_at][to]={ENDS}");
    let in_time = asked.items(&path, "events");
    asked.crm.switches_mut().events_late_s = 3600;
    let late = asked.items(&path, "events");
    assert!(late.len() + 5 < in_time.len(), "{} of {}", late.len(), in_time.len());
    let hour_old = |event: &&Json| number(event, "created_at") <= ENDS - 3600;
    assert_eq!(late.iter().filter(hour_old).count(), in_time.iter().filter(hour_old).count());
    asked.now = ENDS + 3600;
    assert_eq!(asked.items(&path, "events"), in_time);
}

#[test]
fn a_deleted_field_is_in_old_events_alone() {
    let mut asked = Asked::new(2);
    let field = 614_201;
    let shown = |asked: &mut Asked| {
        let fields = asked.items("/api/v4/leads/custom_fields", "custom_fields");
        let listed = fields.iter().any(|own| number(own, "id") == field);
        let leads = asked.items("/api/v4/leads?limit=250", "leads");
        let mut values = leads.iter().filter_map(|lead| lead["custom_fields_values"].as_array()).flatten();
        (listed, values.any(|value| number(value, "field_id") == field))
    };
    assert_eq!(shown(&mut asked), (true, true));
    asked.crm.switches_mut().deleted_fields = vec![614_201];
    assert_eq!(shown(&mut asked), (false, false));
    let path = "/api/v4/events?limit=100&filter[type]=custom_field_value_changed";
    let old = asked.items(path, "events");
    assert!(old.iter().any(|event| event["value_after"][0]["custom_field_value"]["field_id"] == field));
}
