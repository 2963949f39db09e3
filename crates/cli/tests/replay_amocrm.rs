//! `takeroot replay` of pages of amoCRM's API, as a person runs it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use serde_json::Value as Json;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use takeroot_core::contribution::Count;
use takeroot_core::day::{Document, Figures};
use takeroot_history::Index;

const MAP: &str = "mappings/amocrm-api.toml";
const EXPORT: &str = "exports/amocrm-api.jsonl";

fn example(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(path)
}

fn text_of(path: &str) -> String {
    std::fs::read_to_string(example(path)).unwrap()
}

/// A folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("amocrm").join(name);
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn replay(map: &Path, files: &[&Path], more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_takeroot"));
    command.args(["replay", "--lang", "en", "--map"]).arg(map).args(more).args(files).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn printed(map: &Path, file: &Path) -> String {
    let output = replay(map, &[file], &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    // Numbers and their units are held together by spaces that do not break.
    text(&output.stdout).replace('\u{a0}', " ")
}

#[test]
fn the_example_prints_its_summary_and_counts() {
    let printed = printed(&example(MAP), &example(EXPORT));
    for expected in [
        "Takeroot · ООО «Северный свет»\nThursday, 5 February 2026",
        "7 days: 50%* (2 of 4)",
        "Answered: 3 leads, median 10 min",
        "Анна Ветрова      3     33%*",
        "2026-02-02 to 2026-02-05: 4 entered, 1 won, 1 lost, 2 open at the end",
        "9 pages read, 21 facts, of 4 deals; 0 rejected",
        "1 ignored: it says nothing about deals\n3 ignored: its note or its task tells it in full",
    ] {
        assert!(printed.contains(expected), "{expected}: {printed}");
    }
}

#[test]
fn documents_and_names_are_written_for_every_day() {
    let folder = folder("documents");
    let out = folder.to_string_lossy().into_owned();
    let output = replay(&example(MAP), &[&example(EXPORT)], &["--out", &out]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_dir(folder.join("days")).unwrap().count(), 4);
    let index: Index = serde_json::from_slice(&std::fs::read(folder.join("index.json")).unwrap()).unwrap();
    assert_eq!((index.read.rows, index.read.deals, index.period.won), (21, 4, 1));
    assert!(index.covers_answers);
    assert_eq!(index.names.people[&31], "Анна Ветрова");
    assert_eq!(
        (&index.names.stages[&8011][..], &index.names.pipelines[&801][..]),
        ("Новая заявка", "Розница")
    );
    assert_eq!(index.names.reasons[&91], "Дорого");
    let day = std::fs::read(folder.join("days/2026-02-02.json")).unwrap();
    let day: Document<Figures> = serde_json::from_slice(&day).unwrap();
    let first = &day.figures.by.managers[&31].n(Count::Entered);
    assert_eq!((*first, day.figures.all.n(Count::Entered)), (2, 2), "whose they were at first: {day:?}");
}

#[test]
fn pages_in_any_order_shape_and_packing_come_to_the_same() {
    let export = text_of(EXPORT);
    let pages: Vec<Json> = export.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let reversed: String = export.lines().rev().map(|line| format!("{line}\n")).collect();
    let shapes = [
        ("list.json", serde_json::to_string(&pages).unwrap()),
        ("pretty.json", serde_json::to_string_pretty(&pages).unwrap()),
        ("one-after-the-other.json", export.replace('\n', "")),
        ("reversed.jsonl", reversed),
        ("marked.jsonl", format!("\u{feff}{export}")),
    ];
    let (folder, map) = (folder("shapes"), example(MAP));
    let expected = printed(&map, &example(EXPORT));
    for (name, shape) in shapes {
        let file = folder.join(name);
        std::fs::write(&file, shape).unwrap();
        assert_eq!(printed(&map, &file), expected, "{name}");
    }
    let packed = folder.join("packed.jsonl.gz");
    let file = std::fs::File::create(&packed).unwrap();
    let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, export.as_bytes()).unwrap();
    encoder.finish().unwrap();
    assert_eq!(printed(&map, &packed), expected);
    let twice = replay(&map, &[&packed, &example(EXPORT)], &[]);
    assert!(text(&twice.stdout).contains("4 entered, 1 won, 1 lost, 2 open at the end"));
}

#[test]
fn without_talks_read_in_full_there_is_no_data_on_responses() {
    let map = folder("silent").join("map.toml");
    let good = text_of(MAP);
    let silent = "The mapping does not say that talks were exported in full: no data on first responses.";
    assert!(!printed(&example(MAP), &example(EXPORT)).contains(silent));
    let without = good.lines().filter(|line| !line.starts_with("read =")).collect::<Vec<_>>().join("\n");
    for text_of_map in [good.replace("\"talks\", ", ""), without] {
        std::fs::write(&map, text_of_map).unwrap();
        let printed = printed(&map, &example(EXPORT));
        assert!(printed.contains(silent), "{printed}");
        assert!(!printed.contains("Answered: 3 leads"), "{printed}");
        assert!(printed.contains("4 deals in the export, 1 won, 1 lost, 2 open at the end"), "{printed}");
    }
}

#[test]
fn a_policy_of_the_users_own_judges_by_its_hours() {
    let policy = folder("policy").join("policy.toml");
    let own = "[calendar]\ntz = \"Europe/Moscow\"\n[calendar.weekly]\nmon = [[\"09:00\", \"18:00\"]]\n\
        [first_response]\ntarget = \"1h\"\n";
    std::fs::write(&policy, own).unwrap();
    let output = replay(&example(MAP), &[&example(EXPORT)], &["--policy", &policy.to_string_lossy()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout).replace('\u{a0}', " ");
    assert!(printed.contains("target 1 h"), "{printed}");
    assert!(printed.contains("Анна Ветрова"), "names are the account's");
}

#[test]
fn a_fault_of_the_mapping_has_its_place_and_a_hint() {
    let map = folder("mapping").join("map.toml");
    let good =
        "kind = \"amocrm\"\nread = { from = \"2026-02-02\", to = \"2026-02-05\", kinds = [\"talks\"] }\n";
    let cases = [
        ("amocrm", "amo", "map.toml:1:8: there is no kind «amo»", "write deals, events or amocrm"),
        ("read =", "zone = \"Moscow\"\nread =", "map.toml:2:8:", "Europe/Moscow"),
        ("read =", "raed =", "map.toml:2:1: unknown field `raed`", "`read`"),
        ("from =", "form =", "map.toml:2:10: unknown field `form`", "`from`"),
        ("\"talks\"", "\"talk\"", "map.toml:2:59: unknown variant `talk`", "`talks`"),
        ("[\"talks\"]", "[]", "map.toml:2:8: the range names no kinds", "leave `read` out"),
        ("02-02", "03-02", "map.toml:2:8: `from` is after `to`", "both days"),
        ("02-02", "02-30", "map.toml:2:17:", ""),
        (
            "read =",
            "rejected_max_percent = 101\nread =",
            "map.toml:2:24: rejected_max_percent is over 100",
            "",
        ),
    ];
    for (from, to, message, hint) in cases {
        std::fs::write(&map, good.replacen(from, to, 1)).unwrap();
        let output = replay(&map, &[&example(EXPORT)], &[]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{to}: {said}");
        assert!(said.contains(message) && said.contains(hint), "{to}: {said}");
        assert!(output.stdout.is_empty(), "never half a result");
    }
}

#[test]
fn pages_that_cannot_be_read_are_counted_and_shown_with_their_lines() {
    let folder = folder("rejected");
    let (map, file) = (folder.join("map.toml"), folder.join("pages.jsonl"));
    let good = text_of(MAP);
    let mut lines: Vec<String> = text_of(EXPORT).lines().map(str::to_owned).collect();
    let whole = lines[2].clone();
    lines.insert(2, whole[..whole.len() / 2].to_owned());
    lines.insert(5, "{\"title\": \"Unauthorized\", \"status\": 401}".to_owned());
    std::fs::write(&file, lines.join("\n")).unwrap();

    std::fs::write(&map, &good).unwrap();
    let output = replay(&map, &[&file], &[]);
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "never half a result");
    assert!(said.contains("2 of 11 pages could not be read, over 5 %\n  hint: "), "{said}");

    std::fs::write(&map, format!("rejected_max_percent = 20\n{good}")).unwrap();
    let printed = printed(&map, &file);
    for expected in [
        "4 entered, 1 won, 1 lost, 2 open at the end",
        "9 pages read, 21 facts, of 4 deals; 2 rejected",
        "pages.jsonl:3: it is no JSON, from line 1 column",
        "pages.jsonl:6: the API answered with the error 401",
    ] {
        assert!(printed.contains(expected), "{expected}: {printed}");
    }
}

#[test]
fn where_nothing_can_be_read_there_is_an_error() {
    let folder = folder("nothing");
    let file = folder.join("file");
    let account = text_of(EXPORT).lines().next().unwrap().to_owned();
    let table = "id,name\n".repeat(30);
    let cases = [
        ("", "the files tell nothing about deals\n  hint: "),
        (&account, "the files tell nothing about deals\n  hint: "),
        (&table, "30 of 30 pages could not be read, over 5 %"),
    ];
    for (content, expected) in cases {
        std::fs::write(&file, content).unwrap();
        let output = replay(&example(MAP), &[&file], &[]);
        let said = text(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{said}");
        assert!(said.contains(expected), "{said}");
    }
    std::fs::write(&file, text_of(EXPORT).lines().skip(1).collect::<Vec<_>>().join("\n")).unwrap();
    let said = replay(&example(MAP), &[&file], &[]);
    assert!(text(&said.stderr).contains("nothing says which zone the days are of\n  hint: add zone = "));
    let full = replay(&example(MAP), &[&example(EXPORT)], &["--memory-mb", "0"]);
    assert!(text(&full.stderr).contains("split the export by date, or allow more by --memory-mb"));
}
