//! Archives as files: packed, and whole or not there.

use super::server::Server;
use anyhow::{Context as _, Result, bail, ensure};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Read, Write as _};
use std::path::Path;
use takeroot_account::{ArchiveHeader, ArchiveLine, Imported};
use takeroot_core::account::{AccountListed, List};

const READ_BYTES: usize = 256 << 10;
const GZIP: [u8; 2] = [0x1F, 0x8B];
/// The longest line is a body of the CRM in base64.
const LINE_BYTES_MAX: u64 = 4 << 20;

/// What was written.
pub(super) struct Written {
    pub(super) pages: u64,
    pub(super) bytes: u64,
}

/// Writes an account's archive into a file that is not there yet.
pub(super) fn export(server: &Server, account: &str, path: &Path) -> Result<Written> {
    is_free(path)?;
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let written = write(server, account, part).and_then(|written| {
        std::fs::rename(part, path).with_context(|| path.display().to_string())?;
        Ok(written)
    });
    if written.is_err() {
        // An error here says less than the one before it.
        drop(std::fs::remove_file(part));
    }
    written
}

fn write(server: &Server, account: &str, part: &Path) -> Result<Written> {
    let file = private(part).with_context(|| part.display().to_string())?;
    let mut packed = GzEncoder::new(BufWriter::new(file), Compression::default());
    let bar = ProgressBar::no_length().with_style(style("  {spinner} {binary_bytes} {binary_bytes_per_sec}"));
    let (mut pages, mut cursor) = (0, None::<String>);
    loop {
        let query = cursor.map(|cursor| format!("?cursor={cursor}")).unwrap_or_default();
        let page = server.send_again("GET", &format!("/v1/accounts/{account}/archive{query}"), &[])?;
        packed.write_all(page.text.as_bytes()).with_context(|| part.display().to_string())?;
        pages += 1;
        bar.inc(page.text.len() as u64);
        cursor = page.cursor;
        if cursor.is_none() {
            let last = page.text.lines().next_back().unwrap_or_default();
            let is_whole = matches!(serde_json::from_str(last), Ok(ArchiveLine::End(_)));
            ensure!(is_whole, "the archive has no end: export it again");
            break;
        }
    }
    bar.finish_and_clear();
    let file = packed.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(Written { pages, bytes: file.metadata()?.len() })
}

/// A new file that nobody else may read.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Sends an archive to a server, page by page; one that broke off goes on where it did.
pub(super) fn import(server: &Server, path: &Path) -> Result<ArchiveHeader> {
    let named = || path.display().to_string();
    let bar = ProgressBar::new(std::fs::metadata(path).with_context(named)?.len());
    let bar = bar.with_style(style("  {bar:40} {bytes} of {total_bytes}, {eta} left"));
    let mut pages = Pages::open(path, &bar).with_context(named)?;
    let first = pages.next_page().with_context(named)?;
    let first = first.with_context(|| format!("{} is empty", path.display()))?;
    let header = header(&first).with_context(named)?;
    let address = format!("/v1/accounts/{}/archive", header.record.account);
    // Whoever is refused while a long page is on its way hears a line that breaks, not the reason.
    server.get::<List<AccountListed>>("/v1/accounts")?;
    let (mut page, mut number) = (Some(first), 0);
    let mut taken = Imported { next: 0, done: false };
    while let Some(text) = page {
        // Pages before the next one are there already.
        if number == taken.next {
            taken = serde_json::from_str(&server.send_again("POST", &address, text.as_bytes())?.text)?;
        }
        number += 1;
        page = pages.next_page().with_context(named)?;
    }
    bar.finish_and_clear();
    ensure!(
        taken.done,
        "{} has no end: export it again. The server holds nothing of it that answers",
        path.display()
    );
    Ok(header)
}

/// Whether a file may be written there: none is written over another one.
pub(crate) fn is_free(path: &Path) -> Result<()> {
    ensure!(!path.exists(), "{} is there already: name another file", path.display());
    Ok(())
}

fn header(page: &str) -> Result<ArchiveHeader> {
    match page.lines().next().map(serde_json::from_str) {
        Some(Ok(ArchiveLine::Header(header))) => Ok(*header),
        Some(Err(error)) => bail!("it is no archive of an account: {error}"),
        _ => bail!("it is no archive of an account: takeroot account export writes one"),
    }
}

/// The pages of a file.
struct Pages {
    lines: BufReader<Box<dyn Read>>,
    /// The first line of the next page.
    line: String,
}

impl Pages {
    fn open(path: &Path, bar: &ProgressBar) -> Result<Self> {
        let mut magic = [0; 2];
        let length = File::open(path)?.read(&mut magic)?;
        let file = bar.wrap_read(File::open(path)?);
        let is_packed = length == magic.len() && magic == GZIP;
        let text: Box<dyn Read> =
            if is_packed { Box::new(MultiGzDecoder::new(BufReader::new(file))) } else { Box::new(file) };
        let mut pages = Self { lines: BufReader::with_capacity(READ_BYTES, text), line: String::new() };
        pages.line = pages.next_line()?;
        Ok(pages)
    }

    /// The lines up to the next one that begins a page; nothing after the last page.
    fn next_page(&mut self) -> Result<Option<String>> {
        let mut page = std::mem::take(&mut self.line);
        loop {
            let line = self.next_line()?;
            if line.is_empty() || line.starts_with("{\"page\":") {
                self.line = line;
                return Ok((!page.is_empty()).then_some(page));
            }
            page.push_str(&line);
        }
    }

    fn next_line(&mut self) -> Result<String> {
        let mut line = String::new();
        let length = (&mut self.lines).take(LINE_BYTES_MAX).read_line(&mut line).context("it is damaged")?;
        ensure!((length as u64) < LINE_BYTES_MAX, "it is no archive of an account: a line is too long");
        Ok(line)
    }
}

/// A bar on standard error; none where that is no terminal.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
