//! An account into pages.

use super::sum::{Sum, SumState};
use super::{ArchiveHeader, ArchiveLine, FORMAT, read, written};
use crate::account::{Account, OPERATOR};
use crate::database::Cell;
use crate::failure::{Answer, Failure};
use crate::store::{TABLES, Table};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use takeroot_core::time::Moment;

/// A page ends with the row that reaches this many bytes. A row is at most a body of the CRM in base64.
pub const ARCHIVE_PAGE_BYTES: usize = 1_000_000;
/// How long after a page the next one may be asked for; so long nothing is forgotten.
const PATIENCE_S: i64 = 3600;
/// Rows that are read at once: few enough that those with bodies fit into the memory at the edge.
const ROWS_MAX: usize = 20;

/// A page of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its lines, each with its end.
    pub text: String,
    /// The cursor of the next page; none after the last one.
    pub next: Option<String>,
}

/// Where the next page goes on.
#[derive(Serialize, Deserialize)]
struct Cursor {
    page: u64,
    sum: SumState,
    /// The table, and the key of its last row.
    table: String,
    after: Vec<Value>,
    until: Moment,
}

/// Where the rows of a page begin.
struct Place {
    page: u64,
    table: usize,
    after: Vec<Cell>,
    sum: Sum,
}

impl Account {
    /// A page of the account's archive: the first one, or the one of a cursor, of some `page_bytes` bytes. What is told
    /// while the pages are read is in the archive or not; nothing is forgotten meanwhile.
    ///
    /// # Errors
    /// A rejection with 400 of a text that is no cursor, with 410 of one that is more than an hour old.
    pub fn export(&self, cursor: Option<&str>, page_bytes: usize, now: Moment) -> Answer<Page> {
        let place = match cursor {
            Some(text) => Place::of(text, now)?,
            None => Place { page: 0, table: 0, after: Vec::new(), sum: Sum::default() },
        };
        self.read_all()?;
        let until = now.plus(PATIENCE_S);
        self.store.transaction(|| {
            self.store.keep_exporting_until(until)?;
            if place.page == 0 { self.log(OPERATOR, "export", "", now) } else { Ok(()) }
        })?;
        let mut writing = Writing { text: String::new(), sum: place.sum };
        writing.line(&match place.page {
            0 => ArchiveLine::Header(Box::new(self.header(now))),
            page => ArchiveLine::Page(page),
        })?;
        let (mut after, mut has_row) = (place.after, false);
        for table in TABLES.iter().skip(place.table) {
            loop {
                let rows = self.store.rows_after(table, &after, i64::try_from(ROWS_MAX).unwrap_or(1))?;
                let is_last = rows.len() < ROWS_MAX;
                for row in rows {
                    if has_row && writing.text.len() >= page_bytes {
                        return writing.broken_off(place.page + 1, table, &after, until);
                    }
                    writing.row(table, &row)?;
                    has_row = true;
                    after = row.into_iter().take(table.key).collect();
                }
                if is_last {
                    break;
                }
            }
            after.clear();
        }
        let end = ArchiveLine::End(writing.sum.end());
        writing.line(&end)?;
        Ok(Page { text: writing.text, next: None })
    }

    fn header(&self, now: Moment) -> ArchiveHeader {
        let columns = |table: &Table| table.columns.iter().map(|&column| column.to_owned()).collect();
        ArchiveHeader {
            archive: FORMAT,
            at: now,
            record: self.record.clone(),
            identity_key: self.record.identity_key,
            tables: TABLES.iter().map(|table| (table.name.to_owned(), columns(table))).collect(),
        }
    }
}

impl Place {
    fn of(text: &str, now: Moment) -> Answer<Self> {
        let unknown = || {
            let hint = "send the cursor as the page before gave it, or begin without one";
            Failure::rejected(400, "this is no cursor of an archive", hint)
        };
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| unknown())?;
        let text = String::from_utf8(bytes).map_err(|_| unknown())?;
        let cursor: Cursor = serde_json::from_str(&text).map_err(|_| unknown())?;
        if now >= cursor.until {
            let hint = "an hour has passed since the page before: begin the export anew, without a cursor";
            return Err(Failure::rejected(410, "the cursor has ended", hint));
        }
        let table = TABLES.iter().position(|table| table.name == cursor.table).ok_or_else(unknown)?;
        let after: Option<Vec<Cell>> = cursor.after.into_iter().map(read).collect();
        let key = TABLES.get(table).map(|table| table.key);
        let after = after.filter(|after| after.is_empty() || Some(after.len()) == key);
        let sum = Sum::of(&cursor.sum).ok_or_else(unknown)?;
        Ok(Self { page: cursor.page, table, after: after.ok_or_else(unknown)?, sum })
    }
}

struct Writing {
    text: String,
    sum: Sum,
}

impl Writing {
    fn line(&mut self, line: &ArchiveLine) -> Answer<()> {
        let line = serde_json::to_string(line)?;
        self.sum.add(&line);
        self.text.push_str(&line);
        self.text.push('\n');
        Ok(())
    }

    fn row(&mut self, table: &Table, row: &[Cell]) -> Answer<()> {
        let cells: Option<Vec<Value>> = row.iter().map(written).collect();
        let cells =
            cells.ok_or_else(|| Failure::Fault(format!("{} holds what cannot travel", table.name)))?;
        self.line(&ArchiveLine::Row(table.name.to_owned(), cells))
    }

    fn broken_off(self, page: u64, table: &Table, after: &[Cell], until: Moment) -> Answer<Page> {
        let after = after.iter().filter_map(written).collect();
        let cursor = Cursor { page, sum: self.sum.state(), table: table.name.to_owned(), after, until };
        let next = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor)?);
        Ok(Page { text: self.text, next: Some(next) })
    }
}
