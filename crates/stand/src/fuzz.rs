//! A fuzzer of the API: requests of every published route, with their method, path, query, headers and body changed by
//! dice, under tokens that hold and tokens that do not. One seed gives the same requests.

mod body;
mod request;

use crate::account;
use crate::card::{CardAccount, TokenMode, mint};
use crate::company::dice::Dice;
use crate::edge::Edge;
use crate::openapi::OpenApi;
use crate::raw::exchange;
use anyhow::{Context as _, Result, bail, ensure};
use request::{Crafted, Means};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use takeroot_core::account::{AccountOpened, AccountRequest, Secret};
use takeroot_core::policy::{Person, Policy};

/// An answer that takes longer is a hang.
const PATIENCE: Duration = Duration::from_secs(10);
const PUBLISHED_PATIENCE: Duration = Duration::from_secs(60);
/// Requests after which what they broke is mended: an account that was deleted or suspended is no target.
const MENDED_EVERY: u64 = 200;
/// Accounts of the CRM: one to be broken, one that is to stay as it is.
const CRM_IDS: [u64; 2] = [4_810_001, 4_810_002];
const SECRET: &str = "a secret of the fuzzer";

/// What became of a run.
#[derive(Clone, Debug, Default)]
pub struct Fuzzed {
    /// Requests that were sent.
    pub requests: u64,
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// The longest time to an answer.
    pub slowest: Duration,
    /// How long it all took.
    pub took: Duration,
}

/// Sends requests of a seed to a Worker on loopback while `goes_on` says so of their number, and looks whether it is
/// well afterwards.
///
/// # Errors
/// The first answer that is a fault of the Worker's, does not come, or is not declared; a Worker that is not well.
pub fn fuzz(edge: &Edge, port: u16, key: &str, seed: u64, goes_on: impl Fn(u64) -> bool) -> Result<Fuzzed> {
    let api = OpenApi::published();
    let operations = api.operations();
    let begun = Instant::now();
    let mut fuzzed = Fuzzed::default();
    let mut means = None;
    let kept = opened(edge, CRM_IDS[1])?;
    while goes_on(fuzzed.requests) {
        if fuzzed.requests % MENDED_EVERY == 0 {
            means = Some(
                mended(edge, key, &kept).with_context(|| format!("after {} requests", fuzzed.requests))?,
            );
        }
        let Some(means) = &means else { break };
        let mut dice = Dice::new(seed.wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(fuzzed.requests));
        let crafted = Crafted::roll(&mut dice, &operations, means);
        let asked = Instant::now();
        let told = || format!("seed {seed}, request {}: {}", fuzzed.requests, crafted.shown());
        let answer = exchange(port, &crafted.bytes, PATIENCE).with_context(told)?;
        let took = asked.elapsed();
        let is_mendable = answer.status == 503 && answer.header("retry-after").is_some();
        let is_fault = answer.status >= 500 && !is_mendable && !(answer.status == 501 && crafted.is_odd);
        ensure!(
            !is_fault && took < PATIENCE,
            "{} after {took:?}: {}\n{:.500}",
            answer.status,
            told(),
            answer.text()
        );
        if let Some(operation) = crafted.operation.filter(|_| !crafted.is_odd) {
            ensure!(operation.declares(answer.status), "{} is not declared: {}", answer.status, told());
        }
        *fuzzed.statuses.entry(answer.status).or_default() += 1;
        fuzzed.slowest = fuzzed.slowest.max(took);
        fuzzed.requests += 1;
    }
    is_well(edge, &kept).with_context(|| format!("seed {seed}, after {} requests", fuzzed.requests))?;
    fuzzed.took = begun.elapsed();
    Ok(fuzzed)
}

