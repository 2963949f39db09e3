//! Numbers, shares and durations as people write them. Integers all the way: a share is rounded half up when
//! it is said, and never before.

use crate::lang::Lang;

/// Fewer cases than this are said beside a share or a median.
pub(crate) const CASES_MIN: i64 = 20;

const NO_BREAK: char = '\u{a0}';
const THIN_NO_BREAK: char = '\u{202f}';
const MINUS: char = '\u{2212}';

/// `1 234 567` in Russian, `1,234,567` in English.
pub(crate) fn integer(n: i64, lang: Lang) -> String {
    let separator = match lang {
        Lang::Ru => THIN_NO_BREAK,
        Lang::En => ',',
    };
    let digits = n.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + 8);
    if n < 0 {
        text.push(MINUS);
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// `+14`, `−3`, `0`.
pub(crate) fn signed(text: String, n: i64) -> String {
    if n > 0 { format!("+{text}") } else { text }
}

/// `n`/`of` in parts of `whole`, rounded half up; `None` of nothing.
pub(crate) fn parts(n: i64, of: i64, whole: i64) -> Option<i64> {
    let (n, of, whole) = (i128::from(n), i128::from(of), i128::from(whole));
    if of <= 0 {
        return None;
    }
    i64::try_from((2 * n * whole + of).div_euclid(2 * of)).ok()
}

/// `64 %`, `64%`.
pub(crate) fn percent(percent: i64, lang: Lang) -> String {
    with_percent_sign(integer(percent, lang), lang)
}

/// Tenths of a percent: `16,1 %`, `16.1%`.
pub(crate) fn tenths(tenths: i64, lang: Lang) -> String {
    with_percent_sign(decimal(tenths, lang), lang)
}

/// Tenths as a decimal: `16,1`, `16.1`.
pub(crate) fn decimal(tenths: i64, lang: Lang) -> String {
    let mark = match lang {
        Lang::Ru => ',',
        Lang::En => '.',
    };
    let sign = if tenths < 0 { MINUS.to_string() } else { String::new() };
    let (whole, tenth) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    format!("{sign}{}{mark}{tenth}", integer(i64::try_from(whole).unwrap_or(i64::MAX), lang))
}

fn with_percent_sign(number: String, lang: Lang) -> String {
    match lang {
        Lang::Ru => format!("{number}{NO_BREAK}%"),
        Lang::En => format!("{number}%"),
    }
}

/// A number with its unit or noun, never parted at a line's end.
pub(crate) fn with_unit(number: &str, unit: &str) -> String {
    format!("{number}{NO_BREAK}{unit}")
}

/// `5 сделок`, out of forms parted by `|`.
pub(crate) fn counted(n: i64, forms: &'static str, lang: Lang) -> String {
    with_unit(&integer(n, lang), lang.form(forms, n))
}

/// Seconds as they are said: whole seconds below a minute, whole minutes from there on.
pub(crate) fn said_s(seconds: i64) -> i64 {
    if seconds < 60 { seconds.max(0) } else { seconds.saturating_add(30) / 60 * 60 }
}

/// `45 с`, `3 мин`, `1 ч 20 мин`; from a day on, whole hours.
pub(crate) fn duration(seconds: i64, lang: Lang) -> String {
    let words = lang.words();
    let seconds = said_s(seconds);
    let minutes = seconds / 60;
    let hours_only = minutes.saturating_add(30) / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => with_unit(&integer(seconds, lang), words.second),
        (0, minutes) => with_unit(&integer(minutes, lang), words.minute),
        (24.., _) => with_unit(&integer(hours_only, lang), words.hour),
        (hours, 0) => with_unit(&integer(hours, lang), words.hour),
        (hours, minutes) => {
            let hours = with_unit(&integer(hours, lang), words.hour);
            format!("{hours}{NO_BREAK}{}", with_unit(&integer(minutes, lang), words.minute))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Lang::{En, Ru};

    #[test]
    fn thousands_are_parted_as_the_language_does() {
        assert_eq!(integer(1_234_567, Ru), "1\u{202f}234\u{202f}567");
        assert_eq!(integer(1_234_567, En), "1,234,567");
        assert_eq!(integer(-999, Ru), "−999");
        assert_eq!(integer(i64::MIN, En), "−9,223,372,036,854,775,808");
        assert_eq!(signed(integer(14, Ru), 14), "+14");
        assert_eq!(signed(integer(-3, Ru), -3), "−3");
    }

    #[test]
    fn a_share_is_rounded_half_up_and_of_nothing_there_is_none() {
        assert_eq!(parts(1, 8, 100), Some(13), "12.5");
        assert_eq!(parts(1, 3, 100), Some(33));
        assert_eq!(parts(2, 3, 100), Some(67));
        assert_eq!(parts(18, 112, 1000), Some(161));
        assert_eq!(parts(0, 0, 100), None);
        assert_eq!(parts(i64::MAX, i64::MAX, 100), Some(100));
    }

    #[test]
    fn percents_are_set_as_the_language_does() {
        assert_eq!(percent(64, Ru), "64\u{a0}%");
        assert_eq!(percent(64, En), "64%");
        assert_eq!(tenths(161, Ru), "16,1\u{a0}%");
        assert_eq!(tenths(161, En), "16.1%");
        assert_eq!(tenths(5, Ru), "0,5\u{a0}%");
        assert_eq!(decimal(-3, Ru), "−0,3");
    }

    #[test]
    fn durations_are_said_in_the_largest_units_that_matter() {
        let said = |s| duration(s, Ru).replace('\u{a0}', " ");
        assert_eq!(said(45), "45 с");
        assert_eq!(said(0), "0 с");
        assert_eq!(said(60), "1 мин");
        assert_eq!(said(180), "3 мин");
        assert_eq!(said(89), "1 мин");
        assert_eq!(said(90), "2 мин");
        assert_eq!(said(3590), "1 ч");
        assert_eq!(said(4800), "1 ч 20 мин");
        assert_eq!(said(100 * 3600), "100 ч");
        assert_eq!(duration(4800, En), "1\u{a0}h\u{a0}20\u{a0}min");
    }

    #[test]
    fn nouns_follow_their_number() {
        let said = |n| counted(n, "сделка|сделки|сделок", Ru).replace('\u{a0}', " ");
        assert_eq!((said(1), said(2), said(5)), ("1 сделка".into(), "2 сделки".into(), "5 сделок".into()));
    }
}
