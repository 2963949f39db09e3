//! Calendars: the account's own and those that have a name.

use super::{Found, Kind, Path, nearest, root};
use crate::calendar::{Calendar, WINDOWS_MAX, Weekly, Window};
use crate::policy::Policy;
use crate::time::DAY_S;
use std::collections::BTreeSet;

/// A shift over midnight is not longer; a window that is was written the wrong way round.
const NIGHT_S_MAX: i64 = 12 * 3600;

pub(super) fn check(policy: &Policy, found: &mut Found) {
    calendar(&policy.calendar, &root("calendar"), found);
    for (name, other) in &policy.calendars {
        calendar(other, &root("calendars").at(name.as_str()), found);
    }
    let of_targets = policy.targets.iter().enumerate().map(|(n, target)| ("targets", n, &target.calendar));
    let of_pipelines = policy.pipelines.iter().enumerate().map(|(n, p)| ("pipelines", n, &p.calendar));
    let of_people = policy.people.iter().enumerate().map(|(n, person)| ("people", n, &person.calendar));
    let mut used = BTreeSet::new();
    for (section, index, name) in of_pipelines.chain(of_targets).chain(of_people) {
        let Some(name) = name else { continue };
        used.insert(name);
        if !policy.calendars.contains_key(name) {
            let nearest = nearest(name, policy.calendars.keys().map(String::as_str)).map(str::to_owned);
            let kind = Kind::NoCalendar { name: name.clone(), nearest };
            found.add(root(section).at(index).at("calendar"), kind);
        }
    }
    for name in policy.calendars.keys().filter(|name| !used.contains(name)) {
        found.add(root("calendars").at(name.as_str()), Kind::UnusedCalendar { name: name.clone() });
    }
}

