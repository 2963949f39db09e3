//! Rules of the house that a compiler does not check.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Files that the repository keeps, by their endings.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    let mut folders = vec![root()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                let foreign =
                    matches!(name.as_str(), "target" | "node_modules" | "dist" | ".git" | ".wrangler");
                folders.extend((!foreign).then_some(path));
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn the_pure_crates_have_no_way_out() {
    for (package, features) in [
        ("takeroot-core", "zones"),
        ("takeroot-core", ""),
        ("takeroot-amocrm", ""),
        ("takeroot-panel", ""),
        ("takeroot-account", ""),
        ("takeroot-history", ""),
    ] {
        let tree = Command::new(env!("CARGO"))
            .args(["tree", "--offline", "--package", package, "--features", features])
            .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
        let tree = String::from_utf8(tree.stdout).unwrap();
        let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert!(names.contains(package));
        let ways_out =
            ["wasm-bindgen", "js-sys", "web-sys", "worker", "getrandom", "tokio", "chrono-tz", "ureq"];
        for way_out in ways_out {
            assert!(!names.contains(way_out), "{package} depends on {way_out}");
        }
    }
}

#[test]
fn edges_point_one_way() {
    let allowed: &[(&str, &[&str])] = &[
        ("crates/core", &[]),
        ("crates/amocrm", &["takeroot-core"]),
        ("crates/panel", &["takeroot-core"]),
        ("crates/account", &["takeroot-core", "takeroot-amocrm"]),
        ("crates/history", &["takeroot-core"]),
        (
            "crates/cli",
            &["takeroot-core", "takeroot-amocrm", "takeroot-panel", "takeroot-history", "takeroot-account"],
        ),
        ("worker", &["takeroot-core", "takeroot-amocrm", "takeroot-panel", "takeroot-account"]),
        ("widget", &["takeroot-core", "takeroot-amocrm", "takeroot-panel"]),
        ("settings", &["takeroot-core", "takeroot-panel"]),
    ];
    for (folder, allowed) in allowed {
        let manifest = std::fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        let dependencies = manifest.split("[dependencies]").nth(1).unwrap();
        let dependencies = dependencies.split("\n[").next().unwrap();
        for line in dependencies.lines().filter(|line| line.starts_with("takeroot-")) {
            let name = line.split([' ', '=']).next().unwrap();
            assert!(allowed.contains(&name), "{folder} depends on {name}");
        }
    }
}

#[test]
fn no_file_is_longer_than_a_sitting() {
    for path in files(&[".rs", ".js", ".mjs", ".css"]) {
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 500, "{} has {lines} lines", path.display());
    }
}

#[test]
fn every_dependency_has_its_reason() {
    for path in files(&["Cargo.toml"]).into_iter().filter(|path| *path != root().join("Cargo.toml")) {
        let manifest = std::fs::read_to_string(&path).unwrap();
        let mut section = "";
        for line in manifest.lines() {
            if line.starts_with('[') {
                section = line;
            }
            let is_dependency =
                section.ends_with("dependencies]") && section != "[dev-dependencies]" && line.contains('=');
            let reasoned = line.contains("# ") || line.starts_with("takeroot-");
            assert!(!is_dependency || reasoned, "{}: {line}", path.display());
        }
    }
}

#[test]
fn nothing_half_done_is_left() {
    let marks = ["todo!(", "unimplemented!(", "FIXME", "XXX", "dbg!("];
    for path in files(&[".rs", ".js", ".md", ".css"])
        .into_iter()
        .filter(|path| !path.ends_with("tests/architecture.rs"))
    {
        let text = std::fs::read_to_string(&path).unwrap();
        for mark in marks {
            assert!(!text.contains(mark), "{}: {mark}", path.display());
        }
        for (number, line) in text.lines().enumerate() {
            assert!(
                !line.trim_start().starts_with("#[ignore]"),
                "{}:{}: say why",
                path.display(),
                number + 1
            );
        }
    }
}

/// What proves a claim is `a file`, or `a file: a_test_in_it`.
#[test]
fn what_is_said_of_security_has_evidence() {
    let text = std::fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let mut tests = 0;
    let cells = text
        .lines()
        .filter(|line| line.starts_with("| "))
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    for named in cells.filter(|named| named.split(": ").next().is_some_and(|file| file.contains('.'))) {
        let (file, test) = named.split_once(": ").unwrap_or((named, ""));
        let told = std::fs::read_to_string(root().join(file));
        let told = told.unwrap_or_else(|error| panic!("SECURITY.md names {file}: {error}"));
        assert!(test.is_empty() || told.contains(&format!("fn {test}(")), "{file} has no test {test}");
        tests += usize::from(!test.is_empty());
    }
    assert!(tests > 10, "{tests} tests are named");
}
