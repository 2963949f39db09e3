//! The compiled calendar against a second, naive one: time is walked tick by tick over the local clock as
//! chrono-tz shows it, on random calendars in random zones, mostly around changes of the clock.
//!
//! `TAKEROOT_SEED` sets the seed; a failure prints it.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod naive;

use naive::{Dice, Naive, Spec};
use takeroot_core::calendar::{Calendar, CalendarError};
use takeroot_core::time::{Day, Moment};
use takeroot_core::timetable::{OutOfRange, Timetable};
use takeroot_core::zone::Zone;

/// Calendars whose clock is walked by the minute over ten days, and by the second over two.
const BY_MINUTE: usize = 220;
const BY_SECOND: usize = 12;
const MOMENTS: usize = 24;

#[test]
fn the_compiled_calendar_agrees_with_a_walk_over_the_local_clock() {
    let seed = std::env::var("TAKEROOT_SEED").ok().map_or_else(naive::seed_of_now, |s| s.parse().unwrap());
    let mut dice = Dice::new(seed);
    let mut compared = 0;
    for round in 0..BY_MINUTE + BY_SECOND {
        let (tick_s, days) = if round < BY_MINUTE { (60, 10) } else { (1, 2) };
        let spec = Spec::random(&mut dice, tick_s, days);
        let place =
            format!("TAKEROOT_SEED={seed}, round {round}: {} from {}\n{}", spec.tz, spec.from, spec.json());
        compared += compare(&spec, &mut dice, &place);
    }
    assert!(compared > 10_000, "only {compared} answers were compared");
}

fn compare(spec: &Spec, dice: &mut Dice, place: &str) -> usize {
    let calendar: Calendar = serde_json::from_str(&spec.json()).unwrap();
    let zone = Zone::named(spec.tz.name()).unwrap();
    let (from, to): (Day, Day) =
        (spec.from.to_string().parse().unwrap(), spec.to.to_string().parse().unwrap());
    let naive = Naive::walk(spec);
    let table = match calendar.compile(&zone, from, to) {
        Ok(table) => table,
        Err(CalendarError::NeverOpens) => {
            assert!(!naive.ever_opens(), "{place}\nnever opens");
            return 1;
        }
        Err(error) => panic!("{place}\n{error}"),
    };
    assert_eq!(table.range(), (naive.from(), naive.until()), "{place}\nrange");
    let part_from = naive.moment(dice);
    let part = table.part(part_from, naive.moment(dice).max(part_from));
    for _ in 0..MOMENTS {
        let (at, other) = (naive.moment(dice), naive.moment(dice));
        let seconds = naive.duration(dice);
        let answers = ask(&table, at, other, seconds);
        for ((question, got), expected) in answers.iter().zip(naive.answers(at, other, seconds)) {
            assert_eq!(got.ok(), expected, "{place}\n{question}: at {at}, other {other}, {seconds} s");
        }
        for ((question, whole), (_, cut)) in answers.iter().zip(ask(&part, at, other, seconds)) {
            assert!(cut.is_err() || cut == *whole, "{place}\n{question} of a part: at {at}, {seconds} s");
        }
    }
    MOMENTS * 7
}

fn ask(
    table: &Timetable,
    at: Moment,
    other: Moment,
    seconds: i64,
) -> [(&'static str, Result<i64, OutOfRange>); 7] {
    let s = |moment: Moment| moment.0;
    [
        ("is_open", table.is_open(at).map(i64::from)),
        ("between", table.between(at, other)),
        ("add", table.add(at, seconds).map(s)),
        ("sub", table.sub(at, seconds).map(s)),
        ("add a negative", table.add(at, -seconds).map(s)),
        ("next_open", table.next_open(at).map(s)),
        ("next_close", table.next_close(at).map(s)),
    ]
}
