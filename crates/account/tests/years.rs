//! An account of years: what one publication reads does not grow with them, and what it says is what all days say.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use takeroot_account::database::{Database, Outcome, StoreError, Value};
use takeroot_account::native::Native;
use takeroot_account::{Account, Store};
use takeroot_core::acceptance::Period;
use takeroot_core::contribution::{Measure, Place, Totals};
use takeroot_core::day::Figures;
use takeroot_core::policy::{Acceptance, Rules};
use takeroot_core::summary::Summary;
use takeroot_core::time::{DAY_S, Day, Moment};
use takeroot_stand::account::request;
use takeroot_stand::company::{History, generate};
use told::{ENDS, KEY, Told, after, vault};

type Stored = Vec<(Place, Vec<(Measure, i64)>)>;

/// A database that counts the days' counts that are read.
#[derive(Clone, Debug)]
struct Counting {
    native: Rc<Native>,
    read: Rc<Cell<usize>>,
}

impl Database for Counting {
    fn run(&self, query: &str, values: &[Value<'_>]) -> Result<Outcome, StoreError> {
        let outcome = self.native.run(query, values)?;
        let counts = outcome.rows.iter().filter(|row| row.get::<&str>("counts").is_ok());
        self.read.set(self.read.get() + counts.count());
        Ok(outcome)
    }

    fn transact(&self, body: &mut dyn FnMut() -> bool) -> Result<(), StoreError> {
        self.native.transact(body)
    }
}

/// All days as they lie in storage.
fn totals(database: &dyn Database) -> Totals {
    let rows = database.run("SELECT day, counts FROM total ORDER BY day, part", &[]).unwrap().rows;
    let mut texts: BTreeMap<i64, String> = BTreeMap::new();
    for row in &rows {
        *texts.entry(row.get("day").unwrap()).or_default() += row.get("counts").unwrap();
    }
    Totals::of(texts.into_iter().map(|(day, text)| {
        let stored: Stored = serde_json::from_str(&text).unwrap();
        let counts = stored.into_iter().flat_map(|(place, measures)| {
            measures.into_iter().map(move |(measure, n)| ((place, measure), n))
        });
        (Day(day as i32), counts.collect())
    }))
}

/// All passes of a publication: figures and summaries by their keys.
fn published(account: &Account, now: Moment) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    while account.sum_up(now.0 * 1000).unwrap() {}
    loop {
        let mut publication = account.publication(now.0 * 1000).unwrap();
        while let Some(documents) = account.next_documents(&mut publication).unwrap() {
            all.extend(documents.into_iter().map(|(key, text)| {
                let figures = text.split_once(r#""figures":"#).map(|(_, figures)| figures.to_owned());
                (key, figures.unwrap_or_default())
            }));
        }
        account.published(&publication).unwrap();
        if account.status(now).unwrap().published {
            return all;
        }
    }
}

/// What every so many of the documents say if all days are in memory.
fn assert_as_of_all_days(documents: &BTreeMap<String, String>, every: usize, totals: &Totals, rules: &Rules) {
    let days = documents.iter().filter(|(key, _)| !key.starts_with("index/"));
    for (key, text) in days.step_by(every) {
        let day: Day = key.rsplit('/').next().unwrap().parse().unwrap();
        let expected = match key.starts_with("day/") {
            true => serde_json::to_string(&Figures::of(totals, rules, day, day)),
            false => serde_json::to_string(&Summary::of(totals, rules, day)),
        };
        assert!(*text == format!("{}}}", expected.unwrap()), "{key}");
    }
}

#[test]
fn days_that_are_read_when_asked_for_say_what_all_days_say() {
    let history = generate(29, ENDS, 2);
    let told = Told::of(&history, 400);
    let rules = |at| told.account.record().rules(at).unwrap();
    let soon = published(&told.account, after(0));
    assert!(soon.len() > 20, "{}", soon.len());
    assert_as_of_all_days(&soon, 1, &totals(&told.database), &rules(after(0)));
    // Later, gauges of long ago are kept.
    let late = after(80);
    told.settle(late);
    let later = published(&told.account, late);
    assert!(told.n("SELECT COUNT(*) AS n FROM gauges WHERE part = 0") >= 2);
    assert!(later.len() > 100, "{}", later.len());
    assert_as_of_all_days(&later, 9, &totals(&told.database), &rules(late));
    // What was told late of a day long ago moves what is kept after it, and is published to today.
    let mut changed = generate(29, ENDS, 2).deliveries;
    changed.retain(|delivery| delivery.body.contains("status_id%5D"));
    let body = changed[changed.len() / 3].body.replace("status_id%5D=", "status_id%5D=143&x=");
    told.account.deliver(1, body.as_bytes(), late).unwrap();
    told.settle(late);
    assert_as_of_all_days(&published(&told.account, late), 9, &totals(&told.database), &rules(late));
    assert!(told.account.recompute(late).unwrap().equal);
}

/// The counts that one publication of today's change reads in an account of some years.
fn read_after(years: i32, history: &History, counts: &[String]) -> usize {
    let counting = Counting { native: Rc::new(Native::in_memory().unwrap()), read: Rc::default() };
    let today = Day(i32::try_from(ENDS / DAY_S).unwrap());
    let first = today.plus(-365 * years);
    let mut request = request(history);
    request.observed_from = Some(Moment(i64::from(first.0) * DAY_S));
    if let Some(policy) = &mut request.policy {
        let started = today.plus(-300);
        let baseline = Some(Period { from: started.plus(-28), to: started.plus(-1) });
        policy.acceptance = Acceptance { started: Some(started), baseline, ..Acceptance::default() };
    }
    let store = Store::open(Box::new(counting.clone())).unwrap();
    let account = Account::keep(store, request, KEY, &vault(), Moment(ENDS)).unwrap();
    for (n, day) in (first.0..=today.0).enumerate() {
        let text = &counts[n % counts.len()];
        counting.native.run("INSERT INTO total VALUES (?, 0, ?)", &[day.into(), text.into()]).unwrap();
    }
    let stale = today.0.to_string();
    let mark = "INSERT OR REPLACE INTO meta VALUES ('stale_from', ?)";
    counting.native.run(mark, &[(&stale).into()]).unwrap();
    // It has published before: what the index tells of each of the last days is kept.
    counting.native.run("INSERT INTO meta VALUES ('points', '[]')", &[]).unwrap();
    while account.sum_up(ENDS * 1000).unwrap() {}
    counting.read.set(0);
    let documents = published(&account, Moment(ENDS));
    let read = counting.read.get();
    assert_eq!(documents.len(), 2 * 4 + 1);
    assert_as_of_all_days(&documents, 1, &totals(&counting), &account.record().rules(Moment(ENDS)).unwrap());
    read
}

#[test]
fn a_publication_of_today_reads_as_much_after_three_years_as_after_one() {
    let history = generate(31, ENDS, 1);
    let counts: Vec<String> = Told::of(&history, 400).totals().into_iter().map(|(_, text)| text).collect();
    let read = [1, 3].map(|years| read_after(years, &history, &counts));
    assert!(read.iter().all(|read| *read <= 200), "{read:?}");
    assert!(read[0].abs_diff(read[1]) <= 28, "{read:?}");
}