/// Accounts, tokens and values with which a request is let in.
fn mended(edge: &Edge, key: &str, kept: &AccountOpened) -> Result<Means> {
    let target = opened(edge, CRM_IDS[0])?;
    let path = format!("/v1/accounts/{}", target.account);
    let resumed = edge.order(&format!("{path}/resumption"))?;
    ensure!(resumed.status == 200, "resumption: {}", resumed.text);
    // The address may have been changed.
    let target = opened(edge, CRM_IDS[0])?;
    let body = "leads[add][0][id]=77&leads[add][0][status_id]=9&leads[add][0][pipeline_id]=3\
                &leads[add][0][responsible_user_id]=5&leads[add][0][last_modified]=1790000000";
    let delivered = edge.deliver(&target.hook_path, "application/x-www-form-urlencoded", body.as_bytes())?;
    ensure!(delivered.status == 200, "a delivery: {}", delivered.text);
    let grant = |wish: &Value| -> Result<String> {
        let made = edge.send("POST", &format!("{path}/grants"), Some(key), Some(&wish.to_string()))?;
        let token = made.json::<Value>()?.get("token").and_then(Value::as_str).map(str::to_owned);
        token.context("no token")
    };
    let mut tokens = vec![key.to_owned(), target.owner_token.clone(), kept.owner_token.clone()];
    // After many of them no more grants are made, until some are revoked: then these roles are not tried.
    tokens.extend(grant(&json!({"role": "reader", "days": 1})));
    tokens.extend(grant(&json!({"role": {"head": {"group": 1}}})));
    let card = CardAccount {
        crm_id: CRM_IDS[0],
        subdomain: "fuzz".to_owned(),
        client_secret: SECRET.to_owned(),
        integration_id: account::INTEGRATION_ID.to_owned(),
        redirect_uri: account::REDIRECT_URI.to_owned(),
        user: 5,
    };
    let modes = [TokenMode::Good, TokenMode::Expired, TokenMode::Forged, TokenMode::Unsigned];
    let card_tokens = modes.into_iter().map(|mode| mint(&card, mode)).collect::<Result<Vec<_>>>()?;
    let secret = target.hook_path.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(Means { account: target.account, other: kept.account.clone(), tokens, card_tokens, secret })
}

fn opened(edge: &Edge, crm_id: u64) -> Result<AccountOpened> {
    let person = Person { id: 5, group: Some(1), ..Person::default() };
    let policy = Policy { people: vec![person], ..Policy::standard("Europe/Moscow") };
    edge.open(&AccountRequest {
        crm_id,
        name: "Fuzz".to_owned(),
        crm_host: Some("fuzz.amocrm.ru".to_owned()),
        client_secret: Secret(SECRET.to_owned()),
        integration_id: Some(account::INTEGRATION_ID.to_owned()),
        redirect_uri: Some(account::REDIRECT_URI.to_owned()),
        observed_from: None,
        zone: None,
        policy: Some(policy),
        retention: None,
    })
}

/// It answers, takes what the CRM sends, publishes, and counts right.
fn is_well(edge: &Edge, kept: &AccountOpened) -> Result<()> {
    ensure!(edge.get("/health", None)?.status == 200, "it does not answer");
    let body = b"leads[add][0][id]=78&leads[add][0][last_modified]=1790000000";
    // What was rolled may have been a delivery to this very account, or its suspension.
    edge.order(&format!("/v1/accounts/{}/resumption", kept.account))?;
    let kept = opened(edge, CRM_IDS[1])?;
    let delivered = edge.deliver(&kept.hook_path, "application/x-www-form-urlencoded", body)?;
    ensure!(delivered.status == 200, "a delivery: {}", delivered.text);
    edge.wait_until_published(&kept.account, PUBLISHED_PATIENCE)?;
    let recomputed: Value = edge.ask(&format!("/v1/accounts/{}/recomputation", kept.account))?;
    if recomputed.get("equal") != Some(&Value::Bool(true)) {
        bail!("the totals differ from a recomputation: {recomputed}");
    }
    Ok(())
}
