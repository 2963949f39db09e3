//! An account that lives for years: the close of a day with 100,000 open deals, and a publication after three years.

use super::process::resident;
use super::row::{Cost, Row};
use crate::build;
use crate::demo::{OPERATOR_KEY, now};
use crate::project::Project;
use crate::step::loud_step;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use takeroot_core::account::AccountOpened;
use takeroot_core::time::{DAY_S, Moment};
use takeroot_stand::account;
use takeroot_stand::company::{Company, Crowd, Delivery, generate};
use takeroot_stand::edge::Edge;
use takeroot_stand::workerd::{Options, Workerd};

pub(super) const FORM: &str = "application/x-www-form-urlencoded";
const SEED: u64 = 19;
const PATIENCE: Duration = Duration::from_secs(900);
const TABLE: &str = "an account of years, on workerd";
/// Deals that are open.
const DEALS: u64 = 100_000;
/// Over how many days their deadlines are spread: a tenth of them changes when the day closes, or all.
const DEADLINES_DAYS: [u64; 2] = [10, 1];
/// Telling and judging them takes less.
const UNTIL_CLOSE_S: i64 = 240;
const CLOSE_MAX: Duration = Duration::from_secs(10);
const WAIT_MAX: Duration = Duration::from_secs(1);
/// How often somebody asks while the day closes.
const ASKED_EVERY: Duration = Duration::from_millis(20);
const STATUS_EVERY: Duration = Duration::from_millis(250);
const YEARS: [i64; 2] = [1, 3];
const DEALS_A_DAY: u64 = 20;
const PUBLICATIONS: usize = 5;

pub(crate) fn run(project: &Project) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let (workerd, edge) = started(project, "years")?;
    for (crm_id, days) in (30_100_001..).zip(DEADLINES_DAYS) {
        let name = format!("a day closed and published, {} of {DEALS} open deals change", DEALS / days);
        rows.extend(loud_step(&name, || close(&workerd, &edge, (crm_id, days), &name))?);
    }
    for years in YEARS {
        let name = format!("a change of today published, after {years} years of {DEALS_A_DAY} deals a day");
        let cost = loud_step(&name, || publication(&edge, years))?;
        rows.push(Row { of: TABLE.to_owned(), name, cost: Ok(cost) });
    }
    Ok(rows)
}

/// A Worker with an empty store of its own.
pub(super) fn started(project: &Project, name: &str) -> Result<(Workerd, Edge)> {
    let built = build::worker(project)?;
    let state = project.out().join("bench").join(name);
    if state.exists() {
        fs::remove_dir_all(&state)?;
    }
    let mut options = Options::new(built.workerd, built.worker, state, OPERATOR_KEY);
    options.vars.insert("PUBLISH_INTERVAL_MS".to_owned(), "200".to_owned());
    let workerd = Workerd::start(&options)?;
    let edge = Edge::new(workerd.url(), OPERATOR_KEY);
    Ok((workerd, edge))
}

/// Opens the account of a company with this id in the CRM.
pub(super) fn opened(edge: &Edge, crm_id: u64, observed_from: i64) -> Result<(Company, AccountOpened)> {
    let mut history = generate(SEED, now()?, 1);
    history.company.crm_id = crm_id;
    let mut request = account::request(&history);
    request.observed_from = Some(Moment(observed_from));
    Ok((history.company, edge.open(&request)?))
}

pub(super) fn deliver(edge: &Edge, opened: &AccountOpened, delivery: &Delivery) -> Result<()> {
    let answer = edge.deliver(&opened.hook_path, FORM, delivery.body.as_bytes())?;
    ensure!(answer.status == 200, "{}: {}", answer.status, answer.text);
    Ok(())
}

