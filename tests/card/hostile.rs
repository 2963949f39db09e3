//! Values and names that are meant to do harm, or do it without meaning to.

use serde_json::json;
use takeroot_core::policy::{Field, Mandatory};

use crate::page::Page;
use crate::stub::{Stub, data};
use crate::world::{BARE, policy};

const SCRIPT: &str = "<img src=x onerror=\"window.HACKED=1\"><script>window.HACKED=1</script>\"'>{{ name }}";
const RIGHT_TO_LEFT: &str = "\u{202e}\u{2067}\u{5e9}\u{5dc}\u{5d5}\u{5dd} 123\u{200f}\u{0}\u{fffe}";
const COMMENT: u64 = 614_213;

fn texts() -> [String; 4] {
    [SCRIPT.to_owned(), RIGHT_TO_LEFT.to_owned(), "щ".repeat(10_000), "9".repeat(10_000)]
}

#[test]
fn values_are_only_ever_text() {
    let Some(page) = Page::new("hostile values") else { return };
    let stub = Stub::start();
    let mut policy = policy(&page.world.company);
    let asked = |field| Mandatory::of(field, "Комментарий", 1);
    policy.mandatory.push(asked(Field::Custom(COMMENT)));
    page.open(BARE, &stub.telling("values", &data(&policy, 120, None)));
    for text in texts() {
        let set = "for (const input of document.querySelectorAll('#card_fields input')) {
              if (input.type !== 'text' && input.type !== 'hidden') continue;
              input.value = arguments[0];
              input.dispatchEvent(new Event('input', { bubbles: true }));
              input.dispatchEvent(new Event('change', { bubbles: true }));
            }
            APP.data.current_card.model.set('name', arguments[0]);";
        page.browser.script_with(set, &[json!(text)]).unwrap();
        page.js("window.SET = performance.now()");
        page.until("performance.now() > SET + 700");
        assert_eq!(page.value("[typeof HACKED, part('percent') !== null]"), json!(["undefined", true]));
        stays_inside(&page);
    }
    page.has_no_errors();
}

#[test]
fn names_of_the_policy_are_only_ever_text() {
    let Some(page) = Page::new("hostile names") else { return };
    let stub = Stub::start();
    for (number, text) in texts().into_iter().enumerate() {
        let mut policy = policy(&page.world.company);
        for (mandatory, from_stage) in policy.mandatory.iter_mut().zip([1, 2, 3, 4, 2]) {
            mandatory.name.clone_from(&text);
            mandatory.from_stage = from_stage;
        }
        for stage in policy.pipelines.iter_mut().flat_map(|pipeline| &mut pipeline.stages) {
            stage.name.clone_from(&text);
        }
        page.open(BARE, &stub.telling(&format!("names{number}"), &data(&policy, 120, None)));
        page.until("button('amount')");
        assert_eq!(
            page.value("[typeof HACKED, root.querySelectorAll('img, script').length]"),
            json!(["undefined", 0])
        );
        stays_inside(&page);
    }
    page.has_no_errors();
}

#[test]
fn a_field_that_the_card_lacks_is_named_and_leads_nowhere() {
    let Some(page) = Page::new("a field that the card lacks") else { return };
    let stub = Stub::start();
    let mut policy = policy(&page.world.company);
    let absent = Mandatory::of(Field::Custom(999_999), "Поле из снов", 2);
    policy.mandatory.push(absent);
    page.open(BARE, &stub.telling("absent", &data(&policy, 120, None)));
    page.until("text('missing').includes('Поле из снов')");
    assert_eq!(page.value("button('custom:999999')"), json!(null));
    page.has_no_errors();
}

/// Nothing stands out of the panel.
fn stays_inside(page: &Page) {
    let wide = "[...root.querySelectorAll('*')].filter(node => {
          const box = node.getBoundingClientRect(), panel = host.getBoundingClientRect();
          return box.width > 0 && getComputedStyle(node).position !== 'absolute' && box.right > panel.right + 1;
        }).map(node => node.className)";
    assert_eq!(page.value(wide), json!([]));
}
