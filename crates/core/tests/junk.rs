//! What holds for every junk rule and any text at all.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use proptest::prelude::*;
use std::time::{Duration, Instant};
use takeroot_core::policy::Check;

const CHECKS: [Check; 8] = [
    Check::Text,
    Check::Phone,
    Check::PhoneRu,
    Check::Email,
    Check::Inn,
    Check::Kpp,
    Check::Ogrn,
    Check::Positive,
];

/// Texts near the rules: digits, signs of phones and addresses, both alphabets, and whatever there is.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9 +()./@-]{0,24}",
        "[а-яёa-z0-9 @.!-]{0,40}",
        "(\\+?7|8|00|\\+[1-9]{1,3})[0-9 ()-]{6,14}",
        "[a-z0-9.]{1,12}@[a-z0-9.-]{1,16}",
        any::<String>(),
        proptest::collection::vec(any::<char>(), 0..80).prop_map(|chars| chars.into_iter().collect()),
    ]
}

proptest! {
    #[test]
    fn spaces_around_a_text_change_no_verdict(text in texts(), before in "[ \\t\u{a0}]{0,3}", after in "[ \\n]{0,3}") {
        let padded = format!("{before}{text}{after}");
        for check in CHECKS {
            prop_assert_eq!(check.judge(&padded), check.judge(text.trim()), "{:?}", check);
        }
    }

    #[test]
    fn case_and_yo_change_no_verdict_of_an_ordinary_text(text in "[а-яёa-z0-9 .,!-]{0,40}") {
        let verdict = Check::Text.judge(&text);
        prop_assert_eq!(Check::Text.judge(&text.to_uppercase()), verdict);
        prop_assert_eq!(Check::Text.judge(&text.replace('ё', "е")), verdict);
    }

    #[test]
    fn a_normal_form_is_its_own_normal_form(text in texts()) {
        use takeroot_core::junk::{email, inn, kpp, ogrn};
        for rule in [email, inn, kpp, ogrn] {
            if let Ok(normal) = rule(&text) {
                prop_assert_eq!(rule(&normal), Ok(normal.clone()));
            }
        }
    }
}

#[test]
fn a_megabyte_costs_no_more_than_a_line() {
    let long = ["а", "1", "-", "ab", "12 ", "@", "a@", "нет ", "+7", "👍", "a.", "00", "\u{200b}", " x"];
    let texts: Vec<String> = long.iter().map(|piece| piece.repeat(1_000_000 / piece.len())).collect();
    let start = Instant::now();
    for text in &texts {
        for check in CHECKS {
            std::hint::black_box(check.judge(text));
        }
    }
    let each = start.elapsed() / u32::try_from(texts.len() * CHECKS.len()).unwrap();
    // A scan of the whole text, unoptimised, takes some ten milliseconds.
    assert!(each < Duration::from_millis(2), "{each:?}");
}
