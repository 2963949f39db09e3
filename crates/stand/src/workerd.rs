//! workerd as a process: started from a state folder, killed, started again.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::capnp::{self, DISKS, Place};
use crate::wrangler::Wrangler;

/// Names the folder with the built Worker.
pub const WORKER_FOLDER: &str = "TAKEROOT_WORKER";
/// Names the binary of workerd.
pub const WORKERD_BINARY: &str = "TAKEROOT_WORKERD";
/// Names the folder that a server is given: `cargo xtask dist` makes it.
pub const SERVER_FOLDER: &str = "TAKEROOT_SERVER_FOLDER";
/// Names what becomes of a panic in the built Worker: `unwind` or `abort`.
pub const PANICS: &str = "TAKEROOT_PANICS";

/// Under which the stand's Worker seals secrets.
const STORAGE_KEY: &str = "storage-key-of-the-stand-0123456789abcdef";

const START_TIMEOUT: Duration = Duration::from_secs(20);
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(5);
const LOG_TAIL_BYTES: usize = 4_000;

/// Whether a panic in the Worker under test unwinds; where it does not, tests of panics are skipped.
#[must_use]
pub fn panics_unwind() -> bool {
    std::env::var(PANICS).is_ok_and(|word| word == "unwind")
}

/// How to run workerd.
#[derive(Debug, Clone)]
pub struct Options {
    /// The binary.
    pub workerd: PathBuf,
    /// The folder with `index.js` and `index_bg.wasm`.
    pub worker: PathBuf,
    /// The folder that keeps everything; made where missing. One process at a time.
    pub state: PathBuf,
    /// The port on loopback; 0 takes a free one.
    pub port: u16,
    /// The secret under which the Worker signs what it hands out.
    pub operator_key: String,
    /// Addresses that the gate may reach: blocks, `public`, `local`; with them, plain HTTP to this machine. Empty: none.
    pub outbound: Vec<String>,
    /// Hosts beside the CRM's that the gate lets through, with commas between.
    pub outbound_hosts: String,
    /// Variables of `wrangler.jsonc` with another value here.
    pub vars: BTreeMap<String, String>,
}

impl Options {
    /// On a free port, calling nobody, with the variables as they are checked in.
    #[must_use]
    pub fn new(workerd: PathBuf, worker: PathBuf, state: PathBuf, operator_key: &str) -> Self {
        Self {
            workerd,
            worker,
            state,
            port: 0,
            operator_key: operator_key.to_owned(),
            outbound: Vec::new(),
            outbound_hosts: String::new(),
            vars: BTreeMap::new(),
        }
    }

    /// The same with the binary and the Worker that `cargo xtask test` names in the environment; `None` without.
    #[must_use]
    pub fn from_env(state: PathBuf, operator_key: &str) -> Option<Self> {
        let workerd = std::env::var_os(WORKERD_BINARY)?;
        let worker = std::env::var_os(WORKER_FOLDER)?;
        Some(Self::new(workerd.into(), worker.into(), state, operator_key))
    }
}

/// A running workerd that answers. Dropping it kills it.
#[derive(Debug)]
pub struct Workerd {
    child: Child,
    port: u16,
    log: PathBuf,
}

impl Workerd {
    /// Starts workerd and waits until the Worker answers `/health`.
    ///
    /// The modules and `config.capnp` are written into the state folder, which is thereby all that this
    /// instance needs; what workerd says is appended to `workerd.log` there.
    ///
    /// # Errors
    /// A missing part, an unknown variable, a workerd that dies or does not answer: with the end of its log.
    pub fn start(options: &Options) -> Result<Self> {
        let state = write_state(options)?;
        let log = state.join("workerd.log");
        let out = OpenOptions::new().create(true).append(true).open(&log)?;
        let told_before = out.metadata()?.len();
        let mut command = Command::new(&options.workerd);
        // `--experimental` is asked for by the modules that workerd bundles: KV and cron.
        command.args(["serve", "--experimental", "--control-fd", "1", "config.capnp"]);
        // As its unit has it (`deploy/takeroot.service`).
        command.env("GLIBC_TUNABLES", "glibc.pthread.rseq=0");
        command.env("OPERATOR_KEY", &options.operator_key).env("STORAGE_KEY", STORAGE_KEY);
        command.env("OUTBOUND_HOSTS", &options.outbound_hosts);
        let child = command
            .current_dir(&state)
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .with_context(|| format!("{} cannot be started", options.workerd.display()))?;
        let mut workerd = Self { child, port: options.port, log };
        workerd.wait_until_healthy(told_before)?;
        Ok(workerd)
    }

