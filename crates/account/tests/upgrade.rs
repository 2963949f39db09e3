//! What earlier releases stored is read by this one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use takeroot_account::database::Database;
use takeroot_account::native::Native;
use takeroot_account::{Account, Store, Vault};
use takeroot_core::fact::Fact;
use takeroot_core::time::Moment;
use takeroot_stand::account::request;
use takeroot_stand::company::{History, generate};
use told::facts;

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
    let store = Store::open(Box::new(Native::in_memory().unwrap())).unwrap();
    let account = Account::keep(store, request(history), KEY, &vault(), Moment(history.since)).unwrap();
    for delivery in &history.deliveries {
        account.deliver(1, delivery.body.as_bytes(), Moment(delivery.at)).unwrap();
    }
    account
}

/// The facts of an account in the first release's tables.
fn first_release(record: &str, facts: &[Fact]) -> Native {
    let old = Native::in_memory().unwrap();
    old.run(FIRST, &[]).unwrap();
    old.run("INSERT INTO meta VALUES ('record', ?)", &[record.into()]).unwrap();
    let add = |query: &str, values: [&str; 2], fact: &Fact| {
        let (key, at) = (fact.key(), fact.at.0);
        let values = [values[0].into(), (&key.0).into(), at.into(), values[1].into()];
        old.run(query, &values).unwrap();
    };
    for fact in facts {
        let (subject, body) = (fact.subject.to_string(), serde_json::to_string(fact).unwrap());
        add("INSERT INTO fact VALUES (?, ?, ?, ?)", [&subject, &body], fact);
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

#[test]
fn the_first_release_s_tables_are_taken_over_and_judged_anew() {
    let history = generate(3, ENDS, 1);
    let (one, at) = (told(&history), Moment(ENDS + 3600));
    // Its record held the secrets in the open.
    let mut record = serde_json::to_value(one.record()).unwrap();
    record["client_secret"] = one.record().client_secret.0.clone().into();
    record["identity_key"] = one.record().identity_key.to_string().into();
    let old = first_release(&record.to_string(), &facts(&one));
    let other = Account::open(Store::open(Box::new(old)).unwrap(), &vault(), at).unwrap();
    assert_eq!(other.record(), one.record());
    assert_eq!(other.status(at).unwrap().deliveries, 1);
    for account in [&one, &other] {
        while account.settle(at).unwrap() {}
        assert!(account.recompute(at).unwrap().equal);
    }
    let documents = |account: &Account| {
        let mut publication = account.publication(at.0 * 1000).unwrap();
        let mut documents = Vec::new();
        while let Some(more) = account.next_documents(&mut publication).unwrap() {
            documents.extend(more);
        }
        documents
    };
    assert!(!documents(&one).is_empty());
    assert_eq!(documents(&one), documents(&other));
}
