//! `takeroot policy` as a person uses it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use takeroot_core::policy::preset::{checklist, six_stages};
use takeroot_core::policy::{PolicyFile, Rules};
use takeroot_core::time::Moment;
use takeroot_panel::Lang;
use takeroot_panel::policy::names;

fn policy(arguments: &[&str], input: &[u8]) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_takeroot"))
        .arg("policy")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // A command that has seen enough closes its input.
    let _ = pipe.write_all(input);
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The places and kinds of problems, as `LINE:COLUMN PATH KIND`.
fn problems(text: &str) -> Vec<String> {
    let (_, out, errors) = policy(&["check", "-", "--json"], text.as_bytes());
    assert_eq!(errors, "");
    let report: Value = serde_json::from_str(&out).unwrap();
    let told = report["problems"].as_array().unwrap().iter().map(|problem| {
        let word = |key: &str| problem[key].as_str().unwrap().to_owned();
        format!("{}:{} {} {}", problem["line"], problem["column"], word("at"), word("kind"))
    });
    told.collect()
}

fn read(text: &str) -> PolicyFile {
    let (code, json, errors) = policy(&["convert", "-", "--to", "json"], text.as_bytes());
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    serde_json::from_str(&json).unwrap()
}

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/policies");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

const HOURS: &str = "[calendar]\ntz = \"UTC\"\nweekly = { mon = [[\"09:00\", \"18:00\"]] }\n";
const FIELDS: &str = "[[mandatory]]\nfield = \"source\"\n[[mandatory]]\nfield = \"next_step\"\n\
    [[pipelines]]\nid = 1\nstages = [{ id = 11 }, { id = 12 }]\n";

#[test]
fn examples_are_clean_and_make_rules() {
    assert!(examples().len() >= 3);
    for path in examples() {
        let name = path.to_string_lossy().into_owned();
        let (code, out, _) = policy(&["check", &name], b"");
        assert_eq!((code, out), (Some(0), format!("{name}: no problems\n")));
        let file = read(&std::fs::read_to_string(&path).unwrap());
        let now: Moment = "2026-03-10T12:00:00Z".parse().unwrap();
        let rules = Rules::compile(file.versions(), now, now).unwrap();
        assert_eq!(rules.versions().count(), file.versions().len());
    }
}

#[test]
fn a_later_version_holds_from_its_day() {
    let full = examples().into_iter().find(|path| path.ends_with("full.toml")).unwrap();
    let file = read(&std::fs::read_to_string(full).unwrap());
    let now: Moment = "2026-03-10T12:00:00Z".parse().unwrap();
    let rules = Rules::compile(file.versions(), now, now).unwrap();
    let midnight: Moment = "2026-03-31T20:00:00Z".parse().unwrap();
    let at = |moment| &rules.at(moment).policy;
    assert_eq!((at(midnight.plus(-1)).first_response_s(), at(midnight).first_response_s()), (900, 600));
    assert_eq!((at(midnight.plus(-1)).pilot.is_some(), at(midnight).pilot.is_some()), (true, false));
}

#[test]
fn toml_and_json_say_the_same() {
    let folder = examples();
    let of = |name: &str| {
        let path = folder.iter().find(|path| path.ends_with(name)).unwrap();
        std::fs::read_to_string(path).unwrap()
    };
    assert_eq!(read(&of("small.toml")), read(&of("small.json")));
    for text in [of("full.toml"), of("small.toml")] {
        let (_, toml, errors) = policy(&["convert", "-", "--to", "toml"], text.as_bytes());
        assert_eq!(errors, "");
        assert_eq!(read(&toml), read(&text), "{toml}");
    }
}

#[test]
fn presets_are_clean_and_what_the_core_makes() {
    let (_, list, _) = policy(&["preset"], b"");
    assert_eq!(list.lines().collect::<Vec<_>>(), ["six-stages", "six-stages-bant", "six-stages-champ"]);
    for (code, lang) in [("ru", Lang::Ru), ("en", Lang::En)] {
        let names = names(lang);
        for preset in list.lines() {
            let (_, text, _) = policy(&["preset", preset, "--lang", code], b"");
            assert_eq!(problems(&text), Vec::<String>::new(), "{preset}");
            let mut made = six_stages("Europe/Moscow", names);
            made.checklists.extend(preset.ends_with("bant").then(|| checklist("BANT", names.bant)));
            made.checklists.extend(preset.ends_with("champ").then(|| checklist("CHAMP", names.champ)));
            assert_eq!(read(&text), PolicyFile::from(made), "{preset}");
        }
    }
    assert_eq!(policy(&["preset", "seven"], b"").0, Some(2));
}

#[test]
fn every_problem_has_its_line_column_and_key() {
    let text = format!(
        "verions = 1\n{HOURS}{FIELDS}[first_response]\ntarget = \"15x\"\nwarning_percent = 120\n\
         [[targets]]\nname = \"Ответ\"\nstarts = \"client_mesage\"\ntarget = \"30m\"\n\
         [[targets]]\nname = \"б\"\nstarts = \"activity\"\ntarget = \"3d\"\n\"стоп\" = 1\npauses = [11, 77]\n\
         [[targets]]\nname = \"c\"\nstarts = \"activity\"\ntarget = 1.5\npipelines = [\"1\", -1]\n"
    );
    let expected = [
        "1:1 verions unknown_key",
        "13:10 first_response.target wrong_text",
        "17:10 targets[0].starts unknown_word",
        "23:1 targets[1].\"стоп\" unknown_key",
        "24:15 targets[1].pauses[1] not_there",
        "28:10 targets[2].target wrong_type",
        "29:14 targets[2].pipelines[0] wrong_type",
        "29:19 targets[2].pipelines[1] out_of_range",
    ];
    assert_eq!(problems(&text), expected);
}

