use std::collections::BTreeSet;

use serde_json::Value;

use super::super::Files;
use super::json;

/// One file per language, the same keys in each, and every key that the manifest names.
pub(super) fn check(manifest: &Value, files: &Files, broken: &mut Vec<String>) {
    let locales = manifest.pointer("/widget/locale").and_then(Value::as_array).into_iter().flatten();
    let locales: Vec<&str> = locales.filter_map(Value::as_str).collect();
    for name in files.keys().filter_map(|name| name.strip_prefix("i18n/")) {
        if !name.strip_suffix(".json").is_some_and(|locale| locales.contains(&locale)) {
            broken.push(format!("i18n/{name} is of no language that the manifest names"));
        }
    }
    let mut all: Vec<(String, BTreeSet<String>)> = Vec::new();
    for locale in locales {
        let name = format!("i18n/{locale}.json");
        if !files.contains_key(&name) {
            broken.push(format!("{name} is missing: the manifest names the language {locale}"));
            continue;
        }
        let Some(words) = json(files, &name, broken) else { continue };
        let mut paths = BTreeSet::new();
        leaves(&name, "", &words, &mut paths, broken);
        for path in named(manifest).iter().filter(|path| !paths.contains(*path)) {
            broken.push(format!("{name} has no {path}, which the manifest names"));
        }
        all.push((name, paths));
    }
    let every: BTreeSet<&String> = all.iter().flat_map(|(_, paths)| paths).collect();
    for (name, paths) in &all {
        for path in every.iter().filter(|path| !paths.contains(**path)) {
            broken.push(format!("{name} has no {path}, which another language has"));
        }
    }
}

fn leaves(name: &str, prefix: &str, value: &Value, paths: &mut BTreeSet<String>, broken: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                leaves(name, &path, value, paths, broken);
            }
        }
        Value::String(text) if !text.trim().is_empty() => drop(paths.insert(prefix.to_owned())),
        _ => broken.push(format!("{name}: {prefix} must be a text that is not empty")),
    }
}

/// The paths that a manifest names where the CRM looks a word up.
fn named(manifest: &Value) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    collect(manifest, "", &mut paths);
    paths
}

fn collect(value: &Value, key: &str, paths: &mut BTreeSet<String>) {
    let is_worded =
        matches!(key, "name" | "description" | "short_description" | "title" | "tour_description");
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| collect(value, key, paths)),
        Value::String(path) if is_worded => drop(paths.insert(path.clone())),
        _ => {}
    }
}
