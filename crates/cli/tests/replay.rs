//! `takeroot replay` as a person runs it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use takeroot_core::day::{Document, Figures};
use takeroot_core::summary::Summary;
use takeroot_history::Index;

fn example(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(path)
}

/// A folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn replay(map: &Path, file: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_takeroot"));
    command.arg("replay").arg("--map").arg(map).args(more).arg(file).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn every_example_prints_its_summary_and_counts() {
    let cases = [
        ("amocrm-deals", "12 deals in the export, 3 won, 3 lost, 6 open at the end"),
        ("bitrix24-deals", "10 deals in the export, 3 won, 2 lost, 5 open at the end"),
        ("excel-deals", "12 entered, 4 won, 2 lost, 6 open at the end"),
    ];
    for (name, counts) in cases {
        let (map, file) = (format!("mappings/{name}.toml"), format!("exports/{name}.csv"));
        let output = replay(&example(&map), &example(&file), &["--lang", "en"]);
        assert!(output.status.success(), "{name}: {}", text(&output.stderr));
        let printed = text(&output.stdout);
        assert!(printed.contains(counts), "{name}: {printed}");
        assert!(printed.contains("MANAGERS"), "{name}: {printed}");
        let silent = "does not show when somebody answered: no data on first responses";
        assert_eq!(printed.contains(silent), name != "excel-deals", "{name}");
    }
}

fn documents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let days = std::fs::read_dir(folder.join("days")).unwrap().map(|entry| entry.unwrap().path());
    let files = days.chain(["index.json", "policies.json", "summary.json"].map(|name| folder.join(name)));
    files
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect()
}

#[test]
fn documents_are_written_for_every_day_and_alike_on_any_number_of_threads() {
    let written = |threads: &str| {
        let folder = folder(&format!("documents-{threads}"));
        let out = folder.to_string_lossy().into_owned();
        let (map, file) = (example("mappings/excel-deals.toml"), example("exports/excel-deals.csv"));
        let output = replay(&map, &file, &["--out", &out, "--threads", threads, "--from", "2026-02-03"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        documents(&folder)
    };
    let one = written("1");
    assert_eq!(one, written("3"));
    assert_eq!(one.len(), 10 + 3);
    let index: Index = serde_json::from_slice(&one["index.json"]).unwrap();
    assert_eq!((index.period.entered, index.period.won, index.read.rejected), (10, 4, 1));
    assert_eq!(index.names.people.len(), 2);
    let day: Document<Figures> = serde_json::from_slice(&one["2026-02-04.json"]).unwrap();
    assert_eq!(
        (day.figures.all.n(takeroot_core::contribution::Count::Entered), day.envelope.is_final),
        (1, true)
    );
    let summary: Document<Summary> = serde_json::from_slice(&one["summary.json"]).unwrap();
    assert_eq!(summary.figures.day.to.to_string(), "2026-02-11", "the last day may be cut");
}

#[test]
fn a_packed_file_is_read_as_it_is() {
    let packed = folder("packed").join("deals.csv.gz");
    let export = std::fs::read(example("exports/amocrm-deals.csv")).unwrap();
    let file = std::fs::File::create(&packed).unwrap();
    let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, &export).unwrap();
    encoder.finish().unwrap();
    let output = replay(&example("mappings/amocrm-deals.toml"), &packed, &[]);
    assert!(text(&output.stdout).contains("12 rows read, of 12 deals; 0 rejected"));
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_a_hint() {
    let folder = folder("wrong");
    let map = folder.join("map.toml");
    let good = std::fs::read_to_string(example("mappings/amocrm-deals.toml")).unwrap();
    let export = example("exports/amocrm-deals.csv");
    let cases = [
        (good.replace("[columns]", "[colums]"), "map.toml:"),
        (
            good.replace("\"Воронка\"", "\"Воронки\""),
            "has no column «Воронки»\n  hint: its columns are: ID, ",
        ),
        (good.replace("%d.%m.%Y", "%Y/%m/%d"), "could not be read, over 5 %\n  hint: mend the mapping"),
    ];
    for (text_of_map, expected) in cases {
        std::fs::write(&map, text_of_map).unwrap();
        let output = replay(&map, &export, &[]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "never half a result");
    }
    std::fs::write(&map, good).unwrap();
    for threads in ["1", "2"] {
        let output = replay(&map, &export, &["--memory-mb", "0", "--threads", threads]);
        let expected = "of memory\n  hint: split the export by date, or allow more by --memory-mb";
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
    }
    let output = replay(&map, &folder.join("nothing.csv"), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("nothing.csv"));
}
