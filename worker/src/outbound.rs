//! Requests to others, over the network.

use takeroot_account::CrmAnswer;
use takeroot_core::time::Moment;
use wasm_bindgen::JsValue;
use worker::{Fetch, Headers, Request, Result};

/// Whoever is asked answers within seconds, or not at all.
const ANSWER_MS: u32 = 15_000;
/// Bytes of an answer; longer ones are not read.
const ANSWER_BYTES_MAX: usize = 16 << 20;

/// Sends a request as it stands. Redirects are not followed: they would take what is secret elsewhere.
pub(crate) async fn ask(method: &str, url: &str, headers: &Headers, body: Option<&str>) -> Result<CrmAnswer> {
    headers.set("user-agent", "Takeroot")?;
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    init.set_redirect(web_sys::RequestRedirect::Manual);
    init.set_signal(Some(&web_sys::AbortSignal::timeout_with_u32(ANSWER_MS)));
    if let Some(body) = body {
        init.set_body(&JsValue::from_str(body));
    }
    init.set_headers(&headers.0);
    let request = web_sys::Request::new_with_str_and_init(url, &init)?;
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
