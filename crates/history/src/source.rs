//! A file's bytes, as they come, into blocks of whole records in UTF-8. The same blocks however it is fed.

use crate::mapping::Mapping;
use crate::plan::{self, Plan};
use crate::problem::{Position, Problem};
use crate::record::{End, RECORD_BYTES_MAX, Records, lines, record};
use crate::rejects::Refusal;
use crate::text::Decoder;
use memchr::{memchr, memrchr2};
use std::sync::Arc;

/// Bytes that are cut at once: as much as stays in the processor's cache while it is looked through.
const BLOCK_BYTES: usize = 256 << 10;
/// Quotes that never close, beyond which a file is not read with quotes at all.
const UNCLOSED_MAX: u64 = 1000;

/// One file, while it is read.
#[derive(Debug)]
pub struct Source {
    mapping: Arc<Mapping>,
    file: String,
    ordinal: u16,
    decoder: Decoder,
    /// Decoded and not yet cut.
    buffer: Vec<u8>,
    /// Bytes that are cut next: a block, or as many as a record may have where a block holds none.
    window: usize,
    /// Of the buffer's first byte.
    line: u64,
    /// Within a line that is over the limit.
    skipping: bool,
    unclosed: u64,
    refused: Vec<(u64, Refusal)>,
    plan: Option<Arc<Plan>>,
}

/// Whole records of one file.
#[derive(Debug)]
pub struct Block {
    pub(crate) plan: Arc<Plan>,
    pub(crate) bytes: Vec<u8>,
    /// Of the first byte.
    pub(crate) line: u64,
    /// What was left out while cutting.
    pub(crate) refused: Vec<(u64, Refusal)>,
}

impl Source {
    /// A file to be read: its name for messages, and its place among the files.
    #[must_use]
    pub fn new(mapping: Arc<Mapping>, file: &str, ordinal: u16) -> Self {
        let decoder = Decoder::new(mapping.encoding);
        Self {
            mapping,
            file: file.to_owned(),
            ordinal,
            decoder,
            buffer: Vec::new(),
            window: RECORD_BYTES_MAX,
            line: 1,
            skipping: false,
            unclosed: 0,
            refused: Vec::new(),
            plan: None,
        }
    }

