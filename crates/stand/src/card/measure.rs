//! How long a card waits for its first hint.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::browser::Browser;

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
    let lookout = json!({ "source": LOOKOUT });
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", &lookout)?;
    let mut waited_ms = Vec::new();
    for _ in 0..runs {
        browser.open(card_url)?;
        let waited = browser.wait_for(WAITED, Duration::from_secs(10))?;
        waited_ms.push(waited.as_f64().context("no time was measured")?);
    }
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
    Ok(times.iter().filter_map(serde_json::Value::as_f64).collect())
}
