use crate::lang::Lang;
use takeroot_core::acceptance::Period;
use takeroot_core::time::{Day, Moment};
use takeroot_core::zone::Zone;

/// `пятница, 20 ноября 2026`
pub(crate) fn long(day: Day, lang: Lang) -> String {
    let weekday = lang.words().weekdays.split('|').nth(day.weekday()).unwrap_or_default();
    format!("{weekday}, {}\u{a0}{}", short(day, lang), day.civil().0)
}

/// `20 ноября`
pub(crate) fn short(day: Day, lang: Lang) -> String {
    let (_, month, date) = day.civil();
    let index = usize::try_from(month).unwrap_or(1).saturating_sub(1);
    let month = lang.words().months.split('|').nth(index).unwrap_or_default();
    format!("{date}\u{a0}{month}")
}

/// `20 ноя`, where there is little room.
pub(crate) fn brief(day: Day, lang: Lang) -> String {
    let (date, month) =
        short(day, lang).split_once('\u{a0}').map_or_else(Default::default, |(date, month)| {
            (date.to_owned(), month.chars().take(3).collect::<String>())
        });
    format!("{date}\u{a0}{month}")
}

/// `1–28 октября`, `24 октября – 20 ноября`; with the years where they differ.
pub(crate) fn span(period: Period, lang: Lang) -> String {
    let Period { from, to } = period;
    let ((from_year, from_month, date), (to_year, to_month, _)) = (from.civil(), to.civil());
    if from == to {
        return short(to, lang);
    }
    if (from_year, from_month) == (to_year, to_month) {
        return format!("{date}–{}", short(to, lang));
    }
    if from_year == to_year {
        return format!("{}\u{a0}– {}", short(from, lang), short(to, lang));
    }
    format!("{}\u{a0}{from_year}\u{a0}– {}\u{a0}{to_year}", short(from, lang), short(to, lang))
}

/// `14:05` on the day itself, `21 ноября, 09:00` on another.
pub(crate) fn clock(at: Moment, zone: &Zone, on: Day, lang: Lang) -> String {
    let (day, wall_s) = (zone.day_of(at), zone.wall_s(at));
    let clock = format!("{:02}:{:02}", wall_s / 3600, wall_s / 60 % 60);
    if day == on { clock } else { format!("{}, {clock}", short(day, lang)) }
}

/// The text with its first letter capital.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_said_in_full() {
        let day: Day = "2026-11-20".parse().unwrap();
        assert_eq!(long(day, Lang::Ru).replace('\u{a0}', " "), "пятница, 20 ноября 2026");
        assert_eq!(long(day, Lang::En).replace('\u{a0}', " "), "Friday, 20 November 2026");
        assert_eq!(capital("пятница"), "Пятница");
        assert_eq!(
            (brief(day, Lang::Ru).as_str(), brief(day, Lang::En).as_str()),
            ("20\u{a0}ноя", "20\u{a0}Nov")
        );
        assert_eq!(short("2027-05-01".parse().unwrap(), Lang::Ru), "1\u{a0}мая");
    }

    #[test]
    fn a_period_names_what_its_ends_do_not_share() {
        let span = |from: &str, to: &str| {
            let period = Period { from: from.parse().unwrap(), to: to.parse().unwrap() };
            span(period, Lang::Ru).replace('\u{a0}', " ")
        };
        assert_eq!(span("2026-11-20", "2026-11-20"), "20 ноября");
        assert_eq!(span("2026-10-01", "2026-10-28"), "1–28 октября");
        assert_eq!(span("2026-10-24", "2026-11-20"), "24 октября – 20 ноября");
        assert_eq!(span("2025-12-28", "2026-01-24"), "28 декабря 2025 – 24 января 2026");
    }

    #[test]
    fn the_clock_is_the_accounts() {
        let zone = Zone::fixed("Europe/Moscow", 3 * 3600);
        let day: Day = "2026-11-20".parse().unwrap();
        let at = |text: &str| clock(text.parse().unwrap(), &zone, day, Lang::Ru).replace('\u{a0}', " ");
        assert_eq!(at("2026-11-20T11:05:59Z"), "14:05");
        assert_eq!(at("2026-11-20T21:00:00Z"), "21 ноября, 00:00");
    }
}
