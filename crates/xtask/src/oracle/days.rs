//! Days of a calendar: days off on weekdays and working weekends of the Russian production calendar, by year.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use takeroot_core::calendar::{Calendar, Production};
use takeroot_core::policy::Policy;
use takeroot_core::production::Country;
use takeroot_core::time::Day;

use super::{Tally, short};

pub(super) fn run(doc: &Value) -> Tally {
    let mut tally = Tally::default();
    let known = Country::Ru.known();
    for (year, expected) in doc["years"].as_object().into_iter().flatten() {
        let first = year.parse().ok().and_then(|year| Day::of(year, 1, 1));
        match first.filter(|first| known.0 <= *first && *first <= known.1) {
            Some(first) => tally.judge(year, judge(first, expected)),
            None => tally.skip(year, &format!("known are {} to {}", known.0, known.1)),
        }
    }
    tally
}

fn judge(first: Day, expected: &Value) -> Result<(), String> {
    let production = Some(Production { country: Country::Ru, short_eves: false });
    let calendar = Calendar { production, ..Policy::standard("Europe/Moscow").calendar };
    let year = first.civil().0;
    let days = (0..366).map(|n| first.plus(n)).filter(|day| day.civil().0 == year);
    let (working, off): (Vec<Day>, Vec<Day>) = days.partition(|day| !calendar.windows(*day).is_empty());
    let got = [
        ("weekday_days_off", json!(pick(off, |weekday| weekday < 5))),
        ("working_days", json!(working.len())),
        ("working_weekends", json!(pick(working, |weekday| weekday >= 5))),
    ];
    for (field, got) in got {
        let expected = &expected[field];
        let same = match (expected, &got) {
            (Value::Null, _) => true,
            (Value::Array(expected), Value::Array(got)) => texts(expected) == texts(got),
            (expected, got) => expected == got,
        };
        if !same {
            return Err(format!("{field}: expected {}, got {}", short(expected), short(&got)));
        }
    }
    Ok(())
}

fn pick(days: Vec<Day>, weekday: fn(usize) -> bool) -> Vec<Day> {
    days.into_iter().filter(|day| weekday(day.weekday())).collect()
}

fn texts(values: &[Value]) -> BTreeSet<&str> {
    values.iter().filter_map(Value::as_str).collect()
}
