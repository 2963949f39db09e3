//! The browser's shell: values and answers in, DOM inside one shadow root out.
//!
//! Never here: a rule, a word that a person reads, a clock, a request. Time is an argument of each call.

mod dom;

use dom::Dom;
use takeroot_amocrm::card::CardValues;
use takeroot_core::card::CardData;
use takeroot_core::deal::Deal;
use takeroot_core::time::Moment;
use takeroot_panel::Lang;
use takeroot_panel::card::{Link, Panel, Situation};
use wasm_bindgen::prelude::*;
use web_sys::Element;

/// The panel of one card. `local_ms` is the browser's time in milliseconds since 1970.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Card {
    dom: Dom,
    panel: Panel,
    values: CardValues,
    data: Option<CardData>,
    heard: Option<Moment>,
    link: Link,
    offset_s: i64,
}

/// Puts an empty panel into the shadow root of an element. `people` are names of the CRM's users by their ids,
/// where the page tells them.
///
/// # Errors
/// The element can have no shadow root.
#[wasm_bindgen]
pub fn mount(host: &Element, lang: &str, people: JsValue) -> Result<Card, JsValue> {
    let people = serde_wasm_bindgen::from_value(people).unwrap_or_default();
    let panel = Panel::new(Lang::parse(lang).unwrap_or_default(), people);
    let dom = Dom::new(host, &panel.frame())?;
    Ok(Card {
        dom,
        panel,
        values: CardValues::default(),
        data: None,
        heard: None,
        link: Link::default(),
        offset_s: 0,
    })
}

#[wasm_bindgen]
impl Card {
    /// Takes the card's values, unsaved ones included.
    ///
    /// # Errors
    /// The values have another shape.
    pub fn update(&mut self, values: JsValue, local_ms: f64) -> Result<(), JsValue> {
        self.values = serde_wasm_bindgen::from_value(values)?;
        self.show(local_ms)
    }

    /// Takes the Worker's answer, or one remembered from before: then only its policy counts. Says whether
    /// it could be read.
    ///
    /// # Errors
    /// The panel is damaged.
    pub fn data(&mut self, answer: JsValue, remembered: bool, local_ms: f64) -> Result<bool, JsValue> {
        let Ok(data) = serde_wasm_bindgen::from_value::<CardData>(answer) else { return Ok(false) };
        if !remembered {
            self.heard = Some(data.now);
            self.offset_s = data.now.since(moment(local_ms));
            self.link = Link::Live;
        }
        self.data = Some(data);
        self.show(local_ms)?;
        Ok(true)
    }

    /// Takes how the link to the Worker stands, by its name.
    ///
    /// # Errors
    /// The panel is damaged.
    pub fn link(&mut self, name: &str, local_ms: f64) -> Result<(), JsValue> {
        self.link = Link::parse(name).unwrap_or(Link::Unreachable);
        self.show(local_ms)
    }

    /// Lets time pass.
    ///
    /// # Errors
    /// The panel is damaged.
    pub fn tick(&mut self, local_ms: f64) -> Result<(), JsValue> {
        self.show(local_ms)
    }

    /// A person says how and when they answered outside the CRM. Gives what is to be posted, if anything is.
    ///
    /// # Errors
    /// The panel is damaged.
    pub fn claim(&mut self, way: &str, time: &str, local_ms: f64) -> Result<Option<String>, JsValue> {
        let said = self.in_situation(local_ms, |panel, situation| panel.claim(way, time, situation));
        self.show(local_ms)?;
        Ok(said)
    }

    /// What became of it.
    ///
    /// # Errors
    /// The panel is damaged.
    pub fn claimed(&mut self, arrived: bool, local_ms: f64) -> Result<(), JsValue> {
        self.panel.claimed(arrived);
        self.show(local_ms)
    }

    /// The account's time of day.
    pub fn time_of_day(&mut self, local_ms: f64) -> String {
        self.in_situation(local_ms, |_, situation| Panel::time_of_day(situation))
    }

    fn show(&mut self, local_ms: f64) -> Result<(), JsValue> {
        let view = self.in_situation(local_ms, Panel::view);
        self.dom.show(view)
    }

    fn in_situation<T>(&mut self, local_ms: f64, tell: impl FnOnce(&mut Panel, &Situation<'_>) -> T) -> T {
        let data = self.data.as_ref();
        let known = data.filter(|_| self.heard.is_some()).and_then(|data| data.deal.as_ref());
        let deal = data.map_or_else(Deal::default, |data| self.values.deal(&data.version, known));
        let situation = Situation {
            saved: self.values.id().is_some(),
            deal: &deal,
            shows: &|field| self.values.shows(field),
            data,
            heard: self.heard,
            link: self.link,
            now: moment(local_ms).plus(self.offset_s),
        };
        tell(&mut self.panel, &situation)
    }
}

#[allow(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
fn moment(local_ms: f64) -> Moment {
    Moment((local_ms / 1000.0) as i64)
}
