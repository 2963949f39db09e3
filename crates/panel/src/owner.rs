//! The owner's page.

mod acceptance;
mod asked;
mod calendar;
mod deals;
mod links;
mod logbook;
mod parts;
mod period;
mod reports;
mod signs;
mod tables;

pub use deals::{DealsPage, deals_page};
pub(crate) use links::Links;
pub use period::{Filter, PeriodPage, period_page};

use crate::date;
use crate::frame;
use crate::lang::{Lang, fill};
use crate::ledger::person_name;
use crate::number::integer;
use crate::said;
use crate::view::{self, Source, Tile, View};
use crate::words::Words;
use maud::{Markup, html};
use parts::class;
use takeroot_core::acceptance::{LOOK_BACK_DAYS, Period, Verdict};
use takeroot_core::contribution::{Dimension, Slice};
use takeroot_core::day::{DayPoint, Document};
use takeroot_core::logbook::Entry;
use takeroot_core::policy::Policy;
use takeroot_core::summary::{Glance, Item, Summary};
use takeroot_core::time::Day;
use takeroot_core::zone::Zone;

/// What the owner's page is made of.
#[derive(Clone, Copy, Debug)]
pub struct OwnerPage<'a> {
    /// The company's name, as it comes.
    pub account: &'a str,
    /// The summary of the day.
    pub document: &'a Document<Summary>,
    /// The summary of the day before, where there is one.
    pub yesterday: Option<&'a Glance>,
    /// The summary of seven days before, where there is one.
    pub week_ago: Option<&'a Glance>,
    /// The policy of the day: targets, and the names of people and pipelines.
    pub policy: &'a Policy,
    /// The account's zone.
    pub zone: &'a Zone,
    /// The published days, sorted.
    pub days: &'a [Day],
    /// A few figures of the last days, sorted.
    pub points: &'a [DayPoint],
    /// What people wrote down.
    pub logbook: &'a [Entry],
    /// The language.
    pub lang: Lang,
    /// The address that days are below, such as `/owner/30441694`.
    pub base: &'a str,
    /// The query that each link keeps, URL-encoded: empty, or such as `?token=…`; without a language.
    pub query: &'a str,
    /// What the reader asks for.
    pub choice: Choice<'a>,
}

/// What a reader asks a page for, as the address says it. What means nothing changes nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice<'a> {
    /// The column that managers are sorted by; empty for those who need help first.
    pub sort: &'a str,
    /// From the least up.
    pub ascending: bool,
    /// All managers of a large company.
    pub everybody: bool,
    /// The figure of the calendar.
    pub figure: &'a str,
}

impl OwnerPage<'_> {
    fn words(&self) -> &'static Words {
        self.lang.words()
    }

    const fn summary(&self) -> &Summary {
        &self.document.figures
    }

    const fn links(&self) -> Links<'_> {
        Links { base: self.base, query: self.query, lang: self.lang }
    }

    /// The days that a period page begins with.
    fn period(&self) -> Period {
        Period::ending(self.summary().day.to, LOOK_BACK_DAYS)
    }

    /// The page itself, otherwise sorted.
    fn here(&self, params: &[(&str, &str)], place: &str) -> String {
        self.links().day(self.summary().day.to, params, place)
    }

    /// The page of the deals behind a figure.
    fn evidence(&self, figure: &Verdict) -> String {
        let (metric, day) = (figure.criterion.metric.name(), self.summary().day.to);
        let (from, to) = (figure.period.from.to_string(), figure.period.to.to_string());
        let mut params = vec![("metric", metric.as_str()), ("from", &from), ("to", &to)];
        params.extend((figure.criterion.slice == Slice::of(Dimension::Pilot, 1)).then_some(("pilot", "1")));
        self.links().to(&format!("/{day}/deals"), &params, "")
    }

    /// `Анна (12), Борис (9)`
    fn named(&self, items: &[Item]) -> String {
        let item = |item: &Item| {
            format!("{} ({})", person_name(self.policy, item.id, self.lang), integer(item.value.n, self.lang))
        };
        items.iter().map(item).collect::<Vec<_>>().join(", ")
    }
}

/// The owner's page: a complete document that needs no script.
#[must_use]
pub fn owner_page(page: &OwnerPage) -> String {
    let OwnerPage { account, document, policy, zone, lang, .. } = *page;
    let mut view = View::of(Source { document, policy, zone, account, lang });
    let words = lang.words();
    let body = html! {
        a.skip href="#verdict" { (words.skip) }
        div.sheet {
            (top(page))
            main {
                (masthead(page, &view))
                (verdict(&view, lang))
                (sections(page))
                (signs::signs(page))
                (signs::changes(page))
                (tiles(&view.tiles, lang))
                (reports::reports(page, &view.speed))
                (tables::managers(page, &mut view.managers))
                (tables::leaders(page))
                (tables::ledger_of(page, &view.sources, "sources", false))
                (tables::ledger_of(page, &view.pipelines, "pipelines", false))
                (calendar::calendar(page))
                (logbook::changes(page))
                (asked::pains(page))
                (acceptance::goals(page))
                (asked::questions(page))
                (acceptance::acceptance(page))
            }
            (foot(page))
        }
    };
    frame::document(lang, &format!("{} — {}", view.account, view.date), &body)
}

