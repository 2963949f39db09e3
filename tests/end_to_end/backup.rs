//! A back-up is taken while webhooks come in, and stands up on another machine.

use crate::roads::{days, ends, replayed, rules};
use crate::runtime::{FORM, OPERATOR_KEY, PATIENCE, Runtime, request};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use takeroot_core::fact::{Fact, Key};
use takeroot_core::policy::Person;
use takeroot_stand::account;
use takeroot_stand::company::{Delivery, generate};
use takeroot_stand::edge::Edge;
use takeroot_stand::skip::skipped;
use takeroot_stand::workerd::{Options, Workerd};

/// Delivered before the back-up begins.
const BEFORE: usize = 1_500;
const CONNECTIONS: usize = 4;

fn script(name: &str, argument: &Path, state: &Path) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("deploy").join(name);
    let mut command = Command::new("sh");
    command.arg(script).arg(argument).env("TAKEROOT_STATE", state).env("TAKEROOT_BACKUPS_KEPT", "2");
    command.output().unwrap()
}

fn taken(to: &Path, state: &Path) -> PathBuf {
    let output = script("backup.sh", to, state);
    assert!(output.status.success(), "{output:?}");
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
}

/// Delivers what is left until it is told to stop.
fn deliver(edge: &Edge, path: &str, deliveries: &[Delivery], next: &AtomicUsize, stop: &AtomicBool) {
    let work = || {
        while !stop.load(Ordering::Relaxed) {
            let Some(delivery) = deliveries.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
            let answered = edge.deliver(path, FORM, delivery.body.as_bytes()).unwrap();
            assert_eq!(answered.status, 200, "{}", answered.text);
        }
    };
    std::thread::scope(|scope| (0..CONNECTIONS).for_each(|_| drop(scope.spawn(work))));
}

fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

fn keys(edge: &Edge, account: &str) -> BTreeSet<Key> {
    edge.facts(account).unwrap().iter().map(Fact::key).collect()
}

