//! Rows that could not be read: all counted, the first ones shown.

use std::collections::BTreeMap;
use std::fmt;

/// Rejected rows that are shown.
pub const SHOWN_MAX: usize = 20;

/// Why a row is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The column's index, where it is one column's fault.
    pub(crate) column: Option<usize>,
    pub(crate) reason: String,
    pub(crate) hint: &'static str,
}

impl Refusal {
    pub(crate) fn row(reason: impl Into<String>) -> Self {
        Self { column: None, reason: reason.into(), hint: "" }
    }

    pub(crate) fn at(column: usize, reason: impl Into<String>, hint: &'static str) -> Self {
        Self { column: Some(column), reason: reason.into(), hint }
    }
}

/// A row that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The file.
    pub file: String,
    /// The line on which the row begins.
    pub line: u64,
    /// The column's header; empty where the whole row is at fault.
    pub column: String,
    /// Why.
    pub reason: String,
    /// What to do about it.
    pub hint: &'static str,
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if !self.column.is_empty() {
            write!(f, ", column «{}»", self.column)?;
        }
        write!(f, ": {}", self.reason)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, " ({})", self.hint) }
    }
}

/// Rejected rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejects {
    rows: u64,
    lines: u64,
    first: BTreeMap<(u16, u64), Reject>,
}

impl Rejects {
    /// How many rows were rejected.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The lines that those rows stand on.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// The first ones, at most [`SHOWN_MAX`], in the order of files and lines.
    pub fn first(&self) -> impl Iterator<Item = &Reject> {
        self.first.values()
    }

    /// Adds a row of the file with this number that stands on so many lines.
    pub fn add(&mut self, file: u16, lines: u64, reject: Reject) {
        self.rows += 1;
        self.lines += lines;
        self.first.insert((file, reject.line), reject);
        self.cap();
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.rows += other.rows;
        self.lines += other.lines;
        self.first.extend(other.first);
        self.cap();
    }

    fn cap(&mut self) {
        while self.first.len() > SHOWN_MAX {
            self.first.pop_last();
        }
    }
}
