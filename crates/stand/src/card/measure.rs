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
