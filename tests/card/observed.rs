//! Without what the CRM never promised.

use serde_json::json;

use crate::page::Page;
use crate::world::BARE;

#[test]
fn without_one_way_to_a_value_there_is_another() {
    let Some(page) = Page::new("one way to values taken away") else { return };
    for without in ["model", "model-events", "dom-names", "reassign", "theme", "constant"] {
        page.open(BARE, &format!("&without={without}"));
        assert_eq!(page.state(), "running", "{without}");
        page.until("text('percent').startsWith('20')");
        let budget = "document.querySelector('[name=\"lead[PRICE]\"], [data-key=\"lead[PRICE]\"]')";
        page.element(budget).keys("15000").unwrap();
        page.until("text('percent').startsWith('40')");
        page.has_no_errors();
    }
}

#[test]
fn without_any_way_the_clock_still_runs() {
    let Some(page) = Page::new("every way to values taken away") else { return };
    page.open(BARE, "&without=model,model-events,dom-names,reassign,theme,constant");
    assert_eq!(page.state(), "running");
    let click = "root.querySelectorAll('[data-part=missing] button').forEach(one => one.click())";
    page.js(click);
    assert_eq!(page.value("document.querySelectorAll('#takeroot-card').length"), json!(1));
    page.has_no_errors();
}

#[test]
fn where_the_page_has_no_card_any_more_the_panel_goes_and_comes_back_with_it() {
    let Some(page) = Page::new("the card's anchors vanish") else { return };
    page.open(BARE, "");
    page.js(
        "window.ASKED = []; const fetched = XMLHttpRequest.prototype.open;
         XMLHttpRequest.prototype.open = function (...given) { ASKED.push(given[1]); return fetched.apply(this, given) };
         window.CARD = APP.data.current_card; APP.data.current_card = false;
         window.LEFT = document.querySelector('.card__left'); LEFT.remove()",
    );
    page.until("getComputedStyle(host).display === 'none'");
    page.until("ASKED.some(url => url.endsWith('?lost=card'))");
    page.js("APP.data.current_card = CARD; document.querySelector('main').prepend(LEFT)");
    page.until("getComputedStyle(host).display === 'block' && text('percent').startsWith('20')");
    assert_eq!(page.value("ASKED.filter(url => url.includes('lost=')).length"), 1);
    page.has_no_errors();
}
