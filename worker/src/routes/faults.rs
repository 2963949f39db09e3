//! What tests ask for and nobody else: off unless the variable `FAULTS` is on.

use super::{Ask, capped};
use crate::env::text;
use crate::reply::{Answer, Failure, json};
use serde_json::json;
use worker::{Env, Fetch, Request, Response};

pub(super) async fn answer(req: &mut Request, env: &Env, account: &str, fault: &str) -> Answer<Response> {
    if text(env, "FAULTS").as_deref() != Some("on") {
        return Err(Failure::not_found());
    }
    match fault {
        "panic" => Ask::post("/panic", Vec::new()).of(env, account).await,
        "fetch" => fetch(req).await,
        _ => Err(Failure::not_found()),
    }
}

/// Asks for the address in the body, as the Worker asks the CRM, and tells what came back.
async fn fetch(req: &mut Request) -> Answer<Response> {
    let address = String::from_utf8_lossy(&capped(req).await?).into_owned();
    let outward = Request::new(&address, worker::Method::Get)?;
    let mut answered = Fetch::Request(outward).send().await?;
    json(&json!({ "status": answered.status_code(), "text": answered.text().await? }))
}
