//! What is held and what goes: quarantine, and a person's data.

use super::{Ask, capped, operator, who};
use crate::access::asked;
use crate::reply::{Answer, Failure};
use worker::{Env, Method, Request, Response};

pub(super) async fn answer(req: &mut Request, env: &Env, account: &str, rest: &[&str]) -> Answer<Response> {
    let before = asked(req, "before").unwrap_or_default();
    match (req.method(), rest) {
        (Method::Get, ["quarantine"]) => {
            who(req, env, account).await?.owns()?;
            Ask::get(&format!("/quarantine?before={before}")).of(env, account).await
        }
        (Method::Get, ["quarantine", id]) => {
            operator(req, env)?;
            Ask::get(&format!("/quarantine/{id}")).by("operator").of(env, account).await
        }
        (Method::Post, ["quarantine", "replay"]) => {
            operator(req, env)?;
            let path = format!("/quarantine/replay?before={before}");
            Ask::post(&path, Vec::new()).by("operator").of(env, account).await
        }
        (Method::Post, [what @ ("person" | "erasures")]) => {
            operator(req, env)?;
            let body = capped(req).await?;
            Ask::post(&format!("/{what}"), body).by("operator").of(env, account).await
        }
        _ => Err(Failure::not_found()),
    }
}
