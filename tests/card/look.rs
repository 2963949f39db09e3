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
