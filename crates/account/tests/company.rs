//! Weeks of the demo company through an account, over SQLite on this machine.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

mod told;

use std::collections::BTreeMap;
use takeroot_account::native::Native;
use takeroot_account::{Account, Store, Vault, day_key};
use takeroot_core::account::AccountIndex;
use takeroot_core::day::{Document, Figures};

use takeroot_core::time::{DAY_S, Moment};
use takeroot_stand::account::request;
use takeroot_stand::company::{History, generate};
use told::published;

const KEY: &[u8] = b"a key of an operator";
const ENDS: i64 = 1_793_000_000;

fn vault() -> Vault {
    Vault::new("a storage key of more than thirty-two bytes", None, |bytes| bytes.fill(1)).unwrap()
}

fn opened(history: &History) -> Account {
    let store = Store::open(Box::new(Native::in_memory().unwrap())).unwrap();
    Account::keep(store, request(history), KEY, &vault(), Moment(history.since)).unwrap()
}

#[test]
fn whatever_the_order_the_same_is_published() {
    let history = generate(5, ENDS, 1);
    let (one, other) = (opened(&history), opened(&history));
    for delivery in &history.deliveries {
        one.deliver(1, delivery.body.as_bytes(), Moment(delivery.at)).unwrap();
        one.settle(Moment(delivery.at)).unwrap();
    }
    for delivery in history.deliveries.iter().rev().chain(&history.deliveries) {
        other.deliver(1, delivery.body.as_bytes(), Moment(delivery.at)).unwrap();
    }
    let at = Moment(ENDS + 3600);
    let (one, other) = (published(&one, at), published(&other, at));
    assert!(one.len() > 14, "{}", one.len());
    for (key, text) in &one {
        assert!(other.get(key) == Some(text), "{key}");
    }
}

#[test]
fn the_index_tells_a_few_figures_of_each_of_the_last_days_whenever_they_were_published() {
    let history = generate(5, ENDS, 1);
    let account = opened(&history);
    for delivery in &history.deliveries {
        account.deliver(1, delivery.body.as_bytes(), Moment(delivery.at)).unwrap();
    }
    let at = Moment(ENDS + 3600);
    let kv = published(&account, at);
    let told = |kv: &BTreeMap<String, String>| -> AccountIndex {
        serde_json::from_str(kv.iter().find(|(key, _)| key.starts_with("index/")).unwrap().1).unwrap()
    };
    let index = told(&kv);
    assert_eq!(index.points.iter().map(|point| point.day).collect::<Vec<_>>(), index.days);
    for point in &index.points {
        let document = &kv[&day_key(&index.account, point.day)];
        let document: Document<Figures> = serde_json::from_str(document).unwrap();
        assert_eq!(document.figures.point(), *point);
    }
    // A hundred days later the first ones have left it.
    let later = told(&published(&account, at.plus(100 * DAY_S)));
    assert_eq!(later.points.len(), 90);
    assert_eq!(later.points.last().map(|point| point.day), later.days.last().copied());
}
