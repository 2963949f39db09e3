//! The Worker: requests in, the account object behind them.
//!
//! Never here: a rule of the business. Those live in the pure crates; this shell decodes, stores and answers.

mod access;
mod account_do;
mod baseline;
mod body;
mod connection;
mod cors;
mod crm;
mod digest;
mod env;
mod hook;
mod logbook;
mod metrics;
mod outbound;
mod published;
mod reply;
mod routes;
mod sql;

use crate::metrics::METRICS;
use takeroot_account::api::find;
use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

#[event(start)]
fn start() {
    metrics::count_panics();
}

#[event(fetch)]
async fn fetch(req: Request, env: Env, _ctx: Context) -> Result<Response> {
    METRICS.runs(account_do::now());
    let (method, path) = (req.method().to_string(), req.path());
    let found = find(&method, &path);
    let class = found.class();
    let response = reply::finish(routes::answer(req, &env, found).await)?;
    let status = response.status_code();
    METRICS.answered(class, status);
    if method == "HEAD" { reply::without_body(&response) } else { Ok(response) }
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _ctx: ScheduleContext) {
    let now = account_do::now();
    METRICS.runs(now);
    if let Err(failure) = routes::tick(&env, now).await {
        worker::console_error!("cron: {failure:?}");
    }
}
