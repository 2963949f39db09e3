//! The admin's settings inside the CRM, in a real browser on the stand's page.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod drive;
mod look;
#[path = "../card/picture.rs"]
mod picture;
mod server;
#[allow(dead_code, reason = "the card's tests use all of it")]
#[path = "../card/world.rs"]
mod world;

use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use takeroot_stand::browser::{Browser, Installed};
use takeroot_stand::skip::skipped;
use world::World;

const PATIENCE: Duration = Duration::from_secs(20);

/// Names for what lies inside the page.
const PRELUDE: &str = "
    const host = document.querySelector('#takeroot-settings, #takeroot-install');
    const root = host && host.shadowRoot;
    const all = css => root ? [...root.querySelectorAll(css)] : [];
    const act = name => root && root.querySelector(`[data-act=\"${name}\"]`);
    const text = css => all(css).map(one => one.textContent).join(' ').replace(/\\u00a0/g, ' ');
    const type = (name, value) => { const input = act(name); input.value = value;
        input.dispatchEvent(new Event('input', { bubbles: true })); };
    ";

/// A browser with the page open.
struct Page {
    world: Arc<World>,
    browser: Browser,
}

impl Page {
    /// Nothing where something is missing: then the test is skipped, and says so.
    fn new(test: &str) -> Option<Self> {
        let Some(installed) = Installed::find() else {
            skipped(test, "there is no Chromium with chromedriver");
            return None;
        };
        let world = World::get(test)?;
        let browser = Browser::start(&installed).unwrap();
        browser.resize(1280, 900).unwrap();
        Some(Self { world, browser })
    }

    /// Opens the page and waits until it shows something else than that it is loading.
    fn open(&self, query: &str) {
        self.open_at(&self.world.stand.advanced_url(), query);
    }

    fn open_at(&self, url: &str, query: &str) {
        self.browser.open(&format!("{url}{query}")).unwrap();
        self.until("text('.page, [data-part=notice]') && !all('.loading').length");
    }

    fn js(&self, body: &str) -> Value {
        self.browser.script(&format!("{PRELUDE}{body}")).unwrap()
    }

    fn value(&self, expression: &str) -> Value {
        self.js(&format!("return {expression}"))
    }

    fn until(&self, expression: &str) {
        let waited = self.browser.wait_for(&format!("{PRELUDE} return Boolean({expression})"), PATIENCE);
        if let Err(error) = waited {
            let shows = self.value("text('.page')");
            panic!("{error:#}\nthe page shows: {shows}\nerrors: {:?}", self.browser.page_errors());
        }
    }

    fn has_no_errors(&self) {
        assert_eq!(self.browser.page_errors().unwrap(), [""; 0]);
    }
}
