//! For every hand and every eye: the keyboard, screen readers, large text.

use serde_json::{Value, json};
use takeroot_core::card::CardData;
use takeroot_core::time::Moment;

use crate::page::Page;
use crate::stub::{NOW, Stub, answered, data, rich};
use crate::world::{BARE, policy};

/// The checker's own file, as npm installs it.
pub(crate) const AXE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../tools/node_modules/axe-core/axe.min.js");

#[test]
fn a_checker_of_accessibility_finds_nothing() {
    let Some(page) = Page::new("accessibility") else { return };
    let axe = std::fs::read_to_string(AXE).expect("`cargo xtask test` installs it");
    let (stub, policy) = (Stub::start(), policy(&page.world.company));
    let first = |data: CardData| CardData { since: Some(Moment(NOW - 86_400)), ..data };
    for (name, data) in [
        ("rich", rich(&policy)),
        ("breached", data(&policy, 4000, None)),
        ("answered", first(answered(&policy, true))),
        ("hidden", CardData { deal: None, hidden: true, ..data(&policy, 130, None) }),
    ] {
        for theme in ["light", "dark"] {
            page.open(BARE, &format!("&theme={theme}{}", stub.telling(name, &data)));
            page.js("root.querySelectorAll('details').forEach(one => { one.open = true })");
            page.js(&axe);
            page.js("window.FOUND = null;
                 axe.run(host, { resultTypes: ['violations'] }).then(done => {
                   FOUND = done.violations.map(one => [one.id, one.nodes.map(node => node.html)]) })");
            page.until("FOUND !== null");
            assert_eq!(page.value("FOUND"), json!([]), "{name} {theme}");
        }
    }
}

#[test]
fn the_keyboard_goes_from_top_to_bottom_and_opens_what_is_folded() {
    let Some(page) = Page::new("the keyboard") else { return };
    let (stub, policy) = (Stub::start(), policy(&page.world.company));
    page.open(BARE, &stub.telling("keys", &rich(&policy)));
    let focusable = "[...root.querySelectorAll('button, summary')].filter(one => one.checkVisibility())";
    let count = page.value(&format!("{focusable}.length")).as_u64().unwrap();
    assert!(count > 6, "{count}");
    page.js(&format!("const all = {focusable}; all[0].focus()"));
    for place in 0..count {
        let at = page.value(&format!("{focusable}.indexOf(root.activeElement)"));
        assert_eq!(at, json!(place));
        let small = page.value("root.activeElement.getBoundingClientRect().height < 32");
        assert_eq!(small, json!(false), "{}", page.value("root.activeElement.textContent"));
        page.browser.press("\u{e004}").unwrap();
    }
    page.js("part('origin').querySelector('summary').focus()");
    page.browser.press("\u{e006}").unwrap();
    page.until("part('origin').open");
    // The browser tells of what was unfolded only later, and the next card may be there by then.
    for open in [false, true] {
        page.js(&format!("part('origin').left = true; part('origin').open = {open}; STAND.openCard({BARE})"));
        page.until("part('origin') && !part('origin').left && part('origin').childElementCount");
        assert_eq!(page.value("part('origin').open"), json!(open));
    }
    page.has_no_errors();
}

#[test]
fn at_twice_the_size_nothing_is_cut_off() {
    let Some(page) = Page::new("twice the size") else { return };
    let (stub, policy) = (Stub::start(), policy(&page.world.company));
    for (lang, width) in [("ru", 320), ("en", 320), ("ru", 480)] {
        let query = format!("&lang={lang}&panel={width}{}", stub.telling("large", &rich(&policy)));
        page.open(BARE, &query);
        page.js("root.querySelectorAll('details').forEach(one => { one.open = true });
                 document.documentElement.style.zoom = 2");
        let wide: Value = page.value(
            "[...root.querySelectorAll('*')].filter(one => one.clientWidth && one.scrollWidth > one.clientWidth + 1
               && getComputedStyle(one).position !== 'absolute').map(one => one.className || one.tagName)",
        );
        assert_eq!(wide, json!([]), "{lang} {width}");
    }
    page.has_no_errors();
}
