//! What people wrote down, beside the figures: the line of a figure with the days of changes on it, and the same as a
//! table. Written pains stand with those found from data.

use super::OwnerPage as Page;
use super::calendar::{self, Shown};
use super::parts::class;
use crate::date;
use crate::lang::{Lang, fill};
use crate::ledger::person_name;
use crate::number::integer;
use crate::reading::{Figure, Reading, no_data};
use crate::said::{self, Pair};
use crate::text;
use maud::{Markup, html};
use takeroot_core::acceptance::Period;
use takeroot_core::logbook::{Entry, EntryKind};
use takeroot_core::summary::Mark;
use takeroot_core::time::Day;

pub(super) const LOG: Pair = ("Журнал изменений", "Log of changes");
const CAPTION: Pair = (
    "До и после — по стольку же дней, не больше двух недель. Совпадение по времени ещё не причина.",
    "Before and after are as many days, two weeks at most. To happen at the same time is no cause yet.",
);
const WHAT: Pair = ("Что изменили", "What was changed");
const BEFORE: Pair = ("До", "Before");
const AFTER: Pair = ("После", "After");
const ASKED: Pair = ("запрос от {0}", "asked for on {0}");
const PRIORITY: Pair = ("приоритет {0}", "priority {0}");
const MET: Pair = ("выполнен {0}", "met on {0}");
const BY_DAY: Pair = (" по дням, {0}, от 0 до {1}", " by day, {0}, from 0 to {1}");
const WRITTEN: Pair = ("Записали сотрудники", "Written down by people");
const HABIT: Pair = ("привычка или обучение", "habit or training");
const INCONVENIENCE: Pair = ("неудобно или сломано", "inconvenient or broken");
const SINCE: Pair = ("с {0}", "since {0}");
const DUE: Pair = ("срок {0}", "due on {0}");
const LATE: Pair = ("срок прошёл {0}", "was due on {0}");
const DONE: Pair = ("решено {0}", "solved on {0}");

/// Changes of the table: the latest ones.
const CHANGES_MAX: usize = 30;
/// Characters of a word on the line.
const WORD_CHARS_MAX: usize = 22;
/// Rows of words above the line, so that neighbours do not lie over one another.
const ROWS: i64 = 3;
const ROW_HEIGHT: i64 = 17;
const TOP: i64 = 60;
const BASE: i64 = 168;

/// Changes with their numbers, by the day on which they show; what is only asked for has none, and comes last, the first
/// priority at the very end: a table begins there.
fn numbered<'a>(page: &Page<'a>) -> Vec<(Option<usize>, &'a Entry)> {
    let changes = page.logbook.iter().filter(|entry| entry.kind != EntryKind::Pain);
    let changes = in_order(changes, |entry| entry.shows_on().unwrap_or_else(|| asked(entry)));
    (1..).zip(changes).map(|(number, entry)| (entry.shows_on().map(|_| number), entry)).collect()
}

/// A day beyond all others, the later the sooner it is wanted.
fn asked(entry: &Entry) -> Day {
    Day(i32::MAX)
        .plus(-entry.priority.and_then(|priority| i32::try_from(priority).ok()).unwrap_or(i32::from(u8::MAX)))
}

/// Entries by a day; of one day as they come, which is by their own days.
fn in_order<'a>(entries: impl Iterator<Item = &'a Entry>, by: fn(&Entry) -> Day) -> Vec<&'a Entry> {
    let mut ordered: Vec<&Entry> = Vec::new();
    for entry in entries {
        let place = ordered.iter().rposition(|before| by(before) <= by(entry)).map_or(0, |place| place + 1);
        ordered.insert(place, entry);
    }
    ordered
}

pub(super) fn has_changes(page: &Page) -> bool {
    page.logbook.iter().any(|entry| entry.kind != EntryKind::Pain)
}

