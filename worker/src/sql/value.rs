use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use super::StoreError;

/// The largest integer that the runtime's numbers hold exactly.
pub(super) const SAFE_INTEGER_MAX: i64 = (1 << 53) - 1;

/// A value bound to a `?` of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SqlValue<'a> {
    /// NULL
    Null,
    /// INTEGER, within ±(2^53 − 1); checked when the statement runs
    Integer(i64),
    /// TEXT
    Text(&'a str),
    /// BLOB
    Blob(&'a [u8]),
}

impl SqlValue<'_> {
    pub(super) fn to_js(self) -> Result<JsValue, StoreError> {
        Ok(match self {
            Self::Null => JsValue::NULL,
            Self::Integer(n) if n.unsigned_abs() > SAFE_INTEGER_MAX as u64 => {
                return Err(StoreError::IntegerOutOfRange(n));
            }
            Self::Integer(n) => JsValue::from_f64(n as f64),
            Self::Text(text) => JsValue::from_str(text),
            Self::Blob(bytes) => Uint8Array::from(bytes).into(),
        })
    }
}

impl From<i64> for SqlValue<'_> {
    fn from(n: i64) -> Self {
        Self::Integer(n)
    }
}

impl From<i32> for SqlValue<'_> {
    fn from(n: i32) -> Self {
        Self::Integer(n.into())
    }
}

impl From<u32> for SqlValue<'_> {
    fn from(n: u32) -> Self {
        Self::Integer(n.into())
    }
}

impl From<bool> for SqlValue<'_> {
    fn from(b: bool) -> Self {
        Self::Integer(b.into())
    }
}

impl<'a> From<&'a str> for SqlValue<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for SqlValue<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for SqlValue<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for SqlValue<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for SqlValue<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a, T: Into<SqlValue<'a>>> From<Option<T>> for SqlValue<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
