//! Requests from outside. The routes are one `match`; each arm is one call.

mod accounts;
mod archive;
mod crm;
mod faults;
mod owner;
mod upkeep;

use crate::access::{operator, who};
use crate::body::read_capped;
use crate::cors;
use crate::env::Ask;
use crate::metrics;
use crate::reply::{Answer, Failure, css, json};
use takeroot_panel::OWNER_CSS;
use worker::{Env, Method, Request, Response};

/// The CRM's largest bodies are some tens of kilobytes.
const BODY_BYTES_MAX: usize = 1 << 20;

pub(crate) async fn answer(mut req: Request, env: &Env) -> Answer<Response> {
    let path = req.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (req.method(), segments.as_slice()) {
        (Method::Get, ["health"]) => json(&serde_json::json!({ "ok": true })),
        (Method::Get, ["metrics"]) => {
            operator(&req, env)?;
            metrics::answer(env).await
        }
        (Method::Get, ["assets", "owner.css"]) => css(OWNER_CSS),
        (Method::Get, ["hooks", "amocrm", "disabled"]) => crm::disabled(&req, env).await,
        (Method::Post, ["hooks", "amocrm", secret]) => crm::hook(&mut req, env, secret).await,
        (Method::Options, ["v1", "card", _]) => cors::preflight(&req, env),
        (Method::Get, ["v1", "card", deal]) => cors::with(&req, env, crm::card(&req, env, deal).await),
        (_, ["v1", "accounts", ..]) => {
            let (method, rest) = (req.method(), segments.get(2..).unwrap_or_default());
            accounts::answer(&mut req, env, &method, rest).await
        }
        (Method::Get, ["owner", account]) => owner::page(&req, env, account, None).await,
        (Method::Get, ["owner", account, day]) => owner::page(&req, env, account, Some(day)).await,
        _ => Err(Failure::not_found()),
    }
}

pub(crate) use accounts::{accounts_known, tick};

async fn capped(req: &mut Request) -> Answer<Vec<u8>> {
    read_capped(req, BODY_BYTES_MAX).await?.map_err(|_| {
        Failure::rejected(413, "the body is too large", format!("a body has at most {BODY_BYTES_MAX} bytes"))
    })
}
