use takeroot_panel::card::{CARD_CSS, View};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, Node, ShadowRoot, ShadowRootInit, ShadowRootMode};

/// The panel's elements. Only what differs from the last view is written.
#[derive(Debug)]
pub(crate) struct Dom {
    root: ShadowRoot,
    timer: Element,
    fullness: Element,
    missing: Element,
    spoken: Element,
    left: Option<Node>,
    last: View,
}

impl Dom {
    pub(crate) fn new(host: &Element, frame: &str) -> Result<Self, JsValue> {
        let root = match host.shadow_root() {
            Some(root) => root,
            None => host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?,
        };
        root.set_inner_html(&format!("<style>{CARD_CSS}</style>{frame}"));
        let part = |name: &str| {
            let found = root.query_selector(&format!("[data-part={name}]"))?;
            found.ok_or_else(|| JsValue::from_str(name))
        };
        let (timer, fullness) = (part("timer")?, part("fullness")?);
        let (missing, spoken) = (part("missing")?, part("spoken")?);
        Ok(Self { root, timer, fullness, missing, spoken, left: None, last: View::default() })
    }

    pub(crate) fn show(&mut self, view: View) -> Result<(), JsValue> {
        if view.timer_state != self.last.timer_state {
            self.timer.set_attribute("data-state", view.timer_state)?;
        }
        if view.timer != self.last.timer {
            self.timer.set_inner_html(&view.timer);
            self.left = self.timer.query_selector("[data-part=left]")?.and_then(|left| {
                left.set_text_content(Some(&view.left));
                left.first_child()
            });
        } else if view.left != self.last.left
            && let Some(left) = &self.left
        {
            left.set_node_value(Some(&view.left));
        }
        if view.fullness != self.last.fullness {
            self.fullness.set_inner_html(&view.fullness);
        }
        if view.missing != self.last.missing {
            self.replace_missing(&view.missing)?;
        }
        if let Some(spoken) = &view.spoken {
            self.spoken.set_text_content(Some(spoken));
        }
        self.last = view;
        Ok(())
    }

    /// Keeps the keyboard's place in the list.
    fn replace_missing(&self, html: &str) -> Result<(), JsValue> {
        let focused = self.root.active_element().and_then(|element| element.get_attribute("data-field"));
        self.missing.set_inner_html(html);
        let Some(field) = focused else { return Ok(()) };
        let same = self.missing.query_selector(&format!("[data-field=\"{field}\"]"))?;
        match same.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            Some(element) => element.focus(),
            None => Ok(()),
        }
    }
}
