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