#[test]
fn what_is_said_names_the_mend_in_the_language_asked() {
    let text = format!("{HOURS}{FIELDS}[fist_response]\ntarget = \"15m\"\n");
    let (code, out, _) = policy(&["check", "-"], text.as_bytes());
    let expected = "-:11:2: error: fist_response: unknown key «fist_response»\n    \
        It looks like «first_response»: mend the name, or remove the line.\n-: 1 error, 0 warnings\n";
    assert_eq!((code, out.as_str()), (Some(1), expected));
    let (_, out, _) = policy(&["check", "-", "--lang", "ru"], text.as_bytes());
    assert!(
        out.contains("ошибка: fist_response: неизвестный ключ") && out.contains("1 ошибка, 0 предупреждений")
    );
}

#[test]
fn warnings_alone_are_no_failure() {
    let text = HOURS.to_owned();
    let (code, out, _) = policy(&["check", "-"], text.as_bytes());
    assert!(code == Some(0) && out.contains("warning: mandatory: no field is mandatory"), "{out}");
}

#[test]
fn the_writing_is_judged_and_what_can_be_read_besides() {
    let text = format!(
        "{HOURS}{FIELDS}[pilot]\nfrom = 2026-03-01\nusers = [\n[first_response]\ntarget = \"9m\"\n\
        warning_percent = = 3\n[thresholds]\nstuck = \"0s\"\nmised = \"1d\"\n"
    );
    let expected = [
        "13:10  syntax",
        "16:19  syntax",
        "18:9 thresholds.stuck zero_target",
        "19:1 thresholds.mised unknown_key",
    ];
    assert_eq!(problems(&text), expected);
    assert_eq!(problems("{\"calendar\": {\"tz\": \"UTC\",}}"), ["1:27  syntax"]);
    assert_eq!(problems("{\"calendar\": {\"tz\": \"UTC\"},\n \"calendar\": {}}"), ["2:2  syntax"]);
}

#[test]
fn json_problems_have_places_too() {
    let text = "{\"calendar\": {\"tz\": \"UTC\", \"weekly\": {\"mon\": [[\"09:00\", \"18:00\"]]}},\n  \
        \"mandatory\": [{\"field\": \"source\"}, {\"field\": \"next_step\"}, {\"field\": {\"cusom\": 1}}],\n  \
        \"имя\": null, \"pipelines\": [{\"id\": 1, \"stages\": [{\"id\": 11}, {\"id\": 12.5}]}], \"pilot\": null}";
    let expected = [
        "2:73 mandatory[2].field unknown_key",
        "3:3 \"имя\" unknown_key",
        "3:70 pipelines[0].stages[1].id wrong_type",
    ];
    assert_eq!(problems(text), expected);
}

#[test]
fn bytes_that_are_no_policy_end_in_a_sentence() {
    let long = format!("{HOURS}# {}", "x".repeat(1 << 20)).into_bytes();
    let unreadable: [(&str, &[u8], &str); 3] = [
        ("long", &long, "longer than 1024 KiB"),
        ("latin", b"[calendar]\ntz = \"\xE9\"", "not UTF-8 at line 2, column 7"),
        ("utf-16", b"\xFF\xFE[\0c\0", "UTF-16"),
    ];
    for (name, bytes, expected) in &unreadable {
        let (code, out, errors) = policy(&["check", "-"], bytes);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{name}");
        assert!(errors.contains(expected) && !errors.contains("panicked"), "{name}: {errors}");
    }
    let (code, _, errors) = policy(&["check", "/nowhere/policy.toml"], b"");
    assert!(code == Some(2) && errors.contains("/nowhere/policy.toml"), "{errors}");
    for text in [
        String::new(),
        "\0".repeat(100),
        "a\0b = 1".to_owned(),
        "[".repeat(500_000),
        "{\"a\":".repeat(100_000),
        "x = ".to_owned() + &"[".repeat(500_000),
        "a.".repeat(300_000) + "a = 1",
        format!("[{}a]\nb = 1", "a.".repeat(300_000)),
        "{\"a\":".repeat(200) + "1" + &"}".repeat(200),
        format!("{HOURS}name = \"{}\"", "я".repeat(400_000)),
        "\u{1b}[31m".to_owned(),
        "null".to_owned(),
        "[[versions]]\n".repeat(70_000),
    ] {
        let (code, out, errors) = policy(&["check", "-"], text.as_bytes());
        let begin: String = text.chars().take(20).collect();
        assert_eq!((code, errors.as_str()), (Some(1), ""), "{begin}");
        assert!(out.contains("error: ") && !out.contains(['\0', '\u{1b}']), "{begin}");
    }
}

#[test]
fn a_byte_order_mark_and_windows_ends_of_lines_change_nothing() {
    let text = format!("{HOURS}{FIELDS}");
    assert_eq!(problems(&text), Vec::<String>::new());
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(problems(&windows), Vec::<String>::new());
    assert_eq!(read(&windows), read(&text));
    assert_eq!(problems(&format!("{windows}\r\nx = 1")), ["12:1 pipelines[0].x unknown_key"]);
}

#[test]
fn a_policy_with_an_error_is_not_converted() {
    let (code, out, errors) = policy(&["convert", "-", "--to", "json"], b"[calendar]\ntz = \"UTC\"");
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(errors.contains("never opens"), "{errors}");
}

#[test]
fn the_schema_that_is_printed_is_the_published_one() {
    let (code, out, _) = policy(&["schema"], b"");
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema/policy.schema.json");
    assert_eq!((code, out), (Some(0), std::fs::read_to_string(published).unwrap()));
}
