//! The last days as a calendar: a figure of each, in a stronger colour where it is more. Units stand in the caption, so that a day is
//! as narrow as its number.

use super::OwnerPage as Page;
use crate::date;
use crate::lang::fill;
use crate::number::parts;
use crate::reading::{Better, Reading};
use crate::words::Words;
use maud::{Markup, html};
use takeroot_core::acceptance::Period;
use takeroot_core::contribution::{Count, Took};
use takeroot_core::day::DayPoint;
use takeroot_core::time::Day;

/// Days of the calendar, the page's own included.
const DAYS: u32 = 90;
/// Shades, from the least to the most.
const SHADES: i64 = 5;

/// A figure that a calendar can show.
pub(super) struct Shown {
    /// Its name in an address, and of its definition.
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    pub(super) unit: &'static str,
    pub(super) better: Better,
    pub(super) of: fn(&DayPoint) -> Reading,
}

fn figures(words: &'static Words) -> [Shown; 6] {
    use Better::{Less, More};
    let shown = |key, label, unit, better, of| Shown { key, label, unit, better, of };
    let percents = words.in_percents;
    [
        shown("in-time", words.in_time, percents, More, |day| {
            Reading::Share(day.all.n(Count::InTime), day.all.judged())
        }),
        shown("entered", words.entered, words.in_pieces, More, |day| {
            Reading::Count(day.all.n(Count::Entered))
        }),
        shown("median", words.median, words.in_minutes, Less, |day| {
            Reading::median(&day.all.times(Took::Response))
        }),
        shown("overdue", words.overdue, percents, Less, |day| {
            Reading::Share(day.all.n(Count::Overdue), day.all.n(Count::Active))
        }),
        shown("complete", words.complete, percents, More, |day| {
            Reading::Share(day.all.n(Count::Complete), day.all.n(Count::Cards))
        }),
        shown("people", words.people, words.in_people, More, |day| {
            let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
            Reading::Census(count(day.acted), count(day.roster))
        }),
    ]
}

/// A figure as a bare number: minutes of a duration, percents of a share.
pub(super) fn number(reading: Reading) -> Option<i64> {
    match reading {
        Reading::Median(seconds, _) => seconds.map(|seconds| (seconds + 30) / 60),
        Reading::Share(n, of) | Reading::Ratio(n, of) => parts(n, of, 100),
        Reading::Count(n) | Reading::Pair(n, _) | Reading::Census(n, _) => Some(n),
    }
}

/// The figure that the reader asks for, or the first one.
pub(super) fn shown(page: &Page) -> Shown {
    let [first, rest @ ..] = figures(page.words());
    rest.into_iter().find(|one| one.key == page.choice.figure).unwrap_or(first)
}

/// The days of the calendar.
pub(super) fn days(page: &Page) -> Period {
    Period::ending(page.summary().day.to, DAYS)
}

/// What is known of them.
pub(super) fn points<'a>(page: &Page<'a>) -> impl Iterator<Item = &'a DayPoint> {
    let days = days(page);
    page.points.iter().filter(move |point| days.has(point.day))
}

pub(super) fn calendar(page: &Page) -> Markup {
    let words = page.words();
    let today = page.summary().day.to;
    let points: Vec<&DayPoint> = points(page).collect();
    let (choices, shown) = (figures(words), &shown(page));
    let known: Vec<i64> =
        points.iter().filter(|point| point.observed).filter_map(|point| number((shown.of)(point))).collect();
    let range = known.iter().copied().min().zip(known.iter().copied().max());
    let monday = |day: Day| day.plus(-i32::try_from(day.weekday()).unwrap_or(0));
    let first = points.first().map_or(today, |point| point.day);
    let weeks = (monday(first).0..=today.0).step_by(7).map(Day);
    html! {
        section #calendar aria-labelledby="calendar-title" {
            h2 #calendar-title { (words.calendar) }
            nav.sections aria-label=(words.calendar_figure) {
                @for one in &choices {
                    a href=(page.here(&[("figure", one.key)], "calendar"))
                        aria-current=[(one.key == shown.key).then_some("true")] { (one.label) }
                }
            }
            @if let Some((least, most)) = range {
                table.calendar {
                    caption {
                        a.term href={ "#def-" (shown.key) } { (shown.label) } ", " (shown.unit) ". "
                        (fill(words.calendar_legend, &[&least.to_string(), &most.to_string()]))
                    }
                    thead { tr {
                        td {}
                        @for name in words.weekdays_short.split('|') { th scope="col" { (name) } }
                    } }
                    tbody { @for first in weeks {
                        tr {
                            th scope="row" { (date::brief(first, page.lang)) }
                            @for day in (0..7).map(|n| first.plus(n)) {
                                (cell(page, shown, day, points.iter().find(|point| point.day == day), (least, most)))
                            }
                        }
                    } }
                }
            } @else { p.lead { (words.calendar_empty) } }
        }
    }
}

fn cell(
    page: &Page,
    shown: &Shown,
    day: Day,
    point: Option<&&DayPoint>,
    (least, most): (i64, i64),
) -> Markup {
    let (lang, words) = (page.lang, page.words());
    let Some(point) = point else { return html! { td {} } };
    let reading = (shown.of)(point);
    let number = number(reading).filter(|_| point.observed);
    let shade = number.map(|n| 1 + parts((n - least) * (SHADES - 1), most - least, 1).unwrap_or(0));
    let figure = reading.figure(lang);
    let said = match (point.observed, number) {
        (false, _) => words.unobserved.to_owned(),
        (true, None) => words.no_data.to_owned(),
        (true, Some(_)) => {
            let remark = figure.remark(lang, false);
            let remark = if figure.note.is_empty() { String::new() } else { format!(", {remark}") };
            format!("{}{remark}", figure.text)
        }
    };
    let label = format!("{}: {said}", date::short(day, lang));
    let class = shade.map_or_else(
        || if point.observed { "empty".to_owned() } else { "unseen".to_owned() },
        |shade| format!("shade-{shade}"),
    );
    let is_today = day == page.summary().day.to;
    html! {
        td .(class) {
            a href=(page.links().day(day, &[("figure", shown.key)], "")) title=(label) aria-label=(label)
                aria-current=[is_today.then_some("date")] {
                @match number { Some(n) => (n), None => "–" }
            }
        }
    }
}
