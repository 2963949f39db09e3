//! The guide to one's own server, run as it is written: every block that is marked `sh run`, in a sandbox that stands
//! for the machine.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use takeroot_stand::skip::skipped;
use takeroot_stand::workerd::SERVER_FOLDER;

const GUIDE: &str = include_str!("../../docs/self-hosting.md");
const GUIDE_RU: &str = include_str!("../../docs/self-hosting.ru.md");

/// Folders of the machine that lie in the sandbox.
const FOLDERS: [&str; 6] =
    ["/opt", "/etc/takeroot", "/etc/systemd/system", "/etc/nginx", "/var/lib/takeroot", "/var/backups"];
const STUBS: [(&str, &str); 3] = [
    ("systemctl", include_str!("guide/systemctl")),
    ("curl", include_str!("guide/curl")),
    ("nginx", include_str!("guide/nginx")),
];

/// Blocks of shell by their marks.
fn blocks(guide: &str, mark: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        if line == format!("```{mark}") {
            blocks.push(
                lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect(),
            );
        }
    }
    blocks
}

#[test]
fn both_languages_say_the_same_commands() {
    for mark in ["sh", "sh run"] {
        let commands = |guide| -> Vec<String> {
            let blocks = blocks(guide, mark);
            let lines = blocks.iter().flat_map(|block| block.lines());
            lines.map(|line| line.split(" # ").next().unwrap().to_owned()).collect()
        };
        assert!(!commands(GUIDE).is_empty());
        assert_eq!(commands(GUIDE), commands(GUIDE_RU), "{mark}");
    }
    let sections = |guide: &str| guide.lines().filter(|line| line.starts_with('#')).count();
    assert_eq!(sections(GUIDE), sections(GUIDE_RU));
}

