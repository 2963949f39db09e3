//! Times as the card says them.

use super::words::words;
use crate::date;
use crate::lang::{Lang, fill};
use crate::number;
use takeroot_core::time::Moment;
use takeroot_core::zone::Zone;

const NO_BREAK: char = '\u{a0}';

/// `завтра в 9:00`, `в понедельник в 9:00`, `12 января в 9:00`, by the account's clock.
pub(super) fn when(at: Moment, now: Moment, zone: &Zone, lang: Lang) -> String {
    let words = words(lang);
    let (day, today, clock) = (zone.day_of(at), zone.day_of(now), clock(at, zone));
    let weekday = || words.on_weekdays.split('|').nth(day.weekday()).unwrap_or_default();
    match i64::from(day.0) - i64::from(today.0) {
        0 => fill(words.at_today, &[&clock]),
        1 => fill(words.at_tomorrow, &[&clock]),
        -1 => fill(words.at_yesterday, &[&clock]),
        2..=6 => fill(words.at_weekday, &[weekday(), &clock]),
        _ => fill(words.at_weekday, &[&date::short(day, lang), &clock]),
    }
}

/// `9:00`
pub(super) fn clock(at: Moment, zone: &Zone) -> String {
    let wall_s = zone.wall_s(at);
    format!("{}:{:02}", wall_s / 3600, wall_s / 60 % 60)
}

/// A clock that ticks: `45 с`, `12 мин 05 с`, `1 ч 20 мин`.
pub(super) fn ticking(seconds: i64, lang: Lang) -> String {
    let words = words(lang);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let two = |a: String, unit_a, b: i64, unit_b| {
        format!("{a}{NO_BREAK}{unit_a}{NO_BREAK}{b:02}{NO_BREAK}{unit_b}")
    };
    match (hours, minutes) {
        (0, 0) => format!("{seconds}{NO_BREAK}{}", words.second),
        (0, _) => two(minutes.to_string(), words.minute, seconds, words.second),
        _ => two(number::integer(hours, lang), words.hour, minutes, words.minute),
    }
}

/// A span that stands still: `сразу`, `45 с`, `8 мин`, `1 ч 20 мин`.
pub(super) fn span(seconds: i64, lang: Lang) -> String {
    if seconds <= 0 { words(lang).at_once.to_owned() } else { number::duration(seconds, lang) }
}
