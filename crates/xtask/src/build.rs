use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::project::Project;
use crate::setup::{self, Panics};
use crate::sizes::{Sizes, WORKER_GZIP_BYTES_MAX};
use crate::step::{cargo, loud_step, output, run, step};

/// What the optimiser may emit: rustc's defaults for the target, and exceptions for unwinding. Not "all": newer
/// encodings would run ahead of the runtime.
const WASM_FEATURES: [&str; 7] = [
    "mutable-globals",
    "sign-ext",
    "nontrapping-float-to-int",
    "bulk-memory",
    "multivalue",
    "reference-types",
    "exception-handling",
];

/// A change of this file is a change of what it makes.
const RECIPE: &str = include_str!("build.rs");

/// The Worker, built.
#[derive(Debug, Clone)]
pub(crate) struct Built {
    /// The folder with `index.js` and `index_bg.wasm`.
    pub(crate) worker: PathBuf,
    /// The binary of workerd.
    pub(crate) workerd: PathBuf,
    /// What becomes of a panic in it.
    pub(crate) panics: Panics,
}

/// Sets up what is missing, builds the Worker and holds it to its size.
pub(crate) fn worker(project: &Project) -> Result<Built> {
    let panics = setup::ready(project)?;
    let compiled = loud_step("compiling the Worker to WASM", || compile(project, panics))?;
    let worker = project.worker();
    let stamp = project.out().join("worker.stamp");
    let recipe = recipe(project, &compiled)?;
    let fresh = fs::read_to_string(&stamp).is_ok_and(|made| made == recipe) && worker.is_dir();
    if !fresh {
        let raw = project.out().join("worker.raw");
        step("binding it to JavaScript", || bind(&compiled, &raw))?;
        let next = project.out().join("worker.next");
        empty(&next)?;
        step("bundling the JavaScript (esbuild)", || bundle_shim(project, &raw, &next))?;
        step("optimising the WASM (wasm-opt)", || optimise(project, &raw, &next))?;
        remove(&worker)?;
        fs::rename(&next, &worker)?;
        fs::write(&stamp, recipe)?;
    }
    let sizes = Sizes::of(&worker)?;
    println!("{sizes}");
    sizes.within(WORKER_GZIP_BYTES_MAX)?;
    Ok(Built { worker, workerd: project.workerd(), panics })
}

fn compile(project: &Project, panics: Panics) -> Result<PathBuf> {
    let (mut command, compiled) = compiler(project, "worker", "wasm");
    command.env("WASM_BINDGEN_USE_JS_SYS", "1");
    if panics == Panics::Unwind {
        command
            .args([
                "-Z",
                "build-std=std,panic_unwind",
                "-Z",
                "build-std-features=panic-unwind,optimize_for_size",
            ])
            .env("RUSTC_BOOTSTRAP", "1")
            // What a person reads of a panic is its place and its message, not the inside of values.
            .env("RUSTFLAGS", "-Cpanic=unwind -Zfmt-debug=shallow");
    }
    run(&mut command)?;
    Ok(compiled)
}

/// The command that compiles one of our WASM shells by a profile, and where its module then lies. Each profile
/// has a folder of its own: the flags would make every other build start anew.
pub(crate) fn compiler(project: &Project, shell: &str, profile: &str) -> (Command, PathBuf) {
    let target = project.root.join("target").join(profile);
    let mut command = cargo();
    command
        .args(["build", "--profile", profile, "--package", &format!("takeroot-{shell}"), "--lib"])
        .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
        .arg(&target)
        .current_dir(&project.root)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTFLAGS");
    (command, target.join(format!("wasm32-unknown-unknown/{profile}/takeroot_{shell}.wasm")))
}

/// What tells whether something has to be made again: a hash of all that goes into it.
pub(crate) fn stamp(inputs: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for input in inputs {
        hash.update(input.len().to_le_bytes());
        hash.update(input);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| path.display().to_string())
}

fn recipe(project: &Project, compiled: &Path) -> Result<String> {
    let lock = project.tools().join("package-lock.json");
    Ok(stamp(&[RECIPE.as_bytes(), &read(compiled)?, &read(&shim(project))?, &read(&lock)?]))
}

fn shim(project: &Project) -> PathBuf {
    project.root.join("worker/shim.js")
}

fn bind(compiled: &Path, raw: &Path) -> Result<()> {
    empty(raw)?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name("index")
        .typescript(false)
        // Both let a dead instance be replaced; see worker/shim.js.
        .reset_state_function(true)
        .force_enable_abort_handler(true)
        .module(true)?
        .generate(raw)
}

/// A script with all that it imports, in one file.
pub(crate) fn bundle(project: &Project, entry: &Path, bundled: &Path) -> Result<()> {
    output(
        Command::new(project.tool("esbuild"))
            .args(["--bundle", "--format=esm", "--minify", "--log-level=warning"])
            .args(["--external:./index_bg.wasm", "--external:cloudflare:*"])
            .arg(entry)
            .arg(format!("--outfile={}", bundled.display())),
    )?;
    Ok(())
}

fn bundle_shim(project: &Project, raw: &Path, next: &Path) -> Result<()> {
    let (entry, bundled) = (raw.join("shim.js"), next.join("index.js"));
    fs::copy(shim(project), &entry)?;
    bundle(project, &entry, &bundled)?;
    // The runtime gives modules of WASM to a plain `import` only.
    let script = fs::read_to_string(&bundled)?.replace("import source ", "import ");
    Ok(fs::write(bundled, script)?)
}

fn optimise(project: &Project, raw: &Path, next: &Path) -> Result<()> {
    let mut command = Command::new(project.tool("wasm-opt"));
    command
        .args(["-Oz", "--strip-debug", "--strip-producers"])
        .args(WASM_FEATURES.iter().map(|feature| format!("--enable-{feature}")));
    command.arg(raw.join("index_bg.wasm")).arg("-o").arg(next.join("index_bg.wasm"));
    output(&mut command)?;
    Ok(())
}

pub(crate) fn empty(folder: &Path) -> Result<()> {
    remove(folder)?;
    Ok(fs::create_dir_all(folder)?)
}

pub(crate) fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    Ok(())
}
