//! `config.capnp` for one's own workerd, derived from `wrangler.jsonc`.

use std::fmt::Write as _;
use std::path::Path;

use crate::wrangler::Wrangler;

/// Secrets of the Worker: taken from the environment of workerd, written nowhere.
pub const SECRETS: &[&str] = &["OPERATOR_KEY", "STORAGE_KEY", "STORAGE_KEY_BEFORE"];

/// Folders under the state folder that workerd writes to, by service.
pub(crate) const DISKS: &[(&str, &str)] =
    &[("object-disk", "objects"), ("kv-disk", "kv"), ("kv-blobs", "kv-blobs"), ("cron-disk", "cron")];

/// What `wrangler.jsonc` does not say: where this instance stands.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The folder with all that is kept; absolute. The modules lie beside the configuration.
    pub state: &'a Path,
    /// The port on loopback; 0 takes a free one.
    pub port: u16,
    /// Whom the Worker may call: addresses, blocks, `public`, `local`. Empty: nobody.
    pub outbound: &'a [String],
}

/// The configuration's text.
///
/// Objects lie under `uniqueKey` = Worker's name and class: data are lost to a Worker that changes either.
#[must_use]
pub fn config(wrangler: &Wrangler, place: Place<'_>) -> String {
    let mut text = String::from("# Derived from wrangler.jsonc; change that file.\n");
    text.push_str("using Workerd = import \"/workerd/workerd.capnp\";\n\n");
    text.push_str(&services(place));
    text.push_str(&worker(wrangler));
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
  services = [
    (name = "main", worker = .main),
    (name = "kv", worker = .kv),
    (name = "cron", worker = .cron),
{disks}    (name = "outbound", network = (allow = [{allow}], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:{port}", http = (), service = "main")],
);
"#,
        port = place.port,
    )
}

fn worker(wrangler: &Wrangler) -> String {
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
    (name = "index.js", esModule = embed "index.js"),
    (name = "index_bg.wasm", wasm = embed "index_bg.wasm"),
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
        config(wrangler, Place { state: Path::new("/state"), port: 8787, outbound: &[] })
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
    fn nobody_may_be_called_unless_allowed() {
        let wrangler = Wrangler::checked_in().unwrap();
        assert!(derived(&wrangler).contains("network = (allow = [],"));
        let outbound = ["127.0.0.1/32".to_owned()];
        let text = config(&wrangler, Place { state: Path::new("/s"), port: 0, outbound: &outbound });
        assert!(text.contains("network = (allow = [\"127.0.0.1/32\"],"));
        assert_eq!(text.matches("globalOutbound = \"outbound\"").count(), 3);
    }

    #[test]
    fn text_cannot_leave_its_quotes() {
        assert_eq!(quoted("a\"b\\c\nd\u{1}é"), "\"a\\\"b\\\\c\\nd\\x01é\"");
    }
}
