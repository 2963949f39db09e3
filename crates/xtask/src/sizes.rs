use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use flate2::{Compression, write::GzEncoder};

/// What the Worker may weigh, all files together, gzipped: a start costs time with every kilobyte.
pub(crate) const WORKER_GZIP_BYTES_MAX: usize = 450_000;

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
        let mut sizes = Vec::new();
        for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let entry = entry?;
            let bytes = fs::read(entry.path())?;
            sizes.push(Size {
                name: entry.file_name().to_string_lossy().into_owned(),
                raw_bytes: bytes.len(),
                gzip_bytes: gzip_bytes(&bytes)?,
            });
        }
        sizes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self(sizes))
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

fn gzip_bytes(bytes: &[u8]) -> Result<usize> {
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
