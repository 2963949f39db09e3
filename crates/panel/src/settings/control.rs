//! Controls: each has a name, by which what a hand does is told, and by which it keeps its place.

use maud::{Markup, html};

/// A choice of a select: its value, and how it is called.
pub(super) type Choice = (String, String);

pub(super) fn button(act: &str, text: &str) -> Markup {
    html! { button type="button" data-act=(act) { (text) } }
}

/// A button that takes an entry away.
pub(super) fn remove(act: &str, label: &str) -> Markup {
    html! { button.icon type="button" data-act=(act) aria-label=(label) title=(label) { "×" } }
}

pub(super) fn input(kind: &str, act: &str, value: &str, label: &str) -> Markup {
    html! { input type=(kind) data-act=(act) value=(value) aria-label=(label) autocomplete="off"; }
}

pub(super) fn number(act: &str, value: i64, label: &str) -> Markup {
    html! { input type="number" min="0" step="1" inputmode="numeric" data-act=(act) value=(value) aria-label=(label); }
}

pub(super) fn check(act: &str, on: bool, label: &str) -> Markup {
    html! { label.check { input type="checkbox" data-act=(act) checked[on]; span { (label) } } }
}

pub(super) fn radio(act: &str, value: &str, on: bool, label: &str) -> Markup {
    html! { label.check { input type="radio" name=(act) data-act=(act) value=(value) checked[on]; span { (label) } } }
}

pub(super) fn select(act: &str, label: &str, choices: &[Choice], chosen: &str) -> Markup {
    html! {
        select data-act=(act) aria-label=(label) {
            @for (value, name) in choices {
                option value=(value) selected[value == chosen] { (name) }
            }
        }
    }
}

/// A select that adds what is chosen, and then stands as before.
pub(super) fn add(act: &str, label: &str, choices: &[Choice]) -> Markup {
    html! {
        @if !choices.is_empty() {
            select.add data-act=(act) aria-label=(label) {
                option value="" selected { "+ " (label) }
                @for (value, name) in choices { option value=(value) { (name) } }
            }
        }
    }
}