fn close(workerd: &Workerd, edge: &Edge, (crm_id, days): (u64, u64), name: &str) -> Result<Vec<Row>> {
    let (since, due) = (now()? - DAY_S, now()? + UNTIL_CLOSE_S);
    let (company, opened) = opened(edge, crm_id, since)?;
    let crowd = Crowd { first: 1_000_000, deals: DEALS, since, due, days };
    let begun = Instant::now();
    crowd.deliveries(&company).try_for_each(|delivery| deliver(edge, &opened, &delivery))?;
    println!("told after {:?}", begun.elapsed());
    edge.wait_until_published(&opened.account, PATIENCE)?;
    println!("judged after {:?}, {} MB resident", begun.elapsed(), resident(workerd.pid()) / 1_000_000);
    let left = due + 1 - now()?;
    ensure!(left > 2, "this machine took too long to tell of {DEALS} deals");
    thread::sleep(Duration::from_secs(u64::try_from(left)?));
    let (begun, ended) = (Instant::now(), AtomicBool::new(false));
    let (closed, mut answers) = thread::scope(|scope| {
        let asking = scope.spawn(|| asked(edge, &opened, &crowd, &ended));
        let closed = published(edge, &opened).map(|()| begun.elapsed());
        ended.store(true, Ordering::Relaxed);
        Ok::<_, anyhow::Error>((closed?, asking.join().ok().context("a connection died")??))
    })?;
    println!("closed, {} MB resident", resident(workerd.pid()) / 1_000_000);
    let status: Value = edge.ask(&format!("/v1/accounts/{}/status", opened.account))?;
    println!("{} answers meanwhile, {status}", answers.len());
    answers.sort_unstable();
    let longest = *answers.last().context("nothing was answered")?;
    let row = |name: &str, took: Duration, most: Duration| {
        let cost = Cost { target_ns: Some(most.as_secs_f64() * 1e9), ..Cost::of(vec![took]) };
        Row { of: TABLE.to_owned(), name: name.to_owned(), cost: Ok(cost) }
    };
    let wait = format!("the longest wait of a webhook meanwhile, {} change", DEALS / days);
    Ok(vec![row(name, closed, CLOSE_MAX), row(&wait, longest, WAIT_MAX)])
}

/// Waits until the day is published.
fn published(edge: &Edge, opened: &AccountOpened) -> Result<()> {
    loop {
        thread::sleep(STATUS_EVERY);
        let status: Value = edge.ask(&format!("/v1/accounts/{}/status", opened.account))?;
        if status.get("published").is_some_and(|told| *told == true) {
            return Ok(());
        }
    }
}

/// How long webhooks waited for their answers until something has ended.
fn asked(edge: &Edge, opened: &AccountOpened, crowd: &Crowd, ended: &AtomicBool) -> Result<Vec<Duration>> {
    let mut answers = Vec::new();
    while !ended.load(Ordering::Relaxed) {
        let id = crowd.first + u64::try_from(answers.len())?;
        let body = format!("leads%5Bdelete%5D%5B0%5D%5Bid%5D={}&n={id}", crowd.first + crowd.deals + 7);
        let sent = Instant::now();
        deliver(edge, opened, &Delivery { at: crowd.due, body })?;
        answers.push(sent.elapsed());
        thread::sleep(ASKED_EVERY);
    }
    Ok(answers)
}

/// From a webhook to the figures that it changes, with the pauses by which bursts are gathered.
fn publication(edge: &Edge, years: i64) -> Result<Cost> {
    let since = now()? - years * 365 * DAY_S;
    let (company, opened) = opened(edge, 30_200_000 + u64::try_from(years)?, since)?;
    let crowd = |n: i64| -> Result<Crowd> {
        let (since, first) = (since + n * DAY_S, 1_000_000 + u64::try_from(n)? * DEALS_A_DAY);
        Ok(Crowd { first, deals: DEALS_A_DAY, since, due: since + 5 * DAY_S, days: 5 })
    };
    for n in 0..years * 365 {
        crowd(n)?.deliveries(&company).try_for_each(|delivery| deliver(edge, &opened, &delivery))?;
    }
    edge.wait_until_published(&opened.account, PATIENCE)?;
    let mut times = Vec::new();
    for n in 0..PUBLICATIONS {
        let late = crowd(years * 365 + 1 + i64::try_from(n)?)?;
        let late = Crowd { since: now()? - 60, due: now()? + DAY_S, ..late };
        let begun = Instant::now();
        late.deliveries(&company).try_for_each(|delivery| deliver(edge, &opened, &delivery))?;
        edge.wait_until_published(&opened.account, PATIENCE)?;
        times.push(begun.elapsed());
    }
    Ok(Cost::of(times))
}
