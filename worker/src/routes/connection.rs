//! Where the CRM sends an admin who has said yes to being read.

use super::Call;
use crate::account_do::now;
use crate::env::{Ask, operator_key};
use crate::reply::{Answer, html};
use takeroot_account::api::Param;
use takeroot_account::{Capability, Purpose};
use takeroot_panel::{Lang, Message, message_page};
use worker::Response;

pub(super) async fn consent(call: &Call<'_>) -> Answer<Response> {
    let told = |param| call.query.get(param).unwrap_or_default();
    let lang = Lang::parse(told(Param::Lang)).unwrap_or_else(|| Lang::of_host(told(Param::Referer)));
    let page = |status, message| html(status, message_page(lang, message, None));
    // The CRM comes by itself when a widget is installed: nobody was asked, so nothing is taken for a consent.
    if told(Param::State).is_empty() && !told(Param::FromWidget).is_empty() {
        return page(200, Message::Installed);
    }
    let state = Capability::check(told(Param::State), Purpose::Consent, &operator_key(call.env)?);
    let state = state.filter(|state| i64::from(state.generation) >= now().0 / 60);
    let (Some(state), code, host) = (state, told(Param::Code), told(Param::Referer)) else {
        return page(404, Message::NoConsent);
    };
    if code.is_empty() {
        return page(404, Message::NoConsent);
    }
    let body = serde_json::to_vec(&[code, host])?;
    let connected = Ask::post("/consent", body).of(call.env, &state.account).await?;
    match connected.status_code() {
        200 => page(200, Message::Connected),
        status @ 422 => page(status, Message::NoConsent),
        502 => page(502, Message::CrmSilent),
        _ => page(404, Message::NoConsent),
    }
}
