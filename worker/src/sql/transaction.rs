use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use wasm_bindgen::prelude::*;
use worker::Storage;

use super::{StoreError, thrown};

#[wasm_bindgen]
extern "C" {
    type RawStorage;
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &RawStorage,
        body: &ScopedClosure<'_, dyn FnMut() -> Result<(), JsValue>>,
    ) -> Result<JsValue, JsValue>;
}

/// Runs `body` in one transaction: all that it wrote is committed together, or nothing is.
///
/// An `Err` rolls back and is returned. A panic rolls back and goes on unwinding, so the caller of the object
/// gets its 500. A failure of the transaction itself (the commit, say) is a [`StoreError`]. Transactions nest.
///
/// Nothing in `body` can await, so no other event of the object sees a half of it.
pub(crate) fn transaction_sync<T, E: From<StoreError>>(
    storage: &Storage,
    body: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let mut body = Some(body);
    let mut outcome = None;
    let mut run = || {
        let Some(body) = body.take() else { return Ok(()) };
        // Unwind safe: whatever a panic left half-done inside `body` is dropped with the panicking event.
        let ended = catch_unwind(AssertUnwindSafe(body));
        let commits = matches!(ended, Ok(Ok(_)));
        outcome = Some(ended);
        if commits { Ok(()) } else { Err(JsValue::from_str("rolled back")) }
    };
    let raw: &JsValue = storage.as_raw().as_ref();
    let closure = ScopedClosure::borrow_mut_assert_unwind_safe(&mut run);
    let transacted = raw.unchecked_ref::<RawStorage>().transaction_sync(&closure);
    drop(closure);
    match (outcome, transacted) {
        (Some(Err(panic)), _) => resume_unwind(panic),
        (Some(Ok(Err(error))), _) => Err(error),
        (_, Err(error)) => Err(thrown(error).into()),
        (Some(Ok(Ok(value))), Ok(_)) => Ok(value),
        (None, Ok(_)) => Err(StoreError::Runtime("the transaction did not run".to_owned()).into()),
    }
}
