//! From the first drawing to the last trace.

use serde_json::json;

use crate::page::Page;
use crate::world::{BARE, FRESH};

/// Counts what the widget's own code leaves running in the page.
pub(crate) const WATCH: &str = "
    (function () {
      const ours = () => /\\/upl\\/widget\\//.test(new Error().stack);
      const live = window.LIVE = { timers: new Set(), listeners: new Set(), observers: new Set() };
      for (const kind of ['Interval', 'Timeout']) {
        const set = window['set' + kind], clear = window['clear' + kind];
        window['set' + kind] = function (run, ...rest) {
          const mine = ours();
          const id = set.call(window, (...given) => {
            if (mine && kind === 'Timeout') live.timers.delete(id);
            return run(...given);
          }, ...rest);
          if (mine) live.timers.add(id);
          return id;
        };
        window['clear' + kind] = id => { live.timers.delete(id); return clear.call(window, id); };
      }
      for (const target of [EventTarget.prototype]) {
        const { addEventListener, removeEventListener } = target;
        const key = (node, type, run) => {
          run.watched = run.watched || Math.random();
          return [node === window ? 'window' : node === document ? 'document' : 'node', type, run.watched].join();
        };
        const outside = node => node === window || node === document || node.isConnected && !node.getRootNode().host;
        target.addEventListener = function (type, run, ...rest) {
          if (run && ours() && outside(this || window)) live.listeners.add(key(this || window, type, run));
          return addEventListener.call(this, type, run, ...rest);
        };
        target.removeEventListener = function (type, run, ...rest) {
          if (run) live.listeners.delete(key(this || window, type, run));
          return removeEventListener.call(this, type, run, ...rest);
        };
      }
      const { observe, disconnect } = MutationObserver.prototype;
      MutationObserver.prototype.observe = function (...given) {
        if (ours()) live.observers.add(this);
        return observe.apply(this, given);
      };
      MutationObserver.prototype.disconnect = function () { live.observers.delete(this); return disconnect.call(this); };
    })()";

const LEFT_OVER: &str = "[host === null, LIVE.timers.size, LIVE.listeners.size, LIVE.observers.size]";

#[test]
fn it_stands_there_once_however_often_it_is_drawn() {
    let Some(page) = Page::new("the widget is drawn three times") else { return };
    page.open(BARE, "");
    page.js("STAND.redraw(); STAND.redraw()");
    page.until("part('percent')");
    let blocks = "[document.querySelectorAll('#takeroot-card').length, \
                  document.querySelectorAll('.card-widgets__widget').length]";
    assert_eq!(page.value(blocks), json!([1, 1]));
    assert_eq!(page.value("STAND.calls"), json!(["render", "init", "bind_actions", "render", "render"]));
    page.has_no_errors();
}

