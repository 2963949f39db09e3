//! What the sections of the page share.

use super::OwnerPage as Page;
use crate::date::{capital, span};
use crate::definition;
use crate::lang::{Lang, fill};
use crate::measured::Measured;
use crate::reading::Tone;
use crate::said;
use maud::{Markup, html};
use takeroot_core::acceptance::{Behind, Metric, State, Verdict};
use takeroot_core::contribution::{Dimension, Slice};

pub(super) const fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Warn => "warn",
        Tone::Bad => "bad",
    }
}

pub(super) const fn tone(state: State) -> Tone {
    match state {
        State::Met | State::Known => Tone::Good,
        State::Near => Tone::Warn,
        State::NotMet => Tone::Bad,
        State::NoData => Tone::Plain,
    }
}

/// A metric's name, which leads to its definition.
pub(super) fn term(metric: Metric, lang: Lang) -> Markup {
    html! { a.term href={ "#def-" (metric.name()) } { (said::of(lang, said::metric(metric))) } }
}

/// A figure with what it is made of, what is needed, and the way to its deals.
pub(super) fn measured(page: &Page, figure: &Verdict) -> Markup {
    with(page, figure, "")
}

/// The same with the days that it was judged by.
pub(super) fn judged(page: &Page, figure: &Verdict) -> Markup {
    with(page, figure, &span(figure.period, page.lang))
}

fn with(page: &Page, figure: &Verdict, days: &str) -> Markup {
    let said = Measured::of(figure, page.lang);
    let remarks = [said.cases.as_str(), said.limit.as_str(), days];
    let remarks: Vec<&str> = remarks.into_iter().filter(|part| !part.is_empty()).collect();
    html! {
        div.line .missing[!said.known] { (term(said.metric, page.lang)) " " b .unknown[!said.known] { (said.value) } }
        @if !remarks.is_empty() || is_traced(figure) {
            small { (remarks.join(", ")) " " (deals(page, figure)) }
        }
    }
}

/// Whether deals lie behind a figure that can be shown one by one.
fn is_traced(figure: &Verdict) -> bool {
    let slice = figure.criterion.slice;
    let is_asked = slice == Slice::ALL || slice == Slice::of(Dimension::Pilot, 1);
    figure.is_known() && figure.behind == Behind::Deals && is_asked
}

/// The way to the deals behind a figure, where there are any.
pub(super) fn deals(page: &Page, figure: &Verdict) -> Markup {
    let words = page.words();
    let metric = figure.criterion.metric;
    let name = said::of(page.lang, said::metric(metric));
    html! {
        @if is_traced(figure) {
            a.deals href=(page.evidence(figure)) aria-label=(fill(words.see_deals_of, &[name])) {
                (words.see_deals)
            }
        }
    }
}

/// The definitions of the metrics that the page shows.
pub(super) fn definitions(page: &Page) -> Markup {
    html! {
        @for metric in metrics(page) {
            div id={ "def-" (metric.name()) } {
                dt { (capital(said::of(page.lang, said::metric(metric)))) }
                dd { (said::of(page.lang, definition::of(metric))) }
            }
        }
    }
}

/// Each metric that the page shows, once, in the order in which it comes.
fn metrics(page: &Page) -> Vec<Metric> {
    let summary = page.summary();
    let signs = summary.signs.iter().flat_map(|sign| &sign.figures);
    let answers = summary.answers.iter().flat_map(|answer| &answer.figures);
    let standing = summary.acceptance.iter().flat_map(|standing| {
        let lists = [&standing.points, &standing.setup, &standing.pilot];
        let checks = lists.into_iter().flatten().flat_map(|check| &check.verdicts);
        let gates = standing.gates.iter().flat_map(|gate| &gate.verdicts);
        checks.chain(gates).chain(standing.comparison.rows.iter().map(|row| &row.after))
    });
    let goals = summary.goals.iter().map(|goal| &goal.current.after);
    let figures = signs.chain(answers).chain(standing).chain(goals);
    let pains = summary.pains.iter().map(|pain| pain.metric);
    let mut shown: Vec<Metric> = Vec::new();
    for metric in figures.map(|figure| figure.criterion.metric).chain(pains) {
        if !shown.contains(&metric) {
            shown.push(metric);
        }
    }
    shown
}
