//! Who sees what: roles, links that end, addresses that are changed, and never another account.

use crate::runtime::{OPERATOR_KEY, PATIENCE, Runtime, request};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use takeroot_core::account::AccountOpened;
use takeroot_core::policy::Person;

const BODY: &str = "leads[add][0][id]=77&leads[add][0][status_id]=9&leads[add][0][pipeline_id]=3\
                    &leads[add][0][responsible_user_id]=5&leads[add][0][last_modified]=1790000000";

/// An account with a deal of person 5, of group 1.
fn opened(runtime: &Runtime, crm_id: u64) -> AccountOpened {
    let mut wish = request(crm_id);
    let person = |id, group| Person { id, group: Some(group), ..Person::default() };
    wish.policy.as_mut().unwrap().people = vec![person(5, 1), person(6, 2)];
    let opened = runtime.edge.open(&wish).unwrap();
    assert_eq!(runtime.deliver(&opened, BODY.as_bytes()).status, 200);
    runtime.edge.wait_until_published(&opened.account, PATIENCE).unwrap();
    opened
}

fn made(runtime: &Runtime, opened: &AccountOpened, by: &str, wish: &Value) -> (u16, Value) {
    let path = format!("/v1/accounts/{}/grants", opened.account);
    let answer = runtime.edge.send("POST", &path, Some(by), Some(&wish.to_string())).unwrap();
    (answer.status, serde_json::from_str(&answer.text).unwrap())
}

fn token(runtime: &Runtime, opened: &AccountOpened, wish: &Value) -> String {
    let (status, made) = made(runtime, opened, OPERATOR_KEY, wish);
    assert_eq!(status, 200, "{made}");
    made["token"].as_str().unwrap().to_owned()
}

#[test]
fn each_role_sees_its_own() {
    let Some(runtime) = Runtime::start("roles") else { return };
    let opened = opened(&runtime, 4_500_001);
    let status = |path: &str, token: &str| {
        runtime.edge.get(&format!("/v1/accounts/{}/{path}", opened.account), Some(token)).unwrap().status
    };
    let owner = opened.owner_token.as_str();
    let reader = token(&runtime, &opened, &json!({"role": "reader", "days": 7, "note": "для аудитора"}));
    let head = token(&runtime, &opened, &json!({"role": {"head": {"group": 1}}}));
    let other = token(&runtime, &opened, &json!({"role": {"head": {"group": 2}}}));
    let seen = |token: &str| {
        ["days/2026-09-21", "summaries/2026-09-21", "deals/77", "grants", "audit", "status"]
            .map(|path| status(path, token))
    };
    assert_eq!(seen(OPERATOR_KEY), [200, 200, 200, 200, 200, 200]);
    assert_eq!(seen(owner), [200, 200, 200, 200, 200, 401]);
    assert_eq!(seen(&reader), [200, 200, 403, 403, 403, 401]);
    assert_eq!(seen(&head), [200, 403, 200, 403, 403, 401]);
    assert_eq!(seen(&other), [200, 403, 404, 403, 403, 401]);
    assert_eq!(seen("amo-4500001.1.0123456789abcdef0123456789abcdef"), [401; 6]);

    // A head's day is of the group: the company's sums are not in it.
    let day = |token: &str| -> Value {
        let path = format!("/v1/accounts/{}/days/2026-09-21", opened.account);
        runtime.edge.get(&path, Some(token)).unwrap().json().unwrap()
    };
    assert_eq!(day(&head)["figures"]["all"]["n"], day(owner)["figures"]["by"]["managers"]["5"]["n"]);
    assert_eq!(day(&other)["figures"]["all"], json!({}));
    assert!(day(&other)["figures"]["by"].get("managers").is_none());

    // An owner makes links, not owners; a link makes nothing.
    assert_eq!(made(&runtime, &opened, owner, &json!({"role": "reader", "days": 1})).0, 200);
    assert_eq!(made(&runtime, &opened, owner, &json!({"role": "owner"})).0, 403);
    assert_eq!(made(&runtime, &opened, &reader, &json!({"role": "reader", "days": 1})).0, 403);
    for wish in [
        json!({"role": "reader"}),
        json!({"role": "reader", "days": 0}),
        json!({"role": "reader", "days": 4000}),
        json!({"role": "king"}),
        json!({"role": {"head": {"group": 9}}}),
        json!({"role": "owner", "crown": 1}),
    ] {
        let (status, told) = made(&runtime, &opened, OPERATOR_KEY, &wish);
        assert_eq!((status, told["hint"].is_string()), (422, true), "{wish}: {told}");
    }

    // A revoked link is dead at once, on the page, too; the log names who did it and who tried.
    let page = format!("/owner/{}/2026-09-21?token={reader}", opened.account);
    assert_eq!(runtime.edge.get(&page, None).unwrap().status, 200);
    let path = format!("/v1/accounts/{}/grants/2", opened.account);
    assert_eq!(runtime.edge.send("DELETE", &path, Some(owner), None).unwrap().status, 200);
    assert_eq!(status("days/2026-09-21", &reader), 401);
    assert_eq!(runtime.edge.get(&page, None).unwrap().status, 404);
    let path = format!("/v1/accounts/{}/audit", opened.account);
    let audit: Value = runtime.edge.get(&path, Some(owner)).unwrap().json().unwrap();
    let told =
        |n: usize| (audit["items"][n]["who"].as_str().unwrap(), audit["items"][n]["what"].as_str().unwrap());
    assert_eq!(told(0), ("grant 2", "refused"), "{audit}");
    assert_eq!(
        (told(2), audit["items"][2]["detail"].as_str()),
        (("grant 1", "revocation"), Some("2")),
        "{audit}"
    );
}

