use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use flate2::{Compression, write::GzEncoder};

/// What the Worker may weigh, all files together, gzipped: a start costs time with every kilobyte.
pub(crate) const WORKER_GZIP_BYTES_MAX: usize = 979_000;

/// What the widget's WASM may weigh, gzipped.
pub(crate) const WIDGET_WASM_GZIP_BYTES_MAX: usize = 98_000;
/// What the WASM of the settings page may weigh, gzipped.
pub(crate) const SETTINGS_WASM_GZIP_BYTES_MAX: usize = 208_500;
/// What all that a card must load may weigh as shipped, gzipped: text of WASM in base64 weighs more than WASM.
pub(crate) const WIDGET_CARD_GZIP_BYTES_MAX: usize = 110_000;

/// The sizes of a built thing, file by file.
#[derive(Debug)]
pub(crate) struct Sizes(Vec<Size>);

#[derive(Debug)]
struct Size {
    name: String,
    raw_bytes: usize,
    gzip_bytes: usize,
}

impl Sizes {
    /// Measures every file of a folder.
    pub(crate) fn of(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let entry = entry?;
            files.push((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?));
        }
        files.sort();
        Self::of_files(files.iter().map(|(name, bytes)| (name, bytes)))
    }

    /// Measures files in their order.
    pub(crate) fn of_files<'a>(files: impl Iterator<Item = (&'a String, &'a Vec<u8>)>) -> Result<Self> {
        let size = |(name, bytes): (&String, &Vec<u8>)| {
            Ok(Size { name: name.clone(), raw_bytes: bytes.len(), gzip_bytes: gzip_bytes(bytes)? })
        };
        files.map(size).collect::<Result<_>>().map(Self)
    }

    /// An error when all files together, gzipped, weigh more than the budget.
    pub(crate) fn within(&self, gzip_bytes_max: usize) -> Result<()> {
        let total: usize = self.0.iter().map(|size| size.gzip_bytes).sum();
        ensure!(
            total <= gzip_bytes_max,
            "too big: {total} bytes gzipped, the budget is {gzip_bytes_max}\n{self}"
        );
        Ok(())
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Size { name, raw_bytes, gzip_bytes } in &self.0 {
            writeln!(f, "  {name:<16} {raw_bytes:>9} bytes {gzip_bytes:>9} gzipped")?;
        }
        let (raw, gzip) = self.0.iter().fold((0, 0), |(r, g), s| (r + s.raw_bytes, g + s.gzip_bytes));
        write!(f, "  {:<16} {raw:>9} bytes {gzip:>9} gzipped", "together")
    }
}

/// The size of bytes, gzipped as small as it goes.
pub(crate) fn gzip_bytes(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_broken_by_one_byte() {
        let size = |gzip_bytes| Size { name: "x".to_owned(), raw_bytes: 100, gzip_bytes };
        let sizes = Sizes(vec![size(60), size(40)]);
        assert!(sizes.within(100).is_ok());
        assert!(sizes.within(99).unwrap_err().to_string().contains("100 bytes gzipped"));
    }
}
