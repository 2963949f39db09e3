//! What the CRM and its pages ask.

use super::{Call, capped, capped_at};
use crate::env::{Ask, TOKEN};
use crate::metrics::METRICS;
use crate::reply::{Answer, Failure};
use takeroot_account::api::{Body, Method, Param, Route, Spec};
use takeroot_account::index_key;
use takeroot_amocrm::token::claimed_account;
use takeroot_core::account::amocrm_key;
use takeroot_panel::Lang;
use worker::{Env, Request, Response};

/// A way and a moment.
const ANSWER_BYTES_MAX: usize = 1024;
/// As many ids as a screen may show, each as long as ids become.
const BADGES_BYTES_MAX: usize = 16 * 1024;

/// The CRM tells that an integration was disabled, at one address for all accounts; the signature says for which.
pub(super) async fn disabled(call: &Call<'_>) -> Answer<Response> {
    let told = |param| call.query.get(param).ok_or_else(Failure::not_found);
    let crm_id: u64 = told(Param::AccountId)?.parse().map_err(|_| Failure::not_found())?;
    let account = amocrm_key(crm_id);
    known(call.env, &account).await?.ok_or_else(Failure::not_found)?;
    let notice = serde_json::to_vec(&[told(Param::ClientUuid)?, told(Param::Signature)?])?;
    Ask::post("/disabled", notice).of(call.env, &account).await
}

/// What the widget of a deal's card gets.
pub(super) async fn card(req: &Request, call: &Call<'_>, deal: &str) -> Answer<Response> {
    let card = of_widget(req, call.env, Ask::get(format!("/card/{}", number(deal)?))).await?;
    if card.status_code() == 200 && call.query.get(Param::Lost).is_some() {
        METRICS.lost();
    }
    Ok(card)
}

/// What the widget posts: a person's word that they answered a deal's client outside the CRM, or the deals of a screen.
pub(super) async fn posted(req: &mut Request, call: &Call<'_>, route: Route, deal: &str) -> Answer<Response> {
    let (path, bytes_max) = if route == Route::Badges {
        let lang = call.query.get(Param::Lang).and_then(Lang::parse).unwrap_or_default();
        (format!("/cards?lang={}", lang.code()), BADGES_BYTES_MAX)
    } else {
        (format!("/card/{}/answer", number(deal)?), ANSWER_BYTES_MAX)
    };
    let said = capped_at(req, bytes_max).await?;
    of_widget(req, call.env, Ask::post(path, said)).await
}

/// What an admin of the CRM asks; the object asks for the admin's right.
pub(super) async fn admin(req: &mut Request, env: &Env, spec: &Spec) -> Answer<Response> {
    let path = spec.path.trim_start_matches("/v1");
    let asked = match (spec.method, spec.body) {
        (Method::Get, _) => Ask::get(path),
        (_, Body::None) => Ask::post(path, Vec::new()),
        _ => Ask::post(path, capped(req).await?),
    };
    of_widget(req, env, asked).await
}

/// The account is the one that the token claims; the token is verified with that account's secret.
async fn of_widget(req: &Request, env: &Env, asked: Ask) -> Answer<Response> {
    let refused =
        || Failure::rejected(401, "the token is refused", "send the CRM's one-time token in X-Auth-Token");
    let token = req.headers().get(TOKEN)?.ok_or_else(refused)?;
    let account = amocrm_key(claimed_account(&token).ok_or_else(refused)?);
    known(env, &account).await?.ok_or_else(refused)?;
    asked.with_token(&token).of(env, &account).await
}

fn number(deal: &str) -> Answer<u64> {
    deal.parse().map_err(|_| Failure::not_found())
}

/// The index of an account, if somebody opened it: one that nobody opened gets no object by being asked for.
pub(super) async fn known(env: &Env, account: &str) -> Answer<Option<String>> {
    Ok(env.kv("KV")?.get(&index_key(account)).text().await?)
}
