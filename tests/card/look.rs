//! How the widget looks, held against reference pictures.

use takeroot_core::card::CardData;
use takeroot_core::time::Moment;
use takeroot_stand::card::first_hints_ms;

use crate::page::Page;
use crate::picture::Gallery;
use crate::stub::{NOW, Stub, data};
use crate::world::{BARE, NEXT_CONTACT, SOURCE, policy};

const WIDGET: &str = "return document.querySelector('#takeroot-card').getBoundingClientRect()";

#[test]
fn it_looks_as_it_should() {
    let Some(page) = Page::new("reference pictures") else { return };
    let (stub, policy) = (Stub::start(), policy(&page.world.company));
    page.browser.prefer_motion("reduce").unwrap();
    page.load(BARE, "");
    let mut gallery = Gallery::open(&page.browser, "reference pictures");
    let mut draw = |name: &str, query: &str, before: &str, data: Option<&CardData>| {
        let worker = data.map(|data| stub.telling(name, data)).unwrap_or_default();
        page.open(BARE, &format!("&clock=at:{NOW}{query}{worker}"));
        page.js(before);
        page.js("document.activeElement.blur(); window.BEGAN = performance.now()");
        page.until("performance.now() > BEGAN + 500");
        gallery.compare(name, &page.browser.screenshot_of(WIDGET).unwrap());
    };

    let running = data(&policy, 130, None);
    for width in ["320", "400"] {
        for lang in ["ru", "en"] {
            for theme in ["light", "dark"] {
                let query = format!("&panel={width}&lang={lang}&theme={theme}");
                draw(&format!("running-{width}-{lang}-{theme}"), &query, "", Some(&running));
            }
        }
    }

    let full = data(&policy, 130, Some(Moment(NOW + 3600)));
    let fill = format!(
        "const set = (key, value) => {{ const input = document.querySelector(`[name=\"${{key}}\"]`);
           input.value = value; input.dispatchEvent(new Event('input', {{ bubbles: true }})); }};
         set('lead[PRICE]', '150000'); set('CFV[{SOURCE}]', '1228402'); set('CFV[{NEXT_CONTACT}]', '24.11.2026');"
    );
    let narrow = |theme: &str| format!("&panel=320&lang=ru&theme={theme}");
    for theme in ["light", "dark"] {
        draw(&format!("breached-{theme}"), &narrow(theme), "", Some(&data(&policy, 4000, None)));
        draw(&format!("full-{theme}"), &narrow(theme), &fill, Some(&full));
        let down = narrow(theme) + "&worker=http://127.0.0.1:9";
        draw(&format!("unreachable-{theme}"), &down, "", None);
    }
    gallery.close();
}

#[test]
fn the_first_hint_can_be_measured() {
    let Some(page) = Page::new("the time to the first hint") else { return };
    page.browser.slow_down(4.0).unwrap();
    let mut waited = first_hints_ms(&page.browser, &page.world.stand.card_url(BARE), 5).unwrap();
    waited.sort_by(f64::total_cmp);
    println!("first hint at a quarter of the speed, in ms: {waited:.0?}");
    page.has_no_errors();
}

/// What the panel and the page look like, as computed.
const LOOKS: &str = "(() => {
    const look = element => { const style = getComputedStyle(element);
        return [style.color, style.fontSize, style.display, style.textTransform, style.backgroundColor].join(' ') };
    const root = document.querySelector('#takeroot-card').shadowRoot;
    const inside = [...root.querySelectorAll('.panel, .panel *')].map(look).join('|');
    const outside = [...document.querySelectorAll('body, .card__left, .card__right, .linked-form__field')].map(look);
    return { inside, outside: outside.join('|') };
})()";

#[test]
fn styles_leak_neither_in_nor_out() {
    let Some(page) = Page::new("styles stay at home") else { return };
    page.load(BARE, &format!("&clock=at:{NOW}"));
    page.until("document.querySelector('#takeroot-card')?.shadowRoot?.querySelector('button[data-field]')");
    let before = page.value(LOOKS);
    page.js(
        "const style = document.createElement('style');
         style.textContent = `* { font-size: 40px !important; color: red !important; text-transform: uppercase }
            p, span, button, ul { display: none !important; background: lime !important }
            #takeroot-card { display: block !important; background: none !important }`;
         document.head.append(style)",
    );
    let during = page.value(LOOKS);
    assert_eq!(before["inside"], during["inside"], "the page's styles change nothing in the panel");
    assert_ne!(before["outside"], during["outside"], "they do change the page");
    page.js("document.head.lastElementChild.remove(); STAND.disable()");
    page.until("!document.querySelector('#takeroot-card')");
    let without = page.js(&format!(
        "document.querySelector('#takeroot-card') || document.querySelector('.card__right').append(
            Object.assign(document.createElement('div'), {{ id: 'takeroot-card' }}));
         document.querySelector('#takeroot-card').attachShadow({{ mode: 'open' }}); return {LOOKS}"
    ));
    assert_eq!(before["outside"], without["outside"], "the panel changes nothing on the page");
    page.has_no_errors();
}
