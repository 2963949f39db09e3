//! The page as a test drives it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use takeroot_stand::browser::{Browser, Element, Installed};
use takeroot_stand::skip::skipped;

use crate::world::World;

pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

/// Names for what lies inside the widget.
const PRELUDE: &str = "
    const host = document.querySelector('#takeroot-card');
    const root = host && host.shadowRoot;
    const part = name => root && root.querySelector(`[data-part=${name}]`);
    const text = name => part(name) ? part(name).textContent : '';
    const button = field => root.querySelector(`[data-part=missing] button[data-field=\"${field}\"]`);
    ";

/// A browser with the card page open.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) world: Arc<World>,
    pub(crate) browser: Browser,
}

impl Page {
    /// Nothing where something is missing: then the test is skipped, and says so.
    pub(crate) fn new(test: &str) -> Option<Self> {
        let Some(installed) = Installed::find() else {
            skipped(test, "there is no Chromium with chromedriver");
            return None;
        };
        let world = World::get(test)?;
        let browser = Browser::start(&installed).unwrap();
        browser.resize(1280, 900).unwrap();
        Some(Self { world, browser })
    }

    /// Opens a deal's card and waits until the widget has told its clock's state.
    pub(crate) fn open(&self, deal: u64, query: &str) {
        self.load(deal, query);
        self.until("part('step') && !['', 'loading'].includes(part('step').dataset.state || '')");
    }

    pub(crate) fn load(&self, deal: u64, query: &str) {
        self.browser.open(&format!("{}{query}", self.world.stand.card_url(deal))).unwrap();
    }

    /// Runs a function's body.
    pub(crate) fn js(&self, body: &str) -> Value {
        self.browser.script(&format!("{PRELUDE}{body}")).unwrap()
    }

    /// The value of an expression.
    pub(crate) fn value(&self, expression: &str) -> Value {
        self.js(&format!("return {expression}"))
    }

    /// Waits until an expression is true.
    pub(crate) fn until(&self, expression: &str) {
        let waited = self.browser.wait_for(&format!("{PRELUDE} return Boolean({expression})"), PATIENCE);
        if let Err(error) = waited {
            let shows = self.value("root ? [...root.children].map(one => one.tagName === 'STYLE' ? '' : one.textContent).join(' ') : 'no widget'");
            panic!("{error:#}\nthe widget shows: {shows}\nerrors: {:?}", self.browser.page_errors());
        }
    }

    pub(crate) fn state(&self) -> String {
        self.value("part('step').dataset.state").as_str().unwrap().to_owned()
    }

    pub(crate) fn element(&self, expression: &str) -> Element<'_> {
        self.browser.find_by(&format!("{PRELUDE} return {expression}")).unwrap()
    }

    pub(crate) fn has_no_errors(&self) {
        assert_eq!(self.browser.page_errors().unwrap(), [""; 0]);
    }
}
