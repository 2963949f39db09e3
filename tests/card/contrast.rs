//! Colours that can be read, in light and in dark.

use serde_json::json;

use crate::page::Page;
use crate::world::BARE;

/// Texts of the widget whose contrast with what lies behind them is below the ratio that WCAG 2.2 AA asks for.
const UNREADABLE: &str = "
    const channels = colour => {
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = colour => colour.slice(0, 3).map(c => c / 255)
      .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const over = (top, below) => {
      const a = top[3] / 255;
      return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a)).concat(255);
    };
    const behind = node => {
      const colours = [];
      for (let at = node; at; at = at.parentElement || at.getRootNode().host) {
        colours.unshift(channels(getComputedStyle(at).backgroundColor));
      }
      return colours.reduce((below, top) => over(top, below), [255, 255, 255, 255]);
    };
    return [...root.querySelectorAll('*')].filter(node =>
      [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim()) &&
      node.tagName !== 'STYLE' && node.getClientRects().length
    ).map(node => {
      const style = getComputedStyle(node), back = behind(node), ink = over(channels(style.color), back);
      const [high, low] = [light(ink), light(back)].sort((a, b) => b - a);
      const size = parseFloat(style.fontSize), large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
      const ratio = (high + 0.05) / (low + 0.05);
      return ratio < (large ? 3 : 4.5) && [node.textContent.trim(), ink.map(Math.round), back, ratio];
    }).filter(Boolean)";

#[test]
fn every_text_can_be_read_in_light_and_in_dark() {
    let Some(page) = Page::new("contrast of the widget") else { return };
    for theme in ["light", "dark"] {
        page.open(BARE, &format!("&theme={theme}"));
        page.until("text('percent').startsWith('20')");
        assert_eq!(page.js(UNREADABLE), json!([]), "{theme}");
    }
    let ink = page.value("getComputedStyle(part('step').querySelector('p')).color");
    page.element("document.querySelector('[data-act=theme]')").click().unwrap();
    page.until(&format!("getComputedStyle(part('step').querySelector('p')).color !== {ink}"));
    assert_eq!(page.js(UNREADABLE), json!([]), "after the switch");
    page.has_no_errors();
}
