//! Questions to the CRM, over the network.

use crate::env::crm_origin;
use crate::outbound;
use takeroot_account::{CrmAnswer, CrmCall};
use worker::{Env, Headers, Result};

/// Sends a question as it stands.
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
    if let Some(bearer) = &call.bearer {
        headers.set("authorization", &format!("Bearer {}", bearer.0))?;
    }
    if call.body.is_some() {
        headers.set("content-type", "application/json")?;
    }
    let origin = crm_origin(env).unwrap_or_else(|| format!("https://{}", call.host));
    let body = call.body.as_ref().map(|body| body.0.as_str());
    outbound::ask(call.method, &format!("{origin}{}", call.path), &headers, body).await
}
