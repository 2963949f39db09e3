use super::*;
use crate::logo::{self, LOGOS};

const VERSION: &str = "1.2.3";

const MANIFEST: &str = r#"{
  "widget": {"name": "widget.name", "description": "widget.about", "short_description": "widget.about",
    "version": "1.2.3", "interface_version": 2, "init_once": false, "locale": ["ru", "en"], "installation": true},
  "locations": ["lcard-1", "settings"],
  "settings": {"worker_url": {"name": "settings.url", "type": "text", "required": true}}
}"#;

const WORDS: &str = r#"{"widget": {"name": "x", "about": "x"}, "settings": {"url": "x"}}"#;

fn good() -> Files {
    let mut files = Files::new();
    for (name, text) in [
        ("manifest.json", MANIFEST),
        ("script.js", "define(['jquery', './module.js?v=1'], function () {});"),
        ("module.js", ""),
        ("i18n/ru.json", WORDS),
        ("i18n/en.json", WORDS),
    ] {
        files.insert(name.to_owned(), text.as_bytes().to_vec());
    }
    for (name, width, height) in LOGOS {
        files.insert(format!("images/{name}"), logo::png(width, height).unwrap());
    }
    files
}

/// Breaks a good archive in one way and expects exactly the words of one rule, or of those it entails.
fn check(breaks: impl FnOnce(&mut Files), expected: &[&str]) {
    let mut files = good();
    breaks(&mut files);
    assert_eq!(broken(&files, VERSION), expected);
}

fn put(name: &str, bytes: impl Into<Vec<u8>>) -> impl FnOnce(&mut Files) {
    let (name, bytes) = (name.to_owned(), bytes.into());
    move |files| drop(files.insert(name, bytes))
}

fn drop_file(name: &str) -> impl FnOnce(&mut Files) + '_ {
    move |files| drop(files.remove(name))
}

fn manifest(from: &str, to: &str) -> impl FnOnce(&mut Files) {
    assert!(MANIFEST.contains(from), "{from}");
    put("manifest.json", MANIFEST.replacen(from, to, 1))
}

#[test]
fn a_good_archive_breaks_no_rule() {
    check(|_| {}, &[]);
    check(drop_file("images/logo_dp.png"), &[]);
}

#[test]
fn files_lie_at_the_root() {
    check(
        |files| {
            let script = files.remove("script.js").unwrap();
            files.insert("widget/script.js".to_owned(), script);
        },
        &["script.js must lie at the root of the archive, not at widget/script.js"],
    );
    check(drop_file("script.js"), &["script.js is missing"]);
    check(drop_file("manifest.json"), &["manifest.json is missing"]);
    check(put("../x.js", ""), &["../x.js is not a path inside the archive"]);
}

#[test]
fn files_are_of_known_kinds() {
    let words = "is of a kind that is not known to be accepted: css, gif, jpg, js, json, png, svg, twig";
    check(put("takeroot.wasm", ""), &[&format!("takeroot.wasm {words}")]);
    check(put("README", ""), &[&format!("README {words}")]);
    check(put("images/.DS_Store", ""), &[&format!("images/.DS_Store {words}")]);
}

#[test]
fn texts_are_utf8_without_a_mark() {
    check(
        put("i18n/ru.json", format!("\u{feff}{WORDS}")),
        &["i18n/ru.json begins with a byte order mark: save it as UTF-8 without BOM"],
    );
    check(put("style.css", *b"\xff\xfe"), &["style.css is not UTF-8"]);
}

#[test]
fn the_script_is_a_module_with_its_dependencies() {
    check(
        put("script.js", "alert(1)"),
        &["script.js is not an AMD module: it must call define([…], function …)"],
    );
    check(
        drop_file("module.js"),
        &["script.js depends on ./module.js?v=1, and the archive has no module.js"],
    );
    check(
        put("module.js", "require(['./later.js?v=1'], go);"),
        &["module.js depends on ./later.js?v=1, and the archive has no later.js"],
    );
}

#[test]
fn the_manifest_has_known_keys_of_their_types() {
    let cases = [
        (
            "\"locations\"",
            "\"places\"",
            vec!["manifest.json: the key places is not known", "manifest.json: locations is missing"],
        ),
        (
            "\"init_once\": false",
            "\"init_once\": \"N\"",
            vec!["manifest.json, widget: init_once must be true or false"],
        ),
        ("\"init_once\": false, ", "", vec!["manifest.json, widget: init_once is missing"]),
        (
            "\"interface_version\": 2",
            "\"interface_version\": 3",
            vec!["manifest.json, widget: interface_version is always 2"],
        ),
        (
            "\"interface_version\": 2",
            "\"interface_version\": \"2\"",
            vec!["manifest.json, widget: interface_version must be a number"],
        ),
        ("1.2.3", "1.2", vec!["manifest.json, widget: version is three numbers such as 1.0.0, not 1.2"]),
        ("1.2.3", "1.2.4", vec!["manifest.json, widget: version is 1.2.4, and the workspace is at 1.2.3"]),
        (
            "\"installation\": true",
            "\"installation\": true, \"secret_key\": \"x\"",
            vec!["manifest.json, widget: secret_key belongs to old integrations: leave it out"],
        ),
        (
            "\"installation\": true",
            "\"installation\": true, \"color\": \"x\"",
            vec!["manifest.json, widget: the key color is not known"],
        ),
    ];
    for (from, to, expected) in cases {
        check(manifest(from, to), &expected);
    }
    check(
        put("manifest.json", "[]"),
        &[
            "manifest.json must hold an object",
            "i18n/en.json is of no language that the manifest names",
            "i18n/ru.json is of no language that the manifest names",
        ],
    );
    check(
        put("manifest.json", "{"),
        &["manifest.json is not JSON: EOF while parsing an object at line 1 column 1"],
    );
}

