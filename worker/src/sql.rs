//! SQLite of a Durable Object: statements and synchronous transactions that answer with errors.
//!
//! The bindings of the crate `worker` let an error raised while a cursor steps, or `one()` on no row, escape
//! through WASM, and the request then hangs for ever. Here everything that JavaScript throws comes back as a
//! [`StoreError`], and every cursor is drained before the call returns, so none outlives an await.
//!
//! The runtime binds numbers as REAL: only columns of INTEGER affinity turn them back. So tables are STRICT with
//! INTEGER columns, `? / 2` is to be written `CAST(? AS INTEGER) / 2`, and ids that may pass 2^53 are TEXT.

mod row;
mod transaction;
mod value;

pub(crate) use row::Row;
pub(crate) use transaction::transaction_sync;
pub(crate) use value::SqlValue;

use std::fmt;
use std::rc::Rc;

use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;
use worker::{SqlStorage, Storage};

#[wasm_bindgen]
extern "C" {
    type RawSql;
    #[wasm_bindgen(method, catch, variadic)]
    fn exec(this: &RawSql, query: &str, bindings: Array) -> Result<RawCursor, JsValue>;

    type RawCursor;
    #[wasm_bindgen(method, catch)]
    fn raw(this: &RawCursor) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, getter, js_name = columnNames)]
    fn column_names(this: &RawCursor) -> Result<Array, JsValue>;
    #[wasm_bindgen(method, catch, getter, js_name = rowsWritten)]
    fn rows_written(this: &RawCursor) -> Result<f64, JsValue>;

    #[wasm_bindgen(catch, js_namespace = Array, js_name = from)]
    fn array_from(iterator: &JsValue) -> Result<Array, JsValue>;
}

/// The database of one object.
#[derive(Clone)]
pub(crate) struct Sql {
    storage: SqlStorage,
}

impl fmt::Debug for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sql")
    }
}

impl Sql {
    /// The database behind an object's storage.
    pub(crate) fn new(storage: &Storage) -> Self {
        Self { storage: storage.sql() }
    }

    /// Runs `query` and returns all its rows.
    ///
    /// Several statements may be given; `values` bind to the last one, and its rows are returned.
    pub(crate) fn exec(&self, query: &str, values: &[SqlValue<'_>]) -> Result<Vec<Row>, StoreError> {
        self.run(query, values).map(|(rows, _)| rows)
    }

    /// Runs `query` and returns how many rows it wrote: 0 means that nothing changed.
    ///
    /// Each index entry counts as one more row, as it does on the bill, so this is no count of records.
    pub(crate) fn write(&self, query: &str, values: &[SqlValue<'_>]) -> Result<u64, StoreError> {
        let (_, cursor) = self.run(query, values)?;
        Ok(cursor.rows_written().map_err(thrown)? as u64)
    }

    /// Runs `query` and returns its row, if any; more than one is an error.
    pub(crate) fn optional(&self, query: &str, values: &[SqlValue<'_>]) -> Result<Option<Row>, StoreError> {
        let mut rows = self.exec(query, values)?;
        let row = rows.pop();
        if rows.is_empty() { Ok(row) } else { Err(StoreError::RowCount { found: rows.len() + 1 }) }
    }

    /// Runs `query` and returns its row; none, or more than one, is an error.
    pub(crate) fn one(&self, query: &str, values: &[SqlValue<'_>]) -> Result<Row, StoreError> {
        self.optional(query, values)?.ok_or(StoreError::RowCount { found: 0 })
    }

    fn run(&self, query: &str, values: &[SqlValue<'_>]) -> Result<(Vec<Row>, RawCursor), StoreError> {
        let bindings = Array::new();
        for value in values {
            bindings.push(&value.to_js()?);
        }
        let raw: &JsValue = self.storage.as_ref();
        let cursor = raw.unchecked_ref::<RawSql>().exec(query, bindings).map_err(thrown)?;
        let columns: Rc<[String]> =
            cursor.column_names().map_err(thrown)?.iter().filter_map(|name| name.as_string()).collect();
        let rows = array_from(&cursor.raw().map_err(thrown)?).map_err(thrown)?;
        let rows = rows.iter().map(|cells| Row::from_js(&columns, &Array::from(&cells))).collect();
        Ok((rows, cursor))
    }
}

/// Why the storage did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum StoreError {
    /// The runtime or SQLite refused; its own words.
    Runtime(String),
    /// An integer beyond ±(2^53 − 1), which the runtime's numbers cannot carry.
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

impl From<StoreError> for worker::Error {
    fn from(error: StoreError) -> Self {
        Self::RustError(error.to_string())
    }
}

fn thrown(error: JsValue) -> StoreError {
    let message = match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.dyn_into::<JsString>().map_or_else(|other| format!("{other:?}"), String::from),
    };
    StoreError::Runtime(message)
}
