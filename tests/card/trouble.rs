//! The Worker, the token or the clock fails: the widget says which, and the CRM's page does not notice.

use serde_json::json;

use crate::page::Page;
use crate::stub::Stub;
use crate::world::{BARE, FRESH, TARGET_S, now};

/// What the person does in the card still works.
fn the_card_works(page: &Page) {
    page.element("document.querySelector('input[name=\"lead[PRICE]\"]')").keys("5").unwrap();
    assert_eq!(page.value("APP.data.current_card.model.get('lead[PRICE]')"), "5");
    page.js("STAND.redraw()");
    assert_eq!(page.value("document.querySelectorAll('#takeroot-card').length"), 1);
    page.has_no_errors();
}

#[test]
fn each_failure_of_the_worker_has_its_own_words() {
    let Some(page) = Page::new("failures of the Worker") else { return };
    let stub = Stub::start();
    let garbage = "<!doctype html><title>Not JSON</title>";
    for (query, state) in [
        ("&worker=http://127.0.0.1:9".to_owned(), "unreachable"),
        (stub.answering("broken", 500, 0, "{}"), "unreachable"),
        (stub.answering("garbage", 200, 0, garbage), "garbled"),
        (stub.answering("empty", 200, 0, ""), "garbled"),
        (stub.answering("half", 200, 0, "{\"now\": 5"), "garbled"),
        (stub.answering("other", 200, 0, "{\"now\": \"soon\", \"version\": [], \"deal\": 7}"), "garbled"),
        ("&worker=none".to_owned(), "unset"),
    ] {
        page.browser.script("try { localStorage.clear(); sessionStorage.clear() } catch (e) {}").unwrap();
        page.open(BARE, &query);
        assert_eq!(page.state(), state, "{query}");
        the_card_works(&page);
    }
}

#[test]
fn a_slow_worker_is_named_and_heard_in_the_end() {
    let Some(page) = Page::new("a slow Worker") else { return };
    let stub = Stub::start();
    let data = crate::stub::data(&crate::world::policy(&page.world.company), 120, None);
    let slow = stub.answering("slow", 200, 10, &serde_json::to_string(&data).unwrap());
    page.load(BARE, &slow);
    page.until("part('step') && part('step').dataset.state === 'slow'");
    the_card_works(&page);
}

#[test]
fn a_token_that_the_worker_refuses_is_named() {
    let Some(page) = Page::new("refused tokens") else { return };
    for mode in ["expired", "foreign", "none", "forged", "early", "misdirected"] {
        page.browser.script("try { localStorage.clear(); sessionStorage.clear() } catch (e) {}").unwrap();
        page.open(BARE, &format!("&token={mode}"));
        assert_eq!(page.state(), "refused", "{mode}");
        the_card_works(&page);
    }
    page.open(BARE, "&token=absent");
    assert_ne!(page.state(), "running", "the CRM gives no token");
    the_card_works(&page);
}

#[test]
fn a_wrong_clock_of_the_computer_changes_nothing() {
    let Some(page) = Page::new("a wrong clock") else { return };
    for wrong_by in ["-3600", "3600", "40000000"] {
        page.open(FRESH, &format!("&clock={wrong_by}"));
        assert_eq!(page.state(), "running", "{wrong_by}");
        let left = page.value("part('left').textContent.match(/\\d+/g).map(Number)");
        let minutes = left[0].as_i64().unwrap();
        let expected = (page.world.entered + TARGET_S - now()) / 60;
        assert!((expected..=expected + 1).contains(&minutes), "{wrong_by}: {left}, not {expected}");
        page.has_no_errors();
    }
}

#[test]
fn an_unsaved_card_has_its_own_words() {
    let Some(page) = Page::new("a card without an id") else { return };
    page.open(0, "");
    assert_eq!(page.state(), "new");
    the_card_works(&page);
}

#[test]
fn a_deal_that_the_worker_never_saw_has_its_own_words() {
    let Some(page) = Page::new("a deal unknown to the Worker") else { return };
    page.open(FRESH, "");
    let stub = Stub::start();
    let mut data = crate::stub::data(&crate::world::policy(&page.world.company), 120, None);
    data.deal = None;
    page.open(BARE, &stub.telling("unseen", &data));
    assert_eq!(page.state(), "unseen");
    page.until("text('percent').startsWith('25') || text('percent').startsWith('20')");
    the_card_works(&page);
}

#[test]
fn a_token_that_has_expired_is_renewed_and_nobody_is_told() {
    let Some(page) = Page::new("an expired token") else { return };
    page.open(BARE, "");
    page.js(
        "window.ASKED = []; window.SEEN = new Set();
         new MutationObserver(() => SEEN.add(part('timers').textContent)).observe(root, { subtree: true, childList: true });
         const open = XMLHttpRequest.prototype.open;
         XMLHttpRequest.prototype.open = function (method, url, ...rest) {
           const isFirst = !ASKED.some(known => known.includes('/ajax/token'));
           ASKED.push(url);
           return open.call(this, method, isFirst ? url.replace('mode=good', 'mode=expired') : url, ...rest);
         };
         document.dispatchEvent(new Event('visibilitychange'))",
    );
    page.until("ASKED.filter(url => url.includes('/v1/card/')).length === 2");
    page.js("window.BEGAN = performance.now()");
    page.until("performance.now() > BEGAN + 500");
    let told = page.value("[part('step').dataset.state, [...SEEN].some(text => text.includes('связи'))]");
    assert_eq!(told, json!(["running", false]));
}
