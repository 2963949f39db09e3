//! How long a card waits for its first hint, a key for the panel, and what badges cost a board.

use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use takeroot_core::card::{Badge, Badges, ClockFrame};
use takeroot_core::time::Moment;

use crate::browser::Browser;
use crate::http::{Reply, Request, Server, reply, with_header};

/// Looks at each frame, from the first script of the page on, whether the panel tells how much is filled in.
const LOOKOUT: &str = "
    (function look() {
      const host = document.querySelector('#takeroot-card');
      const percent = host && host.shadowRoot && host.shadowRoot.querySelector('[data-part=percent]');
      if (percent && /\\d/.test(percent.textContent)) window.FIRST_HINT = performance.now();
      else requestAnimationFrame(look);
    })()";
/// The widget's script is evaluated when what it depends on is asked for.
const WAITED: &str = "
    const asked = performance.getEntriesByType('resource').filter(one => one.name.includes('/takeroot_wasm.js'));
    return window.FIRST_HINT && asked.length && window.FIRST_HINT - asked[0].startTime";

/// From the evaluation of the widget's `script.js` to the first frame in which its panel tells completeness, in
/// milliseconds, once for each of `runs` openings of a card.
///
/// The first opening asks the Worker for the policy; later ones remember it, as a browser at work does.
///
/// # Errors
/// The browser fails, or the panel tells nothing within ten seconds.
pub fn first_hints_ms(browser: &Browser, card_url: &str, runs: usize) -> Result<Vec<f64>> {
    let lookout = browser.cdp("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": LOOKOUT }))?;
    let mut waited_ms = Vec::new();
    for _ in 0..runs {
        browser.open(card_url)?;
        let waited = browser.wait_for(WAITED, Duration::from_secs(10))?;
        waited_ms.push(waited.as_f64().context("no time was measured")?);
    }
    // Where there is no card it would look for one for ever.
    browser.cdp("Page.removeScriptToEvaluateOnNewDocument", &lookout)?;
    Ok(waited_ms)
}

/// Types and deletes a digit of the amount, and measures what the panel does in the frame after each key: reading the
/// card, judging it, writing what differs, and its layout.
const TYPE: &str = "
    const keys = arguments[0], times = window.KEYS = [];
    const amount = document.querySelector('input[name=\"lead[PRICE]\"]');
    const panel = document.querySelector('#takeroot-card').shadowRoot;
    const percent = () => panel.querySelector('[data-part=percent]').textContent;
    (function key() {
      if (times.length === keys) return;
      const before = percent();
      let began = 0;
      // Callbacks of a frame run in the order in which they were asked for: ours enclose the widget's.
      requestAnimationFrame(() => { began = performance.now(); });
      amount.value = amount.value ? '' : '5';
      amount.dispatchEvent(new Event('input', { bubbles: true }));
      requestAnimationFrame(() => {
        panel.host.getBoundingClientRect();
        const took = performance.now() - began;
        if (percent() !== before) times.push(took);
        setTimeout(key, 20);
      });
    })()";

/// From a key in the card's form to the panel that shows what it changed, in milliseconds of the page's main thread, for
/// each of `keys` keys in the card that is open.
///
/// # Errors
/// The browser fails, or the panel shows no difference within a minute.
pub fn keystrokes_ms(browser: &Browser, keys: usize) -> Result<Vec<f64>> {
    browser.script_with(TYPE, &[json!(keys)])?;
    let all = format!("return window.KEYS.length === {keys} && window.KEYS");
    let times = browser.wait_for(&all, Duration::from_secs(60))?;
    let times = times.as_array().context("no times were measured")?;
    Ok(times.iter().filter_map(Value::as_f64).collect())
}

/// Keeps how long each tick of a board's badges takes, its layout included.
const TICKS: &str = "
    window.TICKS = [];
    const set = window.setInterval;
    window.setInterval = (run, ms, ...given) => set(() => {
      const began = performance.now();
      run();
      document.body.getBoundingClientRect();
      if (ms === 1000) TICKS.push(performance.now() - began);
    }, ms, ...given)";
