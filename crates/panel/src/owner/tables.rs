//! Managers, channels and pipelines as tables; the leaderboard, where the owner turned it on.

use super::OwnerPage as Page;
use super::parts::class;
use crate::lang::fill;
use crate::ledger::{Column, Ledger, Row, person_name};
use crate::number::integer;
use crate::reading::{Figure, Reading};
use crate::said::{self, Pair};
use maud::{Markup, html};

/// Rows of managers that are shown before somebody asks for all.
const ROWS_MAX: usize = 40;

/// Rows of managers on paper, as the style prints them.
const PRINTED_MAX: usize = 7;
const PRINTED: Pair = ("Напечатаны первые {0} из {1}.", "The first {0} of {1} are printed.");

/// Managers, in the order that the address asks for.
pub(super) fn managers(page: &Page, ledger: &mut Ledger) -> Markup {
    ledger.sort(page.choice.sort, !page.choice.ascending);
    let (all, words) = (ledger.rows.len(), page.words());
    if !page.choice.everybody {
        ledger.rows.truncate(ROWS_MAX);
    }
    html! {
        (ledger_of(page, ledger, "managers", true))
        @if all > PRINTED_MAX {
            @let [printed, all] = [PRINTED_MAX, all].map(|n| integer(i64::try_from(n).unwrap_or(i64::MAX), page.lang));
            p.legend.printed { (fill(said::of(page.lang, PRINTED), &[&printed, &all])) }
        }
        @if all > ledger.rows.len() {
            p.lead.show-all { a href=(page.here(&[("all", "1")], "managers")) {
                (fill(words.show_all, &[&integer(i64::try_from(all).unwrap_or(i64::MAX), page.lang)]))
            } }
        }
    }
}

// Narrow screens turn rows into blocks, which would hide the table from assistive tools without the roles.
pub(super) fn ledger_of(page: &Page, ledger: &Ledger, id: &str, sorts: bool) -> Markup {
    let title = format!("{id}-title");
    html! {
        section id=(id) aria-labelledby=(title) {
            h2 id=(title) { (ledger.title) }
            @if ledger.rows.is_empty() {
                p.lead { (ledger.empty) }
            } @else {
                @if sorts { (sorts_of(page, ledger)) }
                table.ledger .(id) role="table" {
                    caption { (ledger.caption) }
                    thead role="rowgroup" { tr role="row" {
                        th scope="col" role="columnheader" { (ledger.subject) }
                        @for column in &ledger.columns { (heading(page, column, sorts && column.key != "actions")) }
                    } }
                    tbody role="rowgroup" { @for row in &ledger.rows { (ledger_row(row, &ledger.columns)) } }
                }
                @if ledger.has_few { p.legend { (page.words().few_legend) } }
            }
        }
    }
}

/// The same ways to sort for narrow screens, which show no headings.
fn sorts_of(page: &Page, ledger: &Ledger) -> Markup {
    let label = page.words().sorting;
    html! {
        nav.sorts aria-label=(label) {
            span { (label) ":" }
            @for column in ledger.columns.iter().filter(|column| column.key != "actions") { (sorting(page, column)) }
        }
    }
}

fn heading(page: &Page, column: &Column, sorts: bool) -> Markup {
    let order = match (sorts && page.choice.sort == column.key, page.choice.ascending) {
        (false, _) => None,
        (true, true) => Some("ascending"),
        (true, false) => Some("descending"),
    };
    html! {
        th scope="col" role="columnheader" aria-sort=[order] {
            @if sorts { (sorting(page, column)) } @else { (column.label) }
        }
    }
}

/// A link that sorts: down at first, up when it is taken again.
fn sorting(page: &Page, column: &Column) -> Markup {
    let is_sorted = page.choice.sort == column.key;
    let up = is_sorted && !page.choice.ascending;
    let mut params = vec![("sort", column.key)];
    params.extend(up.then_some(("dir", "up")));
    params.extend(page.choice.everybody.then_some(("all", "1")));
    let label = fill(page.words().sort_by, &[column.label]);
    html! {
        a href=(page.here(&params, "managers")) aria-label=(label) {
            (column.label)
            @if is_sorted { span aria-hidden="true" { @if up { " ▼" } @else { " ▲" } } }
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

/// Outcomes only; nothing where the policy does not ask for it.
pub(super) fn leaders(page: &Page) -> Markup {
    let (lang, words) = (page.lang, page.words());
    html! {
        @if page.policy.leaderboard {
            section #leaders aria-labelledby="leaders-title" {
                h2 #leaders-title { (words.leaders) }
                p.lead { (words.leaders_caption) }
                @if page.summary().leaders.is_empty() { p.lead { (words.leaders_none) } } @else {
                    table.turns.leaders role="table" {
                        thead { tr {
                            th scope="col" { (words.manager) }
                            th scope="col" { (words.won_share) }
                        } }
                        tbody { @for one in &page.summary().leaders {
                            @let won = Reading::Share(one.won.n, one.won.of).figure(lang);
                            tr {
                                th scope="row" { bdi { (person_name(page.policy, one.id, lang)) } }
                                td { (won.text) " " small { (won.note) } }
                            }
                        } }
                    }
                }
            }
        }
    }
}
