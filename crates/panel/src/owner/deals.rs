//! The page of the deals behind a figure.

use super::links::Links;
use crate::date;
use crate::definition;
use crate::frame;
use crate::lang::{Lang, fill};
use crate::number::{integer, parts, tenths};
use crate::said;
use crate::text;
use maud::{Markup, html};
use takeroot_core::acceptance::evidence::Evidence;
use takeroot_core::acceptance::{Metric, Period, Unit};
use takeroot_core::time::Day;

/// What the page is made of.
#[derive(Clone, Copy, Debug)]
pub struct DealsPage<'a> {
    /// The company's name, as it comes.
    pub account: &'a str,
    /// The CRM's host, where it is known.
    pub crm_host: Option<&'a str>,
    /// The figure.
    pub metric: Metric,
    /// Its days.
    pub period: Period,
    /// Whether it is of the pilot only.
    pub pilot: bool,
    /// Its deals.
    pub evidence: &'a Evidence,
    /// The day of the page that the reader came from.
    pub day: Day,
    /// The language.
    pub lang: Lang,
    /// The address that days are below.
    pub base: &'a str,
    /// The query that each link keeps.
    pub query: &'a str,
}

/// The deals behind a figure, those that hurt first, each a link into the CRM.
#[must_use]
pub fn deals_page(page: &DealsPage) -> String {
    let DealsPage { metric, period, evidence, lang, .. } = *page;
    let words = lang.words();
    let links = Links { base: page.base, query: page.query, lang };
    let title = date::capital(said::of(lang, said::metric(metric)));
    let is_quantile = metric.unit() == Unit::Seconds;
    let counted = (if is_quantile { words.deals_measured } else { words.deals_counted }, &evidence.counted);
    let others = (if is_quantile { words.deals_unmeasured } else { words.deals_others }, &evidence.others);
    let lists = if metric.less_is_better() { [counted, others] } else { [others, counted] };
    let body = html! {
        div.sheet {
            header.top { (frame::brand(lang)) }
            main {
                div.masthead {
                    div {
                        p.account { bdi { (text::name(page.account).unwrap_or_default()) } }
                        h1 { (title) }
                        p.status {
                            (date::span(period, lang))
                            @if page.pilot { ", " (words.of_pilot) }
                        }
                    }
                    nav.days aria-label=(words.days) {
                        a href=(links.day(page.day, &[], "")) { span aria-hidden="true" { "← " } (words.back_to_day) }
                    }
                }
                p.sentence { (value(page)) }
                p.lead { (said::of(lang, definition::of(metric))) " " (words.deals_now) }
                @for (name, (count, deals)) in lists { (list(page, name, *count, deals)) }
            }
        }
    };
    frame::document(lang, &title, &body)
}

fn value(page: &DealsPage) -> String {
    let (lang, value) = (page.lang, page.evidence.value);
    let made_of = fill(lang.words().n_of_m, &[&integer(value.n, lang), &integer(value.of, lang)]);
    match (page.metric.unit(), parts(value.n, value.of, 1000)) {
        (Unit::Percent, Some(share)) => format!("{}: {made_of}", tenths(share, lang)),
        _ => made_of,
    }
}

fn list(page: &DealsPage, name: &str, count: usize, deals: &[u64]) -> Markup {
    let (lang, words) = (page.lang, page.lang.words());
    let number = |n: usize| integer(i64::try_from(n).unwrap_or(i64::MAX), lang);
    html! {
        section {
            h2 { (name) ": " (number(count)) }
            @if deals.len() < count { p.lead { (fill(words.deals_newest, &[&number(deals.len())])) } }
            ul.links { @for deal in deals { li {
                @match page.crm_host {
                    Some(host) => a href={ "https://" (host) "/leads/detail/" (deal) } rel="noreferrer" { (deal) },
                    None => (deal),
                }
            } } }
        }
    }
}
