//! `/v1/accounts/{account}/archive`: all of an account to be taken elsewhere, page by page.

use super::{Ask, Call};
use crate::body::read_capped;
use crate::reply::{Answer, Failure};
use worker::Request;

/// A page of some megabyte, and a row that begins in it: a body of the CRM in base64.
const PAGE_BYTES_MAX: usize = 4 << 20;

pub(super) async fn import(req: &mut Request, call: &Call<'_>) -> Answer<Ask> {
    let page = read_capped(req, PAGE_BYTES_MAX).await?.map_err(|_| {
        let hint = format!("a page has at most {PAGE_BYTES_MAX} bytes: send the pages one by one");
        Failure::rejected(413, "the page is too large", hint)
    })?;
    Ok(Ask::post(format!("/archive/{}", call.account), page))
}
