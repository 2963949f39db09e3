//! The account object as a log of pains, requests and releases.

use crate::account_do::{AccountObject, now};
use crate::reply::{Answer, Failure, json};
use worker::{Method, Request, Response};

impl AccountObject {
    /// What people wrote down.
    pub(crate) async fn logbook(&self, req: &mut Request, segments: &[&str], who: &str) -> Answer<Response> {
        let account = self.account()?;
        let entry = match (req.method(), segments) {
            (Method::Get, ["logbook"]) => return json(&account.logbook()?),
            (Method::Post, ["logbook"]) => {
                let entry = serde_json::from_str(&req.text().await?)
                    .map_err(|error| Failure::rejected(422, "the entry cannot be read", error.to_string()))?;
                account.write_entry(entry, who, now())?
            }
            (Method::Delete, ["logbook", id]) => {
                account.strike_entry(id.parse().map_err(|_| Failure::not_found())?, who, now())?
            }
            _ => return Err(Failure::not_found()),
        };
        self.wake(&account)?;
        json(&entry)
    }
}
