//! Which pages may call from a browser: the CRM's, over https, and nobody else's. What an account holds is read by the
//! pages of its own address in the CRM only.

use crate::env::{CRM_ORIGIN, text};
use crate::reply::{Answer, finish};
use takeroot_account::is_crm_host;
use worker::{Env, Request, Response};

/// The answer to a browser that asks first.
pub(crate) fn preflight(req: &Request, env: &Env) -> Answer<Response> {
    with(req, env, Ok(Response::empty()?.with_status(204)))
}

/// An answer that the CRM's pages may read. Failures too, as they say what is wrong and nothing else; what an account
/// holds names the page that may read it.
pub(crate) fn with(req: &Request, env: &Env, answer: Answer<Response>) -> Answer<Response> {
    let response = finish(answer)?;
    let headers = response.headers().clone();
    let own = headers.get(CRM_ORIGIN)?;
    headers.delete(CRM_ORIGIN)?;
    headers.set("vary", "origin")?;
    let allowed = |origin: &String| match &own {
        Some(own) => origin == own || is_stand(origin, env),
        None => origin.strip_prefix("https://").is_some_and(is_crm_host) || is_stand(origin, env),
    };
    if let Some(origin) = req.headers().get("origin")?.filter(allowed) {
        headers.set("access-control-allow-origin", &origin)?;
        headers.set("access-control-allow-methods", "GET, POST")?;
        headers.set("access-control-allow-headers", "X-Auth-Token, Content-Type")?;
        headers.set("access-control-max-age", "600")?;
    }
    Ok(response.with_headers(headers))
}

fn is_stand(origin: &str, env: &Env) -> bool {
    text(env, "CRM_ORIGIN").is_some_and(|stand| stand == origin)
}
