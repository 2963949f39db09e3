//! SQLite of a Durable Object as an account's database; and its alarm.
//!
//! The bindings of the crate `worker` let an error raised while a cursor steps, or `one()` on no row, escape
//! through WASM, and the request then hangs for ever. Here everything that JavaScript throws comes back as a
//! [`StoreError`], and every cursor is drained before the call returns, so none outlives an await.

use js_sys::{Array, ArrayBuffer, JsString, Uint8Array};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use takeroot_account::database::{Cell, Database, Outcome, Row, SAFE_INTEGER_MAX, StoreError, Value};
use wasm_bindgen::prelude::*;
use worker::Storage;

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

    type RawStorage;
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &RawStorage,
        body: &ScopedClosure<'_, dyn FnMut() -> Result<(), JsValue>>,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = setAlarm)]
    fn set_alarm(this: &RawStorage, at_ms: f64) -> Result<JsValue, JsValue>;
}

/// Sets the alarm of an object. Nobody waits for it: no answer leaves the object before it is durable.
pub(crate) fn set_alarm(storage: &Storage, at_ms: i64) -> Result<(), StoreError> {
    let raw: &JsValue = storage.as_raw().as_ref();
    raw.unchecked_ref::<RawStorage>().set_alarm(at_ms as f64).map(drop).map_err(thrown)
}

/// The database of one object.
pub(crate) struct Sql(pub(crate) Storage);

impl fmt::Debug for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sql")
    }
}

impl Database for Sql {
    fn run(&self, query: &str, values: &[Value<'_>]) -> Result<Outcome, StoreError> {
        let bindings = Array::new();
        for value in values {
            bindings.push(&bound(value.checked()?));
        }
        let storage = self.0.sql();
        let raw: &JsValue = storage.as_ref();
        let cursor = raw.unchecked_ref::<RawSql>().exec(query, bindings).map_err(thrown)?;
        let columns: Rc<[String]> =
            cursor.column_names().map_err(thrown)?.iter().filter_map(|name| name.as_string()).collect();
        let rows = array_from(&cursor.raw().map_err(thrown)?).map_err(thrown)?;
        let rows =
            rows.iter().map(|cells| Row::new(&columns, Array::from(&cells).iter().map(cell).collect()));
        Ok(Outcome { rows: rows.collect(), written: cursor.rows_written().map_err(thrown)? as u64 })
    }

    fn transact(&self, body: &mut dyn FnMut() -> bool) -> Result<(), StoreError> {
        let mut ended = None;
        let mut run = || {
            // Unwind safe: whatever a panic left half-done inside `body` is dropped with the panicking event.
            let result = catch_unwind(AssertUnwindSafe(&mut *body));
            let commits = matches!(result, Ok(true));
            ended = Some(result);
            if commits { Ok(()) } else { Err(JsValue::from_str("rolled back")) }
        };
        let raw: &JsValue = self.0.as_raw().as_ref();
        let closure = ScopedClosure::borrow_mut_assert_unwind_safe(&mut run);
        let transacted = raw.unchecked_ref::<RawStorage>().transaction_sync(&closure);
        drop(closure);
        match (ended, transacted) {
            (Some(Err(panic)), _) => resume_unwind(panic),
            // What the body gave up was rolled back, as it asked for.
            (Some(Ok(false)), Err(_)) => Ok(()),
            (_, Err(error)) => Err(thrown(error)),
            (_, Ok(_)) => Ok(()),
        }
    }
}

fn bound(value: Value<'_>) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        Value::Integer(n) => JsValue::from_f64(n as f64),
        Value::Text(text) => JsValue::from_str(text),
        Value::Blob(bytes) => Uint8Array::from(bytes).into(),
    }
}

fn cell(value: JsValue) -> Cell {
    if let Some(number) = value.as_f64() {
        let whole = number.fract() == 0.0 && number.abs() <= SAFE_INTEGER_MAX as f64;
        return if whole { Cell::Integer(number as i64) } else { Cell::Real(number) };
    }
    if let Some(text) = value.as_string() {
        return Cell::Text(text);
    }
    if let Some(buffer) = value.dyn_ref::<ArrayBuffer>() {
        return Cell::Blob(Uint8Array::new(buffer).to_vec());
    }
    value.dyn_ref::<Uint8Array>().map_or(Cell::Null, |bytes| Cell::Blob(bytes.to_vec()))
}

fn thrown(error: JsValue) -> StoreError {
    let message = match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.dyn_into::<JsString>().map_or_else(|other| format!("{other:?}"), String::from),
    };
    StoreError::Runtime(message)
}