#[test]
fn locations_are_known_and_their_suffixes_legal() {
    let cases = [
        ("\"lcard-1\"", "\"leadcard-1\"", "manifest.json, locations: leadcard is not a location"),
        (
            "\"lcard-1\"",
            "\"lcard-2\"",
            "manifest.json, locations: lcard-2 may only end in -0 (no panel) or -1 (panel)",
        ),
        ("\"lcard-1\"", "\"everywhere-1\"", "manifest.json, locations: everywhere takes no suffix"),
        ("\"lcard-1\"", "\"lcard-1\", \"lcard-0\"", "manifest.json, locations: lcard is named twice"),
        ("\"lcard-1\"", "\"card_sdk\"", "manifest.json, locations: card_sdk needs lcard, ccard or comcard"),
        ("\"lcard-1\"", "7", "manifest.json, locations: 7 is not a text"),
        (
            "\"lcard-1\"",
            "\"advanced_settings\"",
            "manifest.json: the location advanced_settings needs the block advanced",
        ),
        (
            "\"locations\"",
            "\"dp\": {}, \"locations\"",
            "manifest.json: the block dp needs the location digital_pipeline",
        ),
        ("\"lcard-1\", \"settings\"", "", "manifest.json, locations: the list is empty"),
    ];
    for (from, to, expected) in cases {
        check(manifest(from, to), &[expected]);
    }
}

#[test]
fn settings_have_a_name_a_known_type_and_say_whether_they_are_required() {
    let cases = [
        (
            "\"text\"",
            "\"string\"",
            "manifest.json, settings.worker_url: the type string is none of text, pass, users, users_lp, custom",
        ),
        (", \"required\": true", "", "manifest.json, settings.worker_url: required is missing"),
        (
            "\"required\": true",
            "\"required\": true, \"hint\": 1",
            "manifest.json, settings.worker_url: the key hint is not known",
        ),
    ];
    for (from, to, expected) in cases {
        check(manifest(from, to), &[expected]);
    }
    let none = MANIFEST.split("\"settings\": {").next().unwrap().to_owned() + "\"settings\": {}}";
    check(put("manifest.json", none), &["manifest.json, settings: at least one setting is needed"]);
}

#[test]
fn every_language_has_the_same_words_and_all_that_the_manifest_names() {
    check(drop_file("i18n/en.json"), &["i18n/en.json is missing: the manifest names the language en"]);
    check(put("i18n/de.json", WORDS), &["i18n/de.json is of no language that the manifest names"]);
    check(
        put("i18n/en.json", WORDS.replace("\"name\": \"x\", ", "")),
        &[
            "i18n/en.json has no widget.name, which the manifest names",
            "i18n/en.json has no widget.name, which another language has",
        ],
    );
    check(
        put("i18n/ru.json", WORDS.replace("}}", ", \"hint\": \"x\"}}")),
        &["i18n/en.json has no settings.hint, which another language has"],
    );
    check(
        |files| {
            for name in ["i18n/ru.json", "i18n/en.json"] {
                put(name, WORDS.replace("\"url\": \"x\"", "\"url\": \" \""))(files);
            }
        },
        &[
            "i18n/ru.json: settings.url must be a text that is not empty",
            "i18n/ru.json has no settings.url, which the manifest names",
            "i18n/en.json: settings.url must be a text that is not empty",
            "i18n/en.json has no settings.url, which the manifest names",
        ],
    );
    check(
        manifest("[\"ru\", \"en\"]", "[\"ru\", \"en\", \"xx\"]"),
        &[
            "manifest.json, widget: the CRM has no language xx",
            "i18n/xx.json is missing: the manifest names the language xx",
        ],
    );
}

#[test]
fn logos_have_their_names_and_exact_sizes() {
    check(drop_file("images/logo_min.png"), &["images/logo_min.png is missing: 84×84 pixels, PNG"]);
    check(
        put("images/logo_min.png", logo::png(84, 85).unwrap()),
        &["images/logo_min.png is 84×85 pixels and must be 84×84"],
    );
    check(put("images/logo.png", *b"GIF89a"), &["images/logo.png is not a PNG"]);
    let mut heavy = logo::png(130, 100).unwrap();
    heavy.resize(300 * 1024 + 1, 0);
    check(put("images/logo.png", heavy), &["images/logo.png weighs 307201 bytes, and 300 KB is the limit"]);
    check(
        put("images/logo_feature.png", logo::png(84, 84).unwrap()),
        &["images/logo_feature.png is no logo that the CRM knows"],
    );
}
