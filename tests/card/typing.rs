//! Values that nobody saved yet.

use serde_json::json;

use crate::page::Page;
use crate::world::{BARE, FRESH, NEXT_CONTACT, SOURCE};

const BUDGET: &str = "document.querySelector('input[name=\"lead[PRICE]\"]')";

#[test]
fn completeness_follows_the_typing_hand() {
    let Some(page) = Page::new("completeness while typing") else { return };
    page.open(BARE, "");
    page.until("text('percent').startsWith('20')");
    page.element(BUDGET).keys("15000").unwrap();
    page.until("text('percent').startsWith('40') && !button('amount')");
    page.element(BUDGET).clear().unwrap();
    page.until("text('percent').startsWith('20') && button('amount')");
    let row = format!("document.querySelector('[data-id=\"{SOURCE}\"]");
    page.element(&format!("{row} .control--select--button')")).click().unwrap();
    page.element(&format!("{row} li')")).click().unwrap();
    page.until("text('percent').startsWith('40')");
    page.has_no_errors();
}

#[test]
fn a_click_on_a_missing_field_leads_to_it() {
    let Some(page) = Page::new("a click on a missing field") else { return };
    page.open(BARE, "");
    page.until("button('amount')");
    page.element("button('amount')").click().unwrap();
    page.until("document.activeElement.name === 'lead[PRICE]'");
    page.element(&format!("button('custom:{NEXT_CONTACT}')")).click().unwrap();
    page.until(&format!("document.activeElement.name === 'CFV[{NEXT_CONTACT}]'"));
    assert_eq!(page.value("document.querySelector('.card-tabs__item.selected').dataset.id"), "arrangements");
    page.browser.press("31.12.2099").unwrap();
    page.until("text('percent').startsWith('40')");
    page.element(&format!("button('custom:{SOURCE}')")).click().unwrap();
    page.until(&format!("document.activeElement.closest('[data-id=\"{SOURCE}\"]')"));
    page.has_no_errors();
}

#[test]
fn another_stage_asks_for_other_fields() {
    let Some(page) = Page::new("the stage changes") else { return };
    page.open(FRESH, "");
    page.until("part('ring') && part('ring').dataset.state === 'free'");
    page.js("window.OLD = document.querySelector('#card_fields')");
    page.element("document.querySelectorAll('.stage')[2]").click().unwrap();
    page.until("text('percent').startsWith('20')");
    assert_eq!(page.value("OLD.isConnected"), false);
    page.element(BUDGET).keys("7").unwrap();
    page.until("text('percent').startsWith('40')");
    page.element("document.querySelectorAll('.stage')[0]").click().unwrap();
    page.until("part('ring').dataset.state === 'free'");
    page.has_no_errors();
}

#[test]
fn a_thousand_keys_are_no_thousand_renderings() {
    let Some(page) = Page::new("fast typing") else { return };
    page.open(BARE, "");
    page.until("button('amount')");
    page.js(&format!("window.CHANGES = 0; window.INPUT = {BUDGET}"));
    page.js(
        "new MutationObserver(() => CHANGES++).observe(part('missing'), { subtree: true, childList: true });
         for (let i = 0; i < 1000; i++) {
           INPUT.value = i % 2 ? '' : '5';
           INPUT.dispatchEvent(new Event('input', { bubbles: true }));
         }",
    );
    page.until("CHANGES >= 0 && text('percent').startsWith('20')");
    assert!(page.value("CHANGES").as_u64().unwrap() < 100);
    page.has_no_errors();
}

#[test]
fn both_languages_speak() {
    let Some(page) = Page::new("two languages") else { return };
    page.open(BARE, "&lang=ru");
    let russian = page.value("text('step')");
    page.element("document.querySelector('[data-act=lang]')").click().unwrap();
    page.until(
        "document.documentElement.lang === 'en' && part('step') && part('step').dataset.state === 'running'",
    );
    let cyrillic = "/[а-яё]/i.test(text('step') + part('fullness').querySelector('h2').textContent)";
    assert_eq!(page.value(&format!("[{cyrillic}, root.querySelector('[lang]').lang]")), json!([false, "en"]));
    assert_ne!(page.value("text('step')"), russian);
    page.has_no_errors();
}
