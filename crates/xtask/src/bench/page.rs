//! The owner's page on a slow phone: a quarter of the CPU and slow 4G, as Lighthouse has them, with its scores.

use super::row::{Cost, Row};
use super::years::started;
use crate::demo::now;
use crate::project::Project;
use crate::setup;
use crate::step::{output, step};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use takeroot_stand::account;
use takeroot_stand::browser::Installed;
use takeroot_stand::company::generate;
use takeroot_stand::feed::feed;

/// Too heavy for the lock file of the tools: it is installed where it is measured.
const LIGHTHOUSE: &str = "lighthouse@12.8.2";
const TABLE: &str = "the owner's page of the demo company, on a slow phone";
const PAINT: &str = "first paint (budget 1.5 s)";
const PAINT_BUDGET: Duration = Duration::from_millis(1500);
const CATEGORIES: [&str; 3] = ["performance", "accessibility", "best-practices"];
const SCORE_MIN: u64 = 95;
const RUNS: usize = 5;
const SEED: u64 = 7;
const WEEKS: u32 = 2;

pub(crate) fn run(project: &Project) -> Result<Vec<Row>> {
    setup::browser();
    let Some(installed) = Installed::find() else {
        return Ok(vec![Row::skipped(TABLE, PAINT, "no browser")]);
    };
    let lighthouse = installed_lighthouse(project)?;
    let history = generate(SEED, now()?, WEEKS);
    let (_workerd, edge) = started(project, "page")?;
    let opened = edge.open(&account::request(&history))?;
    step("two weeks of webhooks", || feed(&edge, &opened.hook_path, &history.deliveries, |_| {}))?;
    edge.wait_until_published(&opened.account, Duration::from_secs(120))?;
    let url = format!("{}{}", edge.url(), opened.owner_path);
    let reports = step("Lighthouse", || {
        (0..RUNS).map(|_| report(&lighthouse, &installed.browser, &url)).collect::<Result<Vec<_>>>()
    })?;
    rows(&reports)
}

/// The first paints, and the lowest score of each category, which is to be no lower than it should be.
fn rows(reports: &[Value]) -> Result<Vec<Row>> {
    let paint = |report: &Value| {
        let ms = report.pointer("/audits/first-contentful-paint/numericValue").and_then(Value::as_f64);
        ms.map(|ms| Duration::from_secs_f64(ms / 1e3)).context("Lighthouse tells of no first paint")
    };
    let mut scores = Vec::new();
    for category in CATEGORIES {
        let place = format!("/categories/{category}/score");
        let score = |report: &Value| report.pointer(&place).and_then(Value::as_f64);
        let told = reports.iter().map(score).collect::<Option<Vec<f64>>>();
        let lowest = told.with_context(|| format!("Lighthouse tells of no {category}"))?;
        let lowest = lowest.into_iter().map(|score| (score * 100.0).round() as u64).min().unwrap_or(0);
        ensure!(lowest >= SCORE_MIN, "Lighthouse, {category}: {lowest}, and at least {SCORE_MIN} is asked");
        scores.push(format!("{category} {lowest}"));
    }
    let mut cost = Cost::of(reports.iter().map(paint).collect::<Result<_>>()?);
    cost.target_ns = Some(PAINT_BUDGET.as_secs_f64() * 1e9);
    let name = format!("{PAINT}; Lighthouse: {}", scores.join(", "));
    Ok(vec![Row { of: TABLE.to_owned(), name, cost: Ok(cost) }])
}

fn installed_lighthouse(project: &Project) -> Result<PathBuf> {
    let folder = project.out().join("bench/lighthouse");
    let stamp = folder.join("installed");
    if !std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == LIGHTHOUSE) {
        std::fs::create_dir_all(&folder)?;
        step("installing Lighthouse (npm)", || {
            let mut npm = Command::new("npm");
            npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(&folder);
            output(npm.arg(LIGHTHOUSE))
        })?;
        std::fs::write(stamp, LIGHTHOUSE)?;
    }
    Ok(folder.join("node_modules/lighthouse/cli/index.js"))
}

/// One opening of a page by a browser of its own.
fn report(lighthouse: &Path, browser: &Path, url: &str) -> Result<Value> {
    let mut command = Command::new("node");
    command.arg(lighthouse).arg(url).env("CHROME_PATH", browser);
    command.args(["--quiet", "--output=json", "--chrome-flags=--headless=new --no-sandbox"]);
    command.arg(format!("--only-categories={}", CATEGORIES.join(",")));
    Ok(serde_json::from_str(&output(&mut command)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report(paint_ms: f64, accessibility: f64) -> Value {
        let score = |score: f64| json!({ "score": score });
        json!({
            "audits": {"first-contentful-paint": {"numericValue": paint_ms}},
            "categories": {"performance": score(1.0), "accessibility": score(accessibility), "best-practices": score(0.96)},
        })
    }

    #[test]
    fn paints_are_told_with_the_lowest_scores() {
        let told = rows(&[report(900.0, 1.0), report(1100.0, 0.98), report(800.0, 1.0)]).unwrap();
        assert!(
            told[0].name.ends_with("performance 100, accessibility 98, best-practices 96"),
            "{}",
            told[0].name
        );
        assert_eq!(told[0].cost.as_ref().unwrap().median_ns, 9e8);
        assert!(rows(&[report(900.0, 0.94)]).unwrap_err().to_string().contains("accessibility: 94"));
        assert!(rows(&[json!({})]).is_err());
    }
}
