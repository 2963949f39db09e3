//! Questions to the CRM, over the network.

use crate::env::crm_origin;
use takeroot_account::{CrmAnswer, CrmCall};
use takeroot_core::time::Moment;
use wasm_bindgen::JsValue;
use worker::{Env, Fetch, Headers, Request, Result};

/// The CRM answers within seconds, or not at all.
const ANSWER_MS: u32 = 15_000;
/// Bytes of an answer; longer ones are not read.
const ANSWER_BYTES_MAX: usize = 16 << 20;

/// Sends a question as it stands. Redirects are not followed: they would take the token elsewhere.
pub(crate) async fn ask(env: &Env, call: &CrmCall) -> CrmAnswer {
    match sent(env, call).await {
        Ok(answer) => answer,
        Err(error) => {
            // Neither the path's query nor the body: they hold secrets.
            let path = call.path.split('?').next().unwrap_or_default();
            worker::console_warn!("crm: {} {path}: {error}", call.method);
            CrmAnswer::Silence
        }
    }
}

async fn sent(env: &Env, call: &CrmCall) -> Result<CrmAnswer> {
    let headers = Headers::new();
    headers.set("accept", "application/hal+json, application/json")?;
    headers.set("user-agent", "Takeroot")?;
    if let Some(bearer) = &call.bearer {
        headers.set("authorization", &format!("Bearer {}", bearer.0))?;
    }
    let init = web_sys::RequestInit::new();
    init.set_method(call.method);
    init.set_redirect(web_sys::RequestRedirect::Manual);
    init.set_signal(Some(&web_sys::AbortSignal::timeout_with_u32(ANSWER_MS)));
    if let Some(body) = &call.body {
        headers.set("content-type", "application/json")?;
        init.set_body(&JsValue::from_str(&body.0));
    }
    init.set_headers(&headers.0);
    let origin = crm_origin(env).unwrap_or_else(|| format!("https://{}", call.host));
    let request = web_sys::Request::new_with_str_and_init(&format!("{origin}{}", call.path), &init)?;
    let mut response = Fetch::Request(Request::from(request)).send().await?;
    let header = |name: &str| response.headers().get(name).ok().flatten();
    let retry_after_s = header("retry-after").and_then(|text| text.trim().parse().ok());
    let at = header("date").map(|date| js_sys::Date::parse(&date) / 1000.0).filter(|at| at.is_finite());
    let is_long = header("content-length")
        .and_then(|text| text.parse::<usize>().ok())
        .is_some_and(|bytes| bytes > ANSWER_BYTES_MAX);
    let body = if is_long { Vec::new() } else { response.bytes().await? };
    Ok(CrmAnswer::Told {
        status: response.status_code(),
        retry_after_s,
        at: at.map(|at| Moment(at as i64)),
        body,
    })
}
