//! What is held and what goes: quarantine, and a person's data.

use super::{Ask, Call, capped};
use crate::reply::{Answer, Failure};
use takeroot_core::fact::Key;
use worker::{Request, Response};

pub(super) async fn body(call: &Call<'_>, id: &str) -> Answer<Response> {
    let id: Key = id.parse().map_err(|_| Failure::not_found())?;
    Ask::get(&format!("/quarantine/{id}")).by(&call.who.name()).of(call.env, call.account).await
}

pub(super) async fn replay(call: &Call<'_>) -> Answer<Response> {
    let path = format!("/quarantine/replay?cursor={}", call.query.cursor()?.unwrap_or_default());
    Ask::post(&path, Vec::new()).by(&call.who.name()).of(call.env, call.account).await
}

pub(super) async fn person(req: &mut Request, call: &Call<'_>, path: &str) -> Answer<Response> {
    let body = capped(req).await?;
    Ask::post(path, body).by(&call.who.name()).of(call.env, call.account).await
}