pub(super) fn changes(page: &Page) -> Markup {
    let (lang, words) = (page.lang, page.words());
    let numbered = numbered(page);
    let shown = calendar::shown(page);
    let latest = numbered.iter().rev().take(CHANGES_MAX);
    html! {
        @if has_changes(page) {
            section #log aria-labelledby="log-title" {
                h2 #log-title { (said::of(lang, LOG)) }
                p.lead { (said::of(lang, CAPTION)) }
                (line(page, &shown, &numbered))
                table.turns.log role="table" {
                    thead role="rowgroup" { tr role="row" {
                        @for heading in [said::of(lang, WHAT), said::of(lang, BEFORE), said::of(lang, AFTER), words.change] {
                            th scope="col" role="columnheader" { (heading) }
                        }
                    } }
                    tbody role="rowgroup" { @for (number, entry) in latest { (row(page, &shown, *number, entry)) } }
                }
            }
        }
    }
}

fn row(page: &Page, shown: &Shown, number: Option<usize>, entry: &Entry) -> Markup {
    let lang = page.lang;
    let turn = entry.turn(page.summary().day.to);
    let readings = turn.map(|(before, after)| [before, after].map(|days| of_days(page, shown, days)));
    let trend = readings.and_then(|[before, after]| after?.trend(before?, shown.better, lang));
    html! {
        tr role="row" {
            th scope="row" role="rowheader" {
                @if let Some(number) = number { (number) ". " }
                bdi { (text::line(&entry.text)) }
                small { (when(page, entry)) }
            }
            @for place in 0..2 { td role="cell" {
                @if let Some(readings) = &readings {
                    (figure(&readings.get(place).copied().flatten().map_or_else(|| no_data(lang), |of| of.figure(lang)), lang))
                }
            } }
            td role="cell" { @if let Some(trend) = &trend {
                span.trend .(class(trend.tone)) { span aria-hidden="true" { (trend.arrow) } " " (trend.words()) }
            } }
        }
    }
}

