//! Moscow's clock (UTC+3 all year since 2014) and the company's working hours.

pub(super) const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;
const ZONE: i64 = 3 * HOUR;

/// 9:00–18:00 with an hour for lunch.
const WINDOWS: [(i64, i64); 2] = [(9 * HOUR, 13 * HOUR), (14 * HOUR, 18 * HOUR)];

/// Month and day of the holidays that never move.
const HOLIDAYS: [(i64, i64); 14] = [
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
pub(super) fn midnight(at: i64) -> i64 {
    (at + ZONE).div_euclid(DAY) * DAY - ZONE
}

/// The hour of the day in Moscow, 0–23.
pub(super) fn hour(at: i64) -> i64 {
    (at - midnight(at)) / HOUR
}

pub(super) fn is_working_day(at: i64) -> bool {
    let days = (at + ZONE).div_euclid(DAY);
    let (_, month, day) = civil(days);
    // 1970-01-01 was a Thursday; 0 is Monday.
    (days + 3).rem_euclid(7) < 5 && !HOLIDAYS.contains(&(month, day))
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
            let (_, month, day) = civil((at + ZONE).div_euclid(DAY));
            HOLIDAYS.contains(&(month, day))
        })
        .map(date)
        .collect()
}

/// The date in Moscow, `YYYY-MM-DD`.
pub(super) fn date(at: i64) -> String {
    let (year, month, day) = civil((at + ZONE).div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// `YYYY-MM-DD HH:MM:SS` in Moscow: how notes write their dates.
pub(super) fn local_text(at: i64) -> String {
    utc_text(at + ZONE)
}

/// `YYYY-MM-DD HH:MM:SS` in UTC: how tasks write their dates.
pub(super) fn utc_text(at: i64) -> String {
    let (year, month, day) = civil(at.div_euclid(DAY));
    let secs = at.rem_euclid(DAY);
    let (h, m, s) = (secs / HOUR, secs % HOUR / MINUTE, secs % MINUTE);
    format!("{year:04}-{month:02}-{day:02} {h:02}:{m:02}:{s:02}")
}

/// Year, month and day of a count of days since 1970-01-01 (Hinnant, `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, day)
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
