//! The acceptance down to its evidence, the decision that lies ahead, and the goals.

use super::OwnerPage as Page;
use super::parts::{class, deals, judged, term, tone};
use crate::date;
use crate::lang::{Lang, fill};
use crate::ledger::person_name;
use crate::measured::{Measured, amount, value};
use crate::number::{counted, parts, percent};
use crate::said::{self, Pair};
use maud::{Markup, html};
use takeroot_core::acceptance::{Check, Forecast, Gate, Outlook, Progress, State, Unit, Verdict};
use takeroot_core::time::Day;

pub(super) fn acceptance(page: &Page) -> Markup {
    let (lang, words) = (page.lang, page.words());
    html! {
        @if let Some(standing) = &page.summary().acceptance {
            section #acceptance aria-labelledby="acceptance-title" {
                h2 #acceptance-title { (said::of(lang, said::ACCEPTANCE)) }
                @for gate in &standing.gates { (self::gate(page, gate)) }
                @if standing.targets_moved { p.lead { (said::of(lang, said::TARGETS_MOVED)) } }
                p.lead { (words.points_caption) }
                (checks(page, words.seven_points, standing.accepted, &standing.points))
                div.setup {
                    (checks(page, said::of(lang, said::SETUP), standing.works, &standing.setup))
                    (checks(page, said::of(lang, said::PILOT), standing.ready, &standing.pilot))
                }
            }
        }
    }
}

fn today(page: &Page) -> Day {
    page.summary().day.to
}

/// Days from the page's day to another.
fn days_left(page: &Page, due: Day) -> i64 {
    i64::from(due.0) - i64::from(today(page).0)
}

fn gate(page: &Page, gate: &Gate) -> Markup {
    let (lang, words) = (page.lang, page.words());
    let left = days_left(page, gate.due);
    // Of those that lie far ahead nothing is known yet.
    html! {
        @if !(gate.ahead && gate.verdicts.is_empty()) {
            div.gate {
                @let decision = said::of(lang, said::decision(gate.state));
                p.level .(class(tone(gate.state))) {
                    @if gate.ahead { (fill(words.so_far, &[decision])) } @else { (date::capital(decision)) }
                }
                h3 {
                    @if gate.ahead {
                        (fill(words.gate_in, &[&counted(left, words.days_forms, lang), &date::long(gate.due, lang)]))
                    } @else { (fill(said::of(lang, said::GATE), &[&date::long(gate.due, lang)])) }
                }
                ul.figures { @for figure in &gate.verdicts { li {
                    (state(figure.state, said::state, lang)) " " div { (judged(page, figure)) }
                } } }
            }
        }
    }
}

fn state(state: State, words: fn(State) -> Pair, lang: Lang) -> Markup {
    html! { span.state .(class(tone(state))) { (date::capital(said::of(lang, words(state)))) } }
}

fn checks(page: &Page, title: &str, whole: State, checks: &[Check]) -> Markup {
    let lang = page.lang;
    html! {
        h3.list { (title) ": " (state(whole, said::state, lang)) }
        ul.checks { @for check in checks { li {
            (state(check.state, said::state, lang))
            p { (said::of(lang, said::point(check.point))) }
            ul.figures { @for figure in &check.verdicts { li { (judged(page, figure)) } } }
        } } }
    }
}

