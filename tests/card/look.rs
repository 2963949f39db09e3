//! How the widget looks, held against reference pictures.

use takeroot_core::card::CardData;
use takeroot_core::policy::Policy;
use takeroot_core::time::Moment;
use takeroot_stand::card::{first_hints_ms, keystrokes_ms};

use crate::page::Page;
use crate::picture::Gallery;
use crate::stub::{NOW, Stub, answered, checking, data, rich};
use crate::world::{BARE, NEXT_CONTACT, SOURCE, policy};

const WIDGET: &str = "return document.querySelector('#takeroot-card').getBoundingClientRect()";

/// A designed state: its deal, what stands in the address besides, what is done before, what the Worker says.
struct State {
    name: &'static str,
    deal: u64,
    query: &'static str,
    before: String,
    data: Option<CardData>,
}

fn states(policy: &Policy) -> Vec<State> {
    let state =
        |name, data: CardData| State { name, deal: BARE, query: "", before: String::new(), data: Some(data) };
    let running = || data(policy, 130, None);
    let fill = format!(
        "const set = (key, value) => {{ const input = document.querySelector(`[name=\"${{key}}\"]`);
           input.value = value; input.dispatchEvent(new Event('input', {{ bubbles: true }})); }};
         set('lead[PRICE]', '150000'); set('CFV[{SOURCE}]', '1228402'); set('CFV[{NEXT_CONTACT}]', '24.11.2026');"
    );
    let unfold =
        "root.querySelectorAll('details').forEach(one => { one.open = one.dataset.part !== 'answer' })";
    let tell = "part('answer').open = true";
    let mut no_policy = running();
    no_policy.version.policy.pipelines.iter_mut().for_each(|pipeline| pipeline.id += 1);
    vec![
        state("running", running()),
        State { before: tell.to_owned(), ..state("outside", running()) },
        state("breached", data(policy, 4000, None)),
        state("rich", rich(policy)),
        State { before: unfold.to_owned(), ..state("unfolded", rich(policy)) },
        State { before: fill, ..state("full", answered(policy, false)) },
        state("checking", checking(policy)),
        state("claimed", answered(policy, true)),
        state("first", CardData { since: Some(Moment(NOW - 86_400)), ..answered(policy, false) }),
        state("hidden", CardData { deal: None, hidden: true, ..running() }),
        state("no-policy", no_policy),
        State { before: "STAND.setStage(142)".to_owned(), ..state("closed", answered(policy, false)) },
        State { deal: 0, ..state("new", CardData { deal: None, ..running() }) },
        State { query: "&worker=http://127.0.0.1:9", data: None, ..state("unreachable", running()) },
    ]
}

#[test]
fn it_looks_as_it_should_in_russian() {
    it_looks_as_it_should("ru");
}

#[test]
fn it_looks_as_it_should_in_english() {
    it_looks_as_it_should("en");
}

fn it_looks_as_it_should(lang: &str) {
    let Some(page) = Page::new("reference pictures") else { return };
    let (stub, policy) = (Stub::start(), policy(&page.world.company));
    page.browser.prefer_motion("reduce").unwrap();
    page.load(BARE, "");
    let mut gallery = Gallery::open(&page.browser, "reference pictures");
    let mut draw = |state: &State, width: &str, theme: &str| {
        let worker = state.data.as_ref().map(|data| stub.telling(state.name, data)).unwrap_or_default();
        let query = format!("&clock=at:{NOW}&panel={width}&lang={lang}&theme={theme}{}{worker}", state.query);
        page.open(state.deal, &query);
        page.js(&state.before);
        page.js("document.activeElement.blur(); window.BEGAN = performance.now()");
        page.until("performance.now() > BEGAN + 500");
        let name = format!("{}-{width}-{lang}-{theme}", state.name);
        gallery.compare(&name, &page.browser.screenshot_of(WIDGET).unwrap());
    };
    for state in states(&policy) {
        draw(&state, "320", "light");
        draw(&state, "320", "dark");
        if lang == "ru" && matches!(state.name, "running" | "unfolded") {
            draw(&state, "480", "light");
        }
    }
    gallery.close();
}

#[test]
fn the_first_hint_and_a_key_can_be_measured() {
    let Some(page) = Page::new("the time to the first hint") else { return };
    page.browser.slow_down(4.0).unwrap();
    let mut waited = first_hints_ms(&page.browser, &page.world.stand.card_url(BARE), 5).unwrap();
    waited.sort_by(f64::total_cmp);
    println!("first hint at a quarter of the speed, in ms: {waited:.0?}");
    let keys = keystrokes_ms(&page.browser, 20).unwrap();
    println!("from a key to the panel, in ms: {keys:.1?}");
    assert_eq!(keys.len(), 20);
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
