//! Records and fields of CSV (RFC 4180, and what it leaves open): a quote opens a field only at its beginning;
//! lines end in LF, CR LF or CR, mixed; an empty line is no record.

use crate::marks::Marks;
use memchr::{memchr, memchr_iter, memchr3};
use std::borrow::Cow;

/// Bytes of a field.
pub(crate) const FIELD_BYTES_MAX: usize = 64 << 10;
/// Bytes of a record.
pub(crate) const RECORD_BYTES_MAX: usize = 1 << 20;

/// A field within its text, without its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    from: usize,
    to: usize,
    /// It has doubled quotes.
    escaped: bool,
}

/// Where a record ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// At a line end, before this byte.
    Line(usize),
    /// Where the text ends.
    Text,
    /// The text ends within quotes.
    Quoted,
}

/// Reads the record at `at`; says where it ends and whether text follows a closing quote.
pub(crate) fn record(bytes: &[u8], at: usize, delimiter: u8, spans: &mut Vec<Span>) -> (End, bool) {
    let (mut from, mut stray) = (at, false);
    loop {
        let mut search = from;
        let mut field = None;
        if bytes.get(from) == Some(&b'"') {
            let Some((to, escaped)) = closing(bytes, from + 1) else { return (End::Quoted, stray) };
            field = Some(Span { from: from + 1, to, escaped });
            search = to + 1;
        }
        let rest = bytes.get(search..).unwrap_or_default();
        let length = memchr3(delimiter, b'\n', b'\r', rest);
        let to = search + length.unwrap_or(rest.len());
        let after = bytes.get(search..to).unwrap_or_default();
        stray |= field.is_some() && !after.trim_ascii().is_empty();
        spans.push(field.unwrap_or(Span { from, to, escaped: false }));
        match bytes.get(to) {
            None => return (End::Text, stray),
            Some(b'\n') => return (End::Line(to + 1), stray),
            Some(b'\r') if bytes.get(to + 1) == Some(&b'\n') => return (End::Line(to + 2), stray),
            Some(b'\r') => return (End::Line(to + 1), stray),
            Some(_) => from = to + 1,
        }
    }
}

fn closing(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let mut escaped = false;
    loop {
        at += memchr(b'"', bytes.get(at..)?)?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some((at, escaped));
        }
        escaped = true;
        at += 2;
    }
}

/// Line ends in a text, whichever way they are written.
pub(crate) fn lines(bytes: &[u8]) -> u64 {
    let alone = |at: &usize| bytes.get(at + 1) != Some(&b'\n');
    (memchr_iter(b'\n', bytes).count() + memchr_iter(b'\r', bytes).filter(alone).count()) as u64
}

/// The records of a text that holds whole records only.
pub(crate) struct Records<'b> {
    bytes: &'b [u8],
    delimiter: u8,
    at: usize,
    line: u64,
    /// Every delimiter and line end, where there is no quote in the text.
    marks: Option<Marks<'b>>,
}

/// A record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'b> {
    bytes: &'b [u8],
    spans: &'b [Span],
    /// Its first line.
    pub(crate) line: u64,
    /// The lines it stands on.
    pub(crate) lines: u64,
    /// Its text, line end included.
    pub(crate) text: &'b [u8],
    /// Text follows a closing quote.
    pub(crate) stray: bool,
}

impl<'b> Records<'b> {
    pub(crate) fn new(bytes: &'b [u8], line: u64, delimiter: u8) -> Self {
        let plain = memchr(b'"', bytes).is_none();
        let marks = plain.then(|| Marks::new(bytes, delimiter));
        Self { bytes, delimiter, at: 0, line, marks }
    }

    /// The next record; its fields are put into `spans`.
    pub(crate) fn next<'s>(&mut self, spans: &'s mut Vec<Span>) -> Option<Record<'s>>
    where
        'b: 's,
    {
        spans.clear();
        let (start, line) = (self.at, self.line);
        if start >= self.bytes.len() {
            return None;
        }
        let stray = match &mut self.marks {
            Some(marks) => {
                self.at = plain(self.bytes, start, self.delimiter, marks, spans);
                self.line += 1;
                false
            }
            None => {
                let (end, stray) = record(self.bytes, start, self.delimiter, spans);
                self.at = if let End::Line(next) = end { next } else { self.bytes.len() };
                let text = self.bytes.get(start..self.at).unwrap_or_default();
                self.line += lines(text).max(1);
                stray
            }
        };
        let text = self.bytes.get(start..self.at).unwrap_or_default();
        Some(Record { bytes: self.bytes, spans, line, lines: self.line - line, text, stray })
    }
}

