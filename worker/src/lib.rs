//! The Worker: requests in, the account object behind them.
//!
//! Never here: a rule of the business. Those live in the pure crates; this shell decodes, stores and answers.

mod access;
mod account_do;
mod body;
mod cors;
mod env;
mod metrics;
mod reply;
mod routes;
mod sql;

use crate::metrics::METRICS;
use takeroot_account::{HookResult, Route};
use worker::{Context, Env, Method, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

#[event(start)]
fn start() {
    metrics::count_panics();
}

#[event(fetch)]
async fn fetch(req: Request, env: Env, _ctx: Context) -> Result<Response> {
    METRICS.runs(account_do::now());
    let (method, route) = (req.method(), Route::of(&req.path()));
    let response = reply::finish(routes::answer(req, &env).await)?;
    let status = response.status_code();
    METRICS.answered(route, status);
    if let (Method::Post, Route::Hooks, Some(result)) = (method, route, HookResult::of_status(status)) {
        METRICS.hook(result);
    }
    Ok(response)
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _ctx: ScheduleContext) {
    METRICS.runs(account_do::now());
    if let Err(failure) = routes::tick(&env).await {
        worker::console_error!("cron: {failure:?}");
    }
}
