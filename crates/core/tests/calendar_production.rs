//! The Russian production calendar, against the yearly norms of working time and the cases outside the
//! repository.

#![cfg(feature = "zones")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

use std::path::Path;
use takeroot_core::calendar::Calendar;
use takeroot_core::production::{Country, DayKind};
use takeroot_core::time::{Day, Moment};
use takeroot_core::timetable::Timetable;
use takeroot_core::zone::Zone;

/// Forty hours a week, an hour of lunch.
const FORTY_HOURS: &str = r#"
    "tz": "Europe/Moscow", "weekly": {
        "mon": [["09:00","13:00"],["14:00","18:00"]], "tue": [["09:00","13:00"],["14:00","18:00"]],
        "wed": [["09:00","13:00"],["14:00","18:00"]], "thu": [["09:00","13:00"],["14:00","18:00"]],
        "fri": [["09:00","13:00"],["14:00","18:00"]]
    }"#;

fn calendar(more: &str) -> Calendar {
    serde_json::from_str(&format!("{{{FORTY_HOURS},{more}}}")).unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn compile(calendar: &Calendar, year: i32) -> Timetable {
    let zone = Zone::named(&calendar.tz).unwrap();
    calendar.compile(&zone, Day::of(year, 1, 1).unwrap(), Day::of(year, 12, 31).unwrap()).unwrap()
}

fn hours(table: &Timetable) -> i64 {
    let (from, until) = table.range();
    table.between(from, until).unwrap() / 3600
}

/// The local hours of a date, as texts.
fn clock(calendar: &Calendar, date: &str) -> String {
    serde_json::to_string(&calendar.windows(day(date))).unwrap()
}

#[test]
fn a_year_has_the_working_hours_of_its_norm() {
    let short = calendar(r#""production":{"country":"ru","short_eves":true}"#);
    let norms = [1970, 1970, 1979, 1972, 1973, 1973, 1979, 1972, 1972, 1972];
    for (year, norm) in (2018..).zip(norms) {
        assert_eq!(hours(&compile(&short, year)), norm, "{year}");
    }
}

#[test]
fn without_short_eves_a_year_has_eight_hours_a_working_day() {
    let full = calendar(r#""production":{"country":"ru"}"#);
    for (year, days) in (2018..).zip([247, 247, 248, 247, 247, 247, 248, 247, 247, 247]) {
        assert_eq!(hours(&compile(&full, year)), days * 8, "{year}");
    }
}

#[test]
fn days_off_and_working_weekends_are_those_of_the_case_file() {
    let cases = std::env::var("TAKEROOT_CASES").unwrap_or_else(|_| "../shared".to_owned());
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(cases).join("oracles/ru_calendar.json");
    let Ok(text) = std::fs::read(&path) else {
        eprintln!("skipped: no {}", path.display());
        return;
    };
    let doc: serde_json::Value = serde_json::from_slice(&text).unwrap();
    for (year, expected) in doc["years"].as_object().unwrap() {
        let first = Day::of(year.parse().unwrap(), 1, 1).unwrap();
        let days = (0..366).map(|n| first.plus(n)).filter(|day| day.civil().0 == first.civil().0);
        let (mut off, mut worked) = (Vec::new(), Vec::new());
        for day in days {
            match (Country::Ru.kind(day), day.weekday()) {
                (DayKind::Off, 0..5) => off.push(day.to_string()),
                (DayKind::Working { .. }, 5..) => worked.push(day.to_string()),
                (DayKind::Working { .. }, _) => panic!("{day} is a weekday"),
                _ => {}
            }
        }
        assert_eq!(serde_json::json!(off), expected["weekday_days_off"], "{year}");
        assert_eq!(serde_json::json!(worked), expected["working_weekends"], "{year}");
    }
}

#[test]
fn a_working_saturday_has_the_hours_and_the_shortness_of_the_day_it_stands_in_for() {
    let short = calendar(r#""production":{"country":"ru","short_eves":true}"#);
    let (full, eve) =
        (r#"[["09:00","13:00"],["14:00","18:00"]]"#, r#"[["09:00","13:00"],["14:00","17:00"]]"#);
    // For 30 April, the eve of 1 May; for 30 December, no eve.
    assert_eq!((clock(&short, "2024-11-02"), clock(&short, "2024-12-28")), (eve.to_owned(), full.to_owned()));
    assert_eq!((clock(&short, "2026-06-11"), clock(&short, "2026-06-10")), (eve.to_owned(), full.to_owned()));
}

#[test]
fn where_the_replaced_day_has_no_hours_a_working_weekend_keeps_its_own() {
    let closed_on_mondays: Calendar = serde_json::from_str(
        r#"{"tz":"Europe/Moscow","weekly":{"tue":[["10:00","19:00"]],"sat":[["11:00","16:00"]]},
            "production":{"country":"ru"}}"#,
    )
    .unwrap();
    // Saturday 1 November 2025 stands in for a Monday, Saturday 2 November 2024 for a Tuesday.
    assert_eq!(clock(&closed_on_mondays, "2025-11-01"), r#"[["11:00","16:00"]]"#);
    assert_eq!(clock(&closed_on_mondays, "2024-11-02"), r#"[["10:00","19:00"]]"#);
}

#[test]
fn what_is_written_by_hand_overrides_the_production_calendar() {
    let own = calendar(
        r#""production":{"country":"ru","short_eves":true},"dates":{"2026-05-01":[["10:00","14:00"]],
           "2026-04-30":[["09:00","18:00"]]},"holidays":["2025-11-01"]"#,
    );
    assert_eq!(clock(&own, "2026-05-01"), r#"[["10:00","14:00"]]"#);
    assert_eq!(clock(&own, "2026-04-30"), r#"[["09:00","18:00"]]"#);
    assert_eq!(clock(&own, "2025-11-01"), "[]");
}

#[test]
fn an_hour_less_is_cut_from_the_end_even_of_short_or_overlapping_or_night_windows() {
    let at_eve = |windows: &str| {
        let text = format!(
            r#"{{"tz":"Europe/Moscow","weekly":{{"thu":{windows}}},
                "production":{{"country":"ru","short_eves":true}}}}"#
        );
        clock(&serde_json::from_str(&text).unwrap(), "2026-06-11")
    };
    assert_eq!(at_eve(r#"[["09:00","12:00"],["17:30","18:00"]]"#), r#"[["09:00","11:30"]]"#);
    assert_eq!(
        at_eve(r#"[["09:00","18:00"],["12:00","18:00"]]"#),
        r#"[["09:00","17:00"],["12:00","17:00"]]"#
    );
    assert_eq!(at_eve(r#"[["22:00","06:00"]]"#), r#"[["22:00","05:00"]]"#);
    assert_eq!(at_eve(r#"[["20:00","00:30"]]"#), r#"[["20:00","23:30"]]"#);
    assert_eq!(at_eve(r#"[["20:00","01:00"]]"#), r#"[["20:00","24:00"]]"#);
    assert_eq!(at_eve(r#"[["09:00","10:00"]]"#), "[]");
    assert_eq!(at_eve(r#"[["09:00","17:00"],["17:00","18:00"]]"#), r#"[["09:00","17:00"]]"#);
    assert_eq!(at_eve(r#"[["09:00","09:00"]]"#), r#"[["09:00","08:00"]]"#);
}

#[test]
fn beyond_the_known_years_the_law_itself_holds_and_the_end_of_knowledge_is_told() {
    let calendar = calendar(r#""production":{"country":"ru"}"#);
    assert_eq!(calendar.known_until(), Some(day("2027-12-31")));
    assert_eq!(Country::Ru.known(), (day("2018-01-01"), day("2027-12-31")));
    assert_eq!(Calendar { production: None, ..calendar.clone() }.known_until(), None);
    // 12 June 2032 is a Saturday, 8 January 2033 one too.
    assert_eq!(clock(&calendar, "2032-06-14"), "[]");
    assert_ne!(clock(&calendar, "2033-01-10"), "[]");
    assert_eq!(hours(&compile(&calendar, 2030)) % 8, 0);
}

#[test]
fn a_calendar_with_a_production_calendar_is_written_as_it_was_read() {
    let text = r#"{"tz":"Europe/Moscow","weekly":{"mon":[["09:00","18:00"]],"tue":[],"wed":[],"thu":[],"fri":[],"sat":[],"sun":[]},"production":{"country":"ru","short_eves":true}}"#;
    let calendar: Calendar = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&calendar).unwrap(), text);
    let unknown = text.replace("\"ru\"", "\"atlantis\"");
    assert!(serde_json::from_str::<Calendar>(&unknown).is_err());
}

#[test]
fn a_business_day_is_the_most_usual_day_of_the_week() {
    let day_s = |text: &str| serde_json::from_str::<Calendar>(text).unwrap().day_s();
    assert_eq!(calendar(r#""holidays":[]"#).day_s(), 8 * 3600);
    let short_friday = r#"{"tz":"UTC","weekly":{"mon":[["09:00","18:00"]],"tue":[["09:00","18:00"]],"fri":[["09:00","16:00"]]}}"#;
    assert_eq!(day_s(short_friday), 9 * 3600);
    let tie =
        r#"{"tz":"UTC","weekly":{"mon":[["09:00","13:00"]],"tue":[["09:00","18:00"],["10:00","12:00"]]}}"#;
    assert_eq!(day_s(tie), 9 * 3600);
    assert_eq!(day_s(r#"{"tz":"UTC","dates":{"2026-01-02":[["22:00","06:00"]]}}"#), 8 * 3600);
    assert_eq!(day_s(r#"{"tz":"UTC"}"#), 0);
}

#[test]
fn a_target_of_three_business_days_ends_three_working_days_later() {
    let calendar = calendar(r#""production":{"country":"ru"}"#);
    let table = compile(&calendar, 2026);
    let wednesday: Moment = "2026-04-29T10:00:00Z".parse().unwrap();
    // From Wednesday 29 April 13:00 over Thursday, 1 to 3 May off, Monday, to Tuesday.
    assert_eq!(table.add(wednesday, 3 * calendar.day_s()), Ok("2026-05-05T10:00:00Z".parse().unwrap()));
}
