//! The API as it is published: every route by its description, nobody's data to anybody else, documents by tags and
//! pages, and whatever comes in.

use crate::runtime::{OPERATOR_KEY, PATIENCE, Runtime, request};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use takeroot_core::account::AccountOpened;
use takeroot_core::day::TableForm;
use takeroot_core::policy::Person;
use takeroot_core::policy::Policy;
use takeroot_core::time::{Day, Moment};
use takeroot_stand::card::{CardAccount, TokenMode, mint};
use takeroot_stand::fuzz::fuzz;
use takeroot_stand::openapi::{OpenApi, Operation};
use takeroot_stand::raw::{RawAnswer, exchange};

/// What only the account of the test holds: a name, a deal, a person, a price.
const NAME: &str = "Тайный сад";
const DEAL: u64 = 771_239_017;
const PERSON: u64 = 551_239_015;

fn opened(runtime: &Runtime, crm_id: u64, name: &str, deal: u64, person: u64) -> AccountOpened {
    let mut wish = request(crm_id);
    wish.name = name.to_owned();
    wish.observed_from = Some(Moment(1_789_900_000));
    wish.policy.as_mut().unwrap().people = vec![Person { id: person, group: Some(1), ..Person::default() }];
    let opened = runtime.edge.open(&wish).unwrap();
    for at in [1_790_000_000, 1_790_100_000] {
        let body = format!(
            "leads[add][0][id]={deal}&leads[add][0][status_id]=9&leads[add][0][pipeline_id]=3\
             &leads[add][0][responsible_user_id]={person}&leads[add][0][last_modified]={at}"
        );
        assert_eq!(runtime.deliver(&opened, body.as_bytes()).status, 200);
    }
    assert_eq!(runtime.deliver(&opened, b"hello").status, 200);
    runtime.edge.wait_until_published(&opened.account, PATIENCE).unwrap();
    opened
}

