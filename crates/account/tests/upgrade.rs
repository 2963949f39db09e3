//! What earlier releases stored is read by this one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use takeroot_account::database::Database;
use takeroot_account::native::Native;
use takeroot_account::{Account, Store, Vault};
use takeroot_core::contribution::{Action, Count};
use takeroot_core::day::{Block, Document, Figures};
use takeroot_core::fact::{Fact, Key};
use takeroot_core::time::Moment;
use takeroot_stand::account::request;
use takeroot_stand::company::{History, generate};
use told::{EACH_NAMED, facts};

const KEY: &[u8] = b"a key of an operator";
const ENDS: i64 = 1_793_000_000;

/// The first release's tables.
const FIRST: &str = "
    CREATE TABLE version (number INTEGER NOT NULL) STRICT;
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE raw (hash BLOB PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE fact (subject TEXT NOT NULL, key BLOB NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (subject, key)) STRICT, WITHOUT ROWID;
    CREATE TABLE link (other TEXT NOT NULL, deal TEXT NOT NULL, PRIMARY KEY (other, deal)) STRICT, WITHOUT ROWID;
    CREATE INDEX link_of_deal ON link (deal, other);
    CREATE TABLE standing (subject TEXT PRIMARY KEY, contribution TEXT NOT NULL, changes_at INTEGER)
        STRICT, WITHOUT ROWID;
    CREATE INDEX standing_due ON standing (changes_at) WHERE changes_at IS NOT NULL;
    CREATE TABLE total (day INTEGER PRIMARY KEY, counts TEXT NOT NULL) STRICT;
    CREATE TABLE stale (day INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE publishing (day INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE published (day INTEGER PRIMARY KEY, figures BLOB NOT NULL, summary BLOB NOT NULL,
        revision INTEGER NOT NULL, final INTEGER NOT NULL) STRICT;
    CREATE TABLE quarantine (hash BLOB PRIMARY KEY, at INTEGER NOT NULL, reason TEXT NOT NULL, body BLOB NOT NULL)
        STRICT, WITHOUT ROWID;
    INSERT INTO version VALUES (1)";

fn vault() -> Vault {
    Vault::new("a storage key of more than thirty-two bytes", None, |bytes| bytes.fill(1)).unwrap()
}

fn told(history: &History) -> Account {
    told_to(Native::in_memory().unwrap(), history)
}

fn told_to(database: Native, history: &History) -> Account {
    let store = Store::open(Box::new(database)).unwrap();
    let account = Account::keep(store, request(history), KEY, &vault(), Moment(history.since)).unwrap();
    for delivery in &history.deliveries {
        account.deliver(1, delivery.body.as_bytes(), Moment(delivery.at)).unwrap();
    }
    account
}

/// Facts, each with its key and its text, in the first release's tables.
fn first_release(record: &str, facts: &[(Key, String)]) -> Native {
    let old = Native::in_memory().unwrap();
    old.run(FIRST, &[]).unwrap();
    old.run("INSERT INTO meta VALUES ('record', ?)", &[record.into()]).unwrap();
    for (key, body) in facts {
        let fact: Fact = serde_json::from_str(body).unwrap();
        let subject = fact.subject.to_string();
        let values = [(&subject).into(), (&key.0).into(), fact.at.0.into(), body.into()];
        old.run("INSERT INTO fact VALUES (?, ?, ?, ?)", &values).unwrap();
        old.run("INSERT OR REPLACE INTO standing VALUES (?, '[]', NULL)", &[(&subject).into()]).unwrap();
        for (deal, other) in fact.links() {
            let (deal, other) = (format!("deal:{deal}"), other.to_string());
            old.run("INSERT OR IGNORE INTO link VALUES (?, ?)", &[(&other).into(), (&deal).into()]).unwrap();
        }
    }
    let hash = [7; 16];
    old.run("INSERT INTO raw VALUES (?, 1790000000, ?)", &[(&hash).into(), (&hash).into()]).unwrap();
    old
}

fn documents(account: &Account, at: Moment) -> Vec<(String, String)> {
    let mut publication = account.publication(at.0 * 1000).unwrap();
    let mut documents = Vec::new();
    while let Some(more) = account.next_documents(&mut publication).unwrap() {
        documents.extend(more);
    }
    documents
}

/// What documents say, whatever is known about their making.
fn figures(documents: Vec<(String, String)>) -> Vec<(String, Value)> {
    let figures = |text: &str| serde_json::from_str::<Value>(text).unwrap()["figures"].take();
    documents.into_iter().map(|(key, text)| (key, figures(&text))).collect()
}

#[test]
fn the_first_release_s_tables_are_taken_over_and_judged_anew() {
    let history = generate(3, ENDS, 1);
    let (one, at) = (told(&history), Moment(ENDS + 3600));
    // Its record held the secrets in the open.
    let mut record = serde_json::to_value(one.record()).unwrap();
    record["client_secret"] = one.record().client_secret.0.clone().into();
    record["identity_key"] = one.record().identity_key.to_string().into();
    let journal = facts(&one);
    let journal: Vec<_> =
        journal.iter().map(|fact| (fact.key(), serde_json::to_string(fact).unwrap())).collect();
    let old = first_release(&record.to_string(), &journal);
    let other = Account::open(Store::open(Box::new(old)).unwrap(), &vault(), at).unwrap();
    assert_eq!(other.record(), one.record());
    assert_eq!(other.status(at).unwrap().deliveries, 1);
    for account in [&one, &other] {
        while account.settle(at).unwrap() {}
        assert!(account.recompute(at).unwrap().equal);
    }
    let documents_of_one = documents(&one, at);
    assert!(!documents_of_one.is_empty());
    assert_eq!(documents_of_one, documents(&other, at));
}

#[test]
fn how_subjects_stood_in_a_longer_form_is_read_as_it_was() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("longer_form.sqlite");
    let _ = std::fs::remove_file(&path);
    let (history, at) = (generate(3, ENDS, 1), Moment(ENDS + 3600));
    let one = told_to(Native::open(&path).unwrap(), &history);
    while one.settle(at).unwrap() {}
    let before = figures(documents(&one, at));
    drop(one);
    let database = Native::open(&path).unwrap();
    database.run(EACH_NAMED, &[]).unwrap();
    let form = "SELECT contribution FROM standing WHERE subject GLOB 'deal:*' LIMIT 1";
    let longer: String =
        database.run(form, &[]).unwrap().rows[0].get::<&str>("contribution").unwrap().to_owned();
    let account = Account::open(Store::open(Box::new(database)).unwrap(), &vault(), at).unwrap();
    let shorter = Native::open(&path).unwrap().run(form, &[]).unwrap();
    assert!(shorter.rows[0].get::<&str>("contribution").unwrap().len() < longer.len());
    while account.settle(at).unwrap() {}
    assert!(account.recompute(at).unwrap().equal, "no subject counts twice or no more");
    assert_eq!(figures(documents(&account, at)), before);
}

/// What the first release wrote of two days of its demo company: its record, and its facts under their keys.
const RECORD: &str = include_str!("first_release/record.json");
const FACTS: &str = include_str!("first_release/facts.txt");

#[test]
fn what_the_first_release_wrote_is_read_with_its_keys_and_comes_to_its_figures() {
    let lines = FACTS.lines().map(|line| line.split_once(' ').unwrap());
    let facts: Vec<(Key, String)> =
        lines.map(|(key, body)| (key.parse().unwrap(), body.to_owned())).collect();
    let at = Moment(1_782_900_000);
    let old = first_release(RECORD.trim_end(), &facts);
    let account = Account::open(Store::open(Box::new(old)).unwrap(), &vault(), at).unwrap();
    let record = account.record();
    assert_eq!((record.crm_id, record.observed_from), (31_846_270, Moment(1_782_248_400)));
    assert_eq!(record.client_secret.0, "demo-client-secret");
    let (_, policy) = &record.versions[0];
    assert_eq!((policy.pipelines.len(), policy.mandatory.len()), (2, 5));
    let mut keys: Vec<Key> = facts.iter().map(|(key, _)| *key).collect();
    let mut read: Vec<Key> = told::facts(&account).iter().map(Fact::key).collect();
    keys.sort_unstable();
    read.sort_unstable();
    assert_eq!(keys, read, "what is delivered again is known");
    while account.settle(at).unwrap() {}
    assert!(account.recompute(at).unwrap().equal);
    let rules = record.rules(at).unwrap();
    let first = rules.day_of(record.observed_from);
    let mut days: BTreeMap<String, Block> = BTreeMap::new();
    for (key, text) in documents(&account, at).iter().filter(|(key, _)| key.starts_with("day/")) {
        let document: Document<Figures> = serde_json::from_str(text).unwrap();
        days.insert(key.rsplit('/').next().unwrap().to_owned(), document.figures.all);
    }
    let figures = |n: i32| {
        let block = &days[&first.plus(n).to_string()];
        let counts = [Count::Entered, Count::ByHand, Count::InTime, Count::Breached];
        let gauges = [Count::Active, Count::Waiting, Count::Overdue, Count::Cards];
        let acts = [Action::Moved, Action::Called, Action::TaskSet];
        let counts = counts.into_iter().chain(gauges).map(|count| block.n(count));
        counts.chain(acts.map(|act| block.acts.get(&act).copied().unwrap_or(0))).collect::<Vec<_>>()
    };
    assert_eq!(figures(0), [11, 3, 3, 3, 11, 5, 0, 1, 3, 6, 3]);
    assert_eq!(figures(1), [4, 1, 3, 6, 16, 4, 4, 3, 4, 8, 3]);
    assert_eq!(figures(4), [0, 0, 0, 0, 16, 4, 5, 3, 0, 0, 0]);
}
