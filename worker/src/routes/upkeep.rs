//! What is held and what goes: quarantine, and a person's data.

use super::{Ask, capped};
use crate::reply::{Answer, Failure};
use takeroot_core::fact::Key;
use worker::Request;

pub(super) fn body(id: &str) -> Answer<Ask> {
    let id: Key = id.parse().map_err(|_| Failure::not_found())?;
    Ok(Ask::get(format!("/quarantine/{id}")))
}

pub(super) async fn person(req: &mut Request, path: &'static str) -> Answer<Ask> {
    Ok(Ask::post(path, capped(req).await?))
}
