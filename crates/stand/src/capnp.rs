//! `config.capnp` for one's own workerd, derived from `wrangler.jsonc`.

use std::fmt::Write as _;
use std::path::Path;

use crate::wrangler::Wrangler;

/// Secrets of the Worker: taken from the environment of workerd, written nowhere.
pub const SECRETS: &[&str] = &["OPERATOR_KEY", "STORAGE_KEY", "STORAGE_KEY_BEFORE"];

/// Folders under the state folder that workerd writes to, by service.
pub(crate) const DISKS: &[(&str, &str)] =
    &[("object-disk", "objects"), ("kv-disk", "kv"), ("kv-blobs", "kv-blobs"), ("cron-disk", "cron")];

/// The wall between the Worker and the network: a Worker of its own.
pub const GATE_JS: &str = include_str!("../../../worker/gate.js");

/// What `wrangler.jsonc` does not say: where this instance stands.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The folder with all that is kept; absolute.
    pub state: &'a Path,
    /// Where the modules lie, relative to the configuration: empty, or with a slash at its end.
    pub modules: &'a str,
    /// Where it listens, in plain HTTP: `127.0.0.1:8787`; the port 0 takes a free one.
    pub listen: &'a str,
    /// Addresses that the gate may reach: blocks, `public`, `local`. Empty: none.
    pub outbound: &'a [String],
    /// Whether the gate lets plain HTTP to this machine through: the stand's CRM is there.
    pub loopback: bool,
}

impl Place<'_> {
    /// A server: behind a proxy of the same machine, with the public addresses behind the gate.
    #[must_use]
    pub fn server(outbound: &[String]) -> Place<'_> {
        let (state, modules, listen) = (Path::new("/var/lib/takeroot"), "worker/", "127.0.0.1:8787");
        Place { state, modules, listen, outbound, loopback: false }
    }
}

/// The configuration's text.
///
/// Objects lie under `uniqueKey` = Worker's name and class: data are lost to a Worker that changes either.
#[must_use]
pub fn config(wrangler: &Wrangler, place: Place<'_>) -> String {
    let mut text = String::from("# Derived from wrangler.jsonc; change that file.\n");
    text.push_str("using Workerd = import \"/workerd/workerd.capnp\";\n\n");
    text.push_str(&services(place));
    text.push_str(&worker(wrangler, place));
    text.push_str(&gate(wrangler, place));
    text.push_str(&kv(wrangler));
    text.push_str(&cron(wrangler));
    text
}

fn services(place: Place<'_>) -> String {
    let disks: String = DISKS
        .iter()
        .map(|(service, folder)| {
            let path = quoted(&place.state.join(folder).to_string_lossy());
            format!("    (name = {}, disk = (path = {path}, writable = true)),\n", quoted(service))
        })
        .collect();
    let allow: Vec<String> = place.outbound.iter().map(|peer| quoted(peer)).collect();
    let allow = allow.join(", ");
    format!(
        r#"const config :Workerd.Config = (
  services = .services,
  sockets = [(name = "http", address = {listen}, http = (), service = "main")],
  v8Flags = .v8Flags,
);

# Memory is given back early and all at once. Each time is short, as objects keep their data in SQLite: after many webhooks
# half as much is resident, and each takes less time than with a smaller young space, which is gone through more often.
# What is worth inlining in the Worker is inlined before; once more costs memory alone.
const v8Flags :List(Text) = ["--max-semi-space-size=8", "--optimize-for-size", "--initial-heap-size=1", "--gc-global", "--no-wasm-inlining"];

const services :List(Workerd.Service) = [
    (name = "main", worker = .main),
    (name = "kv", worker = .kv),
    (name = "cron", worker = .cron),
{disks}    (name = "outbound", worker = .gate),
    (name = "internet", network = (allow = [{allow}], tlsOptions = (trustBrowserCas = true))),
];
"#,
        listen = quoted(place.listen),
    )
}

/// A server that speaks TLS itself, without a proxy: the same services behind another socket. The certificate lies in
/// `tls/` of a folder that workerd is told by `--import-path`.
#[must_use]
pub fn tls_config() -> &'static str {
    r#"# TLS without a proxy: workerd serve --experimental --import-path=/etc/takeroot tls.capnp
