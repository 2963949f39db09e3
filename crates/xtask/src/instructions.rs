//! What the hot paths cost in instructions: the same however busy the machine is, so that a budget can be a test.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use takeroot_stand::skip::skipped;

use crate::project::Project;
use crate::step::{cargo, output};

/// A question of a benchmark, and the instructions that an answer may take.
struct HotPath {
    bench: &'static str,
    /// How what it is part of begins.
    of: &'static str,
    question: &'static str,
    most: u64,
}

const HOT_PATHS: [HotPath; 9] = [
    hot_path("calendar", "calendar", "add 100 h", 245),
    hot_path("calendar", "calendar", "between moments six months apart", 170),
    hot_path("calendar", "calendar", "compile a year", 568_000),
    hot_path("card", "card, nothing is missing", "card::report", 958),
    hot_path("card", "card, three of seven", "card::report", 1_254),
    hot_path("deal", "deal", "all of it", 31_000),
    hot_path(
        "fact",
        "a fact of a deal with 200",
        "judged, and its contribution replaced in the totals",
        695_000,
    ),
    hot_path("decode", "decoding own body, brackets escaped", "Form::decode", 154_000),
    hot_path("decode", "decoding own body, brackets escaped", "hook::read, to facts", 190_000),
];

const fn hot_path(bench: &'static str, of: &'static str, question: &'static str, most: u64) -> HotPath {
    HotPath { bench, of, question, most }
}

/// The packages with these benchmarks, together, so that nothing is compiled twice.
const PACKAGES: [&str; 6] =
    ["--package", "takeroot-core", "--package", "takeroot-amocrm", "--features", "takeroot-core/zones"];
/// How cargo runs what it built; the counts are of this platform.
const RUNNER: (&str, &str) = (
    "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER",
    "valgrind --tool=callgrind --callgrind-out-file=/dev/null",
);
/// How often a question is asked: what comes before it and after it is the same both times.
const ASKED: [u64; 2] = [4, 24];
/// A budget that is higher than this share of the count keeps nothing. Processors take other routines of the C library.
const ROOM_PERCENT: u64 = 125;

#[test]
fn hot_paths_take_no_more_instructions_than_their_budgets() -> Result<()> {
    let what = "instructions of the hot paths";
    if cfg!(not(all(target_os = "linux", target_arch = "x86_64"))) {
        skipped(what, "they are of Linux on x86-64");
        return Ok(());
    }
    if output(Command::new("valgrind").arg("--version")).is_err() {
        skipped(what, "no valgrind");
        return Ok(());
    }
    let project = Project::here()?;
    output(bench(&project).arg("--no-run"))?;
    let mut wrong = Vec::new();
    for path in &HOT_PATHS {
        let took = path.count(&project)?;
        println!("{took:>9} of {:>9}  {}, {}", path.most, path.bench, path.question);
        if took > path.most || path.most > took * ROOM_PERCENT / 100 {
            wrong.push(format!("{}, {}, {}: {took}", path.bench, path.of, path.question));
        }
    }
    ensure!(
        wrong.is_empty(),
        "these take more instructions than their budgets, or so few that a budget keeps nothing; mend them, or say \
         here what they may take:\n{}",
        wrong.join("\n")
    );
    Ok(())
}

fn bench(project: &Project) -> Command {
    let mut command = cargo();
    command.args(["bench", "--quiet"]).args(PACKAGES).current_dir(&project.root);
    command
}

impl HotPath {
    /// The instructions of one answer.
    fn count(&self, project: &Project) -> Result<u64> {
        let [few, many] = ASKED.map(|times| self.total(project, times));
        let ((few, answers), (many, _)) = (few?, many?);
        Ok(many.saturating_sub(few) / (ASKED[1] - ASKED[0]) / answers)
    }

    /// The instructions of a whole run, and the answers to one question.
    fn total(&self, project: &Project, times: u64) -> Result<(u64, u64)> {
        let mut command = bench(project);
        command.args(["--bench", self.bench]).env(RUNNER.0, RUNNER.1);
        command.env("TAKEROOT_BENCH_ALONE", format!("{times}\t{}\t{}", self.of, self.question));
        let ran = command.output().context("cargo cannot be started")?;
        let (printed, said) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        let answers = printed.lines().find_map(|line| line.trim().parse().ok());
        let counted = said.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
        counted.zip(answers).with_context(|| format!("«{}» was not counted\n{printed}{said}", self.question))
    }
}