fn plain(
    bytes: &[u8],
    mut from: usize,
    delimiter: u8,
    marks: &mut Marks<'_>,
    spans: &mut Vec<Span>,
) -> usize {
    for to in marks.by_ref() {
        spans.push(Span { from, to, escaped: false });
        match bytes.get(to) {
            Some(byte) if *byte == delimiter => from = to + 1,
            Some(b'\r') if bytes.get(to + 1) == Some(&b'\n') => {
                marks.next();
                return to + 2;
            }
            _ => return to + 1,
        }
    }
    spans.push(Span { from, to: bytes.len(), escaped: false });
    bytes.len()
}

impl<'b> Record<'b> {
    /// Fields of the record.
    pub(crate) fn width(&self) -> usize {
        self.spans.len()
    }

    /// A field without the spaces around it; a field that the record does not have is empty.
    #[inline]
    pub(crate) fn field(&self, index: usize) -> Cow<'b, [u8]> {
        let Some(span) = self.spans.get(index) else { return Cow::Borrowed(&[]) };
        let raw = trimmed(self.bytes.get(span.from..span.to).unwrap_or_default());
        if span.escaped { Cow::Owned(unescaped(raw)) } else { Cow::Borrowed(raw) }
    }

    /// Whether all fields are empty.
    pub(crate) fn is_blank(&self) -> bool {
        (0..self.width()).all(|index| self.field(index).is_empty())
    }

    /// Whether every field from `index` on is empty.
    pub(crate) fn is_blank_from(&self, index: usize) -> bool {
        (index..self.width()).all(|index| self.field(index).is_empty())
    }

    /// The first field that is over the limit.
    pub(crate) fn overlong(&self) -> Option<usize> {
        if self.text.len() <= FIELD_BYTES_MAX {
            return None;
        }
        self.spans.iter().position(|span| span.to - span.from > FIELD_BYTES_MAX)
    }
}

/// A text without the spaces around it; mostly there are none.
#[inline]
fn trimmed(text: &[u8]) -> &[u8] {
    let solid = |end: Option<&u8>| end.is_none_or(|byte| *byte > b' ');
    if solid(text.first()) && solid(text.last()) { text } else { spaceless(text) }
}

#[cold]
fn spaceless(text: &[u8]) -> &[u8] {
    text.trim_ascii()
}

/// A text in which each of two quotes stands for one.
#[cold]
fn unescaped(raw: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(raw.len());
    let mut quoted = false;
    for byte in raw {
        quoted = *byte == b'"' && !quoted;
        if !quoted {
            text.push(*byte);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut records = Records::new(text.as_bytes(), 1, b',');
        let (mut spans, mut read) = (Vec::new(), Vec::new());
        while let Some(record) = records.next(&mut spans) {
            let fields = (0..record.width()).map(|i| String::from_utf8(record.field(i).to_vec()).unwrap());
            read.push((record.line, fields.collect()));
        }
        read
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (line, fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn lines_end_in_three_ways_and_the_last_needs_none() {
        let expected = vec![row(1, &["a", "b"]), row(2, &["c", ""]), row(3, &["d"]), row(4, &["", "e"])];
        assert_eq!(read("a,b\r\nc,\nd\r,e"), expected);
        assert_eq!(read("\"a\",b\r\nc,\nd\r,e"), expected, "with a quote somewhere");
    }

    #[test]
    fn quotes_keep_delimiters_line_ends_and_doubled_quotes() {
        let text = "\"a,\"\"b\"\"\",\"two\r\nlines\"\nc,\"\"\"\"\n\"\",x";
        let expected = vec![row(1, &["a,\"b\"", "two\r\nlines"]), row(3, &["c", "\""]), row(4, &["", "x"])];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn a_quote_inside_a_field_is_a_character() {
        assert_eq!(read("5\" pipe,b\"\n"), vec![row(1, &["5\" pipe", "b\""])]);
    }

    #[test]
    fn what_ends_within_quotes_or_goes_on_behind_them_is_said() {
        let mut spans = Vec::new();
        assert_eq!(record(b"a,\"b\nc", 0, b',', &mut spans), (End::Quoted, false));
        assert_eq!(record(b"\"a\" x,b\n", 0, b',', &mut spans), (End::Line(8), true));
        assert_eq!(record(b"\"a\" ,b", 0, b',', &mut spans), (End::Text, false));
    }
}
