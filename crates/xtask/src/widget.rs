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
use crate::sizes::{SETTINGS_WASM_GZIP_BYTES_MAX, WIDGET_WASM_GZIP_BYTES_MAX, gzip_bytes};
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

/// A module of the widget: a shell of ours as WASM.
pub(crate) struct Module {
    /// The package, without `takeroot-`.
    shell: &'static str,
    /// The file of the archive.
    pub(crate) file: &'static str,
    /// What it is called where its size is told.
    name: &'static str,
    gzip_bytes_max: usize,
}

/// The modules of the archive.
pub(crate) const MODULES: [Module; 2] = [
    Module {
        shell: "widget",
        file: "takeroot_wasm.js",
        name: "widget's WASM",
        gzip_bytes_max: WIDGET_WASM_GZIP_BYTES_MAX,
    },
    Module {
        shell: "settings",
        file: "takeroot_settings.js",
        name: "settings' WASM",
        gzip_bytes_max: SETTINGS_WASM_GZIP_BYTES_MAX,
    },
];

/// Builds a module of the widget: deflated WASM in an AMD script. Returns the script's text.
pub(crate) fn module(project: &Project, module: &Module) -> Result<String> {
    let panics = setup::ready(project)?;
    let name = format!("compiling the {} to WASM", module.shell);
    let compiled = loud_step(&name, || compile(project, module.shell, panics))?;
    let loader = fs::read_to_string(project.root.join("widget/loader.js"))?;
    let stamp = project.out().join(format!("{}.stamp", module.shell));
    let made = project.out().join(module.file);
    let recipe = recipe(project, &compiled, &loader)?;
    let folder = project.out().join(module.shell);
    let small = folder.join("small.wasm");
    let fresh = fs::read_to_string(&stamp).is_ok_and(|stamped| stamped == recipe);
    if !(fresh && made.is_file() && small.is_file()) {
        step("binding it to JavaScript", || bind(&compiled, &folder))?;
        step("optimising the WASM (wasm-opt)", || optimise(project, &folder, &small))?;
        let bindings = fs::read_to_string(folder.join("takeroot.js"))?;
        fs::write(&made, filled(&loader, &bindings, &fs::read(&small)?)?)?;
        fs::write(stamp, recipe)?;
    }
    within_budget(module, &fs::read(&small)?)?;
    Ok(fs::read_to_string(made)?)
}

fn within_budget(Module { name, gzip_bytes_max, .. }: &Module, wasm: &[u8]) -> Result<()> {
    let gzipped = gzip_bytes(wasm)?;
    println!("  {name:<16} {:>9} bytes {gzipped:>9} gzipped", wasm.len());
    ensure!(
        gzipped <= *gzip_bytes_max,
        "the {name} is too big: {gzipped} bytes gzipped, the budget is {gzip_bytes_max}"
    );
    Ok(())
}

fn compile(project: &Project, shell: &str, panics: Panics) -> Result<PathBuf> {
    let (mut command, compiled) = compiler(project, shell, "widget");
    if panics == Panics::Unwind {
        command
            .args(["-Z", "build-std=std,panic_abort", "-Z", "build-std-features=optimize_for_size"])
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", "-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none");
    } else {
        println!("! the {shell} is built with the ready-made standard library, and weighs more");
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