using Workerd = import "/workerd/workerd.capnp";
using Plain = import "config.capnp";

const tls :Workerd.Config = (
  services = Plain.services,
  v8Flags = Plain.v8Flags,
  sockets = [(name = "https", address = "*:443", service = "main", https = (
    options = (),
    tlsOptions = (minVersion = tls1Dot2, keypair = (
      privateKey = embed "/tls/privkey.pem",
      certificateChain = embed "/tls/fullchain.pem",
    )),
  ))],
);
"#
}

fn gate(wrangler: &Wrangler, place: Place<'_>) -> String {
    let loopback = if place.loopback { "on" } else { "off" };
    format!(
        r#"
const gate :Workerd.Worker = (
  compatibilityDate = {date},
  modules = [(name = "gate.js", esModule = embed {gate})],
  globalOutbound = "internet",
  bindings = [
    (name = "OUTBOUND_HOSTS", fromEnvironment = "OUTBOUND_HOSTS"),
    (name = "LOOPBACK", text = "{loopback}"),
  ],
);
"#,
        date = quoted(&wrangler.compatibility_date),
        gate = quoted(&format!("{}gate.js", place.modules)),
    )
}

fn worker(wrangler: &Wrangler, place: Place<'_>) -> String {
    let mut namespaces = String::new();
    let mut bindings = String::new();
    for object in &wrangler.durable_objects.bindings {
        let class = quoted(&object.class_name);
        let key = quoted(&format!("{}-{}", wrangler.name, object.class_name));
        let _ = writeln!(namespaces, "    (className = {class}, uniqueKey = {key}, enableSql = true),");
        let _ =
            writeln!(bindings, "    (name = {}, durableObjectNamespace = {class}),", quoted(&object.name));
    }
    for namespace in &wrangler.kv_namespaces {
        let props = serde_json::json!({ "namespace": namespace.binding }).to_string();
        let (name, props) = (quoted(&namespace.binding), quoted(&props));
        let _ = writeln!(
            bindings,
            "    (name = {name}, kvNamespace = (name = \"kv\", props = (json = {props}))),"
        );
    }
    for (name, value) in &wrangler.vars {
        let _ = writeln!(bindings, "    (name = {}, text = {}),", quoted(name), quoted(value));
    }
    for name in SECRETS.iter().copied().map(quoted) {
        let _ = writeln!(bindings, "    (name = {name}, fromEnvironment = {name}),");
    }
    format!(
        r#"
const main :Workerd.Worker = (
  compatibilityDate = {date},
  modules = [
    (name = "index.js", esModule = embed {index}),
    (name = "index_bg.wasm", wasm = embed {wasm}),
  ],
  durableObjectNamespaces = [
{namespaces}  ],
  durableObjectStorage = (localDisk = "object-disk"),
  globalOutbound = "outbound",
  bindings = [
{bindings}  ],
);
"#,
        date = quoted(&wrangler.compatibility_date),
        index = quoted(&format!("{}index.js", place.modules)),
        wasm = quoted(&format!("{}index_bg.wasm", place.modules)),
    )
}

fn kv(wrangler: &Wrangler) -> String {
    format!(
        r#"
const kv :Workerd.Worker = (
  compatibilityDate = {date},
  modules = [(name = "kv.js", bundled = "/workerd/kv.js")],
  durableObjectNamespaces = [(className = "KVNamespace", uniqueKey = {key}, enableSql = true)],
  durableObjectStorage = (localDisk = "kv-disk"),
  globalOutbound = "outbound",
  bindings = [
    (name = "SHARD", durableObjectNamespace = "KVNamespace"),
    (name = "BLOBS", service = "kv-blobs"),
  ],
);
"#,
        date = quoted(&wrangler.compatibility_date),
        key = quoted(&format!("{}-kv", wrangler.name)),
    )
}

