//! The widget's archive: gathered, held to the CRM's rules and to its budget, written the same each time.

mod rules;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::build::stamp;
use crate::logo::{self, LOGOS};
use crate::project::Project;
use crate::sizes::{Sizes, WIDGET_CARD_GZIP_BYTES_MAX};
use crate::step::step;
use crate::widget;

/// Files of an archive by their names.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// What a card loads of it: the scripts, and the words of its language.
const LOADED: [&str; 4] = ["card.js", "script.js", "takeroot_wasm.js", "i18n/ru.json"];

/// Builds the archive, checks it, and says what it weighs. Returns where it lies.
pub(crate) fn archive(project: &Project) -> Result<PathBuf> {
    let modules = widget::MODULES.iter().map(|module| Ok((module.file, widget::module(project, module)?)));
    let modules: Vec<(&str, String)> = modules.collect::<Result<_>>()?;
    let files = step("gathering the archive", || gather(&project.root.join("widget/archive"), &modules))?;
    let broken = rules::broken(&files, env!("CARGO_PKG_VERSION"));
    if !broken.is_empty() {
        bail!("the archive breaks the CRM's rules:\n  {}", broken.join("\n  "));
    }
    let sizes = Sizes::of_files(LOADED.iter().filter_map(|name| files.get_key_value(*name)))?;
    println!("{sizes}");
    sizes.within(WIDGET_CARD_GZIP_BYTES_MAX).context("what a card loads")?;
    let path = project.root.join("dist/amocrm-widget.zip");
    let bytes = zipped(&files)?;
    fs::create_dir_all(project.root.join("dist"))?;
    fs::write(&path, &bytes)?;
    println!("{}: {} files, {} bytes", path.display(), files.len(), bytes.len());
    Ok(path)
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
    for name in ["script.js", "settings.js"] {
        let Some(script) = files.get_mut(name) else { continue };
        let text = String::from_utf8(std::mem::take(script)).context(name)?;
        ensure!(text.contains("__VERSION__"), "{name} asks for its modules without ?v=__VERSION__");
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