#[test]
fn a_back_up_under_load_stands_up_elsewhere_with_all_that_was_acknowledged_before() {
    let Some(runtime) = Runtime::start("backup") else { return };
    if Command::new("sqlite3").arg("--version").output().is_err() {
        return skipped("a back-up under load", "sqlite3 is not installed");
    }
    let history = generate(31, ends().0, 6);
    let rules = rules(&history);
    let opened = runtime.edge.open(&account::request(&history)).unwrap();
    // So many people that what is published of them lies in a file beside the database.
    let mut crowd = request(4_800_002);
    let person = |id| Person { id, name: format!("Человек номер {id}"), ..Person::default() };
    crowd.policy.as_mut().unwrap().people = (1..2000).map(person).collect();
    let crowd = runtime.edge.open(&crowd).unwrap();
    assert_eq!(runtime.deliver(&crowd, b"leads[delete][0][id]=1").status, 200);
    runtime.edge.wait_until_published(&crowd.account, PATIENCE).unwrap();
    assert!(files(&runtime.options.state.join("kv-blobs")) > 0);

    let (first, rest) = history.deliveries.split_at(BEFORE);
    deliver(&runtime.edge, &opened.hook_path, first, &AtomicUsize::new(0), &AtomicBool::new(false));
    runtime.edge.wait_until_published(&opened.account, PATIENCE).unwrap();
    let before = keys(&runtime.edge, &opened.account);

    let to = runtime.options.state.with_file_name("backup-archives");
    let _ = std::fs::remove_dir_all(&to);
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let archives: Vec<PathBuf> = std::thread::scope(|scope| {
        scope.spawn(|| deliver(&runtime.edge, &opened.hook_path, rest, &next, &stop));
        let taken = (0..3).map(|_| {
            let delivered = next.load(Ordering::Relaxed);
            let archive = taken(&to, &runtime.options.state);
            eprintln!("{} delivered while a back-up was taken", next.load(Ordering::Relaxed) - delivered);
            std::thread::sleep(std::time::Duration::from_secs(1));
            archive
        });
        let archives = taken.collect();
        stop.store(true, Ordering::Relaxed);
        archives
    });
    assert!(next.load(Ordering::Relaxed) > 50, "deliveries went on");
    assert!(!archives[0].exists() && archives[1].exists() && archives[2].exists(), "the newest two are kept");
    runtime.assert_recomputed_equal(&opened);
    let all = keys(&runtime.edge, &opened.account);

    let mut options = runtime.options.clone();
    options.state = runtime.options.state.with_file_name("backup-restored");
    let _ = std::fs::remove_dir_all(&options.state);
    let output = script("restore.sh", &archives[2], &options.state);
    assert!(output.status.success(), "{output:?}");
    let workerd = Workerd::start(&options).unwrap();
    let edge = Edge::new(workerd.url(), OPERATOR_KEY);
    let restored = Runtime { options, workerd, edge };
    let listed: Value = restored.edge.ask("/v1/accounts").unwrap();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(2), "{listed}");
    let kept = keys(&restored.edge, &opened.account);
    assert!(kept.is_superset(&before) && kept.is_subset(&all));
    assert!(kept.len() > before.len(), "the last one was taken under load");
    restored.assert_recomputed_equal(&opened);

    // Its cron wakes it within ten minutes; a delivery does at once, as in life.
    assert_eq!(restored.deliver(&opened, first[0].body.as_bytes()).status, 200);
    assert_eq!(restored.deliver(&opened, rest[0].body.as_bytes()).status, 200);
    let fresh = b"leads[update][0][id]=990001&leads[update][0][price]=1";
    assert_eq!(restored.deliver(&opened, fresh).status, 200);
    let days = days(&history, &rules);
    assert_eq!(restored.published(&opened, days.iter().copied()), replayed(&restored, &opened, rules, &days));
    let path = format!("/v1/accounts/{}/days/{}", opened.account, days[3]);
    let revision = |runtime: &Runtime| -> u64 {
        let document: Value = runtime.edge.get(&path, Some(&opened.owner_token)).unwrap().json().unwrap();
        document["envelope"]["revision"].as_u64().unwrap()
    };
    assert!(revision(&restored) > 1, "published anew: {}", revision(&restored));
}

#[test]
fn a_restore_refuses_what_is_no_back_up_and_loses_nothing_that_was_there() {
    let Some(runtime) = Runtime::start("backup_refused") else { return };
    let opened = runtime.open(4_800_001);
    let state = runtime.options.state.clone();
    let no_backup = state.with_file_name("no-backup.tar.gz");
    std::fs::write(&no_backup, b"no archive").unwrap();
    assert!(!script("restore.sh", &no_backup, &state).status.success());
    assert!(!script("backup.sh", &state.with_file_name("x"), &state.join("kv")).status.success());
    assert_eq!(runtime.deliver(&opened, b"leads[delete][0][id]=1").status, 200);
    if Command::new("sqlite3").arg("--version").output().is_err() {
        return skipped("a restore over what is there", "sqlite3 is not installed");
    }
    let archive = taken(&state.with_file_name("backup-refused-archives"), &state);
    assert_eq!(runtime.deliver(&opened, b"leads[delete][0][id]=2").status, 200);
    let Runtime { options, workerd, .. } = runtime;
    workerd.stop().unwrap();
    let output = script("restore.sh", &archive, &state);
    let told = String::from_utf8(output.stdout).unwrap();
    let aside = told.lines().find_map(|line| line.strip_prefix("what was there: ")).unwrap();
    assert!(Path::new(aside).join("objects").is_dir(), "{told}");
    let facts = |workerd: &Workerd| {
        let edge = Edge::new(workerd.url(), OPERATOR_KEY);
        edge.facts(&opened.account).unwrap().len()
    };
    let restored = Workerd::start(&options).unwrap();
    assert_eq!(facts(&restored), 1);
    restored.stop().unwrap();
    let options = Options { state: aside.into(), ..options };
    assert_eq!(facts(&Workerd::start(&options).unwrap()), 2);
    std::fs::remove_dir_all(aside).unwrap();
}
