//! The widget's archives, one for each of the CRM's brands: gathered, held to the CRM's rules and to their budget,
//! written the same each time.

mod rules;

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::aside::Aside;
use crate::build::{self, Built, stamp};
use crate::logo::{self, LOGOS};
use crate::project::Project;
use crate::setup;
use crate::sizes::{Sizes, WIDGET_CARD_GZIP_BYTES_MAX};
use crate::step::step;
use crate::widget;

/// Files of an archive by their names.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// What a card loads of it beside the words of its language.
const LOADED: [&str; 5] = ["card.js", "panel.js", "script.js", "server.js", "takeroot_wasm.js"];

/// The language whose words stand where a translation has none.
const LANGUAGE_OF_ALL: &str = "en";

/// A brand of the CRM, and the languages that its archives may have.
struct Brand {
    name: &'static str,
    languages: &'static [&'static str],
}

const AMOCRM: Brand = Brand { name: "amocrm", languages: &["ru", "en"] };
const KOMMO: Brand = Brand { name: "kommo", languages: &["en", "es", "pt"] };

/// The archives, side by side.
pub(crate) const ARCHIVES: [&str; 2] = ["amocrm-widget.zip", "kommo-widget.zip"];

/// Builds the Worker, and meanwhile both archives. Returns where amoCRM's lies.
pub(crate) fn with_worker(project: &Project) -> Result<(Built, PathBuf)> {
    setup::ready(project)?;
    let packing = Aside::start(project, "the archives", Command::new(env::current_exe()?).arg("pack"))?;
    let built = build::worker(project)?;
    packing.wait()?;
    Ok((built, path(project, &AMOCRM)))
}

/// Builds both archives, checks them, and says what they weigh. Returns where amoCRM's lies.
pub(crate) fn archive(project: &Project) -> Result<PathBuf> {
    let modules = widget::MODULES.iter().map(|module| Ok((module.file, widget::module(project, module)?)));
    let modules: Vec<(&str, String)> = modules.collect::<Result<_>>()?;
    let files = step("gathering the archives", || gather(&project.root.join("widget/archive"), &modules))?;
    packed(project, &KOMMO, &files)?;
    packed(project, &AMOCRM, &files)
}

fn packed(project: &Project, brand: &Brand, files: &Files) -> Result<PathBuf> {
    let files = brand.of(files)?;
    let broken = rules::broken(&files, env!("CARGO_PKG_VERSION"));
    if !broken.is_empty() {
        bail!("the archive for {} breaks the CRM's rules:\n  {}", brand.name, broken.join("\n  "));
    }
    let words = format!("i18n/{}.json", brand.languages.first().unwrap_or(&LANGUAGE_OF_ALL));
    let loaded = LOADED.into_iter().chain([words.as_str()]);
    let sizes = Sizes::of_files(loaded.filter_map(|name| files.get_key_value(name)))?;
    println!("{sizes}");
    sizes.within(WIDGET_CARD_GZIP_BYTES_MAX).context("what a card loads")?;
    let path = path(project, brand);
    let bytes = zipped(&files)?;
    fs::create_dir_all(project.root.join("dist"))?;
    fs::write(&path, &bytes)?;
    println!("{}: {} files, {} bytes", path.display(), files.len(), bytes.len());
    Ok(path)
}

fn path(project: &Project, brand: &Brand) -> PathBuf {
    project.root.join(format!("dist/{}-widget.zip", brand.name))
}

impl Brand {
    /// The files of its archive: its languages only, each with every word.
    fn of(&self, files: &Files) -> Result<Files> {
        let parse = |name: &str| -> Result<Value> {
            let text = files.get(name).with_context(|| format!("there is no {name}"))?;
            serde_json::from_slice(text).with_context(|| name.to_owned())
        };
        let mut manifest = parse("manifest.json")?;
        let languages = manifest.pointer_mut("/widget/locale").context("manifest.json names no languages")?;
        *languages = self.languages.into();
        let mut own = files.clone();
        own.retain(|name, _| !name.starts_with("i18n/"));
        own.insert("manifest.json".to_owned(), serde_json::to_vec_pretty(&manifest)?);
        for language in self.languages {
            let name = format!("i18n/{language}.json");
            let mut words = parse(&format!("i18n/{LANGUAGE_OF_ALL}.json"))?;
            lay_over(&mut words, parse(&name)?);
            own.insert(name, serde_json::to_vec_pretty(&words)?);
        }
        Ok(own)
    }
}

fn lay_over(below: &mut Value, above: Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                lay_over(below.entry(key).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above,
    }
}

fn gather(folder: &Path, modules: &[(&str, String)]) -> Result<Files> {
    let mut files = Files::new();
    add(folder, "", &mut files)?;
    for (name, module) in modules {
        files.insert((*name).to_owned(), module.as_bytes().to_vec());
    }
    for (name, width, height) in LOGOS {
        files.insert(format!("images/{name}"), logo::png(width, height)?);
    }
    // Caches are refreshed by the address, so it follows the content.
    let contents: Vec<&[u8]> = files.values().map(Vec::as_slice).collect();
    let version: String = stamp(&contents).chars().take(12).collect();
    for (name, script) in files.iter_mut().filter(|(name, _)| name.ends_with(".js")) {
        let text = String::from_utf8(std::mem::take(script)).with_context(|| name.clone())?;
        *script = text.replace("__VERSION__", &version).into_bytes();
    }
    Ok(files)
}

fn add(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            add(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// Sorted by name, with one timestamp: the same files give the same bytes.
fn zipped(files: &Files) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brand_has_its_languages_with_every_word() {
        let files: Files = [
            ("manifest.json", r#"{"widget": {"locale": ["ru", "en"]}}"#),
            ("i18n/ru.json", r#"{"a": {"b": "раз", "c": "два"}}"#),
            ("i18n/en.json", r#"{"a": {"b": "one", "c": "two"}}"#),
            ("i18n/es.json", r#"{"a": {"b": "uno"}}"#),
            ("i18n/pt.json", "{}"),
            ("script.js", ""),
        ]
        .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
        .into();
        let read = |files: &Files, name: &str| serde_json::from_slice::<Value>(&files[name]).unwrap();
        let kommo = KOMMO.of(&files).unwrap();
        let names: Vec<&str> = kommo.keys().map(String::as_str).collect();
        assert_eq!(names, ["i18n/en.json", "i18n/es.json", "i18n/pt.json", "manifest.json", "script.js"]);
        assert_eq!(read(&kommo, "i18n/es.json"), serde_json::json!({"a": {"b": "uno", "c": "two"}}));
        assert_eq!(read(&kommo, "i18n/pt.json"), read(&kommo, "i18n/en.json"));
        assert_eq!(read(&kommo, "manifest.json")["widget"]["locale"], serde_json::json!(["en", "es", "pt"]));
        let amocrm = AMOCRM.of(&files).unwrap();
        assert!(amocrm.contains_key("i18n/ru.json") && !amocrm.contains_key("i18n/es.json"));
    }

    #[test]
    fn the_same_files_give_the_same_bytes() {
        let files: Files = [("b.js", "2"), ("a/c.json", "1")]
            .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
            .into();
        let bytes = zipped(&files).unwrap();
        assert_eq!(bytes, zipped(&files).unwrap());
        let mut read = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!(read.by_index(0).unwrap().name().unwrap(), "a/c.json");
    }
}
