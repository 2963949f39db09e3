//! Which pages may call from a browser: the CRM's, over https, and nobody else's.

use crate::reply::{Answer, finish};
use worker::{Env, Request, Response};

/// The zones under which every account of the CRM lives.
const CRM_ZONES: [&str; 3] = [".amocrm.ru", ".amocrm.com", ".kommo.com"];

/// The answer to a browser that asks first.
pub(crate) fn preflight(req: &Request, env: &Env) -> Answer<Response> {
    with(req, env, Ok(Response::empty()?.with_status(204)))
}

/// An answer that the CRM's pages may read, failures included: the widget says what is wrong.
pub(crate) fn with(req: &Request, env: &Env, answer: Answer<Response>) -> Answer<Response> {
    let response = finish(answer)?;
    let headers = response.headers().clone();
    headers.set("vary", "origin")?;
    if let Some(origin) = req.headers().get("origin")?.filter(|origin| is_allowed(origin, env)) {
        headers.set("access-control-allow-origin", &origin)?;
        headers.set("access-control-allow-methods", "GET")?;
        headers.set("access-control-allow-headers", "X-Auth-Token, Content-Type")?;
        headers.set("access-control-max-age", "600")?;
    }
    Ok(response.with_headers(headers))
}

fn is_allowed(origin: &str, env: &Env) -> bool {
    let stand = env.var("CRM_ORIGIN").is_ok_and(|stand| stand.to_string() == origin && !origin.is_empty());
    let host = origin.strip_prefix("https://");
    let plain = |host: &str| host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    stand || host.is_some_and(|host| plain(host) && CRM_ZONES.iter().any(|zone| host.ends_with(zone)))
}
