//! Numbers of Russian registers, by their length and check digits.

use super::wording::text as wording;
use super::{Junk, head};

/// A tax number (ИНН) without its spaces, or why it is none: 10 digits of an organisation, 12 of a person.
///
/// The form is that of the Federal Tax Service's order ММВ-7-6/435@ of 29 June 2012: the code of the tax
/// authority, the number of the record, check digits. A check digit is the sum of the digits before it, each
/// by its weight, modulo 11, modulo 10; a person's number has two of them, the second over the first.
///
/// # Errors
/// It has another length or a wrong check digit, or all its digits are the same.
pub fn inn(text: &str) -> Result<String, Junk> {
    let digits = digits(text, Junk::Inn)?;
    let valid = !digits.starts_with("00")
        && match digits.len() {
            10 => checks(&digits, 9),
            12 => checks(&digits, 10) && checks(&digits, 11),
            _ => false,
        };
    valid.then_some(digits).ok_or(Junk::Inn)
}

/// Weights of the digits before a check digit; a shorter number takes the last ones.
const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

/// Whether the digit at a place is the check digit of those before it.
fn checks(digits: &str, place: usize) -> bool {
    let mut values = digits.chars().filter_map(|c| c.to_digit(10));
    let weights = WEIGHTS.iter().skip(WEIGHTS.len() - place);
    let sum: u32 = weights.zip(values.by_ref()).map(|(weight, digit)| weight * digit).sum();
    values.next() == Some(sum % 11 % 10)
}

/// A registration reason code (КПП) without its spaces, or why it is none: 9 characters `NNNNPPnnn`, the code
/// of the tax authority, the reason (digits or capital Latin letters) and a serial number, by the Federal Tax
/// Service's order ММВ-7-6/435@ of 29 June 2012. It has no check digit.
///
/// # Errors
/// It has another form, or is a run of digits or all the same.
pub fn kpp(text: &str) -> Result<String, Junk> {
    let code: String = bare(text).map(|c| c.to_ascii_uppercase()).take(10).collect();
    if let Some(junk) = wording(&code) {
        return Err(junk);
    }
    let fits = |(at, c): (usize, char)| c.is_ascii_digit() || (c.is_ascii_uppercase() && matches!(at, 4 | 5));
    let valid = code.len() == 9 && code.chars().enumerate().all(fits) && !code.starts_with("00");
    valid.then_some(code).ok_or(Junk::Kpp)
}

/// A registration number (ОГРН of 13 digits, ОГРНИП of 15) without its spaces, or why it is none.
///
/// The form is that of the Ministry of Finance's order 165н of 30 October 2017: the first digit is 1 or 5 for
/// an organisation, 3 for an entrepreneur; the last one is the last digit of the remainder that all digits
/// before it leave by 11 (ОГРН) or by 13 (ОГРНИП).
///
/// # Errors
/// It has another length, first or check digit, or all its digits are the same.
pub fn ogrn(text: &str) -> Result<String, Junk> {
    let digits = digits(text, Junk::Ogrn)?;
    let by = match (digits.len(), digits.chars().next()) {
        (13, Some('1' | '5')) => 11,
        (15, Some('3')) => 13,
        _ => return Err(Junk::Ogrn),
    };
    let number: u64 = digits.parse().map_err(|_| Junk::Ogrn)?;
    let valid = number / 10 % by % 10 == number % 10;
    valid.then_some(digits).ok_or(Junk::Ogrn)
}

/// The digits of a number, a name before it left out («ИНН 77…»), and what is written after a slash.
fn digits(text: &str, junk: Junk) -> Result<String, Junk> {
    let first = head(text).trim_start_matches(|c: char| !c.is_ascii_digit());
    let digits: String = bare(first).take_while(|c| *c != '/').take(16).collect();
    let verdict = wording(if digits.is_empty() { text } else { &digits });
    match verdict.filter(|verdict| *verdict != Junk::Sequence || digits.is_empty()) {
        Some(verdict) => Err(verdict),
        None if digits.chars().all(|c| c.is_ascii_digit()) => Ok(digits),
        None => Err(junk),
    }
}

fn bare(text: &str) -> impl Iterator<Item = char> {
    let kept = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '.');
    head(text).chars().filter(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(judge: fn(&str) -> Result<String, Junk>, right: &str, wrong: &[(Junk, &str)]) {
        for value in right.split('|') {
            assert!(judge(value).is_ok(), "{value}: {:?}", judge(value));
        }
        for (junk, values) in wrong {
            for value in values.split('|') {
                assert_eq!(judge(value), Err(*junk), "{value}");
            }
        }
    }

    #[test]
    fn a_tax_number_has_its_check_digits() {
        check(
            inn,
            "7704512375 | 26 4000 1581 | 0274005610 | ИНН: 7802341199 | 7704512375/770401001 | 770451237790 | \
             027400561824",
            &[
                (
                    Junk::Inn,
                    "7704512376 | 1704512375 | 770451237 | 77045123755 | 770451237791 | 770451237780 | \
                     7704512375 7802341199 | 0004512373 | 77O4512375 | Ромашка | 1234567890",
                ),
                (Junk::Repeated, "0000000000 | 000000000000 | 1111111111"),
                (Junk::Placeholder, "нет | н/д"),
                (Junk::Blank, "- | "),
            ],
        );
        assert_eq!(inn("ИНН: 7704 512375").as_deref(), Ok("7704512375"));
    }

    #[test]
    fn each_digit_of_a_tax_number_counts() {
        for right in ["7704512375", "770451237790"] {
            for at in 0..right.len() {
                let other = (right.as_bytes()[at] - b'0' + 1) % 10;
                let wrong = format!("{}{other}{}", &right[..at], &right[at + 1..]);
                assert_eq!(inn(&wrong), Err(Junk::Inn), "{wrong}");
            }
        }
    }

    #[test]
    fn a_registration_reason_code_has_its_form() {
        check(
            kpp,
            "770401001 | 7704 01 001 | 7704AB001 | 7704ab001 | 773643001",
            &[
                (Junk::Kpp, "77040100 | 7704010011 | 7704ЖЖ001 | 77A401001 | 77040100A | 007401001"),
                (Junk::Repeated, "000000000"),
                (Junk::Sequence, "123456789"),
                (Junk::Placeholder, "нет"),
                (Junk::Blank, "-"),
            ],
        );
    }

    #[test]
    fn a_registration_number_has_its_check_digit() {
        check(
            ogrn,
            "1177746004171 | 5027700132191 | 315774600123450 | ОГРНИП 304020117000982",
            &[
                (
                    Junk::Ogrn,
                    "1177746004172 | 117774600417 | 11777460041711 | 315774600123451 | 2177746004171 | \
                     415774600123450 | 7704512375",
                ),
                (Junk::Repeated, "0000000000000"),
                (Junk::Placeholder, "уточню"),
            ],
        );
    }
}
