//! «Ответил вне CRM» in the browser.

use serde_json::json;

use crate::page::Page;
use crate::world::{BARE, CLAIMED};

#[test]
fn an_answer_outside_the_crm_is_told_in_two_taps_and_counts_once() {
    let Some(page) = Page::new("answered outside the CRM") else { return };
    page.open(CLAIMED, "");
    assert_eq!(page.state(), "running");
    page.element("part('answer').querySelector('summary')").click().unwrap();
    page.until("/^\\d\\d:\\d\\d$/.test(root.querySelector('input[type=time]').value)");
    page.js("const call = root.querySelector('[data-way=call]'); call.click(); call.click()");
    page.until("text('timers').includes('Ответили вне CRM')");
    page.until("part('answer').childElementCount === 0 && text('claim') === ''");
    assert_ne!(page.state(), "running");
    page.has_no_errors();
}

#[test]
fn an_answer_that_does_not_arrive_is_said_and_may_be_told_again() {
    let Some(page) = Page::new("an answer that does not arrive") else { return };
    page.open(BARE, "");
    page.js("STAND.setToken('expired')");
    page.element("part('answer').querySelector('summary')").click().unwrap();
    page.element("root.querySelector('[data-way=meeting]')").click().unwrap();
    page.until("text('claim').includes('Не отправилось')");
    assert_eq!(page.value("part('answer').open"), json!(true));
}