#[test]
fn an_address_is_changed_in_two_steps_and_a_suspended_account_is_closed() {
    let Some(runtime) = Runtime::start("rotation") else { return };
    let first = opened(&runtime, 4_500_002);
    let account = first.account.clone();
    let order = |what: &str| runtime.edge.order(&format!("/v1/accounts/{account}/{what}")).unwrap();
    let second: AccountOpened = order("rotation").json().unwrap();
    assert_ne!(first.hook_path, second.hook_path);
    assert_eq!(first.owner_token, second.owner_token);
    let status =
        |opened: &AccountOpened, n: u32| runtime.deliver(opened, format!("{BODY}&n={n}").as_bytes()).status;
    assert_eq!((status(&first, 1), status(&second, 2)), (200, 200), "both live while the CRM is told");
    let third: AccountOpened = order("rotation").json().unwrap();
    assert_eq!((status(&first, 3), status(&second, 4), status(&third, 5)), (404, 200, 200));

    assert_eq!(order("suspension").status, 200);
    assert_eq!(status(&third, 6), 403);
    let days = format!("/v1/accounts/{account}/days/2026-09-21");
    assert_eq!(runtime.edge.get(&days, Some(&first.owner_token)).unwrap().status, 401);
    assert_eq!(order("resumption").status, 200);
    assert_eq!(status(&third, 7), 200);
    assert_eq!(runtime.edge.get(&days, Some(&first.owner_token)).unwrap().status, 200);
}

#[test]
fn a_deleted_account_leaves_nothing() {
    let Some(runtime) = Runtime::start("deletion") else { return };
    let (gone, kept) = (opened(&runtime, 4_500_003), opened(&runtime, 4_500_004));
    let listed = || -> BTreeSet<String> {
        let page: Value = runtime.edge.ask("/v1/accounts").unwrap();
        page["items"].as_array().unwrap().iter().map(|a| a["account"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(listed(), [gone.account.clone(), kept.account.clone()].into());
    let path = format!("/v1/accounts/{}", gone.account);
    assert_eq!(runtime.edge.send("DELETE", &path, Some(&gone.owner_token), None).unwrap().status, 401);
    let mut answered = runtime.edge.send("DELETE", &path, Some(OPERATOR_KEY), None).unwrap();
    while answered.status == 503 {
        answered = runtime.edge.send("DELETE", &path, Some(OPERATOR_KEY), None).unwrap();
    }
    assert_eq!(answered.status, 200, "{}", answered.text);
    assert_eq!(listed(), [kept.account.clone()].into());
    assert_eq!(runtime.deliver(&gone, BODY.as_bytes()).status, 404);
    let days = |opened: &AccountOpened| {
        let path = format!("/v1/accounts/{}/days/2026-09-21", opened.account);
        runtime.edge.get(&path, Some(&opened.owner_token)).unwrap().status
    };
    assert_eq!((days(&gone), days(&kept)), (401, 200));
    assert_eq!(runtime.edge.send("DELETE", &path, Some(OPERATOR_KEY), None).unwrap().status, 404);
}

#[test]
fn the_crm_s_notice_of_a_disabled_integration_is_believed_when_signed() {
    use hmac::{Hmac, KeyInit, Mac};
    let Some(runtime) = Runtime::start("disabled") else { return };
    let opened = opened(&runtime, 4_500_005);
    let mac = Hmac::<sha2::Sha256>::new_from_slice(b"a secret of the tests").unwrap();
    let bytes = mac.chain_update("0f1e|4500005").finalize().into_bytes();
    let signature: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let status = |account: u64, signature: &str| {
        let query = format!("client_uuid=0f1e&account_id={account}&signature={signature}");
        runtime.edge.get(&format!("/hooks/amocrm/disabled?{query}"), None).unwrap().status
    };
    assert_eq!(status(4_500_005, &signature), 200);
    assert_eq!(status(4_500_005, &signature.replace('0', "1")), 404);
    assert_eq!(status(4_500_099, &signature), 404);
    let path = format!("/v1/accounts/{}/audit", opened.account);
    let audit: Value = runtime.edge.get(&path, Some(OPERATOR_KEY)).unwrap().json().unwrap();
    assert_eq!(
        (&audit["items"][0]["what"], &audit["items"][1]["what"]),
        (&json!("refused"), &json!("disabled")),
        "{audit}"
    );
}
