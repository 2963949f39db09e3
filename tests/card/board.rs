//! Badges on the CRM's board and in its lists.

use serde_json::{Value, json};
use takeroot_core::card::{Badge, Badges, ClockFrame};
use takeroot_core::time::Moment;
use takeroot_stand::card::board_ms;

use crate::accessible::AXE;
use crate::life::WATCH;
use crate::page::Page;
use crate::picture::Gallery;
use crate::stub::{NOW, Stub};
use crate::world::{BARE, CLAIMED, FRESH};

const BADGES: &str = "[...document.querySelectorAll('[data-takeroot=badge]')]";

/// Counts the questions about badges.
const COUNTED: &str = "
    window.ASKED = [];
    const send = XMLHttpRequest.prototype.send, open = XMLHttpRequest.prototype.open;
    XMLHttpRequest.prototype.open = function (method, url, ...rest) {
      this.isOfBadges = method === 'POST' && url.includes('/v1/cards');
      return open.call(this, method, url, ...rest);
    };
    XMLHttpRequest.prototype.send = function (body) {
      if (this.isOfBadges) ASKED.push(JSON.parse(body).deals);
      return send.call(this, body);
    };";

impl Page {
    /// Opens the board or the list, and waits for so many badges.
    fn side_by_side(&self, view: &str, query: &str, badges: usize) {
        self.browser.open(&format!("{}/?{view}{query}", self.world.stand.url())).unwrap();
        let drawn = "window.STAND && STAND.calls.includes('bind_actions')";
        self.until(&format!("{drawn} && {BADGES}.length === {badges}"));
    }

    fn badge_of(&self, deal: u64) -> String {
        let badge = format!(
            "document.querySelector('[data-id=\"{deal}\"] [data-takeroot=badge]')?.getAttribute('aria-label')"
        );
        self.value(&badge).as_str().unwrap_or_default().replace('\u{a0}', " ")
    }

    fn before_each_page(&self, source: &str) {
        self.browser.cdp("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": source })).unwrap();
    }
}

fn frame(state: &str, name: &str, brief: &str, left: &str, mark: Option<i64>) -> ClockFrame {
    let [state, name, brief, left] = [state, name, brief, left].map(str::to_owned);
    ClockFrame { until: Moment(NOW + 900), state, name, brief, left, mark: mark.map(|s| Moment(NOW + s)) }
}

fn badge(deal: u64, percent: Option<u32>, filled: &str, clock: Option<ClockFrame>) -> Badge {
    Badge { deal, percent, filled: filled.to_owned(), clock: clock.into_iter().collect() }
}

fn telling(stub: &Stub, name: &str, lang: &str, items: Vec<Badge>) -> String {
    let units = if lang == "en" { ["s", "min", "h"] } else { ["с", "мин", "ч"] };
    let told = Badges { now: Moment(NOW), units: units.map(str::to_owned), items };
    stub.answering(name, 200, 0, &serde_json::to_string(&told).unwrap())
}

/// A deal in each state, as the page and the Worker know it.
fn states(page: &Page, lang: &str) -> (Value, Vec<Badge>) {
    let ru = lang == "ru";
    let either = |a: &'static str, b: &'static str| if ru { a } else { b };
    let answer = either("Ответить клиенту", "Answer the client");
    let left = either("осталось {0}", "{0} left");
    let overdue = either("просрочено на {0}", "{0} overdue");
    let missing = either("Не хватает: Бюджет, Источник", "Missing: Budget, Source");
    let full = either("Всё заполнено", "Everything is filled in");
    let opens = either("в\u{a0}понедельник в\u{a0}9:00", "on\u{a0}Monday at\u{a0}9:00");
    let checking = either("проверяю", "checking");
    let long =
        either("Напомнить о договоре поставки до отгрузки", "Remind of the contract before it is shipped");
    let badges = vec![
        badge(1, Some(60), missing, Some(frame("running", answer, "{0}", left, Some(725)))),
        badge(2, Some(20), missing, Some(frame("warning", answer, "{0}", left, Some(110)))),
        badge(3, Some(0), missing, Some(frame("breached", answer, "−{0}", overdue, Some(-4810)))),
        badge(4, Some(100), full, None),
        badge(5, None, "", Some(frame("paused", answer, opens, opens, None))),
        badge(6, Some(75), missing, Some(frame("checking", answer, checking, checking, None))),
        badge(7, Some(100), full, Some(frame("running", long, "{0}", left, Some(97_200)))),
    ];
    let name = either("Поставка", "Supply");
    let stages = &page.world.company.pipelines[0].stages;
    let deal = |id: usize| json!({ "id": id, "name": format!("{name} {id}"), "price": 40_000 * id, "stage": stages[id % 3].id });
    ((1..=8).map(deal).collect(), badges)
}

