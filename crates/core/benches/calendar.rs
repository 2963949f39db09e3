//! The working calendar: what a measurement, an addition and a compilation cost.

#![expect(clippy::print_stdout, reason = "a benchmark is read on the terminal")]

use std::hint::black_box;
use std::time::Instant;

use takeroot_core::calendar::Calendar;
use takeroot_core::time::{Day, Moment};
use takeroot_core::timetable::Timetable;
use takeroot_core::zone::Zone;

const ROUNDS: usize = 101;
const QUESTIONS: usize = 1024;
const HOUR_S: i64 = 3600;
const DAY_S: i64 = 24 * HOUR_S;

/// Two windows on weekdays, one on Saturdays, the production calendar, a break: what an office may have.
const OFFICE: &str = r#"{
    "tz": "Europe/Berlin",
    "weekly": {
        "mon": [["08:30", "12:15"], ["13:00", "17:45"]], "tue": [["08:30", "12:15"], ["13:00", "17:45"]],
        "wed": [["08:30", "12:15"], ["13:00", "17:45"]], "thu": [["08:30", "12:15"], ["13:00", "17:45"]],
        "fri": [["08:30", "12:15"], ["13:00", "16:30"]], "sat": [["10:00", "14:00"]]
    },
    "dates": {"2026-04-19": [["10:00", "15:00"]]},
    "breaks": {"2026-06-03": [["14:00", "15:30"]]},
    "holidays": ["2026-12-24"],
    "production": {"country": "ru", "short_eves": true}
}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let calendar: Calendar = serde_json::from_str(OFFICE)?;
    let zone = Zone::named(&calendar.tz)?;
    let (first, last): (Day, Day) = ("2026-01-01".parse()?, "2026-12-31".parse()?);
    let wide = calendar.compile(&zone, first.plus(-365), last.plus(800))?;
    let starts = starts(zone.start_of(first));

    println!("medians of {ROUNDS} rounds; moments of a year at random, in a timetable of four years");
    let ask = |name, question: fn(&Timetable, Moment) -> i64| {
        let pass = || starts.iter().map(|at| question(black_box(&wide), *at)).fold(0, i64::wrapping_add);
        println!("  {name:28} {:8.1} ns", median_s(pass) * 1e9 / as_f64(QUESTIONS));
    };
    ask("add 1 h", |table, at| table.add(at, HOUR_S).map_or(0, |at| at.0));
    ask("add 100 h", |table, at| table.add(at, 100 * HOUR_S).map_or(0, |at| at.0));
    ask("sub 100 h", |table, at| table.sub(at, 100 * HOUR_S).map_or(0, |at| at.0));
    ask("between a week", |table, at| table.between(at, at.plus(7 * DAY_S)).unwrap_or(0));
    ask("between six months", |table, at| table.between(at, at.plus(182 * DAY_S)).unwrap_or(0));

    let year = median_s(|| calendar.compile(&zone, black_box(first), last));
    println!("  {:28} {:8.1} µs", "compile a year", year * 1e6);
    let named = median_s(|| Zone::named(black_box("Europe/Berlin")));
    println!("  {:28} {:8.1} µs", "open a zone", named * 1e6);
    Ok(())
}

/// Moments of the year, in an order that no branch predictor learns.
fn starts(year: Moment) -> Vec<Moment> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).unwrap_or(0) % (365 * DAY_S)
    };
    (0..QUESTIONS).map(|_| year.plus(next())).collect()
}

fn median_s<T>(mut pass: impl FnMut() -> T) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            black_box(pass());
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn as_f64(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::NAN, f64::from)
}
