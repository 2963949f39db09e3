//! Programs on some cores, with their time and memory.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often memory is looked at: the high-water mark of a process is gone with it.
const LOOK: Duration = Duration::from_millis(5);

/// Linux counts the time of processes for programs in hundredths of a second, whatever it counts in itself.
const TICK_MS: u64 = 10;

/// A program that ended well.
#[derive(Debug, Clone)]
pub(crate) struct Ran {
    pub(crate) time: Duration,
    /// The most memory that was resident, where the system tells.
    pub(crate) peak_bytes: Option<u64>,
    pub(crate) printed: String,
}

/// A command that may use only the first so many cores, where the system can see to that.
pub(crate) fn on_cores(cores: usize, program: impl AsRef<std::ffi::OsStr>) -> Command {
    if !can_pin() {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", &format!("0-{}", cores.saturating_sub(1))]).arg(program);
    command
}

fn can_pin() -> bool {
    let tried = Command::new("taskset").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Result<Ran> {
    let start = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child =
        child.with_context(|| format!("{} cannot be started", command.get_program().to_string_lossy()))?;
    let (id, ended) = (child.id(), AtomicBool::new(false));
    let (output, time, peak_bytes) = thread::scope(|scope| {
        let looking = scope.spawn(|| peak_until(&ended, id));
        let output = child.wait_with_output();
        let time = start.elapsed();
        ended.store(true, Ordering::Relaxed);
        (output, time, looking.join().ok().flatten())
    });
    let output = output?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(Ran { time, peak_bytes, printed })
}

fn peak_until(ended: &AtomicBool, id: u32) -> Option<u64> {
    let mut peak = None;
    while !ended.load(Ordering::Relaxed) {
        peak = peak.max(high_water(id));
        thread::sleep(LOOK);
    }
    peak
}

/// What a process keeps in memory, in bytes; 0 where the system does not tell.
pub(crate) fn resident(id: u32) -> u64 {
    told(id, "VmRSS:").unwrap_or(0)
}

/// What a process with all its threads has spent of the processor, the system's part included; where the system tells.
pub(crate) fn cpu(id: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program comes in brackets and may hold anything.
    let (_, after) = stat.rsplit_once(')')?;
    let mut ticks = after.split_whitespace().skip(11).map_while(|told| told.parse::<u64>().ok());
    Some(Duration::from_millis((ticks.next()? + ticks.next()?) * TICK_MS))
}

fn high_water(id: u32) -> Option<u64> {
    told(id, "VmHWM:")
}

fn told(id: u32, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn work_is_seen_in_the_time_of_the_processor() {
        let own = || cpu(std::process::id()).unwrap();
        let (before, begun) = (own(), Instant::now());
        let mut worked = 0_u64;
        while own() - before < Duration::from_millis(50) && begun.elapsed() < Duration::from_secs(60) {
            worked = std::hint::black_box(worked.wrapping_add(1));
        }
        assert!(own() - before >= Duration::from_millis(50));
    }

    #[test]
    fn a_program_is_heard_and_a_failure_says_why() {
        let ran = run(on_cores(1, "sh").args(["-c", "sleep 0.1; echo done"])).unwrap();
        assert_eq!(ran.printed, "done\n");
        assert!(ran.time >= Duration::from_millis(100));
        let error = run(Command::new("sh").args(["-c", "echo broken >&2; exit 3"])).unwrap_err();
        assert!(error.to_string().contains("broken"));
    }
}