#[test]
fn every_deal_of_a_screen_has_its_badge_by_one_question() {
    let Some(page) = Page::new("badges on the board") else { return };
    page.before_each_page(COUNTED);
    page.side_by_side("board", "", 3);
    assert_eq!(page.value("ASKED.map(deals => deals.sort())"), json!([[FRESH, BARE, CLAIMED]]));
    let fresh = page.badge_of(FRESH);
    assert!(fresh.starts_with("Ответить клиенту — осталось 1") && fresh.contains("мин"), "{fresh}");
    let bare = page.badge_of(BARE);
    assert!(bare.contains(". Заполнено 20 %, не хватает: Бюджет, Источник"), "{bare}");
    page.side_by_side("list", "&lang=en", 3);
    let bare = page.badge_of(BARE);
    assert!(bare.starts_with("Answer the client — ") && bare.contains("20% filled in, missing: "), "{bare}");
    page.has_no_errors();
}

#[test]
fn badges_outlive_redraws_and_come_with_what_is_loaded_later() {
    let Some(page) = Page::new("a board that is redrawn") else { return };
    page.before_each_page(COUNTED);
    let stub = Stub::start();
    let items = (1..=60).map(|deal| badge(deal, Some(50), "Не хватает: Бюджет", None)).collect();
    page.side_by_side("board", &telling(&stub, "many", "ru", items), 0);
    // The board that it opens with has asked, too.
    page.until("ASKED.length === 1");
    page.js(
        "const stage = JSON.parse(document.getElementById('config').textContent).pipelines[0].stages[0].id;
         window.DEALS = Array.from({ length: 60 }, (_, at) => ({ id: at + 1, name: '', price: null, stage }));
         ASKED.length = 0; STAND.openBoard(DEALS)",
    );
    page.until(&format!("{BADGES}.length === 20"));
    page.js("STAND.redraw(); STAND.redraw()");
    page.until(&format!("{BADGES}.length === 20 && {BADGES}.every(one => one.isConnected)"));
    assert_eq!(page.value("ASKED.map(deals => deals.length)"), json!([20]), "a redraw asks nothing");
    page.js("const items = document.querySelector('.pipeline__items'); items.scrollTop = items.scrollHeight");
    page.until("document.querySelector('[data-id=\"22\"] [data-takeroot=badge]')?.shadowRoot");
    assert_eq!(
        page.value("ASKED.map(deals => deals.length)"),
        json!([20, 20]),
        "only what is new is asked for"
    );
    page.js("const clone = document.querySelector('.pipeline_leads__item').cloneNode(true);
         clone.id = 'clone'; document.querySelector('.pipeline__items').prepend(clone); clone.scrollIntoView()");
    page.until("document.querySelector('#clone [data-takeroot=badge]')?.shadowRoot");
    assert_eq!(page.value("document.querySelectorAll('#clone [data-takeroot=badge]').length"), json!(1));
    page.has_no_errors();
}

#[test]
fn leaving_the_board_leaves_nothing_behind() {
    let Some(page) = Page::new("leaving the board") else { return };
    page.before_each_page(WATCH);
    page.side_by_side("board", "", 3);
    assert_ne!(page.value("LIVE.timers.size"), 0);
    page.js("STAND.disable()");
    let left = format!("[{BADGES}.length, LIVE.timers.size, LIVE.listeners.size, LIVE.observers.size]");
    assert_eq!(page.value(&left), json!([0, 0, 0, 0]));
    page.js("STAND.enable()");
    page.until(&format!("{BADGES}.length === 3"));
    page.browser.find(&format!("[data-deal='{BARE}']")).unwrap().click().unwrap();
    page.until("text('percent').startsWith('20')");
    assert_eq!(page.value(&format!("{BADGES}.length")), json!(0));
    page.js("STAND.openList()");
    page.until(&format!("{BADGES}.length === 3"));
    page.has_no_errors();
}

#[test]
fn neither_part_is_loaded_where_the_other_one_is_shown() {
    let Some(page) = Page::new("what is loaded where") else { return };
    let loaded = "performance.getEntriesByType('resource').map(one => (/widget\\/.*\\/(\\w+\\.js)/.exec(one.name) || [])[1])
        .filter(Boolean).sort()";
    page.side_by_side("board", "", 3);
    assert_eq!(page.value(loaded), json!(["board.js", "script.js", "server.js"]));
    page.open(BARE, "");
    let of_card = json!(["card.js", "panel.js", "script.js", "server.js", "takeroot_wasm.js"]);
    assert_eq!(page.value(loaded), of_card);
}

#[test]
fn without_the_names_that_are_only_observed_links_are_enough() {
    let Some(page) = Page::new("a board of other names") else { return };
    for view in ["board", "list"] {
        page.side_by_side(view, "&without=board-names", 3);
        assert!(page.badge_of(BARE).contains("20 %"));
        page.has_no_errors();
    }
    page.js("document.querySelectorAll('.line').forEach(line => line.remove())");
    page.js("STAND.redraw()");
    page.until(&format!("{BADGES}.length === 3"));
}

#[test]
fn without_the_worker_the_board_is_as_it_was() {
    let Some(page) = Page::new("a board without a Worker") else { return };
    let stub = Stub::start();
    for query in [
        "&worker=http://127.0.0.1:9".to_owned(),
        "&worker=none".to_owned(),
        stub.answering("broken", 500, 0, "{}"),
        stub.answering("garbled", 200, 0, "<p>"),
        stub.answering("other", 200, 0, r#"{"now":"x","units":7,"items":[{},{"deal":"x","clock":7}]}"#),
        stub.answering("refused", 401, 0, "{}"),
    ] {
        page.side_by_side("board", &query, 0);
        page.js("window.BEGAN = performance.now()");
        page.until("performance.now() > BEGAN + 600");
        assert_eq!(page.value(&format!("{BADGES}.length")), json!(0), "{query}");
        page.browser.find(&format!("[data-deal='{BARE}']")).unwrap().click().unwrap();
        page.until("document.querySelector('#takeroot-card')");
    }
}

#[test]
fn what_the_policy_calls_things_is_only_ever_text() {
    let Some(page) = Page::new("hostile badges") else { return };
    let stub = Stub::start();
    let hostile = "<img src=x onerror=\"window.HACKED=1\"><script>window.HACKED=1</script>\"'>{0}";
    let long = "щ".repeat(5000);
    let items = [hostile, &long].into_iter().zip([FRESH, BARE]).map(|(text, deal)| {
        badge(deal, Some(7), text, Some(frame("breached", text, "−{0}", "просрочено на {0}", Some(-60))))
    });
    let told = telling(&stub, "hostile", "ru", items.collect());
    for view in ["board", "list"] {
        page.side_by_side(view, &format!("&clock=at:{NOW}{told}"), 2);
        let inside =
            format!("{BADGES}.flatMap(one => [...one.shadowRoot.querySelectorAll('img, script')]).length");
        assert_eq!(page.value(&format!("[typeof HACKED, {inside}]")), json!(["undefined", 0]));
        let wide = format!(
            "{BADGES}.filter(one => one.getBoundingClientRect().right
            > one.closest('[data-id]').getBoundingClientRect().right + 1).length"
        );
        assert_eq!(page.value(&wide), json!(0));
        let left =
            page.value(&format!("{BADGES}.map(one => one.shadowRoot.querySelector('.left').textContent)"));
        assert_eq!(left, json!(["−1\u{a0}мин", "−1\u{a0}мин"]));
    }
    page.has_no_errors();
}

#[test]
fn a_clock_ticks_without_moving_anything_and_is_not_told_for_longer_than_it_is_known() {
    let Some(page) = Page::new("ticking badges") else { return };
    let stub = Stub::start();
    let ends = |until, frame: ClockFrame| ClockFrame { until: Moment(NOW + until), ..frame };
    let clock = vec![
        ends(62, frame("warning", "Ответить клиенту", "{0}", "осталось {0}", Some(61))),
        ends(200, frame("breached", "Ответить клиенту", "−{0}", "просрочено на {0}", Some(61))),
    ];
    let told = telling(
        &stub,
        "ticks",
        "ru",
        vec![Badge { clock, ..badge(FRESH, Some(40), "Не хватает: Бюджет", None) }],
    );
    page.side_by_side("board", &format!("&clock=at:{NOW}{told}"), 1);
    page.js("window.BEGAN = performance.now(); window.SHIFTS = [];
             new PerformanceObserver(list => list.getEntries().filter(one => one.startTime > BEGAN + 500).forEach(one =>
               SHIFTS.push(...one.sources.filter(source => source.node).map(source => source.node.className))))
               .observe({ type: 'layout-shift', buffered: false });
             window.AT = Date.now(); Date.now = () => AT;");
    page.until("performance.now() > BEGAN + 600");
    for (later_s, state, left) in [
        (0, "warning", "1\u{a0}мин"),
        (16, "warning", "45\u{a0}с"),
        (61, "warning", "0\u{a0}с"),
        (63, "breached", "−2\u{a0}с"),
        (140, "breached", "−1\u{a0}мин"),
    ] {
        page.js(&format!("AT = {NOW}000 + {later_s}000"));
        let inside = format!("{BADGES}[0].shadowRoot.querySelector('.clock')");
        page.until(&format!(
            "{inside}.dataset.state === '{state}' && {inside}.firstChild.textContent === '{left}'"
        ));
    }
    page.js(&format!("AT = {NOW}000 + 300000"));
    page.until(&format!("{BADGES}[0].shadowRoot.querySelector('.clock').hidden"));
    assert_eq!(page.badge_of(FRESH), "Не хватает: Бюджет");
    assert_eq!(page.value("SHIFTS"), json!([]));
    page.has_no_errors();
}

#[test]
fn badges_come_before_they_are_seen_and_move_nothing_that_is() {
    let Some(page) = Page::new("badges of a long board") else { return };
    let stub = Stub::start();
    let all = (1..=300).map(|deal| badge(deal, Some(40), "Не хватает: Бюджет", None)).collect();
    let told = telling(&stub, "long", "ru", all);
    page.side_by_side("board", &format!("&page=300&clock=at:{NOW}{told}"), 0);
    page.js(
        "const stage = JSON.parse(document.getElementById('config').textContent).pipelines[0].stages[0].id;
             STAND.openBoard(Array.from({ length: 300 }, (_, at) => (
               { id: at + 1, name: 'Поставка ' + at, price: 1000 * at, stage })))",
    );
    page.until(&format!("{BADGES}.length > 5"));
    let few = page.value(&format!("{BADGES}.length")).as_u64().unwrap();
    assert!(few < 100, "{few} badges where a few cards are seen");
    page.js("window.SHIFTS = [];
             new PerformanceObserver(list => list.getEntries().forEach(one => SHIFTS.push(one.value)))
               .observe({ type: 'layout-shift', buffered: false });
             window.BARE = 0;
             (function down(step) {
               if (step === 40) return void (window.DOWN = true);
               document.querySelector('.pipeline__items').scrollBy(0, 300);
               setTimeout(() => {
                 const seen = [...document.querySelectorAll('.pipeline_leads__item')].filter(card => {
                   const box = card.getBoundingClientRect();
                   return box.bottom > 0 && box.top < innerHeight;
                 });
                 BARE += seen.filter(card => !card.querySelector('[data-takeroot=badge]')).length;
                 down(step + 1);
               }, 60);
             })(0)");
    page.until("window.DOWN");
    let down = page.value("document.querySelector('.pipeline__items').scrollTop");
    assert!(down.as_f64().unwrap() > 10_000.0, "{down}");
    assert_eq!(page.value("[BARE, SHIFTS]"), json!([0, []]));
    page.has_no_errors();
}

#[test]
fn boards_and_lists_look_as_they_should() {
    let Some(page) = Page::new("pictures of the board") else { return };
    let axe = std::fs::read_to_string(AXE).expect("`cargo xtask test` installs it");
    let stub = Stub::start();
    page.browser.prefer_motion("reduce").unwrap();
    page.side_by_side("board", "", 3);
    let mut gallery = Gallery::open(&page.browser, "pictures of the board");
    for (lang, theme) in [("ru", "light"), ("ru", "dark"), ("en", "light"), ("en", "dark")] {
        let (deals, badges) = states(&page, lang);
        let told = telling(&stub, lang, lang, badges);
        let query = format!("&clock=at:{NOW}&lang={lang}&theme={theme}{told}");
        for view in ["Board", "List"] {
            page.side_by_side("board", &query, 0);
            page.browser
                .script_with(&format!("STAND.open{view}(arguments[0])"), std::slice::from_ref(&deals))
                .unwrap();
            page.until(&format!("{BADGES}.length === 7"));
            page.js("document.querySelector('main').style.width = '830px'");
            let name = format!("{}-{lang}-{theme}", view.to_lowercase());
            let shot = "return document.querySelector('.pipeline, .list').getBoundingClientRect()";
            gallery.compare(&name, &page.browser.screenshot_of(shot).unwrap());
            page.js(&axe);
            page.js("window.FOUND = null;
                 axe.run('[data-takeroot=badge]', { resultTypes: ['violations'] }).then(done => {
                   FOUND = done.violations.map(one => [one.id, one.nodes.map(node => node.html)]) })");
            page.until("FOUND !== null");
            assert_eq!(page.value("FOUND"), json!([]), "{name}");
        }
    }
    gallery.close();
    page.has_no_errors();
}

#[test]
fn what_badges_cost_can_be_measured() {
    let Some(page) = Page::new("the cost of badges") else { return };
    page.browser.slow_down(4.0).unwrap();
    let cost = board_ms(&page.browser, &page.world.stand.url(), 500, 3).unwrap();
    println!("badges on a board of 500 cards at a quarter of the speed, in ms: {:.1?}", cost.mounting_ms);
    let mut ticks = cost.ticks_ms;
    ticks.sort_by(f64::total_cmp);
    println!("a tick of them, in ms: {ticks:.2?}");
    assert!(ticks.len() >= 10);
    page.has_no_errors();
}
