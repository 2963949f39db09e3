//! Webhooks acknowledged by the Worker, beside the same job in plain TypeScript and an object that only inserts their
//! bodies, on the same workerd.

use super::load::open_loop;
use super::process::cpu;
use super::row::{Cost, Row, compare};
use super::years::FORM;
use crate::build::{self, Built};
use crate::demo::{OPERATOR_KEY, now};
use crate::project::Project;
use crate::setup;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use takeroot_stand::account;
use takeroot_stand::company::{Delivery, History, generate};
use takeroot_stand::edge::Edge;
use takeroot_stand::workerd::{Options, Workerd};

const CONNECTIONS: usize = 16;
/// Each process has its own luck with what is compiled when, and where it lies: so often all are started anew.
const STARTS: usize = 3;
/// Of each start.
const ROUNDS: usize = 5;
/// Webhooks of one round.
const ROUND: usize = 1_500;
const WEEKS: u32 = 6;
pub(super) const SEED: u64 = 19;
const TABLE: &str = "webhooks on workerd, 16 connections, durable";
const OURS: &str = "a webhook acknowledged";
const DONE: &str = "and read, judged and published, pauses included";
const BARE: &str = "its body inserted by a bare object";
const PEER: &str = "the same job in TypeScript (Hono 4.13.19, qs 6.17.1)";
const CPU_TABLE: &str = "webhooks on workerd, its CPU time for each";
/// Of the peer's CPU time, where judging is left to the alarm.
const CPU_MAX: f64 = 0.67;
const SLOWEST: &str = "99 of 100 webhooks answered within";
/// Of the bare object's rate, where judging is left to the alarm.
const RATE_MIN: f64 = 0.75;
const SLOWEST_MAX: Duration = Duration::from_millis(60);
const OVERLOADED: &str = "the slowest of all answers at twice that rate, from the moment it was due";
/// The CRM waits no longer.
const OVERLOADED_MAX: Duration = Duration::from_secs(2);
const OVERLOADED_S: f64 = 8.0;
const OVERLOADS: usize = 3;
/// Of ours, so that little time is waited for what is left to do.
const PUBLISH_MS: u32 = 1_000;
const PEER_ACCOUNT: &str = "/accounts/one";
/// A WASM module of nothing.
const EMPTY_WASM: &[u8] = b"\0asm\x01\0\0\0";

pub(crate) fn run(project: &Project) -> Result<Vec<Row>> {
    let built = build::worker(project)?;
    let folder = project.out().join("bench/intake");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let (bare, peer) = (folder.join("bare"), folder.join("peer"));
    write_worker(&bare, |script| Ok(fs::copy(project.root.join("tools/peers/bare.js"), script).map(drop)?))?;
    write_worker(&peer, |script| bundle_peer(project, script))?;
    let history = generate(SEED, now()?, WEEKS);
    ensure!(history.deliveries.len() >= ROUNDS * ROUND, "the history is too short");
    let mut race = Race::default();
    for start in 0..STARTS {
        let state = |name: &str| folder.join(format!("{name}-{start}"));
        let mut ours = Contestant::start(&built, &built.worker, &state("ours"), Some(PUBLISH_MS))?;
        let mut peer = Contestant::start(&built, &peer, &state("theirs"), None)?;
        let bare = Contestant::start(&built, &bare, &state("floor"), None)?;
        let opened = ours.edge.open(&account::request(&history))?;
        ours.path.clone_from(&opened.hook_path);
        peer.path = open_peer(&peer.edge)?;
        for deliveries in history.deliveries.chunks(ROUND).take(ROUNDS) {
            bare.round(deliveries, &mut race.bare)?;
            peer.round(deliveries, &mut race.peer)?;
            let (begun, spent) = (Instant::now(), ours.cpu());
            race.answers.extend(ours.round(deliveries, &mut race.ours)?);
            // What is left to do is not to burden the other's round.
            ours.edge.wait_until_published(&opened.account, Duration::from_secs(120))?;
            race.done.took.push(begun.elapsed() / count(deliveries)?);
            race.done.spent.push(ours.cpu().saturating_sub(spent) / count(deliveries)?);
        }
        let status: Value = ours.edge.ask(&format!("/v1/accounts/{}/status", opened.account))?;
        let kept: Value = peer.edge.ask(PEER_ACCOUNT)?;
        println!("after {} webhooks: {status}, the peer: {kept}", ROUNDS * ROUND);
    }
    let Race { ours, done, peer, bare, mut answers } = race;
    answers.sort_unstable();
    let slowest = *answers.get(answers.len() * 99 / 100).context("nothing was answered")?;
    let mut hook = Cost::of(ours.took);
    let mut overloaded =
        Cost::of(overload(&built, &folder.join("overloaded"), &history, 2e9 / hook.median_ns)?);
    overloaded.target_ns = Some(OVERLOADED_MAX.as_secs_f64() * 1e9);
    let body = Cost::of(bare.took);
    hook.target_ns = Some(body.median_ns / RATE_MIN);
    let row = |name: &str, cost| Row { of: TABLE.to_owned(), name: name.to_owned(), cost: Ok(cost) };
    let p99 = Cost { target_ns: Some(SLOWEST_MAX.as_secs_f64() * 1e9), ..Cost::of(vec![slowest]) };
    let mut rows = vec![
        row(OURS, hook),
        row(DONE, Cost::of(done.took)),
        row(PEER, Cost::of(peer.took)),
        row(BARE, body),
        row(SLOWEST, p99),
        row(OVERLOADED, overloaded),
    ];
    compare(&mut rows, OURS, BARE, "bare object");
    rows.extend(cpu_rows([(OURS, ours.spent), (DONE, done.spent), (PEER, peer.spent), (BARE, bare.spent)]));
    Ok(rows)
}

