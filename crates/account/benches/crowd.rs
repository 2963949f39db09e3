//! The close of a day on which many open deals change by themselves, over SQLite in memory.

#![expect(clippy::print_stdout, reason = "a benchmark is read on the terminal")]

use std::time::{Duration, Instant};
use takeroot_account::native::Native;
use takeroot_account::{Account, Failure, Store, Vault};
use takeroot_core::time::{DAY_S, Moment};
use takeroot_stand::account::request;
use takeroot_stand::company::{Crowd, generate};

const ENDS: i64 = 1_793_000_000;
const DEALS: u64 = 100_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let deals = std::env::var("DEALS").ok().and_then(|text| text.parse().ok()).unwrap_or(DEALS);
    let days = std::env::var("DAYS").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    run(deals, days).map_err(|failure| format!("{failure:?}").into())
}

fn run(deals: u64, days: u64) -> Result<(), Failure> {
    let history = generate(19, ENDS, 1);
    let vault = Vault::new("a storage key of more than thirty-two bytes", None, |bytes| bytes.fill(1))?;
    let store = Store::open(Box::new(Native::in_memory()?))?;
    let account =
        Account::keep(store, request(&history), b"an operator's key", &vault, Moment(history.since))?;
    let crowd = Crowd { first: 1_000_000, deals, since: ENDS, due: ENDS + DAY_S, days };
    let begun = Instant::now();
    for delivery in crowd.deliveries(&history.company) {
        account.deliver(1, delivery.body.as_bytes(), Moment(delivery.at + 10))?;
    }
    println!("{deals} deals told: {:?}", begun.elapsed());
    settle(&account, Moment(ENDS + 60), "judged")?;
    publish(&account, (ENDS + 60) * 1000)?;
    settle(&account, Moment(crowd.due + 2), "the deadline passed")?;
    publish(&account, (crowd.due + 2) * 1000)
}

fn settle(account: &Account, at: Moment, name: &str) -> Result<(), Failure> {
    let mut times = Vec::new();
    let mut more = true;
    while more {
        let begun = Instant::now();
        more = account.settle(at)?;
        times.push(begun.elapsed());
    }
    report(name, &times);
    Ok(())
}

fn publish(account: &Account, at_ms: i64) -> Result<(), Failure> {
    let begun = Instant::now();
    let mut publication = account.publication(at_ms)?;
    let mut times = vec![begun.elapsed()];
    loop {
        let begun = Instant::now();
        let more = account.next_documents(&mut publication)?.is_some();
        times.push(begun.elapsed());
        if !more {
            break;
        }
    }
    account.published(&publication)?;
    report("published", &times);
    Ok(())
}

fn report(name: &str, times: &[Duration]) {
    let (sum, most) = (times.iter().sum::<Duration>(), times.iter().max().copied().unwrap_or_default());
    println!("{name}: {sum:?} in {} passes, the longest {most:?}", times.len());
}
