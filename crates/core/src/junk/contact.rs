//! Phones and e-mail addresses.

use super::wording::text as wording;
use super::{Junk, head};

/// Calling codes with the fewest and the most digits that follow them: the national numbering plans under
/// ITU-T E.164. Of Germany's and Britain's plans only what a subscriber can have.
const COUNTRIES: [(&str, usize, usize); 17] = [
    ("7", 10, 10),
    ("375", 9, 9),
    ("380", 9, 9),
    ("998", 9, 9),
    ("374", 8, 8),
    ("994", 9, 9),
    ("995", 9, 9),
    ("996", 9, 9),
    ("992", 9, 9),
    ("993", 8, 8),
    ("373", 8, 8),
    ("1", 10, 10),
    ("49", 7, 12),
    ("44", 9, 10),
    ("90", 10, 10),
    ("86", 10, 11),
    ("91", 10, 10),
];

/// Digits of a phone whose country is not in the list, its code included: ITU-T E.164 allows 15.
const DIGITS_MIN: usize = 10;
const DIGITS_MAX: usize = 15;

/// The digits of a phone that two spellings of one number share (the last ten), or why it is none. What
/// follows a first number (an extension, a second number) is not read.
///
/// # Errors
/// There are too few or too many digits, for its country where the text names one; they are a run or all the
/// same; or a Russian number has a code that no number begins with.
pub fn phone(text: &str) -> Result<String, Junk> {
    number(text).map(|(digits, _)| digits)
}

/// As [`phone`], of a phone of Russia or Kazakhstan: `+7` or `8` and ten digits, or the ten digits alone.
///
/// # Errors
/// As for [`phone`], or it is a phone of another country.
pub fn phone_ru(text: &str) -> Result<String, Junk> {
    let (last, country) = number(text)?;
    let ours = matches!(country, None | Some(RUSSIA)) && is_russian(&last);
    ours.then_some(last).ok_or(Junk::Phone)
}

/// The calling code of Russia and Kazakhstan.
const RUSSIA: &str = "7";

/// The last ten digits of a phone and its calling code, where it has one that is in the list.
fn number(text: &str) -> Result<(String, Option<&'static str>), Junk> {
    let (digits, plus) = digits(text);
    let last = digits.get(digits.len().saturating_sub(10)..).unwrap_or_default();
    let subscriber = last.get(3..).filter(|_| digits.len() >= DIGITS_MIN);
    match wording(if digits.is_empty() { text } else { last }) {
        Some(Junk::Sequence) if digits.len() < DIGITS_MIN => return Err(Junk::Phone),
        Some(junk) => return Err(junk),
        None if subscriber == Some("0000000") => return Err(Junk::Repeated),
        None => {}
    }
    let named = |(code, ..): &&(&str, usize, usize)| {
        let told = plus || (digits.len() > DIGITS_MIN && (*code == RUSSIA || code.len() == 3));
        told && digits.starts_with(code)
    };
    let (fits, country) = match COUNTRIES.iter().find(named) {
        // 8 is Russia's prefix for calls from one city to another.
        None if !plus && digits.len() == 11 && digits.starts_with('8') => (is_russian(last), Some(RUSSIA)),
        None => ((DIGITS_MIN..=DIGITS_MAX).contains(&digits.len()), None),
        Some((code, least, most)) => {
            let fits = (*least..=*most).contains(&(digits.len() - code.len()));
            (fits && (*code != RUSSIA || is_russian(last)), Some(*code))
        }
    };
    fits.then(|| (last.to_owned(), country)).ok_or(Junk::Phone)
}

/// Codes of Russia begin with 3, 4, 8 and 9, those of Kazakhstan with 6 and 7: the numbering plans of the two
/// countries under `+7`.
fn is_russian(national: &str) -> bool {
    national.len() == 10 && national.starts_with(['3', '4', '6', '7', '8', '9'])
}

/// The digits of the first number of a text, and whether a calling code leads them.
fn digits(text: &str) -> (String, bool) {
    let (mut digits, mut plus) = (String::new(), false);
    for c in head(text).chars() {
        match c {
            '0'..='9' if digits.len() <= DIGITS_MAX => digits.push(c),
            '+' if digits.is_empty() => plus = true,
            _ if digits.len() >= DIGITS_MIN && (c.is_alphabetic() || "+#,;/".contains(c)) => break,
            _ => {}
        }
    }
    match digits.strip_prefix("00").filter(|rest| !plus && rest.len() > DIGITS_MIN) {
        Some(rest) => (rest.to_owned(), true),
        None => (digits, plus),
    }
}

