//! The panel inside the CRM's card: the response clock, the ring of completeness, what is missing and why.
//!
//! The view is made anew at each change and compared part by part, so that a tick touches one text.

mod clock;
mod fields;
mod step;
mod when;
mod words;

pub(crate) use fields::name_of;
pub use step::{Advice, advice};

use crate::lang::Lang;
use clock::Clock;
use fields::{Fullness, Group, Mark, Row, Shown};
use maud::{Markup, html};
use takeroot_core::card::{CardData, DealCard};
use takeroot_core::deal::Deal;
use takeroot_core::policy::Field;
use takeroot_core::time::Moment;

/// The stylesheet of the panel, for inside its shadow root.
pub const CARD_CSS: &str = include_str!("card/card.css");

/// How it stands between the widget and the Worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// The first answer is awaited.
    #[default]
    Loading,
    /// The Worker answered.
    Live,
    /// It cannot be reached, or fails.
    Unreachable,
    /// It did not answer in time.
    Slow,
    /// Its answer cannot be read.
    Garbled,
    /// It refused the token.
    Refused,
    /// The settings name no Worker.
    Unset,
}

impl Link {
    /// The link of a name, such as `slow`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "loading" => Self::Loading,
            "live" => Self::Live,
            "unreachable" => Self::Unreachable,
            "slow" => Self::Slow,
            "garbled" => Self::Garbled,
            "refused" => Self::Refused,
            "unset" => Self::Unset,
            _ => return None,
        })
    }

    const fn is_broken(self) -> bool {
        !matches!(self, Self::Loading | Self::Live)
    }
}

/// All that the panel is made of.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "a closure has none")]
pub struct Situation<'a> {
    /// Whether the deal has an id.
    pub saved: bool,
    /// The deal as the card shows it, unsaved values included.
    pub deal: &'a Deal,
    /// Whether the card has a field.
    pub shows: &'a dyn Fn(Field) -> bool,
    /// What the Worker said last; the policy in it may be remembered from another card.
    pub data: Option<&'a CardData>,
    /// When the Worker spoke about this deal, by its own clock.
    pub heard: Option<Moment>,
    /// How the link stands.
    pub link: Link,
    /// The moment, by the Worker's clock where it is known.
    pub now: Moment,
}

impl<'a> Situation<'a> {
    fn known(&self) -> Option<(&'a CardData, &'a DealCard)> {
        let data = self.data.filter(|_| self.heard.is_some())?;
        Some((data, data.deal.as_ref()?))
    }
}

/// The panel of one card.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    lang: Lang,
    shown: Shown,
    last: Option<(&'static str, Fullness)>,
}

/// What stands in the panel, part by part: a part whose text is the same is left alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The clock's state, for the attribute `data-state` of `[data-part=timer]`.
    pub timer_state: &'static str,
    /// Inside `[data-part=timer]`.
    pub timer: String,
    /// The text of `[data-part=left]` inside it: all that a tick changes.
    pub left: String,
    /// Inside `[data-part=fullness]`.
    pub fullness: String,
    /// Inside `[data-part=missing]`.
    pub missing: String,
    /// What a live region says; only when a state has changed.
    pub spoken: Option<String>,
}

impl Panel {
    /// A panel in a language.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        Self { lang, ..Self::default() }
    }

    /// What stands around the parts, once.
    #[must_use]
    pub fn frame(&self) -> String {
        let words = words::words(self.lang);
        let frame = html! {
            div.panel lang=(self.lang.code()) {
                section data-part="timer" aria-label=(words.clock) {}
                section data-part="fullness" aria-label=(words.completeness) {}
                section data-part="missing" {}
                p.quiet data-part="spoken" role="status" {}
            }
        };
        frame.into_string()
    }

    /// The panel in a situation.
    pub fn view(&mut self, situation: &Situation<'_>) -> View {
        let clock = clock::of(situation, self.lang);
        let (fullness, groups) = fields::of(situation, &mut self.shown, self.lang);
        let spoken = self.spoken(&clock, &fullness);
        View {
            timer_state: clock.state,
            timer: timer(&clock).into_string(),
            fullness: ring(&fullness).into_string(),
            missing: list(&groups, clock.is_urgent()).into_string(),
            left: clock.left,
            spoken,
        }
    }

    fn spoken(&mut self, clock: &Clock, fullness: &Fullness) -> Option<String> {
        let state = (clock.state, fullness.clone());
        let before = self.last.replace(state)?;
        let timer = (before.0 != clock.state).then(|| format!("{}: {}", clock.act, clock.left));
        let filled = (before.1 != *fullness).then(|| fullness.said.clone());
        let said: Vec<String> = timer.into_iter().chain(filled).collect();
        (!said.is_empty()).then(|| said.join(". "))
    }
}

fn timer(clock: &Clock) -> Markup {
    html! {
        p.act {
            span { (clock.act) }
            @if !clock.left.is_empty() {
                span.dash { " — " }
                strong data-part="left" {}
            }
        }
        p.reason { (clock.why) }
    }
}

fn ring(fullness: &Fullness) -> Markup {
    html! {
        div.ring data-part="ring" data-state=(fullness.state) {
            svg viewBox="0 0 64 64" aria-hidden="true" {
                circle.track cx="32" cy="32" r="28" {}
                @if let Some(percent) = fullness.percent.filter(|percent| *percent > 0) {
                    circle.arc cx="32" cy="32" r="28" pathLength="100" stroke-dasharray=(format!("{percent} 100")) {}
                }
            }
            div.percent {
                span data-part="percent" {
                    @match fullness.percent {
                        Some(percent) => { (percent) small { "%" } }
                        None => { "—" }
                    }
                }
            }
        }
        div.said {
            h2 { (fullness.said) }
            p { (fullness.note) }
        }
    }
}

fn list(groups: &[Group], answer_first: bool) -> Markup {
    let mut rows = groups.iter().flat_map(|group| &group.rows);
    let first = rows.find(|row| row.mark == Mark::Missing).filter(|_| !answer_first).map(|row| row.field);
    html! {
        @for group in groups {
            h3 { (group.heading) }
            ul.next[!group.now] {
                @for row in &group.rows {
                    li { (entry(row, first == Some(row.field))) }
                }
            }
        }
    }
}

fn entry(row: &Row, first: bool) -> Markup {
    let text = html! {
        span.name { (row.name) }
        " "
        span.why { (row.why) }
    };
    match row.mark {
        Mark::Missing => html! {
            button.row.first[first] type="button" data-field=(field_key(row.field)) { (text) }
        },
        Mark::Absent => html! { div.row.absent { (text) } },
        Mark::Unchecked => html! { div.row.unchecked { (text) } },
        Mark::Done => html! { div.row.done { (text) } },
    }
}

/// A field as the widget's script knows it: `amount`, `responsible`, `next_step`, `custom:12`.
fn field_key(field: Field) -> String {
    match field {
        Field::Custom(id) | Field::FutureDate(id) => format!("custom:{id}"),
        named => named.name().to_owned(),
    }
}

#[cfg(test)]
#[path = "card/tests.rs"]
mod tests;
