//! The account object as somebody who tells: digests are made of what is published, and sent.

use crate::account_do::{AccountObject, now, now_ms};
use crate::env::vault;
use crate::outbound;
use crate::published::{Gathered, read};
use crate::reply::{Answer, Failure, json};
use std::time::Duration;
use takeroot_account::{
    CrmAnswer, DigestCall, DigestDue, DigestTested, Sending, TargetRequest, index_key, summary_key,
};
use takeroot_core::account::AccountIndex;
use takeroot_core::day::Document;
use takeroot_core::digest::{Digest, Kind, ToOpen, Urgent};
use takeroot_core::summary::Summary;
use takeroot_panel::{DigestSource, Lang, digest, digest_message};
use worker::{Delay, Headers, Method, Request, Response, Result};

/// Digests that are sent in one alarm: the next one goes on.
const SENT_MAX: usize = 10;

impl AccountObject {
    /// To whom the account tells, and whether that arrives.
    pub(crate) async fn digests(&self, req: &mut Request, segments: &[&str], who: &str) -> Answer<Response> {
        let (account, vault) = (self.account()?, vault(&self.env)?);
        let number = |id: &str| id.parse::<u32>().map_err(|_| Failure::not_found());
        match (req.method(), segments) {
            (Method::Get, ["digests"]) => json(&account.digests()?),
            (Method::Post, ["digests"]) => {
                let wish: TargetRequest = serde_json::from_str(&req.text().await?).map_err(|error| {
                    Failure::rejected(422, "the digest's target cannot be read", error.to_string())
                })?;
                let kept = account.keep_target(wish, who, &vault, now())?;
                self.wake(&account)?;
                json(&kept)
            }
            (Method::Delete, ["digests", id]) => json(&account.end_target(number(id)?, who, now())?),
            (Method::Post, ["digests", id, "test"]) => {
                let due = account.digest_test(number(id)?, now())?;
                let made = self.made(&due).await?.ok_or_else(|| {
                    Failure::later(503, "it is being published", "try again in a minute", 60)
                })?;
                let sending = self.account()?.digest_test_made(due, made, who, &vault, now())?;
                json(&DigestTested::of(&carried(&sending).await?))
            }
            _ => Err(Failure::not_found()),
        }
    }

    /// Makes and sends what is due. What fails here keeps nothing else waiting.
    pub(crate) async fn tell(&self) -> Answer<()> {
        if let Err(failure) = self.told().await {
            worker::console_error!("digest: {failure:?}");
            self.account()?.digests_later(now_ms());
        }
        Ok(())
    }

    async fn told(&self) -> Answer<()> {
        while let Some(due) = self.account()?.digest_due(now_ms())? {
            match self.made(&due).await? {
                Some(made) => self.account()?.digest_made(&due, made, now_ms())?,
                None => self.account()?.digests_later(now_ms()),
            }
        }
        let vault = vault(&self.env)?;
        for _ in 0..SENT_MAX {
            let Some(sending) = self.account()?.digest_to_send(&vault, now_ms())? else { break };
            let answer = self.judging(carried(&sending)).await??;
            self.account()?.digest_answered(&sending, &answer, now_ms())?;
        }
        Ok(())
    }

    /// A digest out of what is published; none where that has not arrived everywhere yet.
    async fn made(&self, due: &DigestDue) -> Answer<Option<Digest>> {
        let (key, kv) = (self.account()?.record().account.clone(), self.env.kv("KV")?);
        let Some(index) = read::<AccountIndex>(&kv, index_key(&key)).await? else { return Ok(None) };
        let Some(document) = read::<Document<Summary>>(&kv, summary_key(&key, due.period.to)).await? else {
            return Ok(None);
        };
        if document.envelope.as_of < index.zone.start_of(due.period.to.plus(1)) {
            return Ok(None);
        }
        let now = Gathered::of(&kv, &index, due.period).await?;
        let (Some(figures), Some(envelope)) = (&now.figures, now.envelope) else { return Ok(None) };
        let then = match due.kind {
            Kind::Daily => Gathered::default(),
            _ => Gathered::of(&kv, &index, due.period.before()).await?,
        };
        let before = match &due.before {
            Some(before) => Gathered::of(&kv, &index, before.period()).await?,
            None => Gathered::default(),
        };
        let deals = if due.kind == Kind::Daily { self.urgent().await? } else { Vec::new() };
        Ok(Some(digest(&DigestSource {
            account: &key,
            company: &index.name,
            kind: due.kind,
            document: &document,
            now: (figures, envelope),
            missing: i64::from(due.period.days()) - now.days,
            then: then.figures.as_ref(),
            before: due.before.as_ref().map(|told| (told, before.figures.as_ref())),
            deals: &deals,
            crm_host: index.crm_host.as_deref(),
            policy: &index.policy,
            zone: &index.zone,
            lang: Lang::parse(&due.lang).unwrap_or_default(),
        })))
    }

    /// Deals to open; deliveries are taken in between.
    async fn urgent(&self) -> Answer<Vec<ToOpen>> {
        let (mut urgent, mut after) = (Urgent::default(), String::new());
        while self.account()?.search_urgent(&mut urgent, &mut after)? {
            Delay::from(Duration::ZERO).await;
        }
        Ok(urgent.found())
    }
}

/// Carries a digest to whom it is for.
async fn carried(sending: &Sending) -> Answer<CrmAnswer> {
    let lang = Lang::parse(&sending.lang).unwrap_or_default();
    let message = digest_message(&sending.digest, sending.page(), sending.is_test, lang);
    let call = sending.call(&message, now())?;
    Ok(match sent(&call).await {
        Ok(answer) => answer,
        Err(error) => {
            // Neither its address nor its body: they hold secrets.
            worker::console_warn!("digest: {error}");
            CrmAnswer::Silence
        }
    })
}

async fn sent(call: &DigestCall) -> Result<CrmAnswer> {
    let headers = Headers::new();
    for (name, value) in &call.headers {
        headers.set(name, &value.0)?;
    }
    outbound::ask("POST", &call.url.0, &headers, Some(&call.body)).await
}