/// Words that people write for an address that they do not have.
const NO_ADDRESS: &str =
    "mail email e-mail post name user login my noemail nomail no-email no-mail noreply почта";

/// Mailboxes of the public: a stand-in there is nobody's, in a company's domain it may be somebody's.
const PUBLIC: &str = "mail gmail yandex ya bk inbox list rambler outlook hotmail";

/// An address may have this many bytes: RFC 5321, 4.5.3.1, with the reading of its erratum 1690.
const ADDRESS_MAX: usize = 254;
/// A name before the `@`: RFC 5321, 4.5.3.1.1.
const NAME_MAX: usize = 64;
/// A label of a domain: RFC 1035, 2.3.4.
const LABEL_MAX: usize = 63;

/// An e-mail address in its normal form, or why it is none. Names in other scripts are addresses (RFC 6531),
/// quoted names and addresses of hosts without a dot are not.
///
/// # Errors
/// There is no name, no `@`, or no domain with a dot; a dot is at an edge or doubled; a sign is none of an
/// address; or it is a stand-in, such as `test@test.ru`.
pub fn email(text: &str) -> Result<String, Junk> {
    let text = head(text);
    if !text.contains('@') || text.len() > ADDRESS_MAX {
        let empty = wording(text).filter(|junk| matches!(junk, Junk::Blank | Junk::Placeholder));
        return Err(empty.unwrap_or(Junk::Email));
    }
    let text: String = text.chars().flat_map(char::to_lowercase).collect();
    let (name, domain) = text.split_once('@').ok_or(Junk::Email)?;
    if !is_name(name) || !is_domain(domain) {
        return Err(Junk::Email);
    }
    if is_stand_in(name, domain) { Err(Junk::Placeholder) } else { Ok(text) }
}

fn is_name(name: &str) -> bool {
    let sign = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    name.len() <= NAME_MAX && name.split('.').all(|part| !part.is_empty() && part.chars().all(sign))
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        let edge = label.starts_with('-') || label.ends_with('-');
        let plain = label.chars().all(|c| c.is_alphanumeric() || c == '-');
        !label.is_empty() && label.len() <= LABEL_MAX && plain && !edge
    };
    let last = domain.rsplit_once('.').map(|(_, last)| last);
    let named = last.is_some_and(|last| last.chars().count() > 1 && last.chars().any(char::is_alphabetic));
    named && domain.split('.').all(label)
}

