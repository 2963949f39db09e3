//! The Worker: requests in, the account object behind them.
//!
//! Never here: a rule of the business. Those live in the pure crates; this shell decodes, stores and answers.

mod access;
mod account_do;
mod body;
mod cors;
mod env;
mod reply;
mod routes;
mod sql;

use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

#[event(fetch)]
async fn fetch(req: Request, env: Env, _ctx: Context) -> Result<Response> {
    reply::finish(routes::answer(req, &env).await)
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _ctx: ScheduleContext) {
    if let Err(failure) = routes::tick(&env).await {
        worker::console_error!("cron: {failure:?}");
    }
}
