//! Ordinary texts and numbers.

use super::{Junk, head};

/// Stand-ins, once everything but letters and digits is left out: lower case, `ё` as `е`.
const STAND_INS: &str = "\
    нет нету неа пусто ничего прочерк поканет нетданных нетинформации нетинфо отсутствует отсутствуют \
    неизвестно неизвестен неизвестна поканеизвестно незнаю незнает незнаем непомню непонятно \
    неуказано неуказан неуказана неуказали незаполнено незадано невыбрано неопределено неопределен \
    нескажу несказал несказала несказали хз нд чтото прочее \
    потом позже потомзаполню заполнюпотом заполнюпозже заполнить заполню \
    уточнить уточню уточняем уточняется уточняю уточнюпозже позжеуточню \
    тест тестовый тестовая тестовое тестоваязаявка тестоваясделка проба проверка бла \
    no none nope null nil na nan nodata noinfo noidea nothing notset notspecified notprovided \
    notavailable notapplicable notknown unknown unspecified undefined undef empty blank idk dunno \
    dontknow idontknow later test tests tester testing testlead testdeal tbd tba tbc todo fixme fillme \
    dummy sample placeholder foo foobar loremipsum blah xxx xyz asdf";

/// What people add a number to when they try things out.
const TRIALS: [&str; 4] = ["test", "тест", "проба", "demo"];

/// Rows of keys and of letters.
const ROWS: [&str; 11] = [
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsxedc",
    "1qaz2wsx3edc",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщ",
    "1234567890",
];

/// Counting up and down from the first digit is a run, and so is counting down to one; 210 and 789 may be
/// figures.
const COUNTS: [&str; 2] = ["0123456789", "9876543210"];
const DOWN_TO_ONE: &str = "987654321";

/// Short names that look like one character over and over: a legal form, the third.
const NAMES: [&str; 3] = ["ооо", "ooo", "iii"];

/// A piece of a row that does not begin with it is junk from this length on: «кен», «смит» are names.
const INNER_MIN: usize = 5;

/// Letters and digits beyond which a text says something, unless they are all the same.
const SHORT_MAX: usize = 40;

/// Judges the text of an ordinary field; `None` means that it counts as filled.
#[must_use]
pub fn text(text: &str) -> Option<Junk> {
    let (mut bare, mut length, mut first, mut same) = (String::new(), 0, None, true);
    let plain = head(text).chars().filter(|c| c.is_alphanumeric());
    for c in plain.flat_map(char::to_lowercase).map(|c| if c == 'ё' { 'е' } else { c }) {
        same &= *first.get_or_insert(c) == c;
        length += 1;
        if length <= SHORT_MAX {
            bare.push(c);
        }
    }
    let unit = unit(&bare);
    match length {
        0 => Some(Junk::Blank),
        _ if length > 2 && same && !NAMES.contains(&bare.as_str()) => Some(Junk::Repeated),
        _ if length > SHORT_MAX => None,
        _ if STAND_INS.split(' ').any(|word| word == unit) || is_trial(unit) => Some(Junk::Placeholder),
        _ if is_run(unit) => Some(Junk::Sequence),
        _ => None,
    }
}

/// Words and characters from which on a text says something of its own: towns, firms and people's names have fewer.
const SENTENCE_WORDS: usize = 4;
const SENTENCE_CHARS: usize = 16;

/// The normal form of a text that is no junk and long enough to be known again: lower case, one space between words.
#[must_use]
pub fn sentence(value: &str) -> Option<String> {
    let mut normal = String::new();
    let mut words = 0;
    for word in head(value).split_whitespace() {
        if words > 0 {
            normal.push(' ');
        }
        normal.extend(word.chars().flat_map(char::to_lowercase));
        words += 1;
    }
    let is_long = words >= SENTENCE_WORDS && normal.chars().count() >= SENTENCE_CHARS;
    (is_long && text(value).is_none()).then_some(normal)
}

/// Judges the text of a number: `None` means that it is one above zero, whatever unit follows it.
#[must_use]
pub fn positive(text: &str) -> Option<Junk> {
    let text = head(text).trim_start_matches(['+', '₽', '$', '€']);
    let sign = |c: char| c.is_whitespace() || matches!(c, '.' | ',' | '\'');
    let mut number = text.chars().take_while(|c| c.is_ascii_digit() || sign(*c));
    let above = text.starts_with(|c: char| c.is_ascii_digit()) && number.any(|c| matches!(c, '1'..='9'));
    (!above).then_some(Junk::NotPositive)
}

/// What a text repeats, such as the «бла» of «блабла»; else the text itself.
fn unit(bare: &str) -> &str {
    let units = bare.char_indices().map(|(at, _)| at).skip(3).filter(|at| bare.len().is_multiple_of(*at));
    let mut units = units.filter_map(|at| bare.get(..at));
    let repeats = |unit: &&str| bare.as_bytes().chunks(unit.len()).all(|piece| piece == unit.as_bytes());
    units.find(repeats).unwrap_or(bare)
}

