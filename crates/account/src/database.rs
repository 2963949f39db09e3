//! SQLite as an account uses it: statements and synchronous transactions that answer with errors.
//!
//! The edge's storage binds every number as REAL: only columns of INTEGER affinity turn it back. So tables are STRICT
//! with INTEGER columns, `? / 2` is to be written `CAST(? AS INTEGER) / 2`, and ids that may pass 2^53 are TEXT.

mod row;
mod value;

pub use row::{Cell, Column, FromSql, Row};
pub use value::{SAFE_INTEGER_MAX, Value};

use std::fmt;

/// A database of one account's own.
pub trait Database: fmt::Debug {
    /// Runs a query to its end. Several statements may be given; `values` bind to the last one, and its rows are
    /// returned.
    ///
    /// # Errors
    /// What SQLite or the runtime says.
    fn run(&self, query: &str, values: &[Value<'_>]) -> Result<Outcome, StoreError>;

    /// Runs `body` in one transaction: what it wrote is kept if it says `true` and undone otherwise, also when it
    /// panics, which goes on afterwards. Transactions nest. Nothing in `body` can await, so that nobody sees a half
    /// of it.
    ///
    /// # Errors
    /// The transaction itself failed: nothing of it is kept.
    fn transact(&self, body: &mut dyn FnMut() -> bool) -> Result<(), StoreError>;
}

/// What a query gave.
#[derive(Debug)]
pub struct Outcome {
    /// Its rows.
    pub rows: Vec<Row>,
    /// How many rows it wrote, an index entry counted as one more, as on the bill; 0 when nothing changed.
    pub written: u64,
}

/// Why the storage did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// The runtime or SQLite refused; its own words.
    Runtime(String),
    /// An integer beyond ±(2^53 − 1), which the edge's numbers cannot carry.
    IntegerOutOfRange(i64),
    /// Exactly one row, or at most one, was expected.
    RowCount {
        /// How many there were.
        found: usize,
    },
    /// The row has no such column.
    NoColumn(String),
    /// The column holds something else than what was asked for.
    WrongType {
        /// The column's name or position.
        column: String,
        /// What was asked for.
        wanted: &'static str,
        /// What it holds.
        found: &'static str,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runtime(message) => write!(f, "storage: {message}"),
            Self::IntegerOutOfRange(n) => write!(f, "storage: {n} is beyond 2^53 and would lose digits"),
            Self::RowCount { found } => write!(f, "storage: one row expected, {found} found"),
            Self::NoColumn(column) => write!(f, "storage: no column {column}"),
            Self::WrongType { column, wanted, found } => {
                write!(f, "storage: column {column} holds {found}, not {wanted}")
            }
        }
    }
}

impl std::error::Error for StoreError {}
