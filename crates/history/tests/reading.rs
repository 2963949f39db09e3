//! Files as they come: delimiters, encodings, quotes, broken rows.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod world;

use proptest::prelude::*;
use world::{read, read_in_pieces};

const LOG: &str = r#"kind = "events"
zone = "Europe/Moscow"
rejected_max_percent = 100
[columns]
deal = "Сделка"
at = "Когда"
by = "Кто"
stage = "Этап"
[[event]]
is = "stage"
"#;

/// Rows, names of stages, and what was rejected.
fn check(file: &[u8]) -> (u64, String, Vec<String>) {
    let history = read(LOG, &[file]).unwrap();
    let stages: Vec<String> = history.names().stages.values().cloned().collect();
    (history.counts().rows, stages.join("|"), history.rejects().first().map(ToString::to_string).collect())
}

const ROWS: &str = "Сделка;Кто;Этап;Когда\n1;Инна;Звонок;05.03.2026 10:00\n";

#[test]
fn delimiters_and_encodings_are_found() {
    let expected = (1, "Звонок".to_owned(), vec![]);
    let cp1251 = encoding_rs::WINDOWS_1251.encode(ROWS).0.into_owned();
    let utf16: Vec<u8> =
        std::iter::once(0xFEFF).chain(ROWS.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let marked = [b"\xEF\xBB\xBF", ROWS.as_bytes()].concat();
    for file in [ROWS.as_bytes(), &cp1251, &utf16, &marked] {
        assert_eq!(check(file), expected);
    }
    for delimiter in [",", "\t", "|"] {
        assert_eq!(check(ROWS.replace(';', delimiter).as_bytes()), expected, "{delimiter}");
    }
    assert_eq!(check(format!("sep=;\r\n{}", ROWS.replace('\n', "\r\n")).as_bytes()), expected);
    assert_eq!(check(format!("\n \n{}\n;;;\n\n", ROWS.replace('\n', "\r")).as_bytes()), expected);
}

#[test]
fn broken_rows_are_told_with_line_column_and_reason_and_the_others_count() {
    let file = "Сделка,Кто,Этап,Когда\n\
        1,Инна,Звонок,05.03.2026 10:00\n\
        2,Инна,\"Встреча,\nу клиента\",05.03.2026 11:00\n\
        3,Инна,Звонок\n\
        4,Инна,Звонок,05.03.2026 12:00,лишнее\n\
        5,Инна,Звонок,05.03.2026 13:00,\n\
        6,Инна,\"Зво\"нок,05.03.2026 10:00\n\
        7,Инна,Звонок,31.02.2026 10:00\n\
        ,Инна,Звонок,05.03.2026 10:00\n\
        8,Инна,Зво\0нок,05.03.2026 10:00\n\
        9,Инна,,05.03.2026 10:00\n\
        10,Инна,Звонок,\n\
        11,Инна,\"Договор,05.03.2026 10:00\n\
        12,Инна,Оплата,05.03.2026 10:00";
    let (rows, stages, rejected) = check(file.as_bytes());
    assert_eq!((rows, rejected.len()), (4, 9));
    for stage in ["Звонок", "Встреча,\nу клиента", "Оплата"] {
        assert!(stages.contains(stage), "{stages}");
    }
    let expected = [
        "1.csv:5: 3 fields, and the header has 4 (",
        "1.csv:6: 5 fields, and the header has 4 (",
        "1.csv:8: text follows a closing quote (",
        "1.csv:9, column «Когда»: «31.02.2026 10:00» is not a date in any of the mapping's formats (",
        "1.csv:10, column «Сделка»: the deal has no id",
        "1.csv:11: the row has a NUL character (",
        "1.csv:12: the stage is empty",
        "1.csv:13, column «Когда»: the date is empty",
        "1.csv:14: a quote that opens here never closes",
    ];
    for (rejected, expected) in rejected.iter().zip(expected) {
        assert!(rejected.starts_with(expected), "{rejected}");
    }
}

#[test]
fn a_broken_character_rejects_its_row_only() {
    let mut file = ROWS.as_bytes().to_vec();
    file.extend(b"2;\xD0;\xD0\x97;05.03.2026 10:00\n");
    file.extend("3;Пётр;Договор;05.03.2026 10:00\n".as_bytes());
    let (rows, _, rejected) = check(&file);
    assert_eq!(rows, 2);
    assert!(
        rejected[0].starts_with("1.csv:3, column «Кто»: the text is not valid UTF-8 (name"),
        "{rejected:?}"
    );
}

#[test]
fn overlong_rows_and_fields_are_left_out_and_reading_goes_on() {
    let long = "я".repeat(600_000);
    let field = "я".repeat(40_000);
    let file = format!(
        "{ROWS}2;{long};x;05.03.2026 10:00\n3;{field};x;05.03.2026 10:00\n4;\"{long}\n5;Пётр;x;05.03.2026 10:00\n"
    );
    let (rows, _, rejected) = check(file.as_bytes());
    assert_eq!(rows, 2);
    let expected = [
        "1.csv:3: the row is over 1048576 bytes",
        "1.csv:4, column «Кто»: the field is over 65536 bytes",
        "1.csv:5: a quote that opens here never closes",
    ];
    assert_eq!(rejected, expected);
}

#[test]
fn too_many_rejected_rows_give_no_history_but_the_reasons() {
    let strict = LOG.replace("rejected_max_percent = 100", "rejected_max_percent = 50");
    let good = "1;Инна;Звонок;05.03.2026 10:00\n";
    let header = "Сделка;Кто;Этап;Когда\n";
    let half = format!("{header}{good}2;Инна;Звонок;вчера\n");
    assert_eq!(read(&strict, &[half.as_bytes()]).unwrap().rejects().rows(), 1);
    let said = read(&strict, &[format!("{half}3;Инна;Звонок;вчера\n").as_bytes()]).unwrap_err();
    assert!(said.starts_with("map.toml: 2 of 3 lines could not be read, over 50 %\n  hint: "), "{said}");
    assert!(said.contains("1.csv:4, column «Когда»: «вчера»"), "{said}");
    // A quote closed far below swallows lines, and each of them counts.
    let swallowed = format!("{header}{good}2;\"Инна;x;x\n{}9;И\"нна;x;x;x\n", good.repeat(3));
    assert!(read(&strict, &[swallowed.as_bytes()]).unwrap_err().contains("5 of 6 lines"));
}

#[test]
fn files_without_rows_or_without_a_header_are_errors() {
    assert!(read(LOG, &[b""]).unwrap_err().starts_with("1.csv: the file is empty\n  hint: "));
    assert!(read(LOG, &[b"\n\n"]).unwrap_err().starts_with("1.csv: the file is empty"));
    assert!(read(LOG, &["Сделка;Кто;Этап;Когда\n".as_bytes()]).unwrap_err().contains("no rows"));
    assert!(read(LOG, &[b"\"Never"]).unwrap_err().starts_with("1.csv:1: the header does not end"));
}

#[test]
fn only_the_first_rejected_rows_are_shown_and_all_are_counted() {
    let rows: String = (0..1000).map(|n| format!("{n};Инна;Звонок;?\n")).collect();
    let history = read(LOG, &[format!("{ROWS}{rows}").as_bytes()]).unwrap();
    assert_eq!((history.rejects().rows(), history.rejects().first().count()), (1000, 20));
    assert_eq!(history.rejects().first().last().unwrap().line, 22);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_and_the_same_however_they_are_fed(
        texts in prop::collection::vec(r#"[0-3;,"\n\rЖa .:]{0,12}"#, 0..60),
        broken in prop::collection::vec(any::<u8>(), 0..6),
        piece in 1_usize..40,
    ) {
        let mut file = ROWS.as_bytes().to_vec();
        for text in &texts {
            file.extend_from_slice(text.as_bytes());
            file.extend_from_slice(b"\n7;\"a\";b;05.03.2026 10:00\n");
        }
        file.extend(broken);
        let whole = read(LOG, &[&file]).unwrap();
        let pieces = read_in_pieces(LOG, &[&file], piece).unwrap();
        prop_assert_eq!(whole.counts(), pieces.counts());
        prop_assert_eq!(whole.rejects(), pieces.rejects());
        prop_assert_eq!(whole.names(), pieces.names());
    }
}
