//! What somebody writes down is on the owner's page within a publication, and off it again.

use crate::runtime::{PATIENCE, Runtime};
use serde_json::{Value, json};
use takeroot_core::time::Day;

#[test]
fn what_an_owner_writes_down_is_on_the_page_and_no_reader_writes() {
    let Some(runtime) = Runtime::start("logbook") else { return };
    let opened = runtime.open(4_900_001);
    let body = format!(
        "leads[add][0][id]=77&leads[add][0][status_id]=9&leads[add][0][pipeline_id]=3\
         &leads[add][0][responsible_user_id]=5&leads[add][0][last_modified]={}",
        1_790_000_000
    );
    assert_eq!(runtime.deliver(&opened, body.as_bytes()).status, 200);
    runtime.edge.wait_until_published(&opened.account, PATIENCE).unwrap();
    let page = || {
        let answer = runtime.edge.get(&opened.owner_path, None).unwrap();
        assert_eq!(answer.status, 200);
        answer.text.replace('\u{a0}', " ")
    };
    assert!(!page().contains("id=\"log\""));

    let log = format!("/v1/accounts/{}/logbook", opened.account);
    let send = |method: &str, path: &str, token: &str, body: Option<&str>| {
        runtime.edge.send(method, path, Some(token), body).unwrap()
    };
    let grants = format!("/v1/accounts/{}/grants", opened.account);
    let wish = json!({"role": "reader", "days": 1}).to_string();
    let reader = send("POST", &grants, &opened.owner_token, Some(&wish)).json::<Value>().unwrap();
    let reader = reader["token"].as_str().unwrap();
    let day: Day = "2026-09-21".parse().unwrap();
    let entry = json!({"kind": "release", "day": day, "text": "Пакет 1 <i>звонки</i>"}).to_string();
    assert_eq!(send("POST", &log, reader, Some(&entry)).status, 403, "a reader reads");
    assert_eq!(send("POST", &log, &opened.owner_token, Some(r#"{"kind": "joke"}"#)).status, 422);
    let kept = send("POST", &log, &opened.owner_token, Some(&entry));
    assert_eq!((kept.status, kept.json::<Value>().unwrap()["id"].as_u64()), (200, Some(1)));
    let told = send("GET", &log, reader, None).json::<Value>().unwrap();
    assert_eq!(told["items"][0]["text"], "Пакет 1 <i>звонки</i>");

    runtime.edge.wait_until_published(&opened.account, PATIENCE).unwrap();
    assert!(page().contains("Пакет 1 &lt;i&gt;звонки&lt;/i&gt;"), "{}", page());
    let struck = format!("{log}/1");
    assert_eq!(send("DELETE", &struck, &opened.owner_token, None).status, 200);
    assert_eq!(send("DELETE", &struck, &opened.owner_token, None).status, 404);
    runtime.edge.wait_until_published(&opened.account, PATIENCE).unwrap();
    assert!(!page().contains("Пакет 1"));
}
