//! `/v1/accounts`: what owners and scripts read, and what the operator does.

use super::{Ask, archive, capped, faults, operator, upkeep, who};
use crate::access::{Who, asked};
use crate::env::operator_key;
use crate::reply::{Answer, Failure, json, json_text};
use takeroot_account::{
    Capability, Grant, GrantRequest, Granted, Purpose, Role, day_key, index_key, summary_key,
};
use takeroot_core::account::{
    AccountIndex, AccountList, AccountListed, AccountOpened, AccountRequest, amocrm_key,
};
use takeroot_core::day::{Document, Figures};
use takeroot_core::time::Day;
use worker::{Env, Method, Request, Response};

pub(super) async fn answer(req: &mut Request, env: &Env, method: &Method, rest: &[&str]) -> Answer<Response> {
    match (method, rest) {
        (Method::Get, []) => list(req, env).await,
        (Method::Post, []) => open(req, env).await,
        (Method::Get, [account, "days", day]) => days_document(req, env, account, day).await,
        (Method::Get, [account, "summaries", day]) => summary_document(req, env, account, day).await,
        (Method::Get, [account, "deals", deal]) => deal_state(req, env, account, deal).await,
        (Method::Get, [account, "grants"]) => owned(req, env, account, "/grants").await,
        (Method::Post, [account, "grants"]) => grant(req, env, account).await,
        (Method::Delete, [account, "grants", id]) => revoke(req, env, account, id).await,
        (_, [account, "quarantine" | "person" | "erasures", ..]) => {
            upkeep::answer(req, env, account, rest.get(1..).unwrap_or_default()).await
        }
        (Method::Get, [account, "audit"]) => {
            let before = asked(req, "before").unwrap_or_default();
            owned(req, env, account, &format!("/audit/{before}")).await
        }
        (Method::Get, [account, what @ ("status" | "facts" | "recomputation")]) => {
            operator(req, env)?;
            Ask::get(&format!("/{what}")).of(env, account).await
        }
        (Method::Post, [account, what @ ("suspension" | "resumption")]) => {
            operator(req, env)?;
            Ask::post(&format!("/{what}"), Vec::new()).of(env, account).await
        }
        (Method::Get, [account, "archive"]) => archive::export(req, env, account).await,
        (Method::Post, [account, "archive"]) => archive::import(req, env, account).await,
        (Method::Post, [account, "rotation"]) => rotate(req, env, account).await,
        (Method::Post, [account, "faults", fault]) => faults::answer(req, env, account, fault).await,
        (Method::Delete, [account]) => {
            operator(req, env)?;
            Ask::delete("/").of(env, account).await
        }
        _ => Err(Failure::not_found()),
    }
}

/// Accounts that an answer lists.
const PAGE: u64 = 100;

