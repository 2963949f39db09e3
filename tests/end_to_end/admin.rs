//! The policy of the CRM's own account, read and written by its admins out of its settings.

use crate::runtime::{OPERATOR_KEY, PATIENCE, Runtime};
use serde_json::{Value, json};
use takeroot_core::account::PolicyState;
use takeroot_core::directory::AccountDirectory;
use takeroot_core::policy::Span;
use takeroot_stand::card::{CardAccount, TokenMode, mint};

const ADMIN: u64 = 9_001;

fn token(crm_id: u64, mode: TokenMode) -> String {
    let card = CardAccount {
        crm_id,
        subdomain: "sad".to_owned(),
        client_secret: "a secret of the tests".to_owned(),
        integration_id: "x".to_owned(),
        redirect_uri: "https://takeroot.example/oauth".to_owned(),
        user: ADMIN,
    };
    mint(&card, mode).unwrap()
}

struct Told {
    status: u16,
    allowed: Option<String>,
    text: String,
}

fn ask(runtime: &Runtime, method: &str, path: &str, token: &str, body: &str) -> Told {
    let request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("{}/v1/admin/{path}", runtime.edge.url()))
        .header("origin", "https://sad.amocrm.ru")
        .header("x-auth-token", token)
        .body(body.to_owned())
        .unwrap();
    let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
    let mut answer = agent.run(request).unwrap();
    let allowed = answer.headers().get("access-control-allow-origin");
    Told {
        status: answer.status().as_u16(),
        allowed: allowed.map(|origin| origin.to_str().unwrap().to_owned()),
        text: answer.body_mut().read_to_string().unwrap(),
    }
}

fn policy(runtime: &Runtime, token: &str) -> PolicyState {
    let told = ask(runtime, "GET", "policy", token, "");
    assert_eq!((told.status, told.allowed.as_deref()), (200, Some("https://sad.amocrm.ru")), "{}", told.text);
    serde_json::from_str(&told.text).unwrap()
}

#[test]
fn an_admin_of_the_crm_changes_the_policy_of_their_own_account_and_nobody_else_does() {
    let Some(runtime) = Runtime::start("admin") else { return };
    let (opened, other) = (runtime.open(4_310_001), runtime.open(4_310_002));
    for account in [&opened, &other] {
        runtime.edge.wait_until_published(&account.account, PATIENCE).unwrap();
    }
    let admin = token(4_310_001, TokenMode::Admin);
    let before = policy(&runtime, &admin);
    let mut wished = before.versions.last().unwrap().policy.clone();
    wished.first_response.target = Span::Seconds(600);
    let wish = json!({"based_on": before.revision, "note": "быстрее", "policy": wished}).to_string();

    let preview = ask(&runtime, "POST", "preview", &admin, &json!(wished).to_string());
    assert_eq!(preview.status, 200, "{}", preview.text);
    let written = ask(&runtime, "POST", "policy", &admin, &wish);
    assert_eq!(written.status, 200, "{}", written.text);
    let written: PolicyState = serde_json::from_str(&written.text).unwrap();
    let version = written.versions.last().unwrap();
    let said = version.written.as_ref().unwrap();
    assert_eq!((said.by.as_str(), said.note.as_str()), ("crm admin 9001", "быстрее"));
    assert_eq!(version.policy, wished);
    let audit: Value = runtime.edge.ask(&format!("/v1/accounts/{}/audit", opened.account)).unwrap();
    assert!(audit.to_string().contains("crm admin 9001"), "{audit}");

    // Whoever has read it before is told, and overwrites nothing.
    let again = ask(&runtime, "POST", "policy", &admin, &wish);
    assert!(again.status == 409 && again.text.contains("read it again"), "{}", again.text);
    assert_eq!(policy(&runtime, &admin), written);

    // A rep is told whom to ask; by another account's token only that account is seen.
    for (method, path, body) in [
        ("GET", "policy", ""),
        ("POST", "policy", wish.as_str()),
        ("POST", "preview", "{}"),
        ("GET", "directory", ""),
        ("GET", "connection", ""),
        ("POST", "authorization", ""),
        ("POST", "reading", ""),
        ("GET", "doctor", ""),
    ] {
        let rep = ask(&runtime, method, path, &token(4_310_001, TokenMode::Good), body);
        assert!(rep.status == 403 && rep.text.contains("admin"), "{path}: {} {}", rep.status, rep.text);
        assert!(rep.allowed.is_some(), "{path}: the page may read why");
        let [unknown, forged] = [token(4_319_999, TokenMode::Admin), token(4_310_001, TokenMode::Forged)];
        for refused in [unknown, forged, OPERATOR_KEY.to_owned(), opened.owner_token.clone(), String::new()] {
            let told = ask(&runtime, method, path, &refused, body);
            assert_eq!(told.status, 401, "{path}: {}", told.text);
        }
    }
    assert_ne!(policy(&runtime, &token(4_310_002, TokenMode::Admin)), written);

    let directory = ask(&runtime, "GET", "directory", &admin, "");
    let directory: AccountDirectory = serde_json::from_str(&directory.text).unwrap();
    assert_eq!(directory, AccountDirectory::default(), "never read");
    let asked = ask(&runtime, "OPTIONS", "policy", "", "");
    assert_eq!((asked.status, asked.allowed.as_deref()), (204, Some("https://sad.amocrm.ru")));
}