fn ask(runtime: &Runtime, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> RawAnswer {
    let mut told = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n");
    headers.iter().for_each(|(name, value)| told.push_str(&format!("{name}: {value}\r\n")));
    told.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    exchange(runtime.workerd.port(), told.as_bytes(), Duration::from_secs(10)).unwrap()
}

fn get(runtime: &Runtime, path: &str, token: &str) -> RawAnswer {
    ask(runtime, "GET", path, &[("authorization", &format!("Bearer {token}"))], "")
}

fn made(runtime: &Runtime, account: &str, wish: &Value) -> String {
    let path = format!("/v1/accounts/{account}/grants");
    let made = runtime.edge.send("POST", &path, Some(OPERATOR_KEY), Some(&wish.to_string())).unwrap();
    made.json::<Value>().unwrap()["token"].as_str().unwrap().to_owned()
}

fn card_token(crm_id: u64, mode: TokenMode) -> String {
    let card = CardAccount {
        crm_id,
        subdomain: "sad".to_owned(),
        client_secret: "a secret of the tests".to_owned(),
        integration_id: "x".to_owned(),
        redirect_uri: "https://takeroot.example/oauth".to_owned(),
        user: PERSON,
    };
    mint(&card, mode).unwrap()
}

/// What a route takes, with the values of an account.
fn asked(operation: &Operation<'_>, account: &str, deal: u64) -> (String, String) {
    let path = operation.path_with(|name| match name {
        "account" => account.to_owned(),
        "day" => "2026-09-21".to_owned(),
        "deal" => deal.to_string(),
        "secret" => "nothing".to_owned(),
        _ => "1".to_owned(),
    });
    let body = match operation.path.rsplit('/').next() {
        Some("grants") => json!({"role": "reader", "days": 1}).to_string(),
        Some("answer") => json!({"way": "call"}).to_string(),
        Some("cards") => json!({ "deals": [deal] }).to_string(),
        Some("person" | "erasures") => json!({"email": "a@firma.ru"}).to_string(),
        Some("accounts") => json!({"crm_id": 4_800_009, "name": "x"}).to_string(),
        Some("digests") => json!({"name": "x", "way": {"hook": {"url": "https://hooks.example/x", "secret": "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"}}}).to_string(),
        Some("logbook") => json!({"kind": "pain", "day": "2026-09-21", "text": "x"}).to_string(),
        Some("baseline") => json!({"policies": [Policy::standard("Asia/Omsk")], "days": [{"day": "2001-01-01"}]}).to_string(),
        Some("policy") => json!({"based_on": 0, "policy": Policy::standard("Asia/Omsk")}).to_string(),
        Some("preview") => json!(Policy::standard("Asia/Omsk")).to_string(),
        _ => String::new(),
    };
    (path, if operation.has_body { body } else { String::new() })
}

#[test]
fn whatever_token_of_one_account_is_tried_on_another_it_is_as_if_that_one_did_not_exist() {
    let Some(runtime) = Runtime::start("isolation") else { return };
    let a = opened(&runtime, 4_800_001, "Первый сад", 77, 5);
    let b = opened(&runtime, 4_800_002, NAME, DEAL, PERSON);
    let revoked = made(&runtime, &a.account, &json!({"role": "reader", "days": 1}));
    let revocation = format!("/v1/accounts/{}/grants/2", a.account);
    assert_eq!(runtime.edge.send("DELETE", &revocation, Some(&a.owner_token), None).unwrap().status, 200);
    let hook = |opened: &AccountOpened| opened.hook_path.rsplit('/').next().unwrap().to_owned();
    let foreign = a.owner_token.replace(&a.account, &b.account);
    let tokens = [
        ("owner", a.owner_token.clone()),
        ("head", made(&runtime, &a.account, &json!({"role": {"head": {"group": 1}}}))),
        ("reader", made(&runtime, &a.account, &json!({"role": "reader", "days": 1}))),
        ("revoked", revoked),
        ("hook's secret", hook(&a)),
        ("hook's secret of the very account", hook(&b)),
        ("card's token", card_token(4_800_001, TokenMode::Good)),
        ("card's token of the very account", card_token(4_800_002, TokenMode::Good)),
        ("the account's name changed in it", foreign),
        ("nothing", String::new()),
    ];
    let (api, mut tried) = (OpenApi::published(), 0);
    for operation in api.operations() {
        let is_of_account = operation.path.contains("{account}");
        for (which, token) in tokens.iter().filter(|_| is_of_account) {
            let answers = [&b.account, "amo-4899999"].map(|account| {
                let (path, body) = asked(&operation, account, DEAL);
                let bearer = format!("Bearer {token}");
                let by_header = ask(&runtime, &operation.method, &path, &[("authorization", &bearer)], &body);
                let by_link = ask(&runtime, &operation.method, &format!("{path}?token={token}"), &[], &body);
                let by_card = ask(&runtime, &operation.method, &path, &[("x-auth-token", token)], &body);
                [by_header, by_link, by_card].map(|answer| (answer.status, answer.text()))
            });
            let [told, of_nobody] = &answers;
            assert_eq!(told, of_nobody, "{which}: {} {}", operation.method, operation.path);
            for (status, text) in told {
                let told = format!("{which}: {} {}: {status} {text}", operation.method, operation.path);
                assert!(matches!(status, 401 | 403 | 404), "{told}");
                let secrets = [NAME, &DEAL.to_string(), &PERSON.to_string(), "amo-4800002"];
                assert!(secrets.iter().all(|secret| !text.contains(secret)), "{told}");
                tried += 1;
            }
        }
    }
    assert!(tried > 600, "{tried}");
    // What is kept of an account takes no token of a grant for the operator's key, nor a cursor for a path.
    for path in ["status", "facts", "archive", "recomputation", "quarantine/1"] {
        let path = format!("/v1/accounts/{}/{path}", b.account);
        assert_eq!(get(&runtime, &path, &b.owner_token).status, 401, "{path}");
    }
    for cursor in ["../facts", "../archive", "..%2Ffacts", "1%23", "1%3Fa"] {
        let path = format!("/v1/accounts/{}/audit?cursor={cursor}", b.account);
        assert_eq!(get(&runtime, &path, &b.owner_token).status, 400, "{path}");
    }
    let card = |token: &str| {
        let answer = ask(&runtime, "GET", &format!("/v1/card/{DEAL}"), &[("x-auth-token", token)], "");
        (answer.status, answer.text())
    };
    let (status, text) = card(&card_token(4_800_001, TokenMode::Good));
    assert!(status == 200 && !text.contains(&DEAL.to_string()), "{text}");
    let (status, text) = card(&card_token(4_800_002, TokenMode::Good));
    assert!(status == 200 && text.contains(&DEAL.to_string()), "{text}");
    for mode in [TokenMode::Foreign, TokenMode::Misdirected, TokenMode::Early, TokenMode::Unsigned] {
        assert_eq!(card(&card_token(4_800_002, mode)).0, 401, "{mode:?}");
    }
    assert_eq!(card(&hook(&b)).0, 401);
    assert_eq!(card(&b.owner_token).0, 401);
    // All of it changed nothing.
    assert_eq!(
        get(&runtime, &format!("/v1/accounts/{}/deals/{DEAL}", b.account), &b.owner_token).status,
        200
    );
}

#[test]
fn every_route_answers_as_it_is_described() {
    let Some(runtime) = Runtime::start("described") else { return };
    let opened = opened(&runtime, 4_800_003, NAME, DEAL, PERSON);
    let quarantined: Value =
        runtime.edge.ask(&format!("/v1/accounts/{}/quarantine", opened.account)).unwrap();
    let body_id = quarantined["items"][0]["id"].as_str().unwrap();
    let api = OpenApi::published();
    let mut seen = BTreeMap::new();
    let mut operations = api.operations();
    // What ends an account comes last; of a grant only the reader's is revoked.
    operations.sort_by_key(|told| {
        let ends = |end: &str| told.path.ends_with(end);
        (told.method == "DELETE" && ends("{account}"), ends("/archive"), ends("/suspension"))
    });
    made(&runtime, &opened.account, &json!({"role": "reader", "days": 1}));
    for operation in &operations {
        let (mut path, body) = asked(operation, &opened.account, DEAL);
        match operation.path {
            "/v1/accounts/{account}/quarantine/{id}" => path = path.replace("/1", &format!("/{body_id}")),
            "/v1/accounts/{account}/grants/{id}" => path = path.replace("grants/1", "grants/2"),
            "/hooks/amocrm/{secret}" => path.clone_from(&opened.hook_path),
            path_of if path_of.starts_with("/owner") => {
                let figure = "metric=in_time&from=2026-09-01&to=2026-09-21";
                path = format!("{path}?token={}&{figure}", opened.owner_token);
            }
            _ => {}
        }
        let is_of_admin = operation.path.starts_with("/v1/admin");
        let mode = if is_of_admin { TokenMode::Admin } else { TokenMode::Good };
        let card = card_token(4_800_003, mode);
        // The page is for who has a link.
        let key = if path.starts_with("/owner") { String::new() } else { format!("Bearer {OPERATOR_KEY}") };
        let headers = [("authorization", key.as_str()), ("x-auth-token", &card)];
        let mut answer = ask(&runtime, &operation.method, &path, &headers, &body);
        while answer.status == 503 {
            answer = ask(&runtime, &operation.method, &path, &headers, &body);
        }
        let told = format!("{} {path}: {} {:.300}", operation.method, answer.status, answer.text());
        assert!(operation.declares(answer.status), "{told}");
        let is_json = answer.header("content-type").is_some_and(|kind| kind.contains("json"));
        if is_json && answer.header("content-type") != Some("application/x-ndjson") {
            let json: Value = serde_json::from_slice(&answer.body).unwrap();
            assert_eq!(api.fits(operation, answer.status, &json), Ok(()), "{told}");
        }
        seen.insert((operation.path, operation.method.clone()), answer.status);
        // Nobody is told more than that it is refused.
        let refused = ask(&runtime, &operation.method, &path.replace("token=", "x="), &[], "");
        assert!(operation.declares(refused.status), "{told}: {}", refused.status);
        let head = ask(&runtime, "HEAD", &path, &headers, "");
        let is_get = operation.method == "GET";
        assert!(
            !is_get || (head.status, head.body.len()) == (answer.status, 0),
            "{told}: HEAD {}",
            head.status
        );
        let odd = ask(&runtime, "PATCH", &path, &headers, "");
        let allow = odd.header("allow").unwrap_or_default();
        assert!(odd.status == 405 && allow.contains(&operation.method), "{told}: {} {allow}", odd.status);
    }
    let not_well: Vec<_> = seen.iter().filter(|(_, status)| !matches!(status, 200 | 204)).collect();
    let expected = [
        ("/hooks/amocrm/disabled", 404),
        ("/oauth", 404),
        ("/v1/accounts/{account}/archive", 422),
        ("/v1/accounts/{account}/connection", 422),
        ("/v1/accounts/{account}/connection/reading", 422),
        ("/v1/accounts/{account}/digests/{id}/test", 404),
        ("/v1/admin/authorization", 422),
        ("/v1/admin/policy", 409),
        ("/v1/admin/reading", 422),
        ("/v1/card/{deal}/answer", 409),
    ];
    let told: Vec<_> = not_well.iter().map(|((path, _), status)| (*path, **status)).collect();
    assert_eq!(
        told, expected,
        "what needs a signature, a page of an archive, an integration, a target that is gone, the policy read again, and a lead"
    );
}

#[test]
fn what_is_refused_says_why_and_what_to_do() {
    let Some(runtime) = Runtime::start("problems") else { return };
    let opened = opened(&runtime, 4_800_004, NAME, DEAL, PERSON);
    let base = format!("/v1/accounts/{}", opened.account);
    let refused = |method: &str, path: &str, token: &str, body: &str| {
        let bearer = format!("Bearer {token}");
        let answer = ask(&runtime, method, path, &[("authorization", &bearer)], body);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
        let told: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(told["status"], answer.status, "{path}");
        assert!(told["title"].is_string() && !told["hint"].as_str().unwrap().is_empty(), "{path}: {told}");
        (answer.status, answer.header("www-authenticate").map(str::to_owned))
    };
    let (key, owner) = (OPERATOR_KEY, opened.owner_token.as_str());
    assert_eq!(refused("GET", &base.replace("4800004", "1"), key, "").0, 405);
    assert_eq!(refused("GET", &format!("{base}/status"), owner, ""), (401, Some("Bearer".to_owned())));
    assert_eq!(refused("POST", &format!("{base}/faults/panic"), key, "").0, 500);
    for path in [
        "/days/yesterday",
        "/days/2026-13-01",
        "/days?from=x",
        "/days?from=1926-01-01&to=2026-01-01",
        "/days?cursor=abc",
        "/days?form=2026-09-01",
        "/days.csv?to=2026-02-30",
        "/days.csv?cursor=1",
        "/audit?cursor=abc",
        "/audit?before=5",
        "/quarantine?cursor=5-x",
        "/summaries/x",
        "/grants?page=2",
    ] {
        assert_eq!(refused("GET", &format!("{base}{path}"), owner, "").0, 400, "{path}");
    }
    for path in ["/facts?cursor=abc", "/facts?cursor=ZGVhbDo3NyAtMQ", "/archive?cursor=abc"] {
        assert_eq!(refused("GET", &format!("{base}{path}"), key, "").0, 400, "{path}");
    }
    for path in
        ["/deals/x", "/deals/-1", "/deals/99999999999999999999999", "/days/1999-01-01", "/days/2026-09-01/x"]
    {
        assert_eq!(refused("GET", &format!("{base}{path}"), owner, "").0, 404, "{path}");
    }
    assert_eq!(refused("GET", &format!("/v1/accounts/{}/days", "a".repeat(3000)), key, "").0, 404);
    for body in
        ["", "{}", "[]", r#"{"role":"reader","days":"1"}"#, r#"{"role":"reader","days":1,"x":1}"#, "{\"a\":"]
    {
        assert_eq!(refused("POST", &format!("{base}/grants"), owner, body).0, 422, "{body}");
    }
    let deep = "[".repeat(100_000);
    for body in ["{}", r#"{"crm_id":"x"}"#, r#"{"crm_id":1,"colour":"red"}"#, r#"{"crm_id":-1}"#, &deep] {
        assert_eq!(refused("POST", "/v1/accounts", key, body).0, 422, "{body:.50}");
    }
}

#[test]
fn published_days_come_by_pages_by_tags_and_as_a_table() {
    let Some(runtime) = Runtime::start("days") else { return };
    let opened = opened(&runtime, 4_800_005, NAME, DEAL, PERSON);
    let base = format!("/v1/accounts/{}", opened.account);
    let owner = format!("Bearer {}", opened.owner_token);
    let reader = made(&runtime, &opened.account, &json!({"role": "reader", "days": 1}));
    let head = made(&runtime, &opened.account, &json!({"role": {"head": {"group": 1}}}));
    let single = |token: &str| -> Value {
        serde_json::from_slice(&get(&runtime, &format!("{base}/days/2026-09-21"), token).body).unwrap()
    };
    let listed = |token: &str, query: &str| -> Value {
        serde_json::from_slice(&get(&runtime, &format!("{base}/days?{query}"), token).body).unwrap()
    };
    let two = "from=2026-09-21&to=2026-09-22";
    for token in [OPERATOR_KEY, &opened.owner_token, &reader, &head] {
        let list = listed(token, two);
        assert_eq!(list["items"].as_array().map(Vec::len), Some(2), "{list}");
        assert_eq!(list["items"][0], single(token), "each sees in the list what they see of a day");
    }
    assert_ne!(listed(&head, two), listed(&reader, two));

    // All published days, page by page, ascending.
    let (mut days, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = listed(&reader, &format!("from=2026-09-01&to=2027-08-31{cursor}"));
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 31);
        days.extend(items.iter().map(|item| item["figures"]["to"].as_str().unwrap().parse::<Day>().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert!(days.len() > 31 && days.is_sorted_by(|a, b| a.plus(1) == *b), "{days:?}");

    for path in ["days/2026-09-21", "summaries/2026-09-21", "days"] {
        let path = format!("{base}/{path}");
        let first = ask(&runtime, "GET", &path, &[("authorization", &owner)], "");
        let tag = first.header("etag").unwrap();
        assert_eq!(first.header("cache-control"), Some("private, no-cache"), "{path}");
        let again = |tag: &str, token: &str| {
            ask(&runtime, "GET", &path, &[("authorization", token), ("if-none-match", tag)], "")
        };
        let known = again(tag, &owner);
        assert_eq!((known.status, known.body.len(), known.header("etag")), (304, 0, Some(tag)), "{path}");
        assert_eq!(again("\"other\"", &owner).status, 200, "{path}");
        assert_eq!(again(tag, "Bearer x").status, 401, "a tag opens nothing");
    }

    let table = |token: &str| {
        let answer = get(&runtime, &format!("{base}/days.csv?{two}"), token);
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        let name = answer.header("content-disposition").unwrap();
        assert_eq!(name, "attachment; filename=\"takeroot-2026-09-21-2026-09-22.csv\"");
        answer.text()
    };
    for token in [opened.owner_token.as_str(), &reader, &head] {
        let list = listed(token, two);
        let rows: String = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(Value::to_string)
            .collect::<Vec<_>>()
            .iter()
            .map(|text| takeroot_core::day::table(text, TableForm::Plain).unwrap())
            .collect();
        assert_eq!(table(token), format!("{}{rows}", TableForm::Plain.head()));
        assert!(rows.lines().count() > 10, "{rows}");
    }
}

/// Requests of the test run; `cargo xtask fuzz` goes on for longer, under any seed.
const FUZZED: u64 = 1500;

#[test]
fn nothing_that_is_sent_is_a_fault_or_a_hang() {
    let Some(runtime) = Runtime::start("fuzz") else { return };
    let port = runtime.workerd.port();
    let fuzzed = fuzz(&runtime.edge, port, OPERATOR_KEY, 20_260_921, |sent| sent < FUZZED).unwrap();
    eprintln!(
        "{} requests in {:?}, slowest {:?}: {:?}",
        fuzzed.requests, fuzzed.took, fuzzed.slowest, fuzzed.statuses
    );
    let log = runtime.workerd.log().unwrap();
    assert!(!log.contains("panicked"), "{log}");
    assert!(fuzzed.statuses.get(&200).is_some_and(|n| *n > FUZZED / 20), "{:?}", fuzzed.statuses);
}

#[test]
fn a_period_is_shown_beside_another_and_one_that_cannot_be_is_refused_with_a_page() {
    let Some(runtime) = Runtime::start("period") else { return };
    let opened = opened(&runtime, 4_800_011, NAME, DEAL, PERSON);
    let page = |path: &str, query: &str| {
        let path = format!("/owner/{}{path}?token={}&{query}", opened.account, opened.owner_token);
        let answer = ask(&runtime, "GET", &path, &[], "");
        (answer.status, answer.text())
    };
    let index: Value = runtime
        .edge
        .ask(&format!("/v1/accounts/{}/days?from=2026-01-01&to=2026-12-31", opened.account))
        .unwrap();
    let day = index["items"][0]["figures"]["to"].as_str().unwrap().to_owned();
    let (status, text) = page("", &format!("from={day}&to={day}&pipeline=1&manager=2"));
    assert!(status == 200 && text.contains("Рядом с каждой цифрой"), "{status} {text:.600}");
    let (status, text) = page("", "from=1999-01-01&to=1999-01-02");
    assert!(status == 200 && text.contains("За эти дни сводок нет"), "{status} {text:.600}");
    for absurd in ["from=2016-01-01&to=2026-01-01", "from=2026-02-02&to=2026-02-01", "from=yesterday"] {
        let (status, text) = page("", absurd);
        assert!(status == 400 && text.contains("не больше 366"), "{absurd}: {status} {text:.600}");
    }
    let (status, text) = page(&format!("/{day}/deals"), "metric=sourced&from=2026-09-01&to=2026-12-31");
    assert!(status == 200 && text.contains(&DEAL.to_string()), "{status} {text:.600}");
    let (status, _) = page(&format!("/{day}/deals"), "metric=nothing&from=x");
    assert_eq!(status, 404);
}