/// When it came, or how a request stands.
fn when(page: &Page, entry: &Entry) -> String {
    if entry.kind == EntryKind::Release {
        return date::short(entry.day, page.lang);
    }
    let priority = entry
        .priority
        .map(|priority| fill(said::of(page.lang, PRIORITY), &[&integer(priority.into(), page.lang)]));
    let told = [Some(on(page, ASKED, entry.day)), priority, state(page, entry, MET)];
    told.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// That it is done, or by when it is to be.
fn state(page: &Page, entry: &Entry, done: Pair) -> Option<String> {
    let late = |by: Day| if by < page.summary().day.to { LATE } else { DUE };
    entry.done.map(|day| on(page, done, day)).or_else(|| entry.by.map(|by| on(page, late(by), by)))
}

fn on(page: &Page, pair: Pair, day: Day) -> String {
    fill(said::of(page.lang, pair), &[&date::short(day, page.lang)])
}

fn figure(figure: &Figure, lang: Lang) -> Markup {
    html! {
        span .unknown[!figure.known] { (figure.text) }
        @if !figure.note.is_empty() { " " small { (figure.remark(lang, false)) } }
    }
}

/// A figure of some days together; `None` of a figure that does not add up, and where nothing was observed.
fn of_days(page: &Page, shown: &Shown, days: Period) -> Option<Reading> {
    let points = page.points.iter().filter(|point| point.observed && days.has(point.day));
    let mut readings = points.map(|point| (shown.of)(point));
    let first = readings.next()?.summed()?;
    readings.try_fold(first, |sum, next| sum.plus(next.summed()?))
}

/// The figure by day, and the days of changes. The table says the same to those who cannot see.
fn line(page: &Page, shown: &Shown, numbered: &[(Option<usize>, &Entry)]) -> Markup {
    let days = calendar::days(page);
    let points: Vec<(Day, i64)> = calendar::points(page)
        .filter(|point| point.observed)
        .filter_map(|point| Some((point.day, calendar::number((shown.of)(point))?)))
        .collect();
    let most = points.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let height = |n: i64| BASE - n * (BASE - TOP) / most;
    let first = points.first().map_or(days.from, |(day, _)| *day);
    let span = i64::from(days.to.0 - first.0).max(1);
    let at = |day: Day| i64::from(day.0 - first.0) * 10_000 / span;
    let across = |day: Day| format!("{}.{:02}%", at(day) / 100, at(day) % 100);
    let mut marked: Vec<(Day, String, &Entry)> = Vec::new();
    for (number, entry) in numbered {
        let (Some(number), Some(day)) = (number, entry.shows_on()) else { continue };
        match marked.last_mut() {
            Some((last, numbers, _)) if *last == day => *numbers = format!("{numbers}, {number}"),
            _ if (first..=days.to).contains(&day) => marked.push((day, number.to_string(), entry)),
            _ => {}
        }
    }
    let by_day = fill(said::of(page.lang, BY_DAY), &[shown.unit, &integer(most, page.lang)]);
    html! {
        @if points.len() > 1 {
            p.legend { a.term href={ "#def-" (shown.key) } { (shown.label) } (by_day) }
            svg.chart.run width="100%" height=(BASE + 24) role="img" aria-label={ (shown.label) (by_day) } {
                line.axis x1="0" x2="100%" y1=(BASE) y2=(BASE) {}
                @for pair in points.windows(2) { @if let [(from, low), (to, high)] = pair {
                    line.step x1=(across(*from)) y1=(height(*low)) x2=(across(*to)) y2=(height(*high)) {}
                } }
                @for (place, (day, numbers, entry)) in (0..).zip(&marked) {
                    @let (x, y) = (across(*day), ROW_HEIGHT * (1 + place % ROWS));
                    @let (anchor, nudge) = if at(*day) > 5_000 { ("end", "-5") } else { ("start", "5") };
                    line.target x1=(x) x2=(x) y1=(y - 12) y2=(BASE) {}
                    text.target-label x=(x) y=(y) dx=(nudge) "text-anchor"=(anchor) {
                        (numbers)
                        tspan.wide { " " (text::clipped(&text::line(&entry.text), WORD_CHARS_MAX)) }
                    }
                }
                text x="0" y=(BASE + 18) { (date::short(first, page.lang)) }
                text x="100%" y=(BASE + 18) "text-anchor"="end" { (date::short(days.to, page.lang)) }
            }
        }
    }
}

/// Pains that people wrote down: those to mend first, the solved ones last.
pub(super) fn pains(page: &Page) -> Markup {
    let written = page.logbook.iter().filter(|entry| entry.kind == EntryKind::Pain);
    let written = in_order(written, |entry| match (entry.done, entry.by) {
        (Some(_), _) => Day(i32::MAX),
        (None, by) => by.unwrap_or(Day(i32::MAX - 1)),
    });
    html! {
        @if !written.is_empty() {
            h3.list { (said::of(page.lang, WRITTEN)) }
            ul.pains.written { @for entry in written { li .done[entry.done.is_some()] {
                h3 { bdi { (text::line(&entry.text)) } }
                p { (date::capital(&notes(page, entry))) }
            } } }
        }
    }
}

pub(super) fn has_pains(page: &Page) -> bool {
    page.logbook.iter().any(|entry| entry.kind == EntryKind::Pain)
}

fn notes(page: &Page, entry: &Entry) -> String {
    let mark = entry.mark.map(|mark| match mark {
        Mark::Habit => HABIT,
        Mark::Inconvenience => INCONVENIENCE,
    });
    let mark = mark.map(|mark| said::of(page.lang, mark).to_owned());
    let owner = (entry.owner != 0).then(|| person_name(page.policy, entry.owner, page.lang));
    let notes = [mark, Some(on(page, SINCE, entry.day)), owner, state(page, entry, DONE)];
    notes.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
