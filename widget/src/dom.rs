use takeroot_panel::card::{CARD_CSS, View};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, Node, ShadowRoot, ShadowRootInit, ShadowRootMode};

/// The panel's elements. Only what differs from the last view is written.
#[derive(Debug)]
pub(crate) struct Dom {
    root: ShadowRoot,
    spoken: Element,
    left: Vec<Node>,
    last: View,
}

impl Dom {
    pub(crate) fn new(host: &Element, frame: &str) -> Result<Self, JsValue> {
        let root = match host.shadow_root() {
            Some(root) => root,
            None => host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?,
        };
        root.set_inner_html(&format!("<style>{CARD_CSS}</style>{frame}"));
        let spoken = part(&root, "spoken")?;
        Ok(Self { root, spoken, left: Vec::new(), last: View::default() })
    }

    pub(crate) fn show(&mut self, view: View) -> Result<(), JsValue> {
        if view.state != self.last.state {
            part(&self.root, "step")?.set_attribute("data-state", view.state)?;
        }
        let mut is_same = true;
        for (index, (name, html)) in view.parts.iter().enumerate() {
            if self.last.parts.get(index).is_none_or(|(_, last)| last != html) {
                self.replace(&part(&self.root, name)?, html)?;
                is_same = false;
            }
        }
        if !is_same {
            self.find_left()?;
        }
        for (index, (node, text)) in self.left.iter().zip(&view.left).enumerate() {
            if !is_same || self.last.left.get(index) != Some(text) {
                node.set_node_value(Some(text));
            }
        }
        if let Some(spoken) = &view.spoken {
            self.spoken.set_text_content(Some(spoken));
        }
        self.last = view;
        Ok(())
    }

    /// The texts that tick, in their order.
    fn find_left(&mut self) -> Result<(), JsValue> {
        let found = self.root.query_selector_all("[data-part=left]")?;
        let texts = (0..found.length()).filter_map(|index| {
            let left = found.get(index)?;
            if left.first_child().is_none() {
                left.set_text_content(Some(" "));
            }
            left.first_child()
        });
        self.left = texts.collect();
        Ok(())
    }

    /// Keeps the keyboard's place in a part.
    fn replace(&self, part: &Element, html: &str) -> Result<(), JsValue> {
        let focused = self.root.active_element().filter(|element| part.contains(Some(element)));
        let field = focused.as_ref().and_then(|element| element.get_attribute("data-field"));
        part.set_inner_html(html);
        if focused.is_none() {
            return Ok(());
        }
        let same = field.map_or_else(|| "summary".to_owned(), |field| format!("[data-field=\"{field}\"]"));
        let same = part.query_selector(&same)?.and_then(|element| element.dyn_into::<HtmlElement>().ok());
        same.map_or(Ok(()), |element| element.focus())
    }
}

fn part(root: &ShadowRoot, name: &str) -> Result<Element, JsValue> {
    root.query_selector(&format!("[data-part={name}]"))?.ok_or_else(|| JsValue::from_str(name))
}
