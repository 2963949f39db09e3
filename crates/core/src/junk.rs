//! What looks filled and is not. Judged once, where the text is still at hand; only the verdict is kept.

use serde::{Deserialize, Serialize};

/// Why a value does not count as filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Junk {
    /// Nothing but spaces and signs.
    Blank,
    /// A stand-in such as «-», «нет», "n/a", "test".
    Placeholder,
    /// One character over and over.
    Repeated,
    /// A run of the keyboard or of digits, such as "123" or "qwerty".
    Sequence,
    /// A phone with fewer than ten or more than fifteen digits.
    Phone,
    /// An e-mail address without a name, an `@` or a domain.
    Email,
}

/// Stand-ins, in lower case, letters and digits only.
const PLACEHOLDERS: &[&str] = &[
    "нет",
    "неизвестно",
    "незнаю",
    "несказал",
    "неуказано",
    "неуказан",
    "неуказана",
    "пусто",
    "потом",
    "позже",
    "уточнить",
    "уточню",
    "тест",
    "хз",
    "нд",
    "прочее",
    "no",
    "none",
    "null",
    "nil",
    "na",
    "nan",
    "test",
    "tbd",
    "todo",
    "unknown",
    "empty",
    "later",
    "undefined",
    "asdf",
    "xxx",
];

/// Runs: a text of three or more characters that is a piece of one of these says nothing.
const SEQUENCES: &[&str] = &["0123456789", "9876543210", "qwertyuiop", "йцукенгшщз", "abcdefgh", "абвгдеж"];

/// Judges the text of an ordinary field; `None` means that it counts as filled.
#[must_use]
pub fn text(text: &str) -> Option<Junk> {
    let bare: String =
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(64).collect();
    let mut characters = bare.chars();
    let Some(first) = characters.next() else { return Some(Junk::Blank) };
    let length = bare.chars().count();
    if PLACEHOLDERS.contains(&bare.as_str()) {
        Some(Junk::Placeholder)
    } else if length > 2 && characters.all(|c| c == first) {
        Some(Junk::Repeated)
    } else if length > 2 && SEQUENCES.iter().any(|run| run.contains(bare.as_str())) {
        Some(Junk::Sequence)
    } else {
        None
    }
}

/// The digits of a phone that two spellings of one number share (the last ten), or why it is none.
///
/// # Errors
/// The text has fewer than 10 or more than 15 digits (ITU-T E.164), or they are all the same.
pub fn phone(text: &str) -> Result<String, Junk> {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(16).collect();
    let first = digits.chars().next().ok_or(Junk::Blank)?;
    if digits.chars().all(|c| c == first) {
        return Err(Junk::Repeated);
    }
    let skip = digits.len().checked_sub(10).filter(|_| digits.len() <= 15).ok_or(Junk::Phone)?;
    Ok(digits.chars().skip(skip).collect())
}

/// An e-mail address in its normal form, or why it is none.
///
/// # Errors
/// There is no name, no `@`, or no domain with a dot.
pub fn email(text: &str) -> Result<String, Junk> {
    let text = text.trim().to_lowercase();
    let (name, domain) = text.split_once('@').ok_or(Junk::Email)?;
    let dotted = domain.split_once('.').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
    let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control()) && text.len() <= 254;
    (plain && dotted && !name.is_empty() && !domain.contains('@')).then_some(text).ok_or(Junk::Email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_say_nothing_are_junk_with_their_reason() {
        let cases = [
            ("-", Some(Junk::Blank)),
            ("  … ", Some(Junk::Blank)),
            ("Нет", Some(Junk::Placeholder)),
            ("n/a", Some(Junk::Placeholder)),
            ("не указано", Some(Junk::Placeholder)),
            ("ааааа", Some(Junk::Repeated)),
            ("123", Some(Junk::Sequence)),
            ("йцукен", Some(Junk::Sequence)),
            ("Да", None),
            ("5", None),
            ("Нет бюджета до мая", None),
            ("1 200 000", None),
        ];
        for (value, verdict) in cases {
            assert_eq!(text(value), verdict, "{value}");
        }
    }

    #[test]
    fn phones_meet_in_their_last_ten_digits() {
        assert_eq!(phone("+7 (912) 345-67-80"), phone("8 912 345 67 80"));
        assert_eq!(phone("12345"), Err(Junk::Phone));
        assert_eq!(phone("0000000000"), Err(Junk::Repeated));
        assert_eq!(phone("нет"), Err(Junk::Blank));
    }

    #[test]
    fn an_address_needs_a_name_and_a_domain() {
        assert_eq!(email(" Anna@Firma.example "), Ok("anna@firma.example".to_owned()));
        for wrong in ["anna", "@firma.example", "anna@firma", "anna@.ru", "a b@c.ru", "a@b@c.ru"] {
            assert_eq!(email(wrong), Err(Junk::Email), "{wrong}");
        }
    }
}
