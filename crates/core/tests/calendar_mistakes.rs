//! Mistakes that products of this kind have made with working hours, each by its name.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use takeroot_core::calendar::{Calendar, CalendarError};
use takeroot_core::time::{Day, Moment};
use takeroot_core::timetable::{OutOfRange, Timetable};
use takeroot_core::zone::Zone;

const HOUR_S: i64 = 3600;

fn compile(json: &str, from: &str, to: &str) -> Result<Timetable, CalendarError> {
    let calendar: Calendar = serde_json::from_str(json).unwrap();
    let zone = Zone::named(&calendar.tz).unwrap();
    let days: [Day; 2] = [from, to].map(|day| day.parse().unwrap());
    calendar.compile(&zone, days[0], days[1])
}

fn table(json: &str, from: &str, to: &str) -> Timetable {
    compile(json, from, to).unwrap()
}

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

fn week(tz: &str, days: &str, windows: &str) -> String {
    let days: Vec<_> = days.split(' ').map(|day| format!("\"{day}\":{windows}")).collect();
    format!("{{\"tz\":\"{tz}\",\"weekly\":{{{}}}}}", days.join(","))
}

const WEEKDAYS: &str = "mon tue wed thu fri";
const ALL: &str = "mon tue wed thu fri sat sun";

#[test]
fn the_offset_of_today_is_not_applied_to_history() {
    let moscow =
        table(&week("Europe/Moscow", WEEKDAYS, r#"[["09:00","18:00"]]"#), "2010-01-01", "2026-12-31");
    assert_eq!(moscow.next_open(at("2010-07-05T00:00:00Z")), Ok(at("2010-07-05T05:00:00Z")));
    assert_eq!(moscow.next_open(at("2012-07-02T00:00:00Z")), Ok(at("2012-07-02T05:00:00Z")));
    assert_eq!(moscow.next_open(at("2026-07-06T00:00:00Z")), Ok(at("2026-07-06T06:00:00Z")));
}

#[test]
fn hours_are_those_of_the_calendars_own_zone() {
    let hours = r#"[["09:00","18:00"]]"#;
    let opens = |tz: &str| {
        table(&week(tz, ALL, hours), "2026-01-12", "2026-01-16").next_open(at("2026-01-13T12:00:00Z"))
    };
    assert_eq!(opens("Asia/Vladivostok"), Ok(at("2026-01-13T23:00:00Z")));
    assert_eq!(opens("America/New_York"), Ok(at("2026-01-13T14:00:00Z")));
}

#[test]
fn what_comes_on_a_day_off_starts_at_the_opening_and_not_at_its_own_clock_time() {
    let office =
        table(&week("Europe/Moscow", WEEKDAYS, r#"[["09:00","18:00"]]"#), "2026-02-01", "2026-02-28");
    // Saturday 20:00 and an hour is Monday 10:00.
    assert_eq!(office.add(at("2026-02-07T17:00:00Z"), HOUR_S), Ok(at("2026-02-09T07:00:00Z")));
}

#[test]
fn a_lunch_break_takes_its_hour_and_not_the_date() {
    let with_break = r#"{"tz":"Europe/Moscow","weekly":{"tue":[["09:00","18:00"]]},
        "breaks":{"2026-02-03":[["13:00","14:00"]]}}"#;
    let split = week("Europe/Moscow", "tue", r#"[["09:00","13:00"],["14:00","18:00"]]"#);
    for json in [with_break, &split] {
        let day = table(json, "2026-02-03", "2026-02-03");
        assert_eq!(day.between(day.range().0, day.range().1), Ok(8 * HOUR_S));
        assert_eq!(day.add(at("2026-02-03T09:30:00Z"), HOUR_S), Ok(at("2026-02-03T11:30:00Z")));
    }
}

#[test]
fn a_night_shift_is_one_window_over_midnight() {
    let night =
        table(&week("America/New_York", WEEKDAYS, r#"[["22:00","06:00"]]"#), "2026-02-01", "2026-02-28");
    assert_eq!(night.add(at("2026-02-03T04:30:00Z"), 2 * HOUR_S), Ok(at("2026-02-03T06:30:00Z")));
    assert_eq!(night.next_close(at("2026-02-03T04:30:00Z")), Ok(at("2026-02-03T11:00:00Z")));
    // Friday's shift ends on Saturday.
    assert_eq!(night.is_open(at("2026-02-07T10:59:59Z")), Ok(true));
}

#[test]
fn an_empty_reversed_or_impossible_calendar_is_an_error_and_never_a_loop() {
    let (first, last) = ("2026-01-01", "2026-12-31");
    let never = [
        r#"{"tz":"UTC"}"#.to_owned(),
        week("UTC", ALL, "[]"),
        r#"{"tz":"UTC","dates":{"2030-01-01":[["09:00","18:00"]]}}"#.to_owned(),
        r#"{"tz":"UTC","dates":{"2026-01-01":[["09:00","18:00"]]},
            "breaks":{"2026-01-01":[["00:00","24:00"]]}}"#
            .to_owned(),
    ];
    for json in &never {
        assert_eq!(compile(json, first, last), Err(CalendarError::NeverOpens), "{json}");
    }
    let office = week("UTC", ALL, r#"[["09:00","18:00"]]"#);
    assert!(matches!(compile(&office, last, first), Err(CalendarError::Range(..))));
    assert!(matches!(compile(&office, "0001-01-01", "9999-12-31"), Err(CalendarError::Range(..))));
    let crowded = vec![r#"["09:00","18:00"]"#; 49].join(",");
    let crowded = compile(&week("UTC", "mon", &format!("[{crowded}]")), first, last);
    assert!(matches!(crowded, Err(CalendarError::TooManyWindows(_))));
    for clock in ["24:00", "9:00", "09:60", "09:00:60", "-1:00", ""] {
        let json = week("UTC", "mon", &format!(r#"[["{clock}","18:00"]]"#));
        assert!(serde_json::from_str::<Calendar>(&json).is_err(), "{clock}");
    }
}

#[test]
fn beyond_the_compiled_years_there_is_an_error_and_never_a_figure() {
    let office = table(&week("UTC", ALL, r#"[["00:00","24:00"]]"#), "2026-01-01", "2026-01-31");
    let (from, until) = office.range();
    assert_eq!(office.add(from, i64::MAX), Err(OutOfRange));
    assert_eq!(office.add(until, i64::MIN), Err(OutOfRange));
    assert_eq!(office.sub(until, 31 * 24 * HOUR_S), Ok(from));
    assert_eq!(office.sub(until, 31 * 24 * HOUR_S + 1), Err(OutOfRange));
    assert_eq!(office.between(from, until.plus(1)), Err(OutOfRange));
    // It is not known whether business closes where knowledge ends.
    assert_eq!(office.next_close(from), Err(OutOfRange));
    assert_eq!(office.is_open(until), Err(OutOfRange));
    assert_eq!(office.add(until, 0), Err(OutOfRange));
    assert_eq!(office.next_open(from), Err(OutOfRange));
}

#[test]
fn a_gap_at_midnight_or_an_ambiguous_edge_neither_loops_nor_fails() {
    let around = table(&week("America/Sao_Paulo", ALL, r#"[["00:00","03:00"]]"#), "2018-11-01", "2018-11-08");
    assert_eq!(around.between(at("2018-11-03T12:00:00Z"), at("2018-11-04T12:00:00Z")), Ok(2 * HOUR_S));
    // A day's window ends at 23:30, which comes twice; its first coming ends it.
    let almaty = table(&week("Asia/Almaty", ALL, r#"[["10:00","23:30"]]"#), "2024-02-27", "2024-03-03");
    assert_eq!(almaty.next_close(at("2024-02-29T12:00:00Z")), Ok(at("2024-02-29T17:30:00Z")));
    let moscow = table(&week("Europe/Moscow", ALL, r#"[["01:30","05:00"]]"#), "2014-10-24", "2014-10-28");
    assert_eq!(moscow.next_open(at("2014-10-25T12:00:00Z")), Ok(at("2014-10-25T21:30:00Z")));
    assert_eq!(moscow.next_close(at("2014-10-25T22:00:00Z")), Ok(at("2014-10-26T02:00:00Z")));
}

#[test]
fn a_gap_is_as_long_as_it_is_and_not_an_hour() {
    let early =
        table(&week("Australia/Lord_Howe", ALL, r#"[["01:00","06:00"]]"#), "2025-10-01", "2025-10-08");
    assert_eq!(early.between(at("2025-10-04T12:00:00Z"), at("2025-10-05T12:00:00Z")), Ok(HOUR_S * 9 / 2));
    let troll = table(&week("Antarctica/Troll", ALL, r#"[["00:00","24:00"]]"#), "2026-03-27", "2026-03-31");
    assert_eq!(troll.between(at("2026-03-29T00:00:00Z"), at("2026-03-29T22:00:00Z")), Ok(22 * HOUR_S));
}

#[test]
fn a_day_of_25_hours_counts_25_and_one_of_23_counts_23() {
    let always = table(&week("Europe/Berlin", ALL, r#"[["00:00","24:00"]]"#), "2025-01-01", "2025-12-31");
    let berlin = Zone::named("Europe/Berlin").unwrap();
    let hours = |day: &str| {
        let day: Day = day.parse().unwrap();
        always.between(berlin.start_of(day), berlin.start_of(day.plus(1))).unwrap() / HOUR_S
    };
    assert_eq!((hours("2025-10-26"), hours("2025-03-30"), hours("2025-06-01")), (25, 23, 24));
}

#[test]
fn a_missing_weekday_is_closed_and_a_localised_one_is_refused() {
    let sparse = table(&week("UTC", "mon wed", r#"[["09:00","18:00"]]"#), "2026-02-02", "2026-02-08");
    assert_eq!(sparse.add(at("2026-02-02T17:00:00Z"), 2 * HOUR_S), Ok(at("2026-02-04T10:00:00Z")));
    for day in ["lundi", "пн", "Mon", "monday", "le lundi"] {
        assert!(serde_json::from_str::<Calendar>(&week("UTC", day, "[]")).is_err(), "{day}");
    }
}

#[test]
fn closed_hours_are_never_counted_as_the_clock_goes() {
    let office =
        table(&week("Europe/Moscow", WEEKDAYS, r#"[["09:00","18:00"]]"#), "2026-02-01", "2026-02-28");
    assert_eq!(office.between(at("2026-02-06T15:00:00Z"), at("2026-02-09T06:00:00Z")), Ok(0));
    assert_eq!(office.between(at("2026-02-06T14:59:00Z"), at("2026-02-09T06:01:00Z")), Ok(120));
}

#[test]
fn a_reminder_before_a_deadline_does_not_fall_into_the_night() {
    let office =
        table(&week("Europe/Moscow", WEEKDAYS, r#"[["09:00","18:00"]]"#), "2026-02-01", "2026-02-28");
    // An hour before Monday 09:30 is Friday 17:30.
    assert_eq!(office.sub(at("2026-02-09T06:30:00Z"), HOUR_S), Ok(at("2026-02-06T14:30:00Z")));
}

#[test]
fn seconds_of_weekly_hours_are_kept() {
    let precise = table(&week("UTC", ALL, r#"[["09:00:30","17:00:15"]]"#), "2026-02-01", "2026-02-07");
    assert_eq!(precise.next_open(at("2026-02-03T00:00:00Z")), Ok(at("2026-02-03T09:00:30Z")));
    assert_eq!(precise.next_close(at("2026-02-03T12:00:00Z")), Ok(at("2026-02-03T17:00:15Z")));
}

#[test]
fn holidays_of_the_past_and_none_of_the_future_are_no_error() {
    let json = r#"{"tz":"UTC","weekly":{"tue":[["09:00","18:00"]]},"holidays":["2019-01-01","2020-01-01"]}"#;
    let office = table(json, "2026-02-01", "2026-02-07");
    assert_eq!(office.add(at("2026-02-02T00:00:00Z"), HOUR_S), Ok(at("2026-02-03T10:00:00Z")));
}

#[test]
fn a_fold_neither_repeats_nor_loses_business_time() {
    // The hour from 01:00 comes twice; a window of the clock's 00:30 to 04:00 is four and a half hours long.
    let shop = table(&week("America/New_York", ALL, r#"[["00:30","04:00"]]"#), "2026-10-30", "2026-11-03");
    assert_eq!(shop.between(at("2026-11-01T00:00:00Z"), at("2026-11-01T12:00:00Z")), Ok(9 * HOUR_S / 2));
}

#[test]
fn a_date_that_the_zone_skips_has_no_business() {
    let apia = table(&week("Pacific/Apia", ALL, r#"[["08:00","16:00"]]"#), "2011-12-28", "2012-01-02");
    assert_eq!(apia.between(at("2011-12-29T12:00:00Z"), at("2011-12-30T12:00:00Z")), Ok(8 * HOUR_S));
    assert_eq!(apia.next_open(at("2011-12-30T02:00:00Z")), Ok(at("2011-12-30T18:00:00Z")));
}