/// So long the page is left alone, so that nobody who looks is measured.
const ALONE: Duration = Duration::from_secs(3);

/// What badges cost the page's main thread, in milliseconds.
#[derive(Debug, Clone, Default)]
pub struct BoardCost {
    /// All that it does from the widget's call to badges that are painted, once for each time.
    pub mounting_ms: Vec<f64>,
    /// Each tick of all of them.
    pub ticks_ms: Vec<f64>,
}

/// Puts badges on a board of so many cards, a few times: on those that are seen or near it. Each has completeness and a
/// clock whose minutes end when they do.
///
/// # Errors
/// The browser fails, or the badges do not come.
pub fn board_ms(browser: &Browser, page_url: &str, deals: u64, times: usize) -> Result<BoardCost> {
    let worker = Server::start(0, move |request| badges(request, deals))?;
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": TICKS }))?;
    browser.open(&format!("{page_url}/?board&page={deals}&worker=none"))?;
    browser
        .wait_for("return window.STAND && STAND.calls.includes('bind_actions')", Duration::from_secs(10))?;
    browser.cdp("Performance.enable", &json!({}))?;
    let draw = "STAND.disable();
        const stage = JSON.parse(document.getElementById('config').textContent).pipelines[0].stages[0].id;
        STAND.openBoard(Array.from({ length: arguments[0] }, (_, at) => (
          { id: at + 1, name: 'Поставка ' + at, price: 1000 * at, stage })));
        STAND.setWorker(arguments[1])";
    let busy_ms = || -> Result<f64> {
        let told = browser.cdp("Performance.getMetrics", &json!({}))?;
        let metrics = told.pointer("/metrics").and_then(Value::as_array).context("no metrics")?;
        let named = |one: &&Value| one.get("name").is_some_and(|name| name == "TaskDuration");
        let task_s = metrics.iter().find(named).and_then(|one| one.get("value")?.as_f64());
        task_s.map(|s| s * 1e3).context("no duration")
    };
    let mut cost = BoardCost::default();
    for _ in 0..times {
        browser.script_with(draw, &[json!(deals), json!(worker.url())])?;
        sleep(ALONE);
        let before_ms = busy_ms()?;
        browser.script("STAND.enable()")?;
        sleep(ALONE);
        let after_ms = busy_ms()?;
        browser
            .wait_for("return document.querySelector('[data-takeroot=badge]')", Duration::from_secs(10))?;
        cost.mounting_ms.push(after_ms - before_ms);
    }
    browser.script("TICKS.length = 0")?;
    let enough = format!("return TICKS.length >= {times} * 4 && TICKS");
    let ticks = browser.wait_for(&enough, Duration::from_secs(60))?;
    cost.ticks_ms = ticks.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    Ok(cost)
}

/// A Worker that has a badge for every deal.
fn badges(request: &Request, deals: u64) -> Reply {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().cast_signed());
    let badge = |deal: u64| Badge {
        deal,
        percent: Some(u32::try_from(deal % 101).unwrap_or(0)),
        filled: "Не хватает: Бюджет, Источник".to_owned(),
        clock: vec![ClockFrame {
            until: Moment(now + 900),
            state: "running".to_owned(),
            name: "Ответить клиенту".to_owned(),
            brief: "{0}".to_owned(),
            left: "осталось {0}".to_owned(),
            mark: Some(Moment(now + 3600 + 7 * deal.cast_signed())),
        }],
    };
    let told = Badges {
        now: Moment(now),
        units: ["с", "мин", "ч"].map(str::to_owned),
        items: (1..=deals).map(badge).collect(),
    };
    let is_asked = request.method() == "OPTIONS";
    let text = if is_asked { String::new() } else { serde_json::to_string(&told).unwrap_or_default() };
    let answer = reply(if is_asked { 204 } else { 200 }, "application/json", text);
    let answer = with_header(answer, "access-control-allow-origin", "*");
    with_header(answer, "access-control-allow-headers", "X-Auth-Token, Content-Type")
}
