//! The CRM's rules for an archive, each in words that say what to mend.

mod images;
mod manifest;
mod words;

use serde_json::Value;

use super::Files;

/// Kinds of files that accepted archives are made of.
const KINDS: [&str; 8] = ["css", "gif", "jpg", "js", "json", "png", "svg", "twig"];
/// Of those, the ones that are texts.
const TEXTS: [&str; 5] = ["css", "js", "json", "svg", "twig"];
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Every rule that an archive breaks; none for a good one.
pub(crate) fn broken(files: &Files, version: &str) -> Vec<String> {
    let mut broken = Vec::new();
    names(files, &mut broken);
    texts(files, &mut broken);
    script(files, &mut broken);
    dependencies(files, &mut broken);
    match json(files, "manifest.json", &mut broken) {
        Some(manifest) => {
            manifest::check(&manifest, version, &mut broken);
            words::check(&manifest, files, &mut broken);
            images::check(&manifest, files, &mut broken);
        }
        None => images::check(&Value::Null, files, &mut broken),
    }
    broken
}

fn names(files: &Files, broken: &mut Vec<String>) {
    for root in ["manifest.json", "script.js"] {
        if files.contains_key(root) {
            continue;
        }
        let nested = files.keys().find(|name| name.ends_with(&format!("/{root}")));
        broken.push(nested.map_or_else(
            || format!("{root} is missing"),
            |nested| format!("{root} must lie at the root of the archive, not at {nested}"),
        ));
    }
    for name in files.keys() {
        if name.starts_with('/') || name.contains('\\') || name.split('/').any(|part| part == "..") {
            broken.push(format!("{name} is not a path inside the archive"));
        }
        let kind = kind(name);
        if !KINDS.contains(&kind) {
            broken
                .push(format!("{name} is of a kind that is not known to be accepted: {}", KINDS.join(", ")));
        }
    }
}

fn kind(name: &str) -> &str {
    name.rsplit('/').next().and_then(|file| file.rsplit_once('.')).map_or("", |(_, kind)| kind)
}

fn texts(files: &Files, broken: &mut Vec<String>) {
    for (name, bytes) in files.iter().filter(|(name, _)| TEXTS.contains(&kind(name))) {
        if bytes.starts_with(BOM) {
            broken.push(format!("{name} begins with a byte order mark: save it as UTF-8 without BOM"));
        }
        if std::str::from_utf8(bytes).is_err() {
            broken.push(format!("{name} is not UTF-8"));
        }
    }
}

fn script(files: &Files, broken: &mut Vec<String>) {
    let script = files.get("script.js").and_then(|bytes| std::str::from_utf8(bytes).ok());
    if script.is_some_and(|script| !script.contains("define([")) {
        broken.push("script.js is not an AMD module: it must call define([…], function …)".to_owned());
    }
}

/// Whatever a script of the archive asks for by its address, at once or later, is in it.
fn dependencies(files: &Files, broken: &mut Vec<String>) {
    for (script, bytes) in files.iter().filter(|(name, _)| kind(name) == "js") {
        let text = String::from_utf8_lossy(bytes);
        for dependency in text.split(['\'', '"']).filter(|text| text.starts_with("./")) {
            let Some((name, _)) = dependency.trim_start_matches("./").split_once("?v=") else { continue };
            if !files.contains_key(name) {
                broken.push(format!("{script} depends on {dependency}, and the archive has no {name}"));
            }
        }
    }
}

fn json(files: &Files, name: &str, broken: &mut Vec<String>) -> Option<Value> {
    let bytes = files.get(name)?;
    match serde_json::from_slice(bytes.strip_prefix(BOM).unwrap_or(bytes)) {
        Ok(value) => Some(value),
        Err(error) => {
            broken.push(format!("{name} is not JSON: {error}"));
            None
        }
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