fn is_trial(bare: &str) -> bool {
    let number = TRIALS.iter().find_map(|word| bare.strip_prefix(word));
    number.is_some_and(|number| number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Beginnings of rows and nothing else («qweasd», «asd123»), or a long piece of one («erty»).
fn is_run(bare: &str) -> bool {
    let length = bare.chars().count();
    let inner = length >= INNER_MIN && !bare.bytes().any(|byte| byte.is_ascii_digit());
    if length > 2 && (COUNTS.iter().any(|row| row.starts_with(bare)) || DOWN_TO_ONE.ends_with(bare)) {
        return true;
    }
    if inner && ROWS.iter().any(|row| has(row, bare)) {
        return true;
    }
    let mut rest = bare;
    while !rest.is_empty() {
        let longest = ROWS.iter().map(|row| common(row, rest)).max_by_key(|(characters, _)| *characters);
        match longest.and_then(|(characters, bytes)| rest.get(bytes..).filter(|_| characters > 2)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

fn has(row: &str, piece: &str) -> bool {
    row.char_indices().filter_map(|(at, _)| row.get(at..)).any(|rest| rest.starts_with(piece))
}

/// Characters and bytes that a text has in common with the beginning of a row.
fn common(row: &str, text: &str) -> (usize, usize) {
    let same = row.chars().zip(text.chars()).take_while(|(a, b)| a == b);
    same.fold((0, 0), |(characters, bytes), (c, _)| (characters + 1, bytes + c.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_say_nothing_are_junk_with_their_reason() {
        let cases = [
            (Junk::Blank, "- | … | ??? | — | . | () | \u{a0} | +"),
            (
                Junk::Placeholder,
                "нет | Нет. | НЕТ!!! | «нет» | n/a | N.A. | не указано | Не указан | н/д | нет данных | \
                 неизвестно | Неопределён | НЕ ПОМНЮ | не знаю… | потом | Уточню позже | тест | Test | \
                 test 2 | тест12 | тестовая заявка | проверка | TBD | null | idk | нет нет нет | бла-бла-бла",
            ),
            (Junk::Repeated, "ааааа | 000 | xxxx | 1111111 | ЁЁЁ | ёеё"),
            (
                Junk::Sequence,
                "123 | 1 2 3 | 12345 | 1234567890 | 321 | 9876 | 012 | qwerty | QWE | йцукен | фыва | \
                 asd | asdasd | qweasd | asd123 | qwerty123 | 123123 | ertyu | абвг | 1qaz2wsx",
            ),
        ];
        for (junk, values) in cases {
            for value in values.split('|') {
                assert_eq!(text(value), Some(junk), "{value}");
            }
        }
    }

    #[test]
    fn short_and_plain_answers_are_no_junk() {
        let values = "Да | 5 | ИП | ООО | OOO | III | 10 | 345 | 210 | 789 | 2020 | 1 200 000 | 100 | Кен | Смит | Где | \
                      Нана | Ян | 8 марта | Нет бюджета до мая | Тест-драйв в субботу | Проверка качества | \
                      ok | А | C++ | Ноябрь | 50% | Тестов Иван | Nonna | 你好 | Аня, 3 этаж";
        for value in values.split('|') {
            assert_eq!(text(value), None, "{value}");
        }
    }

    #[test]
    fn a_sentence_is_the_same_in_any_case_and_spacing_and_a_name_is_none() {
        let normal = Some("просит перезвонить завтра утром".to_owned());
        for value in ["Просит перезвонить завтра утром", "  просит\u{a0}ПЕРЕЗВОНИТЬ \n завтра утром\t"]
        {
            assert_eq!(sentence(value), normal, "{value}");
        }
        assert_ne!(sentence("Просит перезвонить завтра утром!"), normal, "word for word");
        let short = "да | Санкт-Петербург | Ростов на Дону | ООО «Северный ветер» | Петропавловск-Камчатский | \
                     Северцев Пётр Ильич | да но не в мае |  | 1 2 3 4 5 6 7 8 9 0 1 2 3 | нет нет нет нет нет нет";
        for value in short.split('|') {
            assert_eq!(sentence(value), None, "{value}");
        }
        let long = "слово ".repeat(1000);
        assert_eq!(sentence(&long), sentence(&long[..long.len() - 22]), "what is not read is not compared");
    }

    #[test]
    fn a_number_is_above_zero_whatever_its_unit() {
        for value in ["1", "123", "0,5", "1 200 000 ₽", "777 шт.", "$5", "10'000", " 3 "] {
            assert_eq!(positive(value), None, "{value}");
        }
        for value in ["", "0", "0,00 ₽", "-5", "−5", "нет", "пять", ".", "около 5", "₽"] {
            assert_eq!(positive(value), Some(Junk::NotPositive), "{value}");
        }
    }
}
