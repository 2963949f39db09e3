//! The checked-in `wrangler.jsonc`, read into types. A key that is not known here is an error: what the stand
//! does not derive, it must not run without.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// The text of `worker/wrangler.jsonc`.
pub const WRANGLER_JSONC: &str = include_str!("../../../worker/wrangler.jsonc");

/// The Worker's configuration.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrangler {
    /// The Worker's name; part of the keys under which objects are stored.
    pub name: String,
    /// The main module, relative to the file.
    pub main: String,
    /// The main module is taken as it is.
    pub no_bundle: bool,
    /// The day whose behaviour of the runtime the Worker was written for.
    pub compatibility_date: String,
    /// Objects bound to the Worker.
    pub durable_objects: DurableObjects,
    /// The history of object classes.
    pub migrations: Vec<Migration>,
    /// KV namespaces bound to the Worker.
    pub kv_namespaces: Vec<KvNamespace>,
    /// What wakes the Worker by time.
    pub triggers: Triggers,
    /// Plain variables.
    pub vars: BTreeMap<String, String>,
}

/// Objects bound to the Worker.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DurableObjects {
    /// One binding per class.
    pub bindings: Vec<ObjectBinding>,
}

/// One class of objects under the name by which the Worker knows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectBinding {
    /// The binding's name.
    pub name: String,
    /// The exported class.
    pub class_name: String,
}

/// One step in the history of object classes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// The step's name.
    pub tag: String,
    /// Classes that begin, with SQLite storage.
    pub new_sqlite_classes: Vec<String>,
}

/// One KV namespace under the name by which the Worker knows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KvNamespace {
    /// The binding's name.
    pub binding: String,
    /// The namespace's id where it is hosted.
    pub id: Option<String>,
}

/// What wakes the Worker by time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Triggers {
    /// Cron expressions, in UTC.
    pub crons: Vec<String>,
}

impl Wrangler {
    /// Reads JSON with comments.
    ///
    /// # Errors
    /// Broken JSON, an unknown key, and a bound class that no migration creates.
    pub fn parse(jsonc: &str) -> Result<Self> {
        let wrangler: Self = serde_json::from_str(&without_comments(jsonc)).context("wrangler.jsonc")?;
        for object in &wrangler.durable_objects.bindings {
            let created =
                wrangler.migrations.iter().any(|m| m.new_sqlite_classes.contains(&object.class_name));
            ensure!(created, "wrangler.jsonc: no migration creates the class {}", object.class_name);
        }
        Ok(wrangler)
    }

    /// The checked-in configuration.
    ///
    /// # Errors
    /// As [`Wrangler::parse`].
    pub fn checked_in() -> Result<Self> {
        Self::parse(WRANGLER_JSONC)
    }
}

/// Blanks out `//` and `/* */` comments outside strings, so that places in error messages stay true.
fn without_comments(jsonc: &str) -> String {
    #[derive(PartialEq)]
    enum In {
        Json,
        String,
        Line,
        Block,
    }
    let mut state = In::Json;
    let mut out = String::with_capacity(jsonc.len());
    let mut chars = jsonc.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        match (&state, c, next) {
            (In::Json, '"', _) => state = In::String,
            (In::String, '"', _) => state = In::Json,
            (In::String, '\\', Some(escaped)) => {
                out.push(c);
                out.push(escaped);
                chars.next();
                continue;
            }
            (In::Json, '/', Some('/')) => state = In::Line,
            (In::Json, '/', Some('*')) => {
                state = In::Block;
                out.push_str("  ");
                chars.next();
                continue;
            }
            (In::Line, '\n', _) => state = In::Json,
            (In::Block, '*', Some('/')) => {
                state = In::Json;
                out.push_str("  ");
                chars.next();
                continue;
            }
            _ => {}
        }
        let blank = matches!(state, In::Line | In::Block) && c != '\n';
        out.push(if blank { ' ' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_blanks_and_strings_stay() {
        let jsonc = "{ // one \"x\"\n \"a\": \"http://b /* c */ \\\" // d\", /* two\n three */ \"e\": 1 }";
        assert_eq!(
            without_comments(jsonc),
            "{           \n \"a\": \"http://b /* c */ \\\" // d\",       \n          \"e\": 1 }"
        );
    }

    #[test]
    fn a_comment_that_never_ends_swallows_the_rest() {
        assert_eq!(without_comments("{} /* x"), "{}     ");
        assert_eq!(without_comments("{} // x"), "{}     ");
        assert_eq!(without_comments("/"), "/");
    }

    #[test]
    fn the_checked_in_file_is_read() {
        assert_eq!(Wrangler::checked_in().unwrap().name, "takeroot");
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        let jsonc = WRANGLER_JSONC.replacen("\"name\"", "\"queues\": {},\n  \"name\"", 1);
        let error = format!("{:#}", Wrangler::parse(&jsonc).unwrap_err());
        assert!(error.contains("queues"), "{error}");
    }

    #[test]
    fn a_bound_class_that_no_migration_creates_is_an_error() {
        let jsonc = WRANGLER_JSONC.replace("\"class_name\": \"AccountObject\"", "\"class_name\": \"Other\"");
        let error = Wrangler::parse(&jsonc).unwrap_err().to_string();
        assert!(error.contains("Other"), "{error}");
    }
}
