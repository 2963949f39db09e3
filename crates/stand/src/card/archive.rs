//! A widget's archive, opened: its files are served from memory as the CRM's static host serves them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

const FILE_BYTES_MAX: u64 = 8 << 20;

/// The files of an archive and what its manifest says.
#[derive(Debug, Clone)]
pub(super) struct Archive {
    pub(super) manifest: Manifest,
    /// Languages by code.
    pub(super) i18n: BTreeMap<String, Value>,
    files: BTreeMap<String, Vec<u8>>,
}

/// What the page needs of `manifest.json`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Manifest {
    pub(super) widget: Widget,
    #[serde(default)]
    pub(super) locations: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Widget {
    /// A path in the words of each language.
    pub(super) name: String,
    pub(super) version: String,
    #[serde(default)]
    pub(super) init_once: bool,
}

impl Archive {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| path.display().to_string())?;
        let mut zip = zip::ZipArchive::new(file).with_context(|| path.display().to_string())?;
        let mut files = BTreeMap::new();
        for index in 0..zip.len() {
            let entry = zip.by_index(index)?;
            if entry.is_dir() {
                continue;
            }
            let name = entry.name()?.into_owned();
            ensure!(entry.size() <= FILE_BYTES_MAX, "{name} is too large");
            let mut bytes = Vec::new();
            entry.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
            files.insert(name, bytes);
        }
        Self::from_files(files)
    }

    fn from_files(files: BTreeMap<String, Vec<u8>>) -> Result<Self> {
        let manifest = files.get("manifest.json").context("the archive has no manifest.json at its root")?;
        let manifest: Manifest = serde_json::from_slice(manifest).context("manifest.json")?;
        ensure!(files.contains_key("script.js"), "the archive has no script.js at its root");
        let mut i18n = BTreeMap::new();
        for (name, bytes) in &files {
            let lang = name.strip_prefix("i18n/").and_then(|name| name.strip_suffix(".json"));
            if let Some(lang) = lang {
                let words = serde_json::from_slice(bytes).with_context(|| name.clone())?;
                i18n.insert(lang.to_owned(), words);
            }
        }
        Ok(Self { manifest, i18n, files })
    }

    pub(super) fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }
}
