//! What the CRM and its pages ask.

use super::{Call, capped};
use crate::account_do::now_ms;
use crate::env::{Ask, TOKEN, operator_key};
use crate::reply::{Answer, Failure};
use futures_util::future::{Either, select};
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::time::Duration;
use takeroot_account::api::Param;
use takeroot_account::{Capability, Load, Purpose, index_key};
use takeroot_amocrm::token::claimed_account;
use takeroot_core::account::amocrm_key;
use worker::{Delay, Env, Request, Response};

/// The CRM waits two seconds.
const ANSWER_WITHIN: Duration = Duration::from_millis(1_800);
/// When the CRM should send again what was shed, in seconds.
const RETRY_AFTER_S: u32 = 60;

thread_local! {
    static LOAD: RefCell<Load> = const { RefCell::new(Load::new()) };
}

pub(super) async fn hook(req: &mut Request, env: &Env, secret: &str) -> Answer<Response> {
    let known =
        Capability::check(secret, Purpose::Hook, &operator_key(env)?).ok_or_else(Failure::not_found)?;
    let _in_hand = InHand::take(&known.account, source(req)?.as_deref()).ok_or_else(|| {
        let hint = "too many webhooks at once: send it again later, nothing of it is stored";
        Failure::later(503, "shed", hint, RETRY_AFTER_S)
    })?;
    let is_read = Cell::new(false);
    let stored = async {
        let body = capped(req).await?;
        is_read.set(true);
        Ask::post(format!("/deliver/{}", known.generation), body).of(env, &known.account).await
    };
    match select(pin!(stored), pin!(Delay::from(ANSWER_WITHIN))).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) if is_read.get() => {
            let hint = "it may be stored or not: send it again, it counts once";
            Err(Failure::later(504, "not stored in time", hint, RETRY_AFTER_S))
        }
        Either::Right(_) => {
            let hint = "send the whole body at once: nothing of it is stored";
            Err(Failure::rejected(408, "the body did not arrive in time", hint))
        }
    }
}

/// A webhook in hand, until it is dropped.
struct InHand(u64);

impl InHand {
    fn take(account: &str, source: Option<&str>) -> Option<Self> {
        LOAD.with_borrow_mut(|load| load.take(account, source, now_ms())).map(Self)
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        LOAD.with_borrow_mut(|load| load.release(self.0));
    }
}

/// The sender's address, as whoever stands before the Worker tells it.
fn source(req: &Request) -> Answer<Option<String>> {
    let headers = req.headers();
    Ok(match headers.get("cf-connecting-ip")? {
        Some(source) => Some(source),
        None => headers.get("x-real-ip")?,
    })
}

/// The CRM tells that an integration was disabled, at one address for all accounts; the signature says for which.
pub(super) async fn disabled(call: &Call<'_>) -> Answer<Response> {
    let told = |param| call.query.get(param).ok_or_else(Failure::not_found);
    let crm_id: u64 = told(Param::AccountId)?.parse().map_err(|_| Failure::not_found())?;
    let account = amocrm_key(crm_id);
    known(call.env, &account).await?.ok_or_else(Failure::not_found)?;
    let notice = serde_json::to_vec(&[told(Param::ClientUuid)?, told(Param::Signature)?])?;
    Ask::post("/disabled", notice).of(call.env, &account).await
}

/// The account is the one that the token claims; the token is verified with that account's secret.
pub(super) async fn card(req: &Request, env: &Env, deal: &str) -> Answer<Response> {
    let refused =
        || Failure::rejected(401, "the token is refused", "send the CRM's one-time token in X-Auth-Token");
    let token = req.headers().get(TOKEN)?.ok_or_else(refused)?;
    let account = amocrm_key(claimed_account(&token).ok_or_else(refused)?);
    known(env, &account).await?.ok_or_else(refused)?;
    let deal: u64 = deal.parse().map_err(|_| Failure::not_found())?;
    Ask::get(format!("/card/{deal}")).with_token(&token).of(env, &account).await
}

/// The index of an account, if somebody opened it: one that nobody opened gets no object by being asked for.
pub(super) async fn known(env: &Env, account: &str) -> Answer<Option<String>> {
    Ok(env.kv("KV")?.get(&index_key(account)).text().await?)
}
