use super::StoreError;
use std::fmt;
use std::rc::Rc;

/// One row of a result.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Rc<[String]>,
    cells: Vec<Cell>,
}

impl Row {
    /// A row of cells under the names of their columns.
    #[must_use]
    pub fn new(columns: &Rc<[String]>, cells: Vec<Cell>) -> Self {
        Self { columns: Rc::clone(columns), cells }
    }

    /// All cells, in the order of the columns.
    #[must_use]
    pub fn into_cells(self) -> Vec<Cell> {
        self.cells
    }

    /// The column with this name, or at this position from 0, as a `T`: an integer, `bool`, `f64`, text or
    /// bytes (owned or borrowed from the row), or an `Option` of one of them where NULL may stand.
    pub fn get<'r, T: FromSql<'r>>(&'r self, column: impl Column) -> Result<T, StoreError> {
        let cell = column
            .position(&self.columns)
            .and_then(|position| self.cells.get(position))
            .ok_or_else(|| StoreError::NoColumn(column.to_string()))?;
        T::from_cell(cell).map_err(|wanted| StoreError::WrongType {
            column: column.to_string(),
            wanted,
            found: cell.kind(),
        })
    }
}

/// How a column is named: by its name, or by its position from 0.
pub trait Column: fmt::Display {
    /// Where it stands among `names`.
    fn position(&self, names: &[String]) -> Option<usize>;
}

impl Column for &str {
    fn position(&self, names: &[String]) -> Option<usize> {
        names.iter().position(|name| name == self)
    }
}

impl Column for usize {
    fn position(&self, _names: &[String]) -> Option<usize> {
        Some(*self)
    }
}

/// What SQLite stored.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Null,
    Integer(i64),
    /// A real, or an integer beyond 2^53 that lost digits on its way: never read as an integer.
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl Cell {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Integer(_) => "INTEGER",
            Self::Real(_) => "REAL or an integer beyond 2^53",
            Self::Text(_) => "TEXT",
            Self::Blob(_) => "BLOB",
        }
    }
}

/// A type that a column can be read as.
pub trait FromSql<'r>: Sized {
    /// The value, or the name of what was wanted.
    fn from_cell(cell: &'r Cell) -> Result<Self, &'static str>;
}

impl<'r> FromSql<'r> for &'r str {
    fn from_cell(cell: &'r Cell) -> Result<Self, &'static str> {
        match cell {
            Cell::Text(text) => Ok(text),
            _ => Err("TEXT"),
        }
    }
}

impl<'r> FromSql<'r> for &'r [u8] {
    fn from_cell(cell: &'r Cell) -> Result<Self, &'static str> {
        match cell {
            Cell::Blob(bytes) => Ok(bytes),
            _ => Err("BLOB"),
        }
    }
}

impl FromSql<'_> for String {
    fn from_cell(cell: &Cell) -> Result<Self, &'static str> {
        <&str>::from_cell(cell).map(str::to_owned)
    }
}

impl FromSql<'_> for Vec<u8> {
    fn from_cell(cell: &Cell) -> Result<Self, &'static str> {
        <&[u8]>::from_cell(cell).map(<[u8]>::to_vec)
    }
}

impl FromSql<'_> for f64 {
    fn from_cell(cell: &Cell) -> Result<Self, &'static str> {
        match cell {
            Cell::Real(number) => Ok(*number),
            Cell::Integer(number) => Ok(*number as f64),
            _ => Err("REAL"),
        }
    }
}

impl FromSql<'_> for bool {
    fn from_cell(cell: &Cell) -> Result<Self, &'static str> {
        match cell {
            Cell::Integer(0) => Ok(false),
            Cell::Integer(1) => Ok(true),
            _ => Err("0 or 1"),
        }
    }
}

macro_rules! integers {
    ($($int:ty => $wanted:literal),*) => {$(
        impl FromSql<'_> for $int {
            fn from_cell(cell: &Cell) -> Result<Self, &'static str> {
                match cell {
                    Cell::Integer(number) => <$int>::try_from(*number).map_err(|_| $wanted),
                    _ => Err($wanted),
                }
            }
        }
    )*};
}

integers!(
    i64 => "INTEGER", u64 => "INTEGER from 0", i32 => "INTEGER of 32 bits", u32 => "INTEGER of 32 bits from 0"
);

impl<'r, T: FromSql<'r>> FromSql<'r> for Option<T> {
    fn from_cell(cell: &'r Cell) -> Result<Self, &'static str> {
        match cell {
            Cell::Null => Ok(None),
            cell => T::from_cell(cell).map(Some),
        }
    }
}
