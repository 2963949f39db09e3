//! What an account does with weeks of webhooks, over SQLite in memory: a delivery, a batch of judgements, a publication.

#![expect(clippy::print_stdout, reason = "a benchmark is read on the terminal")]

use std::time::{Duration, Instant};
use takeroot_account::native::Native;
use takeroot_account::{Account, Store, Vault};
use takeroot_core::time::Moment;
use takeroot_stand::account::request;
use takeroot_stand::company::generate;

const ENDS: i64 = 1_793_000_000;
const WEEKS: u32 = 6;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let history = generate(19, ENDS, WEEKS);
    let vault = Vault::new("a storage key of more than thirty-two bytes", None, |bytes| bytes.fill(1));
    let vault = vault.map_err(|failure| format!("{failure:?}"))?;
    let store = Store::open(Box::new(Native::in_memory()?))?;
    let account =
        Account::keep(store, request(&history), b"an operator's key", &vault, Moment(history.since));
    let account = account.map_err(|failure| format!("{failure:?}"))?;
    let (mut delivered, mut settled) = (Vec::new(), Vec::new());
    let (mut begun, mut published) = (Vec::new(), Vec::new());
    for (n, delivery) in history.deliveries.iter().enumerate() {
        let at = Moment(delivery.at);
        timed(&mut delivered, &mut || account.deliver(1, delivery.body.as_bytes(), at).is_err());
        if n % 50 == 49 {
            while timed(&mut settled, &mut || account.settle(at).unwrap_or(false)) {}
        }
        if n % 1000 == 999 {
            let publication = timed(&mut begun, &mut || account.publication(delivery.at * 1000));
            let mut publication = publication.map_err(|failure| format!("{failure:?}"))?;
            while timed(&mut published, &mut || account.next_documents(&mut publication))
                .is_ok_and(|documents| documents.is_some())
            {}
            account.published(&publication).map_err(|failure| format!("{failure:?}"))?;
        }
    }
    report("a publication begun", begun);
    report("a day of it", published);
    report("a delivery", delivered);
    report("a batch of judgements", settled);
    Ok(())
}

fn timed<T>(times: &mut Vec<Duration>, work: &mut dyn FnMut() -> T) -> T {
    let begun = Instant::now();
    let result = work();
    times.push(begun.elapsed());
    result
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |part: usize| times.get((times.len() - 1) * part / 100).map_or(0, Duration::as_micros);
    println!("{name}: median {} µs, 99 % {} µs, most {} µs, {} times", at(50), at(99), at(100), times.len());
}
