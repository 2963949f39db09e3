//! The browser's shell of the admin's settings: acts and answers in, HTML and questions out.
//!
//! Never here: a rule, a word that a person reads, a clock, a request, the document.

use takeroot_core::time::Day;
use takeroot_panel::Lang;
use takeroot_panel::settings::{Ask, SETTINGS_CSS, Settings};
use wasm_bindgen::prelude::*;

/// The page of one visit.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Page(Settings);

#[wasm_bindgen]
impl Page {
    /// A page that has read nothing yet, of an installation or of all. `day` is the browser's, in days since 1970.
    #[wasm_bindgen(constructor)]
    pub fn new(lang: &str, day: i32, is_installing: bool) -> Self {
        Self(Settings::new(Lang::parse(lang).unwrap_or_default(), Day(day), is_installing))
    }

    /// The page's style.
    pub fn style() -> String {
        SETTINGS_CSS.to_owned()
    }

    /// The page as HTML, escaped.
    pub fn html(&self) -> String {
        self.0.html()
    }

    /// Whether something comes by itself, so that it is to be looked for.
    pub fn is_waiting(&self) -> bool {
        self.0.is_waiting()
    }

    /// Takes an act of a hand.
    pub fn act(&mut self, act: &str, value: &str) {
        self.0.act(act, value);
    }

    /// Takes an answer; a status of 0 is of a server that cannot be reached.
    pub fn heard(&mut self, what: &str, status: u16, text: &str) {
        self.0.heard(what, status, text);
    }

    /// What is to be asked, as JSON: a list of what, method, path and body.
    pub fn asks(&mut self) -> String {
        let asks = self.0.asks();
        let asks: Vec<[&str; 4]> = asks
            .iter()
            .map(|Ask { what, method, path, body }| [*what, *method, *path, body.as_str()])
            .collect();
        serde_json::to_string(&asks).unwrap_or_default()
    }
}
