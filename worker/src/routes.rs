//! Requests from outside. The routes are those of the table in [`takeroot_account::api`]; who may ask is said there and
//! checked here, once for all. Each arm is one call.

mod accounts;
mod archive;
mod connection;
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
use futures_util::FutureExt as _;
use takeroot_account::BODY_BYTES_MAX;
use takeroot_account::api::{Found, Query, Route};
use takeroot_panel::OWNER_CSS;
use worker::{Env, Request, Response};

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
    let who = admitted(&req, env, spec.may, account).boxed_local().await?;
    if account.len() > ACCOUNT_BYTES_MAX || !account.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(Failure::not_found());
    }
    let query = Query::of(spec, &query(&req))?;
    let call = Call { env, who, query, account };
    // What the account's object answers by itself is asked in one place.
    let asked = match spec.route {
        Route::Health => return json(&serde_json::json!({ "ok": true })),
        Route::Metrics => return metrics::answer(env).boxed_local().await,
        Route::OwnerStyle => return css(OWNER_CSS),
        Route::OwnerPage => return owner::latest(&req, &call).boxed_local().await,
        Route::OwnerDay => return owner::page(&req, &call, Some(second)).boxed_local().await,
        Route::OwnerDeals => return owner::deals(&req, &call, second).boxed_local().await,
        Route::HookDisabled => return crm::disabled(&call).boxed_local().await,
        // The shim takes webhooks another way.
        Route::Hook => return Err(Failure::fault("a webhook went astray")),
        Route::CardPreflight | Route::AnswerPreflight | Route::BadgesPreflight | Route::AdminPreflight => {
            return cors::preflight(&req, env);
        }
        Route::Card => return cors::with(&req, env, crm::card(&req, &call, first).boxed_local().await),
        Route::Answer | Route::Badges => {
            let answer = crm::posted(&mut req, &call, spec.route, first).boxed_local().await;
            return cors::with(&req, env, answer);
        }
        Route::AdminPolicy
        | Route::AdminPolicyWrite
        | Route::AdminPreview
        | Route::AdminDirectory
        | Route::AdminConnection
        | Route::AdminAuthorization
        | Route::AdminReading
        | Route::AdminDoctor => {
            let answer = crm::admin(&mut req, env, spec).boxed_local().await;
            return cors::with(&req, env, answer);
        }
        Route::Days => return documents::days(&req, &call).boxed_local().await,
        Route::DaysTable => return documents::table(&call).boxed_local().await,
        Route::Day => return documents::day(&req, &call, second).boxed_local().await,
        Route::Summary => return documents::summary(&req, &call, second).boxed_local().await,
        Route::Accounts => return accounts::list(&call).boxed_local().await,
        Route::Open => return accounts::open(&mut req, &call).boxed_local().await,
        Route::Rotation => return accounts::rotate(&call).boxed_local().await,
        Route::Grant => return accounts::grant(&mut req, &call).boxed_local().await,
        Route::Consent => return connection::consent(&call).boxed_local().await,
        Route::Fault => return faults::answer(&mut req, env, account, second).boxed_local().await,
        Route::Import => archive::import(&mut req, &call).boxed_local().await?,
        Route::Person => upkeep::person(&mut req, "/person").boxed_local().await?,
        Route::Erasure => upkeep::person(&mut req, "/erasures").boxed_local().await?,
        Route::Connect => Ask::post("/connection", capped(&mut req).await?),
        Route::Connection => Ask::get("/connection"),
        Route::Disconnect => Ask::delete("/connection"),
        Route::Policy => Ask::get("/policy"),
        Route::PolicyWrite => Ask::post("/policy", capped(&mut req).await?),
        Route::PolicyPreview => Ask::post("/preview", capped(&mut req).await?),
        Route::Digests => Ask::get("/digests"),
        Route::DigestTarget => Ask::post("/digests", capped(&mut req).await?),
        Route::DigestTargetEnd => accounts::numbered(second, "/digests", Ask::delete, "")?,
        Route::DigestTest => {
            accounts::numbered(second, "/digests", |path| Ask::post(path, Vec::new()), "/test")?
        }
        Route::Logbook => Ask::get("/logbook"),
        Route::LogbookEntry => Ask::post("/logbook", capped(&mut req).await?),
        Route::LogbookStrike => accounts::numbered(second, "/logbook", Ask::delete, "")?,
        Route::Baseline => Ask::get("/baseline"),
        Route::BaselineUpload => Ask::post("/baseline", capped(&mut req).await?),
        Route::BaselineEnd => Ask::delete("/baseline"),
        Route::Directory => Ask::get("/directory"),
        Route::Reading => Ask::post("/reading", Vec::new()),
        Route::Doctor => Ask::get("/doctor"),
        Route::Deal => accounts::deal(&call, second)?,
        Route::Revoke => accounts::revoke(second)?,
        Route::QuarantineBody => upkeep::body(second)?,
        Route::QuarantineReplay => Ask::post(call.page("/quarantine/replay")?, Vec::new()),
        Route::Grants => Ask::get("/grants"),
        Route::Audit => Ask::get(call.page("/audit")?),
        Route::Quarantine => Ask::get(call.page("/quarantine")?),
        Route::Facts => Ask::get(call.page("/facts")?),
        Route::Export => Ask::get(call.page("/archive")?),
        Route::Status => Ask::get("/status"),
        Route::Recomputation => Ask::get("/recomputation"),
        Route::Suspension => Ask::post("/suspension", Vec::new()),
        Route::Resumption => Ask::post("/resumption", Vec::new()),
        Route::Delete => Ask::delete("/"),
    };
    asked.by(&call.who.name()).of(env, account).boxed_local().await
}

impl Call<'_> {
    /// The path of a list's page, from the cursor that was given.
    fn page(&self, path: &str) -> Answer<String> {
        Ok(format!("{path}?cursor={}", self.query.cursor()?.unwrap_or_default()))
    }
}

pub(crate) use accounts::{all, tick};

/// The address's query as it came.
pub(crate) fn query(req: &Request) -> String {
    let url = req.inner().url();
    let url = url.split_once('#').map_or(url.as_str(), |(before, _)| before);
    url.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
}

async fn capped(req: &mut Request) -> Answer<Vec<u8>> {
    capped_at(req, BODY_BYTES_MAX as usize).await
}

async fn capped_at(req: &mut Request, bytes_max: usize) -> Answer<Vec<u8>> {
    read_capped(req, bytes_max).await?.map_err(|_| {
        Failure::rejected(413, "the body is too large", format!("a body has at most {bytes_max} bytes"))
    })
}
