//! Webhooks, of which there are more than of anything else. `shim.js` carries them past the futures of this module,
//! which cost as much as storing a body; what is decided is decided here.

use crate::account_do::{AccountObject, now_ms};
use crate::env::operator_key;
use crate::metrics::METRICS;
use crate::reply::{Answer, Failure, finish, shed};
use std::cell::RefCell;
use std::time::Duration;
use takeroot_account::api::{Found, Route, find};
use takeroot_account::{BODY_BYTES_MAX, Capability, HookResult, Load, Purpose, RETRY_AFTER_S, RouteClass};
use takeroot_core::time::Moment;
use wasm_bindgen::prelude::*;
use worker::Env;

/// The CRM waits two seconds.
const ANSWER_WITHIN_MS: i32 = 1_800;

thread_local! {
    static LOAD: RefCell<Load> = const { RefCell::new(Load::new()) };
}

/// A webhook that was let in.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Hook {
    ticket: u64,
    account: String,
    generation: u32,
}

#[wasm_bindgen]
impl Hook {
    /// Lets a webhook in, by its address and the sender's; an answer where it is refused.
    ///
    /// # Errors
    /// The answer that says why not.
    pub fn take(url: &str, source: Option<String>, env: &Env) -> Result<Hook, web_sys::Response> {
        METRICS.runs(Moment(now_ms() / 1000));
        taken(url, source.as_deref(), env)
            .map_err(answered)
            .and_then(|hook| hook.ok_or_else(shed))
            .inspect_err(|answer| count(answer.status()))
    }

    /// The account of which it tells.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn account(&self) -> String {
        self.account.clone()
    }

    /// How the account's object is asked to store it.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn question(&self) -> String {
        format!("https://account/deliver/{}", self.generation)
    }

    /// How long it may take, in milliseconds.
    #[wasm_bindgen(getter, js_name = withinMs)]
    #[must_use]
    pub fn within_ms(&self) -> i32 {
        ANSWER_WITHIN_MS
    }

    /// How long its body may be.
    #[wasm_bindgen(getter, js_name = bytesMax)]
    #[must_use]
    pub fn bytes_max(&self) -> u32 {
        BODY_BYTES_MAX
    }

    /// The answer to a body that is too long.
    #[wasm_bindgen(js_name = tooLong)]
    #[must_use]
    pub fn too_long(&self) -> web_sys::Response {
        let hint = format!("a body has at most {BODY_BYTES_MAX} bytes");
        answered(Failure::rejected(413, "the body is too large", hint))
    }

    /// The answer when the time is over; whether the body was there by then.
    #[must_use]
    pub fn late(&self, is_read: bool) -> web_sys::Response {
        answered(if is_read {
            let hint = "it may be stored or not: send it again, it counts once";
            Failure::later(504, "not stored in time", hint, RETRY_AFTER_S)
        } else {
            let hint = "send the whole body at once: nothing of it is stored";
            Failure::rejected(408, "the body did not arrive in time", hint)
        })
    }

    /// The answer when something broke.
    #[must_use]
    pub fn broken(&self, why: &str) -> web_sys::Response {
        answered(Failure::fault(why))
    }

    /// It has this answer now, and its place is free.
    pub fn end(self, status: u16) {
        LOAD.with_borrow_mut(|load| load.release(self.ticket));
        count(status);
    }
}

#[wasm_bindgen]
impl AccountObject {
    /// Stores a webhook's body.
    pub fn deliver(&self, generation: u32, body: &[u8]) -> web_sys::Response {
        self.stored(generation, body).unwrap_or_else(answered)
    }
}

/// Nothing where there is no room.
fn taken(url: &str, source: Option<&str>, env: &Env) -> Answer<Option<Hook>> {
    let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    let path = format!("/{}", path.split(['?', '#']).next().unwrap_or_default());
    let Found::Route(spec, [secret, _]) = find("POST", &path) else { return Err(Failure::not_found()) };
    let known = Capability::check(secret, Purpose::Hook, &operator_key(env)?);
    let Capability { account, generation } =
        known.filter(|_| spec.route == Route::Hook).ok_or_else(Failure::not_found)?;
    let ticket = LOAD.with_borrow_mut(|load| load.take(&account, source, now_ms()));
    Ok(ticket.map(|ticket| Hook { ticket, account, generation }))
}

/// For how many milliseconds webhooks go first.
pub(crate) fn turn_of_webhooks() -> Duration {
    Duration::from_millis(LOAD.with_borrow(|load| load.turn_ms(now_ms())))
}

fn answered(refused: Failure) -> web_sys::Response {
    match finish(Err(refused)) {
        Ok(answer) => answer.into(),
        Err(_) => web_sys::Response::error(),
    }
}

fn count(status: u16) {
    METRICS.answered(RouteClass::Hooks, status);
    if let Some(result) = HookResult::of_status(status) {
        METRICS.hook(result);
    }
}
