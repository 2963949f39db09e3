//! What workerd keeps resident after a million facts of two hundred accounts.

use super::process::resident;
use super::row::{Cost, Row};
use super::years::{deliver, opened, started};
use crate::demo::now;
use crate::project::Project;
use crate::step::loud_step;
use anyhow::{Context, Result};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use takeroot_core::time::DAY_S;
use takeroot_stand::company::{CROWD_FACTS, Crowd};
use takeroot_stand::edge::Edge;

const ACCOUNTS: u64 = 200;
const FACTS: u64 = 1_000_000;
const CONNECTIONS: usize = 8;
const RESIDENT_MAX: u64 = 200_000_000;
/// Objects that nobody asks are dropped after ten seconds.
const IDLE: Duration = Duration::from_secs(20);
const PATIENCE: Duration = Duration::from_secs(600);

pub(crate) fn run(project: &Project) -> Result<Vec<Row>> {
    let (workerd, edge) = started(project, "memory")?;
    let empty = resident(workerd.pid());
    let begun = Instant::now();
    loud_step("a million facts of two hundred accounts", || tell(&edge, &|| resident(workerd.pid())))?;
    let took = begun.elapsed();
    let full = resident(workerd.pid());
    thread::sleep(IDLE);
    let rows = [
        ("before the first account", empty, None),
        ("after the last fact was published", full, Some(RESIDENT_MAX)),
        ("twenty seconds later", resident(workerd.pid()), Some(RESIDENT_MAX)),
    ];
    Ok(rows
        .into_iter()
        .map(|(name, bytes, most)| {
            let missed = most.filter(|most| bytes > *most);
            let name = match (most, missed) {
                (_, Some(most)) => format!("{name}, at most {} MB **missed**", most / 1_000_000),
                (Some(most), None) => format!("{name}, at most {} MB", most / 1_000_000),
                (None, None) => name.to_owned(),
            };
            let cost = Cost { peak_bytes: Some(bytes), ..Cost::of(vec![took]) };
            Row { of: "memory of workerd: 1,000,000 facts in 200 accounts".to_owned(), name, cost: Ok(cost) }
        })
        .collect())
}

/// Tells every account its part, several accounts at a time.
fn tell(edge: &Edge, resident: &(impl Fn() -> u64 + Sync)) -> Result<()> {
    let next = AtomicU64::new(0);
    let work = || -> Result<()> {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= ACCOUNTS {
                return Ok(());
            }
            let since = now()? - 20 * DAY_S;
            let (company, opened) = opened(edge, 40_000_000 + n, since)?;
            let deals = FACTS / ACCOUNTS / CROWD_FACTS + 1;
            let crowd = Crowd { first: 1_000_000, deals, since, due: since + 10 * DAY_S, days: 20 };
            crowd.deliveries(&company).try_for_each(|delivery| deliver(edge, &opened, &delivery))?;
            edge.wait_until_published(&opened.account, PATIENCE)?;
            if n % 20 == 19 {
                println!("{} accounts, {} MB resident", n + 1, resident() / 1_000_000);
            }
        }
    };
    thread::scope(|scope| {
        let connections: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(work)).collect();
        connections.into_iter().try_for_each(|one| one.join().ok().context("a connection died")?)
    })
}
