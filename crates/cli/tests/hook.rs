//! `takeroot hook` as a person uses it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::process::{Command, Stdio};

fn hook(arguments: &[&str], body: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_takeroot"))
        .arg("hook")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(body.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn facts_are_lines_of_json_and_the_rest_says_why() {
    let body = "leads[delete][0][id]=77&catalogs[add][0][id]=1\n";
    let expected = "{\"subject\":{\"deal\":77},\"at\":1790000000,\"by\":\"unknown\",\"what\":\"deleted\"}\n\
                    ignored catalogs[add]: items of catalogs say nothing about deals\n";
    assert_eq!(hook(&["--at", "1790000000"], body), (Some(0), expected.to_owned(), String::new()));
}

#[test]
fn the_tree_is_the_decoded_form() {
    let (code, out, _) = hook(&["--tree"], "a[b][]=1&a[b][]=2&c.d=%D1%85");
    assert_eq!(code, Some(0));
    let tree: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(tree, serde_json::json!({ "a": { "b": ["1", "2"] }, "c_d": "х" }));
}

#[test]
fn what_cannot_be_read_is_an_error_with_a_hint() {
    let (code, out, error) = hook(&[], "hello");
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(error.contains("leads[status]"), "{error}");
    let (code, _, error) = hook(&["--trees"], "");
    assert!(code == Some(2) && error.contains("--trees"), "{error}");
    let (code, _, error) = hook(&["no such file"], "");
    assert!(code == Some(2) && error.contains("no such file"), "{error}");
}
