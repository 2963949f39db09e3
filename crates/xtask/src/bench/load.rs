//! Webhooks that come whether the one before was answered or not, in steps up to what can be taken and to twice that,
//! and then for long.

use super::intake::{SEED, round};
use super::process::resident;
use super::row::{Cost, Row};
use super::years::{FORM, started};
use crate::demo::now;
use crate::project::Project;
use crate::step::{loud_step, output};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use takeroot_stand::account;
use takeroot_stand::company::{Delivery, generate};
use takeroot_stand::edge::Edge;

const WEEKS: u32 = 120;
/// Webhooks by which it is found how many a second can be taken.
const FIRST: usize = 3_000;
/// Of what sixteen connections that wait for their answers get through, in percent; then twice as much each time, until
/// something is shed, and twice that.
const STEPS_PERCENT: [u32; 4] = [25, 50, 75, 100];
/// The sender has its limits, too.
const STEPS_MAX: usize = 4;
const STEP: Duration = Duration::from_secs(6);
const SOAK_PERCENT: u32 = 50;
const SOAK: Duration = Duration::from_secs(90);
/// Enough that none of them is waited for.
const SENDERS: usize = 300;
/// The CRM waits no longer.
const ANSWER_MAX: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(600);
const TABLE: &str = "webhooks on workerd, at a rate of their own, from the moment each was due";

pub(crate) fn run(project: &Project) -> Result<Vec<Row>> {
    let (workerd, edge) = started(project, "load")?;
    let state = project.out().join("bench/load");
    let history = generate(SEED, now()?, WEEKS);
    let opened = edge.open(&account::request(&history))?;
    let (first, rest) = history.deliveries.split_at_checked(FIRST).context("the history is too short")?;
    let (took, _) = round(&edge, &opened.hook_path, first)?;
    let (most_per_s, mut sent) = (1.0 / took.as_secs_f64(), 0);
    let mut rows = Vec::new();
    let mut step = |percent: u32, lasts: Duration| -> Result<usize> {
        edge.wait_until_published(&opened.account, PATIENCE)?;
        let per_s = most_per_s * f64::from(percent) / 100.0;
        let n = (per_s * lasts.as_secs_f64()) as usize;
        // None a second time: what is known already is not stored.
        let next = rest.get(sent..sent + n).context("the history is too short")?;
        sent += n;
        let name = format!("{per_s:.0} a second for {} s", lasts.as_secs());
        let answered = loud_step(&name, || open_loop(&edge, &opened.hook_path, next, per_s))?;
        rows.extend(answered.rows(TABLE, &name));
        Ok(answered.shed())
    };
    let (mut shed, mut percent) = (0, 0);
    for next in STEPS_PERCENT {
        (shed, percent) = (step(next, STEP)?, next);
    }
    for _ in 0..STEPS_MAX {
        if shed > 0 {
            break;
        }
        percent *= 2;
        shed = step(percent, STEP)?;
    }
    step(percent * 2, STEP)?;
    let stood = |edge: &Edge| -> Result<(i64, u64)> {
        edge.wait_until_published(&opened.account, PATIENCE)?;
        let status: Value = edge.ask(&format!("/v1/accounts/{}/status", opened.account))?;
        Ok((status.get("facts").and_then(Value::as_i64).context("no facts")?, stored(&state)?))
    };
    let ((facts, bytes), memory) = (stood(&edge)?, resident(workerd.pid()));
    step(SOAK_PERCENT, SOAK)?;
    let (facts_after, bytes_after) = stood(&edge)?;
    ensure!(facts_after > facts, "the long run told nothing");
    let new = facts_after - facts;
    let per_fact = bytes_after.saturating_sub(bytes) / u64::try_from(new)?;
    for (name, bytes) in [
        ("resident before the long run".to_owned(), memory),
        (format!("resident after it, {new} facts later"), resident(workerd.pid())),
    ] {
        let cost = Cost { peak_bytes: Some(bytes), ..Cost::of(vec![SOAK]) };
        rows.push(Row { of: TABLE.to_owned(), name, cost: Ok(cost) });
    }
    rows.push(Row {
        of: TABLE.to_owned(),
        name: format!("{per_fact} bytes on the disk for each of {new} facts, bodies included"),
        cost: Ok(Cost::of(vec![SOAK])),
    });
    Ok(rows)
}

/// What a folder takes on the disk, in bytes.
fn stored(folder: &Path) -> Result<u64> {
    let printed = output(Command::new("du").arg("-sk").arg(folder))?;
    let kib: u64 = printed.split_whitespace().next().and_then(|kib| kib.parse().ok()).context("du")?;
    Ok(kib * 1024)
}

/// What came back of webhooks that were sent at a rate of their own.
pub(super) struct Answered {
    /// From the moment at which each was due until it was answered, the shortest first.
    times: Vec<Duration>,
    statuses: BTreeMap<u16, usize>,
}

impl Answered {
    pub(super) fn slowest(&self) -> Duration {
        self.times.last().copied().unwrap_or_default()
    }

    fn shed(&self) -> usize {
        self.statuses.get(&503).copied().unwrap_or(0)
    }

    fn rows(&self, table: &str, name: &str) -> [Row; 3] {
        let shed = self.shed() * 100 / self.times.len().max(1);
        let late = self.times.get(self.times.len() * 99 / 100).copied().unwrap_or_default();
        let row = |name: String, times: Vec<Duration>, most: Option<Duration>| {
            let target_ns = most.map(|most| most.as_secs_f64() * 1e9);
            Row { of: table.to_owned(), name, cost: Ok(Cost { target_ns, ..Cost::of(times) }) }
        };
        [
            row(format!("{name}, {shed} % shed: an answer"), self.times.clone(), None),
            row(format!("{name}: 99 of 100 answers within"), vec![late], None),
            row(format!("{name}: the slowest answer"), vec![self.slowest()], Some(ANSWER_MAX)),
        ]
    }
}

/// Delivers so many webhooks a second, whether they are answered or not.
pub(super) fn open_loop(edge: &Edge, path: &str, deliveries: &[Delivery], per_s: f64) -> Result<Answered> {
    let (next, all) = (AtomicUsize::new(0), Mutex::new((Vec::new(), BTreeMap::<u16, usize>::new())));
    let begun = Instant::now();
    let work = || -> Result<()> {
        let (mut times, mut statuses) = (Vec::new(), Vec::new());
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(delivery) = deliveries.get(n) else { break };
            let due = begun + Duration::from_secs_f64(n as f64 / per_s);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let answer = edge.deliver(path, FORM, delivery.body.as_bytes())?;
            ensure!(matches!(answer.status, 200 | 503), "{}: {}", answer.status, answer.text);
            times.push(due.elapsed());
            statuses.push(answer.status);
        }
        let mut all = all.lock().ok().context("a sender died")?;
        all.0.append(&mut times);
        statuses.into_iter().for_each(|status| *all.1.entry(status).or_default() += 1);
        Ok(())
    };
    std::thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS).map(|_| scope.spawn(work)).collect();
        senders.into_iter().try_for_each(|one| one.join().ok().context("a sender died")?)
    })?;
    let (mut times, statuses) = all.into_inner().ok().context("a sender died")?;
    times.sort_unstable();
    println!("at {per_s:.0} webhooks a second: {statuses:?}, the slowest in {:?}", times.last());
    Ok(Answered { times, statuses })
}
