//! The six signs, and what has changed: since the day before, and since the baseline.

use super::OwnerPage as Page;
use super::parts::{class, measured, term, tone};
use crate::date;
use crate::lang::{Lang, fill};
use crate::measured::{turn, value};
use crate::reading::Trend;
use crate::said;
use maud::{Markup, html};
use takeroot_core::acceptance::{Compared, Metric, Verdict};
use takeroot_core::summary::{Advice, Glance, Sign};

pub(super) fn signs(page: &Page) -> Markup {
    let (lang, words) = (page.lang, page.words());
    html! {
        section #signs aria-labelledby="signs-title" {
            h2 #signs-title { (said::of(lang, said::SIGNS)) }
            ul.signs { @for one in &page.summary().signs { li {
                p.level .(class(tone(one.state))) { (date::capital(said::of(lang, said::light(one.state)))) }
                h3 { (said::of(lang, said::sign(one.sign))) }
                ul.figures { @for figure in &one.figures { li {
                    (measured(page, figure))
                    @if let Some(trend) = page.week_ago.and_then(|then| turned(then, one, figure, page)) {
                        p.trend .(class(trend.tone)) { (arrow(&trend)) " " (trend.words()) " " (words.in_a_week) }
                    }
                } } }
                @if !matches!(one.advice, Advice::GoOn | Advice::Wait) {
                    p.todo { (fill(said::of(lang, said::TO_DO), &[said::of(lang, said::advice(one.advice))])) }
                }
            } } }
        }
    }
}

fn arrow(trend: &Trend) -> Markup {
    html! { span aria-hidden="true" { (trend.arrow) } }
}

/// How a figure of a sign turned since an earlier summary.
fn turned(then: &Glance, sign: &Sign, figure: &Verdict, page: &Page) -> Option<Trend> {
    turn(before(then, sign, figure)?, figure, page.lang)
}

fn before<'a>(then: &'a Glance, sign: &Sign, figure: &Verdict) -> Option<&'a Verdict> {
    let then = then.signs.iter().find(|then| then.sign == sign.sign)?;
    then.figures.iter().find(|then| then.criterion.metric == figure.criterion.metric)
}

/// A row of a comparison.
struct Turned {
    metric: Metric,
    before: String,
    after: String,
    trend: Option<Trend>,
}

/// The figure alone: a column of a comparison has no room for why there is none.
fn short(figure: &Verdict, lang: Lang) -> String {
    if figure.is_known() { value(figure, lang) } else { lang.words().no_data.to_owned() }
}

pub(super) fn changes(page: &Page) -> Markup {
    let (lang, words) = (page.lang, page.words());
    let comparison = page.summary().acceptance.as_ref().map(|standing| &standing.comparison);
    let of_comparison = |row: &Compared| {
        let known = row.before.is_known() || row.after.is_known();
        known.then(|| Turned {
            metric: row.after.criterion.metric,
            before: short(&row.before, lang),
            after: short(&row.after, lang),
            trend: turn(&row.before, &row.after, lang),
        })
    };
    html! {
        section #changes aria-labelledby="changes-title" {
            h2 #changes-title { (words.changes) }
            div.pair {
                div {
                    h3 { (words.since_yesterday) }
                    @match page.yesterday {
                        None => p.lead { (words.no_yesterday) },
                        Some(then) => (since(page, then)),
                    }
                }
                @if let Some(comparison) = comparison {
                    @let (then, now) = (date::span(comparison.before, lang), date::span(comparison.after, lang));
                    @let rows: Vec<Turned> = comparison.rows.iter().filter_map(of_comparison).collect();
                    div {
                        h3 { (fill(said::of(lang, said::COMPARISON), &[&then, &now])) }
                        @if comparison.uploaded || !comparison.differences.is_empty() { p.lead {
                            @if comparison.uploaded { (said::of(lang, said::UPLOADED)) " " }
                            @for one in &comparison.differences {
                                (date::capital(said::of(lang, said::difference(one)))) ". "
                            }
                        } }
                        @if rows.is_empty() { p.lead { (words.nothing_compared) } } @else { (table(page, &rows)) }
                    }
                }
            }
        }
    }
}

fn since(page: &Page, then: &Glance) -> Markup {
    let (lang, words) = (page.lang, page.words());
    let signs = &page.summary().signs;
    let states = signs.iter().filter_map(|sign| {
        let was = then.signs.iter().find(|then| then.sign == sign.sign)?;
        (was.state != sign.state).then_some((sign, was.state))
    });
    let rows = signs.iter().flat_map(|sign| sign.figures.iter().map(move |figure| (sign, figure)));
    let rows = rows.filter_map(|(sign, figure)| {
        let was = before(then, sign, figure)?;
        let (before, after) = (short(was, lang), short(figure, lang));
        let trend = turn(was, figure, lang);
        (before != after).then_some(Turned { metric: figure.criterion.metric, before, after, trend })
    });
    let (states, rows): (Vec<_>, Vec<Turned>) = (states.collect(), rows.collect());
    html! {
        @if states.is_empty() && rows.is_empty() { p.lead { (words.nothing_turned) } }
        @for (sign, was) in &states {
            p.turned {
                (said::of(lang, said::sign(sign.sign))) ": "
                span .(class(tone(*was))) { (said::of(lang, said::light(*was))) } " → "
                span .(class(tone(sign.state))) { (said::of(lang, said::light(sign.state))) }
            }
        }
        @if !rows.is_empty() { (table(page, &rows)) }
    }
}

fn table(page: &Page, rows: &[Turned]) -> Markup {
    let words = page.words();
    html! {
        table.turns role="table" {
            thead role="rowgroup" { tr role="row" {
                th scope="col" role="columnheader" { (words.figure) }
                th scope="col" role="columnheader" { (words.was) }
                th scope="col" role="columnheader" { (words.became) }
                th scope="col" role="columnheader" { (words.change) }
            } }
            tbody role="rowgroup" { @for row in rows { tr role="row" {
                th scope="row" role="rowheader" { (term(row.metric, page.lang)) }
                td role="cell" { (row.before) }
                td role="cell" { (row.after) }
                td role="cell" { @if let Some(trend) = &row.trend {
                    span.trend .(class(trend.tone)) { (arrow(trend)) " " (trend.words()) }
                } }
            } } }
        }
    }
}
