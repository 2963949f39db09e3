//! An account over a database that the test looks into, and that breaks when it is told to.

#![allow(dead_code, reason = "each test uses its part")]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use takeroot_account::database::{Database, Outcome, StoreError, Value};
use takeroot_account::native::Native;
use takeroot_account::{Account, Store, Vault};
use takeroot_core::account::Retention;
use takeroot_core::fact::{Fact, Key};
use takeroot_core::policy::Policy;
use takeroot_core::time::{DAY_S, Moment};
use takeroot_stand::account::request;
use takeroot_stand::company::History;

pub(crate) const KEY: &[u8] = b"a key of an operator";
pub(crate) const ENDS: i64 = 1_793_000_000;

/// How subjects stood before a day and a place were named once; version 8 is the first that does.
pub(crate) const EACH_NAMED: &str = "
    UPDATE standing SET contribution = (SELECT
        json_group_array(json_array(one.value ->> 0, one.value -> 1, counted.value -> 0, counted.value ->> 1))
        FROM json_each(contribution) AS one, json_each(one.value -> 2) AS counted);
    DROP INDEX standing_checking;
    DROP TABLE was;
    DROP TABLE logbook;
    DROP TABLE baseline;
    DROP TABLE digest;
    DROP TABLE digest_target;
    DELETE FROM version WHERE number >= 8;
    INSERT OR IGNORE INTO due SELECT subject FROM standing";

/// A database of which the test keeps a hand.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    native: Rc<Native>,
    /// Statements that still succeed.
    fuse: Rc<Cell<u64>>,
}

impl Shared {
    pub(crate) fn in_memory() -> Self {
        let native = Rc::new(Native::in_memory().unwrap());
        Self { native, fuse: Rc::new(Cell::new(u64::MAX)) }
    }

    /// Statements that have been run.
    pub(crate) fn statements(&self) -> u64 {
        u64::MAX - self.fuse.get()
    }

    /// Rows that statements have gone through one after another.
    pub(crate) fn scanned(&self) -> u64 {
        self.native.scanned()
    }

    pub(crate) fn rows(&self, query: &str) -> Vec<takeroot_account::database::Row> {
        self.native.run(query, &[]).unwrap().rows
    }
}

impl Database for Shared {
    fn run(&self, query: &str, values: &[Value<'_>]) -> Result<Outcome, StoreError> {
        let left = self.fuse.get().checked_sub(1);
        self.fuse.set(left.ok_or_else(|| StoreError::Runtime("broken on purpose".to_owned()))?);
        self.native.run(query, values)
    }

    fn transact(&self, body: &mut dyn FnMut() -> bool) -> Result<(), StoreError> {
        self.native.transact(body)
    }
}

/// An account and its database.
pub(crate) struct Told {
    pub(crate) account: Account,
    pub(crate) database: Shared,
}

pub(crate) fn vault() -> Vault {
    static ROLLED: AtomicU64 = AtomicU64::new(0);
    Vault::new("a storage key of more than thirty-two bytes", None, |bytes| {
        let roll = Key::of(&ROLLED.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        bytes.iter_mut().zip(roll.0.into_iter().cycle()).for_each(|(byte, rolled)| *byte = rolled);
    })
    .unwrap()
}

impl Told {
    /// The demo company's account, whose facts are kept for some days.
    pub(crate) fn new(history: &History, facts_days: u32) -> Self {
        Self::under(history, facts_days, |_| ())
    }

    /// The same under a changed policy.
    pub(crate) fn under(history: &History, facts_days: u32, change: impl FnOnce(&mut Policy)) -> Self {
        let database = Shared::in_memory();
        let mut request = request(history);
        request.retention = Some(Retention { facts_days, ..Retention::default() });
        change(request.policy.as_mut().unwrap());
        let store = Store::open(Box::new(database.clone())).unwrap();
        let account = Account::keep(store, request, KEY, &vault(), Moment(history.since)).unwrap();
        Self { account, database }
    }

    /// With all deliveries of a history, judged.
    pub(crate) fn of(history: &History, facts_days: u32) -> Self {
        let told = Self::new(history, facts_days);
        for delivery in &history.deliveries {
            told.account.deliver(1, delivery.body.as_bytes(), Moment(delivery.at)).unwrap();
        }
        told.settle(Moment(history.ends));
        told
    }

    /// The same after the object was thrown out of memory.
    pub(crate) fn reopened(self, at: Moment) -> Self {
        let store = Store::open(Box::new(self.database.clone())).unwrap();
        Self { account: Account::open(store, &vault(), at).unwrap(), database: self.database }
    }

    pub(crate) fn settle(&self, at: Moment) {
        while self.account.settle(at).unwrap() {}
    }

    /// Tidies to the end of the day's work; gives the passes.
    pub(crate) fn tidy(&self, at: Moment) -> u32 {
        (1..).find(|_| !self.account.tidy(at).unwrap()).unwrap()
    }

    /// After so many statements every further one fails.
    pub(crate) fn break_after(&self, statements: u64) {
        self.database.fuse.set(statements);
    }

    pub(crate) fn mend(&self) {
        self.database.fuse.set(u64::MAX);
    }

    /// What the status counts is what lies in storage.
    pub(crate) fn counts_truly(&self, at: Moment) {
        let status = self.account.status(at).unwrap();
        assert_eq!(status.facts, self.n("SELECT COALESCE(SUM(n), 0) AS n FROM journal"));
        assert_eq!(status.deliveries, self.n("SELECT COUNT(*) AS n FROM raw"));
    }

    /// The totals as they lie in storage.
    pub(crate) fn totals(&self) -> Vec<(i64, String)> {
        let rows = self.rows("SELECT day, counts FROM total ORDER BY day, part");
        rows.iter().map(|row| (row.get("day").unwrap(), row.get("counts").unwrap())).collect()
    }

    /// A number that a query gives as `n`.
    pub(crate) fn n(&self, query: &str) -> i64 {
        self.rows(query)[0].get("n").unwrap()
    }

    pub(crate) fn rows(&self, query: &str) -> Vec<takeroot_account::database::Row> {
        self.database.rows(query)
    }

    pub(crate) fn exec(&self, query: &str, values: &[Value<'_>]) {
        self.database.native.run(query, values).unwrap();
    }
}

/// The whole journal, page by page.
pub(crate) fn facts(account: &Account) -> Vec<Fact> {
    let (mut facts, mut cursor) = (Vec::new(), None);
    loop {
        let page = account.facts(cursor.as_deref()).unwrap();
        assert!(page.items.len() <= 1000);
        facts.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return facts;
        }
    }
}

/// Some days after the history's end.
pub(crate) fn after(days: i64) -> Moment {
    Moment(ENDS + days * DAY_S)
}

/// What lies in KV once everything is judged and published.
pub(crate) fn published(account: &Account, at: Moment) -> BTreeMap<String, String> {
    let mut kv = BTreeMap::new();
    publish(account, at, &mut kv);
    kv
}

/// Judges and publishes everything; what is put, by its key.
pub(crate) fn publish(account: &Account, at: Moment, kv: &mut BTreeMap<String, String>) {
    while account.settle(at).unwrap() {}
    for pass in 0.. {
        let mut publication = account.publication(at.0 * 1000 + pass).unwrap();
        while let Some(documents) = account.next_documents(&mut publication).unwrap() {
            kv.extend(documents);
        }
        account.published(&publication).unwrap();
        if account.status(at).unwrap().published {
            break;
        }
    }
}
