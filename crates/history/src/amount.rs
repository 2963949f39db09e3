//! Amounts as exports write them.

use takeroot_core::fact::Amount;

/// Reads `120000`, `1 234 567,50 ₽`, `1,234.5`, `50000.00|RUB`: thousands in groups, at most one decimal mark.
/// A single mark before exactly three digits parts thousands. `None` where the text is anything else,
/// negative, or beyond what an amount holds.
pub(crate) fn read(text: &str) -> Option<Amount> {
    let first = text.find(|c: char| c.is_ascii_digit())?;
    let last = text.rfind(|c: char| c.is_ascii_digit())?;
    let (before, after) = (text.get(..first)?, text.get(last + 1..)?);
    let currency =
        |c: char| c.is_alphabetic() || c.is_whitespace() || matches!(c, '₽' | '$' | '€' | '£' | '₸');
    let tail = |c: char| currency(c) || matches!(c, '.' | '|');
    if !before.trim_start_matches('+').chars().all(currency) || !after.chars().all(tail) {
        return None;
    }
    let number: String =
        text.get(first..=last)?.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
    let (whole, decimals) = parted(&number);
    let mut groups = whole.split([',', '.']);
    let lead = groups.next()?;
    let grouped = whole.contains([',', '.']);
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(lead) || !digits(decimals) || (grouped && (lead.is_empty() || lead.len() > 3)) {
        return None;
    }
    let mut units: i64 = if lead.is_empty() { 0 } else { lead.parse().ok()? };
    for group in groups {
        let thousand = (group.len() == 3 && digits(group)).then(|| group.parse::<i64>().ok()).flatten()?;
        units = units.checked_mul(1000)?.checked_add(thousand)?;
    }
    let digit = |index: usize| decimals.as_bytes().get(index).map_or(0, |byte| i64::from(byte - b'0'));
    let hundredths = digit(0) * 10 + digit(1) + i64::from(digit(2) >= 5);
    units.checked_mul(100)?.checked_add(hundredths).map(Amount)
}

/// The whole part and the decimals.
fn parted(number: &str) -> (&str, &str) {
    let Some((whole, decimals)) = number.rfind([',', '.']).and_then(|mark| {
        Some((number.get(..mark)?, number.get(mark + 1..)?)).filter(|(_, decimals)| !decimals.is_empty())
    }) else {
        return (number, "");
    };
    let mark = number.get(whole.len()..=whole.len()).unwrap_or_default();
    let repeated = whole.contains(mark);
    let thousands = decimals.len() == 3 && !whole.contains([',', '.']);
    if repeated || thousands { (number, "") } else { (whole, decimals) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_many_systems_are_hundredths() {
        let cases = [
            ("120000", 12_000_000),
            ("1 234 567,50 ₽", 123_456_750),
            ("1\u{a0}234,5 руб.", 123_450),
            ("1,234.5", 123_450),
            ("1.234.567", 123_456_700),
            ("1,234", 123_400),
            ("50000.00|RUB", 5_000_000),
            ("$ 12.345,678", 1_234_568),
            ("99.9950", 10_000),
            ("0", 0),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), Some(Amount(expected)), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in
            ["", "по запросу", "-5", "1e5", "12-15", "1,23,456", "99999999999999999999", "1234,567,890"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
