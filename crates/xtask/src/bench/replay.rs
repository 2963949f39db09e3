//! Logs of events through `takeroot replay`, DuckDB and Polars, in turns, on one core and on two.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use takeroot_stand::log::write_log;

use super::figures::{Counter, agree};
use super::process::{self, Ran, on_cores};
use super::row::{Cost, Row, compare};
use crate::project::Project;
use crate::step::{cargo, loud_step, run as run_loud, step};

const SYNTHETIC_EVENTS: usize = 5_000_000;
const SEED: u64 = 12;
const OURS: &str = "takeroot replay";
const DUCKDB: &str = "DuckDB";
const POLARS: &str = "Polars";

struct Log {
    name: &'static str,
    rounds: usize,
    file: fn(&Project, &Path) -> Result<PathBuf>,
}

const LOGS: [Log; 2] = [
    Log { name: "a real log of 262,200 events", rounds: 9, file: real },
    Log { name: "a synthetic log of 5,000,000 events", rounds: 5, file: synthetic },
];

pub(crate) fn run(project: &Project) -> Result<Vec<Row>> {
    let folder = project.out().join("bench");
    fs::create_dir_all(&folder)?;
    loud_step("takeroot, optimised", || {
        let package = ["build", "--release", "--quiet", "--package", "takeroot-cli"];
        run_loud(cargo().args(package).current_dir(&project.root))
    })?;
    let takeroot = release("takeroot")?;
    let peers = [(DUCKDB, Counter::duckdb(project)), (POLARS, Counter::polars(project))];
    let mut rows = Vec::new();
    for log in &LOGS {
        let file = (log.file)(project, &folder);
        for cores in 1..=2 {
            let of = format!("{}, {}", log.name, if cores == 1 { "one core" } else { "two cores" });
            match &file {
                Err(why) => rows.push(Row::skipped(&of, OURS, format!("{why:#}"))),
                Ok(_) if std::thread::available_parallelism()?.get() < cores => {
                    rows.push(Row::skipped(&of, OURS, "this machine has one core"));
                }
                Ok(file) => {
                    let contest = Contest { takeroot: &takeroot, peers: &peers, file, folder: &folder };
                    rows.extend(loud_step(&of, || contest.rows(project, &of, log.rounds, cores))?);
                }
            }
        }
    }
    compare(&mut rows, OURS, DUCKDB, DUCKDB);
    compare(&mut rows, POLARS, OURS, OURS);
    Ok(rows)
}

struct Contest<'a> {
    takeroot: &'a Path,
    peers: &'a [(&'static str, Result<Counter>)],
    file: &'a Path,
    folder: &'a Path,
}

impl Contest<'_> {
    fn rows(&self, project: &Project, of: &str, rounds: usize, cores: usize) -> Result<Vec<Row>> {
        let out = self.folder.join("replayed");
        let (mut ours, mut theirs) = (Vec::new(), vec![Vec::new(); self.peers.len()]);
        for _ in 0..rounds {
            if out.exists() {
                fs::remove_dir_all(&out)?;
            }
            let mut command = on_cores(cores, self.takeroot);
            command.args(["replay", "--threads", &cores.to_string(), "--map"]);
            command.arg(project.root.join("examples/mappings/bpic2012.toml"));
            ours.push(process::run(command.arg("--out").arg(&out).arg(self.file))?);
            let mut counted: Option<String> = None;
            for ((name, peer), ran) in self.peers.iter().zip(&mut theirs) {
                let Ok(peer) = peer else { continue };
                let figures = self.folder.join(format!("figures of {name}.csv"));
                ran.push(peer.count(self.file, &figures, cores)?);
                agree(&figures, &out.join("days"))?;
                let figures = fs::read_to_string(figures)?;
                ensure!(
                    counted.get_or_insert_with(|| figures.clone()) == &figures,
                    "{name} counts otherwise"
                );
            }
        }
        let mut ours = row(of, OURS, ours);
        let rows = self.peers.iter().zip(theirs).map(|((name, peer), ran)| match peer {
            Ok(_) => row(of, name, ran),
            Err(why) => Row::skipped(of, name, format!("{why:#}").replace('\n', " ")),
        });
        let rows: Vec<Row> = rows.collect();
        let fastest = rows.iter().filter_map(|row| Some(row.cost.as_ref().ok()?.median_ns)).reduce(f64::min);
        ours.cost.iter_mut().for_each(|cost| cost.target_ns = fastest);
        Ok([ours].into_iter().chain(rows).collect())
    }
}

fn row(of: &str, name: &str, ran: Vec<Ran>) -> Row {
    let peak_bytes = ran.iter().filter_map(|ran| ran.peak_bytes).max();
    let times: Vec<Duration> = ran.into_iter().map(|ran| ran.time).collect();
    Row { of: of.to_owned(), name: name.to_owned(), cost: Ok(Cost { peak_bytes, ..Cost::of(times) }) }
}

/// The real log, unpacked.
fn real(project: &Project, folder: &Path) -> Result<PathBuf> {
    let cases = std::env::var_os("TAKEROOT_CASES").unwrap_or_else(|| "../shared".into());
    let packed = project.root.join(cases).join("data/bpic2012.csv.gz");
    let packed = File::open(packed).context("TAKEROOT_CASES names no folder with data/bpic2012.csv.gz")?;
    let file = folder.join("bpic2012.csv");
    io::copy(&mut GzDecoder::new(packed), &mut File::create(&file)?)?;
    Ok(file)
}

fn synthetic(_: &Project, folder: &Path) -> Result<PathBuf> {
    let file = folder.join(format!("synthetic-{SEED}-{SYNTHETIC_EVENTS}.csv"));
    if !file.exists() {
        step("a synthetic log", || {
            let part = file.with_extension("part");
            let mut out = BufWriter::new(File::create(&part)?);
            write_log(SEED, SYNTHETIC_EVENTS, &mut out)?;
            out.flush()?;
            Ok(fs::rename(part, &file)?)
        })?;
    }
    Ok(file)
}

/// An optimised program of this workspace, beside which this one lies.
fn release(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let target = own.ancestors().nth(2).context("this program lies in no folder of builds")?;
    Ok(target.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}
