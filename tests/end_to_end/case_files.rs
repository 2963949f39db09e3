//! Real bodies from outside the repository.

use crate::runtime::{FORM, Runtime};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use takeroot_amocrm::hook;
use takeroot_core::account::AccountOpened;
use takeroot_core::time::Day;
use takeroot_core::zone::Zone;
use takeroot_stand::skip::skipped;

fn bodies() -> Option<Vec<(String, Vec<u8>)>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let cases = std::env::var_os("TAKEROOT_CASES").map_or(beside, PathBuf::from);
    let Ok(folder) = std::fs::read_dir(cases.join("payloads/amocrm")) else {
        skipped("bodies from outside", "TAKEROOT_CASES names no folder with payloads/amocrm");
        return None;
    };
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| {
        path.extension().is_some_and(|ext| ext == "form") || path.ends_with("doc-dp-widget-webhook.json")
    });
    files.sort();
    let read = |path: &PathBuf| {
        (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())
    };
    Some(files.iter().map(read).collect())
}

/// The account that a body says it is of; bodies of 2016 say none.
fn account_of(body: &[u8]) -> u64 {
    let form = hook::decode(body).unwrap();
    let id = form.root().path(&["account", "id"]).or(form.root().get("account_id"));
    id.and_then(|id| id.text()?.parse().ok()).unwrap_or(10_216_991)
}

#[test]
fn every_real_body_is_facts_or_named_and_a_second_posting_changes_nothing() {
    let Some(bodies) = bodies() else { return };
    let Some(runtime) = Runtime::start("case_files") else { return };
    let opened: BTreeMap<u64, AccountOpened> = bodies
        .iter()
        .map(|(_, body)| account_of(body))
        .collect::<BTreeSet<u64>>()
        .into_iter()
        .map(|id| (id, runtime.open(id)))
        .collect();
    let post = |(name, body): &(String, Vec<u8>)| -> Value {
        let content_type = if name.ends_with("json") { "application/json" } else { FORM };
        let started = Instant::now();
        let answered =
            runtime.edge.deliver(&opened[&account_of(body)].hook_path, content_type, body).unwrap();
        assert!(started.elapsed() < Duration::from_secs(2), "{name}");
        assert_eq!(answered.status, 200, "{name}: {}", answered.text);
        answered.json().unwrap()
    };
    for file in &bodies {
        let told = post(file);
        let named = told["ignored"].as_array().is_some_and(|ignored| !ignored.is_empty());
        assert!(told["facts"].as_u64() > Some(0) || named, "{}: {told}", file.0);
        assert_eq!(told["quarantined"], Value::Null, "{}: {told}", file.0);
    }
    let figures = || -> BTreeMap<u64, BTreeMap<Day, String>> {
        let published =
            |(id, opened): (&u64, &AccountOpened)| (*id, runtime.published(opened, days(&bodies, *id)));
        opened.iter().map(published).collect()
    };
    let once = figures();
    bodies.iter().rev().for_each(|file| drop(post(file)));
    assert_eq!(once, figures());
    opened.values().for_each(|opened| runtime.assert_recomputed_equal(opened));
    let other = bodies.iter().find(|(name, _)| name == "doc-leads-add.form").unwrap();
    let foreign = runtime.deliver(&opened[&10_216_991], &other.1).json::<Value>().unwrap();
    assert_eq!(foreign["ignored"][0]["reason"], "foreign_account");
}

/// The days on which something happened by the stated times of an account's bodies.
fn days(bodies: &[(String, Vec<u8>)], account: u64) -> BTreeSet<Day> {
    let zone = Zone::named("Europe/Moscow").unwrap();
    let context = hook::Context {
        received_at: takeroot_core::time::Moment(1_800_000_000),
        account: None,
        identity_key: b"",
        policy: None,
    };
    let own = bodies.iter().filter(|(_, body)| account_of(body) == account);
    let facts = own.flat_map(|(_, body)| hook::read(body, &context).unwrap().facts);
    facts.filter(|fact| fact.is_dated()).map(|fact| zone.day_of(fact.at)).collect()
}