fn cpu_rows<const N: usize>(spent: [(&str, Vec<Duration>); N]) -> Vec<Row> {
    let row = |(name, spent): (&str, Vec<Duration>)| match Cost::of(spent) {
        cost if cost.median_ns > 0.0 => {
            Row { of: CPU_TABLE.to_owned(), name: name.to_owned(), cost: Ok(cost) }
        }
        _ => Row::skipped(CPU_TABLE, name, "the system does not tell"),
    };
    let mut rows: Vec<Row> = spent.map(row).into();
    let costs = |name: &str| rows.iter().find(|row| row.name == name)?.cost.as_ref().ok();
    let target_ns = costs(PEER).map(|peer| peer.median_ns * CPU_MAX);
    for name in [OURS, DONE] {
        compare(&mut rows, name, PEER, "the TypeScript");
    }
    if let Some(Ok(ours)) = rows.first_mut().map(|row| &mut row.cost) {
        ours.target_ns = target_ns;
    }
    rows
}

/// A folder with a Worker that has no WASM.
fn write_worker(folder: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("index_bg.wasm"), EMPTY_WASM)?;
    write(&folder.join("index.js"))
}

fn bundle_peer(project: &Project, script: &Path) -> Result<()> {
    setup::npm_packages(&project.peers())?;
    build::bundle(project, &project.peers().join("intake.ts"), script)
}

fn open_peer(edge: &Edge) -> Result<String> {
    let opened: Value = edge.order(PEER_ACCOUNT)?.json()?;
    Ok(opened.get("hook_path").and_then(Value::as_str).context("the peer gave no address")?.to_owned())
}

/// The slowest answers of some runs at a rate, to a server that publishes as often as an admin's does.
fn overload(built: &Built, state: &Path, history: &History, per_s: f64) -> Result<Vec<Duration>> {
    let server = Contestant::start(built, &built.worker, state, None)?;
    let path = server.edge.open(&account::request(history))?.hook_path;
    round(&server.edge, &path, history.deliveries.get(..ROUND).context("the history is too short")?)?;
    let deliveries = history.deliveries.iter().cycle().take((per_s * OVERLOADED_S) as usize);
    let deliveries: Vec<Delivery> = deliveries.cloned().collect();
    (0..OVERLOADS).map(|_| Ok(open_loop(&server.edge, &path, &deliveries, per_s)?.slowest())).collect()
}

fn count(deliveries: &[Delivery]) -> Result<u32> {
    Ok(u32::try_from(deliveries.len())?)
}

/// What a webhook took, by rounds.
#[derive(Default)]
struct Took {
    took: Vec<Duration>,
    /// CPU time.
    spent: Vec<Duration>,
}

/// What was measured of all; of ours, until the last was acknowledged and until all was published.
#[derive(Default)]
struct Race {
    ours: Took,
    done: Took,
    peer: Took,
    bare: Took,
    answers: Vec<Duration>,
}

/// A Worker that takes webhooks.
struct Contestant {
    workerd: Workerd,
    edge: Edge,
    /// Where webhooks go.
    path: String,
}

impl Contestant {
    fn start(built: &Built, worker: &Path, state: &Path, publish_ms: Option<u32>) -> Result<Self> {
        let mut options =
            Options::new(built.workerd.clone(), worker.to_owned(), state.to_owned(), OPERATOR_KEY);
        if let Some(ms) = publish_ms {
            options.vars.insert("PUBLISH_INTERVAL_MS".to_owned(), ms.to_string());
        }
        let workerd = Workerd::start(&options)?;
        let edge = Edge::new(workerd.url(), OPERATOR_KEY);
        Ok(Self { workerd, edge, path: "/".to_owned() })
    }

    /// What it has spent of the processor so far; nothing where the system does not tell.
    fn cpu(&self) -> Duration {
        cpu(self.workerd.pid()).unwrap_or_default()
    }

    /// Delivers everything; gives how long each answer took.
    fn round(&self, deliveries: &[Delivery], into: &mut Took) -> Result<Vec<Duration>> {
        let spent = self.cpu();
        let (took, answers) = round(&self.edge, &self.path, deliveries)?;
        into.took.push(took);
        into.spent.push(self.cpu().saturating_sub(spent) / count(deliveries)?);
        Ok(answers)
    }
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
    let each = begun.elapsed() / count(deliveries)?;
    Ok((each, answers.into_inner().ok().context("a connection died")?))
}
