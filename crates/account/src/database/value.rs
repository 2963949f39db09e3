use super::{Cell, StoreError};

/// The largest integer that the runtime's numbers hold exactly.
pub const SAFE_INTEGER_MAX: i64 = (1 << 53) - 1;

/// A value bound to a `?` of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// NULL
    Null,
    /// INTEGER, within ±(2^53 − 1); checked when the statement runs
    Integer(i64),
    /// TEXT
    Text(&'a str),
    /// BLOB
    Blob(&'a [u8]),
}

impl Value<'_> {
    /// The value, if a number of the edge can carry it.
    ///
    /// # Errors
    /// [`StoreError::IntegerOutOfRange`].
    pub const fn checked(self) -> Result<Self, StoreError> {
        match self {
            Self::Integer(n) if n.unsigned_abs() > SAFE_INTEGER_MAX.unsigned_abs() => {
                Err(StoreError::IntegerOutOfRange(n))
            }
            value => Ok(value),
        }
    }
}

impl<'a> TryFrom<&'a Cell> for Value<'a> {
    type Error = StoreError;

    /// The value of a cell, to be bound again.
    ///
    /// # Errors
    /// [`StoreError::WrongType`] of a real, which no column of ours holds.
    fn try_from(cell: &'a Cell) -> Result<Self, StoreError> {
        Ok(match cell {
            Cell::Null => Self::Null,
            Cell::Integer(n) => Self::Integer(*n),
            Cell::Text(text) => Self::Text(text),
            Cell::Blob(bytes) => Self::Blob(bytes),
            Cell::Real(_) => {
                let column = "a cell".to_owned();
                return Err(StoreError::WrongType { column, wanted: "no REAL", found: "REAL" });
            }
        })
    }
}

impl From<i64> for Value<'_> {
    fn from(n: i64) -> Self {
        Self::Integer(n)
    }
}

impl From<i32> for Value<'_> {
    fn from(n: i32) -> Self {
        Self::Integer(n.into())
    }
}

impl From<u32> for Value<'_> {
    fn from(n: u32) -> Self {
        Self::Integer(n.into())
    }
}

impl From<bool> for Value<'_> {
    fn from(b: bool) -> Self {
        Self::Integer(b.into())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
