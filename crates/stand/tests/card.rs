//! The card page itself, with a widget that only tells what is done with it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use takeroot_stand::browser::{Browser, Installed};
use takeroot_stand::card::{CardOptions, CardStand, TokenMode, mint};
use takeroot_stand::company::generate;
use takeroot_stand::crm::{Crm, Door};
use takeroot_stand::http::{Request, Server, reply, with_header};
use takeroot_stand::skip::skipped;
use zip::write::SimpleFileOptions;

const PATIENCE: Duration = Duration::from_secs(10);
/// Friday 2026-11-20, 17:00 in Moscow.
const ENDS: i64 = 1_795_183_200;

fn fake_widget(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fake_widget");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["manifest.json", "script.js", "part.js", "i18n/ru.json", "i18n/en.json"] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&std::fs::read(folder.join(name)).unwrap()).unwrap();
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}.zip"));
    std::fs::write(&path, zip.finish().unwrap().into_inner()).unwrap();
    path
}

/// A Worker that answers with the token it was shown.
fn echo() -> Server {
    let answer = |request: &Request| {
        let token = request.headers().get("x-auth-token").map(|token| token.to_str().unwrap_or_default());
        let answer = reply(200, "application/json", json!({ "token": token }).to_string());
        let answer = with_header(answer, "access-control-allow-origin", "*");
        with_header(answer, "access-control-allow-headers", "X-Auth-Token")
    };
    Server::start(0, answer).unwrap()
}

struct Page {
    _worker: Server,
    stand: CardStand,
    browser: Browser,
    options: CardOptions,
}

fn page(test: &str) -> Option<Page> {
    let Some(installed) = Installed::find() else {
        skipped(test, "there is no chromedriver or no Chromium");
        return None;
    };
    let mut options = CardOptions::new(fake_widget(test), &generate(7, ENDS, 4)).unwrap();
    if !options.libraries.join("requirejs").is_dir() {
        skipped(test, "run it by `cargo xtask test`, which fetches what the page needs");
        return None;
    }
    let worker = echo();
    options.worker_url = worker.url();
    let stand = CardStand::start(&options).unwrap();
    let browser = Browser::start(&installed).unwrap();
    Some(Page { _worker: worker, stand, browser, options })
}

impl Page {
    fn open(&self, query: &str) {
        let deal = self.options.deals[0].id;
        self.browser.open(&format!("{}/?deal={deal}{query}", self.stand.url())).unwrap();
        self.wait("return window.ANSWER");
    }

    fn wait(&self, body: &str) -> Value {
        self.browser.wait_for(body, PATIENCE).unwrap()
    }

    fn js(&self, body: &str) -> Value {
        self.browser.script(body).unwrap()
    }
}

#[test]
fn the_crm_shares_the_pages_origin() {
    let mut options = CardOptions::new(fake_widget("origin"), &generate(7, ENDS, 1)).unwrap();
    if !options.libraries.join("requirejs").is_dir() {
        skipped("the_crm_shares_the_pages_origin", "run it by `cargo xtask test`");
        return;
    }
    let mut crm = Crm::of_weeks(7, ENDS, 1);
    let token = crm.issue_long_lived(options.account.user, i64::MAX);
    options.crm = Some(Door::new(Arc::new(Mutex::new(crm)), || ENDS));
    let stand = CardStand::start(&options).unwrap();
    let get = |path: &str| {
        let get =
            ureq::get(format!("{}{path}", stand.url())).header("authorization", format!("Bearer {token}"));
        get.call().unwrap().body_mut().read_to_string().unwrap()
    };
    let account: Value = serde_json::from_str(&get("/api/v4/account")).unwrap();
    assert_eq!(account["id"].as_u64(), Some(options.account.crm_id));
    assert!(get("/").contains("<script") && get("/crm/app.js").contains("function"));
}

#[test]
fn a_widget_lives_as_in_the_crm() {
    let Some(page) = page("the life of a widget in the card page") else { return };
    page.open("&lang=en");
    assert_eq!(
        page.js("return document.querySelector('#fake').textContent"),
        "from a part <b> fake en 1.0.0"
    );
    assert_eq!(page.js("STAND.redraw(); return SEEN"), json!(["render", "init", "bind_actions", "render"]));
    page.browser.find("[data-act=board]").unwrap().click().unwrap();
    assert_eq!(page.js("return [SEEN.pop(), APP.data.current_card]"), json!(["destroy", false]));
    page.wait("return document.querySelector('[data-deal]')");
    page.browser.find("[data-deal]").unwrap().click().unwrap();
    page.wait("return SEEN.length === 7");
    page.browser.find("[data-act=active]").unwrap().click().unwrap();
    assert_eq!(page.js("return SEEN.slice(-2)"), json!(["onSave", "destroy"]));
    assert_eq!(page.browser.page_errors().unwrap(), [""; 0]);
}

#[test]
fn what_is_typed_is_in_the_model_at_once() {
    let Some(page) = page("typing in the card page") else { return };
    page.open("");
    page.js(
        "window.HEARD = []; APP.data.current_card.model.on('change:lead[PRICE]', (m, v) => HEARD.push(v))",
    );
    let budget = page.browser.find("input[name='lead[PRICE]']").unwrap();
    budget.clear().unwrap();
    budget.keys("12").unwrap();
    assert_eq!(page.js("return HEARD.slice(-2)"), json!(["1", "12"]));
    assert_eq!(page.js("return APP.data.current_card.model.attributes['lead[PRICE]']"), "12");
    page.browser.find("[data-id='614201'] .control--select--button").unwrap().click().unwrap();
    page.browser.find("[data-id='614201'] [data-value='1228404']").unwrap().click().unwrap();
    assert_eq!(page.js("return APP.data.current_card.model.get('CFV[614201]')"), "1228404");
    page.js("window.KEPT = document.querySelector('#card_fields')");
    page.browser.find(".stage:last-of-type").unwrap().click().unwrap();
    assert_eq!(
        page.js("return [KEPT.isConnected, document.querySelector('[name=\"lead[PRICE]\"]').value]"),
        json!([false, "12"])
    );
    assert_eq!(page.browser.page_errors().unwrap(), [""; 0]);
}

#[test]
fn what_is_only_observed_can_be_taken_away() {
    let Some(page) = page("the card page without what is only observed") else { return };
    page.open("&without=model,dom-names,theme");
    let left = "return [typeof APP.data.current_card.model, document.querySelectorAll('.linked-form__field').length, \
                APP.constant('user').theme === undefined]";
    assert_eq!(page.js(left), json!(["undefined", 0, true]));
    page.open("&clock=-3600&theme=dark");
    let wrong_by =
        page.js("return Math.round((Date.now() - performance.timeOrigin - performance.now()) / 60000)");
    assert_eq!(wrong_by, -60);
    assert_eq!(
        page.js("return [document.body.className, APP.constant('user').theme]"),
        json!(["theme_dark", "dark"])
    );
}

#[test]
fn a_request_carries_a_token_of_the_account() {
    let Some(page) = page("one-time tokens in the card page") else { return };
    page.open("");
    let token = page.js("return ANSWER.token");
    let parts: Vec<&str> = token.as_str().unwrap().split('.').collect();
    let said =
        page.js(&format!("return JSON.parse(atob('{}'))", parts[1].replace('-', "+").replace('_', "/")));
    assert_eq!(said["account_id"], 31_846_270);
    assert_eq!(said["aud"], "https://takeroot.example");
    assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 1800);
    let unsigned = mint(&page.options.account, TokenMode::Unsigned).unwrap();
    assert!(unsigned.ends_with('.'));
}
