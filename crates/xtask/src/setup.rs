use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use takeroot_stand::browser::{BROWSER_BINARY, DRIVER_BINARY, Installed};

use crate::project::Project;
use crate::step::{output, step};

const NODE_MAJOR_MIN: u32 = 18;
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// What becomes of a panic in the Worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Panics {
    /// It unwinds: the request is answered 500 and the next one is served.
    Unwind,
    /// It aborts the instance, for want of the standard library's source.
    Abort,
}

impl Panics {
    /// The word by which tests know it; see `takeroot_stand::workerd::PANICS`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Unwind => "unwind",
            Self::Abort => "abort",
        }
    }
}

/// Sets up what is missing, and says so.
pub(crate) fn ready(project: &Project) -> Result<Panics> {
    let sysroot = sysroot()?;
    wasm_target(&sysroot)?;
    if !project.workerd().is_file() {
        let _ = fs::remove_file(project.tools().join("node_modules/.takeroot-lock"));
    }
    npm_packages(&project.tools())?;
    ensure!(project.workerd().is_file(), "npm has no workerd for this machine");
    Ok(rust_source(&sysroot))
}

fn sysroot() -> Result<PathBuf> {
    Ok(output(Command::new("rustc").args(["--print", "sysroot"]))?.trim().into())
}

fn wasm_target(sysroot: &Path) -> Result<()> {
    if sysroot.join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    step("adding the WASM target (rustup target add)", || {
        output(Command::new("rustup").args(["target", "add", WASM_TARGET, "--toolchain"]).arg(name(sysroot)?))
            .context("install rustup, or the target wasm32-unknown-unknown of this toolchain")
    })?;
    Ok(())
}

fn rust_source(sysroot: &Path) -> Panics {
    let source = sysroot.join("lib/rustlib/src/rust/library/Cargo.lock");
    if source.is_file() {
        return Panics::Unwind;
    }
    let added = step("adding the standard library's source (rustup component add rust-src)", || {
        output(
            Command::new("rustup").args(["component", "add", "rust-src", "--toolchain"]).arg(name(sysroot)?),
        )
    });
    match added {
        Ok(_) if source.is_file() => Panics::Unwind,
        Ok(_) => without_source("it is not where it belongs"),
        Err(error) => without_source(&format!("{error:#}")),
    }
}

fn without_source(why: &str) -> Panics {
    println!("! no source of the standard library ({why}):");
    println!("! the Worker is built without unwinding, and a panic in it does more harm than a 500");
    Panics::Abort
}

fn name(sysroot: &Path) -> Result<&std::ffi::OsStr> {
    sysroot.file_name().context("the toolchain's folder has no name")
}

/// Families and the packages that have them.
const FONTS: [(&str, &str); 3] = [
    ("DejaVu Sans", "fonts-dejavu-core"),
    ("Liberation Sans", "fonts-liberation"),
    ("Roboto", "fonts-roboto-unhinted"),
];

/// Sees to a browser with its driver; without one, tests of the card are skipped.
pub(crate) fn browser() {
    if Installed::find().is_some() {
        return;
    }
    if !can_install_debian_packages() {
        println!("! no Chromium with chromedriver on the path: tests of the card are skipped");
        println!("! install both (Debian, Ubuntu: chromium chromium-driver; macOS: brew install chromium");
        println!("! chromedriver), or name them in {BROWSER_BINARY} and {DRIVER_BINARY}");
        return;
    }
    if let Err(error) = installed(&["chromium", "chromium-driver"]) {
        println!("! no browser, tests of the card are skipped: {error:#}");
    }
}

/// Sees to the fonts with which the reference pictures were drawn; with others their pixels are not compared.
pub(crate) fn fonts() {
    let known = output(Command::new("fc-list").arg(":").arg("family")).unwrap_or_default();
    if !can_install_debian_packages() || FONTS.iter().all(|(family, _)| known.contains(family)) {
        return;
    }
    if let Err(error) = installed(&FONTS.map(|(_, package)| package)) {
        println!(
            "! other fonts than those of the reference pictures, whose pixels are not compared: {error:#}"
        );
    }
}

/// Sees to sqlite3, with which back-ups are taken; without it, tests of back-ups are skipped.
pub(crate) fn sqlite() {
    is_there("sqlite3", "tests of back-ups are skipped");
}

/// Sees to valgrind, which counts instructions.
pub(crate) fn valgrind() {
    is_there("valgrind", "instructions are not counted");
}

/// Sees to a program that Debian's package of the same name has.
fn is_there(program: &str, else_what: &str) {
    if output(Command::new(program).arg("--version")).is_ok() {
        return;
    }
    if !can_install_debian_packages() {
        println!("! no {program} on the path: {else_what}");
    } else if let Err(error) = installed(&[program]) {
        println!("! no {program}, {else_what}: {error:#}");
    }
}

fn installed(packages: &[&str]) -> Result<()> {
    step(&format!("installing Debian's {} (apt-get)", packages.join(" and ")), || {
        output(apt_get().arg("update"))?;
        output(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(packages)).map(drop)
    })
}

fn can_install_debian_packages() -> bool {
    let is_root = || output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    Path::new("/etc/debian_version").is_file() && is_root()
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// Installs the packages of a folder's lock file, where it has changed.
pub(crate) fn npm_packages(folder: &Path) -> Result<()> {
    node()?;
    let lock = fs::read(folder.join("package-lock.json"));
    let lock = lock.with_context(|| format!("{} has no package-lock.json", folder.display()))?;
    let stamp = folder.join("node_modules/.takeroot-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step("installing npm's packages (npm ci)", || {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let quiet = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        output(Command::new(npm).args(quiet).current_dir(folder))
    })?;
    Ok(fs::write(stamp, lock)?)
}

fn node() -> Result<()> {
    let hint = format!("Node.js {NODE_MAJOR_MIN} or later is needed, with npm");
    let version = output(Command::new("node").arg("--version")).with_context(|| hint.clone())?;
    let major = node_major(&version).with_context(|| format!("node --version said {version:?}"))?;
    ensure!(major >= NODE_MAJOR_MIN, "{hint}; this is {}", version.trim());
    Ok(())
}

fn node_major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(node_major("v20.20.2\n"), Some(20));
        assert_eq!(node_major("20"), None);
    }

    #[test]
    fn the_lock_files_name_no_host_to_download_from() {
        let tools = include_str!("../../../tools/package-lock.json");
        let peers = include_str!("../../../tools/peers/package-lock.json");
        assert!([tools, peers].iter().all(|lock| !lock.contains("\"resolved\"")));
    }
}
