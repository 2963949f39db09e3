use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wasm_bindgen_cli_support::Bindgen;

use crate::build::{compiler, empty, read, stamp};
use crate::project::Project;
use crate::setup::{self, Panics};
use crate::sizes::{WIDGET_WASM_GZIP_BYTES_MAX, gzip_bytes};
use crate::step::{loud_step, output, run, step};

/// What browsers of 2023 run: rustc's defaults for the target.
const WASM_FEATURES: [&str; 6] = [
    "mutable-globals",
    "sign-ext",
    "nontrapping-float-to-int",
    "bulk-memory",
    "multivalue",
    "reference-types",
];

/// A change of this file is a change of what it makes.
const RECIPE: &str = include_str!("widget.rs");

/// Builds the widget's module: deflated WASM in an AMD script. Returns the script's text.
pub(crate) fn module(project: &Project) -> Result<String> {
    let panics = setup::ready(project)?;
    let compiled = loud_step("compiling the widget to WASM", || compile(project, panics))?;
    let loader = fs::read_to_string(project.root.join("widget/loader.js"))?;
    let (stamp, made) = (project.out().join("widget.stamp"), project.out().join("takeroot_wasm.js"));
    let recipe = recipe(project, &compiled, &loader)?;
    let folder = project.out().join("widget");
    let small = folder.join("small.wasm");
    let fresh = fs::read_to_string(&stamp).is_ok_and(|stamped| stamped == recipe);
    if !(fresh && made.is_file() && small.is_file()) {
        step("binding it to JavaScript", || bind(&compiled, &folder))?;
        step("optimising the WASM (wasm-opt)", || optimise(project, &folder, &small))?;
        let bindings = fs::read_to_string(folder.join("takeroot.js"))?;
        fs::write(&made, filled(&loader, &bindings, &fs::read(&small)?)?)?;
        fs::write(stamp, recipe)?;
    }
    within_budget(&fs::read(&small)?)?;
    Ok(fs::read_to_string(made)?)
}

fn within_budget(wasm: &[u8]) -> Result<()> {
    let gzipped = gzip_bytes(wasm)?;
    println!("  {:<16} {:>9} bytes {gzipped:>9} gzipped", "widget's WASM", wasm.len());
    ensure!(
        gzipped <= WIDGET_WASM_GZIP_BYTES_MAX,
        "the widget's WASM is too big: {gzipped} bytes gzipped, the budget is {WIDGET_WASM_GZIP_BYTES_MAX}"
    );
    Ok(())
}

fn compile(project: &Project, panics: Panics) -> Result<PathBuf> {
    let (mut command, compiled) = compiler(project, "widget", "widget");
    if panics == Panics::Unwind {
        command
            .args(["-Z", "build-std=std,panic_abort", "-Z", "build-std-features=optimize_for_size"])
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", "-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none");
    } else {
        println!("! the widget is built with the ready-made standard library, and weighs more");
    }
    run(&mut command)?;
    Ok(compiled)
}

fn recipe(project: &Project, compiled: &Path, loader: &str) -> Result<String> {
    let lock = read(&project.tools().join("package-lock.json"))?;
    Ok(stamp(&[RECIPE.as_bytes(), loader.as_bytes(), &lock, &read(compiled)?]))
}

fn bind(compiled: &Path, folder: &Path) -> Result<()> {
    empty(folder)?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name("takeroot")
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .no_modules(true)?
        .generate(folder)
}

fn optimise(project: &Project, folder: &Path, small: &Path) -> Result<()> {
    let mut command = Command::new(project.tool("wasm-opt"));
    command
        .args(["-Oz", "--gufa", "-Oz", "--strip-debug", "--strip-producers"])
        .args(WASM_FEATURES.iter().map(|feature| format!("--enable-{feature}")));
    command.arg(folder.join("takeroot_bg.wasm")).arg("-o").arg(small);
    output(&mut command)?;
    Ok(())
}

fn filled(loader: &str, bindings: &str, wasm: &[u8]) -> Result<String> {
    let mut deflated = Vec::new();
    zopfli::compress(zopfli::Options::default(), zopfli::Format::Deflate, wasm, &mut deflated)?;
    let deflated = STANDARD.encode(deflated);
    for place in ["__DEFLATED__", "__BINDINGS__"] {
        ensure!(loader.matches(place).count() == 1, "widget/loader.js has no single {place}");
    }
    Ok(loader.replace("__BINDINGS__", bindings.trim()).replace("__DEFLATED__", &deflated))
}
