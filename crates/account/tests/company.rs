//! Weeks of the demo company through an account, over SQLite on this machine.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

mod told;

use takeroot_account::native::Native;
use takeroot_account::{Account, Store, Vault};

use takeroot_core::time::Moment;
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
