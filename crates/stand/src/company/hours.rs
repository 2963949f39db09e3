//! Moscow's clock (UTC+3 all year since 2014) and the company's working hours.

use takeroot_core::time::{Day, Moment};

pub(super) const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;
const ZONE: i64 = 3 * HOUR;

/// 9:00–18:00 with an hour for lunch.
const WINDOWS: [(i64, i64); 2] = [(9 * HOUR, 13 * HOUR), (14 * HOUR, 18 * HOUR)];

/// Month and day of the holidays that never move.
const HOLIDAYS: [(u32, u32); 14] = [
    (1, 1),
    (1, 2),
    (1, 3),
    (1, 4),
    (1, 5),
    (1, 6),
    (1, 7),
    (1, 8),
    (2, 23),
    (3, 8),
    (5, 1),
    (5, 9),
    (6, 12),
    (11, 4),
];

/// The last midnight in Moscow not after `at`.
pub(crate) fn midnight(at: i64) -> i64 {
    (at + ZONE).div_euclid(DAY) * DAY - ZONE
}

/// The hour of the day in Moscow, 0–23.
pub(super) fn hour(at: i64) -> i64 {
    (at - midnight(at)) / HOUR
}

pub(super) fn is_working_day(at: i64) -> bool {
    let (_, month, day) = moscow_day(at).civil();
    moscow_day(at).weekday() < 5 && !HOLIDAYS.contains(&(month, day))
}

/// The moment when `secs` of working time have passed since `from`, none of them while `away`.
pub(super) fn later(from: i64, mut secs: i64, away: Option<(i64, i64)>) -> i64 {
    let mut day = midnight(from);
    for _ in 0..400 {
        let absent = away.is_some_and(|(left, back)| left <= day && day < back);
        for (open, close) in WINDOWS {
            let (open, close) = ((day + open).max(from), day + close);
            if absent || !is_working_day(day) || close <= open {
                continue;
            }
            if secs < close - open {
                return open + secs;
            }
            secs -= close - open;
        }
        day += DAY;
    }
    day
}

/// Every fixed holiday of the Moscow days from `since` to `ends`, as `YYYY-MM-DD`.
pub(super) fn holidays(since: i64, ends: i64) -> Vec<String> {
    (0..=(ends - since) / DAY)
        .map(|n| since + n * DAY)
        .filter(|&at| {
            let (_, month, day) = moscow_day(at).civil();
            HOLIDAYS.contains(&(month, day))
        })
        .map(date)
        .collect()
}

/// The date in Moscow, `YYYY-MM-DD`.
pub(super) fn date(at: i64) -> String {
    moscow_day(at).to_string()
}

/// `YYYY-MM-DD HH:MM:SS` in Moscow: how notes write their dates.
pub(super) fn local_text(at: i64) -> String {
    utc_text(at + ZONE)
}

/// `YYYY-MM-DD HH:MM:SS` in UTC: how tasks write their dates.
pub(super) fn utc_text(at: i64) -> String {
    Moment(at).to_string().replace('T', " ").trim_end_matches('Z').to_owned()
}

fn moscow_day(at: i64) -> Day {
    Day(i32::try_from((at + ZONE).div_euclid(DAY)).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_civil() {
        assert_eq!(utc_text(1_709_210_096), "2024-02-29 12:34:56");
        assert_eq!(date(1_709_240_400), "2024-03-01");
    }

    #[test]
    fn working_time_skips_nights_lunch_weekends_and_absence() {
        let friday = midnight(1_793_955_600); // 2026-11-06
        assert!(is_working_day(friday) && !is_working_day(friday + DAY));
        assert!(!is_working_day(friday - 2 * DAY), "4 November");
        assert_eq!(later(friday, 4 * HOUR + 5, None), friday + 14 * HOUR + 5);
        assert_eq!(later(friday + 17 * HOUR, 2 * HOUR, None), friday + 3 * DAY + 10 * HOUR);
        let away = Some((friday, friday + 4 * DAY));
        assert_eq!(later(friday, 0, away), friday + 4 * DAY + 9 * HOUR);
    }
}
