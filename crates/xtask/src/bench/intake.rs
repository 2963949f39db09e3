//! Webhooks acknowledged by the Worker, beside an object that only inserts their bodies, on the same workerd.

use super::load::open_loop;
use super::row::{Cost, Row, compare};
use super::years::FORM;
use crate::build;
use crate::demo::{OPERATOR_KEY, now};
use crate::project::Project;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use takeroot_stand::account;
use takeroot_stand::company::{Delivery, generate};
use takeroot_stand::edge::Edge;
use takeroot_stand::workerd::{Options, Workerd};

const CONNECTIONS: usize = 16;
const ROUNDS: usize = 5;
/// Webhooks of one round.
const ROUND: usize = 1_500;
const WEEKS: u32 = 6;
pub(super) const SEED: u64 = 19;
const TABLE: &str = "webhooks on workerd, 16 connections, durable";
const OURS: &str = "a webhook acknowledged";
const DONE: &str = "and read, judged and published, pauses included";
const BARE: &str = "its body inserted by a bare object";
const SLOWEST: &str = "99 of 100 webhooks answered within";
/// Of the bare object's rate, where judging is left to the alarm.
const RATE_MIN: f64 = 0.75;
const SLOWEST_MAX: Duration = Duration::from_millis(60);
const OVERLOADED: &str = "the slowest of all answers at twice that rate, from the moment it was due";
/// The CRM waits no longer.
const OVERLOADED_MAX: Duration = Duration::from_secs(2);
const OVERLOADED_S: f64 = 8.0;
/// A WASM module of nothing.
const EMPTY_WASM: &[u8] = b"\0asm\x01\0\0\0";

pub(crate) fn run(project: &Project) -> Result<Vec<Row>> {
    let built = build::worker(project)?;
    let folder = project.out().join("bench/intake");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let bare = folder.join("bare");
    fs::create_dir_all(&bare)?;
    fs::copy(project.root.join("tools/peers/bare.js"), bare.join("index.js"))?;
    fs::write(bare.join("index_bg.wasm"), EMPTY_WASM)?;
    let start = |worker: &Path, name: &str| {
        let mut options =
            Options::new(built.workerd.clone(), worker.to_owned(), folder.join(name), OPERATOR_KEY);
        options.vars.insert("PUBLISH_INTERVAL_MS".to_owned(), "1000".to_owned());
        Workerd::start(&options)
    };
    let (ours, theirs) = (start(&built.worker, "ours")?, start(&bare, "theirs")?);
    let (ours, theirs) = (Edge::new(ours.url(), OPERATOR_KEY), Edge::new(theirs.url(), OPERATOR_KEY));
    let history = generate(SEED, now()?, WEEKS);
    ensure!(history.deliveries.len() >= ROUNDS * ROUND, "the history is too short");
    let opened = ours.open(&account::request(&history))?;
    let (mut per_hook, mut per_body) = (Vec::new(), Vec::new());
    let (mut answers, mut all_done) = (Vec::new(), Vec::new());
    for deliveries in history.deliveries.chunks(ROUND).take(ROUNDS) {
        let (took, _) = round(&theirs, "/", deliveries)?;
        per_body.push(took);
        let begun = Instant::now();
        let (took, answered) = round(&ours, &opened.hook_path, deliveries)?;
        per_hook.push(took);
        answers.extend(answered);
        // What is left to do is not to burden the other's round.
        ours.wait_until_published(&opened.account, Duration::from_secs(120))?;
        all_done.push(begun.elapsed() / u32::try_from(deliveries.len())?);
    }
    let status: Value = ours.ask(&format!("/v1/accounts/{}/status", opened.account))?;
    println!("after {} webhooks: {status}", ROUNDS * ROUND);
    answers.sort_unstable();
    let slowest = *answers.get(answers.len() * 99 / 100).context("nothing was answered")?;
    let mut hook = Cost::of(per_hook);
    let per_s = 2e9 / hook.median_ns;
    let twice: Vec<Delivery> =
        history.deliveries.iter().cycle().take((per_s * OVERLOADED_S) as usize).cloned().collect();
    let slowest_of_all = open_loop(&ours, &opened.hook_path, &twice, per_s)?.slowest();
    let body = Cost::of(per_body);
    hook.target_ns = Some(body.median_ns / RATE_MIN);
    let row = |name: &str, cost| Row { of: TABLE.to_owned(), name: name.to_owned(), cost: Ok(cost) };
    let target_ns = Some(SLOWEST_MAX.as_secs_f64() * 1e9);
    let mut rows = vec![
        row(OURS, hook),
        row(DONE, Cost::of(all_done)),
        row(BARE, body),
        row(SLOWEST, Cost { target_ns, ..Cost::of(vec![slowest]) }),
    ];
    let target_ns = Some(OVERLOADED_MAX.as_secs_f64() * 1e9);
    rows.push(row(OVERLOADED, Cost { target_ns, ..Cost::of(vec![slowest_of_all]) }));
    compare(&mut rows, OURS, BARE, "bare object");
    Ok(rows)
}

/// Delivers everything; gives the time for each, and how long each answer took.
pub(super) fn round(edge: &Edge, path: &str, deliveries: &[Delivery]) -> Result<(Duration, Vec<Duration>)> {
    let (next, answers) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let begun = Instant::now();
    let work = || -> Result<()> {
        let mut own = Vec::new();
        while let Some(delivery) = deliveries.get(next.fetch_add(1, Ordering::Relaxed)) {
            let sent = Instant::now();
            let answer = edge.deliver(path, FORM, delivery.body.as_bytes())?;
            ensure!(answer.status == 200, "{}: {}", answer.status, answer.text);
            own.push(sent.elapsed());
        }
        answers.lock().map(|mut answers| answers.append(&mut own)).ok().context("a connection died")
    };
    std::thread::scope(|scope| {
        let connections: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(work)).collect();
        connections.into_iter().try_for_each(|one| one.join().ok().context("a connection died")?)
    })?;
    let each = begun.elapsed() / u32::try_from(deliveries.len())?;
    Ok((each, answers.into_inner().ok().context("a connection died")?))
}
