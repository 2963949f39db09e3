//! `/v1/accounts/{account}/archive`: all of an account to be taken elsewhere, page by page. Operators only.

use super::Ask;
use crate::access::{asked, operator};
use crate::body::read_capped;
use crate::reply::{Answer, Failure};
use worker::{Env, Request, Response};

/// A page of some megabyte, and a row that begins in it: a body of the CRM in base64.
const PAGE_BYTES_MAX: usize = 4 << 20;

pub(super) async fn export(req: &Request, env: &Env, account: &str) -> Answer<Response> {
    operator(req, env)?;
    let cursor = asked(req, "cursor").unwrap_or_default();
    // It goes on as a segment of a path.
    if !cursor.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        let hint = "send the cursor as the page before gave it, or begin without one";
        return Err(Failure::rejected(400, "this is no cursor of an archive", hint));
    }
    Ask::get(&format!("/archive/{cursor}")).of(env, account).await
}

pub(super) async fn import(req: &mut Request, env: &Env, account: &str) -> Answer<Response> {
    operator(req, env)?;
    let page = read_capped(req, PAGE_BYTES_MAX).await?.map_err(|_| {
        let hint = format!("a page has at most {PAGE_BYTES_MAX} bytes: send the pages one by one");
        Failure::rejected(413, "the page is too large", hint)
    })?;
    Ask::post(&format!("/archive/{account}"), page).of(env, account).await
}
