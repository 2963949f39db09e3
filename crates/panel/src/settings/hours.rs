//! Working hours: a week, the production calendar, days off.

use super::control::{button, check, input, remove};
use super::describe::{week, weekday};
use super::edit::clocks;
use super::page::notes;
use super::{Section, Settings};
use crate::lang::fill;
use maud::{Markup, html};
use takeroot_core::calendar::Window;

/// Weekdays as the policy's paths name them.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

pub(super) fn hours(page: &Settings) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    let calendar = &page.draft.calendar;
    html! {
        p.lead {
            (say("Пояс аккаунта: ", "The account’s zone: ")) b { (calendar.tz) } ". "
            (say("Если окончание раньше начала, смена идёт через полночь.", "An end before the start is on the next day."))
        }
        (notes(page, Section::Hours, "calendar"))
        ul.week {
            @for (at, (windows, key)) in week(&page.draft).into_iter().zip(DAYS).enumerate() {
                li {
                    (check(&format!("week:{at}:open"), !windows.is_empty(), weekday(at, page.lang)))
                    div.windows {
                        @for (place, window) in windows.iter().enumerate() { (span(page, at, place, *window, windows.len())) }
                        @if windows.is_empty() { span.quiet { (say("выходной", "day off")) } }
                        @else { (button(&format!("week:{at}:add"), say("+ после перерыва", "+ after a break"))) }
                    }
                    (notes(page, Section::Hours, &format!("calendar.weekly.{key}")))
                }
            }
        }
        fieldset {
            legend { (say("Праздники", "Holidays")) }
            (check("production", calendar.production.is_some(), say(
                "Производственный календарь России: праздники и переносы сами",
                "The Russian production calendar: holidays and moved days by themselves",
            )))
            @if let Some(production) = &calendar.production {
                (check("eves", production.short_eves, say("В канун праздника на час короче", "An hour shorter on the eve of a holiday")))
            }
            ul.chips aria-label=(say("Свои выходные", "Days off of one’s own")) {
                @for day in &calendar.holidays {
                    li { time { (crate::date::long(*day, page.lang)) } (remove(&format!("holiday:{day}"), &fill(say("Убрать {0}", "Remove {0}"), &[&day.to_string()]))) }
                }
            }
            label.field { span { (say("Ещё один выходной", "One more day off")) } input type="date" data-act="holiday" value=""; }
        }
        @if !page.draft.calendars.is_empty() {
            p.quiet { (say("Сменные графики, которые задал оператор, действуют и здесь не меняются: ", "Hours of shifts that the operator has set hold, and are not changed here: "))
                (page.draft.calendars.keys().cloned().collect::<Vec<_>>().join(", ")) "." }
        }
    }
}

fn span(page: &Settings, day: usize, place: usize, window: Window, count: usize) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    let ([from, to], day_name) = (clocks(window), weekday(day, page.lang));
    // A browser's clock knows no 24:00.
    let to = if to == "24:00" { "00:00".to_owned() } else { to };
    html! {
        span.window {
            (input("time", &format!("week:{day}:{place}:from"), &from, &fill(say("{0}: начало", "{0}: start"), &[day_name])))
            span aria-hidden="true" { "–" }
            (input("time", &format!("week:{day}:{place}:to"), &to, &fill(say("{0}: конец", "{0}: end"), &[day_name])))
            @if count > 1 { (remove(&format!("week:{day}:{place}:remove"), &fill(say("{0}: убрать {1}–{2}", "{0}: remove {1}–{2}"), &[day_name, &from, &to]))) }
        }
    }
}
