//! The text of a policy: its bytes, its format, its lines, and its tree.

mod json;
mod toml;

use super::tree::Node;
use std::fmt;
use std::ops::Range;

/// A policy of a large company is a few tens of kilobytes.
pub(super) const BYTES_MAX: usize = 1 << 20;
/// Steps from the whole document to its innermost value; a policy needs about ten.
const DEPTH_MAX: usize = 64;

/// How a policy is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Toml,
    Json,
}

/// A readable text and where its lines begin.
pub(super) struct Text {
    pub(super) format: Format,
    text: String,
    lines: Vec<usize>,
}

/// Why bytes are no text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoText {
    TooLong,
    NotUtf8 { line: usize, column: usize },
    Utf16,
}

impl fmt::Display for NoText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "the file is longer than {} KiB: no policy is", BYTES_MAX >> 10),
            Self::NotUtf8 { line, column } => {
                write!(f, "the file is not UTF-8 at line {line}, column {column}: save it as UTF-8")
            }
            Self::Utf16 => f.write_str("the file is UTF-16: save it as UTF-8"),
        }
    }
}

impl std::error::Error for NoText {}

/// What a parser says is wrong, and where.
pub(super) struct Mistake {
    pub(super) span: Range<usize>,
    pub(super) detail: String,
}

/// What a parser makes of a text.
#[derive(Default)]
pub(super) struct Grown {
    /// What could be read; nothing where a mistake leaves nothing.
    pub(super) node: Option<Node>,
    /// Each mistake in the writing.
    pub(super) mistakes: Vec<Mistake>,
    /// The sections of which mistakes hide something.
    pub(super) hidden: Vec<String>,
}

impl Text {
    /// Reads bytes; without a format of its name a text that begins with a brace is JSON.
    pub(super) fn read(bytes: &[u8], format: Option<Format>) -> Result<Self, NoText> {
        if bytes.len() > BYTES_MAX {
            return Err(NoText::TooLong);
        }
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
            return Err(NoText::Utf16);
        }
        let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let good = Self::of(String::from_utf8_lossy(good).into_owned(), Format::Toml);
            let (line, column) = good.place(good.text.len());
            NoText::NotUtf8 { line, column }
        })?;
        let format = format.unwrap_or(match text.trim_start().starts_with('{') {
            true => Format::Json,
            false => Format::Toml,
        });
        Ok(Self::of(text.to_owned(), format))
    }

    fn of(text: String, format: Format) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { format, text, lines }
    }

    /// Line and column of a byte, both from 1; columns count characters.
    pub(super) fn place(&self, at: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|begin| *begin <= at).max(1);
        let begin = self.lines.get(line - 1).copied().unwrap_or(0);
        let before = self.text.as_bytes().get(begin..at.min(self.text.len())).unwrap_or_default();
        // Every character has exactly one byte that does not continue another.
        (line, before.iter().filter(|byte| **byte & 0xC0 != 0x80).count() + 1)
    }

    /// The tree, as far as the text can be read.
    pub(super) fn tree(&self) -> Grown {
        match self.format {
            Format::Toml => toml::tree(&self.text),
            Format::Json => match json::tree(&self.text) {
                Ok(node) => Grown { node: Some(node), ..Grown::default() },
                Err(mistake) => Grown { mistakes: vec![mistake], ..Grown::default() },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_from_one() {
        let text = Text::of("имя = 1\r\n\nб = \"x\"".to_owned(), Format::Toml);
        assert_eq!(text.place(0), (1, 1));
        assert_eq!(text.place("имя = ".len()), (1, 7));
        assert_eq!(text.place("имя = 1\r\n".len()), (2, 1));
        assert_eq!(text.place("имя = 1\r\n\nб".len()), (3, 2));
        assert_eq!(text.place(9999), (3, 8));
    }

    #[test]
    fn bytes_that_are_no_text_say_why() {
        assert_eq!(Text::read(&vec![b'a'; BYTES_MAX + 1], None).err(), Some(NoText::TooLong));
        assert_eq!(Text::read(b"\xFF\xFEa\0", None).err(), Some(NoText::Utf16));
        let latin = Text::read(b"a = 1\nb = \"\xE9\"", None).err();
        assert_eq!(latin, Some(NoText::NotUtf8 { line: 2, column: 6 }));
        assert_eq!(Text::read(b"\xEF\xBB\xBF {}", None).map(|text| text.format).ok(), Some(Format::Json));
    }
}