fn found(command: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let extra = [PathBuf::from("/usr/sbin")];
    std::env::split_paths(&path).chain(extra).map(|folder| folder.join(command)).find(|path| path.is_file())
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The machine of the guide; what it started ends with it.
struct Sandbox {
    root: PathBuf,
    nginx: Option<PathBuf>,
}

impl Sandbox {
    fn new(server: &Path) -> Self {
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("guide");
        let sandbox = Self { root, nginx: found("nginx").filter(|_| found("openssl").is_some()) };
        let _ = fs::remove_dir_all(&sandbox.root);
        for folder in FOLDERS.iter().chain(&["/home", "/bin", "/etc/nginx/conf.d"]) {
            fs::create_dir_all(sandbox.path(folder)).unwrap();
        }
        fs::remove_dir(sandbox.path("/var/lib/takeroot")).unwrap();
        let does_nothing = ["apt-get", "useradd", "chown"].map(|name| (name, "#!/bin/sh\n"));
        for (name, text) in does_nothing.iter().chain(&STUBS).chain(&[("sudo", "#!/bin/sh\nexec \"$@\"\n")]) {
            let stub = sandbox.path("/bin").join(name);
            fs::write(&stub, text).unwrap();
            fs::set_permissions(stub, fs::Permissions::from_mode(0o755)).unwrap();
        }
        sandbox.run(&format!(
            "tar --create --use-compress-program='gzip -1' --file takeroot-server.tar.gz -C '{}' takeroot-server",
            server.parent().unwrap().display()
        ));
        if sandbox.nginx.is_some() {
            let folder = sandbox.path("/etc/letsencrypt/live/takeroot.example");
            fs::create_dir_all(&folder).unwrap();
            sandbox.run(&format!(
                "cd '{}' && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=takeroot.example \
                 -addext subjectAltName=DNS:takeroot.example -keyout privkey.pem -out fullchain.pem 2> /dev/null",
                folder.display()
            ));
        }
        sandbox
    }

    fn path(&self, of: &str) -> PathBuf {
        self.root.join(of.trim_start_matches('/'))
    }

    /// Runs a script with the machine's folders in the sandbox; what it printed.
    fn run(&self, script: &str) -> String {
        let mut script = script.to_owned();
        for folder in FOLDERS {
            script = script.replace(&format!(" {folder}"), &format!(" {}", self.path(folder).display()));
        }
        let path = std::env::var("PATH").unwrap();
        // Into a file: what the script leaves running would hold a pipe open.
        let log = self.root.join("script.log");
        let file = fs::File::create(&log).unwrap();
        let status = Command::new("timeout")
            .args(["120", "bash", "-euxo", "pipefail", "-c", &script])
            .current_dir(self.path("/home"))
            .env("PATH", format!("{}:{path}", self.path("/bin").display()))
            .env("ROOT", &self.root)
            .env("TAKEROOT_STATE", self.path("/var/lib/takeroot"))
            .env("NGINX_BINARY", self.nginx.clone().unwrap_or_default())
            .env("CURL", found("curl").unwrap())
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .envs(ports())
            .status()
            .unwrap();
        let told = String::from_utf8_lossy(&fs::read(&log).unwrap()).into_owned();
        let workerd = fs::read_to_string(self.root.join("workerd.log")).unwrap_or_default();
        assert!(status.success(), "{told}\n{workerd}");
        told
    }
}

/// One set of ports for all scripts.
fn ports() -> [(&'static str, String); 3] {
    use std::sync::OnceLock;
    static PORTS: OnceLock<[u16; 3]> = OnceLock::new();
    let [plain, tls, http] = *PORTS.get_or_init(|| [free_port(), free_port(), free_port()]);
    [("PORT", plain.to_string()), ("TLS_PORT", tls.to_string()), ("HTTP_PORT", http.to_string())]
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        for file in ["workerd.pid", "nginx.pid"] {
            let Ok(pid) = fs::read_to_string(self.root.join(file)) else { continue };
            let _ = Command::new("kill").arg(pid.trim()).status();
        }
    }
}

#[test]
fn the_guide_does_what_it_says() {
    let Some(server) = std::env::var_os(SERVER_FOLDER).map(PathBuf::from) else {
        return skipped("the guide to one's own server", "the server's folder is made by `cargo xtask test`");
    };
    if let Some(missing) = ["sqlite3", "curl", "openssl"].into_iter().find(|name| found(name).is_none()) {
        return skipped("the guide to one's own server", &format!("{missing} is not installed"));
    }
    let sandbox = Sandbox::new(&server);
    if sandbox.nginx.is_none() {
        skipped("TLS in the guide to one's own server", "nginx is not installed");
    }
    let told = sandbox.run(&blocks(GUIDE, "sh run").concat());
    assert_eq!(told.matches(r#"{"ok":true}"#).count(), 4, "{told}");
    for wanted in [
        r#""account":"amo-30441694""#,
        r#"{"facts":1}"#,
        r#""facts":1"#,
        r#""equal":true"#,
        "takeroot_up_since_seconds 1",
        ".tar.gz",
    ] {
        assert!(told.contains(wanted), "{wanted} in\n{told}");
    }
    let log = fs::read_to_string(sandbox.root.join("workerd.log")).unwrap();
    let env = fs::read_to_string(sandbox.path("/etc/takeroot/env")).unwrap();
    let keys: Vec<&str> =
        env.lines().filter_map(|line| line.split_once("_KEY=").map(|(_, key)| key)).collect();
    assert!(keys.iter().filter(|key| key.len() == 64).count() == 2 && keys[0] != keys[1]);
    assert!(keys.iter().filter(|key| !key.is_empty()).all(|key| !log.contains(key)));
    if sandbox.nginx.is_some() {
        let access = fs::read_to_string(sandbox.path("/var/log/nginx/takeroot.log")).unwrap();
        assert!(access.contains("POST /hooks/ 200"), "{access}");
        assert!(!access.contains("amo-30441694.") && !access.contains("token="), "{access}");
        without_nginx(&sandbox);
    }
}

/// The guide's other way: all but the certificate, which the sandbox has signed itself.
fn without_nginx(sandbox: &Sandbox) {
    let told = sandbox.run(
        "kill $(cat $ROOT/nginx.pid)
        mkdir -p /etc/takeroot/tls /etc/systemd/system/takeroot.service.d
        cp /opt/takeroot-server/tls.conf /etc/systemd/system/takeroot.service.d/
        cp $ROOT/etc/letsencrypt/live/takeroot.example/*.pem /etc/takeroot/tls/
        sleep 1
        systemctl restart takeroot
        sleep 2
        curl --fail --silent --show-error https://takeroot.example/health",
    );
    assert!(told.contains(r#"{"ok":true}"#), "{told}");
}