fn top(page: &OwnerPage) -> Markup {
    let (words, other) = (page.words(), page.lang.other());
    let there = Links { lang: other, ..page.links() }.day(page.summary().day.to, &[], "");
    html! {
        header.top {
            (frame::brand(page.lang))
            nav aria-label=(words.language) {
                a href=(there) lang=(other.code()) hreflang=(other.code()) { (words.other_language) }
            }
        }
    }
}

/// The way to the parts of a long page.
fn sections(page: &OwnerPage) -> Markup {
    let (words, summary) = (page.words(), page.summary());
    let parts = [
        ("signs", words.section_signs, true),
        ("changes", words.section_changes, true),
        ("reports", words.section_reports, true),
        ("managers", words.managers, true),
        ("calendar", words.calendar, true),
        ("log", said::of(page.lang, logbook::LOG), logbook::has_changes(page)),
        ("pains", words.section_pains, !summary.pains.is_empty() || logbook::has_pains(page)),
        ("goals", words.goals, !summary.goals.is_empty()),
        ("questions", words.section_questions, true),
        ("acceptance", words.section_acceptance, summary.acceptance.is_some()),
    ];
    html! {
        nav.sections aria-label=(words.sections) {
            @for (place, name, _) in parts.into_iter().filter(|(_, _, there)| *there) {
                a href={ "#" (place) } { (name) }
            }
            @let Period { from, to } = page.period();
            a href=(page.links().to("", &[("from", &from.to_string()), ("to", &to.to_string())], "")) {
                (words.any_period)
            }
        }
    }
}

fn masthead(page: &OwnerPage, view: &View) -> Markup {
    let (words, today) = (page.words(), page.summary().day.to);
    let before = page.days.iter().copied().filter(|day| *day < today).max();
    let after = page.days.iter().copied().filter(|day| *day > today).min();
    let step = |day: Day, arrow: &str, label: &str, rel: &str| {
        let name = date::short(day, page.lang);
        let label = fill(label, &[&name]);
        html! {
            a rel=(rel) href=(page.links().day(day, &[], "")) aria-label=(label) {
                @if rel == "prev" { span aria-hidden="true" { (arrow) " " } }
                (name)
                @if rel == "next" { span aria-hidden="true" { " " (arrow) } }
            }
        }
    };
    html! {
        div.masthead {
            div {
                p.account { bdi { (view.account) } }
                h1 { (view.date) }
                p.status { (view.status) }
            }
            @if before.is_some() || after.is_some() {
                nav.days aria-label=(words.days) {
                    @if let Some(day) = before { (step(day, "←", words.day_before, "prev")) }
                    @if let Some(day) = after { (step(day, "→", words.day_after, "next")) }
                }
            }
        }
    }
}

fn verdict(view: &View, lang: Lang) -> Markup {
    html! {
        section #verdict .verdict aria-labelledby="verdict-title" {
            h2 #verdict-title .quiet { (lang.words().verdict) }
            p.level .(class(view.verdict.tone)) { (view.verdict.level) }
            p.sentence { (view.verdict.sentence) }
            @for notice in &view.notices { p.notice { (notice) } }
        }
    }
}

fn tiles(tiles: &[Tile], lang: Lang) -> Markup {
    html! {
        section aria-labelledby="figures-title" {
            h2 #figures-title { (lang.words().figures) }
            ul.tiles { @for tile in tiles { li { (tile_body(tile)) } } }
        }
    }
}

fn tile_body(tile: &Tile) -> Markup {
    html! {
        h3 { a href=(format!("#def-{}", tile.term)) { (tile.label) } }
        p.value { span .unknown[!tile.value.known] { (tile.value.text) } " " small { (tile.scope) } }
        p.remark { (tile.remark) }
        dl {
            @for (label, figure) in &tile.beside {
                div {
                    dt { (label) }
                    dd .unknown[!figure.known] { (figure.marked()) @if !figure.note.is_empty() { small { (figure.note) } } }
                }
            }
        }
        @if let Some(trend) = &tile.trend {
            p.trend .(class(trend.tone)) { span aria-hidden="true" { (trend.arrow) } " " (trend.words()) }
        }
    }
}

fn foot(page: &OwnerPage) -> Markup {
    let (lang, words) = (page.lang, page.words());
    html! {
        footer.foot {
            details {
                summary { (words.definitions) }
                dl.terms {
                    @for (id, term, definition) in view::terms(page.policy, lang) {
                        div id={ "def-" (id) } { dt { (term) } dd { (definition) } }
                    }
                    (parts::definitions(page))
                }
            }
            p { (words.one_cause) }
            p { (words.measured) }
        }
    }
}

#[cfg(test)]
#[path = "owner_tests.rs"]
mod tests;
