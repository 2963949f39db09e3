//! An account moves to another server while the CRM goes on sending.

use crate::roads::{days, ends, rules};
use crate::runtime::{FORM, PATIENCE, Runtime};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Instant;
use takeroot_core::account::AccountOpened;
use takeroot_stand::account;
use takeroot_stand::company::{Delivery, generate};
use takeroot_stand::edge::{Answered, Edge};
use takeroot_stand::feed::feed;
use takeroot_stand::workerd::Workerd;

const OTHER_KEY: &str = "operator-key-of-the-other-server";

/// Another server, which knows nothing of the first one.
fn other(runtime: &Runtime) -> (Workerd, Edge) {
    let mut options = runtime.options.clone();
    options.state = runtime.options.state.with_extension("other");
    drop(std::fs::remove_dir_all(&options.state));
    options.operator_key = OTHER_KEY.to_owned();
    let workerd = Workerd::start(&options).unwrap();
    let edge = Edge::new(workerd.url(), OTHER_KEY);
    (workerd, edge)
}

/// A page of an archive, and the cursor of the next one.
fn page(runtime: &Runtime, account: &str, cursor: Option<&str>) -> (String, Option<String>) {
    let query = cursor.map(|cursor| format!("?cursor={cursor}")).unwrap_or_default();
    let address = format!("{}/v1/accounts/{account}/archive{query}", runtime.edge.url());
    let bearer = format!("Bearer {}", crate::runtime::OPERATOR_KEY);
    let mut response = ureq::get(address).header("authorization", bearer).call().unwrap();
    assert_eq!(response.headers()["content-type"], "application/x-ndjson");
    let next = response.headers().get("x-next-cursor").map(|next| next.to_str().unwrap().to_owned());
    (response.body_mut().with_config().limit(16 << 20).read_to_string().unwrap(), next)
}

/// The published figures by day, as the bytes of their JSON.
fn published(
    edge: &Edge,
    opened: &AccountOpened,
    days: &[takeroot_core::time::Day],
) -> BTreeMap<String, String> {
    edge.wait_until_published(&opened.account, PATIENCE).unwrap();
    let of = |day: &takeroot_core::time::Day| {
        let path = format!("/v1/accounts/{}/days/{day}", opened.account);
        let text = edge.get(&path, Some(&opened.owner_token)).unwrap().text;
        (day.to_string(), text.split_once(r#""figures":"#).unwrap().1.to_owned())
    };
    days.iter().map(of).collect()
}

#[test]
fn an_account_moves_to_another_server_under_load() {
    let Some(runtime) = Runtime::start("archive") else { return };
    let (_workerd, there) = other(&runtime);
    let history = generate(11, ends().0, 2);
    let wish = account::request(&history);
    let opened = runtime.edge.open(&wish).unwrap();
    let (first, second) = history.deliveries.split_at(history.deliveries.len() / 2);
    feed(&runtime.edge, &opened.hook_path, first, |_| {}).unwrap();

    let mut pages = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| feed(&runtime.edge, &opened.hook_path, second, |_| {}).unwrap());
        let mut cursor = None;
        loop {
            let (text, next) = page(&runtime, &opened.account, cursor.as_deref());
            pages.push(text);
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
    });
    assert!(pages.len() > 1, "{}", pages.len());
    let sizes: Vec<usize> = pages.iter().map(String::len).collect();
    eprintln!("{} facts in pages of {sizes:?} bytes", runtime.status(&opened)["facts"]);

    let path = format!("/v1/accounts/{}/archive", opened.account);
    let sent =
        |key: &str, page: &str| -> Answered { there.send("POST", &path, Some(key), Some(page)).unwrap() };
    let taken = |page: &str| -> Value { sent(OTHER_KEY, page).json().unwrap() };
    // A long body would be cut off by the answer that refuses it.
    assert_eq!(sent(&opened.owner_token, "{}\n").status, 401, "operators only");
    assert_eq!(runtime.edge.get(&path, Some(&opened.owner_token)).unwrap().status, 401);
    let refused = sent(OTHER_KEY, &pages[1]);
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("send page 0"), "{}", refused.text);
    assert_eq!(sent(OTHER_KEY, "{}\n").status, 422);
    let bad = there.get(&format!("{path}?cursor=%2e%2e%2fstatus"), Some(OTHER_KEY)).unwrap();
    assert_eq!(bad.status, 400, "{}", bad.text);

    // Half of it is nobody yet, and can be deleted.
    assert_eq!(taken(&pages[0]), serde_json::json!({"next": 1, "done": false}));
    let status = format!("/v1/accounts/{}/status", opened.account);
    assert_eq!(there.get(&status, Some(OTHER_KEY)).unwrap().status, 409);
    assert!(there.open(&wish).is_err(), "nobody is opened over it");
    let account = format!("/v1/accounts/{}", opened.account);
    assert_eq!(there.send("DELETE", &account, Some(OTHER_KEY), None).unwrap().status, 200);
    assert_eq!(there.get(&status, Some(OTHER_KEY)).unwrap().status, 404);

    let began = Instant::now();
    for (n, page) in pages.iter().enumerate() {
        let done = n + 1 == pages.len();
        assert_eq!(taken(page), serde_json::json!({"next": n + 1, "done": done}));
        assert_eq!(taken(page)["next"], n + 1, "a repeated page changes nothing");
    }
    eprintln!("taken in {:?}, each page twice", began.elapsed());
    let moved = there.open(&wish).unwrap();
    assert_ne!(moved.hook_path, opened.hook_path, "signed by the other server");
    let old = there.deliver(&opened.hook_path, FORM, second[0].body.as_bytes()).unwrap();
    assert_eq!(old.status, 404);

    // What came too late for the archive comes again; what was in it is known.
    let again = |edge: &Edge, hook: &str, some: &[Delivery]| feed(edge, hook, some, |_| {}).unwrap();
    again(&there, &moved.hook_path, &history.deliveries);
    again(&runtime.edge, &opened.hook_path, &history.deliveries[..50]);
    let days = days(&history, &rules(&history));
    assert_eq!(published(&there, &moved, &days), published(&runtime.edge, &opened, &days));
    let recomputed: Value = there.ask(&format!("{account}/recomputation")).unwrap();
    assert_eq!(recomputed["equal"], true, "{recomputed}");
    let acts = |edge: &Edge, what: &str| {
        let audit: Value = edge.ask(&format!("{account}/audit")).unwrap();
        audit["items"].as_array().unwrap().iter().filter(|entry| entry["what"] == what).count()
    };
    assert_eq!((acts(&runtime.edge, "export"), acts(&there, "export"), acts(&there, "import")), (1, 1, 1));
    let page = format!("{}&lang=en", moved.owner_path);
    assert_eq!(there.get(&page, None).unwrap().status, 200);
}
