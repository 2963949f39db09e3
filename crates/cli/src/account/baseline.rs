//! What `takeroot replay --out` wrote, as days of before the observation that a server keeps.

use anyhow::{Context as _, Result, ensure};
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use takeroot_core::acceptance::{BASELINE_DAYS_MAX, Baseline, BaselineDay};
use takeroot_core::day::{Document, Figures};

/// Reads the days of a folder and the policies by which they were counted, in short.
pub(super) fn read(folder: &Path) -> Result<Baseline> {
    let of_days = folder.join("days");
    let files = std::fs::read_dir(&of_days)
        .with_context(|| format!("{}: takeroot replay --out writes it", of_days.display()))?;
    let mut files: Vec<PathBuf> =
        files.map(|file| file.map(|file| file.path())).collect::<std::io::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    ensure!(
        files.len() <= BASELINE_DAYS_MAX,
        "{}: {} days, and a baseline has at most {BASELINE_DAYS_MAX}: replay fewer with --from and --to",
        of_days.display(),
        files.len()
    );
    let day = |file: &PathBuf| Ok(BaselineDay::of(&json::<Document<Figures>>(file)?.figures));
    let mut days = files.iter().map(day).collect::<Result<Vec<_>>>()?;
    days.sort_by_key(|day| day.day);
    let baseline = Baseline { policies: json(&folder.join("policies.json"))?, days };
    baseline.checked().map_err(anyhow::Error::msg).with_context(|| folder.display().to_string())?;
    Ok(baseline)
}

fn json<T: DeserializeOwned>(file: &Path) -> Result<T> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    serde_json::from_str(&text).with_context(|| format!("{}: of another release", file.display()))
}
