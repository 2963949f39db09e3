//! Form bodies: the tree that PHP's `parse_str` makes of each.

use serde_json::{Map, Value};
use takeroot_amocrm::Form;

use super::{Tally, short};

pub(super) fn run(doc: &Value) -> Tally {
    let mut tally = Tally::default();
    for case in doc["cases"].as_array().into_iter().flatten() {
        let id = case["id"].as_str().unwrap_or("(a case without an id)");
        tally.judge(id, form_body(case));
    }
    tally
}

fn form_body(case: &Value) -> Result<(), String> {
    let body = case["body"].as_str().ok_or("no body in the case")?;
    let expected = form_root(&case["php_parse_str"]).ok_or("php_parse_str is no tree")?;
    // Of a body beyond a limit nothing is kept.
    let (got, limit) = match Form::decode(body.as_bytes()) {
        Ok(form) => (form.to_json(), String::new()),
        Err(limit) => (Value::Object(Map::new()), format!(" (rejected: {limit})")),
    };
    if got == expected {
        return Ok(());
    }
    let (place, expected, got) = difference(&expected, &got);
    Err(format!("{place}expected {}, got {}{limit}", short(expected), short(got)))
}

/// PHP's writer shows a root with the keys 0, 1, … as a list; a form's root is always an object.
fn form_root(tree: &Value) -> Option<Value> {
    match tree {
        Value::Object(_) => Some(tree.clone()),
        Value::Array(items) => {
            let fields = items.iter().enumerate().map(|(at, item)| (at.to_string(), item.clone()));
            Some(Value::Object(fields.collect()))
        }
        _ => None,
    }
}

/// Where two trees first differ, and what is there.
fn difference<'v>(expected: &'v Value, got: &'v Value) -> (String, &'v Value, &'v Value) {
    let inner = match (expected, got) {
        (Value::Object(expected), Value::Object(got)) if expected.keys().eq(got.keys()) => {
            let mut fields = expected.iter().zip(got.values());
            fields.find(|((_, e), g)| e != g).map(|((key, e), g)| (key.clone(), e, g))
        }
        (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
            let mut items = expected.iter().zip(got).enumerate();
            items.find(|(_, (e, g))| e != g).map(|(at, (e, g))| (at.to_string(), e, g))
        }
        _ => None,
    };
    match inner {
        None => (String::new(), expected, got),
        Some((key, expected, got)) => {
            let (place, expected, got) = difference(expected, got);
            (format!("[{key}]{}{place}", if place.is_empty() { " " } else { "" }), expected, got)
        }
    }
}
