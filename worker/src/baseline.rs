//! The account object as a keeper of uploaded days of before the observation.

use crate::account_do::{AccountObject, now};
use crate::reply::{Answer, json};
use worker::{Method, Request, Response};

impl AccountObject {
    /// Which days were uploaded; others in their place; none.
    pub(crate) async fn baseline(&self, req: &mut Request, who: &str) -> Answer<Response> {
        let account = self.account()?;
        let state = match req.method() {
            Method::Get => return json(&account.baseline()?),
            Method::Post => account.upload_baseline(&req.text().await?, who, now())?,
            _ => account.forget_baseline(who, now())?,
        };
        self.wake(&account)?;
        json(&state)
    }
}