    /// Takes the next bytes; puts the blocks that are whole into `out`.
    ///
    /// # Errors
    /// The header lacks a column of the mapping, or the quotes do not fit together.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Block>) -> Result<(), Problem> {
        for piece in bytes.chunks(BLOCK_BYTES) {
            self.decoder.decode(piece, &mut self.buffer);
            while self.buffer.len() > self.window {
                self.cut(false, out)?;
            }
        }
        Ok(())
    }

    /// Takes the end of the file.
    ///
    /// # Errors
    /// As [`Source::feed`], or there is no header.
    pub fn finish(mut self, out: &mut Vec<Block>) -> Result<(), Problem> {
        self.decoder.finish(&mut self.buffer);
        while !self.buffer.is_empty() {
            self.cut(true, out)?;
        }
        let Some(plan) = self.plan else {
            let problem = Problem::new(&self.file, Position::default(), "the file is empty");
            return Err(problem.hint("the first line is the header: the names of the columns"));
        };
        if !self.refused.is_empty() {
            out.push(Block { plan, bytes: Vec::new(), line: self.line, refused: self.refused });
        }
        Ok(())
    }

    fn cut(&mut self, ends: bool, out: &mut Vec<Block>) -> Result<(), Problem> {
        let window = self.buffer.len().min(self.window);
        let ends = ends && window == self.buffer.len();
        let Some(plan) = self.plan.clone() else { return self.header(ends) };
        if self.skipping {
            self.skip(window);
            return Ok(());
        }
        let bytes = self.buffer.get(..window).unwrap_or_default();
        let (whole, end) = wholes(bytes, plan.delimiter, ends);
        if whole > 0 {
            // The next window fits without growing.
            let mut rest = Vec::with_capacity(2 * BLOCK_BYTES);
            rest.extend(self.buffer.drain(whole..));
            self.window = BLOCK_BYTES;
            let bytes = std::mem::replace(&mut self.buffer, rest);
            let line = self.line;
            self.line += lines(&bytes);
            self.limit()?;
            out.push(Block { plan, bytes, line, refused: std::mem::take(&mut self.refused) });
            return Ok(());
        }
        if !ends && self.window < RECORD_BYTES_MAX {
            self.window = RECORD_BYTES_MAX;
            return Ok(());
        }
        if end == End::Quoted {
            self.unclosed += 1;
            if self.unclosed > UNCLOSED_MAX {
                let at = Position { line: self.line, column: 0 };
                let problem = Problem::new(&self.file, at, "the quotes of the file do not fit together");
                return Err(
                    problem.hint("export it again as CSV with quoted texts, or with another delimiter")
                );
            }
            self.refused.push((self.line, Refusal::row("a quote that opens here never closes")));
        } else {
            let message = format!("the row is over {RECORD_BYTES_MAX} bytes");
            self.refused.push((self.line, Refusal::row(message)));
        }
        self.skip(window);
        Ok(())
    }

    /// Leaves out the rest of a line.
    fn skip(&mut self, window: usize) {
        let bytes = self.buffer.get(..window).unwrap_or_default();
        let end = memchr::memchr2(b'\n', b'\r', bytes);
        let two = end.is_some_and(|end| bytes.get(end..end + 2) == Some(b"\r\n"));
        self.buffer.drain(..end.map_or(window, |end| end + 1 + usize::from(two)));
        self.line += u64::from(end.is_some());
        self.skipping = end.is_none();
    }

    fn limit(&self) -> Result<(), Problem> {
        if self.line <= u64::from(u32::MAX) {
            return Ok(());
        }
        let at = Position { line: self.line, column: 0 };
        Err(Problem::new(&self.file, at, "the file has over 4,294,967,295 lines").hint("split it by date"))
    }

    /// Reads the header off the beginning of the file.
    fn header(&mut self, ends: bool) -> Result<(), Problem> {
        let mut told = None;
        loop {
            let bytes = &self.buffer;
            let delimiter = told.or(self.mapping.delimiter);
            let delimiter = delimiter.unwrap_or_else(|| plan::guessed(&self.mapping, bytes));
            let mut spans = Vec::new();
            let (end, stray) = record(bytes, 0, delimiter, &mut spans);
            let next = match end {
                End::Line(next) => next,
                End::Text if ends => bytes.len(),
                End::Text | End::Quoted => {
                    let at = Position { line: self.line, column: 0 };
                    let problem = Problem::new(&self.file, at, "the header does not end");
                    return Err(
                        problem.hint("the first line is the names of the columns; is this a CSV file?")
                    );
                }
            };
            let head: Vec<u8> = self.buffer.drain(..next).collect();
            let line = self.line;
            self.line += lines(&head).max(1);
            // A spreadsheet's own first line.
            if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', mark, ..] = *head {
                told = Some(mark);
            } else if let Some(names) = Records::new(&head, line, delimiter)
                .next(&mut spans)
                .filter(|record| !stray && !record.is_blank())
            {
                let plan = Plan::new(&self.mapping, &self.file, self.ordinal, delimiter, &names)?;
                self.plan = Some(Arc::new(plan));
                self.window = BLOCK_BYTES;
                return Ok(());
            }
            if self.buffer.is_empty() {
                return Ok(());
            }
        }
    }
}

/// How many bytes are whole records, and how the next one ends.
fn wholes(bytes: &[u8], delimiter: u8, ends: bool) -> (usize, End) {
    let cr_last = !ends && bytes.last() == Some(&b'\r');
    if memchr(b'"', bytes).is_none() {
        if ends {
            return (bytes.len(), End::Text);
        }
        // A CR at the very end may be the first half of a line end.
        let sure = bytes.len() - usize::from(cr_last);
        let last = memrchr2(b'\n', b'\r', bytes.get(..sure).unwrap_or_default());
        return (last.map_or(0, |last| last + 1), End::Text);
    }
    let (mut whole, mut spans) = (0, Vec::new());
    loop {
        if whole == bytes.len() {
            return (whole, End::Text);
        }
        spans.clear();
        match record(bytes, whole, delimiter, &mut spans).0 {
            End::Line(next) if cr_last && next == bytes.len() => return (whole, End::Text),
            End::Line(next) => whole = next,
            End::Text if ends => return (bytes.len(), End::Text),
            end => return (whole, end),
        }
    }
}