fn cron(wrangler: &Wrangler) -> String {
    let crons = serde_json::json!({ "main": wrangler.triggers.crons }).to_string();
    format!(
        r#"
const cron :Workerd.Worker = (
  compatibilityDate = {date},
  compatibilityFlags = ["service_binding_extra_handlers"],
  modules = [(name = "cron.js", bundled = "/workerd/cron.js")],
  durableObjectNamespaces = [(className = "Schedule", uniqueKey = {key}, enableSql = true)],
  durableObjectStorage = (localDisk = "cron-disk"),
  globalOutbound = "outbound",
  bindings = [
    (name = "SCHEDULE", durableObjectNamespace = "Schedule"),
    (name = "CRONS", json = {crons}),
    (name = "main", service = "main"),
  ],
);
"#,
        date = quoted(&wrangler.compatibility_date),
        key = quoted(&format!("{}-cron", wrangler.name)),
        crons = quoted(&crons),
    )
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_ascii_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(wrangler: &Wrangler) -> String {
        config(wrangler, Place::server(&[]))
    }

    #[test]
    fn all_that_the_configuration_binds_is_in_the_derived_one() {
        let wrangler = Wrangler::checked_in().unwrap();
        let text = derived(&wrangler);
        let mut wanted = vec![format!("compatibilityDate = \"{}\"", wrangler.compatibility_date)];
        for object in &wrangler.durable_objects.bindings {
            wanted.push(format!(
                "(name = \"{}\", durableObjectNamespace = \"{}\")",
                object.name, object.class_name
            ));
        }
        for class in wrangler.migrations.iter().flat_map(|m| &m.new_sqlite_classes) {
            wanted.push(format!(
                "(className = \"{class}\", uniqueKey = \"takeroot-{class}\", enableSql = true)"
            ));
        }
        for kv in &wrangler.kv_namespaces {
            wanted.push(format!("(name = \"{}\", kvNamespace = (name = \"kv\"", kv.binding));
        }
        for (name, value) in &wrangler.vars {
            wanted.push(format!("(name = \"{name}\", text = \"{value}\")"));
        }
        for cron in &wrangler.triggers.crons {
            wanted.push(format!("\\\"{cron}\\\""));
        }
        for name in SECRETS {
            wanted.push(format!("(name = \"{name}\", fromEnvironment = \"{name}\")"));
        }
        for line in wanted {
            assert!(text.contains(&line), "no {line} in\n{text}");
        }
    }

    #[test]
    fn everything_goes_out_by_the_gate_and_reaches_nobody_unless_allowed() {
        let wrangler = Wrangler::checked_in().unwrap();
        assert!(derived(&wrangler).contains("network = (allow = [],"));
        let outbound = ["public".to_owned()];
        let text = config(&wrangler, Place::server(&outbound));
        assert!(text.contains("(name = \"internet\", network = (allow = [\"public\"],"));
        assert!(text.contains("(name = \"LOOPBACK\", text = \"off\")"));
        assert!(text.contains("(name = \"outbound\", worker = .gate)"));
        assert_eq!(text.matches("globalOutbound = \"outbound\"").count(), 3);
        assert_eq!(text.matches("globalOutbound = \"internet\"").count(), 1);
        let loopback = config(&wrangler, Place { loopback: true, ..Place::server(&outbound) });
        assert!(loopback.contains("(name = \"LOOPBACK\", text = \"on\")"));
    }

    #[test]
    fn a_server_keeps_its_state_where_the_unit_and_the_scripts_expect_it() {
        let text = derived(&Wrangler::checked_in().unwrap());
        assert!(text.contains("address = \"127.0.0.1:8787\""));
        for (_, folder) in DISKS {
            assert!(text.contains(&format!("(path = \"/var/lib/takeroot/{folder}\", writable = true)")));
        }
        for module in ["index.js", "index_bg.wasm", "gate.js"] {
            assert!(text.contains(&format!("embed \"worker/{module}\"")));
        }
    }

    #[test]
    fn text_cannot_leave_its_quotes() {
        assert_eq!(quoted("a\"b\\c\nd\u{1}é"), "\"a\\\"b\\\\c\\nd\\x01é\"");
    }
}
