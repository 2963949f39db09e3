//! SQLite on this machine, as strict as the edge's: integers beyond 2^53 are refused.

use crate::database::{Cell, Database, Outcome, Row, StoreError, Value};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, StatementStatus, ToSql};
use std::cell::Cell as Slot;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::rc::Rc;

/// A database in memory or in a file.
#[derive(Debug)]
pub struct Native {
    connection: Connection,
    depth: Slot<u32>,
    scanned: Slot<u64>,
}

impl Native {
    /// A database that lives as long as this.
    ///
    /// # Errors
    /// SQLite cannot be opened.
    pub fn in_memory() -> Result<Self, StoreError> {
        Ok(Self::over(Connection::open_in_memory().map_err(refused)?))
    }

    /// A database in a file, made where missing.
    ///
    /// # Errors
    /// SQLite cannot open it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self::over(Connection::open(path).map_err(refused)?))
    }

    fn over(connection: Connection) -> Self {
        // An account asks the same some hundred questions over and over.
        connection.set_prepared_statement_cache_capacity(512);
        // Here, not at the edge, SQLite would plan some of them anew for each value.
        let is_stable = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true);
        debug_assert!(is_stable.is_ok(), "{is_stable:?}");
        Self { connection, depth: Slot::default(), scanned: Slot::default() }
    }

    /// Rows that statements have gone through one after another, for want of an index or a better plan.
    #[must_use]
    pub const fn scanned(&self) -> u64 {
        self.scanned.get()
    }

    fn written(&self) -> u64 {
        self.connection.total_changes()
    }
}

impl Database for Native {
    fn run(&self, query: &str, values: &[Value<'_>]) -> Result<Outcome, StoreError> {
        let values = values.iter().map(|value| value.checked()).collect::<Result<Vec<_>, _>>()?;
        let (before, mut rows) = (self.written(), Vec::new());
        let mut rest = query;
        // As at the edge, values bind to the last statement.
        while let Some((statement, tail)) = next_statement(rest) {
            let mut prepared = self.connection.prepare_cached(statement).map_err(refused)?;
            let is_last = next_statement(tail).is_none();
            let names: Rc<[String]> = prepared.column_names().map(str::to_owned).collect();
            let bound = if is_last { values.as_slice() } else { &[] };
            let mut cursor = prepared.query(rusqlite::params_from_iter(bound)).map_err(refused)?;
            rows.clear();
            while let Some(row) = cursor.next().map_err(refused)? {
                let cells = (0..names.len()).map(|at| row.get_ref(at).map(cell)).collect::<Result<_, _>>();
                rows.push(Row::new(&names, cells.map_err(refused)?));
            }
            drop(cursor);
            let scanned = prepared.reset_status(StatementStatus::FullscanStep);
            self.scanned.set(self.scanned.get() + u64::try_from(scanned).unwrap_or_default());
            rest = tail;
        }
        Ok(Outcome { rows, written: self.written() - before })
    }

    fn transact(&self, body: &mut dyn FnMut() -> bool) -> Result<(), StoreError> {
        let depth = self.depth.get();
        let name = format!("t{depth}");
        self.connection.execute_batch(&format!("SAVEPOINT {name}")).map_err(refused)?;
        self.depth.set(depth + 1);
        let ended = catch_unwind(AssertUnwindSafe(body));
        self.depth.set(depth);
        let end = if matches!(ended, Ok(true)) { "" } else { &format!("ROLLBACK TO {name};") };
        self.connection.execute_batch(&format!("{end} RELEASE {name}")).map_err(refused)?;
        ended.map(|_| ()).or_else(|panic| resume_unwind(panic))
    }
}

/// The next statement of a text, and what follows. Our statements hold no `;` within a text.
fn next_statement(text: &str) -> Option<(&str, &str)> {
    let (statement, rest) = text.split_once(';').unwrap_or((text, ""));
    let is_empty =
        statement.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with("--"));
    if !is_empty {
        return Some((statement, rest));
    }
    if rest.is_empty() { None } else { next_statement(rest) }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(n) => ValueRef::Integer(*n),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(n) => Cell::Integer(n),
        ValueRef::Real(n) => Cell::Real(n),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
fn refused(error: rusqlite::Error) -> StoreError {
    StoreError::Runtime(error.to_string())
}
