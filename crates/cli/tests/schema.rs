//! The published JSON Schemas say what the types say.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use serde_json::Value;
use std::path::{Path, PathBuf};

/// Set to anything, it makes the test write the schemas of the types instead of comparing them.
const PIN: &str = "TAKEROOT_PIN";

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema").join(format!("{name}.schema.json"))
}

#[test]
fn published_schemas_are_those_of_the_types() {
    for (name, schema) in takeroot_core::schema::all() {
        if std::env::var_os(PIN).is_some() {
            let text = serde_json::to_string_pretty(&schema).unwrap();
            std::fs::write(file(name), text + "\n").unwrap();
        }
        let published = std::fs::read_to_string(file(name)).unwrap_or_default();
        assert!(
            serde_json::from_str::<Value>(&published).ok() == Some(schema),
            "{name}: set {PIN}=1 and run this test to write it anew"
        );
    }
}

/// The desk checks the shape of a policy by the schema, so a word that it does not know would check nothing.
#[test]
fn the_policy_s_schema_speaks_the_words_that_the_desk_checks() {
    const WORDS: &[&str] = &[
        "$defs",
        "$ref",
        "$schema",
        "additionalProperties",
        "anyOf",
        "const",
        "default",
        "description",
        "enum",
        "format",
        "items",
        "maxItems",
        "maximum",
        "minItems",
        "minimum",
        "oneOf",
        "pattern",
        "patternProperties",
        "properties",
        "required",
        "title",
        "type",
        "uniqueItems",
    ];
    const FORMATS: &[&str] = &["date", "int64", "span", "uint", "uint32", "uint64", "wall-clock"];
    fn check(schema: &Value, path: &str) {
        let Value::Object(words) = schema else { return };
        for (word, value) in words {
            let path = format!("{path}/{word}");
            assert!(WORDS.contains(&word.as_str()), "{path}");
            match word.as_str() {
                "$defs" | "properties" | "patternProperties" => {
                    value
                        .as_object()
                        .unwrap()
                        .iter()
                        .for_each(|(name, value)| check(value, &format!("{path}/{name}")));
                }
                "anyOf" | "oneOf" => value.as_array().unwrap().iter().for_each(|value| check(value, &path)),
                "additionalProperties" | "items" => check(value, &path),
                "format" => assert!(FORMATS.contains(&value.as_str().unwrap()), "{path}: {value}"),
                "pattern" => assert!(words.contains_key("format"), "{path}"),
                _ => {}
            }
        }
    }
    let policy: Value = serde_json::from_str(&std::fs::read_to_string(file("policy")).unwrap()).unwrap();
    check(&policy, "");
}
