//! What a mapping must be, and what is said where it is not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod world;

use std::path::PathBuf;
use takeroot_history::Mapping;

const LOG: &str = r#"kind = "events"
zone = "Europe/Moscow"
[columns]
deal = "id"
at = "at"
[[event]]
is = "worked"
"#;

/// The message for a text that differs from a good mapping in one place.
fn wrong(good: &str, from: &str, to: &str) -> String {
    assert!(good.contains(from), "{from}");
    assert!(Mapping::parse("map.toml", good).is_ok());
    Mapping::parse("map.toml", &good.replacen(from, to, 1)).unwrap_err().to_string()
}

#[test]
fn every_example_is_a_mapping() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/mappings");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        // Pages of an API have no columns; their mapping is the replay's own.
        if text.lines().any(|line| line.starts_with("kind = \"amocrm\"")) {
            continue;
        }
        Mapping::parse("map.toml", &text).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()));
        names.push(path.file_stem().unwrap().to_string_lossy().into_owned());
    }
    names.sort();
    assert_eq!(names, ["amocrm-deals", "bitrix24-deals", "bpic2012", "excel-deals"]);
}

#[test]
fn a_fault_of_the_text_has_its_line_and_column_and_what_is_expected() {
    let cases = [
        ("kind = \"events\"", "kind = \"rows\"", "map.toml:1:8: unknown variant `rows`", "`deals`"),
        ("zone =", "zome =", "map.toml:2:1: unknown field `zome`", "`zone`"),
        ("deal = \"id\"", "deel = \"id\"", "map.toml:4:1: unknown variant `deel`", "`deal`"),
        ("deal = \"id\"", "deal = 5", "map.toml:4:8: expected a text or a list of texts", ""),
        ("deal = \"id\"", "deal = [", "map.toml:5:4: unexpected `=` in array", ""),
        ("is = \"worked\"", "is = \"wrked\"", "map.toml:7:6: expected an event", ""),
        ("is = \"worked\"", "is = \"worked\"\nwhy = 1", "map.toml:8:1: unknown field `why`", "`when`"),
        ("zone = \"Europe/Moscow\"", "zone = \"Moscow\"", "map.toml:2:8:", "Europe/Moscow"),
    ];
    for (from, to, message, hint) in cases {
        let said = wrong(LOG, from, to);
        assert!(said.starts_with(message), "{to}: {said}");
        assert!(said.contains(hint), "{to}: {said}");
    }
}

#[test]
fn a_fault_of_the_meaning_has_its_place_and_a_hint() {
    let cases = [
        ("at = \"at\"", "", "map.toml:3:1: [columns] lacks `at`"),
        ("at = \"at\"", "at = \"at\"\nclosed = \"x\"", "map.toml:6:10: a log of events has no `closed`"),
        ("deal = \"id\"", "deal = []", "map.toml:4:8: a column has a name"),
        ("[[event]]\nis = \"worked\"", "", "map.toml: a log of events needs at least one [[event]]"),
        ("is = \"worked\"", "is = []", "map.toml:7:6: a rule says at least one thing"),
        ("is = \"worked\"", "is = \"stage\"", "map.toml:7:6: no column and no text names the stage"),
        ("is = \"worked\"", "is = \"assigned\"", "map.toml:7:6: the rule needs the column `responsible`"),
        (
            "is = \"worked\"",
            "is = \"worked\"\nwhen = { a = 'b\\' }",
            "map.toml:8:14: «b\\»: the pattern ends",
        ),
        ("[columns]", "delimiter = \"x\"\n[columns]", "map.toml:3:13: «x» is not a delimiter"),
        ("[columns]", "encoding = \"x\"\n[columns]", "map.toml:3:12: «x» is not an encoding"),
        ("[columns]", "dates = [\"unix\", \"%d.%m.%y\"]\n[columns]", "map.toml:3:18: «%y» in a date format"),
        ("[columns]", "dates = [\"%H:%M\"]\n[columns]", "map.toml:3:10: the date format «%H:%M» has no day"),
    ];
    for (from, to, message) in cases {
        let said = wrong(LOG, from, to);
        assert!(said.starts_with(message), "{to}: {said}");
        assert!(said.contains("\n  hint: "), "{to}: {said}");
    }
}

#[test]
fn an_export_of_deals_has_neither_rules_nor_the_dates_of_a_log() {
    let deals = "kind = \"deals\"\nzone = \"UTC\"\n[columns]\ndeal = \"id\"\ncreated = \"c\"\n";
    let with_rule = format!("{deals}[[event]]\nis = \"worked\"\n");
    let cases = [
        (with_rule, "map.toml:6:1: an export of deals has no [[event]]"),
        (format!("final = \"first\"\n{deals}"), "map.toml:1:9: `final` is for a log"),
        (format!("{deals}at = \"x\"\n"), "map.toml:6:6: an export of deals has no `at`"),
        (deals.replace("created", "modified"), "map.toml:3:1: [columns] lacks `created`"),
    ];
    for (text, message) in cases {
        let said = Mapping::parse("map.toml", &text).unwrap_err().to_string();
        assert!(said.starts_with(message), "{said}");
    }
}

#[test]
fn a_column_that_the_file_has_not_is_named_with_the_mappings_line_and_the_files_columns() {
    let missing = world::read(LOG, &[b"id;when\n1;2025-01-01\n"]).unwrap_err();
    assert_eq!(missing, "map.toml:5:6: 1.csv has no column «at»\n  hint: its columns are: id, when");
    let rule = LOG.replace("is =", "when = { Kind = \"x\" }\nis =");
    let missing = world::read(&rule, &[b"id,at\n1,2025-01-01\n"]).unwrap_err();
    assert!(missing.starts_with("map.toml:7:10: 1.csv has no column «Kind»"), "{missing}");
    let twice = world::read(LOG, &[b"id,at,at\n1,2025-01-01,\n"]).unwrap_err();
    assert!(twice.starts_with("map.toml:5:6: 1.csv has 2 columns «at»"), "{twice}");
}

#[test]
fn a_header_is_found_by_any_of_its_names_and_in_any_case() {
    let log = LOG.replace("\"at\"", "[\"Дата\", \"Когда\"]");
    for header in ["ID,Когда", "id,дата", "Id, КОГДА "] {
        let file = format!("{header}\n1,2025-01-01\n");
        assert_eq!(world::read(&log, &[file.as_bytes()]).unwrap().counts().rows, 1, "{header}");
    }
}