/// The windows of the weekdays, Monday first, with the keys under which they stand.
fn weekdays(weekly: &Weekly) -> [(&'static str, &[Window]); 7] {
    [
        ("mon", &weekly.mon),
        ("tue", &weekly.tue),
        ("wed", &weekly.wed),
        ("thu", &weekly.thu),
        ("fri", &weekly.fri),
        ("sat", &weekly.sat),
        ("sun", &weekly.sun),
    ]
}

/// Business seconds of the longest weekday by the wall clock; 0 for a calendar without weekly hours.
pub(super) fn longest_day_s(calendar: &Calendar) -> i64 {
    let length_s = |window: &Window| {
        let (from_s, to_s) = window.clock_s();
        i64::from(to_s) - i64::from(from_s) + if to_s > from_s { 0 } else { DAY_S }
    };
    let days = weekdays(&calendar.weekly);
    days.iter().map(|(_, windows)| windows.iter().map(length_s).sum()).max().unwrap_or(0)
}

fn calendar(calendar: &Calendar, path: &Path, found: &mut Found) {
    zone(calendar, path, found);
    let days = weekdays(&calendar.weekly);
    let is_open = days.iter().any(|(_, windows)| !windows.is_empty())
        || calendar.dates.values().any(|windows| !windows.is_empty());
    found.add_if(!is_open, || path.clone(), || Kind::NeverOpens);
    for (index, (key, windows)) in days.iter().enumerate() {
        let (_, next) = days.get((index + 1) % 7).copied().unwrap_or_default();
        window_list(windows, next, &path.at("weekly").at(*key), found);
    }
    for (date, windows) in &calendar.dates {
        window_list(windows, &[], &path.at("dates").at(date.to_string()), found);
        let is_holiday = calendar.holidays.contains(date);
        found.add_if(
            is_holiday,
            || path.at("dates").at(date.to_string()),
            || Kind::DateAndHoliday { date: *date },
        );
    }
    for (date, windows) in &calendar.breaks {
        let place = path.at("breaks").at(date.to_string());
        window_list(windows, &[], &place, found);
        // A night shift of the date before may reach into this one.
        let closed = calendar.windows(*date).is_empty() && calendar.windows(date.plus(-1)).is_empty();
        found.add_if(closed && is_open, || place, || Kind::BreakWithoutHours { date: *date });
    }
}

#[cfg(feature = "zones")]
fn zone(calendar: &Calendar, path: &Path, found: &mut Found) {
    use crate::zone::Zone;
    if Zone::named(&calendar.tz).is_ok() {
        return;
    }
    let tz = calendar.tz.clone();
    // Nobody mistakes so many zones, and each search goes through all of them.
    found.searches += 1;
    if found.searches > SEARCHES_MAX {
        found.add(path.at("tz"), Kind::UnknownZone { zone: tz, near: Vec::new() });
        return;
    }
    let city = |zone: &'static str| zone.rsplit('/').next().unwrap_or(zone);
    let wrong = calendar.tz.trim().replace(' ', "_");
    let mut near: Vec<&str> =
        Zone::names().filter(|zone| city(zone).eq_ignore_ascii_case(city_of(&wrong))).collect();
    near.extend(nearest(&wrong, Zone::names()));
    let like = nearest(city_of(&wrong), Zone::names().map(city));
    near.extend(Zone::names().filter(|zone| like == Some(city(zone))));
    near.sort_unstable();
    near.dedup();
    let near = near.into_iter().take(NEAR_MAX).map(str::to_owned).collect();
    found.add(path.at("tz"), Kind::UnknownZone { zone: tz, near });
}

/// Zones that are named for a wrong one.
#[cfg(feature = "zones")]
const NEAR_MAX: usize = 4;
/// Wrong zones for which others are sought.
#[cfg(feature = "zones")]
const SEARCHES_MAX: usize = 20;

#[cfg(feature = "zones")]
fn city_of(zone: &str) -> &str {
    zone.rsplit('/').next().unwrap_or(zone)
}

#[cfg(not(feature = "zones"))]
fn zone(calendar: &Calendar, path: &Path, found: &mut Found) {
    let zone = &calendar.tz;
    found.add_if(
        zone.is_empty(),
        || path.at("tz"),
        || Kind::UnknownZone { zone: zone.clone(), near: Vec::new() },
    );
}

/// Judges the windows of a day; `next` are those of the day after.
fn window_list(windows: &[Window], next: &[Window], path: &Path, found: &mut Found) {
    if windows.len() > WINDOWS_MAX {
        found.add(path.clone(), Kind::TooManyWindows { max: WINDOWS_MAX });
        return;
    }
    for (index, window) in windows.iter().enumerate() {
        let (from_s, to_s) = window.clock_s();
        let night_s = i64::from(to_s) - i64::from(from_s) + DAY_S;
        found.add_if(from_s == to_s, || path.at(index), || Kind::WholeDayWindow);
        let hours = || Kind::LongNight { hours: u32::try_from(night_s / 3600).unwrap_or(0) };
        found.add_if(to_s < from_s && night_s > NIGHT_S_MAX, || path.at(index), hours);
    }
    let mut sorted: Vec<(i64, i64, usize)> = Vec::with_capacity(windows.len() + next.len());
    for (index, window) in windows.iter().chain(next).enumerate() {
        let offset_s = if index < windows.len() { 0 } else { DAY_S };
        let (from_s, to_s) = window.clock_s();
        let over_s = if to_s > from_s { 0 } else { DAY_S };
        sorted.push((offset_s + i64::from(from_s), offset_s + over_s + i64::from(to_s), index));
    }
    sorted.sort_unstable();
    let mut until_s = i64::MIN;
    let mut own = 0;
    for (from_s, to_s, index) in sorted {
        // Windows of the day after are judged there; here only how far this day reaches into them.
        let is_next = index >= windows.len();
        if from_s < until_s && own < windows.len() {
            let at = if is_next { own } else { index };
            found.add(path.at(at), Kind::OverlappingWindows);
        }
        if is_next {
            break;
        }
        if to_s > until_s {
            (until_s, own) = (to_s, index);
        }
    }
}
