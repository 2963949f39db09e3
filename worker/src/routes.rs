//! Requests from outside. The routes are those of the table in [`takeroot_account::api`]; who may ask is said there and
//! checked here, once for all. Each arm is one call.

mod accounts;
mod archive;
mod crm;
mod documents;
mod faults;
mod owner;
mod upkeep;

use crate::access::{Who, admitted};
use crate::body::read_capped;
use crate::cors;
use crate::env::Ask;
use crate::metrics;
use crate::reply::{Answer, Failure, css, json};
use takeroot_account::api::{Found, Query, Route};
use takeroot_panel::OWNER_CSS;
use worker::{Env, Request, Response};

/// The CRM's largest bodies are some tens of kilobytes.
const BODY_BYTES_MAX: usize = 1 << 20;
/// An account's key is `amo-` and a number; storage takes no names of any length.
const ACCOUNT_BYTES_MAX: usize = 64;

/// A question that was let in.
pub(crate) struct Call<'c> {
    env: &'c Env,
    who: Who,
    query: Query,
    /// The account of the path, where it has one.
    account: &'c str,
}

pub(crate) async fn answer(mut req: Request, env: &Env, found: Found<'_>) -> Answer<Response> {
    let (spec, [first, second]) = match found {
        Found::Route(spec, values) => (spec, values),
        Found::OtherMethod(_, allow) => return Err(Failure::other_method(allow)),
        Found::Nothing => return Err(Failure::not_found()),
    };
    let account = if spec.is_of_account() { first } else { "" };
    let who = admitted(&req, env, spec.may, account).await?;
    if account.len() > ACCOUNT_BYTES_MAX || !account.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(Failure::not_found());
    }
    let query = Query::of(spec, &query(&req))?;
    let call = Call { env, who, query, account };
    match spec.route {
        Route::Health => json(&serde_json::json!({ "ok": true })),
        Route::Metrics => metrics::answer(env).await,
        Route::OwnerStyle => css(OWNER_CSS),
        Route::OwnerPage => owner::page(&req, &call, None).await,
        Route::OwnerDay => owner::page(&req, &call, Some(second)).await,
        Route::HookDisabled => crm::disabled(&call).await,
        Route::Hook => crm::hook(&mut req, env, first).await,
        Route::CardPreflight => cors::preflight(&req, env),
        Route::Card => cors::with(&req, env, crm::card(&req, env, first).await),
        Route::Days => documents::days(&req, &call).await,
        Route::DaysTable => documents::table(&call).await,
        Route::Day => documents::day(&req, &call, second).await,
        Route::Summary => documents::summary(&req, &call, second).await,
        Route::Deal => accounts::deal(&call, second).await,
        Route::Grants => call.get("/grants").await,
        Route::Grant => accounts::grant(&mut req, &call).await,
        Route::Revoke => accounts::revoke(&call, second).await,
        Route::Audit => call.page("/audit").await,
        Route::Quarantine => call.page("/quarantine").await,
        Route::QuarantineBody => upkeep::body(&call, second).await,
        Route::QuarantineReplay => upkeep::replay(&call).await,
        Route::Person => upkeep::person(&mut req, &call, "/person").await,
        Route::Erasure => upkeep::person(&mut req, &call, "/erasures").await,
        Route::Accounts => accounts::list(&call).await,
        Route::Open => accounts::open(&mut req, &call).await,
        Route::Delete => Ask::delete("/").of(env, account).await,
        Route::Rotation => accounts::rotate(&call).await,
        Route::Suspension => call.post("/suspension").await,
        Route::Resumption => call.post("/resumption").await,
        Route::Status => call.get("/status").await,
        Route::Facts => call.page("/facts").await,
        Route::Recomputation => call.get("/recomputation").await,
        Route::Export => call.page("/archive").await,
        Route::Import => archive::import(&mut req, &call).await,
        Route::Fault => faults::answer(&mut req, env, account, second).await,
    }
}

impl Call<'_> {
    async fn get(&self, path: &str) -> Answer<Response> {
        Ask::get(path).of(self.env, self.account).await
    }

    async fn post(&self, path: &str) -> Answer<Response> {
        Ask::post(path, Vec::new()).of(self.env, self.account).await
    }

    /// A page of a list, from the cursor that was given.
    async fn page(&self, path: &str) -> Answer<Response> {
        self.get(&format!("{path}?cursor={}", self.query.cursor()?.unwrap_or_default())).await
    }
}

pub(crate) use accounts::{accounts_known, tick};

/// The address's query as it came.
pub(crate) fn query(req: &Request) -> String {
    let url = req.inner().url();
    let url = url.split_once('#').map_or(url.as_str(), |(before, _)| before);
    url.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
}

async fn capped(req: &mut Request) -> Answer<Vec<u8>> {
    read_capped(req, BODY_BYTES_MAX).await?.map_err(|_| {
        Failure::rejected(413, "the body is too large", format!("a body has at most {BODY_BYTES_MAX} bytes"))
    })
}