    /// Where it answers, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port on loopback.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The id of the process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What workerd and the Worker said, since the state folder was made.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn log(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(&self.log)?).into_owned())
    }

    /// Kills the process as a power cut would (SIGKILL).
    ///
    /// # Errors
    /// It cannot be killed.
    pub fn kill9(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks the process to end, and kills it when it does not.
    ///
    /// # Errors
    /// It cannot be waited for.
    pub fn stop(mut self) -> Result<ExitStatus> {
        self.ask_to_end();
        let asked = Instant::now();
        while asked.elapsed() < STOP_TIMEOUT {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            sleep(POLL);
        }
        self.child.kill()?;
        Ok(self.child.wait()?)
    }

    /// Waits for the process to end by itself.
    ///
    /// # Errors
    /// It ended with a failure, with the end of its log.
    pub fn wait(mut self) -> Result<()> {
        let status = self.child.wait()?;
        ensure!(status.success(), "workerd ended with {status}\n{}", self.log_tail(0));
        Ok(())
    }

    #[cfg(unix)]
    fn ask_to_end(&self) {
        use rustix::process::{Pid, Signal, kill_process};
        // An error means that it has ended already, which the caller finds out.
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
    }

    #[cfg(not(unix))]
    fn ask_to_end(&mut self) {
        let _ = self.child.kill();
    }

    fn wait_until_healthy(&mut self, told_before: u64) -> Result<()> {
        let started = Instant::now();
        let agent: ureq::Agent =
            ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(2))).build().into();
        let mut listening = false;
        while started.elapsed() < START_TIMEOUT {
            if let Some(status) = self.child.try_wait()? {
                bail!("workerd ended with {status}\n{}", self.log_tail(told_before));
            }
            if !listening && let Some(port) = listened_port(&self.log, told_before)? {
                self.port = port;
                listening = true;
            }
            if listening && agent.get(format!("{}/health", self.url())).call().is_ok() {
                return Ok(());
            }
            sleep(POLL);
        }
        bail!("the Worker did not answer in {} s\n{}", START_TIMEOUT.as_secs(), self.log_tail(told_before))
    }

    fn log_tail(&self, from: u64) -> String {
        let log = read_from(&self.log, from).unwrap_or_default();
        let mut start = log.len().saturating_sub(LOG_TAIL_BYTES);
        while !log.is_char_boundary(start) {
            start += 1;
        }
        format!("{}:\n{}", self.log.display(), log.get(start..).unwrap_or_default())
    }
}

impl Drop for Workerd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write_state(options: &Options) -> Result<PathBuf> {
    let mut wrangler = Wrangler::checked_in()?;
    for (name, value) in &options.vars {
        let slot = wrangler.vars.get_mut(name);
        *slot.with_context(|| format!("wrangler.jsonc has no variable {name}"))? = value.clone();
    }
    fs::create_dir_all(&options.state).with_context(|| options.state.display().to_string())?;
    let state = options.state.canonicalize()?;
    for (_, folder) in DISKS {
        fs::create_dir_all(state.join(folder))?;
    }
    for module in ["index.js", "index_bg.wasm"] {
        let from = options.worker.join(module);
        ensure!(from.is_file(), "{} is missing: run `cargo xtask build`", from.display());
        fs::copy(&from, state.join(module))?;
    }
    fs::write(state.join("gate.js"), capnp::GATE_JS)?;
    let (listen, outbound) = (format!("127.0.0.1:{}", options.port), options.outbound.as_slice());
    let place =
        Place { state: &state, modules: "", listen: &listen, outbound, loopback: !outbound.is_empty() };
    fs::write(state.join("config.capnp"), capnp::config(&wrangler, place))?;
    Ok(state)
}

#[derive(Deserialize)]
struct Listening {
    socket: String,
    port: u16,
}

/// workerd reports each open socket as a line of JSON; its log, and the Worker's, stand between them.
fn listened_port(log: &Path, from: u64) -> Result<Option<u16>> {
    let log = read_from(log, from)?;
    let reports = log.lines().filter_map(|line| serde_json::from_str::<Listening>(line).ok());
    Ok(reports.into_iter().find(|report| report.socket == "http").map(|report| report.port))
}

fn read_from(path: &Path, from: u64) -> Result<String> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