pub(super) fn goals(page: &Page) -> Markup {
    let (lang, words) = (page.lang, page.words());
    html! {
        @if !page.summary().goals.is_empty() {
            section #goals aria-labelledby="goals-title" {
                h2 #goals-title { (words.goals) }
                table.ledger.goals role="table" {
                    caption { (words.goals_caption) }
                    thead role="rowgroup" { tr role="row" {
                        @for heading in [words.figure, words.baseline, words.now, words.needed, words.goal_way,
                            words.goal_by, words.goal_forecast, words.goal_owner] { th scope="col" role="columnheader" { (heading) } }
                    } }
                    tbody role="rowgroup" { @for goal in &page.summary().goals {
                        @let now = &goal.current.after;
                        @let said = Measured::of(now, lang);
                        tr role="row" {
                            th scope="row" role="rowheader" { (term(said.metric, lang)) }
                            td role="cell" data-label=(words.baseline) { (value(&goal.baseline, lang)) }
                            td role="cell" data-label=(words.now) {
                                b .unknown[!said.known] { (said.value) } " " small { (said.cases) } " " (deals(page, now))
                            }
                            td role="cell" data-label=(words.needed) { (said.limit) }
                            td role="cell" data-label=(words.goal_way) { (way(goal, lang)) }
                            td role="cell" data-label=(words.goal_by) { (due(page, goal)) }
                            td role="cell" data-label=(words.goal_forecast) { (expected(goal, lang)) }
                            td role="cell" data-label=(words.goal_owner) {
                                @if goal.owner == 0 { (words.nobody) }
                                @else { bdi { (person_name(page.policy, goal.owner, lang)) } }
                            }
                        }
                    } }
                }
            }
        }
    }
}

fn due(page: &Page, goal: &Progress) -> Markup {
    let (lang, words) = (page.lang, page.words());
    html! {
        @if let Some(by) = goal.by {
            @let left = days_left(page, by);
            (date::short(by, lang)) " "
            small {
                @if left < 0 { (words.goal_late) }
                @else { (fill(words.goal_left, &[&counted(left, words.days_forms, lang)])) }
            }
        }
    }
}

/// Where the figure is heading, and whether that is far enough.
fn expected(goal: &Progress, lang: Lang) -> Markup {
    let words = lang.words();
    let unit = goal.current.after.criterion.metric.unit();
    let said = |forecast: Forecast| match forecast.outlook {
        Outlook::Likely => words.goal_likely,
        Outlook::Open => words.goal_open,
        Outlook::Unlikely => words.goal_unlikely,
    };
    html! {
        @match goal.forecast {
            None => span.unknown { (words.no_data) },
            Some(forecast) => {
                @let [low, high] = [forecast.low, forecast.high].map(|end| amount(end / 100, unit, lang));
                (fill(words.goal_between, &[&low, &high])) " " small { (said(forecast)) }
            }
        }
    }
}

/// The part of the way from the baseline to the target, as a bar and in words.
fn way(goal: &Progress, lang: Lang) -> Markup {
    let words = lang.words();
    let done = if goal.current.after.state == State::Met { Some(100) } else { done(goal) };
    html! {
        @match done {
            None => span.unknown { (words.no_data) },
            Some(done) => {
                svg.way width="64" height="8" aria-hidden="true" {
                    rect.late width="100%" height="8" rx="2" {}
                    @if done > 0 { rect width={ (done) "%" } height="8" rx="2" {} }
                }
                " "
                @if done == 100 { (words.goal_reached) } @else { (percent(done, lang)) }
            }
        }
    }
}

/// Percent of the way, 0 where the figure went back; `None` without a baseline, a figure or a target.
fn done(goal: &Progress) -> Option<i64> {
    let now = &goal.current.after;
    let (from, to) = (exact(&goal.baseline)?, exact(now)?);
    let target = now.criterion.at_least.or(now.criterion.at_most)?;
    let target = if now.criterion.metric.unit() == Unit::Percent { target * 1000 } else { target };
    let (gone, all) = (to - from, target - from);
    let done = parts(gone * all.signum(), all.abs(), 100)?;
    Some(done.clamp(0, 99))
}

/// A figure in thousandths of a percent, or in its unit.
fn exact(figure: &Verdict) -> Option<i64> {
    if !figure.is_known() {
        return None;
    }
    match (figure.criterion.metric.unit(), figure.seconds) {
        (_, Some(seconds)) => Some(seconds),
        (Unit::Percent, None) => parts(figure.value.n, figure.value.of, 100_000),
        (_, None) => parts(figure.value.n, figure.value.of, 1),
    }
}
