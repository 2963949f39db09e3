//! The account object as the CRM's client.

use crate::account_do::{AccountObject, now, now_ms};
use crate::crm;
use crate::env::{operator_key, vault};
use crate::reply::{Answer, Failure, json};
use futures_util::future::{Either, select};
use serde_json::json;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;
use takeroot_account::{Account, Capability, Purpose};
use takeroot_core::connection::{ConnectionRequest, Disconnected};
use worker::{Delay, Method, Request, Response};

/// While somebody keeps us waiting, what was told is judged so often.
const JUDGED_EVERY: Duration = Duration::from_millis(500);
/// An admin has so long to say yes.
const CONSENT_MINUTES: i64 = 60;

impl AccountObject {
    /// Connects the account to the CRM, says how that stands, ends it.
    pub(crate) async fn connection(&self, req: &mut Request, segments: &[&str]) -> Answer<Response> {
        let (account, vault) = (self.account()?, vault(&self.env)?);
        match (req.method(), segments) {
            (Method::Get, ["connection"]) => json(&account.connection(now())?),
            (Method::Delete, ["connection"]) => {
                let ended = match account.crm_removal() {
                    Some(call) => Some(crm::ask(&self.env, &call).await.is_taken()),
                    None => None,
                };
                self.account()?.disconnect(now())?;
                json(&Disconnected { webhooks_ended: ended })
            }
            (Method::Post, ["reading"]) => {
                account.crm_asks_anew()?;
                self.wake(&account)?;
                json(&json!({ "ok": true }))
            }
            (Method::Get, ["doctor"]) => {
                let told = account.diagnosis(now())?;
                // What was found asleep is not left so.
                self.wake(&account)?;
                json(&told)
            }
            (Method::Post, ["authorization"]) => {
                let state = consent(&account, &operator_key(&self.env)?);
                json(&account.crm_authorize(&account.crm_wish()?, &state)?)
            }
            (Method::Post, ["connection"]) => {
                let wish: ConnectionRequest = serde_json::from_str(&req.text().await?).map_err(|error| {
                    Failure::rejected(422, "the connection cannot be read", error.to_string())
                })?;
                let Some(probe) = account.crm_probe(&wish)? else {
                    let state = consent(&account, &operator_key(&self.env)?);
                    return json(&account.crm_authorize(&wish, &state)?);
                };
                let whose = crm::ask(&self.env, &probe).await;
                let account = self.account()?;
                let destination = self.destination(&account)?;
                let connected = account.connect_by_token(&wish, &whose, destination, &vault, now())?;
                self.wake(&account)?;
                json(&connected)
            }
            (Method::Post, ["consent"]) => {
                let [code, host]: [String; 2] = serde_json::from_str(&req.text().await?)?;
                let given = crm::ask(&self.env, &account.crm_exchange(&code, &host)?).await;
                let (tokens, probe) = self.account()?.crm_exchanged(&host, &given, now())?;
                let whose = crm::ask(&self.env, &probe).await;
                let account = self.account()?;
                let destination = self.destination(&account)?;
                let connected = account.connect(&host, tokens, &whose, destination, &vault, now())?;
                self.wake(&account)?;
                json(&connected)
            }
            _ => Err(Failure::not_found()),
        }
    }

    /// Where the CRM's webhooks are to go: this server is known by the integration's redirect address.
    pub(crate) fn destination(&self, account: &Account) -> Answer<Option<String>> {
        let record = account.record();
        let Some(redirect) = record.redirect_uri.as_deref() else { return Ok(None) };
        let Some((scheme, rest)) = redirect.split_once("://") else { return Ok(None) };
        let host = rest.split('/').next().unwrap_or_default();
        let generation = record.hook_generations.iter().max().copied().unwrap_or(1);
        let capability = Capability { account: record.account.clone(), generation };
        let secret = capability.text(Purpose::Hook, &operator_key(&self.env)?);
        Ok(Some(format!("{scheme}://{host}/hooks/amocrm/{secret}")))
    }

    /// Asks the CRM what is to be asked now.
    pub(crate) async fn read_crm(&self, account: Rc<Account>) -> Answer<()> {
        let Some(call) = account.crm_call(now_ms())? else { return Ok(()) };
        let answer = self.judging(crm::ask(&self.env, &call)).await?;
        // The account may have been changed meanwhile: then it asks again by itself, but new tokens must not be lost.
        let is_same = self.open.borrow().as_ref().is_some_and(|open| Rc::ptr_eq(open, &account));
        if !is_same && !account.crm_renews() {
            return Ok(());
        }
        let is_other = account.crm_answered(&answer, &vault(&self.env)?, now_ms())?;
        if is_other || !is_same {
            self.open.replace(None);
        }
        Ok(())
    }

    /// Waits for somebody's answer; what is told meanwhile is judged meanwhile.
    pub(crate) async fn judging<T>(&self, asked: impl Future<Output = T>) -> Answer<T> {
        let mut asked = pin!(asked);
        loop {
            let pause = pin!(Delay::from(JUDGED_EVERY));
            match select(asked.as_mut(), pause).await {
                Either::Left((answer, _)) => return Ok(answer),
                Either::Right(_) => drop(self.settle(self.account()?, now()).await?),
            }
        }
    }
}

/// What goes along to the CRM with an admin, and comes back: whose account, and until when.
fn consent(account: &Account, operator_key: &[u8]) -> String {
    let generation = u32::try_from(now().0 / 60 + CONSENT_MINUTES).unwrap_or(0);
    Capability { account: account.record().account.clone(), generation }.text(Purpose::Consent, operator_key)
}
