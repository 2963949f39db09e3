//! All of an account as one archive: lines of JSON in pages. An archive is as confidential as the CRM itself: its
//! header holds the key under which phones and e-mails are hashed, and bodies are in it as the CRM sent them. The
//! client secret and tokens are not in it.
//!
//! The first line is the header, later pages begin with their number, rows of tables follow, and the last line of the
//! last page counts the lines before it and gives their SHA-256, line ends included.

mod export;
mod import;
mod sum;

pub use export::{ARCHIVE_PAGE_BYTES, Page};
pub use import::{Imported, import};

pub(crate) use import::{Importing, half_imported};

use crate::database::Cell;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;
use takeroot_core::account::AccountRecord;
use takeroot_core::fact::Key;
use takeroot_core::time::Moment;

/// Version of the format.
const FORMAT: u32 = 1;

/// A line of an archive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArchiveLine {
    /// The first line of the first page.
    Header(Box<ArchiveHeader>),
    /// The first line of any other page: its number, from 1.
    Page(u64),
    /// A row of a table: its cells in the order of the header's columns; bytes as `{"base64": "…"}`.
    Row(String, Vec<Value>),
    /// The last line of the last page.
    End(ArchiveEnd),
}

/// What an archive is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArchiveHeader {
    /// Version of the format.
    pub archive: u32,
    /// When the export was begun.
    pub at: Moment,
    /// The account, without its secrets.
    pub record: AccountRecord,
    /// The key under which phones and e-mails are hashed: under another one clients would not be known again.
    pub identity_key: Key,
    /// The tables with their columns.
    pub tables: BTreeMap<String, Vec<String>>,
}

/// What a whole archive adds up to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveEnd {
    /// Lines before this one.
    pub lines: u64,
    /// Their SHA-256, each with its line end, in hexadecimal digits.
    pub sha256: String,
}

/// A cell as it travels; a number that is no integer does not.
fn written(cell: &Cell) -> Option<Value> {
    Some(match cell {
        Cell::Null => Value::Null,
        Cell::Integer(n) => Value::Number(Number::from(*n)),
        Cell::Text(text) => Value::String(text.clone()),
        Cell::Blob(bytes) => {
            Value::Object(Map::from_iter([(BASE64.to_owned(), STANDARD.encode(bytes).into())]))
        }
        Cell::Real(_) => return None,
    })
}

fn read(value: Value) -> Option<Cell> {
    Some(match value {
        Value::Null => Cell::Null,
        Value::Number(n) => Cell::Integer(n.as_i64()?),
        Value::String(text) => Cell::Text(text),
        Value::Object(bytes) if bytes.len() == 1 => {
            Cell::Blob(STANDARD.decode(bytes.get(BASE64)?.as_str()?).ok()?)
        }
        _ => return None,
    })
}

const BASE64: &str = "base64";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_of_a_line_does_not_change() {
        let row = r#"{"row":["raw",[20000,{"base64":"AAEC/w=="},null,"я \" \n"]]}"#;
        let ArchiveLine::Row(table, values) = serde_json::from_str(row).unwrap() else {
            unreachable!("{row}")
        };
        let cells: Vec<Cell> = values.into_iter().map(|value| read(value).unwrap()).collect();
        let expected = [
            Cell::Integer(20000),
            Cell::Blob(vec![0, 1, 2, 255]),
            Cell::Null,
            Cell::Text("я \" \n".to_owned()),
        ];
        assert_eq!(cells, expected);
        let values = cells.iter().map(|cell| written(cell).unwrap()).collect();
        assert_eq!(serde_json::to_string(&ArchiveLine::Row(table, values)).unwrap(), row);
        for line in [r#"{"page":7}"#, r#"{"end":{"lines":9,"sha256":"ab"}}"#] {
            let read: ArchiveLine = serde_json::from_str(line).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), line);
        }
    }

    #[test]
    fn what_is_no_cell_is_not_read() {
        for text in ["1.5", "true", "[1]", "{}", r#"{"base64":"*"}"#, r#"{"base64":"AA==","more":1}"#] {
            assert_eq!(read(serde_json::from_str(text).unwrap()), None, "{text}");
        }
        assert_eq!(written(&Cell::Real(1.5)), None);
    }
}
