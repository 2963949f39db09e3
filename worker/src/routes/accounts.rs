//! `/v1/accounts`: what owners and scripts read, and what the operator does.

use super::{Ask, Call, capped};
use crate::access::Who;
use crate::env::operator_key;
use crate::reply::{Answer, Failure, json};
use std::time::Duration;
use takeroot_account::api::Param;
use takeroot_account::{Capability, Grant, GrantRequest, Granted, Purpose, Role, index_key, is_turn};
use takeroot_core::account::{AccountIndex, AccountListed, AccountOpened, AccountRequest, List, amocrm_key};
use takeroot_core::time::Moment;
use worker::{Delay, Env, Request, Response};

/// Accounts that an answer lists.
const PAGE: u64 = 100;
/// The cron of a minute is through with its accounts before the next one.
const TICKS_WITHIN: Duration = Duration::from_secs(50);

pub(super) async fn list(call: &Call<'_>) -> Answer<Response> {
    let env = call.env;
    let cursor = call.query.get(Param::Cursor).map(str::to_owned);
    let is_first = cursor.is_none();
    let (accounts, next) = match known(env, cursor, PAGE).await {
        // The storage's own cursor: what it does not know is none.
        Err(_) if !is_first => return Err(Failure::not_a_cursor()),
        known => known?,
    };
    let kv = env.kv("KV")?;
    let mut items = Vec::new();
    for account in accounts {
        let Some(text) = kv.get(&index_key(&account)).text().await? else { continue };
        let index: AccountIndex = serde_json::from_str(&text)?;
        let (name, zone, last_day) = (index.name, index.policy.calendar.tz, index.days.last().copied());
        items.push(AccountListed { account, name, zone, last_day });
    }
    json(&List { items, next })
}

/// Accounts that somebody opened, by pages.
async fn known(env: &Env, cursor: Option<String>, most: u64) -> Answer<(Vec<String>, Option<String>)> {
    let mut list = env.kv("KV")?.list().prefix("index/".to_owned()).limit(most);
    if let Some(cursor) = cursor {
        list = list.cursor(cursor);
    }
    let page = list.execute().await?;
    let accounts = page.keys.iter().map(|key| key.name.trim_start_matches("index/").to_owned()).collect();
    Ok((accounts, page.cursor.filter(|_| !page.list_complete)))
}

/// All accounts that somebody opened.
pub(crate) async fn all(env: &Env) -> Answer<Vec<String>> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let (accounts, next) = known(env, cursor, 1000).await?;
        all.extend(accounts);
        cursor = next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

/// Wakes the accounts whose turn it is: an alarm that has gone to sleep is set again. They come evenly over the minute, as
/// each stays awake for some seconds.
pub(crate) async fn tick(env: &Env, now: Moment) -> Answer<()> {
    let mut turn = all(env).await?;
    let mut place = 0;
    turn.retain(|_| {
        place += 1;
        is_turn(place, now)
    });
    let pause = TICKS_WITHIN / u32::try_from(turn.len()).unwrap_or(u32::MAX).max(1);
    for (n, account) in turn.iter().enumerate() {
        if n > 0 {
            Delay::from(pause).await;
        }
        if let Err(failure) = Ask::post("/tick", Vec::new()).of(env, account).await {
            worker::console_error!("tick {account}: {failure:?}");
        }
    }
    Ok(())
}

pub(super) async fn open(req: &mut Request, call: &Call<'_>) -> Answer<Response> {
    let body = capped(req).await?;
    // As the object reads it: a second way of reading JSON is as much code again.
    let text = String::from_utf8_lossy(&body);
    let request: AccountRequest = serde_json::from_str(&text)
        .map_err(|error| Failure::rejected(422, "the account cannot be read", error.to_string()))?;
    let account = amocrm_key(request.crm_id);
    opened(call.env, &account, Ask::post("/account", body).of(call.env, &account).await?).await
}

pub(super) async fn rotate(call: &Call<'_>) -> Answer<Response> {
    let asked = Ask::post("/rotation", Vec::new());
    opened(call.env, call.account, asked.of(call.env, call.account).await?).await
}

/// The addresses and the token of an account whose object has answered with its newest generation.
async fn opened(env: &Env, account: &str, mut kept: Response) -> Answer<Response> {
    if kept.status_code() != 200 {
        return Ok(kept);
    }
    let generation: u32 = serde_json::from_str(&kept.text().await?)?;
    let operator_key = operator_key(env)?;
    let text = |generation, purpose| {
        Capability { account: account.to_owned(), generation }.text(purpose, &operator_key)
    };
    let owner_token = text(1, Purpose::Owner);
    json(&AccountOpened {
        hook_path: format!("/hooks/amocrm/{}", text(generation, Purpose::Hook)),
        owner_path: format!("/owner/{account}?token={owner_token}"),
        owner_token,
        account: account.to_owned(),
    })
}

pub(super) async fn grant(req: &mut Request, call: &Call<'_>) -> Answer<Response> {
    let body = capped(req).await?;
    let wish: GrantRequest = serde_json::from_str(&String::from_utf8_lossy(&body))
        .map_err(|error| Failure::rejected(422, "the grant cannot be read", error.to_string()))?;
    if wish.role == Role::Owner && !matches!(call.who, Who::Operator) {
        return Err(Failure::rejected(403, "not for this token", "only the operator makes owners"));
    }
    let made = Ask::post("/grants", body).by(&call.who.name()).of(call.env, call.account).await;
    let mut made = made?;
    if made.status_code() != 200 {
        return Ok(made);
    }
    let grant: Grant = serde_json::from_str(&made.text().await?)?;
    let account = call.account;
    let capability = Capability { account: account.to_owned(), generation: grant.id };
    let token = capability.text(Purpose::Owner, &operator_key(call.env)?);
    json(&Granted { owner_path: format!("/owner/{account}?token={token}"), grant, token })
}

pub(super) fn revoke(id: &str) -> Answer<Ask> {
    let id: u32 = id.parse().map_err(|_| Failure::not_found())?;
    Ok(Ask::delete(format!("/grants/{id}")))
}

/// A question about one of a list, by its number.
pub(super) fn numbered(id: &str, list: &str, ask: impl Fn(String) -> Ask, what: &str) -> Answer<Ask> {
    let id: u32 = id.parse().map_err(|_| Failure::not_found())?;
    Ok(ask(format!("{list}/{id}{what}")))
}

pub(super) fn deal(call: &Call<'_>, deal: &str) -> Answer<Ask> {
    let deal: u64 = deal.parse().map_err(|_| Failure::not_found())?;
    Ok(Ask::get(match call.who.role() {
        Some(Role::Head { group }) => format!("/deal/{deal}/of/{group}"),
        _ => format!("/deal/{deal}"),
    }))
}