#[test]
fn the_clock_ticks_and_nothing_else_changes() {
    let Some(page) = Page::new("the ticking clock") else { return };
    page.open(FRESH, "");
    assert_eq!(page.state(), "running");
    page.js("window.NODE = part('left'); window.BEFORE = NODE.textContent; window.TOUCHED = new Set();
         new MutationObserver(all => all.forEach(one => TOUCHED.add(one.type)))
           .observe(root, { subtree: true, childList: true, attributes: true, characterData: true })");
    page.until("part('left').textContent !== BEFORE");
    page.until("TOUCHED.size > 0");
    assert_eq!(page.value("[part('left') === NODE, [...TOUCHED]]"), json!([true, ["characterData"]]));
    page.has_no_errors();
}

#[test]
fn leaving_the_card_leaves_nothing_and_coming_back_begins_anew() {
    let Some(page) = Page::new("leaving the card") else { return };
    let watch = json!({ "source": WATCH });
    page.browser.cdp("Page.addScriptToEvaluateOnNewDocument", &watch).unwrap();
    page.open(BARE, "");
    assert_ne!(page.value("LIVE.timers.size"), 0);
    page.js("window.MODEL = APP.data.current_card.model");
    page.browser.find("[data-act=board]").unwrap().click().unwrap();
    page.until("STAND.calls.includes('destroy') && document.querySelector('.board')");
    assert_eq!(page.value("[host === null, MODEL.listeners.length]"), json!([true, 0]));
    // The board has its own part of the widget.
    page.until("document.querySelector('[data-takeroot=badge]')");
    page.js("STAND.disable()");
    assert_eq!(page.value(LEFT_OVER), json!([true, 0, 0, 0]));
    page.js("STAND.enable()");

    page.until(&format!("document.querySelector('[data-deal=\"{FRESH}\"]')"));
    page.browser.find(&format!("[data-deal='{FRESH}']")).unwrap().click().unwrap();
    page.until("part('step') && part('step').dataset.state === 'running'");
    page.browser.find("[data-act=active]").unwrap().click().unwrap();
    assert_eq!(page.value(LEFT_OVER), json!([true, 0, 0, 0]));
    page.browser.find("[data-act=active]").unwrap().click().unwrap();
    page.until("part('step') && part('step').dataset.state === 'running'");
    page.has_no_errors();
}

#[test]
fn going_from_card_to_card_shows_the_other_deal() {
    let Some(page) = Page::new("from card to card") else { return };
    page.open(BARE, "");
    page.until("text('percent').startsWith('20')");
    page.js(&format!("STAND.openCard({FRESH})"));
    page.until("part('ring') && part('ring').dataset.state === 'free'");
    for _ in 0..3 {
        page.js(&format!("STAND.openCard({BARE}); STAND.openCard({FRESH}); STAND.openCard({BARE})"));
    }
    page.until("text('percent').startsWith('20')");
    assert_eq!(page.value("document.querySelectorAll('#takeroot-card').length"), 1);
    page.has_no_errors();
}

#[test]
fn nothing_shifts_after_the_first_paint() {
    let Some(page) = Page::new("layout shift") else { return };
    for query in ["", "&panel=320&lang=en", "&theme=dark&panel=400"] {
        page.load(BARE, query);
        page.js("window.SHIFTS = []; new PerformanceObserver(list => list.getEntries().forEach(one =>
               SHIFTS.push([one.value, one.startTime, one.sources.map(s => s.node && s.node.className)])))
               .observe({ type: 'layout-shift', buffered: true })");
        page.until("part('ring') && part('ring').dataset.state === 'partial'");
        page.js("window.BEGAN = performance.now()");
        page.until("performance.now() > BEGAN + 1200");
        assert_eq!(page.value("SHIFTS"), json!([]), "{query}");
    }
    page.has_no_errors();
}

/// Openings of a card after which it is counted what the page holds.
const OPENINGS: [u32; 3] = [200, 600, 1000];
/// What the browser itself and its driver keep of running an opening. A panel that stays weighs ten times as much.
const NOISE_BYTES: f64 = 1500.0;
/// What finalizers free is gone only after the next collection.
const COLLECTIONS: u32 = 4;

/// What the page holds after so many more openings, in bytes.
fn held_after(page: &Page, openings: u32) -> f64 {
    for _ in 0..openings / 50 {
        page.js(&format!(
            "window.DONE = 0; const next = () => {{
               if (DONE === 50) return;
               const shown = () => document.querySelector('#takeroot-card')?.shadowRoot?.querySelector('[data-part=ring]');
               const old = shown();
               STAND.openCard(DONE % 2 ? {BARE} : {FRESH});
               (function look() {{
                 if (shown() && shown() !== old) {{ DONE += 1; setTimeout(next) }} else setTimeout(look, 1);
               }})();
             }}; next()"
        ));
        page.until("DONE === 50");
    }
    page.js("STAND.calls.length = 0; performance.clearResourceTimings()");
    for _ in 0..COLLECTIONS {
        page.browser.cdp("HeapProfiler.collectGarbage", &json!({})).unwrap();
        page.js("window.COLLECTED = performance.now()");
        page.until("performance.now() > COLLECTED + 300");
    }
    let told = page.browser.cdp("Runtime.getHeapUsage", &json!({})).unwrap();
    let parts = ["usedSize", "embedderHeapUsedSize", "backingStorageSize"];
    parts.iter().map(|part| told[part].as_f64().unwrap_or(0.0)).sum()
}

#[test]
fn a_thousand_openings_leave_nothing_behind() {
    let Some(page) = Page::new("a thousand openings") else { return };
    page.open(BARE, "");
    let mut opened = 0;
    let held =
        OPENINGS.map(|openings| held_after(&page, openings - std::mem::replace(&mut opened, openings)));
    let slope = (held[2] - held[0]) / f64::from(OPENINGS[2] - OPENINGS[0]);
    println!("held after {OPENINGS:?} openings, in bytes: {held:.0?}; by each: {slope:.0}");
    assert!(slope < NOISE_BYTES, "{slope}: {held:?}");
    page.has_no_errors();
}
