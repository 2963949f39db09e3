//! What a server needs, in one folder and one archive: the same sources give the same bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use takeroot_stand::capnp::{self, GATE_JS, Place};
use takeroot_stand::wrangler::Wrangler;

use crate::build::{self, Built};
use crate::pack;
use crate::project::Project;
use crate::step::{output, step};

pub(crate) const HELP: &str = "\
cargo xtask dist

Builds the Worker and packs the widget for amoCRM and for Kommo, and lays out what one's own server needs, for Linux on x86-64:
dist/takeroot-server/ with workerd, the Worker, its configuration, the units of systemd, nginx's configuration, scripts
for back-ups, and the guide docs/self-hosting.md; and the same as dist/takeroot-server.tar.gz.
The same sources give the same bytes.";

/// Files of the repository that a server gets as they are, and whether they are run.
const FILES: [(&str, bool); 12] = [
    ("deploy/backup.sh", true),
    ("deploy/restore.sh", true),
    ("deploy/env.example", false),
    ("deploy/nginx.conf", false),
    ("deploy/takeroot.service", false),
    ("deploy/takeroot-backup.service", false),
    ("deploy/takeroot-backup.timer", false),
    ("deploy/tls.conf", false),
    ("docs/self-hosting.md", false),
    ("docs/self-hosting.ru.md", false),
    ("LICENSE-APACHE", false),
    ("LICENSE-MIT", false),
];

/// What is not ours.
const NOTICE: &str = "\
Takeroot is under Apache-2.0 or MIT, at your choice.
workerd is by Cloudflare and its contributors, under Apache-2.0; https://github.com/cloudflare/workerd
";

/// Lays out the folder and writes the archive.
pub(crate) fn server(project: &Project) -> Result<()> {
    let is_server = cfg!(all(target_os = "linux", target_arch = "x86_64"));
    ensure!(is_server, "a server is made on Linux on x86-64: npm gives workerd for this machine only");
    let (built, widget) = pack::with_worker(project)?;
    let folder = folder(project, &built, &widget)?;
    let archive = project.root.join("dist/takeroot-server.tar.gz");
    step("packing the archive", || archived(&folder, &archive))?;
    println!("{}: {} bytes", archive.display(), fs::metadata(&archive)?.len());
    Ok(())
}

/// The folder that a server is given.
pub(crate) fn folder(project: &Project, built: &Built, widget: &Path) -> Result<PathBuf> {
    let folder = project.root.join("dist/takeroot-server");
    build::empty(&folder.join("worker"))?;
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.is_file() {
            fs::remove_file(path)?;
        }
    }
    for (name, text) in texts()? {
        put(&folder.join(name), text.as_bytes(), false)?;
    }
    for (file, is_run) in FILES {
        let path = project.root.join(file);
        let name = path.file_name().context("a file has a name")?;
        put(&folder.join(name), &build::read(&path)?, is_run)?;
    }
    for module in ["index.js", "index_bg.wasm"] {
        put(&folder.join("worker").join(module), &build::read(&built.worker.join(module))?, false)?;
    }
    for archive in pack::ARCHIVES {
        put(&folder.join(archive), &build::read(&widget.with_file_name(archive))?, false)?;
    }
    put(&folder.join("workerd"), &build::read(&built.workerd)?, true)?;
    Ok(folder)
}

/// What is derived.
fn texts() -> Result<[(&'static str, String); 4]> {
    let outbound = ["public".to_owned()];
    let config = capnp::config(&Wrangler::checked_in()?, Place::server(&outbound));
    Ok([
        ("config.capnp", config),
        ("tls.capnp", capnp::tls_config().to_owned()),
        ("worker/gate.js", GATE_JS.to_owned()),
        ("NOTICE", NOTICE.to_owned()),
    ])
}

fn put(path: &Path, bytes: &[u8], is_run: bool) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, bytes).with_context(|| path.display().to_string())?;
    let mode = if is_run { 0o755 } else { 0o644 };
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(mode))?)
}

fn archived(folder: &Path, archive: &Path) -> Result<()> {
    let (parent, name) = (folder.parent().context("dist")?, folder.file_name().context("a name")?);
    let mut tar = Command::new("tar");
    tar.args(["--create", "--format=ustar", "--sort=name", "--mtime=@0", "--owner=0", "--group=0"])
        .args(["--numeric-owner", "--mode=go-w", "--use-compress-program=gzip -9n", "--file"])
        .arg(archive)
        .arg("--directory")
        .arg(parent)
        .arg(name);
    output(&mut tar).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of a file that a server gets.
    fn text(name: &str) -> String {
        let project = Project::here().unwrap();
        fs::read_to_string(project.root.join("deploy").join(name)).unwrap()
    }

    #[test]
    fn every_file_that_the_units_and_the_guides_name_is_there() {
        let mut names: Vec<String> =
            FILES.iter().map(|(file, _)| file.rsplit('/').next().unwrap().to_owned()).collect();
        names.extend(texts().unwrap().map(|(name, _)| name.to_owned()));
        names.extend(
            ["workerd", "worker", "worker/index.js"].into_iter().chain(pack::ARCHIVES).map(str::to_owned),
        );
        let project = Project::here().unwrap();
        let guides = ["docs/self-hosting.md", "docs/self-hosting.ru.md"]
            .map(|guide| fs::read_to_string(project.root.join(guide)).unwrap());
        let units = ["takeroot.service", "takeroot-backup.service"].map(text);
        let mut named = 0;
        for text in guides.iter().chain(&units) {
            for part in text.split("/opt/takeroot-server/").skip(1) {
                let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || "._-/*".contains(c)));
                let name = part[..end.unwrap_or(part.len())].trim_end_matches(['.', '/']);
                let (start, end) = name.split_once('*').unwrap_or((name, ""));
                let is_it = |known: &String| known.starts_with(start) && known.ends_with(end);
                let is_there =
                    names.iter().any(|known| if name.contains('*') { is_it(known) } else { known == name });
                assert!(is_there, "{name} is not in the archive");
                named += 1;
            }
        }
        assert!(named > 10);
    }

    #[test]
    fn the_unit_and_the_scripts_agree_with_the_configuration() {
        let [(_, config), (_, tls), ..] = texts().unwrap();
        assert!(config.contains("allow = [\"public\"]") && config.contains("LOOPBACK\", text = \"off\""));
        assert!(config.contains("(name = \"FAULTS\", text = \"off\")"));
        assert!(tls.contains("import \"config.capnp\""));
        let unit = text("takeroot.service");
        for line in config.lines().filter(|line| line.contains("disk = (path = ")) {
            let path = line.split('"').nth(3).unwrap();
            let folder = path.strip_prefix("/var/lib/").unwrap();
            let kept = unit.lines().find(|line| line.starts_with("StateDirectory=")).unwrap();
            assert!(kept.split([' ', '=']).any(|known| known == folder), "{folder}");
        }
        for script in ["backup.sh", "restore.sh"] {
            assert!(text(script).contains("${TAKEROOT_STATE:-/var/lib/takeroot}"), "{script}");
        }
        assert!(text("nginx.conf").contains("server 127.0.0.1:8787;"));
        let known = text("env.example");
        for name in capnp::SECRETS.iter().copied().chain(["OUTBOUND_HOSTS"]) {
            assert!(known.contains(&format!("{name}=")), "{name}");
        }
    }
}
