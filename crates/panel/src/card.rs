//! The panel inside the CRM's card: the next step, the clocks, the ring of completeness, what is missing and why.
//!
//! The view is made anew at each change and compared part by part, so that a tick touches the texts that tick.

mod badge;
mod claim;
mod clock;
mod day;
mod fields;
mod focus;
mod origin;
mod step;
mod when;
mod words;

pub use badge::badges;
pub(crate) use fields::name_of;
pub use step::{Advice, advice};

use crate::lang::Lang;
use claim::Claim;
use clock::Line;
use fields::{Filled, Fullness, Group, Mark, Row, Shown};
use focus::Focus;
use maud::{Markup, html};
use origin::{Folded, People};
use std::collections::BTreeMap;
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

    /// Whether it is a colleague's deal, of which the Worker tells nothing.
    fn is_hidden(&self) -> bool {
        self.heard.is_some() && self.data.is_some_and(|data| data.hidden)
    }
}

/// The panel of one card.
#[derive(Clone, Debug)]
pub struct Panel {
    lang: Lang,
    people: People,
    shown: Shown,
    /// Rows of clocks for which there is room, so that nothing below moves when they come.
    room: usize,
    claim: Claim,
    last: Option<Said>,
}

/// What was said last: the first thing, the clocks, and how much is filled in.
type Said = (Line, Vec<(&'static str, String)>, Fullness);

/// Rows of clocks of an ordinary card.
const ROOM: usize = 1;
/// A larger gap would look broken where the clocks do not come.
const ROOM_MAX: usize = 2;

/// The parts of the panel from top to bottom.
const PARTS: [&str; 12] = [
    "step", "timers", "answer", "claim", "fullness", "missing", "lists", "origin", "doubles", "history",
    "day", "first",
];

/// What stands in the panel, part by part: a part whose text is the same is left alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The state of what comes first, for the attribute `data-state` of `[data-part=step]`.
    pub state: &'static str,
    /// What stands inside each `[data-part]`, in their order.
    pub parts: Vec<(&'static str, String)>,
    /// The texts of all `[data-part=left]` inside them, in their order: all that a tick changes.
    pub left: Vec<String>,
    /// What a live region says; only when a state has changed.
    pub spoken: Option<String>,
}

impl Panel {
    /// A panel in a language, with the names of the CRM's users by their ids.
    #[must_use]
    pub fn new(lang: Lang, people: BTreeMap<String, String>) -> Self {
        Self { lang, people, shown: Shown::default(), room: ROOM, claim: Claim::Idle, last: None }
    }

    /// What stands around the parts, once.
    #[must_use]
    pub fn frame(&self) -> String {
        let words = words::words(self.lang);
        let frame = html! {
            div.panel lang=(self.lang.code()) {
                @for part in PARTS {
                    @match part {
                        "step" => section data-part="step" aria-label=(words.next) {},
                        "timers" => section data-part="timers" aria-label=(words.clocks) {},
                        "fullness" => section data-part="fullness" aria-label=(words.completeness) {},
                        "answer" | "origin" | "doubles" | "day" => details data-part=(part) {},
                        "claim" | "first" => p.reason data-part=(part) {},
                        part => div data-part=(part) {},
                    }
                }
                p.quiet data-part="spoken" role="status" {}
            }
        };
        frame.into_string()
    }

    /// The panel in a situation.
    pub fn view(&mut self, situation: &Situation<'_>) -> View {
        let lang = self.lang;
        let filled = fields::of(situation, &mut self.shown, lang);
        let clocks = clock::of(situation);
        let focus = focus::of(situation, &filled.card, &clocks, lang);
        let is_closed = focus.line.state == "closed";
        let others = clocks.iter().enumerate().filter(|(place, _)| focus.clock != Some(*place) && !is_closed);
        let others = others.filter_map(|(_, clock)| Some(clock.line(situation, situation.data?, lang)));
        let mut lines: Vec<Line> = others.collect();
        if let Some((data, deal)) = situation.known()
            && deal.first_response.is_none()
            && !is_closed
        {
            lines.push(clock::none(data, deal, lang));
        }
        let is_open = claim::is_open(situation) && !is_closed;
        self.claim = if is_open { self.claim } else { Claim::Idle };
        self.make_room(situation, lines.len() + usize::from(is_open));
        let origin = origin::of(situation, &filled.card, lang);
        let changed = origin::changed(situation, &self.people, lang);
        let own = situation.data.filter(|_| situation.heard.is_some()).and_then(|data| data.own);
        let parts = [
            step(&focus),
            timers(&lines, self.room - usize::from(is_open), clock::stale(situation, lang)),
            if is_open { claim::form(lang) } else { Markup::default() },
            html! { (claim::note(self.claim, lang)) },
            ring(&filled.fullness),
            list(&filled.missing),
            list(&filled.lists),
            origin.map_or_else(Markup::default, |origin| folded(&origin)),
            day::doubles(situation.known().map_or(&[], |(data, _)| &data.duplicates), lang),
            changed.map_or_else(Markup::default, |changed| history(&changed, lang)),
            own.map_or_else(Markup::default, |own| day::own(&own, lang)),
            html! { (day::first_days(situation, lang).unwrap_or_default()) },
        ];
        let spoken = self.spoken(&focus, &lines, filled);
        let left = std::iter::once(&focus.line).chain(&lines).map(|line| &line.left);
        View {
            state: focus.line.state,
            parts: PARTS.into_iter().zip(parts.map(Markup::into_string)).collect(),
            left: left.filter(|left| !left.is_empty()).cloned().collect(),
            spoken,
        }
    }

    /// A person says that they answered outside the CRM: at a time such as `14:05`, or just now. Gives what is to be told
    /// to the Worker; nothing while another word is on its way.
    pub fn claim(&mut self, way: &str, time: &str, situation: &Situation<'_>) -> Option<String> {
        if self.claim == Claim::Sent {
            return None;
        }
        self.claim = Claim::Sent;
        let at = claim::moment(time, situation).map(|at| format!(",\"at\":{}", at.0));
        Some(format!("{{\"way\":\"{way}\"{}}}", at.unwrap_or_default()))
    }

    /// What became of it.
    pub fn claimed(&mut self, arrived: bool) {
        self.claim = if arrived { Claim::Idle } else { Claim::Failed };
    }

    /// The account's time of day, such as `09:05`.
    #[must_use]
    pub fn time_of_day(situation: &Situation<'_>) -> String {
        let time = situation.data.map(|data| when::clock(situation.now, &data.version.zone));
        time.map_or_else(String::new, |time| format!("{time:0>5}"))
    }

    /// As much room as the clocks take, or as those of the card before took.
    fn make_room(&mut self, situation: &Situation<'_>, rows: usize) {
        let remembered = situation.data.filter(|_| situation.heard.is_none());
        let before = remembered.and_then(|data| data.deal.as_ref()).map_or(0, |deal| deal.timers.len());
        self.room = self.room.max(rows).max(before.min(ROOM_MAX));
    }

    fn spoken(&mut self, focus: &Focus, lines: &[Line], filled: Filled) -> Option<String> {
        let stand = lines.iter().map(|line| (line.state, line.act.clone())).collect();
        let before = self.last.replace((focus.line.clone(), stand, filled.fullness));
        let (line, stood, fullness) = before?;
        let (_, _, filled) = self.last.as_ref()?;
        let is_other = (line.state, &line.act) != (focus.line.state, &focus.line.act);
        let changed = lines.iter().filter(|line| !stood.contains(&(line.state, line.act.clone())));
        let told = is_other.then_some(&focus.line).into_iter().chain(changed).map(|line| {
            let more = if line.left.is_empty() { &line.why } else { &line.left };
            if more.is_empty() { line.act.clone() } else { format!("{}: {more}", line.act) }
        });
        let filled = (fullness != *filled).then(|| filled.said.clone());
        let said: Vec<String> = told.chain(filled).collect();
        (!said.is_empty()).then(|| said.join(". "))
    }
}

fn step(focus: &Focus) -> Markup {
    let Line { act, left, why, .. } = &focus.line;
    let text = html! {
        span { (act) }
        @if !left.is_empty() {
            span.dash { " — " }
            strong data-part="left" {}
        }
    };
    html! {
        @match focus.field {
            Some(field) => button.act type="button" data-field=(field_key(field)) { (text) },
            None => p.act { (text) },
        }
        @if !why.is_empty() { p.reason { (why) } }
    }
}

fn timers(lines: &[Line], room: usize, stale: Option<String>) -> Markup {
    html! {
        ul.clocks {
            @for line in lines {
                li data-state=(line.state) {
                    span.name { (line.act) }
                    " "
                    @if line.left.is_empty() {
                        span.reason { (line.why) }
                    } @else {
                        span.dash { "— " }
                        strong data-part="left" {}
                    }
                }
            }
            @for _ in lines.len()..room { li.blank aria-hidden="true" {} }
        }
        @if let Some(stale) = stale { p.reason { (stale) } }
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

fn list(groups: &[Group]) -> Markup {
    html! {
        @for group in groups {
            h3 {
                span { (group.heading) }
                @if let Some(percent) = group.percent { " " span.share { (percent) " %" } }
            }
            ul.next[!group.now] {
                @for row in &group.rows { li { (entry(row)) } }
            }
        }
    }
}

fn entry(row: &Row) -> Markup {
    let text = html! {
        span.name { (row.name) }
        @if !row.why.is_empty() { " " span.why { (row.why) } }
    };
    match row.mark {
        Mark::Missing => html! {
            button.row type="button" data-field=(field_key(row.field)) { (text) }
        },
        Mark::Absent => html! { div.row.absent { (text) } },
        Mark::Unchecked => html! { div.row.unchecked { (text) } },
        Mark::Done => html! { div.row.done { (text) } },
    }
}

fn folded(folded: &Folded) -> Markup {
    html! {
        summary { span.name { (folded.heading) } " " span.gist { (folded.gist) } }
        ul.next { @for row in &folded.rows { li { (entry(row)) } } }
    }
}

fn history(changed: &str, lang: Lang) -> Markup {
    html! { span.name { (words::words(lang).changed) } " " span.gist { (changed) } }
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