async fn list(req: &Request, env: &Env) -> Answer<Response> {
    operator(req, env)?;
    let (accounts, next) = known(env, asked(req, "cursor"), PAGE).await?;
    let kv = env.kv("KV")?;
    let mut items = Vec::new();
    for account in accounts {
        let Some(text) = kv.get(&index_key(&account)).text().await? else { continue };
        let index: AccountIndex = serde_json::from_str(&text)?;
        let (name, zone, last_day) = (index.name, index.policy.calendar.tz, index.days.last().copied());
        items.push(AccountListed { account, name, zone, last_day });
    }
    json(&AccountList { items, next })
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

/// How many accounts somebody opened.
pub(crate) async fn accounts_known(env: &Env) -> Answer<u64> {
    let (mut count, mut cursor) = (0, None);
    loop {
        let (accounts, next) = known(env, cursor, 1000).await?;
        count += accounts.len() as u64;
        cursor = next;
        if cursor.is_none() {
            return Ok(count);
        }
    }
}

/// Wakes every account: an alarm that has gone to sleep is set again.
pub(crate) async fn tick(env: &Env) -> Answer<()> {
    let mut cursor = None;
    loop {
        let (accounts, next) = known(env, cursor, 1000).await?;
        for account in accounts {
            if let Err(failure) = Ask::post("/tick", Vec::new()).of(env, &account).await {
                worker::console_error!("tick {account}: {failure:?}");
            }
        }
        cursor = next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

async fn open(req: &mut Request, env: &Env) -> Answer<Response> {
    operator(req, env)?;
    let body = capped(req).await?;
    let text = String::from_utf8_lossy(&body);
    let request: AccountRequest = serde_json::from_str(&text)
        .map_err(|error| Failure::rejected(422, "the account cannot be read", error.to_string()))?;
    let account = amocrm_key(request.crm_id);
    opened(env, &account, Ask::post("/account", body).of(env, &account).await?).await
}

async fn rotate(req: &Request, env: &Env, account: &str) -> Answer<Response> {
    operator(req, env)?;
    opened(env, account, Ask::post("/rotation", Vec::new()).of(env, account).await?).await
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

async fn owned(req: &Request, env: &Env, account: &str, path: &str) -> Answer<Response> {
    who(req, env, account).await?.owns()?;
    Ask::get(path).of(env, account).await
}

async fn grant(req: &mut Request, env: &Env, account: &str) -> Answer<Response> {
    let who = who(req, env, account).await?;
    who.owns()?;
    let body = capped(req).await?;
    let wish: GrantRequest = serde_json::from_slice(&body)
        .map_err(|error| Failure::rejected(422, "the grant cannot be read", error.to_string()))?;
    if wish.role == Role::Owner && !matches!(who, Who::Operator) {
        return Err(Failure::rejected(403, "not for this token", "only the operator makes owners"));
    }
    let mut made = Ask::post("/grants", body).by(&who.name()).of(env, account).await?;
    if made.status_code() != 200 {
        return Ok(made);
    }
    let grant: Grant = serde_json::from_str(&made.text().await?)?;
    let capability = Capability { account: account.to_owned(), generation: grant.id };
    let token = capability.text(Purpose::Owner, &operator_key(env)?);
    json(&Granted { owner_path: format!("/owner/{account}?token={token}"), grant, token })
}

async fn revoke(req: &Request, env: &Env, account: &str, id: &str) -> Answer<Response> {
    let who = who(req, env, account).await?;
    who.owns()?;
    Ask::delete(&format!("/grants/{id}")).by(&who.name()).of(env, account).await
}

async fn days_document(req: &Request, env: &Env, account: &str, day: &str) -> Answer<Response> {
    let who = who(req, env, account).await?;
    let text = document(env, account, day, day_key).await?;
    let Some(Role::Head { group }) = who.role() else { return json_text(text) };
    let index: Option<String> = env.kv("KV")?.get(&index_key(account)).text().await?;
    let index: AccountIndex = serde_json::from_str(&index.ok_or_else(Failure::not_found)?)?;
    let of_group = index.policy.people.iter().filter(|person| person.group == Some(group));
    let ids = of_group.map(|person| person.id).collect();
    let Document { envelope, figures } = serde_json::from_str::<Document<Figures>>(&text)?;
    json(&Document { envelope, figures: figures.of_people(&ids) })
}

async fn summary_document(req: &Request, env: &Env, account: &str, day: &str) -> Answer<Response> {
    if matches!(who(req, env, account).await?.role(), Some(Role::Head { .. })) {
        let hint = "a summary is of the whole company: read the days";
        return Err(Failure::rejected(403, "not for this token", hint));
    }
    json_text(document(env, account, day, summary_key).await?)
}

async fn document(env: &Env, account: &str, day: &str, key: fn(&str, Day) -> String) -> Answer<String> {
    let day = day.parse().map_err(|error| Failure::rejected(400, "no such day", format!("{error}")))?;
    let text = env.kv("KV")?.get(&key(account, day)).text().await?;
    text.ok_or_else(|| Failure::rejected(404, "no data", "nothing is published for this day"))
}

async fn deal_state(req: &Request, env: &Env, account: &str, deal: &str) -> Answer<Response> {
    match who(req, env, account).await?.role() {
        None | Some(Role::Owner) => Ask::get(&format!("/deal/{deal}")).of(env, account).await,
        Some(Role::Head { group }) => Ask::get(&format!("/deal/{deal}/of/{group}")).of(env, account).await,
        Some(Role::Reader) => {
            let hint = "a link shows published days only: ask the owner for more";
            Err(Failure::rejected(403, "not for this token", hint))
        }
    }
}
