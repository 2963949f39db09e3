use crate::chart;
use crate::date;
use crate::frame;
use crate::lang::{Lang, fill};
use crate::ledger::{Column, Ledger, Row};
use crate::number::duration;
use crate::reading::{Figure, Tone};
use crate::speed::Speed;
use crate::view::{Source, Tile, View};
use maud::{Markup, html};
use takeroot_core::day::Document;
use takeroot_core::policy::Policy;
use takeroot_core::summary::Summary;
use takeroot_core::time::Day;
use takeroot_core::zone::Zone;

/// What the owner's page is made of.
#[derive(Clone, Copy, Debug)]
pub struct OwnerPage<'a> {
    /// The company's name, as it comes.
    pub account: &'a str,
    /// The summary of the day.
    pub document: &'a Document<Summary>,
    /// The policy of the day: targets, and the names of people and pipelines.
    pub policy: &'a Policy,
    /// The account's zone.
    pub zone: &'a Zone,
    /// The published days, sorted.
    pub days: &'a [Day],
    /// The language.
    pub lang: Lang,
    /// The address that days are below, such as `/owner/30441694`.
    pub base: &'a str,
    /// The query that each link keeps, URL-encoded: empty, or such as `?token=…`; without a language.
    pub query: &'a str,
}

/// The owner's page: a complete document that needs no script.
#[must_use]
pub fn owner_page(page: &OwnerPage) -> String {
    let OwnerPage { account, document, policy, zone, lang, .. } = *page;
    let view = View::of(Source { document, policy, zone, account, lang });
    let words = lang.words();
    let body = html! {
        a.skip href="#verdict" { (words.skip) }
        div.sheet {
            (top(page))
            main {
                (masthead(page, &view))
                (verdict(&view, lang))
                (tiles(&view.tiles, lang))
                (speed(&view.speed, lang))
                (ledger(&view.managers, "managers", lang))
                (ledger(&view.pipelines, "pipelines", lang))
            }
            (foot(policy, lang))
        }
    };
    frame::document(lang, &format!("{} — {}", view.account, view.date), &body)
}

fn link(page: &OwnerPage, day: Day, lang: Lang) -> String {
    let joint = if page.query.is_empty() { '?' } else { '&' };
    format!("{}/{day}{}{joint}lang={}", page.base, page.query, lang.code())
}

fn top(page: &OwnerPage) -> Markup {
    let (words, other) = (page.lang.words(), page.lang.other());
    html! {
        header.top {
            (frame::brand(page.lang))
            nav aria-label=(words.language) {
                a href=(link(page, page.document.figures.day.to, other)) lang=(other.code()) hreflang=(other.code()) {
                    (words.other_language)
                }
            }
        }
    }
}

fn masthead(page: &OwnerPage, view: &View) -> Markup {
    let (words, today) = (page.lang.words(), page.document.figures.day.to);
    let before = page.days.iter().copied().filter(|day| *day < today).max();
    let after = page.days.iter().copied().filter(|day| *day > today).min();
    let step = |day: Day, arrow: &str, label: &str, rel: &str| {
        let name = date::short(day, page.lang);
        let label = fill(label, &[&name]);
        html! {
            a rel=(rel) href=(link(page, day, page.lang)) aria-label=(label) {
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

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Warn => "warn",
        Tone::Bad => "bad",
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

fn speed(speed: &Speed, lang: Lang) -> Markup {
    let words = lang.words();
    html! {
        section aria-labelledby="speed-title" {
            h2 #speed-title { (words.speed) }
            p.lead { @for line in &speed.lines { (line) " " } }
            @if !speed.bars.is_empty() {
                div.speed {
                    figure { (chart::distribution(speed, words.speed_caption)) }
                    table.plain {
                        caption { (words.speed_caption) }
                        thead { tr {
                            th scope="col" { (words.time_to_answer) }
                            th scope="col" { (words.number_of_leads) }
                            th scope="col" { (words.share) }
                        } }
                        tbody { @for bar in &speed.bars { tr {
                            th scope="row" { (bar.label) }
                            td { (bar.count) }
                            td { (bar.share) }
                        } } }
                    }
                }
            }
        }
    }
}

// Narrow screens turn rows into blocks, which would hide the table from assistive tools without the roles.
fn ledger(ledger: &Ledger, id: &str, lang: Lang) -> Markup {
    let title = format!("{id}-title");
    html! {
        section aria-labelledby=(title) {
            h2 id=(title) { (ledger.title) }
            @if ledger.rows.is_empty() {
                p.lead { (ledger.empty) }
            } @else {
                table.ledger .(id) role="table" {
                    caption { (ledger.caption) }
                    thead role="rowgroup" { tr role="row" {
                        th scope="col" role="columnheader" { (ledger.subject) }
                        @for column in &ledger.columns { th scope="col" role="columnheader" { (column.label) } }
                    } }
                    tbody role="rowgroup" { @for row in &ledger.rows { (ledger_row(row, &ledger.columns)) } }
                }
                @if ledger.has_few { p.legend { (lang.words().few_legend) } }
            }
        }
    }
}

fn ledger_row(row: &Row, columns: &[Column]) -> Markup {
    let cell = |figure: &Figure, column: &str| {
        html! {
            td role="cell" data-label=(column) {
                span .unknown[!figure.known] { (figure.marked()) }
                @if !figure.note.is_empty() { small { (figure.note) } }
            }
        }
    };
    html! {
        tr role="row" {
            th scope="row" role="rowheader" {
                bdi { (row.name) }
                @if let Some((tone, words)) = row.issue { small.issue .(class(tone)) { (words) } }
            }
            @for (figure, column) in row.cells.iter().zip(columns) { (cell(figure, column.label)) }
        }
    }
}

fn foot(policy: &Policy, lang: Lang) -> Markup {
    let words = lang.words();
    let in_time = fill(words.def_in_time, &[&duration(policy.first_response_s(), lang)]);
    let terms: [(&str, &str, &str); 12] = [
        ("entered", words.entered, words.def_entered),
        ("in-time", words.in_time, &in_time),
        ("median", words.median, words.def_median),
        ("waiting", words.waiting, words.def_waiting),
        ("won-lost", words.won_lost, words.def_won_lost),
        ("conversion", words.conversion, words.def_conversion),
        ("active", words.active, words.def_active),
        ("overdue", words.overdue, words.def_overdue),
        ("complete", words.complete, words.def_complete),
        ("people", words.people, words.def_people),
        ("final", words.def_final_term, words.def_final),
        ("trend", words.def_trend_term, words.def_trend),
    ];
    html! {
        footer.foot {
            details {
                summary { (words.definitions) }
                dl.terms {
                    @for (id, term, definition) in terms {
                        div id=(format!("def-{id}")) { dt { (term) } dd { (definition) } }
                    }
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