/// Whether both sides of an address say nothing.
fn is_stand_in(name: &str, domain: &str) -> bool {
    let host = domain.split('.').next().unwrap_or_default();
    let listed = |list: &str, word: &str| list.split(' ').any(|listed| listed == word);
    // RFC 2606, 3: these belong to nobody.
    if matches!(domain, "example.com" | "example.net" | "example.org") {
        return true;
    }
    let empty = listed(NO_ADDRESS, name) || name.chars().count() == 1 || wording(name).is_some();
    empty && (host == name || listed(PUBLIC, host) || wording(host).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_meet_in_their_last_ten_digits() {
        let spellings = [
            "+7 (912) 345-67-80",
            "8 912 345 67 80",
            "79123456780",
            "9123456780",
            "8-912-345-67-80 доб. 104",
            "+7 912 345 67 80, 8 495 111-22-33",
            "тел. 0079123456780",
            "\u{a0}+7\u{a0}912\u{a0}345\u{a0}67\u{a0}80 ",
        ];
        for spelling in spellings {
            assert_eq!(phone(spelling).as_deref(), Ok("9123456780"), "{spelling}");
            assert_eq!(phone_ru(spelling).as_deref(), Ok("9123456780"), "{spelling}");
        }
    }

    #[test]
    fn each_country_has_its_number_of_digits() {
        let right = "+77012345678 | +375 29 345-67-89 | +380 67 345 67 89 | +998 90 345 67 89 | \
            +374 91 345678 | +994 50 345 67 89 | +995 555 34 56 78 | +996 555 345678 | +992 91 345 6789 | \
            +373 69 345 678 | +1 (212) 345-6789 | +49 151 23456789 | +44 20 7946 0958 | +90 532 345 67 89 | \
            +86 138 1234 5678 | +91 98765 43211 | +33 6 12 34 56 78 | +65 9123 4567 | 375293456789 | \
            0671234567 | +972 50 345 6789";
        for value in right.split('|') {
            assert!(phone(value).is_ok(), "{value}: {:?}", phone(value));
        }
        let wrong = "12345 | +7 912 345-67-8 | +7 912 345-67-801 | 8 012 345 67 80 | \
            +7 012 345-67-80 | +7 212 345-67-80 | 70123456780 | 791234567801 | +375 29 345-67-8 | \
            +998 90 345 67 8 | +374 91 34567 | +1 212 345 678 | +90 532 345 67 8 | +33 6 12 34 | \
            +1234567890123456 | 37529345678 | Иван";
        for value in wrong.split('|') {
            assert_eq!(phone(value), Err(Junk::Phone), "{value}");
        }
        for value in ["+375 29 345-67-89", "0671234567", "2123456789", "+1 912 345-67-80"] {
            assert_eq!(phone_ru(value), Err(Junk::Phone), "{value}");
        }
    }

    #[test]
    fn made_up_phones_are_junk_with_their_reason() {
        for value in ["0000000000", "+7 999 999-99-99", "8 900 000 00 00", "1111"] {
            assert_eq!(phone(value), Err(Junk::Repeated), "{value}");
        }
        for value in ["1234567890", "+7 123 456 78 90", "8 987 654 32 10", "0123456789"] {
            assert_eq!(phone(value), Err(Junk::Sequence), "{value}");
        }
        assert_eq!(phone("нет"), Err(Junk::Placeholder));
        assert_eq!((phone("-"), phone(" ")), (Err(Junk::Blank), Err(Junk::Blank)));
    }

    #[test]
    fn an_address_needs_a_name_and_a_domain() {
        let right = "anna@firma.example | i.petrov+crm@ya.ru | o'neil@firma.ie | anna@почта.рф | \
            пётр@firma.ru | a_b-c@sub.firma.co | test@firma.ru | info@firma.ru | 89123456780@mail.ru | \
            anna@xn--80a1acny.xn--p1ai | zoom@zoom.us | sale@1c.ru";
        for value in right.split('|') {
            assert_eq!(email(value).as_deref(), Ok(value.trim()), "{value}");
        }
        assert_eq!(email(" Anna@Firma.example "), Ok("anna@firma.example".to_owned()));
        let wrong = "anna | @firma.example | anna@firma | anna@.ru | a b@c.ru | a@b@c.ru | anna@firma..ru | \
            .anna@firma.ru | anna.@firma.ru | an..na@firma.ru | anna@-firma.ru | anna@firma-.ru | \
            anna@firma.r | anna@firma.123 | anna@firma.ru. | anna@fir_ma.ru | \"anna\"@firma.ru | \
            anna@firma.ru; ivan@firma.ru | anna@127.0.0.1 | <anna@firma.ru>";
        for value in wrong.split('|') {
            assert_eq!(email(value), Err(Junk::Email), "{value}");
        }
        assert_eq!(email(&format!("{}@firma.ru", "a".repeat(65))), Err(Junk::Email));
        assert_eq!(email(&format!("anna@{}.ru", "a".repeat(64))), Err(Junk::Email));
        assert_eq!(email(&format!("anna@{}ru", "firma.".repeat(50))), Err(Junk::Email));
    }

    #[test]
    fn a_stand_in_for_an_address_is_junk() {
        let stand_ins = "test@test.ru | Test@Test.com | asd@asd.ru | 123@123.ru | qwerty@mail.ru | a@a.ru | \
            1@1.com | нет@нет.рф | no@no.no | mail@mail.ru | email@email.com | noemail@mail.ru | \
            aaa@gmail.com | anna@example.com | test@mail.ru | нет";
        for value in stand_ins.split('|') {
            assert_eq!(email(value), Err(Junk::Placeholder), "{value}");
        }
        assert_eq!((email("-"), email("")), (Err(Junk::Blank), Err(Junk::Blank)));
    }
}
